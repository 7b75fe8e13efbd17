"""The template with live formulas: what its formulas are, and what they lean on.

What they give is tried in ``tests/hosts/calc``, and ``PERMU_DISTRICT`` in ``tests/functions``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.schemes import available, load
from permu_xl.workbook import layout
from permu_xl.workbook.live.references import HELPER
from permu_xl.workbook.live.template import ARRAY_LIMIT, live_template

RESULTS = (layout.BASELINES, layout.SCORES, layout.CLASSES)


@cache
def small(id: str) -> Workbook:
    """A live template of a shipped scheme with few rows, only to be looked at."""
    return live_template(load(id), 3)


@pytest.mark.parametrize("id", available())
def test_array_formulas_are_short_enough_to_be_entered_again(id: str) -> None:
    for sheet in small(id).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, ArrayFormula):
                    assert len(cell.value.text or "") <= ARRAY_LIMIT, cell.coordinate


@pytest.mark.parametrize("id", available())
def test_formulas_are_short_enough_for_excel(id: str) -> None:
    for sheet in small(id).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    assert len(cell.value) <= 8192, cell.coordinate
                    assert all(len(text) <= 255 for text in re.findall('"([^"]*)"', cell.value))


@pytest.mark.parametrize("id", available())
def test_every_formula_on_a_result_table_is_recognised_as_ours(id: str) -> None:
    workbook = small(id)
    for title in (layout.BASELINES, layout.SCORES, layout.CLASSES):
        for row in workbook[title].iter_rows(min_row=layout.FIRST_ROW):
            for cell in row:
                value = cell.value
                text = value.text if isinstance(value, ArrayFormula) else value
                if isinstance(text, str) and text.startswith("="):
                    assert "PERMU_" in text, cell.coordinate


def test_array_formulas_cover_all_rows() -> None:
    scheme = load()
    sheet = live_template(scheme, 7)[layout.SCORES]
    for column in range(1, len(layout.score_fields(scheme)) + 1):
        letter = get_column_letter(column)
        value = sheet[f"{letter}{layout.FIRST_ROW}"].value
        assert isinstance(value, ArrayFormula)
        assert value.ref == f"{letter}5:{letter}11"


def test_formulas_name_only_what_is_there() -> None:
    """A name in a formula that nothing defines would be #NAME? for good."""
    for id in available():
        workbook = small(id)
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    value = cell.value
                    text = value.text if isinstance(value, ArrayFormula) else value
                    if isinstance(text, str) and text.startswith("="):
                        used = set(re.findall(r"PERMU_LIVE_[A-Z0-9_]+", text))
                        assert used <= set(workbook.defined_names), (id, cell.coordinate)


def formulas(workbook: Workbook) -> Iterator[str]:
    """Yield the formulas of the result tables and the hidden sheet, and what names stand for."""
    for title in (*RESULTS, HELPER):
        for row in workbook[title].iter_rows(min_row=layout.NOTE_ROW if title != HELPER else 1):
            for cell in row:
                value = cell.value
                text = value.text if isinstance(value, ArrayFormula) else value
                if isinstance(text, str) and text.startswith("="):
                    yield text
    for name, defined in workbook.defined_names.items():
        if name.startswith("PERMU_LIVE_"):
            yield f"={defined.attr_text}"


@pytest.mark.parametrize("id", available())
def test_no_formula_leans_on_a_row_of_an_input_sheet(id: str) -> None:
    """Inserting, deleting or moving rows would change such a reference, or break it."""
    reference = re.compile(rf"'?(?:{'|'.join(layout.INPUT_SHEETS)})'?!([$A-Z0-9:]+)")
    found = [place for text in formulas(small(id)) for place in reference.findall(text)]
    assert len(found) > 20
    assert all(re.fullmatch(r"\$[A-Z]+:\$[A-Z]+", place) for place in found)


@pytest.mark.parametrize("id", available())
def test_formulas_are_of_forms_on_which_programs_agree(id: str) -> None:
    for text in formulas(small(id)):
        plain = re.sub(r'"[^"]*"', '""', text)
        assert not re.search(r"\b(COUNTIFS?|SUMIFS?|OFFSET|INDIRECT|MATCH)\(", plain), text
        assert not re.search(r"--|[0-9]E[+-]?[0-9]|INDEX\([^,()]+,[^,()]+\)", plain), text


def texts_of(workbook: Workbook) -> str:
    return "\n".join(
        str(cell.value) for row in workbook[layout.GUIDE].iter_rows() for cell in row if cell.value
    )


def test_the_guide_is_about_the_live_template() -> None:
    text = texts_of(small("shenyang_2021"))
    for wanted in ("整区重算", "导出定稿", "最多3行企业", "只算到第7行", "加载项", "变红"):
        assert wanted in text
    for unwanted in ("permu-xl run", "程序写入的格子", "重新运行"):
        assert unwanted not in text


def test_the_result_sheets_print_down_to_the_last_firm() -> None:
    workbook = small("shenyang_2021")
    for title in (layout.SCORES, layout.CLASSES):
        area = workbook[title].defined_names["_xlnm.Print_Area"].attr_text
        assert area.startswith(f"'{title}'!$A$1:INDEX('{title}'!$")
