"""The commands of the year on an open workbook: each puts what it makes beside the workbook.

The open workbook stays as it is, saved or not; what it shows is what is worked on.  Every command
returns what the user is told, "" where the user thought better of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.errors import BookError, PermuError, UsageError
from permu_xl.tasks import words
from permu_xl.tasks.copies import new_file, saved, shown, there

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from permu_xl.engine import Evaluation
    from permu_xl.reports.notices import Settings
    from permu_xl.reports.publication import Choices, DataChoices
    from permu_xl.tasks.desk import Desk
    from permu_xl.workbook import Outcome
    from permu_xl.workbook.reading import OpenedWorkbook

__all__ = ["COMMANDS", "data_publication", "notices", "publication"]

BOOKS = ("xlsx", "xlsm")
NOTICES = ("docx", "docm")
TABLES = ("xlsx", "xlsm", "xls", "ods", "csv", "txt")


def notices(desk: Desk, settings: Settings | None = None) -> str:
    """Write a confirmation sheet for each firm into a folder; those without change are left.

    ``settings`` are what the bureau says in every sheet; what is not said is left to be filled in.
    """
    from permu_xl.reports.notices import Settings, notice_template, noticed, noticing_of, write_each
    from permu_xl.reports.verification import outdated_note
    from permu_xl.workbook import STEPS

    title, texts = words.TITLES["notices"], settings or Settings()
    with shown(desk, title) as copy:
        with desk.progress(len(STEPS) - 1) as step:
            opened, outcome, e = _evaluated(desk, copy, step)
        note = outdated_note(opened, outcome)
        firms = range(e.roster.size)
        folder = _folder(desk, len(firms))
        if folder is None:
            return ""
        with desk.progress(len(firms)) as step:
            done = 0

            def progress(_name: str) -> None:
                nonlocal done
                done += 1
                step(f"{title}（{done}/{len(firms)}）")

            written = write_each(
                noticing_of(outcome, e),
                firms,
                folder,
                notice_template(),
                texts,
                progress=progress,
            )
    pdf = _pdf(desk, written.files)
    desk.found = folder
    left = "" if texts.until and texts.where else words.LINES_LEFT
    return f"{noticed(e, firms, folder, written.skipped)}{pdf}{left}{note}"


def _folder(desk: Desk, count: int) -> Path | None:
    """Return the folder for the notices: beside the workbook unless the user wants another."""
    target = desk.target()
    if target is not None:
        return target
    source = saved(desk, words.TITLES["notices"])
    beside = source.with_name(f"{source.stem}-一企一单")
    answer = desk.ask(words.where_to(count, beside, again=beside.exists()), unasked=True)
    if answer is None or answer:
        return beside if answer else None
    return desk.choose_folder(words.CHOOSE_FOLDER)


def _pdf(desk: Desk, files: tuple[Path, ...]) -> str:
    """Turn notices into PDF where LibreOffice is there and the user wants it; tell of it."""
    from permu_xl.libreoffice import find_calc
    from permu_xl.reports.notices import convert, outdated

    try:
        find_calc()
    except UsageError:
        return ""
    wanted = outdated(files)
    if not wanted or not desk.ask(words.also_pdf(len(wanted)), unasked=False):
        return ""
    try:
        with desk.progress(len(wanted)) as step:
            step("转 PDF")
            for number, _ in enumerate(convert(wanted), 1):
                step(f"转 PDF（{number}/{len(wanted)}）")
    except PermuError as error:
        # The notices themselves are there all the same.
        return str(error)
    return f"另有{len(wanted)}个 PDF。"


def publication(desk: Desk, choices: Choices | None = None) -> str:
    """Write 公示, 上报表 and 分类名单 to a new workbook.

    Without ``choices`` the user is asked whether the classes have been confirmed.
    """
    from permu_xl.reports.publication import STEPS, Choices, publish

    title = words.TITLES["publish"]
    saved(desk, title)
    if choices is None:
        answer = desk.ask(words.CONFIRMED, unasked=False)
        if answer is None:
            return ""
        choices = Choices(confirmed=answer)
    with shown(desk, title) as copy, desk.progress(len(STEPS)) as step:
        out = new_file(desk, "上报")
        told: list[str] = []
        findings = publish(copy, out, choices, step, told.append)
    if findings:
        raise BookError(words.not_published(findings, desk.remedies))
    desk.made = out
    return words.published(out, confirmed=choices.confirmed) + "".join(told)


def data_publication(desk: Desk, choices: DataChoices | None = None) -> str:
    """Write the figures that firms are to confirm before the evaluation to a new workbook."""
    from permu_xl.reports.publication import DATA_STEPS, DataChoices, publish_data

    title = words.TITLES["publish_data"]
    saved(desk, title)
    with shown(desk, title) as copy, desk.progress(len(DATA_STEPS)) as step:
        out = new_file(desk, "数据公示")
        findings = publish_data(copy, out, choices or DataChoices(), step)
    if findings:
        raise BookError(words.data_errors(findings, desk.remedies))
    desk.made = out
    return words.data_published(out)


def registration(desk: Desk) -> str:
    """Write a copy of the workbook with the objections of returned notices on 异议台账."""
    import datetime as dt

    from permu_xl.reports.notices import register
    from permu_xl.workbook.reading import open_workbook
    from permu_xl.xlsx.files import claimed

    title = words.TITLES["register"]
    saved(desk, title)
    chosen = desk.choose_books(words.CHOOSE_RETURNED, NOTICES, several=True)
    if not chosen:
        return ""
    returned = there(chosen)
    with shown(desk, title) as copy, desk.progress(len(returned)) as step:
        out = new_file(desk, "登记", copy.suffix)
        with claimed(out):
            today = dt.datetime.now().astimezone().date()
            done = register(open_workbook(copy), returned, out, today, progress=step)
    desk.made = out
    return words.registered(done, len(returned), out)


def sensitive(desk: Desk) -> str:
    """Write a copy of the workbook with the sheet 敏感性."""
    from permu_xl.reports.sensitivity import alternatives, sensitivity, write_sensitivity
    from permu_xl.workbook import STEPS, finalise
    from permu_xl.xlsx.files import claimed

    with shown(desk, words.TITLES["sensitivity"]) as copy:
        out = new_file(desk, "敏感性")
        plain = copy.with_suffix(".xlsx")
        if copy != plain:
            finalise(copy, plain)
        with desk.progress(len(STEPS) - 1) as step:
            opened, _, e = _evaluated(desk, plain, step)
        with desk.progress(len(alternatives(e)) + 1) as step:
            found = sensitivity(e, progress=step)
            step(STEPS[-1])
            with claimed(out):
                write_sensitivity(opened, found, out)
    desk.made, desk.found = out, found
    return words.sensitive(found, out)


def comparison(desk: Desk) -> str:
    """Compare the workbook with an earlier one and write what differs to a new workbook."""
    from permu_xl.reports.comparison import STEPS, compare_books, write_comparison
    from permu_xl.xlsx.files import claimed

    title = words.TITLES["compare"]
    source = saved(desk, title)
    chosen = desk.choose_books(words.CHOOSE_EARLIER, BOOKS, several=False)
    if not chosen:
        return ""
    (earlier,) = there(chosen)
    if source.exists() and earlier.samefile(source):
        raise UsageError("选的就是打开的这一份，请选另一份（更正以前的）。")
    with shown(desk, title) as copy, desk.progress(len(STEPS)) as step:
        out = new_file(desk, "变动")
        with claimed(out):
            found = compare_books(earlier, copy, step)
            step(STEPS[-1])
            write_comparison(found, out)
    desk.made, desk.found = out, found
    return words.compared(found, out)


def verification(desk: Desk) -> str:
    """Recompute the workbook from its inputs and tell whether its results agree."""
    from permu_xl.reports.verification import STEPS, verify

    with shown(desk, words.TITLES["verify"]) as copy, desk.progress(len(STEPS)) as step:
        verdict = desk.found = verify(copy, step)
    return words.verified(verdict, desk.remedies)


def departments(desk: Desk) -> str:
    """Write a copy of the workbook into which departments' tables have been imported."""
    from permu_xl.intake import Request, import_tables, refuse_unfit
    from permu_xl.xlsx import files as atomic

    title = words.TITLES["import"]
    source = saved(desk, title)
    chosen = desk.choose_books(words.CHOOSE_TABLES, TABLES, several=True)
    if not chosen:
        return ""
    tables = tuple(there(chosen))
    refuse_unfit(source, tables)
    # The import keeps a copy of what it fills; that goes with the folder.
    with shown(desk, title) as copy, desk.progress(len(tables) + 2) as step:
        out = new_file(desk, "导入", copy.suffix)
        done = import_tables(Request(copy, tables), step)
        atomic.replace_content(out, copy.read_bytes())
    desk.made, desk.found = out, done
    return words.imported(done, out)


def _evaluated(
    desk: Desk, copy: Path, step: Callable[[str], None]
) -> tuple[OpenedWorkbook, Outcome, Evaluation]:
    """Read and evaluate a workbook; BookError where its figures have errors."""
    from permu_xl.workbook import STEPS, assess
    from permu_xl.workbook.reading import open_workbook

    step(STEPS[0])
    opened = open_workbook(copy)
    outcome = assess(opened.book, step)
    if outcome.evaluation is None:
        raise BookError(words.data_errors(outcome.findings, desk.remedies))
    return opened, outcome, outcome.evaluation


COMMANDS: Mapping[str, Callable[[Desk], str]] = {
    "notices": notices,
    "publish": publication,
    "publish_data": data_publication,
    "register": registration,
    "sensitivity": sensitive,
    "compare": comparison,
    "verify": verification,
    "import": departments,
}
"""The commands by the names that the hosts' menus give them."""
