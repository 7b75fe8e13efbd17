"""Districts under toy_together.toml without joined firms, which 核验 does not recompute."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from permu_xl.schemes import load_file
from tests.places import DATA
from tests.workbook.odd_districts import district_book, save

OWN, YEAR = "together.toml", 2030


def together_alone() -> str:
    """Return the scheme without its groups."""
    text = (DATA / "toy_together.toml").read_text(encoding="utf-8")
    for section in (r"attributes\.group", "joint"):
        text = re.sub(rf"\[{section}\].*?\n\n", "", text, flags=re.DOTALL)
    return text


def together_firms(n: int, seed: int) -> list[dict[str, Any]]:
    """Return firms some of which are too small, make electricity, pause, or leave cells blank."""
    draw = np.random.default_rng(seed)

    def figure(high: int) -> float | None:
        return None if draw.random() < 0.08 else float(draw.integers(0, high))

    return [
        {
            "code": f"9121010000000{number:05d}",
            "name": f"{number}号厂",
            "industry": "4411" if draw.random() < 0.1 else "1310",
            "trade": str(draw.choice(["纺织", "其他"])),
            "land": float(draw.integers(2, 12)),
            "national": figure(60),
            "local": figure(30),
            "output": figure(400),
            "patents": figure(24),
            "bonus_labels": str(draw.choice(["", "", "示范", "失信", "示范、失信"])) or None,
            "pause": "是" if draw.random() < 0.1 else None,
            "polluting": "是" if draw.random() < 0.1 else None,
        }
        for number in range(1, n + 1)
    ]


def together_book(folder: Path, n: int, seed: int) -> Path:
    """Save a district that nobody has run, beside its scheme."""
    (folder / OWN).write_text(together_alone(), encoding="utf-8")
    scheme = load_file(folder / OWN)
    book = district_book(scheme, together_firms(n, seed), [], scheme_name=OWN, year=YEAR)
    return save(book, folder / "together.xlsx")
