"""试算: a firm's figures changed, and what becomes of its scores, rank and class.

The engine evaluates the whole district with the figures that are tried.  Nothing is kept, and
nothing is written unless that is asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from flask import Blueprint, redirect, render_template, request, url_for

from permu_xl.engine.explain import basis, explain, retried
from permu_xl.errors import PermuError, UsageError
from permu_xl.hosts.desk.pages.firms import Known, firm_of
from permu_xl.hosts.desk.parts import amount, book_pages, current, distances, unit_of
from permu_xl.intake import set_figures
from permu_xl.tasks import failed
from permu_xl.text import plain_number
from permu_xl.workbook import layout
from permu_xl.xlsx.files import backup_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask.typing import ResponseReturnValue

    from permu_xl.engine import Baseline, Evaluation

bp: Blueprint = book_pages("trial")

BONUS = "bonus_points"
_MOST = 1e12
_NAMED = 8
"""How many other firms are named whose class would change too."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something of a firm that may be tried otherwise: its name, what it is now, what is typed.

    ``choices`` are the texts of a mark, none for a figure; ``trouble`` says what is wrong with
    what was typed.
    """

    key: str
    name: str
    unit: str
    now: str
    typed: str
    choices: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed, and the evaluation with it; None where that is impossible, with a reason."""

    items: tuple[Item, ...]
    numbers: Mapping[str, Fraction]
    marks: Mapping[str, bool]
    after: Evaluation | None
    trouble: str = ""

    @property
    def changed(self) -> bool:
        """Whether anything differs from what the firm reports."""
        return bool(self.numbers or self.marks)


@bp.route("/firm/<firm>/trial", methods=["GET", "POST"])
def show(firm: str) -> str:
    """Show a firm's figures to be changed, and what comes of those that are typed."""
    e, known = current().evaluation, firm_of(firm)
    if e is None or not e.included[known.row]:
        return render_template("pages/trial.html", view="firms", firm=known, e=e, tried=None)
    tried = _tried(e, known)
    part = "HX-Request" in request.headers
    return render_template(
        "parts/trial_outcome.html" if part else "pages/trial.html",
        view="firms", firm=known, e=e, tried=tried, **_outcome(e, known.row, tried),
    )  # fmt: skip


@bp.post("/firm/<firm>/trial/write")
def write(firm: str) -> ResponseReturnValue:
    """Write what is tried into the workbook's own cells; what they held is kept in the backup."""
    session, known = current(), firm_of(firm)
    e = session.evaluation
    if e is None or not e.included[known.row]:
        raise UsageError("这户企业现在不能试算，没有写入。")
    tried, told, good = _tried(e, known), "", False
    if running := session.running:
        told = f"“{running.title}”还没有做完，请等它结束再写入。"
    elif tried.after is None or not tried.changed:
        told = tried.trouble or "没有改动，没有写入。"
    else:
        values: dict[str, Fraction | str] = dict(tried.numbers)
        values |= {k: layout.YES if mark else layout.NO for k, mark in tried.marks.items()}
        identity = str(e.roster.codes[known.row]), str(e.roster.names[known.row])
        try:
            done = set_figures(session.path, known.row, identity, values)
        except PermuError as error:
            told = failed(error)
        else:
            cells = "、".join(f"{each.item}（{each.cell}）" for each in done)
            session.options["written"] = (
                f"已写入“{layout.DATA}”：{cells}；写以前的留作“{backup_path(session.path).name}”，可以撤回。"
                "得分和分类还没有写进工作簿，请重新评价。"
            )
            return redirect(url_for("firms.one", firm=firm), 303)
    return render_template(
        "pages/trial.html", view="firms", firm=known, e=e, tried=tried, told=told, good=good,
        **_outcome(e, known.row, tried),
    )  # fmt: skip


@bp.post("/firm/<firm>/trial/needed")
def needed(firm: str) -> str:
    """Return what each figure alone would have to be for a better class."""
    from permu_xl.engine.explain import figure_needed

    e, known = current().evaluation, firm_of(firm)
    found: list[tuple[str, str]] = []
    goal = request.form.get("goal", "")
    letters = () if e is None else _goals(e, known.row)
    if e is not None and goal in letters:
        wanted = letters[: letters.index(goal) + 1]

        def reached(other: Evaluation) -> bool:
            return str(other.proposed[known.row]) in wanted

        for column in _columns(e, known.row):
            figure = figure_needed(e, known.row, column, reached)
            item = e.scheme.columns[column]
            shown = "单靠这一项达不到" if figure is None else amount(figure, whole=item.whole)
            found.append((item.name, shown if figure is None else f"{shown} {item.unit}"))
    joined = e is not None and len(e.joined.members(known.row)) > 1
    return render_template("parts/trial_needed.html", found=found, goal=goal, joined=joined)


def _goals(e: Evaluation, row: int) -> tuple[str, ...]:
    """Return the classes that are better than a ranked firm's own, best first."""
    letters, own = e.scheme.graded_letters, str(e.proposed[row])
    ranked = unit_of(e, row) is not None and own in letters
    return letters[: letters.index(own)] if ranked else ()


def _columns(e: Evaluation, row: int) -> list[str]:
    """Return the raw figures that bear on a firm, as the scheme lists them."""
    scheme = e.scheme
    used = {id for r in e.results_of(row) for id in scheme.figures_of(r.indicator)}
    used |= {count.column for count in scheme.bonus.counts}
    used |= {
        id
        for s in scheme.selections
        for key in s.key.ids
        if s.key.kind == "columns"
        for id in scheme.parts(key)
    }
    used |= {id for limit in scheme.scope.limits for id in scheme.parts(limit.figure)}
    for condition in scheme.conditions:
        if condition.kind == "column":
            used |= set(scheme.parts(condition.id))
    return [id for id in e.scheme.columns if id in used]


def _moved(before: Baseline, then: Baseline) -> Iterator[tuple[str, float, float]]:
    """Yield what an indicator is measured against and is another figure then, with its name."""
    worst = "最低值" if before.indicator.higher_is_better else "最高值"
    for name, was, now in (
        (before.name, before.value, then.value),
        (f"{before.name}的{worst}", before.zero, then.zero),
    ):
        if was != now and not (math.isnan(was) and math.isnan(now)):
            yield name, was, now


def _tried(e: Evaluation, known: Known) -> Tried:
    row, numbers, marks, items = known.row, {}, {}, []
    own = {id: float(e.roster.number(id)[row]) for id in _columns(e, row)}
    own[BONUS] = float(e.roster.bonus_points[row])
    for id, figure in own.items():
        column = e.scheme.columns.get(id)
        name, unit = ("加分", "分") if column is None else (column.name, column.unit)
        typed = request.form.get(id, "").strip()[:40]
        value, trouble = _read(typed, negative=column is None or column.may_be_negative)
        now = "无" if column is None and figure != figure else amount(
            figure, whole=column is not None and column.whole
        )  # fmt: skip
        items.append(Item(id, name, unit, now, typed, trouble=trouble))
        if value is not None and float(value) != figure:
            numbers[id] = value
    for flag in e.scheme.flags.values():
        typed, has = request.form.get(flag.id, ""), bool(e.roster.flag(flag.id)[row])
        choices = (layout.YES, layout.NO)
        items.append(Item(flag.id, flag.name, "", choices[not has], typed, choices))
        if typed in choices and (typed == layout.YES) != has:
            marks[flag.id] = typed == layout.YES
    if any(item.trouble for item in items):
        return Tried(tuple(items), numbers, marks, None, "有的数看不懂，请先改好。")
    try:
        after = retried(
            e, row, {id: float(value) for id, value in numbers.items() if id != BONUS},
            bonus_points=float(numbers[BONUS]) if BONUS in numbers else None, flags=marks,
        )  # fmt: skip
    except PermuError as error:
        return Tried(tuple(items), numbers, marks, None, failed(error))
    if not after.included[row]:
        out = f"这样改，这户企业就不参评：{basis(after, row)}。"
        return Tried(tuple(items), numbers, marks, None, out)
    return Tried(tuple(items), numbers, marks, after)


def _read(typed: str, *, negative: bool) -> tuple[Fraction | None, str]:
    """Return the number that was typed, or what is wrong with it; neither for nothing."""
    if not typed:
        return None, ""
    plain = plain_number(typed)
    if plain is None:
        return None, "不是数字"
    value = Fraction(plain) if math.isfinite(float(plain)) else Fraction(0)
    if not abs(float(plain)) <= _MOST:
        return None, "数太大了"
    return (None, "不能小于0") if value < 0 and not negative else (value, "")


def _outcome(e: Evaluation, row: int, tried: Tried) -> Mapping[str, object]:
    """Return what the page shows of an evaluation beside the one on record."""
    after = tried.after
    if after is None:
        return {"goals": _goals(e, row)}
    moved = [
        (str(e.roster.names[other]), other, str(e.final[other]), str(after.final[other]))
        for other in np.flatnonzero(e.final != after.final).tolist()
        if other != row
    ]
    both = list(zip(e.results_of(row), after.results_of(row), strict=True))
    indicators = [
        (b.indicator, float(b.value[row]), float(a.value[row]), float(b.score[row]),
         float(a.score[row]))
        for b, a in both
    ]  # fmt: skip
    ranked = unit_of(e, row) is not None and unit_of(after, row) is not None
    return {
        "goals": _goals(e, row),
        "indicators": indicators,
        "points": [
            (name, float(b[row]), float(a[row]))
            for name, b, a in (
                ("指标得分合计", e.subtotal, after.subtotal),
                ("加分", e.bonus.total, after.bonus.total),
                ("总分", e.total, after.total),
            )
        ],
        "after": after,
        "unit": unit_of(after, row),
        "ranked": ranked,
        "moved": moved[:_NAMED],
        "moved_count": len(moved),
        "distances": distances(after, row) if ranked else [],
        "lines": explain(after, row)[1:],
        "baselines": [
            moved for b, a in both for moved in _moved(b.baseline_of(row), a.baseline_of(row))
        ],
    }  # fmt: skip
