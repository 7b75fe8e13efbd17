"""Rows of result tables that were sorted: which row of the sheet belongs to which firm."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Order", "order_of"]


class Order(NamedTuple):
    """For each row as a run would write it the row where it stands, both from 0.

    ``is_sorted`` says that rows stand in another order than those of 原始数据.
    """

    places: Sequence[int]
    is_sorted: bool


def order_of(expected: Sequence[str], shown: Sequence[str]) -> Order:
    """Match the rows of a table by what their firms are known by ("": no firm in the row).

    A row that stands where a run would write it stays there.  Rows that nobody is known by, on
    either side, are matched in turn.  Where fewer than half of the firms are found elsewhere or in
    place, nothing was sorted: the rows are compared as they stand.

    >>> order_of(["甲", "乙", "丙"], ["丙", "乙", "甲"])
    Order(places=[2, 1, 0], is_sorted=True)
    >>> order_of(["甲", "乙", "丙"], ["甲", "丁", "丙"])
    Order(places=[0, 1, 2], is_sorted=False)
    >>> order_of(["甲", "乙", "丙", ""], ["丙", "甲", "", "丁"])
    Order(places=[1, 3, 0, 2], is_sorted=True)
    """
    size = max(len(expected), len(shown))
    wanted = [*expected, *[""] * (size - len(expected))]
    found = [*shown, *[""] * (size - len(shown))]
    if wanted == found:
        return Order(list(range(size)), False)
    places = [row if wanted[row] and wanted[row] == found[row] else -1 for row in range(size)]
    free: dict[str, deque[int]] = defaultdict(deque)
    for row, name in enumerate(found):
        if places[row] != row:
            free[name].append(row)
    moved = 0
    for row, name in enumerate(wanted):
        if places[row] < 0 and name and free[name]:
            places[row] = free[name].popleft()
            moved += 1
    known = sum(map(bool, wanted))
    if not moved or 2 * sum(place >= 0 for place in places) < known:
        return Order(list(range(size)), False)
    # Rows without a firm go to blank ones where there are any, so that a firm that was renamed
    # is held against the row that is left over.
    left = deque(sorted(row for name, rows in free.items() if name for row in rows))
    blank = free[""]
    for row in range(size):
        if places[row] < 0:
            first, second = (left, blank) if wanted[row] else (blank, left)
            places[row] = (first or second).popleft()
    return Order(places, True)
