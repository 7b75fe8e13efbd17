"""Questions about 企业变动: what is said to have become of firms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from permu_xl.engine.records import (
    ARRIVALS,
    DEPARTURES,
    EVENT_KINDS,
    MERGER,
    RENAMING,
    SPLIT,
    FirmEvent,
    find_firms,
    trace_firms,
)
from permu_xl.findings import At, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine.model import Roster
    from permu_xl.engine.records import FirmKey

__all__ = ["check_events"]


def check_events(
    events: Sequence[FirmEvent], roster: Roster, previous: Roster | None, *, year: int
) -> Iterator[Finding]:
    """Yield what does not fit together on the sheet of firm events.

    Last year's firms are looked for only where there are any.
    """
    if not events:
        return
    new = roster.keys()
    old = [] if previous is None else previous.keys()
    for row, event in enumerate(events):
        if event.kind not in EVENT_KINDS:
            at = _at(row, event, "kind", "变动类型", event.kind)
            yield Finding.of(
                "W261", at, case="" if event.kind else "blank", allowed="、".join(EVENT_KINDS)
            )
            continue
        if event.kind in ARRIVALS:
            yield from _one_side(row, event, event.new, event.old, new, old, "本年")
        elif event.kind in DEPARTURES:
            yield from _one_side(row, event, event.old, event.new, old, new, "上年")
        else:
            yield from _side(row, event, event.old, old, "上年")
            yield from _side(row, event, event.new, new, "本年")
        if event.date is not None and not (
            dt.date(year - 1, 1, 1) <= event.date <= dt.date(year, 12, 31)
        ):
            at = _at(row, event, "date", "变动日期", str(event.date))
            yield Finding.of("W264", at, last=year - 1, year=year)
    if old:
        yield from _parts(events, old, new)


_SIDES = {"上年": ("old_code", "上年数据"), "本年": ("new_code", "原始数据")}
"""By year the column of 企业变动 and the sheet where the firm has to be."""


def _side(
    row: int, event: FirmEvent, key: FirmKey, firms: Sequence[FirmKey], year: str
) -> Iterator[Finding]:
    """The firm of a year must be named, and be on that year's sheet if there is one."""
    column, sheet = _SIDES[year]
    at = _at(row, event, column, f"{year}企业", key[0] or key[1])
    if not any(key):
        yield Finding.of("W262", at, case="blank", kind=event.kind, side=year)
    elif firms and find_firms([key], firms)[0] < 0:
        yield Finding.of("W262", at, sheet=sheet, side=year)


def _one_side(
    row: int,
    event: FirmEvent,
    key: FirmKey,
    other: FirmKey,
    firms: Sequence[FirmKey],
    others: Sequence[FirmKey],
    year: str,
) -> Iterator[Finding]:
    """Who arrives or leaves is a firm of one year only."""
    yield from _side(row, event, key, firms, year)
    absent = "上年" if year == "本年" else "本年"
    column, sheet = _SIDES[absent]
    at = _at(row, event, column, f"{absent}企业", other[0] or other[1])
    if any(other):
        yield Finding.of("W263", at, kind=event.kind, side=absent)
    elif any(key) and find_firms([key], others)[0] >= 0:
        yield Finding.of("W263", at, case="there", kind=event.kind, sheet=sheet)


def _parts(
    events: Sequence[FirmEvent], old: Sequence[FirmKey], new: Sequence[FirmKey]
) -> Iterator[Finding]:
    """A merger has several of last year's firms, a split several of this year's."""
    parents = trace_firms(old, new, events).parents
    before = find_firms([event.old for event in events], old)
    after = find_firms([event.new for event in events], new)
    for row, (event, then, now) in enumerate(zip(events, before, after, strict=True)):
        if then < 0 or now < 0:
            continue
        heirs = sum(then in each for each in parents)
        at = _at(row, event, "kind", "变动类型", event.kind)
        if event.kind == MERGER and len(parents[now]) < 2:
            yield Finding.of("W265", at)
        elif event.kind == SPLIT and heirs < 2:
            yield Finding.of("W265", at, case="split")
        elif event.kind == RENAMING and (len(parents[now]) > 1 or heirs > 1):
            yield Finding.of("W265", at, case="renaming")


def _at(row: int, event: FirmEvent, column: str, item: str, value: str) -> At:
    code, name = event.new if any(event.new) else event.old
    return At("events", row, column, item, value, firm_code=code, firm_name=name)
