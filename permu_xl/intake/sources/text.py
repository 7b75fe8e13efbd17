"""A table as text: its encoding, its separator and its cells, all within the limits."""

from __future__ import annotations

import codecs
import csv
import io
import re
from contextlib import contextmanager, suppress
from itertools import chain
from typing import TYPE_CHECKING

from permu_xl.errors import BookError, FileAccessError
from permu_xl.intake.sources.source import SourceFile, SourceSheet
from permu_xl.text import printable
from permu_xl.xlsx.cells import Grid
from permu_xl.xlsx.files import Limits, refuse_extent, too_large

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["decoded", "read_text"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8（带BOM）"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_ENCODINGS = (("utf-8", "UTF-8"), ("gb18030", "GB18030"))
_DECLARED = {
    **dict.fromkeys(("utf-8", "utf8"), ("utf-8", "UTF-8")),
    **dict.fromkeys(
        ("gb2312", "gbk", "gb18030", "x-gbk", "cp936", "gb-2312", "gb2312-80"),
        ("gb18030", "GB18030"),
    ),
    "big5": ("cp950", "Big5"),
}
_DELIMITERS = ",\t;，|；"
_SAMPLE_LINES, _SAMPLE_CHARS = 2000, 1 << 20
"""How much of a file decides on its separator."""
_MOST_LINES = 50
"""How many lines a cell in quotes may go over; beyond that a quote was never closed."""
_PIECE = 1 << 20
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SHOWN, _SHOWN_BYTES = 16, 4
_FIELD_CHARS, _MOST_CHARS = 131_072, 2**31 - 1
"""What the csv module allows unless told otherwise, and at most."""
_END = "\ue0e0"
"""Follows the last line: where it is not alone in its row, a quote is open."""


def read_text(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read a text file with separators.

    Raises BookError where it is no table or too large, FileAccessError where its encoding is
    unknown.
    """
    if len(raw) > limits.sheet_text_mb << 20:
        raise too_large(path, f"的文字超过{limits.sheet_text_mb} MB", "sheet_text_mb")
    codec, encoding = _encoding(path, raw)
    with _long_fields(limits):
        delimiter = _delimiter(_lines(path, raw, codec, limits))
        rows = list(_rows(path, _lines(path, raw, codec, limits), delimiter, limits))
    if not any(any(row) for row in rows):
        raise _no_table(path)
    widths = tuple(map(len, rows))
    width = max(widths)
    padded = [row + [""] * (width - len(row)) for row in rows]
    # Excel, too, calls the sheet of a text file by the file's name.
    sheet = SourceSheet(Grid(path.stem, padded, {}), (), False, widths)
    return SourceFile(path, (sheet,), f"文本，编码 {encoding}", is_text=True)


def _encoding(path: Path, raw: bytes) -> tuple[str, str]:
    """Return the codec and its name; text in another encoding hardly ever passes."""
    marked = [(codec, name) for mark, codec, name in _BOMS if raw.startswith(mark)]
    tried = marked or _without_mark(raw)
    for codec, name in tried:
        if _fault(raw, codec) is None:
            return codec, name
    # The one that fits farthest is meant.
    at, codec, name = max((_fault(raw, codec) or 0, codec, name) for codec, name in tried)
    raise FileAccessError(f"“{path}”{_told(raw, at, codec, name)}")


def decoded(path: Path, raw: bytes, declared: str = "") -> tuple[str, str]:
    """Return the text of a file and the name of its coding; what it declares is tried first.

    Raises FileAccessError where its encoding is unknown.
    """
    codec = _DECLARED.get(declared.lower().replace("_", "-"))
    marked = any(raw.startswith(mark) for mark, _, _ in _BOMS)
    if codec is not None and not marked and _fault(raw, codec[0]) is None:
        return raw.decode(codec[0]), codec[1]
    found, name = _encoding(path, raw)
    return raw.decode(found), name


def _without_mark(raw: bytes) -> Sequence[tuple[str, str]]:
    """Return the codings of a file that does not say its own; no text in others has NULs."""
    sample = raw[:_SAMPLE_CHARS]
    # ASCII, of which every table has line ends and separators, has its NUL in the upper half.
    upper, lower = sample[::2].count(0), sample[1::2].count(0)
    if len(raw) % 2 or (upper + lower) * 50 < len(sample) or min(upper, lower) * 10 > upper + lower:
        return _ENCODINGS
    codec = "utf-16-le" if lower > upper else "utf-16-be"
    if _CONTROLS.search(sample.decode(codec, "ignore")):
        return _ENCODINGS
    return ((codec, "UTF-16"), *_ENCODINGS)


def _fault(raw: bytes, codec: str) -> int | None:
    """Return where the first byte stands that is no text; None where all are."""
    decoder = codecs.getincrementaldecoder(codec)()
    for begin in range(0, len(raw) + 1, _PIECE):
        piece = raw[begin : begin + _PIECE]
        kept = len(decoder.getstate()[0])
        try:
            decoder.decode(piece, final=begin + _PIECE > len(raw))
        except UnicodeDecodeError as error:
            return begin - kept + error.start
    return None


def _told(raw: bytes, at: int, codec: str, name: str) -> str:
    """Return where the text breaks off: its line, what stands before and after, the bytes."""
    line = raw.count(b"\n", 0, at) + 1
    begin = raw.rfind(b"\n", 0, at) + 1
    end = raw.find(b"\n", at)
    end = len(raw) if end < 0 else end
    before = raw[begin:at].decode(codec, "replace")[-_SHOWN:]
    after = raw[at + 1 : end].decode(codec, "replace").lstrip("\ufffd")[:_SHOWN]
    wrong = raw[at : at + _SHOWN_BYTES].hex(" ").upper()
    return (
        f"的文字编码认不出来：第{line}行“{printable(before.strip())}”之后有不是文字的字节（{wrong}），"
        f"后面是“{printable(after.strip())}”；其余像是 {name} 编码，多半是这个字被截断或损坏，"
        "请让部门重新导出，或用记事本改好这一行、另存为 UTF-8 后再试"
        "（直接在 Excel 中打开会出现乱码）。"
    )


def _stream(raw: bytes, codec: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(raw), encoding=codec, newline="")


def _lines(path: Path, raw: bytes, codec: str, limits: Limits) -> Iterator[str]:
    """Yield the lines with their ends; BookError for one that is too long or no text."""
    stream, most = _stream(raw, codec), limits.line_chars
    number = 0
    while line := stream.readline(most + 1):
        number += 1
        if len(line) > most:
            what = f"第{number}行超过{most}个字符，不像一行表格"
            raise too_large(path, what, "line_chars", "请核对是否完整导出")
        if "\0" in line:
            raise _no_table(path)
        yield line


@contextmanager
def _long_fields(limits: Limits) -> Iterator[None]:
    """Let the csv module read cells as long as the limits allow."""
    before = csv.field_size_limit(min(max(limits.cell_chars, _FIELD_CHARS), _MOST_CHARS))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _delimiter(lines: Iterable[str]) -> str:
    """Return the separator that parts most of the first lines into equally many cells."""
    sample, characters = [], 0
    for line in lines:
        sample.append(line)
        characters += len(line)
        if len(sample) >= _SAMPLE_LINES or characters >= _SAMPLE_CHARS:
            break
    return max(_DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(lines: Sequence[str], delimiter: str) -> float:
    widths = []
    with suppress(csv.Error):
        for row in csv.reader(lines, delimiter=delimiter):
            if len(row) > 1:
                widths.append(len(row))
    return len(widths) + max(widths, default=0) / 1000


def _rows(path: Path, lines: Iterable[str], delimiter: str, limits: Limits) -> Iterator[list[str]]:
    """Yield the rows of cells; BookError where they are too many, too long, or a quote is open."""
    reader = csv.reader(chain(lines, [_END]), delimiter=delimiter)
    height = width = line = 0
    while True:
        try:
            row = next(reader)
        except csv.Error as error:
            raise _long_cell(path, line + 1, limits) from error
        if row == [_END]:
            return
        if (row and row[-1].endswith(_END)) or reader.line_num - line > _MOST_LINES:
            raise BookError(
                f"“{path}”从第{line + 1}行起有一个引号没有配对，后面的内容分不清是哪一格；"
                "请补上或删去这个引号后再试。"
            )
        height, width = height + 1, max(width, len(row))
        refuse_extent(path, "", height, width, limits)
        cells = [cell.strip() for cell in row]
        if any(len(cell) > limits.cell_chars for cell in cells):
            raise _long_cell(path, line + 1, limits)
        yield cells
        line = reader.line_num


def _long_cell(path: Path, line: int, limits: Limits) -> BookError:
    what = f"第{line}行有一个单元格的文字超过{limits.cell_chars}个字符"
    return too_large(path, what, "cell_chars", "请核对引号是否配对，或缩短这段文字")


def _no_table(path: Path) -> BookError:
    return BookError(f"“{path}”里没有可读的表格，请重新导出。")
