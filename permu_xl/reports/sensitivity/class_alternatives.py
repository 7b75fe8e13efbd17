"""What the class rules of a scheme leave open: rounding, numbers of firms, cuts, ties."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import Evaluation, match_adjustments, matching_rows
from permu_xl.engine.explain import ROUNDING_NAMES
from permu_xl.engine.model import CutPoint, CutPoints, Key, Rounding, Scheme, Track, TwoStage
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
    """R13, where all firms are ranked together: shares of all firms listed, not of those ranked."""
    if len(e.classes.units) != 1 or e.participants == e.roster.size or not e.participants:
        return
    track, times = e.classes.units[0].ranked.track, Fraction(e.roster.size, e.participants)

    def scaled(rule: TwoStage | CutPoints) -> TwoStage | CutPoints:
        if isinstance(rule, CutPoints):
            cuts = tuple(replace(c, up_to=min(c.up_to * times, Fraction(1))) for c in rule.cuts)
            return replace(rule, cuts=cuts)
        selections = tuple(
            replace(s, share=min(s.share * times, Fraction(1))) for s in rule.selections
        )
        return replace(rule, selections=selections)

    yield Alternative(
        "R13", track.rule.clause, "名额按哪些企业的户数计算",
        f"参加排名的{e.participants}户", f"名单上的全部{e.roster.size}户",
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

        for rounding in _others(cut.rounding):
            yield Alternative(
                "R15", cut.clause, f"{where}{cut.letter}类界线不是整数时",
                ROUNDING_NAMES[cut.rounding], ROUNDING_NAMES[rounding],
                _on_rule(track, rule, cuts=made(replace(cut, rounding=rounding)).cuts),
            )  # fmt: skip
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
