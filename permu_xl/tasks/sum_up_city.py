"""全市汇总: the districts' workbooks summed up into one, whose decisions are kept."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.errors import BookError, UsageError
from permu_xl.text import number_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from permu_xl.reports.city import City, Decision

__all__ = ["SummedUp", "growth_in", "refuse_twice", "sum_up"]

_HIGHEST_GROWTH = 100
"""Percent of a year; no city's industry doubles."""


@dataclass(frozen=True, slots=True)
class SummedUp:
    """The city as it was written to ``out``; nothing was where ``city.scheme`` is None.

    ``decisions`` is how many decisions the workbook before had, ``kept`` how many of them stand;
    ``unread`` that it had no list that could be read.  ``replaced`` is where that workbook is kept
    if a person had changed it.
    """

    city: City
    out: Path
    decisions: int = 0
    kept: int = 0
    unread: bool = False
    replaced: Path | None = None

    @property
    def told(self) -> list[str]:
        """What became of the decisions of the workbook before, and what was summed up."""
        from permu_xl.xlsx.files import kept_note

        lines = [] if self.replaced is None else [kept_note(self.out, self.replaced)]
        if self.unread:
            lines.append(f"原来的 {self.out.name} 里没有可读的“待确认名单”，没有市级意见可以保留。")
        if self.city.scheme is None:
            return [*lines, "没有一个区能汇总，没有生成文件；请改正后重试。"]
        if self.decisions:
            lost = self.decisions - self.kept
            more = f"，没有保留{lost}条，逐户列出。" if lost else "。"
            lines.append(f"原来填了{self.decisions}条市级意见，保留{self.kept}条{more}")
        lines.append(f"{self.city.year}年度：汇入{len(self.city.sound)}个地区，已写入 {self.out}")
        if self.city.missing:
            lines.append(f"没有汇入：{'、'.join(self.city.missing)}；改正后重新汇总。")
        return lines


def sum_up(
    files: Sequence[Path],
    out: Path,
    progress: Callable[[str], None] = lambda step: None,
    *,
    growth: float | None = None,
    classes: str | None = None,
) -> SummedUp:
    """Sum up the districts' evaluated workbooks into ``out``, in ``len(files) + 1`` steps.

    ``growth`` is the official growth of the city's industry, in percent; ``classes`` are the
    classes to be confirmed, by default the scheme's last ones.  What was decided in a workbook that
    is replaced goes onto the new list.  Raises UsageError for files named twice, FileAccessError
    where that workbook is open or cannot be written.
    """
    from permu_xl.reports.city import build_city, carry_over, gather
    from permu_xl.reports.publication import chosen_letters
    from permu_xl.workbook.look import save_workbook

    refuse_twice(files, out)
    decisions, unread = _earlier(out)
    city = gather(files, progress)
    progress("写入全市工作簿")
    if city.scheme is None:
        return SummedUp(city, out, len(decisions), unread=unread)
    watched = chosen_letters(city.scheme, classes)
    carried = carry_over(city, watched, decisions)
    goal = None if growth is None else growth / 100
    city = city.noting(carried.findings)
    workbook = build_city(city, watched, goal, carried.kept)
    replaced = save_workbook(workbook, out, made=True)
    return SummedUp(city, out, len(decisions), len(carried.kept), unread, replaced)


def growth_in(text: str) -> float:
    """Return the official growth of the city's industry as typed: 5.2, ５．２ or 5.2%.

    Raises UsageError for what is no number, or no growth that a city has in a year.

    >>> growth_in("5.2"), growth_in("－1.5％")
    (5.2, -1.5)
    """
    value = number_in(text.strip().rstrip("%％"))
    if value is None or abs(value) > _HIGHEST_GROWTH:
        raise UsageError(f"全市工业平均增速“{text}”不是合理的百分数：增长5.2%写5.2；不知道的不写。")
    return value


def _earlier(out: Path) -> tuple[list[Decision], bool]:
    """Return the decisions in a workbook that is to be replaced, and whether it has no list."""
    from permu_xl.reports.city import read_decisions

    if not out.exists():
        return [], False
    try:
        return [decision for decision in read_decisions(out)[0] if decision.written], False
    except BookError:
        return [], True


def refuse_twice(files: Sequence[Path], *others: Path) -> None:
    """Raise UsageError where a file is named twice, or two districts' files have one name."""
    same = [name for name, times in Counter(path.name for path in files).items() if times > 1]
    if same:
        raise UsageError(f"有几个工作簿同名（{'、'.join(same)}），问题会说不清是哪一个，请先改名")
    seen: set[str] = set()
    for path in (*files, *others):
        place = os.path.realpath(path)
        if place in seen:
            raise UsageError(f"{path} 写了两次")
        seen.add(place)
