"""导入 on the page: what was chosen, what the form asks, and what the tables say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request

from permu_xl import tasks
from permu_xl.findings import Level
from permu_xl.hosts.desk.opened import Result
from permu_xl.hosts.desk.parts import workspace
from permu_xl.hosts.desk.steps.jobs import Given, JobDesk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from permu_xl.hosts.desk.opened import Session

__all__ = ["QUESTIONS", "Question", "context", "given", "work"]


@dataclass(frozen=True, slots=True)
class Question:
    """A choice of the import that is yes or no: the field of the request, and what it means.

    ``option`` is what findings call it, ``codes`` the findings that it is an answer to.
    """

    name: str
    option: str
    text: str
    codes: frozenset[str] = frozenset()


QUESTIONS = (
    Question("accept_year", "--accept-year", "表里写的是别的年份，也照样读取", frozenset({"E605"})),
    Question(
        "assume_units",
        "--assume-units",
        "没有写单位的列，当作工作簿的单位",
        frozenset({"E611"}),
    ),
    Question(
        "overwrite",
        "--overwrite",
        "工作簿里已有不同的数时，用部门的数替换",
        frozenset({"W651", "W664"}),
    ),
    Question(
        "all_pollutants", "--all-pollutants", "污染物全部相加，不按法律只计每一排放口的前几项"
    ),
)
"""The questions of the form, in its order."""
PREFER_CODES = frozenset({"E641"})
"""Tables that say different things of a firm."""


def given(session: Session) -> Given:
    """Return what the form says, and keep it for the next time the page is shown."""
    form = request.form
    paths = workspace().paths
    tables = session.chosen.get("tables", [])

    def named(key: str) -> list[Path]:
        found = [paths.find(name) for name in form.getlist(key)]
        return [path for path in found if path in tables]

    options: dict[str, Any] = {each.name: each.name in form for each in QUESTIONS}
    options |= {"roster": named("roster"), "prefer": named("prefer")}
    for key in ("synonyms", "factors"):
        options[key] = paths.find(form.get(key, ""))
    session.options["import"] = options
    preview = form.get("action") != "import"
    return Given(options={**options, "preview": preview, "tables": tuple(tables)})


def work(desk: JobDesk) -> Result | None:
    """Look at the tables, or import them."""
    options = dict(desk.given.options)
    preview, tables = options.pop("preview"), options.pop("tables")
    last_year = tuple(desk.session.chosen.get("last_year", ()))
    first, wanted = tasks.import_requests(desk.path, tables, last_year, **options)
    if preview:
        text = tasks.preview_import(desk, first, wanted)
    else:
        text = tasks.import_into_file(desk, first, wanted)
    done: Any = desk.found
    findings = tuple(finding for each in done for finding in each.findings)
    good = not any(finding.level is Level.ERROR for finding in findings)
    made = () if desk.made is None else desk.session.note_made([desk.made])
    return Result(text, made, findings, {"imports": done, "preview": preview}, good)


def context(session: Session) -> Mapping[str, Any]:
    """Return what the page shows beside the result: what is chosen, and the questions."""
    result = session.results.get("import")
    codes = {finding.code for finding in result.findings} if result is not None else set()
    beside = sorted(
        path for path in session.path.parent.iterdir() if path.suffix.lower() in (".toml", ".csv")
    )
    return {
        "chosen": session.chosen.get("tables", []),
        "last_year": session.chosen.get("last_year", []),
        "options": session.options.get("import", {}),
        "questions": [(each, bool(each.codes & codes)) for each in QUESTIONS],
        "asks_prefer": bool(PREFER_CODES & codes),
        "synonyms": [path for path in beside if path.suffix.lower() == ".toml"],
        "factors": [path for path in beside if path.suffix.lower() == ".csv"],
    }
