"""数据公示 and 登记异议 on the page: what is shown to firms, and what they say about it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from flask import request

from permu_xl import tasks
from permu_xl.errors import UsageError
from permu_xl.findings import has_errors
from permu_xl.hosts.desk.opened import Result
from permu_xl.hosts.desk.steps.jobs import Given, JobDesk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.hosts.desk.opened import Session

__all__ = [
    "publish_data",
    "publish_data_context",
    "publish_data_given",
    "register",
    "register_context",
    "register_given",
]


def publish_data_given(session: Session) -> Given:
    """Return which figures are to be published, and whether with codes."""
    names = [column.name for column in session.scheme.columns.values()]
    wanted = request.form.getlist("item")
    items = tuple(name for name in names if name in wanted)
    if not items:
        raise UsageError("请至少勾选一项要公示的数据。")
    options = {"codes": "no_codes" not in request.form, "items": items}
    session.options["publish_data"] = options
    return Given(options=options)


def publish_data(desk: JobDesk) -> Result:
    """Write the figures that firms are to confirm before the evaluation."""
    from permu_xl.reports.publication import DataChoices

    text = tasks.data_publication(desk, DataChoices(**desk.given.options))
    assert desk.made is not None
    return Result(text, desk.session.note_made([desk.made]))


def publish_data_context(session: Session) -> Mapping[str, Any]:
    """Return the figures to choose from, and what was chosen last."""
    names = [column.name for column in session.scheme.columns.values()]
    return {"items": names, "options": session.options.get("publish_data", {"items": names})}


def register_given(session: Session) -> Given:
    """Return the notices that are chosen, and the day on which they came."""
    try:
        received = dt.date.fromisoformat(request.form.get("received", "").strip())
    except ValueError as error:
        raise UsageError("请填收到日期，写成 2023-07-10 这样的年月日。") from error
    session.options["register"] = {"received": received}
    chosen = tuple(session.chosen.get("returned", ()))
    return Given(books=chosen, options={"received": received})


def register(desk: JobDesk) -> Result:
    """Enter the objections of returned notices on 异议台账 of the workbook."""
    text = tasks.register_into_file(desk, desk.given.books, desk.given.options["received"])
    found: Any = desk.found
    # They are on the register now; those that could not be read are told of, and chosen again.
    desk.session.chosen.pop("returned", None)
    made = desk.session.note_made([desk.session.path])
    return Result(text, made, found.findings, found, not has_errors(found.findings))


def register_context(session: Session) -> Mapping[str, Any]:
    """Return the notices that are chosen, the day, and what stands on the register."""
    today = dt.datetime.now().astimezone().date()
    return {
        "chosen": session.chosen.get("returned", []),
        "received": session.options.get("register", {}).get("received", today),
        "registered": session.outcome.book.registered,
    }
