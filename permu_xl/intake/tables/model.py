"""What is read from departments' tables, before anything is decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from permu_xl.xlsx.cells import address

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from permu_xl.findings import Finding

__all__ = [
    "Amount",
    "Content",
    "Lease",
    "Reading",
    "SheetRead",
    "SourceRow",
    "TableRead",
]

Content: TypeAlias = Fraction | str | dt.date
"""A figure in the workbook's unit, exact; an industry code; a date."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell of a department's table, understood.

    ``item`` is what it is (or is a part of), ``header``, ``raw`` and ``unit`` what the table
    says; ``value`` is in the workbook's unit, its sign that with which it counts.
    ``resolution`` is the worth of one in the last decimal shown (0 for what is no figure).
    """

    item: str
    table: int
    sheet: str
    row: int
    column: int
    header: str
    raw: str
    unit: str
    value: Content
    resolution: Fraction = Fraction(0)

    @property
    def cell(self) -> str:
        """The cell's address."""
        return address(self.row, self.column)


@dataclass(frozen=True, slots=True)
class Amount:
    """A raw amount of a row that is to be converted into a part of the figure ``whole``.

    ``substance`` is the pollutant or fuel as the table names it, ``medium`` what the table says of
    where it goes (水, 气, "" for nothing), ``outlet`` where it comes out; the reading's value is in
    the table's own unit.
    """

    whole: str
    substance: str
    medium: str
    outlet: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Lease:
    """Land of a row that is let or rented, and whom the row names as the other side.

    ``let`` says that the row's firm lets; ``code`` and ``name`` ("" unknown) are the other side's.
    """

    reading: Reading
    let: bool
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row about a firm; ``broken`` are the items with a cell that could not be understood.

    ``look`` are the row's cells but for its serial number, to find rows written twice;
    ``listed`` are the items for which the table has a column, filled or not.
    """

    table: int
    sheet: str
    row: int
    code: str
    name: str
    name_column: int
    readings: tuple[Reading, ...]
    broken: frozenset[str]
    look: tuple[str, ...]
    listed: frozenset[str]
    leases: tuple[Lease, ...] = ()
    amounts: tuple[Amount, ...] = ()

    @property
    def cell(self) -> str:
        """The address of the cell that says whose row it is."""
        return address(self.row, self.name_column)


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What was made of a table on a sheet: where its header stands, its columns as (header, unit).

    ``unused`` are the headers of the columns that were not read.
    """

    name: str
    header_row: int
    columns: Mapping[str, tuple[str, str]]
    rows: tuple[SourceRow, ...]
    skipped: int
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRead:
    """A department's file, read."""

    path: Path
    how: str
    sheets: tuple[SheetRead, ...]
    findings: tuple[Finding, ...] = field(default=())
    headings: tuple[str, ...] = ()
    """The headings seen where nothing was understood."""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def rows(self) -> list[SourceRow]:
        """The rows of all sheets."""
        return [row for sheet in self.sheets for row in sheet.rows]

    @property
    def items(self) -> frozenset[str]:
        """The items for which the table has a column."""
        return frozenset(item for row in self.rows for item in row.listed)
