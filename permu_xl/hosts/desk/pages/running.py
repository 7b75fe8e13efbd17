"""A job while it runs: how far it is, its question, stopping it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, redirect, render_template, request, url_for

from permu_xl.hosts.desk.parts import book_pages, current

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

bp = book_pages("running")


@bp.get("/job")
def show() -> ResponseReturnValue:
    """Return how far the job is; once it is over, the page is shown anew."""
    job = current().running
    response = Response(render_template("parts/job.html", job=job))
    if job is None:
        response.headers["HX-Refresh"] = "true"
    return response


@bp.post("/job/stop")
def stop() -> ResponseReturnValue:
    """Stop the job at its next step."""
    job = current().job
    if job is not None:
        job.stop()
        job.wait(1)
    return _back()


@bp.post("/job/answer")
def answer() -> ResponseReturnValue:
    """Answer the question that the job asks."""
    job = current().job
    if job is not None and request.form.get("job") == job.id:
        job.answer(request.form.get("answer") == "yes")
        job.wait(0.3)
    return _back()


def _back() -> ResponseReturnValue:
    job = current().job
    step = job.step if job is not None else "check"
    return redirect(url_for("year.show", step=step, _anchor="result"), 303)
