"""基准值 in the live template of a scheme that one PERMU_EVALUATE serves: tracks, groups, times."""

from __future__ import annotations

from dataclasses import dataclass

from permu_xl.engine import METHOD_NAMES, YEAR_NAMES
from permu_xl.engine.model import BaselineMethod, Indicator
from permu_xl.text import show_number
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.live.helper_sheet import Plan
from permu_xl.workbook.live.references import Places, live_name

__all__ = ["Statistics", "baseline_formulas", "or_blank"]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the row of an indicator on 基准值 says about both years, as formulas.

    ``now`` and ``last`` name the columns that say which firms of this and last year count.
    """

    places: Places
    indicator: Indicator
    now: str
    last: str

    def call(self, method: str, year: str) -> str:
        """Return a call of PERMU_BASELINE; ``method`` is an expression."""
        title, included = (
            (layout.PREVIOUS, self.last) if year == "previous" else (layout.DATA, self.now)
        )
        i = self.indicator
        figures = ",".join(self.places.span(title, id) for id in (i.numerator, i.denominator))
        return f"PERMU_BASELINE({figures},{method},{f.number(i.scale)},{included})"

    def formulas(self) -> dict[str, str]:
        """Return sums and means by the key of the column."""
        i = self.indicator
        top, bottom = (self.places.span(layout.PREVIOUS, id) for id in (i.numerator, i.denominator))
        reported = f"{self.last},TRUE,{top},{f.REPORTED},{bottom},{f.REPORTED}"
        counted = f"COUNTIFS({reported})"

        def found(method: BaselineMethod, year: str) -> str:
            return or_blank(self.call(f.text(METHOD_NAMES[method]), year))

        return {
            "numerator": f'IF({counted},SUMIFS({top},{reported}),"")',
            "denominator": f'IF({counted},SUMIFS({bottom},{reported}),"")',
            "aggregate": found("aggregate", "previous"),
            "mean": found("mean", "previous"),
            "highest": found("max", "current"),
        }


def or_blank(expression: str) -> str:
    """Return an expression that is "" where the one given is #N/A."""
    return f'IF(ISNA({expression}),"",{expression})'


def baseline_formulas(places: Places, plan: Plan, i: Indicator, group: str) -> dict[str, str]:
    """Return the formulas of a row of 基准值: the firms of the indicator's tracks and group."""
    now, last = (live_name(plan.member(i.id, group, prefix)) for prefix in ("", "last_"))
    statistics = Statistics(places, i, now, last)
    rule, rows = i.baseline, layout.parameter_rows(places.scheme)
    chosen = f"INDEX({live_name('method')},{rows.index((i, '')) + 1})"
    method = f'IF({chosen}="",{f.text(METHOD_NAMES[rule.method])},{chosen})'
    found = statistics.call(method, rule.year)
    if rule.times != 1:
        found += f"*{f.number(rule.times)}"
    by_hand = f"{method}={f.text(METHOD_NAMES['manual'])}"
    if rule.year == "current":
        # Nobody has the indicator: then every firm is scored by the rule for firms without it.
        usual = or_blank(found)
    else:
        usual = f'IF(COUNTIF({now},TRUE)=0,IFERROR({found},""),{found})'
    times = "" if rule.times == 1 else f"的{show_number(rule.times)}倍"
    year, clause = f.text(YEAR_NAMES[rule.year]), f.text(f"。依据{rule.clause}")
    origin = f"IF({by_hand},{method},{year}&{method}&{f.text(times)})"
    return {
        **statistics.formulas(),
        "method": method,
        "value": f"IF({by_hand},{_manual(places, i, group)},{usual})",
        "note": f"{origin}&{clause}",
    }


def _manual(places: Places, i: Indicator, group: str) -> str:
    """Return the baseline set by hand: of the group, else of the indicator, else the scheme's."""
    rule, rows = i.baseline, layout.parameter_rows(places.scheme)
    standard = '""' if rule.manual is None else f.number(rule.manual)
    own = places.parameter("manual", rows.index((i, "")))
    text = f'IF({own}="",{standard},{own})'
    if group:
        own = places.parameter("manual", rows.index((i, group)))
        if group in rule.manual_by:
            text = f.number(rule.manual_by[group])
        text = f'IF({own}="",{text},{own})'
    return text
