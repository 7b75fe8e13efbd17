"""Classes decided by an authority over those the rules give (R18)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.model import filled
from permu_xl.errors import UsageError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from permu_xl.engine.firms import Participation
    from permu_xl.engine.model import (
        IntArray,
        Roster,
        Scheme,
    )


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A class set by a decision on record (reading R18)."""

    code: str
    name: str
    letter: str
    reason: str = ""
    document: str = ""
    date: dt.date | None = None


def match_adjustments(adjustments: Sequence[Adjustment], roster: Roster) -> tuple[int, ...]:
    """Return for each adjustment the firm it is about (``find_firms``); -1 for none."""
    return find_firms([(a.code, a.name) for a in adjustments], roster.keys())


def find_firms(
    wanted: Sequence[tuple[str, str]], firms: Sequence[tuple[str, str]]
) -> tuple[int, ...]:
    """Return for each code and name the position of the firm that is meant; -1 for none.

    By code, else by name; a name that several firms carry matches none of them.

    >>> find_firms([("", "甲"), ("9", "甲"), ("", "")], [("1", "甲"), ("2", "乙")])
    (0, -1, -1)
    """
    if not wanted:
        return ()
    by_code = {code: i for i, (code, _) in enumerate(firms) if code}
    by_name: dict[str, int] = {}
    for i, (_, name) in enumerate(firms):
        if name:
            by_name[name] = -1 if name in by_name else i
    return tuple(by_code.get(code, -1) if code else by_name.get(name, -1) for code, name in wanted)


def apply_adjustments(
    adjustments: Sequence[Adjustment], roster: Roster, part: Participation
) -> IntArray:
    """Return which adjustment applies to each firm (-1: none); only participants have a class.

    The adjustment of one firm is that of all that are evaluated as one with it.
    """
    applied: IntArray = filled(roster.size, -1, np.int64)
    leader = part.joined.leader
    if not adjustments:
        return applied
    for position, firm in enumerate(match_adjustments(adjustments, roster)):
        if firm >= 0 and part.included[firm]:
            applied[leader[firm]] = position
    return applied[leader]


def checked_letter(scheme: Scheme, adjustment: Adjustment) -> str:
    """Return the class that was decided; UsageError where the scheme has no such class."""
    if adjustment.letter not in scheme.letters:
        raise UsageError(
            f"调整后分类“{adjustment.letter}”不在方案的分类{'、'.join(scheme.letters)}之内"
        )
    return adjustment.letter
