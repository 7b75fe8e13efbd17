"""Invented firms for the example district: plausible figures, nobody real.

Every name begins with 示例 and every credit code with a region that does not exist.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

Cell: TypeAlias = float | int | str | dt.date | None
"""What a clerk may have typed: a figure, a text, a date, or nothing."""

_RD_LIMIT, _RD_LEAST = 0.08, 0.003
_REGION = "91990000"
"""Authority 9, type 1, and region 990000, which no place in China has."""


@dataclass(frozen=True, slots=True)
class Firm:
    """One row of 原始数据 or 上年数据; ``figures`` by column id of the scheme."""

    name: str
    code: str
    industry: Cell
    start_date: Cell
    figures: dict[str, Cell]
    bonus_points: Cell = None
    flags: dict[str, Cell] = field(default_factory=dict)
    included: Cell = None
    remark: Cell = None

    def with_figures(self, **changed: Cell) -> Firm:
        """Return the firm with some figures replaced."""
        return replace(self, figures={**self.figures, **changed})


@dataclass(frozen=True, slots=True)
class Trade:
    """A group of industries and what is usual there.

    ``revenue`` (10,000 yuan), ``per_mu`` and ``per_head`` (10,000 yuan of revenue), ``tax`` and
    ``rd`` (shares of revenue), ``energy`` (tonnes of coal equivalent for 10,000 yuan of output)
    are medians; ``emitters`` is the share of firms that report emissions; ``products`` are pairs
    of a GB/T 4754-2017 code and a word for the firm's name.
    """

    firms: int
    revenue: float
    per_mu: float
    tax: float
    rd: float
    per_head: float
    energy: float
    emitters: float
    products: tuple[tuple[str, str], ...]


TRADES: dict[str, Trade] = {
    "equipment": Trade(29, 14000, 250, 0.045, 0.030, 95, 0.045, 0.55, (
        ("3421", "数控机床"), ("3432", "起重机械"), ("3441", "泵业"), ("3443", "阀门"),
        ("3453", "齿轮传动"), ("3491", "机器人"), ("3511", "矿山机械"), ("3514", "工程机械"),
        ("3516", "冶金装备"), ("3415", "风电设备"), ("3591", "环保设备"), ("3821", "变压器"),
        ("3823", "开关设备"), ("3831", "电缆"), ("3812", "电机"), ("3744", "航空部件"),
        ("3451", "轴承"), ("3462", "风机"), ("3525", "模具"),
    )),
    "vehicles": Trade(19, 20000, 330, 0.042, 0.026, 115, 0.035, 0.50, (
        ("3670", "汽车零部件"), ("3670", "汽车底盘"), ("3670", "汽车座椅"), ("3670", "汽车线束"),
        ("3670", "汽车内饰"), ("3660", "专用车身"), ("3630", "改装车"), ("3620", "发动机部件"),
    )),
    "pharma": Trade(9, 12000, 400, 0.085, 0.050, 120, 0.030, 0.80, (
        ("2720", "制药"), ("2740", "中药"), ("2761", "生物医药"), ("2710", "原料药"),
        ("3584", "医疗器械"), ("2770", "卫生材料"),
    )),
    "food": Trade(9, 11000, 300, 0.038, 0.006, 130, 0.035, 0.60, (
        ("1353", "肉制品"), ("1441", "乳业"), ("1411", "糕点食品"), ("1513", "啤酒"),
        ("1522", "饮用水"), ("1329", "饲料"), ("1432", "速冻食品"), ("1462", "调味品"),
    )),
    "chemicals": Trade(9, 13000, 280, 0.055, 0.022, 160, 0.140, 1.00, (
        ("2641", "涂料"), ("2651", "合成树脂"), ("2661", "化工助剂"), ("2614", "有机化工"),
        ("2912", "橡胶制品"), ("2922", "塑料管材"),
    )),
    "materials": Trade(7, 7000, 150, 0.035, 0.006, 90, 0.200, 1.00, (
        ("3021", "水泥制品"), ("3033", "防水材料"), ("3051", "玻璃制品"), ("3089", "耐火材料"),
        ("3034", "保温材料"), ("3011", "水泥"),
    )),
    "metals": Trade(9, 12000, 190, 0.030, 0.012, 110, 0.110, 0.90, (
        ("3311", "钢结构"), ("3391", "铸造"), ("3393", "锻造"), ("3252", "铝材"), ("3130", "钢材"),
        ("3340", "金属制品"),
    )),
    "electronics": Trade(6, 15000, 430, 0.050, 0.055, 85, 0.020, 0.40, (
        ("3982", "电子电路"), ("3983", "传感技术"), ("3562", "半导体设备"), ("4011", "自动化"),
        ("3912", "电子科技"),
    )),
    "light": Trade(7, 6000, 170, 0.030, 0.006, 70, 0.040, 0.30, (
        ("2231", "纸业包装"), ("2319", "印刷包装"), ("2110", "家具"), ("1819", "服装"),
        ("2926", "塑料容器"),
    )),
    "utilities": Trade(0, 26000, 300, 0.050, 0.004, 140, 0.300, 1.00, ()),
}  # fmt: skip
"""By name; mines, power, heat, gas and water are made one by one.  The figures are rough ones."""


_BRANDS = tuple(a + b for b in "川岭石原野谷渡屿浦泉汀垣" for a in "霁澜岚槐芦杉榆枫棠桐柏")
_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def full_width(text: str) -> str:
    """Return digits as typed with a Chinese input method in full-width mode.

    >>> full_width("12.5")
    '１２．５'
    """
    return text.translate(_FULL_WIDTH)


def credit_code(serial: int) -> str:
    """Return an invented credit code with a valid check digit.

    >>> credit_code(1)
    '91990000MA000739XY'
    """
    from stdnum.cn import uscc

    # A factor without common divisor with 10^6 keeps them distinct and looking unordered.
    body = f"{_REGION}MA{serial * 739 % 1_000_000:06d}X"
    return body + str(uscc.calc_check_digit(body))


class Maker:
    """Makes firms, each with the next name and code, from one stream of random numbers.

    ``seed`` begins the stream; names and codes are those after the first ``made``.
    """

    def __init__(self, seed: int = 20220831, made: int = 0) -> None:
        # Only plain uniform numbers are drawn: their stream is the same in every numpy.
        self._random = np.random.default_rng(seed)
        self._normal = NormalDist()
        self._made = made

    def district(self) -> Iterator[Firm]:
        """Yield the ordinary firms of all trades, in mixed order."""
        places = [name for name, trade in TRADES.items() for _ in range(trade.firms)]
        used = dict.fromkeys(TRADES, 0)
        for place in np.argsort(self._random.random(len(places)), kind="stable"):
            name = places[place]
            products = TRADES[name].products
            industry, product = products[used[name] % len(products)]
            used[name] += 1
            yield self.firm(name, industry, product)

    def firm(self, trade_name: str, industry: str, product: str) -> Firm:
        """Return a new firm with figures around what is usual in its trade."""
        trade = TRADES[trade_name]
        skill = self._draw()
        revenue = max(2150.0, trade.revenue * self._factor(0.95, skill))
        land = min(max(revenue / (trade.per_mu * self._factor(0.55, skill)), 5.0), 600.0)
        output = revenue * (0.92 + 0.2 * self._uniform())
        tax = revenue * trade.tax * self._factor(0.45, skill)
        research = _RD_LIMIT * np.tanh(trade.rd * self._factor(0.75, skill) / _RD_LIMIT)
        emission: float | None = None
        if self._uniform() < trade.emitters:
            emission = round(tax / (0.06 * self._factor(0.5, skill)), 1)
        suffix = "股份有限公司" if revenue > 60000 else "有限公司"
        start = dt.date(1996, 1, 1) + dt.timedelta(days=int(self._uniform() * 8400))
        serial, self._made = self._made + 1, self._made + 1
        return Firm(
            name=f"示例{_BRANDS[serial * 37 % len(_BRANDS)]}{product}{suffix}",
            code=credit_code(serial),
            industry=industry,
            start_date=start,
            figures={
                "land": round(land, 1),
                "tax": round(tax, 2),
                "output": round(output, 1),
                "revenue": round(revenue, 1),
                # Some small firms do no research at all and report 0.
                "rd": 0.0 if research < _RD_LEAST else round(float(revenue * research), 1),
                "employees": max(12, round(revenue / (trade.per_head * self._factor(0.35)))),
                "energy": round(output * trade.energy * self._factor(0.55, -skill), 1),
                "emission": emission,
            },
        )

    def year_before(self, firm: Firm) -> Firm:
        """Return a firm as it stood a year before: a little smaller, the land the same."""
        growth = 1.05 * self._factor(0.10)
        figures: dict[str, Cell] = {}
        for id, figure in firm.figures.items():
            if not isinstance(figure, (int, float)) or id == "land":
                figures[id] = figure
            elif id == "employees":
                figures[id] = max(10, round(figure / self._factor(0.06)))
            else:
                figures[id] = round(figure / growth / self._factor(0.06), 2 if id == "tax" else 1)
        return Firm(firm.name, firm.code, firm.industry, firm.start_date, figures)

    def _uniform(self) -> float:
        return float(self._random.random())

    def _draw(self) -> float:
        """Return a standard normal number."""
        return self._normal.inv_cdf(min(max(self._uniform(), 1e-9), 1 - 1e-9))

    def _factor(self, spread: float, skill: float | None = None) -> float:
        """Return a log-normal factor around 1; ``skill`` ties a firm's factors together."""
        own = self._draw()
        drawn = own if skill is None else 0.6 * skill + 0.8 * own
        return float(np.exp(spread * drawn))
