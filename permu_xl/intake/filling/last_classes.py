"""上年分类 from the workbook that was finished last year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.findings import At, Finding
from permu_xl.intake.deciding import Firm, find_places
from permu_xl.workbook import add_register, appended_rows, layout
from permu_xl.workbook.reading import bare_letter
from permu_xl.xlsx.cells import show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.workbook.reading import Book, LastClass, OpenedWorkbook, Register
    from permu_xl.xlsx.cells import Block, Value

__all__ = ["carry_classes"]


def carry_classes(
    last: OpenedWorkbook, opened: OpenedWorkbook
) -> tuple[dict[str, list[Block]], list[Finding]]:
    """Return what is written to 上年分类: the final classes that stand in last year's workbook.

    Firms that are on the sheet already stay as they are, which is told where the class is another;
    where there is no such sheet it is added.
    """
    written = _written_classes(last)
    at = At("last_classes", item=layout.LAST_CLASSES, file=last.book.path.name)
    if not written:
        return {}, [Finding.of("W666", at, book=last.book.path.name)]
    package, book = opened.package, opened.book
    title = layout.LAST_CLASSES
    if book.last_classes is None and title in book.sheets:
        return {}, []  # a sheet of the district's own, which has been told
    name = book.sheets.get(title, title)
    there = () if book.last_classes is None else book.last_classes.entries
    listed = [Firm(each.code, each.name) for each in there]
    places = find_places([Firm(row["code"], row["name"]) for row in written], listed)
    rows: list[Mapping[str, Value]] = []
    odd = []
    for row, entry in zip(written, places, strict=True):
        if entry < 0:
            rows.append(row)
        elif book.last_classes is not None and there[entry].letter != row["letter"]:
            odd.append(_typed_otherwise(last.book, book.last_classes, entry, row))
    if not rows:
        return {}, odd
    if book.last_classes is None:
        add_register(package, book, title)
    placed = None if book.last_classes is None else book.last_classes.placed
    grid = None if placed is None else opened.grid(name)
    fields = layout.last_class_fields(book.scheme)
    return {name: [appended_rows(grid, placed, fields, rows)]}, odd


def _typed_otherwise(
    last: Book, typed: Register[LastClass], entry: int, row: Mapping[str, str]
) -> Finding:
    """Say that the class on the sheet is not the one of last year's workbook."""
    letter, placed = typed.entries[entry].letter, typed.placed
    at = At(
        "last_classes",
        item=layout.LAST_CLASSES,
        value=letter,
        firm_code=row["code"],
        firm_name=row["name"],
        sheet=placed.sheet,
        cell=placed.cell(entry, "letter"),
    )
    book, shown = last.path.name, row["letter"]
    return Finding.of("W664", at, case="letter", sheet=placed.sheet, book=book, shown=shown)


def _written_classes(last: OpenedWorkbook) -> list[dict[str, str]]:
    """Return code, name and final class of the firms on last year's 分类结果."""
    at = last.book.outputs.get(layout.CLASSES)
    if at is None:
        return []
    grid = last.grid(last.book.sheets[layout.CLASSES])
    letters = {bare_letter(x): x for x in (*last.book.scheme.letters, layout.NOT_EVALUATED)}
    found = []
    for row in range(at.first_row, len(grid.rows)):
        code, name, written = (
            show(grid.cell(row, at.columns[key])).strip() for key in ("code", "name", "final")
        )
        letter = letters.get(bare_letter(written), "")
        if letter and (code or name):
            found.append({"code": code, "name": name, "letter": letter})
    return found
