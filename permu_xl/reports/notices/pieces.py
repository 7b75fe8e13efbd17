"""What the notice's Word template is put together from: lines, tables, cells of a look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "add_heading",
    "add_line",
    "add_table",
    "align_cell",
    "in_points",
    "set_font",
    "shade_cell",
    "write_text",
]

_HEAD_FONT, _LATIN = "黑体", "Times New Roman"
_HEAD_FILL, _RULE = "DDE8F4", "8EA9C8"


def add_heading(document: Any, text: str) -> None:
    """Add a heading, on the page of what it heads."""
    paragraph = add_line(document, text, 10.5, head=True, before=4, after=2)
    paragraph.paragraph_format.keep_with_next = True


def add_line(
    document: Any,
    text: str,
    size: float = 9,
    *,
    head: bool = False,
    align: int = 0,
    before: float = 0,
    after: float = 0,
    colour: str = "",
) -> Any:
    """Add a paragraph of one run; sizes and spaces in points, ``align`` 1 for the middle."""
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = in_points(before)
    paragraph.paragraph_format.space_after = in_points(after)
    write_text(paragraph, text, size, head=head, colour=colour)
    return paragraph


def write_text(
    paragraph: Any, text: str, size: float = 9, *, head: bool = False, colour: str = ""
) -> None:
    """Add a run of text to a paragraph."""
    from docx.shared import RGBColor

    run = paragraph.add_run(text)
    run.font.size = in_points(size)
    if head:
        set_font(run._r.get_or_add_rPr(), _HEAD_FONT)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def add_table(
    document: Any, rows: Sequence[Sequence[str]], widths: Sequence[int], *, header: bool = True
) -> Any:
    """Add a table of texts; ``widths`` are in twips, the first row is a header or not."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Twips

    table = document.add_table(len(rows), len(widths))
    table.autofit, table.alignment = False, 1
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", _RULE)):
            edge.set(qn(f"w:{key}"), value)
        borders.append(edge)
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Twips(width)
    for row, texts in zip(table.rows, rows, strict=True):
        row.height = Twips(262)
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width, cell.vertical_alignment = Twips(width), 1
            write_text(cell.paragraphs[0], text, 8.5)
    if header:
        for cell in table.rows[0].cells:
            shade_cell(cell)
            align_cell(cell, 1)
    return table


def shade_cell(cell: Any) -> None:
    """Give a cell the ground of headers."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", _HEAD_FILL)):
        shade.set(qn(f"w:{key}"), value)
    properties = cell._tc.get_or_add_tcPr()
    following = properties.find(qn("w:vAlign"))
    following.addprevious(shade)


def align_cell(cell: Any, align: int) -> None:
    """Put a cell's text in the middle (1) or to the right (2)."""
    cell.paragraphs[0].alignment = align


def set_font(properties: Any, name: str) -> None:
    """Let Chinese be set in the font named, all else in the Latin one."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{key}"), _LATIN)
    fonts.set(qn("w:eastAsia"), name)


def in_points(size: float) -> Any:
    """Return a length of so many points."""
    from docx.shared import Pt

    return Pt(size)
