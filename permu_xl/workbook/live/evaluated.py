"""得分 and 分类结果 in the live template of a scheme that one PERMU_EVALUATE serves."""

from __future__ import annotations

from collections.abc import Iterator

from permu_xl.workbook import layout
from permu_xl.workbook.live.basis import basis_formulas
from permu_xl.workbook.live.firm_rows import decision_formulas, firm_formulas
from permu_xl.workbook.live.groups import bonus_formulas, group_formulas
from permu_xl.workbook.live.helper_sheet import Plan
from permu_xl.workbook.live.order import (
    guard_formulas,
    order_formulas,
    out_formula,
    selection_formulas,
)
from permu_xl.workbook.live.references import Places, as_text, live_name, of_participants
from permu_xl.workbook.live.track_rules import Evaluated, evaluated_key

__all__ = ["evaluated_classes", "evaluated_scores", "general_row_formulas"]


def general_row_formulas(places: Places, plan: Plan, row: int) -> Iterator[tuple[str, str]]:
    """Yield the plain formulas of a firm's row on the hidden sheet by column key."""
    yield from firm_formulas(places, row)
    yield from group_formulas(places, plan, row)
    yield from bonus_formulas(places, row)
    yield from order_formulas(places, plan, row)
    yield from selection_formulas(places, plan, row)
    if places.scheme.guards:
        yield from guard_formulas(places, row)
    yield "out", out_formula(places, row)
    yield from decision_formulas(places, row)
    yield from basis_formulas(places, row)


def evaluated_scores(places: Places) -> dict[str, str]:
    """Return the formulas of 得分 by column key."""
    indicators = places.scheme.indicators
    formulas = {key: live_name(key) for key in ("serial", "code", "name")}
    for n, i in enumerate(indicators, 1):
        formulas[f"value:{i.id}"] = of_participants(live_name(f"e{n}"))
        formulas[f"score:{i.id}"] = of_participants(live_name(f"e{n + len(indicators)}"))
    whole: tuple[Evaluated, ...] = ("subtotal", "bonus", "total", "rank")
    formulas |= {key: of_participants(_evaluated(places, key)) for key in whole}
    return formulas | {"notes": as_text(_evaluated(places, "notes"))}


def evaluated_classes(places: Places) -> dict[str, str]:
    """Return the formulas of 分类结果 by column key."""
    scheme = places.scheme
    formulas = {key: live_name(key) for key in ("serial", "code", "name", "final", "basis")}
    formulas |= {"total": of_participants(_evaluated(places, "total"))}
    formulas |= {"rank": of_participants(_evaluated(places, "rank"))}
    if layout.has_units(scheme):
        formulas["unit"] = live_name("unit")
    if layout.has_halves(scheme):
        formulas["half"] = live_name("half")
    for n, label in enumerate(layout.selection_labels(scheme), 1):
        formulas[f"key:{label}"] = live_name(f"key{n}")
    letters = as_text(_evaluated(places, "class"))
    formulas["proposed"] = f"IF({live_name('in')},{letters},{live_name('out')})"
    return formulas


def _evaluated(places: Places, what: Evaluated) -> str:
    return live_name(evaluated_key(places.scheme, what))
