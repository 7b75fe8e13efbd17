"""Drive ONLYOFFICE's document builder and answer calls in JSON lines.

``onlyoffice.py`` runs this file in a process of its own, because the builder writes on stdout and
cannot be ended without a crash:

    python onlyoffice_worker.py FOLDER_OF_THE_PACKAGE

Each line on stdin is a call, ``{"open": path, "save": path, "script": text, "print": path}`` (null
for no picture): the file is opened and saved, which calculates it, then the script runs in the
builder.  Each is answered by one line on the stream that stdout was, ``{"result": ...}`` or
``{"error": ...}``.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile


def main() -> None:
    # The builder speaks on the process's own stdout.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path.insert(0, sys.argv[1])
    import docbuilder

    builder = docbuilder.CDocBuilder()
    builder.SetTmpFolder(tempfile.gettempdir())
    for line in sys.stdin:
        call = json.loads(line)
        answer = {"error": "the file could not be opened"}
        if builder.OpenFile(call["open"], "") == 0:
            context = builder.GetContext()
            scope = context.CreateScope()
            world = context.GetGlobal()
            # Loading leaves formulas without a value uncalculated until something asks for all.
            saved = builder.SaveFile("xlsx", call["save"])
            text = world.Call("eval", call["script"]).ToString() if saved == 0 else ""
            answer = {"result": json.loads(text)} if text else {"error": "the script failed"}
            if call["print"] and builder.SaveFile("pdf", call["print"]) != 0:
                answer = {"error": "the file could not be printed"}
            del world, scope, context
            builder.CloseFile()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
