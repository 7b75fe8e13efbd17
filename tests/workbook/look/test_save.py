"""Saving a built workbook: nothing of it is ever outside the file and its folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from permu_xl.workbook.look.save import save_workbook


@pytest.fixture
def built() -> openpyxl.Workbook:
    workbook = openpyxl.Workbook()
    first = workbook.worksheets[0]
    for row in (["企业", "得分"], ["甲", 1.5], ["乙", 2.5]):
        first.append(row)
    first["A2"].comment = Comment("说明", "某人")
    first["A3"].hyperlink = "https://example.org/"
    chart = BarChart()
    chart.add_data(Reference(first, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    first.add_chart(chart, "D2")
    workbook.create_sheet("空")
    return workbook


def test_no_temporary_files(
    built: openpyxl.Workbook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with pytest.raises(FileNotFoundError):
        built.save(tmp_path / "openpyxl.xlsx")
    save_workbook(built, tmp_path / "某区.xlsx")
    assert (tmp_path / "某区.xlsx").is_file()


def test_all_that_openpyxl_writes_is_there(built: openpyxl.Workbook, tmp_path: Path) -> None:
    save_workbook(built, tmp_path / "某区.xlsx")
    found = openpyxl.load_workbook(tmp_path / "某区.xlsx")
    assert found.sheetnames == ["Sheet", "空"]
    sheet = found["Sheet"]
    assert list(sheet.values) == [("企业", "得分"), ("甲", 1.5), ("乙", 2.5)]
    assert sheet["A2"].comment.text == "说明"
    assert sheet["A3"].hyperlink.target == "https://example.org/"
    assert len(sheet._charts) == 1
