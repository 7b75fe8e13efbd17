"""Whether the results in a workbook are those of its inputs: recomputed and compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import python_calamine as calamine

from permu_xl.book import layout
from permu_xl.book.blocks import Block, Value
from permu_xl.book.cells import is_blank, show
from permu_xl.book.district import Outcome
from permu_xl.book.grid import address
from permu_xl.book.layout import Field
from permu_xl.book.model import Book
from permu_xl.book.results import result_blocks
from permu_xl.engine.evaluate import Evaluation
from permu_xl.engine.findings import Finding, Level

__all__ = ["differences", "same"]

_TOLERANCE = 1e-9
_WORDS = ("notes", "basis")
"""Columns of words that follow from the others; how they are put may change with a version."""


def differences(outcome: Outcome) -> list[Finding]:
    """Return where 得分 and 分类结果 are not what the inputs give, one finding a firm and sheet.

    A workbook whose result sheets are empty gets one finding in all.  Where there is no
    evaluation nothing can be compared, and nothing is returned.
    """
    book, e = outcome.book, outcome.evaluation
    if e is None:
        return []
    blocks = result_blocks(book, e)
    found: list[Finding] = []
    with calamine.CalamineWorkbook.from_path(book.path) as workbook:
        for title, fields in (
            (layout.SCORES, layout.score_fields(book.scheme)),
            (layout.CLASSES, layout.class_fields(book.scheme)),
        ):
            name = book.sheets[title]
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            (block,) = blocks[name]
            items = _columns(book, title, fields)
            if _untouched(rows, block):
                return [_not_run(book, name)]
            found += _of_sheet(book, e, name, rows, block, items)
    return found


def same(cell: Any, value: Value) -> bool:
    """Return whether a cell holds a value; blank cells, None and NaN are the same.

    >>> same(0.1 + 0.2, 0.3), same("", None), same("B", "A"), same("", 0.0)
    (True, True, False, False)
    """
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return is_blank(cell)
    if isinstance(value, (int, float)):
        if isinstance(cell, bool) or not isinstance(cell, (int, float)):
            return False
        return math.isclose(cell, value, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return show(cell) == value


def _columns(book: Book, title: str, fields: Sequence[Field]) -> dict[int, str]:
    """Return the names of the columns to compare, by their 1-based number."""
    columns = book.outputs[title].columns
    return {columns[f.key] + 1: f.name for f in fields if f.key in columns and f.key not in _WORDS}


def _cell(rows: Sequence[Sequence[Any]], row: int, column: int) -> Any:
    """Return a cell by 1-based row and column."""
    if row > len(rows) or column > len(rows[row - 1]):
        return ""
    return rows[row - 1][column - 1]


def _untouched(rows: Sequence[Sequence[Any]], block: Block) -> bool:
    return block.height > 0 and all(
        is_blank(_cell(rows, row, column.number))
        for row in range(block.first_row, len(rows) + 1)
        for column in block.columns
    )


def _not_run(book: Book, sheet: str) -> Finding:
    return Finding(
        Level.ERROR, "E703", "current", None, "", "评价结果", "", "这张表还没有评价结果",
        "先用 permu-xl run 评价", sheet=sheet, file=book.path.name,
    )  # fmt: skip


def _of_sheet(
    book: Book,
    e: Evaluation,
    sheet: str,
    rows: Sequence[Sequence[Any]],
    block: Block,
    items: Mapping[int, str],
) -> Iterator[Finding]:
    firms = {row: firm for firm, row in enumerate(book.current.placed.rows)}
    compared = [column for column in block.columns if column.number in items]
    last = max(len(rows), block.first_row + block.height - 1)
    for row in range(block.first_row, last + 1):
        wrong = []
        for column in compared:
            at = row - block.first_row
            value = column.values[at] if at < len(column.values) else None
            if not same(_cell(rows, row, column.number), value):
                wrong.append((column.number, value))
        if wrong:
            yield _difference(book, e, sheet, firms.get(row), row, rows, wrong, items)


def _difference(
    book: Book, e: Evaluation, sheet: str, firm: int | None, row: int,
    rows: Sequence[Sequence[Any]], wrong: Sequence[tuple[int, Value]], items: Mapping[int, str],
) -> Finding:  # fmt: skip
    column, value = wrong[0]
    present = show(_cell(rows, row, column))
    # What is read of a row without a firm belongs to nobody any more.
    expected = _shown(value) if firm is not None else "空（原始数据的这一行没有企业）"
    others = f"，这一行另有{len(wrong) - 1}处不一致" if len(wrong) > 1 else ""
    return Finding(
        Level.ERROR, "E704", "current", firm, "", items[column], present,
        f"{items[column]}写的是{present or '空'}，按输入数据重新计算是{expected}{others}",
        "结果不是最新的，或者被手工改过；请用 permu-xl run 重新评价",
        firm_code="" if firm is None else str(e.roster.codes[firm]),
        firm_name="" if firm is None else str(e.roster.names[firm]),
        sheet=sheet, cell=address(row - 1, column - 1), file=book.path.name,
    )  # fmt: skip


def _shown(value: Value) -> str:
    if isinstance(value, float):
        return "空" if math.isnan(value) else f"{value:.10g}"
    return "空" if value in (None, "") else str(value)
