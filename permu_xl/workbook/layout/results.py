"""The sheets that a run fills in: 基准值, 得分, 分类结果, 数据核查, 分类政策."""

from __future__ import annotations

from permu_xl.engine.model import Scheme
from permu_xl.workbook.layout.fields import (
    CODE,
    NAME,
    SERIAL,
    Field,
    has_halves,
    has_units,
    selection_labels,
)


def baseline_fields() -> tuple[Field, ...]:
    """Return the columns of 基准值, one row an indicator."""
    return (
        Field("indicator", "指标", "text", width=20),
        Field("unit", "单位", "text", width=16),
        Field("numerator", "上年分子合计", "number", width=16),
        Field("denominator", "上年分母合计", "number", width=16),
        Field("aggregate", "总量法均值", "number", width=14),
        Field("mean", "企业均值", "number", width=14),
        Field("highest", "本年最高值", "number", width=14),
        Field("method", "采用方法", "text", width=12),
        Field("value", "采用基准值", "number", width=14),
        Field("note", "说明", "text", width=50),
    )


def score_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 得分; keys are ``value:ID`` and ``score:ID`` for the indicators."""
    return (
        SERIAL,
        CODE,
        NAME,
        *(Field(f"value:{i.id}", i.name, "number", i.unit, 13) for i in scheme.indicators),
        *(Field(f"score:{i.id}", f"{i.name}得分", "points", "", 11) for i in scheme.indicators),
        Field("subtotal", "指标得分合计", "points", width=11),
        Field("bonus", "加分", "points", width=8),
        Field("total", "总分", "points", width=9),
        Field("rank", "总分排名", "integer", width=8),
        Field("notes", "提示", "text", width=50),
    )


def class_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 分类结果; keys are ``key:LABEL`` for the selections' sort keys.

    排名单元 is there when not all firms are ranked together, 半区 under a two-stage rule.
    """
    return (
        SERIAL,
        CODE,
        NAME,
        Field("total", "总分", "points", width=9),
        Field("rank", "总分排名", "integer", width=8),
        *((Field("unit", "排名单元", "text", width=16),) if has_units(scheme) else ()),
        *((Field("half", "半区", "text", width=9),) if has_halves(scheme) else ()),
        *(
            Field(f"key:{label}", f"{label}类排序分", "points", width=12)
            for label in selection_labels(scheme)
        ),
        Field("proposed", "初步分类", "text", width=9),
        Field("final", "最终分类", "text", width=9),
        Field("basis", "判定依据", "text", width=60),
    )


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
