"""What sorts firms into tracks and baseline groups, and their bonus, in the live template."""

from __future__ import annotations

from collections.abc import Iterator

from permu_xl.engine.model import Bonus
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.live.firm_rows import is_firm
from permu_xl.workbook.live.helper_sheet import Plan
from permu_xl.workbook.live.references import HELPER, Places

__all__ = ["bonus_formulas", "group_formulas"]

_SEPARATORS = ('"，"', '","', '"；"', '";"', '" "', '"\u3000"', "CHAR(10)", "CHAR(9)", "CHAR(13)")


def group_formulas(places: Places, plan: Plan, row: int) -> Iterator[tuple[str, str]]:
    """Yield the groups of a firm, this year's and last year's, and which baselines it concerns."""
    for prefix, title in (("", layout.DATA), ("last_", layout.PREVIOUS)):
        if prefix and not plan.last_sorting:
            continue
        if prefix:
            yield "last_firm", is_firm(places, title, row)
        firm = places.cell(HELPER, f"{prefix}firm", row)
        for id in plan.groups:
            cell = places.cell(title, id, row)
            yield f"{prefix}group:{id}", f'IF({firm},IF({cell}="","",{cell}),"")'
    for number, (tracks, by, group) in enumerate(plan.members, 1):
        for prefix in ("", "last_"):
            told = f"{prefix}is:{places.scheme.track_attribute}"
            inside = "TRUE"
            if by:
                inside = _exact(places, f"{prefix}is:{by}", row, group)
            if tracks:
                here = (_exact(places, told, row, name) for name in tracks)
                inside = f"IF(OR({','.join(here)}),{inside},FALSE)"
            taking_part = places.cell(HELPER, f"{prefix}in", row)
            yield f"{prefix}member{number}", f"IF({taking_part},{inside},FALSE)"


def bonus_formulas(places: Places, row: int) -> Iterator[tuple[str, str]]:
    """Yield the points of a firm, with those of its labels; PERMU_EVALUATE adds what it counts."""
    worth = f"N({places.cell(HELPER, 'points', row)})"
    if places.scheme.bonus.labels:
        cell = places.cell(layout.DATA, "bonus_labels", row)
        for separator in _SEPARATORS:
            cell = f'SUBSTITUTE({cell},{separator},"、")'
        yield "labels", f'"、"&{cell}&"、"'
        labels = places.cell(HELPER, "labels", row)
        worth += "".join(f"+{part}" for part in _label_worth(places.scheme.bonus, labels))
    yield "bonus", f'IF({places.cell(HELPER, "in", row)},{worth},"")'


def _label_worth(bonus: Bonus, labels: str) -> Iterator[str]:
    """Yield what labels add: each by itself, or together in their group."""

    def worth(name: str, points: float) -> str:
        written = f.text(f"、{name}、")
        return f"{f.number(points)}*ISNUMBER(FIND({written},{labels}))"

    for label in bonus.labels.values():
        if not label.group:
            yield worth(label.name, label.points)
    for id, group in bonus.groups.items():
        parts = [worth(x.name, x.points) for x in bonus.labels.values() if x.group == id]
        if not parts:
            continue
        together = "+".join(parts)
        if group.stacking == "highest":
            high, low = f"MAX(0,{','.join(parts)})", f"MIN(0,{','.join(parts)})"
            together = f"IF({high}>=-{low},{high},{low})"
        yield f"({together})" if group.cap is None else f"MIN({together},{f.number(group.cap)})"


def _exact(places: Places, key: str, row: int, text: str) -> str:
    return f"EXACT({places.cell(HELPER, key, row)},{f.text(text)})"
