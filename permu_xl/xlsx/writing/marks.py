"""Marks in a sheet's XML, looked for row by row from above."""

from __future__ import annotations

__all__ = ["Mark"]


class Mark:
    """Tells whether stretches of bytes, asked for from front to back, hold a mark.

    Where it comes next is remembered, so that the whole is searched once and not once for each row.
    """

    def __init__(self, xml: bytes, mark: bytes, end: int) -> None:
        self._xml, self._mark, self._end = xml, mark, end
        self._next = -1

    def within(self, start: int, stop: int) -> bool:
        """Return whether the mark begins between ``start`` and ``stop``."""
        if self._next < start:
            found = self._xml.find(self._mark, start, self._end)
            self._next = self._end if found < 0 else found
        return self._next < stop
