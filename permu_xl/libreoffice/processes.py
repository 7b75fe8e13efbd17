"""Running LibreOffice's programs so that nothing of them stays: no process, no temporary file."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["run", "running"]

_END_SECONDS = 10.0


def run(command: Sequence[str | Path], seconds: float) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return its status and what it said.

    Whatever it started ends with it, also after ``seconds`` or an interruption: soffice is a
    script below which the office itself runs.  What they write for themselves goes to a folder of
    its own, because LibreOffice clears up only part of it.
    Raises OSError where it cannot be started, subprocess.TimeoutExpired where it does not end.
    """
    with running(command, output=subprocess.PIPE) as process:
        out, err = process.communicate(timeout=seconds)
        return subprocess.CompletedProcess(list(command), process.returncode, out, err)


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], folder: Path | None = None, output: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[str]]:
    """Start a program in a folder and yield it; what it started ends where the context does.

    ``output`` is what becomes of what it says, as for ``subprocess``.
    Raises OSError where it cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="permu-xl-", ignore_cleanup_errors=True) as scratch:
        own = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), scratch)
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(os.environ) | own,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            errors="replace",
            start_new_session=os.name == "posix",
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End a program and all that it started; asked first, LibreOffice removes its socket."""
    if os.name == "posix":
        for way in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, way)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=_END_SECONDS)
    else:
        tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(tree, check=False, capture_output=True)
        process.communicate()


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which no other Python stands before LibreOffice's own.

    >>> _environment({"PATH": "/opt/py/bin", "PYTHONPATH": "x", "HOME": "/home/a"})["PATH"]
    '/usr/bin:/bin:/opt/py/bin'
    """
    kept = {key: value for key, value in given.items() if not key.startswith("PYTHON")}
    kept["PATH"] = os.pathsep.join(["/usr/bin", "/bin", kept.get("PATH", "")])
    return kept
