"""A real .xls (data/tax.xls, saved by LibreOffice): merged header, total, hidden sheet."""

from __future__ import annotations

from pathlib import Path

from permu_xl.intake.sources.open import read_file
from tests.intake.support import do, listed, xlsx

OLD = Path(__file__).parent / "data" / "tax.xls"


def test_merged_cells_and_hidden_sheets_are_known() -> None:
    file = read_file(OLD)
    assert file.how == "旧版工作簿（.xls）"
    assert file.hidden == ("旧表",)
    [sheet] = file.sheets
    assert ((2, 2), (2, 3)) in sheet.merged


def test_an_old_workbook_is_imported_like_a_new_one(tmp_path: Path) -> None:
    result = do(tmp_path / "b.xlsx", xlsx(tmp_path / "统计.xlsx", listed(3)), OLD)
    assert result.column("tax", 3) == [123.456789, -5, 1]
    assert result.column("revenue", 3) == [2000, 0, None]
    assert result.found("W627") == []
    assert result.one("W603").sheet == "旧表"
    assert [o["source_cell"] for o in result.origins("实缴税收")] == ["D5", "D6", "D7"]
