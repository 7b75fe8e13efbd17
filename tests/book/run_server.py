"""Starts runs of ``permu-xl`` as processes of their own and kills them; see test_killed.

Each line on standard input asks for one run, each line on standard output answers.  The runs are
forked from a process that has imported everything, so that hundreds take no minutes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

from permu_xl.cli import main


def _kill_before(step: int, folder: str) -> None:
    """Let this process be killed before its ``step``-th step on a file in a folder.

    Python tells each opening, moving, changing and removing of a file.
    """
    left = step

    def count(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        names = (os.fsdecode(a) for a in arguments if isinstance(a, str | bytes | os.PathLike))
        if any(folder in name for name in names):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def _run(command: list[str], step: int | None, folder: str) -> None:
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    if step is not None:
        _kill_before(step, folder)
    os._exit(main(command))


def serve() -> None:
    """Answer requests: ``command``, ``seconds`` or ``step`` to be killed at, ``folder``."""
    for line in sys.stdin:
        request = json.loads(line)
        start = time.monotonic()
        child = os.fork()
        if child == 0:
            _run(request["command"], request.get("step"), request.get("folder", ""))
        if request.get("seconds") is not None:
            time.sleep(request["seconds"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        answer = {
            "status": os.waitstatus_to_exitcode(status),
            "seconds": time.monotonic() - start,
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    # Whatever a run imports late is there before the first one.
    with open(os.devnull, "w") as sys.stdout:
        main(sys.argv[1:])
    sys.stdout = sys.__stdout__
    serve()
