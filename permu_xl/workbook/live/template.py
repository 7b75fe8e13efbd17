"""The template with live formulas: results follow the input as it is typed.

基准值, 得分 and 分类结果 hold array formulas over ``PERMU_`` functions; what they share, firm by
firm, is worked out on a hidden sheet (``live_rows``; for schemes whose figures come from one
PERMU_EVALUATE ``live_plan``).  Its columns have names that begin with ``PERMU_``: so every formula
on the result sheets is recognised as live use of our functions and survives a run that writes
results.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl.engine import METHOD_NAMES, YEAR_NAMES
from permu_xl.engine.model import Indicator, Scheme, TwoStage
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout, look
from permu_xl.workbook.layout import FIRST_ROW, Field
from permu_xl.workbook.live.baselines import Statistics, baseline_formulas, or_blank
from permu_xl.workbook.live.evaluated import (
    evaluated_classes,
    evaluated_scores,
    general_row_formulas,
)
from permu_xl.workbook.live.firm_rows import (
    HELPERS,
    district_formulas,
    row_formulas,
    scope_calls,
)
from permu_xl.workbook.live.helper_sheet import Plan
from permu_xl.workbook.live.references import (
    HELPER,
    Places,
    as_text,
    check_followed,
    live_name,
    of_participants,
    single_rule,
)
from permu_xl.workbook.look import cell_style, kind_of
from permu_xl.workbook.template import build_template

__all__ = ["ARRAY_LIMIT", "live_template"]

ARRAY_LIMIT = 255
"""Excel re-enters array formulas of up to this many characters only."""

_NOTE = "公式随输入自动计算，请不要改；覆盖前{rows}行企业。定稿请用“整区重算”或“导出定稿”。"


def live_template(
    scheme: Scheme, rows: int, *, district: str = "", year: int | None = None
) -> Workbook:
    """Return the template for a scheme with live formulas for the first ``rows`` rows of firms.

    The scheme must be one that comes with the program: the formulas name it by its id.
    What 参数 says of weights, methods, manual baselines and caps is followed; only where each
    column has a function of its own, the cap of an indicator that may be scored without its
    denominator (R6) is always the scheme's.
    """
    check_followed(scheme)
    workbook = build_template(scheme, rows=rows, district=district, year=year)
    rule = single_rule(scheme)
    if rule is None:
        plan = Plan(scheme)
        places = Places(scheme, rows, list(plan.columns))
        _put_general_helpers(workbook, places, plan)
        baselines = [baseline_formulas(places, plan, *each) for each in scheme.baseline_rows]
        scores, classes = evaluated_scores(places), evaluated_classes(places)
    else:
        places = Places(scheme, rows, list(HELPERS))
        _put_helpers(workbook, places, rule)
        baselines = [
            _baseline_formulas(places, indicator, position)
            for position, indicator in enumerate(scheme.indicators)
        ]
        scores, classes = _score_formulas(places), _class_formulas(places)
    _put_baselines(workbook[layout.BASELINES], places, baselines)
    _put_columns(workbook[layout.SCORES], places, layout.score_fields(scheme), scores)
    _put_columns(workbook[layout.CLASSES], places, layout.class_fields(scheme), classes)
    for title in (layout.SCORES, layout.CLASSES, layout.BASELINES):
        workbook[title].cell(layout.NOTE_ROW, 1).value = _NOTE.format(rows=rows)
    look.print_filled(workbook[layout.SCORES], layout.score_fields(scheme))
    look.print_filled(workbook[layout.CLASSES], layout.class_fields(scheme))
    return workbook


def _put_helpers(workbook: Workbook, places: Places, rule: TwoStage) -> None:
    sheet = _helper_sheet(workbook, places, HELPERS)
    for place, (title, formula) in district_formulas(places, rule).items():
        cell = sheet[place.replace("$", "")]
        cell.value = f"={formula}"
        look.put(sheet, cell.row, 1, title, "Normal")
    names = {live_name(key): places.span(HELPER, key) for key in HELPERS}
    names[live_name("method")] = places.span(layout.PARAMETERS, "method")
    _define(workbook, names)
    for row in range(FIRST_ROW, places.last_row + 1):
        for key, formula in row_formulas(places, rule, row):
            sheet.cell(row, places.number(HELPER, key), f"={formula}")


def _put_general_helpers(workbook: Workbook, places: Places, plan: Plan) -> None:
    sheet = _helper_sheet(workbook, places, plan.columns)
    _define(workbook, plan.names(places))
    for first, last, formula in plan.blocks(places):
        left, right = (places.number(HELPER, key) for key in (first, last))
        _put_array(sheet, left, places.rows, formula, right)
    for key, position, formula in plan.limits(places):
        sheet.cell(FIRST_ROW + position, places.number(HELPER, key), f"={formula}")
    for row in range(FIRST_ROW, places.last_row + 1):
        for key, formula in general_row_formulas(places, plan, row):
            sheet.cell(row, places.number(HELPER, key), f"={formula}")


def _helper_sheet(workbook: Workbook, places: Places, headers: Mapping[str, str]) -> Worksheet:
    """Return the hidden sheet with its headers, and with who takes part by the rules."""
    sheet: Worksheet = workbook.create_sheet(HELPER)
    sheet.sheet_state = "hidden"
    for key, title in headers.items():
        look.put(sheet, layout.HEADER_ROW, places.number(HELPER, key), title, "Normal")
    for key, formula in scope_calls(places).items():
        _put_array(sheet, places.number(HELPER, key), places.rows, formula)
    return sheet


def _define(workbook: Workbook, names: Mapping[str, str]) -> None:
    for name, area in names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=area)


def _put_array(
    sheet: Worksheet, column: int, rows: int, formula: str, last_column: int | None = None
) -> None:
    letter, last = get_column_letter(column), get_column_letter(last_column or column)
    area = f"{letter}{FIRST_ROW}:{last}{FIRST_ROW + rows - 1}"
    sheet[f"{letter}{FIRST_ROW}"] = ArrayFormula(area, f"={formula}")


def _put_columns(
    sheet: Worksheet, places: Places, fields: tuple[Field, ...], formulas: dict[str, str]
) -> None:
    """Give every column of a result table its array formula, and all its rows their look."""
    for column, field in enumerate(fields, 1):
        style = cell_style("output", kind_of(field, places.scheme))
        for row in range(FIRST_ROW, places.last_row + 1):
            sheet.cell(row, column).style = style
        _put_array(sheet, column, places.rows, formulas[field.key])


def _put_baselines(sheet: Worksheet, places: Places, formulas: Sequence[Mapping[str, str]]) -> None:
    for row, columns in enumerate(formulas, FIRST_ROW):
        for key, formula in columns.items():
            sheet.cell(row, places.number(layout.BASELINES, key)).value = f"={formula}"


def _baseline_formulas(places: Places, i: Indicator, position: int) -> dict[str, str]:
    statistics = Statistics(places, i, live_name("in"), live_name("last_in"))
    method = f"INDEX({live_name('method')},{position + 1})"
    found = statistics.call(method, i.baseline.year)
    if i.baseline.year == "current":
        found = or_blank(found)
    manual = f.text(METHOD_NAMES["manual"])
    nobody = f'COUNTIF({live_name("in")},TRUE)=0,""'
    given = places.parameter("manual", position)
    year = f.text(YEAR_NAMES[i.baseline.year])
    clause = f.text(f"。依据{i.baseline.clause}")
    return {
        **statistics.formulas(),
        "method": method,
        "value": f"IF({nobody},IF({method}={manual},{given},{found}))",
        "note": f'IF({method}={manual},"",{year})&{method}&{clause}',
    }


def _score_formulas(places: Places) -> dict[str, str]:
    scheme = places.scheme
    total, bonus = (places.span(layout.SCORES, key) for key in ("total", "bonus"))
    points, data = places.points(), places.figures(layout.DATA)
    baselines, named = places.span(layout.BASELINES, "value"), places.scheme_argument()
    formulas = {key: live_name(key) for key in ("serial", "code", "name", "bonus")}
    for position, i in enumerate(scheme.indicators):
        top, bottom = (places.span(layout.DATA, id) for id in (i.numerator, i.denominator))
        value = f"PERMU_INDICATOR({top},{bottom},{f.number(i.scale)})"
        against = places.baseline(position)
        weight, cap = (places.parameter(key, position) for key in ("weight", "cap"))
        if i.missing is None:
            column = places.span(layout.SCORES, f"value:{i.id}")
            score = f"PERMU_SCORE({column},{against},{weight},{cap}{named})"
        else:
            score = f"PERMU_POLLUTION_SCORE({top},{bottom},{against},{weight}{named})"
        formulas[f"value:{i.id}"] = of_participants(value)
        formulas[f"score:{i.id}"] = of_participants(score)
    beside = f"{bonus},{places.flags()},{live_name('in')}{named}"
    evaluated = f"PERMU_EVALUATE({data},{baselines},{beside})"
    note = 2 * len(scheme.indicators) + 6
    formulas |= {
        "subtotal": of_participants(f"PERMU_TOTAL({points})"),
        "total": of_participants(f"PERMU_TOTAL({points},{bonus}{named})"),
        "rank": f"PERMU_RANK({total})",
        "notes": as_text(f"INDEX({evaluated},0,{note})"),
    }
    return formulas


def _class_formulas(places: Places) -> dict[str, str]:
    scheme = places.scheme
    formulas = {key: live_name(key) for key in ("serial", "code", "name", "half", "final", "basis")}
    for key in ("total", "rank"):
        formulas[key] = of_participants(places.span(layout.SCORES, key))
    for s in scheme.selections:
        keys = "+".join(places.span(layout.SCORES, f"score:{id}") for id in s.key.ids)
        formulas[f"key:{s.label}"] = of_participants(keys)
    bonus = places.span(layout.SCORES, "bonus")
    beside = f"{bonus},{places.flags()},{live_name('in')}{places.scheme_argument()}"
    letters = as_text(f"PERMU_CLASS({places.points()},{beside})")
    out = f'IF({live_name("firm")},{f.text(layout.NOT_EVALUATED)},"")'
    formulas["proposed"] = f"IF({live_name('in')},{letters},{out})"
    return formulas
