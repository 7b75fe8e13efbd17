"""Mutations of a workbook as a file: its bytes, the entries of its zip, the XML in them."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from random import Random

Parts = list[tuple[str, bytes]]

NASTY = (
    "", "0", "-1", "1", "00", "1.5", "1e999", "-1e308", "NaN", "Infinity", "true", "x", " ", "\n",
    "2147483648", "4294967295", "99999999999999999999", "9" * 5000, "٣", "A0", "A1048577", "XFE1",
    "XFD1048576", "ZZZZ9", "$A$1", "A1:XFD1048576", "B2:A1", "#REF!", "#N/A", "s", "e", "b", "d",
    "str", "inlineStr", "shared", "array", "dataTable", "2024-13-45T25:61:61", "../../../x",
    "/xl/workbook.xml", "http://127.0.0.1:9/x", "External", "xl\\workbook.xml", "x" * 40_000,
    "亩" * 20_000, "\U0001f4a9", "=1+1", "&amp;", "&#10;", "_x0000_", "_x000D_", "rId1", "rId3",
    "yyyy-mm-dd", "[h]:mm:ss", "PERMU_TOTAL(C5)", "SUM(A1:XFD1048576)",
)  # fmt: skip
"""Values that attributes and texts may get."""
_BROKEN = (
    "&#0;",
    "&lol;",
    "\x00",
    "\x1b[2J",
    "<",
    "&",
    "]]>",
    "<![CDATA[",
    "<!--",
    "<?x",
    "\ufffe",
)
_TOKEN = re.compile(rb"<[^>]*>|[^<]+")
_CORE = re.compile(r"sheet[2345678]\.|workbook|Types|styles|Strings")
_ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]*)"')


def unpack(raw: bytes) -> Parts:
    """Return the entries of a package in order."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return [(info.filename, package.read(info)) for info in package.infolist()]


def pack(parts: Parts) -> bytes:
    """Return a package with these entries, also with one name twice."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as package:
        warnings.simplefilter("ignore", UserWarning)
        for name, content in parts:
            info = zipfile.ZipInfo(name, (2021, 6, 30, 8, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, content, compresslevel=1)
    return out.getvalue()


# ---- bytes ---------------------------------------------------------------------------------------


def mutate_bytes(raw: bytes, random: Random) -> bytes:
    """Flip, cut, repeat or insert bytes, here and there."""
    made = bytearray(raw)
    for _ in range(random.choice((1, 1, 2, 5, 20))):
        at = random.randrange(len(made) + 1)
        size = random.choice((1, 2, 4, 64, 5000))
        match random.randrange(6):
            case 0:
                made[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                del made[at : at + size]
            case 2:
                made[at:at] = made[max(0, at - size) : at]
            case 3:
                made[at:at] = bytes(random.randrange(256) for _ in range(min(size, 64)))
            case 4:
                made[at : at + 4] = random.choice((b"\xff\xff\xff\xff", bytes(4), b"PK\x01\x02"))
            case _:
                del made[at:]
    return bytes(made)


# ---- entries -------------------------------------------------------------------------------------


def mutate_entries(parts: Parts, random: Random) -> Parts:
    """Drop, repeat, swap, cut, empty or rename entries."""
    made = list(parts)
    for _ in range(random.choice((1, 1, 2, 3))):
        if not made:
            break
        at, other = random.randrange(len(made)), random.randrange(len(made))
        name, content = made[at]
        match random.randrange(8):
            case 0:
                del made[at]
            case 1:
                made.insert(other, (name, content))
            case 2:
                made[at], made[other] = (name, made[other][1]), (made[other][0], content)
            case 3:
                made[at] = name, content[: random.randrange(len(content) + 1)]
            case 4:
                made[at] = name, b""
            case 5:
                made[at] = (
                    random.choice((name.upper(), f"../{name}", f"{name}x", "/" + name)),
                    content,
                )
            case 6:
                made[at] = name, mutate_bytes(content, random)
            case _:
                made.append((random.choice(NASTY)[:200] or "x", content))
    return made


# ---- XML -----------------------------------------------------------------------------------------


def mutate_xml(parts: Parts, random: Random) -> Parts:
    """Change tags, attributes and texts in one or some parts, mostly those that matter."""
    made = list(parts)
    xml = [k for k, (name, _) in enumerate(made) if name.endswith((".xml", ".rels", ".vml"))]
    core = [
        k for k in xml if re.search(r"sheet[2345678]\.|workbook|Types|styles|Strings", made[k][0])
    ]
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at = random.choice(core if core and random.random() < 0.8 else xml)
        tokens = _TOKEN.findall(made[at][1])
        for _ in range(random.choice((1, 1, 2, 4, 12))):
            if tokens:
                random.choice(_TOKEN_CHANGES)(tokens, random)
        made[at] = made[at][0], b"".join(tokens)
    return made


def _delete(tokens: list[bytes], random: Random) -> None:
    at = random.randrange(len(tokens))
    del tokens[at : at + random.choice((1, 1, 2, 9, 60))]


def _repeat(tokens: list[bytes], random: Random) -> None:
    at, size = random.randrange(len(tokens)), random.choice((1, 1, 2, 9, 60))
    tokens[at:at] = tokens[at : at + size] * random.choice((1, 1, 3, 50))


def _swap(tokens: list[bytes], random: Random) -> None:
    at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
    tokens[at], tokens[other] = tokens[other], tokens[at]


def _value(random: Random) -> bytes:
    values = NASTY if random.random() < 0.9 else _BROKEN
    return random.choice(values).encode("utf-8", "surrogatepass")


def _attribute(tokens: list[bytes], random: Random) -> None:
    tagged = [
        k for k in random.sample(range(len(tokens)), min(200, len(tokens))) if b"=" in tokens[k]
    ]
    for at in tagged[:1]:
        found = list(_ATTRIBUTE.finditer(tokens[at]))
        if found:
            one = random.choice(found)
            begin, end = one.span(2) if random.random() < 0.85 else one.span()
            new = _value(random) if (begin, end) == one.span(2) else b""
            tokens[at] = tokens[at][:begin] + new + tokens[at][end:]


def _text(tokens: list[bytes], random: Random) -> None:
    places = [k for k, token in enumerate(tokens) if not token.startswith(b"<")]
    if places:
        tokens[random.choice(places)] = _value(random)


def _rename(tokens: list[bytes], random: Random) -> None:
    at = random.randrange(len(tokens))
    names = (b"c", b"row", b"v", b"f", b"is", b"t", b"sheet", b"sheetData", b"x:c", b"si", b"cols")
    tokens[at] = re.sub(rb"^(</?)[\w:]+", lambda m: m[1] + random.choice(names), tokens[at])


def _insert(tokens: list[bytes], random: Random) -> None:
    pieces = (
        b'<c r="A1"><v>1</v></c>', b"<c><v>2</v></c>", b"<row/>", b"</row>", b'<row r="7">',
        b'<f t="shared" si="0"/>', b'<f t="array" ref="A1:XFD1048576">1</f>', b"<f/>",
        b'<c t="e"><v>#N/A</v></c>',
        b'<mergeCells><mergeCell ref="A1:R99"/></mergeCells>', b"</sheetData>", b"<sheetData/>",
        b'<autoFilter ref="A4:R9"><filterColumn colId="1"><filters><filter val="1e-999999999"/>'
        b"</filters></filterColumn></autoFilter>", b'<!DOCTYPE x [<!ENTITY j "j">]>', b"<!-- -->",
        b'<hyperlinks><hyperlink ref="A1:R9" location="x"/></hyperlinks>', b"\xff\xfe", b"\x00",
        b'<tableParts count="1"><tablePart/></tableParts>',
    )  # fmt: skip
    tokens.insert(random.randrange(len(tokens) + 1), random.choice(pieces))


def _cut(tokens: list[bytes], random: Random) -> None:
    del tokens[random.randrange(len(tokens)) :]


_TOKEN_CHANGES: tuple[Callable[[list[bytes], Random], None], ...] = (
    _attribute, _attribute, _attribute, _attribute, _text, _text, _delete, _repeat, _swap, _rename,
    _insert, _insert, _cut,
)  # fmt: skip
