"""What the public list says of its order, and of why rank and class can differ."""

from __future__ import annotations

import numpy as np

from permu_xl.engine import Evaluation, half_names
from permu_xl.engine.model import Scheme, TwoStage
from permu_xl.schemes.manual import key_words
from permu_xl.workbook.layout import has_units

__all__ = ["class_remark", "joint_remark", "order_note"]

_NAMED = 20
"""How many groups the public list names."""


def order_note(scheme: Scheme) -> str:
    """Return in which order firms stand on a list by class, unit and place."""
    ties = dict.fromkeys(key_words(scheme, track.ranking.ties) for track in scheme.tracks)
    units = "、排名单元" if has_units(scheme) else ""
    first = "按各自排名单元的次序规则" if len(ties) > 1 else f"{next(iter(ties))}高的在前"
    return f"按分类{units}和总分排名排列；总分相同的，{first}，再相同的按代码。"


def class_remark(e: Evaluation) -> str:
    """Return why the classes need not follow the ranks; "" where they do.

    Where firms are selected from halves it is by a key of their own; guards and adjustments move
    single firms.
    """
    keys = dict.fromkeys(
        f"{s.label}类在{half_names(track.rule)[s.half]}的企业中按{key_words(e.scheme, s.key)}"
        f"{'从高到低' if s.take == 'first' else '从低到高'}选取"
        for track in e.scheme.tracks
        if isinstance(track.rule, TwoStage)
        for s in track.rule.selections
    )
    reasons = list(keys)
    held = sorted({int(g) for g in e.classes.guard if g >= 0})
    verb = {"up": "提高", "down": "降低", "fixed": "决定"}
    for guard in (e.scheme.guards[g] for g in held):
        reasons.append(f"“{guard.name}”{verb.get(guard.limit, '限制')}了有的企业的分类")
    if (e.final != e.proposed).any():
        reasons.append("有的企业的分类经过调整")
    if not reasons:
        return ""
    return f"注：分类不只看总分排名。{'；'.join(reasons)}。所以排名在前的企业，分类不一定更高。"


def joint_remark(e: Evaluation) -> str:
    """Return which firms on the list were evaluated as one; "" for none."""
    groups = (
        [
            "、".join(str(e.roster.names[k]) for k in e.joined.members(int(firm)))
            for firm in np.flatnonzero(e.participation.counted)
            if len(e.joined.members(int(firm))) > 1
        ]
        if e.joined.any
        else []
    )
    if not groups:
        return ""
    more = f"；等{len(groups)}组" if len(groups) > _NAMED else ""
    joint = e.scheme.joint
    of_firms = joint is not None and joint.quota == "firms"
    counts = "只占一个名次，名额按实际户数计算" if of_firms else "名次、名额算一户"
    return (
        f"注：下列企业合并评价，同组的名次、分类相同，{counts}："
        f"{'；'.join(groups[:_NAMED])}{more}。"
    )
