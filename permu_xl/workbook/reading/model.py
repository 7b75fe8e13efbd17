"""What was read from a workbook: rosters, parameters, adjustments, and where each cell stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from permu_xl.workbook.layout import SummaryTable, TableAt, run_fields
from permu_xl.xlsx.cells import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from permu_xl.engine import Adjustment, FirmEvent, Objection
    from permu_xl.engine.model import Roster, Scheme
    from permu_xl.findings import Finding

_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Placed:
    """A table's place on its sheet; ``rows`` are the 1-based sheet rows of its entries."""

    sheet: str
    at: TableAt
    rows: tuple[int, ...]

    @property
    def first_row(self) -> int:
        """1-based row right below the header."""
        return self.at.first_row + 1

    def column(self, key: str) -> int | None:
        """Return the 1-based column of a field; None where the sheet does not have it."""
        found = self.at.columns.get(key)
        return None if found is None else found + 1

    def cell(self, row: int | None, key: str) -> str:
        """Return the address of a cell: entry ``row`` (None: the header), column ``key``."""
        letter = get_column_letter(self.column(key) or min(self.at.columns.values()) + 1)
        return f"{letter}{self.at.header_row + 1 if row is None else self.rows[row]}"


@dataclass(frozen=True, slots=True)
class FirmTable:
    """原始数据 or 上年数据: the roster, and the cells that were not read as they stand.

    ``interpreted`` maps (entry, field key) to the cell's own content where the value in the
    roster is not simply that content: text read as a number, a date written as text.
    ``refused`` are the cells, likewise, that show another figure than the one in the roster.
    ``passed`` is how many rows have something under code or name and are no firms.
    """

    placed: Placed
    roster: Roster
    interpreted: Mapping[tuple[int, str], str | float]
    refused: frozenset[tuple[int, str]] = frozenset()
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Parameters:
    """参数: name/value cells (addresses), the indicators' rows, and the values.

    ``interpreted`` maps addresses to the content of cells that are not simply their value: a
    text read as a number, a blank for which the scheme's own value stands, the scheme's name.
    """

    sheet: str
    district: str
    year: int
    cells: Mapping[str, str]
    placed: Placed | None
    indicators: Mapping[str, int]
    """By indicator id its entry in ``placed.rows``."""
    interpreted: Mapping[str, str | float] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By indicator id and group the entry of a group's manual baseline."""


@dataclass(frozen=True, slots=True)
class AdjustmentTable:
    """分类调整; ``interpreted`` as in a table of firms."""

    placed: Placed
    adjustments: tuple[Adjustment, ...]
    interpreted: Mapping[tuple[int, str], str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LastClass:
    """The class that a firm had last year; that of a firm that was out is 不参评."""

    code: str
    name: str
    letter: str


@dataclass(frozen=True, slots=True)
class Register(Generic[_Entry]):
    """A sheet of the procedure: its entries, and ``typed``, the texts of all rows with any."""

    placed: Placed
    entries: tuple[_Entry, ...]
    typed: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Runs:
    """运行记录: where it stands (``at`` None: not there yet), and its rows by field key.

    ``inputs`` are the hashes of the rows of the inputs at the last run (``record.input_hashes``),
    which stand in the 1-based column ``inputs_at``.
    """

    sheet: str
    at: TableAt | None
    entries: tuple[Mapping[str, str], ...]
    inputs: tuple[str, ...] = ()
    inputs_at: int = len(run_fields()) + 2


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook's content; ``scheme`` already carries the changes made on 参数."""

    path: Path
    scheme: Scheme
    parameters: Parameters
    current: FirmTable
    previous: FirmTable | None
    adjustments: AdjustmentTable | None
    outputs: Mapping[str, TableAt]
    """By title where the result tables stand; a table that is not whole is left out."""
    sheets: Mapping[str, str]
    """By title the name of each of our sheets that the workbook has."""
    findings: tuple[Finding, ...]
    runs: Runs | None
    """None where a sheet of this name is the user's own."""
    summary: Mapping[str, SummaryTable] = field(default_factory=dict)
    """By key where the tables of 汇总 stand; none where the sheet is absent or pulled apart."""
    from_1904: bool = False
    """Whether its day numbers count from 1904 and not from 1900."""
    live_rows: int | None = None
    """How many rows of firms the workbook's live formulas reach; None where it has none."""
    last_classes: Register[LastClass] | None = None
    events: Register[FirmEvent] | None = None
    objections: Register[Objection] | None = None
    """The sheets of the procedure; None where there is none, or another of this name."""
    moves: SummaryTable | None = None
    """Where the matrix on 分类变化 stands; None where the sheet cannot be written."""

    @property
    def firm_events(self) -> tuple[FirmEvent, ...]:
        """What became of firms between the years."""
        return () if self.events is None else self.events.entries

    @property
    def registered(self) -> tuple[Objection, ...]:
        """The entries of the register of objections."""
        return () if self.objections is None else self.objections.entries

    @property
    def open_objections(self) -> tuple[Objection, ...]:
        """The objections on which nothing has been decided."""
        return tuple(each for each in self.registered if each.is_open)

    @property
    def outgrown(self) -> bool:
        """Whether there are firms below the rows that the live formulas reach."""
        tables = [each.placed for each in (self.current, self.previous) if each is not None]
        return self.live_rows is not None and any(
            placed.rows and placed.rows[-1] - placed.first_row >= self.live_rows
            for placed in tables
        )

    def located(self, finding: Finding) -> Finding:
        """Return the finding with the sheet and cell it is about."""
        if finding.sheet:
            return finding
        if finding.table == "parameters":
            return finding.moved(sheet=self.parameters.sheet, cell=self._parameter(finding))
        placed = {
            "current": self.current.placed,
            "previous": self.previous.placed if self.previous else None,
            "adjustments": self.adjustments.placed if self.adjustments else None,
            "last_classes": self.last_classes.placed if self.last_classes else None,
            "events": self.events.placed if self.events else None,
            "objections": self.objections.placed if self.objections else None,
        }[finding.table]
        if placed is None:
            return finding
        return finding.moved(sheet=placed.sheet, cell=placed.cell(finding.row, finding.column))

    def _parameter(self, finding: Finding) -> str:
        p = self.parameters
        if finding.row is None or p.placed is None:
            return p.cells.get(finding.column, "")
        entry = p.indicators.get(self.scheme.indicators[finding.row].id)
        return "" if entry is None else p.placed.cell(entry, finding.column)
