"""What headers of departments' tables mean: labels taken apart and looked up among the synonyms."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from permu_xl.intake.tables.words.periods import label_text, without_years
from permu_xl.intake.tables.words.synonyms import Item, Kinds, Synonyms, key
from permu_xl.intake.tables.words.units import BRACKETS, FINENESS
from permu_xl.xlsx.cells import show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["BASIS", "Vocabulary"]

_UNIT_PREFIX = re.compile(r"^(?:计量|金额|货币|面积|数据)?单位[:：为是]?|(?:/|每)年$")
_PARTS = re.compile(r"[,，;；、]")
_LOOSE = re.compile(r"[((]?(?:不?含|不?包括|不?包含|已?扣除|未扣除?|剔除)[^()]*[))]?$")
BASIS = re.compile(r"(当量|等价)(?:值|口径|系数)")
"""How energy is counted, in a header."""
_TAIL = re.compile(r"^(.*?)[\s:/,、_\-]+([^\s:/,、_\-]+)$", re.S)


@dataclass(frozen=True, slots=True)
class _Label:
    """A header cell taken apart."""

    name: str
    unit: str


class Vocabulary:
    """The wanted items, looked up by header."""

    def __init__(self, synonyms: Synonyms, wanted: Mapping[str, Item]) -> None:
        self.synonyms = synonyms
        self.wanted = wanted
        self.exact: dict[str, str] = {}
        self.near: dict[str, str] = {}
        self._fill(self.exact, {id: item.names for id, item in wanted.items()})
        self._fill(self.near, {id: item.check for id, item in wanted.items()})
        self.generic = {key(word) for word in synonyms.words.generic}
        self._labels: dict[str, _Label] = {}
        self._items: dict[tuple[str, ...], tuple[str, bool] | None] = {}
        self._neutral = sorted({key(w) for w in synonyms.words.neutral}, key=len, reverse=True)

    @staticmethod
    def _fill(found: dict[str, str], names: Mapping[str, Sequence[str]]) -> None:
        """Names that several items share mean none of them."""
        shared = set()
        for id, spelled in names.items():
            for name in {key(each) for each in spelled}:
                if found.setdefault(name, id) != id:
                    shared.add(name)
        for name in shared:
            del found[name]

    @cached_property
    def kinds(self) -> dict[str, Kinds]:
        """The columns of words that give a figure its sign, by header."""
        return {
            key(header): kinds
            for item, kinds in self.synonyms.kinds.items()
            if item in self.wanted
            for header in kinds.headers
        }

    def label(self, cell: Any) -> _Label:
        """Take a header cell apart into name and unit; brackets of all kinds may be nested."""
        shown = label_text(cell) or show(cell)
        if shown not in self._labels:
            self._labels[shown] = self._taken_apart(shown)
        return self._labels[shown]

    def _taken_apart(self, shown: str) -> _Label:
        text = unicodedata.normalize("NFKC", shown).strip()
        units: list[str] = []
        pieces = _bracketed(text.translate(BRACKETS))
        contents = any(within for within, _ in pieces)
        name = "".join(
            "".join(self._said(part, units) for part in _PARTS.split(piece)) if within else piece
            for within, piece in pieces
        )
        if not units:
            if self.synonyms.units.find(name):
                return _Label("", self._unit(name))
            tail = None if contents else _TAIL.match(name)
            unit = _UNIT_PREFIX.sub("", tail.group(2)) if tail else ""
            if tail is not None and self.synonyms.units.find(unit):
                units.append(unit)
                name = re.sub(r"(?:计量|金额)?单位$", "", tail.group(1).strip())
            elif not contents:
                name = self._glued(name, units)
        told = list(dict.fromkeys(self._unit(unit) for unit in units))
        # Two units in one header are none that could be converted, which is told.
        return _Label(name, "、".join(told))

    def _said(self, part: str, units: list[str]) -> str:
        """Return what a part of a bracket adds to the name: nothing for a unit or neutral word."""
        part = FINENESS.sub("", part).strip()
        unit = _UNIT_PREFIX.sub("", part)
        if self.synonyms.units.find(unit):
            units.append(unit)
            return ""
        return "" if key(without_years(part)) in self._neutral else part

    def _glued(self, name: str, units: list[str]) -> str:
        """Return a name without the unit written right behind it: 实缴税收万元."""
        if key(name) in self.exact or key(name) in self.near:
            return name
        for length in range(min(6, len(name) - 2), 0, -1):
            front, unit = name[:-length], name[-length:]
            if self.synonyms.units.find(unit) and key(without_years(front)) in self.exact:
                units.append(unit)
                return front
        return name

    def _unit(self, text: str) -> str:
        found = self.synonyms.units.find(text)
        return found[0] if found else ""

    def item(self, labels: Sequence[str]) -> tuple[str, bool] | None:
        """Return the item that the labels of a column mean, from the top down, and doubt.

        What a bracket takes in or leaves out (不含税) leaves doubt.
        """
        path = tuple(labels)
        if path not in self._items:
            self._items[path] = self._item(path)
        return self._items[path]

    def _item(self, labels: Sequence[str]) -> tuple[str, bool] | None:
        if any(word in label for label in labels for word in self.synonyms.words.other):
            return None
        found = self._meant([BASIS.sub("", label) for label in labels])
        found = found or self._meant(labels)
        if found is None and any(_LOOSE.search(label) for label in labels):
            loosely = self._meant([_LOOSE.sub("", label) for label in labels])
            found = None if loosely is None else (loosely[0], True)
        return found

    def _meant(self, labels: Sequence[str]) -> tuple[str, bool] | None:
        names = [name for name in (key(without_years(label)) for label in labels) if name]
        if not names:
            return None
        candidates = ["".join(names), "".join(names[-2:])]
        if names[-1] in self.generic and len(names) > 1:
            candidates += ["".join(names[:-1]), names[-2]]
        else:
            candidates.append(names[-1])
        for table, doubtful in ((self.exact, False), (self.near, True)):
            for candidate in candidates:
                for spelled in (candidate, self._stripped(candidate)):
                    if spelled in table:
                        return table[spelled], doubtful
        return None

    def _stripped(self, name: str) -> str:
        """Return a name without the neutral words around it."""
        changed = True
        while changed:
            changed = False
            for word in self._neutral:
                if name != word and (name.startswith(word) or name.endswith(word)):
                    name = (
                        name.removeprefix(word)
                        if name.startswith(word)
                        else (name.removesuffix(word))
                    )
                    changed = True
        return name

    def kind(self, labels: Sequence[str]) -> Kinds | None:
        """Return the kinds that a column of this header tells, if any."""
        return self.kinds.get(key(labels[-1])) if labels else None


def _bracketed(text: str) -> list[tuple[bool, str]]:
    """Return the pieces of a text, and for each whether brackets are around it; they may nest.

    >>> _bracketed("综合能耗(吨标准煤(当量值))")
    [(False, '综合能耗'), (True, '吨标准煤'), (True, '当量值')]
    """
    pieces: list[tuple[bool, str]] = []
    depth = 0
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(depth - 1, 0)
        elif piece:
            pieces.append((depth > 0, piece))
    return pieces
