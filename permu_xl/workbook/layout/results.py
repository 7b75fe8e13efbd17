"""The sheets that a run fills in: 基准值, 得分, 分类结果, 数据核查, 分类政策."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from permu_xl.engine import LOWER, METHOD_NAMES, UPPER, Baseline, Evaluation, half_names
from permu_xl.engine.explain import baseline_text, basis_column, notes_column
from permu_xl.engine.model import Scheme, TextArray, TwoStage
from permu_xl.workbook.layout.fields import (
    CODE,
    NAME,
    NOT_EVALUATED,
    SERIAL,
    Field,
    Values,
    has_halves,
    has_units,
    selection_labels,
)
from permu_xl.workbook.layout.sheets import BASELINES, CLASSES, SCORES

if TYPE_CHECKING:
    from collections.abc import Callable


def baseline_fields() -> tuple[Field, ...]:
    """Return the columns of 基准值, one row an indicator."""

    def each(value: Callable[[Baseline], Any]) -> Values:
        return lambda e: [value(found) for found in e.baselines]

    def number(key: str, name: str, value: Callable[[Baseline], Any], width: float = 14) -> Field:
        return Field(key, name, "number", width=width, values=each(value))

    def note(e: Evaluation) -> list[str]:
        return [
            f"{baseline_text(found, e.scheme)}。依据{found.indicator.baseline.clause}"
            for found in e.baselines
        ]

    def method(found: Baseline) -> str:
        return METHOD_NAMES[found.indicator.baseline.method]

    return (
        Field("indicator", "指标", "text", width=20, values=each(lambda b: b.name)),
        Field("unit", "单位", "text", width=16, values=each(lambda b: b.indicator.unit)),
        number("numerator", "上年分子合计", lambda b: b.previous.numerator, 16),
        number("denominator", "上年分母合计", lambda b: b.previous.denominator, 16),
        number("aggregate", "总量法均值", lambda b: b.previous.aggregate),
        number("mean", "企业均值", lambda b: b.previous.mean),
        number("highest", "本年最高值", lambda b: b.current.highest),
        Field("method", "采用方法", "text", width=12, values=each(method)),
        number("value", "采用基准值", lambda b: b.value),
        Field("note", "说明", "text", width=50, values=note, wording=True),
    )  # fmt: skip


def score_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 得分; keys are ``value:ID`` and ``score:ID`` for the indicators."""

    def of(id: str, what: str) -> Values:
        return lambda e: _participants(
            e, next(getattr(r, what) for r in e.results if r.indicator.id == id)
        )

    return (
        SERIAL,
        CODE,
        NAME,
        *(
            Field(f"value:{i.id}", i.name, "number", i.unit, 13, values=of(i.id, "value"))
            for i in scheme.indicators
        ),
        *(
            Field(f"score:{i.id}", f"{i.name}得分", "points", "", 11, values=of(i.id, "score"))
            for i in scheme.indicators
        ),
        Field(
            "subtotal", "指标得分合计", "points", width=11,
            values=lambda e: _participants(e, e.subtotal),
        ),
        Field(
            "bonus", "加分", "points", width=8, values=lambda e: _participants(e, e.bonus.total)
        ),
        Field("total", "总分", "points", width=9, values=_totals),
        Field("rank", "总分排名", "integer", width=8, values=_ranks),
        Field("notes", "提示", "text", width=50, values=notes_column, wording=True),
    )  # fmt: skip


def class_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 分类结果; keys are ``key:LABEL`` for the selections' sort keys.

    排名单元 is there when not all firms are ranked together, 半区 under a two-stage rule.
    """
    unit = Field("unit", "排名单元", "text", width=16, values=_units)
    half = Field("half", "半区", "text", width=9, values=_halves)
    return (
        SERIAL,
        CODE,
        NAME,
        Field("total", "总分", "points", width=9, values=_totals),
        Field("rank", "总分排名", "integer", width=8, values=_ranks),
        *((unit,) if has_units(scheme) else ()),
        *((half,) if has_halves(scheme) else ()),
        *(
            Field(
                f"key:{label}", f"{label}类排序分", "points", width=12,
                values=_key(label),
            )
            for label in selection_labels(scheme)
        ),
        Field("proposed", "初步分类", "text", width=9, values=lambda e: _letters(e.proposed)),
        Field("final", "最终分类", "text", width=9, values=lambda e: _letters(e.final)),
        Field("basis", "判定依据", "text", width=60, values=basis_column, wording=True),
    )  # fmt: skip


def result_tables(scheme: Scheme) -> dict[str, tuple[Field, ...]]:
    """Return the columns of the tables that hold what was computed, by sheet."""
    return {
        BASELINES: baseline_fields(),
        SCORES: score_fields(scheme),
        CLASSES: class_fields(scheme),
    }


def _participants(e: Evaluation, values: Any) -> list[float]:
    """Return figures of participants; NaN, which leaves the cell blank, for the others."""
    return np.where(e.included, values, np.nan).tolist()  # type: ignore[no-any-return]


def _totals(e: Evaluation) -> list[float]:
    return _participants(e, e.total)


def _ranks(e: Evaluation) -> list[int | None]:
    return [int(rank) or None for rank in e.classes.rank]


def _units(e: Evaluation) -> list[str]:
    units = [*(unit.name for unit in e.classes.units), ""]
    return [units[unit] for unit in e.classes.unit]


def _halves(e: Evaluation) -> list[str]:
    """Return the half of every firm that a two-stage rule ranks; "" for the others."""
    names = []
    for unit in e.classes.units:
        halves = half_names(unit.rule) if isinstance(unit.rule, TwoStage) else {}
        names.append((halves.get("upper", ""), halves.get("lower", "")))
    return [
        "" if unit < 0 else names[unit][UPPER if section == UPPER else LOWER]
        for unit, section in zip(e.classes.unit, e.classes.section, strict=True)
    ]


def _key(label: str) -> Values:
    return lambda e: e.classes.keys[label].tolist()


def _letters(letters: TextArray) -> list[str]:
    return [letter or NOT_EVALUATED for letter in letters.tolist()]


def finding_fields() -> tuple[Field, ...]:
    """Return the columns of 数据核查."""
    return (
        Field("level", "级别", "text", width=7),
        Field("code", "代码", "text", width=8),
        Field("sheet", "工作表", "text", width=11),
        Field("cell", "单元格", "link", width=9),
        Field("firm_code", "统一社会信用代码", "code", width=22),
        Field("firm_name", "企业名称", "text", width=28),
        Field("item", "项目", "text", width=18),
        Field("value", "当前值", "text", width=22),
        Field("problem", "问题", "text", width=48),
        Field("remedy", "处理建议", "text", width=40),
    )


def measure_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 分类政策, one row a class."""
    return (
        Field("letter", "分类", "text", width=8),
        Field("name", "类别名称", "text", width=14),
        *(
            Field(f"measure:{m.id}", f"{m.name}（{m.clause}）", "text", width=34)
            for m in scheme.measures
        ),
    )
