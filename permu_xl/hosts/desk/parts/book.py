"""Pages about a workbook that is open: its session stands in the address and in ``current``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, current_app, g, render_template, request

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from permu_xl.hosts.desk.opened import Session, Workspace

__all__ = ["WORKSPACE", "book_pages", "current", "workspace"]

WORKSPACE = "PERMU_WORKSPACE"


def workspace() -> Workspace:
    """Return what this desk has open."""
    found: Workspace = current_app.config[WORKSPACE]
    return found


def current() -> Session:
    """Return the workbook that the page is about."""
    found: Session = g.session
    return found


def book_pages(name: str) -> Blueprint:
    """Return a blueprint whose addresses begin with the workbook: ``/b/<sid>/...``.

    ``url_for`` fills ``sid`` in by itself; an unknown one is 404.
    """
    pages = Blueprint(name, __name__, url_prefix="/b/<sid>")

    @pages.url_value_preprocessor
    def find(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        # Before anybody knows who asks: whether there is such a workbook is told later.
        g.session = workspace().sessions.get((values or {}).pop("sid", ""))

    pages.before_request(_until_read)
    return pages


READING_SECONDS = 0.7
"""For so long a page waits for its workbook before it tells how far the reading is."""
FORM_SECONDS = 120.0
"""For so long a form waits: a page of progress in answer would lose what it says."""


def _until_read() -> ResponseReturnValue | None:
    """Show that the workbook is being read, or why it cannot be, in the place of the page."""
    if g.session is None:
        abort(404)
    session = current()
    if session.is_read:
        return None
    over = session.begin_reading(READING_SECONDS if request.method == "GET" else FORM_SECONDS)
    if over and not session.trouble:
        return None
    if "HX-Request" in request.headers:
        response = Response(render_template("parts/reading.html"))
        if over:
            response.headers["HX-Refresh"] = "true"
        return response
    if over:
        return render_template("pages/trouble.html", text=session.trouble)
    return render_template("pages/reading.html")


def fill_in(endpoint: str, values: dict[str, Any]) -> None:
    """Give ``url_for`` the workbook of the page, where the address wants one."""
    if g.get("session") is not None and current_app.url_map.is_endpoint_expecting(endpoint, "sid"):
        values.setdefault("sid", g.session.id)
