"""The quotas of the recomputation: exact shares of n, the halves, how many were picked (R15)."""

from __future__ import annotations

from permu_xl.book import layout
from permu_xl.book import proof_formulas as f
from permu_xl.book.proof_board import Board
from permu_xl.book.proof_plan import LABEL, SELECTION_COLUMNS, Plan
from permu_xl.engine.classify import half_names
from permu_xl.engine.explain import END_NAMES, ROUNDING_NAMES
from permu_xl.engine.findings import show_number
from permu_xl.engine.scheme import Selection

__all__ = ["put_selections"]

_HEADERS = {
    "name": "名单", "difference": "不一致数", "half": "半区", "remark": "说明",
    "numerator": "比例分子", "denominator": "比例分母", "due": "应取户数", "pool": "半区户数",
    "quota": "名额", "picked": "重算入选户数", "written": "结果表中户数",
}  # fmt: skip


def put_selections(board: Board, plan: Plan) -> None:
    """Write the quotas (R15): exact shares, the size of the half, how many were picked."""
    board.across(
        plan.selection_header,
        LABEL,
        {k: _HEADERS[key] for k, key in enumerate(SELECTION_COLUMNS)},
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
