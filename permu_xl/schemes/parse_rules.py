"""Tracks, ranking, classes and guards: the keys of a scheme file, declared where they are read."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from permu_xl.engine import model as s
from permu_xl.schemes.choices import ENDS, HALVES, KEYS, LIMITS, ROUNDINGS, RULES

if TYPE_CHECKING:
    from permu_xl.schemes.table import Table

__all__ = ["read_guard", "read_tracks"]


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
    )
    return ranking, (_two_stage(t) if method == "two_stage" else _cut_points(t))


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
    )


def _cut_points(t: Table) -> s.CutPoints:
    return s.CutPoints(
        cuts=tuple(
            _cut_point(inner)
            for inner in t.items(
                "cuts", "各类到哪一名为止，由好到差，每类一行", absent="cut_points 必写", usual=True
            )
        ),
        clause=t.clause(),
    )


def _cut_point(t: Table) -> s.CutPoint:
    last = "up_to" not in t.values
    return s.CutPoint(
        letter=t.text("letter", "类别"),
        up_to=Fraction(1)
        if last
        else t.share(
            "up_to", "到名次的百分之几，如0.2；是从第一名算起的累计比例", absent="只有最后一类不写"
        ),
        inclusive=True
        if last
        else t.flag(
            "inclusive",
            "比例正好落在整数名次时，那一名算不算这一类",
            True,
            absent="true；最后一类不能写",
        ),
        rounding="floor"
        if last
        else t.choice(
            "rounding",
            "不是整数时的取整（舍去小数：名次不超过该比例的才算）",
            ROUNDINGS,
            absent="除最后一类外必写；最后一类不能写",
        ),
        clause=t.clause(),
    )


def read_guard(id: str, t: Table) -> s.Guard:
    """Read what bars some firms from a class."""
    limits = [limit for limit in LIMITS if limit in t.values]
    if len(limits) != 1:
        t.problem("", f"应当写且只写 {'、'.join(LIMITS)} 中的一项")
    letters = [_guard_letter(t, limit) for limit in limits]
    return s.Guard(
        id=id,
        name=t.text("name", "名称，写进判定依据"),
        when=t.texts("when", "有其中一个标记（flags 的代号）的受限制"),
        unless=t.texts("unless", "同时有其中一个标记的除外", ()),
        limit=limits[0] if limits else "at_best",
        letter=letters[0] if letters else "",
        clause=t.clause(),
    )


def _guard_letter(t: Table, limit: s.Limit) -> str:
    what = "一票否决" if limit == "at_best" else "保护"
    return t.text(limit, f"{LIMITS[limit]}为哪一类（{what}）", absent="两种写一种")
