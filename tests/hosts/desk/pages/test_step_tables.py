"""更正比较 and 敏感性 on the page: the sheets' own rows, searched and sorted."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from permu_xl.reports.comparison import CHANGED_CLASSES, CHANGED_DATA, CHANGED_SCORES
from permu_xl.reports.sensitivity import SENSITIVITY
from tests.hosts.desk.known import known_book, part, row_of, rows
from tests.hosts.desk.support import DeskClient


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[DeskClient, Path]:
    folder = tmp_path_factory.mktemp("compare")
    (folder / "前").mkdir()
    before = known_book(folder / "前")
    (folder / "后").mkdir()
    # 90 in place of 80: 95.5 in place of 91, and the place on the C/D list goes to firm 5.
    after = known_book(folder / "后", {1: {"tax": 90.0}})
    earlier = shutil.copyfile(before, after.with_name("更正前.xlsx"))
    client = DeskClient()
    session = client.open(after)
    client.do(session, "compare", earlier=client.workspace.paths.name(earlier))
    return client, after


def test_a_comparison_shows_the_rows_of_its_workbook(compared: tuple[DeskClient, Path]) -> None:
    client, path = compared
    session = client.open(path)
    page = client.page(session, "step/compare")
    first = page.index(CHANGED_CLASSES)
    scores, data = page.index(CHANGED_SCORES, first), page.index(CHANGED_DATA, first)
    moved = {row[0].split()[0]: row[1:] for row in rows(page[first:scores]) if "企业0" in row[0]}
    assert moved["企业00001"][:2] == ["C", "B"]
    assert moved["企业00005"][:2] == ["B", "C"]
    assert moved["企业00001"][4:8] == ["91.00", "95.50", "10", "10"]
    assert "本企业数据改了：实缴税收由80改为90" in moved["企业00001"][-2]
    (change,) = (row for row in rows(page[data:]) if "G5" in row)
    assert change[:4] == ["修改", "原始数据", "G5", "G5"]
    assert change[4:9] == ["企业00001 912101000000000001", "实缴税收", "80.00", "90.00", "10.00"]
    written = openpyxl.load_workbook(path.with_name(f"{path.stem}-变动.xlsx"))[CHANGED_CLASSES]
    causes = {row[1]: row[-2] for row in written.iter_rows(min_row=5, values_only=True) if row[1]}
    assert causes == {name: cells[-2] for name, cells in moved.items()}


def test_a_table_of_a_step_is_searched_and_sorted(compared: tuple[DeskClient, Path]) -> None:
    client, path = compared
    session = client.open(path)
    client.page(session, "step/compare")
    picked = part(
        client, session, "step/compare/table/compare-1",
        table="compare-1", **{"pick:own-2": "有改动"},
    )  # fmt: skip
    assert [row[0].split()[0] for row in rows(picked)[1:]] == ["企业00001"]
    # No column of this name is not asked for.
    missing = f"/b/{session.id}/step/compare/table/nothing"
    assert client.post(missing, headers={"HX-Request": "true"}).status_code == 404


def test_sensitivity_shows_the_rows_of_its_sheet(tmp_path: Path) -> None:
    path = known_book(tmp_path)
    client = DeskClient()
    session = client.open(path)
    page = client.do(session, "sensitivity")
    made = openpyxl.load_workbook(path.with_name(f"{path.stem}-敏感性.xlsx"))[SENSITIVITY]
    written = list(made.iter_rows(values_only=True))
    readings = [row for row in written if isinstance(row[0], str) and row[0].startswith("R")]
    shown = [row for row in rows(page) if row[0].startswith("R")]
    assert len(shown) == len(readings) > 5
    for cells, row in zip(shown, readings, strict=True):
        assert cells[:5] == [str(cell) for cell in row[:5]]
        assert cells[6] == row[6]
    # Firm 5 is 0.5 above the list.
    near = row_of(page[page.index("贴近分界线的企业") :], "企业00005")
    assert near[2:5] == ["C/D类排序分", "27.50", "0.50"]


def test_before_a_step_there_is_no_table(tmp_path: Path) -> None:
    client = DeskClient()
    session = client.open(known_book(tmp_path))
    assert "贴近分界线的企业" not in client.page(session, "step/sensitivity")
    address = f"/b/{session.id}/step/sensitivity/table/sensitivity-near"
    assert client.post(address, headers={"HX-Request": "true"}).status_code == 404
