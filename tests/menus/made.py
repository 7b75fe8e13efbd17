"""What the commands of the year make, read for comparison; and what the command line makes."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl

from permu_xl import cli

LEFT_OVER = "permu-xl-"
"""How the folders begin that must be gone."""


def cells(path: Path) -> dict[str, list[list[Any]]]:
    """Return every cell of every sheet."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def notices(folder: Path) -> dict[str, bytes]:
    """Return the text part of every notice in a folder, by file name."""
    found = {}
    for path in folder.glob("*.docx"):
        with zipfile.ZipFile(path) as file:
            found[path.name] = file.read("word/document.xml")
    return found


def by_command_line(*arguments: object) -> None:
    """Run a command that is to succeed."""
    assert cli.main([str(each) for each in arguments]) == 0
