"""What a better class would have taken, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from permu_xl.engine import GRADED, Evaluation
from permu_xl.engine.explain import joint_note
from permu_xl.text import show_amount, show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.explain import Gap, Needed, Step
    from permu_xl.engine.model import Figure


def needed_lines(e: Evaluation, firm: int, found: Needed | None) -> Iterator[str]:
    """Yield the sentences for a participant: what to report, the lines to pass, a figure to reach.

    What is missing comes first: it may change more than any figure named below.
    """
    letter = str(e.proposed[firm])
    if missing := _missing(e, firm):
        names, indicators = ("、".join(dict.fromkeys(each)) for each in zip(*missing, strict=True))
        yield f"缺{names}，{indicators}没有得分：请先补报{names}后重新评价；以下按现有数据计算。"
    if e.ungraded[firm] != GRADED:
        yield f"不参加排名，列为{letter}类。"
        return
    if found is None:
        yield f"已是最高的{letter}类。"
        return
    if note := joint_note(e, firm):
        yield f"{note.removeprefix('；')}，以下各数是几户的合计。"
    if found.guard:
        yield f"因“{found.guard}”不能高于{letter}类，提高得分不改变分类。"
        return
    for k, route in enumerate(found.routes):
        yield ("或者：" if k else "") + "，且".join(_gap(gap) for gap in route) + "。"
    if found.step is not None:
        yield _step(found.step)
    elif not found.together and not found.routes:
        size = e.classes.units[e.classes.unit[firm]].size
        yield f"一起排名的{size}户中没有更好分类的名额，提高得分不改变分类。"
    elif found.together:
        spared = e.scheme.figure(found.spared).name if found.spared else ""
        together = f"除{spared}不变外，各项同时" if spared else "各项同时"
        yield (
            f"经逐项重新评价，任何一项指标单独提高到得分上限都不够；"
            f"{together}提高到上限可列{found.together}类（其他企业不变）。"
        )
    elif found.unmeasured:
        yield "经逐项重新评价，算得出的改动（其他企业不变）都不改变分类。"
    else:
        yield "经逐项重新评价，各项指标都提高到得分上限（其他企业不变），分类仍不改变。"
    if found.unmeasured:
        names = "、".join(f"“{name}”" for name in found.unmeasured)
        yield f"有的改动会使{names}没有可用的基准值，算不出分类，没有计入。"


def _missing(e: Evaluation, firm: int) -> list[tuple[str, str]]:
    """Return raw figures that are not reported, with the indicator that scores nothing for it."""
    found = []
    for result in e.results_of(firm):
        i = result.indicator
        if result.score[firm] > 0:
            continue
        excused = i.missing.column if i.missing and i.missing.score == "full_if_positive" else ""
        for id in (i.numerator, i.denominator):
            if id != excused and math.isnan(e.figure(id)[firm]):
                blank = [c for c in e.scheme.parts(id) if math.isnan(e.judged.number(c)[firm])]
                found += [(e.scheme.columns[column].name, i.name) for column in blank]
    return found


def _gap(gap: Gap) -> str:
    unit = "分" if gap.points else ""
    line, lacking = (_up(gap.line), _up(gap.lacking)) if gap.points else (
        show_number(gap.line), show_number(gap.lacking)
    )  # fmt: skip
    must = "须达到" if gap.at else "须高于"
    if gap.lacking <= 0:
        return f"{gap.name}{must}{line}{unit}（现已相同），{gap.goal}"
    return f"{gap.name}{must}{line}{unit}（还差{lacking}{unit}），{gap.goal}"


def _up(points: float) -> str:
    """Write points with two decimals, rounded up so that they suffice."""
    return f"{math.ceil(points * 100 - 1e-6) / 100:.2f}"


def _step(step: Step) -> str:
    column = step.column
    after = _amount(column, step.after)
    if math.isnan(step.before):
        change = f"补报的{column.name}为{after}"
    else:
        way = "降低" if step.after < step.before else "提高"
        change = f"{column.name}由{_amount(column, step.before)}{way}到{after}"
    values = "、".join(
        f"{i.name}{show_number(round(v, 4))}{i.unit}" for i, v in step.values if v == v
    )
    beside = "".join(
        f"，同时{other.name}为{_amount(other, figure)}（保持该项得分）"
        for other, figure in step.beside
    )
    return (
        f"如{change}（{values}）{beside}，"
        f"其他企业和本企业其他数据都不变，经重新评价列{step.letter}类。"
    )


def _amount(column: Figure, figure: float) -> str:
    return show_amount(figure, whole=column.whole) + column.unit
