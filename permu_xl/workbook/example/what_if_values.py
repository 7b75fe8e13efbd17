"""What the formulas of 试算 and 试算数据 show before anything is changed: their cached values.

Worked out from the firms and the functions, not from the formulas; a test holds both together.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from openpyxl.utils import get_column_letter

from permu_xl.engine.model import Selection, TwoStage
from permu_xl.functions import Cell, Grid, call
from permu_xl.workbook.example.what_if_places import (
    CHOICE,
    DATA_SHEET,
    FIGURES,
    FIRST,
    WHAT_IF_SHEET,
    Places,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine import Evaluation

__all__ = ["AtFirst", "at_first", "shown_at_first"]

_ROUNDED = {"floor": floor, "half_up": lambda x: floor(x + 0.5), "ceil": ceil}


@dataclass(frozen=True, slots=True)
class AtFirst:
    """Figures and results of all firms, and what belongs to the chosen one.

    figures : firms x raw figures, "" for blank
    results : firms x columns of PERMU_EVALUATE
    needed : raw figures x 1
    lines : a line each: score on the line ("无" for none), score of the firm
    words : the arithmetic, line by line
    """

    figures: Grid
    results: Grid
    needed: Grid
    lines: tuple[tuple[Cell, float], ...]
    words: Grid


def at_first(e: Evaluation, chosen: Sequence[int], row: int, goal: str) -> AtFirst:
    """Return what is shown for the firm in this row (from 0) of those chosen."""
    items = list(e.scheme.columns.values())
    figures: Grid = [[_cell(e.roster.number(c.id)[firm]) for c in items] for firm in chosen]
    baselines = [[round(result.baselines[0].value, 4)] for result in e.results]
    bonus = [[float(np.nan_to_num(e.roster.bonus_points[firm])) or None] for firm in chosen]
    results = call("PERMU_EVALUATE", [figures, baselines, bonus])
    names = [[column.name] for column in items]
    return AtFirst(
        figures,
        results,
        call("PERMU_NEED", [figures, baselines, float(row + 1), names, goal, bonus]),
        tuple(_lines(e, results, row)),
        call("PERMU_EXPLAIN", [[[cell] for cell in figures[row]], baselines, bonus[row][0]]),
    )


def _cell(figure: float) -> Cell:
    return "" if np.isnan(figure) else float(figure)


def _lines(e: Evaluation, results: Grid, row: int) -> Iterator[tuple[Cell, float]]:
    rule, count = e.scheme.tracks[0].rule, len(e.scheme.indicators)
    if not isinstance(rule, TwoStage):
        return
    totals = [cell for cells in results if isinstance(cell := cells[2 * count + 2], float)]
    place = _ROUNDED[rule.upper_rounding](len(totals) * float(rule.upper_share))
    own = results[row][2 * count + 2]
    yield sorted(totals, reverse=True)[place - 1] if place else "无", _number(own)
    for selection in rule.selections:
        keys = [_key(e, selection, cells) for cells in results]
        picked = [
            key
            for key, cells in zip(keys, results, strict=True)
            if cells[2 * count + 4] in selection.letters
        ]
        edge: Cell = (min if selection.take == "first" else max)(picked) if picked else "无"
        yield edge, keys[row]


def _key(e: Evaluation, selection: Selection, cells: Sequence[Cell]) -> float:
    order = [i.id for i in e.scheme.indicators]
    return sum(_number(cells[len(order) + order.index(id)]) for id in selection.key.ids)


def _number(cell: Cell) -> float:
    return cell if isinstance(cell, float) else 0.0


def shown_at_first(places: Places, known: AtFirst) -> dict[str, dict[str, Cell]]:
    """Return what the cells of both sheets show, by sheet and address."""
    return {
        WHAT_IF_SHEET: dict(_shown_of_firm(places, known)),
        DATA_SHEET: dict(_shown_of_all(places, known)),
    }


def _shown_of_all(places: Places, known: AtFirst) -> Iterator[tuple[str, Cell]]:
    for k, cells in enumerate(known.figures):
        yield from _across(FIRST + k, places.bonus_column + 1, cells)
        for trial in (False, True):
            yield from _across(FIRST + k, places.results(trial=trial), known.results[k])


def _shown_of_firm(places: Places, known: AtFirst) -> Iterator[tuple[str, Cell]]:
    own, results, n = known.figures[0], known.results[0], places.indicators
    yield f"D{CHOICE}", 1.0
    for k, (cell, needed) in enumerate(zip(own, known.needed, strict=True)):
        row = FIGURES + k
        yield from ((f"C{row}", cell), (f"E{row}", cell), (f"F{row}", needed[0]))
    for k in range(n):
        pair = (results[k], results[n + k])
        yield from _across(places.baseline_row + k, 6, (*pair, *pair, 0.0))
    for k, cell in enumerate(results[2 * n :]):
        yield from _across(places.outcome_row + k, 2, (cell, cell))
    for k, (line, score) in enumerate(known.lines):
        gap = score - line if isinstance(line, float) else ""
        yield from _across(places.line_row + k, 3, (line, score, gap))
    for k, (text,) in enumerate(known.words):
        yield f"A{places.line_row + len(known.lines) + 2 + k}", text


def _across(row: int, first: int, cells: Sequence[Cell]) -> Iterator[tuple[str, Cell]]:
    for column, cell in enumerate(cells, first):
        yield f"{get_column_letter(column)}{row}", cell
