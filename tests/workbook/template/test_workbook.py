"""The template: what a clerk and the program rely on, for any scheme."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
import tomllib
import zipfile
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, ScatterChart
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from permu_xl import __version__
from permu_xl.engine.model.scheme import Scheme
from permu_xl.errors import FileAccessError
from permu_xl.findings.kinds import Level
from permu_xl.schemes import load
from permu_xl.schemes.parsing.scheme import parse_scheme
from permu_xl.workbook import layout
from permu_xl.workbook.layout.fields import FIRST_ROW, HEADER_ROW, LAST_ROW
from permu_xl.workbook.layout.headers import find_table
from permu_xl.workbook.layout.summary import SUMMARY_POINTS_COLUMN
from permu_xl.workbook.look import styles
from permu_xl.workbook.reading.opened import read_book
from permu_xl.workbook.template.summary_sheet import chart_column
from permu_xl.workbook.template.workbook import build_template, save_workbook
from tests.office import Office
from tests.places import ROOT

ROWS = 40


def toy_scheme() -> Scheme:
    """Return a scheme of another shape: three classes, two indicators, no flags."""
    file = resources.files("permu_xl.schemes") / "data" / "shenyang_2021.toml"
    base = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    toy: dict[str, Any] = copy.deepcopy(base)
    toy["id"], toy["document"] = "toy", "某政办发〔2020〕1号"
    toy["columns"] = {id: base["columns"][id] for id in ("land", "tax", "output", "energy")}
    toy["indicators"] = {
        id: {**base["indicators"][id], "weight": weight}
        for id, weight in (("tax_per_mu", 70), ("output_per_energy", 30))
    }
    toy["classes"] = {
        letter: {**base["classes"]["A"], "name": f"{letter}等"} for letter in ("甲", "乙", "丙")
    }
    best, last = (
        {**base["classification"]["selections"][id], "letter": letter, "key": {"scores": [key]}}
        for id, letter, key in (("best", "甲", "tax_per_mu"), ("last", "丙", "output_per_energy"))
    )
    del last["flagged"]
    toy["classification"] |= {
        "remainder": "乙",
        "selections": {"best": best, "last": last},
        "ties": {"scores": ["tax_per_mu"]},
    }
    toy["measures"] = {
        "land": {
            **base["measures"]["land"],
            "texts": {"甲": "优先。", "乙": "照旧。", "丙": "从严。"},
        }
    }
    toy["checks"] |= {"ceilings": [], "floors": {}, "apart": [], "per_unit": []}
    toy["targets"], toy["flags"] = {}, {}
    return parse_scheme(toy, "toy")


SCHEMES = {"shenyang": load(), "toy": toy_scheme()}


@pytest.fixture(params=SCHEMES, scope="module")
def scheme(request: pytest.FixtureRequest) -> Scheme:
    return SCHEMES[request.param]


@pytest.fixture(scope="module")
def book(scheme: Scheme) -> Workbook:
    return build_template(scheme, rows=ROWS, district="某区", year=2022)


def tables(scheme: Scheme) -> dict[str, tuple[layout.Field, ...]]:
    return {
        layout.DATA: layout.data_fields(scheme),
        layout.PREVIOUS: layout.data_fields(scheme),
        layout.ADJUSTMENTS: layout.adjustment_fields(scheme),
        layout.BASELINES: layout.baseline_fields(),
        layout.SCORES: layout.score_fields(scheme),
        layout.CLASSES: layout.class_fields(scheme),
        layout.FINDINGS: layout.finding_fields(),
        layout.MEASURES: layout.measure_fields(scheme),
    }


def column_of(scheme: Scheme, title: str, key: str) -> str:
    return get_column_letter([f.key for f in tables(scheme)[title]].index(key) + 1)


def validation(sheet: Worksheet, cell: str) -> Any:
    found = [v for v in sheet.data_validations.dataValidation if cell in v.sqref]
    assert len(found) == 1, cell
    return found[0]


# ---- sheets and headers --------------------------------------------------------------------------


def test_the_sheets_stand_in_order(book: Workbook) -> None:
    assert tuple(book.sheetnames) == layout.SHEETS


def test_headers_are_those_of_the_layout(book: Workbook, scheme: Scheme) -> None:
    for title, fields in tables(scheme).items():
        written = [cell.value for cell in book[title][HEADER_ROW]]
        assert written == [field.header for field in fields], title


def test_the_program_finds_every_table(book: Workbook, scheme: Scheme) -> None:
    for title, fields in tables(scheme).items():
        found = find_table(list(book[title].iter_rows(values_only=True)), fields)
        assert found is not None, title
        assert found.header_row == HEADER_ROW - 1
        assert not found.missing
        assert not found.repeated
        assert not found.wrong_units


def test_an_empty_template_is_read_back_without_complaint(book: Workbook, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    save_workbook(build_template(load(), rows=3, district="某区", year=2023), path)
    read = read_book(path)
    assert (read.parameters.district, read.parameters.year) == ("某区", 2023)
    assert read.scheme == load()
    assert not [f for f in read.findings if f.level is Level.ERROR]


def test_every_sheet_has_a_title_a_note_and_a_page(book: Workbook) -> None:
    for sheet in book.worksheets:
        assert sheet.cell(layout.TITLE_ROW, 1).value, sheet.title
        assert sheet.cell(layout.NOTE_ROW, 1).value
        upright = sheet.title == layout.GUIDE
        assert sheet.page_setup.orientation == ("portrait" if upright else "landscape")
        wide = sheet.title in (layout.DATA, layout.PREVIOUS, layout.SCORES)
        assert sheet.page_setup.fitToWidth in ((1, 2) if wide else (1,))
        assert sheet.page_setup.fitToHeight == (1 if upright else 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage == (sheet.title != layout.MOVES)
        assert "&P" in sheet.oddFooter.center.text
    for title in tables(load()):
        assert book[title].print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"


def test_the_year_is_that_of_issue_unless_told() -> None:
    row, column = layout.parameter_cell("year")
    sheet = build_template(load(), rows=1)[layout.PARAMETERS]
    assert sheet.cell(row, column).value == load().issued.year


def test_a_scheme_of_ones_own_is_named_by_its_file() -> None:
    sheet = build_template(load(), rows=1, scheme_name="本区.toml")[layout.PARAMETERS]
    assert sheet.cell(*layout.parameter_cell("scheme")).value == "本区.toml"


def test_parameters_come_from_the_scheme(book: Workbook, scheme: Scheme) -> None:
    rows = book[layout.PARAMETERS].iter_rows(
        min_row=layout.PARAMETER_HEADER_ROW + 1, max_col=5, values_only=True
    )
    methods = {"tax_per_emission": "最高值"}
    assert list(rows) == [
        (i.name, i.weight, methods.get(i.id, "总量法"), None, i.cap) for i in scheme.indicators
    ]


def test_a_district_that_looks_like_a_formula_stays_text() -> None:
    sheet = build_template(load(), rows=1, district="=1+1")[layout.PARAMETERS]
    cell = sheet.cell(*layout.parameter_cell("district"))
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_the_guide_names_versions_and_all_sheets(book: Workbook, scheme: Scheme) -> None:
    sheet = book[layout.GUIDE]
    text = "\n".join(str(c.value) for row in sheet.iter_rows() for c in row if c.value)
    for wanted in (__version__, scheme.id, scheme.document, "permu-xl run", *layout.SHEETS[1:]):
        assert wanted in text, wanted
    targets = {h.hyperlink.location for row in sheet.iter_rows() for h in row if h.hyperlink}
    assert targets == {f"'{title}'!A1" for title in layout.SHEETS[1:]}


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == __version__


def test_measures_follow_the_scheme(book: Workbook, scheme: Scheme) -> None:
    sheet = book[layout.MEASURES]
    for row, definition in enumerate(scheme.classes, FIRST_ROW):
        values = [cell.value or "" for cell in sheet[row]]
        texts = [measure.texts.get(definition.letter, "") for measure in scheme.measures]
        assert values == [definition.letter, definition.name, *texts]


# ---- input cells ---------------------------------------------------------------------------------


def test_codes_are_text_in_the_prepared_rows_and_below(book: Workbook, scheme: Scheme) -> None:
    for title in (layout.DATA, layout.PREVIOUS):
        sheet = book[title]
        for key in ("code", "industry"):
            letter = column_of(scheme, title, key)
            assert {sheet[f"{letter}{FIRST_ROW + k}"].number_format for k in range(ROWS)} == {"@"}
            assert sheet.column_dimensions[letter].number_format == "@"


def test_input_cells_look_like_inputs(book: Workbook, scheme: Scheme) -> None:
    for title in (layout.DATA, layout.PREVIOUS, layout.ADJUSTMENTS):
        for cell in book[title][FIRST_ROW]:
            assert cell.fill.start_color.rgb == f"00{styles.INPUT_FILL}"
    for title in (layout.SCORES, layout.CLASSES, layout.BASELINES, layout.FINDINGS):
        for cell in book[title][FIRST_ROW]:
            assert cell.fill.fill_type is None
            assert cell.border.left.style == "thin"


def test_checks_reach_far_below_the_prepared_rows(book: Workbook, scheme: Scheme) -> None:
    for title in (layout.DATA, layout.PREVIOUS, layout.ADJUSTMENTS):
        for check in book[title].data_validations.dataValidation:
            (cells,) = check.sqref.ranges
            assert (cells.min_row, cells.max_row) == (FIRST_ROW, LAST_ROW)
            assert check.error
            assert len(check.error) <= 255
            assert len(check.prompt or "") <= 255
            assert len(check.errorTitle) <= 32


def test_figures_are_asked_about_but_not_refused(book: Workbook, scheme: Scheme) -> None:
    sheet = book[layout.DATA]
    for column in scheme.columns.values():
        check = validation(sheet, f"{column_of(scheme, layout.DATA, column.id)}{LAST_ROW}")
        assert check.errorStyle == "warning"
        assert check.type == ("whole" if column.whole else "decimal")
        assert (check.operator == "between") == column.may_be_negative
    start = validation(sheet, f"{column_of(scheme, layout.DATA, 'start_date')}{FIRST_ROW}")
    assert (start.type, start.errorStyle) == ("date", "warning")
    code = validation(sheet, f"{column_of(scheme, layout.DATA, 'code')}{FIRST_ROW}")
    assert (code.type, code.formula1, code.errorStyle) == ("textLength", "18", "warning")


def test_choices_come_as_lists(book: Workbook, scheme: Scheme) -> None:
    for key in (*scheme.flags, "included"):
        check = validation(book[layout.DATA], f"{column_of(scheme, layout.DATA, key)}{FIRST_ROW}")
        assert (check.type, check.formula1) == ("list", '"是,否"')
    letter = column_of(scheme, layout.ADJUSTMENTS, "letter")
    check = validation(book[layout.ADJUSTMENTS], f"{letter}{FIRST_ROW}")
    assert check.formula1 == f'"{",".join(scheme.letters)}"'
    first = layout.PARAMETER_HEADER_ROW + 1
    method = validation(book[layout.PARAMETERS], f"C{first + len(scheme.indicators) - 1}")
    assert method.formula1 == '"总量法,企业均值,中位数,最高值,最低值,人工核定"'


def test_input_headers_explain_themselves(book: Workbook, scheme: Scheme) -> None:
    for title in (layout.DATA, layout.PREVIOUS):
        for cell, field in zip(book[title][HEADER_ROW], layout.data_fields(scheme), strict=True):
            assert cell.comment is not None, field.key
            assert field.note in cell.comment.text
            assert field.source in cell.comment.text
            # A Chinese character of a note is about 13 pixels wide and 17 high.
            assert len(cell.comment.text) * 13 * 17 < cell.comment.width * cell.comment.height


# ---- result sheets -------------------------------------------------------------------------------


def test_names_of_the_proof_point_to_its_cells(book: Workbook) -> None:
    sheet = book[layout.PROOF]
    assert set(book.defined_names) == set(layout.PROOF_TESTS)
    for name, title in layout.PROOF_TESTS.items():
        row, column = layout.proof_cell(name)
        where = f"'{layout.PROOF}'!${get_column_letter(column)}${row}"
        assert book.defined_names[name].attr_text == where
        assert (sheet.cell(row, 1).value, sheet.cell(row, column).value) == (title, "尚未运行")


def test_classes_are_coloured_by_position(book: Workbook, scheme: Scheme) -> None:
    rules = [
        (str(cells.sqref), rule.formula[0], rule.dxf.fill.bgColor.rgb)
        for cells in book[layout.CLASSES].conditional_formatting
        for rule in cells.rules
        if rule.type == "cellIs"
    ]
    colours = styles.class_colours(scheme.letters)
    assert len(set(colours.values())) == len(scheme.letters)
    for key in ("proposed", "final"):
        letter = column_of(scheme, layout.CLASSES, key)
        for name, colour in colours.items():
            cells = f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}"
            assert (cells, f'"{name}"', f"00{styles.tint(colour)}") in rules


def test_panes_and_filters(book: Workbook, scheme: Scheme) -> None:
    for title in (layout.DATA, layout.PREVIOUS, layout.SCORES, layout.CLASSES):
        sheet = book[title]
        assert sheet.freeze_panes == f"D{FIRST_ROW}"
        last = get_column_letter(len(tables(scheme)[title]))
        assert sheet.auto_filter.ref == f"A{HEADER_ROW}:{last}{FIRST_ROW + ROWS - 1}"


def test_the_summary_has_its_tables(book: Workbook, scheme: Scheme) -> None:
    sheet = book[layout.SUMMARY]
    for table in layout.summary_tables(scheme).values():
        columns = range(table.first_column, table.first_column + len(table.headers))
        written = tuple(sheet.cell(table.header_row, column).value for column in columns)
        assert written == table.headers
        assert sheet.cell(table.header_row - 1, table.first_column).value == table.title
    classes = layout.summary_tables(scheme)["classes"]
    labels = [sheet.cell(classes.header_row + 1 + k, 1).value for k in range(classes.rows or 0)]
    assert labels == [*scheme.letters, "不参评", "合计"]


def test_charts_stand_beside_the_tables_and_are_printed(book: Workbook, scheme: Scheme) -> None:
    sheet = book[layout.SUMMARY]
    charts = sheet._charts
    assert [type(chart) for chart in charts] == [BarChart, BarChart, BarChart, ScatterChart]
    left = chart_column(layout.summary_tables(scheme))
    widest = max(
        table.first_column + len(table.headers)
        for key, table in layout.summary_tables(scheme).items()
        if key != "points"
    )
    for chart in charts:
        assert chart.anchor._from.col + 1 == left > widest
        assert chart.title is not None
        assert chart.x_axis.delete is False
        assert chart.y_axis.delete is False
    assert left + 9 < SUMMARY_POINTS_COLUMN
    last = sheet.print_area.split(":")[-1].replace("$", "").rstrip("0123456789")
    assert openpyxl.utils.column_index_from_string(last) < SUMMARY_POINTS_COLUMN


def test_chart_references(book: Workbook, scheme: Scheme) -> None:
    tables = layout.summary_tables(scheme)
    classes, bins, averages, keys = book[layout.SUMMARY]._charts

    def area(key: str, column: int, rows: int) -> str:
        table = tables[key]
        letter = get_column_letter(table.first_column + column - 1)
        first = table.header_row + 1
        return f"'{layout.SUMMARY}'!${letter}${first}:${letter}${first + rows - 1}"

    n = len(scheme.letters)
    assert classes.series[0].val.numRef.f == area("classes", 2, n)
    assert classes.series[0].cat.numRef.f == area("classes", 1, n)
    assert [point.idx for point in classes.series[0].dPt] == list(range(n))
    assert bins.series[0].val.numRef.f == area("bins", 2, len(layout.SCORE_BINS))
    count = len(scheme.indicators)
    assert [s.val.numRef.f for s in averages.series] == [
        area("indicators", 6, count),
        area("indicators", 7, count),
    ]
    assert len(keys.series) == n
    for position, series in enumerate(keys.series):
        assert series.xVal.numRef.f == area("points", 1, ROWS)
        assert series.yVal.numRef.f == area("points", 2 + position, ROWS)
        assert series.marker.spPr.solidFill is not None
        assert series.graphicalProperties.line.noFill


# ---- saving --------------------------------------------------------------------------------------


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        save_workbook(build_template(load(), rows=5), tmp_path / f"{name}.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from permu_xl.schemes import load;"
        "from permu_xl.workbook.template.workbook import build_template, save_workbook;"
        "save_workbook(build_template(load(), rows=5), Path(sys.argv[1]))"
    )
    root = ROOT
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        subprocess.run(
            [sys.executable, "-c", script, tmp_path / f"{seed}.xlsx"], check=True, env=environment
        )
    assert (tmp_path / "1.xlsx").read_bytes() == (tmp_path / "2.xlsx").read_bytes()


def test_dates_in_the_file_are_fixed(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    save_workbook(build_template(load(), rows=5), path)
    with zipfile.ZipFile(path) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b'fullCalcOnLoad="1"' in package.read("xl/workbook.xml")
    properties = openpyxl.load_workbook(path).properties
    assert properties.created == properties.modified
    assert properties.created.date() == load().issued
    assert properties.creator == "permu_xl"


def test_a_save_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(b"old")

    def refuse(source: str, target: Path) -> None:
        raise PermissionError(13, "busy")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(FileAccessError, match="无法替换"):
        save_workbook(build_template(load(), rows=1), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_saving_into_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError):
        save_workbook(build_template(load(), rows=1), tmp_path / "nowhere" / "template.xlsx")


# ---- in LibreOffice ------------------------------------------------------------------------------


@pytest.mark.office
def test_formulas_of_the_template(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    save_workbook(build_template(load(), rows=5, district="某区", year=2022), path)
    with office.open(path) as book:
        book.recalculate()
        assert not any(book.errors(title) for title in layout.SHEETS)
        assert book.values(layout.SCORES, "A1") == [["某区2022年度亩均综合评价　得分"]]
        assert book.values(layout.PREVIOUS, "A1") == [["某区2021年度亩均综合评价　上年数据"]]
        assert book.values(layout.PARAMETERS, "B7") == [["合计100，正确"]]
        book.set(layout.PARAMETERS, "B10", 25.5)
        assert book.values(layout.PARAMETERS, "B7") == [["合计95.5，应为100"]]
