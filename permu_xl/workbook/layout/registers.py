"""The sheets of the procedure that need not be there: 上年分类, 企业变动, 异议台账, 分类变化."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine import EVENT_KINDS, OUTCOMES
from permu_xl.workbook.layout.fields import CODE, HEADER_ROW, NAME, NOT_EVALUATED, Field
from permu_xl.workbook.layout.sheets import EVENTS, LAST_CLASSES, OBJECTIONS
from permu_xl.workbook.layout.summary import SummaryTable

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme

TITLES = {
    LAST_CLASSES: "上一年的最终分类，一户一行；导入上年工作簿时自动填，没有就留空。",
    EVENTS: "两年之间新设、迁入、迁出、注销、分立、合并、更名的企业；"
    "合并、分立涉及几户就写几行，一行是上年一户、本年一户。",
    OBJECTIONS: "企业的异议一条一行，退回的确认单可以用“登记异议”读入；"
    "处理结果空着的是没有办结的。",
}
"""By title what the sheets that a person fills in are for."""


def last_class_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 上年分类."""
    letters = (*scheme.letters, NOT_EVALUATED)
    return (
        CODE,
        NAME,
        Field("letter", "上年分类", "choice", width=12, choices=letters),
        Field("remark", "备注", "text", width=36, required=False),
    )


def event_fields() -> tuple[Field, ...]:
    """Return the columns of 企业变动, one row an event, or a pair of firms of a merger or split."""
    return (
        Field("kind", "变动类型", "choice", width=10, choices=EVENT_KINDS),
        Field("date", "变动日期", "date", width=14, required=False),
        Field(
            "old_code", "上年统一社会信用代码", "code", width=22,
            note="上年的企业；新设、迁入不填。",
        ),
        Field("old_name", "上年企业名称", "text", width=26),
        Field(
            "new_code", "本年统一社会信用代码", "code", width=22,
            note="本年的企业；迁出、注销不填。",
        ),
        Field("new_name", "本年企业名称", "text", width=26),
        Field("document", "依据", "text", width=30, required=False, note="登记通知书、批复等。"),
    )  # fmt: skip


def objection_fields() -> tuple[Field, ...]:
    """Return the columns of 异议台账, one row an item that a firm objects to."""
    return (
        CODE,
        NAME,
        Field(
            "item", "项目", "text", width=16,
            note="原始数据的列名，如“总产值”；别的异议写“分类”“参评”等。",
        ),
        Field(
            "claimed", "企业主张", "text", width=16,
            note="企业认为应是多少，单位与原始数据相同。",
        ),
        Field("evidence", "证明材料", "text", width=20, required=False),
        Field("received", "收到日期", "date", width=13, required=False),
        Field("decided", "办结日期", "date", width=13, required=False),
        Field("by", "经办人", "text", width=10, required=False),
        Field(
            "outcome", "处理结果", "choice", width=10, choices=OUTCOMES,
            note="空着的算没有办结，核查时提醒。",
        ),
        Field(
            "cell", "更正单元格", "text", width=15, required=False,
            note="因此改了哪个单元格，如“原始数据!H12”。",
        ),
        Field("remark", "说明", "text", width=24, required=False),
    )  # fmt: skip


def register_fields(scheme: Scheme) -> dict[str, tuple[Field, ...]]:
    """Return the columns of the sheets of the procedure that a person fills in, by title."""
    return {
        LAST_CLASSES: last_class_fields(scheme),
        EVENTS: event_fields(),
        OBJECTIONS: objection_fields(),
    }


def move_fields() -> tuple[Field, ...]:
    """Return the columns of the list on 分类变化, one row a firm of this year."""
    return (
        CODE,
        NAME,
        Field("last", "上年分类", "choice", width=12),
        Field("final", "本年最终分类", "choice", width=14),
        Field("move", "变动", "choice", width=12),
        Field("event", "企业变动", "text", width=40),
    )


SEVERAL, UNKNOWN, GONE = "合并前不同类", "没有上年分类", "本年没有"


def move_table(scheme: Scheme) -> SummaryTable:
    """Return the matrix on 分类变化: last year's classes down, this year's across."""
    across = (*scheme.letters, NOT_EVALUATED, GONE, "合计")
    return SummaryTable(
        "moves", "上年分类到本年分类（户）", ("上年＼本年", *across),
        HEADER_ROW, 1, len(scheme.letters) + 4,
    )  # fmt: skip


def move_list_column(scheme: Scheme) -> int:
    """Return where the list on 分类变化 begins (L at the least), right of matrix and chart."""
    return max(12, len(move_table(scheme).headers) + 2)


def move_labels(scheme: Scheme) -> tuple[str, ...]:
    """Return the labels of the matrix's rows."""
    return (*scheme.letters, NOT_EVALUATED, SEVERAL, UNKNOWN, "合计")
