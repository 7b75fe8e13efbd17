"""Sheets and columns of the city's workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook.layout import CODE, Field, has_units

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme

CITY_SUMMARY, CITY_AVERAGES, CITY_INDUSTRIES = "全市汇总", "指标均值", "分行业"


CITY_DECISIONS, CITY_CHECKS, CITY_BOOKS = "待确认名单", "核对", "汇总范围"
"""Sheets of the workbook that ``permu-xl city`` makes."""


def city_book_fields() -> tuple[Field, ...]:
    """Return the columns of 汇总范围, one row a district's workbook."""
    return (
        Field("district", "地区", "text", width=16),
        Field("file", "文件", "text", width=28),
        Field("scheme", "方案", "text", width=16),
        Field("year", "评价年度", "choice", width=10),
        Field("firms", "企业数", "integer", width=9),
        Field("participants", "参评户数", "integer", width=9),
        Field("inputs_hash", "输入校验值", "text", width=19),
        Field("scheme_hash", "方案校验值", "text", width=19),
        Field("version", "程序版本", "text", width=10),
        Field("time", "评价时间", "text", width=22),
        Field("state", "状态", "text", width=24),
    )


def decision_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 待确认名单; keys as in 分类结果 where the columns are the same."""
    units = (Field("unit", "排名单元", "text", width=14),) if has_units(scheme) else ()
    return (
        Field("serial", "序号", "integer", width=6, required=False),
        Field("district", "地区", "text", width=12),
        CODE,
        Field("name", "企业名称", "text", width=24),
        Field("total", "总分", "points", width=8, required=False),
        Field("rank", "总分排名", "integer", width=8, required=False),
        *units,
        Field("proposed", "初步分类", "text", width=8),
        Field("final", "区级分类", "text", width=8),
        Field("figures", "主要数据", "text", width=70, required=False),
        Field("basis", "判定依据", "text", width=30, required=False),
        Field("letter", "市级意见", "choice", width=9, choices=scheme.letters),
        Field("reason", "理由", "text", width=20),
        Field("document", "依据文件", "text", width=16, required=False),
        Field("date", "日期", "date", width=12, required=False),
    )  # fmt: skip
