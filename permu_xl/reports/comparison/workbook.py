"""The workbook of a comparison: 分类变动, 得分排名变动, 基准变动, 数据变动."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.reports.comparison.layout import (
    CHANGED_BASELINES,
    CHANGED_CLASSES,
    CHANGED_DATA,
    CHANGED_SCORES,
    changed_baseline_fields,
    changed_class_fields,
    changed_data_fields,
    changed_score_fields,
)
from permu_xl.workbook import layout, look
from permu_xl.workbook.layout import FIRST_ROW
from permu_xl.workbook.look import Report, area, colour_equal
from permu_xl.xlsx.files import kept_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from permu_xl.reports.comparison.changes import Change
    from permu_xl.reports.comparison.compare import Comparison, FirmChange, Standing
    from permu_xl.reports.comparison.mixtures import Part
    from permu_xl.workbook.reading import Figure
    from permu_xl.xlsx.cells import Value

__all__ = ["ComparedTable", "class_shown", "comparison_tables", "write_comparison"]

ABSENT = "—"


def write_comparison(
    c: Comparison, target: Path, tell: Callable[[str], None] = lambda text: None
) -> None:
    """Write a comparison to a new workbook.

    ``tell`` is called with a sentence where a person has changed what was there, which is kept.

    Without an evaluation of both workbooks there is only 数据变动.
    """
    scheme = c.new.book.scheme
    report = Report("亩均综合评价变动对照", scheme)
    names = f"{c.old.book.path.name} → {c.new.book.path.name}"
    said = "；".join([names, *c.premises])
    colours = look.class_colours(scheme.letters)
    for table in comparison_tables(c):
        report.add(
            table.name, f"{said}。{table.note}。", table.fields, table.rows, frozen=table.frozen
        )
        for column, field in enumerate(table.fields, 1):
            if field.key.endswith(("_final", "_proposed")):
                cells = area(column, column, FIRST_ROW, layout.LAST_ROW)
                colour_equal(report.workbook[table.name], cells, colours)
    kept = report.save(target)
    if kept is not None:
        tell(kept_note(target, kept))


@dataclass(frozen=True, slots=True)
class ComparedTable:
    """A table of a comparison: the sheet's name, what it shows, its columns and rows.

    ``frozen`` is the key of the column up to which the sheet does not scroll.
    """

    name: str
    note: str
    fields: tuple[layout.Field, ...]
    rows: list[list[Value]]
    frozen: str


def comparison_tables(c: Comparison) -> tuple[ComparedTable, ...]:
    """Return the tables of a comparison; without both evaluations 数据变动 alone."""
    scheme = c.new.book.scheme
    changed = ComparedTable(
        CHANGED_DATA, "输入表逐格对照，单元格分别在原、新工作簿里",
        changed_data_fields(), [_change_row(x) for x in c.changes], "kind",
    )  # fmt: skip
    if not c.evaluated:
        return (changed,)
    units, indicators = layout.has_units(scheme), [i.id for i in scheme.indicators]
    return (
        ComparedTable(
            CHANGED_CLASSES, "原因由程序逐项恢复原状、重新评价查出", changed_class_fields(scheme),
            [_class_row(x.firm, units, x.cause.text, x.cause.parts) for x in c.classes], "name",
        ),
        ComparedTable(
            CHANGED_SCORES, "得分、排名或分类有变动的企业；名次升降正数为上升",
            changed_score_fields(scheme),
            [_score_row(firm, units, indicators) for firm in c.firms], "name",
        ),
        ComparedTable(
            CHANGED_BASELINES, "全部基准值，没有变动的也列出", changed_baseline_fields(),
            list(_baseline_rows(c)), "indicator",
        ),
        changed,
    )  # fmt: skip


def class_shown(standing: Standing, *, proposed: bool = False) -> str:
    """Return a class as shown: 不参评 for firms without, a dash for absent ones."""
    if not standing.there:
        return ABSENT
    return standing.letters[0 if proposed else 1] or layout.NOT_EVALUATED


def _change_row(change: Change) -> list[Value]:
    difference: float | None = None
    if isinstance(change.old, float) and isinstance(change.new, float):
        difference = change.new - change.old
    return [
        change.kind, change.sheet, change.old_cell, change.new_cell, change.code, change.name,
        change.item, _cell(change.old), _cell(change.new), difference,
        change.objection,
    ]  # fmt: skip


def _cell(figure: Figure) -> Value:
    return figure.isoformat() if isinstance(figure, dt.date) else figure


def _baseline_rows(c: Comparison) -> Iterator[list[Value]]:
    for change in c.baselines:
        old, new = change.values
        shown = change.new or change.old
        assert shown is not None
        yield [
            change.name,
            shown.indicator.unit,
            change.old.origin if change.old else ABSENT,
            change.new.origin if change.new else ABSENT,
            old,
            new,
            (new / old - 1) * 100 if old > 0 else None,
            change.why if change.moved else "没有变动",
        ]


def _common(firm: FirmChange, units: bool) -> list[Value]:
    unit = firm.new.unit or firm.old.unit
    return [firm.code, firm.name, *([unit] if units else [])]


def _class_row(firm: FirmChange, units: bool, cause: str, parts: tuple[Part, ...]) -> list[Value]:
    a, b = firm.old, firm.new
    return [
        *_common(firm, units), class_shown(a), class_shown(b),
        class_shown(a, proposed=True), class_shown(b, proposed=True),
        a.total, b.total, a.rank or None, b.rank or None, cause,
        "、".join(part.value for part in parts),
    ]  # fmt: skip


def _score_row(firm: FirmChange, units: bool, indicators: list[str]) -> list[Value]:
    a, b = firm.old, firm.new
    return [
        *_common(firm, units), "有改动" if firm.own else "没有改动",
        a.total, b.total, b.total - a.total, a.rank or None, b.rank or None,
        a.rank - b.rank if a.rank and b.rank else None,
        class_shown(a), class_shown(b),
        *(b.scores.get(id, np.nan) - a.scores.get(id, np.nan) for id in indicators),
    ]  # fmt: skip
