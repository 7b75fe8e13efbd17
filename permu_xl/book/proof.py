"""The sheet 核验: plain formulas that recompute the results from the input sheets and compare.

Nothing of the program is in them, so that an auditor can follow every step in any spreadsheet.
Each check has a defined name ``test_*`` that must be TRUE; it becomes FALSE when a result, or an
input that matters to it, is changed by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from permu_xl.book import layout
from permu_xl.book import proof_formulas as f
from permu_xl.book.blocks import Block, Column, Formula, Value
from permu_xl.book.model import Book
from permu_xl.book.proof_baselines import put_indicators
from permu_xl.book.proof_board import Board, absolute
from permu_xl.book.proof_decisions import put_decisions
from permu_xl.book.proof_firms import put_firms
from permu_xl.book.proof_plan import ROW_CHECKS, Plan, make_plan
from permu_xl.book.proof_quotas import put_selections
from permu_xl.book.proof_rows import put_previous
from permu_xl.book.proof_values import put_lists, put_values
from permu_xl.engine.evaluate import Evaluation
from permu_xl.engine.findings import show_number
from permu_xl.engine.scheme import Scheme

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
    sizes = [book.current.roster.size]
    if book.previous is not None:
        sizes.append(book.previous.roster.size)
    if max(sizes) > layout.PROOF_LIMIT:
        return [_refusal(), *Board().blocks(layout.PROOF_BODY_ROW)]
    plan = make_plan(book, evaluation)
    board = Board()
    board.put(layout.PROOF_BODY_ROW, 1, _HEADING)
    put_values(board, plan)
    put_lists(board, plan)
    put_selections(board, plan)
    put_indicators(board, plan)
    put_firms(board, plan, evaluation)
    put_previous(board, plan)
    put_decisions(board, plan)
    return [_checks(plan), *board.blocks(layout.PROOF_BODY_ROW)]


def _refusal() -> Block:
    text = f"企业超过{layout.PROOF_LIMIT}户，未生成核验"
    count = len(layout.PROOF_TESTS)
    return _check_block([None] * count, [text] * count, [None] * count)


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
            counts.append(Formula(f"SUM({above[0]})"))
            results.append(Formula(f"COUNTIF({above[1]},TRUE)={len(sums)}"))
        else:
            counts.append(Formula(f"IFERROR({'+'.join(sums[name])},{f.text(_FAILED)})"))
            results.append(Formula(f"{absolute(row, _COUNT_COLUMN)}=0"))
    explanations = _explanations(plan.scheme)
    return _check_block(counts, results, [explanations[name] for name in layout.PROOF_TESTS])


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
    add("test_quotas", "participants", "letters")
    add("test_final", "rows:adjustments")
    sums["test_baselines"].append(f"SUM({plan.differences(plan.indicators)})")
    sums["test_quotas"].append(f"SUM({plan.differences(plan.selections)})")
    if plan.previous is not None:
        # An unreadable figure would only drop its firm from the totals.
        keys = list(plan.previous.columns)
        sums["test_baselines"].append(f.errors_in(plan.previous.span(keys[0], keys[-1])))
    if plan.decisions is not None:
        keys = list(plan.decisions.columns)
        sums["test_final"].append(f.errors_in(plan.decisions.span(keys[0], keys[-1])))
        sums["test_final"].append(f"SUM({plan.decisions.span('repeated')})")
    return sums


def _clauses(clauses: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(clauses))


def _explanations(scheme: Scheme) -> dict[str, str]:
    """Return what each check recomputes and by which clause."""
    rule, indicators = scheme.classification, scheme.indicators
    caps = "或".join(dict.fromkeys(show_number(i.cap) for i in indicators))
    decimals = scheme.score_decimals
    rounded = "不取整" if decimals is None else f"四舍五入到{decimals}位小数"
    selections = _clauses(s.clause for s in rule.selections)
    classes = _clauses((*(s.clause for s in rule.selections), rule.remainder_clause))
    baselines = _clauses(i.baseline.clause for i in indicators)
    return {
        "test_identity": "逐行比较“原始数据”与“得分”“分类结果”的代码和名称；"
        "表中行数应与计算时相同。",
        "test_participation": "由行业代码、投产日期、评价年度和“是否参评”重新判断，"
        f"与“不参评”对照；评价年度和方案应与计算时相同（{scheme.scope.clause}）。",
        "test_baselines": "由“上年数据”（或本年）参评企业重算合计、总量法、企业均值、最高值，"
        f"按“参数”的基准方法取数，与“基准值”对照（{baselines}）。",
        "test_indicators": "分子 ÷ 分母 × 换算系数；分子空白、分母空白或不大于0的为空白"
        f"（{_clauses(i.clause for i in indicators)}）。",
        "test_scores": f"指标值 ÷ 基准值 × 权重，不低于0，不高于权重的{caps}倍，"
        f"{rounded}（{_clauses(i.score_clause for i in indicators)}）。",
        "test_totals": "各项得分相加为合计，加上“加分”与加分项得分为总分"
        + ("" if scheme.bonus.cap is None else f"，加分最多{show_number(scheme.bonus.cap)}分")
        + f"（{scheme.bonus.clause}）。",
        "test_ranks": "比本户总分高的户数加1；同分同名次。",
        "test_halves": "按总分（同分的依次按排序分、代码）排出次序，"
        f"再按参评户数的{show_number(float(100 * rule.upper_share))}%划线（{rule.clause}）。",
        "test_keys": f"各名单所依据的几项得分之和（{selections}）。",
        "test_quotas": f"名额由参评户数按整数重算，与结果表中各类户数对照（{selections}）。",
        "test_classes": "各半区内按排序分（同分的依次按总分、代码）取名额，其余归"
        f"{rule.remainder}类（{classes}）。",
        "test_final": "初步分类加上“分类调整”：先按代码、没有代码按名称找到企业。",
        "test_all": "以上各项全部为TRUE。",
    }
