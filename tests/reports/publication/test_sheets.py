"""公示, 上报表 and 分类名单: who is on them, in what order, and what is left out."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.reports.city.layout import CITY_DECISIONS
from permu_xl.reports.publication.sheets import NOTICE, REPORT, REPORT_LIST
from permu_xl.workbook import layout
from tests.reports.districts import body, code, edit, evaluated, ten, workbook


def texts(path: Path, sheet: str) -> list[str]:
    """Return all texts of a sheet."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [cell for row in rows for cell in row if isinstance(cell, str)]


def published(book: Path, *options: str) -> Path:
    out = book.with_name("报.xlsx")
    assert main(["publish", str(book), "-o", str(out), "--force", *options]) == 0
    return out


def test_the_public_list_is_by_class_and_rank(districts: list[Path]) -> None:
    out = published(districts[0])
    rows = body(out, NOTICE)
    # Tax decides the totals: firm 10 is first.  A are 10 and 9, C is firm 1.
    assert [row["企业名称"] for row in rows] == [f"甲区第{i}厂" for i in range(10, 0, -1)]
    assert "".join(row["分类"] for row in rows) == "AABBBBBBBC"
    assert [row["总分排名"] for row in rows] == list(range(1, 11))
    assert rows[0]["统一社会信用代码"] == code(0, 10)
    assert "总分" not in rows[0]
    assert any("C类、D类为初步名单" in text for text in texts(out, NOTICE))


def test_what_the_public_list_may_leave_out_or_show(districts: list[Path]) -> None:
    out = published(districts[0], "--no-codes", "--totals", "--confirmed")
    row = body(out, NOTICE)[0]
    assert "统一社会信用代码" not in row
    # Firm 10: 20 / 11 x 30 capped at 36, emission 15, the others 55.
    assert row["总分"] == pytest.approx(106)
    assert not any("初步" in text for text in texts(out, NOTICE))
    assert all(code(0, i) not in text for text in texts(out, NOTICE) for i in range(1, 11))


def test_the_public_list_says_its_order_and_why_rank_and_class_differ(
    districts: list[Path],
) -> None:
    # Reading R16: equal totals by the key of A, then by code; 二（二） on how classes are picked.
    last = texts(published(districts[0]), NOTICE)[-5:-3]
    assert last == [
        "按分类和总分排名排列；总分相同的，亩均税收、研发投入强度得分之和高的在前，再相同的按代码。",
        "注：分类不只看总分排名。A类在前50%的企业中按亩均税收、研发投入强度得分之和从高到低选取；"
        "C/D类在后50%的企业中按单位能耗总产值、单位污染物排放税收得分之和从低到高选取。"
        "所以排名在前的企业，分类不一定更高。",
    ]


def test_what_is_confirmed_is_no_longer_proposed(districts: list[Path]) -> None:
    for options, word in (
        ((), "，拟列为C类（二（二））"),
        (("--confirmed",), "，列为C类（二（二））"),
    ):
        out = published(districts[0], *options)
        assert body(out, REPORT, 14)[0]["分类理由"] == f"后50%中C/D类排序后1户{word}"
        assert body(out, REPORT_LIST)[-1]["判定依据"] == f"后50%中C/D类排序后1户{word}"


def test_the_report_counts_and_gives_reasons(districts: list[Path]) -> None:
    out = published(districts[0])
    counts = body(out, REPORT, 5)
    assert [(row["分类"], row["户数"], row["用地面积（亩）"]) for row in counts] == [
        ("A", 2, 20), ("B", 7, 70), ("C", 1, 10), ("D", 0, 0), ("不参评", 0, 0), ("合计", 10, 100),
    ]  # fmt: skip
    (listed,) = body(out, REPORT, 14)
    assert (listed["最终分类"], listed["企业名称"]) == ("C", "甲区第1厂")
    assert "C/D类排序后1户" in listed["分类理由"]
    assert "亩均税收2万元/亩（得5.45分）" in listed["主要数据"]
    # Energy at last year's average: 15; emission 20/5 of 200/5: 1.5.
    assert "C/D类排序分16.50" in listed["主要数据"]
    assert any("负责人" in text for text in texts(out, REPORT))
    page = openpyxl.load_workbook(out)[REPORT].page_setup
    assert (page.paperSize, page.orientation, page.fitToWidth) == (9, "landscape", 1)


def test_adjusted_firms_and_firms_that_are_out(tmp_path: Path) -> None:
    firms = [*ten(0)[:9], ten(0)[9] | {"industry": "4411", "included": "否"}]
    path = workbook(tmp_path / "丁区.xlsx", "丁区", firms, firms)
    row = ((1, code(0, 5)), (2, "甲区第5厂"), (3, "D"), (4, "应予淘汰"), (5, "会议纪要3号"))
    for column, value in row:
        edit(path, layout.ADJUSTMENTS, (layout.FIRST_ROW, column), value)
    out = published(evaluated(path))
    # Of nine firms C is one: 0.9, rounded.  D comes first, the gravest on top.
    listed = body(out, REPORT, 14)
    assert [row["最终分类"] for row in listed] == ["D（初步B）", "C"]
    assert "调整为D类（应予淘汰，会议纪要3号）" in listed[0]["分类理由"]
    assert len(body(out, NOTICE)) == 9
    last = body(out, REPORT_LIST)[-1]
    assert (last["企业名称"], last["最终分类"]) == ("甲区第10厂", "不参评")


def test_a_district_without_c_and_d(tmp_path: Path) -> None:
    # Of four firms 10 % is 0.4: none is picked.
    path = evaluated(workbook(tmp_path / "小区.xlsx", "小区", ten(0)[:4], ten(0)[:4]))
    out = published(path)
    assert body(out, REPORT, 14)[0]["最终分类"] == "无"
    city = tmp_path / "全市.xlsx"
    assert main(["city", str(path), "-o", str(city)]) == 0
    assert body(city, CITY_DECISIONS) == []
    assert main(["city", "apply", str(city), str(path)]) == 0


def test_results_that_are_not_those_of_the_inputs_are_not_published(
    districts: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    edit(districts[0], layout.CLASSES, (layout.FIRST_ROW, 10), "B")
    assert main(["publish", str(districts[0])]) == 1
    assert "E704 [甲区.xlsx]分类结果!J5 甲区第1厂：最终分类写的是B" in capsys.readouterr().out
    assert not districts[0].with_name("甲区-上报.xlsx").exists()


def test_a_file_that_is_there_stays(districts: list[Path]) -> None:
    assert main(["publish", str(districts[0])]) == 0
    assert main(["publish", str(districts[0])]) == 2
    assert main(["publish", str(districts[0]), "-o", str(districts[0]), "--force"]) == 2
    assert main(["publish", str(districts[0].with_name("无.xlsx"))]) == 3
