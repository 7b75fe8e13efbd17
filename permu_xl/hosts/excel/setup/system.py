"""What the doctor asks the computer: registry, Windows, packages, the start of the server."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["System", "Trial", "windows_version"]

IMPORT_SECONDS = 90.0
TRIAL_SECONDS = 90.0
"""Several times what a slow computer takes; a server that hangs must not hang the doctor."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How a start of the server went: ``reason`` is "" where it answered, else why it did not."""

    reason: str
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class System:
    """What ``diagnose`` asks the computer.

    registry : the value at a hive, key and value name in the view of 64 or 32 bits, None where
        there is none
    version : the version of an installed distribution, None where it is absent
    marked : whether a file carries the mark of a download
    windows : the version of Windows, as (10, 0, 19045)
    imports : which of some modules a Python cannot import, and why
    start : start the server with a Python and its library as Excel does, make one call
    """

    registry: Callable[[str, str, str, int], str | None]
    version: Callable[[str], str | None]
    marked: Callable[[Path], bool]
    windows: Callable[[], tuple[int, int, int]]
    imports: Callable[[Path, Sequence[str]], dict[str, str]]
    start: Callable[[Path, Path], Trial]

    @classmethod
    def real(cls) -> System:
        """Return the questions put to this computer."""
        return cls(_registry_value, _version, _has_mark, windows_version, _imports, _start)


def windows_version() -> tuple[int, int, int]:
    """Return the version of Windows; zeros elsewhere."""
    if sys.platform != "win32":
        return 0, 0, 0
    found = sys.getwindowsversion()
    return found.major, found.minor, found.build


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _has_mark(file: Path) -> bool:
    """Return whether Windows has noted, in a stream beside the content, where a file is from."""
    try:
        with open(f"{file}:Zone.Identifier", encoding="utf-8", errors="replace") as stream:
            noted = stream.read()
        return "ZoneId=3" in noted or "ZoneId=4" in noted
    except OSError:
        return False


def _registry_value(hive: str, key: str, name: str, bits: int) -> str | None:
    if sys.platform != "win32":
        return None
    import winreg

    hives = {
        "HKCR": winreg.HKEY_CLASSES_ROOT,
        "HKCU": winreg.HKEY_CURRENT_USER,
        "HKLM": winreg.HKEY_LOCAL_MACHINE,
    }
    view = winreg.KEY_WOW64_32KEY if bits == 32 else winreg.KEY_WOW64_64KEY
    try:
        with winreg.OpenKey(hives[hive], key, 0, winreg.KEY_READ | view) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    except OSError:
        return None


_TRY = """
import importlib, json, sys
found = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except BaseException as error:
        found[name] = f"{type(error).__name__}: {error}"
print(json.dumps(found))
"""


def _imports(python: Path, modules: Sequence[str]) -> dict[str, str]:
    done = _run([str(python), "-P", "-B", "-c", _TRY, *modules], IMPORT_SECONDS)
    if done is None:
        return dict.fromkeys(modules, f"{IMPORT_SECONDS:.0f}秒没有结果")
    try:
        found: dict[str, str] = json.loads(done.printed.splitlines()[-1])
        return found
    except (IndexError, ValueError):
        reason = _last_line(done.complained) or f"退出码{done.status}"
        return dict.fromkeys(modules, reason)


def _start(python: Path, library: Path) -> Trial:
    trial = f"{__package__}.trial"
    done = _run([sys.executable, "-P", "-B", "-m", trial, str(python), str(library)], TRIAL_SECONDS)
    if done is None:
        return Trial(f"{TRIAL_SECONDS:.0f}秒没有回答")
    try:
        answer = json.loads(done.printed.splitlines()[-1])
        return Trial(str(answer["reason"]), float(answer["seconds"]))
    except (IndexError, KeyError, ValueError):
        return Trial(_last_line(done.complained) or f"退出码{done.status}")


@dataclass(frozen=True, slots=True)
class _Ended:
    """A program that has ended, and what it printed."""

    status: int
    printed: str
    complained: str


def _run(command: list[str], seconds: float) -> _Ended | None:
    """Run a program; None where it takes too long and was ended.

    It prints into files: a pipe stays open as long as anything that the program has started.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors)
        except OSError as error:
            return _Ended(1, "", str(error))
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None
        out.seek(0)
        errors.seek(0)
        printed, complained = (
            file.read().decode("utf-8", errors="replace") for file in (out, errors)
        )
        return _Ended(status, printed, complained)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]
