"""Which rows below a header are firms: totals, groups, samples, notes and numbering are not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from permu_xl.intake.tables.words import IDENTITY, key
from permu_xl.text import (
    RowWord,
    is_firm_name,
    is_identity_code,
    is_numbering,
    is_placeholder_code,
    number_in,
    plain_text,
    row_word,
)
from permu_xl.xlsx.cells import is_blank, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.intake.sources import SourceSheet
    from permu_xl.intake.tables.headers import Header
    from permu_xl.intake.tables.words import Vocabulary

__all__ = ["Body", "RowKind"]

RowKind = Literal["firm", "blank", "total", "part", "group", "sample", "note", "header", "nobody"]

_SECTION = re.compile(
    r"([一二三四五六七八九十]+|\(\s*[一二三四五六七八九十\d]+\s*\)|其中)\s*[、.:)]?\s*"
)
_NOTE_LENGTH = 40
_BARE = 4
_DIGITS = re.compile(r"\d.*\d")
_OFFICE = re.compile(r".{2,20}(?:局|政府|委员会|办公室|统计站|税务所|管委会|工作组|领导小组)")
_STRONG: tuple[RowWord, ...] = ("total", "part", "sample")
_PERIODS = re.compile(r"\d.{0,4}月|季度|半年|全年|本年|年度|年累计")
_REMARKS = (
    "备注",
    "说明",
    "摘要",
    "地址",
    "坐落",
    "坐落位置",
    "用途",
    "土地用途",
    "产品",
    "主要产品",
)
_AREAS = ("所属", "地区", "区域", "街道", "乡镇", "园区", "行业", "属地", "区划", "主管")


@dataclass(slots=True)
class Body:
    """The rows of a table below its header, with firms' merged cells spread over their rows."""

    sheet: SourceSheet
    header: Header
    vocabulary: Vocabulary
    figures: tuple[int, ...]
    """Columns (0-based) where a number makes a row a statement."""
    others: frozenset[int] = frozenset()
    """Columns that never say what a row is: industry, start of production, periods."""
    _labels: tuple[int, ...] = field(init=False, default=())
    _serials: frozenset[int] = field(init=False, default=frozenset())
    _remarks: set[int] = field(init=False, default_factory=set)
    """Columns of remarks: only a bare 合计 or 小计 there says what a row is."""
    _wide: dict[int, str] = field(init=False, default_factory=dict)
    """By row the text of a cell merged over the columns of code or name."""

    def __post_init__(self) -> None:
        whose = {self.header.first(item) for item in IDENTITY} - {None}
        for (top, left), (_, right) in self.sheet.merged:
            cell = self.sheet.grid.cell(top, left)
            if isinstance(cell, str) and any(left <= c <= right for c in whose if c is not None):
                self._wide[top] = show(cell)
        self._serials = frozenset(
            c
            for c, shown in self.header.unknown.items()
            if key(shown) in ("序号", "编号", "行号", "no")
        )
        self._labels = self._label_columns()

    @property
    def rows(self) -> range:
        """The 0-based rows below the header, up to the next table."""
        return range(self.header.bottom + 1, self.header.end)

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
        """Return what a row is, given its cells for code and name, those merged included."""
        filled = [cell for cell in self.sheet.grid.rows[row] if not is_blank(cell)]
        if not filled:
            return "blank"
        has_code = is_identity_code(show(code))
        has_figures = any(_is_number(self.sheet.grid.cell(row, c)) for c in self.figures)
        word = self._word(row, code, name, has_code)
        if word in {"total", "part", "sample"}:
            return word
        if not has_code:
            if self._repeats_header(row) or self._is_numbering(filled, row):
                return "header"
            if word == "group":
                return "group"
            if not has_figures and self._is_note(filled):
                return "note"
        if is_blank(name) and (is_blank(code) or is_placeholder_code(show(code))):
            return "nobody" if has_figures else "note"
        return "firm"

    def _word(self, row: int, code: Any, name: Any, has_code: bool) -> RowWord | None:
        """Return what the row's labels say that it is; None where they say nothing of the kind."""
        grid = self.sheet.grid
        own = [
            cell
            for item in IDENTITY
            if isinstance(cell := grid.cell(row, self.header.first(item)), str)
            and not (cell == code and _DIGITS.search(cell))
        ]
        mine = {*own, name} if _DIGITS.search(show(code)) else {*own, code, name}
        words = [row_word(cell) for cell in mine if isinstance(cell, str)]
        told = next((word for word in _STRONG if word in words), None)
        if told is not None:
            return told
        if "XXXX" in show(code).upper() and not is_firm_name(show(name)):
            return "sample"
        for column in self._labels:
            cell = grid.cell(row, column)
            if not isinstance(cell, str) or is_blank(cell):
                continue
            label = row_word(cell)
            if column in self._remarks and (label != "total" or len(plain_text(cell)) > _BARE):
                continue
            if label == "sample" and column in self._serials:
                return label
            if label in ("total", "part") and _PERIODS.search(plain_text(cell)) is None:
                return label
        if has_code:
            return None
        heads = [show(cell) for cell in own if isinstance(cell, str) and not is_blank(cell)]
        heads = heads or [
            show(cell) for c in self._serials if isinstance(cell := grid.cell(row, c), str)
        ]
        heads = heads or [self._wide.get(row, "")]
        return "group" if any(row_word(head) == "group" for head in heads) else None

    def _label_columns(self) -> tuple[int, ...]:
        """Return the columns whose words may tell a row from others.

        Not those of figures, of remarks, of what every row has (1-12月累计, 合计 of all taxes).
        """
        known = {column.column for column in self.header.columns}
        width = max((len(self.sheet.grid.rows[row]) for row in self.rows), default=0)
        found = []
        for column in range(width):
            shown = key(self.header.unknown.get(column, ""))
            if column in known or column in self.others or column in self.header.other_years:
                continue
            if any(word in shown for word in _AREAS):
                continue
            if shown.startswith(_REMARKS):
                self._remarks.add(column)
            found.append(column)
        return tuple(column for column in found if not self._is_constant(column))

    def _is_constant(self, column: int) -> bool:
        """Return whether every row with figures and an owner has a word of totals in a column."""
        stated = totals = 0
        for row in self.rows:
            cells = [self.sheet.grid.cell(row, self.header.first(item)) for item in IDENTITY]
            if all(is_blank(cell) for cell in cells):
                continue
            if not any(_is_number(self.sheet.grid.cell(row, c)) for c in self.figures):
                continue
            stated += 1
            cell = self.sheet.grid.cell(row, column)
            if not isinstance(cell, str) or row_word(cell) != "total":
                return False
            totals += 1
        return stated > 0 and totals == stated

    def _is_note(self, filled: Sequence[Any]) -> bool:
        texts = [plain_text(show(cell)) for cell in filled[:2] if isinstance(cell, str)]
        if any(row_word(text) == "note" for text in texts):
            return True
        first = texts[0] if texts else ""
        if len(filled) == 1 and _SECTION.match(first) and not is_firm_name(first):
            return True
        if len(filled) == 1 and _OFFICE.fullmatch(first):
            return True
        return len(filled) == 1 and ("。" in show(filled[0]) or len(first) > _NOTE_LENGTH)

    def _repeats_header(self, row: int) -> bool:
        """Long lists for printing carry their header on every page."""
        for item in IDENTITY:
            cell = self.sheet.grid.cell(row, self.header.first(item))
            if isinstance(cell, str) and self.vocabulary.exact.get(key(cell)) == item:
                return True
        return False

    def _is_numbering(self, filled: Sequence[Any], row: int) -> bool:
        """Forms number their columns 甲, 乙, 1, 2 below the header."""
        texts = [show(cell) for cell in filled]
        if row_word(texts[0]) == "numbering":
            return is_numbering(texts)
        if row > self.header.bottom + 2 or not is_numbering(texts):
            return False
        name = show(self.sheet.grid.cell(row, self.header.first("name")))
        letters = len(texts) > 2 and len(set(texts)) == len(texts) and len(name) == 1
        return len(name) <= 3 and (letters or any(number_in(text) is not None for text in texts))


def _is_number(cell: Any) -> bool:
    if isinstance(cell, str):
        return number_in(cell) is not None
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)
