"""The first page: open a workbook, or one of those that were open lately."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.desk.book_pages import workspace

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("opening", __name__)


@bp.get("/")
def show() -> str:
    """Show what is open and what was lately."""
    desk = workspace()
    recent = [(desk.paths.name(path), path) for path in desk.recent.existing()]
    return render_template(
        "pages/opening.html", open_books=list(desk.sessions.values()), recent=recent
    )


@bp.post("/open")
def open_book() -> ResponseReturnValue:
    """Open a workbook that the page was shown, or whose path the user has typed."""
    desk = workspace()
    path = desk.paths.find(request.form.get("file", ""))
    if path is None:
        typed = request.form.get("path", "").strip().strip('"')
        if not typed:
            raise UsageError("没有选要打开的工作簿。")
        path = Path(typed)
        if not path.is_absolute():
            raise FileAccessError("请写完整的路径，如 D:\\亩均评价\\某区2022.xlsx。")
    session = desk.open(path)
    return redirect(url_for("overview.show", sid=session.id), 303)
