"""Lists and the city's workbook for every scheme: letters, tracks and units follow the scheme."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from permu_xl.engine.model.scheme import Scheme
from permu_xl.reports.city.districts import gather
from permu_xl.reports.city.layout import CITY_DECISIONS
from permu_xl.reports.city.tables import standings
from permu_xl.reports.city.workbook import build_city
from permu_xl.reports.publication.firm_lists import chosen_letters, to_confirm, watched_letters
from permu_xl.reports.publication.sheets import NOTICE, Choices, build_publication
from permu_xl.reports.verification.outdated import stale
from permu_xl.reports.verification.verdict import judge
from permu_xl.schemes import available, load
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess, run
from permu_xl.workbook.reading.opened import open_workbook
from tests.reports.districts import body, edit, workbook
from tests.workbook.scheme_districts import scheme_firms


@pytest.mark.parametrize(
    ("scheme", "letters"),
    [
        ("shenyang_2021", "CD"),
        ("anyang_2018", "C"),
        ("zhengzhou_2018", "C"),
        ("huangyan_2022", "CD"),
        ("huaian_2024", "CD"),
        ("anhui_city", "CD"),
        ("wenling_2022", "CD"),
        ("older_mirrored", ["其他"]),
    ],
)
def test_the_classes_to_be_confirmed(scheme: str, letters: str | list[str]) -> None:
    assert watched_letters(load(scheme)) == tuple(letters)


def test_the_classes_a_user_names() -> None:
    assert chosen_letters(load(), "Ｄ、B") == ("B", "D")


def evaluable(scheme: Scheme, path: Path, name: str, seed: int) -> Path:
    """Save and run a district; where the scheme's rules find errors in it, another one."""
    for attempt in range(20):
        firms = scheme_firms(scheme, 24, seed + 100 * attempt)
        last = scheme_firms(scheme, 24, seed + 100 * attempt + 50)
        workbook(path, name, firms, last, scheme=scheme, year=scheme.valid_from.year + 1)
        if run(path, path).evaluation is not None:
            return path
    pytest.fail(f"no district of {scheme.id} without errors")


@pytest.mark.parametrize("id", available())
def test_every_scheme(id: str, tmp_path: Path) -> None:
    scheme = load(id)
    paths = [
        evaluable(scheme, tmp_path / f"{name}.xlsx", name, seed)
        for seed, name in enumerate(("甲区", "乙区"), start=1)
    ]
    city = gather(paths)
    assert city.missing == ()
    rows = standings(city.sound)
    for letter in scheme.letters:
        finals = [np.count_nonzero(e.final == letter) for _, e in city.sound]
        assert rows[-1].counts[letter] == sum(finals)
    assert rows[-1].classed == sum(rows[-1].counts.values())
    watched = watched_letters(scheme)
    out = tmp_path / "全市.xlsx"
    build_city(city, watched).save(out)
    listed = body(out, CITY_DECISIONS)
    assert len(listed) == sum(len(to_confirm(e, watched)) for _, e in city.sound)
    assert ("排名单元" in listed[0]) == layout.has_units(scheme)
    e = city.sound[0][1]
    build_publication("甲区", e, Choices()).save(out)
    order = [scheme.letters.index(row["分类"]) for row in body(out, NOTICE)]
    assert order == sorted(order)
    assert len(order) == np.count_nonzero(e.final != "")


@pytest.mark.parametrize("seed", range(4))
def test_any_changed_result_is_found(
    evaluated_districts: list[Path], tmp_path: Path, seed: int
) -> None:
    """A cell of 得分 or 分类结果 that tells a figure or class is changed anywhere."""
    draw = np.random.default_rng(seed)
    path = tmp_path / "甲区.xlsx"
    path.write_bytes(evaluated_districts[0].read_bytes())
    fields = layout.score_fields(load()) if seed % 2 else layout.class_fields(load())
    sheet = layout.SCORES if seed % 2 else layout.CLASSES
    column = int(draw.integers(1, len(fields)))
    row = layout.FIRST_ROW + int(draw.integers(10))
    before = openpyxl.load_workbook(path)[sheet].cell(row, column).value
    changed = before + 1e-6 if isinstance(before, (int, float)) else f"{before}?"
    edit(path, sheet, (row, column), changed)
    opened = open_workbook(path)
    outcome = assess(opened.book)
    (found,) = stale(outcome, judge(opened, outcome).differences, opened)
    assert (found.sheet, found.item) == (sheet, fields[column - 1].name)
    assert found.cell.endswith(str(row))
