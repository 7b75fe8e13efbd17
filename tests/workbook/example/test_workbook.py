"""The example district: nobody real, no error, and every case that it promises."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.workbook import Workbook
from stdnum.cn import uscc

from permu_xl.engine.checks.adjustments import check_adjustments
from permu_xl.engine.checks.events import check_events
from permu_xl.engine.checks.figures import check_rosters
from permu_xl.engine.checks.objections import check_objections
from permu_xl.engine.checks.outcome import check_validity, review
from permu_xl.engine.evaluation import (
    Evaluation,
    evaluate,
)
from permu_xl.engine.firms.scope import (
    EXCLUDED_INDUSTRY,
    KEPT_OUT,
    LET_IN,
    NEW_FIRM,
)
from permu_xl.engine.measuring.indicators import (
    BAD_DENOMINATOR,
    NEGATIVE,
)
from permu_xl.engine.ranking.classes import (
    LOWER,
    UPPER,
)
from permu_xl.engine.scoring.results import (
    FULL_WITHOUT,
    ZERO_WITHOUT,
)
from permu_xl.findings.kinds import Level
from permu_xl.findings.model import Finding
from permu_xl.schemes import industries, load
from permu_xl.workbook import layout
from permu_xl.workbook.assessment import assess
from permu_xl.workbook.example.build import EXAMPLE_FILE, FUNCTIONS_FILE, TEMPLATE_FILE, main
from permu_xl.workbook.example.workbook import (
    DISTRICT,
    MARK,
    YEAR,
    build_example,
    build_last_year,
)
from permu_xl.workbook.reading.opened import read_book
from permu_xl.workbook.template.workbook import save_workbook
from tests.office import Office


@dataclass(frozen=True)
class Example:
    workbook: Workbook
    path: Path
    evaluation: Evaluation
    findings: tuple[Finding, ...]

    def firm(self, remark: str) -> int:
        """Return the position of the only firm with this text in its remark."""
        (found,) = self.firms(remark)
        return found

    def firms(self, remark: str) -> list[int]:
        fields = layout.data_fields(self.evaluation.scheme)
        column = [field.key for field in fields].index("remark") + 1
        sheet = self.workbook[layout.DATA]
        return [
            row - layout.FIRST_ROW
            for row in range(layout.FIRST_ROW, sheet.max_row + 1)
            if remark in str(sheet.cell(row, column).value or "")
        ]

    def status(self, indicator: str, firm: int) -> int:
        (result,) = (r for r in self.evaluation.results if r.indicator.id == indicator)
        return int(result.status[firm])

    def codes(self, firm: int) -> set[str]:
        name = self.evaluation.roster.names[firm]
        return {f.code for f in self.findings if f.firm_name == name and f.table != "previous"}


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    workbook = build_example()
    path = tmp_path_factory.mktemp("example") / "example.xlsx"
    save_workbook(workbook, path)
    book = read_book(path)
    assert book.previous is not None
    assert book.adjustments is not None
    roster, previous = book.current.roster, book.previous.roster
    adjustments, year = book.adjustments.adjustments, book.parameters.year
    evaluation = evaluate(book.scheme, roster, previous, year=year, adjustments=adjustments)
    findings = (
        *book.findings,
        *check_validity(book.scheme, year),
        *check_rosters(
            book.scheme,
            roster,
            previous,
            year=year,
            industries=industries(),
            events=book.firm_events,
        ),
        *check_adjustments(book.scheme, roster, adjustments, year=year),
        *check_events(book.firm_events, roster, previous, year=year),
        *check_objections(book.registered, book.scheme, roster),
        *review(evaluation),
    )
    return Example(workbook, path, evaluation, findings)


def test_there_is_no_error(example: Example) -> None:
    assert not [f for f in example.findings if f.level is Level.ERROR]


def test_size_and_spread(example: Example) -> None:
    e = example.evaluation
    assert e.previous is not None
    assert (e.roster.size, e.previous.size, e.participants) == (118, 117, 109)
    totals = e.total[e.included]
    assert totals.min() < 20
    assert totals.max() > 105
    assert 60 < np.median(totals) < 85
    assert {letter: e.count(letter) for letter in e.scheme.letters} == {
        "A": 16, "B": 82, "C": 10, "D": 1,
    }  # fmt: skip


def test_everything_says_that_it_is_invented(example: Example) -> None:
    for sheet in example.workbook.worksheets:
        assert MARK in str(sheet["A1"].value), sheet.title
        assert "编造" in str(sheet["A2"].value)
    assert "虚构" in DISTRICT
    e = example.evaluation
    assert e.previous is not None
    for name in (*e.roster.names, *e.previous.names):
        assert name.startswith("示例")


def test_credit_codes_are_valid_but_of_no_real_place(example: Example) -> None:
    faulty = example.firm("校验位不对")
    codes = list(example.evaluation.roster.codes)
    for firm, code in enumerate(codes):
        if code:
            assert code.startswith("91990000")
            assert uscc.is_valid(code) == (firm != faulty)
    assert max(Counter(code for code in codes if code).values()) == 1


def test_excluded_industries(example: Example) -> None:
    e = example.evaluation
    out = np.flatnonzero(e.participation.reason == EXCLUDED_INDUSTRY)
    codes = {e.roster.industries.values[e.roster.industries.index[firm]] for firm in out}
    assert codes == {"0810", "0610", "4420", "4430", "4511", "4610", "4620"}
    assert e.included[example.firm("火力发电")]


def test_young_firms_and_the_column_that_overrides(example: Example) -> None:
    e = example.evaluation
    assert e.participation.reason[example.firm("投产未满2年：暂不参评")] == NEW_FIRM
    assert e.participation.reason[example.firm("是否参评填“是”")] == LET_IN
    assert e.participation.reason[example.firm("是否参评填“否”")] == KEPT_OUT


def test_every_figure_is_blank_once(example: Example) -> None:
    for column in load().columns.values():
        assert np.isnan(example.evaluation.roster.number(column.id)).any(), column.id
    warned = {f.item for f in example.findings if f.code == "W225"}
    assert warned == {c.name for c in load().columns.values() if c.id != "emission"}


def test_emissions_and_taxes(example: Example) -> None:
    indicator = "tax_per_emission"
    for remark in ("没有排放当量、有税收", "排放当量填0"):
        assert example.status(indicator, example.firm(remark)) == FULL_WITHOUT
    assert example.status(indicator, example.firm("税收也空白")) == ZERO_WITHOUT
    refunded = example.firm("实缴税收为负")
    assert example.status(indicator, refunded) == NEGATIVE
    assert example.status("tax_per_mu", refunded) == NEGATIVE
    assert BAD_DENOMINATOR not in example.evaluation.results[0].status


def test_bonus_points(example: Example) -> None:
    e = example.evaluation
    bonus = {float(points) for points in e.bonus.total if points}
    assert bonus == {2.0, -3.0}


def test_off_policy_inside_and_outside_the_list(example: Example) -> None:
    e = example.evaluation
    inside, outside = example.firm("且列入C/D类名单"), example.firm("但不在C/D类名单")
    assert (e.proposed[inside], e.final[inside], e.classes.section[inside]) == ("D", "D", LOWER)
    assert e.proposed[outside] == "B"
    assert "H304" in example.codes(outside)


def test_adjusted_classes(example: Example) -> None:
    e = example.evaluation
    changes = {
        (str(e.proposed[firm]), str(e.final[firm])) for firm in np.flatnonzero(e.adjusted_by >= 0)
    }
    assert changes == {("C", "B"), ("B", "C")}
    for adjustment in e.adjustments:
        assert adjustment.reason
        assert adjustment.document
        assert isinstance(adjustment.date, dt.date)


def test_a_tie_across_the_cut_line(example: Example) -> None:
    e = example.evaluation
    twins = example.firms("数据完全相同")
    assert len(twins) == 2
    assert e.total[twins[0]] == e.total[twins[1]]
    assert {str(e.proposed[firm]) for firm in twins} == {"B", "C"}
    (cut,) = (p.cut for p in e.classes.units[0].picked if p.cut.tied)
    assert {cut.above, cut.below} == set(twins)
    assert [f.code for f in example.findings].count("W303") == 1
    assert (e.classes.section == UPPER).sum() == 54


def test_ways_of_writing(example: Example) -> None:
    e, sheet = example.evaluation, example.workbook[layout.DATA]
    fields = [field.key for field in layout.data_fields(e.scheme)]

    def cell(remark: str, key: str) -> object:
        return sheet.cell(example.firm(remark) + layout.FIRST_ROW, fields.index(key) + 1).value

    assert "," in str(cell("带千分位的文本", "output"))
    assert "．" in str(cell("全角数字", "revenue"))
    for remark in ("带千分位的文本", "全角数字"):
        assert "H402" in example.codes(example.firm(remark))
    written = [
        cell(remark, "start_date") for remark in ("写成年月日", "用点隔开", "用斜线", "八位数字")
    ]
    assert [type(value) for value in written] == [str, str, str, int]
    for remark in ("写成年月日", "用点隔开", "用斜线", "八位数字"):
        assert not np.isnat(e.roster.start_dates[example.firm(remark)])
    assert str(cell("门类字母", "industry")).startswith("C")
    assert cell("填成610", "industry") == 610


@pytest.mark.parametrize(
    ("remark", "code"),
    [
        ("没有统一社会信用代码", "W204"),
        ("校验位不对", "W206"),
        ("低于2000万元", "H226"),
        ("研发经费高于主营业务收入", "W224"),
        ("综合能耗按千克", "W243"),
        ("填成610", "H408"),
    ],
)
def test_findings_about_single_firms(example: Example, remark: str, code: str) -> None:
    assert code in example.codes(example.firm(remark))


def test_firms_that_left_and_came(example: Example) -> None:
    e = example.evaluation
    assert e.previous is not None
    # Of four one was closed, one moved away, one was absorbed; the last is not explained.
    assert [f.code for f in example.findings].count("H242") == 1
    before, now = set(e.previous.identity()), set(e.roster.identity())
    assert len(before - now) == 4
    assert len(now - before) == 5


def test_every_kind_of_event_fits(example: Example) -> None:
    sheet = openpyxl.load_workbook(example.path)[layout.EVENTS]
    kinds = [sheet.cell(row, 1).value for row in range(layout.FIRST_ROW, sheet.max_row + 1)]
    assert {kind for kind in kinds if kind} == {
        "新设", "迁入", "迁出", "注销", "分立", "合并", "更名",
    }  # fmt: skip
    assert not [f for f in example.findings if f.code.startswith("W26")]


def test_last_years_classes_are_those_of_last_years_workbook(
    example: Example, tmp_path: Path
) -> None:
    last = tmp_path / "上年.xlsx"
    save_workbook(build_last_year(), last)
    e = assess(read_book(last)).evaluation
    assert e is not None
    told = read_book(example.path).last_classes
    assert told is not None
    assert [(x.code, x.name, x.letter) for x in told.entries] == [
        (code, name, str(letter) or layout.NOT_EVALUATED)
        for (code, name), letter in zip(e.roster.keys(), e.final, strict=True)
    ]


def test_two_objections_are_open(example: Example) -> None:
    assert [f.item for f in example.findings if f.code == "W281"] == ["综合能耗", "总产值"]


def test_the_outlier_warning_stays_silent(example: Example) -> None:
    assert "W301" not in {f.code for f in example.findings}


def test_building_twice_gives_the_same_bytes(example: Example, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    save_workbook(build_example(), again)
    assert again.read_bytes() == example.path.read_bytes()


def test_build_writes_all_workbooks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "out")]) == 0
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {TEMPLATE_FILE, EXAMPLE_FILE, FUNCTIONS_FILE}
    template = openpyxl.load_workbook(tmp_path / "out" / TEMPLATE_FILE)
    assert template.sheetnames == list(layout.SHEETS)
    assert main([]) == 2
    assert "用法" in capsys.readouterr().err


@pytest.mark.office
def test_the_example_opens_in_libreoffice(office: Office, example: Example) -> None:
    with office.open(example.path) as book:
        book.recalculate()
        assert not any(book.errors(title) for title in layout.SHEETS)
        title = f"{MARK}{DISTRICT}{YEAR}年度亩均综合评价　原始数据"
        assert book.values(layout.DATA, "A1") == [[title]]
