"""核查, 评价 and the reports of one workbook on the page."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import request

from permu_xl import tasks
from permu_xl.errors import PermuError, UsageError
from permu_xl.hosts.desk.opened import Result, serving
from permu_xl.hosts.desk.parts import workspace
from permu_xl.hosts.desk.steps.jobs import Given, JobDesk, command_result
from permu_xl.tasks import BOOKS, meant
from permu_xl.xlsx.files import backup_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from permu_xl.hosts.desk.opened import Session

__all__ = [
    "check",
    "command",
    "compare_context",
    "compare_given",
    "evaluate",
    "notices",
    "notices_context",
    "notices_given",
    "publish",
    "publish_given",
    "verify",
]

_NOTICE_FIELDS = ("until", "where", "sender", "date")


def check(desk: JobDesk) -> Result:
    """Check the figures."""
    text = tasks.check_file(desk)
    outcome: Any = desk.found
    return Result(
        text, findings=outcome.findings, found=outcome, good=outcome.evaluation is not None
    )


def evaluate(desk: JobDesk) -> Result:
    """Evaluate the workbook and write the results into it."""
    text = tasks.evaluate_file(desk)
    outcome: Any = desk.found
    made = () if desk.made is None else desk.session.note_made([desk.made])
    good = outcome.evaluation is not None
    return Result(text, made, () if good else outcome.findings, outcome, good)


def command(name: str, desk: JobDesk) -> Result | None:
    """Carry out a command of the year that needs no more than its name."""
    return command_result(desk, name)


def verify(desk: JobDesk) -> Result | None:
    """Prove the results from the inputs; remember when, as long as the file stays the same."""
    result = command_result(desk, "verify")
    if result is None:
        return None
    if result.found.agrees:
        desk.session.noted["verify"] = dt.datetime.now(dt.UTC)
    # The page lists what differs by itself.
    text = tasks.verified(result.found, desk.remedies, shown=0)
    return replace(result, text=text, good=result.found.agrees)


def notices_given(session: Session) -> Given:
    """Return what the form of 确认单 says."""
    options = {key: request.form.get(key, "").strip()[:200] for key in _NOTICE_FIELDS}
    session.options["notices"] = options
    # Yes to the folder beside the workbook; then whether PDF is wanted too.
    return Given(answers=(True, "pdf" in request.form), options=options)


def notices(desk: JobDesk) -> Result | None:
    """Write a notice for each firm."""
    from permu_xl.reports.notices import Settings

    text = tasks.notices(desk, Settings(**desk.given.options))
    folder: Any = desk.found
    return Result(text, desk.session.note_made([folder])) if text else None


def notices_context(session: Session) -> Mapping[str, Any]:
    """Return what the form of 确认单 shows: what it said last, and whether PDF can be had."""
    from permu_xl.libreoffice import find_calc

    try:
        find_calc()
    except PermuError:
        pdf = False
    else:
        pdf = True
    return {"options": session.options.get("notices", {}), "pdf": pdf}


def publish_given(session: Session) -> Given:
    """Return what the form of 公示上报 says."""
    form = request.form
    if form.get("confirmed") not in ("yes", "no"):
        raise UsageError("请先选分类是不是已经市里确认。")
    options = {
        "confirmed": form["confirmed"] == "yes",
        "codes": "no_codes" not in form,
        "totals": "totals" in form,
    }
    session.options["publish"] = options
    return Given(options=options)


def publish(desk: JobDesk) -> Result | None:
    """Write 公示, 上报表 and 分类名单."""
    from permu_xl.reports.publication import Choices

    text = tasks.publication(desk, Choices(**desk.given.options))
    assert desk.made is not None
    return Result(text, desk.session.note_made([desk.made]))


def compare_given(session: Session) -> Given:
    """Return the earlier workbook that is chosen."""
    chosen = tuple(session.chosen.get("earlier", ()))
    quick = workspace().paths.find(request.form.get("earlier", ""))
    if quick is not None and quick in _earlier(session):
        chosen = (quick,)
        session.chosen["earlier"] = [quick]
    if not chosen:
        raise UsageError("请先选更正以前的那一份工作簿。")
    return Given(books=chosen)


def compare_context(session: Session) -> Mapping[str, Any]:
    """Return the workbooks beside this one that may be the earlier one, and the chosen one."""
    return {
        "earlier": _earlier(session),
        "chosen": session.chosen.get("earlier", []),
    }


def _earlier(session: Session) -> list[Path]:
    backup = backup_path(session.path)
    beside = sorted(session.path.parent.glob(f"*{session.path.suffix}"))
    others = [path for path in meant(beside, BOOKS) if path != session.path]
    return ([backup] if backup.is_file() else []) + list(serving("earlier", others))
