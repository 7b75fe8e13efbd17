"""Single values and lists of the recomputation: year, limits, n, rows in use, classes counted."""

from __future__ import annotations

from collections.abc import Sequence

from permu_xl.book import layout
from permu_xl.book import proof_formulas as f
from permu_xl.book.model import Placed
from permu_xl.book.proof_board import Board, absolute, row_range
from permu_xl.book.proof_inputs import ParameterCells, passed_over, rows_below_header
from permu_xl.book.proof_plan import DIFFERENCE, FIRST_FREE, LABEL, REMARK, VALUE, Plan
from permu_xl.engine.classify import half_names
from permu_xl.engine.explain import ROUNDING_NAMES

__all__ = ["list_range", "put_lists", "put_values"]


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
