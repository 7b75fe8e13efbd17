"""Whether the results in a workbook follow from its inputs, cell by cell."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from openpyxl.utils import get_column_letter

from permu_xl.reports.verification.sorted_rows import Order, order_of
from permu_xl.workbook import Outcome, layout, result_content
from permu_xl.xlsx.cells import Block, Formula, Link, address
from permu_xl.xlsx.writing import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from permu_xl.engine import Evaluation
    from permu_xl.findings import Finding
    from permu_xl.workbook.reading import Book, OpenedWorkbook
    from permu_xl.workbook.record import Cells

__all__ = ["Compared", "Difference", "compare", "differences", "written_cells"]

TOLERANCE = 1e-9
"""Numbers that differ by no more than this, relative to the larger one or to 1, are the same."""

EXTRA, LACKING = "多出一条", "缺少一条"

_GRAVEST = (layout.CLASSES, layout.SCORES, layout.BASELINES)
"""The results, in the order in which they are told; the other tables are made from them."""

_LABELS = {
    layout.BASELINES: ("indicator",),
    layout.SCORES: ("name", "code"),
    layout.CLASSES: ("name", "code"),
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
        if self.item in (EXTRA, LACKING):
            place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
            return f"{place} {self.item}：{self.written or self.expected}。"
        who = f" {self.subject}" if self.subject else ""
        written = f"写的是“{self.written}”" if self.written else "是空的"
        expected = f"应为“{self.expected}”" if self.expected else "应为空"
        return f"{self.sheet}!{self.cell}{who} {self.item}：{written}，{expected}。"


def written_cells(opened: OpenedWorkbook) -> Cells:
    """Return what stands in the tables 基准值, 得分 and 分类结果, by title and column."""
    book = opened.book
    found: dict[str, dict[int, Sequence[Any]]] = {}
    for title in (layout.BASELINES, layout.SCORES, layout.CLASSES):
        at, grid = book.outputs[title], opened.grid(book.sheets[title])
        rows = range(at.first_row, len(grid.rows))
        found[title] = {
            column + 1: [grid.cell(row, column) for row in rows] for column in at.columns.values()
        }
    return found


class Compared(NamedTuple):
    """What differs, gravest first, and the titles of the tables whose rows were sorted."""

    differences: list[Difference]
    sorted_titles: list[str]


def differences(
    opened: OpenedWorkbook, evaluation: Evaluation, findings: Sequence[Finding] = ()
) -> list[Difference]:
    """Return every cell of the result sheets that a run on the same inputs would change.

    分类结果, 得分, 基准值, 汇总 and 分类变化 are compared, and 数据核查 where ``findings`` are
    given; 核验 proves itself.  Rounding errors are no differences, and neither is the order of the
    rows of 得分 and 分类结果.
    """
    return compare(opened, evaluation, findings).differences


def compare(
    opened: OpenedWorkbook, evaluation: Evaluation, findings: Sequence[Finding] = ()
) -> Compared:
    """Return what ``differences`` does, and which tables were sorted."""
    book = opened.book
    blocks, _ = result_content(Outcome(book, tuple(findings), evaluation))
    names = {title: name for title, name in book.sheets.items() if name in blocks}
    found: list[Difference] = []
    sorted_titles = []
    for title in (*(t for t in _GRAVEST if t in names), *(t for t in names if t not in _GRAVEST)):
        if title == layout.FINDINGS:
            if findings:
                found += _differing_findings(book, opened, blocks[names[title]][0])
            continue
        for block in blocks[names[title]]:
            order = _order(book, title, opened, block)
            if order.is_sorted:
                sorted_titles.append(title)
            found += _differing(book, title, opened, block, order)
    return Compared(found, sorted_titles)


def _order(book: Book, title: str, opened: OpenedWorkbook, block: Block) -> Order:
    """Return where the rows of a table stand: rows of firms are matched by code, else name."""
    grid = opened.grid(book.sheets[title])
    bottom = block.last_row or max(len(grid.rows), block.first_row + block.height - 1)
    size = bottom - block.first_row + 1
    if title not in (layout.SCORES, layout.CLASSES):
        return Order(range(size), False)
    code, name = (book.outputs[title].columns[key] for key in ("code", "name"))
    values = {column.number: column.values for column in block.columns}
    expected = [
        _text(values[code + 1][row]) or _text(values[name + 1][row]) for row in range(block.height)
    ]
    rows = range(block.first_row - 1, bottom)
    shown = [_text(grid.cell(row, code)) or _text(grid.cell(row, name)) for row in rows]
    return order_of(expected, shown)


def _differing(
    book: Book, title: str, opened: OpenedWorkbook, block: Block, order: Order
) -> Iterator[Difference]:
    """Yield the differences of one table, row by row."""
    name = book.sheets[title]
    grid = opened.grid(name)
    at = book.outputs.get(title)
    keys = {column + 1: key for key, column in at.columns.items()} if at else {}
    fields = layout.result_tables(book.scheme).get(title, ())
    wording = {field.key for field in fields if field.wording and field != layout.SERIAL}
    header_row = at.header_row if at else block.first_row - 2
    values = {column.number: column.values for column in block.columns}
    if order.is_sorted:
        # It numbers the rows of 原始数据, which stand in another order.
        values = {n: each for n, each in values.items() if keys.get(n) != layout.SERIAL.key}
    labelled = _LABELS.get(title, ()) if at else ()
    named = [at.columns[key] + 1 for key in labelled] if at and labelled else [min(values)]
    for row, standing in enumerate(order.places):
        labels = (values[column][row : row + 1] for column in named)
        subject = next((str(label[0]) for label in labels if label and label[0]), "")
        for column, wanted in sorted(values.items()):
            expected = wanted[row] if row < len(wanted) else None
            place = address(block.first_row - 1 + standing, column - 1)
            shown = grid.cell(block.first_row - 1 + standing, column - 1)
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
                key in wording,
            )


def _differing_findings(book: Book, opened: OpenedWorkbook, block: Block) -> Iterator[Difference]:
    """Yield what differs on 数据核查, whatever the order of its rows.

    A row that is about the same thing as one that is wanted is held against that, cell by cell.
    """
    at, name = book.outputs[layout.FINDINGS], book.sheets[layout.FINDINGS]
    grid = opened.grid(name)
    values = {column.number: column.values for column in block.columns}
    keys = [key for key, column in at.columns.items() if column + 1 in values]
    headers = {field.key: field.header for field in layout.finding_fields()}

    def difference(row: int, key: str, subject: str, item: str, shown: str, wanted: str) -> Any:
        place = address(row, at.columns[key]) if row >= 0 else ""
        return Difference(
            layout.FINDINGS, key, row + 1, name, place, subject, item, shown, wanted, True
        )

    wanted: dict[tuple[str, ...], deque[dict[str, str]]] = defaultdict(deque)
    for row in range(block.height):
        texts = {key: _text(values[at.columns[key] + 1][row]) for key in keys}
        wanted[_about(texts)].append(texts)
    extra = []
    for row in range(block.first_row - 1, len(grid.rows)):
        shown = {key: _text(grid.cell(row, at.columns[key])) for key in keys}
        if not any(shown.values()):
            continue
        alike = wanted[_about(shown)]
        if not alike:
            extra.append(difference(row, "level", "", EXTRA, _told(shown), ""))
            continue
        same = next((each for each in alike if each == shown), alike[0])
        alike.remove(same)
        for key in keys:
            if shown[key] != same[key]:
                subject = same["firm_name"] or same["item"]
                yield difference(row, key, subject, headers[key], shown[key], same[key])
    yield from extra
    for texts in chain.from_iterable(wanted.values()):
        yield difference(-1, "level", "", LACKING, "", _told(texts))


def _about(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return what a row of 数据核查 is about: its code, and where and whom it concerns."""
    return tuple(texts[key] for key in ("code", "sheet", "cell", "firm_code", "firm_name", "item"))


def _told(texts: Mapping[str, str]) -> str:
    keys = ("code", "sheet", "cell", "firm_name", "problem")
    return " ".join(filter(None, (texts[key] for key in keys)))


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
