"""Why a firm has its class, in one sentence: the column 判定依据."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.firms import (
    GRADED,
    REGULAR,
    reason_text,
    split_labels,
)
from permu_xl.engine.model import (
    AnyArray,
    Condition,
    CutPoints,
    End,
    Guard,
    Half,
    Scheme,
    TwoStage,
)
from permu_xl.engine.ranking import (
    UPPER,
    Picked,
    Unit,
    guard_steps,
    half_names,
    meets,
)
from permu_xl.text import show_number, show_points

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from permu_xl.engine.evaluation import Evaluation

END_NAMES: dict[End, str] = {"first": "前", "last": "后"}


def basis(e: Evaluation, firm: int, *, confirmed: bool = False) -> str:
    """Return why a firm has its class, in one sentence.

    ``confirmed`` says that the classes which are only proposed by the rules (拟列) are decided.
    """
    reason = reason_text(e.scheme, e.roster, e.year, e.participation, firm)
    if not e.included[firm]:
        letter = str(e.proposed[firm])
        return f"{reason}，列为{letter}类" if letter else reason
    if e.ungraded[firm] != GRADED:
        group = e.scheme.ungraded[e.ungraded[firm]]
        text = f"{group.name}，只计分、不参加排名，列为{group.letter}类（{group.clause}）"
    else:
        text = _by_place(e, firm, confirmed) + _by_guard(e, firm)
    if reason:
        text += f"；{reason}"
    text += joint_note(e, firm) + alone_note(e, firm)
    if e.adjusted_by[firm] >= 0:
        a = e.adjustments[e.adjusted_by[firm]]
        grounds = "，".join(part for part in (a.reason, a.document) if part)
        text += f"；调整为{a.letter}类" + (f"（{grounds}）" if grounds else "")
    return text


_NAMED = 3
"""How many of the firms that are evaluated as one a sentence names."""


def joint_note(e: Evaluation, firm: int) -> str:
    """Return with which other firms a firm is evaluated as one; "" for none."""
    if e.scheme.joint is None or not e.included[firm]:
        return ""
    others = [str(e.roster.names[k]) for k in e.joined.members(firm) if k != firm]
    if not others:
        return ""
    more = f"等{len(others)}户" if len(others) > _NAMED else ""
    return f"；与{'、'.join(others[:_NAMED])}{more}合并评价（{e.scheme.joint.clause}）"


def alone_note(e: Evaluation, firm: int) -> str:
    """Return what a firm would be if nobody was joined, where the scheme asks for it too."""
    if not joint_note(e, firm):
        return ""
    if e.alone is None:
        return f"；单独评价算不出来：{e.not_alone}" if e.not_alone else ""
    if not e.alone.included[firm]:
        return "；单独评价不参评"
    total = show_points(float(e.alone.total[firm]))
    letter = str(e.alone.proposed[firm])
    return f"；单独评价为{letter}类（总分{total}），以合并评价为准"


def _by_place(e: Evaluation, firm: int, confirmed: bool) -> str:
    unit = e.classes.units[e.classes.unit[firm]]
    rule = unit.rule
    where = f"{unit.name}，" if unit.name else ""
    if isinstance(rule, CutPoints):
        return where + _by_cut(e, unit, rule, firm)
    return where + _by_selection(e, rule, firm, confirmed)


def _by_cut(e: Evaluation, unit: Unit, rule: CutPoints, firm: int) -> str:
    section = int(e.classes.section[firm])
    cut = rule.cuts[section]
    first = unit.cuts[section - 1].place + 1 if section else 1
    last = unit.cuts[section].place if section < len(unit.cuts) else unit.size
    places = f"第{first}至{last}名" if first < last else f"第{last}名"
    return (
        f"总分在{unit.size}户中{_standing(e, firm)}，"
        f"{places}（{_line_words(rule, section)}）列为{cut.letter}类（{cut.clause}）"
    )


def _line_words(rule: CutPoints, section: int) -> str:
    """Say which part of the order a class takes: 到20%, 最后5%, 80分以上."""
    cut, above = rule.cuts[section], rule.cuts[section - 1] if section else None
    last = section == len(rule.cuts) - 1
    if rule.by == "total":
        if last:
            return f"不到{above.letter}类的分数线" if above else "全部企业"
        return f"总分{'达到' if cut.inclusive else '高于'}{show_number(cut.points)}分"
    if last and above is not None and above.leave is not None:
        return f"最后{show_number(float(100 * above.leave))}%"
    if cut.leave is not None:
        return f"到只剩最后{show_number(float(100 * cut.leave))}%"
    return f"到{show_number(float(100 * cut.up_to))}%"


def _standing(e: Evaluation, firm: int) -> str:
    """Tell the rank, and the place where ties leave it open on which side of a line that is."""
    rank, place = e.classes.rank[firm], e.classes.place[firm]
    if rank == place:
        return f"排第{rank}名"
    return f"并列第{rank}名，按次序规则排第{place}名"


def _by_selection(e: Evaluation, rule: TwoStage, firm: int, confirmed: bool) -> str:
    letter, half = str(e.classes.by_place[firm]), half_of(e, firm)
    half_name = half_names(rule)[half]
    picked = next((p for p in own_picks(e, firm) if p.chosen[firm]), None)
    if picked is None:
        labels = "、".join(f"{p.selection.label}类" for p in own_picks(e, firm)) or "任何"
        return f"{half_name}，未列入{labels}名单，为{letter}类（{rule.remainder_clause}）"
    s = picked.selection
    text = f"{half_name}中{s.label}类排序{END_NAMES[s.take]}{picked.quota}户，"
    flags = [f for f in s.flagged if e.judged.flag(f)[firm]]
    if flags:
        text += f"且{e.scheme.flags[flags[0]].name}，"
    return f"{text}{'列' if confirmed or not s.flagged else '拟列'}为{letter}类（{s.clause}）"


def _by_guard(e: Evaluation, firm: int) -> str:
    """Tell each guard that changed the letter, in order."""
    if e.classes.guard[firm] < 0:
        return ""
    here = slice(firm, firm + 1)
    steps = guard_steps(
        e.scheme.guards,
        e.scheme.graded_letters,
        e.classes.by_place[here],
        [hit[here] for hit in e.classes.hits],
    )
    return "".join(
        f"；{guard.name}（{'、'.join(guard_reasons(e, guard, firm))}），"
        f"{_moved(guard, str(after[0]))}（{guard.clause}）"
        for guard, (before, after) in zip(e.scheme.guards, steps, strict=True)
        if before[0] != after[0]
    )


def _moved(guard: Guard, letter: str) -> str:
    match guard.limit:
        case "at_best":
            return f"不高于{guard.letter}类，改为{letter}类"
        case "at_worst":
            return f"不低于{guard.letter}类，改为{letter}类"
        case "up":
            return f"提高{guard.steps}类，改为{letter}类"
        case "down":
            return f"降低{guard.steps}类，改为{letter}类"
        case "fixed":
            return f"定为{letter}类"


def guard_reasons(e: Evaluation, guard: Guard, firm: int) -> list[str]:
    """Return why a guard is about a firm: its flags, its bonus labels, its figures."""
    found = guard_marks(e, guard, firm)
    for condition in guard.figures:
        if condition_met(e, condition, firm):
            figure = condition_figure(e, condition, firm)
            found.append(_condition_text(e.scheme, condition, figure))
    return found


def guard_marks(e: Evaluation, guard: Guard, firm: int) -> list[str]:
    """Return the flags and bonus labels of a firm that a guard is about."""
    (cell,) = e.judged.bonus_labels.texts(np.array([firm]))
    own = split_labels(cell)
    found = [e.scheme.flags[id].name for id in guard.when if e.judged.flag(id)[firm]]
    return found + [label for label in guard.labels if label in own]


def condition_figure(e: Evaluation, condition: Condition, firm: int) -> float:
    """Return a firm's figure that a condition is about, NaN where it is missing."""
    return float(e.classes.facts.figure(condition)[firm])


def condition_met(e: Evaluation, condition: Condition, firm: int) -> bool:
    """Return whether a ranked firm meets a condition."""
    return bool(meets(condition, e.classes.facts)[firm])


def _condition_text(scheme: Scheme, condition: Condition, figure: float) -> str:
    name, unit = figure_name(scheme, condition)
    own = f"{show_number(figure)}{unit}" if figure == figure else "空缺，按0计"
    word = {"below": "低于", "at_most": "不高于", "above": "高于", "at_least": "不低于"}
    limit = show_number(condition.limit)
    return f"{name}{own}，{word[condition.bound]}{limit}{unit}"


def figure_name(scheme: Scheme, condition: Condition) -> tuple[str, str]:
    """Return what the figure of a condition is called, and its unit."""
    match condition.kind:
        case "total":
            return "总分", "分"
        case "column":
            figure = scheme.figure(condition.id)
            return figure.name, figure.unit
        case "score":
            return f"{scheme.indicator(condition.id).name}得分", "分"
        case "value":
            indicator = scheme.indicator(condition.id)
            return indicator.name, indicator.unit


def half_of(e: Evaluation, firm: int) -> Half:
    """Return the half of a firm that the two-stage rule ranks."""
    return "upper" if e.classes.section[firm] == UPPER else "lower"


def own_picks(e: Evaluation, firm: int) -> tuple[Picked, ...]:
    """Return the selections among which a firm stands: those of its unit and half."""
    unit = e.classes.units[e.classes.unit[firm]]
    half = half_of(e, firm)
    return tuple(p for p in unit.picked if p.selection.half == half)


def basis_column(e: Evaluation, *, confirmed: bool = False) -> list[str]:
    """Return ``basis`` for every firm; firms in the same situation share one computation."""
    c, n = e.classes, e.roster.size
    alone = np.bincount(e.joined.leader, minlength=n)[e.joined.leader] == 1
    shared = (e.participation.reason == REGULAR) & e.included & (e.adjusted_by < 0) & alone
    shared &= c.guard < 0  # a guard tells the figures of the firm
    by_cuts = [isinstance(unit.rule, CutPoints) for unit in c.units]
    # The sentence tells the place under cut points, and nothing of a single firm otherwise.
    own = np.where(np.array([*by_cuts, False])[c.unit], c.place, 0)
    columns = [c.unit, c.section, e.ungraded, c.guard, np.where(shared, own, -1 - np.arange(n))]
    columns += [chosen_anywhere(e)]
    columns += [e.judged.flag(flag) for flag in e.scheme.flags]
    return spread(columns, lambda firm: basis(e, firm, confirmed=confirmed))


def chosen_anywhere(e: Evaluation) -> AnyArray:
    """Return which firms a selection has picked."""
    chosen = np.zeros(e.roster.size, dtype=bool)
    for unit in e.classes.units:
        for picked in unit.picked:
            chosen |= picked.chosen
    return chosen


def spread(columns: Sequence[AnyArray], text: Callable[[int], str]) -> list[str]:
    """Call ``text`` once for each distinct row of ``columns`` and return one text a firm."""
    situation = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        low, high = int(column.min(initial=0)), int(column.max(initial=0))
        width = high - low + 1
        if int(situation.max(initial=0)) * width > 2**62:
            situation = np.unique(situation, return_inverse=True)[1]
        situation = situation * width + (column.astype(np.int64) - low)
    _, first, inverse = np.unique(situation, return_index=True, return_inverse=True)
    texts = [text(int(firm)) for firm in first]
    return [texts[k] for k in inverse]
