"""Figures of one firm put into its row of 原始数据, as a person decides them in the program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.errors import BookError, UsageError
from permu_xl.intake.filling.firm_table import Status, open_target
from permu_xl.workbook import layout
from permu_xl.workbook.reading import open_workbook
from permu_xl.xlsx.files import claimed
from permu_xl.xlsx.writing import write_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from permu_xl.intake.tables import Content

__all__ = ["Written", "set_figures"]


@dataclass(frozen=True, slots=True)
class Written:
    """A cell that was written: its sheet and address, and the column's name."""

    sheet: str
    cell: str
    item: str


def set_figures(
    path: Path, firm: int, identity: tuple[str, str], values: Mapping[str, Content]
) -> tuple[Written, ...]:
    """Write values by field key into the row of a firm; return the cells that were written.

    ``firm`` is the firm's row in the roster and ``identity`` its code and name, so that no other
    firm's figures are written where the workbook has changed meanwhile: then UsageError.  A cell
    that holds a formula, and a column that the sheet lacks, are a BookError, and nothing is
    written.  The workbook as it was is kept beside it; raises as ``claimed`` where it is open.
    """
    with claimed(path):
        opened = open_workbook(path)
        book, package = opened.book, opened.package
        target = open_target(package, book, "current", overwrite=True)
        assert target is not None  # open_workbook refuses a workbook without it
        there = target.firms[firm] if firm < len(target.firms) else None
        if there is None or (there.code, there.name) != identity:
            raise UsageError(
                f"“{path.name}”在别处改过，这一行已经不是这户企业，没有写入；请刷新后再做。"
            )
        names = {field.key: field.name for field in layout.data_fields(book.scheme)}
        written = []
        for key, value in values.items():
            status, cell = target.fill(firm, key, value), target.cell(firm, key)
            if status is Status.FORMULA:
                raise BookError(
                    f"“{target.sheet}”的{cell}（{names[key]}）是公式，没有写入；"
                    "请在工作簿里改它引用的数。"
                )
            if status is Status.NO_COLUMN:
                raise BookError(
                    f"“{target.sheet}”没有“{names[key]}”这一列，没有写入；请先加上这一列。"
                )
            if status is not Status.SAME:
                written.append(Written(target.sheet, cell, names[key]))
        if written:
            write_blocks(package, {target.sheet: target.blocks()}, kept=layout.OUR_FUNCTIONS)
            package.save(path, backup=True)
        return tuple(written)
