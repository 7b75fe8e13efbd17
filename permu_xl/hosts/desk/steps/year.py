"""What the desk does for each step of the year: the command, what its form gives, its page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from permu_xl import tasks
from permu_xl.hosts.desk.parts import findings_shown
from permu_xl.hosts.desk.steps import city, confirming, importing, reports
from permu_xl.hosts.desk.steps.jobs import Given, JobDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from permu_xl.hosts.desk.opened import Result, Session
    from permu_xl.tasks import Standing

__all__ = ["STEPS", "Step", "following", "standings"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the desk carries it out.

    ``work`` does it, in a job; ``given`` reads the form; ``context`` is what the page needs beside
    standing, job and result; ``writes`` says that it changes the workbook itself.
    """

    title: str
    template: str
    work: Callable[[JobDesk], Result | None]
    given: Callable[[Session], Given] = lambda session: Given()
    context: Callable[[Session], Mapping[str, Any]] = lambda session: {}
    writes: bool = False


STEPS: Mapping[str, Step] = {
    "import": Step(
        "导入部门表",
        "steps/import.html",
        importing.work,
        importing.given,
        importing.context,
        writes=True,
    ),
    "check": Step("数据核查", "steps/check.html", reports.check, context=findings_shown),
    "publish_data": Step(
        "数据公示",
        "steps/publish_data.html",
        confirming.publish_data,
        confirming.publish_data_given,
        confirming.publish_data_context,
    ),
    "evaluate": Step("评价", "steps/evaluate.html", reports.evaluate, writes=True),
    "notices": Step(
        "一企一单",
        "steps/notices.html",
        reports.notices,
        reports.notices_given,
        reports.notices_context,
    ),
    "register": Step(
        "登记异议",
        "steps/register.html",
        confirming.register,
        confirming.register_given,
        confirming.register_context,
        writes=True,
    ),
    "compare": Step(
        "更正比较",
        "steps/compare.html",
        partial(reports.command, "compare"),
        reports.compare_given,
        reports.compare_context,
    ),
    "sensitivity": Step(
        "敏感性", "steps/sensitivity.html", partial(reports.command, "sensitivity")
    ),
    "publish": Step("公示与上报表", "steps/publish.html", reports.publish, reports.publish_given),
    "city": Step(
        "全市汇总",
        "steps/city.html",
        city.city,
        city.city_given,
        city.city_context,
    ),
    "apply": Step(
        "写回各区",
        "steps/apply.html",
        city.apply,
        city.apply_given,
        city.apply_context,
        writes=True,
    ),
    "verify": Step("核对结果", "steps/verify.html", reports.verify),
}
"""The steps by their keys in ``tasks.YEAR_STEPS``."""


def standings(session: Session) -> tuple[Standing, ...]:
    """Return how the steps of a workbook's year stand."""
    return tasks.year_of(
        session.path, session.outcome, session.checked(), current=session.is_current
    )


def following(session: Session) -> Standing | None:
    """Return the step that is next; None where all is done."""
    return next((each for each in standings(session) if each.state == "next"), None)
