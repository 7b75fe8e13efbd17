"""What is to be imported where, and what an import did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from permu_xl.findings import Finding, Level
    from permu_xl.intake.filling import Status
    from permu_xl.intake.tables import TableRead

__all__ = ["Imported", "Request", "TableSummary"]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be imported where; paths as the user wrote them.

    ``roster`` are those of ``tables`` that list the firms; ``prefer`` those that win where
    tables disagree.  ``district``, ``year`` and ``scheme`` are for a new workbook only.
    """

    book: Path
    tables: tuple[Path, ...] = ()
    last_year: Path | None = None
    synonyms: Path | None = None
    roster: tuple[Path, ...] = ()
    prefer: tuple[Path, ...] = ()
    assume_units: bool = False
    overwrite: bool = False
    district: str | None = None
    year: int | None = None
    scheme: str | None = None
    accept_year: bool = False
    factors: Path | None = None
    """Factors of the user's own by which raw amounts are converted."""
    all_pollutants: bool = False
    """Whether all pollutants count, not the largest few of each outlet by law."""
    firms: bool = False
    """Whether findings of one cause are listed firm by firm."""


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What became of a table: ``matched`` rows, ``firms`` that they are about."""

    table: TableRead
    matched: int
    firms: int
    is_roster: bool


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; ``findings`` gravest first."""

    book: Path
    is_new: bool
    tables: tuple[TableSummary, ...]
    findings: tuple[Finding, ...]
    firms: int
    added: int
    counts: dict[Status, int]
    previous: int
    """How many firms of last year's workbook were carried over."""
    details: tuple[Finding, ...] = ()
    """The findings firm by firm, where those of one cause are one."""

    def count(self, level: Level) -> int:
        """Return how many findings there are of a level."""
        return sum(finding.level is level for finding in self.findings)
