"""The template with live formulas: results follow the input as it is typed.

A hidden sheet asks PERMU_DISTRICT for the result tables, and whether there is anything against
showing them.  The columns of 基准值, 得分 and 分类结果 show what stands there, or nothing at all
while something is against it; a red line above them then says what.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout, look
from permu_xl.workbook.layout import FIRST_ROW, NOTE_ROW, Field
from permu_xl.workbook.live.evaluated import STATUS
from permu_xl.workbook.live.references import HELPER, Window, live_name, windows
from permu_xl.workbook.look import BAD, area, cell_style, colour_if, kind_of
from permu_xl.workbook.template import build_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

__all__ = ["ARRAY_LIMIT", "live_template"]

ARRAY_LIMIT = 255
"""Excel re-enters array formulas of up to this many characters only."""

_NOTE = "公式随输入自动计算，请不要改；最多{rows}行企业。定稿请用“整区重算”或“导出定稿”。"
_BEYOND = (
    "“{title}”第{last}行以下还有内容，这本工作簿的实时公式只算到第{last}行，"
    "现在一概不显示结果：请删去下面多余的内容；企业确实更多的，请用行数更多的模板（--rows）。"
)
_SPOILT = "输入表里有{}格是错误值（如#N/A），没有结果：请改正这些格子，“数据核查”会逐格列出。"
_NOT_ANSWERED = (
    "公式没有算出来，没有结果：请确认装有 permu_xl 加载项并启用了宏，再重新计算（Ctrl+Alt+F9）。"
)
_DAY_2000 = 36526
_FROM_1904 = (
    "这本工作簿的日期从1904年起计数，投产日期会读错，没有结果："
    "请改为从1900年起计数（Excel 选项→高级→计算此工作簿时）。"
)
_SAYS, _STOP, _ASKED, _SPOILT_CELLS = "$B$1", "$B$2", "$B$3", "$B$4"
_LABELS = ("说明", "不显示结果", "程序的说明", "错误值的格数")
_FIRST_COLUMN = 4
"""The first column of the result tables on the hidden sheet; before it are single cells."""


def live_template(
    scheme: Scheme, rows: int, *, district: str = "", year: int | None = None
) -> Workbook:
    """Return the template for a scheme with live formulas for the first ``rows`` rows of firms.

    The scheme must be one that comes with the program: the formulas name it by its id.
    """
    workbook = build_template(scheme, rows=rows, district=district, year=year, live_rows=rows)
    seen = windows(scheme, rows)
    helper: Worksheet = workbook.create_sheet(HELPER)
    helper.sheet_state = "hidden"
    _define(workbook, {window.key: window.area for window in seen})
    _define(workbook, {"says": _on_helper(_SAYS), "stop": _on_helper(_STOP)})
    _put_state(helper, scheme, rows, seen)
    column = _FIRST_COLUMN
    for title, fields in layout.result_tables(scheme).items():
        height = len(scheme.baseline_rows) if title == layout.BASELINES else rows
        _put_array(helper, column, len(fields), height, _call(title, scheme, seen))
        for number, field in enumerate(fields):
            look.put(helper, layout.HEADER_ROW, column + number, field.header, "Normal")
        _show(workbook[title], scheme, fields, column, height)
        _warn(workbook[title], len(fields), _NOTE.format(rows=rows))
        if title != layout.BASELINES:
            look.print_filled(workbook[title], fields)
        column += len(fields) + 1
    return workbook


def _define(workbook: Workbook, names: dict[str, str]) -> None:
    for key, text in names.items():
        name = live_name(key)
        workbook.defined_names[name] = DefinedName(name, attr_text=text)


def _on_helper(cell: str) -> str:
    return f"{quote_sheetname(HELPER)}!{cell}"


def _call(table: str, scheme: Scheme, seen: Sequence[Window]) -> str:
    given = ",".join(live_name(window.key) for window in seen)
    return f"PERMU_DISTRICT({f.text(table)},{given},{f.text(scheme.id)})"


def _put_state(helper: Worksheet, scheme: Scheme, rows: int, seen: Sequence[Window]) -> None:
    """Write what is against showing results, as far as plain formulas can tell: it needs no add-in.

    The program's own word comes last, since it cannot see what lies below its windows.
    """
    for row, label in enumerate((*_LABELS, *(window.title for window in seen)), 1):
        look.put(helper, row, 1, label, "Normal")
    spoilt = f"IF({_SPOILT_CELLS}>0,{_filled(_SPOILT, _SPOILT_CELLS)},{f.text(_NOT_ANSWERED)})"
    # Calc takes a text from an add-in as equal to nothing, until it is joined.
    told = f'IF(ISERROR({_ASKED}),{spoilt},{_ASKED}&"")'
    for row, window in reversed(list(enumerate(seen, len(_LABELS) + 1))):
        helper.cell(row, 2, f"={window.beyond}")
        below = f.text(_BEYOND.format(title=window.title, last=window.rows))
        told = f"IF($B${row}>0,{below},{told})"
    told = f"IF(DATE(2000,1,1)<>{_DAY_2000},{f.text(_FROM_1904)},{told})"
    errors = "+".join(f"SUMPRODUCT(1*ISERROR({live_name(window.key)}))" for window in seen)
    plain = (f"={told}", f'={_SAYS}<>""', f"={_call(STATUS, scheme, seen)}")
    for row, formula in enumerate(plain, 1):
        helper.cell(row, 2).value = formula
    # Gnumeric asks ISERROR cell by cell in array formulas only.
    helper["B4"] = ArrayFormula("B4", f"={errors}")
    row = len(_LABELS) + len(seen) + 1
    look.put(helper, row, 1, layout.LIVE_ROWS, "Normal")
    helper.cell(row, 2, rows)


def _filled(sentence: str, number: str) -> str:
    before, after = sentence.split("{}")
    return f"{f.text(before)}&{number}&{f.text(after)}"


def _put_array(sheet: Worksheet, column: int, width: int, height: int, formula: str) -> None:
    first, last = get_column_letter(column), get_column_letter(column + width - 1)
    cells = f"{first}{FIRST_ROW}:{last}{FIRST_ROW + height - 1}"
    sheet[f"{first}{FIRST_ROW}"] = ArrayFormula(cells, f"={formula}")


def _show(
    sheet: Worksheet, scheme: Scheme, fields: Sequence[Field], column: int, height: int
) -> None:
    """Give every column of a result table its array formula, and all its rows their look."""
    stop = live_name("stop")
    for number, field in enumerate(fields, 1):
        kind = kind_of(field, scheme)
        for row in range(FIRST_ROW, FIRST_ROW + height):
            sheet.cell(row, number).style = cell_style("output", kind)
        letter = get_column_letter(column + number - 1)
        found = _on_helper(f"${letter}${FIRST_ROW}:${letter}${FIRST_ROW + height - 1}")
        # Calc takes a text from an add-in's array as equal to nothing, until it is joined.
        joined = '&""' if field.kind in ("text", "code") else ""
        _put_array(sheet, number, 1, height, f'IF({stop},"",{found}{joined})')


def _warn(sheet: Worksheet, width: int, note: str) -> None:
    """Let the line below the title say in red why no results are shown."""
    sheet.cell(NOTE_ROW, 1).value = f"=IF({live_name('stop')},{live_name('says')},{f.text(note)})"
    colour_if(sheet, area(1, width, NOTE_ROW, NOTE_ROW), live_name("stop"), BAD)
