"""The first page: open a workbook, or one of those that were open lately, or make a new one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.desk.opened import listing, named_folder, serving, typed_folder
from permu_xl.hosts.desk.parts import workspace
from permu_xl.schemes import DEFAULT, available, load
from permu_xl.tasks import BOOKS, new_book

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = Blueprint("opening", __name__)


@bp.get("/")
def show() -> str:
    """Show what is open and what was lately, a folder to choose from, and a form for a new one."""
    desk = workspace()
    recent = [path for path in desk.recent.existing() if not _is_open(path)]
    known = [session.path.parent for session in desk.sessions.values()] + [
        path.parent for path in recent
    ]
    folder = named_folder(desk, request.args.get("dir", ""), known[0] if known else _home())
    found = listing(desk, folder, BOOKS)
    notes, desk.notes = desk.notes, []
    return render_template(
        "pages/opening.html",
        open_books=list(desk.sessions.values()),
        recent=recent,
        listing=replace(found, files=serving("districts", found.files)),
        choosing="dir" in request.args,
        schemes=[load(id) for id in available()],
        default=DEFAULT,
        notes=notes,
    )


def _is_open(path: Path) -> bool:
    return any(session.path == path for session in workspace().sessions.values())


def _home() -> Path:
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()


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
        if path.is_dir():
            folder = typed_folder(desk, typed)
            return redirect(url_for("opening.show", dir=desk.paths.name(folder)), 303)
    session = desk.open(path)
    return redirect(url_for("overview.show", sid=session.id), 303)


@bp.post("/new")
def make_book() -> ResponseReturnValue:
    """Make a workbook for a district and a year, and go on to its import."""
    desk, form = workspace(), request.form
    folder = desk.paths.find(form.get("dir", ""))
    if folder is None:
        raise UsageError("没有选新工作簿放在哪个文件夹。")
    year = form.get("year", "").strip()
    if not year.isdecimal():
        raise UsageError("评价年度应是四位数的年份，如2022。")
    scheme = form.get("scheme", "")
    if scheme not in available():
        raise UsageError("没有选评价方案。")
    path = new_book(folder, form.get("district", "").strip()[:60], int(year), scheme)
    session = desk.open(path)
    return redirect(url_for("year.show", sid=session.id, step="import"), 303)


@bp.post("/close")
def close_book() -> ResponseReturnValue:
    """Let go of a workbook; its file stays as it is."""
    desk = workspace()
    session = desk.sessions.get(request.form.get("book", ""))
    if session is not None:
        desk.close(session)
    return redirect(url_for("opening.show"), 303)
