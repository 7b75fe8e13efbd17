"""Department tables written by hand, and what an import made of them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from permu_xl.engine.model.scheme import Scheme
from permu_xl.findings.model import Finding
from permu_xl.intake.request import Imported, Request
from permu_xl.intake.run import import_tables
from permu_xl.schemes import load
from permu_xl.workbook import layout

YEAR = 2022
CODES = tuple(f"9121010000000{number:05d}" for number in range(1, 30))
NAMES = tuple(f"沈阳{name}机床有限公司" for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯")

Rows = Sequence[Sequence[Any]]


def xlsx(
    path: Path,
    sheets: Mapping[str, Rows] | Rows,
    *,
    merged: Sequence[str] = (),
    hidden: Sequence[str] = (),
) -> Path:
    """Write a workbook; ``merged`` are ranges of its first sheet.  Text stays text."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    named = sheets if isinstance(sheets, Mapping) else {"Sheet1": sheets}
    for name, rows in named.items():
        sheet = workbook.create_sheet(name)
        for r, cells in enumerate(rows, 1):
            for c, value in enumerate(cells, 1):
                if value is not None:
                    cell = sheet.cell(r, c)
                    cell.value = value
                    if isinstance(value, str):
                        cell.data_type = "s"
    for area in merged:
        workbook.worksheets[0].merge_cells(area)
    for name in hidden:
        workbook[name].sheet_state = "hidden"
    workbook.save(path)
    return path


def text(path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write a text file."""
    lines = [delimiter.join("" if c is None else str(c) for c in row) for row in rows]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def listed(count: int = 3) -> Rows:
    """A statistics table with the first firms, which makes them the list of firms."""
    head = ["统一社会信用代码", "企业名称", "总产值（万元）", "从业人员（人）"]
    return [head, *([CODES[i], NAMES[i], 1000 + i, 50 + i] for i in range(count))]


class Result:
    """The workbook that came of an import."""

    def __init__(self, done: Imported, scheme: Scheme) -> None:
        self.done = done
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        self.findings = done.findings
        self.columns = {f.key: k for k, f in enumerate(layout.data_fields(scheme), 1)}

    @cached_property
    def book(self) -> Workbook:
        """The workbook with all that openpyxl reads of it."""
        return openpyxl.load_workbook(self.done.book)

    def rows(self, sheet: str) -> list[tuple[Any, ...]]:
        """The values of a sheet below its header, read once; none where there is no such sheet."""
        if sheet not in self._rows:
            with contextlib.closing(openpyxl.load_workbook(self.done.book, read_only=True)) as book:
                found = sheet in book.sheetnames
                self._rows[sheet] = (
                    list(book[sheet].iter_rows(min_row=layout.FIRST_ROW, values_only=True))
                    if found
                    else []
                )
        return self._rows[sheet]

    def cell(self, firm: int, key: str, sheet: str = layout.DATA) -> Any:
        """What the workbook has for the firm in this row, counted from 0."""
        rows = self.rows(sheet)
        return rows[firm][self.columns[key] - 1] if firm < len(rows) else None

    def column(self, key: str, count: int, sheet: str = layout.DATA) -> list[Any]:
        """The first cells of a column."""
        return [self.cell(firm, key, sheet) for firm in range(count)]

    def codes(self) -> list[str]:
        """The codes of all findings."""
        return [finding.code for finding in self.findings]

    def found(self, code: str) -> list[Finding]:
        """The findings with a code."""
        return [finding for finding in self.findings if finding.code == code]

    def one(self, code: str) -> Finding:
        """The only finding with a code."""
        [finding] = self.found(code)
        return finding

    def origins(self, item: str | None = None) -> list[dict[str, Any]]:
        """The rows of 数据来源 by field key, those of an item only where one is given."""
        keys = [field.key for field in layout.provenance_fields()]
        made = [dict(zip(keys, row, strict=False)) for row in self.rows(layout.PROVENANCE)]
        return [row for row in made if item in (None, row["item"])]


def do(book: Path, *tables: Path, read_as: Scheme | None = None, **more: Any) -> Result:
    """Import tables into a workbook, a new one of ``YEAR`` where there is none."""
    if not book.exists() and "year" not in more:
        more["year"] = YEAR
    return Result(import_tables(Request(book, tables, **more)), read_as or load())
