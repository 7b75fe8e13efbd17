"""Reports that compute anew say so where the workbook's own results are older than its inputs."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.reports.verification.verdict import verify
from permu_xl.schemes import load
from permu_xl.workbook import layout
from tests.reports.districts import edit, ten, workbook

TAX = [f.key for f in layout.data_fields(load())].index("tax") + 1


def calls(book: Path) -> list[list[str]]:
    folder = str(book.with_name("确认单"))
    return [
        ["explain", str(book), "甲区第1厂"],
        ["notices", str(book), "-o", folder, "--firm", "甲区第1厂"],
    ]


def test_inputs_that_were_changed_after_the_evaluation(
    districts: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for call in calls(districts[0]):
        assert main(call) == 0
        assert "注意" not in capsys.readouterr().out
    # Tax 25 instead of 20 changes both scores that it counts for, and the total.
    edit(districts[0], layout.DATA, (layout.FIRST_ROW, TAX), 25)
    for call in calls(districts[0]):
        assert main(call) == 0
        shown = capsys.readouterr().out
        assert "注意：工作簿里的结果比输入数据旧（甲区第1厂的" in shown
        assert "这里按现在的输入数据计算；请先重新评价。" in shown


def test_a_workbook_that_nobody_has_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = workbook(tmp_path / "甲区.xlsx", "甲区", ten(0), ten(0))
    for call in calls(book):
        assert main(call) == 0
        assert "注意：工作簿还没有评价结果，这里按现在的输入数据计算。" in capsys.readouterr().out


def test_verify_names_a_renamed_sheet(districts: list[Path]) -> None:
    book = openpyxl.load_workbook(districts[0])
    book[layout.SCORES].title = "得分表"
    book.save(districts[0])
    (told,) = [check.text for check in verify(districts[0]).checks if check.name == "结果"]
    assert "（得分：没有工作表“得分”，“得分表”看来就是它改了名），无法重算" in told
