"""Workbooks as an attacker, a bad cable or a careless program makes them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from permu_xl.workbook import layout
from tests.workbook.districts import filled, firm, spread_firms
from tests.xlsx.sheets import MAIN, read_zip

Parts = dict[str, bytes]

DATA, SCORES = (
    f"xl/worksheets/sheet{layout.SHEETS.index(title) + 1}.xml"
    for title in (layout.DATA, layout.SCORES)
)
"""Where the template has 原始数据 and 得分; ``base`` makes sure."""
BOOK, BOOK_LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TYPES, STYLES, TEXTS = "[Content_Types].xml", "xl/styles.xml", "xl/sharedStrings.xml"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def base(folder: Path, firms: int = 8) -> Parts:
    """Return the parts of an ordinary workbook, its last sheet the one for data."""
    made = [*spread_firms(firms), firm(firms + 1, name="尾厂")]
    return read_zip(filled(folder / "base.xlsx", made, spread_firms(firms, seed=2)))


def write(path: Path, parts: Mapping[str, bytes | Iterable[bytes]]) -> Path:
    """Write a package; contents may come in pieces."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, content in parts.items():
            with out.open(name, "w", force_zip64=False) as stream:
                for piece in (content,) if isinstance(content, bytes) else content:
                    stream.write(piece)
    return path


def changed(parts: Parts, part: str, old: bytes | str, new: bytes | str) -> Parts:
    """Return the parts with a text in one of them replaced; it must be there."""
    before = old.encode() if isinstance(old, str) else old
    after = new.encode() if isinstance(new, str) else new
    assert before in parts[part], (part, before)
    return {**parts, part: parts[part].replace(before, after, 1)}


def rows_before_end(parts: Parts, part: str, rows: bytes) -> Parts:
    """Return the parts with rows added at the end of a sheet."""
    return changed(parts, part, b"</sheetData>", rows + b"</sheetData>")


def sheet_of(rows: Iterable[bytes]) -> Iterator[bytes]:
    """Return a sheet with these rows, in pieces."""
    yield f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    yield from rows
    yield b"</sheetData></worksheet>"


def with_texts(parts: Parts, items: bytes) -> Parts:
    """Return the parts with a table of shared texts."""
    made = changed(
        parts, BOOK_LINKS, "</Relationships>",
        f'<Relationship Id="rIdTexts" Type="{_RELATION}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
    )  # fmt: skip
    kind = f"{_OFFICE}.spreadsheetml.sharedStrings+xml"
    made = changed(
        made, TYPES, "</Types>",
        f'<Override PartName="/{TEXTS}" ContentType="{kind}"/></Types>',
    )  # fmt: skip
    return {**made, TEXTS: f'<sst xmlns="{MAIN}">'.encode() + items + b"</sst>"}


# ---- the zip -------------------------------------------------------------------------------------


def packed(parts: Parts) -> bytearray:
    """Return the bytes of a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return bytearray(out.getvalue())


def entries(raw: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Return where each entry's record and, from that, its local header stand."""
    at = bytes(raw).find(b"PK\x01\x02")
    while at >= 0:
        yield at, struct.unpack_from("<I", raw, at + 42)[0]
        at = bytes(raw).find(b"PK\x01\x02", at + 4)


def lying(parts: Parts) -> bytes:
    """Return a package whose last part unpacks to far more than it says."""
    raw = packed({**parts, "xl/media/lie.bin": bytes(300 << 20)})
    record, header = list(entries(raw))[-1]
    struct.pack_into("<I", raw, record + 24, 1000)
    struct.pack_into("<I", raw, header + 22, 1000)
    return bytes(raw)


def lying_sheet(parts: Parts) -> bytes:
    """Return a package in which the sheet of data unpacks to far more than it says."""
    later = {**{k: v for k, v in parts.items() if k != DATA}, DATA: bytes(300 << 20)}
    raw = packed(later)
    record, header = list(entries(raw))[-1]
    struct.pack_into("<I", raw, record + 24, 1000)
    struct.pack_into("<I", raw, header + 22, 1000)
    return bytes(raw)


def overlapping(parts: Parts) -> bytes:
    """Return a package in which two entries are one and the same content."""
    raw = packed({**parts, "xl/media/a.bin": b"x" * 99, "xl/media/b.bin": b"x" * 99})
    (_, one), (record, _) = list(entries(raw))[-2:]
    struct.pack_into("<I", raw, record + 42, one)
    at = record + 46
    raw[at : at + 14] = b"xl/media/b.bin"
    return bytes(raw)


def twice(parts: Parts) -> bytes:
    """Return a package with two sheets of data under one name."""
    raw = packed({**parts, "xl/worksheets/sheetX.xml": parts[DATA]})
    return bytes(raw).replace(b"xl/worksheets/sheetX.xml", DATA.encode())


def nested(parts: Parts) -> Parts:
    """Return a package that holds a zip bomb, which nobody has to open."""
    inner = bytes(packed({"a": bytes(200 << 20)}))
    return {**parts, "xl/embeddings/a.zip": bytes(packed({str(n): inner for n in range(20)}))}


# ---- XML -----------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "'
    + "ha" * 50
    + '">'
    + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">'
        for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY j "{"ha" * 50_000}">]>'


def declared(xml: bytes, declaration: str, *, use: str = "&j;", coding: str = "utf-8") -> bytes:
    """Return a part with a document type, and its entity used in a text and an attribute."""
    text = xml.decode()
    head, mark, body = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
    place = body.index(">")
    end = place - 1 if body[place - 1] == "/" else place
    body = f'{body[:end]} made="{use}"{body[end:]}'
    body = body.replace("</t>", f"{use}</t>", 1)
    head = head.replace("UTF-8", coding) if coding != "utf-8" else head
    return f"{head}{mark}{declaration}{body}".encode(coding)


def laughing(part: str, declaration: str = LAUGHS, **more: str) -> Callable[[Parts], Parts]:
    """Return what gives a part a document type."""
    return lambda parts: {**parts, part: declared(parts[part], declaration, **more)}


def without(part: str) -> Callable[[Parts], Parts]:
    """Return what takes a part out of a package."""
    return lambda parts: {name: xml for name, xml in parts.items() if name != part}


def put(part: str, old: str, new: str) -> Callable[[Parts], Parts]:
    """Return what replaces a text in a part."""
    return lambda parts: changed(parts, part, old, new)


# ---- sheets --------------------------------------------------------------------------------------


def inline(address: str, text: str | bytes) -> bytes:
    """Return a cell with a text."""
    content = text if isinstance(text, bytes) else text.encode()
    return b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>' % (address.encode(), content)


def number(address: str) -> bytes:
    """Return a cell with a number."""
    return b'<c r="%s"><v>1</v></c>' % address.encode()


def far(address: str, part: str = DATA, prefix: str = "") -> Callable[[Parts], Parts]:
    """Return what puts a number into a cell far away."""
    row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    made = b'<row r="%s">%s</row>' % (row.encode(), number(address))
    if prefix:
        made = made.replace(b"</", b"</%s:" % prefix.encode())
        made = made.replace(b"<row", b"<%s:row" % prefix.encode())
        made = made.replace(b"<c ", b"<%s:c " % prefix.encode())
        made = made.replace(b"<v>", b"<%s:v>" % prefix.encode())

    def change(parts: Parts) -> Parts:
        added = rows_before_end(parts, part, made)
        if not prefix:
            return added
        return changed(added, part, "<worksheet ", f'<worksheet xmlns:{prefix}="{MAIN}" ')

    return change


def many_sheets(parts: Parts, count: int = 10_000) -> Parts:
    """Return a package with that many sheets more."""
    sheet = b"".join(sheet_of([]))
    numbers = range(1000, 1000 + count)
    listed = "".join(
        f'<sheet xmlns:r="{_RELATION}" name="s{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATION}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in numbers
    )
    made = changed(parts, BOOK, "</sheets>", f"{listed}</sheets>")
    made = changed(made, BOOK_LINKS, "</Relationships>", f"{links}</Relationships>")
    return {**made, **{f"xl/worksheets/s{n}.xml": sheet for n in numbers}}


def many_rows(cells: bytes, count: int = 1_048_576, part: str = DATA) -> Callable[[Parts], object]:
    """Return what gives a sheet very many rows of the same cells (%d is the row)."""

    def rows(parts: Parts) -> Iterator[bytes]:
        head, _, _ = parts[part].partition(b"</sheetData>")
        yield head
        begin = 2000
        for first in range(begin, count + 1, 4096):
            span = range(first, min(first + 4096, count + 1))
            yield b"".join(
                b'<row r="%d">%s</row>' % (n, cells.replace(b"%d", b"%d" % n)) for n in span
            )
        yield b"</sheetData></worksheet>"

    return lambda parts: {**parts, part: rows(parts)}


def long_cell(megabytes: int, *, shared: bool, pieces: int = 1) -> Callable[[Parts], object]:
    """Return what puts one very long text into a cell, in one or many runs."""
    text = b"\xe4\xba\xa9" * ((megabytes << 20) // 3 // pieces)
    runs = b"<r><t>%s</t></r>" % text if pieces > 1 else b"<t>%s</t>" % text

    def change(parts: Parts) -> object:
        item = runs * pieces
        if shared:
            made = with_texts(parts, b"<si>%s</si>" % item)
            cell = b'<row r="900"><c r="C900" t="s"><v>0</v></c></row>'
            return rows_before_end(made, DATA, cell)
        cell = b'<row r="900"><c r="C900" t="inlineStr"><is>%s</is></c></row>' % item
        return rows_before_end(parts, DATA, cell)

    return change


def repeated_text(
    cells: int, characters: int = 32_767, quote: str = '"'
) -> Callable[[Parts], Parts]:
    """Return what repeats one shared text in very many cells."""

    def change(parts: Parts) -> Parts:
        made = with_texts(parts, b"<si><t>" + b"x" * characters + b"</t></si>")
        rows = b"".join(
            b'<row r="%d"><c r="R%d" t=%ss%s><v>0</v></c></row>'
            % (n, n, quote.encode(), quote.encode())
            for n in range(2000, 2000 + cells)
        )
        return rows_before_end(made, DATA, rows)

    return change


def many(part: str, before: str, element: str, count: int) -> Callable[[Parts], Parts]:
    """Return what repeats an element before a place in a part (%d is its number)."""
    return lambda parts: changed(
        parts, part, before, "".join(element.replace("%d", str(n)) for n in range(count)) + before
    )
