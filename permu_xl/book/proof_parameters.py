"""The upper part of the recomputation: parameters, row counts, quotas, baselines."""

from __future__ import annotations

from collections.abc import Sequence

from permu_xl.book import layout
from permu_xl.book import proof_formulas as f
from permu_xl.book.model import Placed
from permu_xl.book.proof_board import Board, Table, absolute, column_of, on_sheet, row_range
from permu_xl.book.proof_inputs import ParameterCells, passed_over, rows_below_header
from permu_xl.book.proof_plan import (
    DIFFERENCE,
    FIRST_FREE,
    INDICATOR_COLUMNS,
    LABEL,
    REMARK,
    SELECTION_COLUMNS,
    VALUE,
    Plan,
)
from permu_xl.engine.baseline import METHOD_NAMES, YEAR_NAMES
from permu_xl.engine.classify import half_names
from permu_xl.engine.explain import END_NAMES, ROUNDING_NAMES
from permu_xl.engine.findings import show_number
from permu_xl.engine.scheme import Indicator, Selection

_STATISTICS = {
    "numerator": "分子合计",
    "denominator": "分母合计",
    "aggregate": METHOD_NAMES["aggregate"],
    "mean": METHOD_NAMES["mean"],
    "highest": METHOD_NAMES["max"],
}
_INDICATOR_HEADERS = {
    "name": "指标", "difference": "不一致数", "method": "基准方法", "remark": "说明",
    "weight": "权重", "cap": "封顶倍数", "maximum": "最高分", "scale": "换算系数",
    "manual": METHOD_NAMES["manual"],
    **{f"previous:{key}": f"上年{name}" for key, name in _STATISTICS.items()},
    **{f"current:{key}": f"本年{name}" for key, name in _STATISTICS.items()},
    "picked": "按方法取数", "baseline": "基准值",
}  # fmt: skip
_SELECTION_HEADERS = {
    "name": "名单", "difference": "不一致数", "half": "半区", "remark": "说明",
    "numerator": "比例分子", "denominator": "比例分母", "due": "应取户数", "pool": "半区户数",
    "quota": "名额", "picked": "重算入选户数", "written": "结果表中户数",
}  # fmt: skip


def put_values(board: Board, plan: Plan) -> None:
    """Write the single values: year, limits, n, the upper half, the rows in use."""
    scheme, parameters = plan.scheme, ParameterCells(plan.book.parameters)
    rule, years = scheme.classification, scheme.scope.new_firm_years
    put = _Values(board, plan)
    put.value("year", "评价年度", parameters.year(), f"参数表；结果按{plan.year}年计算")
    put.compare("year", f"{plan.value('year')}<>{plan.year}")
    same_scheme = parameters.scheme()
    if "scheme" in plan.values and same_scheme is not None:
        put.value("scheme", "方案", f'{parameters.named("scheme")}&""', "参数表；应与计算时相同")
        put.compare("scheme", f"NOT({same_scheme})")
    if years:
        limit = f"当年12月31日投产满{years}年（{scheme.scope.clause}）"
        year = plan.value("year")
        put.value("established", "最晚投产日期", f"DATE({year}-{years},12,31)", limit)
        put.value(
            "established_before", "上年最晚投产日期", f"DATE({year}-{years + 1},12,31)", limit
        )
    if scheme.bonus.cap is not None:
        board.put(plan.values["bonus_cap"], VALUE, scheme.bonus.cap)
        put.label("bonus_cap", "加分上限", f"方案（{scheme.bonus.clause}）")
    put.value("participants", "参评户数", f"COUNTIF({plan.firms.span('included')},1)", "n")
    proposed = plan.written_span(layout.CLASSES, "proposed")
    put.compare(
        "participants",
        f"{plan.value('participants')}<>"
        f'SUMPRODUCT(({proposed}<>"")*({proposed}<>{f.text(layout.NOT_EVALUATED)}))',
    )
    row = plan.values["upper"]
    share = rule.upper_share
    board.across(row, FIRST_FREE, {0: share.numerator, 1: share.denominator})
    parts = absolute(row, FIRST_FREE), absolute(row, FIRST_FREE + 1)
    put.value(
        "upper",
        f"{half_names(rule)['upper']}户数",
        f.share_of(*parts, plan.value("participants"), rule.upper_rounding),
        f"n × 右边的分数，{ROUNDING_NAMES[rule.upper_rounding]}（{rule.clause}）",
    )
    _put_row_counts(put, plan)


def _put_row_counts(put: _Values, plan: Plan) -> None:
    """Count the rows in use, so that a firm added or removed by hand shows."""
    book = plan.book
    current = book.current
    put.rows(
        "rows:current", layout.DATA, rows_below_header(current.placed, ("code", "name")),
        current.roster.size + passed_over(book.findings, "current", current.placed),
    )  # fmt: skip
    if book.previous is not None:
        placed = book.previous.placed
        put.rows(
            "rows:previous", layout.PREVIOUS, rows_below_header(placed, ("code", "name")),
            book.previous.roster.size + passed_over(book.findings, "previous", placed),
        )  # fmt: skip
    if book.adjustments is not None:
        put.rows(
            "rows:adjustments", layout.ADJUSTMENTS,
            rows_below_header(book.adjustments.placed, ("code", "name", "letter")),
            len(book.adjustments.adjustments),
        )  # fmt: skip
    for key, title in (("rows:scores", layout.SCORES), ("rows:classes", layout.CLASSES)):
        placed = Placed(book.sheets[title], book.outputs[title], ())
        put.rows(key, title, rows_below_header(placed, ("code", "name")), current.roster.size)


class _Values:
    """Writes single values: label, value, difference, remark."""

    def __init__(self, board: Board, plan: Plan) -> None:
        self.board, self.plan = board, plan

    def label(self, key: str, label: str, remark: str) -> None:
        row = self.plan.values[key]
        self.board.put(row, LABEL, label)
        self.board.put(row, REMARK, remark)

    def value(self, key: str, label: str, expression: str, remark: str) -> None:
        self.label(key, label, remark)
        self.board.formula(self.plan.values[key], VALUE, expression)

    def compare(self, key: str, difference: str) -> None:
        row = self.plan.values[key]
        self.board.formula(row, DIFFERENCE, f.count_differences([difference]))

    def rows(self, key: str, title: str, expression: str, expected: int) -> None:
        remark = f"有代码或名称的行，计算时为{expected}行"
        self.value(key, f"“{title}”的行数", expression, remark)
        self.compare(key, f"{self.plan.value(key)}<>{expected}")


def put_lists(board: Board, plan: Plan) -> None:
    """Write the lists of the scheme: excluded industries, bonus labels, classes with counts."""
    scheme = plan.scheme
    contents: dict[str, tuple[str, Sequence[str | float]]] = {
        "industries": ("不参评行业（代码开头）", list(scheme.scope.excluded_industries)),
        "labels": ("加分项", list(scheme.bonus.labels)),
        "label_points": ("加分项分值", [label.points for label in scheme.bonus.labels.values()]),
        "letters": ("分类", scheme.letters),
        "letters_proposed": ("重算户数", ()),
        "letters_written": ("结果表中户数", ()),
    }
    for key, row in plan.lists.items():
        label, values = contents[key]
        board.put(row, LABEL, label)
        board.across(row, FIRST_FREE, dict(enumerate(values)))
    counted = {
        "letters_proposed": plan.firms.span("proposed"),
        "letters_written": plan.written_span(layout.CLASSES, "proposed"),
    }
    for key, cells in counted.items():
        for k in range(len(scheme.letters)):
            letter = absolute(plan.lists["letters"], FIRST_FREE + k)
            board.formula(plan.lists[key], FIRST_FREE + k, f"SUMPRODUCT(--EXACT({cells},{letter}))")
    first, second = (list_range(plan, key) for key in counted)
    put = _Values(board, plan)
    put.value(
        "letters", "各类户数", f"SUM({first})", "重算的与结果表中的初步分类，逐类比较，见下面三行"
    )
    put.compare("letters", f"SUMPRODUCT(--({first}<>{second}))")


def list_range(plan: Plan, key: str) -> str:
    """Return the cells of a list."""
    scheme = plan.scheme
    count = {
        "industries": len(scheme.scope.excluded_industries),
        "labels": len(scheme.bonus.labels),
        "label_points": len(scheme.bonus.labels),
    }.get(key, len(scheme.letters))
    return row_range(plan.lists[key], FIRST_FREE, count)


def put_selections(board: Board, plan: Plan) -> None:
    """Write the quotas (R15): exact shares, the size of the half, how many were picked."""
    board.across(
        plan.selection_header,
        LABEL,
        {k: _SELECTION_HEADERS[key] for k, key in enumerate(SELECTION_COLUMNS)},
    )
    for selection in plan.scheme.classification.selections:
        _put_selection(board, plan, selection)


def _put_selection(board: Board, plan: Plan, s: Selection) -> None:
    row, rule = plan.selections[s.id], plan.scheme.classification

    def at(key: str) -> str:
        return plan.selection(s.id, key)

    places = plan.firms.span(f"pool_place:{s.id}")
    first = s.take == "first"
    criterion = f'"<="&{at("quota")}' if first else f'">"&{at("pool")}-{at("quota")}'
    written = plan.written_span(layout.CLASSES, "proposed")
    formulas = {
        "due": f.share_of(
            at("numerator"), at("denominator"), plan.value("participants"), s.rounding
        ),
        "pool": f"COUNT({plan.firms.span(f'pool:{s.id}')})",
        "quota": f"MIN({at('due')},{at('pool')})",
        "picked": f"COUNTIF({places},{criterion})",
        "written": "+".join(
            f"SUMPRODUCT(--EXACT({written},{f.text(letter)}))" for letter in s.letters
        ),
    }
    conditions = [f"{at('picked')}<>{at('quota')}"]
    if _alone(s, plan):
        conditions.append(f"{at('written')}<>{at('quota')}")
    formulas["difference"] = f.count_differences(conditions)
    for key, expression in formulas.items():
        board.formula(row, SELECTION_COLUMNS.index(key) + 1, expression)
    texts: dict[str, str | int] = {
        "name": f"{s.label}类",
        "half": half_names(rule)[s.half],
        "remark": f"n × {show_number(float(100 * s.share))}%，{ROUNDING_NAMES[s.rounding]}，"
        f"从{END_NAMES[s.take]}取（{s.clause}）",
        "numerator": s.share.numerator,
        "denominator": s.share.denominator,
    }
    for key, value in texts.items():
        board.put(row, SELECTION_COLUMNS.index(key) + 1, value)


def _alone(s: Selection, plan: Plan) -> bool:
    """Return whether no other rule gives one of the selection's letters."""
    rule = plan.scheme.classification
    others = {x for other in rule.selections if other is not s for x in other.letters}
    return not set(s.letters) & {rule.remainder, *others}


def put_indicators(board: Board, plan: Plan) -> None:
    """Write weights, both years' statistics and the baselines (R7 to R9)."""
    board.across(
        plan.indicator_header,
        LABEL,
        {k: _INDICATOR_HEADERS[key] for k, key in enumerate(INDICATOR_COLUMNS)},
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


def difference_range(plan: Plan, kind: str) -> str:
    """Return the column of differences of the small table of ``indicators`` or ``selections``."""
    rows = list((plan.indicators if kind == "indicators" else plan.selections).values())
    names = INDICATOR_COLUMNS if kind == "indicators" else SELECTION_COLUMNS
    column = names.index("difference") + 1
    return f"{absolute(rows[0], column)}:{absolute(rows[-1], column)}"


__all__ = [
    "column_of",
    "difference_range",
    "list_range",
    "put_indicators",
    "put_lists",
    "put_selections",
    "put_values",
]
