"""What was found in the figures: which of it is to be seen, kind by kind and cause by cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from permu_xl.findings import CATALOGUE, Level, causes_of
from permu_xl.hosts.desk.parts.firm_facts import Firms
from permu_xl.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.findings import Cause, Finding
    from permu_xl.hosts.desk.opened import Session

__all__ = ["Group", "Place", "Wanted", "findings_shown", "more_of_kind"]

FIRST, MORE = 10, 100
"""How many places of a kind are shown at first, and how many more each time."""
_MOST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are to be seen: levels, a sheet, a text in firm, item or sentence."""

    levels: tuple[str, ...]
    sheet: str = ""
    text: str = ""

    def fits(self, finding: Finding) -> bool:
        """Return whether a finding is to be seen."""
        if finding.level.value not in self.levels or self.sheet not in ("", finding.place):
            return False
        wanted = fold(self.text.strip()).lower()
        return not wanted or any(wanted in fold(said).lower() for said in _said(finding))


def _said(finding: Finding) -> list[str]:
    firms = [text for firm in finding.firms for text in firm]
    return [*firms, finding.item, finding.value, finding.code, finding.where, finding.problem]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something shows: the finding, and the page of its firm ("": of none or several)."""

    finding: Finding
    firm: str


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of a kind, cause by cause, with some of their places; ``rest`` are not shown."""

    findings: Sequence[Finding]
    causes: int
    places: Sequence[Place]
    rest: int

    @property
    def first(self) -> Finding:
        """The first of them, which tells level and code."""
        return self.findings[0]

    @property
    def meaning(self) -> str:
        """What kind of finding it is, in a few words."""
        return CATALOGUE[self.first.code].meaning

    @property
    def problem(self) -> str:
        """The sentence that all places say; "" where they differ."""
        said = {finding.problem for finding in self.findings}
        return self.first.problem if len(said) == 1 else ""

    @property
    def remedies(self) -> int:
        """How many ways to mend it are told."""
        return len({finding.remedy for finding in self.findings})


def findings_shown(session: Session) -> dict[str, Any]:
    """Return what a page about findings shows: those that are asked for, kind by kind."""
    wanted, firms = _wanted(session), Firms(_roster(session))
    kinds = _kinds(session, wanted)
    findings = session.outcome.findings
    return {
        "wanted": wanted,
        "groups": [_group(session, firms, causes, 0, FIRST) for causes in kinds.values()],
        "causes": sum(map(len, kinds.values())),
        "found": sum(len(cause.findings) for causes in kinds.values() for cause in causes),
        "sheets": list(dict.fromkeys(f.place for f in findings if f.place)),
        "levels": list(session.counts().items()),
    }


def more_of_kind(session: Session, code: str, first: int) -> Group | None:
    """Return the next places of a kind, from ``first`` on; None where none of it is to be seen."""
    causes = _kinds(session, _wanted(session)).get(code)
    if causes is None:
        return None
    return _group(session, Firms(_roster(session)), causes, first, MORE)


def _wanted(session: Session) -> Wanted:
    """Return what is to be seen: what the form says, else what it said last, else everything."""
    form, all_levels = request.form, tuple(level.value for level in Level)
    if request.method == "POST" and "filter" in form:
        levels = tuple(v for v in form.getlist("level") if v in all_levels)
        session.options["findings"] = Wanted(
            levels or all_levels, form.get("sheet", ""), form.get("text", "")[:_MOST_TEXT]
        )
    found: Wanted = session.options.get("findings", Wanted(all_levels))
    return found


def _kinds(session: Session, wanted: Wanted) -> dict[str, list[Cause]]:
    """Return the causes of the findings wanted by code, gravest first."""
    found: dict[str, list[Cause]] = {}
    for cause in causes_of([f for f in session.outcome.findings if wanted.fits(f)]):
        found.setdefault(cause.first.code, []).append(cause)
    return found


def _roster(session: Session) -> Any:
    return session.outcome.book.current.roster


def _group(
    session: Session, firms: Firms, causes: Sequence[Cause], start: int, count: int
) -> Group:
    findings = [finding for cause in causes for finding in cause.findings]
    shown = findings[start : start + count]
    places = [Place(finding, _firm(session, firms, finding)) for finding in shown]
    return Group(findings, len(causes), places, len(findings) - start - len(shown))


def _firm(session: Session, firms: Firms, finding: Finding) -> str:
    if finding.table == "current" and finding.row is not None and not finding.file:
        row = finding.row if finding.row < _roster(session).size else None
    else:
        row = firms.row(finding.firm_code, finding.firm_name)
    return "" if row is None else session.firm_id(row)
