"""数据来源: from which cell of which file each imported figure came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from permu_xl.errors import BookError
from permu_xl.intake.filling.firm_table import Status, Target
from permu_xl.workbook import add_table_sheet, layout, output_look
from permu_xl.workbook.layout import TableAt, find_table
from permu_xl.xlsx import reading
from permu_xl.xlsx.cells import Block, Column, Link, Value, is_blank, show

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from permu_xl.workbook.reading import Book
    from permu_xl.xlsx.package import Package

__all__ = ["Origin", "locator", "merged", "provenance_block", "read_origins"]

_TITLE = "数据来源"
_NOTE = "程序写入：导入的每个数来自哪个文件、哪个单元格，原值和单位是什么。请不要手改。"


@dataclass(frozen=True, slots=True)
class Origin:
    """One row of 数据来源; fields as in the layout, ``cell`` an address on ``sheet``."""

    sheet: str
    cell: str
    firm_code: str
    firm_name: str
    item: str
    value: float | int | str | None
    unit: str
    status: str
    file: str
    source_sheet: str
    source_cell: str
    header: str
    raw: str
    source_unit: str
    counted: float | int | str | None
    matched: str

    @property
    def subject(self) -> tuple[str, str, str]:
        """Whose figure this is the origin of."""
        return self.sheet, self.firm_code or self.firm_name, self.item


def read_origins(package: Package) -> tuple[TableAt | None, list[Origin]]:
    """Return where the table on 数据来源 stands and what earlier imports wrote there.

    Raises BookError where the sheet of this name is not ours, as a district's own might be.
    """
    if layout.PROVENANCE not in package.sheets:
        return None, []
    rows = reading.Sheets(package).grid(layout.PROVENANCE).rows
    fields = layout.provenance_fields()
    at = find_table(rows, fields)
    if at is None or at.missing:
        raise BookError(
            f"{package.path.name} 里已有工作表“{layout.PROVENANCE}”，但不是程序写的那种表，"
            "请改名后重新导入"
        )
    origins = []
    for row in rows[at.first_row :]:
        cells: dict[str, Any] = {}
        for field in fields:
            cell = row[at.columns[field.key]]
            number = field.kind == "number"
            cells[field.key] = (None if is_blank(cell) else cell) if number else show(cell)
        if cells["item"] and cells["file"]:
            origins.append(Origin(**cells))
    return at, origins


def merged(
    old: Sequence[Origin], new: Sequence[Origin], locate: Callable[[Origin], str]
) -> list[Origin]:
    """Return the origins after an import: what was not touched stays, with its cell found anew.

    A figure whose cell was written, or holds the same, has only its new origins; one that could
    not be written keeps those of the figure that is there.
    """
    settled = {
        origin.subject
        for origin in new
        if origin.status in (Status.WRITTEN.value, Status.SAME.value, Status.REPLACED.value)
    }
    touched = {origin.subject for origin in new}
    standing = (Status.WRITTEN.value, Status.SAME.value, Status.REPLACED.value)
    kept = [
        replace(origin, cell=locate(origin))
        for origin in old
        if origin.subject not in settled
        and (origin.subject not in touched or origin.status in standing)
    ]
    return [*kept, *new]


def provenance_block(
    package: Package, book: Book, at: TableAt | None, origins: Sequence[Origin]
) -> Block:
    """Return the block of 数据来源, making the sheet where the workbook has none."""
    fields = layout.provenance_fields()
    places = {field.key: number for number, field in enumerate(fields)}
    first_row = layout.FIRST_ROW
    if at is None:
        _make(package, book)
    else:
        places, first_row = dict(at.columns), at.first_row + 1
    columns = [
        Column(places[field.key] + 1, [_value(field.key, origin) for origin in origins])
        for field in fields
    ]
    return Block(first_row, columns)


def _value(key: str, origin: Origin) -> Value:
    value: Value = getattr(origin, key)
    if key == "cell" and origin.cell:
        sheet = origin.sheet.replace("'", "''")
        return Link(origin.cell, f"'{sheet}'!{origin.cell}")
    return value


def _make(package: Package, book: Book) -> None:
    """Add the sheet, looking like 数据核查 and 基准值 of the same workbook."""
    fields, looks = layout.provenance_fields(), output_look(package, book)
    add_table_sheet(package, layout.PROVENANCE, (_TITLE, _NOTE), fields, looks, frozen="firm_name")


def locator(targets: Sequence[Target], names: Mapping[str, str]) -> Callable[[Origin], str]:
    """Return what finds the cell that an earlier origin is about: rows may have been moved.

    ``names`` are the items in words.
    """
    keys = {name: key for key, name in names.items()}
    firms = {
        (target.sheet, identity): (target, number)
        for target in targets
        for number, firm in enumerate(target.firms)
        for identity in (firm.code or firm.name,)
    }

    def locate(origin: Origin) -> str:
        found = firms.get((origin.sheet, origin.firm_code or origin.firm_name))
        key = keys.get(origin.item)
        if found is None or key is None:
            return ""
        return found[0].cell(found[1], key)

    return locate
