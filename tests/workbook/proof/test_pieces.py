"""The proof of sums, limits, medians, the way from worst to best, means of years; and a growth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from permu_xl.workbook import layout
from tests.office import Office
from tests.workbook.odd_pieces import pieces_book
from tests.workbook.proof.proving import Proved, proved, spoken

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def pieces(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proved]:
    with proved(office, pieces_book(tmp_path_factory.mktemp("pieces"), 40, 3)) as p:
        yield p


def test_everything_is_recomputed(pieces: Proved) -> None:
    assert pieces.failing() == set()
    assert pieces.document.errors(layout.PROOF) == {}
    assert 20 < np.count_nonzero(pieces.evaluation.included) < 40


@pytest.mark.parametrize(
    ("key", "value", "checks"),
    [
        ("national", 999, ("indicators", "scores")),
        ("local", None, ("indicators", "scores")),
        ("power", 0, ("indicators",)),
        ("gas", None, ("indicators", "scores")),
        ("output", 9999, ("indicators", "scores")),
        ("land", 3, ("participation",)),
        ("zone", "南区", ("indicators", "scores")),
    ],
)
def test_a_changed_input_is_found(
    pieces: Proved, key: str, value: float | str | None, checks: tuple[str, ...]
) -> None:
    e = pieces.evaluation
    whole = ~np.isnan(np.array(list(e.roster.numbers.values()))).any(axis=0)
    entry = int(np.flatnonzero(e.included & whole & (e.results[0].value > 0))[0])
    sheet, cell = pieces.input(entry, key)
    assert spoken(pieces.found(sheet, cell, value), *checks)
    assert pieces.failing() == set()


@pytest.mark.parametrize("position", range(5))
def test_a_changed_baseline_is_found(pieces: Proved, position: int) -> None:
    sheet, cell = pieces.result(layout.BASELINES, "value", position)
    assert spoken(pieces.found(sheet, cell, 77.0), "baselines")


def test_a_growth_is_taken_over_and_said_to_be(pieces: Proved) -> None:
    row, column = layout.proof_cell("test_indicators")
    cell = f"{'ABCD'[column]}{row}"
    ((remark,),) = pieces.document.values(layout.PROOF, f"{cell}:{cell}")
    assert "亩均税收增长率没有重算，取“得分”表的数" in str(remark)
    entry = int(np.flatnonzero(pieces.evaluation.included)[0])
    sheet, cell = pieces.result(layout.SCORES, "score:tax_growth", entry)
    assert spoken(pieces.found(sheet, cell, 0.5), "scores")
