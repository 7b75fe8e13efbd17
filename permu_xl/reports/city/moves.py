"""The sheet 分类变化 of the city's workbook: last year's classes against this year's."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from permu_xl.workbook import Moves, layout
from permu_xl.workbook.look import Kind, name_width, table, widths
from permu_xl.workbook.template import build_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme
    from permu_xl.reports.city.model import City

__all__ = ["build_moves"]

_COUNT_WIDTH = 10.0


def build_moves(
    sheet: Worksheet, city: City, scheme: Scheme, moves: Sequence[tuple[str, Moves]]
) -> None:
    """Lay out the matrix of the whole city with its picture, and a row for each district."""
    known = {name for name, _ in moves}
    lacking = [name for name, _ in city.sound if name not in known]
    left_out = f"没有上年分类、没有计入的：{'、'.join(lacking)}。" if lacking else ""
    counts = sum((Counter(each.counts) for _, each in moves), Counter[tuple[str, str]]())
    whole = Moves((), (), (), counts)
    below = build_matrix(
        sheet,
        scheme,
        f"{city.year}年度亩均综合评价　上年和本年分类变化",
        f"{len(moves)}个地区合计，户数按本年企业。{left_out}",
        whole.matrix(scheme),
    )
    told = [(name, each.counted(scheme), _unknown(each)) for name, each in moves]
    words = list(told[0][1])
    counted = [[*moved.values(), unknown] for _, moved, unknown in told]
    sums = [sum(column) for column in zip(*counted, strict=True)]
    rows = [(name, *row) for (name, _, _), row in zip(told, counted, strict=True)]
    kinds: list[Kind] = ["count"] * len(sums)
    widths(sheet, (name_width(name for name, _ in moves), *(_COUNT_WIDTH for _ in words)))
    table(
        sheet,
        below,
        "各地区升降（户）",
        ("地区", *words, layout.UNKNOWN),
        ("text", *kinds),
        [*rows, ("合计", *sums)],
        total=True,
    )


def _unknown(moves: Moves) -> int:
    return sum(not last for last in moves.last)
