"""Whether land adds or takes away: by a column of words, by a title, by a sheet's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from permu_xl.findings import Finding
from permu_xl.intake.tables.words import Kinds, key
from permu_xl.text import is_firm_name
from permu_xl.xlsx.cells import is_blank, show

if TYPE_CHECKING:
    from permu_xl.intake.sources import SourceSheet
    from permu_xl.intake.tables.asked import Asked, Notes
    from permu_xl.intake.tables.headers import Header

__all__ = ["kind_column", "sheet_kind"]

_NEGATED = (
    r"(?:不含|不包括|不包含|不计|未含|未计|含|包括|包含|扣除|剔除|去除|除|减去|减|非|未|无|没有|及|和|(?<![一二三四五六七八九十\d)）])、|与|或)"
    r"[^,，;；。()（）]{0,6}$"
)
_LET_OUT = (
    r"(?:的)?(?:土地|用地|面积|地块|宗地|厂房|情况|明细|清单|台账|台帐|登记|汇总|统计|信息|表|部分"
    r"|$|[)）\d])"
)


def kind_column(
    asked: Asked, sheet: SourceSheet, header: Header, notes: Notes
) -> tuple[int | None, Kinds | None]:
    """Return the column that says what kind of land a row is, and its words; None without one."""
    for column, shown in header.unknown.items():
        found = asked.vocabulary.kinds.get(key(shown.split("／")[-1]))
        if found is None or all(c.item != found.item for c in header.columns):
            continue
        words = [
            show(cell)
            for row in range(header.bottom + 1, header.end)
            if not is_blank(cell := sheet.grid.cell(row, column))
        ]
        if any(found.sign(word) is not None for word in words):
            return column, found
        at = notes.at(header.bottom, column, found.item, value=shown)
        notes.add(Finding.of("W619", at))
    return None, None


def sheet_kind(asked: Asked, sheet: SourceSheet, header: Header) -> tuple[int, str]:
    """A table of its own for land rented out says so in its title or the sheet's name only.

    不含出租 and 含出租 say nothing of the kind.
    """
    items = {column.item for column in header.columns}
    for known in asked.vocabulary.kinds.values():
        if known.item not in items:
            continue
        titles = [each for each in header.titles if not is_firm_name(each)]
        for text in (*reversed(titles), sheet.name):
            minus = [w for w in known.minus if _says(text, w)]
            if minus and not any(_says(text, w) for w in known.plus):
                return -1, minus[0]
    return 1, ""


def _says(text: str, word: str) -> bool:
    """Return whether a title or sheet name says what kind of land a table is about.

    >>> _says("租出土地明细", "租出"), _says("用地表（不含出租）", "出租"), _says("出租", "出租")
    (True, False, True)
    """
    for found in re.finditer(re.escape(word), text):
        before, after = text[: found.start()], text[found.end() :]
        if re.search(_NEGATED, before) is None and re.match(_LET_OUT, after):
            return True
    return False
