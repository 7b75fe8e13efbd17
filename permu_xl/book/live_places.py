"""Where things stand in the template with live formulas, as references for formulas."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname

from permu_xl.book import layout
from permu_xl.book.input_sheets import ADJUSTMENT_ROWS
from permu_xl.book.layout import FIRST_ROW, PARAMETER_HEADER_ROW
from permu_xl.engine.scheme import Key, Scheme, TwoStage
from permu_xl.errors import UsageError
from permu_xl.schemes import DEFAULT

__all__ = ["HELPER", "PREFIX", "Places"]

HELPER = "实时计算"
"""The hidden sheet with what the live formulas share, aligned with 原始数据 row by row."""

PREFIX = "PERMU_LIVE_"
"""How the names of the hidden sheet's columns begin."""


def obstacles(scheme: Scheme) -> list[str]:
    """Return in words what a scheme asks for that the live formulas cannot follow."""
    i, bonus = scheme.indicators, scheme.bonus
    asked = {
        "几个赛道": len(scheme.tracks) > 1,
        "分单元排名": any(track.ranking.within for track in scheme.tracks),
        "按名次分段定类": not all(isinstance(t.rule, TwoStage) for t in scheme.tracks),
        "按原始数据或指标值排序": any(key.kind != "scores" for key in _keys(scheme)),
        "保护或否决条款": bool(scheme.guards),
        "只计分、不排名的企业": bool(scheme.ungraded or scheme.scope.letter),
        "分组的或加倍的基准值": any(x.baseline.by or x.baseline.times != 1 for x in i),
        "反向指标": any(not x.higher_is_better for x in i),
        "缺数据时的特别计分": any(
            x.missing is not None
            and (x.missing.score, x.missing.column) != ("full_if_positive", x.denominator)
            for x in i
        ),
        "加分项、按数量加减分或扣分上限": bool(
            bonus.labels or bonus.counts or bonus.deduction_cap is not None
        ),
    }
    return [what for what, found in asked.items() if found]


def _keys(scheme: Scheme) -> list[Key]:
    return [t.ranking.ties for t in scheme.tracks] + [s.key for s in scheme.selections]


def two_stage_rule(scheme: Scheme) -> TwoStage:
    """Return the class rule of a scheme that the live formulas can follow.

    Raises UsageError for any other scheme.
    """
    found = obstacles(scheme)
    rule = scheme.tracks[0].rule
    if found or not isinstance(rule, TwoStage):
        raise UsageError(
            f"方案{scheme.id}有{'、'.join(found)}，实时公式做不了；"
            "请用不带 --live 的模板，填好后运行 permu-xl run"
        )
    return rule


class Places:
    """References into a live template whose formulas cover ``rows`` firms.

    ``helpers`` are the keys of the hidden sheet's columns, from column D on; its columns A and B
    hold titles and figures of the whole district.
    """

    def __init__(self, scheme: Scheme, rows: int, helpers: Sequence[str]) -> None:
        self.scheme, self.rows = scheme, rows
        self.last_row = FIRST_ROW + rows - 1
        data = [field.key for field in layout.data_fields(scheme)]
        self.rule = two_stage_rule(scheme)
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
