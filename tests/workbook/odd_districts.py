"""Districts full of what clerks really type, for tests that compare two ways of computing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl.workbook import Workbook

from permu_xl.engine.model.scheme import Scheme
from permu_xl.workbook import layout
from permu_xl.workbook.template.workbook import build_template, save_workbook
from tests.workbook.districts import YEAR, fill, spread_firms

Rows = Sequence[Mapping[str, Any]]

OVERLAY = """
extends = "shenyang_2021"
id = "ours"
title = "本区"

[bonus]
cap = 3

[bonus.labels."专精特新"]
points = 2
clause = "区文件一"

[bonus.labels."绿色工厂"]
points = 1.5
clause = "区文件二"

[bonus.labels."A+"]
points = -1
clause = "区文件三"
"""
"""A scheme of one's own with bonus labels, one of which is a pattern in some languages."""

_ODD_NUMBERS = ("1,234.5", "１２３", " 45 ", "3e2", "")
_ODD_DATES: tuple[Any, ...] = (
    "2019年5月1日", "2020.1.1", "2021-12-31", 20150601, 41000, dt.datetime(2019, 12, 31, 8, 30),
    dt.date(2020, 12, 31), dt.date(2021, 1, 1), dt.date(2019, 12, 31), "　", None,
)  # fmt: skip
_ODD_INDUSTRIES: tuple[Any, ...] = (
    3421, "C3421", " 3911", "３６１２", "c 2710", 610, "610", "0610", 69, "B0710", "06", "4420",
    "441", "4430", 45, "772", 782, "7820", "4610", "462", None, "  ",
)  # fmt: skip
_YES_NO: tuple[Any, ...] = ("是", "否", "√", "×", True, False, 1, 0, "y", " 是 ", None)
_ODD_LABELS: tuple[Any, ...] = (
    "专精特新", "专精特新、绿色工厂", "绿色工厂，专精特新；绿色工厂", "A+ 专精特新", "A+\n绿色工厂",
    "、绿色工厂、", "绿色工厂\u3000A+", "A+\u00a0专精特新", " ", None,
)  # fmt: skip
_FIGURES = ("land", "tax", "output", "revenue", "rd", "employees", "energy", "emission")


def odd_firms(n: int, seed: int, *, labels: bool) -> list[dict[str, Any]]:
    """Firms of which many have a blank, zero, negative or strangely written cell, many a double."""
    draw = np.random.default_rng(seed)
    firms = spread_firms(n, seed)

    def pick(choices: Sequence[Any]) -> Any:
        return choices[int(draw.integers(len(choices)))]

    for number, cells in enumerate(firms):
        for key in _FIGURES:
            if draw.random() < 0.12:
                cells[key] = pick((None, 0, 0, -1.5, -300, pick(_ODD_NUMBERS), 0.01, 5e6))
        cells["industry"] = pick(_ODD_INDUSTRIES) if draw.random() < 0.4 else "3421"
        if draw.random() < 0.3:
            cells["start_date"] = pick(_ODD_DATES)
        if draw.random() < 0.25:
            cells["included"] = pick(_YES_NO)
        if draw.random() < 0.3:
            cells["off_policy"] = pick(_YES_NO)
        if draw.random() < 0.2:
            cells["bonus_points"] = pick((1, 0.5, -2, 0, "2", "１", 7))
        if labels and draw.random() < 0.3:
            cells["bonus_labels"] = pick(_ODD_LABELS)
        if draw.random() < 0.15 and number:
            same = firms[int(draw.integers(number))]
            cells.update({k: v for k, v in same.items() if k not in ("code", "name")})
        code = cells["code"]
        cells["code"] = pick((code, code, code, f" {code}", code[:9] + "a" + code[10:], None))
        if draw.random() < 0.1:
            cells["name"] = f"{pick('甲乙丙*?~')}{number} {pick('厂司')}"
    return firms


def odd_adjustments(firms: Rows, seed: int, letters: Sequence[str]) -> list[dict[str, Any]]:
    """Decisions about some firms, by code, by name, or both."""
    draw = np.random.default_rng(seed)
    chosen = draw.permutation(len(firms))[: max(1, len(firms) // 10)]
    rows = []
    for k in chosen:
        letter = letters[int(draw.integers(len(letters)))]
        written = (letter, f"{letter}类", letter.lower())[int(draw.integers(3))]
        row: dict[str, Any] = {"letter": written, "reason": "会议", "document": "纪要"}
        if firms[k]["code"] is None or draw.random() < 0.5:
            row["name"] = firms[k]["name"]
        if firms[k]["code"] is not None and ("name" not in row or draw.random() < 0.5):
            row["code"] = firms[k]["code"]
        rows.append(row)
    return rows


def district_book(
    scheme: Scheme,
    firms: Rows,
    last_year: Rows,
    adjustments: Rows = (),
    *,
    scheme_name: str = "",
    parameters: Mapping[tuple[str, str], Any] | None = None,
    year: Any = YEAR,
) -> Workbook:
    """Return a filled template; ``parameters`` are changes on 参数 by indicator id and column.

    A group's row has its name behind the id: ``energy_per_sales食品``.
    """
    book = build_template(scheme, rows=5, district="某区", year=YEAR, scheme_name=scheme_name)
    fields = layout.data_fields(scheme)
    fill(book, layout.DATA, fields, firms)
    fill(book, layout.PREVIOUS, fields, last_year)
    fill(book, layout.ADJUSTMENTS, layout.adjustment_fields(scheme), adjustments)
    sheet = book[layout.PARAMETERS]
    sheet.cell(*layout.parameter_cell("year")).value = year
    columns = [field.key for field in layout.parameter_fields()]
    rows = [indicator.id + group for indicator, group in layout.parameter_rows(scheme)]
    for (id, key), value in (parameters or {}).items():
        row = layout.PARAMETER_HEADER_ROW + 1 + rows.index(id)
        sheet.cell(row, columns.index(key) + 1).value = value
    return book


def shift(book: Workbook) -> None:
    """Do what users do: rows and columns inserted, blank rows, a total and a footnote."""
    for title in (layout.DATA, layout.PREVIOUS):
        sheet = book[title]
        end = sheet.max_row + 1
        while sheet.cell(end - 1, 3).value is None:
            end -= 1
        sheet.cell(end, 3, "合计")
        sheet.cell(end, 7, 99999)
        sheet.cell(end + 1, 1, "填表人：某某")
        sheet.insert_rows(layout.FIRST_ROW + 3, 2)
        sheet.insert_cols(2)
        sheet.insert_cols(7, 2)
        sheet.insert_rows(2)
    for title, column in ((layout.SCORES, 3), (layout.CLASSES, 5), (layout.BASELINES, 2)):
        book[title].insert_cols(column)
        book[title].insert_rows(2, 2)
    book[layout.PARAMETERS].insert_rows(7)
    book[layout.PARAMETERS].insert_cols(1)
    book[layout.ADJUSTMENTS].insert_cols(1)


def save(book: Workbook, path: Path) -> Path:
    """Save a workbook; returns the path."""
    save_workbook(book, path)
    return path
