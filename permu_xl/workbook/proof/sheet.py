"""The sheet 核验: plain formulas that recompute the results from the input sheets and compare.

Nothing of the program is in them, so that an auditor can follow every step in a spreadsheet program
(``docs/formulas.md`` says in which ones it was tried).  They have no cached values.
Each check has a defined name ``test_*`` that must be TRUE; it becomes FALSE when a result, or an
input that matters to it, is changed by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof.board import Board, absolute
from permu_xl.workbook.proof.explanations import explanations
from permu_xl.workbook.proof.firms import put_decisions, put_firms, put_previous
from permu_xl.workbook.proof.lifting import lifts
from permu_xl.workbook.proof.planning import ROW_CHECKS, make_plan
from permu_xl.workbook.proof.tables import (
    put_indicators,
    put_lists,
    put_quotas,
    put_units,
    put_values,
)
from permu_xl.workbook.proof.unproved import unproved
from permu_xl.xlsx.cells import Block, Column, Formula, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine import Evaluation
    from permu_xl.workbook.proof.plan import Plan
    from permu_xl.workbook.reading import Book

__all__ = ["proof_blocks"]

_ALL = "test_all"
_COUNT_COLUMN = layout.PROOF_RESULT_COLUMN - 1
_REMARK_COLUMN = layout.PROOF_RESULT_COLUMN + 1
_FAILED = "出错"
_HEADING = (
    "重新计算：全部是普通公式，取数于“参数”“原始数据”“上年数据”“分类调整”；"
    "各行“不一致数”不为0的，就是与结果表对不上的地方。"
)


def proof_blocks(book: Book, evaluation: Evaluation) -> list[Block]:
    """Return the content of 核验: the checks at their fixed cells, the recomputation below."""
    if reason := unproved(book, evaluation):
        return [_refusal(reason), *Board().blocks(layout.PROOF_BODY_ROW)]
    plan = make_plan(book, evaluation)
    board = Board()
    board.put(layout.PROOF_BODY_ROW, 1, _HEADING)
    put_values(board, plan)
    put_lists(board, plan)
    put_units(board, plan)
    put_quotas(board, plan)
    put_indicators(board, plan)
    put_firms(board, plan, evaluation)
    put_previous(board, plan)
    put_decisions(board, plan)
    return [_checks(plan), *board.blocks(layout.PROOF_BODY_ROW)]


def _refusal(reason: str) -> Block:
    count = len(layout.PROOF_TESTS)
    return _check_block([None] * count, [reason] * count, [None] * count)


def _checks(plan: Plan) -> Block:
    """Return the rows of the checks: differences, TRUE or FALSE, what is recomputed."""
    counts: list[Value] = []
    results: list[Value] = []
    sums = _sums(plan)
    first, last = (layout.proof_cell(name)[0] for name in (next(iter(sums)), list(sums)[-1]))
    for name in layout.PROOF_TESTS:
        row, column = layout.proof_cell(name)
        if name == _ALL:
            above = [f"{absolute(first, c)}:{absolute(last, c)}" for c in (_COUNT_COLUMN, column)]
            counts.append(_formula(f"SUM({above[0]})"))
            # 1=1 is TRUE: a word that not every program can read, and a text is not equal to it.
            results.append(_formula(f"{f.count_where(f'{above[1]}=(1=1)')}={len(sums)}"))
        else:
            counts.append(_formula(f"IFERROR({'+'.join(sums[name])},{f.text(_FAILED)})"))
            results.append(_formula(f"{absolute(row, _COUNT_COLUMN)}=0"))
    remarks = explanations(plan.scheme)
    return _check_block(counts, results, [remarks[name] for name in layout.PROOF_TESTS])


def _formula(expression: str) -> Formula:
    return Formula(expression, lifts(expression))


def _check_block(
    counts: Sequence[Value], results: Sequence[Value], remarks: Sequence[Value]
) -> Block:
    rows = [layout.proof_cell(name)[0] for name in layout.PROOF_TESTS]
    return Block(
        first_row=rows[0],
        columns=[
            Column(_COUNT_COLUMN, counts),
            Column(layout.PROOF_RESULT_COLUMN, results),
            Column(_REMARK_COLUMN, remarks),
        ],
        last_row=rows[-1],
        template_row=False,
    )


def _sums(plan: Plan) -> dict[str, list[str]]:
    """Return for each check the counts of differences that it adds up."""
    sums: dict[str, list[str]] = {name: [] for name in layout.PROOF_TESTS if name != _ALL}
    for name in ROW_CHECKS:
        sums[name].append(f"SUM({plan.firms.span(name)})")

    def add(name: str, *keys: str) -> None:
        sums[name] += [plan.difference(key) for key in keys if key in plan.values]

    add("test_identity", "rows:current", "rows:scores", "rows:classes")
    add("test_participation", "year", "scheme", "participants")
    add("test_baselines", "rows:previous")
    add("test_quotas", "participants", "ranked", "letters")
    add("test_final", "rows:adjustments")
    for name, grid in (
        ("test_baselines", plan.indicators),
        ("test_quotas", plan.units),
        ("test_quotas", plan.quotas),
    ):
        if grid.rows:
            sums[name].append(f"SUM({grid.span('difference')})")
    if plan.previous is not None:
        # An unreadable figure would only drop its firm from the totals.
        keys = list(plan.previous.columns)
        sums["test_baselines"].append(f.errors_in(plan.previous.span(keys[0], keys[-1])))
    if plan.decisions is not None:
        keys = list(plan.decisions.columns)
        sums["test_final"].append(f.errors_in(plan.decisions.span(keys[0], keys[-1])))
        sums["test_final"].append(f"SUM({plan.decisions.span('repeated')})")
    return sums
