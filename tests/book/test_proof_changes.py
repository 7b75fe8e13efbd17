"""核验 notices every change by hand of a result, and of an input that bears on a result."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from permu_xl.book import layout
from permu_xl.book.district import run
from permu_xl.schemes import load
from tests.book.districts import fill, filled, firm, spread_firms
from tests.office import Document, Office

pytestmark = pytest.mark.office

SCHEME = load()
DATA = {field.key: k for k, field in enumerate(layout.data_fields(SCHEME))}
SCORES = {field.key: k for k, field in enumerate(layout.score_fields(SCHEME))}
CLASSES = {field.key: k for k, field in enumerate(layout.class_fields(SCHEME))}
BASELINES = {field.key: k for k, field in enumerate(layout.baseline_fields())}
FIRST = layout.FIRST_ROW


def at(columns: dict[str, int], key: str, row: int = FIRST) -> str:
    return f"{openpyxl.utils.get_column_letter(columns[key] + 1)}{row}"


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district with every kind of cell: twins, text numbers, flags, an adjustment, a gap."""
    folder = tmp_path_factory.mktemp("proof")
    firms = spread_firms(40)
    firms[3] |= {"tax": "1,234.5", "start_date": "2012年5月1日"}
    firms[4] |= {"industry": "C3421", "included": "√"}
    firms[5] |= {"industry": 610, "included": "是"}
    firms[6] |= {"industry": "4430"}
    firms[7] |= {"tax": -20.0, "rd": None}
    firms[8] |= {"emission": 0.0}
    firms[9] |= {"emission": None, "tax": None}
    firms[10] |= {"bonus_points": 2.5, "off_policy": "是"}
    firms[11] |= {key: firms[12][key] for key in SCHEME.columns}
    firms[13] |= {"code": None}
    firms[15] |= {"industry": 610}
    path = filled(folder / "district.xlsx", firms, spread_firms(38, seed=2))
    book = openpyxl.load_workbook(path)
    fields = layout.adjustment_fields(SCHEME)
    decided = {"name": "企业00014", "letter": "C", "reason": "事故", "document": "通报"}
    fill(book, layout.ADJUSTMENTS, fields, [decided])
    book[layout.DATA].insert_rows(FIRST + 20)
    book.save(path)
    outcome = run(path, path)
    assert outcome.evaluation is not None
    return path


@pytest.fixture(scope="module")
def document(proved: Path, office: Office) -> Iterator[Document]:
    with office.open(proved) as book:
        book.recalculate()
        yield book


def verdicts(book: Document) -> dict[str, object]:
    return {name: book.named(name) for name in layout.PROOF_TESTS}


def test_everything_is_true_at_first(document: Document) -> None:
    assert verdicts(document) == dict.fromkeys(layout.PROOF_TESTS, True)


CHANGES = [
    (layout.SCORES, at(SCORES, "name"), "别名", "test_identity"),
    (layout.CLASSES, at(CLASSES, "code"), "911", "test_identity"),
    (layout.SCORES, at(SCORES, "value:tax_per_mu"), 1.0, "test_indicators"),
    (layout.SCORES, at(SCORES, "score:rd_intensity"), 1.0, "test_scores"),
    (layout.SCORES, at(SCORES, "subtotal"), 1.0, "test_totals"),
    (layout.SCORES, at(SCORES, "bonus", FIRST + 10), 1.0, "test_totals"),
    (layout.SCORES, at(SCORES, "total"), 1.0, "test_totals"),
    (layout.SCORES, at(SCORES, "rank"), 41.0, "test_ranks"),
    (layout.CLASSES, at(CLASSES, "rank"), 41.0, "test_ranks"),
    (layout.CLASSES, at(CLASSES, "half"), "中间", "test_halves"),
    (layout.CLASSES, at(CLASSES, "key:best"), 1.0, "test_keys"),
    (layout.CLASSES, at(CLASSES, "key:last"), 1.0, "test_keys"),
    (layout.CLASSES, at(CLASSES, "proposed"), "D", "test_classes"),
    (layout.CLASSES, at(CLASSES, "final"), "D", "test_final"),
    (layout.CLASSES, at(CLASSES, "final", FIRST + 6), "B", "test_final"),
    (layout.BASELINES, at(BASELINES, "value"), 1.0, "test_baselines"),
    (layout.BASELINES, at(BASELINES, "numerator"), 1.0, "test_baselines"),
    (layout.DATA, at(DATA, "tax"), 5000.0, "test_indicators"),
    (layout.DATA, at(DATA, "tax", FIRST + 3), "1,234.6", "test_indicators"),
    (layout.DATA, at(DATA, "rd", FIRST + 7), 100.0, "test_indicators"),
    (layout.DATA, at(DATA, "emission", FIRST + 8), 3.0, "test_indicators"),
    (layout.DATA, at(DATA, "industry"), "4430", "test_participation"),
    (layout.DATA, at(DATA, "industry", FIRST + 15), 611.0, "test_participation"),
    (layout.DATA, at(DATA, "start_date"), 44900.0, "test_participation"),
    (layout.DATA, at(DATA, "included"), "否", "test_participation"),
    (layout.DATA, at(DATA, "bonus_points"), 1.0, "test_totals"),
    (layout.DATA, at(DATA, "name"), "别名", "test_identity"),
    (layout.PREVIOUS, at(DATA, "tax"), 99999.0, "test_baselines"),
    (layout.PREVIOUS, at(DATA, "industry"), "0610", "test_baselines"),
    (layout.ADJUSTMENTS, f"C{FIRST}", "B", "test_final"),
    (layout.PARAMETERS, f"B{layout.PARAMETER_HEADER_ROW + 1}", 29.0, "test_scores"),
    (layout.PARAMETERS, f"E{layout.PARAMETER_HEADER_ROW + 1}", 1.1, "test_scores"),
    (layout.PARAMETERS, f"C{layout.PARAMETER_HEADER_ROW + 1}", "企业均值", "test_baselines"),
    (layout.PARAMETERS, f"B{layout.PARAMETER_FIRST_ROW + 1}", 2010.0, "test_participation"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "test"), CHANGES)
def test_a_change_by_hand_is_noticed(
    sheet: str, cell: str, value: str | float, test: str, document: Document
) -> None:
    ((before,),) = document.values(sheet, f"{cell}:{cell}")
    document.set(sheet, cell, value)
    document.recalculate()
    try:
        assert document.named(test) is False
        assert document.named("test_all") is False
    finally:
        document.set(sheet, cell, before)
        document.recalculate()
    assert document.named("test_all") is True


@pytest.mark.parametrize("key", ["remark", "serial"])
def test_what_bears_on_nothing_changes_nothing(key: str, document: Document) -> None:
    document.set(layout.DATA, at(DATA, key), "随便")
    document.recalculate()
    assert document.named("test_all") is True


def test_a_firm_more_than_was_evaluated_is_noticed(proved: Path, office: Office) -> None:
    with office.open(proved) as book:
        row = FIRST + 41
        for key, value in firm(99).items():
            if key in ("code", "name", "industry") or isinstance(value, float):
                book.set(layout.DATA, at(DATA, key, row), value)
        book.recalculate()
        assert book.named("test_all") is False


def test_too_many_firms_are_left_out_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "PROOF_LIMIT", 9)
    path = filled(tmp_path / "in.xlsx", spread_firms(10), spread_firms(10))
    run(path, path)
    sheet = openpyxl.load_workbook(path)[layout.PROOF]
    row, column = layout.proof_cell("test_all")
    assert sheet.cell(row, column).value == "企业超过9户，未生成核验"
