"""Whether the results in a workbook follow from its inputs, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from openpyxl.utils import get_column_letter

from permu_xl.engine import Evaluation
from permu_xl.findings import Finding
from permu_xl.workbook import Outcome, layout, result_content
from permu_xl.workbook.reading import Book
from permu_xl.workbook.record import Cells
from permu_xl.xlsx import reading
from permu_xl.xlsx.cells import Block, Formula, Grid, Link, address
from permu_xl.xlsx.package import Package
from permu_xl.xlsx.writing import clean_text

__all__ = ["Difference", "Sheets", "differences", "written_cells"]

TOLERANCE = 1e-9
"""Numbers that differ by no more than this, relative to the larger one or to 1, are the same."""

_LABELS = {
    layout.BASELINES: ("indicator",),
    layout.SCORES: ("name", "code"),
    layout.CLASSES: ("name", "code"),
    layout.FINDINGS: ("firm_name", "item"),
}
"""Which columns say whose row it is."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that does not hold what a run would write.

    ``title`` and ``key`` are the table's and the column's name in the layout (``key`` is "" on
    汇总), ``row`` is 1-based; ``subject`` is the firm (or indicator) of the row, ``item`` the
    column's header; ``written`` and ``expected`` are the contents as shown, "" for an empty cell.
    ``wording``: a text that explains.
    """

    title: str
    key: str
    row: int
    sheet: str
    cell: str
    subject: str
    item: str
    written: str
    expected: str
    wording: bool

    @property
    def told(self) -> str:
        """The difference as a sentence."""
        who = f" {self.subject}" if self.subject else ""
        written = f"写的是“{self.written}”" if self.written else "是空的"
        expected = f"应为“{self.expected}”" if self.expected else "应为空"
        return f"{self.sheet}!{self.cell}{who} {self.item}：{written}，{expected}。"


class Sheets:
    """The sheets of a saved workbook with the values that its cells show."""

    def __init__(self, book: Book) -> None:
        """Open the book's file; BookError where it is no workbook."""
        self._package = Package.open(book.path)
        self.grid: Callable[[str], Grid] = cache(reading.Sheets(self._package).grid)


def written_cells(book: Book, sheets: Sheets) -> Cells:
    """Return what stands in the tables 基准值, 得分 and 分类结果, by title and column."""
    found: dict[str, dict[int, Sequence[Any]]] = {}
    for title in (layout.BASELINES, layout.SCORES, layout.CLASSES):
        at, grid = book.outputs[title], sheets.grid(book.sheets[title])
        rows = range(at.first_row, len(grid.rows))
        found[title] = {
            column + 1: [grid.cell(row, column) for row in rows] for column in at.columns.values()
        }
    return found


def differences(
    book: Book,
    evaluation: Evaluation,
    findings: Sequence[Finding] = (),
    sheets: Sheets | None = None,
) -> list[Difference]:
    """Return every cell of the result sheets that a run on the same inputs would change.

    基准值, 得分, 分类结果 and 汇总 are compared, and 数据核查 where ``findings`` are given; 核验
    proves itself.  ``book`` must have been read from a file.  Rounding errors are no differences.
    """
    opened = sheets or Sheets(book)
    blocks, _ = result_content(Outcome(book, tuple(findings), evaluation))
    titles = {name: title for title, name in book.sheets.items()}
    found: list[Difference] = []
    for name, written in blocks.items():
        if titles[name] == layout.FINDINGS and not findings:
            continue
        for block in written:
            found += _differing(book, titles[name], opened, name, block)
    return found


def _differing(
    book: Book, title: str, sheets: Sheets, name: str, block: Block
) -> Iterator[Difference]:
    """Yield the differences of one table, row by row."""
    grid = sheets.grid(name)
    at = book.outputs.get(title)
    keys = {column + 1: key for key, column in at.columns.items()} if at else {}
    fields = layout.result_tables(book.scheme).get(title, ())
    wording = {field.key for field in fields if field.wording and field != layout.SERIAL}
    header_row = at.header_row if at else block.first_row - 2
    values = {column.number: column.values for column in block.columns}
    named = [at.columns[key] + 1 for key in _LABELS[title]] if at else [min(values)]
    bottom = block.last_row or max(len(grid.rows), block.first_row + block.height - 1)
    for row in range(bottom - block.first_row + 1):
        labels = (values[column][row : row + 1] for column in named)
        subject = next((str(label[0]) for label in labels if label and label[0]), "")
        for column, wanted in sorted(values.items()):
            expected = wanted[row] if row < len(wanted) else None
            place = address(block.first_row - 1 + row, column - 1)
            shown = grid.cell(block.first_row - 1 + row, column - 1)
            doubt = grid.doubtful.get(place)
            if isinstance(expected, Formula) or (doubt is None and _same(shown, expected)):
                continue
            header, key = grid.cell(header_row, column - 1), keys.get(column, "")
            yield Difference(
                title,
                key,
                block.first_row + row,
                name,
                place,
                subject,
                str(header) or f"{get_column_letter(column)}列",
                doubt or _text(shown),
                _text(expected),
                title == layout.FINDINGS or key in wording,
            )


def _same(shown: Any, expected: Any) -> bool:
    """Return whether a cell holds a value.

    >>> _same("", float("nan")), _same(71.3, 71.3 + 1e-12), _same(71.3, 71.31), _same("7", 7)
    (True, True, False, False)
    """
    a, b = _bare(shown), _bare(expected)
    numbers = [isinstance(x, (int, float)) and not isinstance(x, bool) for x in (a, b)]
    if all(numbers):
        return bool(abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b)))
    return type(a) is type(b) and bool(a == b)


def _bare(value: Any) -> Any:
    """Return a value without what a file does not keep; None for an empty cell."""
    if isinstance(value, Link):
        value = value.text
    if isinstance(value, str):
        return clean_text(value).replace("\r\n", "\n").replace("\r", "\n") or None
    return None if value is None or value != value else value


def _text(value: Any) -> str:
    bare = _bare(value)
    if bare is None:
        return ""
    if isinstance(bare, bool):
        return str(bare).upper()
    return f"{bare:.12g}" if isinstance(bare, (int, float)) else str(bare)
