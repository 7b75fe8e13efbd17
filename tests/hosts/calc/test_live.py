"""The template with live formulas, calculated by Calc with the add-in: every figure and class."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.cli import main
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.example.workbook import build_example
from permu_xl.workbook.live.references import HELPER
from tests.hosts.calc.live_books import (
    RESULTS,
    differences,
    expected_blocks,
    from_firms,
    from_workbook,
    same,
)
from tests.office import Document, Office, Value
from tests.workbook.districts import spread_firms

pytestmark = pytest.mark.office

SPARE = 5
FIRST_EDITED = 12
FIELDS = [field.key for field in layout.data_fields(load())]
CLASS_FIELDS = [field.key for field in layout.class_fields(load())]


def generated(firms: int) -> Callable[[Path], Path]:
    return lambda path: from_firms(
        path, spread_firms(firms), spread_firms(firms, seed=2), firms + SPARE
    )


DISTRICTS: dict[str, Callable[[Path], Path]] = {
    "example": lambda path: from_workbook(path, build_example(), SPARE),
    **{f"{n} firms": generated(n) for n in (1, 7, 400)},
}


@pytest.mark.parametrize("district", DISTRICTS)
def test_calc_gives_what_a_run_writes(calc: Office, tmp_path: Path, district: str) -> None:
    path = DISTRICTS[district](tmp_path / "live.xlsx")
    blocks = expected_blocks(path)
    with calc.open(path) as book:
        book.recalculate()
        assert differences(book, blocks) == []
        assert not any(book.errors(title) for title in (*RESULTS, HELPER))
        # The rows to spare are blank.
        last = blocks[layout.SCORES].first_row + blocks[layout.SCORES].height - 1 + SPARE
        for title in (layout.SCORES, layout.CLASSES):
            assert set(book.values(title, f"A{last}:{get_column_letter(11)}{last}")[0]) == {""}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generated(30)(tmp_path_factory.mktemp("live") / "某区.xlsx")


@pytest.fixture(scope="module")
def book(calc: Office, path: Path) -> Iterator[Document]:
    """One document for all tests: those that save it come first, the edits last."""
    with calc.open(path) as document:
        document.recalculate()
        yield document


def test_classes_can_be_counted(book: Document, path: Path) -> None:
    block = expected_blocks(path)[layout.CLASSES]
    (number,) = (CLASS_FIELDS.index("proposed") + 1,)
    (letters,) = (column.values for column in block.columns if column.number == number)
    column = get_column_letter(number)
    for letter in "ABC":
        book.set_formula(
            layout.MEASURES, "Z1", f'=COUNTIF({layout.CLASSES}!{column}:{column},"{letter}")'
        )
        assert book.values(layout.MEASURES, "Z1") == [[float(list(letters).count(letter))]]
    book.set(layout.MEASURES, "Z1", None)


def plain(formula: str) -> str:
    """Return a formula without what the two programs spell differently."""
    return re.sub(r"[$' ]|(?<=TRUE|ALSE)\(\)", "", formula)


def formulas_of(path: Path) -> dict[str, str]:
    found = {}
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                text = value.text if isinstance(value, ArrayFormula) else value
                if isinstance(text, str) and text.startswith("=") and "PERMU_" in text.upper():
                    found[f"{sheet.title}!{cell.coordinate}"] = text
    return found


def test_saved_as_xlsx_it_keeps_formulas_and_values(
    calc: Office, book: Document, path: Path, tmp_path: Path
) -> None:
    blocks = expected_blocks(path)
    copy = tmp_path / "副本.xlsx"
    book.save(copy)
    before, after = formulas_of(path), formulas_of(copy)
    assert set(after) == set(before)
    assert {k: plain(v) for k, v in after.items()} == {k: plain(v) for k, v in before.items()}
    cells = openpyxl.load_workbook(copy, data_only=True)
    for title, block in blocks.items():
        for column in block.columns:
            for row, value in enumerate(column.values, block.first_row):
                stored = cells[title].cell(row, column.number).value
                assert same(float(stored) if isinstance(stored, int) else stored, value)
    with calc.open(copy) as again:
        assert differences(again, blocks) == []  # as stored
        again.recalculate()
        assert differences(again, blocks) == []


def test_saved_as_ods_it_keeps_formulas_and_values(
    calc: Office, book: Document, path: Path, tmp_path: Path
) -> None:
    blocks = expected_blocks(path)
    copy = tmp_path / "副本.ods"
    book.save(copy)
    with calc.open(copy) as again:
        assert differences(again, blocks) == []
        assert again.formula(layout.SCORES, "E5") == book.formula(layout.SCORES, "E5")
        asked = again.formula(HELPER, "D5") or ""
        assert asked == book.formula(HELPER, "D5")
        assert "PERMU_DISTRICT(" in asked
        again.recalculate()
        assert differences(again, blocks) == []


def test_an_office_without_the_add_in_spoils_no_formula(
    calc: Office, office: Office, path: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "副本.xlsx"
    with office.open(path) as book:
        book.recalculate()
        assert set(book.errors(HELPER, "D5:M10").values()) == {"#NAME?"}
        assert set(book.values(layout.SCORES, "A5:S5")[0]) == {""}
        book.save(copy)
    # In small letters, which no program minds.
    after, before = formulas_of(copy), formulas_of(path)
    assert {k: plain(v).upper() for k, v in after.items()} == {
        k: plain(v).upper() for k, v in before.items()
    }
    with calc.open(copy) as again:
        again.recalculate()
        assert differences(again, expected_blocks(path)) == []


EDITS: list[tuple[str, float | str | None]] = [
    ("tax", 99_999.0),
    ("tax", "1,234.5"),
    ("emission", None),
    ("off_policy", "√"),
    ("bonus_points", "２．５"),
    ("name", " 甲  厂 "),
    ("land", None),
    ("included", "否"),
    ("industry", "0610"),
]


def test_an_edited_input_changes_what_depends_on_it(book: Document, tmp_path: Path) -> None:
    """Each in a firm of its own, so that none hides another; compared once all are there."""

    def shown() -> list[list[Value]]:
        return book.values(layout.CLASSES, "A5:K34") + book.values(layout.SCORES, "A5:S34")

    before = shown()
    excluded = f"{get_column_letter(FIELDS.index('included') + 1)}5"
    book.set(layout.DATA, excluded, "否")
    without = shown()
    assert without != before
    for row, (key, value) in enumerate(EDITS, FIRST_EDITED):
        before = shown()
        book.set(layout.DATA, f"{get_column_letter(FIELDS.index(key) + 1)}{row}", value)
        # A flag on a firm outside the list of the last changes nothing.
        assert shown() != before or key == "off_policy", key
    copy = tmp_path / "改.xlsx"
    book.save(copy)
    assert differences(book, expected_blocks(copy)) == []
    # What is emptied again counts as before.
    book.set(layout.DATA, excluded, None)
    assert shown()[0] != without[0]
    book.save(copy)
    assert differences(book, expected_blocks(copy)) == []


def test_the_command_makes_it(
    calc: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "活.xlsx"
    call = ["template", str(out), "--live", "--rows", "12", "--district", "某区", "--year", "2022"]
    assert main(call) == 0
    assert "实时公式" in capsys.readouterr().out
    sheets = openpyxl.load_workbook(out)
    assert sheets[layout.PARAMETERS].cell(layout.PARAMETER_FIRST_ROW, 2).value == "某区"
    assert sheets[HELPER].sheet_state == "hidden"
    with calc.open(out) as book:
        book.recalculate()
        assert not any(book.errors(title) for title in (layout.SCORES, layout.CLASSES))


def test_a_scheme_of_ones_own_has_no_live_template(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('extends = "shenyang_2021"\nid = "own"\n', encoding="utf-8")
    out = tmp_path / "x.xlsx"
    assert main(["template", str(out), "--live", "--scheme", str(own)]) == 2
    assert "--live" in capsys.readouterr().err
    assert not out.exists()
