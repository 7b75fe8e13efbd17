"""Gnumeric's engine, by its converter."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

from tests.engines import installed

CALL_SECONDS = 120.0


def sheet_texts(path: Path, sheet: str, folder: Path) -> list[list[str]]:
    """Calculate a workbook and return the texts of a sheet by row.

    Only a text is written: Gnumeric takes twenty times as long over an .xlsx.
    """
    target = folder / "gnumeric.csv"
    options = ["--recalc", "-T", "Gnumeric_stf:stf_assistant", "-O", f"sheet={sheet}"]
    convert(path, target, *options)
    with target.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def convert(path: Path, target: Path, *options: str) -> None:
    """Let Gnumeric open a file and save it as another."""
    subprocess.run(
        [installed.gnumeric(), *options, path, target],
        check=True, capture_output=True, timeout=CALL_SECONDS,
    )  # fmt: skip
