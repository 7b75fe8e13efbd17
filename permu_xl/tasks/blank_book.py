"""A new workbook for a district and a year, where nobody types a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from permu_xl.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["new_book"]

_ROWS = 500
"""How many rows stand ready; an import makes more where there are more firms."""
_UNFIT = r'[\\/:*?"<>|\x00-\x1f]'
_LONGEST = 60


def new_book(folder: Path, district: str, year: int, scheme: str) -> Path:
    """Make a blank workbook, named after district and year; return where it is.

    ``scheme`` is the id of a shipped scheme.  Raises UsageError where the year is none, or there is
    a file of this name; FileAccessError where none can be made.
    """
    from permu_xl.schemes import load
    from permu_xl.workbook.template import build_template, save_workbook

    if not 1990 <= year <= 2199:
        raise UsageError("评价年度应是四位数的年份，如2022。")
    name = re.sub(_UNFIT, "", district).strip(". ")[:_LONGEST] or "亩均评价"
    out = folder / f"{name}{year}.xlsx"
    if out.exists():
        raise UsageError(f"{out} 已经有了，没有新建；请直接打开它，或者换一个文件夹。")
    workbook = build_template(load(scheme), rows=_ROWS, district=district, year=year)
    save_workbook(workbook, out, made=True)
    return out
