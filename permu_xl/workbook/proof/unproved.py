"""What plain formulas do not recompute: then 核验 says so, and ``verify`` is what proves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine import Evaluation
    from permu_xl.workbook.reading import Book

__all__ = ["unproved"]


def unproved(book: Book, evaluation: Evaluation) -> str:
    """Return why this workbook has no recomputation by formulas; "" where it has one."""
    sizes = [book.current.roster.size]
    if book.previous is not None:
        sizes.append(book.previous.roster.size)
    if max(sizes) > layout.PROOF_LIMIT:
        return f"企业超过{layout.PROOF_LIMIT}户，未生成核验"
    reasons = "、".join(_pieces(evaluation))
    return f"有{reasons}，公式不能重算，未生成核验；请用 permu-xl verify 核对" if reasons else ""


def _pieces(e: Evaluation) -> Iterator[str]:
    scheme = e.scheme
    if scheme.joint is not None:
        yield "合并评价的企业"
    if scheme.sums:
        yield "相加、折算的数"
    if scheme.scope.limits:
        yield "按数值定的参评范围"
    if any(i.growth for i in scheme.indicators):
        yield "增长率指标"
    if any(i.spans for i in scheme.indicators):
        yield "极差计分"
    if any(i.baseline.method in ("median", "min") for i in scheme.indicators):
        yield "中位数、最低值基准"
    if any(i.baseline.years > 1 for i in scheme.indicators):
        yield "几年平均的基准"
