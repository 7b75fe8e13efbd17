"""Names and windows of the template with live formulas, as formulas write them.

A window is the part of an input sheet that the formulas read.  It is made of whole columns and
counted from the sheet's first cell, so that inserting, deleting, moving or sorting rows changes
nothing about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter, quote_sheetname

from permu_xl.workbook import layout
from permu_xl.workbook.layout import HEADER_ROW, PARAMETER_HEADER_ROW
from permu_xl.workbook.template import ADJUSTMENT_ROWS

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme

__all__ = ["HELPER", "PREFIX", "Window", "live_name", "windows"]

HELPER = layout.LIVE
"""The hidden sheet on which the district is evaluated; the result sheets show what stands there."""

PREFIX = "PERMU_LIVE_"
"""How the names of the template begin; a formula with one of them is live use of our functions."""

_SPARE_COLUMNS = 6
"""Columns that a user may add to an input table, beyond those that are its own."""
_SPARE_PARAMETERS = 30
"""Rows that a user may add on 参数."""


def live_name(key: str) -> str:
    """Return a defined name of the template.

    >>> live_name("stop")
    'PERMU_LIVE_STOP'
    """
    return f"{PREFIX}{key.upper()}"


@dataclass(frozen=True, slots=True)
class Window:
    """The first ``rows`` rows of an input sheet; ``columns`` of them from column A on."""

    key: str
    title: str
    rows: int
    columns: int

    @property
    def area(self) -> str:
        """The window as a reference: its columns whole, its last row by number."""
        return self._part("A")

    @property
    def beyond(self) -> str:
        """An expression: how many cells below the window are filled, serial numbers aside."""
        return f"COUNTA({self._whole('B')})-COUNTA({self._part('B')})"

    def _whole(self, first: str) -> str:
        last = get_column_letter(self.columns)
        return f"{quote_sheetname(self.title)}!${first}:${last}"

    def _part(self, first: str) -> str:
        whole = self._whole(first)
        return f"INDEX({whole},1,1):INDEX({whole},{self.rows},COLUMNS({whole}))"


def windows(scheme: Scheme, rows: int) -> tuple[Window, ...]:
    """Return the windows in the order in which PERMU_DISTRICT takes them, for ``rows`` firms."""
    firms = len(layout.data_fields(scheme)) + _SPARE_COLUMNS
    decisions = max(rows, ADJUSTMENT_ROWS)
    parameters = PARAMETER_HEADER_ROW + len(layout.parameter_rows(scheme)) + _SPARE_PARAMETERS
    return (
        Window("parameters", layout.PARAMETERS, parameters, len(layout.parameter_fields()) + 2),
        Window("current", layout.DATA, HEADER_ROW + rows, firms),
        Window("previous", layout.PREVIOUS, HEADER_ROW + rows, firms),
        Window(
            "adjustments",
            layout.ADJUSTMENTS,
            HEADER_ROW + decisions,
            len(layout.adjustment_fields(scheme)) + _SPARE_COLUMNS,
        ),
    )
