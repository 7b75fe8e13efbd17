"""What has been made: open it, open its folder, take back what was written last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, request, url_for

from permu_xl.errors import UsageError
from permu_xl.hosts.desk.parts import book_pages, current
from permu_xl.hosts.desk.steps import take_back as take_back_one
from permu_xl.hosts.desk.steps import take_back_together, written_together
from permu_xl.hosts.desk.system import show_file, show_folder

if TYPE_CHECKING:
    from pathlib import Path

    from flask.typing import ResponseReturnValue

bp: Blueprint = book_pages("files")


def _made(name: str) -> Path:
    path = current().made.get(name)
    if path is None:
        abort(404)
    return path


@bp.post("/made/<made>/open")
def open_made(made: str) -> ResponseReturnValue:
    """Open what a step has made with the program that is there for it."""
    show_file(_made(made))
    return _stay()


@bp.post("/made/<made>/folder")
def open_folder(made: str) -> ResponseReturnValue:
    """Open the folder of what a step has made."""
    show_folder(_made(made))
    return _stay()


@bp.post("/take-back")
def take_back() -> ResponseReturnValue:
    """Put back what was written last: the workbook, and those that were written with it."""
    session = current()
    if running := session.running:
        raise UsageError(f"“{running.title}”还没有做完，请等它结束再撤回。")
    together = request.form.get("what") == "together" or bool(written_together(session))
    result = take_back_together(session) if together else take_back_one(session)
    # What they tell of is no longer in the workbook.
    session.results.clear()
    step = "apply" if together else "evaluate"
    session.results[step] = result
    return redirect(url_for("year.show", step=step, _anchor="result"), 303)


def _stay() -> ResponseReturnValue:
    if "HX-Request" in request.headers:
        return Response(status=204)
    return redirect(request.headers.get("Referer") or url_for("overview.show"), 303)
