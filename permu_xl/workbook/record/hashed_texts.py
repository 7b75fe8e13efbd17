"""Inputs, scheme and results as canonical texts, and their hashes.

What the hashes in 运行记录 cover is decided here: figures as they were read, not the bytes of a
file, so that a workbook that was only saved anew, or whose columns were moved, has the same ones.
A text is UTF-8 with one JSON array a line (no spaces, line feed at the end of each), every entry
a string; its hash is the SHA-256 in hexadecimal.  docs/rules.md tells an auditor the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from fractions import Fraction
from itertools import chain, zip_longest
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from permu_xl.workbook import layout
from permu_xl.xlsx.cells import Link

if TYPE_CHECKING:
    from permu_xl.engine.model import Scheme
    from permu_xl.workbook.reading import Book

__all__ = [
    "INPUT_DIGITS",
    "Cells",
    "digest",
    "line",
    "lines",
    "number",
    "numbers",
    "results_text",
    "scheme_text",
    "shortened",
]

Cells = Mapping[str, Mapping[int, Sequence[Any]]]
"""By title of a result table, and 1-based column, the values from below the header down."""

INPUT_DIGITS, _RESULT_DIGITS = 15, 12
"""Significant digits: what a spreadsheet shows, and what survives another program's arithmetic."""

_BLANK = '""'
"""The entry of a blank cell."""

_SHORT = 16
"""Hexadecimal digits of a hash that is shown."""


def digest(text: str) -> str:
    """Return the hash of a canonical text.

    >>> digest("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()


def shortened(hash: str) -> str:
    """Return the beginning of a hash, as people compare it; long enough to tell files apart."""
    return hash[:_SHORT]


def line(cells: Sequence[str]) -> str:
    r"""Return one line of a canonical text: the cells as JSON, without spaces.

    >>> line(["a", "甲"])
    '["a","甲"]\n'
    >>> json.loads(line(['"', "\\ \x01"])) == ['"', "\\ \x01"]
    True
    """
    # An encoder for the whole line takes twice as long, and there are lines for every firm.
    return f"[{','.join(map(encode_basestring, cells))}]\n"


def lines(rows: Sequence[Sequence[str]]) -> list[str]:
    r"""Return what ``line`` returns of each, in a third of the time where nothing is escaped.

    >>> lines([["a", "甲"], []]), lines([['"']]) == [line(['"'])]
    (['["a","甲"]\n', '[]\n'], True)
    """
    together = "".join(chain.from_iterable(rows))
    if len(encode_basestring(together)) > len(together) + 2:
        return list(map(line, rows))
    return ['["' + '","'.join(cells) + '"]\n' if cells else "[]\n" for cells in rows]


def number(value: float | None, digits: int = INPUT_DIGITS) -> str:
    """Return a number as C's ``%.15g`` writes it; "" for none.

    >>> number(10.0), number(0.1 + 0.2), number(-0.0), number(float("nan"))
    ('10', '0.3', '0', '')
    """
    return "" if value is None or value != value else f"{value + 0.0:.{digits}g}"


def numbers(values: Sequence[float | None], digits: int = INPUT_DIGITS) -> list[str]:
    """Return what ``number`` returns of each: all at once, in two thirds of the time.

    >>> numbers([10.0, 0.1 + 0.2, -0.0, None, float("nan")]), numbers([])
    (['10', '0.3', '0', '', ''], [])
    """
    return _spelled(values, f"%.{digits}g", "")


def _spelled(values: Sequence[float | None], form: str, blank: str) -> list[str]:
    # Adding 0 takes the sign from a zero.
    known = tuple([value + 0.0 for value in values if value is not None])
    if len(known) == len(values):
        forms = f"{form}\n" * len(values)
    else:
        forms = "".join([f"{blank if value is None else form}\n" for value in values])
    together = forms % known
    spelled = together.split("\n")[:-1]
    return [blank if "nan" in each else each for each in spelled] if "nan" in together else spelled


def scheme_text(scheme: Scheme) -> str:
    """Return a scheme, with the changes made on 参数, as one JSON document.

    Objects keep the order of the scheme; what has its default is left out, so that a scheme does
    not change its hash only because a later version of the program knows more rules.
    """
    return json.dumps(_plain(scheme), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        members = {
            f.name: getattr(value, f.name)
            for f in fields(value)
            if f.init and not _is_default(f, getattr(value, f.name))
        }
        return {"": type(value).__name__} | {key: _plain(each) for key, each in members.items()}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, (float, Fraction)):
        return number(value) if isinstance(value, float) else str(value)
    return value


def _is_default(field: Any, value: Any) -> bool:
    if field.default is not MISSING:
        return bool(value == field.default)
    return field.default_factory is not MISSING and bool(value == field.default_factory())


def results_text(book: Book, cells: Cells) -> str:
    """Return the figures and classes of 基准值, 得分 and 分类结果, as a canonical text.

    Columns in the order of the template; explaining texts, 序号 and blank rows are left out.
    """
    return "".join(_results(book, cells))


def _results(book: Book, cells: Cells) -> Iterator[str]:
    for title, fields_of in layout.result_tables(book.scheme).items():
        kept = [field for field in fields_of if not field.wording]
        at = book.outputs[title]
        columns = [_column(cells[title].get(at.columns[field.key] + 1, ())) for field in kept]
        yield line([title, *(field.header for field in kept)])
        begin, blank = line([title])[:-2], ",".join([_BLANK] * len(kept))
        for row in zip_longest(*columns, fillvalue=_BLANK):
            if (entries := ",".join(row)) != blank:
                yield f"{begin},{entries}]\n"


def _column(cells: Sequence[Any]) -> list[str]:
    """Return cells as entries of a line."""
    # There are a million of them: no call for each, and a number needs no escape.
    kinds = set(map(type, cells))
    if kinds <= {float, int, type(None)}:
        return _spelled(cells, f'"%.{_RESULT_DIGITS}g"', _BLANK)
    if kinds <= {str, type(None)}:
        entries = {
            cell: encode_basestring(" ".join(cell.split())) if cell else _BLANK
            for cell in set(cells)
        }
        return [entries[cell] for cell in cells]
    return [encode_basestring(_shown(cell)) for cell in cells]


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return number(value, _RESULT_DIGITS)
    text = value.text if isinstance(value, Link) else value
    return " ".join(str(text).split()) if text else ""
