"""Starts runs of ``permu-xl`` as processes of their own and kills them; see test_killed.

Each line on standard input asks for one run, each line on standard output answers.  The runs are
forked from a process that has imported everything, so that hundreds take no minutes.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from permu_xl.cli.program import main

SAVING = ("atomic.py", "locks.py", "pathlib.py", "shutil.py")
"""Where files are opened, moved and removed while a workbook is claimed and saved."""


def _at_each_step(act: Callable[[int], None]) -> None:
    """Let something be done before each step of claiming and saving, which is given its number.

    A step is the beginning or the end of a call of the system or of Python's own files, so that
    there is one also between the opening of a file and what is written to it.
    """
    step, begun = 0, False

    def count(frame: FrameType, event: str, called: Any) -> None:
        nonlocal step, begun
        name = os.path.basename(frame.f_code.co_filename)
        begun = begun or name == "locks.py"
        if begun and event in ("c_call", "c_return") and name in SAVING and _touches_files(called):
            step += 1
            act(step)

    sys.setprofile(count)


def _touches_files(called: Any) -> bool:
    if isinstance(getattr(called, "__self__", None), io.IOBase):
        return True
    system = getattr(called, "__module__", "") in ("_io", "io", "posix", "fcntl")
    return system and called.__name__ != "fspath"


def _kill_at(wanted: int) -> Callable[[int], None]:
    def act(step: int) -> None:
        if step == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    return act


def _copy(source: str, target: str) -> Callable[[int], None]:
    """Return what copies a folder as it is on the disk: the buffers of this process are not."""
    return lambda step: shutil.copytree(source, os.path.join(target, str(step))) and None


def _run(command: list[str], act: Callable[[int], None] | None) -> None:
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    if act is not None:
        _at_each_step(act)
    os._exit(main(command))


def serve() -> None:
    """Answer requests: ``command``, ``seconds`` or ``step`` to be killed at, or ``copy``.

    That are two folders: before each step the first is copied into the second.
    """
    for line in sys.stdin:
        request = json.loads(line)
        start = time.monotonic()
        child = os.fork()
        if child == 0:
            act = None
            if "step" in request:
                act = _kill_at(request["step"])
            elif "copy" in request:
                act = _copy(*request["copy"])
            _run(request["command"], act)
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
