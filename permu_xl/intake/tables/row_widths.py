"""Rows of a text file with more or fewer cells than its header: their cells may have moved.

A comma within a name or between thousands parts one cell into two, and every figure behind it
stands below another header.  No such row is read, however plausible its figures look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from permu_xl.findings import Level
from permu_xl.intake.sources import SourceSheet
from permu_xl.intake.tables.model import address
from permu_xl.workbook.reading import Remark, rows_in_words

__all__ = ["unequal_rows"]


def unequal_rows(
    sheet: SourceSheet, header: range, firms: Iterable[int], last_column: int
) -> tuple[frozenset[int], list[Remark]]:
    """Return the 0-based rows of firms that are not to be read, and what is to be said.

    ``header`` are its rows, ``last_column`` is the last one that is read.  Rows that only lack
    cells behind it are read: spreadsheet programs leave empty ones out.
    """
    if not sheet.widths:
        return frozenset(), []
    rows, widths = list(firms), sheet.widths
    expected = max(widths[row] for row in header)
    longest = {widths[row] for row in rows}
    # A separator at the end of every row is none.
    alike = len(longest) == 1 and not any(
        cell for row in rows for cell in sheet.grid.rows[row][expected:]
    )
    long = [row for row in rows if widths[row] > expected and not alike]
    short = [row for row in rows if widths[row] <= last_column]
    cut = [row for row in rows if last_column < widths[row] < expected]
    return frozenset(long) | frozenset(short), list(_remarks(sheet, expected, long, short, cut))


def _remarks(
    sheet: SourceSheet, expected: int, long: Sequence[int], short: Sequence[int],
    cut: Sequence[int],
) -> Iterable[Remark]:  # fmt: skip
    def remark(level: Level, code: str, rows: Sequence[int], problem: str, remedy: str) -> Remark:
        shown = "｜".join(str(cell) for cell in sheet.grid.rows[rows[0]] if cell != "")
        return Remark(level, code, rows[0], None, address(rows[0], 0), "", shown, problem, remedy)

    if long:
        yield remark(
            Level.ERROR, "E677", long,
            f"{rows_in_words(long)}的格数比表头多（第{long[0] + 1}行有{sheet.widths[long[0]]}格，"
            f"表头有{expected}格），后面的数都错了位，整行没有导入",
            "多半是数字里的千分位逗号或名称里的逗号没有加引号，请让部门导出成 .xlsx，"
            "或去掉这个逗号后重新导入",
        )  # fmt: skip
    if short:
        yield remark(
            Level.ERROR, "E677", short,
            f"{rows_in_words(short)}的格数比表头少（第{short[0] + 1}行只有"
            f"{sheet.widths[short[0]]}格，表头有{expected}格），看不出缺的是哪一格，整行没有导入",
            "补齐缺的一格（没有数据的也要留空格位），或让部门导出成 .xlsx 后重新导入",
        )  # fmt: skip
    if cut:
        yield remark(
            Level.WARNING, "W678", cut,
            f"{rows_in_words(cut)}的格数比表头少，按缺了最后的空格位读取",
            "核对这些行的数有没有错位",
        )  # fmt: skip
