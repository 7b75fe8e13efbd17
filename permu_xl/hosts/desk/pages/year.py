"""The steps of the year: a page for each, with what it needs and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, redirect, render_template, url_for

from permu_xl.hosts.desk import steps
from permu_xl.hosts.desk.book_pages import book_pages, current
from permu_xl.hosts.desk.jobs import start

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = book_pages("year")

SOON = 0.4
"""For so many seconds a page waits for a job, so that what is quick needs no progress."""


@bp.get("/step/<step>")
def show(step: str) -> str:
    """Show a step: its form, its progress while it runs, its result."""
    known = steps.STEPS.get(step)
    if known is None:
        abort(404)
    session = current()
    running = session.job if session.job is not None and session.job.active else None
    return render_template(
        known.template,
        step=step,
        standing=next(each for each in steps.standings(session) if each.step.key == step),
        job=running,
        result=session.results.get(step),
        **known.context(session),
    )


@bp.post("/step/<step>")
def do(step: str) -> ResponseReturnValue:
    """Begin a step with what its form says."""
    known = steps.STEPS.get(step)
    if known is None:
        abort(404)
    session = current()
    begun = start(session, step, known.title, known.work, known.given(session))
    begun.wait(SOON)
    return redirect(url_for("year.show", step=step), 303)
