"""The picture of a notice: bars against the baseline, drawn as a Word table.

A table needs no font of ours, stays sharp in print and can be edited like any other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from permu_xl.text import show_of_baseline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.reports.notices.data import Bar

__all__ = ["chart_xml"]

LABEL, PLOT, VALUE = 2150, 5500, 2200
"""Widths in twentieths of a point: 9,850 fit between the margins of the template."""
SCALE = 2.0
"""What the right end stands for: twice the baseline; longer bars are cut off there."""
BASELINE = LABEL + int(PLOT / SCALE)

MET, BELOW, DISTRICT, GROUND, LINE, GREY = (
    "2F75B5", "ED9B40", "A6A6A6", "F5F7FA", "C00000", "7F7F7F",
)  # fmt: skip
_OWN_HEIGHT, _DISTRICT_HEIGHT, _SPACE = 160, 90, 80


@dataclass(frozen=True, slots=True)
class _Cell:
    """A stretch of a row, from ``start`` to ``end`` in twips."""

    start: int
    end: int
    fill: str = ""
    text: str = ""
    colour: str = "000000"
    align: str = "left"
    merge: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    height: int
    cells: Sequence[_Cell]


def chart_xml(bars: Sequence[Bar]) -> str:
    """Return the table and its legend as WordprocessingML; texts are escaped."""
    rows = [_scale()]
    for bar in bars:
        rows += _bar_rows(bar)
    edges = sorted({edge for row in rows for cell in row.cells for edge in (cell.start, cell.end)})
    grid = "".join(
        f'<w:gridCol w:w="{b - a}"/>' for a, b in pairwise(edges)
    )  # fmt: skip
    place = {edge: k for k, edge in enumerate(edges)}
    body = "".join(_row_xml(row, place) for row in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{edges[-1]}" w:type="dxa"/>'
        '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>{_legend()}"
    )


def _scale() -> _Row:
    step = int(PLOT / SCALE / 2)
    marks = [
        _Cell(LABEL + k * step, LABEL + (k + 1) * step, text=f"{50 * k}%", colour=GREY)
        for k in range(int(2 * SCALE))
    ]
    last = _Cell(LABEL + PLOT, LABEL + PLOT + VALUE, text=f"{100 * SCALE:g}%", colour=GREY)
    return _Row(190, [_Cell(0, LABEL), *marks, last])


def _bar_rows(bar: Bar) -> list[_Row]:
    met = 0 <= bar.own <= 1 if bar.less_is_better else bar.own >= 1
    name = bar.name + ("（越低越好）" if bar.less_is_better else "")
    texts = _percent(bar.own)
    if not math.isnan(bar.district):  # none is told of a few firms, or of a growth
        texts += f"  本区{_percent(bar.district)}"
    rows = []
    for height, share, fill, merge in (
        (_OWN_HEIGHT, bar.own, MET if met else BELOW, "restart"),
        (_DISTRICT_HEIGHT, bar.district, DISTRICT, "continue"),
    ):
        label = _Cell(0, LABEL - 80, text=name, align="right", merge=merge)
        value = _Cell(LABEL + PLOT, LABEL + PLOT + VALUE, text="  " + texts, merge=merge)
        rows.append(_Row(height, [label, _Cell(LABEL - 80, LABEL), *_stretch(share, fill), value]))
    ends = _Cell(0, LABEL), _Cell(LABEL + PLOT, LABEL + PLOT + VALUE)
    rows.append(_Row(_SPACE, [ends[0], *_stretch(math.nan, ""), ends[1]]))
    return rows


def _stretch(share: float, fill: str) -> list[_Cell]:
    """Return the cells of the plot: the bar, the ground, divided where the baseline is."""
    length = 0 if math.isnan(share) else int(PLOT / SCALE * min(max(share, 0.0), SCALE))
    end = LABEL + length
    edges = sorted({LABEL, end, BASELINE, LABEL + PLOT})
    return [_Cell(a, b, fill if b <= end else GROUND) for a, b in pairwise(edges)]


def _percent(share: float) -> str:
    if math.isnan(share):
        return "无数据"
    return show_of_baseline(share) + ("▸" if share > SCALE else "")


def _row_xml(row: _Row, place: dict[int, int]) -> str:
    cells = "".join(_cell_xml(cell, place) for cell in row.cells)
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{row.height}" w:hRule="exact"/></w:trPr>'
        f"{cells}</w:tr>"
    )


def _cell_xml(cell: _Cell, place: dict[int, int]) -> str:
    span = place[cell.end] - place[cell.start]
    merge = {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}
    edge = f'<w:left w:val="single" w:sz="8" w:space="0" w:color="{LINE}"/>'
    line = f"<w:tcBorders>{edge}</w:tcBorders>"
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.fill}"/>' if cell.fill else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{cell.end - cell.start}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + merge[cell.merge]
        + (line if cell.start == BASELINE and cell.fill else "")
        + shade
        + f'<w:noWrap/><w:vAlign w:val="center"/></w:tcPr>{_paragraph(cell)}</w:tc>'
    )


def _paragraph(cell: _Cell) -> str:
    height = "170" if cell.text and cell.merge != "continue" else "20"
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{height}" w:lineRule="exact"/>'
    properties = f'<w:pPr>{spacing}<w:jc w:val="{cell.align}"/></w:pPr>'
    if not cell.text or cell.merge == "continue":
        return f"<w:p>{properties}</w:p>"
    return f"<w:p>{properties}{_run(cell.text, cell.colour)}</w:p>"


def _run(text: str, colour: str) -> str:
    return (
        f'<w:r><w:rPr><w:color w:val="{colour}"/><w:sz w:val="15"/><w:szCs w:val="15"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def _legend() -> str:
    keys = (
        (MET, "本企业，达到基准值　"),
        (BELOW, "本企业，未达到　"),
        (DISTRICT, "本区平均　"),
        (LINE, "基准值（100%）"),
    )
    runs = "".join(
        _run("▌" if colour != LINE else "｜", colour) + _run(text, GREY) for colour, text in keys
    )
    spacing = '<w:spacing w:before="20" w:after="0" w:line="190" w:lineRule="exact"/>'
    return f'<w:p><w:pPr>{spacing}<w:jc w:val="center"/></w:pPr>{runs}</w:p>'
