"""The district as a picture: classes, scores, averages, and where each firm stands at the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from flask import Blueprint, redirect, render_template, request, url_for

from permu_xl.engine import UPPER, half_names
from permu_xl.engine.model import TwoStage
from permu_xl.hosts.desk.parts import (
    PLOT_END,
    PLOT_START,
    Axis,
    Column,
    Meter,
    Row,
    Table,
    axis,
    bars,
    book_pages,
    choice_for,
    class_marks,
    current,
    in_cell,
    look_at,
    meter_axis,
)
from permu_xl.schemes import industries
from permu_xl.text import show_of_baseline, show_points
from permu_xl.workbook import layout, summary_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from permu_xl.engine import Cut, Evaluation, Picked, Unit
    from permu_xl.engine.model import FloatArray, Half, IntArray
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
    halves: Mapping[Half, str]


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
        if i.spans:
            continue  # from the worst value to the best, not a share of the baseline
        average = now.aggregate if i.baseline.method == "aggregate" else now.mean
        share = average / b.value
        met = share >= 1 if i.higher_is_better else 0 <= share <= 1
        text = "没有数据" if share != share else show_of_baseline(share)
        found.append(
            Meter(b.name, share, float("nan"), float("inf"), met, text,
                  less_is_better=not i.higher_is_better)
        )  # fmt: skip
    return found


def _industries(e: Evaluation, rows: Sequence[Sequence[Value]]) -> Table:
    headers = layout.summary_tables(e.scheme)["industries"].headers
    kinds = ("code", "text", "count", "points", *("count" for _ in e.scheme.letters))
    columns = [
        Column(f"c{k}", h, kind) for k, (h, kind) in enumerate(zip(headers, kinds, strict=True))
    ]
    return Table(INDUSTRIES, "分行业（大类）", columns, [Row(tuple(row)) for row in rows])


@dataclass(frozen=True, slots=True)
class _Measure:
    """A figure of every firm that a plot goes by: its name, and whether it is points."""

    name: str
    key: FloatArray
    points: bool = True

    def told(self, firm: int) -> str:
        """Return a firm's figure in words."""
        value = float(self.key[firm])
        return f"{show_points(value)}分" if self.points else in_cell(value, "number")

    def scale(self, firms: IntArray, start: float, end: float) -> Axis:
        """Return the axis on which all these firms have a place."""
        own = self.key[firms]
        return axis(min(0.0, float(own.min())), float(own.max()), start, end)

    @classmethod
    def of(cls, picked: Picked) -> _Measure:
        """Return the sort key of a selection, by the name of its column on 分类结果."""
        s = picked.selection
        return cls(f"{s.label}类排序分", picked.key, s.key.kind == "scores")


def _scatter(e: Evaluation, unit: Unit) -> Scatter | None:
    """Return the plot of a unit: by its selections' keys, else by total and first score."""
    firms = unit.order.firms
    if not len(firms):
        return None
    if len(unit.picked) > 1:
        first, last = unit.picked[0], unit.picked[-1]
        across, up = _Measure.of(last), _Measure.of(first)
        cuts = [(f"{p.selection.label}类名额", p.cut, p is first) for p in (first, last)]
    else:
        result = e.results_of(int(firms[0]))[0]
        across = _Measure("总分", e.total)
        up = _Measure(f"{result.indicator.name}得分", result.score)
        cuts = [(cut.title, cut, False) for cut in unit.cuts]
    x, y = across.scale(firms, _LEFT, _RIGHT), up.scale(firms, _BOTTOM, _TOP)
    lines = [
        _line(name, cut, up if is_across else across, y if is_across else x, is_across)
        for name, cut, is_across in cuts
        if cut.above >= 0 and cut.below >= 0
    ]
    halves = half_names(unit.rule) if isinstance(unit.rule, TwoStage) else {}
    points = _points(e, unit, x, y, across, up)
    return Scatter(unit, across.name, up.name, x, y, points, lines, halves)


def _line(name: str, cut: Cut, measure: _Measure, scale: Axis, is_across: bool) -> Line:
    above, below = measure.told(cut.above), measure.told(cut.below)
    told = (
        f"线两边的企业同是{above}，按次序规则分开"
        if cut.tied
        else f"线上最后一户{above}，线下第一户{below}"
    )
    between = (float(measure.key[cut.above]) + float(measure.key[cut.below])) / 2
    return Line(name, told, scale.at(between), is_across)


def _points(
    e: Evaluation, unit: Unit, x: Axis, y: Axis, across: _Measure, up: _Measure
) -> list[Point]:
    session, roster, firms = current(), e.roster, unit.order.firms
    order = firms[np.argsort(across.key[firms], kind="stable")]
    return [
        Point(
            session.firm_id(firm),
            f"{roster.names[firm] or roster.codes[firm]}　{e.final[firm]}类　"
            f"第{e.classes.rank[firm]}名　{across.name}{across.told(firm)}　"
            f"{up.name}{up.told(firm)}",
            x.at(float(across.key[firm])),
            y.at(float(up.key[firm])),
            str(e.final[firm]),
            bool(e.classes.section[firm] == UPPER),
        )
        for firm in order.tolist()
    ]
