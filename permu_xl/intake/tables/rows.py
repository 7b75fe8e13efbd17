"""Which rows below a header are firms: totals, notes, section headings and numbering are not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from permu_xl.intake.sources import SourceSheet
from permu_xl.intake.tables.headers import Header, Vocabulary
from permu_xl.intake.tables.synonyms import IDENTITY, key
from permu_xl.text import number_in
from permu_xl.xlsx.cells import is_blank, show

__all__ = ["Body", "RowKind"]

RowKind = Literal["firm", "blank", "total", "note", "header", "nobody"]

_TOTAL = re.compile(r".{0,20}(合计|总计|小计|累计|共计)[:]?|合\s*计.{0,12}")
_NOTE = re.compile(
    r"(填表|制表|审核|复核|负责|填报|报送|报出|联系|经办|打印|统计|单位负责|法定代表)"
    r"\s*(人|员|单位|部门|日期|时间|电话|签字|签章|方式)|(附?注|说明|备注|口径|来源)\d*\s*[:]"
)
_SECTION = re.compile(
    r"([一二三四五六七八九十]+|\(\s*[一二三四五六七八九十\d]+\s*\)|其中)\s*[、.:)]?\s*"
)
_NUMBERING = re.compile(r"[甲乙丙丁戊己庚辛壬癸A-Z]|\(?\d{1,2}\)?([=+\-*/×÷]\(?\d{1,2}\)?)*")
_NOTE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Body:
    """The part of a sheet below its header, with firms' merged cells spread over their rows."""

    sheet: SourceSheet
    header: Header
    vocabulary: Vocabulary
    figures: tuple[int, ...]
    """Columns (0-based) where a number makes a row a statement."""

    @property
    def rows(self) -> range:
        """The 0-based rows below the header."""
        return range(self.header.bottom + 1, len(self.sheet.grid.rows))

    def spread(self, columns: Sequence[int | None]) -> dict[tuple[int, int], tuple[int, int]]:
        """Return for merged cells of some columns where their content stands."""
        wanted = {column for column in columns if column is not None}
        return {
            (row, left): (top, left)
            for (top, left), (bottom, _) in self.sheet.merged
            if left in wanted and bottom > top > self.header.bottom
            for row in range(top + 1, bottom + 1)
        }

    def kind(self, row: int, code: Any, name: Any) -> RowKind:
        """Return what a row is, given its cells for code and name."""
        cells = self.sheet.grid.rows[row]
        filled = [cell for cell in cells if not is_blank(cell)]
        if not filled and is_blank(code) and is_blank(name):
            return "blank"
        some = (code, name, *filled[:2])
        texts = [_plain(cell) for cell in some if isinstance(cell, str) and not is_blank(cell)]
        is_code = bool(re.search(r"[0-9A-Za-z]{8,}", _plain(show(code))))
        has_figures = any(_is_number(self.sheet.grid.cell(row, c)) for c in self.figures)
        if not is_code:
            if any(_TOTAL.fullmatch(text) for text in texts):
                return "total"
            if self._repeats_header(row):
                return "header"
            if self._is_numbering(filled, row):
                return "header"
            if not has_figures and self._is_note(texts, filled):
                return "note"
        if is_blank(code) and is_blank(name):
            return "nobody" if has_figures else "note"
        return "firm"

    def _is_note(self, texts: Sequence[str], filled: Sequence[Any]) -> bool:
        if any(_NOTE.match(text) for text in texts):
            return True
        first = texts[0] if texts else ""
        if len(filled) == 1 and _SECTION.match(first):
            return True
        return len(filled) == 1 and ("。" in first or len(first) > _NOTE_LENGTH)

    def _repeats_header(self, row: int) -> bool:
        """Long lists for printing carry their header on every page."""
        for item in IDENTITY:
            column = self.header.first(item)
            cell = self.sheet.grid.cell(row, column)
            if isinstance(cell, str) and self.vocabulary.exact.get(key(cell)) == item:
                return True
        return False

    def _is_numbering(self, filled: Sequence[Any], row: int) -> bool:
        """Forms number their columns 甲, 乙, 1, 2 below the header."""
        if row > self.header.bottom + 2 or len(filled) < 2:
            return False
        name = self.sheet.grid.cell(row, self.header.first("name"))
        if not is_blank(name) and len(show(name)) > 3:
            return False
        return all(_NUMBERING.fullmatch(_plain(show(cell))) for cell in filled) and not all(
            number_in(show(cell)) is None for cell in filled
        )


def _is_number(cell: Any) -> bool:
    if isinstance(cell, str):
        return number_in(cell) is not None
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _plain(cell: Any) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", show(cell)))
