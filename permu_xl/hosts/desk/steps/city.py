"""全市汇总 and 写回 on the page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from flask import request

from permu_xl import tasks
from permu_xl.errors import PermuError, UsageError
from permu_xl.findings import Level, has_errors
from permu_xl.hosts.desk.opened import Result
from permu_xl.hosts.desk.steps.jobs import Given, JobDesk
from permu_xl.hosts.desk.steps.undoing import note_together

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from permu_xl.hosts.desk.opened import Session
    from permu_xl.reports.city import Decision

__all__ = [
    "apply",
    "apply_context",
    "apply_given",
    "city",
    "city_context",
    "city_given",
    "districts",
]


def districts(session: Session) -> list[Path]:
    """Return the districts' workbooks: this one, until others are chosen."""
    return session.chosen.setdefault("districts", [session.path])


def city_file(session: Session) -> Path:
    """Return the city's workbook: the one that is chosen, else the usual one beside."""
    chosen = session.chosen.get("city", [])
    return chosen[0] if chosen else session.path.with_name(f"全市{session.year}.xlsx")


def city_given(session: Session) -> Given:
    """Return what the form of 全市汇总 says."""
    text = request.form.get("growth", "").strip()
    growth = tasks.growth_in(text) if text else None
    session.options["city"] = {"growth": text}
    return Given(books=tuple(districts(session)), options={"growth": growth})


def city(desk: JobDesk) -> Result:
    """Sum up the districts."""
    files, out = list(desk.given.books), city_file(desk.session)
    with desk.progress(len(files) + 1) as step:
        done = tasks.sum_up(files, out, step, growth=desk.given.options["growth"])
    good = done.city.scheme is not None and not done.city.count(Level.ERROR)
    made = desk.session.note_made([out]) if done.city.scheme is not None else ()
    return Result("\n".join(done.told), made, done.city.findings, done, good)


def city_context(session: Session) -> Mapping[str, Any]:
    """Return the districts that are chosen, and where the city's workbook will be."""
    return {
        "chosen": districts(session),
        "out": city_file(session),
        "options": session.options.get("city", {}),
    }


def apply_given(session: Session) -> Given:
    """Return the decisions of the form, or how they are to be written back."""
    from permu_xl.reports.city import read_decisions

    form = request.form
    path = city_file(session)
    options: dict[str, Any] = {
        "document": form.get("document", "").strip()[:200],
        "date": _date(form.get("date", "")),
        "again": "again" in form,
        "back": form.get("action") == "apply",
    }
    if isinstance(options["date"], str):
        raise UsageError(f"日期“{options['date']}”看不懂，写成 2023-07-10 这样的年月日。")
    session.options["apply"] = options
    shown: list[Decision] = session.options.get("decisions", [])
    if not shown:
        shown, _ = read_decisions(path)
    wanted = [_decided(number) for number in range(len(shown))]
    return Given(
        books=tuple(districts(session)),
        options={**options, "city": path, "decisions": shown, "wanted": wanted},
    )


def _decided(number: int) -> dict[str, str | dt.date | None]:
    """Return what the form says of a row of the list; nothing where it has no such row."""
    form, found = request.form, {}
    for key in ("letter", "reason", "document", "date"):
        text = form.get(f"{key}-{number}")
        if text is not None:
            found[key] = _date(text) if key == "date" else text.strip()[:200] or None
    return found


def _date(text: str) -> dt.date | str | None:
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        return text.strip()[:200]


def apply(desk: JobDesk) -> Result:
    """Write the decisions into the city's workbook, and into those of the districts if wanted."""
    from permu_xl.reports import city as report

    options = desk.given.options
    path, files = options["city"], list(desk.given.books)
    session = desk.session
    with desk.progress(1) as step:
        step(f"写入 {path.name}")
        changed = report.write_decisions(path, options["decisions"], options["wanted"])
    session.options.pop("decisions", None)
    if not options["back"]:
        text = f"已存入 {path.name}：改了{changed}户的市级意见；还没有写回各区。"
        return Result(text, session.note_made([path]))
    with desk.progress(len(files) + 1) as step:
        grounds = {"document": options["document"], "date": options["date"]}
        done = report.apply(path, files, step, **grounds)
    lines = tasks.applied(done)
    good = not has_errors(done.findings)
    written = [each for each in done.books if each.added]
    if options["again"] and written:
        lines += _evaluated_again(desk, [each.path for each in written])
    elif written:
        lines.append("分类调整已写入，评价结果还没有变；请各区重新评价，再汇总一次。")
    if written:
        note_together(session, [each.path for each in written])
    made = session.note_made([each.path for each in done.books])
    return Result("\n".join(lines), made, tuple(done.findings), done, good)


def _evaluated_again(desk: JobDesk, paths: list[Path]) -> list[str]:
    """Evaluate districts whose 分类调整 has just been written; return what became of each.

    No backup: the one that stands beside is the workbook before it was written.
    """
    from permu_xl.workbook import STEPS, run

    lines = []
    with desk.progress(len(paths) * len(STEPS)) as step:
        for path in paths:
            try:
                outcome = run(path, path, step)
            except PermuError as error:
                lines.append(f"{path.name}：没有重新评价，{tasks.failed(error)}")
                continue
            told = tasks.recalculated(outcome, charts_followed=True, recorded=True)
            lines.append(f"{path.name}：{told}")
    return lines


def apply_context(session: Session) -> Mapping[str, Any]:
    """Return the list to be decided on, with what is decided, and the districts."""
    from permu_xl.reports.city import read_decisions

    path = city_file(session)
    decisions: list[Decision] = []
    trouble = ""
    if path.is_file():
        try:
            decisions, _ = read_decisions(path)
        except PermuError as error:
            trouble = tasks.failed(error)
    else:
        trouble = f"还没有 {path.name}；请先做“全市汇总”，或者选一份已有的全市工作簿。"
    session.options["decisions"] = decisions
    return {
        "city": path,
        "decisions": decisions,
        "trouble": trouble,
        "letters": session.scheme.letters,
        "chosen": districts(session),
        "options": session.options.get("apply", {}),
    }
