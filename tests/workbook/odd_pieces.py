"""Districts under a scheme of sums, limits, medians and the way from worst to best."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.places import DATA
from tests.workbook.odd_districts import district_book, save

PIECES = DATA / "toy_pieces.toml"
YEAR = 2030
OWN = "pieces.toml"
COLUMNS = ("land", "national", "local", "power", "gas", "output", "staff")


def without_joined() -> str:
    """Return the scheme without joined firms, which 核验 does not recompute.

    Baselines by zone, so that medians and lowest values are those of groups as well.
    """
    text = PIECES.read_text(encoding="utf-8")
    joined, columns = text.index("[attributes.group]"), text.index("[columns.land]")
    zone = (
        '[attributes.zone]\nname = "片区"\nhelp = "所在片区。"\nvalues = ["东区", "西区"]\n'
        'default = "东区"\nclause = "二"\n\n'
    )
    text = text[:joined] + zone + text[columns:]
    # Of figures drawn by lot most fall: their median growth would be below 0 and no baseline.
    text = text.replace('"median", year = "current"', '"max", year = "current"')
    for method in ("median", "min"):
        text = text.replace(f'"{method}", year', f'"{method}", by = "zone", year', 1)
    return text.replace(
        'name = "用地不足3亩"\nfigure = "land"\nminimum = 3',
        'name = "用地不足3亩"\nfigure = "land"\nminimum = 3\ninclusive = false',
    ).replace('form = "min_max"', 'form = "min_max"\nstart = 0.2')


def pieces_firms(n: int, seed: int) -> list[dict[str, Any]]:
    """Return firms with whole figures, so that some are at the limit of 3 mu, and gaps."""
    draw = np.random.default_rng(seed)
    firms = []
    for number in range(1, n + 1):
        figures: list[float | None] = draw.integers(1, 60, len(COLUMNS)).astype(float).tolist()
        figures[0] = float(draw.integers(2, 12))
        figures = [None if draw.random() < 0.08 else figure for figure in figures]
        if number % 7 == 0:
            figures[1] = -5.0
        firms.append(
            {
                "code": f"9121010000000{number:05d}",
                "name": f"{number}号厂",
                "zone": [None, "东区", "西区"][int(draw.integers(3))],
                **dict(zip(COLUMNS, figures, strict=True)),
            }
        )
    return firms


def pieces_book(folder: Path, n: int, seed: int) -> Path:
    """Save a district that nobody has run, beside its scheme."""
    (folder / OWN).write_text(without_joined(), encoding="utf-8")
    from permu_xl.schemes import load_file

    scheme = load_file(folder / OWN)
    book = district_book(
        scheme, pieces_firms(n, seed), pieces_firms(n + 3, seed + 50), scheme_name=OWN, year=YEAR
    )
    return save(book, folder / "pieces.xlsx")
