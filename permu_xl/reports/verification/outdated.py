"""What it means for other reports that a workbook's results are not those of its inputs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding, has_errors
from permu_xl.reports.verification.compare_results import (
    Difference,
    differences,
    written_cells,
)
from permu_xl.workbook import Outcome, layout
from permu_xl.xlsx.cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.engine import Evaluation
    from permu_xl.workbook.reading import Book, OpenedWorkbook

__all__ = ["CHANGED", "NEVER_RUN", "outdated_note", "stale"]

NEVER_RUN, CHANGED = "E703", "E704"
"""The codes of the errors about a workbook without results, and about a firm's other results."""

_DECIDING = (layout.BASELINES, layout.SCORES, layout.CLASSES)
"""The tables whose figures and classes are the results; the others are made from them."""


def stale(outcome: Outcome, found: Sequence[Difference], opened: OpenedWorkbook) -> list[Finding]:
    """Return what follows from ``found``, the differences that ``verify`` finds.

    A workbook that nobody has run gets one error.  Otherwise there is an error for each firm (or
    indicator) and sheet whose figures or classes differ; where none does, a warning for each
    sheet whose explaining texts or sums differ.  Without an evaluation there is nothing to say.
    """
    book, e = outcome.book, outcome.evaluation
    if e is None:
        return []
    empty = _never_run(opened)
    if empty is not None:
        return [empty]
    # What other figures follow from comes first.
    ordered = sorted(found, key=_place)
    firms, items = _firms(book), _items(book)
    errors = [
        _changed(book, e, list(row), firms.get(place), items)
        for place, row in groupby(filter(_decides, ordered), key=lambda d: (d.title, d.row))
    ]
    return errors or [
        _remark(book, list(rest)) for _, rest in groupby(ordered, key=lambda d: d.title)
    ]


def outdated_note(opened: OpenedWorkbook, outcome: Outcome) -> str:
    """Return the sentence for reports that compute anew from the inputs of a saved workbook.

    "" where its results are those of its inputs.  A workbook nobody has run is told of as well.
    """
    book, e = outcome.book, outcome.evaluation
    if e is None or not {layout.SCORES, layout.CLASSES} <= set(book.outputs):
        return ""
    found = stale(outcome, differences(opened, e), opened)
    if not has_errors(found):
        return ""
    first = found[0]
    if first.code == NEVER_RUN:
        return "工作簿还没有评价结果，这里按现在的输入数据计算。"
    who = f"{first.who}的" if first.who else ""
    more = f"，共{len(found)}处" if len(found) > 1 else ""
    return (
        f"工作簿里的结果比输入数据旧（{who}{first.problem}{more}），"
        "这里按现在的输入数据计算；请先重新评价。"
    )


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


def _place(d: Difference) -> int:
    return _DECIDING.index(d.title) if d.title in _DECIDING else len(_DECIDING)


def _decides(d: Difference) -> bool:
    return d.title in _DECIDING and not d.wording


def _never_run(opened: OpenedWorkbook) -> Finding | None:
    book, written = opened.book, written_cells(opened)
    for title in (layout.SCORES, layout.CLASSES):
        if all(is_blank(cell) for column in written[title].values() for cell in column):
            sheet, file = book.sheets[title], book.path.name
            return Finding.of(NEVER_RUN, At("current", item="评价结果", sheet=sheet, file=file))
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
    at = At(
        "current",
        firm,
        item=item,
        value=first.written,
        firm_code="" if firm is None else str(e.roster.codes[firm]),
        firm_name="" if firm is None else str(e.roster.names[firm]),
        sheet=first.sheet,
        cell=first.cell,
        file=book.path.name,
    )
    return Finding.of(
        CHANGED,
        at,
        case="several" if len(row) > 1 else "",
        written=first.written or "空",
        expected=expected,
        others=len(row) - 1,
    )


def _remark(book: Book, found: Sequence[Difference]) -> Finding:
    first = found[0]
    at = At(
        "current",
        item=first.item,
        value=first.written,
        sheet=first.sheet,
        cell=first.cell,
        file=book.path.name,
    )
    return Finding.of(
        "W714", at, case="wording" if all(d.wording for d in found) else "", count=len(found)
    )
