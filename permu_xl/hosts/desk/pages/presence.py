"""What pages send while they are open, and when they are closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from permu_xl.hosts.desk.parts import workspace

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("presence", __name__)


@bp.post("/here")
def here() -> str:
    """Note that a page is there; tell it of others on the same workbook."""
    page, about = request.form.get("page", "")[:40], request.form.get("about", "")[:40]
    others = workspace().presence.note(page, about) if page else 0
    return render_template("parts/others.html", others=others)


@bp.post("/gone")
def gone() -> ResponseReturnValue:
    """Note that a page has been closed."""
    workspace().presence.leave(request.form.get("page", "")[:40])
    return "", 204


@bp.post("/quit")
def leave() -> str:
    """End the desk."""
    desk = workspace()
    desk.stop()
    desk.ended.set()
    return render_template("pages/ended.html")
