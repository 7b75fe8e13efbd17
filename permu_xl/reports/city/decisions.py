"""Reading the city's workbook back: the decisions on 待确认名单, and the districts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from permu_xl.errors import BookError
from permu_xl.findings import At, Finding
from permu_xl.reports.city.layout import (
    CITY_BOOKS,
    CITY_DECISIONS,
    city_book_fields,
    decision_fields,
)
from permu_xl.schemes import load
from permu_xl.workbook.layout import Field, TableAt, find_table
from permu_xl.workbook.reading import bare_letter
from permu_xl.xlsx import cells, reading
from permu_xl.xlsx.cells import CellError, Grid, address
from permu_xl.xlsx.package import Package

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "DECIDED",
    "Decision",
    "decision_table",
    "read_decisions",
    "read_row",
    "read_scope",
    "row_of",
]

DECIDED = ("letter", "reason", "document", "date")
"""The columns of 待确认名单 that the city fills in."""

_NEEDED = ("district", "code", "name", "proposed", "final", "letter", "reason")


_SAYING = ("code", "name", "letter")
"""The columns of which one makes a row: a decision for nobody is told, not passed over."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of 待确认名单; ``letter`` is "" where nothing is decided, ``cell`` where it stands.

    ``written`` is what the city has put into the columns ``DECIDED``, by key: texts, and the date
    as such where it is one.  ``unread`` tells of a cell that cannot be read; the row then decides
    nothing.
    """

    file: Path
    cell: str
    district: str
    code: str
    name: str
    proposed: str
    final: str
    letter: str
    reason: str
    document: str
    date: dt.date | None
    written: Mapping[str, str | dt.date] = field(default_factory=dict, hash=False)
    unread: Finding | None = None

    @property
    def at(self) -> At:
        """Where the decision stands."""
        return At.in_file(
            self.file.name,
            CITY_DECISIONS,
            self.cell,
            "市级意见",
            self.letter or str(self.written.get("letter", "")),
            (self.code, f"{self.name}（{self.district}）"),
        )


def read_decisions(path: Path) -> tuple[list[Decision], list[Finding]]:
    """Return all rows of the list, and what about them cannot be read.

    A row with a bad cell counts as undecided.  Raises BookError where the list is not there.
    """
    grid, at = decision_table(path, Package.open(path))
    decisions: list[Decision] = []
    for row in range(at.first_row, len(grid.rows)):
        if any(not cells.is_blank(grid.cell(row, at.columns.get(k))) for k in _SAYING):
            decisions.append(read_row(path, grid, at, row))
    return decisions, [d.unread for d in decisions if d.unread is not None]


def decision_table(path: Path, package: Package) -> tuple[Grid, TableAt]:
    """Return the sheet of the list and where its columns are; BookError where it is not there."""
    # The columns are the same for every scheme but for one that is not needed here.
    return _table(path, package, CITY_DECISIONS, decision_fields(load()), _NEEDED)


def row_of(decision: Decision) -> int:
    """Return the 1-based row of the sheet that a decision stands in."""
    return int("".join(character for character in decision.cell if character.isdigit()))


def read_row(path: Path, grid: Grid, at: TableAt, row: int) -> Decision:
    """Return what the 0-based row of the list says."""

    def text(key: str) -> str:
        return cells.show(grid.cell(row, at.columns.get(key)))

    letter_cell = address(row, at.columns["letter"])
    letter, date, code = "", None, ""
    written: dict[str, str | dt.date] = {key: shown for key in DECIDED if (shown := text(key))}
    unread: Finding | None = None
    key = "code"
    try:
        code = cells.credit_code(grid.trusted(row, at.columns.get("code")))
        key = "date"
        day: Any = grid.trusted(row, at.columns.get("date"))
        date = None if cells.is_blank(day) else cells.date(day, from_1904=grid.from_1904)[0]
        key = "letter"
        letter = bare_letter(cells.show(grid.trusted(row, at.columns["letter"])))
    except CellError as error:
        cell, firm = address(row, at.columns[key]), (code, text("name"))
        there = At.in_file(path.name, grid.sheet, cell, "待确认名单", firm=firm)
        unread = Finding.of("E728", there, problem=error.problem, remedy=error.remedy)
        letter = ""
    if date is not None:
        written["date"] = date
    return Decision(
        file=path,
        cell=letter_cell,
        district=text("district"),
        code=code,
        name=" ".join(text("name").split()),
        proposed=text("proposed"),
        final=text("final"),
        letter=letter,
        reason=text("reason"),
        document=text("document"),
        date=date,
        written=written,
        unread=unread,
    )


def read_scope(path: Path) -> dict[str, tuple[str, str]]:
    """Return scheme id and year of each district that the workbook sums up."""
    needed = ("district", "scheme", "year")
    grid, at = _table(path, Package.open(path), CITY_BOOKS, city_book_fields(), needed)
    found: dict[str, tuple[str, str]] = {}
    for row in range(at.first_row, len(grid.rows)):
        name, scheme, year = (cells.show(grid.cell(row, at.columns[key])) for key in needed)
        if name:
            found.setdefault(name, (scheme, year))
    return found


def _table(
    path: Path, package: Package, sheet: str, fields: Sequence[Field], needed: Sequence[str]
) -> tuple[Grid, TableAt]:
    if sheet not in package.sheets:
        raise BookError(f"{path.name} 里没有工作表“{sheet}”，请用 permu-xl city 生成的工作簿。")
    grid = reading.Sheets(package).grid(sheet)
    at = find_table(grid.rows, fields)
    absent = [
        f.header for f in fields if at is None or (f.key in needed and f.key not in at.columns)
    ]
    if at is None or absent:
        raise BookError(f"{path.name} 的“{sheet}”缺少“{'”、“'.join(absent)}”列，请恢复表头。")
    return grid, at
