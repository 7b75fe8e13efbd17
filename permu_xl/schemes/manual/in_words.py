"""A scheme on one screen, in words: ``permu-xl schemes`` and ``permu-xl schemes show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine.explain import sum_words
from permu_xl.schemes.line_numbers import ASSUMED, places
from permu_xl.schemes.manual import words
from permu_xl.schemes.parsing import BLANK_PARTS, QUOTAS, STACKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine import model as s
    from permu_xl.schemes.files import Layer


def listing(scheme: s.Scheme, assumed: int) -> Iterator[str]:
    """Yield what a scheme is in a few lines; ``assumed`` counts its assumptions."""
    first, last = scheme.valid_from.year, scheme.last_year
    years = f"{first}年度" if first >= last else f"{first}至{last}年度"
    yield f"{scheme.id}　{scheme.region}　{years}　{scheme.title}"
    yield f"  文件：{scheme.document}"
    period = f"{scheme.valid_from}至{scheme.valid_until}"
    yield f"  有效期：{period}；分类：{'、'.join(scheme.letters)}"
    for track in scheme.tracks:
        weights = (scheme.indicator(id) for id in track.indicators)
        name = f"指标（{track.name}）" if track.name else "指标"
        yield f"  {name}：{'、'.join(f'{i.name}{i.weight:g}分' for i in weights)}"
    if assumed:
        yield f"  有{assumed}处没有公布、是假定，用 permu-xl schemes show {scheme.id} 查看"


def assumptions(layers: Sequence[Layer]) -> dict[str, list[str]]:
    """Return the assumptions in a scheme's files, each with the keys it is made for.

    What a file says itself is no assumption of the file that it builds on.
    """
    said: set[str] = set()
    found: dict[str, list[str]] = {}
    for layer in layers:
        here = places(layer.text)
        for key, text in here.assumed.items():
            if key not in said:
                found.setdefault(text, []).append(key)
        said |= set(here.lines)
    return found


def summary(scheme: s.Scheme, layers: Sequence[Layer]) -> Iterator[str]:
    """Yield the lines that tell a clerk everything a scheme says."""
    yield f"{scheme.id}　{scheme.title}"
    yield f"文件：{scheme.document}；地区：{scheme.region}"
    yield (
        f"发布：{scheme.issued}；施行：{scheme.valid_from}至{scheme.valid_until}"
        f"（{scheme.validity_clause}）；最后评价{scheme.last_year}年度"
    )
    if scheme.successor:
        yield f"有效期以后：{scheme.successor}"
    yield f"来源：{scheme.source}"
    if len(layers) > 1:
        yield f"继承自：{layers[1].origin.removesuffix('.toml')}"
    sections = {
        "参评范围": _scope(scheme),
        "填报的数据": _columns(scheme),
        "分组和标记": _marks(scheme),
        "指标": _indicators(scheme),
        "加分和扣分": _bonus(scheme),
        "排名和分类": _classes(scheme),
        "否决、保护和升降档": _guards(scheme),
        "各类户数的范围": map(words.range_words, scheme.ranges),
        "分类措施": _measures(scheme),
        "数据提醒": _checks(scheme),
        "假定（没有公布，正式使用前须核对）": _assumed(layers),
    }
    for title, lines in sections.items():
        body = list(lines)
        if body:
            yield ""
            yield f"【{title}】"
            yield from (f"  {line}" for line in body)


def _scope(scheme: s.Scheme) -> Iterator[str]:
    scope = scheme.scope
    out = [f"{name}（{code}）" for code, name in scope.excluded_industries.items()]
    if out:
        yield f"不纳入的行业：{'、'.join(out)}"
    if scope.new_firm_years:
        yield f"投产不满{scope.new_firm_years}年的暂不纳入"
    for limit in scope.limits:
        yield words.limit_words(scheme, limit)
    if scheme.joint is not None:
        name = scheme.attributes[scheme.joint.by].name
        yield (
            f"“{name}”相同的企业合并评价：数据相加、只评一次、同一类别，"
            f"平均、排名都算一户，名额{QUOTAS[scheme.joint.quota]}"
            f"{'；各户另外单独评价一次，供参考' if scheme.joint.both_ways else ''}"
            f"（{scheme.joint.clause}）"
        )
    if scope.letter:
        yield f"不纳入的企业列为{scope.letter}类"
    for group in scheme.ungraded:
        when = "、".join(scheme.flags[flag].name for flag in group.when)
        yield f"{group.name}（标记：{when}）：计分、不排名，列为{group.letter}类"
    yield f"依据：{scope.clause}"


def _columns(scheme: s.Scheme) -> Iterator[str]:
    for column in scheme.columns.values():
        unit = f"（{column.unit}）" if column.unit else ""
        basis = f"，按{column.basis}" if column.basis else ""
        parts = f"，部门的表里由{'、'.join(column.sum_of)}相加" if column.sum_of else ""
        yield f"{column.name}{unit}　{column.source}{basis}{parts}"
    for id, made in scheme.sums.items():
        unit = f"（{made.unit}）" if made.unit else ""
        yield (
            f"{made.name}{unit} = {sum_words(scheme, id)}；"
            f"有空缺时{BLANK_PARTS[made.blank]}（{made.clause}）"
        )


def _marks(scheme: s.Scheme) -> Iterator[str]:
    for attribute in scheme.attributes.values():
        values = "、".join(attribute.values) or "任意文字"
        origin = "按行业代码推定" if attribute.derived else "填报"
        blank = f"，其余为“{attribute.default}”" if attribute.default else ""
        yield f"{attribute.name}：{values}（{origin}{blank}）"
    for flag in scheme.flags.values():
        yield f"{flag.name}：{flag.help}"


def _indicators(scheme: s.Scheme) -> Iterator[str]:
    for track in scheme.tracks:
        if track.name:
            yield f"{track.name}："
        indent = "  " if track.name else ""
        for id in track.indicators:
            yield indent + words.indicator_words(scheme, scheme.indicator(id))
    if scheme.score_decimals is not None:
        yield f"各项得分保留{scheme.score_decimals}位小数"


def _bonus(scheme: s.Scheme) -> Iterator[str]:
    bonus = scheme.bonus
    for label in bonus.labels.values():
        yield words.label_words(scheme, label)
    for group in bonus.groups.values():
        limit = "" if group.cap is None else f"，最多{group.cap:g}分"
        yield f"{group.name}：{STACKING[group.stacking]}{limit}"
    for count in bonus.counts:
        column = scheme.columns[count.column]
        free = f"超过{count.free:g}{column.unit}的部分，" if count.free else ""
        yield f"{count.name}：{column.name}{free or '，'}每{column.unit}{count.points:+g}分"
    if bonus.cap is not None:
        yield f"加分合计最多{bonus.cap:g}分"
    if bonus.deduction_cap is not None:
        yield f"扣分合计最多{bonus.deduction_cap:g}分"


def _classes(scheme: s.Scheme) -> Iterator[str]:
    for definition in scheme.classes:
        treated = definition.treated_as
        tail = f"（措施按{treated}类）" if treated else ""
        yield f"{definition.letter}　{definition.name}：{definition.meaning}{tail}"
    for track in scheme.tracks:
        name = f"{track.name}：" if track.name else ""
        for line in words.rule_words(scheme, track):
            yield f"{name}{line}"


def _guards(scheme: s.Scheme) -> Iterator[str]:
    """Yield the guards with their number where there are several: they work in this order."""
    several = len(scheme.guards) > 1
    if several:
        yield "按下列次序，一条一条执行，名额不递补；最后才是“分类调整”"
    for number, guard in enumerate(scheme.guards, 1):
        yield (f"{number}. " if several else "") + words.guard_words(scheme, guard)


def _measures(scheme: s.Scheme) -> Iterator[str]:
    for measure in scheme.measures:
        yield f"{measure.name}（{measure.clause}）"
        for letter, text in measure.texts.items():
            yield f"  {letter}：{text}"


def _checks(scheme: s.Scheme) -> Iterator[str]:
    checks = scheme.checks
    yield f"与上年相差{checks.jump_factor:g}倍以上的提醒"
    yield f"与上年相差{checks.jump_hint:g}倍以上的提示"
    yield (
        f"最高值超过次高值{checks.outlier_ratio:g}倍、或超过平均值{checks.outlier_average:g}倍的提醒，"
        f"并说明有几户得分不到基本分的{checks.outlier_share:.0%}"
    )
    for pair in checks.apart:
        column, other = (scheme.columns[id].name for id in (pair.column, pair.other))
        yield f"{column}与{other}相差{pair.factor:g}倍以上的提示"
    for average in checks.per_unit:
        column, per = (scheme.columns[id].name for id in (average.column, average.per))
        limits = ((average.least, "低于"), (average.most, "高于"))
        told = "、".join(f"{word}{limit:g}" for limit, word in limits if limit is not None)
        yield f"{column}按{per}平均{told}（{scheme.columns[average.column].unit}）的提示"
    for ceiling in checks.ceilings:
        column, limit = (scheme.columns[id].name for id in (ceiling.column, ceiling.limit))
        yield f"{column}大于{limit}的提醒"
    for id, floor in checks.floors.items():
        yield f"{scheme.columns[id].name}低于{floor:g}{scheme.columns[id].unit}的提醒"


def _assumed(layers: Sequence[Layer]) -> Iterator[str]:
    for text, keys in assumptions(layers).items():
        shown = "、".join(keys[:3]) + (f" 等{len(keys)}处" if len(keys) > 3 else "")
        yield f"{ASSUMED}{text}（{shown}）"
