"""What happened to the invented firms between the years, their classes then, their objections."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine import evaluate
from permu_xl.engine.model import DECIDE, IN, OUT, Roster
from permu_xl.schemes import industries
from permu_xl.text import normal_industry
from permu_xl.workbook.example.cases import DIFFERENT_RD, KILOGRAMS, NO_OUTPUT
from permu_xl.workbook.layout import NOT_EVALUATED, YES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine.model import Scheme
    from permu_xl.workbook.example.firms import Cell, Firm

__all__ = ["events", "last_classes", "objections", "renamed"]

_RENAMED = 36
"""The position among the ordinary firms of the one that had another name last year."""
_OLD_ENDING, _ENDING = "厂", "有限公司"


def renamed(ordinary: Sequence[Firm], previous: Sequence[Firm]) -> list[Firm]:
    """Return last year's firms with the former name of the one that was renamed."""
    firm = ordinary[_RENAMED]
    return [
        replace(each, name=each.name.replace(_ENDING, _OLD_ENDING))
        if each.name == firm.name
        else each
        for each in previous
    ]


def events(current: Sequence[Firm], previous: Sequence[Firm]) -> list[dict[str, Cell]]:
    """Return the rows of 企业变动: one event of every kind; one firm that left is not explained."""
    before = {firm.code: firm for firm in previous}
    now = {firm.code: firm for firm in current}
    came = [firm for firm in current if firm.code not in before][:3]
    gone = [firm for firm in previous if firm.code not in now]
    plain = [firm for firm in current if not firm.remark and firm.code in before]
    other_name = next(f for f in plain if before[f.code].name != f.name)
    # Large ones, to whose figures those of a small firm make no odds.
    split, absorbing = sorted(plain, key=_land)[-2:]
    told: list[tuple[str, dt.date, Firm | None, Firm | None, str]] = [
        ("注销", dt.date(2022, 3, 15), gone[0], None, "注销登记通知书"),
        ("迁出", dt.date(2022, 6, 30), gone[1], None, "迁往外区，变更登记通知书"),
        ("合并", dt.date(2022, 1, 20), gone[2], absorbing, "吸收合并，变更登记通知书"),
        ("分立", dt.date(2022, 2, 10), split, came[0], "派生分立，变更登记通知书"),
        ("新设", dt.date(2021, 11, 8), None, came[1], "本年升规"),
        ("迁入", dt.date(2022, 4, 2), None, came[2], "由外区迁入"),
        ("更名", dt.date(2022, 5, 18), before[other_name.code], other_name, "名称变更通知书"),
    ]
    return [
        {
            "kind": kind,
            "date": date,
            "old_code": old.code if old else None,
            "old_name": old.name if old else None,
            "new_code": new.code if new else None,
            "new_name": new.name if new else None,
            "document": f"{document}（虚构）",
        }
        for kind, date, old, new, document in told
    ]


def _land(firm: Firm) -> float:
    land = firm.figures["land"]
    return float(land) if isinstance(land, (int, float)) else 0.0


def objections(current: Sequence[Firm], right: Sequence[Firm]) -> list[dict[str, Cell]]:
    """Return the rows of 异议台账; ``right`` are the firms whose figures turn out to be others.

    Two are open; one was refused, one withdrawn.
    """
    by_remark = {firm.remark: firm for firm in current}
    slip, silent = right
    told = (
        (KILOGRAMS, "综合能耗", slip.figures["energy"], "能源统计报表", 3, None, "", "", ""),
        (NO_OUTPUT, "总产值", silent.figures["output"], "统计年报", 5, None, "", "", ""),
        (DIFFERENT_RD, "研发经费", 2915.5, "", 4, 6, "不采纳", "", "没有提供研发费用辅助账"),
        ("加分", "加分", 3, "荣誉证书复印件", 6, 10, "撤回", "", "企业核对后撤回"),
    )
    rows: list[dict[str, Cell]] = []
    for remark, item, claimed, evidence, received, decided, outcome, cell, why in told:
        firm = by_remark[remark]
        rows.append(
            {
                "code": firm.code,
                "name": firm.name,
                "item": item,
                "claimed": f"{claimed:g}",
                "evidence": evidence or None,
                "received": dt.date(2023, 7, received),
                "decided": dt.date(2023, 7, decided) if decided else None,
                "by": "经办人甲（虚构）" if decided else None,
                "outcome": outcome or None,
                "cell": cell or None,
                "remark": why or None,
            }
        )
    return rows


def last_classes(scheme: Scheme, year: int, previous: Sequence[Firm]) -> list[dict[str, Cell]]:
    """Return the rows of 上年分类: last year's evaluation of last year's firms."""
    known = industries()
    marks: dict[Cell, int] = {None: DECIDE, YES: IN}
    roster = Roster.from_columns(
        {id: [firm.figures[id] for firm in previous] for id in scheme.columns},
        names=[firm.name for firm in previous],
        codes=[firm.code for firm in previous],
        industries=[
            normal_industry(str(f.industry), was_number=isinstance(f.industry, int), known=known)[0]
            for f in previous
        ],
        start_dates=np.array([firm.start_date for firm in previous], dtype="datetime64[D]"),
        bonus_points=[firm.bonus_points for firm in previous],
        flags={id: [f.flags.get(id) == YES for f in previous] for id in scheme.flags},
        included=[marks.get(firm.included, OUT) for firm in previous],
    )
    final = evaluate(scheme, roster, year=year).final
    return [
        {"code": firm.code or None, "name": firm.name, "letter": str(letter) or NOT_EVALUATED}
        for firm, letter in zip(previous, final, strict=True)
    ]
