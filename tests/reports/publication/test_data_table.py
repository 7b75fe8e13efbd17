"""数据公示: the figures before the evaluation, without a score; what waits for objections."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.reports.publication.sheets import REPORT_LIST
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from tests.reports.districts import body
from tests.workbook.districts import firm
from tests.workbook.registers import last_class, objection, registered

OUT = "数据公示.xlsx"


def published(path: Path, *options: str, status: int = 0) -> Path:
    out = path.with_name(OUT)
    words = ["publish", str(path), "--data", "-o", str(out), "--force", *options]
    assert main(words) == status
    return out


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "某区.xlsx"


def test_it_needs_neither_results_nor_last_years_figures(path: Path) -> None:
    firms = [firm(1), firm(2, land=None, tax=0.0), firm(3, industry="0810")]
    rows = body(published(registered(path, firms=firms, last_year=())), "数据公示")
    assert [row["企业名称"] for row in rows[:3]] == ["企业00001", "企业00002", "企业00003"]
    assert [row["用地面积（亩）"] for row in rows[:3]] == [10, "未填", 10]
    assert [row["实缴税收（万元）"] for row in rows[:3]] == [100, 0, 100]
    assert [row["是否参评"] for row in rows[:3]] == ["参评", "参评", "不参评"]
    assert "采矿" in str(rows[2]["说明"]) or "二" in str(rows[2]["说明"])
    assert not any("得分" in header or "分类" in header for header in rows[0])


def test_only_the_land_and_without_codes(path: Path) -> None:
    out = published(registered(path), "--items", "用地面积", "--no-codes")
    assert list(body(out, "数据公示")[0]) == [
        "序号", "企业名称", "用地面积（亩）", "是否参评", "说明",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "items",
    ["用地面积，实缴税收", "用地面积、实缴税收", "用地面积 实缴税收", "用地面积　，　实缴税收、"],
)
def test_items_are_parted_as_people_part_them(path: Path, items: str) -> None:
    out = published(registered(path), "--items", items, "--no-codes")
    assert list(body(out, "数据公示")[0]) == [
        "序号", "企业名称", "用地面积（亩）", "实缴税收（万元）", "是否参评", "说明",
    ]  # fmt: skip


def test_it_asks_for_objections(path: Path) -> None:
    rows = openpyxl.load_workbook(published(registered(path)))["数据公示"].iter_rows()
    texts = [cell.value for row in rows for cell in row if isinstance(cell.value, str)]
    assert any("数据有误的，请在公示期内以书面形式实名提出" in text for text in texts)


def test_a_figure_that_cannot_be_read_bars_it(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registered(path, firms=[firm(1, land="约三百")])
    published(path, status=1)
    assert "E401" in capsys.readouterr().out
    assert not path.with_name(OUT).exists()


@pytest.mark.parametrize(
    "options",
    [("--totals",), ("--confirmed",), ("--classes", "C"), ("--items", "面积"), ("--items", "，")],
)
def test_what_does_not_go_together(path: Path, options: tuple[str, ...]) -> None:
    published(registered(path), *options, status=2)
    assert main(["publish", str(path), "--items", "用地面积"]) == 2


def test_final_classes_wait_for_objections_and_first_ones_warn(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(registered(path, objections=[objection(1, "总产值", 8260)]), path)
    out = path.with_name("报.xlsx")
    assert main(["publish", str(path), "-o", str(out), "--confirmed"]) == 1
    said = capsys.readouterr().out
    assert "E288" in said
    assert "还有1条异议没有办结（企业00001）" in said
    assert not out.exists()
    assert main(["publish", str(path), "-o", str(out)]) == 0
    assert "还有1条异议没有办结" in capsys.readouterr().out
    decided = objection(1, "总产值", 8260, outcome="不采纳", decided="2023-7-18", by="甲")
    run(registered(path, objections=[decided]), path)
    assert main(["publish", str(path), "-o", str(out), "--confirmed", "--force"]) == 0
    assert "异议" not in capsys.readouterr().out


def test_last_years_classes_stand_beside_this_years(path: Path) -> None:
    """1 is A and the others are B (tests.workbook.test_moves)."""
    run(registered(path, classes=[last_class(1, "B"), last_class(2, "B")]), path)
    out = path.with_name("报.xlsx")
    assert main(["publish", str(path), "-o", str(out)]) == 0
    rows = body(out, REPORT_LIST)
    told = [(row["最终分类"], row["上年分类"], row["变动"]) for row in rows]
    assert told == [("A", "B", "上升"), ("B", "B", "不变"), ("B", None, None), ("B", None, None)]
    sheet = openpyxl.load_workbook(out)[layout.MOVES]
    assert [sheet.cell(layout.FIRST_ROW + 1, k).value for k in range(1, 9)] == [
        "B", 1, 1, 0, 0, 0, 0, 2,
    ]  # fmt: skip


def test_without_last_years_classes_nothing_is_said_of_them(path: Path) -> None:
    run(registered(path), path)
    out = path.with_name("报.xlsx")
    assert main(["publish", str(path), "-o", str(out)]) == 0
    assert layout.MOVES not in openpyxl.load_workbook(out).sheetnames
    assert "上年分类" not in body(out, REPORT_LIST)[0]
