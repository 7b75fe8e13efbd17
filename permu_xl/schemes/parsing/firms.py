"""Who is evaluated, what each firm is asked for: keys of a scheme, declared where they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine import model as s
from permu_xl.schemes.parsing.choices import BASES, BLANK_PARTS, QUOTAS

if TYPE_CHECKING:
    from permu_xl.schemes.parsing.table import Table

__all__ = ["read_attribute", "read_column", "read_joint", "read_scope", "read_sum", "read_ungraded"]


def read_scope(t: Table) -> s.Scope:
    """Who is evaluated at all."""
    return s.Scope(
        excluded_industries=t.text_map(
            "excluded_industries",
            "不纳入的行业",
            "项名是行业代码的前2到4位（加引号，不带门类字母），值是行业名称",
            {},
        ),
        new_firm_years=t.whole(
            "new_firm_years", "到评价年度12月31日投产不满几年的不纳入；0为不限", usual=True
        ),
        clause=t.clause(usual=True),
        letter=t.text(
            "letter", "因行业、投产年限、数值不纳入的企业列为哪一类；不写为不参评、没有类别", ""
        ),
        limits=tuple(
            _scope_limit(id, inner)
            for id, inner in t.each(
                "limits", "按数值决定是否参评，如用地满5亩；空缺的参评、有提示；项名是代号", {}
            )
        ),
    )


def _scope_limit(id: str, t: Table) -> s.ScopeLimit:
    return s.ScopeLimit(
        id=id,
        name=t.text("name", "说法，写进不参评的原因，如“用地不足5亩”"),
        figure=t.text("figure", "看哪个数（columns 或 sums 的代号）"),
        minimum=t.number("minimum", "低于多少的不参评", None),
        maximum=t.number("maximum", "高于多少的不参评", None),
        inclusive=t.flag("inclusive", "正好等于的参评", True),
        tracks=t.texts("tracks", "只管这些赛道（tracks 的 name）；不写为全部企业", ()),
        clause=t.clause(),
    )


def read_joint(t: Table) -> s.Joint:
    """Firms that are evaluated together."""
    return s.Joint(
        by=t.text(
            "by",
            "按哪个分组（attributes 的代号）：文字相同的几户数据相加、只评一次、同一类别，"
            "名额里算一户；空白的单独评价",
        ),
        clause=t.clause(),
        both_ways=t.flag(
            "both_ways", "各户另外单独评价一次，结果写进判定依据；分类以合并评价的为准"
        ),
        quota=t.choice("quota", "名额的比例按什么算", QUOTAS, "groups"),
    )


def read_ungraded(id: str, t: Table) -> s.Ungraded:
    """Firms that are scored and not ranked."""
    return s.Ungraded(
        id=id,
        name=t.text("name", "这些企业的叫法"),
        when=t.texts("when", "有其中一个标记（flags 的代号）的就是"),
        letter=t.text("letter", "列为哪一类，不能是按名次评出的类"),
        clause=t.clause(),
    )


def read_attribute(id: str, t: Table) -> s.Attribute:
    """A text that puts firms into groups."""
    return s.Attribute(
        id=id,
        name=t.text("name", "表头"),
        help=t.text("help", "填报说明"),
        values=t.texts("values", "可以填的文字；不写为任意文字", ()),
        default=t.text("default", "空白当作什么；不写则空白是错误", ""),
        prefixes=t.text_map(
            "prefixes",
            "按行业代码推定，不必填报",
            "项名是行业代码的前2到4位，值是所属的组；长的优先",
            {},
        ),
        clause=t.clause(),
    )


def read_column(id: str, t: Table) -> s.Column:
    """A figure that each firm is asked for."""
    return s.Column(
        id=id,
        name=t.text("name", "表头，与指标、标记、分组的名称不能相同"),
        unit=t.text("unit", "表头里的单位", ""),
        source=t.text("source", "由哪个部门提供"),
        help=t.text("help", "填报说明"),
        clause=t.clause(),
        whole=t.flag("whole", "应当是整数，有小数的提醒"),
        positive=t.flag("positive", "应当大于0，否则提醒"),
        may_be_negative=t.flag("may_be_negative", "可以为负"),
        basis=t.choice(
            "basis",
            "综合能耗按当量值还是等价值（R22）；不写：照部门报的读，两种都报时不读",
            BASES,
            "",
        ),
        sum_of=t.texts("sum_of", "部门的表里加起来就是这一项的几列的列名，如国税、地税", ()),
    )


def read_sum(id: str, t: Table) -> s.Sum:
    """A figure made of several columns."""
    of = t.number_map("of", "由哪几列相加", "项名是列的代号，值是乘的系数，直接相加的写1")
    return s.Sum(
        id=id,
        name=t.text("name", "名称，与列、指标的名称不能相同"),
        unit=t.text("unit", "单位", ""),
        of=of,
        blank=t.choice("blank", "其中有的列空缺时", BLANK_PARTS, "missing"),
        clause=t.clause(),
    )
