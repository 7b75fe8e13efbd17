"""From the tables of a scheme file to a ``Scheme``, with every breach of the rules collected.

Each key is declared where it is read: its type and limits, what it means, what leaving it out
means, and whether a scheme of one's own usually changes it.  The reference of all keys and the
starter file are made from these declarations, the words of choices stand in ``choices``.

Longer than other modules: each key is declared here once, with check and meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from permu_xl.engine import model as s
from permu_xl.errors import SchemeError
from permu_xl.schemes.choices import BASES, BLANK_PARTS, FORMS, METHODS, MISSING, STACKING, YEARS
from permu_xl.schemes.consistency import inconsistencies
from permu_xl.schemes.parse_rules import read_guard, read_tracks
from permu_xl.schemes.table import Ask, Notes, Table

if TYPE_CHECKING:
    from collections.abc import Mapping


def parse_scheme(values: Mapping[str, Any], origin: str) -> s.Scheme:
    """Return the scheme in ``values`` (TOML tables, decimals as ``Decimal``).

    Raises SchemeError that lists every problem as "key：reason".
    """
    notes = Notes()
    scheme = Table(values, notes).closing(_scheme)
    problems = notes.problems + list(inconsistencies(scheme))
    if problems:
        raise SchemeError(origin, problems)
    return scheme


def asked_keys(values: Mapping[str, Any]) -> dict[str, Ask]:
    """Return the keys that the parser asks for while it reads ``values``, in the order it asks."""
    notes = Notes()
    Table(values, notes).closing(_scheme)
    return notes.asked


def _scheme(top: Table) -> s.Scheme:
    validity = top.table("validity", "有效期")
    bonus = top.table("bonus", "指标以外的加分、扣分")
    indicators = tuple(
        _indicator(id, t) for id, t in top.each("indicators", "计分的指标，项名是代号")
    )
    water = "water_fee" in top.values
    until = validity.date("until", "有效期截止日", usual=True)
    result = s.Scheme(
        id=top.text("id", "方案代号，用英文字母、数字、下划线"),
        title=top.text("title", "方案名称，显示在工作簿和通知里"),
        document=top.text("document", "文件名称和文号", usual=True),
        region=top.text("region", "地区"),
        issued=validity.date("issued", "发布日期", usual=True),
        valid_from=validity.date("from", "施行日期", usual=True),
        valid_until=until,
        validity_clause=validity.clause(usual=True),
        last_year=validity.whole(
            "last_year",
            "最后评价哪一年的数据，以后的年度有提醒（R19）",
            until.year - 1,
            minimum=1990,
            absent="截止日的前一年，因为一年的数据要到下一年才评价",
        ),
        successor=validity.text("successor", "有效期以后的文件，知道多少写多少，写进提醒", ""),
        source=top.text("source", "依据和来源；有假定的在这里说明"),
        scope=top.table("scope", "谁参评").closing(_scope),
        ungraded=tuple(
            _ungraded(id, t)
            for id, t in top.each("ungraded", "有某种标记的企业计分、不占名次；项名是代号", {})
        ),
        columns={
            id: _column(id, t)
            for id, t in top.each("columns", "向每户企业要的数，项名是代号；表头由此生成")
        },
        sums={
            id: _sum(id, t)
            for id, t in top.each("sums", "由几列相加、折算出的数，用法同 columns；项名是代号", {})
        },
        attributes={
            id: _attribute(id, t)
            for id, t in top.each(
                "attributes", "把企业分成组的文字：赛道、行业、集聚区；项名是代号", {}
            )
        },
        track_attribute=top.text(
            "track_attribute",
            "按哪个分组（attributes 的代号）分赛道；它的 values 就是各赛道的 name",
            "",
        ),
        joint=top.table("joint", "一地多企、集团合并评价", absent="各户单独评价").closing(_joint)
        if "joint" in top.values
        else None,
        indicators=indicators,
        full_marks=top.number(
            "full_marks", "每个赛道各指标基本分的合计", 100.0, above=0, usual=True
        ),
        score_decimals=top.whole(
            "score_decimals", "各项得分保留几位小数（四舍五入）；不写就不取整", None, usual=True
        ),
        bonus=bonus.closing(_bonus),
        flags={
            id: _flag(id, t)
            for id, t in top.each("flags", "是或否的标记，影响分类；项名是代号", {})
        },
        classes=tuple(
            _class(letter, t)
            for letter, t in top.each("classes", "类别，项名是类别的字（如 A、甲），由好到差排列")
        ),
        tracks=read_tracks(top, tuple(i.id for i in indicators)),
        guards=tuple(
            read_guard(id, t)
            for id, t in top.each("guards", "不论名次的限制，依次执行；名额不递补；项名是代号", {})
        ),
        measures=tuple(
            _measure(id, t) for id, t in top.each("measures", "各类的措施，项名是代号", {})
        ),
        water_fee=top.table("water_fee", "超定额累进加价", absent="没有这项措施").closing(
            _water_fee
        )
        if water
        else None,
        targets=tuple(
            _target(id, t) for id, t in top.each("targets", "文件提出的目标，项名是代号", {})
        ),
        checks=top.table("checks", "只提醒、不影响得分").closing(_checks),
    )
    validity.done()
    return result


def _scope(t: Table) -> s.Scope:
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


def _joint(t: Table) -> s.Joint:
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
    )


def _ungraded(id: str, t: Table) -> s.Ungraded:
    return s.Ungraded(
        id=id,
        name=t.text("name", "这些企业的叫法"),
        when=t.texts("when", "有其中一个标记（flags 的代号）的就是"),
        letter=t.text("letter", "列为哪一类，不能是按名次评出的类"),
        clause=t.clause(),
    )


def _attribute(id: str, t: Table) -> s.Attribute:
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


def _column(id: str, t: Table) -> s.Column:
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


def _sum(id: str, t: Table) -> s.Sum:
    of = t.number_map("of", "由哪几列相加", "项名是列的代号，值是乘的系数，直接相加的写1")
    return s.Sum(
        id=id,
        name=t.text("name", "名称，与列、指标的名称不能相同"),
        unit=t.text("unit", "单位", ""),
        of=of,
        blank=t.choice("blank", "其中有的列空缺时", BLANK_PARTS, "missing"),
        clause=t.clause(),
    )


def _indicator(id: str, t: Table) -> s.Indicator:
    return s.Indicator(
        id=id,
        name=t.text("name", "指标名称；规上、规下分值不同的写成两项，名称不同", usual=True),
        unit=t.text("unit", "指标的单位"),
        numerator=t.text("numerator", "分子（columns 或 sums 的代号）"),
        denominator=t.text("denominator", "分母（columns 或 sums 的代号）"),
        scale=t.number("scale", "分子÷分母再乘的数；百分数写100", above=0),
        growth=t.flag(
            "growth", "取比上年的增长：（本年的分子÷分母）÷（同一企业上年的）减1，再乘 scale"
        ),
        form=t.choice("form", "计分式，都不低于0", FORMS, "ratio"),
        start=t.number(
            "start",
            "极差计分（min_max、max_min）时最差的一户得基本分的多少",
            0.0,
            minimum=0,
        ),
        weight=t.number("weight", "基本分：达到基准得的分", above=0, usual=True),
        cap=t.number("cap", "最高得基本分的几倍", above=0, usual=True),
        missing=t.table(
            "missing", "分子或分母空缺时的特别规定", absent="空缺记0分", usual=True
        ).closing(_missing)
        if "missing" in t.values
        else None,
        baseline=t.table("baseline", "基准", usual=True).closing(_baseline_rule),
        clause=t.clause(usual=True),
        score_clause=t.clause("score_clause", "计分办法的条款", usual=True),
    )


def _missing(t: Table) -> s.Missing:
    score = t.choice("score", "得几分", MISSING)
    return s.Missing(
        column=t.text("column", "哪个数空缺，须是这项指标的分子或分母"),
        score=score,
        zero_counts=t.flag("zero_counts", "填0也算空缺"),
        clause=t.clause(),
        points=t.number("points", "扣几分", above=0, absent="score 为 penalty 时必写，否则不能写")
        if score == "penalty"
        else 0.0,
    )


def _baseline_rule(t: Table) -> s.BaselineRule:
    return s.BaselineRule(
        method=t.choice("method", "怎样算", METHODS),
        year=t.choice("year", "用哪一年的数据", YEARS),
        clause=t.clause(),
        manual=t.number(
            "manual",
            "人工核定的数值",
            None,
            above=0,
            absent="method 为 manual 又没有 manual_by 时必写",
        ),
        times=t.number("times", "算出的值再乘几倍；人工核定的不乘", 1.0, above=0),
        by=t.text("by", "按哪个分组（attributes 的代号）各定一个基准", ""),
        manual_by=t.number_map("manual_by", "各组人工核定的数值", "项名是组，值是数值", above=0),
        years=t.whole(
            "years", "取几年的平均（各年基准值相加÷年数）；以前各年的写在 earlier", 1, minimum=1
        ),
        earlier=_by_year(t),
    )


def _by_year(t: Table) -> dict[int, float]:
    told = t.number_map("earlier", "以前各年的基准值", "项名是年份，值是那一年的基准值", above=0)
    for year in told:
        if not year.isdecimal():
            t.problem(f"earlier.{year}", "项名应当是年份，如2020")
    return {int(year): value for year, value in told.items() if year.isdecimal()}


def _bonus(t: Table) -> s.Bonus:
    return s.Bonus(
        labels={
            name: _bonus_label(name, inner)
            for name, inner in t.each(
                "labels", "加分项，项名写在企业的“加分项”列里，中文的加引号", {}
            )
        },
        groups={
            id: _bonus_group(id, inner)
            for id, inner in t.each("groups", "几个加分项合在一起限制；项名是代号", {})
        },
        counts=tuple(
            _bonus_count(id, inner)
            for id, inner in t.each("counts", "按数量加分、扣分，如出租户数；项名是代号", {})
        ),
        cap=t.number("cap", "加分合计最多几分", None, minimum=0, usual=True),
        deduction_cap=t.number(
            "deduction_cap", "扣分合计最多几分（写正数）", None, minimum=0, usual=True
        ),
        clause=t.clause(usual=True),
    )


def _bonus_label(name: str, t: Table) -> s.BonusLabel:
    by_ratio = "ratio" in t.values
    return s.BonusLabel(
        name=name,
        points=t.number("points", "加几分，扣分写负数", 0.0, absent="没有 ratio 时必写", usual=True)
        if by_ratio
        else t.number("points", "加几分，扣分写负数", absent="没有 ratio 时必写", usual=True),
        ratio=t.number(
            "ratio", "按指标得分合计的比例加，如0.05；与 points 写一项", 0.0, usual=True
        ),
        group=t.text("group", "归入哪个 groups；按比例的不能归组", ""),
        clause=t.clause(usual=True),
    )


def _bonus_group(id: str, t: Table) -> s.BonusGroup:
    return s.BonusGroup(
        id=id,
        name=t.text("name", "组的名称"),
        stacking=t.choice("stacking", "几项怎样合计", STACKING),
        cap=t.number("cap", "这一组最多几分", None, minimum=0),
        clause=t.clause(),
    )


def _bonus_count(id: str, t: Table) -> s.BonusCount:
    return s.BonusCount(
        id=id,
        name=t.text("name", "名称"),
        column=t.text("column", "数量所在的列（columns 的代号）"),
        free=t.number("free", "不计分的数量", 0.0, minimum=0),
        points=t.number("points", "超出部分每一个几分，扣分写负数"),
        clause=t.clause(),
    )


def _flag(id: str, t: Table) -> s.Flag:
    return s.Flag(
        id=id, name=t.text("name", "表头"), help=t.text("help", "填报说明"), clause=t.clause()
    )


def _class(letter: str, t: Table) -> s.ClassDef:
    return s.ClassDef(
        letter=letter,
        name=t.text("name", "类别名称"),
        meaning=t.text("meaning", "一句话的含义"),
        clause=t.clause(),
        treated_as=t.text("treated_as", "措施按哪一类", ""),
    )


def _measure(id: str, t: Table) -> s.Measure:
    return s.Measure(
        id,
        name=t.text("name", "领域，如用地、用电"),
        texts=t.text_map("texts", "各类的措施", "项名是类别，值是措施；有 treated_as 的类可以不写"),
        clause=t.clause(),
    )


def _water_fee(t: Table) -> s.WaterFee:
    tiers = tuple(
        s.WaterTier(
            inner.number("up_to", "到定额的几倍为止", None, above=0, absent="只有最后一档不写"),
            inner.number("factor", "水价的几倍", minimum=0),
        )
        for inner in t.items("tiers", "各档，由低到高")
    )
    return s.WaterFee(tiers=tiers, clause=t.clause())


def _target(id: str, t: Table) -> s.Target:
    return s.Target(
        id=id,
        name=t.text("name", "名称"),
        indicator=t.text("indicator", "哪项指标"),
        year=t.whole("year", "到哪一年", minimum=1990),
        minimum=t.number("minimum", "至少达到多少（指标的单位）", None),
        growth_above_average=t.flag("growth_above_average", "增速高于平均"),
        clause=t.clause(),
    )


def _checks(t: Table) -> s.Checks:
    ceilings = tuple(
        s.Ceiling(inner.text("column", "哪一列"), inner.text("limit", "不大于哪一列"))
        for inner in t.items("ceilings", "一般不会大于另一个数的数", [])
    )
    apart = tuple(
        s.Apart(
            inner.text("column", "哪一列"),
            inner.text("other", "与哪一列比"),
            inner.number("factor", "相差几倍以上的提示", 5.0, above=1),
        )
        for inner in t.items("apart", "一般不会相差几倍的两个数，如营业收入和总产值", [])
    )
    per_unit = tuple(
        s.PerUnit(
            inner.text("column", "哪一列"),
            inner.text("per", "按哪一列平均"),
            inner.number("least", "平均数低于多少的提示", None, above=0),
            inner.number("most", "平均数高于多少的提示", None, above=0),
        )
        for inner in t.items("per_unit", "平均数有常见范围的两个数，如人均营业收入", [])
    )
    return s.Checks(
        ceilings=ceilings,
        floors=t.number_map("floors", "一般不会低于某个值的数", "项名是列的代号，值是最低值"),
        apart=apart,
        per_unit=per_unit,
        jump_factor=t.number(
            "jump_factor", "与上年相差几倍以上的提醒（多半是单位错了）", above=1, usual=True
        ),
        jump_hint=t.number("jump_hint", "与上年相差几倍以上的提示（可能，但要核实）", 5.0, above=1),
        outlier_ratio=t.number(
            "outlier_ratio", "以最高值为基准时，最高值超过次高值几倍的提醒", above=1, usual=True
        ),
        outlier_average=t.number(
            "outlier_average", "以最高值为基准时，最高值超过平均值几倍的提醒", 10.0, above=1
        ),
        outlier_share=t.number(
            "outlier_share", "得分不到基本分的多少算被最高值压低，如0.1", 0.1, above=0
        ),
        clause=t.clause(),
    )
