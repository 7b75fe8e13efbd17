"""The blocks of 汇总: counts by class, distribution, averages, industries, chart points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.text import division_of
from permu_xl.workbook import layout
from permu_xl.workbook.reading import TOTAL
from permu_xl.xlsx.cells import Block, Column, Value

if TYPE_CHECKING:
    from permu_xl.engine import Evaluation
    from permu_xl.engine.model import BoolArray, FloatArray, IntArray
    from permu_xl.workbook.layout import SummaryTable

Rows = Sequence[Sequence[Value]]


def summary_blocks(
    e: Evaluation, industries: Mapping[str, str], tables: Mapping[str, SummaryTable]
) -> dict[str, Block]:
    """Return the tables of 汇总 by key.

    ``industries`` names the industry codes; ``tables`` are where they stand.
    """
    columns = {
        key: [[row[k] for row in rows] for k in range(len(tables[key].headers))]
        for key, rows in summary_rows(e, industries).items()
    }
    return {
        key: _block(tables[key], values)
        for key, values in {**columns, "points": _points(e)}.items()
    }


def summary_rows(e: Evaluation, industries: Mapping[str, str]) -> dict[str, Rows]:
    """Return the rows of the tables of 汇总 that people read, by key of ``summary_tables``."""
    return {
        "classes": class_rows(e),
        "bins": _bins(e),
        "indicators": _indicators(e),
        "industries": _industries(e, industries),
    }


def _block(table: SummaryTable, values: Sequence[Sequence[Value]]) -> Block:
    first = table.header_row + 1
    columns = [Column(table.first_column + k, column) for k, column in enumerate(values)]
    fixed = table.rows is not None
    last = first + (table.rows or 0) - 1 if fixed else None
    return Block(first, columns, last_row=last, template_row=not fixed)


def land_of(e: Evaluation, firms: BoolArray) -> float | None:
    """Return the area of some firms; None where the scheme asks for no area in mu."""
    area = next((id for id, c in e.scheme.columns.items() if c.unit == "亩"), None)
    return None if area is None else float(np.nansum(e.roster.number(area)[firms]))


def class_rows(e: Evaluation) -> Rows:
    """Return 各类企业数: one row a class, the firms that are out, all that have a class."""
    out = e.final == ""
    n = int(np.count_nonzero(~out))
    groups = [(letter, e.final == letter) for letter in e.scheme.letters]
    whole = land_of(e, ~out)
    rows: list[list[Value]] = []
    for letter, firms in [*groups, (TOTAL, ~out)]:
        count, land = int(np.count_nonzero(firms)), land_of(e, firms)
        scored = firms & e.included
        mean = float(e.total[scored].mean()) if scored.any() else None
        share = land / whole if land is not None and whole else None
        rows.append([letter, count, count / n if n else None, mean, land, share])
    rows.insert(
        -1, [layout.NOT_EVALUATED, int(np.count_nonzero(out)), None, None, land_of(e, out), None]
    )
    return rows


def _bins(e: Evaluation) -> Rows:
    inner = np.array(layout.SCORE_BINS[1:], dtype=np.float64)
    counts = np.bincount(
        np.searchsorted(inner, e.total[e.included], side="right"), minlength=len(layout.SCORE_BINS)
    )
    return [[label, int(k)] for label, k in zip(layout.bin_labels(), counts, strict=True)]


def _indicators(e: Evaluation) -> Rows:
    rows: list[list[Value]] = []
    for found in e.baselines:
        i, now = found.indicator, found.current
        average = now.aggregate if i.baseline.method == "aggregate" else now.mean
        rows.append(
            [
                found.name,
                i.unit,
                found.value,
                now.aggregate,
                now.mean,
                None if i.spans else average / found.value * 100,
                100,
            ]
        )
    return rows


def _industries(e: Evaluation, names: Mapping[str, str]) -> Rows:
    """One row a division with participants, by code; firms without a usable code come last."""
    values = e.roster.industries.values
    divisions = sorted({division_of(code) for code in values}, key=lambda d: (not d, d))
    place = {division: k for k, division in enumerate(divisions)}
    index: IntArray = e.roster.industries.take([place[division_of(code)] for code in values])
    rows: list[list[Value]] = []
    for k, division in enumerate(divisions):
        firms = (index == k) & e.included
        count = int(np.count_nonzero(firms))
        if count:
            counts = [int(np.count_nonzero(firms & (e.final == x))) for x in e.scheme.letters]
            name = names.get(division, "") if division else "未填或不明"
            rows.append([division, name, count, float(e.total[firms].mean()), *counts])
    return rows


def _axes(e: Evaluation) -> tuple[FloatArray, FloatArray]:
    """Return the figures of ``layout.scatter_axes`` for every firm."""
    labels = layout.selection_labels(e.scheme)
    if len(labels) > 1:
        return e.classes.keys[labels[-1]], e.classes.keys[labels[0]]
    return e.total, e.results[0].score


def _points(e: Evaluation) -> list[list[Value]]:
    """Return the scatter chart's points, by column: across, and up in that of the firm's class.

    One row a ranked firm; its final class decides the column.
    """
    across, up = _axes(e)
    graded = e.graded
    heights, finals = up[graded].tolist(), e.final[graded].tolist()
    ups = [
        [height if final == letter else None for height, final in zip(heights, finals, strict=True)]
        for letter in e.scheme.letters
    ]
    return [across[graded].tolist(), *ups]
