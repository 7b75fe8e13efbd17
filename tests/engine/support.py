"""What the engine's tests share: the case files, rosters and two schemes made for testing."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from permu_xl.engine.measuring.indicators import Values
from permu_xl.engine.model.roster import DECIDE, IN, OUT, Roster
from permu_xl.engine.model.scheme import (
    BaselineRule,
    Bonus,
    BonusLabel,
    ClassRule,
    Column,
    Indicator,
    Scheme,
    TwoStage,
)
from permu_xl.engine.scoring.score import indicator_scores
from permu_xl.findings.model import Finding
from permu_xl.schemes import load, load_file
from permu_xl.schemes.parsing.scheme import parse_scheme
from permu_xl.text.industry_code import normal_industry
from tests.places import CASES, DATA, SCHEMES

SHIPPED = SCHEMES / "shenyang_2021.toml"

Case = dict[str, str]

COLUMNS = ("land", "tax", "output", "revenue", "rd", "employees", "energy", "emission")
INDICATORS = (
    "tax_per_mu",
    "output_per_mu",
    "rd_intensity",
    "revenue_per_employee",
    "output_per_energy",
    "tax_per_emission",
)
IN_COLUMN = {"": DECIDE, "否": OUT, "是": IN}


def cases(name: str) -> list[Case]:
    """Return the rows of a case file; ``="0610"`` is how Excel is told to keep the zero."""
    with (CASES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for key, text in row.items():
            if text.startswith('="'):
                row[key] = text[2:-1]
    return rows


def each_case(name: str) -> pytest.MarkDecorator:
    """Run a test once for every row of a case file, as its argument ``case``."""
    rows = cases(name)
    return pytest.mark.parametrize("case", rows, ids=[row["案例编号"] for row in rows])


def each_district(name: str) -> pytest.MarkDecorator:
    """Run a test once for every group of rows with one case number, as ``district``."""
    groups = [list(rows) for _, rows in groupby(cases(name), key=lambda row: row["案例编号"])]
    return pytest.mark.parametrize("district", groups, ids=[g[0]["案例编号"] for g in groups])


def number(text: str) -> float:
    """Return the number in a cell; NaN where it is blank."""
    return float(text) if text else np.nan


def numbers(text: str) -> np.ndarray:
    """Return the numbers in a cell such as ``10;;30``; an empty cell is no firm at all."""
    return np.array([number(part) for part in text.split(";")] if text else [], dtype=float)


def column(rows: Iterable[Case], key: str) -> np.ndarray:
    """Return a number column of case rows."""
    return np.array([number(row[key]) for row in rows])


def places(findings: Iterable[Finding]) -> list[str]:
    """Return findings as ``1:E201`` (the row counted from 1), sorted."""
    return sorted(
        f"{'-' if found.row is None else found.row + 1}:{found.code}" for found in findings
    )


def by_code(findings: Iterable[Finding], *codes: str) -> list[Finding]:
    """Return the findings with one of these codes."""
    return [found for found in findings if found.code in codes]


def roster(*rows: Sequence[float | None], **columns: Any) -> Roster:
    """Build a roster from rows of the eight figures land, tax, ... emission."""
    table = np.array([list(row) for row in rows], dtype=float).reshape(len(rows), len(COLUMNS))
    figures = {id: table[:, k] for k, id in enumerate(COLUMNS)}
    return Roster.from_columns(figures, **columns)


def points_of(
    indicator: Indicator,
    values: Values,
    baseline: float,
    included: np.ndarray,
    decimals: int | None = None,
) -> np.ndarray:
    """Return the points for the values of a single indicator."""
    table = values.as_table()
    return indicator_scores((indicator,), table, np.array([[baseline]]), included, decimals)[0]


def manual(scheme: Scheme, *values: float) -> Scheme:
    """Return the scheme with manual baselines, one an indicator."""
    return scheme.with_indicators(
        tuple(
            replace(i, baseline=BaselineRule("manual", "current", i.baseline.clause, value))
            for i, value in zip(scheme.indicators, values, strict=True)
        )
    )


def plain_bonus(labels: Mapping[str, BonusLabel], cap: float | None = None) -> Bonus:
    """A bonus of labels alone."""
    return Bonus(labels, {}, (), cap, None, "五")


def two_stage(scheme: Scheme) -> TwoStage:
    """The class rule of a scheme with one track and the two-stage rule."""
    (track,) = scheme.tracks
    assert isinstance(track.rule, TwoStage)
    return track.rule


def with_rule(scheme: Scheme, rule: ClassRule) -> Scheme:
    """The scheme of one track with another class rule."""
    (track,) = scheme.tracks
    return replace(scheme, tracks=(replace(track, rule=rule),))


@cache
def score_scheme() -> Scheme:
    """The Shenyang scheme with scores given outright: an indicator's value is its score.

    The figures are ``x_ID`` over ``one`` and the baseline is the weight, so value / baseline x
    weight is the value.
    """
    base = load("shenyang_2021")
    indicators = tuple(
        replace(i, numerator=f"x_{i.id}", denominator="one", scale=1.0, missing=None)
        for i in base.indicators
    )
    columns = {
        id: Column(id, id, "", "测试", "测试", "测试")
        for id in ("one", *(i.numerator for i in indicators))
    }
    scheme = replace(base, columns=columns).with_indicators(indicators)
    return manual(scheme, *(i.weight for i in indicators))


def score_roster(scores: Sequence[Sequence[float]], **columns: Any) -> Roster:
    """Build a roster for ``score_scheme`` from rows of six scores."""
    table = np.array(scores, dtype=float).reshape(len(scores), len(INDICATORS))
    figures = {f"x_{id}": table[:, k] for k, id in enumerate(INDICATORS)}
    return Roster.from_columns(figures | {"one": np.ones(len(scores))}, **columns)


def shenyang() -> Scheme:
    """The shipped scheme."""
    return load("shenyang_2021")


def toy() -> Scheme:
    """A scheme unlike Shenyang's: three indicators of other columns, classes 甲 乙 丙."""
    return load_file(DATA / "toy.toml")


def shipped_values() -> dict[str, Any]:
    """The shipped file as TOML tables, to be changed at will."""
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"), parse_float=Decimal)


def parsed(values: dict[str, Any]) -> Scheme:
    """Parse tables as the file ``test.toml``."""
    return parse_scheme(values, "test.toml")


@cache
def known_industries() -> dict[str, str]:
    """The codes of GB/T 4754-2017 that ship with the schemes, with their names."""
    with (SCHEMES / "industries.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


@cache
def district() -> tuple[Roster, Roster]:
    """The district of district.csv, worked by hand: this year's roster and last year's."""
    rows = cases("district")
    this, last = ([row for row in rows if row["年份"] == year] for year in ("本年", "上年"))
    return _district(this), _district(last)


def _district(rows: list[Case]) -> Roster:
    chinese = ("用地", "税收", "产值", "收入", "研发", "人员", "能耗", "当量")
    known = known_industries()
    return Roster.from_columns(
        {id: column(rows, name) for id, name in zip(COLUMNS, chinese, strict=True)},
        names=[row["企业名称"] for row in rows],
        codes=[row["代码"] for row in rows],
        industries=[
            normal_industry(row["行业代码"], was_number=False, known=known)[0] for row in rows
        ],
        start_dates=np.array([row["投产日期"] or "NaT" for row in rows], dtype="datetime64[D]"),
        bonus_points=column(rows, "加分"),
        flags={"off_policy": [row["不符合产业政策"] == "是" for row in rows]},
    )


def toy_rosters() -> tuple[Roster, Roster]:
    """Five firms for ``toy``, and last year's two."""
    this = Roster.from_columns(
        {
            "sales": [300, 100, 60, 90, 50],
            "area": [100, 50, 40, 45, 100],
            "staff": [10, 10, 5, 15, 10],
            "water": [30, None, 20, 10, 50],
        },
        names=["一号", "二号", "三号", "四号", "五号"],
        bonus_points=[None, None, 2, None, None],
        bonus_labels=["", "", "示范", "", ""],
    )
    last = Roster.from_columns({"sales": [100, 200], "area": [50, 50]}, names=["一号", "二号"])
    return this, last


def pieces_scheme() -> Scheme:
    """A scheme of sums, a growth, a median, a mean of years, min-max, a limit, joined firms."""
    return load_file(DATA / "toy_pieces.toml")


PIECES = ("land", "national", "local", "power", "gas", "output", "staff")
"""The columns of ``pieces_scheme``."""


def pieces_rosters(**changes: Sequence[float | None]) -> tuple[Roster, Roster]:
    """Return six firms for ``pieces_scheme``, and last year's: see test_pieces for the arithmetic.

    甲 and 乙 are one group.  ``changes`` replace rows of this year.
    """
    rows: dict[str, Sequence[float | None]] = {
        "甲厂": (4, 20, None, 5, 1, 100, 10),
        "乙厂": (2, 20, 20, 10, 0, 80, 8),
        "丙厂": (10, 30, 20, 20, 2, 120, 10),
        "丁厂": (2.9, 500, 500, 1, 1, 900, 1),
        "戊厂": (3, 6, 0, 10, None, 30, 5),
        "己厂": (10, 10, 10, 10, 2, 120, 15),
    }
    last = {
        "甲厂": (4, 10, 6, 5, 1, 100, 12),
        "乙厂": (2, 4, 4, 5, 1, 60, 8),
        "丙厂": (10, 25, 25, 5, 1, 80, 10),
        "戊厂": (3, 3, None, 5, 1, 40, 5),
        "己厂": (10, 5, 5, 5, 1, 80, 10),
        "庚厂": (5, 10, 10, 5, 1, 40, 5),
        "丁厂": (2.9, 900, 900, 5, 1, 900, 1),
    }
    return _pieces(rows | changes), _pieces(last)


def _pieces(rows: Mapping[str, Sequence[float | None]]) -> Roster:
    table = np.array([list(row) for row in rows.values()], dtype=float)
    order = "甲乙丙丁戊己庚"
    return Roster.from_columns(
        {id: table[:, k] for k, id in enumerate(PIECES)},
        names=list(rows),
        codes=[f"K{order.index(name[0]) + 1}" for name in rows],
        attributes={"group": ["G" if name[0] in "甲乙" else "" for name in rows]},
    )


def tracks_scheme() -> Scheme:
    """A scheme that uses every piece: tracks, units, guards, all forms and rules."""
    return load_file(DATA / "toy_tracks.toml")


def tracks_rosters() -> tuple[Roster, Roster]:
    """Twelve firms for ``tracks_scheme``, and last year's three.

    Above size: 甲 to 戊 in the east, 己 and 庚 (a utility) in the west, 辛 makes electricity; below
    size: 子 to 卯, who need no zone.
    """
    marked = {
        "accident": ("甲厂", "乙厂"),
        "remedied": ("乙厂",),
        "building": ("戊厂",),
        "utility": ("庚厂",),
        "off_policy": ("子厂", "寅厂"),
    }
    names = [f"{stem}厂" for stem in "甲乙丙丁戊己庚辛子丑寅卯"]
    blank = [None] * 4
    labels = {"甲厂": "示范、标杆、名牌、老字号、品质", "乙厂": "失信", "丁厂": "品质"}
    this = Roster.from_columns(
        {
            "land": [10] * 12,
            "tax": [24, 10, 20, 30, -2, 10, 20, 99, 10, 20, 5, 2],
            "sales": [100, 100, 100, 100, 100, 50, 50, 100, 400, 200, None, 100],
            "energy": [1, 4, 12.5, 0, 5, 2, 2, 1, *blank],
            "waste": [10, 20, None, 30, 20, 5, None, 1, *blank],
            "tenants": [None, 4, 0, 1, 1, None, None, None, *blank],
        },
        names=names,
        codes=[f"K{k + 1:02d}" for k in range(12)],
        industries=["1310", "3411", "3499", "3421", "3441", "3411", "3460", "4411", *["1310"] * 4],
        bonus_points=[1 if name == "丁厂" else None for name in names],
        bonus_labels=[labels.get(name, "") for name in names],
        flags={id: [name in firms for name in names] for id, firms in marked.items()},
        attributes={
            "size": ["规上"] * 8 + ["规下"] * 4,
            "zone": ["东区"] * 5 + ["西区"] * 2 + ["东区"] + [""] * 4,
        },
    )
    last = Roster.from_columns(
        {"land": [40, 60, 1], "tax": [60, 40, 1000]},
        codes=["K01", "K09", "K08"],
        industries=["1310", "1310", "4411"],
        attributes={"size": ["规上", "规下", "规上"]},
    )
    return this, last


def rules_scheme() -> Scheme:
    """A scheme with the rules of other regions: floors, own shares, points, classes up and down."""
    return load_file(DATA / "toy_rules.toml")
