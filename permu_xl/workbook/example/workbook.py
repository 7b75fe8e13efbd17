"""The example district: an invented one, filled in as a clerk would fill it, with every case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from openpyxl.styles import Font

from permu_xl.schemes import load
from permu_xl.workbook import layout, look
from permu_xl.workbook.example.cases import (
    CASES,
    KILOGRAMS,
    LASTING_CASES,
    LEFT,
    LIFTED,
    LOWERED,
    NEWCOMERS,
    NO_OUTPUT,
    Change,
    special_firms,
)
from permu_xl.workbook.example.firms import Cell, Firm, Maker
from permu_xl.workbook.example.procedure import events, last_classes, objections, renamed
from permu_xl.workbook.layout import FIRST_ROW, NOTE_ROW, TITLE_ROW, Field
from permu_xl.workbook.template import build_template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from permu_xl.engine.model import Scheme

__all__ = [
    "DISTRICT", "FIRST", "MARK", "SECOND", "YEAR", "Sample", "build_example", "build_last_year",
    "corrected_firms",
]  # fmt: skip

SCHEME, DISTRICT, YEAR = "shenyang_2021", "示例区（虚构）", 2022
MARK = "【虚构示例数据】"

_ROWS = 200
_CASE = "演示："
_WARNING = "全部企业和数字都是编造的，不代表任何真实企业或地区。"
_WARNING_INK = "B93A32"


@dataclass(frozen=True, slots=True)
class Sample:
    """An invented district: what it is called, and what its firms are made from (``Maker``)."""

    district: str
    seed: int
    made: int


_FIXED = {
    "tax_per_mu": 12.0, "output_per_mu": 240.0, "rd_intensity": 3.0,
    "revenue_per_employee": 80.0, "output_per_energy": 17.0, "tax_per_emission": 0.2,
}  # fmt: skip
"""Baselines of last year's workbook, in the units of the indicators."""

_REPORTED_LATE = 8260.0
"""The output (10,000 yuan) of the firm that had not reported it."""

FIRST = Sample(DISTRICT, 20220831, 0)
SECOND = Sample("示范区（虚构）", 20220901, 2000)


def build_example(sample: Sample = FIRST) -> Workbook:
    """Return the template for an invented district, its input sheets filled in."""
    scheme = load(SCHEME)
    workbook = build_template(scheme, rows=_ROWS, district=sample.district, year=YEAR)
    current, previous = _district(sample)
    fields = layout.data_fields(scheme)
    _fill(workbook[layout.DATA], fields, [_row(firm, scheme) for firm in current])
    _fill(workbook[layout.PREVIOUS], fields, [_row(firm, scheme) for firm in previous])
    _fill(workbook[layout.ADJUSTMENTS], layout.adjustment_fields(scheme), _adjustments(current))
    registers = {
        layout.LAST_CLASSES: last_classes(_with_fixed_baselines(scheme), YEAR - 1, previous),
        layout.EVENTS: events(current, previous),
        layout.OBJECTIONS: objections(current, corrected_firms(sample)),
    }
    for title, fields in layout.register_fields(scheme).items():
        _fill(workbook[title], fields, registers[title])
    return _marked(workbook)


def build_last_year(sample: Sample = FIRST) -> Workbook:
    """Return the workbook of the year before: 上年数据 of the example as its 原始数据.

    It is the district's first year, so that its baselines were fixed by hand.
    """
    scheme = _with_fixed_baselines(load(SCHEME))
    workbook = build_template(scheme, rows=_ROWS, district=sample.district, year=YEAR - 1)
    rows = [_row(firm, scheme) for firm in _district(sample)[1]]
    _fill(workbook[layout.DATA], layout.data_fields(scheme), rows)
    return _marked(workbook)


def _with_fixed_baselines(scheme: Scheme) -> Scheme:
    fixed = [
        replace(i, baseline=replace(i.baseline, method="manual", manual=_FIXED[i.id]))
        for i in scheme.indicators
    ]
    return scheme.with_indicators(tuple(fixed))


def corrected_firms(sample: Sample = FIRST) -> tuple[Firm, Firm]:
    """Return two firms with the figures that turn out to be right: energy, and output.

    The energy was in kilograms and is in tonnes now; the output was not reported at all.
    """
    by_remark = {firm.remark: firm for firm in _district(sample)[0]}
    slip, silent = by_remark[KILOGRAMS], by_remark[NO_OUTPUT]
    typed = slip.figures["energy"]
    assert isinstance(typed, (int, float))
    return slip.with_figures(energy=typed / 1000), silent.with_figures(output=_REPORTED_LATE)


def _marked(workbook: Workbook) -> Workbook:
    for sheet in workbook.worksheets:
        _mark(sheet)
    workbook.properties.title = f"亩均综合评价{MARK}"
    return workbook


def _district(sample: Sample) -> tuple[list[Firm], list[Firm]]:
    """Return this year's and last year's firms."""
    maker = Maker(sample.seed, sample.made)
    ordinary = [
        _changed(firm, LASTING_CASES, position) for position, firm in enumerate(maker.district())
    ]
    special = special_firms(maker)
    whole = _inserted(ordinary, special)
    newcomers = {ordinary[position].name for position in NEWCOMERS}
    opened = dt.date(YEAR - 1, 1, 1)
    previous = [
        maker.year_before(firm)
        for firm in whole
        if firm.name not in newcomers and not _started_after(firm, opened)
    ]
    previous += [maker.firm(*trade) for trade in LEFT]
    by_name = {firm.name: _changed(firm, CASES, position) for position, firm in enumerate(ordinary)}
    return [by_name.get(firm.name, firm) for firm in whole], renamed(ordinary, previous)


def _changed(firm: Firm, cases: Mapping[int, tuple[str, Change]], position: int) -> Firm:
    """Return the firm as its case wants it, with the case as its remark."""
    if position not in cases:
        return firm
    remark, change = cases[position]
    return replace(change(firm), remark=remark)


def _inserted(ordinary: Sequence[Firm], special: dict[int, Firm]) -> list[Firm]:
    rest = iter(ordinary)
    total = len(ordinary) + len(special)
    return [special[row] if row in special else next(rest) for row in range(total)]


def _started_after(firm: Firm, day: dt.date) -> bool:
    return isinstance(firm.start_date, dt.date) and firm.start_date > day


def _row(firm: Firm, scheme: Scheme) -> dict[str, Cell]:
    """Return a firm's cells by field key."""
    return {
        "code": firm.code or None,
        "name": firm.name,
        "industry": firm.industry,
        "start_date": firm.start_date,
        **{id: firm.figures[id] for id in scheme.columns},
        "bonus_points": firm.bonus_points,
        **firm.flags,
        "included": firm.included,
        "remark": f"{_CASE}{firm.remark}" if firm.remark else None,
    }


def _adjustments(current: Sequence[Firm]) -> list[dict[str, Cell]]:
    lifted = next(firm for firm in current if firm.remark == LIFTED.remark)
    lowered = next(firm for firm in current if firm.remark == LOWERED.remark)
    return [
        {
            "code": firm.code,
            "name": firm.name,
            "letter": decision.letter,
            "reason": decision.reason,
            "document": decision.document,
            "date": decision.date,
        }
        for firm, decision in ((lifted, LIFTED), (lowered, LOWERED))
    ]


def _fill(sheet: Worksheet, fields: Sequence[Field], rows: Sequence[dict[str, Cell]]) -> None:
    """Put rows of cells into a table, numbering them where the table has serial numbers."""
    for number, row in enumerate(rows, 1):
        for column, field in enumerate(fields, 1):
            value = number if field.key == layout.SERIAL.key else row.get(field.key)
            if value is not None:
                cell = sheet.cell(FIRST_ROW + number - 1, column)
                cell.value = value
                if field.kind == "date" and isinstance(value, int):
                    # Digits typed for a date: as a date they would be shown as ####.
                    cell.number_format = "0"


def _mark(sheet: Worksheet) -> None:
    """Say at the top of a sheet, in red, that everything is invented."""
    title, note = sheet.cell(TITLE_ROW, 1), sheet.cell(NOTE_ROW, 1)
    text = str(title.value)
    title.value = f'="{MARK}"&{text[1:]}' if text.startswith("=") else f"{MARK}{text}"
    note.value = f"{_WARNING}{note.value}"
    note.font = Font(look.FONT, 9, bold=True, color=_WARNING_INK)
