"""What a workbook says at a glance: what to do next, what to look at first, what came of it."""

from __future__ import annotations

from flask import render_template

from permu_xl.hosts.desk.parts import book_pages, current

bp = book_pages("overview")


@bp.get("/")
def show() -> str:
    """Show the district in a few figures."""
    session = current()
    return render_template("pages/overview.html", view="overview", e=session.evaluation)
