"""Where things stand in the template with live formulas, as references for formulas."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname

from permu_xl.book import layout
from permu_xl.book.input_sheets import ADJUSTMENT_ROWS
from permu_xl.book.layout import FIRST_ROW, PARAMETER_HEADER_ROW
from permu_xl.engine.scheme import Scheme
from permu_xl.schemes import DEFAULT

__all__ = ["HELPER", "PREFIX", "Places"]

HELPER = "实时计算"
"""The hidden sheet with what the live formulas share, aligned with 原始数据 row by row."""

PREFIX = "PERMU_LIVE_"
"""How the names of the hidden sheet's columns begin."""


class Places:
    """References into a live template whose formulas cover ``rows`` firms.

    ``helpers`` are the keys of the hidden sheet's columns, from column D on; its columns A and B
    hold titles and figures of the whole district.
    """

    def __init__(self, scheme: Scheme, rows: int, helpers: Sequence[str]) -> None:
        self.scheme, self.rows = scheme, rows
        self.last_row = FIRST_ROW + rows - 1
        data = [field.key for field in layout.data_fields(scheme)]
        self._keys = {
            layout.DATA: data,
            layout.PREVIOUS: data,
            layout.ADJUSTMENTS: [field.key for field in layout.adjustment_fields(scheme)],
            layout.PARAMETERS: [field.key for field in layout.parameter_fields()],
            layout.BASELINES: [field.key for field in layout.baseline_fields()],
            layout.SCORES: [field.key for field in layout.score_fields(scheme)],
            layout.CLASSES: [field.key for field in layout.class_fields(scheme)],
            HELPER: ["", "", "", *helpers],
        }

    def number(self, title: str, key: str) -> int:
        """Return the number of a column, from 1."""
        return self._keys[title].index(key) + 1

    def span(self, title: str, key: str, last: str = "") -> str:
        """Return the live rows of a column, or of several side by side."""
        if title == layout.ADJUSTMENTS:
            first_row, last_row = FIRST_ROW, FIRST_ROW + ADJUSTMENT_ROWS - 1
        elif title == layout.PARAMETERS:
            first_row = PARAMETER_HEADER_ROW + 1
            last_row = first_row + len(self.scheme.indicators) - 1
        elif title == layout.BASELINES:
            first_row, last_row = FIRST_ROW, FIRST_ROW + len(self.scheme.indicators) - 1
        else:
            first_row, last_row = FIRST_ROW, self.last_row
        left, right = (get_column_letter(self.number(title, each)) for each in (key, last or key))
        area = absolute_coordinate(f"{left}{first_row}:{right}{last_row}")
        return f"{quote_sheetname(title)}!{area}"

    def cell(self, title: str, key: str, row: int) -> str:
        """Return one cell of a column."""
        return f"{quote_sheetname(title)}!${get_column_letter(self.number(title, key))}{row}"

    def above(self, title: str, key: str, row: int) -> str:
        """Return a column from its header down to the row before ``row``."""
        letter = get_column_letter(self.number(title, key))
        return f"{quote_sheetname(title)}!${letter}${FIRST_ROW - 1}:${letter}{row - 1}"

    def parameter(self, key: str, position: int) -> str:
        """Return the cell of an indicator's parameter on 参数."""
        return self._fixed(layout.PARAMETERS, key, PARAMETER_HEADER_ROW + 1 + position)

    def baseline(self, position: int) -> str:
        """Return the cell of an indicator's baseline in use."""
        return self._fixed(layout.BASELINES, "value", FIRST_ROW + position)

    def _fixed(self, title: str, key: str, row: int) -> str:
        letter = get_column_letter(self.number(title, key))
        return f"{quote_sheetname(title)}!${letter}${row}"

    def scheme_argument(self) -> str:
        """Return the last argument of functions whose result depends on the scheme."""
        return "" if self.scheme.id == DEFAULT else f',"{self.scheme.id}"'

    def figures(self, title: str) -> str:
        """Return the raw figures of all firms, in the scheme's order."""
        ids = list(self.scheme.columns)
        return self.span(title, ids[0], ids[-1])

    def flags(self) -> str:
        """Return the flags of all firms, in the scheme's order."""
        ids = list(self.scheme.flags)
        return self.span(layout.DATA, ids[0], ids[-1])

    def points(self) -> str:
        """Return the scores of all firms, one column an indicator."""
        ids = [f"score:{i.id}" for i in self.scheme.indicators]
        return self.span(layout.SCORES, ids[0], ids[-1])
