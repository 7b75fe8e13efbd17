"""Formulas that read an input cell: its value, "" where it is blank, an error where it is neither.

Most cells are read where they stand, by the same formula in all rows.  A cell that the program
understood although a formula could not (text as number, other marks than 是 and 否, a lost zero) is
read as a guarded constant, so that any change of it shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import METHOD_NAMES
from permu_xl.engine.model import DECIDE, IN, Attribute, Indicator
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof.board import column_of, on_sheet
from permu_xl.xlsx.cells import show

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from permu_xl.workbook.reading import AdjustmentTable, FirmTable, Parameters, Placed

_PLAIN_INDUSTRY = re.compile(r"[A-Za-z]?(\d{2,4})", re.ASCII)
_LOST_ZERO = ("6", 4)
"""Codes from this digit on with fewer digits may lack their zero: no formula can tell."""

SEPARATORS = ("，", ",", "；", ";", " ", "\u3000", "\n", "\t")
SEPARATOR = "、"


@dataclass(frozen=True, slots=True)
class FirmCells:
    """The cells of 原始数据 or 上年数据, by entry and field key.

    ``filled_down`` reads every cell where it stands, as most are; a cell among ``odd`` is else read
    as what the program understood.
    """

    table: FirmTable
    filled_down: bool = False

    def cell(self, entry: int, key: str) -> str | None:
        """Return the address of a cell; None where the sheet has no such column."""
        placed = self.table.placed
        return (
            None if placed.column(key) is None else on_sheet(placed.sheet, placed.cell(entry, key))
        )

    def odd(self) -> list[tuple[int, str]]:
        """Return the cells, by entry and field key, that are not read where they stand."""
        industries = self.table.roster.industries
        found = {
            (entry, key)
            for entry, key in self.table.interpreted
            if key != "industry" or not self._plain_industry(entry)
        }
        if self.table.placed.column("industry") is not None:
            unreadable = [
                bool(code) and not _readable_industry(code, code) for code in industries.values
            ]
            entries = np.flatnonzero(np.array(unreadable, bool)[industries.index]).tolist()
            found.update((e, "industry") for e in entries if not self._plain_industry(e))
        return sorted(found)

    def _plain_industry(self, entry: int) -> bool:
        """Return whether the formula for industry codes reads this one where it stands."""
        industries = self.table.roster.industries
        code = industries.values[industries.index[entry]]
        content = self.table.interpreted.get((entry, "industry"), code)
        return not content or _readable_industry(content, code)

    def text(self, entry: int, key: str) -> str:
        """Read a code or a name."""
        roster = self.table.roster
        value = str((roster.codes if key == "code" else roster.names)[entry])
        return self._read(entry, key, f.text(value), '""', lambda cell: f'{cell}&""')

    def number(self, entry: int, key: str) -> str:
        """Read a figure; blank is "", since 0 is a reported figure (R5)."""
        return self._number(entry, key, float(self.table.roster.number(key)[entry]), '""')

    def points(self, entry: int) -> str:
        """Read the points of the column 加分; blank is 0."""
        value = float(self.table.roster.bonus_points[entry])
        return self._number(entry, "bonus_points", value, "0")

    def date(self, entry: int) -> str:
        """Read the start of production; a time of day is cut off."""
        start: dt.date | None = self.table.roster.start_dates[entry].item()
        value = '""' if start is None else f"DATE({start.year},{start.month},{start.day})"
        return self._read(
            entry, "start_date", value, '""',
            lambda cell: f'IF({cell}="","",INT(MEDIAN({cell})))',
        )  # fmt: skip

    def as_text(self, entry: int, key: str) -> str:
        """Read a cell as it stands; what it means is found out from this text."""
        cell = self.cell(entry, key)
        return '""' if cell is None else f'{cell}&""'

    def industry(self, entry: int, told: str) -> str:
        """Read the industry code without its section letter (R1); ``told`` has the cell's text."""
        cell = self.cell(entry, "industry")
        if cell is None:
            return '""'
        if not self.filled_down and not self._plain_industry(entry):
            industries = self.table.roster.industries
            code = industries.values[industries.index[entry]]
            content = self.table.interpreted.get((entry, "industry"), code)
            return f.guarded(cell, content, f.text(code))
        (digit, length), letter = _LOST_ZERO, f'(LEFT({told})>"9")'
        code = f"MID({told},1+{letter},{length + 1})"
        lost = f'({code}>="{digit}")*(LEN({told})-{letter}<{length})'
        return f"IF({lost},NA(),TRIM({code}))"

    def included(self, entry: int, told: str, by_rule: str) -> str:
        """Read 是否参评 as 1 or 0; where it is blank ``by_rule`` decides (R3).

        ``told`` has the cell's text.
        """
        mark = int(self.table.roster.included[entry])
        value = by_rule if mark == DECIDE else str(int(mark == IN))
        return self._read(entry, "included", value, by_rule, lambda _: _mark(told, by_rule))

    def flag(self, entry: int, key: str) -> str:
        """Read a yes/no mark as 1 or 0."""
        value = str(int(self.table.roster.flag(key)[entry]))
        return self._read(entry, key, value, "0", lambda cell: _mark(cell, "0"))

    def attribute(self, entry: int, attribute: Attribute) -> str:
        """Read a text that sorts firms into groups; a blank cell means the default."""
        told = self.table.roster.attribute(attribute.id)
        default = f.text(attribute.default)
        value = f.text(told.values[told.index[entry]] or attribute.default)
        return self._read(
            entry, attribute.id, value, default,
            lambda cell: f'IF({cell}="",{default},{cell}&"")',
        )  # fmt: skip

    def labels(self, entry: int, separators: Sequence[str]) -> str:
        """Read the bonus labels, each between two separators of its own; "" for none."""
        cell = self.cell(entry, "bonus_labels")
        if cell is None:
            return '""'
        unified = cell
        for separator in separators:
            unified = f"SUBSTITUTE({unified},{f.text(separator)},{f.text(SEPARATOR)})"
        one, two = f.text(SEPARATOR), f.text(SEPARATOR * 2)
        return f'IF({cell}="","",{one}&SUBSTITUTE({unified},{one},{two})&{one})'

    def other_separators(self) -> tuple[str, ...]:
        """Return the kinds of white space that occur between labels besides the usual ones."""
        found = {c for cell in self.table.roster.bonus_labels.values for c in cell if c.isspace()}
        return tuple(sorted(found - set(SEPARATORS)))

    def _number(self, entry: int, key: str, value: float, blank: str) -> str:
        return self._read(
            entry, key, blank if np.isnan(value) else f.number(value), blank,
            # The median of one number is that number, of anything else an error; to ask ISNUMBER
            # first takes the file a tenth more.
            lambda cell: f'IF({cell}="",{blank},MEDIAN({cell}))',
        )  # fmt: skip

    def _read(
        self, entry: int, key: str, value: str, absent: str, plain: Callable[[str], str]
    ) -> str:
        cell = self.cell(entry, key)
        if cell is None:
            return absent
        content = None if self.filled_down else self.table.interpreted.get((entry, key))
        return plain(cell) if content is None else f.guarded(cell, content, value)


def _mark(cell: str, blank: str) -> str:
    """Return what a yes/no mark means."""
    yes, no = f.text(layout.YES), f.text(layout.NO)
    return f'IF({cell}="",{blank},IF({cell}={yes},1,IF({cell}={no},0,NA())))'


def _readable_industry(content: str | float, code: str) -> bool:
    """Return whether the formula of ``FirmCells.industry`` reads ``code`` from this content."""
    matched = _PLAIN_INDUSTRY.fullmatch(content if isinstance(content, str) else show(content))
    digit, length = _LOST_ZERO
    return matched is not None and matched[1] == code and (code < digit or len(code) >= length)


@dataclass(frozen=True, slots=True)
class ParameterCells:
    """The cells of 参数."""

    parameters: Parameters

    def named(self, key: str) -> str | None:
        """Return the address of a name's value; None where the sheet does not have it."""
        cell = self.parameters.cells.get(key)
        return None if cell is None else on_sheet(self.parameters.sheet, cell)

    def year(self) -> str:
        """Read the evaluated year."""
        cell, year = self.named("year"), f.number(self.parameters.year)
        if cell is None:
            return year
        content = self.parameters.interpreted.get(self.parameters.cells["year"])
        return _number_in(cell) if content is None else f.guarded(cell, content, year)

    def scheme(self) -> str | None:
        """Return the condition that the sheet names the same scheme; None without such a cell."""
        cell = self.named("scheme")
        if cell is None:
            return None
        content = self.parameters.interpreted.get(self.parameters.cells["scheme"], "")
        return f"EXACT({cell},{f.text(str(content))})"

    def number(self, indicator: Indicator, key: str, value: float | None) -> str:
        """Read a number of an indicator's row; where it is blank the scheme's own value stands."""
        own = '""' if value is None else f.number(value)
        return self._read(self.parameters.indicators.get(indicator.id), key, own, _number_in)

    def group_manual(self, indicator: Indicator, group: str, otherwise: str) -> str:
        """Read the manual baseline of a group; where it is blank the scheme's own value stands."""
        entry = self.parameters.groups.get(indicator.id, {}).get(group)
        own = indicator.baseline.manual_by.get(group)
        return self._read(entry, "manual", otherwise if own is None else f.number(own), _number_in)

    def method(self, indicator: Indicator) -> str:
        """Read the baseline method, by its Chinese name."""
        own = f.text(METHOD_NAMES[indicator.baseline.method])
        entry = self.parameters.indicators.get(indicator.id)
        return self._read(entry, "method", own, lambda cell: f'{cell}&""')

    def _read(self, entry: int | None, key: str, own: str, plain: Callable[[str], str]) -> str:
        placed = self.parameters.placed
        if placed is None or entry is None or placed.column(key) is None:
            return own
        address = placed.cell(entry, key)
        cell = on_sheet(placed.sheet, address)
        content = self.parameters.interpreted.get(address)
        if content is None:
            return plain(cell)
        return f.guarded(cell, content, own)


def _number_in(cell: str) -> str:
    return f"IF(ISNUMBER({cell}),{cell},NA())"


@dataclass(frozen=True, slots=True)
class DecisionCells:
    """The cells of 分类调整."""

    table: AdjustmentTable

    def text(self, entry: int, key: str) -> str:
        """Read a code, a name or a class."""
        placed, adjustment = self.table.placed, self.table.adjustments[entry]
        if placed.column(key) is None:
            return '""'
        value = {"code": adjustment.code, "name": adjustment.name, "letter": adjustment.letter}
        cell = on_sheet(placed.sheet, placed.cell(entry, key))
        content = self.table.interpreted.get((entry, key))
        return f'{cell}&""' if content is None else f.guarded(cell, content, f.text(value[key]))


def rows_below_header(placed: Placed, keys: Sequence[str]) -> str:
    """Return the number of rows of a table in use, so that an added or emptied one shows."""
    last = max(layout.LAST_ROW, *placed.rows) if placed.rows else layout.LAST_ROW
    columns = [
        column_of(placed.sheet, column, placed.first_row, last)
        for key in keys
        if (column := placed.column(key)) is not None
    ]
    return f.rows_in_use(columns)
