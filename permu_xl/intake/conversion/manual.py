"""The manual of factors by which raw amounts are converted; ``make generated`` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.text import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.intake.conversion.factors import Factors, Substance

__all__ = ["manual"]

_HEAD = """
## 污染物和能源的系数

部门给的是各种污染物的千克、吨，或各种能源的实物量时，按下面的系数折算（一种一列，或一种一行都可以）。
系数取自[附表二和 GB/T 2589](../permu_xl/intake/conversion/factors.csv)，每个都有两个来源印证；
没有得到印证的不在程序里，表里有它时是错误 E686，请查原文写进自己的系数文件，
用 `--factors 系数.csv` 指定：

```text
类,名称,单位,系数,年份,来源
大气污染物,硫化氢,千克,0.29,,环境保护税法附表二
能源,天然气,立方米,1.2143,,供气单位热值报告
能源（等价值）,电力,千瓦时,0.3,2022,某统计局某号文
```

电力的等价值（千克标准煤/千瓦时）每年不同，由使用者按评价年度写，程序从不假定。
"""


def manual(factors: Factors) -> str:
    """Return the part of the manual about factors."""
    lines = [_HEAD, "| 类 | 名称和又名 | 系数 | 说明 |", "|---|---|---|---|"]
    return "\n".join([*lines, *_rows(factors), ""])


def _rows(factors: Factors) -> Iterator[str]:
    for substance in factors.substances:
        names = "、".join((substance.name, *substance.aliases))
        yield f"| {substance.kind} | {names} | {_factor(factors, substance)} | {substance.note} |"


def _factor(factors: Factors, substance: Substance) -> str:
    if not factors.is_taxed(substance):
        return "不计"
    if substance.factor is None:
        return "请给出"
    shown = show_number(float(substance.factor))
    return f"{shown}千克" if _divides(factors, substance) else f"{shown}/{substance.unit}"


def _divides(factors: Factors, substance: Substance) -> bool:
    return any(k.divides for k in factors.kinds.values() if substance.kind in k.classes)
