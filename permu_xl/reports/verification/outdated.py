"""What it means for other reports that a workbook's results are not those of its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from permu_xl.engine import Evaluation
from permu_xl.findings import Finding, Level
from permu_xl.reports.verification.compare_results import Difference, Sheets, written_cells
from permu_xl.workbook import Outcome, layout
from permu_xl.workbook.reading import Book
from permu_xl.xlsx.cells import is_blank

__all__ = ["CHANGED", "NEVER_RUN", "stale"]

NEVER_RUN, CHANGED = "E703", "E704"
"""The codes of the errors about a workbook without results, and about a firm's other results."""

_DECIDING = (layout.BASELINES, layout.SCORES, layout.CLASSES)
"""The tables whose figures and classes are the results; the others are made from them."""


def stale(outcome: Outcome, differences: Sequence[Difference], sheets: Sheets) -> list[Finding]:
    """Return what follows from the differences that ``verify`` finds.

    A workbook that nobody has run gets one error.  Otherwise there is an error for each firm (or
    indicator) and sheet whose figures or classes differ; where none does, a warning for each
    sheet whose explaining texts or sums differ.  Without an evaluation there is nothing to say.
    """
    book, e = outcome.book, outcome.evaluation
    if e is None:
        return []
    empty = _never_run(book, sheets)
    if empty is not None:
        return [empty]
    firms, items = _firms(book), _items(book)
    errors = [
        _changed(book, e, list(row), firms.get(place), items)
        for place, row in groupby(filter(_decides, differences), key=lambda d: (d.title, d.row))
    ]
    return errors or [
        _remark(book, list(rest)) for _, rest in groupby(differences, key=lambda d: d.title)
    ]


def _firms(book: Book) -> dict[tuple[str, int], int]:
    """Return the firm by title and row of the tables that are aligned with 原始数据."""
    placed = book.current.placed
    return {
        (title, row - placed.first_row + book.outputs[title].first_row + 1): firm
        for title in (layout.SCORES, layout.CLASSES)
        for firm, row in enumerate(placed.rows)
    }


def _items(book: Book) -> dict[tuple[str, str], str]:
    """Return the names of the columns by title and key."""
    fields = {
        layout.BASELINES: layout.baseline_fields(),
        layout.SCORES: layout.score_fields(book.scheme),
        layout.CLASSES: layout.class_fields(book.scheme),
    }
    return {(title, f.key): f.name for title, each in fields.items() for f in each}


def _decides(d: Difference) -> bool:
    return d.title in _DECIDING and not d.wording


def _never_run(book: Book, sheets: Sheets) -> Finding | None:
    written = written_cells(book, sheets)
    for title in (layout.SCORES, layout.CLASSES):
        if all(is_blank(cell) for column in written[title].values() for cell in column):
            return Finding(
                Level.ERROR, NEVER_RUN, "current", None, "", "评价结果", "", "这张表还没有评价结果",
                "先用 permu-xl run 评价", sheet=book.sheets[title], file=book.path.name,
            )  # fmt: skip
    return None


def _changed(
    book: Book,
    e: Evaluation,
    row: Sequence[Difference],
    firm: int | None,
    items: Mapping[tuple[str, str], str],
) -> Finding:
    first = row[0]
    item, expected = items[first.title, first.key], first.expected or "空"
    if first.title == layout.BASELINES:
        item = f"{first.subject}的{item}"
    elif firm is None:
        # What is read of a row without a firm belongs to nobody any more.
        expected = "空（原始数据的这一行没有企业）"
    others = f"，这一行另有{len(row) - 1}处不一致" if len(row) > 1 else ""
    return Finding(
        Level.ERROR, CHANGED, "current", firm, "", item, first.written,
        f"{item}写的是{first.written or '空'}，按输入数据重新计算是{expected}{others}",
        "结果不是最新的，或者被手工改过；请用 permu-xl run 重新评价",
        firm_code="" if firm is None else str(e.roster.codes[firm]),
        firm_name="" if firm is None else str(e.roster.names[firm]),
        sheet=first.sheet, cell=first.cell, file=book.path.name,
    )  # fmt: skip


def _remark(book: Book, found: Sequence[Difference]) -> Finding:
    first = found[0]
    what = "说明文字" if all(d.wording for d in found) else "内容"
    return Finding(
        Level.WARNING, "W714", "current", None, "", first.item, first.written,
        f"有{len(found)}格{what}与按输入数据重新计算的不同，得分和分类没有不同",
        "不影响汇总；由该区用 permu-xl verify 查看，用 permu-xl run 重新评价后更新",
        sheet=first.sheet, cell=first.cell, file=book.path.name,
    )  # fmt: skip
