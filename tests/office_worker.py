"""Drive a private, headless LibreOffice and answer calls in JSON lines.

``office.py`` runs this file with a Python that has ``uno``, which a virtual environment has not:

    python3 -I office_worker.py SOFFICE_BINARY PRIVATE_FOLDER [EXTENSION]

Each line on stdin is a call, ``{"call": "values", "args": {...}}``, and each is answered by one
line on stdout, ``{"result": ...}`` or ``{"error": "...", "ended": bool}``, where ``ended`` says
that the office is gone. One more such line comes first, when the office is up; its result is the
paths of the office's sockets. The end of stdin ends the office, the private folder and this
process, so that nothing outlives a killed test run.
"""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.sheet.AddressConvention import XL_OOX
from com.sun.star.sheet.FormulaResult import ERROR, STRING
from com.sun.star.table.CellContentType import EMPTY, FORMULA, TEXT
from com.sun.star.task import XInteractionHandler
from com.sun.star.ucb import XCommandEnvironment
from com.sun.star.util.NumberFormat import LOGICAL

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
    ".pdf": "calc_pdf_Export",
}

# What soffice exits with when it wants to be started again, as it does after making a profile.
RESTART_STATUS = 81
START_SECONDS = 60
END_SECONDS = 5

# No lock files: they would litter the repository, and one left by a crash makes a headless load
# fail without a word. Cached values of a workbook are kept as they are and only cells without one
# are calculated; this is LibreOffice's default, fixed here because the tests depend on it.
SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
    xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="UseLocking" oor:op="fuse">
<value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="UseDocumentOOoLockFile"
oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
oor:op="fuse"><value>1</value></prop></item>
<item oor:path="/org.openoffice.Office.Recovery/AutoSave"><prop oor:name="Enabled" oor:op="fuse">
<value>false</value></prop></item>
</oor:items>
"""


# In alphabetical order, as UNO wants it.
LOOK = (
    "CellBackColor",
    "CellStyle",
    "CharColor",
    "CharFontName",
    "CharHeight",
    "CharWeight",
    "HoriJustify",
    "IsTextWrapped",
    "NumberFormat",
)

# com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
MACROS = 4


class CallError(Exception):
    """A call that asks for something that is not there; the message is for the test's author."""


class Consent(unohelper.Base, XCommandEnvironment, XInteractionHandler):
    """Says yes to whatever is asked while an extension is installed."""

    def getInteractionHandler(self) -> Consent:
        return self

    def getProgressHandler(self) -> None:
        return None

    def handle(self, request: Any) -> None:
        approve = uno.getTypeByName("com.sun.star.task.XInteractionApprove")
        for continuation in request.getContinuations():
            if continuation.queryInterface(approve):
                continuation.select()


class InMainThread(unohelper.Base, XCallback):
    """Something to be done in the office's main thread, where it does what its user clicks.

    A command of an extension that another thread carries out can wait for ever: Python lets go of
    a cell range while it holds its own lock, and Calc wants its own for that, which it holds while
    it waits for Python's to calculate a formula (docs/reliability.md).
    """

    def __init__(self, action: Callable[[], Any]) -> None:
        self.action = action
        self.result: Any = None
        self.error: Exception | None = None
        self.ended = threading.Event()

    def notify(self, data: Any) -> None:
        try:
            self.result = self.action()
        except Exception as error:
            self.error = error
        finally:
            self.ended.set()


class Soffice:
    """The soffice process and the connection to it."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self.folder = folder
        self.pipe = f"permu-xl-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        profile = folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(SETTINGS, encoding="utf-8")
        self.command = [
            str(binary),
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            f"--accept=pipe,name={self.pipe};urp;",
            f"-env:UserInstallation={profile.as_uri()}",
        ]
        self.process: subprocess.Popen[bytes] | None = None
        self.context: Any = None
        self.desktop: Any = None
        self.sockets: list[str] = []

    def start(self) -> None:
        """Start soffice and connect; its output goes to this process's stderr."""
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        deadline = time.monotonic() + START_SECONDS
        while self.desktop is None:
            if self.process is None or self.process.poll() == RESTART_STATUS:
                # stdout belongs to the answers.
                self.process = subprocess.Popen(
                    self.command, stdin=subprocess.DEVNULL, stdout=sys.stderr
                )
            if self.process.poll() is not None:
                raise CallError(f"soffice ended with status {self.process.poll()} while starting")
            if time.monotonic() > deadline:
                raise CallError(f"soffice did not start within {START_SECONDS} s")
            try:
                context = resolver.resolve(
                    f"uno:pipe,name={self.pipe};urp;StarOffice.ComponentContext"
                )
            except NoConnectException:
                time.sleep(0.05)
                continue
            self.context = context
            self.desktop = context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
        self.sockets = self._socket_files()

    def install(self, extension: Path) -> None:
        """Install an extension into the profile and start soffice anew, which then knows it."""
        manager = self.context.getByName("/singletons/com.sun.star.deployment.ExtensionManager")
        url = uno.systemPathToFileUrl(str(extension))
        try:
            manager.addExtension(url, (), "user", None, Consent())
        except Exception as error:
            cause = getattr(error, "Cause", None)
            raise CallError(f"{extension} not installed: {error} {cause or ''}") from error
        self.stop()
        self.process = self.context = self.desktop = None
        self.start()

    def _socket_files(self) -> list[str]:
        """Return the socket files of soffice, which stay behind in /tmp when it is killed."""
        assert self.process is not None
        try:
            links = [os.readlink(each) for each in Path(f"/proc/{self.process.pid}/fd").iterdir()]
            lines = Path("/proc/net/unix").read_text(encoding="utf-8").splitlines()
        except OSError:  # no /proc, or a file closed meanwhile: then a socket may stay behind
            return []
        # A line ends in the inode and, where the socket has one, the path.
        fields = [line.split() for line in lines]
        return [each[-1] for each in fields if f"socket:[{each[-2]}]" in links and "/" in each[-1]]

    def answers(self) -> bool:
        """Tell whether soffice still works; a crashed one breaks the connection before it ends."""
        try:
            self.desktop.getImplementationName()
        except Exception:
            return False
        return not self.ended()

    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def stop(self) -> None:
        """End soffice, politely first, so that it tidies up after itself."""
        if self.process is None:
            return
        try:
            if self.desktop is not None and not self.ended():
                self.desktop.terminate()
                self.process.wait(END_SECONDS)
        except Exception as error:  # whatever goes wrong here, the other way follows
            print(f"soffice did not end when told to: {error}", file=sys.stderr)
        self.kill()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        for socket in self.sockets:
            Path(socket).unlink(missing_ok=True)


class Parts:
    """What was fetched of a document: an object that is new here costs as much as ten calls."""

    def __init__(self, document: Any) -> None:
        self.sheets = document.Sheets
        self.formats = document.NumberFormats
        self.names = document.NamedRanges
        self._by_name: dict[str, Any] = {}
        self._boolean: dict[int, bool] = {}

    def sheet(self, name: str) -> Any:
        """Return a sheet; one that was removed or renamed meanwhile has no longer its name."""
        found = self._by_name.get(name)
        if found is None or found.Name != name:
            if not self.sheets.hasByName(name):
                raise CallError(f"no sheet {name}; there are {list(self.sheets.ElementNames)}")
            found = self._by_name[name] = self.sheets.getByName(name)
        return found

    def is_boolean(self, format_key: int) -> bool:
        """Tell whether a number format is one of booleans."""
        found = self._boolean.get(format_key)
        if found is None:
            found = bool(self.formats.getByKey(format_key).Type & LOGICAL)
            self._boolean[format_key] = found
        return found


class Calls:
    """The calls that ``office.py`` may make; each public method is one, with its arguments."""

    def __init__(self, desktop: Any, context: Any) -> None:
        self.desktop = desktop
        self.context = context
        self.documents: dict[int, Any] = {}
        self.parts: dict[int, Parts] = {}

    def function_help(self) -> dict[str, list[str]]:
        known = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.sheet.FunctionDescriptions", self.context
        )
        found = {}
        for number in range(known.Count):
            told = {each.Name: each.Value for each in known.getByIndex(number)}
            arguments = told.get("Arguments") or ()
            found[told["Name"]] = [told["Description"], *(a.Description for a in arguments)]
        return found

    def open(self, path: str, macros: bool, copy: bool, read_only: bool, visible: bool) -> int:
        settings = {"Hidden": not visible, "AsTemplate": copy, "ReadOnly": read_only}
        if macros:
            settings["MacroExecutionMode"] = MACROS
        document = self.desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(path), "_blank", 0, properties(**settings)
        )
        if document is None:
            raise CallError(f"LibreOffice cannot load {path}")
        if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            document.close(True)
            raise CallError(f"{path} is not a spreadsheet")
        number = len(self.documents)
        self.documents[number] = document
        self.parts[number] = Parts(document)
        return number

    def close_others(self) -> list[str]:
        ours = [each.RuntimeUID for each in self.documents.values() if each is not None]
        components = self.desktop.Components.createEnumeration()
        found = []
        while components.hasMoreElements():
            each = components.nextElement()
            if each.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                found.append(each)
        others = [each for each in found if each.RuntimeUID not in ours]
        paths = [uno.fileUrlToSystemPath(each.URL) for each in others]
        for each in others:
            each.close(True)
        return paths

    def close(self, document: int) -> None:
        del self.parts[document]
        self.documents[document].close(True)
        self.documents[document] = None  # the place stays taken: a number is never used twice

    def recalculate(self, document: int) -> None:
        self.documents[document].calculateAll()

    def sheet_names(self, document: int, visible_only: bool) -> list[str]:
        return [
            name
            for name in self.parts[document].sheets.ElementNames
            if not visible_only or self._sheet(document, name).IsVisible
        ]

    def values(self, document: int, sheet: str, cells: str) -> list[list[float | str | None]]:
        area = self._cells(document, sheet, cells)
        # One call for all values. It shows blanks as "" and errors as None, which are set right
        # by two more calls, where there are any, instead of one call a cell.
        rows = [list(row) for row in area.getDataArray()]
        left, top = area.RangeAddress.StartColumn, area.RangeAddress.StartRow
        errors = any(None in row for row in rows)
        if any("" in row for row in rows):
            for blank in area.queryEmptyCells().RangeAddresses:
                for row, column in positions(blank):
                    rows[row - top][column - left] = None
        if errors:
            for (row, column), text in self._errors(document, sheet, area):
                rows[row - top][column - left] = text
        return rows

    def errors(self, document: int, sheet: str, cells: str | None) -> dict[str, str]:
        area = self._cells(document, sheet, cells) if cells else self._sheet(document, sheet)
        return {
            f"{column_letters(column)}{row + 1}": text
            for (row, column), text in self._errors(document, sheet, area)
        }

    def formula(self, document: int, sheet: str, cell: str) -> str | None:
        source = self._cell(document, sheet, cell)
        if source.Type != FORMULA:
            return None
        array = source.getFormula().startswith("{")
        if array:
            cursor = source.Spreadsheet.createCursorByRange(source)
            cursor.collapseToCurrentArray()
            source = cursor.getCellByPosition(0, 0)
            tokens = cursor.getArrayTokens()
        else:
            tokens = source.getTokens()
        text = self._parser(document).printFormula(tokens, source.CellAddress)
        # An error constant has no printable tokens.
        text = f"={text}" if text else source.getFormula()
        return f"{{{text}}}" if array else text

    def set(self, document: int, sheet: str, cell: str, value: float | str | None) -> None:
        target = self._cell(document, sheet, cell)
        self._forget_boolean_format(document, target)
        if value is None or isinstance(value, str):
            target.setString(value or "")  # an empty text empties the cell
        else:
            target.setValue(value)

    def paste(
        self, document: int, sheet: str, cell: str, rows: list[list[float | str | None]]
    ) -> None:
        first = self._cell(document, sheet, cell).CellAddress
        area = self._sheet(document, sheet).getCellRangeByPosition(
            first.Column, first.Row, first.Column + len(rows[0]) - 1, first.Row + len(rows) - 1
        )
        area.setDataArray(tuple(tuple("" if v is None else v for v in row) for row in rows))

    def set_formula(self, document: int, sheet: str, cells: str, formula: str) -> None:
        target = self._cells(document, sheet, cells)
        first = target.getCellByPosition(0, 0)
        tokens = self._parser(document).parseFormula(formula.removeprefix("="), first.CellAddress)
        self._forget_boolean_format(document, target)
        if ":" in cells:
            target.setArrayTokens(tokens)
        else:
            first.setTokens(tokens)

    def run(self, document: int, procedure: str, arguments: list[Any]) -> Any:
        provider = self.documents[document].getScriptProvider()
        script = provider.getScript(
            f"vnd.sun.star.script:VBAProject.{procedure}?language=Basic&location=document"
        )
        result, _, _ = script.invoke(tuple(map(as_basic, arguments)), (), ())
        return result

    def dispatch(self, document: int, address: str, arguments: dict[str, Any]) -> list[Any]:
        helper = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.DispatchHelper", self.context
        )
        frame = self.documents[document].CurrentController.Frame
        done = self._in_main_thread(
            lambda: helper.executeDispatch(frame, address, "_self", 0, properties(**arguments))
        )
        return [None, False] if done is None else [done.Result, bool(done.State)]

    def _in_main_thread(self, action: Callable[[], Any]) -> Any:
        call = InMainThread(action)
        self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.awt.AsyncCallback", self.context
        ).addCallback(call, None)
        while not call.ended.wait(1):
            self.desktop.getImplementationName()  # raises where the office has ended
        if call.error is not None:
            raise call.error
        return call.result

    def undo(self, document: int) -> None:
        self.documents[document].UndoManager.undo()

    def redo(self, document: int) -> None:
        self.documents[document].UndoManager.redo()

    def undo_titles(self, document: int) -> list[str]:
        return list(self.documents[document].UndoManager.getAllUndoActionTitles())

    def active_sheet(self, document: int) -> str:
        return str(self.documents[document].CurrentController.ActiveSheet.Name)

    def selection(self, document: int) -> str:
        return str(self.documents[document].CurrentSelection.AbsoluteName)

    def insert(self, document: int, sheet: str, kind: str, at: int, count: int) -> None:
        place = self._sheet(document, sheet)
        (place.Rows if kind == "rows" else place.Columns).insertByIndex(at - 1, count)

    def remove_rows(self, document: int, sheet: str, at: int, count: int) -> None:
        self._sheet(document, sheet).Rows.removeByIndex(at - 1, count)

    def move(self, document: int, sheet: str, cells: str, to: str) -> None:
        page = self._sheet(document, sheet)
        source = page.getCellRangeByName(cells).RangeAddress
        page.moveRange(page.getCellRangeByName(to).CellAddress, source)

    def sort(self, document: int, sheet: str, cells: str, column: int, down: bool) -> None:
        field = uno.createUnoStruct("com.sun.star.table.TableSortField")
        field.Field, field.IsAscending = column - 1, not down
        fields = uno.Any("[]com.sun.star.table.TableSortField", (field,))
        area = self._sheet(document, sheet).getCellRangeByName(cells)
        uno.invoke(area, "sort", (properties(SortFields=fields, ContainsHeader=False),))

    def protect(self, document: int, sheet: str) -> None:
        self._sheet(document, sheet).protect("")

    def look(self, document: int, sheet: str, cell: str) -> dict[str, Any]:
        target = self._cell(document, sheet, cell)
        values = target.getPropertyValues(LOOK)
        return {
            name: value if isinstance(value, (int, float, str)) else str(value)
            for name, value in zip(LOOK, values, strict=True)
        }

    def paint(self, document: int, sheet: str, cells: str, colour: int) -> None:
        self._cells(document, sheet, cells).CellBackColor = colour

    def notes(self, document: int, sheet: str) -> dict[str, str]:
        notes = self._sheet(document, sheet).Annotations
        found = [notes.getByIndex(number) for number in range(notes.Count)]
        told = [(each.Position, each.String) for each in found]
        return {f"{column_letters(at.Column)}{at.Row + 1}": text for at, text in told}

    def note(self, document: int, sheet: str, cell: str, text: str) -> None:
        address = self._cell(document, sheet, cell).CellAddress
        self._sheet(document, sheet).Annotations.insertNew(address, text)

    def snapshot(self, document: int) -> dict[str, Any]:
        found = {}
        for name in self.parts[document].sheets.ElementNames:
            sheet = self._sheet(document, name)
            cursor = sheet.createCursor()
            cursor.gotoEndOfUsedArea(False)
            last = cursor.RangeAddress
            area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
            found[name] = {
                "formulas": [list(row) for row in area.getFormulaArray()],
                "looks": self._looks(area),
                "notes": self.notes(document, name),
            }
        return found

    def _looks(self, area: Any) -> dict[str, list[Any]]:
        """Return by look the cells that have it; Calc may keep equal looks apart."""
        found: dict[str, list[Any]] = {}
        groups = area.UniqueCellFormatRanges
        for number in range(groups.Count):
            group = groups.getByIndex(number)
            look = str(group.getPropertyValues(LOOK))
            cells = [place for each in group.RangeAddresses for place in positions(each)]
            found.setdefault(look, []).extend(cells)
        return {look: sorted(cells) for look, cells in found.items()}

    def chart_references(self, document: int, sheet: str) -> list[str]:
        charts = self._sheet(document, sheet).Charts
        return [
            each.Values.SourceRangeRepresentation
            for name in charts.ElementNames
            for system in charts.getByName(name).EmbeddedObject.FirstDiagram.CoordinateSystems
            for kind in system.ChartTypes
            for series in kind.DataSeries
            for each in series.DataSequences
        ]

    def names(self, document: int) -> list[str]:
        own = [
            f"{sheet}!{name}"
            for sheet in self.sheet_names(document, False)
            for name in self._sheet(document, sheet).NamedRanges.ElementNames
        ]
        return sorted(self.parts[document].names.ElementNames) + own

    def named(self, document: int, name: str) -> bool | float | str | None:
        names, plain = self.parts[document].names, name
        if "!" in name:
            sheet, plain = name.rsplit("!", 1)
            names = self._sheet(document, sheet).NamedRanges
        if not names.hasByName(plain):
            raise CallError(f"no defined name {name}; there are {self.names(document)}")
        defined = names.getByName(plain)
        area = defined.getReferredCells()
        if area is None:
            raise CallError(f"the defined name {name} is no cell but {defined.Content}")
        cell = area.getCellByPosition(0, 0)
        if cell.Type == EMPTY:
            return None
        is_text = cell.Type == TEXT or (cell.Type == FORMULA and cell.FormulaResultType2 == STRING)
        if is_text or cell.getError():
            return str(cell.String)
        value = float(cell.Value)
        return bool(value) if self._is_boolean(document, cell) and value in (0, 1) else value

    def save(self, document: int, path: str) -> None:
        self._store(document, path)

    def pdf(self, document: int, path: str, sheet: str | None) -> None:
        sheets = [self._sheet(document, each) for each in self.sheet_names(document, False)]
        before = [(each, each.IsVisible, each.getPrintAreas()) for each in sheets]
        if sheet is not None:
            only = self._sheet(document, sheet)
            only.IsVisible = True  # first, since one sheet must stay visible
            for each in sheets:
                each.IsVisible = each.Name == only.Name
        try:
            # The exporter prints hidden sheets too where they have a print area. (It can also
            # pick cells to print, but then leaves print areas aside.)
            for each, _, areas in before:
                if areas and not each.IsVisible:
                    each.setPrintAreas(())
            self._store(document, path)
        finally:
            for each, _, areas in before:
                if areas:
                    each.setPrintAreas(areas)
            for each, visible, _ in sorted(before, key=lambda sheet_before: not sheet_before[1]):
                each.IsVisible = visible

    def _store(self, document: int, path: str) -> None:
        ending = Path(path).suffix.lower()
        if ending not in FILTERS:
            raise CallError(f"cannot write {path}: the ending must be one of {list(FILTERS)}")
        self.documents[document].storeToURL(
            uno.systemPathToFileUrl(path), properties(FilterName=FILTERS[ending])
        )

    def _sheet(self, document: int, name: str) -> Any:
        return self.parts[document].sheet(name)

    def _cells(self, document: int, sheet: str, cells: str) -> Any:
        # LibreOffice would take any defined name as well, also one of another sheet.
        if not re.fullmatch(r"\$?[A-Za-z]{1,3}\$?\d+(:\$?[A-Za-z]{1,3}\$?\d+)?", cells):
            raise CallError(f"{cells} is no cell or range such as A1 or A1:C5")
        return self._sheet(document, sheet).getCellRangeByName(cells)

    def _cell(self, document: int, sheet: str, cell: str) -> Any:
        if ":" in cell:
            raise CallError(f"{cell} is not a single cell")
        return self._cells(document, sheet, cell)

    def _errors(self, document: int, sheet: str, area: Any) -> list[tuple[tuple[int, int], str]]:
        source = self._sheet(document, sheet)
        return [
            ((row, column), source.getCellByPosition(column, row).String)
            for address in area.queryFormulaCells(ERROR).RangeAddresses
            for row, column in positions(address)
        ]

    def _is_boolean(self, document: int, cells: Any) -> bool:
        key = cells.NumberFormat  # None where the cells differ
        return key is not None and self.parts[document].is_boolean(key)

    def _forget_boolean_format(self, document: int, cells: Any) -> None:
        # A formula with a boolean result leaves its number format to whatever comes after it, and
        # a later 1 in the cell would look like TRUE.
        if self._is_boolean(document, cells):
            cells.NumberFormat = 0

    def _parser(self, document: int) -> Any:
        """Return a formula parser that speaks the language of .xlsx files, not Calc's own."""
        parser = self.documents[document].createInstance("com.sun.star.sheet.FormulaParser")
        parser.CompileEnglish = True
        parser.FormulaConvention = XL_OOX
        return parser


def as_basic(value: Any) -> Any:
    """Return lists, as JSON gives them, as the tuples that UNO takes for arrays."""
    return tuple(map(as_basic, value)) if isinstance(value, list) else value


def properties(**values: Any) -> tuple[Any, ...]:
    # UNO knows sequences as tuples only.
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return tuple(PropertyValue(name, 0, value, 0) for name, value in given.items())


def positions(address: Any) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row in range(address.StartRow, address.EndRow + 1)
        for column in range(address.StartColumn, address.EndColumn + 1)
    ]


def column_letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def answer(**content: Any) -> None:
    # JSON in plain ASCII, so that no locale can spoil Chinese text.
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def read_calls(calls: queue.Queue[str | None], soffice: Soffice) -> None:
    """Pass stdin on; at its end make sure that this process ends, even if the office hangs."""
    for line in sys.stdin:
        calls.put(line)
    calls.put(None)
    time.sleep(2 * END_SECONDS)
    soffice.kill()
    shutil.rmtree(soffice.folder, ignore_errors=True)
    os._exit(1)


def serve(calls: queue.Queue[str | None], soffice: Soffice, extensions: list[Path]) -> None:
    """Answer calls until stdin or the office ends."""
    try:
        soffice.start()
        for extension in extensions:
            soffice.install(extension)
    except CallError as error:
        answer(error=str(error), ended=True)
        return
    answer(result=soffice.sockets)
    served = Calls(soffice.desktop, soffice.context)
    while (line := calls.get()) is not None:
        request = json.loads(line)
        try:
            answer(result=getattr(served, request["call"])(**request["args"]))
        except CallError as error:
            answer(error=str(error), ended=False)
        except Exception as error:  # anything UNO throws is the test's business, not the worker's
            answer(error=f"{type(error).__name__}: {error}", ended=not soffice.answers())


def main() -> None:
    soffice = Soffice(Path(sys.argv[1]), Path(sys.argv[2]))
    calls: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=read_calls, args=(calls, soffice), daemon=True).start()
    try:
        serve(calls, soffice, [Path(each) for each in sys.argv[3:]])
    finally:
        soffice.stop()
        shutil.rmtree(soffice.folder, ignore_errors=True)
    # Without the interpreter's own clean-up, which fails while the thread still reads stdin.
    os._exit(0)


if __name__ == "__main__":
    main()
