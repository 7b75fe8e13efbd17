"""How long the notices of a district take: a Word file a firm, then a PDF of each.

Whole processes; processor time includes LibreOffice's.
Usage: ``python benchmarks/notices.py [FIRMS] [pdf]`` (default 2000, without PDFs).
"""

from __future__ import annotations

import compileall
import sys
import tempfile
from pathlib import Path

from district import HERE, PERMU, Cost, cost


def told(what: str, files: int, found: Cost) -> None:
    """Print one row."""
    print(
        f"{what:<28}{files:>7}{found.wall:>9.1f}{found.processor:>9.1f}"
        f"{1000 * found.processor / files:>9.1f}",
        flush=True,
    )


def main(firms: int, pdf: bool) -> None:
    """Print one row each: all notices, those that have not changed, the PDFs."""
    compileall.compile_dir(HERE.parent / "permu_xl", quiet=1)
    print(f"{'':<28}{'files':>7}{'wall s':>9}{'cpu s':>9}{'cpu ms':>9}  (the last by file)")
    with tempfile.TemporaryDirectory(prefix="permu-xl-notices-") as folder:
        book, out = Path(folder) / "district.xlsx", Path(folder) / "notices"
        cost(sys.executable, HERE / "made_district.py", "clean", str(firms), book)
        command = [PERMU, "notices", book, "-o", out]
        told("Word files", firms, cost(*command))
        told("once more, none changed", firms, cost(*command))
        if pdf:
            told("PDFs by LibreOffice", firms, cost(*command, "--pdf"))
            assert len(list(out.glob("*.pdf"))) == firms


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main((numbers or [2000])[0], "pdf" in sys.argv[1:])
