"""What the example district shows: every case of the rules that a clerk will meet, each once.

The remark (备注) of a firm says which case it stands for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from permu_xl.workbook.example.firms import Cell, Firm, Maker, full_width
from permu_xl.workbook.layout import NO, YES

Change = Callable[[Firm], Firm]


def _figures(**changed: Cell) -> Change:
    return lambda firm: firm.with_figures(**changed)


def _scaled(column: str, factor: float) -> Change:
    def change(firm: Firm) -> Firm:
        figure = firm.figures[column]
        assert isinstance(figure, (int, float))
        return firm.with_figures(**{column: round(figure * factor, 1)})

    return change


def _as_text(column: str, write: Callable[[float], str]) -> Change:
    def change(firm: Firm) -> Firm:
        figure = firm.figures[column]
        assert isinstance(figure, (int, float))
        return firm.with_figures(**{column: write(figure)})

    return change


def _typed_date(write: Callable[[dt.date], Cell]) -> Change:
    def change(firm: Firm) -> Firm:
        assert isinstance(firm.start_date, dt.date)
        return replace(firm, start_date=write(firm.start_date))

    return change


def _wrong_check_digit(firm: Firm) -> Firm:
    return replace(firm, code=firm.code[:-1] + ("1" if firm.code[-1] == "0" else "0"))


_LIFTED_REMARK = "列入C/D类名单，按会议纪要调整为B，见“分类调整”"
_LOWERED_REMARK = "按通报由B调整为C，见“分类调整”"

NO_OUTPUT = "总产值空白"
"""The remark of the firm whose output is not reported."""

DIFFERENT_RD = "研发经费高于主营业务收入，请核实"
"""The remark of the firm whose R&D exceeds its revenue."""

KILOGRAMS = "综合能耗按千克填了，比上年大一千倍"
"""The remark of the firm whose energy was typed in kilograms."""

LASTING_CASES: Mapping[int, tuple[str, Change]] = {
    # Little enough that the slip of CASES does not swamp the whole district.
    62: ("", _figures(energy=28.4)),
    78: ("没有统一社会信用代码，按名称识别", lambda firm: replace(firm, code="")),
    82: ("统一社会信用代码校验位不对，只提醒", _wrong_check_digit),
}
"""By position among the ordinary firms; these hold for both years."""

CASES: Mapping[int, tuple[str, Change]] = {
    3: ("用地面积空白：两项亩均指标记0分", _figures(land=None)),
    7: ("实缴税收空白、有排放当量", _figures(tax=None, emission=512.4)),
    11: (NO_OUTPUT, _figures(output=None)),
    15: ("主营业务收入空白", _figures(revenue=None)),
    19: ("研发经费空白（与填0不同，会提醒）", _figures(rd=None)),
    23: ("从业人员空白", _figures(employees=None)),
    27: ("综合能耗空白", _figures(energy=None)),
    31: ("没有排放当量、有税收：该项得基本分", _figures(emission=None)),
    35: ("排放当量填0：与空白同样处理", _figures(emission=0)),
    39: ("没有排放当量、税收也空白：该项记0分", _figures(tax=None, emission=None)),
    43: ("实缴税收为负（退税）：相关指标记0分", _figures(tax=-126.85, emission=338.5)),
    47: ("加分", lambda firm: replace(firm, bonus_points=2)),
    51: ("扣分：加分填负数", lambda firm: replace(firm, bonus_points=-3)),
    55: ("是否参评填“否”：不参评", lambda firm: replace(firm, included=NO)),
    59: (
        "不符合产业政策，但不在C/D类名单里：分类不变",
        lambda firm: replace(firm, flags={"off_policy": YES}),
    ),
    62: (KILOGRAMS, _scaled("energy", 1000)),
    63: ("总产值是带千分位的文本，按数字读取", _as_text("output", lambda x: f"{x:,.1f}")),
    65: ("主营业务收入用了全角数字", _as_text("revenue", lambda x: full_width(f"{x:.1f}"))),
    67: ("投产日期写成年月日", _typed_date(lambda d: f"{d.year}年{d.month}月{d.day}日")),
    68: ("投产日期用点隔开", _typed_date(lambda d: f"{d.year}.{d.month}.{d.day}")),
    69: ("投产日期用斜线隔开", _typed_date(lambda d: f"{d.year}/{d.month}/{d.day}")),
    70: ("投产日期是八位数字", _typed_date(lambda d: int(f"{d:%Y%m%d}"))),
    74: ("行业代码带门类字母", lambda firm: replace(firm, industry=f"C{firm.industry}")),
    86: (_LOWERED_REMARK, lambda firm: firm),
    95: (
        "主营业务收入低于2000万元，提示核对是否规上",
        _figures(revenue=1685.2, output=1712.6, tax=58.31, rd=21.0, employees=24, energy=96.5),
    ),
    103: (
        DIFFERENT_RD,
        _figures(revenue=2630.0, output=2588.4, rd=2915.5),
    ),
}
"""By position among the ordinary firms; last year's figures are as they were."""

NEWCOMERS = (17, 44, 71)
"""Ordinary firms that were not above-size last year."""

_EXCLUDED: tuple[tuple[str | int, str, str], ...] = (
    ("0810", "矿业", "铁矿采选：采矿业不参评"),
    (610, "煤业", "行业代码按数字填成610，少了前面的0，即0610煤炭开采：不参评"),
    ("4420", "供电", "电力供应：不参评"),
    ("4430", "热力", "热力供应：不参评"),
    ("4511", "燃气", "燃气供应：不参评"),
    ("4610", "水务", "自来水供应：不参评"),
    ("4620", "污水处理", "污水处理：不参评"),
)

_DATED_BEFORE, _DATED_LATE = dt.date(2009, 4, 16), dt.date(2021, 6, 18)


def special_firms(maker: Maker) -> dict[int, Firm]:
    """Return the firms made for a case, by the row (from 0) where each is put in."""
    rows: dict[int, Firm] = {}
    for step, (industry, word, remark) in enumerate(_EXCLUDED):
        made = maker.firm("utilities", str(industry), word)
        rows[6 + 16 * step] = replace(made, industry=industry, remark=remark)
    power = maker.firm("utilities", "4411", "发电")
    rows[50] = replace(power, remark="火力发电：不属于电力供应，参评")
    young = maker.firm("electronics", "3841", "新能源电池")
    rows[33] = replace(young, start_date=_DATED_LATE, remark="投产未满2年：暂不参评")
    willing = maker.firm("electronics", "3973", "集成电路")
    rows[77] = replace(
        willing, start_date=_DATED_LATE, included=YES, remark="投产未满2年，是否参评填“是”：参评"
    )
    for row, (industry, word, remark, flags, figures) in _WEAK.items():
        made = maker.firm("metals", industry, word)
        rows[row] = replace(
            made, start_date=_DATED_BEFORE, figures=dict(figures), flags=flags, remark=remark
        )
    return rows


_TWIN_FIGURES: Mapping[str, Cell] = {
    "land": 64.0, "tax": 210.0, "output": 8600.0, "revenue": 8250.0, "rd": 96.0,
    "employees": 88, "energy": 1440.0, "emission": 4250.0,
}  # fmt: skip
_TWIN_REMARK = "与另一户数据完全相同，正好在C/D类名额分界线上：按代码定先后，并提醒"

_WEAK: Mapping[int, tuple[str, str, str, dict[str, Cell], Mapping[str, Cell]]] = {
    25: (
        "3391", "铸造", "不符合产业政策，且列入C/D类名单：初步分类为D", {"off_policy": YES},
        {"land": 180.5, "tax": 38.2, "output": 3920.0, "revenue": 3655.0, "rd": 0,
         "employees": 121, "energy": 2910.0, "emission": 5240.0},
    ),
    58: (
        "3011", "水泥", _LIFTED_REMARK, {},
        {"land": 95.0, "tax": 61.4, "output": 5230.0, "revenue": 5010.0, "rd": 12.5,
         "employees": 76, "energy": 3120.0, "emission": 2610.0},
    ),
    72: ("3393", "锻造", _TWIN_REMARK, {}, _TWIN_FIGURES),
    91: ("3393", "锻件", _TWIN_REMARK, {}, _TWIN_FIGURES),
}  # fmt: skip
LEFT = (
    ("materials", "3021", "管桩"),
    ("food", "1411", "面点"),
    ("metals", "3340", "丝网"),
    ("light", "1819", "服饰"),
)
"""Trade, industry and product of firms that are on last year's sheet only."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A class adjustment; ``remark`` is that of the firm it is about."""

    remark: str
    letter: str
    reason: str
    document: str
    date: Cell


LIFTED = Decision(
    _LIFTED_REMARK, "B", "节能技改项目已开工，年底前投产，经会议研究暂按B类管理",
    "示例区亩均办会议纪要〔2023〕5号（虚构）", dt.date(2023, 8, 10),
)  # fmt: skip
LOWERED = Decision(
    _LOWERED_REMARK, "C", "年内发生较大安全事故，按规定下调",
    "示例区应急局通报〔2023〕12号（虚构）", "2023年8月15日",
)  # fmt: skip
