"""From the tables of a scheme file to a ``Scheme``, with every breach of the rules collected.

Each key is declared where it is read: its type and limits, what it means, what leaving it out
means, and whether a scheme of one's own usually changes it.  The reference of all keys and the
starter file are made from these declarations, the words of choices stand in ``choices``.

The keys of the whole file and of what stands by itself are here, those about firms, indicators and
class rules in the modules beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from permu_xl.engine import model as s
from permu_xl.errors import SchemeError
from permu_xl.schemes.parsing.consistency import inconsistencies
from permu_xl.schemes.parsing.firms import (
    read_attribute,
    read_column,
    read_joint,
    read_scope,
    read_sum,
    read_ungraded,
)
from permu_xl.schemes.parsing.indicators import read_bonus, read_indicator
from permu_xl.schemes.parsing.rules import read_guard, read_range, read_tracks
from permu_xl.schemes.parsing.table import Ask, Notes, Table

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
        read_indicator(id, t) for id, t in top.each("indicators", "计分的指标，项名是代号")
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
        scope=top.table("scope", "谁参评").closing(read_scope),
        ungraded=tuple(
            read_ungraded(id, t)
            for id, t in top.each("ungraded", "有某种标记的企业计分、不占名次；项名是代号", {})
        ),
        columns={
            id: read_column(id, t)
            for id, t in top.each("columns", "向每户企业要的数，项名是代号；表头由此生成")
        },
        sums={
            id: read_sum(id, t)
            for id, t in top.each("sums", "由几列相加、折算出的数，用法同 columns；项名是代号", {})
        },
        attributes={
            id: read_attribute(id, t)
            for id, t in top.each(
                "attributes", "把企业分成组的文字：赛道、行业、集聚区；项名是代号", {}
            )
        },
        track_attribute=top.text(
            "track_attribute",
            "按哪个分组（attributes 的代号）分赛道；它的 values 就是各赛道的 name",
            "",
        ),
        joint=top.table("joint", "一地多企、集团合并评价", absent="各户单独评价").closing(
            read_joint
        )
        if "joint" in top.values
        else None,
        indicators=indicators,
        full_marks=top.number(
            "full_marks", "每个赛道各指标基本分的合计", 100.0, above=0, usual=True
        ),
        score_decimals=top.whole(
            "score_decimals", "各项得分保留几位小数（四舍五入）；不写就不取整", None, usual=True
        ),
        bonus=bonus.closing(read_bonus),
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
            for id, t in top.each(
                "guards",
                "不论名次的限制和升降：否决、保护、提档、降档、定档；按所写的次序执行；名额不递补；"
                "项名是代号",
                {},
            )
        ),
        ranges=tuple(
            read_range(letter, t)
            for letter, t in top.each(
                "ranges", "各类户数的比例范围，只核对、不改分类；项名是类别", {}
            )
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
