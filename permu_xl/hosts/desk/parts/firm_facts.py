"""What the pages about single firms have in common: who is meant, what was found, how far it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import GRADED, statistics
from permu_xl.hosts.desk.parts.charts import Meter, Strip, strip
from permu_xl.hosts.desk.parts.shown import in_cell
from permu_xl.reports.sensitivity import near_cuts
from permu_xl.text import show_of_baseline, show_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from permu_xl.engine import Evaluation, IndicatorResult, Unit
    from permu_xl.engine.model import FloatArray, Roster
    from permu_xl.findings import Finding
    from permu_xl.reports.sensitivity import Near

__all__ = ["Distance", "Firms", "distances", "findings_by_firm", "meters", "unit_of"]

PLOT_START, PLOT_END = 150.0, 560.0
"""Where the scale of meters begins and ends."""
STRIP_START, STRIP_END = 14.0, 466.0
_FEWEST = 3
"""Of fewer firms no average is shown: it would be the figure of one of them."""


class Firms:
    """Finds firms of a roster by what tables call them."""

    def __init__(self, roster: Roster) -> None:
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, int] = {}
        several: set[str] = set()
        for row, (code, name) in enumerate(zip(roster.codes, roster.names, strict=True)):
            if code:
                self._by_code.setdefault(str(code), row)
            if name and self._by_name.setdefault(str(name), row) != row:
                several.add(str(name))
        for name in several:
            del self._by_name[name]

    def row(self, code: object, name: object) -> int | None:
        """Return the row of a firm by its code, else by a name that no other has."""
        found = self._by_code.get(str(code)) if code else None
        return self._by_name.get(str(name)) if found is None and name else found


def findings_by_firm(findings: Iterable[Finding], roster: Roster) -> Mapping[int, list[Finding]]:
    """Return the findings about each firm by its row, those about last year's figures too."""
    firms = Firms(roster)
    found: dict[int, list[Finding]] = {}
    for finding in findings:
        rows = {firms.row(code, name) for code, name in finding.firms}
        if finding.table == "current" and finding.row is not None and not finding.file:
            rows.add(finding.row)
        for row in rows:
            if row is not None and row < roster.size:
                found.setdefault(row, []).append(finding)
    return found


def unit_of(e: Evaluation, firm: int) -> Unit | None:
    """Return the firms that a firm is ranked among; None where it is not ranked."""
    graded = e.included[firm] and e.ungraded[firm] == GRADED
    return e.classes.units[e.classes.unit[firm]] if graded else None


def meters(e: Evaluation, firm: int) -> list[Meter]:
    """Return the firm's indicators as shares of their baselines, beside the district's.

    One that is measured from the worst value to the best has no such share.
    """
    found = []
    for result in e.results_of(firm):
        i, baseline = result.indicator, result.baseline_of(firm).value
        if i.spans:
            found.append(Meter(i.name, math.nan, math.nan, math.inf, False, "按最低到最高"))
            continue
        own = float(result.value[firm]) / baseline
        other = _district(e, result) / baseline
        met = own >= 1 if i.higher_is_better else 0 <= own <= 1
        found.append(
            Meter(
                i.name, own, other, _cap(i.form, i.cap), met,
                "没有数据" if math.isnan(own) else show_of_baseline(own),
                "" if math.isnan(other) else show_of_baseline(other),
                not i.higher_is_better,
            )
        )  # fmt: skip
    return found


def _cap(form: str, cap: float) -> float:
    """Return the share of the baseline from which the score grows no more."""
    return {"ratio": cap, "mirrored": max(2 - cap, 0.0)}.get(form, 1 / cap)


def _district(e: Evaluation, r: IndicatorResult) -> float:
    found = statistics(r.values, e.participation.counted & r.concerned, r.indicator.scale)
    return found.aggregate if found.both >= _FEWEST else math.nan


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a firm is from one line: ``gap`` with its sign, above 0 on the better side.

    ``strip`` shows all firms that the line divides.
    """

    near: Near
    own: str
    limit: str
    gap: str
    strip: Strip

    @property
    def above(self) -> bool:
        """Whether the firm stands on the better side of the line."""
        return self.near.value > self.near.limit


def distances(e: Evaluation, firm: int) -> list[Distance]:
    """Return how far a firm is from every line that its class depends on."""
    found, judged = [], int(e.joined.leader[firm])  # which stands in the order for its group
    for near in near_cuts(e, math.inf):
        if near.firm != judged:
            continue
        kind = "points" if near.points else "number"
        gap = near.value - near.limit
        shown = show_points(abs(gap)) if near.points else in_cell(abs(gap), kind)
        sign = "相同" if abs(gap) <= 1e-9 else f"高出{shown}" if gap > 0 else f"还差{shown}"
        picture = strip(_keys(e, near), near.value, near.limit, STRIP_START, STRIP_END)
        found.append(
            Distance(near, in_cell(near.value, kind), in_cell(near.limit, kind), sign, picture)
        )
    return found


def _keys(e: Evaluation, near: Near) -> Sequence[float]:
    """Return the keys of all firms that a line divides."""
    unit = next(u for u in e.classes.units if u.name == near.unit)
    picked = next((p for p in unit.picked if f"{p.selection.label}类名额" == near.cut), None)
    firms = unit.order.firms if picked is None else picked.ordering.firms
    key: FloatArray = e.total if picked is None else picked.key
    keys: list[float] = np.asarray(key[firms]).tolist()
    return keys
