"""The same firm in two lists: by credit code, or by name where one of them has no code (R20)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["same_firms"]


def same_firms(firms: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> list[int]:
    """Return for each code and name the position of the same firm among ``others``; -1 for none.

    By code; without a code on either side by a name that each list has once, unless that row is
    another firm's by code.

    >>> same_firms([("1", "甲"), ("2", "乙"), ("", "丙")], [("", "甲"), ("9", "乙"), ("3", "丙")])
    [0, -1, 2]
    """
    by_code = {code: i for i, (code, _) in enumerate(others) if code}
    found = [by_code.get(code, -1) if code else -1 for code, _ in firms]
    if -1 not in found:
        return found
    named = Counter(name for _, name in firms)
    by_name: dict[str, int] = {}
    for i, (_, name) in enumerate(others):
        by_name[name] = -1 if not name or name in by_name else i
    taken = {*found}
    for k, (code, name) in enumerate(firms):
        place = by_name.get(name, -1) if found[k] < 0 and named[name] == 1 else -1
        if place not in taken and not (code and others[place][0]):
            found[k] = place
    return found
