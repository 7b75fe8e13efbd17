"""A real, private, headless LibreOffice for tests.

The tests run in a virtual environment that has no ``uno``, so the office is driven by a second
process (``office_worker.py``) under the Python that LibreOffice was built for. No call can hang a
test run: an office that does not answer in time is killed, and the next ``open`` starts a new one.

    with Office() as office, office.open(path) as book:
        book.set("原始数据", "F2", 12.5)
        book.recalculate()
        assert book.named("test_scores") is True
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

# Older ones lose the names of add-in functions when they read and write .xlsx.
MINIMUM_VERSION = (25, 2)
# A start takes two seconds on an idle machine; the rest is for a busy one.
START_SECONDS = 90.0
CALL_SECONDS = 60.0
END_SECONDS = 20.0

WORKER = Path(__file__).with_name("office_worker.py")

Value = float | str | None


class OfficeError(Exception):
    """LibreOffice cannot do what was asked."""


class OfficeTimeoutError(OfficeError):
    """LibreOffice did not answer in time and was killed."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where LibreOffice's program file is, and a Python that can talk to it."""

    soffice: Path
    python: Path


def find_office() -> str | None:
    """Say why no usable LibreOffice is there, or None where one is."""
    found = _installation()
    return found if isinstance(found, str) else None


@functools.cache
def _installation() -> Installation | str:
    program = _program_folder()
    if program is None:
        return "no LibreOffice (soffice) found"
    version = _version(program)
    if version < MINIMUM_VERSION:
        found, wanted = (".".join(map(str, each)) for each in (version, MINIMUM_VERSION))
        return f"LibreOffice {found} is too old, {wanted} or newer is needed"
    for python in (Path("/usr/bin/python3"), program / "python"):
        if _imports_uno(python):
            return Installation(program / "soffice.bin", python)
    return "no Python with LibreOffice's uno module found (Debian: python3-uno)"


def _program_folder() -> Path | None:
    candidates = []
    if command := shutil.which("soffice"):
        candidates.append(Path(command).resolve().parent)
    candidates += [Path("/usr/lib/libreoffice/program"), Path("/usr/lib64/libreoffice/program")]
    candidates += sorted(Path("/opt").glob("libreoffice*/program"), reverse=True)
    return next((each for each in candidates if (each / "soffice.bin").is_file()), None)


def _version(program: Path) -> tuple[int, ...]:
    # Reading the file is instant, while asking soffice takes a start of it.
    text = (program / "bootstraprc").read_text(encoding="utf-8", errors="replace")
    match = re.search(r"^ProductKey=\D*(\d+)\.(\d+)", text, re.MULTILINE)
    return tuple(map(int, match.groups())) if match else (0, 0)


def _imports_uno(python: Path) -> bool:
    try:
        done = subprocess.run(
            [python, "-I", "-c", "import uno"], env=_environment(), capture_output=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _environment() -> dict[str, str]:
    """Return the environment for LibreOffice and its Python."""
    # The first python3 on the PATH decides where soffice looks for its Python library, and a
    # strange one kills it. The Python settings of a virtual environment would do the same.
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    kept["PATH"] = os.pathsep.join(["/usr/bin", "/bin", kept.get("PATH", "")])
    # English error texts, and a coding that can open files with Chinese names.
    kept["LC_ALL"] = "C.UTF-8"
    kept["SAL_USE_VCLPLUGIN"] = "svp"
    return kept


class Office:
    """A private LibreOffice; a context manager that starts and ends it.

    ``timeout`` is the number of seconds that any one call may take, ``extension`` an .oxt file to
    be installed into the private profile.
    """

    def __init__(self, timeout: float = CALL_SECONDS, extension: Path | None = None) -> None:
        self.timeout = timeout
        self.extension = extension
        self._worker: _Worker | None = None

    def __enter__(self) -> Self:
        self._running()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def open(
        self,
        path: Path | str,
        *,
        macros: bool = False,
        copy: bool = False,
        read_only: bool = False,
        visible: bool = False,
    ) -> Document:
        """Open a workbook; ``macros`` lets its VBA run, also what runs when it opens.

        ``copy`` opens it as a new one that has never been saved.  ``visible`` gives it a window
        that counts as seen; every message and dialog is then as good as cancelled at once.

        Values that the file holds for its formulas are kept, whoever wrote them; formulas
        without a value are calculated. ``Document.recalculate`` calculates them all.
        """
        source = Path(path).resolve()
        if not source.is_file():
            raise OfficeError(f"no file {source}")
        if not source.stat().st_size:
            raise OfficeError(f"{source} is empty")  # LibreOffice would show a new workbook
        worker = self._running()
        number = worker.call(
            "open", self.timeout, path=str(source), macros=macros, copy=copy, read_only=read_only,
            visible=visible,
        )  # fmt: skip
        return Document(worker, number, self.timeout)

    def close_others(self) -> list[Path]:
        """Close the workbooks that were opened by something else and return their files."""
        return [Path(each) for each in self._running().call("close_others", self.timeout)]

    def function_help(self) -> dict[str, list[str]]:
        """Return for every function the help that the wizard shows: its own, its arguments'."""
        found: dict[str, list[str]] = self._running().call("function_help", self.timeout)
        return found

    @property
    def user_folder(self) -> Path:
        """The folder of the private profile in which LibreOffice and extensions keep files."""
        return self._running().folder / "profile" / "user"

    @property
    def process(self) -> int:
        """The process that LibreOffice is a child of."""
        return self._running().process

    def close(self) -> None:
        """End LibreOffice and remove its profile; open documents are lost."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def _running(self) -> _Worker:
        # One hung or crashed test must not fail all that come after it.
        if self._worker is None or self._worker.ended:
            found = _installation()
            if isinstance(found, str):
                raise OfficeError(found)
            self._worker = _Worker(found, self.extension)
        return self._worker


class Document:
    """A workbook that is open in LibreOffice.

    Sheets are addressed by name and cells as ``A1`` or ``A1:C5``. Formulas are read and written
    as an .xlsx file spells them (``IF(A1>0,"是","否")``, ``'别页'!B2``, ``_xlfn.CONCAT(A1)``).
    Sheet protection does not hold against this interface.
    """

    def __init__(self, worker: _Worker, number: int, timeout: float) -> None:
        self._worker = worker
        self._number = number
        self._timeout = timeout
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # After a failure the office may be gone, and that failure is the one to be seen.
        with contextlib.suppress(*([OfficeError] if error else [])):
            self.close()

    def recalculate(self) -> None:
        """Calculate every formula, also those that seem unchanged."""
        self._call("recalculate")

    def values(self, sheet: str, cells: str) -> list[list[Value]]:
        """Return the values of a range by row; booleans as 1.0 and 0.0, errors as their text."""
        rows: list[list[Value]] = self._call("values", sheet=sheet, cells=cells)
        return rows

    def errors(self, sheet: str, cells: str | None = None) -> dict[str, str]:
        """Return the error cells of a range or the whole sheet, such as ``{"B7": "#N/A"}``."""
        found: dict[str, str] = self._call("errors", sheet=sheet, cells=cells)
        return found

    def formula(self, sheet: str, cell: str) -> str | None:
        """Return a cell's formula, ``=...`` or for an array formula ``{=...}``; None for none."""
        text: str | None = self._call("formula", sheet=sheet, cell=cell)
        return text

    def set(self, sheet: str, cell: str, value: Value) -> None:
        """Put a value into a cell; text stays text, whatever it looks like, None empties it."""
        if isinstance(value, bool):
            raise TypeError("set writes numbers and texts; write =TRUE() with set_formula")
        self._call("set", sheet=sheet, cell=cell, value=value)

    def paste(self, sheet: str, cell: str, rows: Sequence[Sequence[Value]]) -> None:
        """Put rows of values into the sheet, ``cell`` being the first; as ``set`` does."""
        if any(isinstance(value, bool) for row in rows for value in row):
            raise TypeError("paste writes numbers and texts")
        self._call("paste", sheet=sheet, cell=cell, rows=rows)

    def set_formula(self, sheet: str, cells: str, formula: str) -> None:
        """Put a formula into a cell, or an array formula over a range such as ``A1:A3``."""
        self._call("set_formula", sheet=sheet, cells=cells, formula=formula)

    def run(self, procedure: str, *arguments: Any) -> Any:
        """Run a public VBA procedure, ``module.name``, of a workbook opened with ``macros``.

        Arguments and results are numbers, texts, booleans, None, or rows of them.
        """
        return self._call("run", procedure=procedure, arguments=arguments)

    def dispatch(self, address: str, **arguments: Any) -> tuple[str | None, bool]:
        """Carry out a command by its address, as a menu does; return its result and success."""
        result, done = self._call("dispatch", address=address, arguments=arguments)
        return result, bool(done)

    def undo(self) -> None:
        """Take the last step back."""
        self._call("undo")

    def redo(self) -> None:
        """Do the step that was taken back again."""
        self._call("redo")

    def undo_titles(self) -> list[str]:
        """Return the steps that can be taken back, the last one first."""
        titles: list[str] = self._call("undo_titles")
        return titles

    def active_sheet(self) -> str:
        """Return the name of the sheet in front."""
        return str(self._call("active_sheet"))

    def selection(self) -> str:
        """Return what is selected, such as ``$表.$A$1``."""
        return str(self._call("selection"))

    def insert_rows(self, sheet: str, row: int, count: int = 1) -> None:
        """Insert rows before a row."""
        self._call("insert", sheet=sheet, kind="rows", at=row, count=count)

    def insert_columns(self, sheet: str, column: int, count: int = 1) -> None:
        """Insert columns before a column, by its number."""
        self._call("insert", sheet=sheet, kind="columns", at=column, count=count)

    def remove_rows(self, sheet: str, row: int, count: int = 1) -> None:
        """Delete rows from a row on."""
        self._call("remove_rows", sheet=sheet, at=row, count=count)

    def move(self, sheet: str, cells: str, to: str) -> None:
        """Cut a range out and put it where ``to`` is its first cell."""
        self._call("move", sheet=sheet, cells=cells, to=to)

    def sort(self, sheet: str, cells: str, column: int, *, down: bool = False) -> None:
        """Sort the rows of a range by one of its columns, counted from 1."""
        self._call("sort", sheet=sheet, cells=cells, column=column, down=down)

    def protect(self, sheet: str) -> None:
        """Protect a sheet, without a password."""
        self._call("protect", sheet=sheet)

    def look(self, sheet: str, cell: str) -> dict[str, Any]:
        """Return style, colour, weight and number format of a cell."""
        found: dict[str, Any] = self._call("look", sheet=sheet, cell=cell)
        return found

    def paint(self, sheet: str, cells: str, colour: int) -> None:
        """Give cells a background."""
        self._call("paint", sheet=sheet, cells=cells, colour=colour)

    def notes(self, sheet: str) -> dict[str, str]:
        """Return the comments of a sheet by cell."""
        found: dict[str, str] = self._call("notes", sheet=sheet)
        return found

    def note(self, sheet: str, cell: str, text: str) -> None:
        """Attach a comment to a cell."""
        self._call("note", sheet=sheet, cell=cell, text=text)

    def snapshot(self) -> dict[str, Any]:
        """Return by sheet all that its cells hold: formulas or values, looks, comments."""
        found: dict[str, Any] = self._call("snapshot")
        return found

    def chart_references(self, sheet: str) -> list[str]:
        """Return the ranges that a sheet's charts are drawn from."""
        found: list[str] = self._call("chart_references", sheet=sheet)
        return found

    def names(self) -> list[str]:
        """Return the defined names; those of one sheet as ``sheet!name``."""
        names: list[str] = self._call("names")
        return names

    def named(self, name: str) -> bool | Value:
        """Return the value of the first cell that a defined name refers to.

        A boolean comes as ``bool``. LibreOffice keeps booleans as 1 and 0 and tells them apart by
        number format only: a boolean in a cell that the workbook formats as a number comes as
        1.0 or 0.0. A text ``TRUE`` stays text.
        """
        value: bool | Value = self._call("named", name=name)
        return value

    def sheet_names(self, visible_only: bool = False) -> list[str]:
        """Return the names of the sheets in order, hidden ones too unless told otherwise."""
        names: list[str] = self._call("sheet_names", visible_only=visible_only)
        return names

    def save(self, path: Path | str) -> None:
        """Write a copy as .xlsx, .xls or .ods, by the ending."""
        if Path(path).suffix.lower() not in (".xlsx", ".xls", ".ods"):
            raise OfficeError(f"cannot save {path}: the ending must be .xlsx, .xls or .ods")
        self._call("save", path=str(Path(path).resolve()))

    def pdf(self, path: Path | str, sheet: str | None = None) -> None:
        """Print the visible sheets, or one sheet, to a PDF file."""
        if Path(path).suffix.lower() != ".pdf":
            raise OfficeError(f"cannot print to {path}: the ending must be .pdf")
        self._call("pdf", path=str(Path(path).resolve()), sheet=sheet)

    def close(self) -> None:
        """Close the workbook without saving; what is closed or gone already does no harm."""
        if self._open and not self._worker.ended:
            self._open = False
            self._worker.call("close", self._timeout, document=self._number)

    def _call(self, call: str, **arguments: Any) -> Any:
        if not self._open:
            raise OfficeError("the document is closed")
        return self._worker.call(call, self._timeout, document=self._number, **arguments)


def render_pages(
    xlsx: Path | str,
    out_dir: Path | str,
    sheets: Sequence[str] | None = None,
    dpi: int = 80,
    *,
    office: Office | None = None,
) -> dict[str, list[Path]]:
    """Draw the printed pages of a workbook's sheets as PNG files in ``out_dir``.

    ``sheets`` are the ones to draw, hidden or not; None means all that are visible. The result
    has the pages of each sheet in order. Without ``office`` one is started for this call.
    """
    pdftoppm = shutil.which("pdftoppm")
    if pdftoppm is None:
        raise OfficeError("no pdftoppm found (Debian: poppler-utils)")
    folder = Path(out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    pages: dict[str, list[Path]] = {}
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="permu-xl-pages-")))
        running = office or stack.enter_context(Office())
        book = stack.enter_context(running.open(xlsx))
        names = book.sheet_names()
        for sheet in book.sheet_names(visible_only=True) if sheets is None else sheets:
            pdf = scratch / "sheet.pdf"
            book.pdf(pdf, sheet)
            for old in scratch.glob("page-*.png"):
                old.unlink()
            subprocess.run(
                [pdftoppm, "-png", "-r", str(dpi), pdf, scratch / "page"],
                check=True,
                timeout=running.timeout,
            )
            drawn = sorted(scratch.glob("page-*.png"), key=lambda page: int(page.stem[5:]))
            stem = f"{Path(xlsx).stem}-{names.index(sheet) + 1:02}-{sheet}"
            pages[sheet] = [
                Path(shutil.move(page, folder / f"{stem}-{number:02}.png"))
                for number, page in enumerate(drawn, start=1)
            ]
    return pages


class _Worker:
    """One run of ``office_worker.py`` and the LibreOffice below it."""

    def __init__(self, installation: Installation, extension: Path | None = None) -> None:
        self.ended = False
        command = [installation.python, "-I", WORKER, installation.soffice]
        self._folder = Path(tempfile.mkdtemp(prefix="permu-xl-office-"))
        scratch = self._folder / "tmp"
        scratch.mkdir()
        # Without a name, so that it can still be read when the folder is gone.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [*command, self._folder, *([extension] if extension else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**_environment(), "TMPDIR": str(scratch)},
            text=True,
            encoding="utf-8",
            # A session of its own: one signal ends worker and office, and none but ours does.
            start_new_session=True,
        )
        atexit.register(self.stop)
        self._sockets: list[str] = []
        self._answers: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read_answers, daemon=True).start()
        self._sockets = self._answer("start", START_SECONDS)

    @property
    def folder(self) -> Path:
        """The private folder of this run."""
        return self._folder

    @property
    def process(self) -> int:
        """The number of this process."""
        return self._process.pid

    def call(self, call: str, timeout: float, **arguments: Any) -> Any:
        """Have the worker do something and return its result."""
        if self.ended:
            raise OfficeError("this LibreOffice has ended; open the document again")
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"call": call, "args": arguments}) + "\n")
            self._process.stdin.flush()
        except OSError:
            self._give_up(OfficeError(f"{call}: LibreOffice has ended"))
        return self._answer(call, timeout)

    def stop(self) -> None:
        """End worker and office, by force where they do not end by themselves."""
        if self.ended:
            return
        self.ended = True
        atexit.unregister(self.stop)
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        self._kill()

    def _answer(self, call: str, timeout: float) -> Any:
        try:
            line = self._answers.get(timeout=timeout)
        except queue.Empty:
            self._give_up(OfficeTimeoutError(f"{call}: no answer within {timeout:g} s"))
        except BaseException as interruption:
            # The answer may still come and would be taken for that of the next call.
            self._give_up(interruption)
        if line is None:
            self._give_up(OfficeError(f"{call}: LibreOffice ended unexpectedly"))
        answer = json.loads(line)
        if "error" in answer:
            error = OfficeError(f"{call}: {answer['error']}")
            if answer["ended"]:
                self._give_up(error)
            raise error
        return answer["result"]

    def _give_up(self, error: BaseException) -> NoReturn:
        self.ended = True
        atexit.unregister(self.stop)
        self._log.seek(0)
        if output := self._log.read().decode(errors="replace").strip():
            error.add_note(f"last output of LibreOffice:\n{output[-2000:]}")
        self._kill()
        raise error

    def _kill(self) -> None:
        assert self._process.stdin is not None
        # The worker leads the session, so its id is that of the group, also when it has ended.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        for socket in self._sockets:
            Path(socket).unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _read_answers(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._answers.put(line)
        self._answers.put(None)
