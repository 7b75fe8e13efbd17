"""Make a workbook of an invented district of any size, as a spreadsheet program would save it.

Usage: ``python benchmarks/made_district.py clean|untidy FIRMS OUT [SHEET ...]``; these sheets are
left out.  In an untidy one every second industry code has its section letter, every fiftieth row
is blank, and of a thousand firms some five hundred have something that is told: figures as text,
codes that fail their check digit, figures that are missing.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.example.firms import TRADES, Firm, Maker
from permu_xl.workbook.template.workbook import build_template, save_workbook

YEAR = 2022
LEFT_OUT = ("rd", "energy")
GAP = 50
LETTERS = {"06": "B", "46": "D", "45": "D", "44": "D"}
"""Section letters of industry codes by their beginnings; C for manufacturing."""


def firms(count: int) -> tuple[list[Firm], list[Firm]]:
    """Return this year's firms and last year's.

    Some are out by industry, by age or by 是否参评, some lack a figure, some have points of bonus.
    """
    maker, draw = Maker(), np.random.default_rng(count)
    trades = [
        (name, code, product)
        for name, trade in TRADES.items()
        for code, product in trade.products
        for _ in range(trade.firms)
    ]
    chosen = draw.integers(len(trades), size=count)
    chance = draw.random((count, 6))
    now: list[Firm] = []
    for serial in range(count):
        firm = maker.firm(*trades[chosen[serial]])
        out, young, left_out, blank, bonus, flagged = chance[serial]
        changes: dict[str, object] = {"name": f"{firm.name[:-4]}{serial + 1:05d}号有限公司"}
        if out < 0.02:
            changes["industry"] = "4620"
        if young < 0.03:
            changes["start_date"] = dt.date(YEAR - 1, 6, 1)
        if left_out < 0.01:
            changes["included"] = layout.NO
        if bonus < 0.2:
            changes["bonus_points"] = float(1 + int(bonus * 20))
        if flagged < 0.03:
            changes["flags"] = {"off_policy": layout.YES}
        firm = replace(firm, **changes)  # type: ignore[arg-type]
        if blank < 0.04:
            firm = firm.with_figures(**{LEFT_OUT[int(blank < 0.02)]: None})
        now.append(firm)
    before = [maker.year_before(firm) for firm in now if firm.start_date < dt.date(YEAR - 1, 1, 1)]  # type: ignore[operator]
    return now, before


def untidy(tidy: Sequence[Firm], seed: int) -> list[Firm | None]:
    """Return firms as departments hand them in; None for a blank row."""
    draw = np.random.default_rng(seed)
    found: list[Firm | None] = []
    for serial, (firm, lettered, odd) in enumerate(
        zip(tidy, draw.random(len(tidy)), draw.random(len(tidy)), strict=True), 1
    ):
        industry = str(firm.industry)
        if lettered < 0.5:
            firm = replace(firm, industry=LETTERS.get(industry[:2], "C") + industry)
        if odd < 0.15:
            firm = firm.with_figures(tax=f"{firm.figures['tax']:,}")
        elif odd < 0.25:
            other = "1" if firm.code[-1] != "1" else "2"
            firm = replace(firm, code=firm.code[:-1] + other)
        elif odd < 0.30:
            firm = firm.with_figures(output=None)
        found.append(firm)
        if serial % GAP == 0:
            found.append(None)
    return found


def main(kind: str, count: int, out: Path, left_out: Sequence[str]) -> None:
    """Fill the template, without some of its sheets."""
    scheme = load()
    tables: list[Sequence[Firm | None]] = list(firms(count))
    if kind == "untidy":
        tables = [untidy(table, count) for table in firms(count)]
    rows = max(map(len, tables))
    book = build_template(scheme, rows=rows, district="测速区（虚构）", year=YEAR)
    fields = layout.data_fields(scheme)
    for title, table in zip((layout.DATA, layout.PREVIOUS), tables, strict=True):
        fill(book[title], [field.key for field in fields], table)
    for title in left_out:
        del book[title]
    if layout.PROOF in left_out:
        for name in layout.PROOF_TESTS:
            del book.defined_names[name]
    save_workbook(book, out)


def fill(sheet: object, keys: Sequence[str], rows: Sequence[Firm | None]) -> None:
    """Put the firms into their sheet."""
    for serial, firm in enumerate(rows, 1):
        if firm is None:
            continue
        known = {
            "serial": serial,
            "code": firm.code,
            "name": firm.name,
            "industry": firm.industry,
            "start_date": firm.start_date,
            "bonus_points": firm.bonus_points,
            "included": firm.included,
            **firm.figures,
            **firm.flags,
        }
        for column, key in enumerate(keys, 1):
            if known.get(key) is not None:
                sheet.cell(layout.FIRST_ROW + serial - 1, column).value = known[key]  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:])
