"""How large a workbook may be: a file from strangers must not fill the memory.

Each limit can be set by an environment variable, so that whoever looks after the computers can
change it for all ways of starting the program at once: ``PERMU_XL_MAX_`` and the name of the
field in capitals, for instance ``PERMU_XL_MAX_ROWS=500000``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from permu_xl.errors import BookError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["VARIABLE", "Limits", "TooLargeError", "refuse_extent", "refuse_odd", "too_large"]

VARIABLE = "PERMU_XL_MAX_"
"""What the names of the environment variables begin with."""

_MOST = 10**12
"""No limit is higher, whatever is asked for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits; a district of 50,000 firms with its results stays well below all of them.

    >>> Limits.from_environment({"PERMU_XL_MAX_ROWS": "500000"}).rows
    500000
    >>> Limits.from_environment({"PERMU_XL_MAX_ROWS": "many"})
    Traceback (most recent call last):
    permu_xl.errors.UsageError: 环境变量 PERMU_XL_MAX_ROWS 应是正整数，现在是“many”，请改正。
    """

    file_mb: int = 200
    """The file itself, in MiB."""
    unpacked_mb: int = 1024
    """All its parts together when unpacked, in MiB."""
    part_mb: int = 256
    """Any one part that is parsed, such as a sheet, in MiB unpacked."""
    tree_mb: int = 16
    """Any one part that is held as a tree, such as the list of sheets or a chart, in MiB."""
    sheet_tags: int = 10_000_000
    """How many tags a sheet may have that results are written into."""
    ratio: int = 400
    """How many times its packed size a part above 32 MiB may have; real sheets reach 20."""
    parts: int = 10_000
    """How many parts there may be."""
    sheets: int = 500
    """How many sheets there may be."""
    rows: int = 200_000
    """The last row of a sheet that is read may be this one."""
    cells: int = 10_000_000
    """Rows times columns of a sheet that is read, from A1 to the last cell with content."""
    cell_chars: int = 32_767
    """How long the text of a cell may be; Excel itself takes no more."""
    sheet_text_mb: int = 200
    """How long all texts of a sheet that is read may be together, in MiB."""
    columns: int = 1_000
    """The last column of a department's table may be this one."""
    line_chars: int = 1_000_000
    """How long a line of a text file may be."""

    @classmethod
    def from_environment(cls, given: Mapping[str, str] | None = None) -> Limits:
        """Return the limits with those changed that the environment names.

        Raises UsageError where a value is not a positive whole number.
        """
        environment = os.environ if given is None else given
        chosen: dict[str, int] = {}
        for field in fields(cls):
            name = variable(field.name)
            text = environment.get(name, "").strip()
            if not text:
                continue
            if not (text.isascii() and text.isdecimal() and text.strip("0")):
                raise UsageError(f"环境变量 {name} 应是正整数，现在是“{text[:40]}”，请改正。")
            chosen[field.name] = _MOST if len(text) > len(str(_MOST)) else min(int(text), _MOST)
        return cls(**chosen)


def variable(limit: str) -> str:
    """Return the environment variable for a limit, named as the field is.

    >>> variable("file_mb")
    'PERMU_XL_MAX_FILE_MB'
    """
    return f"{VARIABLE}{limit.upper()}"


class TooLargeError(BookError):
    """What exceeds a limit: ``what`` it is, and the ``remedy``, as parts of a sentence."""

    def __init__(self, path: Path, what: str, remedy: str) -> None:
        super().__init__(f"“{path}”{what}，已停止处理；{remedy}。")
        self.what, self.remedy = what, remedy


def too_large(path: Path, what: str, limit: str, remedy: str = "请核对文件来历") -> TooLargeError:
    """Return the refusal of a workbook: what exceeds which limit, and who can raise it."""
    needed = f"确实需要处理时请信息人员调大环境变量 {variable(limit)}"
    return TooLargeError(path, what, f"{remedy}，{needed}")


def refuse_extent(path: Path, where: str, rows: int, columns: int, limits: Limits) -> None:
    """Raise BookError where a department's table reaches too far.

    ``where`` follows the file's name: "" or the sheet.
    """
    remedy = "请删除表格以外多余的内容（选中多余的行或列，整行整列删除）后保存"
    if rows > limits.rows:
        raise too_large(path, f"{where}超过{limits.rows}行", "rows", remedy)
    if columns > limits.columns:
        raise too_large(path, f"{where}超过{limits.columns}列", "columns", remedy)
    if rows * columns > limits.cells:
        what = f"{where}占了{rows}行{columns}列，超过{limits.cells}个单元格"
        raise too_large(path, what, "cells", remedy)


_MOST_ODD = 1_000_000
"""So many cells that are shown otherwise than they are; a whole district has fewer."""


def refuse_odd(path: Path, where: str, count: int) -> None:
    """Raise BookError where too many cells are shown otherwise than they are: each is noted."""
    if count > _MOST_ODD:
        raise BookError(
            f"“{path}”{where}里按百分比、缩小单位等格式显示或画了删除线的单元格超过{_MOST_ODD}个，"
            "请把整张表的单元格格式改成“常规”后再试。"
        )
