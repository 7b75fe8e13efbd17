"""What the desk does for each step of the year: the command, what its form gives, its page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from permu_xl import tasks
from permu_xl.hosts.desk.jobs import Given, JobDesk, command_result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from permu_xl.hosts.desk.session import Result, Session
    from permu_xl.tasks import Standing

__all__ = ["STEPS", "Step", "standings"]


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


def _command(name: str) -> Callable[[JobDesk], Result | None]:
    """Return the work of a command of the year."""
    return lambda desk: command_result(desk, name)


def _verify(desk: JobDesk) -> Result | None:
    result = command_result(desk, "verify")
    if result is None:
        return None
    desk.session.noted["verify"] = dt.datetime.now(dt.UTC)
    return replace(result, good=result.found.agrees)


STEPS: Mapping[str, Step] = {
    "sensitivity": Step("敏感性", "steps/sensitivity.html", _command("sensitivity")),
    "verify": Step("核对", "steps/verify.html", _verify),
}
"""The steps by their keys in ``tasks.YEAR_STEPS``."""


def standings(session: Session) -> tuple[Standing, ...]:
    """Return how the steps of a workbook's year stand."""
    return tasks.year_of(session.path, session.outcome, session.checked())
