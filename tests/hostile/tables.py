"""Department tables as an attacker, a bad export or a careless program makes them."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from tests.places import ROOT

OLD = ROOT / "tests" / "intake" / "sources" / "data" / "tax.xls"
HEAD = "统一社会信用代码,企业名称,实缴税收（万元）\n"
ROW = "912101000000000001,沈阳甲机床有限公司,12.5\n"

_NAMESPACES = "".join(
    f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
    for prefix in ("office", "table", "text", "style")
)
_CALC = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


# ---- OpenDocument --------------------------------------------------------------------------------


def cell(text: str, **attributes: str) -> str:
    """Return a cell with a text; attributes are those of the table namespace, _ for -."""
    more = "".join(f' table:{k.replace("_", "-")}="{v}"' for k, v in attributes.items())
    return (
        f'<table:table-cell office:value-type="string"{more}>'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def number(value: str) -> str:
    """Return a cell with a number."""
    return (
        f'<table:table-cell office:value-type="float" office:value="{value}">'
        f"<text:p>{value}</text:p></table:table-cell>"
    )


def row(*cells: str, repeated: str = "1") -> str:
    """Return a row."""
    begin = f'<table:table-row table:number-rows-repeated="{repeated}">'
    return f"{begin}{''.join(cells)}</table:table-row>"


TABLE = row(*map(cell, HEAD.strip().split(","))) + row(
    cell("912101000000000001"), cell("沈阳甲机床有限公司"), number("12.5")
)
"""A table that can be imported."""


def content(*rows: str, declaration: str = "", name: str = "表") -> bytes:
    """Return a content.xml with one sheet."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{declaration}'
        f"<office:document-content{_NAMESPACES}{_CALC}><office:body><office:spreadsheet>"
        f'<table:table table:name="{name}">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    ).encode()


def ods(path: Path, xml: bytes, kind: str = "spreadsheet", **more: bytes) -> Path:
    """Write an OpenDocument file."""
    with ZipFile(path, "w", ZIP_DEFLATED) as out:
        out.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", ZIP_STORED)
        for part, content_of_part in {"content.xml": xml, **more}.items():
            out.writestr(part, content_of_part)
    return path


# ---- old workbooks -------------------------------------------------------------------------------


def patched(raw: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """Return bytes with the first occurrence of some replaced; they must be there."""
    for old, new in changes:
        assert old in raw, old
        assert len(old) == len(new)
        raw = raw.replace(old, new, 1)
    return raw


def far_label(raw: bytes, row: int, column: int) -> bytes:
    """Return an old workbook with its first shared text moved to a row and column."""
    at = raw.find(struct.pack("<HH", 0x00FD, 10))
    return raw[: at + 4] + struct.pack("<HH", row, column) + raw[at + 8 :]


def oldest(records: Iterator[bytes]) -> bytes:
    """Return a workbook of Excel 2 with these records: a bare stream without a container."""
    begin = struct.pack("<HHHH", 0x0009, 4, 2, 0x10)
    return begin + b"".join(records) + struct.pack("<HH", 0x000A, 0)


def label(row: int, column: int, text: bytes) -> bytes:
    """Return a text cell of Excel 2."""
    body = struct.pack("<HH3xB", row, column, len(text)) + text
    return struct.pack("<HH", 0x0004, len(body)) + body


# ---- text ----------------------------------------------------------------------------------------


def write(path: Path, *pieces: str | bytes, times: int = 1) -> Path:
    """Write a file; the last piece as often as told."""
    with path.open("wb") as out:
        for piece in (*pieces[:-1], *(pieces[-1:] * times)):
            out.write(piece.encode() if isinstance(piece, str) else piece)
    return path


def sparse(path: Path, megabytes: int) -> Path:
    """Make a file that is large and takes no room."""
    path.touch()
    os.truncate(path, megabytes << 20)
    return path
