"""What last year lacks for growths and baselines: a firm to compare with, a figure counted as 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.checks.identity import firm_at
from permu_xl.engine.firms import (
    concerned,
    figure,
    first_part,
    matching_rows,
    of_last_year,
    track_index,
)
from permu_xl.engine.measuring import quotients
from permu_xl.engine.records import SUCCESSIONS, find_firms, trace_firms
from permu_xl.findings import Finding
from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine.firms import Participation
    from permu_xl.engine.measuring import Values
    from permu_xl.engine.model import BoolArray, Indicator, IntArray, Roster, Scheme
    from permu_xl.engine.records import FirmEvent

__all__ = ["counted_as_zero", "growth_findings"]


def growth_findings(
    scheme: Scheme,
    roster: Roster,
    previous: Roster,
    part: Participation,
    events: Sequence[FirmEvent],
) -> Iterator[Finding]:
    """Warn of participants whose growth is not that of their own firms, or is none (R20, R25)."""
    if not scheme.growing:
        return
    own = matching_rows(roster, previous)
    told = dict(_changed(scheme, roster, previous, part.included, own, events)) if events else {}
    yield from told.values()
    for firm, finding in _incomparable(scheme, roster, previous, part, own):
        if firm not in told:
            yield finding


def _changed(
    scheme: Scheme,
    roster: Roster,
    previous: Roster,
    included: BoolArray,
    own: IntArray,
    events: Sequence[FirmEvent],
) -> Iterator[tuple[int, Finding]]:
    """Yield who is measured against the one firm of last year that is the same, not all its kin."""
    parents = trace_firms(previous.keys(), roster.keys(), events).parents
    now = find_firms([event.new for event in events], roster.keys())
    then = find_firms([event.old for event in events], previous.keys())
    for firm in np.flatnonzero(included).tolist():
        mine = int(own[firm])
        heirs = sum(mine in each for each in parents)
        if parents[firm] in ((), (mine,)) and heirs < 2:
            continue
        kinds = dict.fromkeys(
            event.kind
            for event, new, old in zip(events, now, then, strict=True)
            if event.kind in SUCCESSIONS and (new == firm or (old >= 0 and old == mine))
        )
        before = previous.label(mine) if mine >= 0 else ""
        found = Finding.of(
            "W266",
            firm_at(roster, firm, "current", "code", "企业变动", "、".join(kinds)),
            case="" if before else "absent",
            kinds="、".join(kinds),
            indicators="、".join(i.name for i in scheme.growing),
            before=before,
        )
        yield firm, found


def _incomparable(
    scheme: Scheme, roster: Roster, previous: Roster, part: Participation, own: IntArray
) -> Iterator[tuple[int, Finding]]:
    """Yield the participants with a figure this year and none above 0 to compare it with."""
    judged, before = part.joined.roster, of_last_year(part.joined, previous)
    tracks = track_index(scheme, judged)
    absent: dict[int, list[str]] = {}
    for i in scheme.growing:
        then = _quotients(scheme, i, before)
        lacking = ~(then.value > 0) & ~np.isnan(_quotients(scheme, i, judged).value)
        lacking &= part.included & concerned(scheme, i.id, tracks)
        for firm in np.flatnonzero(lacking).tolist():
            row, members = int(own[firm]), part.joined.members(firm)
            if row < 0:
                absent.setdefault(firm, []).append(i.name)
            elif (own[members] >= 0).all():
                top = not then.numerator[firm] > 0
                id = i.numerator if top else i.denominator
                value = float(then.numerator[firm] if top else then.denominator[firm])
                shown = "" if np.isnan(value) else show_number(value)
                item = scheme.figure(id).name
                at = firm_at(previous, row, "previous", first_part(scheme, id), item, shown)
                yield firm, Finding.of("W245", at, case="low", indicators=i.name)
    for firm, names in absent.items():
        at = firm_at(roster, firm, "current", "code", "统一社会信用代码", str(roster.codes[firm]))
        grouped = len(part.joined.members(firm)) > 1
        told = Finding.of("W245", at, case="joint" if grouped else "", indicators="、".join(names))
        yield firm, told


def _quotients(scheme: Scheme, indicator: Indicator, roster: Roster) -> Values:
    ends = (indicator.numerator, indicator.denominator)
    return quotients([indicator], {id: figure(scheme, roster, id) for id in ends}).row(0)


def counted_as_zero(
    scheme: Scheme, roster: Roster, previous: Roster, part: Participation, last: Participation
) -> Iterator[Finding]:
    """Warn of last year's blanks that count 0 in a sum, or in the figure of a group.

    A baseline is then too low, or too high; so is what this year's participants are compared with.
    """
    if not scheme.sums and scheme.joint is None:
        return
    found: dict[tuple[int, str], bool] = {}
    backward = [
        i for i in scheme.indicators
        if i.baseline.year == "previous" and i.baseline.method != "manual"
    ]  # fmt: skip
    everyone = np.arange(previous.size)
    _add_zeros(found, scheme, backward, previous, last.joined.roster, everyone, last.included)
    if scheme.growing:
        own = matching_rows(roster, previous)
        compared = part.included & (own >= 0)
        before = of_last_year(part.joined, previous)
        _add_zeros(found, scheme, scheme.growing, previous, before, own, compared)
    for (row, id), grouped in found.items():
        column = scheme.columns[id]
        at = firm_at(previous, row, "previous", id, column.name, "")
        yield Finding.of("W225", at, case="joint" if grouped else "part", source=column.source)


def _add_zeros(
    found: dict[tuple[int, str], bool],
    scheme: Scheme,
    indicators: Sequence[Indicator],
    previous: Roster,
    judged: Roster,
    own: IntArray,
    asked: BoolArray,
) -> None:
    """Note by row and column of last year the blanks that are passed over in a figure there is.

    With each whether other firms of its group have that column.  ``judged`` has the figures as
    they are used; ``own`` are the rows of its firms.
    """
    tracks = track_index(scheme, judged)
    for i in indicators:
        here = asked & concerned(scheme, i.id, tracks)
        for id in (i.numerator, i.denominator):
            there = here & ~np.isnan(figure(scheme, judged, id))
            for column in scheme.parts(id):
                blank = np.isnan(previous.number(column)[own]) & there
                grouped = ~np.isnan(judged.number(column))
                for firm in np.flatnonzero(blank).tolist():
                    found[int(own[firm]), column] = bool(grouped[firm])
