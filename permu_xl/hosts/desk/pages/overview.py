"""What a workbook says at a glance."""

from __future__ import annotations

from flask import render_template

from permu_xl.hosts.desk.book_pages import book_pages, current

bp = book_pages("overview")


@bp.get("/")
def show() -> str:
    """Show the district in a few figures."""
    return render_template("pages/overview.html", view="overview", e=current().evaluation)
