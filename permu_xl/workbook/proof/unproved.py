"""What plain formulas do not recompute: then 核验 says so, and ``verify`` is what proves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import layout

if TYPE_CHECKING:
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
    if evaluation.scheme.joint is not None:
        return "方案有合并评价的企业，公式不能重算，未生成核验；请用 permu-xl verify 核对"
    return ""
