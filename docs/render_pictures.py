"""Render the main sheets of the example district to docs/pictures (needs LibreOffice and poppler).

Run by ``make pictures``; README and manual show the pictures.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from permu_xl.book import layout  # noqa: E402
from tests.office import render_pages  # noqa: E402

PICTURES = {
    layout.DATA: "data.png",
    layout.PARAMETERS: "parameters.png",
    layout.SCORES: "scores.png",
    layout.CLASSES: "classes.png",
    layout.FINDINGS: "findings.png",
    layout.SUMMARY: "summary.png",
    layout.PROOF: "proof.png",
}


def main() -> None:
    """Render the first page of each sheet."""
    book = ROOT / "workbook" / "example_district.xlsx"
    target = ROOT / "docs" / "pictures"
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pages = render_pages(book, Path(folder), list(PICTURES), 96)
        for sheet, name in PICTURES.items():
            (target / name).write_bytes(pages[sheet][0].read_bytes())
            print(f"{name}: {sheet}，共{len(pages[sheet])}页，取第1页")


if __name__ == "__main__":
    main()
