"""Units of measurement: how departments write them, and exact factors between them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["BRACKETS", "FINENESS", "Family", "Units"]

_TOLD = re.compile(
    r"单位\s*(?:均|都|统一)?\s*[:为是]*|(?:金额|计量|币种)\s*[:]"
    r"|(?:数据|金额|数值|指标)\s*(?:均|都|统一)\s*[为是以]*"
)
_SPREAD = re.compile(r"(?<=[百千万亿])\s+(?=元)|(?<=平方)\s+(?=米)|(?<=吨)\s+(?=标)")
_BARE_CURRENCY = {"人民币", "rmb"}
_CURRENCY = re.compile(r"^(?:人民币|rmb|cny|[￥¥])[:\s]*(?=.)", re.I)
_AS_UNIT = re.compile(r"以\s*([^\s,;、以]{1,8}?)\s*(?:为(?:计量|金额)?单位|计(?!算|量|入|提))")
_SEPARATORS = re.compile(r"[、,;。/\s和及()]+")
FINENESS = re.compile(
    r"\(?(?:均|精确|保留|列|填|取|计算?){0,4}[至到](?:小数点后)?(?:元?角?分|角|\S{0,3}位小?数?)\)?"
    r"|\(?保留\S{0,6}(?:小数|整数)\)?|\(?(?:取|保留)整数?\)?"
)
_LIKE_A_UNIT = re.compile(r"[元亩米吨顷煤度]|公里|千克|公斤|kg|m2|㎡", re.I)
_NO_UNIT = re.compile(r"[局厅委办处院校厂]|公司|中心|部门|街道|政府|集团|科$|股$")
BRACKETS = str.maketrans(
    dict.fromkeys("【〔［〖〘{「『〈《[<", "(") | dict.fromkeys("】〕］〗〙}」』〉》]>", ")")
)
"""Brackets of all kinds as round ones."""


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
        return self._found.get(_plain(text)) or self._found.get(_CURRENCY.sub("", _plain(text)))

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
        """Return the units that a title tells, such as 单位：万元、亩; departments are no units.

        How fine the figures are (元至角分, 列至角分) is no unit of its own.
        """
        told: list[str] = []
        currency: list[str] = []
        for piece in self._pieces(text):
            for word in _SEPARATORS.split(piece):
                found = self.find(word.strip("()[]:"))
                if found is not None and found[0] not in told:
                    (currency if _plain(word) in _BARE_CURRENCY else told).append(found[0])
        return told or currency[:1]

    def strange(self, text: str) -> str:
        """Return what a title names as the unit and nothing here knows, "" for nothing.

        >>> Units([]).strange("金额单位：万美元"), Units([]).strange("填报单位：税务局")
        ('万美元', '')
        """
        for piece in self._pieces(text):
            for word in _SEPARATORS.split(piece):
                like = _LIKE_A_UNIT.search(word) and not _NO_UNIT.search(word) and len(word) < 10
                if like and self.find(word) is None:
                    return word
        return ""

    def _pieces(self, text: str) -> list[str]:
        spelled = unicodedata.normalize("NFKC", text).translate(BRACKETS)
        spelled = _SPREAD.sub("", FINENESS.sub(" ", spelled))
        pieces = [*_AS_UNIT.findall(spelled), *_TOLD.split(spelled)[1:]]
        bare = spelled.strip().strip("()")
        if self.find(bare):
            pieces.append(bare)
        return pieces


def _plain(text: str) -> str:
    """Return a unit without full-width forms, spaces, brackets and capitals."""
    plain = unicodedata.normalize("NFKC", text).translate(BRACKETS)
    return "".join(plain.split()).strip("()").lower()
