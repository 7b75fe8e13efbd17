"""What every reader's cells go through: nothing stays in them that nobody sees or means.

Characters without room, the marks with which text files protect digits, values left under merged
cells, and letters that a program has taken for those of another code page.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from permu_xl.text import visible
from permu_xl.xlsx.cells import covered_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from permu_xl.intake.sources.source import SourceFile, SourceSheet

__all__ = ["plain_text", "settled"]

_PROTECTED = re.compile(r'="([^"]*)"|[\'`]([^\'`]*)')
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
_SIGNS = re.compile(
    "[\xb0\xb1\xb2\xb3\xb7\xd7\u2010-\u203b\u2103\u3000-\u33ff\u3400-\u9fff\uff00-\uffef]+"
)
_SAMPLE = 2000


def plain_text(text: str) -> str:
    r"""Return a text without what nobody sees, and without what keeps programs from counting.

    >>> plain_text('="67890"'), plain_text("'12345"), plain_text("`9121\u200b"), plain_text("甲'")
    ('67890', '12345', '9121', "甲'")
    """
    text = visible(text)
    if text[:1] in ("=", "'", "`", " ", "\t"):
        found = _PROTECTED.fullmatch(text.strip())
        if found is not None:
            return found[1] or found[2] or ""
    return text


def settled(file: SourceFile) -> SourceFile:
    """Return a file as its reader should have read it."""
    coding = _misread_as(file.sheets)
    sheets = tuple(_settled(sheet, coding) for sheet in file.sheets)
    how = file.how if coding is None else f"{file.how}，文字按 {coding.upper()} 还原"
    return replace(file, sheets=sheets, how=how)


def _settled(sheet: SourceSheet, coding: str | None) -> SourceSheet:
    rows: Sequence[Sequence[Any]] = sheet.grid.rows
    known: dict[str, str] = {}

    def plain(cell: Any) -> Any:
        if type(cell) is not str or cell == "":
            return cell
        if cell not in known:
            known[cell] = plain_text(cell if coding is None else _regained(cell, coding))
        return known[cell]

    made = [[plain(cell) for cell in row] for row in rows]
    covered = covered_cells(made, sheet.merged)
    for row, column in covered:
        made[row][column] = ""
    look = replace(sheet.grid.look, covered=covered)
    return replace(sheet, grid=replace(sheet.grid, rows=made, look=look))


def _misread_as(sheets: Iterable[SourceSheet]) -> str | None:
    """Return in which coding the texts really are; None where they are right, as nearly always.

    Old programs wrote the bytes of Chinese letters one by one, as if they were Latin ones.
    """
    texts: set[str] = set()
    for sheet in sheets:
        for row in sheet.grid.rows:
            for cell in row:
                if type(cell) is str and not cell.isascii():
                    if _CHINESE.search(cell) or max(cell) > "\u2fff":
                        return None
                    if len(texts) < _SAMPLE:
                        texts.add(cell)
    for coding in ("utf-8", "gbk"):
        if texts and all(_is_chinese(_regained(text, coding)) for text in texts):
            return coding
    return None


def _is_chinese(text: str) -> bool:
    foreign = "".join(c for c in text if not c.isascii())
    return _SIGNS.fullmatch(foreign) is not None


def _regained(text: str, coding: str) -> str:
    """Return a text in its own letters; as it is where it is not in that coding."""
    raw = bytearray()
    for character in text:
        try:
            raw += character.encode("cp1252" if character > "\xff" else "latin-1")
        except UnicodeError:
            return text
    try:
        return raw.decode(coding)
    except UnicodeError:
        return text
