"""The firms: a list of all, and a page for each that accounts for its score and class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, url_for

from permu_xl.engine.explain import basis, explain
from permu_xl.findings import Level
from permu_xl.hosts.desk.parts import (
    PLOT_END,
    PLOT_START,
    Choice,
    Column,
    Row,
    Table,
    book_pages,
    choice_for,
    current,
    distances,
    findings_by_firm,
    look_at,
    meter_axis,
    meters,
    unit_of,
)
from permu_xl.workbook import layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from permu_xl.engine import Evaluation
    from permu_xl.findings import Finding
    from permu_xl.xlsx.cells import Value

bp: Blueprint = book_pages("firms")

NAME = "firms"
_SHOWN = ("total", "rank", "unit", "half", "proposed", "final")
"""Columns of 分类结果 that the list has, beside the sort keys."""


@bp.route("/firms", methods=["GET", "POST"])
def show() -> ResponseReturnValue:
    """Show all firms with score, rank and class, as searched and sorted."""
    letter = request.args.get("class", "")
    given = Choice(picks={"final": letter}) if letter else None
    view = look_at(firm_table(), choice_for(NAME, given=given))
    if "HX-Request" in request.headers:
        return render_template("parts/table_rows.html", t=view)
    if request.method == "POST":
        return redirect(url_for("firms.show"), 303)
    return render_template("pages/firms.html", view=NAME, t=view, e=current().evaluation)


def firm_table() -> Table:
    """Return the list of firms: by 分类结果 where there are results, else by the roster."""
    session = current()
    e, roster = session.evaluation, session.outcome.book.current.roster
    found = findings_by_firm(session.outcome.findings, roster)
    columns = [Column("serial", "序号", "count"), Column("name", "企业名称", "text", firm=True)]
    columns.append(Column("code", "统一社会信用代码", "code", beneath=True))
    values: list[Sequence[Value]] = [
        range(1, roster.size + 1), roster.names.tolist(), roster.codes.tolist(),
    ]  # fmt: skip
    if e is not None:
        for field in layout.class_fields(e.scheme):
            if field.values is not None and (field.key in _SHOWN or field.key.startswith("key:")):
                pick = field.key in ("unit", "half", "proposed", "final")
                columns.append(Column(field.key, field.name, field.kind, pick))
                values.append(list(field.values(e)))
    columns.append(Column("findings", "问题", "text", pick=True))
    values.append([_gravest(found.get(row, ())) for row in range(roster.size)])
    rows = [Row(cells, row) for row, cells in enumerate(zip(*values, strict=True))]
    return Table(NAME, "企业", columns, rows, "工作簿里还没有企业。")


def _gravest(findings: Sequence[Finding]) -> str:
    levels = [level.value for level in Level if any(f.level is level for f in findings)]
    return levels[0] if levels else ""


@dataclass(frozen=True, slots=True)
class Known:
    """A firm that a page is about: its row, name and code, and the rows before and after it."""

    row: int
    id: str
    name: str
    code: str
    before: str
    after: str


def firm_of(id: str) -> Known:
    """Return the firm that an address names; 404 for none, as after the file has changed."""
    session = current()
    row = session.firm_row(id)
    if row is None:
        abort(404)
    roster = session.outcome.book.current.roster
    before = session.firm_id(row - 1) if row else ""
    after = session.firm_id(row + 1) if row + 1 < roster.size else ""
    name, code = str(roster.names[row]), str(roster.codes[row])
    return Known(row, id, name or code or f"第{row + 1}户", code, before, after)


@bp.get("/firm/<firm>")
def one(firm: str) -> str:
    """Show a firm: what it reports, how it scores, where it stands, why it has its class."""
    session, known = current(), firm_of(firm)
    outcome, e = session.outcome, session.evaluation
    found = findings_by_firm(outcome.findings, outcome.book.current.roster).get(known.row, [])
    scored = _scored(e, known.row) if e is not None and e.included[known.row] else {}
    return render_template(
        "pages/firm.html", view=NAME, firm=known, e=e, found=found,
        why="" if e is None else basis(e, known.row),
        lines=[] if e is None else explain(e, known.row)[1:], **scored,
    )  # fmt: skip


def _scored(e: Evaluation, row: int) -> dict[str, object]:
    own = meters(e, row)
    return {
        "unit": unit_of(e, row),
        "meters": own,
        "scale": meter_axis(own, PLOT_START, PLOT_END),
        "distances": distances(e, row) if unit_of(e, row) is not None else [],
        "results": e.results_of(row),
    }


@bp.get("/firm/<firm>/notice")
def notice(firm: str) -> str:
    """Return what the firm's notice tells: its figures, and what a better class would have taken.

    By itself, since that is found by evaluating the district again and again.
    """
    from permu_xl.reports.notices import noticing_of

    session, known = current(), firm_of(firm)
    e = session.evaluation
    told = None if e is None else noticing_of(session.outcome, e).notice(known.row)
    return render_template("parts/firm_notice.html", notice=told)
