"""The district as a picture: classes, scores, averages, and where each firm stands at the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from flask import Blueprint, redirect, render_template, request, url_for

from permu_xl.engine import UPPER
from permu_xl.engine.model import TwoStage
from permu_xl.hosts.desk.book_pages import book_pages, current
from permu_xl.hosts.desk.charts import Axis, Marks, Meter, axis, bars, class_marks, meter_axis
from permu_xl.hosts.desk.firm_facts import PLOT_END, PLOT_START
from permu_xl.hosts.desk.shown import in_cell
from permu_xl.hosts.desk.tables import Column, Row, Table, choice_for, look_at
from permu_xl.schemes import industries
from permu_xl.text import show_percent, show_points
from permu_xl.workbook import layout, summary_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from permu_xl.engine import Cut, Evaluation, Unit
    from permu_xl.engine.model import FloatArray
    from permu_xl.xlsx.cells import Value

bp: Blueprint = book_pages("picture")

INDUSTRIES = "industries"
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 700.0, 16.0, 400.0
"""The plot of the scatter in its view."""
_BAR = 360.0
"""How long the longest bar is."""


@dataclass(frozen=True, slots=True)
class Point:
    """A firm in the plot: its page, its name and figures in words, place and class."""

    id: str
    told: str
    x: float
    y: float
    letter: str
    upper: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line that classes are cut at: its name, what lies on both sides, where it stands."""

    name: str
    told: str
    at: float
    is_across: bool
    """Whether it runs from left to right."""


@dataclass(frozen=True, slots=True)
class Scatter:
    """All firms of a unit by two figures, with the lines of its class rule."""

    unit: Unit
    across: str
    up: str
    x: Axis
    y: Axis
    points: Sequence[Point]
    lines: Sequence[Line]
    halves: bool


@bp.get("/picture")
def show() -> str:
    """Show the district's classes, scores and averages, and the firms at the lines."""
    session = current()
    e = session.evaluation
    if e is None:
        return render_template("pages/picture.html", view="picture", e=None)
    rows, tables = summary_rows(e, industries()), layout.summary_tables(e.scheme)
    asked = request.args.get("unit", "0")
    number = int(asked) if asked.isdecimal() and int(asked[:6]) < len(e.classes.units) else 0
    own = _meters(e)
    return render_template(
        "pages/picture.html", view="picture", e=e, marks=class_marks(e.scheme.letters),
        rows=rows, tables=tables, number=number,
        class_bars=bars(_class_bars(e, rows["classes"]), _BAR),
        bins=_columns(rows["bins"]), meters=own, scale=meter_axis(own, PLOT_START, PLOT_END),
        scatter=_scatter(e, e.classes.units[number]) if e.classes.units else None,
        t=look_at(_industries(e, rows["industries"]), choice_for(INDUSTRIES)),
    )  # fmt: skip


@bp.post("/picture")
def sort() -> ResponseReturnValue:
    """Show the table of industries as sorted."""
    e = current().evaluation
    if e is None or "HX-Request" not in request.headers:
        if e is not None:
            choice_for(INDUSTRIES)
        return redirect(url_for("picture.show"), 303)
    rows = summary_rows(e, industries())["industries"]
    view = look_at(_industries(e, rows), choice_for(INDUSTRIES))
    return render_template("parts/table_rows.html", t=view)


def _class_bars(
    e: Evaluation, rows: Sequence[Sequence[Value]]
) -> list[tuple[str, float, str, str]]:
    found = []
    for row in rows[: len(e.scheme.letters)]:
        letter, count, share, mean = row[:4]
        assert isinstance(count, int)
        parts = [f"{count}户"]
        if isinstance(share, float):
            parts.append(in_cell(share, "share"))
        if isinstance(mean, float):
            parts.append(f"平均{show_points(mean)}分")
        found.append((f"{letter}类", float(count), "　".join(parts), str(letter)))
    return found


@dataclass(frozen=True, slots=True)
class Columns:
    """Upright bars from the left: label, count, left side, top and height of each."""

    y: Axis
    bars: Sequence[tuple[str, int, float, float, float]]
    width: float


def _columns(rows: Sequence[Sequence[Value]]) -> Columns:
    counts = [int(row[1]) for row in rows]  # type: ignore[arg-type]
    y = axis(0, max(counts, default=0), 220, 20, ticks=4)
    step = (_RIGHT - _LEFT) / max(len(rows), 1)
    drawn = []
    for k, (row, count) in enumerate(zip(rows, counts, strict=True)):
        top = y.at(count)
        left = round(_LEFT + k * step + 3, 1)
        drawn.append((str(row[0]), count, left, top, round(220 - top, 1)))
    return Columns(y, drawn, round(step - 6, 1))


def _meters(e: Evaluation) -> list[Meter]:
    """Return the district's averages as shares of the baselines, by the baseline's own method."""
    found = []
    for b in e.baselines:
        i, now = b.indicator, b.current
        average = now.aggregate if i.baseline.method == "aggregate" else now.mean
        share = average / b.value
        met = share >= 1 if i.higher_is_better else share <= 1
        text = "没有数据" if share != share else show_percent(share)
        found.append(
            Meter(b.name, share, float("nan"), float("inf"), met, text,
                  less_is_better=not i.higher_is_better)
        )  # fmt: skip
    return found


def _industries(e: Evaluation, rows: Sequence[Sequence[Value]]) -> Table:
    headers = layout.summary_tables(e.scheme)["industries"].headers
    kinds = ("code", "text", "count", "points", *("count" for _ in e.scheme.letters))
    columns = [Column(f"c{k}", h, kind) for k, (h, kind) in enumerate(zip(headers, kinds, strict=True))]
    return Table(INDUSTRIES, "分行业（大类）", columns, [Row(tuple(row)) for row in rows])


def _scatter(e: Evaluation, unit: Unit) -> Scatter:
    """Return the plot of a unit: by its selections' keys, else by total and first score."""
    firms, rule = unit.order.firms, unit.rule
    halves = isinstance(rule, TwoStage)
    lines: list[tuple[str, Cut, FloatArray, bool]] = []
    if len(unit.picked) > 1:
        first, last = unit.picked[0], unit.picked[-1]
        x_key, y_key = last.key, first.key
        across, up = f"{last.selection.label}类排序分", f"{first.selection.label}类排序分"
        lines = [(f"{p.selection.label}类名额", p.cut, p.key, p is first) for p in (first, last)]
    else:
        first_result = e.results_of(int(firms[0]))[0] if len(firms) else e.results[0]
        x_key, y_key = e.total, np.nan_to_num(first_result.score)
        across, up = "总分", f"{first_result.indicator.name}得分"
        lines = [(cut.title, cut, e.total, False) for cut in unit.cuts]
    xs, ys = x_key[firms], y_key[firms]
    x = axis(min(0.0, *xs) if len(xs) else 0.0, max(xs, default=1.0), _LEFT, _RIGHT)
    y = axis(min(0.0, *ys) if len(ys) else 0.0, max(ys, default=1.0), _BOTTOM, _TOP)
    points = _points(e, unit, x, y, (x_key, across), (y_key, up))
    drawn = [
        _line(name, cut, key, y if is_across else x, is_across)
        for name, cut, key, is_across in lines
        if cut.above >= 0 and cut.below >= 0
    ]
    return Scatter(unit, across, up, x, y, points, drawn, halves)


def _line(name: str, cut: Cut, key: FloatArray, scale: Axis, is_across: bool) -> Line:
    above, below = float(key[cut.above]), float(key[cut.below])
    told = f"线上最后一户{show_points(above)}分，线下第一户{show_points(below)}分"
    return Line(name, told, scale.at((above + below) / 2), is_across)


def _points(
    e: Evaluation, unit: Unit, x: Axis, y: Axis,
    across: tuple[FloatArray, str], up: tuple[FloatArray, str],
) -> list[Point]:  # fmt: skip
    session, roster = current(), e.roster
    order = unit.order.firms[np.argsort(across[0][unit.order.firms], kind="stable")]
    return [
        Point(
            session.firm_id(firm),
            f"{roster.names[firm] or roster.codes[firm]}　{e.final[firm]}类　"
            f"第{e.classes.rank[firm]}名　{across[1]}{show_points(float(across[0][firm]))}　"
            f"{up[1]}{show_points(float(up[0][firm]))}",
            x.at(float(across[0][firm])), y.at(float(up[0][firm])),
            str(e.final[firm]), bool(e.classes.section[firm] == UPPER),
        )
        for firm in order.tolist()
    ]  # fmt: skip
