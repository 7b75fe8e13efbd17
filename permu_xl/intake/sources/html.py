"""A web page with the name of a workbook: what most systems call an export to Excel.

It is read as Excel reads it: one sheet, text outside of tables in rows of its own, tables one
below the other.  Nothing is fetched, no script runs, no tree is built.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

from permu_xl.errors import BookError
from permu_xl.intake.sources.sheet_builder import Cell, SheetBuilder, Shelf
from permu_xl.intake.sources.text import decoded
from permu_xl.text import number_in
from permu_xl.xlsx.cells import ERROR_CELL, as_seen, is_plain, without_full_stroke
from permu_xl.xlsx.files import Limits, too_large

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from permu_xl.intake.sources.source import SourceFile

__all__ = ["HEAD", "NAME", "finished", "is_page", "no_table", "read_into", "read_page"]

_PAGE = re.compile(rb"<(?:html|table|tr|body|head|div|meta)[\s>]|<!doctype\s+html", re.I)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,30})", re.I)
NAME = re.compile(r"<x:Name>([^<]{1,100})</x:Name>")
"""The name of a sheet."""
_RULE = re.compile(r"\.([\w-]+)\s*\{([^}]*)\}")
_FORMAT = re.compile(r"mso-number-format\s*:\s*(\"[^\"]*\"|'[^']*'|[^;]+)", re.I)
_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
_STRIKES = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.I)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SILENT = {"script", "style", "title", "xml", "noscript", "template"}
_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "caption", "center", "hr", "br"}
_STRUCK = {"s", "strike", "del"}
_SMALL = {"sup", "sub"}
HEAD = 65_536
"""So many bytes tell what a file is."""
_PIECE = 1 << 16
_MOST_SPAN = 1000
_MOST_ROWS_SPANNED = 65_534


def is_page(raw: bytes) -> bool:
    """Return whether bytes are a web page."""
    head = raw[:HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith(b"<") and _PAGE.search(head) is not None


def read_page(path: Path, raw: bytes, limits: Limits) -> SourceFile:
    """Read a page.

    Raises BookError where it has no table or is too large, FileAccessError where its coding is
    unknown.
    """
    shelf = Shelf(path, limits)
    read_into(path, raw, "", path.stem, shelf, limits)
    return finished(path, shelf, "网页表格（HTML）")


def finished(path: Path, shelf: Shelf, how: str) -> SourceFile:
    """Return what was read; raise BookError where no page had a table."""
    if not shelf.count:
        raise no_table(path)
    return shelf.file(how, is_text=True)


def no_table(path: Path) -> BookError:
    """Make the error about a page without a table."""
    return BookError(
        f"“{path}”名为工作簿，内容却是网页，而且里面没有表格；"
        "请在 Excel 或 WPS 中打开，另存为 .xlsx 后再试。"
    )


def read_into(
    path: Path, raw: bytes, charset: str, name: str, shelf: Shelf, limits: Limits
) -> None:
    """Read one page as a sheet; raise as ``read_page`` does."""
    if len(raw) > limits.sheet_text_mb << 20:
        raise too_large(path, f"的文字超过{limits.sheet_text_mb} MB", "sheet_text_mb")
    if raw.count(b"<") > limits.sheet_tags:
        raise too_large(path, f"里的标记超过{limits.sheet_tags}个", "sheet_tags")
    told = _CHARSET.search(raw[:HEAD])
    text, _ = decoded(path, raw, charset or (told[1].decode("latin-1") if told else ""))
    named = NAME.findall(text[:HEAD])
    reader = _Reader(SheetBuilder(path, named[0] if len(named) == 1 else name, limits))
    target: Any = reader  # Only the stubs allow for bytes.
    parser = etree.HTMLParser(target=target, no_network=True, huge_tree=False)
    try:
        for begin in range(0, len(text), _PIECE):
            parser.feed(text[begin : begin + _PIECE])
        parser.close()
    except etree.LxmlError as error:
        raise no_table(path) from error
    reader.finish()
    if reader.has_cells:
        shelf.put(reader.builder)


class _Reader:
    """Takes the events of a page."""

    def __init__(self, builder: SheetBuilder) -> None:
        self.builder = builder
        self.has_cells = False
        self._formats: dict[str, str] = {}
        self._silent = self._struck = 0
        self._within: list[str] = []
        """The elements that are open within a cell, each with what it makes of its text."""
        self._tag = ""
        self._row = False
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._loose: list[str] = []
        self._spanned: dict[int, int] = {}
        self._tables = self._column = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._tag = tag
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self._end_row()
            self._flush()
            self._tables += 1
            self._column = 0
        elif tag == "tr":
            self._begin_row(attributes)
        elif tag in ("td", "th"):
            self._end_cell()
            if not self._row:
                self._begin_row({})
            self._cell, self._text, self._within = dict(attributes), [], []
        elif tag == "col":
            self._note_column(attributes)
        else:
            if tag in _BLOCKS:
                self._break()
            self._begin_piece(tag, attributes)

    def end(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._end_row()
            self._flush()
            self._spanned = {}
            self._tables -= 1
        else:
            if self._cell is not None and self._within:
                self._within.pop()
            elif tag in _STRUCK:
                self._struck = max(self._struck - 1, 0)
            if tag in _BLOCKS and tag != "br":
                self._break()

    def data(self, text: str) -> None:
        if self._silent:
            if self._tag == "style":
                self._note_formats(text)
            return
        if self._cell is not None and "hidden" in self._within:
            return
        spaced = _SPACES.sub(" ", text)
        self.builder.count_text(len(spaced))
        if self._cell is None:
            self._loose.append(spaced)
        else:
            small, struck = ("small" in self._within), ("struck" in self._within)
            seen = as_seen(spaced, small=small, struck=struck)
            self._text.append(seen)
            if struck and seen == spaced and spaced.strip():
                # Words struck out; of digits it is known at the end whether others stand beside.
                self._cell["struck"] = "1"

    def _begin_piece(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element within a cell or around whole tables."""
        if self._cell is None:
            self._struck += tag in _STRUCK
            return
        style = attributes.get("style", "")
        if _HIDES.search(style) or "hidden" in attributes:
            look = "hidden"
        elif tag in _STRUCK or _STRIKES.search(style):
            look = "struck"
        else:
            look = "small" if tag in _SMALL else ""
        self._within.append(look)

    def comment(self, text: str) -> None:
        # Systems put their style sheets into comments.
        if self._tag == "style":
            self._note_formats(text)

    def close(self) -> None:
        pass

    def finish(self) -> None:
        """End what the page has left open."""
        self._end_row()
        self._flush()

    def _note_formats(self, text: str) -> None:
        for name, rule in _RULE.findall(text):
            found = _FORMAT.search(rule)
            if found is not None:
                self._formats[name] = _unescaped(found[1])

    def _note_column(self, attributes: Mapping[str, str]) -> None:
        count = _number(attributes.get("span"), _MOST_SPAN)
        hidden = _HIDES.search(attributes.get("style", "")) is not None
        if hidden or attributes.get("width", "").strip() == "0":
            self.builder.hide_columns(self._column, count)
        self._column += count

    def _break(self) -> None:
        """End a line: in a cell of its text, outside of tables a row."""
        if self._cell is None:
            self._flush()
        elif "".join(self._text).strip():
            self._text.append("\n")

    def _flush(self) -> None:
        """Put loose text into a row of its own."""
        text = "".join(self._loose).strip()
        self._loose = []
        if text:
            self.builder.begin_row()
            self.builder.add(Cell(text))
            self.builder.end_row()

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        self._end_row()
        self._flush()
        self._row = True
        self.builder.begin_row(hidden=_HIDES.search(attributes.get("style", "")) is not None)

    def _end_row(self) -> None:
        self._end_cell()
        if self._row:
            self._row = False
            self.builder.end_row()
            self._spanned = {c: left - 1 for c, left in self._spanned.items() if left > 1}

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        attributes = self._cell
        text, struck = without_full_stroke(_lines("".join(self._text)))
        if struck:
            attributes["struck"] = "1"
        self._cell = None
        builder = self.builder
        if _HIDES.search(attributes.get("style", "")):
            # No browser leaves room for it.
            return
        while self._spanned.get(builder.next_column):
            builder.skip_cells(1)
        self.has_cells |= text != ""
        column = builder.next_column
        width = _number(attributes.get("colspan"), _MOST_SPAN)
        height = _number(attributes.get("rowspan"), _MOST_ROWS_SPANNED)
        builder.add(self._made(attributes, text, height, width))
        builder.skip_cells(width - 1)
        if height > 1:
            self._spanned |= dict.fromkeys(range(column, column + width), height)

    def _made(self, attributes: Mapping[str, str], text: str, height: int, width: int) -> Cell:
        style = attributes.get("style", "")
        struck = bool(self._struck) or "struck" in attributes or bool(_STRIKES.search(style))
        if "x:err" in attributes:
            return Cell("", ERROR_CELL.format(text), struck=struck, height=height, width=width)
        held = number_in(attributes.get("x:num") or attributes.get("sdval") or "")
        if held is not None:
            return Cell(held, "", text, "", struck, 1, height, width)
        code = self._format(style, attributes.get("class", ""))
        number = number_in(text) if code and not is_plain(code) else None
        if number is not None:
            return Cell(number, "", "", code, struck, 1, height, width)
        return Cell(text, struck=struck, height=height, width=width)

    def _format(self, style: str, classes: str) -> str:
        found = _FORMAT.search(style)
        if found is not None:
            return _unescaped(found[1])
        return next((self._formats[c] for c in classes.split() if c in self._formats), "")


def _lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def _unescaped(text: str) -> str:
    """Return a number format out of a style sheet, where every sign has a stroke before it."""

    def sign(found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else 0
        return chr(code) if 0 < code < 0xD800 else found[2] or ""

    text = text.strip()
    return _ESCAPE.sub(sign, text.strip(text[0]) if text[:1] in ("'", '"') else text)


def _number(text: str | None, most: int) -> int:
    """Return how far a cell reaches; 1 where that is no number."""
    plain = (text or "").strip()
    return min(max(int(plain), 1), most) if plain.isdecimal() and len(plain) < 10 else 1
