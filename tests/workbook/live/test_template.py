"""The template with live formulas gives what a run writes.

LibreOffice calculates the workbook; each call of a ``PERMU_`` function in its formulas is answered
here by the registry, and the answer put where the formula finds it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.engine.model.scheme import Scheme
from permu_xl.errors import UsageError
from permu_xl.functions import ErrorValue, call
from permu_xl.schemes import DEFAULT, available, load, load_file
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess, content
from permu_xl.workbook.example.workbook import build_example
from permu_xl.workbook.live.references import HELPER, obstacles
from permu_xl.workbook.live.template import ARRAY_LIMIT, live_template
from permu_xl.workbook.reading.workbook import read_book
from permu_xl.workbook.template.workbook import save_workbook
from tests.engine.support import DATA
from tests.office import Document, Office

SCRATCH = layout.MEASURES
"""A sheet that no formula reads; answers go far to the right of its content."""
CALL = re.compile(r"PERMU_(?!LIVE)[A-Z_]+\((?:[^()]|\([^()]*\))*\)")


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    return load(DEFAULT)


@cache
def small(id: str) -> Workbook:
    """A live template of a shipped scheme with few rows, only to be looked at."""
    return live_template(load(id), 3)


@pytest.mark.parametrize("id", available())
def test_array_formulas_are_short_enough_to_be_entered_again(id: str) -> None:
    for sheet in live_template(load(id), 2000).worksheets:
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


def test_array_formulas_cover_all_rows(scheme: Scheme) -> None:
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


def test_a_bonus_that_is_a_share_of_the_points_is_refused() -> None:
    scheme = load_file(DATA / "toy_tracks.toml")
    with pytest.raises(UsageError, match="按得分比例加分的加分项（品质），实时公式做不了"):
        live_template(scheme, 3)
    assert all(obstacles(load(id)) == [] for id in available())


class _Answerer:
    """Puts the registry's answers into an open workbook, formula by formula."""

    def __init__(self, document: Document, names: dict[str, str]) -> None:
        self.document, self.names, self.column = document, names, 60

    def enter(self, sheet: str, area: str, formula: str) -> None:
        text = formula
        for found in dict.fromkeys(CALL.findall(formula)):
            text = text.replace(found, self._answered(found))
        single = area.split(":")[0] if len(set(area.split(":"))) == 1 else area
        self.document.set_formula(sheet, single, text)

    def _answered(self, text: str) -> str:
        name, _, rest = text.partition("(")
        rows = call(name, [self._argument(each) for each in _split(rest[:-1])])
        left = self.column
        self.column += len(rows[0]) + 1
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row, left):
                cell = f"{get_column_letter(c)}{r}"
                if isinstance(value, ErrorValue):
                    error = "NA()" if str(value) == "#N/A" else "1/0"
                    self.document.set_formula(SCRATCH, cell, error)
                elif value != "":
                    self.document.set(SCRATCH, cell, float(value) if value is True else value)
                else:
                    self.document.set_formula(SCRATCH, cell, '""')
        right = get_column_letter(left + len(rows[0]) - 1)
        first = f"{SCRATCH}!${get_column_letter(left)}$1"
        return first if len(rows) * len(rows[0]) == 1 else f"{first}:${right}${len(rows)}"

    def _argument(self, text: str) -> Any:
        area = self.names.get(text, text)
        if re.fullmatch(r"'[^']+'!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", area):
            sheet, _, cells = area.partition("!")
            return self.document.values(sheet.strip("'"), cells)
        self.document.set_formula(SCRATCH, "ZZ1", text)
        return self.document.values(SCRATCH, "ZZ1")


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _formulas(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return area and text of all formulas with calls, by sheet."""
    found: dict[str, list[tuple[str, str]]] = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                area, text = cell.coordinate, value
                if isinstance(value, ArrayFormula):
                    area, text = value.ref, value.text
                if isinstance(text, str) and CALL.search(text):
                    found.setdefault(sheet.title, []).append((area, text))
    return found


def _filled(folder: Path, scheme: Scheme, extra: int) -> tuple[Path, Path, int]:
    """Return the example district as a plain workbook and as a live one, and its firms."""
    plain, live = folder / "plain.xlsx", folder / "live.xlsx"
    source = build_example()
    save_workbook(source, plain)
    last = max(
        row[0].row
        for title in (layout.DATA, layout.PREVIOUS)
        for row in source[title].iter_rows(min_row=layout.FIRST_ROW)
        if row[2].value
    )
    rows = last - layout.FIRST_ROW + 1 + extra
    workbook = live_template(scheme, rows)
    for title in layout.INPUT_SHEETS:
        for row in source[title].iter_rows():
            for cell in row:
                if cell.value is not None:
                    workbook[title].cell(cell.row, cell.column).value = cell.value
    workbook.save(live)
    return plain, live, rows


@pytest.mark.office
def test_live_formulas_give_what_a_run_writes(
    office: Office, tmp_path: Path, scheme: Scheme
) -> None:
    plain, live, rows = _filled(tmp_path, scheme, extra=5)
    formulas = _formulas(live)
    names = {
        name: str(defined.attr_text)
        for name, defined in openpyxl.load_workbook(live).defined_names.items()
    }
    with office.open(live) as document:
        answerer = _Answerer(document, names)
        for sheet in (HELPER, layout.BASELINES, layout.SCORES, layout.CLASSES):
            for area, text in formulas[sheet]:
                answerer.enter(sheet, area, text)
        document.recalculate()
        outcome = assess(read_book(plain))
        assert outcome.evaluation is not None
        blocks, _ = content(outcome)
        note = [field.key for field in layout.baseline_fields()].index("note") + 1
        for title in (layout.BASELINES, layout.SCORES, layout.CLASSES):
            [block] = blocks[title]
            for column in block.columns:
                if title == layout.BASELINES and column.number == note:
                    continue
                letter = get_column_letter(column.number)
                bottom = block.first_row + block.height - 1
                area = f"{letter}{block.first_row}:{letter}{bottom}"
                shown = [row[0] for row in document.values(title, area)]
                for row, (found, expected) in enumerate(zip(shown, column.values, strict=True)):
                    assert _same(found, expected), (title, letter, row + block.first_row)
        # Rows without a firm are blank.
        for title, fields in (
            (layout.SCORES, layout.score_fields(scheme)),
            (layout.CLASSES, layout.class_fields(scheme)),
        ):
            last = layout.FIRST_ROW + rows - 1
            area = f"A{last}:{get_column_letter(len(fields))}{last}"
            assert set(document.values(title, area)[0]) <= {"", None}


def _same(found: Any, expected: Any) -> bool:
    if expected is None or expected == "" or expected != expected:
        return found in (None, "")
    if isinstance(expected, (int, float)):
        return isinstance(found, float) and found == pytest.approx(expected, rel=1e-9)
    return bool(found == expected)
