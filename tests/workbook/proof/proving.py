"""Workbooks with results, open in a real spreadsheet, to be changed there by hand."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from permu_xl.engine.evaluation import Evaluation
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.workbook.reading.model import Book
from tests.office import Document, Office, Value
from tests.places import DATA
from tests.workbook.districts import spread_firms
from tests.workbook.odd_districts import district_book, odd_firms, shift

TOY = DATA / "toy.toml"
SHENYANG = load()
CHECKS = tuple(layout.PROOF_TESTS)
OWN = "本区.toml"
"""The file name of a scheme of one's own, beside the workbook."""


@dataclass(frozen=True)
class Proved:
    """A workbook with results, open in the spreadsheet."""

    document: Document
    book: Book
    evaluation: Evaluation

    def failing(self) -> set[str]:
        """Return the checks that are not TRUE."""
        rows = [layout.proof_cell(name)[0] for name in CHECKS]
        column = get_column_letter(layout.PROOF_RESULT_COLUMN)
        results = self.document.values(layout.PROOF, f"{column}{rows[0]}:{column}{rows[-1]}")
        return {name for name, (result,) in zip(CHECKS, results, strict=True) if result != 1}

    def named(self) -> dict[str, object]:
        """Return the value of every defined name of a check."""
        return {name: self.document.named(name) for name in CHECKS}

    @contextlib.contextmanager
    def changed(self, sheet: str, cell: str, value: Value) -> Iterator[None]:
        """Change a cell by hand, and back again."""
        ((before,),) = self.document.values(sheet, f"{cell}:{cell}")
        self.document.set(sheet, cell, value)
        try:
            yield
        finally:
            self.document.set(sheet, cell, before)

    def found(self, sheet: str, cell: str, value: Value) -> set[str]:
        """Return the checks that fail after a change; it is undone."""
        with self.changed(sheet, cell, value):
            return self.failing()

    def result(self, title: str, key: str, entry: int) -> tuple[str, str]:
        """Return sheet and cell of a firm's result (the n-th indicator's on 基准值)."""
        at, placed = self.book.outputs[title], self.book.current.placed
        aligned = title != layout.BASELINES
        offset = placed.rows[entry] - placed.first_row if aligned else entry
        return title, f"{get_column_letter(at.columns[key] + 1)}{at.first_row + 1 + offset}"

    def parameter(self, id: str, key: str, group: str = "") -> tuple[str, str]:
        found = self.book.parameters
        assert found.placed is not None
        entry = found.groups[id][group] if group else found.indicators[id]
        return found.placed.sheet, found.placed.cell(entry, key)

    def input(self, entry: int, key: str, *, last: bool = False) -> tuple[str, str]:
        table = self.book.previous if last else self.book.current
        assert table is not None
        return table.placed.sheet, table.placed.cell(entry, key)

    def decision(self, entry: int, key: str) -> tuple[str, str]:
        assert self.book.adjustments is not None
        placed = self.book.adjustments.placed
        return placed.sheet, placed.cell(entry, key)


@contextlib.contextmanager
def proved(office: Office, path: Path) -> Iterator[Proved]:
    """Run a workbook and open it."""
    outcome = run(path, path)
    errors = [f.problem for f in outcome.findings if f.level.value == "错误"]
    assert outcome.evaluation is not None, errors
    with office.open(path) as document:
        yield Proved(document, outcome.book, outcome.evaluation)


def spoken(failing: set[str], *names: str) -> bool:
    """Return whether these checks, and the overall one, are among the failing ones."""
    return {f"test_{name}" for name in names} | {"test_all"} <= failing


def toy_firms(n: int) -> list[dict[str, Any]]:
    """Firms for the scheme made for tests, some with a bonus, some without a figure."""
    draw = np.random.default_rng(n)
    columns = ("area", "sales", "staff", "water")
    figures = np.round(np.exp(draw.normal(4, 0.7, (n, len(columns)))), 1)
    firms = []
    for k, row in enumerate(figures.tolist()):
        cells: dict[str, Any] = {"code": f"K{k:03d}", "name": f"{k}号企业"}
        cells |= dict(zip(columns, row, strict=True))
        if k % 5 == 1:
            cells["bonus_labels"] = "示范"
        if k % 7 == 2:
            cells["bonus_points"] = 2
        if k % 6 == 3:
            cells["water"] = None
        firms.append(cells)
    return firms


STEADY = "沈阳*厂~1?"
"""A name that would be a pattern in MATCH and COUNTIF."""


def careful_firms() -> list[dict[str, Any]]:
    """Forty firms in which every kind of cell is interpreted once, each firm known by place."""
    firms = spread_firms(40, 3)
    firms[0] |= {"tax": "1,234.5", "start_date": "2019年5月1日", "industry": "C3421"}
    firms[1] |= {"industry": 610, "included": "√"}
    firms[2] |= {"industry": "0610"}
    firms[3] |= {"start_date": dt.date(2021, 3, 1)}
    firms[4] |= {"emission": None}
    firms[5] |= {"emission": None, "tax": None}
    firms[6] |= {"rd": None, "energy": 0, "land": -1}
    firms[7] |= {"tax": -50}
    firms[8] |= {"bonus_points": "２", "bonus_labels": "绿色工厂、专精特新"}
    firms[9] |= {"included": "否", "code": " 91210100ma0p4x1y2u "}
    firms[10] |= {"code": None, "name": STEADY}
    firms[11] |= {"included": True, "start_date": 20210301}
    firms[12] |= {"off_policy": 1}
    return firms


def careful_book() -> Workbook:
    """The careful firms with decisions about some, moved about as users do."""
    firms = careful_firms()
    decisions = [
        {"name": STEADY, "letter": "d类", "reason": "会议", "document": "纪要"},
        {"code": firms[20]["code"], "letter": "A", "reason": "会议", "document": "纪要"},
        {"code": firms[2]["code"], "letter": "C", "reason": "会议", "document": "纪要"},
    ]
    book = district_book(
        SHENYANG, firms, odd_firms(45, 9, labels=False), decisions,
        scheme_name=OWN, parameters={("rd_intensity", "cap"): None},
    )  # fmt: skip
    shift(book)
    return book
