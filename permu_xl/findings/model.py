"""What is wrong or odd about the data: findings, collected, never raised."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from permu_xl.findings.catalogue import CATALOGUE
from permu_xl.findings.kinds import COMMAND_LINE, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["At", "Finding", "Table", "has_errors"]

Table = Literal[
    "current", "previous", "parameters", "adjustments", "last_classes", "events", "objections"
]

_NAMED = 3
"""How many of several firms a sentence names."""


@dataclass(frozen=True, slots=True)
class At:
    """Where something is wrong.

    ``table`` and ``row`` (counted over the firms, indicators or adjustments of that table, None:
    the table as a whole) and ``column`` (an id, "" for the whole row) say where; a reader of
    workbooks adds ``sheet`` and ``cell``, which may be a range: ``D3:D42``.  ``item`` and
    ``value`` are for display; ``file`` names the file that sheet and cell are in where it is
    another one than the workbook.  ``firms`` are code and name of all firms concerned where they
    are several: then ``firm_code`` and ``firm_name`` are empty.
    """

    table: Table
    row: int | None = None
    column: str = ""
    item: str = ""
    value: str = ""
    firm_code: str = ""
    firm_name: str = ""
    sheet: str = ""
    cell: str = ""
    file: str = ""
    firms: tuple[tuple[str, str], ...] = ()

    @classmethod
    def in_file(
        cls,
        file: str,
        sheet: str,
        cell: str,
        item: str,
        value: str = "",
        firm: tuple[str, str] = ("", ""),
    ) -> At:
        """Return a place in a file that is not the workbook; ``firm`` is code and name."""
        code, name = firm
        return cls(
            "current",
            item=item,
            value=value,
            firm_code=code,
            firm_name=name,
            sheet=sheet,
            cell=cell,
            file=file,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: its code in the catalogue, its place, and the words that fill its sentence.

    ``case`` names the sentence where the code has several; ``times`` is how many findings of one
    cause it stands for, and ``alike`` whether all of them say the same.
    """

    code: str
    at: At
    words: Mapping[str, object] = field(default_factory=dict, hash=False)
    case: str = ""
    times: int = 1
    alike: bool = True

    @classmethod
    def of(cls, code: str, at: At, *, case: str = "", **words: object) -> Finding:
        """Make a finding with the words of its sentence as keywords.

        >>> at = At("current", 0, "employees", "从业人员", "50.5")
        >>> found = Finding.of("W223", at, unit="人")
        >>> found.level.value, found.problem, found.remedy
        ('警告', '从业人员不是整数', '核对单位是否为“人”')
        """
        return cls(code, at, words, case)

    def moved(self, **changes: Any) -> Finding:
        """Return the finding with another place: what is to be changed in ``at``."""
        return replace(self, at=replace(self.at, **changes))

    @property
    def level(self) -> Level:
        """How grave it is."""
        return CATALOGUE[self.code].level

    @property
    def problem(self) -> str:
        """What is wrong, and with how many.

        >>> firms = tuple(("", f"{name}厂") for name in "甲乙丙丁")
        >>> Finding("W205", At("current", firms=firms), times=4).problem
        '企业名称是空的（共4户：甲厂、乙厂、丙厂等）'
        """
        kind = CATALOGUE[self.code]
        if self.alike:
            said = kind.in_case(self.case).problem.format_map(self._filling())
        else:
            said = f"{self.item}：{kind.meaning}" if self.item else kind.meaning
        if self.times == 1:
            return said
        names = [name or code for code, name in self.at.firms]
        if not names:
            return f"{said}（共{self.times}处）"
        more = "等" if len(names) > _NAMED else ""
        return f"{said}（共{len(names)}户：{'、'.join(names[:_NAMED])}{more}）"

    @property
    def remedy(self) -> str:
        """What to do, in the words of the command line."""
        return self.remedy_in(COMMAND_LINE)

    def remedy_in(self, commands: Mapping[str, str]) -> str:
        """Return what to do, with a host's own words for the commands of ``COMMAND_LINE``."""
        remedy = CATALOGUE[self.code].in_case(self.case).remedy
        return remedy.format_map({**self._filling(), **commands})

    def _filling(self) -> dict[str, object]:
        return {"item": self.at.item, "value": self.at.value, **self.words}

    @property
    def table(self) -> Table:
        """The table it is about."""
        return self.at.table

    @property
    def row(self) -> int | None:
        """The entry of the table; None for the table as a whole."""
        return self.at.row

    @property
    def column(self) -> str:
        """The id of the column; "" for the whole row."""
        return self.at.column

    @property
    def item(self) -> str:
        """What is concerned, as people call it."""
        return self.at.item

    @property
    def value(self) -> str:
        """What stands there."""
        return self.at.value

    @property
    def firm_code(self) -> str:
        """The firm's code; "" for none or several."""
        return self.at.firm_code

    @property
    def firm_name(self) -> str:
        """The firm's name; "" for none or several."""
        return self.at.firm_name

    @property
    def firms(self) -> tuple[tuple[str, str], ...]:
        """Code and name of all firms concerned; none where it is about no firm."""
        one = (self.at.firm_code, self.at.firm_name)
        return self.at.firms or ((one,) if any(one) else ())

    @property
    def sheet(self) -> str:
        """The sheet's name."""
        return self.at.sheet

    @property
    def cell(self) -> str:
        """The address of the cell or of a range of cells."""
        return self.at.cell

    @property
    def file(self) -> str:
        """The file, where it is another one than the workbook."""
        return self.at.file

    @property
    def place(self) -> str:
        """The sheet, with the file before it as in a reference to another workbook."""
        return f"[{self.file}]{self.sheet}" if self.file else self.sheet

    @property
    def where(self) -> str:
        """Sheet and cell as one text."""
        return f"{self.place}!{self.cell}" if self.cell else self.place

    @property
    def who(self) -> str:
        """The firm by name, or else by code; "" for none or several."""
        return self.at.firm_name or self.at.firm_code

    @property
    def first_row(self) -> int:
        """The 1-based row of the sheet in which its cells begin; 0 without a cell.

        >>> Finding.of("W223", At("current", cell="D3:D42")).first_row
        3
        """
        digits = re.search(r"\d+", self.at.cell)
        return int(digits[0]) if digits else 0


def has_errors(findings: Iterable[Finding]) -> bool:
    """Return whether any finding forbids an evaluation."""
    return any(finding.level is Level.ERROR for finding in findings)
