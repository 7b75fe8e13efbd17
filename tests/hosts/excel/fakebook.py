"""A stand-in for an xlwings Book: it holds cells, notes what is read and written, and can fail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.formula import ArrayFormula
from python_calamine import CalamineWorkbook


def _as_com(value: Any) -> Any:
    """Return a value as xlwings gives it: dates always with a time."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value


class FakeApp:
    """Modes, status bar, message boxes and dialogs; ``log`` has what was set, opened or shown."""

    def __init__(self) -> None:
        self.log: list[tuple[str, Any]] = []
        self.alerts: list[tuple[str, str]] = []
        self.questions: list[str] = []
        self.answers: list[str] = []
        self.picked: list[Path] = []
        self.dialogs: list[tuple[str, str, str, str]] = []
        self.opened: list[str] = []
        self.__dict__.update(calculation="automatic", screen_updating=True, status_bar=False)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in ("calculation", "screen_updating", "status_bar"):
            self.log.append((name, value))

    def calculate(self) -> None:
        self.log.append(("calculate", None))

    def open(self, name: str) -> None:
        assert self.alerts, "the message comes first"
        self.opened.append(name)


class FakeRange:
    """A rectangle of cells."""

    def __init__(self, sheet: FakeSheet, first: tuple[int, int], last: tuple[int, int]) -> None:
        self.sheet, self.first, self.last = sheet, first, last
        self._options: dict[str, Any] = {}

    @property
    def row(self) -> int:
        return self.first[0]

    @property
    def column(self) -> int:
        return self.first[1]

    @property
    def api(self) -> FakeRange:
        """Excel's own range."""
        return self

    @property
    def Value2(self) -> Any:
        return tuple(
            tuple(self.sheet.counted.get((r, c)) for c in range(self.first[1], self.last[1] + 1))
            for r in range(self.first[0], self.last[0] + 1)
        )

    @property
    def last_cell(self) -> FakeRange:
        return FakeRange(self.sheet, self.last, self.last)

    def options(self, **options: Any) -> Self:
        self._options = options
        return self

    @property
    def value(self) -> Any:
        assert self._options == {"ndim": 2, "empty": "", "err_to_str": True}
        self.sheet.book.note("read", self)
        return [
            [self.sheet.cells.get((r, c), "") for c in range(self.first[1], self.last[1] + 1)]
            for r in range(self.first[0], self.last[0] + 1)
        ]

    @value.setter
    def value(self, rows: list[list[Any]]) -> None:
        self._put("write", rows)

    @property
    def formula(self) -> Any:
        rows = tuple(
            tuple(
                self.sheet.formulas.get((r, c), "") for c in range(self.first[1], self.last[1] + 1)
            )
            for r in range(self.first[0], self.last[0] + 1)
        )
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    @formula.setter
    def formula(self, rows: list[list[Any]]) -> None:
        self._put("formula", rows)

    def autofill(self, destination: FakeRange, type_: str) -> None:
        assert type_ == "fill_formats"
        assert destination.first == self.first
        self.sheet.book.note("look", destination)

    def _put(self, what: str, rows: list[list[Any]]) -> None:
        self.sheet.book.note(what, self)
        assert len(rows) == self.last[0] - self.first[0] + 1
        for left, top, right, bottom in self.sheet.arrays:
            inside = [
                self.first[0] <= row <= self.last[0] and self.first[1] <= column <= self.last[1]
                for row in (top, bottom)
                for column in (left, right)
            ]
            assert all(inside) or not any(inside), "Excel changes an array formula as a whole only"
        for r, row in enumerate(rows, self.first[0]):
            assert len(row) == self.last[1] - self.first[1] + 1
            for c, value in enumerate(row, self.first[1]):
                ours = "PERMU_" in self.sheet.formulas.get((r, c), "")
                assert not (ours and self.sheet.book.keeps_our_formulas)
                self._enter((r, c), value)

    def _enter(self, place: tuple[int, int], value: Any) -> None:
        """Enter a value as Excel does: an apostrophe keeps text, without one it is interpreted."""
        self.sheet.formulas.pop(place, None)
        self.sheet.cells.pop(place, None)
        if value is None or value == "":
            return
        if isinstance(value, str):
            if value.startswith("="):
                self.sheet.formulas[place] = value
                return
            assert value.startswith("'"), f"Excel would interpret {value!r}"
            value = value[1:]
        self.sheet.cells[place] = value


class FakeSeries:
    """A series of a chart, by its SERIES formula."""

    def __init__(self, book: FakeBook, sheet: str, formula: str) -> None:
        self.book, self.sheet, self._formula = book, sheet, formula

    @property
    def Formula(self) -> str:
        return self._formula

    @Formula.setter
    def Formula(self, text: str) -> None:
        self.book.fault("chart", self.sheet)
        self._formula = text


class FakeChart:
    """A chart as xlwings has it; ``api`` is Excel's pair of ChartObject and Chart."""

    def __init__(self, *series: FakeSeries) -> None:
        self.series = series
        self.api = (None, self)

    def SeriesCollection(self) -> FakeChart:
        return self

    @property
    def Count(self) -> int:
        return len(self.series)

    def Item(self, number: int) -> FakeSeries:
        return self.series[number - 1]


class FakeCells:
    """All cells of a sheet, to be searched backwards."""

    def __init__(self, sheet: FakeSheet) -> None:
        self.sheet = sheet
        self.Row = self.Column = 1

    def __call__(self, row: int, column: int) -> FakeCells:
        assert (row, column) == (1, 1)
        return self

    def Find(self, what: str, after: Any, looks_in: int, at: int, order: int, way: int) -> Any:
        assert (what, looks_in, at, way) == ("*", -4123, 2, 2)
        found = FakeCells(self.sheet)
        places = [*self.sheet.cells, *self.sheet.formulas]
        found.Row = max(row for row, _ in places)
        found.Column = max(column for _, column in places)
        return found


class FakeSheet:
    """Cells and formulas by row and column."""

    def __init__(self, book: FakeBook, name: str) -> None:
        self.book, self.name = book, name
        self.cells: dict[tuple[int, int], Any] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.counted: dict[tuple[int, int], float] = {}
        self.arrays: list[tuple[int, int, int, int]] = []
        self.charts: list[FakeChart] = []
        self.Visible = -1
        self.Cells = FakeCells(self)
        # A look that reaches farther than the contents.
        self.formatted = (1, 1)

    @property
    def api(self) -> FakeSheet:
        """Excel's own sheet."""
        return self

    @property
    def used_range(self) -> FakeRange:
        places = [*self.cells, *self.formulas] or [(1, 1)]
        last = max(r for r, _ in places), max(c for _, c in places)
        last = max(last[0], self.formatted[0]), max(last[1], self.formatted[1])
        return FakeRange(self, (1, 1), last)

    def range(self, first: tuple[int, int], last: tuple[int, int] | None = None) -> FakeRange:
        return FakeRange(self, first, last or first)

    def activate(self) -> None:
        self.book.active = self.name


class FakeSheets(dict[str, FakeSheet]):
    """Sheets by name, iterated in order, as xlwings does."""

    def __init__(self, book: FakeBook) -> None:
        super().__init__()
        self.book = book

    @property
    def active(self) -> FakeSheet:
        return self[self.book.active]

    def add(self, name: str, *, after: FakeSheet) -> FakeSheet:
        self.book.fault("add", name)
        assert after is list(self)[-1]
        made = self[name] = FakeSheet(self.book, name)
        made.activate()
        return made

    def __iter__(self) -> Any:
        return iter(self.values())


class FakeBook:
    """An open workbook, filled from a file; ``fault`` may raise at any read or write."""

    def __init__(self, path: Path) -> None:
        self.app = FakeApp()
        self.path = path
        self.name, self.fullname = path.name, str(path)
        self.log: list[tuple[str, str, tuple[int, int], tuple[int, int]]] = []
        self.fault: Callable[[str, str], None] = lambda what, sheet: None
        self.active = ""
        self.api = self
        self.Date1904 = False
        self.keeps_our_formulas = True
        self.sheets = FakeSheets(self)
        for source in openpyxl.load_workbook(path).worksheets:
            sheet = self.sheets[source.title] = FakeSheet(self, source.title)
            for row in source.iter_rows():
                for cell in row:
                    value: Any = cell.value
                    if isinstance(value, ArrayFormula):
                        left, top, right, bottom = range_boundaries(value.ref)
                        sheet.arrays.append((left, top, right, bottom))
                        for part in source.iter_rows(top, bottom, left, right):
                            for each in part:
                                sheet.formulas[each.row, each.column] = str(value.text)
                    elif cell.data_type == "f":
                        sheet.formulas[cell.row, cell.column] = str(value)
        self.active = next(iter(self.sheets)).name
        with CalamineWorkbook.from_path(path) as values:
            for sheet in self.sheets:
                rows = values.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                for r, row_values in enumerate(rows, 1):
                    for c, value in enumerate(row_values, 1):
                        if value != "" and (r, c) not in sheet.formulas:
                            sheet.cells[r, c] = _as_com(value)

    def note(self, what: str, area: FakeRange) -> None:
        self.fault(what, area.sheet.name)
        self.log.append((what, area.sheet.name, area.first, area.last))

    def SaveCopyAs(self, name: str) -> None:
        self.fault("save", "")
        Path(name).write_bytes(self.path.read_bytes())
