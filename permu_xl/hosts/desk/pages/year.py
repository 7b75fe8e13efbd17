"""The steps of the year: a page for each, with what it needs and what came of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import abort, redirect, render_template, request, url_for

from permu_xl.hosts.desk.opened import (
    ENDINGS_FOR,
    PURPOSES,
    kept_in,
    listing,
    named_folder,
    serving,
)
from permu_xl.hosts.desk.pages.step_tables import views
from permu_xl.hosts.desk.parts import book_pages, current, workspace
from permu_xl.hosts.desk.steps import STEPS, Step, districts, standings, start

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flask.typing import ResponseReturnValue

    from permu_xl.hosts.desk.opened import Session

bp = book_pages("year")

SOON = 0.4
"""For so many seconds a page waits for a job, so that what is quick needs no progress."""


@bp.get("/step/<step>")
def show(step: str) -> str:
    """Show a step: its form, its progress while it runs, its result."""
    known = _known(step)
    session = current()
    # Once, before the result is asked for: what is over by then has left one.
    running = session.running
    return render_template(
        known.template,
        step=step,
        writes=known.writes,
        **_folder(step),
        standing=next(each for each in standings(session) if each.step.key == step),
        job=running,
        result=session.results.get(step),
        tables=views(session, step),
        **known.context(session),
    )


def _known(step: str) -> Step:
    """Return the step of an address; there is no page for any other."""
    known = STEPS.get(step)
    if known is None:
        abort(404)
    return known


def _folder(step: str) -> Mapping[str, Any]:
    """Return the folder in which files for a step can be chosen, and what they are chosen for."""
    purpose = next((key for key, where in PURPOSES.items() if where == step), None)
    if purpose is None:
        return {}
    session, desk = current(), workspace()
    folder = named_folder(desk, request.args.get("dir", ""), session.path.parent)
    found = listing(desk, folder, ENDINGS_FOR[purpose], _besides(session, purpose))
    return {
        "purpose": purpose,
        "listing": replace(found, files=serving(purpose, found.files)),
        "choosing": "dir" in request.args,
        "kept_in": kept_in(session, purpose),
    }


def _besides(session: Session, purpose: str) -> list[Path]:
    """Return the files that cannot be meant: the workbook itself, and what is chosen already."""
    if purpose == "districts":
        return districts(session)
    return [session.path, *session.chosen.get(purpose, []), *session.chosen.get("last_year", [])]


@bp.post("/step/<step>")
def do(step: str) -> ResponseReturnValue:
    """Begin a step with what its form says."""
    known = _known(step)
    session = current()
    begun = start(session, step, known.title, known.work, known.given(session))
    begun.wait(SOON)
    return redirect(url_for("year.show", step=step, _anchor="result"), 303)
