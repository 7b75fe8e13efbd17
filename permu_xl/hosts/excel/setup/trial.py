"""Start the server as Excel's VBA does, make one call, and print what came of it.

    python -m permu_xl.hosts.excel.setup.trial PYTHON LIBRARY

A process of its own: whoever runs it can end it when it takes too long.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from pathlib import Path
from typing import Any

from permu_xl.hosts.excel.setup.vba import UDF_MODULE

__all__ = ["SERVE", "server_command"]

SERVE = " -P -B -c \"import xlwings;xlwings.serve('$(CLSID)')\""
"""What Python is started with, as in permu_python.bas."""

_START, _END = 1, -1
_ARGUMENTS = ("PERMU_SCORE", "", 5.0, 10.0, 30.0)
_RESULT = 15.0


class _Variant(ctypes.Structure):
    """A VARIANT as the library fills it."""

    _fields_ = (
        ("vt", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("value", ctypes.c_void_p),
        ("record", ctypes.c_void_p),
    )


def server_command(python: Path) -> str:
    """Return the command that starts the server."""
    return f'"{python}"{SERVE}'


def main(python: Path, library: Path) -> None:
    """Print as JSON why the server does not answer ("" where it does) and what that took."""
    begun = time.perf_counter()
    try:
        reason = _tried(python, library)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
    print(json.dumps({"reason": reason, "seconds": time.perf_counter() - begun}))


def _tried(python: Path, library: Path) -> str:
    import pythoncom

    pythoncom.CoInitialize()
    activate: Any = ctypes.WinDLL(str(library)).XLPyDLLActivateAuto  # type: ignore[attr-defined]
    command = server_command(python).encode("mbcs", errors="replace")
    answer = _Variant()
    if activate(ctypes.byref(answer), command, _START) != 0:
        said = ctypes.wstring_at(answer.value) if answer.vt == pythoncom.VT_BSTR else ""
        return _reason(said)
    server = pythoncom.ObjectFromAddress(answer.value, pythoncom.IID_IDispatch)
    try:
        member = server.GetIDsOfNames("CallUDF")
        found = server.Invoke(
            member, 0, pythoncom.DISPATCH_METHOD, True, UDF_MODULE, "answer", _ARGUMENTS, None, None
        )
        return "" if found == _RESULT else f"PERMU_SCORE(5,10,30) = {found}"
    finally:
        del server
        activate(ctypes.byref(_Variant()), command, _END)


def _reason(said: str) -> str:
    """Return the line of the library's message that says what happened."""
    lines = [line for line in said.splitlines() if line.strip()]
    marked = [line for line in lines if line.startswith("Error message: ")]
    return (marked or lines or ["没有说明"])[0].removeprefix("Error message: ")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
