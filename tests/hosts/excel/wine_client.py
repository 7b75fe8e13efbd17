"""The Excel side of the COM chain, run by a Windows Python under Wine; ``wine.py`` drives it.

It does what a workbook's VBA does: it loads the xlwings DLL, has it start the Python COM server
and calls functions with ``XLPy.CallUDF``. Where ranges are to be passed themselves, COM objects of
this process pass for Excel's ``Range``, and the server comes back for their values, as it does
with Excel. Nothing but JSON goes through the pipes: a line in for each call, one for its answer.

Cell values are written as in ``wine.py``. Only ``main`` needs Windows: the module can be imported
anywhere.
"""

from __future__ import annotations

import ctypes
import datetime
import decimal
import json
import os
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if sys.platform == "win32":
    import pythoncom
    import pywintypes
    import win32com.client
    import win32com.server.exception
    import win32com.server.policy
    import win32com.server.util
    import winerror

ERROR_CODES = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
}
# What Excel's error values carry in their upper half.
FACILITY_CONTROL = -0x7FF60000
# The server is asked to end.
MODE_KILL = -1
MODE_START = 1
SYSKIND_WIN64 = 3
# As in permu_python.bas and permu_ribbon.bas, which the tests compare.
SERVE = " -P -B -c \"import xlwings;xlwings.serve('$(CLSID)')\""
COMMANDS = "permu_xl.hosts.excel.macros"
# How long the ribbon waits before it asks again, without Excel's own minute hand.
POLL_SECONDS = 0.05


class Variant(ctypes.Structure):
    """A VARIANT as the DLL fills it."""

    _fields_ = (
        ("vt", ctypes.c_ushort),
        ("reserved", ctypes.c_ushort * 3),
        ("value", ctypes.c_void_p),
        ("record", ctypes.c_void_p),
    )


class Chain:
    """The DLL, and through it the server: what ``XLPy()`` is in VBA."""

    def __init__(self, dll: Path, command: str) -> None:
        self._command = command.encode("mbcs")
        self._clear = ctypes.WinDLL("oleaut32").VariantClear
        self._activate = ctypes.WinDLL(str(dll)).XLPyDLLActivateAuto
        self._activate.argtypes = [ctypes.POINTER(Variant), ctypes.c_char_p, ctypes.c_long]
        self._activate.restype = ctypes.c_long

    def server(self) -> Any:
        """Return the server's IDispatch; the DLL starts the server where there is none."""
        result = Variant()
        try:
            self._checked(result, MODE_START)
            return pythoncom.ObjectFromAddress(result.value, pythoncom.IID_IDispatch)
        finally:
            self._clear(ctypes.byref(result))

    def kill(self) -> None:
        """End the server as ``KillPy`` does."""
        result = Variant()
        try:
            self._checked(result, MODE_KILL)
        finally:
            self._clear(ctypes.byref(result))

    def call_udf(self, module: str, function: str, args: Any, book: Any, caller: Any) -> Any:
        """Call ``XLPy.CallUDF`` late-bound, as VBA does."""
        server = self.server()
        member = server.GetIDsOfNames("CallUDF")
        call = pythoncom.DISPATCH_METHOD
        return server.Invoke(member, 0, call, True, module, function, args, book, caller)

    def _checked(self, result: Variant, mode: int) -> None:
        if self._activate(ctypes.byref(result), self._command, mode) != 0:
            text = ctypes.wstring_at(result.value) if result.vt == pythoncom.VT_BSTR else "no text"
            raise RuntimeError(f"the DLL could not start the server: {text}")


def server_command(python: Path) -> str:
    """Return the command that our VBA has the DLL start: nothing in it but the Python changes."""
    return f'"{python}"{SERVE}'


# ---------------------------------------------------------------- Excel's objects


class _Object:
    """One of Excel's objects, with the few members that a call of a function touches."""

    _public_methods_: Sequence[str] = ()
    _public_attrs_: Sequence[str] = ()
    iid: str


class Application(_Object):
    """Excel itself."""

    _public_attrs_ = ("Hwnd", "StatusBar")
    _public_methods_ = ("Calculate",)
    iid = "{000208D5-0000-0000-C000-000000000046}"

    def __init__(self) -> None:
        self.Hwnd = ctypes.windll.user32.GetDesktopWindow()
        self.StatusBar: Any = False

    def Calculate(self) -> None:
        """Do nothing: there are no formulas."""


class Book(_Object):
    """The workbook that the formulas stand in."""

    _public_methods_ = ("SaveCopyAs",)
    _public_attrs_ = ("Name", "FullName", "Application", "Worksheets", "Date1904")
    iid = "{000208DA-0000-0000-C000-000000000046}"

    def __init__(self, name: str, application: Any) -> None:
        self.Name = name
        self.FullName = f"C:\\{name}"
        self.Application = application
        self.Worksheets: Any = None
        self.Date1904 = False
        self.copies: list[str] = []

    def SaveCopyAs(self, name: str | None = None) -> None:
        if name is None:
            # Whoever only asks what this is learns that it is a method.
            raise win32com.server.exception.COMException(scode=winerror.DISP_E_PARAMNOTOPTIONAL)
        Path(name).write_bytes(b"PKa workbook")
        self.copies.append(name)


class Sheets(_Object):
    """The worksheets of a book, to be counted and walked through."""

    _public_methods_ = ("_NewEnum",)
    _public_attrs_ = ("Count",)
    iid = "{000208D7-0000-0000-C000-000000000046}"

    def __init__(self, sheets: Sequence[Any]) -> None:
        self._sheets = sheets

    @property
    def Count(self) -> int:
        return len(self._sheets)

    def _NewEnum(self) -> Any:
        return win32com.server.util.NewEnum(self._sheets)


class Sheet(_Object):
    """A worksheet."""

    _public_attrs_ = ("Name", "Parent")
    iid = "{000208D8-0000-0000-C000-000000000046}"

    def __init__(self, name: str, book: Any) -> None:
        self.Name = name
        self.Parent = book


class Range(_Object):
    """A block of cells at the upper left of a sheet."""

    _public_attrs_ = ("Value", "Count", "Rows", "Columns", "Row", "Column", "Worksheet")
    iid = "{00020846-0000-0000-C000-000000000046}"

    def __init__(self, values: list[list[Any]], sheet: Any, types: Types) -> None:
        self._values = values
        self._types = types
        self.Worksheet = sheet
        self.Row = self.Column = 1

    @property
    def Count(self) -> int:
        return sum(map(len, self._values))

    @property
    def Rows(self) -> Any:
        return self._types.wrap(Lines(len(self._values)))

    @property
    def Columns(self) -> Any:
        return self._types.wrap(Lines(len(self._values[0])))

    @property
    def Value(self) -> Any:
        # One cell gives its value, several give a block, as in Excel.
        return self._values[0][0] if self.Count == 1 else self._values


class Lines(_Object):
    """The rows or the columns of a range."""

    _public_attrs_ = ("Count",)
    iid = Range.iid

    def __init__(self, count: int) -> None:
        self.Count = count


class Types:
    """A type library with the interfaces that xlwings asks for, and the wrapper that shows it."""

    def __init__(self, folder: Path) -> None:
        path = str(folder / "excel.tlb")
        new = pythoncom.CreateTypeLib2(SYSKIND_WIN64, path)
        new.SetName("Excel")
        new.SetGuid(pywintypes.IID("{5A6B2F0E-5A0C-4C39-9A43-2B7C6D1B9E11}"))
        for kind in (Application, Book, Sheets, Sheet, Range):
            info = new.CreateTypeInfo(kind.__name__, pythoncom.TKIND_DISPATCH)
            info.SetGuid(pywintypes.IID(kind.iid))
            info.LayOut()
        new.SaveAllChanges()
        library = pythoncom.LoadTypeLib(path)

        class Policy(win32com.server.policy.DefaultPolicy):
            def _GetTypeInfoCount_(self) -> int:
                return 1

            def _GetTypeInfo_(self, index: int, lcid: int) -> tuple[int, Any]:
                return 0, library.GetTypeInfoOfGuid(pywintypes.IID(self._obj_.iid))

        self._policy = Policy

    def wrap(self, thing: _Object) -> Any:
        """Return the COM object for ``thing``."""
        return win32com.server.util.wrap(thing, usePolicy=self._policy)


# ---------------------------------------------------------------- values


def cell(value: Any) -> Any:
    """Return a cell's value as Excel hands it over."""
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        if kind == "error":
            # pywin32 cannot send an error value, but receives one as this number all the same.
            return FACILITY_CONTROL + (ERROR_CODES.get(text) or int(text))
        if kind == "date":
            moment = datetime.datetime.fromisoformat(text)
            return moment.replace(tzinfo=datetime.UTC)
        if kind == "currency":
            return decimal.Decimal(text)
        raise ValueError(f"no kind of cell: {kind}")
    if value is None:
        return pythoncom.Empty
    # Excel has no integers.
    return float(value) if type(value) is int else value


def plain(value: Any) -> Any:
    """Return a result in what JSON can say."""
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, datetime.datetime):
        return {"date": value.replace(tzinfo=None).isoformat()}
    if isinstance(value, decimal.Decimal):
        return {"currency": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return {"object": repr(value)}


# ---------------------------------------------------------------- the calls


class Worker:
    """Answers the calls that come through the pipe."""

    def __init__(self, dll: Path, python: Path, folder: Path) -> None:
        self._chain = Chain(dll, server_command(python))
        self._types = Types(folder)
        self._book = self._new_book("permu.xlsm", ["参数", "原始数据"])
        self._caller = self._range([[None]])

    def start(self) -> float:
        """Have the server started, as the first formula does, and return the seconds it took."""
        begun = time.perf_counter()
        self._chain.server()
        return time.perf_counter() - begun

    def udf(
        self, module: str, function: str, args: list[Any], repeat: int = 1, in_book: bool = False
    ) -> dict[str, Any]:
        """Call a function and return its result or the message that VBA would see.

        Our VBA passes no workbook and no calling cell; ``in_book`` passes both, as the VBA that
        xlwings itself writes does. With ``repeat`` the call is made several times; the seconds
        are those of the quickest.
        """
        given = _array([self._argument(each) for each in args])
        nothing = win32com.client.VARIANT(pythoncom.VT_DISPATCH, None)
        origin = (self._book, self._caller) if in_book else (nothing, nothing)
        taken = []
        for _ in range(repeat):
            begun = time.perf_counter()
            try:
                result = self._chain.call_udf(module, function, given, *origin)
            except pythoncom.com_error as error:
                details = error.excepinfo
                return {"raised": (details and details[2]) or error.strerror}
            taken.append(time.perf_counter() - begun)
        return {"result": plain(result), "seconds": min(taken)}

    def command(self, before: str, name: str, answers: list[str]) -> dict[str, Any]:
        """Do what the ribbon's VBA does: name the workbook, begin, go on until it is done.

        ``before`` is executed first.  Returned are what Python asked for (status texts apart),
        the names under which the workbook was copied, and how long the longest call took.
        """
        server = self._chain.server()

        def invoke(member: str, *args: Any) -> Any:
            number = server.GetIDsOfNames(member)
            return server.Invoke(number, 0, pythoncom.DISPATCH_METHOD, True, *args)

        book = self._raw_book
        del book.copies[:]
        shown, seconds = [], []
        nothing = win32com.client.VARIANT(pythoncom.VT_DISPATCH, None)
        try:
            invoke("Exec", before)
            module = invoke("Module", "xlwings._xlwindows")
            invoke("SetAttr", module, "BOOK_CALLER", self._book)
            entry, text = "begin", name
            while True:
                begun = time.perf_counter()
                kind, *texts = invoke("CallUDF", COMMANDS, entry, _array([text]), nothing, nothing)
                seconds.append(time.perf_counter() - begun)
                entry, text = "go_on", ""
                if kind == "done":
                    break
                if kind in ("wait", "more"):
                    time.sleep(POLL_SECONDS)
                    continue
                shown.append([kind, *texts])
                if kind not in ("tell", "warn"):
                    text = answers.pop(0)
        except pythoncom.com_error as error:
            details = error.excepinfo
            return {"raised": (details and details[2]) or error.strerror}
        return {
            "shown": plain(shown), "copies": list(book.copies), "longest": max(seconds),
            "first": seconds[0], "calls": len(seconds),
        }  # fmt: skip

    def start_with(self, command: str) -> list[Any]:
        """Have the DLL start another command; return why it could not, and after how long."""
        chain = Chain.__new__(Chain)
        chain.__dict__.update(self._chain.__dict__, _command=command.encode("mbcs"))
        begun = time.perf_counter()
        try:
            chain.server()
        except RuntimeError as error:
            return [str(error), time.perf_counter() - begun]
        chain.kill()
        return ["", time.perf_counter() - begun]

    def kill(self) -> None:
        """End the server."""
        self._chain.kill()

    def _new_book(self, name: str, sheets: Sequence[str]) -> Any:
        types = self._types
        book = self._raw_book = Book(name, types.wrap(Application()))
        wrapped = types.wrap(book)
        tabs = [types.wrap(Sheet(each, wrapped)) for each in sheets]
        book.Worksheets = types.wrap(Sheets(tabs))
        self._sheet = tabs[-1]
        return wrapped

    def _range(self, rows: list[list[Any]]) -> Any:
        values = [[cell(each) for each in row] for row in rows]
        return self._types.wrap(Range(values, self._sheet, self._types))

    def _argument(self, value: Any) -> Any:
        """Return what stands in the argument array: a range, an array, a value or nothing."""
        if isinstance(value, dict) and "range" in value:
            return self._range(value["range"])
        if isinstance(value, dict) and "array" in value:
            return _array([[cell(each) for each in row] for row in value["array"]])
        if isinstance(value, dict) and "omitted" in value:
            return win32com.client.VARIANT(pythoncom.VT_ERROR, winerror.DISP_E_PARAMNOTFOUND)
        return cell(value)


def _array(values: list[Any]) -> Any:
    """Return a VBA array of Variants; left to itself, pywin32 merges arrays in arrays."""
    return win32com.client.VARIANT(pythoncom.VT_ARRAY | pythoncom.VT_VARIANT, values)


def main() -> None:
    """Answer calls until the pipe is closed."""
    python, dll, folder = sys.argv[1:]
    pythoncom.CoInitialize()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)  # what anything else prints must not come among the answers
    worker = Worker(Path(dll), Path(python), Path(folder))
    for line in os.fdopen(0, encoding="utf-8"):
        asked = json.loads(line)
        answer: dict[str, Any]
        try:
            answer = {"result": getattr(worker, asked["call"])(**asked["args"])}
        except Exception:
            answer = {"error": traceback.format_exc()}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
