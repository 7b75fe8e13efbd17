"""Tracks, ranking, classes and guards: the keys of a scheme file, declared where they are read."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.engine import model as s
from permu_xl.schemes.parsing.choices import (
    BOUNDS,
    COUNTED,
    ENDS,
    FIGURES,
    HALVES,
    KEYS,
    LIMITS,
    ROUNDINGS,
    RULES,
)

if TYPE_CHECKING:
    from permu_xl.schemes.parsing.table import Table

__all__ = ["read_guard", "read_range", "read_tracks"]

_OWN = "项名是组，值是比例；没有写的组用共同的"


def read_tracks(top: Table, indicators: tuple[str, ...]) -> tuple[s.Track, ...]:
    """The tracks; a scheme without any is one track with all indicators and the common rule."""
    common = top.table(
        "classification", "各赛道共同的排名和分类", {}, absent="各赛道都有自己的才可以不写"
    )
    shared = common.closing(_classification) if common.values else None
    if "tracks" not in top.values:
        if shared is None:
            top.problem("classification", "缺少这一项（表）")
            return ()
        return (s.Track("all", "", indicators, *shared),)
    tracks = []
    for id, t in top.each(
        "tracks", "分开评价的企业，各有指标和排名；项名是代号", absent="不分赛道"
    ):
        own = t.table(
            "classification",
            "这个赛道自己的排名和分类，写法同下",
            {},
            absent="用共同的 classification",
        )
        rule = own.closing(_classification) if own.values else shared
        if rule is None:
            t.problem("classification", "缺少这一项（表）")
            continue
        tracks.append(
            s.Track(
                id,
                t.text("name", "赛道名称，须是 track_attribute 的一个值"),
                t.texts("indicators", "这个赛道用的指标，基本分合计为 full_marks"),
                *rule,
            )
        )
    return tuple(tracks)


def _classification(t: Table) -> tuple[s.Ranking, s.ClassRule]:
    method = t.choice("method", "怎样分类", RULES)
    ranking = s.Ranking(
        within=t.texts(
            "within",
            "按哪些分组（attributes 的代号）分开排名、分开算名额；不写为一起排",
            (),
            usual=True,
        ),
        ties=t.table("ties", "总分相同的按什么排；再相同的按信用代码", usual=True).closing(_key),
        counted=t.choice("counted", "各种比例按哪些企业的户数算", COUNTED, "ranked"),
    )
    if method == "two_stage":
        return ranking, _two_stage(t)
    return ranking, _cut_points(t, "total" if method == "score_cuts" else "place")


def _key(t: Table) -> s.Key:
    kinds = [kind for kind in KEYS if kind in t.values]
    if len(kinds) != 1:
        t.problem("", f"应当写且只写 {'、'.join(KEYS)} 中的一项")
    asked = {kind: _key_ids(t, kind) for kind in kinds}
    return s.Key(kinds[0], asked[kinds[0]]) if len(kinds) == 1 else s.Key("scores", ())


def _key_ids(t: Table, kind: s.KeyKind) -> tuple[str, ...]:
    better = "（须越高越好）" if kind == "values" else ""
    meaning = f"按这些项的{KEYS[kind]}{better}由高到低排，几项的相加；空缺按0"
    return t.texts(kind, meaning, absent="三种写一种")


def _two_stage(t: Table) -> s.TwoStage:
    return s.TwoStage(
        upper_share=t.share("upper_share", "前一半的比例", absent="two_stage 必写", usual=True),
        upper_rounding=t.choice(
            "upper_rounding", "前一半户数的取整", ROUNDINGS, absent="two_stage 必写"
        ),
        remainder=t.text("remainder", "其余企业的类", absent="two_stage 必写"),
        remainder_clause=t.clause("remainder_clause", "其余企业的条款", absent="two_stage 必写"),
        shares_by=_shares_by(t),
        selections=tuple(
            _selection(id, inner)
            for id, inner in t.each(
                "selections", "从两半中取的名单，每半最多一个；项名是代号", absent="two_stage 必写"
            )
        ),
        clause=t.clause(),
    )


def _selection(id: str, t: Table) -> s.Selection:
    return s.Selection(
        id=id,
        half=t.choice("half", "从哪一半取", HALVES),
        take=t.choice("take", "由高到低排后取哪一头", ENDS),
        share=t.share("share", "名额占全部排名企业的比例", usual=True),
        rounding=t.choice("rounding", "名额的取整", ROUNDINGS, usual=True),
        letter=t.text("letter", "列为哪一类", usual=True),
        key=t.table("key", "名单按什么排序", usual=True).closing(_key),
        flagged=t.text_map(
            "flagged", "名单里有某标记的改列别的类", "项名是标记（flags 的代号），值是类别", {}
        ),
        clause=t.clause(),
        share_by=t.share_map("share_by", "shares_by 的各组自己的 share", _OWN),
    )


def _shares_by(t: Table) -> str:
    return t.text("shares_by", "按哪个分组（within 里的一个）各有比例，如分行业；不写为都一样", "")


def _cut_points(t: Table, by: s.CutBy) -> s.CutPoints:
    cut = _cut_point if by == "place" else _score_cut
    return s.CutPoints(
        cuts=tuple(
            cut(inner)
            for inner in t.items(
                "cuts",
                "各类到哪一名或哪一分为止，由好到差，每类一行；最后一类只写 letter、clause",
                absent="cut_points、score_cuts 必写",
                usual=True,
            )
        ),
        clause=t.clause(),
        by=by,
        shares_by=_shares_by(t) if by == "place" else "",
    )


_LAST = "最后一类不能写"


def _cut_point(t: Table) -> s.CutPoint:
    letter = t.text("letter", "类别")
    ways = [key for key in ("up_to", "leave") if key in t.values]
    if not ways:
        return s.CutPoint(letter, Fraction(1), True, "floor", t.clause())
    if len(ways) > 1:
        t.problem("", "up_to、leave 只能写一项")
    leave = ways[0] == "leave"
    return s.CutPoint(
        letter=letter,
        up_to=Fraction(1)
        if leave
        else t.share(
            "up_to",
            "到名次的百分之几，如0.2；是从第一名算起的累计比例",
            absent="cut_points 的各类写 up_to 或 leave，只有最后一类不写",
        ),
        inclusive=True
        if leave
        else t.flag(
            "inclusive",
            "比例正好落在整数名次时，那一名算不算这一类；score_cuts：正好这一分的算不算",
            True,
            absent=f"true；{_LAST}",
        ),
        rounding=t.choice(
            "rounding",
            "不是整数时的取整（舍去小数：名次不超过该比例的才算）；leave 是剩下的户数取整",
            ROUNDINGS,
            absent=f"cut_points 的必写；{_LAST}",
        ),
        clause=t.clause(),
        leave=t.share("leave", "这一类以下还剩百分之几，如“后5%”写0.05", absent="见 up_to")
        if leave
        else None,
        up_to_by={} if leave else t.share_map("up_to_by", "shares_by 的各组自己的 up_to", _OWN),
        leave_by=t.share_map("leave_by", "shares_by 的各组自己的 leave", _OWN) if leave else {},
    )


def _score_cut(t: Table) -> s.CutPoint:
    letter = t.text("letter", "类别")
    if "points" not in t.values:
        return s.CutPoint(letter, Fraction(1), True, "floor", t.clause())
    inclusive = t.flag(
        "inclusive",
        "比例正好落在整数名次时，那一名算不算这一类；score_cuts：正好这一分的算不算",
        True,
        absent=f"true；{_LAST}",
    )
    points = t.number("points", "总分达到几分", absent="score_cuts 的各类必写，只有最后一类不写")
    return s.CutPoint(letter, Fraction(1), inclusive, "floor", t.clause(), points=points)


def read_guard(id: str, t: Table) -> s.Guard:
    """Read what bears on the class of some firms, whatever their place."""
    limits = [limit for limit in LIMITS if limit in t.values]
    if len(limits) != 1:
        t.problem("", f"应当写且只写 {'、'.join(LIMITS)} 中的一项")
    asked = [(limit, *_move(t, limit)) for limit in limits]
    limit, letter, steps = asked[0] if asked else ("at_best", "", 0)
    return s.Guard(
        id=id,
        name=t.text("name", "名称，写进判定依据"),
        when=t.texts("when", "有其中一个标记（flags 的代号）的", (), absent=_TRIGGER),
        unless=t.texts("unless", "同时有其中一个标记的除外", ()),
        limit=limit,
        letter=letter,
        clause=t.clause(),
        labels=t.texts("labels", "有其中一个加分项（bonus.labels 的名称）的", (), absent=_TRIGGER),
        unless_labels=t.texts("unless_labels", "同时有其中一个加分项的除外", ()),
        figures=tuple(
            _condition(inner)
            for inner in t.items("figures", "有一个数满足其中一条的", [], absent=_TRIGGER)
        ),
        classes=t.texts("classes", "只对到这一步在这些类的企业；不写为各类都算", ()),
        steps=steps,
    )


_TRIGGER = "when、labels、figures 至少写一种，满足其中一种就算"


def _move(t: Table, limit: s.Limit) -> tuple[str, int]:
    """Return the letter or the number of classes that a guard says."""
    absent = "五种写一种"
    if limit in ("up", "down"):
        means = f"{LIMITS[limit]}几类（{'提档' if limit == 'up' else '降档'}），到头为止"
        return "", t.whole(limit, means, minimum=1, absent=absent)
    means = {
        "at_best": "最高列为哪一类（一票否决）",
        "at_worst": "最低列为哪一类（保护）",
        "fixed": "定为哪一类（定档）",
    }[limit]
    return t.text(limit, means, absent=absent), 0


def _condition(t: Table) -> s.Condition:
    kinds = [kind for kind in FIGURES if kind in t.values]
    bounds = [bound for bound in BOUNDS if bound in t.values]
    for found, words in ((kinds, FIGURES), (bounds, BOUNDS)):
        if len(found) != 1:
            t.problem("", f"应当写且只写 {'、'.join(words)} 中的一项")
    ids = {kind: _figure(t, kind) for kind in kinds}
    limits = {
        bound: t.number(bound, f"这个数{BOUNDS[bound]}多少（空缺按0）", absent="四种写一种")
        for bound in bounds
    }
    kind: s.FigureKind = next(iter(ids), "total")
    bound: s.Bound = next(iter(limits), "below")
    return s.Condition(
        kind=kind,
        id=ids.get(kind, ""),
        bound=bound,
        limit=limits.get(bound, 0.0),
        only=t.texts_map(
            "only",
            "只对这些企业，如城区、县标准不同",
            "项名是分组（attributes 的代号），值是它的几个值",
        ),
    )


def _figure(t: Table, kind: s.FigureKind) -> str:
    absent = "四种写一种"
    if kind == "total":
        if not t.flag("total", "写 true：比总分", absent=absent):
            t.problem("total", "只能写 true")
        return ""
    where = "columns" if kind == "column" else "indicators"
    return t.text(kind, f"比哪一项的{FIGURES[kind]}（{where} 的代号）", absent=absent)


def read_range(letter: str, t: Table) -> s.ClassRange:
    """Read how many firms a class may have."""
    return s.ClassRange(
        letter=letter,
        at_least=t.share("at_least", "不低于百分之几，如0.1", None),
        at_most=t.share("at_most", "不超过百分之几，如0.3", None),
        by_unit=t.flag("by_unit", "每个排名单元各自核对；不写为全部企业一起"),
        clause=t.clause(),
    )
