"""The proof sheet in a real spreadsheet: all TRUE for right results, whatever clerks type.

The results come from the program; the formulas of 核验 work them out again without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from permu_xl.schemes import load_file
from permu_xl.workbook import layout
from tests.office import Office
from tests.workbook.districts import firm, spread_firms
from tests.workbook.odd_districts import (
    OVERLAY,
    district_book,
    odd_adjustments,
    odd_firms,
    save,
    shift,
)
from tests.workbook.proof.proving import OWN, SHENYANG, TOY, proved, spoken, toy_firms

needs_office = pytest.mark.office


@needs_office
@pytest.mark.parametrize(("n", "seed"), [(1, 7), (5, 2), (70, 6), (120, 15)])
def test_odd_districts_are_proved(office: Office, tmp_path: Path, n: int, seed: int) -> None:
    (tmp_path / OWN).write_text(OVERLAY, encoding="utf-8")
    scheme = load_file(tmp_path / OWN)
    # At least one firm must take part, whatever the others look like.
    firms = [firm(90000, included="是"), *odd_firms(n, seed, labels=True)][:n]
    book = district_book(
        scheme,
        firms,
        odd_firms(n + 9, seed + 1000, labels=False),
        odd_adjustments(firms, seed, scheme.letters),
        scheme_name=OWN,
        parameters={("tax_per_emission", "method"): "最高值 ", ("tax_per_mu", "weight"): "３０"},
        year="２０２２年",
    )
    if seed % 2:
        shift(book)
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        assert all(result is True for result in p.named().values()), p.named()
        assert p.document.errors(layout.PROOF) == {}


@needs_office
def test_a_plain_district_without_last_year(office: Office, tmp_path: Path) -> None:
    manual = {
        (i.id, key): value
        for i in SHENYANG.indicators[:-1]
        for key, value in (("method", "人工核定"), ("manual", 3.5))
    }
    book = district_book(SHENYANG, spread_firms(30), [], parameters=manual)
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        assert p.failing() == set()
        # A last year that appears later would give other figures on 基准值.
        row = layout.FIRST_ROW
        assert spoken(p.found(layout.PREVIOUS, f"C{row}", "某厂"), "baselines")


@needs_office
def test_nobody_with_emissions_needs_no_baseline(office: Office, tmp_path: Path) -> None:
    firms = [{**cells, "emission": None} for cells in spread_firms(12)]
    book = district_book(SHENYANG, firms, spread_firms(12, 2))
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        assert p.failing() == set()
        # The only firm to report would be the baseline itself and keep its 15 points.
        assert spoken(p.found(*p.input(3, "emission"), 5), "baselines", "indicators")


METHODS = ("总量法", "企业均值", "最高值", "人工核定")
YEARS = ("previous", "current")


@needs_office
@pytest.mark.parametrize("turn", range(len(METHODS)))
def test_every_method_and_year(office: Office, tmp_path: Path, turn: int) -> None:
    """Every method for every indicator, half of the indicators by one year, half by the other."""
    ids = [i.id for i in SHENYANG.indicators]
    methods = {id: METHODS[(k + turn) % len(METHODS)] for k, id in enumerate(ids)}
    years = {id: YEARS[(k // len(METHODS) + k + turn // 2) % 2] for k, id in enumerate(ids)}
    text = 'extends = "shenyang_2021"\nid = "ours"\ntitle = "本区"\n'
    text += "".join(f'[indicators.{id}.baseline]\nyear = "{years[id]}"\n' for id in ids)
    (tmp_path / OWN).write_text(text, encoding="utf-8")
    parameters = {
        (id, key): value
        for id, method in methods.items()
        for key, value in (("method", method), ("manual", 2.5 if method == "人工核定" else None))
    }
    book = district_book(
        load_file(tmp_path / OWN),
        odd_firms(25, 5, labels=False),
        odd_firms(30, 6, labels=False),
        scheme_name=OWN,
        parameters=parameters,
    )
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        assert p.failing() == set()
        for indicator in p.book.scheme.indicators:
            other = "企业均值" if methods[indicator.id] != "企业均值" else "总量法"
            cell = p.parameter(indicator.id, "method")
            assert spoken(p.found(*cell, other), "baselines"), indicator.id


@needs_office
@pytest.mark.parametrize("n", [1, 33])
def test_a_scheme_of_another_kind(office: Office, tmp_path: Path, n: int) -> None:
    # Three indicators, classes 甲 乙 丙, rounded scores, an upper part of 40 %, no scope rules.
    (tmp_path / "toy.toml").write_bytes(TOY.read_bytes())
    scheme = load_file(TOY)
    book = district_book(
        scheme, toy_firms(n), toy_firms(n + 3),
        [{"name": "0号企业", "letter": "丙", "reason": "会议", "document": "纪要"}],
        scheme_name="toy.toml", year=2030,
    )  # fmt: skip
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        assert p.failing() == set()
        assert spoken(p.found(*p.result(layout.CLASSES, "proposed", 0), "X"), "classes", "quotas")
        assert spoken(p.found(*p.input(0, "sales"), 1e6), "indicators", "scores", "totals")


@needs_office
@pytest.mark.parametrize("named", [False, True])
def test_ties_across_every_line(office: Office, tmp_path: Path, named: bool) -> None:
    # Twenty firms of three kinds: every line falls among equals, so that the codes decide; without
    # codes the names, which a spreadsheet would sort in another way than by their characters.
    kinds = ({"tax": 100.0}, {"tax": 300.0}, {"tax": 100.0, "energy": 100.0})
    names = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
    firms = []
    for k in np.random.default_rng(4).permutation(20).tolist():
        identity: dict[str, Any] = {"name": f"{names[k]}氏", "code": None} if named else {}
        firms.append(firm(k + 1, **identity, **kinds[k % 3]))
    book = district_book(SHENYANG, firms, firms)
    with proved(office, save(book, tmp_path / "in.xlsx")) as p:
        (unit,) = p.evaluation.classes.units
        (half,) = unit.cuts
        assert half.tied
        assert all(picked.cut.tied for picked in unit.picked)
        assert p.failing() == set()
        # Two equal firms that change places: only the order of ties can tell.
        above, below = (p.result(layout.CLASSES, "half", x) for x in (half.above, half.below))
        with p.changed(*above, "后50%"), p.changed(*below, "前50%"):
            assert p.failing() == {"test_halves", "test_all"}
