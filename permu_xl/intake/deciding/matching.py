"""Whose row it is: by credit code, then by name; never by likeness, which is only suggested."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from permu_xl.findings import At, Finding
from permu_xl.text import name_key, variant_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.intake.tables import SourceRow, TableRead

__all__ = ["Firm", "How", "Match", "Roster", "find_places"]

_ALIKE = 82
_CODE_LENGTH = 18


class How(Enum):
    """What a match rests on."""

    CODE = "统一社会信用代码"
    NAME = "企业名称"
    VARIANT = "企业名称（有限公司与有限责任公司视为相同）"
    LEASE = "租赁另一方报的"


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm on the list: credit code ("" if unknown) and name."""

    code: str
    name: str

    @property
    def identity(self) -> str:
        """What tells a firm from the others: its code, else its name (R20)."""
        return self.code or name_key(self.name)


@dataclass(frozen=True, slots=True)
class Match:
    """A row of a table and the position on the list of the firm that it is about."""

    row: SourceRow
    firm: int
    how: How


def find_places(firms: Sequence[Firm], listed: Sequence[Firm]) -> list[int]:
    """Return where each firm stands on a list, -1 for nowhere: by code, else by name (R20).

    Where only one side has a code the name must be one firm's alone on both.
    """
    at = {firm.identity: place for place, firm in enumerate(listed)}
    names = {name_key(firm.name): place for place, firm in enumerate(listed) if firm.name}
    many = Counter(name_key(firm.name) for firm in listed)
    here = Counter(name_key(firm.name) for firm in firms)
    taken = {at[firm.identity] for firm in firms if firm.identity in at}
    places = []
    for firm in firms:
        key = name_key(firm.name)
        place = names.get(key, -1)
        one_code = place >= 0 and bool(firm.code) != bool(listed[place].code)
        alone = many[key] == here[key] == 1 and place not in taken
        places.append(at.get(firm.identity, place if one_code and alone else -1))
    return places


def _is_valid(code: str) -> bool:
    from stdnum.cn import uscc

    return len(code) == _CODE_LENGTH and bool(uscc.is_valid(code))


class Roster:
    """The list of firms, looked up by code and name."""

    def __init__(self, firms: Sequence[Firm]) -> None:
        self.firms = list(firms)
        self._codes: dict[str, list[int]] = {}
        self._names: dict[str, list[int]] = {}
        self._variants: dict[str, list[int]] = {}
        self._keys: dict[str, Firm] | None = None
        for number, firm in enumerate(firms):
            self._index(number, firm)

    def _index(self, number: int, firm: Firm) -> None:
        if firm.code:
            self._codes.setdefault(firm.code, []).append(number)
        if firm.name:
            self._names.setdefault(name_key(firm.name), []).append(number)
            self._variants.setdefault(variant_key(firm.name), []).append(number)

    def add(self, firm: Firm) -> int:
        """Put another firm on the list; return its position."""
        self.firms.append(firm)
        self._keys = None
        self._index(len(self.firms) - 1, firm)
        return len(self.firms) - 1

    def grow(self, rows: Sequence[SourceRow]) -> list[SourceRow]:
        """Add the firms of a table that the list does not have; return their first rows."""
        added = []
        for row in rows:
            if self._quiet(row) is None and (row.code or row.name):
                self.add(Firm(row.code, row.name))
                added.append(row)
        return added

    def _quiet(self, row: SourceRow) -> int | None:
        """Return the firm of a row of the list's own table: the same code, or name without code."""
        named = self._names.get(name_key(row.name), []) if row.name else []
        if row.code:
            coded = self._codes.get(row.code, [])
            named = [firm for firm in named if not self.firms[firm].code]
            return next(iter((*coded, *named)), None)
        return next(iter(named), None)

    def find(self, code: str, name: str) -> int | None:
        """Return the firm that a code, or else a name, means beyond doubt; None without a word."""
        coded = self._codes.get(code, []) if code else []
        found = coded or (self._names.get(name_key(name), []) if name else [])
        found = found or (self._variants.get(variant_key(name), []) if name else [])
        return found[0] if len(found) == 1 else None

    def match(self, table: TableRead) -> tuple[list[Match], list[Finding]]:
        """Return the rows of a table that are about firms on the list, and what to look at."""
        matches: list[Match] = []
        findings: list[Finding] = []
        ambiguous = self._shared_variants(table.rows)
        for row in table.rows:
            match = self._match(row, ambiguous, findings, table.name)
            if match is not None:
                matches.append(match)
        return matches, findings

    def _shared_variants(self, rows: Sequence[SourceRow]) -> set[str]:
        """Variants that stand for different names in the table itself are not safe."""
        names = {name_key(row.name): variant_key(row.name) for row in rows if row.name}
        return {variant for variant, times in Counter(names.values()).items() if times > 1}

    def _match(
        self, row: SourceRow, ambiguous: set[str], findings: list[Finding], file: str
    ) -> Match | None:
        whose = (row.code, row.name)
        at = At.in_file(file, row.sheet, row.cell, "企业", row.name or row.code, whose)
        coded = self._codes.get(row.code, []) if row.code else []
        if len(coded) > 1:
            told = Finding.of("E636", at, case="by_code", count=len(coded), here=row.code)
            findings.append(told)
            return None
        if coded:
            firm = self.firms[coded[0]]
            others = self._names.get(name_key(row.name), []) if row.name else []
            if others and coded[0] not in others:
                findings.append(Finding.of("E635", at, case="two_firms", name=firm.name))
                return None
            if row.name and firm.name and variant_key(row.name) != variant_key(firm.name):
                findings.append(Finding.of("W633", at, name=firm.name))
            return Match(row, coded[0], How.CODE)
        if not row.name:
            findings.append(Finding.of("H630", at, case="by_code"))
            return None
        how, found = How.NAME, self._names.get(name_key(row.name), [])
        if not found and variant_key(row.name) not in ambiguous:
            how, found = How.VARIANT, self._variants.get(variant_key(row.name), [])
        if len(found) > 1:
            findings.append(Finding.of("E636", at, count=len(found)))
            return None
        if not found:
            near = self._suggestion(row.name)
            findings.append(Finding.of("W634", at, near=near) if near else Finding.of("H630", at))
            return None
        firm = self.firms[found[0]]
        if row.code and firm.code and _is_valid(row.code) and _is_valid(firm.code):
            told = Finding.of("E635", at, name=firm.name, listed=firm.code, here=row.code)
            findings.append(told)
            return None
        findings.append(_to_confirm(at, row, firm, how))
        return Match(row, found[0], how)

    def _suggestion(self, name: str) -> str:
        """Return the names on the list that look like a name, in words; "" for none."""
        if self._keys is None:
            self._keys = {name_key(firm.name): firm for firm in self.firms if firm.name}
        keys = self._keys
        near = process.extract(
            name_key(name), keys.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2
        )
        if not near:
            return ""
        return "、".join(
            f"“{keys[text].name}”（{keys[text].code or '没有代码'}，相似度{score:.0f}%）"
            for text, score, _ in near
        )


def _to_confirm(at: At, row: SourceRow, firm: Firm, how: How) -> Finding:
    """Return what is to be confirmed about a match by name."""
    if row.code and firm.code:
        return Finding.of("W632", at, name=firm.name, listed=firm.code, here=row.code)
    if how is How.VARIANT:
        return Finding.of("W632", at, case="variant", name=firm.name)
    return Finding.of(
        "H631",
        at,
        case="" if row.name == firm.name else "written_otherwise",
        name=firm.name,
        listed=firm.code or "没有代码",
    )
