"""Sheets of ours that a workbook lacks, in the look of those it has, and rows added to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import layout, look
from permu_xl.workbook.layout import FIRST_ROW, HEADER_ROW, Field
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.cells import Block, Column, Value, get_column_letter, is_blank
from permu_xl.xlsx.package import Package, add_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.workbook.reading import Book, Placed
    from permu_xl.xlsx.cells import Grid

__all__ = ["add_moves_sheet", "add_register", "add_table_sheet", "appended_rows", "output_look"]

_OUTPUTS: Mapping[str, Mapping[str, str]] = {
    layout.FINDINGS: {
        "header": "problem", "text": "problem", "code": "firm_code", "link": "cell",
        "choice": "level",
    },
    layout.BASELINES: {"number": "numerator"},
}  # fmt: skip
_INPUTS = {"header": "code", "code": "code", "text": "reason", "choice": "letter", "date": "date"}
"""From which column of 分类调整, or of which sheet, the look of each kind of cell is taken."""

_PREPARED = 100
"""How many rows of a sheet to be filled in are given their look."""


def output_look(package: Package, book: Book) -> dict[str, str]:
    """Return the cell formats of what the program writes: those of 数据核查 and 基准值."""
    looks: dict[str, str] = {}
    for title, kinds in _OUTPUTS.items():
        at = book.outputs.get(title)
        if at is None:
            continue
        found = look.look_of(package, book.sheets[title], at.first_row + 1)
        looks |= _kinds(found, kinds, at)
        if title == layout.FINDINGS:
            looks |= _heads(found)
    return looks


def _input_look(package: Package, book: Book) -> dict[str, str]:
    """Return the cell formats of what a person fills in: those of 分类调整."""
    if book.adjustments is None:
        return output_look(package, book)
    placed = book.adjustments.placed
    found = look.look_of(package, placed.sheet, placed.at.first_row + 1)
    return _kinds(found, _INPUTS, placed.at) | _heads(found)


def _kinds(found: look.Look, columns: Mapping[str, str], at: layout.TableAt) -> dict[str, str]:
    looks = {}
    for kind, key in columns.items():
        row = at.header_row + 1 if kind == "header" else at.first_row + 1
        if key in at.columns and (number := found.get((row, at.columns[key] + 1))) is not None:
            looks[kind] = number
    return looks


def _heads(found: look.Look) -> dict[str, str]:
    rows = {"title": layout.TITLE_ROW, "note": layout.NOTE_ROW}
    return {kind: found[row, 1] for kind, row in rows.items() if (row, 1) in found}


def add_table_sheet(
    package: Package,
    title: str,
    texts: tuple[str, str],
    fields: Sequence[Field],
    looks: Mapping[str, str],
    *,
    frozen: str,
    rows: int = 1,
) -> None:
    """Add a sheet with a table of ours; ``texts`` are its title and its note.

    The columns up to the field ``frozen`` stay in view and are printed on every page.
    """
    namespace = ooxml.namespace_of(package.xml(package.workbook_part))
    last = [field.key for field in fields].index(frozen) + 1
    xml = look.table_xml(*texts, fields, looks, namespace, frozen=last, rows=rows)
    columns = get_column_letter(last)
    add_sheet(package, title, xml, titles_row=HEADER_ROW, titles_columns=columns)


def add_register(package: Package, book: Book, title: str) -> None:
    """Add 上年分类, 企业变动 or 异议台账, empty."""
    fields = layout.register_fields(book.scheme)[title]
    frozen = "name" if any(field.key == "name" for field in fields) else "kind"
    texts = (title, f"由您填写：{layout.TITLES[title]}")
    looks = _input_look(package, book)
    add_table_sheet(package, title, texts, fields, looks, frozen=frozen, rows=_PREPARED)


def add_moves_sheet(package: Package, book: Book) -> None:
    """Add 分类变化 without its picture: the matrix, and the list to the right of it."""
    table, fields = layout.move_table(book.scheme), layout.move_fields()
    gap = layout.move_list_column(book.scheme) - 1 - len(table.headers)
    columns = (
        *(Field(f"matrix:{k}", text, "choice", width=11) for k, text in enumerate(table.headers)),
        *(Field(f"gap:{k}", "", "text", width=2) for k in range(gap)),
        *fields,
    )
    texts = (layout.MOVES, "程序每次运行时重写：左边是各类之间的户数，右边逐户对照。")
    looks, rows = output_look(package, book), len(layout.move_labels(book.scheme))
    add_table_sheet(package, layout.MOVES, texts, columns, looks, frozen="matrix:0", rows=rows)


def appended_rows(
    grid: Grid | None,
    placed: Placed | None,
    fields: Sequence[Field],
    rows: Sequence[Mapping[str, Value]],
) -> Block:
    """Return the block that puts rows below whatever stands on a register's sheet.

    ``placed`` is where its table stands; without it the sheet was made just now.
    """
    first, columns = FIRST_ROW, {field.key: k for k, field in enumerate(fields)}
    if placed is not None and grid is not None:
        at = placed.at
        columns = dict(at.columns)
        filled = [k for k, row in enumerate(grid.rows) if any(not is_blank(c) for c in row)]
        first = max(filled[-1] + 2, at.first_row + 1)
    values = [
        Column(columns[f.key] + 1, [row.get(f.key) for row in rows])
        for f in fields
        if f.key in columns
    ]
    return Block(first, values, last_row=first + len(rows) - 1, template_row=False)
