"""Reading a table of firms (原始数据, 上年数据) into a roster.

Longer than other modules: one pass over a table, its steps in the order of reading.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np

from permu_xl.engine.model import (
    DECIDE,
    IN,
    OUT,
    Attribute,
    BoolArray,
    Categories,
    DateArray,
    FloatArray,
    Roster,
    Scheme,
    texts,
)
from permu_xl.errors import BookError
from permu_xl.findings import At, Finding
from permu_xl.schemes import industries
from permu_xl.text import (
    EXACT_BELOW,
    fold,
    is_placeholder_code,
    normal_industry,
    number_in,
)
from permu_xl.workbook import layout
from permu_xl.workbook.layout import TableAt, find_table
from permu_xl.workbook.reading.appearance import Appearance, Column
from permu_xl.workbook.reading.model import FirmTable, Placed
from permu_xl.xlsx import cells
from permu_xl.xlsx.cells import CellError, Grid, address, is_blank, unit_factor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction

MOST_FINDINGS = 300_000
"""Beyond this many nobody reads on, and they would fill the memory."""

_T = TypeVar("_T")
_CODE = re.compile(r"(?=[0-9]*[A-Z])(?!.*XXXX)[0-9A-Z]{18}")
_TOTALS = ("合计", "小计", "总计", "平均", "均值", "平均值")
_FEW = 3
"""With so few different signs a code may be a stand-in for none."""


def _is_plain(code: Any, name: Any) -> bool:
    """Return whether code and name, as nearly all are, are already as they are read."""
    return (
        type(code) is str
        and type(name) is str
        and _CODE.fullmatch(code) is not None
        and len(set(code)) > _FEW
        and not name.endswith(_TOTALS)
        # No space but the ordinary one is printable.
        and name.isprintable()
        and "  " not in name
        and name == name.strip()
    )


def _word_of(text: str) -> str | None:
    """Return what kind of row a text heads, where it is no firm's (``row_word``)."""
    # Only for rows that are not like all others: its patterns take longer than many districts.
    from permu_xl.text import row_word

    return row_word(text)


def _shown(heads: Sequence[str]) -> str:
    """Return the first of what heads a row, as a message shows it."""
    return cells.shortened(next((head for head in heads if head), ""))


def read_firms(
    grid: Grid, scheme: Scheme, table: Literal["current", "previous"], findings: list[Finding]
) -> FirmTable | None:
    """Read a sheet of firms; None when no header is found.  What cannot be read is noted."""
    fields = layout.data_fields(scheme)
    at = find_table(grid.rows, fields)
    if at is None:
        return None
    reader = _Reader(grid, at, {f.key: f.name for f in fields}, table, findings)
    reader.check_header()
    reader.pick_rows([column.id for column in scheme.columns.values()])
    units = {f.key: f.unit for f in fields if f.key in scheme.columns or f.key == "bonus_points"}
    reader.look(units)
    start_dates = reader.dates("start_date")
    included, decided = reader.marks("included")
    roster = Roster(
        codes=texts(reader.codes),
        names=texts(reader.names),
        industries=reader.industries(),
        start_dates=start_dates,
        numbers={id: reader.numbers(id) for id in scheme.columns},
        bonus_points=reader.numbers("bonus_points"),
        bonus_labels=Categories.of([cells.show(c) for c in reader.column("bonus_labels")]),
        flags={id: reader.flag(id) for id in scheme.flags},
        included=np.where(decided, np.where(included, IN, OUT), DECIDE).astype(np.int8),
        attributes={a.id: reader.attribute(a) for a in scheme.asked_attributes},
    )
    reader.tell_look()
    placed = Placed(grid.sheet, at, tuple(row + 1 for row in reader.rows))
    refused = frozenset(reader.refused)
    return FirmTable(placed, roster, reader.interpreted, refused, reader.passed)


class _Reader:
    """One pass over a table: reads columns, notes findings and the cells it interpreted."""

    def __init__(
        self,
        grid: Grid,
        at: TableAt,
        items: dict[str, str],
        table: Literal["current", "previous"],
        findings: list[Finding],
    ) -> None:
        self.grid, self.at, self.items = grid, at, items
        self.table, self.findings = table, findings
        self.doubtful_columns = grid.doubtful_columns()
        self.interpreted: dict[tuple[int, str], str | float] = {}
        self.rows: list[int] = []
        self.codes: list[str] = []
        self.names: list[str] = []
        self.seen: Appearance | None = None
        self.refused: set[tuple[int, str]] = set()
        self.passed = 0
        """How many rows with something under code or name are no firms."""

    def look(self, units: Mapping[str, str]) -> None:
        """Look at how the columns of figures are shown; ``units`` are these by field."""
        if not self.grid.look:
            return

        def worth(unit: str) -> Callable[[str], Fraction | None]:
            return lambda words: unit_factor(words, unit)

        columns = {
            at: Column(at, key, self.items[key], unit, worth(unit))
            for key, unit in units.items()
            if (at := self.at.columns.get(key)) is not None
        }
        identity = (self.at.columns.get(key) for key in ("code", "name"))
        places = frozenset(at for at in identity if at is not None)
        self.seen = Appearance(self.grid, columns, places, rows=list(self.rows))

    def tell_look(self) -> None:
        """Note what is odd about the look of the columns that were read."""

        def place(_row: int, _column: int | None, cells: str, item: str, value: str) -> At:
            name, sheet = self.items.get(item, ""), self.grid.sheet
            return At(self.table, column=item, item=name, value=value, sheet=sheet, cell=cells)

        if self.seen is not None:
            self.findings += self.seen.findings(place)

    def cell_at(self, row: int, key: str, entry: int | None = None) -> At:
        """Return the place of the cell in a 0-based row; ``entry`` is its firm's position."""
        column = self.at.columns.get(key, min(self.at.columns.values()))
        return At(
            self.table,
            entry,
            key,
            self.items.get(key, ""),
            cells.show(self.grid.cell(row, column)),
            firm_code="" if entry is None else self.codes[entry],
            firm_name="" if entry is None else self.names[entry],
            sheet=self.grid.sheet,
            cell=address(row, column),
        )

    def note(self, finding: Finding) -> None:
        """Note a finding; BookError where there are more than anybody reads."""
        if len(self.findings) >= MOST_FINDINGS:
            raise BookError(
                f"工作表“{self.grid.sheet}”里读不懂的单元格超过{MOST_FINDINGS}个，已停止核查；"
                "多半是整列粘贴错了位置，请先对照表头改正，或从模板重新填写。"
            )
        self.findings.append(finding)

    def unreadable(self, code: str, entry: int, key: str, error: CellError) -> None:
        """Note that a firm's cell cannot be understood."""
        at = self.cell_at(self.rows[entry], key, entry)
        self.note(Finding.of(code, at, problem=error.problem, remedy=error.remedy))

    def check_header(self) -> None:
        """Note columns that are missing, stand twice or name another unit."""
        row = self.at.header_row
        for field in self.at.missing:
            self.note(Finding.of("E411", self.cell_at(row, field.key), header=field.header))
        for key, columns in self.at.repeated.items():
            where = "、".join(address(row, column) for column in columns)
            self.note(Finding.of("E412", self.cell_at(row, key), cells=where))
        for key, unit in self.at.wrong_units.items():
            self.note(Finding.of("E413", self.cell_at(row, key), unit=unit))

    def pick_rows(self, number_columns: list[str]) -> None:
        """Decide which rows are firms: those with a code or a name; read codes and names."""
        code_at, name_at = self.at.columns.get("code"), self.at.columns.get("name")
        figures = [c for key in number_columns if (c := self.at.columns.get(key)) is not None]
        sure = self.doubtful_columns.isdisjoint({code_at, name_at})
        for row in range(self.at.first_row, len(self.grid.rows)):
            code, name = self.grid.cell(row, code_at), self.grid.cell(row, name_at)
            if sure and _is_plain(code, name):
                self.rows.append(row)
                self.codes.append(code)
                self.names.append(name)
                continue
            if not self._has_code(code) and self._passed_over(row, code, name, figures):
                self.passed += not (is_blank(code) and is_blank(name))
                continue
            entry = len(self.rows)
            self.rows.append(row)
            self.codes.append("")
            self.names.append("")
            self.names[entry] = self._name(entry, row, name_at)
            if self._has_code(code) and _word_of(self.names[entry]) == "total":
                self.note(Finding.of("W425", self.cell_at(row, "name", entry)))
            self.codes[entry] = self._code(entry, row, code_at)

    @staticmethod
    def _has_code(cell: Any) -> bool:
        return not is_blank(cell) and not is_placeholder_code(cells.show(cell))

    def _passed_over(self, row: int, code: Any, name: Any, figures: list[int]) -> bool:
        """Return whether a row without a code is no firm: blank, a total, a sample, a footnote.

        The words are those by which departments' tables are read; a legal name that only contains
        one of them (合计算力有限公司) is a firm's.
        """
        filled = [cells.show(cell) for cell in self.grid.rows[row] if not is_blank(cell)]
        if not filled:
            return True
        from permu_xl.text import is_numbering

        has_figures = any(not is_blank(self.grid.cell(row, c)) for c in figures)
        heads = [cells.show(cell) for cell in (name, code) if isinstance(cell, str)]
        heads += [text for text in filled[:1] if text not in heads and number_in(text) is None]
        words = [word for head in heads if (word := _word_of(head)) is not None]
        if "total" in words or "part" in words:
            self.note(Finding.of("H421", self.cell_at(row, "name"), shown=_shown(heads)))
            return True
        if is_numbering(filled):
            at = self.cell_at(row, "name")
            self.note(Finding.of("H421", at, case="numbering", shown=_shown(heads)))
            return True
        if not has_figures and "note" in words:
            self.note(Finding.of("H422", self.cell_at(row, "name")))
            return True
        if "sample" in words or ("group" in words and is_blank(code)):
            told = Finding.of(
                "W424",
                self.cell_at(row, "name"),
                case="" if "sample" in words else "group",
                shown=_shown(heads),
            )
            self.note(told)
            return True
        if is_blank(name) and has_figures:
            self.note(Finding.of("E423", self.cell_at(row, "name")))
        return is_blank(name)

    def _name(self, entry: int, row: int, column: int | None) -> str:
        cell = self._trusted(entry, row, column, "name")
        name = " ".join(cells.show(cell).split())
        self._interpreted(entry, "name", cell, name)
        return name

    def _code(self, entry: int, row: int, column: int | None) -> str:
        cell = self._trusted(entry, row, column, "code")
        try:
            code = cells.credit_code(cell)
        except CellError as error:
            self.unreadable("E414", entry, "code", error)
            return ""
        self._interpreted(entry, "code", cell, code)
        return code

    def _trusted(self, entry: int, row: int, column: int | None, key: str) -> Any:
        if column not in self.doubtful_columns:
            return self.grid.cell(row, column)
        try:
            return self.grid.trusted(row, column)
        except CellError as error:
            self.unreadable("E407", entry, key, error)
            return ""

    def column(self, key: str) -> list[Any]:
        """Return the cells of a column for the firms; all blank where there is no such column."""
        at = self.at.columns.get(key)
        if at is None:
            return [""] * len(self.rows)
        grid_rows = self.grid.rows
        found = [grid_rows[row][at] for row in self.rows]
        if at in self.doubtful_columns:
            found = [self._trusted(i, row, at, key) for i, row in enumerate(self.rows)]
        # Over a million cells in a large district: what nobody sees is looked for among all once.
        others = {cell for cell in found if type(cell) is not float}
        unseen = {cell for cell in others if cell != "" and is_blank(cell)}
        if unseen:
            self.interpreted |= {(i, key): c for i, c in enumerate(found) if c in unseen}
        return found

    def _read(
        self,
        entry: int,
        key: str,
        cell: Any,
        read: Callable[[Any], tuple[_T, str]],
        codes: tuple[str, str],
    ) -> _T | None:
        """Read one cell; None where it is blank or noted as unreadable (``codes``: error, hint).

        There are too many empty cells to call this for them.
        """
        if is_blank(cell):
            return None
        try:
            value, hint = read(cell)
        except CellError as error:
            self.unreadable(codes[0], entry, key, error)
            return None
        self._interpreted(entry, key, cell, value, hint, codes[1])
        return value

    def marks(self, key: str) -> tuple[BoolArray, BoolArray]:
        """Read a 是/否 column; the second result says which cells are not blank."""
        values, known = np.zeros((2, len(self.rows)), dtype=bool)
        for entry, cell in enumerate(self.column(key)):
            if cell != "":
                value = self._read(entry, key, cell, cells.yes_no, ("E405", "H406"))
                known[entry], values[entry] = value is not None, bool(value)
        return values, known

    def _interpreted(
        self, entry: int, key: str, cell: Any, value: Any, hint: str = "", hint_code: str = ""
    ) -> None:
        """Remember a cell whose content is not simply its value; pass on a hint about it."""
        if isinstance(cell, (str, float, bool)) and (
            hint or cell not in (value, layout.YES, layout.NO)
        ):
            self.interpreted[entry, key] = cell
        if hint:
            at = self.cell_at(self.rows[entry], key, entry)
            self.note(Finding.of(hint_code, at, hint=hint))

    def numbers(self, key: str) -> FloatArray:
        """Read a number column; blank cells are NaN."""
        found = self.column(key)
        plain = [cell if type(cell) is float else np.nan for cell in found]
        values: FloatArray = np.array(plain, dtype=np.float64)
        for entry in np.flatnonzero(~(np.abs(values) < EXACT_BELOW)).tolist():
            if (cell := found[entry]) != "":
                value = self._read(entry, key, cell, cells.number, ("E401", "H402"))
                values[entry] = np.nan if value is None else value
        at = self.at.columns.get(key)
        if self.seen is not None and at is not None:
            for entry, row in enumerate(self.rows):
                if self.seen.refuses(row, at):
                    self.refused.add((entry, key))
        return values

    def dates(self, key: str) -> DateArray:
        """Read a column of dates, as this workbook counts its days; blank cells are NaT."""
        found = self.column(key)
        plain = [cell if type(cell) is dt.date else None for cell in found]
        values: DateArray = np.array(plain, dtype="datetime64[D]")
        for entry in np.flatnonzero(np.isnat(values)).tolist():
            if (cell := found[entry]) != "":
                values[entry] = self._read(entry, key, cell, self._date, ("E403", "H404"))
        return values

    def _date(self, cell: Any) -> tuple[dt.date, str]:
        return cells.date(cell, from_1904=self.grid.from_1904)

    def flag(self, key: str) -> BoolArray:
        """Read a 是/否 column; blank is 否."""
        values, known = self.marks(key)
        return values & known

    def attribute(self, attribute: Attribute) -> Categories:
        """Read the texts that sort firms into groups; ways of typing an allowed one are equal."""
        allowed = {fold(value): value for value in attribute.values}
        found = []
        for entry, cell in enumerate(self.column(attribute.id)):
            text = "" if is_blank(cell) else " ".join(cells.show(cell).split())
            text = allowed.get(fold(text), text)
            self._interpreted(entry, attribute.id, cell, text)
            found.append(text)
        return Categories.of(found)

    def industries(self) -> Categories:
        """Read the industry codes without section letters, lost zeros restored (R1)."""
        known = industries()
        found = self.column("industry")
        read: dict[Any, tuple[str, str]] = {}
        odd = set()
        for cell in set(found):
            if is_blank(cell):
                read[cell] = "", ""
                continue
            was_number = not isinstance(cell, str)
            code, hint = normal_industry(cells.show(cell), was_number=was_number, known=known)
            read[cell] = code, hint
            if hint or cell != code:
                odd.add(cell)
        for entry, cell in enumerate(found) if odd else ():
            if cell in odd:
                self._interpreted(entry, "industry", cell, *read[cell], "H408")
        return Categories.of([read[cell][0] for cell in found])
