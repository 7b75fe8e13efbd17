"""Decisions of an earlier 待确认名单 that go onto the new one, and those that cannot."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.findings import Finding
from permu_xl.reports.publication import to_confirm
from permu_xl.text import fold
from permu_xl.workbook import layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from permu_xl.reports.city.decisions import Decision
    from permu_xl.reports.city.model import City

__all__ = ["CarriedOver", "carry_over"]

Place = tuple[str, int]
"""A firm of the city: its district by name, and its index in the roster."""


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """The decisions that stand, by the firm's place, and a finding for each that does not.

    Those with a cell that cannot be read stand as they were written, with a finding too.
    """

    kept: Mapping[Place, Decision]
    findings: tuple[Finding, ...]


def carry_over(city: City, watched: Sequence[str], decisions: Sequence[Decision]) -> CarriedOver:
    """Find the firm of each decision by its code, else by its name within the district.

    A decision stands where the firm is still on the list with the same class by the rules; rows in
    which the city has written nothing are passed over.
    """
    written = [decision for decision in decisions if decision.written]
    listed = set(_listed(city, watched))
    proposed = {
        (name, k): _proposed(str(p)) for name, e in city.sound for k, p in enumerate(e.proposed)
    }
    kept: dict[Place, Decision] = {}
    findings: list[Finding] = []
    for decision, place in zip(written, _places(city, written), strict=True):
        at = decision.at
        if place is None:
            summed = any(fold(name) == fold(decision.district) for name, _ in city.sound)
            findings.append(Finding.of("W729", at, case="gone" if summed else "left_out"))
        elif place in kept:
            findings.append(Finding.of("W729", at, case="twice", cell=kept[place].cell))
        elif place not in listed or proposed[place] != decision.proposed:
            listed_as, now = decision.proposed, proposed[place]
            findings.append(Finding.of("W729", at, listed=listed_as, now=now))
        else:
            kept[place] = decision
            if decision.unread is not None:
                findings.append(Finding.of("W730", at, problem=decision.unread.problem))
    return CarriedOver(kept, tuple(findings))


def _listed(city: City, watched: Sequence[str]) -> Iterator[Place]:
    for name, e in city.sound:
        yield from ((name, firm) for firm in to_confirm(e, watched))


def _proposed(letter: str) -> str:
    return letter or layout.NOT_EVALUATED


def _places(city: City, decisions: Sequence[Decision]) -> list[Place | None]:
    """Return the firm of each decision; by name only one that no decision names by code.

    Spaces and widths make no other district.
    """
    by_code: dict[tuple[str, str], Place] = {}
    by_name: dict[tuple[str, str], Place] = {}
    several: Counter[tuple[str, str]] = Counter()
    for district, e in city.sound:
        there = fold(district)
        for k, (code, name) in enumerate(zip(e.roster.codes, e.roster.names, strict=True)):
            if code:
                by_code[there, str(code)] = district, k
            by_name[there, str(name)] = district, k
            several[there, str(name)] += 1
    found = [by_code.get((fold(d.district), d.code)) if d.code else None for d in decisions]
    taken = {place for place in found if place is not None}
    for position, d in enumerate(decisions):
        key = fold(d.district), d.name
        if d.name and found[position] is None and several[key] == 1 and by_name[key] not in taken:
            found[position] = by_name[key]
    return found
