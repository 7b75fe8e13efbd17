"""Tables of a report as sheets of a new workbook, in the look of the template."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from permu_xl.workbook.layout import FIRST_ROW, Field
from permu_xl.workbook.look import sheet_frame, styles
from permu_xl.workbook.look.save import save_workbook
from permu_xl.xlsx.cells import Block, Column, Value
from permu_xl.xlsx.package import Package
from permu_xl.xlsx.writing import write_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine.model import Scheme

__all__ = ["Report"]


class Report:
    """A workbook of tables, one a sheet.

    Headers and looks are laid out first; the rows go in with the writer of results, which is made
    for many of them.
    """

    def __init__(self, title: str, scheme: Scheme) -> None:
        self.workbook = sheet_frame.new_workbook(title, scheme)
        self._scheme = scheme
        self._blocks: dict[str, list[Block]] = {}

    def add(
        self,
        name: str,
        note: str,
        fields: Sequence[Field],
        rows: Sequence[Sequence[Value]],
        *,
        frozen: str,
        empty: str = "没有变动",
    ) -> None:
        """Add a sheet; a table without rows says so (``empty``)."""
        sheet = self.workbook.create_sheet(name)
        sheet_frame.head(sheet, name, note)
        sheet_frame.header(sheet, fields)
        for column, field in enumerate(fields, 1):
            style = styles.cell_style("output", styles.kind_of(field, self._scheme))
            sheet.cell(FIRST_ROW, column).style = style
        sheet_frame.filter_and_freeze(sheet, fields, len(rows) or None, frozen)
        sheet_frame.page(sheet, self._scheme, fields=fields)
        last = FIRST_ROW + max(len(rows), 1) - 1
        sheet.print_area = f"A1:{get_column_letter(len(fields))}{last}"
        columns = zip(*(rows or [[empty, *[None] * (len(fields) - 1)]]), strict=True)
        block = Block(FIRST_ROW, [Column(k, values) for k, values in enumerate(columns, 1)])
        self._blocks[name] = [block]

    def save(self, target: Path) -> Path | None:
        """Write the workbook to ``target``, replacing what is there in one step.

        Returns where what a person has changed there is kept (``atomic.replace_file``).
        """
        with tempfile.TemporaryDirectory() as folder:
            # Headers only: no firm's data is ever in it.
            blank = Path(folder) / "blank.xlsx"
            save_workbook(self.workbook, blank)
            package = Package.open(blank)
            write_blocks(package, self._blocks)
            return package.save(target, made=True)
