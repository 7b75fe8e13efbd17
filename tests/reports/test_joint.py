"""A district with joined firms, sums, growth and limits through all that is made of a workbook.

The figures are those of tests/engine/test_pieces.py: 甲 and 乙 are one, A with 124 points.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from permu_xl.reports.city.districts import gather
from permu_xl.reports.city.tables import standings
from permu_xl.reports.comparison.compare import compare_books
from permu_xl.reports.notices.data import Noticing
from permu_xl.reports.publication.remarks import joint_remark
from permu_xl.reports.verification.verdict import judge
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess, run
from permu_xl.workbook.reading.opened import open_workbook
from tests.engine.support import PIECES, pieces_rosters
from tests.places import DATA
from tests.reports.districts import body, edit, evaluated, workbook

SCHEME = DATA / "toy_pieces.toml"


def rows(last: bool, **changes: Any) -> Iterator[dict[str, Any]]:
    firms = pieces_rosters(**changes)[last]
    groups = firms.attributes["group"]
    for k in range(firms.size):
        cells = {id: float(firms.numbers[id][k]) for id in PIECES}
        yield {
            "code": f"9121010000000{int(str(firms.codes[k])[1:]):05d}",
            "name": str(firms.names[k]),
            "group": groups.values[groups.index[k]] or None,
            **{id: None if value != value else value for id, value in cells.items()},
        }


def district(path: Path, **changes: Any) -> Path:
    from permu_xl.schemes import load_file

    path.parent.mkdir(exist_ok=True)
    (path.parent / SCHEME.name).write_bytes(SCHEME.read_bytes())
    scheme = load_file(SCHEME)
    firms, last = list(rows(False, **changes)), list(rows(True))
    workbook(path, "某区", firms, last, scheme=scheme, year=2030)
    edit(path, layout.PARAMETERS, layout.parameter_cell("scheme"), SCHEME.name)
    return evaluated(path)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return district(tmp_path_factory.mktemp("joint") / "甲.xlsx")


def test_every_member_has_its_row(book: Path) -> None:
    classes = body(book, layout.CLASSES)[:6]
    assert [row["最终分类"] for row in classes] == ["A", "A", "B", "不参评", "C", "B"]
    assert [row["总分排名"] for row in classes] == [1, 1, 2, None, 4, 2]
    assert [row["总分"] for row in classes] == pytest.approx([124, 124, 62, None, 46, 62])
    assert classes[1]["判定依据"].endswith("；与甲厂合并评价（一3）")
    assert classes[3]["判定依据"] == "用地2.9亩，用地不足3亩，不纳入评价（一2）"
    scores = body(book, layout.SCORES)[:6]
    assert scores[0]["提示"].startswith("与乙厂合并评价（一3），指标和得分按合计")
    assert scores[1]["亩均税收增长率（%）"] == pytest.approx(150)


def test_the_sheets_are_verified(book: Path) -> None:
    opened = open_workbook(book)
    verdict = judge(opened, assess(opened.book))
    assert verdict.agrees, [check.text for check in verdict.checks]


def test_the_proof_says_what_it_does_not_do(book: Path) -> None:
    sheet = openpyxl.load_workbook(book)[layout.PROOF]
    shown = str(sheet.cell(*layout.proof_cell("test_all")).value)
    assert "合并评价的企业" in shown
    assert "permu-xl verify" in shown


def test_each_member_has_a_notice_with_its_own_figures(book: Path) -> None:
    e = assess(open_workbook(book).book).evaluation
    assert e is not None
    noticing = Noticing(e, "某区")
    first, second = noticing.notice(0), noticing.notice(1)
    assert (first.total, second.total) == ("124.00", "124.00")
    assert [f.value for f in first.figures[:3]] == ["4.00", "20.00", "未填"]
    assert [f.value for f in second.figures[:3]] == ["2.00", "20.00", "20.00"]
    assert "与甲厂合并评价" in second.notes
    assert first.ranked == "4"


def test_the_public_list_tells_who_is_joined(book: Path) -> None:
    e = assess(open_workbook(book).book).evaluation
    assert e is not None
    assert joint_remark(e) == (
        "注：下列企业合并评价，同组的名次、分类相同，名次、名额算一户：甲厂、乙厂。"
    )


def test_the_city_counts_firms(book: Path) -> None:
    city = gather([book])
    assert not [f.problem for f in city.findings if f.code.startswith("E")]
    (own, _) = standings(city.sound)
    assert (own.firms, own.classed, own.counts["A"]) == (6, 5, 2)
    assert own.area == pytest.approx(29)  # 4 + 2 + 10 + 3 + 10


def test_compare_finds_the_member_that_moved_the_group(book: Path, tmp_path: Path) -> None:
    # With 乙's figures the group has 20 of tax on 6 mu, the worst use of energy, no growth:
    # 33.3 + 0 + 0 + 0 + 6.1 points, less than 戊's 46.
    other = district(tmp_path / "新" / "甲.xlsx", 乙厂=(2, 0, 0, 60, 0, 10, 8))
    found = compare_books(book, other)
    moved = {change.firm.name: change for change in found.classes}
    for name in ("甲厂", "乙厂"):
        assert (moved[name].firm.old.letters[1], moved[name].firm.new.letters[1]) == ("A", "C")
    assert [moved[name].firm.own for name in ("甲厂", "乙厂")] == [False, True]
    assert moved["甲厂"].cause.text.startswith("合并评价的乙厂数据改了，")
    assert moved["乙厂"].cause.text.startswith("本企业数据改了：国税由20改为0、")
    assert "（因甲厂等合并评价的企业的本年数据）" in moved["己厂"].cause.text


def test_an_adjustment_of_one_member_is_everybodys(tmp_path: Path) -> None:
    path = district(tmp_path / "调" / "甲.xlsx")
    filled = openpyxl.load_workbook(path)
    sheet = filled[layout.ADJUSTMENTS]
    for column, value in enumerate(("912101000000000002", "乙厂", "C", "核实", "纪要"), 1):
        sheet.cell(layout.FIRST_ROW, column).value = value
    filled.save(path)
    assert run(path, path).evaluation is not None
    classes = body(path, layout.CLASSES)[:3]
    assert [row["最终分类"] for row in classes] == ["C", "C", "B"]
