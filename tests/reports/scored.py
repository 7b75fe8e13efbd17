"""Ten firms with scores given outright, so that every place can be seen.

Columns: 亩均税收, 亩均总产值, 研发投入强度, 人均营业收入, 单位能耗总产值, 单位污染物排放税收.
By total 甲 to 癸 in this order, five in each half; A (15 % of 10 is 1.5, so 2): 甲 30, 乙 28;
C (1): 癸, whose energy and emission scores add up to 10 and everybody else's to 18.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from permu_xl.engine.evaluation import Evaluation, evaluate
from permu_xl.engine.model.scheme import Scheme
from permu_xl.engine.records.adjustments import Adjustment
from tests.engine.support import score_roster, score_scheme

NAMES = "甲乙丙丁戊己庚辛壬癸"
TAX = dict(zip(NAMES, (30, 28, 26, 24, 22, 20, 18, 16, 14, 12), strict=True))


def scored(
    tax: dict[str, float] | None = None,
    *,
    rd: dict[str, float] | None = None,
    without: str = "",
    flagged: str = "",
    adjustments: Sequence[Adjustment] = (),
    scheme: Scheme | None = None,
    **columns: Any,
) -> Evaluation:
    """Evaluate the ten firms, some with other scores."""
    names = [name for name in NAMES if name not in without]
    rows = [
        [(TAX | (tax or {}))[n], 0, (rd or {}).get(n, 0), 0, 1 if n == "癸" else 9, 9]
        for n in names
    ]
    roster = score_roster(
        rows,
        names=names,
        codes=[f"{NAMES.index(name):02d}" for name in names],
        flags={"off_policy": [name in flagged for name in names]},
        **columns,
    )
    return evaluate(scheme or score_scheme(), roster, year=2022, adjustments=adjustments)
