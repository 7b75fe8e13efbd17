"""Render the pictures of README and manual to docs/pictures (needs LibreOffice and poppler).

The main sheets of the example district, and what the commands of the whole year make of it.
Run by ``make pictures``.
"""

# ruff: noqa: E402 - the date of the runs is set before anything asks for it
from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from permu_xl.reports.city.layout import CITY_AVERAGES, CITY_DECISIONS
from permu_xl.reports.comparison.layout import CHANGED_CLASSES
from permu_xl.reports.sensitivity.layout import SENSITIVITY

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["SOURCE_DATE_EPOCH"] = "1692500000"  # the date of the runs in the pictures

from permu_xl.cli.program import main as permu_xl
from permu_xl.cli.whole_year import play
from permu_xl.hosts.calc.setup.build import EXTENSION_FILE, extension
from permu_xl.hosts.calc.setup.installer import site_folders
from permu_xl.reports.notices.pdf import convert
from permu_xl.workbook import layout
from permu_xl.workbook.example.build import FUNCTIONS_FILE
from permu_xl.workbook.example.what_if import WHAT_IF_SHEET
from tests.office import Office, render_pages

TARGET = ROOT / "docs" / "pictures"
DPI = 96

EXAMPLE = {
    layout.DATA: "data.png",
    layout.PARAMETERS: "parameters.png",
    layout.SCORES: "scores.png",
    layout.CLASSES: "classes.png",
    layout.FINDINGS: "findings.png",
    layout.SUMMARY: "summary.png",
    layout.PROOF: "proof.png",
    layout.EVENTS: "events.png",
    layout.OBJECTIONS: "objections.png",
    layout.MOVES: "moves.png",
}
TELLING_PAGE = {"provenance.png": 12}
"""Where another page than the first shows what the sheet is about."""

YEAR: Mapping[str, Mapping[str, str]] = {
    "示例区2022.xlsx": {layout.PROVENANCE: "provenance.png"},
    "示例区2022-更正-变动.xlsx": {CHANGED_CLASSES: "compare.png"},
    "示例区2022-更正-敏感性.xlsx": {SENSITIVITY: "sensitivity.png"},
    "示例区2022-报市-上报.xlsx": {"公示": "publish.png", "上报表": "report.png"},
    "全市2022.xlsx": {CITY_AVERAGES: "city.png", CITY_DECISIONS: "decisions.png"},
}
NOTICE = "*示例芦野生物医药有限公司.docx"


def main() -> None:
    """Render a page of each sheet and of a notice."""
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, Office() as office:
        folder = Path(scratch)
        if play(folder / "年", permu_xl):
            raise SystemExit("the example of the whole year failed")
        books = {ROOT / "workbook" / "example_district.xlsx": EXAMPLE}
        books |= {folder / "年" / name: sheets for name, sheets in YEAR.items()}
        for book, pictures in books.items():
            pages = render_pages(book, folder, list(pictures), DPI, office=office)
            for sheet, name in pictures.items():
                page = TELLING_PAGE.get(name, 1)
                shutil.move(pages[sheet][page - 1], TARGET / name)
                print(f"{name}: {book.name} {sheet}，共{len(pages[sheet])}页，取第{page}页")
        (notice,) = (folder / "年" / "确认单").glob(NOTICE)
        (pdf,) = convert([notice])
        how = ("-png", "-r", str(DPI), "-f", "1", "-singlefile")
        subprocess.run(["pdftoppm", *how, pdf, TARGET / "notice"], check=True)
        imported(folder, office)
    what_if()


def imported(folder: Path, office: Office) -> None:
    """Render what an import of the departments' tables has to say, before anything is mended."""
    book = folder / "导入.xlsx"
    tables = sorted((ROOT / "workbook" / "departments").iterdir())
    permu_xl(
        ["import", "-o", str(book), *map(str, tables), "--year", "2022", "--district", "示例区"]
    )
    pages = render_pages(book, folder, [layout.FINDINGS], DPI, office=office)
    shutil.move(pages[layout.FINDINGS][0], TARGET / "import.png")


def what_if() -> None:
    """Render the sheet on which figures of a firm are changed, which needs the add-in."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        addin = folder / EXTENSION_FILE
        addin.write_bytes(extension(site_folders()))
        with Office(extension=addin) as office:
            book = ROOT / "workbook" / FUNCTIONS_FILE
            pages = render_pages(book, folder, [WHAT_IF_SHEET], DPI, office=office)
            shutil.move(pages[WHAT_IF_SHEET][0], TARGET / "what_if.png")


if __name__ == "__main__":
    main()
