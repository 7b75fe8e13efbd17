"""Districts under the scheme with every feature: tracks, units, groups, cut points, guards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl.workbook import Workbook

from permu_xl.schemes import load_file
from tests.places import DATA
from tests.workbook.odd_districts import Rows, district_book, odd_adjustments, save, shift

TRACKS = DATA / "toy_tracks.toml"
YEAR = 2030

_CHANGES = (
    ('help = "所在片区。"', 'default = "东区"\nhelp = "所在片区。"'),
    ('within = ["zone"]', 'within = ["zone", "village"]'),
    ('ties = { columns = ["sales"] }', 'ties = { columns = ["sales"] }\nwithin = ["trade"]'),
    (
        "[attributes.trade]",
        '[attributes.village]\nname = "村镇"\nhelp = "镇名。"\nclause = "二"\n\n[attributes.trade]',
    ),
    ('title = "某新区企业评价"', 'title = "某新区企业评价"\nscore_decimals = 1'),
    ('[bonus.labels."示范"]\npoints = 2', '[bonus.labels."示范"]\npoints = -3'),
    ('score = "average"', 'score = "average", zero_counts = true'),
    ('key = { columns = ["tax"] }', 'key = { scores = ["tax_per_mu", "sales_per_mu"] }'),
    ('letter = "T"\n', ""),
    (
        '[classes.T]\nname = "不适用类"\nmeaning = "不评价。"\nclause = "一"\n',
        "",
    ),
    ('T = "不变。"\n', ""),
)


def other_tracks() -> str:
    """Return the same scheme with other choices: more units, defaults, rounding, no class T."""
    text = TRACKS.read_text(encoding="utf-8")
    for old, new in _CHANGES:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


_INDUSTRIES: tuple[Any, ...] = (
    "1310", "C1462", 3421, "349", "3490", "3499", "34", "1711", "44", "4411", None, "c 3411",
)  # fmt: skip
_SIZES = ("规上", "规下", "规上", "规下", " 规上", "规 下", "规下\n")
_ZONES = ("东区", "西区", "东区", "西区 ", "东 区")
_VILLAGES = ("甲*镇", "乙镇", "乙镇", "乙 镇", 3, "?镇")
_YES_NO: tuple[Any, ...] = ("是", "否", "√", "×", True, False, 1, 0, None)
_LABELS: tuple[Any, ...] = (
    "示范", "标杆、示范", "示范 标杆", "名牌，老字号；名牌", "品质", "品质、标杆\n失信", "失信",
    "老字号\u3000品质", "、", None,
)  # fmt: skip
_FLAGS = ("accident", "remedied", "building", "utility", "off_policy")
_FIGURES = ("land", "tax", "sales", "energy", "waste")


def odd_track_firms(n: int, seed: int, *, labels: bool = True) -> list[dict[str, Any]]:
    """Firms of both tracks, many odd or alike; the first of each track is an ordinary one."""
    draw = np.random.default_rng(seed)

    def pick(choices: Sequence[Any]) -> Any:
        return choices[int(draw.integers(len(choices)))]

    figures = np.round(np.exp(draw.normal(4, 0.8, (n, len(_FIGURES)))), 1)
    firms: list[dict[str, Any]] = []
    for number, row in enumerate(figures.tolist()):
        cells: dict[str, Any] = {
            "code": f"9121010000000{number:05d}",
            "name": f"新区{number}厂",
            "start_date": dt.date(2015, 1, 1),
            "industry": pick(_INDUSTRIES),
            "size": pick(_SIZES),
            "zone": pick(_ZONES),
            "village": pick(_VILLAGES),
            "tenants": pick((None, 0, 1, 2, 5)),
            **dict(zip(_FIGURES, row, strict=True)),
        }
        # Near the baselines, so that the mirrored form gives more than 0.
        cells["energy"] = round(cells["energy"] / 25, 2)
        if number < 2:
            cells |= {"industry": "3421", "size": ("规上", "规下")[number], "included": "是"}
        else:
            _spoil(cells, firms, draw, pick, labels=labels)
        firms.append(cells)
    return firms


def _spoil(
    cells: dict[str, Any],
    others: list[dict[str, Any]],
    draw: np.random.Generator,
    pick: Callable[[Sequence[Any]], Any],
    *,
    labels: bool,
) -> None:
    """Give a firm what clerks leave out, mistype or repeat."""
    for key in _FIGURES:
        if draw.random() < 0.1:
            cells[key] = pick((None, 0, -20, "1,200", "３０", 0.5))
    if draw.random() < 0.3:
        cells["waste"] = pick((None, None, 0))
    if draw.random() < 0.1:
        cells["start_date"] = pick((dt.date(2030, 3, 1), "2029年12月31日", "2030.1.1", None))
    if draw.random() < 0.2:
        cells["included"] = pick(_YES_NO)
    for flag in _FLAGS:
        if draw.random() < 0.2:
            cells[flag] = pick(_YES_NO)
    if draw.random() < 0.2:
        cells["bonus_points"] = pick((1, -7, 0, "2", 9))
    if labels and draw.random() < 0.4:
        cells["bonus_labels"] = pick(_LABELS)
    if draw.random() < 0.25:
        same = others[int(draw.integers(len(others)))]
        kept = ("code", "name", "included", "industry", "start_date", "size", "zone", "village")
        cells.update({k: v for k, v in same.items() if k not in kept})
    if draw.random() < 0.15:
        cells["code"] = None


def track_book(folder: Path, text: str, n: int, seed: int, **options: Any) -> Path:
    """Save a workbook of odd firms under a scheme given as text; return its path."""
    (folder / "scheme.toml").write_text(text, encoding="utf-8")
    scheme = load_file(folder / "scheme.toml")
    firms = fitting(scheme.attributes, odd_track_firms(n, seed))
    last = fitting(scheme.attributes, odd_track_firms(n + 12, seed + 500, labels=False))
    book: Workbook = district_book(
        scheme, firms, last, odd_adjustments(firms, seed, scheme.letters),
        scheme_name="scheme.toml", year=YEAR, **options,
    )  # fmt: skip
    if seed % 2:
        shift(book)
    return save(book, folder / "in.xlsx")


def fitting(attributes: Mapping[str, Any], firms: Rows) -> list[dict[str, Any]]:
    """Return the firms without cells for attributes that the scheme does not have."""
    unknown = {"size", "zone", "village"} - set(attributes)
    return [{k: v for k, v in cells.items() if k not in unknown} for cells in firms]
