"""The note beside an indicator that could not be scored as usual (R5, R6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine.measuring import (
    BAD_DENOMINATOR,
    NEGATIVE,
    NO_DENOMINATOR,
    NO_LAST_YEAR,
    NO_NUMERATOR,
    OK,
)
from permu_xl.engine.scoring import (
    AVERAGE_WITHOUT,
    FULL_WITHOUT,
    PENALTY_WITHOUT,
    ZERO_WITHOUT,
    IndicatorResult,
)
from permu_xl.text import show_points

if TYPE_CHECKING:
    from permu_xl.engine.model import (
        Scheme,
    )


def status_note(result: IndicatorResult, scheme: Scheme, firm: int) -> str:
    """Return what has to be said of a firm's figures for one indicator; "" if nothing."""
    indicator, rule = result.indicator, result.indicator.missing
    top = scheme.figure(indicator.numerator).name
    bottom = scheme.figure(indicator.denominator).name
    status = int(result.status[firm])
    if status == OK:
        return ""
    if status == NEGATIVE:
        return f"{indicator.name}为负值，记0分"
    if rule is not None and status > NEGATIVE:
        lacking, other = (bottom, top) if rule.column == indicator.denominator else (top, bottom)
        has = f"、有{other}" if rule.score == "full_if_positive" else ""
        return {
            FULL_WITHOUT: f"没有{lacking}数据{has}，{indicator.name}得基本分{indicator.weight:g}分",
            ZERO_WITHOUT: f"没有{lacking}数据且{other}为空或不大于0，{indicator.name}记0分",
            AVERAGE_WITHOUT: (
                f"没有{lacking}数据，{indicator.name}按有数据企业的平均得分计"
                f"{show_points(float(result.score[firm]))}分"
            ),
            PENALTY_WITHOUT: f"没有{lacking}数据，{indicator.name}扣{rule.points:g}分",
        }[status]
    missing = {
        NO_NUMERATOR: f"缺{top}",
        NO_DENOMINATOR: f"缺{bottom}",
        BAD_DENOMINATOR: f"{bottom}为0或负数",
        NO_LAST_YEAR: f"上年没有大于0的{top}÷{bottom}可比",
    }[status]
    return f"{missing}，{indicator.name}记0分"
