"""The workbook that is open in Excel, through xlwings: sheets written as whole blocks, copies.

Everything here works on xlwings' ``Book``, ``Sheet`` and ``Range``; nothing imports xlwings.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from itertools import groupby
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from permu_xl.errors import FileAccessError
from permu_xl.tasks import unwritable
from permu_xl.workbook.layout import OUR_FUNCTIONS
from permu_xl.xlsx.cells import Area, Block, Column, Formula, Link, Piece, Value, last_row, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "add_hidden_sheet",
    "book_path",
    "quiet",
    "retarget_charts",
    "store_copy",
    "write_blocks",
]

_VERY_HIDDEN = 2  # xlSheetVeryHidden
_ZIP = b"PK"
_REFERENCE = re.compile(r"('(?:[^']|'')+'|[^'!(),=]+)!(\$[A-Z]+\$\d+(?::\$[A-Z]+\$\d+)?)")


@contextmanager
def quiet(app: Any) -> Iterator[None]:
    """Keep Excel from calculating and drawing meanwhile; whatever happens, restore both."""
    calculation, updating = app.calculation, app.screen_updating
    try:
        app.screen_updating = False
        app.calculation = "manual"
        yield
    finally:
        # One that cannot be restored must not keep the others from it.
        for name, value in (
            ("calculation", calculation),
            ("screen_updating", updating),
            ("status_bar", False),
        ):
            with suppress(Exception):
                setattr(app, name, value)


def book_path(book: Any) -> Path:
    """Return where a workbook is; only its name where that cannot be found out (OneDrive)."""
    try:
        return Path(book.fullname)
    except Exception:
        # xlwings looks for the local copy of a synchronised file, and fails where it knows none.
        return Path(book.name)


def store_copy(book: Any, copy: Path) -> None:
    """Write what a workbook shows now to another file of its kind; the workbook stays as it is."""
    try:
        book.api.SaveCopyAs(str(copy))
    except Exception as error:
        # Only Excel knows what its exceptions mean; the usual reason is a full disk.
        raise FileAccessError(
            f"Excel 没能在 {copy.parent.parent} 写下工作簿的副本，"
            "请核对磁盘空间和文件夹的写入权限，也没有正在编辑的格子，再试一次。"
        ) from error
    with copy.open("rb") as file:
        begins = file.read(len(_ZIP))
    if begins != _ZIP:
        raise FileAccessError(
            f"Excel 在 {copy.parent.parent} 存下的副本被改成了别的格式，多半是单位的文档加密软件，"
            "本程序读不了；请先解密、另存到不加密的文件夹，"
            "或请信息人员把本程序的 Python 列为信任程序。"
        )


def write_blocks(book: Any, blocks: Mapping[str, Sequence[Block]]) -> None:
    """Write blocks into the sheets that are named; cells with formulas of ours keep them."""
    for name, written in blocks.items():
        sheet = book.sheets[name]
        try:
            for block in written:
                _write(sheet, block)
        except Exception as error:
            raise unwritable(name) from error


def add_hidden_sheet(book: Any, name: str) -> bool:
    """Add a sheet that no menu of Excel shows; False where the workbook does not let it."""
    try:
        active = book.sheets.active
        made = book.sheets.add(name, after=list(book.sheets)[-1])
        active.activate()
        made.api.Visible = _VERY_HIDDEN
    except Exception:
        # The record is not worth losing the results for; the user is told.
        return False
    return True


def retarget_charts(book: Any, name: str, points: Block) -> bool:
    """Let the charts of a sheet follow the table behind them; return whether all of them did.

    Meant are references into the table's columns that begin at its first row.
    """
    done = True
    for chart in book.sheets[name].charts:
        try:
            series = chart.api[1].SeriesCollection()
            for number in range(1, series.Count + 1):
                each = series.Item(number)
                before = each.Formula
                after = _retargeted(before, name, points)
                if after != before:
                    each.Formula = after
        except Exception:
            # A chart is not worth losing the results for.
            done = False
    return done


def _retargeted(formula: str, sheet: str, points: Block) -> str:
    """Return a SERIES formula whose references reach to the last row of the table.

    >>> points = Block(5, (Column(1, [1, 2]), Column(2, [3, 4])))
    >>> _retargeted("=SERIES('a b'!$B$4,'a b'!$A$5:$A$9,'a b'!$B$5:$B$9,1)", "a b", points)
    "=SERIES('a b'!$B$4,'a b'!$A$5:$A$6,'a b'!$B$5:$B$6,1)"
    """
    columns = {column.number for column in points.columns}
    last = points.first_row + max(points.height, 1) - 1

    def reference(matched: re.Match[str]) -> str:
        named, cells = matched.groups()
        bare = named[1:-1].replace("''", "'") if named.startswith("'") else named
        area = Area.parse(cells)
        if area is None or bare.casefold() != sheet.casefold() or area.top != points.first_row:
            return matched[0]
        if not columns.issuperset(range(area.left, area.right + 1)):
            return matched[0]
        return f"{named}!{Area(points.first_row, area.left, last, area.right).absolute}"

    return _REFERENCE.sub(reference, formula)


def _write(sheet: Any, block: Block) -> None:
    bottom = last_row(block, sheet.used_range.last_cell.row)
    kept: dict[int, tuple[int, ...]] = {c.number: () for c in block.columns}
    if block.keeps_formulas:
        kept = {n: _live_rows(sheet, block.first_row, bottom, n) for n in kept}
    for piece in pieces(block, bottom, kept.__getitem__):
        _write_piece(sheet, piece)
    if block.template_row and block.height > 1 and not any(kept.values()):
        _copy_look(sheet, block, sorted(block.columns, key=lambda column: column.number))


def _live_rows(sheet: Any, top: int, bottom: int, column: int) -> tuple[int, ...]:
    """Return which rows (from 0) of a column hold a formula of ours."""
    formulas = sheet.range((top, column), (bottom, column)).formula
    rows = [formulas] if isinstance(formulas, str) else formulas
    texts = [row if isinstance(row, str) else row[0] for row in rows]
    return tuple(
        i
        for i, text in enumerate(texts)
        if isinstance(text, str) and text.startswith("=") and OUR_FUNCTIONS in text.upper()
    )


def _write_piece(sheet: Any, piece: Piece) -> None:
    values = piece.rows()
    area = sheet.range((piece.first_row, piece.left), (piece.last_row, piece.right))
    if any(isinstance(value, (Formula, Link)) for row in values for value in row):
        area.formula = [[_entered(value, "") for value in row] for row in values]
    else:
        area.value = [[_entered(value, None) for value in row] for row in values]


def _entered(value: Value, blank: str | None) -> Any:
    """Return a value as it is to be entered; the apostrophe keeps Excel from reading text."""
    match value:
        case Formula():
            return f"={value.text}"
        case Link():
            # A formula leaves nothing behind where a shorter list follows, unlike a link object.
            return f'=HYPERLINK("{_quoted("#" + value.target)}","{_quoted(value.text)}")'
        case str():
            return f"'{value}" if value else blank
        case float() if isnan(value):
            return blank
        case None:
            return blank
        case _:
            return value


def _quoted(text: str) -> str:
    return text.replace('"', '""')


def _copy_look(sheet: Any, block: Block, columns: Sequence[Column]) -> None:
    """Give all rows the look of the first one."""
    last = block.first_row + block.height - 1
    for _, group in groupby(enumerate(columns), key=lambda each: each[1].number - each[0]):
        numbers = [column.number for _, column in group]
        first_row = sheet.range((block.first_row, numbers[0]), (block.first_row, numbers[-1]))
        whole = sheet.range((block.first_row, numbers[0]), (last, numbers[-1]))
        first_row.autofill(whole, "fill_formats")
