"""Find the sheets 汇总 and 核验, whose tables are written where they stand, or say why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from permu_xl.workbook import layout
from permu_xl.xlsx.cells import get_column_letter

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme
    from permu_xl.workbook.layout import SummaryTable

__all__ = [
    "TOTAL",
    "find_move_table",
    "find_summary",
    "looks_like",
    "proof_problem",
    "summary_labels",
]

TOTAL = "合计"

Rows = Sequence[Sequence[Any]]


def summary_labels(table: SummaryTable, scheme: Scheme) -> list[tuple[str, ...]]:
    """Return the fixed texts at the beginning of each row of a table on 汇总."""
    match table.key:
        case "classes":
            return [(text,) for text in (*scheme.letters, layout.NOT_EVALUATED, TOTAL)]
        case "bins":
            return [(text,) for text in layout.bin_labels()]
        case "indicators":
            return [(i.named(group), i.unit) for i, group in scheme.baseline_rows]
    return []


def find_summary(rows: Rows, scheme: Scheme) -> tuple[dict[str, SummaryTable], str]:
    """Return the tables of 汇总 where they stand now, and what is wrong ("" for nothing).

    They may have been moved as a whole, by rows or columns put in beside them, not pulled apart.
    """
    found: dict[str, SummaryTable] = {}
    for key, table in layout.summary_tables(scheme).items():
        place = _find(rows, table)
        if place is None:
            return {}, f"找不到表“{table.title}”的表头（{'、'.join(table.headers)}）"
        moved = replace(table, header_row=place[0], first_column=place[1])
        for row, labels in enumerate(summary_labels(table, scheme), place[0] + 1):
            text = _text(rows, row, place[1])
            if text not in ("", labels[0]):
                return {}, f"{_address(row, place[1])}应是“{labels[0]}”，现在是“{text}”"
        found[key] = moved
    return found, ""


def find_move_table(rows: Rows, scheme: Scheme) -> SummaryTable | None:
    """Return the matrix of 分类变化 where it stands now; None where it is not whole."""
    table = layout.move_table(scheme)
    place = _find(rows, table)
    if place is None:
        return None
    labels = layout.move_labels(scheme)
    texts = [_text(rows, row, place[1]) for row in range(place[0] + 1, place[0] + 1 + len(labels))]
    if any(text not in ("", label) for text, label in zip(texts, labels, strict=True)):
        return None
    return replace(table, header_row=place[0], first_column=place[1])


def proof_problem(rows: Rows) -> str:
    """Return what is wrong with the layout of 核验, "" for nothing."""
    places = {
        (layout.HEADER_ROW, column): text for column, text in enumerate(layout.PROOF_HEADERS, 1)
    }
    for name, title in layout.PROOF_TESTS.items():
        places[layout.proof_cell(name)[0], 1] = title
    for (row, column), expected in places.items():
        text = _text(rows, row, column)
        if text != expected:
            return f"{_address(row, column)}应是“{expected}”，现在是“{text}”"
    return ""


def looks_like(rows: Rows, title: str, scheme: Scheme) -> bool:
    """Return whether a sheet of another name is 汇总 or 核验."""
    wrong = find_summary(rows, scheme)[1] if title == layout.SUMMARY else proof_problem(rows)
    return not wrong


def _find(rows: Rows, table: SummaryTable) -> tuple[int, int] | None:
    """Return row and column (1-based) of a table's header, in its own place if it is there."""
    if _is_header(rows, table.header_row, table.first_column, table.headers):
        return table.header_row, table.first_column
    for row, cells in enumerate(rows, 1):
        for column in range(1, len(cells) + 1):
            if _is_header(rows, row, column, table.headers):
                return row, column
    return None


def _is_header(rows: Rows, row: int, column: int, headers: Sequence[str]) -> bool:
    return all(
        _text(rows, row, each) == header for each, header in enumerate(headers, start=column)
    )


def _text(rows: Rows, row: int, column: int) -> str:
    """Return what a cell holds, as text without what is typed around it by mistake."""
    if row > len(rows) or column > len(rows[row - 1]):
        return ""
    value = rows[row - 1][column - 1]
    return "" if value is None else str(value).strip()


def _address(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"
