"""What is asked of all tables, and how something is noted about a cell of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from permu_xl.findings import At
from permu_xl.xlsx.cells import address, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.findings import Finding
    from permu_xl.intake.sources import SourceFile, SourceSheet
    from permu_xl.intake.tables.words import Vocabulary

__all__ = ["AmountRules", "Asked", "Notes"]


@dataclass(frozen=True, slots=True)
class AmountRules:
    """How columns of raw amounts are read.

    ``usual`` gives for the item of each substance a unit of the family that it is measured in;
    ``also`` for an item of the scheme's own the substance whose amount its column tells as well.
    """

    usual: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of all tables.

    ``units`` are the workbook's, ``names`` what items are called; ``whole`` gives for a part of
    an item that item and the part's sign.  ``assume_units`` takes figures without any unit for
    such in the workbook's own, with a warning, instead of leaving them out.
    """

    year: int
    vocabulary: Vocabulary
    units: Mapping[str, str]
    names: Mapping[str, str]
    whole: Mapping[str, tuple[str, int]]
    assume_units: bool
    bases: Mapping[str, str] = field(default_factory=dict)
    """By item the basis (当量, 等价) that the scheme asks for; no entry: as reported."""
    amounts: AmountRules = field(default_factory=AmountRules)

    def name(self, item: str) -> str:
        """Return what an item, or the one that it is a part of, is called."""
        whole = self.whole.get(item)
        return self.names.get(whole[0] if whole else item, item)


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes findings about cells of one sheet."""

    names: Mapping[str, str]
    file: SourceFile
    sheet: SourceSheet
    findings: list[Finding]

    def at(
        self,
        row: int,
        column: int | None,
        item: str,
        firm: tuple[str, str] = ("", ""),
        value: str | None = None,
        cells: str = "",
    ) -> At:
        """Return the place of a cell by 0-based row and column; ``firm`` is code and name.

        ``cells`` is an address of several.
        """
        cell = cells or ("" if column is None else address(row, column))
        if value is None:
            value = "" if column is None else show(self.sheet.grid.cell(row, column))
        name = self.names.get(item, item)
        return At.in_file(self.file.name, self.sheet.name, cell, name, value, firm)

    def seen(self, row: int, column: int | None, cells: str, item: str, value: str) -> At:
        """Return the place of cells whose look or number is odd."""
        return self.at(row, column, item, value=value, cells=cells)

    def add(self, finding: Finding) -> None:
        """Note a finding."""
        self.findings.append(finding)
