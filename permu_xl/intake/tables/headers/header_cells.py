"""The cells of a sheet where headers may stand, with merged cells spread out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from permu_xl.intake.tables.words import COUNTERPARTS, IDENTITY, is_year_label, label_text
from permu_xl.text import is_firm_name, is_identity_code, number_in, row_word
from permu_xl.xlsx.cells import is_blank, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.intake.sources import SourceSheet
    from permu_xl.intake.tables.words import Vocabulary

__all__ = ["MAX_DEPTH", "SEARCH_ROWS", "WHOSE", "HeaderCells"]

SEARCH_ROWS = 60
MAX_DEPTH = 4
WHOSE = frozenset((*IDENTITY, *COUNTERPARTS))
"""Items by which a table says whose its rows are."""
_A_YEAR = re.compile(
    r"(?:(?:19|20)\d{2}|[二一][〇零○一二三四五六七八九]{3})\s*年?(?:度|末|底)?|[本上当去]年(?:度)?"
)
_HEADING_LIKE = re.compile(
    r"名称|代码|识别号|税号|单位|企业|权利人|使用|承租|出租|USCC|户名|业主", re.I
)


class HeaderCells:
    """The cells of a sheet's headers with merged cells spread out."""

    def __init__(self, sheet: SourceSheet, vocabulary: Vocabulary) -> None:
        self.sheet, self.vocabulary = sheet, vocabulary
        self.grid = sheet.grid
        self.width = max((len(row) for row in self.grid.rows[:SEARCH_ROWS]), default=0)
        self.bottoms = self._bottoms()
        near = {row + shift for row in self.bottoms for shift in range(-MAX_DEPTH, 2)}
        self._origin = {
            (row, column): (top, left)
            for (top, left), (bottom, right) in sheet.merged
            if top in near or bottom in near
            for row in range(top, min(bottom, top + SEARCH_ROWS) + 1)
            for column in range(left, min(right, self.width) + 1)
        }

    def _bottoms(self) -> list[int]:
        """Return the rows where a header may end: the first ones, and those near its words."""
        count = len(self.grid.rows)
        found = set(range(min(count, SEARCH_ROWS)))
        known: dict[str, bool] = {}
        for number in range(SEARCH_ROWS, count):
            for cell in self.grid.rows[number]:
                if not isinstance(cell, str) or len(cell) > 24 or cell[-2:] == "公司":
                    continue
                if cell not in known:
                    known[cell] = self._names_whose(cell)
                if known[cell]:
                    found |= {row for row in range(number, number + MAX_DEPTH) if row < count}
                    break
        return sorted(found)

    def _names_whose(self, cell: str) -> bool:
        if _HEADING_LIKE.search(cell) is None:
            return False
        meant = self.vocabulary.item([self.vocabulary.label(cell).name])
        return meant is not None and meant[0] in WHOSE

    def has_firms(self, start: int, stop: int) -> bool:
        """Return whether rows between two headers hold anything but blanks and titles."""
        return any(self._is_statement(row) for row in range(start, stop))

    def _is_statement(self, row: int) -> bool:
        for cell in self.grid.rows[row]:
            if is_year_label(cell):
                continue
            if not isinstance(cell, str):
                if not is_blank(cell):
                    return True
            elif number_in(cell) is not None or is_identity_code(cell):
                return True
        return False

    def title_rows(self, start: int, top: int) -> int:
        """Return the first of the rows right above a header that are its titles."""
        row = top
        while row > start and self._is_title(row - 1):
            row -= 1
        return row

    def _is_title(self, row: int) -> bool:
        filled = [cell for cell in self.grid.rows[row] if not is_blank(cell)]
        if not filled:
            return True
        if self._is_statement(row):
            return False
        texts = [show(cell) for cell in filled]
        if any(row_word(text) in ("total", "sample") or is_firm_name(text) for text in texts):
            return len(texts) == 1 and len(texts[0]) > 12 and not is_firm_name(texts[0])
        return len(texts) <= 2 or any(row_word(text) == "note" for text in texts)

    def origin(self, row: int, column: int) -> tuple[int, int]:
        """Return the cell whose content a cell shows."""
        return self._origin.get((row, column), (row, column))

    def cell(self, row: int, column: int) -> Any:
        """Return what a cell shows."""
        return self.grid.cell(*self.origin(row, column))

    def path(self, top: int, bottom: int, column: int) -> list[Any]:
        """Return the header cells above a column, each once, from the top down.

        Text files cannot merge: a blank at the top belongs to the label left of it, as long as
        there is a label below.
        """
        cells: list[Any] = []
        seen: set[tuple[int, int]] = set()
        for row in range(top, bottom + 1):
            at = self.origin(row, column)
            cell = self.grid.cell(*at)
            if is_blank(cell) and row < bottom and self._may_belong_left(bottom, column):
                at = self._group(row, bottom, column)
                cell = self.grid.cell(*at)
            if not is_blank(cell) and at not in seen and at[0] >= top:
                seen.add(at)
                cells.append(cell)
        return cells

    def _may_belong_left(self, bottom: int, column: int) -> bool:
        """Text files cannot merge; years stand below a heading that is often not merged either."""
        cell = self.grid.cell(bottom, column)
        if not self.sheet.merges_known or is_year_label(cell):
            return True
        return isinstance(cell, str) and _A_YEAR.fullmatch(cell.strip()) is not None

    def _group(self, row: int, bottom: int, column: int) -> tuple[int, int]:
        left = column
        while left >= 0 and is_blank(self.grid.cell(row, left)):
            if is_blank(self.grid.cell(bottom, left)):
                return row, column
            left -= 1
        if left < 0 or is_blank(self.grid.cell(bottom, left)):
            return row, column
        return row, left

    def continues(self, row: int, identity: Sequence[int]) -> bool:
        """Return whether a row still belongs to the header above it: labels, and no firm."""
        if row >= len(self.grid.rows):
            return False
        for column in identity:
            if self.origin(row, column)[0] == row and not is_blank(self.grid.cell(row, column)):
                return False
        labels = [
            cell
            for column in range(self.width)
            if column not in identity
            and self.origin(row, column)[0] == row
            and not is_blank(cell := self.cell(row, column))
        ]
        if any(isinstance(cell, str) and row_word(cell) == "part" for cell in labels[:1]):
            return False
        texts = [label_text(cell) for cell in labels]
        if any(is_year_label(cell) for cell in labels):
            # A row of totals may have a figure that could be a year.
            totals = any(isinstance(c, str) and row_word(c) is not None for c in labels[:1])
            if totals or sum(is_year_label(cell) for cell in labels) < 2:
                return False
        return bool(labels) and all(text is not None and number_in(text) is None for text in texts)
