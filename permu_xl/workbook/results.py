"""From an evaluation to the blocks of the result sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from permu_xl.engine import LOWER, METHOD_NAMES, UPPER, Baseline, Evaluation, half_names
from permu_xl.engine.explain import baseline_text, basis_column, notes_column
from permu_xl.engine.model import TwoStage
from permu_xl.findings import Finding
from permu_xl.workbook import layout
from permu_xl.workbook.layout import TableAt
from permu_xl.workbook.reading import Book
from permu_xl.xlsx.cells import Block, Column, Link, Value

__all__ = ["finding_block", "finding_row", "result_blocks", "result_columns"]

MOST_LISTED = 200_000
"""How many findings 数据核查 lists, the gravest; a sheet cannot hold many more."""


def result_blocks(book: Book, e: Evaluation) -> dict[str, list[Block]]:
    """Return the blocks of 基准值, 得分 and 分类结果 by sheet name, where their headers stand."""
    blocks = {
        book.sheets[title]: [_placed(book.outputs[title], columns)]
        for title, columns in result_columns(book, e).items()
    }
    return _in_place_of_formulas(book, blocks) if book.outgrown else blocks


_OUTGROWN = (
    "企业超过实时公式的{rows}行：这张表改由程序写入数值，不再随输入变化；改了数据请再运行一次。"
)


def _in_place_of_formulas(book: Book, blocks: Mapping[str, list[Block]]) -> dict[str, list[Block]]:
    """Return blocks that take the place of live formulas, which would show nothing; and tell it."""
    note = Column(1, [_OUTGROWN.format(rows=book.live_rows)])
    row = layout.NOTE_ROW
    told = Block(row, [note], last_row=row, template_row=False, keeps_formulas=False)
    return {
        title: [*(replace(block, keeps_formulas=False) for block in own), told]
        for title, own in blocks.items()
    }


def result_columns(book: Book, e: Evaluation) -> dict[str, Mapping[str, Sequence[Value]]]:
    """Return the columns of 基准值, 得分 and 分类结果, by sheet title and key of the field.

    得分 and 分类结果 are aligned with 原始数据 row by row, blank rows included.
    """
    spread = _aligned(book)
    return {
        layout.BASELINES: _baselines(e),
        layout.SCORES: {key: spread(column) for key, column in _scores(e).items()},
        layout.CLASSES: {key: spread(column) for key, column in _classes(e).items()},
    }


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
        "remedy": f.remedy,
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


def _baselines(e: Evaluation) -> dict[str, list[Value]]:
    rows = [_baseline(found, e) for found in e.baselines]
    return {key: [row[key] for row in rows] for key in rows[0]}


def _baseline(found: Baseline, e: Evaluation) -> dict[str, Value]:
    last = found.previous
    return {
        "indicator": found.name,
        "unit": found.indicator.unit,
        "numerator": last.numerator,
        "denominator": last.denominator,
        "aggregate": last.aggregate,
        "mean": last.mean,
        "highest": found.current.highest,
        "method": METHOD_NAMES[found.indicator.baseline.method],
        "value": found.value,
        "note": f"{baseline_text(found, e.scheme)}。依据{found.indicator.baseline.clause}",
    }


def _identity(e: Evaluation) -> dict[str, list[Any]]:
    roster = e.roster
    return {
        "serial": list(range(1, roster.size + 1)),
        "code": roster.codes.tolist(),
        "name": roster.names.tolist(),
    }


def _participants(e: Evaluation, values: Any) -> list[Any]:
    """Return figures of participants; NaN, which leaves the cell blank, for the others."""
    return np.where(e.included, values, np.nan).tolist()  # type: ignore[no-any-return]


def _ranks(e: Evaluation) -> list[Value]:
    return [int(rank) or None for rank in e.classes.rank]


def _scores(e: Evaluation) -> dict[str, list[Any]]:
    values = {f"value:{r.indicator.id}": _participants(e, r.value) for r in e.results}
    points = {f"score:{r.indicator.id}": _participants(e, r.score) for r in e.results}
    return {
        **_identity(e),
        **values,
        **points,
        "subtotal": _participants(e, e.subtotal),
        "bonus": _participants(e, e.bonus.total),
        "total": _participants(e, e.total),
        "rank": _ranks(e),
        "notes": notes_column(e),
    }


def _halves(e: Evaluation) -> list[Value]:
    """Return the half of every firm that a two-stage rule ranks; "" for the others."""
    names = []
    for unit in e.classes.units:
        halves = half_names(unit.rule) if isinstance(unit.rule, TwoStage) else {}
        names.append((halves.get("upper", ""), halves.get("lower", "")))
    return [
        "" if unit < 0 else names[unit][UPPER if section == UPPER else LOWER]
        for unit, section in zip(e.classes.unit, e.classes.section, strict=True)
    ]


def _classes(e: Evaluation) -> dict[str, list[Any]]:
    units = [*(unit.name for unit in e.classes.units), ""]
    return {
        **_identity(e),
        "total": _participants(e, e.total),
        "rank": _ranks(e),
        "unit": [units[unit] for unit in e.classes.unit],
        "half": _halves(e),
        **{f"key:{label}": key.tolist() for label, key in e.classes.keys.items()},
        "proposed": [letter or layout.NOT_EVALUATED for letter in e.proposed],
        "final": [letter or layout.NOT_EVALUATED for letter in e.final],
        "basis": basis_column(e),
    }
