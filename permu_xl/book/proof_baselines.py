"""The indicators of the recomputation: weights, both years' statistics, baselines (R7 to R9)."""

from __future__ import annotations

from permu_xl.book import layout
from permu_xl.book import proof_formulas as f
from permu_xl.book.proof_board import Board, Table, absolute, on_sheet
from permu_xl.book.proof_inputs import ParameterCells
from permu_xl.book.proof_plan import INDICATOR_COLUMNS, LABEL, Plan
from permu_xl.engine.baseline import METHOD_NAMES, YEAR_NAMES
from permu_xl.engine.scheme import Indicator

__all__ = ["put_indicators"]

_STATISTICS = {
    "numerator": "分子合计",
    "denominator": "分母合计",
    "aggregate": METHOD_NAMES["aggregate"],
    "mean": METHOD_NAMES["mean"],
    "highest": METHOD_NAMES["max"],
}
_HEADERS = {
    "name": "指标", "difference": "不一致数", "method": "基准方法", "remark": "说明",
    "weight": "权重", "cap": "封顶倍数", "maximum": "最高分", "scale": "换算系数",
    "manual": METHOD_NAMES["manual"],
    **{f"previous:{key}": f"上年{name}" for key, name in _STATISTICS.items()},
    **{f"current:{key}": f"本年{name}" for key, name in _STATISTICS.items()},
    "picked": "按方法取数", "baseline": "基准值",
}  # fmt: skip


def put_indicators(board: Board, plan: Plan) -> None:
    """Write weights, both years' statistics and the baselines (R7 to R9)."""
    board.across(
        plan.indicator_header,
        LABEL,
        {k: _HEADERS[key] for k, key in enumerate(INDICATOR_COLUMNS)},
    )
    for position, indicator in enumerate(plan.scheme.indicators):
        _put_indicator(board, plan, indicator, position)


def _put_indicator(board: Board, plan: Plan, i: Indicator, position: int) -> None:
    row, cells = plan.indicators[i.id], ParameterCells(plan.book.parameters)

    def at(key: str) -> str:
        return plan.indicator(i.id, key)

    formulas = {
        "method": cells.method(i),
        "weight": cells.number(i, "weight", i.weight),
        "cap": cells.number(i, "cap", i.cap),
        "maximum": f"{at('cap')}*{at('weight')}",
        "manual": cells.number(i, "manual", i.baseline.manual),
        "picked": _picked(plan, i),
        "baseline": _baseline(plan, i),
        "difference": _baseline_differences(plan, i, position),
    }
    for year, table in (("previous", plan.previous), ("current", plan.firms)):
        if table is not None:
            for key, expression in _statistics(table, i, year, plan).items():
                formulas[f"{year}:{key}"] = expression
    for key, expression in formulas.items():
        board.formula(row, INDICATOR_COLUMNS.index(key) + 1, expression)
    board.put(row, INDICATOR_COLUMNS.index("name") + 1, i.name)
    board.put(row, INDICATOR_COLUMNS.index("scale") + 1, i.scale)
    board.put(
        row, INDICATOR_COLUMNS.index("remark") + 1,
        f"基准按{YEAR_NAMES[i.baseline.year]}参评企业（{i.baseline.clause}）",
    )  # fmt: skip


def _statistics(table: Table, i: Indicator, year: str, plan: Plan) -> dict[str, str]:
    """Return the formulas over one year's participants; "" where nothing can be said."""
    top, bottom = table.span(f"figure:{i.numerator}"), table.span(f"figure:{i.denominator}")
    included, values = table.span("included"), table.span(f"value:{i.id}")
    numerator, denominator, scale = (
        plan.indicator(i.id, key) for key in (f"{year}:numerator", f"{year}:denominator", "scale")
    )
    both = f"{included},1,{top},{f.REPORTED},{bottom},{f.REPORTED}"
    return {
        "numerator": f'IF(COUNTIFS({both})=0,"",SUMIFS({top},{both}))',
        "denominator": f'IF(COUNTIFS({both})=0,"",SUMIFS({bottom},{both}))',
        "aggregate": f'IF(N({denominator})>0,{numerator}/{denominator}*{scale},"")',
        "mean": f'IF(COUNT({values})=0,"",SUM({values})/COUNT({values}))',
        "highest": f'IF(COUNT({values})=0,"",MAX({values}))',
    }


def _picked(plan: Plan, i: Indicator) -> str:
    """Return the formula that picks by the name of the method."""
    year = i.baseline.year
    sources = {
        "aggregate": f"{year}:aggregate",
        "mean": f"{year}:mean",
        "max": f"{year}:highest",
        "manual": "manual",
    }
    picked = "NA()"
    for method, name in reversed(METHOD_NAMES.items()):
        source = plan.indicator(i.id, sources[method])
        picked = f"IF({plan.indicator(i.id, 'method')}={f.text(name)},{source},{picked})"
    return picked


def _baseline(plan: Plan, i: Indicator) -> str:
    """A baseline must be above 0 (R9); over this year it is not needed when nobody has a value."""
    picked = plan.indicator(i.id, "picked")
    absent = "NA()"
    if i.baseline.year == "current":
        values, method = plan.firms.span(f"value:{i.id}"), plan.indicator(i.id, "method")
        manual = f.text(METHOD_NAMES["manual"])
        absent = f'IF(AND(COUNT({values})=0,{method}<>{manual}),"",NA())'
    return f"IF(N({picked})>0,{picked},{absent})"


def _baseline_differences(plan: Plan, i: Indicator, position: int) -> str:
    """Compare a row of 基准值."""
    at = plan.book.outputs[layout.BASELINES]
    sheet, row = plan.book.sheets[layout.BASELINES], at.first_row + 1 + position

    def written(key: str) -> str:
        return on_sheet(sheet, absolute(row, at.columns[key] + 1))

    compared = {
        "numerator": "previous:numerator",
        "denominator": "previous:denominator",
        "aggregate": "previous:aggregate",
        "mean": "previous:mean",
        "highest": "current:highest",
        "value": "baseline",
    }
    conditions = [
        f"NOT(EXACT({plan.indicator(i.id, 'name')},{written('indicator')}))",
        f"NOT(EXACT({plan.indicator(i.id, 'method')},{written('method')}))",
    ]
    for key, ours in compared.items():
        expected = plan.indicator(i.id, ours)
        conditions.append(f.differs(expected, written(key), f.relative(expected)))
    return f.count_differences(conditions)
