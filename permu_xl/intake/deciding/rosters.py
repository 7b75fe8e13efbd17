"""Which of the tables lists the firms to be evaluated."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from permu_xl.errors import UsageError
from permu_xl.intake.tables import ATTRIBUTES, TableRead
from permu_xl.xlsx.files import same_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from permu_xl.engine.model import Scheme

__all__ = ["choose_roster", "refuse_unfit"]

_STATISTICS = "统计"


class _Wishes(Protocol):
    @property
    def roster(self) -> tuple[Path, ...]: ...
    @property
    def tables(self) -> tuple[Path, ...]: ...


def choose_roster(
    wishes: _Wishes, scheme: Scheme, tables: Sequence[TableRead], *, has_firms: bool
) -> list[int]:
    """Return the positions of the tables whose firms are put on the list.

    Those that the user names; else none where the workbook lists firms already; else the
    statistics table, known by what it has: the most columns that the scheme asks of statistics,
    then industry and start of production, then the most rows.  UsageError where none has any.
    """
    if wishes.roster:
        return [wishes.tables.index(path) for path in wishes.roster]
    if has_firms:
        return []
    asked = {id for id, column in scheme.columns.items() if _STATISTICS in column.source}

    def weight(number: int) -> tuple[int, int, int]:
        items = tables[number].items
        return len(items & asked), len(items & set(ATTRIBUTES)), len(tables[number].rows)

    if not any(table.items for table in tables):
        return []
    best = max(range(len(tables)), key=weight)
    if weight(best)[0] == 0:
        raise UsageError(
            "这些表里没有统计部门的表，看不出企业名单是哪一张；请用 --roster 指定，"
            "或先在工作簿的“原始数据”里填好企业名单"
        )
    return [best]


def refuse_unfit(book: Path, tables: Sequence[Path]) -> None:
    """Raise UsageError for tables that are the workbook itself, or that have one name."""
    for path in tables:
        if same_file(path, book):
            raise UsageError(f"{path} 是要填的工作簿自己，不能再作为导入的表")
    same = [name for name, times in Counter(path.name for path in tables).items() if times > 1]
    if same:
        raise UsageError(f"有几张表同名（{'、'.join(same)}），来源会分不清，请先改名")
