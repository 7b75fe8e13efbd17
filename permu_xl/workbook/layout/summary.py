"""The tables and charts of 汇总."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from permu_xl.workbook.layout.fields import HEADER_ROW, selection_labels

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """A table on 汇总: headers in ``header_row`` from ``first_column`` on (both 1-based).

    ``rows`` is the fixed number of rows, None where it follows the data.
    """

    key: str
    title: str
    headers: tuple[str, ...]
    header_row: int
    first_column: int
    rows: int | None


SCORE_BINS = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110)
"""Lower ends of the classes of the score distribution; the first also takes what is below 0."""

SUMMARY_POINTS_COLUMN = 30
"""Column (AD) where the points of the scatter chart begin: far right, not printed."""


def bin_labels() -> tuple[str, ...]:
    """Return the names of the score bins.

    >>> bin_labels()[0], bin_labels()[1], bin_labels()[-1]
    ('10以下', '10–20', '110及以上')
    """
    inner = [f"{low}–{high}" for low, high in pairwise(SCORE_BINS[1:])]
    return (f"{SCORE_BINS[1]}以下", *inner, f"{SCORE_BINS[-1]}及以上")


def scatter_axes(scheme: Scheme) -> tuple[str, str]:
    """Return what the scatter chart shows across and up: header texts of 得分 or 分类结果.

    The last and the first selection's sort keys; without selections the total and the score of
    the first indicator.
    """
    labels = selection_labels(scheme)
    if len(labels) > 1:
        return f"{labels[-1]}类排序分", f"{labels[0]}类排序分"
    return "总分", f"{scheme.indicators[0].name}得分"


def summary_tables(scheme: Scheme) -> dict[str, SummaryTable]:
    """Return the tables of 汇总 by key: classes, bins, indicators, industries, points.

    ``classes``: one row a class, then 不参评 and 合计.  ``bins``: participants by total.
    ``indicators``: district averages against the baselines.  ``industries``: by division.
    ``points``: the scatter chart's data: one row a participant, the sort key of the last
    selection (or the total, see ``scatter_axes``), then that of the first selection in the column
    of the firm's final class.
    """
    letters = scheme.letters
    classes_row = 4
    bins_row = classes_row + len(letters) + 2 + 3
    indicators_row = bins_row + len(SCORE_BINS) + 3
    industries_row = indicators_row + len(scheme.baseline_rows) + 3
    tables = (
        SummaryTable(
            "classes", "各类企业数",
            ("分类", "户数", "占参评企业比例", "平均总分", "用地面积合计", "占用地比例"),
            classes_row, 1, len(letters) + 2,
        ),
        SummaryTable(
            "bins", "总分分布", ("总分区间", "户数"), bins_row, 1, len(SCORE_BINS)
        ),
        SummaryTable(
            "indicators", "本区平均与基准值",
            (
                "指标", "单位", "基准值", "本年总量均值", "本年企业均值",
                "相当于基准（%）", "基准（%）",
            ),
            indicators_row, 1, len(scheme.baseline_rows),
        ),
        SummaryTable(
            "industries", "分行业（大类）",
            ("行业代码", "行业名称", "参评户数", "平均总分", *(f"{x}类" for x in letters)),
            industries_row, 1, None,
        ),
        SummaryTable(
            "points", "排序分散点（图表数据）",
            (scatter_axes(scheme)[0], *(f"{x}类" for x in letters)),
            HEADER_ROW, SUMMARY_POINTS_COLUMN, None,
        ),
    )  # fmt: skip
    return {table.key: table for table in tables}
