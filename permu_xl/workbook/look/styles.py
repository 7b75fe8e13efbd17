"""How the workbook looks: one font, one accent colour, a named cell style for each role and kind.

Named styles show up in the spreadsheet program's own style gallery, so that a user can restyle
all input cells, or all results, in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils.indexed_list import IndexedList

from permu_xl.findings import Level

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from permu_xl.engine.model import Scheme
    from permu_xl.workbook.layout import Field

FONT = "微软雅黑"
ACCENT = "1F4E79"
ACCENT_SOFT = "DCE6F0"
INPUT_FILL = "FFF8DC"
INK = "262626"
MUTED = "6B7280"
LINE = "C9D1D9"
LINK_INK = "0563C1"

LEVEL_COLOURS = {Level.ERROR: "C0392B", Level.WARNING: "D98E04", Level.HINT: "3A78B5"}
"""Colours of the findings by level."""

_CLASS_PALETTE = ("2E7D5B", "3E9A94", "4A7FB5", "E0A030", "D9772B", "B93A32")
"""From best to worst; a scheme with fewer classes uses some of them."""

Role = Literal["input", "output"]
Kind = Literal[
    "text",
    "line",
    "code",
    "date",
    "number",
    "ratio",
    "integer",
    "count",
    "points",
    "choice",
    "link",
    "share",
    "plain",
]

NUMBER_FORMATS: dict[Kind, str] = {
    "text": "General",
    "line": "General",
    "code": "@",
    "date": "yyyy-mm-dd",
    "number": "#,##0.00##",
    "ratio": "#,##0.0000",
    "integer": "#,##0",
    "count": "#,##0",
    "points": "0.00",
    "choice": "General",
    "link": "General",
    "share": "0.0%",
    "plain": "General",
}
_CENTRED = ("date", "choice", "link", "count")
_LEFT = ("text", "line", "code")
_SPECIAL_KINDS: dict[tuple[str, str], Kind] = {
    ("weight", "number"): "plain",
    ("cap", "number"): "plain",
    ("bonus_points", "number"): "points",
    ("aggregate", "number"): "ratio",
    ("mean", "number"): "ratio",
    ("highest", "number"): "ratio",
    ("value", "number"): "ratio",
    ("serial", "integer"): "count",
    ("rank", "integer"): "count",
    ("half", "text"): "choice",
    ("proposed", "text"): "choice",
    ("final", "text"): "choice",
    ("level", "text"): "choice",
    ("method", "text"): "choice",
    ("unit", "text"): "choice",
}
"""By key and kind the columns that look different from others of their kind."""

TITLE, NOTE, SECTION = "permu 标题", "permu 说明", "permu 小标题"
HEADER, HEADER_OPTIONAL = "permu 表头", "permu 表头 选填"
_ROLE_NAMES: dict[Role, str] = {"input": "输入", "output": "结果"}
_KIND_NAMES: dict[Kind, str] = {
    "text": "文本",
    "line": "单行文本",
    "code": "代码",
    "date": "日期",
    "number": "数值",
    "ratio": "指标值",
    "integer": "整数",
    "count": "户数",
    "points": "分数",
    "choice": "选项",
    "link": "链接",
    "share": "比例",
    "plain": "常规数",
}


def cell_style(role: Role, kind: Kind) -> str:
    """Return the name of the style of table cells.

    >>> cell_style("input", "code")
    'permu 输入 代码'
    """
    return f"permu {_ROLE_NAMES[role]} {_KIND_NAMES[kind]}"


def kind_of(field: Field, scheme: Scheme) -> Kind:
    """Return which kind of cell style a column gets."""
    column = scheme.columns.get(field.key)
    if column is not None and column.whole:
        return "integer"
    if field.key.startswith("value:"):
        return "ratio"
    return _SPECIAL_KINDS.get((field.key, field.kind), field.kind)


def register(workbook: Workbook) -> None:
    """Add all named styles to a workbook."""
    # Cells without a style and the unit of column widths follow the first font of a workbook.
    ordinary = Font(FONT, 10, color=INK)
    workbook._fonts = IndexedList([ordinary])  # type: ignore[attr-defined]
    workbook._named_styles["Normal"].font = ordinary  # type: ignore[attr-defined]
    edge = Side(style="thin", color=LINE)
    box = Border(left=edge, right=edge, top=edge, bottom=edge)
    middle = Alignment(vertical="center")
    centre = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for name, font, alignment in (
        (TITLE, Font(FONT, 16, bold=True, color=ACCENT), middle),
        (NOTE, Font(FONT, 9, color=MUTED), middle),
        (SECTION, Font(FONT, 11, bold=True, color=ACCENT), middle),
    ):
        workbook.add_named_style(NamedStyle(name, font=font, alignment=alignment))
    for name, ink, fill in (
        (HEADER, "FFFFFF", ACCENT),
        (HEADER_OPTIONAL, ACCENT, ACCENT_SOFT),
    ):
        workbook.add_named_style(
            NamedStyle(
                name,
                font=Font(FONT, 10, bold=True, color=ink),
                fill=PatternFill("solid", start_color=fill),
                border=box,
                alignment=centre,
            )
        )
    for role in _ROLE_NAMES:
        for kind in _KIND_NAMES:
            workbook.add_named_style(_table_cell(role, kind, box))


def _table_cell(role: Role, kind: Kind, box: Border) -> NamedStyle:
    link = kind == "link"
    horizontal = "center" if kind in _CENTRED else "left" if kind in _LEFT else "right"
    return NamedStyle(
        cell_style(role, kind),
        font=Font(FONT, 10, color=LINK_INK if link else INK, underline="single" if link else None),
        fill=PatternFill("solid", start_color=INPUT_FILL) if role == "input" else PatternFill(),
        border=box,
        alignment=Alignment(
            horizontal=horizontal,
            vertical="center",
            wrap_text=kind == "text",
            shrink_to_fit=kind == "line",
            indent=1 if kind in _LEFT else 0,
        ),
        number_format=NUMBER_FORMATS[kind],
    )


def class_colours(letters: tuple[str, ...]) -> dict[str, str]:
    """Return a colour for each class by its position, from green (best) to red (worst).

    >>> class_colours(("优", "劣"))
    {'优': '2E7D5B', '劣': 'B93A32'}
    """
    last = len(_CLASS_PALETTE) - 1
    steps = max(len(letters) - 1, 1)
    return {
        letter: _CLASS_PALETTE[round(position * last / steps)]
        for position, letter in enumerate(letters)
    }


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with ``share`` of another mixed in; for tints and shades.

    >>> mixed("000000", "FFFFFF", 0.5)
    '808080'
    """
    pairs = zip(bytes.fromhex(colour), bytes.fromhex(other), strict=True)
    return "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def tint(colour: str) -> str:
    """Return a light fill on which dark text can be read."""
    return mixed(colour, "FFFFFF", 0.8)


def shade(colour: str) -> str:
    """Return a dark ink that can be read on the colour's tint."""
    return mixed(colour, "000000", 0.35)
