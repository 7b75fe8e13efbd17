"""The proof sheet becomes FALSE once a result, or an input that matters, is changed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from openpyxl.utils import get_column_letter

from permu_xl.engine.firms.scope import participation
from permu_xl.workbook import layout
from tests.office import Office, Value
from tests.workbook.districts import spread_firms
from tests.workbook.odd_districts import OVERLAY, district_book, save
from tests.workbook.proof.proving import (
    OWN,
    SHENYANG,
    Proved,
    careful_book,
    careful_firms,
    proved,
    spoken,
)

needs_office = pytest.mark.office


@pytest.fixture(scope="module")
def careful(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    folder = tmp_path_factory.mktemp("careful")
    (folder / OWN).write_text(OVERLAY, encoding="utf-8")
    with proved(office, save(careful_book(), folder / "in.xlsx")) as p:
        assert p.failing() == set()
        yield p


RESULTS = [
    (layout.BASELINES, "indicator", "x", "baselines"),
    (layout.BASELINES, "numerator", 1, "baselines"),
    (layout.BASELINES, "denominator", 1, "baselines"),
    (layout.BASELINES, "aggregate", None, "baselines"),
    (layout.BASELINES, "mean", 1, "baselines"),
    (layout.BASELINES, "highest", 1, "baselines"),
    (layout.BASELINES, "method", "企业均值", "baselines"),
    (layout.BASELINES, "value", 1, "baselines"),
    (layout.SCORES, "code", "9121", "identity"),
    (layout.SCORES, "name", "别的厂", "identity"),
    *((layout.SCORES, f"value:{i.id}", 0.5, "indicators") for i in SHENYANG.indicators),
    *((layout.SCORES, f"score:{i.id}", 0.5, "scores") for i in SHENYANG.indicators),
    (layout.SCORES, "subtotal", 50.01, "totals"),
    (layout.SCORES, "bonus", 1, "totals"),
    (layout.SCORES, "bonus", None, "totals"),
    (layout.SCORES, "total", 50.01, "totals"),
    (layout.SCORES, "total", None, "totals"),
    (layout.SCORES, "rank", 99, "ranks"),
    (layout.CLASSES, "code", None, "identity"),
    (layout.CLASSES, "name", "别的厂", "identity"),
    (layout.CLASSES, "total", 50.01, "totals"),
    (layout.CLASSES, "rank", 99, "ranks"),
    (layout.CLASSES, "half", "中间", "halves"),
    *((layout.CLASSES, f"key:{s.label}", 7, "keys") for s in SHENYANG.selections),
    (layout.CLASSES, "proposed", "a", "classes"),
    (layout.CLASSES, "proposed", layout.NOT_EVALUATED, "participation"),
    (layout.CLASSES, "final", None, "final"),
]


AS_BEFORE = [("bonus", None), ("total", None), ("proposed", layout.NOT_EVALUATED)]
"""What the results of a firm that is out say anyway."""


@needs_office
@pytest.mark.parametrize(
    ("entry", "title", "key", "value", "check"),
    [(4, *each) for each in RESULTS]
    + [(2, *each) for each in RESULTS if each[1:3] not in AS_BEFORE],
)
def test_a_changed_result_is_found(
    careful: Proved, entry: int, title: str, key: str, value: Value, check: str
) -> None:
    # Firm 4 takes part and firm 2 does not: its blank scores must stay blank.
    assert list(careful.evaluation.included[[4, 2]]) == [True, False]
    assert spoken(careful.found(*careful.result(title, key, entry), value), check)
    assert careful.failing() == set()


@needs_office
def test_the_smallest_visible_changes_count(careful: Proved) -> None:
    for title, key in (
        (layout.SCORES, "total"), (layout.SCORES, "value:tax_per_emission"),
        (layout.BASELINES, "value"),
    ):  # fmt: skip
        sheet, cell = careful.result(title, key, 0)
        ((before,),) = careful.document.values(sheet, f"{cell}:{cell}")
        assert isinstance(before, float)
        assert careful.found(sheet, cell, before * (1 + 1e-5))
        assert not careful.found(sheet, cell, before * (1 + 1e-12))


INPUTS: list[tuple[int, str, Value, tuple[str, ...]]] = [
    (20, "land", 4000, ("indicators", "scores", "totals")),
    (20, "tax", None, ("indicators",)),
    (20, "rd", 0, ("indicators",)),
    (20, "output", "文字", ("indicators",)),
    (4, "emission", 0.5, ("indicators", "scores")),
    (5, "tax", 1, ("indicators", "scores")),
    (6, "rd", 0, ("indicators",)),
    (6, "energy", 10, ("indicators", "scores")),
    (7, "tax", 50, ("indicators", "scores")),
    (0, "tax", "1,234.6", ("indicators",)),
    (0, "tax", 1234.6, ("indicators",)),
    (0, "start_date", "2021年5月1日", ("participation",)),
    (0, "industry", "B0610", ("participation",)),
    (1, "industry", 611, ("participation",)),
    (1, "included", None, ("participation",)),
    (1, "included", "×", ("participation",)),
    (2, "industry", "3421", ("participation",)),
    (2, "included", "是", ("participation",)),
    (3, "start_date", 43000, ("participation",)),
    (20, "industry", "4420", ("participation",)),
    (20, "industry", 7, ("participation",)),
    (20, "start_date", 44400, ("participation",)),
    (20, "included", "否", ("participation", "ranks", "classes")),
    (20, "included", "也许", ("participation",)),
    (8, "bonus_points", 1, ("totals",)),
    (8, "bonus_points", None, ("totals",)),
    (8, "bonus_labels", "A+", ("totals",)),
    (20, "bonus_points", 3, ("totals",)),
    (20, "bonus_labels", "绿色工厂", ("totals",)),
    (20, "bonus_labels", "没有的", ("totals",)),
    (20, "code", "91210100MA0P4X1Y2X", ("identity", "final")),
    (20, "name", "别的厂", ("identity",)),
    (9, "code", "91210100MA0P4X1Y2U", ("identity",)),
    (10, "name", "沈阳二厂1号", ("identity", "final")),
    (20, "off_policy", "也许", ("classes",)),
    (12, "off_policy", "否", ("classes",)),
]


@needs_office
@pytest.mark.parametrize(("entry", "key", "value", "checks"), INPUTS)
def test_a_changed_input_is_found(
    careful: Proved, entry: int, key: str, value: Value, checks: tuple[str, ...]
) -> None:
    assert spoken(careful.found(*careful.input(entry, key), value), *checks)
    assert careful.failing() == set()


@needs_office
@pytest.mark.parametrize(("key", "value"), [
    ("tax", 1e5), ("land", None), ("output", "文字"), ("industry", "0610"),
    ("start_date", 44900), ("included", "否"),
])  # fmt: skip
def test_a_change_of_last_year_is_found(careful: Proved, key: str, value: Value) -> None:
    # A firm that takes part in last year's averages with a figure for each of them.
    previous = careful.book.previous
    assert previous is not None
    part = participation(careful.book.scheme, previous.roster, careful.book.parameters.year)
    whole = ~np.isnan(np.array([previous.roster.numbers[k] for k in SHENYANG.columns])).any(axis=0)
    old = previous.roster.start_dates < np.datetime64("2015-01-01")
    entry = int(np.flatnonzero(part.included & whole & old & (previous.roster.included < 0))[0])
    sheet, cell = careful.input(entry, key, last=True)
    assert spoken(careful.found(sheet, cell, value), "baselines")
    assert careful.failing() == set()


PARAMETERS: list[tuple[str, str, Value, str]] = [
    ("tax_per_mu", "weight", 25, "scores"),
    ("tax_per_mu", "weight", "三十", "scores"),
    ("tax_per_mu", "cap", 1.1, "scores"),
    ("rd_intensity", "cap", 1.1, "scores"),
    ("output_per_mu", "method", "企业均值", "baselines"),
    ("output_per_mu", "method", "中位数", "baselines"),
    ("output_per_mu", "method", None, "baselines"),
    ("tax_per_emission", "method", "总量法", "baselines"),
]


@needs_office
@pytest.mark.parametrize(("id", "key", "value", "check"), PARAMETERS)
def test_a_changed_parameter_is_found(
    careful: Proved, id: str, key: str, value: Value, check: str
) -> None:
    assert spoken(careful.found(*careful.parameter(id, key), value), check)
    assert careful.failing() == set()


@needs_office
def test_another_year_or_scheme_is_found(careful: Proved) -> None:
    parameters = careful.book.parameters
    for key, value in (("year", 2023), ("year", None), ("scheme", "shenyang_2021")):
        failing = careful.found(parameters.sheet, parameters.cells[key], value)
        assert spoken(failing, "participation"), key
    assert careful.failing() == set()


@needs_office
def test_a_changed_decision_is_found(careful: Proved) -> None:
    for entry, key, value in (
        (0, "letter", "A"), (0, "letter", None), (0, "name", "沈阳二厂1号"), (1, "letter", "X"),
        (1, "code", "91210100MA0P4X1Y2X"), (1, "code", careful_firms()[21]["code"]),
        (2, "letter", "X"), (2, "code", careful_firms()[20]["code"]),
    ):  # fmt: skip
        failing = careful.found(*careful.decision(entry, key), value)
        assert spoken(failing, "final"), (entry, key, value)
    assert careful.failing() == set()


@needs_office
def test_an_added_row_is_found(careful: Proved) -> None:
    row = max(careful.book.current.placed.rows) + 10
    for sheet, cell, check in (
        (*careful.input(0, "name"), "identity"),
        (*careful.input(0, "name", last=True), "baselines"),
        (*careful.decision(0, "letter"), "final"),
        (*careful.result(layout.SCORES, "name", 0), "identity"),
        (*careful.result(layout.CLASSES, "code", 0), "identity"),
    ):
        below = re.sub(r"\d+", str(row), cell)
        assert spoken(careful.found(sheet, below, "新来的"), check), sheet
        assert not careful.found(sheet, below, "　 ")
    assert careful.failing() == set()


@needs_office
def test_a_spoiled_check_does_not_pass(office: Office, tmp_path: Path) -> None:
    book = district_book(SHENYANG, spread_firms(9), spread_firms(9))
    row, column = layout.proof_cell("test_ranks")
    cell = f"{get_column_letter(column)}{row}"
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        assert p.failing() == set()
        for value in (None, "TRUE", 0):
            assert spoken(p.found(layout.PROOF, cell, value), "ranks")


def _sort(p: Proved, title: str) -> dict[str, list[list[Value]]]:
    """Turn the firms' rows of a result sheet round, as its arrows do; return what was there."""
    at, placed = p.book.outputs[title], p.book.current.placed
    first = at.first_row + 1
    last = first + placed.rows[-1] - placed.first_row
    before = {}
    for column in sorted(at.columns.values()):
        letter = get_column_letter(column + 1)
        cells = p.document.values(title, f"{letter}{first}:{letter}{last}")
        before[letter] = [list(row) for row in cells]
        for row, (value,) in zip(range(last, first - 1, -1), cells, strict=True):
            p.document.set(title, f"{letter}{row}", value)
    return before


@needs_office
def test_sorted_results_are_found_by_code(office: Office, tmp_path: Path) -> None:
    """The proof holds for sorted rows, and fails for a class that was changed in one of them."""
    book = district_book(SHENYANG, spread_firms(15), spread_firms(15, seed=2))
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        assert p.failing() == set()
        for title in (layout.SCORES, layout.CLASSES):
            _sort(p, title)
        assert p.failing() == set()
        # Now the first row holds the last firm.
        sheet, cell = p.result(layout.CLASSES, "final", 0)
        assert spoken(p.found(sheet, cell, "甲"), "final")
        sheet, cell = p.result(layout.SCORES, "total", 3)
        assert spoken(p.found(sheet, cell, 50.01), "totals")
        sheet, cell = p.result(layout.SCORES, "code", 5)
        assert spoken(p.found(sheet, cell, "912199999999999999"), "identity")
        assert p.failing() == set()
