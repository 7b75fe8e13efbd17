"""Sheets and columns of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook.layout import CODE, NAME, Field, has_units

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme

CHANGED_DATA = "数据变动"


CHANGED_BASELINES = "基准变动"


CHANGED_SCORES = "得分排名变动"


CHANGED_CLASSES = "分类变动"


def changed_data_fields() -> tuple[Field, ...]:
    """Return the columns of 数据变动, one row a difference."""
    return (
        Field("kind", "变动", "choice", width=7),
        Field("sheet", "工作表", "choice", width=11),
        Field("old_cell", "原单元格", "choice", width=9),
        Field("new_cell", "新单元格", "choice", width=9),
        CODE,
        NAME,
        Field("item", "项目", "text", width=24),
        Field("old", "原值", "number", width=18),
        Field("new", "新值", "number", width=18),
        Field("difference", "增减", "number", width=14),
        Field("objection", "异议", "text", width=44),
    )


def changed_baseline_fields() -> tuple[Field, ...]:
    """Return the columns of 基准变动, one row a baseline."""
    return (
        Field("indicator", "指标", "text", width=24),
        Field("unit", "单位", "choice", width=16),
        Field("old_origin", "原来源", "choice", width=14),
        Field("new_origin", "新来源", "choice", width=14),
        Field("value", "原基准值", "number", width=14),
        Field("value", "新基准值", "number", width=14),
        Field("growth", "变动（%）", "points", width=11),
        Field("why", "原因", "text", width=60),
    )


def changed_score_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 得分排名变动, one row a firm whose score, rank or class differs."""
    return (
        CODE,
        NAME,
        *((Field("unit", "排名单元", "text", width=16),) if has_units(scheme) else ()),
        Field("own", "本企业数据", "choice", width=11),
        Field("old_total", "原总分", "points", width=9),
        Field("new_total", "新总分", "points", width=9),
        Field("difference", "总分增减", "points", width=9),
        Field("rank", "原排名", "integer", width=8),
        Field("rank", "新排名", "integer", width=8),
        Field("places", "名次升降", "integer", width=9),
        Field("old_final", "原分类", "choice", width=8),
        Field("new_final", "新分类", "choice", width=8),
        *(
            Field(f"score:{i.id}", f"{i.name}得分增减", "points", width=12)
            for i in scheme.indicators
        ),
    )


def changed_class_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 分类变动, one row a firm whose class differs."""
    return (
        CODE,
        NAME,
        *((Field("unit", "排名单元", "text", width=16),) if has_units(scheme) else ()),
        Field("old_final", "原分类", "choice", width=8),
        Field("new_final", "新分类", "choice", width=8),
        Field("old_proposed", "原初步分类", "choice", width=9),
        Field("new_proposed", "新初步分类", "choice", width=9),
        Field("old_total", "原总分", "points", width=9),
        Field("new_total", "新总分", "points", width=9),
        Field("rank", "原排名", "integer", width=8),
        Field("rank", "新排名", "integer", width=8),
        Field("cause", "变动原因", "text", width=80),
        Field("parts", "起作用的变动", "text", width=20),
    )
