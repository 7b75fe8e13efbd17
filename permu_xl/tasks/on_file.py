"""导入, 核查, 评价 and 登记异议 of a workbook on the disk, for a host in which it is not open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from permu_xl.errors import UsageError
from permu_xl.tasks.copies import saved, there
from permu_xl.tasks.messages import checked, recalculated
from permu_xl.tasks.words import TITLES, imported_into, previewed, registered_into
from permu_xl.workbook import STEPS, assess, run
from permu_xl.workbook.reading import read_book

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from permu_xl.intake import Imported, Request
    from permu_xl.tasks.desk import Desk

__all__ = [
    "check_file",
    "evaluate_file",
    "import_into_file",
    "preview_import",
    "register_into_file",
]


def check_file(desk: Desk) -> str:
    """Check the figures; the file stays as it is."""
    path = saved(desk, "数据核查")
    with desk.progress(len(STEPS) - 1) as step:
        step(STEPS[0])
        outcome = desk.found = assess(read_book(path), step)
    return checked(outcome)


def evaluate_file(desk: Desk) -> str:
    """Check, evaluate and write all results into the file; it is kept as it was beside it."""
    path = saved(desk, "评价")
    with desk.progress(len(STEPS)) as step:
        outcome = desk.found = run(path, path, step, backup=True)
    if outcome.can_be_written:
        desk.made = path
    told = recalculated(outcome, charts_followed=True, recorded=True)
    return "\n".join((told, *outcome.notes))


def preview_import(desk: Desk, first: Request | None, request: Request) -> str:
    """Read departments' tables and tell what would be imported; nothing is written.

    ``first`` and ``request`` are those of ``import_requests``.  ``desk.found`` are the imports as
    they would be.
    """
    saved(desk, TITLES["import"])
    # Last year's workbook is not there yet where its tables are only looked at.
    wanted = [request] if first is None else [first, replace(request, last_year=None)]
    done = _imports(desk, wanted, write=False)
    return previewed(done)


def import_into_file(desk: Desk, first: Request | None, request: Request) -> str:
    """Import departments' tables into the file; it is kept as it was beside it."""
    path = saved(desk, TITLES["import"])
    done = _imports(desk, [each for each in (first, request) if each is not None], write=True)
    desk.made = path
    return imported_into(done)


def register_into_file(desk: Desk, returned: Sequence[Path], received: dt.date) -> str:
    """Enter the objections of returned notices on 异议台账; the file is kept as it was beside it.

    ``received`` is the day on which the notices came.  ``desk.found`` is the ``Registered``.
    Raises UsageError where no notice is given, FileAccessError for files that are not there.
    """
    from permu_xl.reports.notices import register
    from permu_xl.workbook.reading import open_workbook
    from permu_xl.xlsx.files import claimed

    path = saved(desk, TITLES["register"])
    if not returned:
        raise UsageError("请先选企业退回的确认单。")
    there(returned)
    with desk.progress(len(returned)) as step, claimed(path):
        done = register(open_workbook(path), returned, path, received, backup=True, progress=step)
    desk.made, desk.found = path, done
    return registered_into(done, len(returned), path)


def _imports(desk: Desk, requests: list[Request], *, write: bool) -> list[Imported]:
    from permu_xl.intake import import_tables

    steps = [len(each.tables) + (each.last_year is not None) + 1 + write for each in requests]
    done = []
    with desk.progress(sum(steps)) as step:
        for each in requests:
            done.append(import_tables(each, step, write=write))
    desk.found = done
    return done
