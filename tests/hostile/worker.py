"""Runs commands of permu-xl one after the other, each in a process of its own.

Started as ``python -m tests.hostile.worker``; told on standard input, one JSON object a line, what
to run and within which bounds, answers likewise.  Everything is imported once and each command
gets a fork, so that its peak memory is its own and a thousand of them do not take a thousand
starts.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from typing import Any

import permu_xl
import permu_xl.schemes
from permu_xl.cli import program
from tests.places import PACKAGE

# All that a command imports late, so that no fork has to.
for _each in pkgutil.walk_packages(permu_xl.__path__, "permu_xl."):
    if not _each.name.startswith("permu_xl.hosts"):
        importlib.import_module(_each.name)


def main() -> None:
    """Serve until standard input ends."""
    permu_xl.schemes.industries()
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Run one command and return its status (None for none in time), texts, time and memory."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _command(order, out.fileno(), err.fileno(), writing)
        os.close(writing)
        in_time = bool(select.select([reading], [], [], order["seconds"])[0])
        if not in_time:
            os.kill(child, signal.SIGKILL)
        report = b""
        while in_time and (piece := os.read(reading, 1 << 16)):
            report += piece
        os.close(reading)
        _, status = os.waitpid(child, 0)
        answer = json.loads(report) if report else {"peak_mb": 0, "touched": []}
        ended = os.waitstatus_to_exitcode(status)
        texts = {}
        for name, stream in (("out", out), ("err", err)):
            stream.seek(0)
            texts[name] = stream.read().decode("utf-8", "replace")
        seconds = time.perf_counter() - begin
        return {"status": ended if in_time else None, "seconds": seconds, **texts, **answer}


def _watch() -> set[str]:
    """Return a set that will gather every file and address that Python touches from now on."""
    touched: set[str] = set()
    own = (sys.prefix, sys.base_prefix, "/proc/self/", str(PACKAGE))

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")):
            touched.add(f"{event} {arguments!r}")
        elif event in ("open", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod"):
            for path in arguments[:2] if event == "os.rename" else arguments[:1]:
                if isinstance(path, (str, bytes)) and not os.fsdecode(path).startswith(own):
                    touched.add(os.fsdecode(path))

    sys.addaudithook(note)
    return touched


def _command(order: dict[str, Any], out: int, err: int, report: int) -> None:
    status = 99
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.close(0)
        touched = _watch()
        most = order["address_mb"] << 20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        try:
            status = program.main(order["arguments"])
        except SystemExit as left:
            status = int(left.code or 0)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        with open("/proc/self/status", encoding="ascii") as facts:
            peak = next(int(line.split()[1]) for line in facts if line.startswith("VmHWM"))
        os.write(report, json.dumps({"peak_mb": peak / 1024, "touched": sorted(touched)}).encode())
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
