"""The result tables of a district from the cells of its input sheets, as a run writes them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from typing import TYPE_CHECKING, Any

from permu_xl.errors import BookError
from permu_xl.findings import Finding, Level
from permu_xl.schemes import available
from permu_xl.workbook import layout
from permu_xl.workbook.assessment import assess
from permu_xl.workbook.reading import Book, read_inputs
from permu_xl.workbook.results import result_columns
from permu_xl.xlsx.cells import ERROR_CELL, Grid, Value, address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["STATUS", "DistrictTables", "SheetCells", "district_tables"]

STATUS = "说明"
"""What is asked for to learn why there are no tables."""


@dataclass(frozen=True, slots=True)
class SheetCells:
    """A sheet from its first cell on: blank cells "", and the errors as (row, column, text)."""

    rows: tuple[tuple[float | str | bool, ...], ...]
    errors: tuple[tuple[int, int, str], ...] = ()

    def grid(self, title: str) -> Grid:
        """Return the sheet as the reader of workbooks takes it."""
        doubtful = {address(row, at): ERROR_CELL.format(text) for row, at, text in self.errors}
        return Grid(title, self.rows, doubtful)


@dataclass(frozen=True, slots=True)
class DistrictTables:
    """Result tables by sheet title, rows as wide as the template's; or why there are none.

    得分 and 分类结果 have the rows of 原始数据 below its header, blank ones in between included.
    """

    problem: str
    tables: Mapping[str, list[list[float | str]]]


# A workbook asks for all its tables one after the other.
@lru_cache(maxsize=1)
def district_tables(
    parameters: SheetCells,
    current: SheetCells,
    previous: SheetCells | None,
    adjustments: SheetCells | None,
    scheme: str | None,
) -> DistrictTables:
    """Evaluate a district as a run does; an error among the findings leaves no table.

    ``scheme`` is the id of the one that the tables are laid out for (None: that of 参数).
    """
    titles = (layout.PARAMETERS, layout.DATA, layout.PREVIOUS, layout.ADJUSTMENTS)
    given = zip(titles, (parameters, current, previous, adjustments), strict=True)
    try:
        book = read_inputs(None, {title: cells.grid(title) for title, cells in given if cells})
    except BookError as error:
        return DistrictTables(str(error), {})
    if scheme is not None and book.scheme.id != scheme and scheme in available():
        return DistrictTables(_other_scheme(book, scheme), {})
    outcome = assess(book)
    if outcome.evaluation is None:
        return DistrictTables(_barred(outcome.findings), {})
    columns = result_columns(book, outcome.evaluation)
    return DistrictTables(
        "",
        {
            title: _rows(columns[title], [field.key for field in fields])
            for title, fields in layout.result_tables(book.scheme).items()
        },
    )


def _rows(columns: Mapping[str, Sequence[Value]], keys: Sequence[str]) -> list[list[float | str]]:
    cells = ([_cell(value) for value in columns[key]] for key in keys)
    return [list(row) for row in zip(*cells, strict=True)]


def _cell(value: Any) -> float | str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    return value if isinstance(value, str) else float(value)


def _other_scheme(book: Book, scheme: str) -> str:
    return (
        f"“{layout.PARAMETERS}”里的方案是{book.scheme.id}，这本工作簿的实时公式是为{scheme}做的："
        f"请把方案改回{scheme}，或用那个方案的模板。"
    )


def _barred(findings: Sequence[Finding]) -> str:
    """Return in one sentence how many errors there are, and the first one."""
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    first = errors[0]
    firm = first.firm_name or first.firm_code
    where = f"“{first.place}”{first.cell}" + (f"（{firm}）" if firm else "")
    count = f"数据有{len(errors)}处错误，改正前不显示结果。" if len(errors) > 1 else ""
    return f"{count}{where}：{first.problem}；{first.remedy}。"
