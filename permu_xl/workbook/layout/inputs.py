"""The sheets that a person fills in: 参数, 原始数据, 上年数据, 分类调整."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine import METHOD_NAMES
from permu_xl.workbook.layout.fields import CODE, NAME, NO, SERIAL, YES, Field

if TYPE_CHECKING:
    from permu_xl.engine.model import Column, Indicator, Scheme


def data_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 原始数据 and 上年数据."""
    yes_no = (YES, NO)
    return (
        SERIAL,
        CODE,
        NAME,
        Field(
            "industry", "行业代码", "code", width=10, source="统计部门",
            note="国民经济行业分类（GB/T 4754-2017）代码，如 3421 或 C3421；"
            "决定是否属于不参评行业。",
        ),
        Field(
            "start_date", "投产日期", "date", width=12, source="统计部门",
            note="如 2019-05-01；决定投产是否满规定年限。",
        ),
        *(
            Field(
                a.id, a.name, "choice" if a.values else "text", width=14, note=a.help,
                choices=a.values, required=not a.default and not scheme.joins_by(a.id),
            )
            for a in scheme.asked_attributes
        ),
        *(
            Field(c.id, c.name, "number", c.unit, 14, _asked(c), c.source)
            for c in scheme.columns.values()
        ),
        Field(
            "bonus_points", "加分", "number", width=8, required=False,
            note="直接给出的加分，扣分填负数；没有留空。",
        ),
        Field(
            "bonus_labels", "加分项", "text", width=16, required=False,
            note="方案加分表里的名称，几项用顿号隔开；可填："
            + ("、".join(scheme.bonus.labels) or "本方案没有列出加分项，请用“加分”列。"),
        ),
        *(
            Field(f.id, f.name, "choice", width=10, note=f.help, choices=yes_no, required=False)
            for f in scheme.flags.values()
        ),
        Field(
            "included", "是否参评", "choice", width=9, choices=yes_no, required=False,
            note="留空按规则判断；填“是”或“否”以此为准，结果里注明。",
        ),
        Field("remark", "备注", "text", width=36, required=False, note="自由填写，不参与计算。"),
    )  # fmt: skip


def _asked(column: Column) -> str:
    """Return what a column asks for: on which basis energy is counted, what is added up (R22)."""
    basis = f"按{column.basis}填报。" if column.basis else ""
    parts = f"部门的表里由{'、'.join(column.sum_of)}相加。" if column.sum_of else ""
    return column.help + basis + parts


PARAMETER_NAMES = {"district": "地区", "year": "评价年度", "scheme": "方案"}

PARAMETER_FIRST_ROW = 4
"""Row of the first name/value pair in a fresh template, names in column A, values in B."""

PARAMETER_HEADER_ROW = 9


def parameter_cell(key: str) -> tuple[int, int]:
    """Return row and column (1-based) of a parameter's value in a fresh template."""
    return PARAMETER_FIRST_ROW + list(PARAMETER_NAMES).index(key), 2


def parameter_rows(scheme: Scheme) -> tuple[tuple[Indicator, str], ...]:
    """Return indicator and group of each row of the table on 参数, in order.

    The row of an indicator has the group ""; rows for the manual baselines of its groups follow.
    """
    rows: list[tuple[Indicator, str]] = []
    for i in scheme.indicators:
        rows += [(i, ""), *((i, group) for group in scheme.baseline_groups(i) if group)]
    return tuple(rows)


def parameter_fields() -> tuple[Field, ...]:
    """Return the columns of the table on 参数, one row an indicator."""
    return (
        Field("indicator", "指标", "text", width=22),
        Field("weight", "权重", "number", width=24, note="基本分值；各项指标合计应为方案的满分。"),
        Field(
            "method", "基准方法", "choice", width=14, choices=tuple(METHOD_NAMES.values()),
            note="总量法：合计除以合计；企业均值：各户指标的平均；中位数：排在正中的一户；"
            "最高值、最低值：最高、最低的一户；人工核定：用右边填写的数。",
        ),
        Field(
            "manual", "人工核定基准值", "number", width=18, required=False,
            note="基准方法为“人工核定”时必填，大于0。",
        ),
        Field("cap", "封顶倍数", "number", width=12, note="单项最高得分是基本分值的几倍。"),
    )  # fmt: skip


def adjustment_fields(scheme: Scheme) -> tuple[Field, ...]:
    """Return the columns of 分类调整."""
    return (
        CODE,
        NAME,
        Field("letter", "调整后分类", "choice", width=12, choices=scheme.letters),
        Field("reason", "调整原因", "text", width=30),
        Field("document", "依据", "text", width=30, note="文件号或会议纪要。"),
        Field("date", "日期", "date", width=15, required=False),
    )
