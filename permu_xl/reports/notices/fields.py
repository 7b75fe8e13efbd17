"""The fields that a notice's template can use, under the names a clerk would give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from permu_xl.reports.notices.chart import chart_xml
from permu_xl.reports.notices.data import Notice, Noticing, averages_note, clean

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COMMON", "FIELDS", "LISTS", "Settings", "fields"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the bureau says in every notice; what is "" is left to be filled in by hand."""

    until: str = ""
    where: str = ""
    sender: str = ""
    date: str = ""


COMMON: Mapping[str, str] = {
    "地区": "工作簿“参数”里的地区",
    "年度": "评价年度，如2022",
    "方案": "评价方案的名称",
    "文号": "评价方案的文号",
    "异议期限": "`--until` 写的日期，没写是待填的横线",
    "异议受理": "`--where` 写的受理单位、地址、电话，没写是待填的横线",
    "落款单位": "`--sender` 写的单位，没写是地区名称",
    "落款日期": "`--date` 写的日期，没写是待填的“年　月　日”",
    "平均说明": "本区平均、行业平均是怎么算的",
}
"""Fields that are the same in all notices; headers and footers can use only these."""

FIELDS: Mapping[str, str] = {
    "企业名称": "企业名称",
    "信用代码": "统一社会信用代码",
    "行业": "行业代码和名称",
    "分组": "分组评价时企业所在的组，不分组是空的",
    "参评": "是否参评，只用于 `{%p if 参评 %}`",
    "原因": "不参评的原因，或按规定仍予参评的说明",
    "原始数据": "逐项原始数据，列表",
    "指标": "逐项指标，列表",
    "指标图": "条形图，单独成段写 `{{p 指标图 }}`",
    "指标得分合计": "各项指标得分之和",
    "加分": "加分（或扣分）",
    "总分": "总分",
    "计分": "得分怎么加成总分，一句话",
    "排名": "总分排名，如“第5名”；不排名的是“不参加排名”",
    "排名户数": "一起排名的户数，不排名是空的",
    "初步分类": "按规则的分类",
    "类别": "初步分类的名称，如“鼓励提升类”",
    "最终分类": "分类调整以后的分类",
    "判定依据": "为什么是这个分类，一句话",
    "最强指标": "与基准值相比最好的指标",
    "最弱指标": "与基准值相比最差的指标",
    "升类条件": "怎样能列入更好的分类，一行一句，列表",
    "上年分类": "上年和本年的分类、升降，一句话；没有上年分类是空的",
    "企业变动": "两年之间的合并、分立、更名等，一行一句，列表",
    "异议": "登记的异议和处理结果，一行一句，列表",
    "提示": "数据缺项、负值等要注意的",
    "标记": "企业带有的标记，如“不符合产业政策”",
}
"""Fields of one firm."""

LISTS: Mapping[str, Mapping[str, str]] = {
    "原始数据": {
        "项目": "原始数据的名称",
        "数值": "工作簿里的数，没有是“未填”",
        "单位": "单位",
        "部门": "方案里写的提供部门",
        "来源": "导入时记下的文件、工作表、单元格",
    },
    "指标": {
        "名称": "指标名称",
        "单位": "单位",
        "数值": "本企业的指标值",
        "基准值": "基准值",
        "占基准": "指标值是基准值的百分之几",
        "本区平均": "本区参评企业的平均",
        "行业平均": "本区同行业（行业大类）参评企业的平均",
        "得分": "得分",
        "上限": "得分上限",
        "说明": "“越低越好”或空",
    },
}
"""Fields of one entry of the lists, to be used inside a loop."""


def common(noticing: Noticing, settings: Settings) -> dict[str, Any]:
    """Return the fields that are the same for all firms."""
    e, blank = noticing.evaluation, "＿＿＿＿"
    return {
        "地区": clean(noticing.district),
        "年度": str(e.year),
        "方案": e.scheme.title,
        "文号": e.scheme.document,
        "异议期限": settings.until or f"{blank}年＿＿月＿＿日",
        "异议受理": settings.where or blank * 5,
        "落款单位": settings.sender or clean(noticing.district) or blank * 3,
        "落款日期": settings.date or "　　　年　　月　　日",
        "平均说明": averages_note(noticing.evaluation.scheme),
    }


def fields(notice: Notice) -> dict[str, Any]:
    """Return the fields of one firm."""
    from markupsafe import Markup

    n = notice
    return {
        "企业名称": n.name,
        "信用代码": n.code,
        "行业": n.industry,
        "分组": n.group,
        "参评": n.included,
        "原因": n.reason,
        "原始数据": [
            {
                "项目": f.name,
                "数值": f.value,
                "单位": f.unit,
                "部门": f.department,
                "来源": f.origin,
            }
            for f in n.figures
        ],
        "指标": [
            {
                "名称": r.name,
                "单位": r.unit,
                "数值": r.value,
                "基准值": r.baseline,
                "占基准": r.percent,
                "本区平均": r.district,
                "行业平均": r.industry,
                "得分": r.score,
                "上限": r.maximum,
                "说明": r.note,
            }
            for r in n.indicators
        ],
        "指标图": Markup(chart_xml(n.bars)) if n.bars else "",  # escaped where it is made
        "指标得分合计": n.subtotal,
        "加分": n.bonus,
        "总分": n.total,
        "计分": n.sum,
        "排名": n.rank,
        "排名户数": n.ranked,
        "初步分类": n.proposed,
        "类别": n.proposed_name,
        "最终分类": n.final,
        "判定依据": n.basis,
        "最强指标": n.strongest,
        "最弱指标": n.weakest,
        "升类条件": list(n.needed),
        "上年分类": n.last_class,
        "企业变动": list(n.events),
        "异议": list(n.objections),
        "提示": n.notes,
        "标记": n.flags,
    }  # fmt: skip
