"""Makes the seed workbooks anew: ``python -m tests.fuzz.make_seeds``; they are kept in the repo."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import openpyxl

from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.workbook.live.template import live_template
from permu_xl.workbook.template.workbook import save_workbook
from tests.fuzz.trial import SEEDS
from tests.workbook.districts import YEAR, fill, filled, spread_firms


def main() -> None:
    """Write a filled template, one with results and shared texts, one with live formulas."""
    firms, before = spread_firms(12), spread_firms(12, seed=2)
    with tempfile.TemporaryDirectory() as scratch:
        plain = filled(Path(scratch) / "plain.xlsx", firms, before, rows=14)
        (SEEDS / "plain.xlsx").write_bytes(plain.read_bytes())
        evaluated = Path(scratch) / "evaluated.xlsx"
        run(plain, evaluated)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(evaluated)
        scores = book[layout.SCORES]
        scores.auto_filter.ref = f"A{layout.FIRST_ROW - 1}:R{layout.FIRST_ROW + 11}"
        scores.auto_filter.add_filter_column(2, ["企业00003", "企业00005"])
        scores.merge_cells("V2:W3")
        book.save(SEEDS / "evaluated.xlsx")
        live = live_template(load(), 14, district="某区", year=YEAR)
        fields = layout.data_fields(load())
        fill(live, layout.DATA, fields, firms)
        fill(live, layout.PREVIOUS, fields, before)
        save_workbook(live, SEEDS / "live.xlsx")


if __name__ == "__main__":
    main()
