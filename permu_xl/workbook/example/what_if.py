"""The sheets 试算 and 试算数据: choose a firm, change its figures, see what becomes of it.

What is looked up and compared stands in ordinary formulas; scores, ranks, classes and the figures
needed come from PERMU_EVALUATE, PERMU_NEED and PERMU_EXPLAIN.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from openpyxl.chart import BarChart, Reference
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.engine import Evaluation, half_names
from permu_xl.engine.model import Selection, TwoStage
from permu_xl.workbook import look
from permu_xl.workbook.example.what_if_places import (
    CHOICE,
    DATA_SHEET,
    FIGURES,
    FIRST,
    GOAL,
    GOAL_ROW,
    OUTCOME,
    ROW,
    WHAT_IF_SHEET,
    Places,
)
from permu_xl.workbook.example.what_if_values import at_first, shown_at_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["DATA_SHEET", "WHAT_IF_SHEET", "add_what_if"]

_NOTE = (
    "选一户企业，在“试算数据”一列改它的数（空着的照现有数据），下面就是它的得分、名次、分类和到各条线的距离。"
    "其他企业和基准值都不变；企业是虚构的，换成自己的数据请改“试算数据”一页。"
)
_DATA_NOTE = "浅黄的格子是各企业的现有数据，可以换成自己的；右边各列是公式，请不要改。"
_FIRMS = 60
_ROUNDED = {"floor": "INT({})", "half_up": "ROUND({},0)", "ceil": "ROUNDUP({},0)"}


def add_what_if(workbook: Workbook, e: Evaluation) -> look.Shown:
    """Add both sheets, with the first ranked firms of a district under one two-stage rule.

    Return what their formulas show.
    """
    chosen = np.flatnonzero(e.graded)[:_FIRMS].tolist()
    places = Places(e.scheme, len(chosen))
    sheet = workbook.create_sheet(WHAT_IF_SHEET)
    data = workbook.create_sheet(DATA_SHEET)
    _firms(data, places, e, chosen)
    look.head(sheet, "试算：改一户企业的数据会怎样", _NOTE)
    _choices(sheet, places, str(e.roster.names[chosen[0]]))
    _figures(sheet, places)
    _indicators(sheet, places, e)
    _outcome(sheet, places)
    _lines(sheet, places)
    _words(sheet, places)
    _chart(sheet, places)
    for column, width in zip("ABCDEFGHIJ", (26, 26, 14, 16, 14, 18, 14, 14, 14, 12), strict=True):
        sheet.column_dimensions[column].width = width
    look.page(sheet, e.scheme, header_row=None)
    known = at_first(e, chosen, 0, GOAL)
    return shown_at_first(places, known)


def _firms(sheet: Worksheet, places: Places, e: Evaluation, chosen: Sequence[int]) -> None:
    """Write firms and figures, the figures tried, and both evaluations beside them."""
    look.head(sheet, "试算用的数据", _DATA_NOTE)
    scheme, count = places.scheme, places.columns
    raw = [c.name + (f"（{c.unit}）" if c.unit else "") for c in scheme.columns.values()]
    result = [i.name for i in scheme.indicators] + [f"{i.name}得分" for i in scheme.indicators]
    headers = ["序号", "企业名称", *raw, "加分", *(f"采用{name}" for name in raw)]
    headers += [f"{when}{name}" for when in ("现有", "试算") for name in (*result, *OUTCOME)]
    for column, text in enumerate(headers, 1):
        look.put(sheet, FIRST - 1, column, text, look.HEADER)
        sheet.column_dimensions[get_column_letter(column)].width = 24 if column == 2 else 13
    sheet.row_dimensions[FIRST - 1].height = look.row_height(3)
    for number, firm in enumerate(chosen, 1):
        row = FIRST + number - 1
        look.put(sheet, row, 1, number, look.cell_style("output", "count"))
        name = str(e.roster.names[firm])
        look.put(sheet, row, 2, name, look.cell_style("input", "line"))
        for k, item in enumerate(scheme.columns.values()):
            figure = float(e.roster.number(item.id)[firm])
            cell = None if np.isnan(figure) else int(figure) if item.whole else figure
            kind: look.Kind = "integer" if item.whole else "number"
            look.put(sheet, row, 3 + k, cell, look.cell_style("input", kind))
            own = f"{get_column_letter(3 + k)}{row}"
            tried = f"{quote_sheetname(WHAT_IF_SHEET)}!$E${FIGURES + k}"
            formula = f'IF($A{row}={ROW},IF({tried}="","",{tried}),IF({own}="","",{own}))'
            at = places.bonus_column + 1 + k
            look.put_formula(sheet, row, at, formula, look.cell_style("output", kind))
        bonus = float(np.nan_to_num(e.roster.bonus_points[firm]))
        style = look.cell_style("input", "points")
        look.put(sheet, row, places.bonus_column, bonus or None, style)
        for column in range(places.results(trial=False), len(headers) + 1):
            sheet.cell(row, column).style = look.cell_style("output", "line")
    for trial in (False, True):
        figures = places.down(places.bonus_column + 1 if trial else 3, count)
        call = f"PERMU_EVALUATE({figures},{places.baselines},{places.down(places.bonus_column)})"
        first = places.results(trial=trial)
        area = places.down(first, places.width).partition("!")[2].replace("$", "")
        sheet[f"{get_column_letter(first)}{FIRST}"] = ArrayFormula(area, f"={call}")
    sheet.freeze_panes = f"C{FIRST}"


def _choices(sheet: Worksheet, places: Places, firm: str) -> None:
    names = places.down(2)
    look.put(sheet, CHOICE, 1, "企业（从下拉列表选）", look.HEADER)
    look.put(sheet, CHOICE, 2, firm, look.cell_style("input", "line"))
    look.put(sheet, CHOICE, 3, "第几行", look.HEADER)
    row = f"MATCH($B${CHOICE},{names},0)"
    look.put_formula(sheet, CHOICE, 4, row, look.cell_style("output", "count"))
    look.validate_cell(sheet, f"B{CHOICE}", DataValidation("list", formula1=names))
    look.put(sheet, GOAL_ROW, 1, "目标（分类或名次）", look.HEADER)
    look.put(sheet, GOAL_ROW, 2, GOAL, look.cell_style("input", "choice"))
    goal = "填分类，如 A；或名次，如 10。下表最右一列是只改那一项时须达到的数。"
    look.put(sheet, GOAL_ROW, 3, goal, look.NOTE)


def _header(sheet: Worksheet, row: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, 1):
        look.put(sheet, row, column, text, look.HEADER)
    sheet.row_dimensions[row].height = look.row_height(2)


def _figures(sheet: Worksheet, places: Places) -> None:
    """Write the firm's figures, the cells to change, and what each would have to be."""
    texts = (
        "数据项",
        "单位",
        "现有数据",
        "试算数据（在这里改）",
        "采用",
        "达到目标须（只改这一项）",
    )
    _header(sheet, FIGURES - 1, texts)
    last = FIGURES + places.columns - 1
    for k, column in enumerate(places.scheme.columns.values()):
        row = FIGURES + k
        kind: look.Kind = "integer" if column.whole else "number"
        own = places.of_firm(3 + k)
        look.put(sheet, row, 1, column.name, look.cell_style("output", "line"))
        look.put(sheet, row, 2, column.unit, look.cell_style("output", "choice"))
        present = f'IF({own}="","",{own})'
        look.put_formula(sheet, row, 3, present, look.cell_style("output", kind))
        look.put(sheet, row, 4, None, look.cell_style("input", kind))
        used = f'IF(D{row}="",C{row},D{row})'
        look.put_formula(sheet, row, 5, used, look.cell_style("output", kind))
        sheet.cell(row, 6).style = look.cell_style("output", kind)
    tried = places.down(places.bonus_column + 1, places.columns)
    need = (
        f"PERMU_NEED({tried},{places.baselines},$D${CHOICE},A{FIGURES}:A{last},"
        f"$B${GOAL_ROW},{places.down(places.bonus_column)})"
    )
    sheet[f"F{FIGURES}"] = ArrayFormula(f"F{FIGURES}:F{last}", f"={need}")


def _indicators(sheet: Worksheet, places: Places, e: Evaluation) -> None:
    """Write values and scores of the firm before and after, beside baselines and limits."""
    texts = (
        *("指标", "单位", "基准值", "基本分", "最高得分"),
        *("现有指标值", "现有得分", "试算指标值", "试算得分", "得分变化"),
    )
    _header(sheet, places.baseline_row - 1, texts)
    for k, result in enumerate(e.results):
        i, row = result.indicator, places.baseline_row + k
        look.put(sheet, row, 1, i.name, look.cell_style("output", "line"))
        look.put(sheet, row, 2, i.unit, look.cell_style("output", "choice"))
        baseline = round(result.baselines[0].value, 4)
        look.put(sheet, row, 3, baseline, look.cell_style("input", "ratio"))
        look.put(sheet, row, 4, i.weight, look.cell_style("output", "points"))
        look.put(sheet, row, 5, i.maximum, look.cell_style("output", "points"))
        for column, trial in ((6, False), (8, True)):
            first = places.results(trial=trial)
            value, score = (places.of_firm(first + k + n) for n in (0, places.indicators))
            look.put_formula(sheet, row, column, value, look.cell_style("output", "ratio"))
            look.put_formula(sheet, row, column + 1, score, look.cell_style("output", "points"))
        change = f"I{row}-G{row}"
        look.put_formula(sheet, row, 10, change, look.cell_style("output", "points"))


def _outcome(sheet: Worksheet, places: Places) -> None:
    """Write sums, rank and class of the firm before and after."""
    _header(sheet, places.outcome_row - 1, ("结果", "现有", "试算"))
    for k, name in enumerate(OUTCOME):
        row = places.outcome_row + k
        look.put(sheet, row, 1, name, look.cell_style("output", "line"))
        for column, trial in ((2, False), (3, True)):
            cell = places.of_firm(places.results(trial=trial) + 2 * places.indicators + k)
            kind: look.Kind = ("points", "points", "points", "count", "choice", "line")[k]
            formula = cell if k < 4 else f'{cell}&""'
            look.put_formula(sheet, row, column, formula, look.cell_style("output", kind))


def _lines(sheet: Worksheet, places: Places) -> None:
    """Write the lines that halves and classes are drawn at, and the firm's distance to each."""
    _header(
        sheet, places.line_row - 1, ("线", "按什么", "线上的分数", "本企业", "高出（负数为还差）")
    )
    row = places.line_row
    for name, by, line, own in _distances(places):
        look.put(sheet, row, 1, name, look.cell_style("output", "line"))
        look.put(sheet, row, 2, by, look.cell_style("output", "text"))
        sheet[f"C{row}"] = ArrayFormula(f"C{row}", f"={line}")
        sheet.cell(row, 3).style = look.cell_style("output", "points")
        look.put_formula(sheet, row, 4, own, look.cell_style("output", "points"))
        gap = f'IF(ISNUMBER(C{row}),D{row}-C{row},"")'
        look.put_formula(sheet, row, 5, gap, look.cell_style("output", "points"))
        sheet.row_dimensions[row].height = look.row_height(2)
        row += 1


def _distances(places: Places) -> list[tuple[str, str, str, str]]:
    """Return the name of each line, what it goes by, its formula and that of the firm's score."""
    rule = places.scheme.tracks[0].rule
    if not isinstance(rule, TwoStage):
        return []
    first = places.results(trial=True)
    total = first + 2 * places.indicators + 2
    totals, classes = places.down(total), places.down(total + 2)
    place = _ROUNDED[rule.upper_rounding].format(f"COUNT({totals})*{float(rule.upper_share)}")
    half = half_names(rule)["upper"]
    found = [
        (
            f"{half}的最后一名",
            "总分",
            f'IFERROR(LARGE({totals},{place}),"无")',
            places.of_firm(total),
        )
    ]
    for selection in rule.selections:
        scores = _score_columns(places, selection)
        key = "+".join(places.down(column) for column in scores)
        letters = dict.fromkeys((selection.letter, *selection.flagged.values()))
        among = "+".join(f'({classes}&""="{letter}")' for letter in letters)
        best = selection.take == "first"
        edge = f"{'MIN' if best else 'MAX'}(IF(({among})>0,{key}))"
        line = f'IF(SUM({among})=0,"无",{edge})'
        what = "入选的最后一名" if best else "名单里得分最高的（高出才不列入）"
        by = "、".join(places.scheme.indicator(id).name for id in selection.key.ids) + "得分之和"
        own = "+".join(places.of_firm(column) for column in scores)
        found.append((f"{selection.label}类{what}", by, line, own))
    return found


def _score_columns(places: Places, selection: Selection) -> list[int]:
    order = [i.id for i in places.scheme.indicators]
    first = places.results(trial=True) + places.indicators
    return [first + order.index(id) for id in selection.key.ids]


def _words(sheet: Worksheet, places: Places) -> None:
    """Write the arithmetic of the figures tried, line by line."""
    top = places.line_row + len(_distances(places)) + 1
    look.put(sheet, top, 1, "试算的计算过程", look.SECTION)
    last = FIGURES + places.columns - 1
    bonus = places.of_firm(places.bonus_column)
    call = f"PERMU_EXPLAIN(E{FIGURES}:E{last},{places.baselines},{bonus})"
    area = f"A{top + 1}:A{top + 1 + places.indicators}"
    sheet[f"A{top + 1}"] = ArrayFormula(area, f"={call}")


def _chart(sheet: Worksheet, places: Places) -> None:
    """Show the scores before and after beside the highest possible ones."""
    chart: BarChart = look.column_chart("各项得分", "", "分")
    first, last = places.baseline_row, places.baseline_row + places.indicators - 1
    for column, colour in ((7, "B8C1CA"), (9, look.ACCENT), (5, look.ACCENT_SOFT)):
        chart.add_data(
            Reference(sheet, min_col=column, min_row=first - 1, max_row=last),
            titles_from_data=True,
        )
        look.paint(chart.series[-1], colour)
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    chart.width, chart.height = 17, 7.8
    sheet.add_chart(chart, f"G{CHOICE - 1}")
