"""The bonus of the recomputation: points, labels, counts and their limits (R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import formulas as f
from permu_xl.workbook.proof.board import Table, absolute
from permu_xl.workbook.proof.firms.rows import Reader
from permu_xl.workbook.proof.inputs import SEPARATOR, FirmCells
from permu_xl.workbook.proof.plan import FIRST_FREE, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.model import BonusGroup

__all__ = ["bonus_readers", "counted_points", "label_points"]


def bonus_readers(plan: Plan, separators: tuple[str, ...]) -> Iterator[Reader]:
    """Yield the columns of the labels and of all points before their limits."""
    if plan.scheme.bonus.labels:
        yield Reader(
            "labels", "bonus_labels", lambda cells, entry, row: cells.labels(entry, separators)
        )
    yield Reader(
        "points", "bonus_points", lambda cells, entry, row: _points(plan, cells, entry, row)
    )


def _points(plan: Plan, cells: FirmCells, entry: int, row: int) -> str:
    table, bonus = plan.firms, plan.scheme.bonus
    cell = cells.cell(entry, "bonus_labels")
    # The program refuses labels that the scheme does not know.
    labels = "0" if cell is None else f'IF({cell}="",0,NA())'
    if bonus.labels:
        labels = table.cell("label_points", row)
    parts = [cells.points(entry), labels]
    for k, count in enumerate(bonus.counts):
        free, points = (
            absolute(plan.lists[key], FIRST_FREE + k) for key in ("count_free", "count_points")
        )
        figure = table.cell(f"figure:{count.column}", row)
        parts.append(f"MAX(N({figure})-{free},0)*{points}")
    return "+".join(parts)


def counted_points(plan: Plan, table: Table, row: int) -> str:
    """Return the points within the limits of the scheme."""
    bonus, limited = plan.scheme.bonus, table.cell("points", row)
    if bonus.cap is not None:
        limited = f"MIN({plan.value('bonus_cap')},{limited})"
    if bonus.deduction_cap is not None:
        limited = f"MAX(-{plan.value('deduction_cap')},{limited})"
    return limited


def label_points(plan: Plan, table: Table, row: int) -> str:
    """Return the points of the labels, each once; #N/A where there is an unknown one."""
    bonus, cell, mark = plan.scheme.bonus, table.cell("labels", row), f.text(SEPARATOR)
    labels, points = plan.list("labels"), plan.list("label_points")
    each = f"{mark}&{labels}&{mark}"
    left = f'LEN(SUBSTITUTE({cell},{mark},""))'
    known = f'(LEN({cell})-LEN(SUBSTITUTE({cell},{each},"")))/(LEN({labels})+2)*LEN({labels})'
    carried = f"ISNUMBER(FIND({each},{cell}))"
    alone = f"*({plan.list('label_groups')}=0)" if bonus.groups else ""
    parts = [f"SUMPRODUCT({carried}*{points}{alone})"]
    for number, group in enumerate(bonus.groups.values(), 1):
        parts.append(_group_points(plan, group, number, carried))
    if "label_ratios" in plan.lists:
        subtotal = f"N({table.cell('subtotal', row)})"
        parts.append(f"SUMPRODUCT({carried}*{plan.list('label_ratios')})*{subtotal}")
    return f'IF({cell}="",0,IF(SUMPRODUCT({known})={left},{"+".join(parts)},NA()))'


def _group_points(plan: Plan, group: BonusGroup, number: int, carried: str) -> str:
    """Return the points of a group's labels: all of them or the weightiest, up to its limit."""
    points, groups = plan.list("label_points"), plan.list("label_groups")
    own = f"{carried}*({groups}={number})"
    if group.stacking == "sum":
        together = f"SUMPRODUCT({own}*{points})"
    else:
        # Of two that weigh the same the one that adds counts.
        up, down = (f"SUMPRODUCT(MAX({own}*{sign}{points}))" for sign in ("", "-1*"))
        takes_away = any(
            label.points < 0
            for label in plan.scheme.bonus.labels.values()
            if label.group == group.id
        )
        together = f"IF({up}>={down},{up},-{down})" if takes_away else up
    if group.cap is None:
        return together
    return f"MIN({together},{absolute(plan.lists['group_caps'], FIRST_FREE + number - 1)})"
