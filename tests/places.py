"""Where things are in a checkout, for tests that read them."""

from __future__ import annotations

from pathlib import Path

import permu_xl

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path(permu_xl.__file__).resolve().parent
DOCS = ROOT / "docs"
WORKBOOKS = ROOT / "workbook"
DATA = ROOT / "tests" / "data"
CASES = ROOT / "tests" / "cases"
SCHEMES = PACKAGE / "schemes" / "data"
