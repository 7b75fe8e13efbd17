"""Where things stand in the template with live formulas, as references for formulas."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.utils import absolute_coordinate, get_column_letter, quote_sheetname

from permu_xl.engine.model import Key, Scheme, TwoStage
from permu_xl.errors import UsageError
from permu_xl.schemes import DEFAULT
from permu_xl.workbook import layout
from permu_xl.workbook.layout import FIRST_ROW, PARAMETER_HEADER_ROW
from permu_xl.workbook.template import ADJUSTMENT_ROWS

__all__ = [
    "HELPER",
    "PREFIX",
    "Places",
    "as_text",
    "check_followed",
    "live_name",
    "obstacles",
    "of_participants",
    "single_rule",
]

HELPER = "实时计算"
"""The hidden sheet with what the live formulas share, aligned with 原始数据 row by row."""

PREFIX = "PERMU_LIVE_"
"""How the names of the hidden sheet's columns begin."""


def live_name(key: str) -> str:
    """Return the defined name of a column of the hidden sheet."""
    return f"{PREFIX}{key.upper()}"


def as_text(expression: str) -> str:
    """Return texts that a function of ours gave in a form that other formulas can compare.

    Calc takes texts from an add-in's array as equal to nothing, until they are joined to another.
    """
    return f'{expression}&""'


def of_participants(expression: str) -> str:
    """Return an expression that is blank for rows that take no part."""
    return f'IF({live_name("in")},{expression},"")'


def obstacles(scheme: Scheme) -> list[str]:
    """Return in words what a scheme asks for that the live formulas cannot follow."""
    found = [label.name for label in scheme.bonus.labels.values() if label.ratio]
    return [f"按得分比例加分的加分项（{'、'.join(found)}）"] if found else []


def check_followed(scheme: Scheme) -> None:
    """Raise UsageError for a scheme that the live formulas cannot follow."""
    found = obstacles(scheme)
    if found:
        raise UsageError(
            f"方案{scheme.id}有{'、'.join(found)}，实时公式做不了；"
            "请用不带 --live 的模板，填好后运行 permu-xl run"
        )


def single_rule(scheme: Scheme) -> TwoStage | None:
    """Return the class rule of a scheme whose scores alone class all firms together.

    Its result sheets use a function for each column; those of other schemes (None) take all
    columns from one PERMU_EVALUATE.
    """
    track, bonus = scheme.tracks[0], scheme.bonus
    plain = (
        isinstance(track.rule, TwoStage)
        and len(scheme.tracks) == 1
        and not (track.ranking.within or scheme.guards or scheme.ungraded or scheme.scope.letter)
        and not (bonus.labels or bonus.counts or bonus.deduction_cap is not None)
        and all(key.kind == "scores" for key in (track.ranking.ties, *_keys(scheme)))
        and all(
            i.higher_is_better
            and not i.baseline.by
            and i.baseline.times == 1
            and (
                i.missing is None
                or (i.missing.score, i.missing.column) == ("full_if_positive", i.denominator)
            )
            for i in scheme.indicators
        )
        and bool(scheme.flags)
    )
    return track.rule if plain and isinstance(track.rule, TwoStage) else None


def _keys(scheme: Scheme) -> list[Key]:
    return [selection.key for selection in scheme.selections]


class Places:
    """References into a live template whose formulas cover ``rows`` firms.

    ``helpers`` are the keys of the hidden sheet's columns, from column D on; its columns A and B
    hold titles and figures of the whole district.
    """

    def __init__(self, scheme: Scheme, rows: int, helpers: Sequence[str]) -> None:
        self.scheme, self.rows = scheme, rows
        self.last_row = FIRST_ROW + rows - 1
        data = [field.key for field in layout.data_fields(scheme)]
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

    def span(self, title: str, key: str, last: str = "", rows: int | None = None) -> str:
        """Return the live rows of a column, or of several side by side; or its first ``rows``."""
        first_row, last_row = FIRST_ROW, self.last_row
        if title == layout.ADJUSTMENTS:
            last_row = FIRST_ROW + ADJUSTMENT_ROWS - 1
        elif title == layout.PARAMETERS:
            first_row = PARAMETER_HEADER_ROW + 1
            last_row = first_row + len(layout.parameter_rows(self.scheme)) - 1
        elif title == layout.BASELINES:
            last_row = FIRST_ROW + len(self.scheme.baseline_rows) - 1
        if rows is not None:
            last_row = first_row + rows - 1
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
        """Return the cell of a parameter in a row of the table on 参数."""
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
        """Return the flags of all firms, in the scheme's order; "" where there are none."""
        ids = list(self.scheme.flags)
        return self.span(layout.DATA, ids[0], ids[-1]) if ids else ""

    def points(self) -> str:
        """Return the scores of all firms, one column an indicator."""
        ids = [f"score:{i.id}" for i in self.scheme.indicators]
        return self.span(layout.SCORES, ids[0], ids[-1])
