"""What the commands of the year make, read for comparison; and what the command line makes."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

# It keeps the find_calc that is there when it is first imported: not one that a test puts there.
import permu_xl.reports.notices.pdf  # noqa: F401
from permu_xl.cli import main
from permu_xl.errors import UsageError
from permu_xl.workbook.district import run
from tests.workbook.districts import filled, spread_firms

LEFT_OVER = "permu-xl-"
"""How the folders begin that must be gone."""


def plain(value: Any) -> Any:
    """Return a cell's value as something that can be compared: an array formula by its text."""
    return (value.ref, value.text) if isinstance(value, ArrayFormula) else value


def cells(path: Path) -> dict[str, list[list[Any]]]:
    """Return every cell of every sheet."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [list(map(plain, row)) for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    }


def notices(folder: Path) -> dict[str, bytes]:
    """Return the text part of every notice in a folder, by file name."""
    found = {}
    for path in folder.glob("*.docx"):
        with zipfile.ZipFile(path) as file:
            found[path.name] = file.read("word/document.xml")
    return found


def hide_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be no LibreOffice, so that nobody is asked about PDF."""

    def absent() -> None:
        raise UsageError("没有找到 LibreOffice")

    monkeypatch.setattr("permu_xl.libreoffice.find_calc", absent)


def evaluated_book(folder: Path, firms: int) -> Path:
    """Write a district's workbook with its results."""
    path = folder / "某区.xlsx"
    filled(path, spread_firms(firms), spread_firms(firms, seed=2))
    assert run(path, path).evaluation is not None
    return path


def copied(book: Path, folder: Path) -> Path:
    """Copy a workbook into a folder of its own."""
    path = folder / "甲" / book.name
    path.parent.mkdir()
    shutil.copyfile(book, path)
    return path


def by_command_line(*arguments: object) -> None:
    """Run a command that is to succeed."""
    assert main([str(each) for each in arguments]) == 0
