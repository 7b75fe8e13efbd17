"""Units of measurement: how departments write them, and exact factors between them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Family", "Units"]

_TOLD = re.compile(r"单位\s*[:为是]*")
_SEPARATORS = re.compile(r"[、,;。/\s和及]+")


@dataclass(frozen=True, slots=True)
class Family:
    """Units that convert into each other; ``plain`` is meant where none is written ("" never)."""

    id: str
    name: str
    units: Mapping[str, Fraction]
    aliases: Mapping[str, str]
    plain: str = ""


class Units:
    """The families, asked by what a table says."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._found: dict[str, tuple[str, Family]] = {}
        for family in families:
            for spelled in (*family.units, *family.aliases):
                unit = family.aliases.get(spelled, spelled)
                self._found[_plain(spelled)] = unit, family

    def find(self, text: str) -> tuple[str, Family] | None:
        """Return the unit in its usual spelling and its family; None for what is no unit."""
        return self._found.get(_plain(text))

    def family(self, unit: str) -> Family | None:
        """Return the family of a unit."""
        found = self.find(unit)
        return None if found is None else found[1]

    def factor(self, source: str, target: str) -> Fraction | None:
        """Return what a figure in ``source`` is to be multiplied by; None where that is undefined.

        The same spelling is its own unit even where no family knows it.
        """
        one, other = self.find(source), self.find(target)
        if one is None or other is None:
            return Fraction(1) if source and _plain(source) == _plain(target) else None
        if one[1] is not other[1]:
            return None
        return one[1].units[one[0]] / one[1].units[other[0]]

    def told(self, text: str) -> list[str]:
        """Return the units that a title tells, such as 单位：万元、亩; departments are no units."""
        spelled = unicodedata.normalize("NFKC", text)
        pieces = _TOLD.split(spelled)[1:]
        bare = spelled.strip().strip("()[]")
        if self.find(bare):
            pieces.append(bare)
        told: list[str] = []
        for piece in pieces:
            for word in _SEPARATORS.split(piece.strip().strip("()[]")):
                found = self.find(word.strip("()[]:"))
                if found is not None and found[0] not in told:
                    told.append(found[0])
        return told


def _plain(text: str) -> str:
    """Return a unit without full-width forms, spaces, brackets and capitals."""
    return "".join(unicodedata.normalize("NFKC", text).split()).strip("()[]").lower()
