"""What the class rules of a scheme leave open: rounding, numbers of firms, cuts, ties."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import Evaluation, evaluate, match_adjustments, matching_rows
from permu_xl.engine.explain import ROUNDING_NAMES
from permu_xl.engine.model import (
    Counted,
    CutPoint,
    CutPoints,
    Key,
    Rounding,
    Scheme,
    Track,
    TwoStage,
)
from permu_xl.reports.sensitivity.alternative import Alternative, Inputs, on_scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from permu_xl.engine.model import Roster, TextArray

__all__ = ["class_alternatives"]

_ROUNDINGS: tuple[Rounding, ...] = ("half_up", "floor", "ceil")


def class_alternatives(e: Evaluation) -> list[Alternative]:
    """Return the alternatives that concern the order of firms and the classes made of it."""
    return [
        *_decimals(e.scheme),
        *_number_of_firms(e),
        *_class_rules(e.scheme),
        *_ties(e.scheme),
    ]


# ---- rounding, numbers of firms, cuts ------------------------------------------------------------


def _decimals(scheme: Scheme) -> Iterator[Alternative]:
    def shown(decimals: int | None) -> str:
        return "不取整" if decimals is None else f"取{decimals}位小数"

    now = scheme.score_decimals
    for then in (2, None):
        if then != now:
            yield Alternative(
                "R11", scheme.indicators[0].score_clause, "各项得分取几位小数",
                shown(now), shown(then),
                on_scheme(partial(_rounded_to, decimals=then)),
            )  # fmt: skip


def _rounded_to(scheme: Scheme, decimals: int | None) -> Scheme:
    return replace(scheme, score_decimals=decimals)


def _with_rules(
    scheme: Scheme, id: str, change: Callable[[TwoStage | CutPoints], TwoStage | CutPoints]
) -> Scheme:
    def changed(track: Track) -> Track:
        return replace(track, rule=change(track.rule)) if track.id == id else track

    return replace(scheme, tracks=tuple(map(changed, scheme.tracks)))


def _number_of_firms(e: Evaluation) -> Iterator[Alternative]:
    """R13: shares of the firms ranked, of those that get a letter besides, or of all listed."""
    scheme = e.scheme
    ranked = sum(unit.size + unit.ranked.beside for unit in e.classes.units)
    others, counted = _others_counted(e), {t.ranking.counted for t in scheme.tracks}
    if others and len(counted) == 1:
        now = counted.pop()
        words: dict[Counted, str] = {
            "ranked": f"参加排名的{ranked}户",
            "with_unranked": f"连同不排名而有类别的{others}户，共{ranked + others}户",
        }
        then: Counted = "ranked" if now == "with_unranked" else "with_unranked"
        yield Alternative(
            "R13", scheme.tracks[0].rule.clause, "名额按哪些企业的户数计算",
            words[now], words[then], on_scheme(partial(_counting, counted=then)),
        )  # fmt: skip
    yield from _all_listed(e)


def _others_counted(e: Evaluation) -> int:
    """Return how many firms get a letter without being ranked, in units where firms are ranked."""
    if not (e.scheme.ungraded or e.scheme.scope.letter):
        return 0
    scheme = _counting(e.scheme, "with_unranked")
    counting = evaluate(scheme, e.roster, e.previous, year=e.year, adjustments=e.adjustments)
    return sum(unit.base - unit.size - unit.ranked.beside for unit in counting.classes.units)


def _counting(scheme: Scheme, counted: Counted) -> Scheme:
    def changed(track: Track) -> Track:
        return replace(track, ranking=replace(track.ranking, counted=counted))

    return replace(scheme, tracks=tuple(map(changed, scheme.tracks)))


def _all_listed(e: Evaluation) -> Iterator[Alternative]:
    """Where all firms are ranked together: shares of all firms listed, not of those ranked."""
    listed, units = e.roster.size, e.classes.units
    if len(units) != 1 or not e.participants or listed == units[0].base:
        return
    track, times = units[0].ranked.track, Fraction(listed, units[0].base)

    def scaled_share(share: Fraction) -> Fraction:
        return min(share * times, Fraction(1))

    def scaled(rule: TwoStage | CutPoints) -> TwoStage | CutPoints:
        if isinstance(rule, CutPoints):
            cuts = tuple(
                replace(
                    c,
                    up_to=scaled_share(c.up_to),
                    leave=None if c.leave is None else scaled_share(c.leave),
                    up_to_by={group: scaled_share(s) for group, s in c.up_to_by.items()},
                    leave_by={group: scaled_share(s) for group, s in c.leave_by.items()},
                )
                for c in rule.cuts
            )
            return replace(rule, cuts=cuts)
        selections = tuple(
            replace(
                s,
                share=scaled_share(s.share),
                share_by={group: scaled_share(x) for group, x in s.share_by.items()},
            )
            for s in rule.selections
        )
        return replace(rule, selections=selections)

    if isinstance(track.rule, CutPoints) and track.rule.by == "total":
        return
    ranked = units[0].size + units[0].ranked.beside
    others = units[0].base - ranked
    now = f"参加排名的{ranked}户" + (f"和不排名的{others}户" if others else "")
    yield Alternative(
        "R13", track.rule.clause, "名额按哪些企业的户数计算",
        now, f"名单上的全部{listed}户",
        on_scheme(lambda s: _with_rules(s, track.id, scaled)),
    )  # fmt: skip


def _class_rules(scheme: Scheme) -> Iterator[Alternative]:
    for track in scheme.tracks:
        where = f"{track.name}：" if track.name else ""
        if isinstance(track.rule, CutPoints):
            yield from _cuts(track, track.rule, where)
        else:
            yield from _two_stage(track, track.rule, where)


def _two_stage(track: Track, rule: TwoStage, where: str) -> Iterator[Alternative]:
    for rounding in _others(rule.upper_rounding):
        yield Alternative(
            "R14", rule.clause, f"{where}前半区户数不是整数时",
            ROUNDING_NAMES[rule.upper_rounding], ROUNDING_NAMES[rounding],
            _on_rule(track, rule, upper_rounding=rounding),
        )  # fmt: skip
    for position, selection in enumerate(rule.selections):
        for rounding in _others(selection.rounding):
            selections = list(rule.selections)
            selections[position] = replace(selection, rounding=rounding)
            yield Alternative(
                "R15", selection.clause, f"{where}{selection.label}类名额不是整数时",
                ROUNDING_NAMES[selection.rounding], ROUNDING_NAMES[rounding],
                _on_rule(track, rule, selections=tuple(selections)),
            )  # fmt: skip


def _cuts(track: Track, rule: CutPoints, where: str) -> Iterator[Alternative]:
    for position, cut in enumerate(rule.cuts[:-1]):

        def made(changed: CutPoint, position: int = position) -> CutPoints:
            cuts = [*rule.cuts[:position], changed, *rule.cuts[position + 1 :]]
            return replace(rule, cuts=tuple(cuts))

        for rounding in _others(cut.rounding) if rule.by == "place" else ():
            yield Alternative(
                "R15", cut.clause, f"{where}{cut.letter}类界线不是整数时",
                ROUNDING_NAMES[cut.rounding], ROUNDING_NAMES[rounding],
                _on_rule(track, rule, cuts=made(replace(cut, rounding=rounding)).cuts),
            )  # fmt: skip
        if cut.leave is not None:
            continue
        sides = ("归下一类", f"归{cut.letter}类")
        yield Alternative(
            "R15", cut.clause, f"{where}正好在{cut.letter}类界线上的一户",
            sides[cut.inclusive], sides[not cut.inclusive],
            _on_rule(track, rule, cuts=made(replace(cut, inclusive=not cut.inclusive)).cuts),
        )  # fmt: skip


def _on_rule(
    track: Track, rule: TwoStage | CutPoints, **changed: object
) -> Callable[[Evaluation], Inputs]:
    other = replace(rule, **changed)  # type: ignore[arg-type]
    return on_scheme(lambda scheme: _with_rules(scheme, track.id, lambda _: other))


def _others(rounding: Rounding) -> Sequence[Rounding]:
    return [each for each in _ROUNDINGS if each != rounding]


# ---- ties ----------------------------------------------------------------------------------------


def _ties(scheme: Scheme) -> Iterator[Alternative]:
    for track in scheme.tracks:
        where = f"{track.name}：" if track.name else ""
        now = track.ranking.ties
        keys = [s.key for s in track.rule.selections] if isinstance(track.rule, TwoStage) else []
        keys += [Key("scores", (id,)) for id in track.indicators[:1]]
        for key in dict.fromkeys(keys):
            if key != now:
                yield Alternative(
                    "R16", track.rule.clause, f"{where}总分并列时再比什么",
                    _key_name(scheme, now), _key_name(scheme, key),
                    on_scheme(partial(_tied_by, track=track, key=key)),
                )  # fmt: skip
    yield Alternative(
        "R16", scheme.tracks[0].rule.clause, "并列到最后", "代码小的在前", "代码大的在前", _reversed
    )


def _tied_by(scheme: Scheme, track: Track, key: Key) -> Scheme:
    def changed(each: Track) -> Track:
        ranking = replace(each.ranking, ties=key)
        return replace(each, ranking=ranking) if each.id == track.id else each

    return replace(scheme, tracks=tuple(map(changed, scheme.tracks)))


def _key_name(scheme: Scheme, key: Key) -> str:
    def name(id: str) -> str:
        return scheme.figure(id).name if key.kind == "columns" else scheme.indicator(id).name

    names = "＋".join(map(name, key.ids))
    return f"{names}得分" if key.kind == "scores" else names or "不再比"


def _reversed(e: Evaluation) -> Inputs:
    """Return the inputs with codes that order the firms the other way round."""
    order = np.argsort(e.roster.identity().astype(str), kind="stable")
    codes = np.empty(e.roster.size, dtype=object)
    codes[order[::-1]] = [f"{k:08d}" for k in range(e.roster.size)]
    adjustments = tuple(
        replace(a, code=str(codes[firm]))
        for a, firm in zip(e.adjustments, match_adjustments(e.adjustments, e.roster), strict=True)
        if firm >= 0
    )
    changed = replace(e.roster, codes=codes)
    return Inputs(e.scheme, changed, _recoded(e, codes), adjustments)


def _recoded(e: Evaluation, codes: TextArray) -> Roster | None:
    """Return last year's firms with the other codes, so that each is found again for its growth."""
    if e.previous is None:
        return None
    row = matching_rows(e.previous, e.roster)
    return replace(e.previous, codes=np.where(row >= 0, codes[row], e.previous.codes))
