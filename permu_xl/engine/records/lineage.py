"""Firm events between two years, and which of last year's firms each firm comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.engine.firms import same_firms
from permu_xl.engine.records.adjustments import find_firms

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

__all__ = [
    "ARRIVALS",
    "DEPARTURES",
    "EVENT_KINDS",
    "MERGER",
    "RENAMING",
    "SPLIT",
    "SUCCESSIONS",
    "FirmEvent",
    "FirmKey",
    "Lineage",
    "trace_firms",
]

FirmKey = tuple[str, str]
"""Code and name as somebody wrote them; either may be blank."""

MERGER, SPLIT, RENAMING = "合并", "分立", "更名"
ARRIVALS, DEPARTURES = ("新设", "迁入"), ("迁出", "注销")
SUCCESSIONS = (SPLIT, MERGER, RENAMING)
"""Kinds that link a firm of last year to one of this year."""
EVENT_KINDS = (*ARRIVALS, *DEPARTURES, *SUCCESSIONS)


@dataclass(frozen=True, slots=True)
class FirmEvent:
    """What became of a firm: ``old`` is the firm as of last year, ``new`` as of this year.

    A merger or a split has one event for each pair of firms.
    """

    kind: str
    old: FirmKey = ("", "")
    new: FirmKey = ("", "")
    date: dt.date | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Which of last year's firms each of this year's comes from.

    ``parents`` has their positions by the firm of this year, ascending; ``explained`` are last
    year's firms that an event tells of, though none of this year's need come from them.
    """

    parents: tuple[tuple[int, ...], ...]
    explained: frozenset[int]

    def families(self) -> list[tuple[list[int], list[int]]]:
        """Return the sets of firms that belong together: last year's, and this year's.

        Firms without a parent are in none; a merger has several of last year's, a split several
        of this year's.

        >>> Lineage(((0, 1), (), (2,), (2,)), frozenset()).families()
        [([0, 1], [0]), ([2], [2, 3])]
        """
        family_of: dict[int, int] = {}
        families: list[tuple[list[int], list[int]]] = []
        for firm, parents in enumerate(self.parents):
            if not parents:
                continue
            joined = sorted({family_of[old] for old in parents if old in family_of})
            place = joined[0] if joined else len(families)
            if not joined:
                families.append(([], []))
            for other in joined[1:]:
                for mine, theirs in zip(families[place], families[other], strict=True):
                    mine += theirs
                    theirs.clear()
            known = {*families[place][0]}
            families[place][0].extend(old for old in parents if old not in known)
            families[place][1].append(firm)
            family_of |= dict.fromkeys(families[place][0], place)
        return [(sorted(old), sorted(new)) for old, new in families if new]


def trace_firms(
    old: Sequence[FirmKey], new: Sequence[FirmKey], events: Iterable[FirmEvent] = ()
) -> Lineage:
    """Return which of the firms ``old`` each of the firms ``new`` comes from.

    A firm is its own successor where it is the same (``same_firms``, R20); events link those that
    are not.
    """
    told = tuple(events)
    parents: list[set[int]] = [{own} if own >= 0 else set() for own in same_firms(new, old)]
    explained = set()
    before = find_firms([event.old for event in told], old)
    after = find_firms([event.new for event in told], new)
    for event, then, now in zip(told, before, after, strict=True):
        if then >= 0 and event.kind in (*DEPARTURES, *SUCCESSIONS):
            explained.add(then)
        if then >= 0 and now >= 0 and event.kind in SUCCESSIONS:
            parents[now].add(then)
    return Lineage(tuple(tuple(sorted(each)) for each in parents), frozenset(explained))
