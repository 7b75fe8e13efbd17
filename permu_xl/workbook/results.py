"""From an evaluation to the blocks of the result sheets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from permu_xl.findings import IN_WORKBOOK, Finding
from permu_xl.workbook import layout
from permu_xl.xlsx.cells import Block, Column, Link, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from permu_xl.engine import Evaluation
    from permu_xl.workbook.layout import TableAt
    from permu_xl.workbook.reading import Book

__all__ = ["finding_block", "finding_row", "outgrown_notes", "result_blocks", "result_columns"]

MOST_LISTED = 200_000
"""How many findings 数据核查 lists, the gravest; a sheet cannot hold many more."""


def result_blocks(book: Book, e: Evaluation) -> dict[str, list[Block]]:
    """Return the blocks of 基准值, 得分 and 分类结果 by sheet name, where their headers stand."""
    blocks = {
        book.sheets[title]: [_placed(book.outputs[title], columns)]
        for title, columns in result_columns(book, e).items()
    }
    if not book.outgrown:
        return blocks
    # Live formulas, which would show nothing, give way to values.
    return {
        name: [replace(block, keeps_formulas=False) for block in own]
        for name, own in blocks.items()
    }


_OUTGROWN = (
    "企业超过实时公式的{rows}行：这张表改由程序写入数值，不再随输入变化；改了数据请再运行一次。"
)


def outgrown_notes(book: Book) -> dict[str, Block]:
    """Return by sheet name what tells that a result table has values in place of live formulas."""
    if not book.outgrown:
        return {}
    note, row = Column(1, [_OUTGROWN.format(rows=book.live_rows)]), layout.NOTE_ROW
    told = Block(row, [note], last_row=row, template_row=False, keeps_formulas=False)
    return {book.sheets[title]: told for title in layout.result_tables(book.scheme)}


def result_columns(book: Book, e: Evaluation) -> dict[str, Mapping[str, Sequence[Value]]]:
    """Return the columns of 基准值, 得分 and 分类结果, by sheet title and key of the field.

    得分 and 分类结果 are aligned with 原始数据 row by row, blank rows included.
    """
    spread = _aligned(book)
    columns: dict[str, Mapping[str, Sequence[Value]]] = {}
    for title, fields in layout.result_tables(e.scheme).items():
        own = {field.key: field.values(e) for field in fields if field.values is not None}
        aligned = title != layout.BASELINES
        columns[title] = {k: spread(v) for k, v in own.items()} if aligned else own
    return columns


def finding_block(at: TableAt, findings: Sequence[Finding]) -> Block:
    """Return the block of 数据核查: one row a finding, with a link to its cell."""
    rows = [finding_row(f) for f in findings[:MOST_LISTED]]
    if len(findings) > MOST_LISTED:
        rest = len(findings) - MOST_LISTED
        rows.append({"level": "提示", "problem": f"另有{rest}条没有列出", "remedy": "改正后再核查"})
    if not rows:
        rows = [{"level": "提示", "problem": "没有发现需要处理的问题"}]
    keys = [field.key for field in layout.finding_fields()]
    return _placed(at, {key: [row.get(key) for row in rows] for key in keys})


def finding_row(f: Finding) -> dict[str, Value]:
    """Return a finding by the columns of 数据核查; its cell is a link unless in another file."""
    return {
        "level": f.level.value,
        "code": f.code,
        "sheet": f.place,
        "cell": _leading_to(f),
        "firm_code": f.firm_code,
        "firm_name": f.firm_name,
        "item": f.item,
        "value": f.value,
        "problem": f.problem,
        "remedy": f.remedy_in(IN_WORKBOOK),
    }


def _leading_to(f: Finding) -> Value:
    """Return the finding's cell, as a link unless it is in another file."""
    if not f.cell or f.file:
        return f.cell or None
    return Link(f.cell, f"{_quoted(f.sheet)}!{f.cell}")


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def _placed(at: TableAt, columns: Mapping[str, Sequence[Value]]) -> Block:
    return Block(
        first_row=at.first_row + 1,
        columns=[
            Column(at.columns[key] + 1, values)
            for key, values in columns.items()
            if key in at.columns
        ],
    )


def _aligned(book: Book) -> Callable[[Sequence[Value]], Sequence[Value]]:
    """Return what puts one value a firm onto the firm's row, blank rows in between left empty."""
    placed = book.current.placed
    offsets = [row - placed.first_row for row in placed.rows]
    if offsets == list(range(len(offsets))):
        return lambda values: values

    def spread(values: Sequence[Value]) -> Sequence[Value]:
        spaced: list[Value] = [None] * (offsets[-1] + 1)
        for offset, value in zip(offsets, values, strict=True):
            spaced[offset] = value
        return spaced

    return spread
