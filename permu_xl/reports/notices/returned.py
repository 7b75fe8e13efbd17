"""Notices that firms have filled in and sent back: what they object to.

Files come from strangers: they are unpacked within the limits of workbooks, and nothing but the
text of the main part is read.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from permu_xl.errors import BookError
from permu_xl.findings import At, Finding
from permu_xl.xlsx import package as ooxml
from permu_xl.xlsx.files import OLE_SIGNATURE, Limits, read_raw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["CLAIM", "CODE", "FIRM", "ITEM", "WORDS", "Returned", "read_returned"]

FIRM, CODE = "企业名称", "统一社会信用代码"
ITEM, CLAIM, WORDS = "项目", "企业更正", "异议和证明材料"
"""Headers of the notice by which it is read back: whose it is, and what is to be filled in."""

_TITLE = re.compile(r"(.*?)(\d{4})年度工业企业")
_TICKED = re.compile(r"[☑☒√✓✔■●]有异议")
_CONFIRMED = re.compile(
    r"(以上|上述|经)?(我司|我公司|我单位|本公司|本单位|企业)?(已)?(数据|情况|内容)?(均|全部)?"
    r"(无|无异议|没有异议|无意见|没有意见|无更正|无需更正|不更正|不变|同左|同上|属实|无误|正确|一致|"
    r"准确|相符|(已)?(核对|核实|确认)(无误|属实|无异议)?|同意|认可|对|ok|[/／\\—–\-√✓✔]+)"
)
"""What a firm writes that agrees; anything beyond it is an objection."""
_MAIN = "word/document.xml"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"


@dataclass(frozen=True, slots=True)
class Returned:
    """One firm's notice: of which district and year, the items with the figures it claims, words.

    ``objects`` says that the firm has ticked that it objects.
    """

    title: tuple[str, str]
    code: str
    name: str
    claims: tuple[tuple[str, str], ...]
    words: str
    objects: bool


def read_returned(path: Path) -> tuple[list[Returned], list[Finding]]:
    """Return the notices in a Word document, several if they were made as one file.

    What cannot be read is a finding.
    """
    at = At("objections", item="确认单", file=path.name)
    if path.suffix.lower() not in (".docx", ".docm"):
        return [], [_unreadable(at, "不是 Word 文档（.docx）")]
    try:
        root = _document(path)
    except (BookError, KeyError, *ooxml.BROKEN_ZIP, etree.XMLSyntaxError):
        return [], [_unreadable(at, "打不开，或不是完好的 Word 文档（.docx）")]
    found = list(_notices(_blocks(root)))
    return (found, []) if found else ([], [_unreadable(at, "里找不到确认单的表格")])


def _unreadable(at: At, problem: str) -> Finding:
    remedy = "在 Word 里另存为 .docx 再试；纸面的、扫描的请手工登记"
    return Finding.of("E291", at, problem=f"“{at.file}”{problem}", remedy=remedy)


def _document(path: Path) -> etree._Element:
    limits = Limits.from_environment()
    raw, _ = read_raw(path, limits)
    if raw.startswith(OLE_SIGNATURE):
        raise BookError(str(path))
    with ooxml.open_zip(path, raw, limits) as package:
        entries = ooxml.checked_entries(path, package, limits)
        info = entries[_MAIN]
        if info.file_size > limits.tree_mb << 20:
            raise BookError(str(path))
        return ooxml.parse(ooxml.read_entry(package, info))


Rows = list[list[str]]


def _blocks(root: etree._Element) -> Iterator[str | Rows]:
    """Yield the paragraphs, and the tables as rows of texts, in the order of the document."""
    for each in root.iter(*(f"{space}{tag}" for space in (_WORD, _STRICT) for tag in ("p", "tbl"))):
        inside = any(True for _ in each.iterancestors(f"{_WORD}tbl", f"{_STRICT}tbl"))
        if inside:
            continue
        yield _rows(each) if each.tag.endswith("}tbl") else _text(each)


def _rows(table: etree._Element) -> Rows:
    return [
        [_text(cell) for cell in row.iterchildren("{*}tc")] for row in table.iterchildren("{*}tr")
    ]


def _text(element: etree._Element) -> str:
    """Return the text of an element; what was deleted with changes tracked is none."""
    paragraphs = [element, *element.iter("{*}p")] if not element.tag.endswith("}p") else [element]
    lines = []
    for paragraph in paragraphs[1:] if len(paragraphs) > 1 else paragraphs:
        lines.append("".join(text.text or "" for text in paragraph.iter("{*}t")))
    return " ".join(" ".join(lines).split())


def _notices(blocks: Iterator[str | Rows]) -> Iterator[Returned]:
    title, tables = ("", ""), list[Rows]()
    for block in blocks:
        if isinstance(block, str):
            if found := _TITLE.match(block):
                if tables:
                    yield _notice(title, tables)
                title, tables = (found[1].strip(), found[2]), []
        elif tables or _beside(block, FIRM):
            tables.append(block)
    if tables:
        yield _notice(title, tables)


def _notice(title: tuple[str, str], tables: Sequence[Rows]) -> Returned:
    rows = [row for table in tables for row in table]
    words = next((row[1] for row in rows if len(row) > 1 and row[0].startswith(WORDS)), "")
    words = "" if _agrees(words) else words
    ticked = any(_TICKED.search("".join(cell.split())) for row in rows for cell in row)
    claims = tuple(claim for table in tables for claim in _claims(table))
    return Returned(title, _beside(rows, CODE), _beside(rows, FIRM), claims, words, ticked)


def _beside(rows: Rows, label: str) -> str:
    """Return what stands to the right of a label, "" where there is none."""
    for row in rows:
        for cell, right in itertools.pairwise(row):
            if cell == label:
                return right
    return ""


def _claims(table: Rows) -> Iterator[tuple[str, str]]:
    head = table[0] if table else []
    item = next((k for k, text in enumerate(head) if text == ITEM), -1)
    claim = next((k for k, text in enumerate(head) if text.startswith(CLAIM)), -1)
    if item < 0 or claim < 0:
        return
    for row in table[1:]:
        if len(row) > max(item, claim) and row[claim] and not _agrees(row[claim]):
            yield row[item], row[claim]


def _agrees(text: str) -> bool:
    """Return whether a text says that all is right.

    >>> [_agrees(text) for text in ("无异议。", "数据属实", "情况 属实", "/", "√")]
    [True, True, True, True, True]
    >>> [_agrees(text) for text in ("", "0", "-5", "不属实", "无此用地", "属实，但产值应是8260")]
    [False, False, False, False, False, False]
    """
    bare = re.sub(r"[\s，,。.！!、；;]", "", text).lower()
    return _CONFIRMED.fullmatch(bare) is not None
