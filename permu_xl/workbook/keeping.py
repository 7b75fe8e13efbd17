"""What a person typed into a workbook that is about to be replaced by another one.

A copy is kept of whatever a person has changed (``xlsx.files``), but nobody looks into it again:
inputs that stand nowhere else are not replaced unasked.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from permu_xl.errors import PermuError, UsageError
from permu_xl.workbook import layout
from permu_xl.workbook.reading import Book, read_book
from permu_xl.workbook.record import digest, inputs_text
from permu_xl.xlsx.files import as_made, same_file

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["refuse_inputs"]

_UNITS = {
    layout.DATA: "户",
    layout.PREVIOUS: "户",
    layout.ADJUSTMENTS: "行",
    layout.PARAMETERS: "项",
    **dict.fromkeys(layout.REGISTERS, "行"),
}


def refuse_inputs(target: Path, source: Book | None, *, force: bool = False) -> None:
    """Raise UsageError where replacing ``target`` would lose inputs of its own, unless ``force``.

    ``source`` is the workbook that ``target`` is made from; None where what is written is no
    evaluation workbook at all.  A file that is as it was made, or that has nothing which is not in
    ``source`` too, may be replaced.
    """
    if force or as_made(target) or not target.is_file():
        return
    if source is not None and same_file(target, source.path):
        return
    try:
        book = read_book(target)
    except PermuError:
        return
    own = _own(book, source)
    if not own:
        return
    if source is None:
        raise UsageError(
            f"“{target}”是填好的评价工作簿（{own}），没有覆盖；请用 -o 换个文件名，"
            "确实不要了加 --force（原来的留作备份）"
        )
    if _is_another(book, source):
        raise UsageError(
            f"“{target}”是{book.parameters.district or '另一个区'}{book.parameters.year}年度的"
            f"工作簿（{own}），没有覆盖；请用 -o 换个文件名，确实不要了加 --force（原来的留作备份）"
        )
    if _typed_since(book) or _register_lines(book) - _register_lines(source):
        raise UsageError(
            f"“{target}”里有另外填的内容（{own}），重新评价会盖掉，没有写入；请把它们填进"
            f"“{source.path}”再运行，或者接着用这一份：permu-xl run {target} --in-place；"
            "确实不要了加 --force（改动过的留作备份）"
        )


def _own(book: Book, source: Book | None) -> str:
    """Return in words what a workbook holds that ``source`` does not, "" for nothing."""
    known = set() if source is None else set(_lines(source))
    lines = [line for line in _lines(book) if line not in known]
    if source is None:
        lines = [line for line in lines if json.loads(line)[0] != layout.PARAMETERS]
    counted = Counter(json.loads(line)[0] for line in lines)
    if source is None:
        # The headers of the input tables, which nobody typed.
        counted.subtract(t for t in layout.INPUT_SHEETS if t in counted)
    told = (
        f"{title}{counted[title]}{unit}" for title, unit in _UNITS.items() if counted[title] > 0
    )
    return "、".join(told)


def _lines(book: Book) -> list[str]:
    """Return what a person typed as canonical lines: the inputs, the sheets of the procedure."""
    return [*inputs_text(book).splitlines(), *sorted(_register_lines(book))]


def _register_lines(book: Book) -> set[str]:
    registers = (book.last_classes, book.events, book.objections)
    return {
        json.dumps([title, *texts], ensure_ascii=False)
        for title, register in zip(layout.REGISTERS, registers, strict=True)
        if register is not None
        for texts in register.typed
    }


def _is_another(book: Book, source: Book) -> bool:
    """Return whether two workbooks are of other districts or years."""
    a, b = book.parameters, source.parameters
    return (a.district, a.year) != (b.district, b.year)


def _typed_since(book: Book) -> bool:
    """Return whether inputs were changed after the last evaluation, or there was none."""
    last = book.runs.entries[-1] if book.runs and book.runs.entries else None
    return last is None or last["inputs_hash"] != digest(inputs_text(book))
