"""What a file is for the year's commands, by its content; which files of a folder are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.errors import BookError
from permu_xl.xlsx.files import is_backup

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

__all__ = ["BOOKS", "kind", "meant"]

BOOKS = (".xlsx", ".xlsm")
"""The endings of evaluation workbooks."""


def kind(path: Path, broken: str = "table") -> str:
    """Return what a file is by its content: "book" (to evaluate), "city", or "table" (to import).

    A workbook that cannot be opened counts as what is ``broken``: whoever reads it says what is
    wrong.
    """
    from permu_xl.reports.city import CITY_DECISIONS
    from permu_xl.workbook.layout import DATA, PARAMETERS
    from permu_xl.xlsx.package import Package

    if path.suffix.lower() not in BOOKS:
        return "table"
    try:
        names = {name.strip() for name in Package.open(path).sheets}
    except BookError:
        return broken
    if {DATA, PARAMETERS} <= names:
        return "book"
    return "city" if CITY_DECISIONS in names else "table"


def meant(files: Iterable[Path], endings: Collection[str]) -> list[Path]:
    """Return those files of a folder that a person means.

    Left out are other endings, marks of open files, what a run of ours leaves, and backups.
    """
    fitting = [
        file
        for file in files
        if file.suffix.lower() in endings
        and not file.name.startswith(("~$", ".~", ".permu-"))
        and file.is_file()
    ]
    return [file for file in fitting if not is_backup(file, fitting)]
