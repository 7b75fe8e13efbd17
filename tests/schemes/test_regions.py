"""The regional schemes against what is published of them, and their case tables.

The literals are copied from the notices named in the files; the tables have the hand arithmetic.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import Any

import numpy as np
import pytest

from permu_xl.engine.model.scheme import CutPoints, Scheme, TwoStage
from permu_xl.schemes import DEFAULT, available, load
from permu_xl.schemes.files import layers, read, shipped_file
from permu_xl.schemes.manual.in_words import assumptions
from tests.engine.support import CASES, Case, cases
from tests.schemes.regions import evaluated, split, track_of

REGIONS = [id for id in available() if id != DEFAULT]


def _all_cases() -> list[Any]:
    return [
        pytest.param(id, list(rows), id=number)
        for id in REGIONS
        for number, rows in groupby(cases(id), key=lambda row: row["案例编号"])
    ]


@pytest.mark.parametrize(("id", "rows"), _all_cases())
def test_case(id: str, rows: list[Case]) -> None:
    scheme = load(id)
    members, e = evaluated(scheme, rows)
    ids = {indicator.name: k for k, indicator in enumerate(scheme.indicators)}
    for k, firm in enumerate(members):
        row = firm.row
        for name, points in split(row["应有得分"]):
            assert e.results[ids[name]].score[k] == pytest.approx(float(points)), (k, name)
        if row["应有总分"]:
            assert e.total[k] == pytest.approx(float(row["应有总分"])), k
        if row["应有分类"]:
            assert (e.final[k] or "不参评") == row["应有分类"], k


@pytest.mark.parametrize("id", available())
def test_every_scheme_has_its_table(id: str) -> None:
    assert (CASES / f"{id}.csv").is_file() or id == DEFAULT


@pytest.mark.parametrize("id", available())
def test_a_firm_at_every_baseline_has_full_marks(id: str) -> None:
    """100 points, or the sum of the weights in a scheme that does not make 100."""
    scheme = load(id)
    for track in scheme.tracks:
        row = dict.fromkeys(cases("anyang_2018")[0], "") | {"赛道": track.name, "户数": "1"}
        _, e = evaluated(scheme, [row | {"各项为基准的几倍": "1", "排名单元": "一区"}])
        assert e.total[0] == pytest.approx(21 if id == "older_mirrored" else 100)


# ---- what is published -------------------------------------------------------------------------


def weights(scheme: Scheme, track: str) -> dict[str, float]:
    found = (scheme.indicator(id) for id in track_of(scheme, track).indicators)
    return {indicator.name: indicator.weight for indicator in found}


def constants(scheme: Scheme, track: str) -> list[float | None]:
    return [scheme.indicator(id).baseline.manual for id in track_of(scheme, track).indicators]


def cut_points(scheme: Scheme, track: str = "") -> list[tuple[str, Fraction, bool]]:
    rule = track_of(scheme, track).rule
    assert isinstance(rule, CutPoints)
    return [(cut.letter, cut.up_to, cut.inclusive) for cut in rule.cuts]


def shares(*percents: int) -> list[tuple[str, Fraction, bool]]:
    """The cut points of A, B, ... with these upper ends, all inclusive, and the rest."""
    ends = [*(Fraction(p, 100) for p in percents), Fraction(1)]
    return [(letter, end, True) for letter, end in zip("ABCD", ends, strict=True)]


def two_stage(scheme: Scheme, track: str) -> TwoStage:
    rule = track_of(scheme, track).rule
    assert isinstance(rule, TwoStage)
    return rule


@pytest.mark.parametrize(
    ("id", "large", "small"),
    [
        ("huangyan_2022", [24.097, 136.16, 2.694, 4929.81, 18.14, 0.0302], [11.5932, 0.2352]),
        ("huangyan_2021", [26.01, 132.27, 2.54, 4861.08, 17.45, 0.0305], [16.601058, 0.236565]),
    ],
)
def test_huangyan(id: str, large: list[float], small: list[float]) -> None:
    scheme = load(id)
    assert list(weights(scheme, "规上").values()) == [30, 20, 20, 10, 10, 10]
    assert list(weights(scheme, "规下").values()) == [50, 50]
    assert constants(scheme, "规上") == large
    assert constants(scheme, "规下") == small
    rule = scheme.indicator("added_per_emission").missing
    assert rule is not None
    assert (rule.column, rule.score) == ("emission", "average")


def test_huaian() -> None:
    scheme = load("huaian_2024")
    assert list(weights(scheme, "").values()) == [45, 35, 20]
    assert [i.baseline.times for i in scheme.indicators] == [2, 2, 2]
    assert {(i.baseline.method, i.baseline.year) for i in scheme.indicators} == {
        ("mean", "previous")
    }
    assert cut_points(scheme) == shares(20, 60, 95)
    assert (scheme.scope.letter, scheme.scope.new_firm_years) == ("T", 2)


def test_anhui() -> None:
    scheme = load("anhui_city")
    assert list(weights(scheme, "规上").values()) == [45, 20, 15, 15, 5]
    assert list(weights(scheme, "规下").values()) == [100]
    assert cut_points(scheme, "规上") == cut_points(scheme, "规下") == shares(25, 70, 95)
    (group,) = scheme.ungraded
    treated = {c.letter: c.treated_as for c in scheme.classes}
    assert treated[group.letter] == "B"
    assert scheme.graded_letters == ("A", "B", "C", "D")


def test_changle() -> None:
    scheme = load("changle_2023")
    assert cut_points(scheme) == shares(20, 75, 95)
    veto, protection = scheme.guards
    assert (veto.limit, veto.letter, len(veto.when)) == ("at_best", "C", 5)
    assert (protection.limit, protection.letter) == ("at_worst", "C")
    assert protection.unless == veto.when


def test_wenling() -> None:
    scheme = load("wenling_2022")
    assert cut_points(scheme, "规上") == shares(20, 80, 95)
    assert cut_points(scheme, "规下") == shares(5, 75, 95)
    assert len(scheme.attributes["trade"].values) == 5
    assert {track.ranking.within for track in scheme.tracks} == {("trade",)}
    (count,) = scheme.bonus.counts
    assert (count.free, count.points) == (1, -5)
    assert scheme.bonus.labels["规下出租首户"].points == -10
    assert scheme.bonus.deduction_cap is None


@pytest.mark.parametrize(
    ("id", "track", "kind", "first", "last"),
    [
        (
            "anyang_2018", "规上", "scores",
            ["tax_per_mu", "rd_intensity"], ["output_per_energy", "tax_per_emission"],
        ),
        ("anyang_2018", "规下", "columns", ["tax"], ["tax"]),
        ("zhengzhou_2018", "", "values", ["tax_per_mu"], ["output_per_energy"]),
    ],
)  # fmt: skip
def test_henan(id: str, track: str, kind: str, first: list[str], last: list[str]) -> None:
    """前50%中重新排序取15%为A类，后50%中重新排序取10%为C类，其余B类。"""
    rule = two_stage(load(id), track)
    best, worst = rule.selections
    assert (rule.upper_share, best.share, worst.share) == (
        Fraction(1, 2), Fraction(15, 100), Fraction(10, 100),
    )  # fmt: skip
    assert (best.key.kind, list(best.key.ids)) == (kind, first)
    assert (worst.key.kind, list(worst.key.ids)) == (kind, last)
    assert (best.take, worst.take, best.letter, worst.letter) == ("first", "last", "A", "C")
    assert rule.remainder == "B"


def test_anyang_ranks_by_zone() -> None:
    """The published counts hold by zone; city-wide 235 firms would give A35 C24."""
    scheme = load("anyang_2018")
    rows = [row for row in cases("anyang_2018") if "A37、B176、C22" in row["手算过程"]]
    (number,) = {row["案例编号"] for row in rows}
    rows = [row for row in cases("anyang_2018") if row["案例编号"] == number]
    _, e = evaluated(scheme, rows)
    assert Counter(e.final) == {"A": 37, "B": 176, "C": 22}
    assert len(e.classes.units) == 7
    large, small = scheme.tracks
    city = replace(large, ranking=replace(large.ranking, within=()))
    _, e = evaluated(replace(scheme, tracks=(city, small)), rows)
    assert Counter(e.final) == {"A": 35, "B": 176, "C": 24}


def test_older() -> None:
    scheme = load("older_mirrored")
    assert scheme.full_marks == 21
    assert [(i.form, i.maximum) for i in scheme.indicators] == [
        ("ratio", 12), ("mirrored", 4), ("mirrored", 4), ("ratio", 5),
    ]  # fmt: skip
    rule = scheme.indicator("energy_fall").missing
    assert rule is not None
    assert (rule.score, rule.points) == ("penalty", 3)


def test_the_mirrored_form_of_the_weight_itself() -> None:
    """(2 - v/基准) × 权重，不低于0：在基准处得权重本身。"""
    scheme = load("older_mirrored")
    cod = replace(scheme.indicator("cod_per_added"), weight=10.0)
    others = tuple(i for i in scheme.indicators if i.id != cod.id)
    scheme = scheme.with_indicators((cod, *others))
    table = [row for row in cases("older_mirrored") if row["案例编号"] == "YZ-02"]
    _, e = evaluated(scheme, table)
    assert e.results[0].score == pytest.approx(np.array([20.0, 15.0, 10.0, 5.0, 0.0]))


# ---- nobody shall take an assumption for official ----------------------------------------------


@pytest.mark.parametrize("id", REGIONS)
def test_assumptions_are_told(id: str) -> None:
    scheme, file = load(id), shipped_file(id)
    found = assumptions(layers(read(file, file.name)))
    assert found
    assert "假定" in scheme.source
    assert "不是官方数值" in scheme.source
    assert all(text for text in found)


def test_the_city_in_anhui_is_not_named() -> None:
    text = shipped_file("anhui_city").read_text(encoding="utf-8")
    assert not [name for name in ("宣城", "广德", "滁州", "合肥", "芜湖") if name in text]
