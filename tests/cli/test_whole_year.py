"""The worked example of a whole year: it runs as shown, and what it says is so."""

from __future__ import annotations

import io
import shlex
from contextlib import redirect_stdout
from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.cli.whole_year import play
from permu_xl.reports.city.decisions import read_decisions
from permu_xl.workbook import layout
from tests.validity import deviations, refused

YEAR_COMMANDS = {
    "import", "check", "run", "notices", "register", "compare", "sensitivity", "publish", "city",
    "verify",
}  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of the example, and what was shown."""
    folder = tmp_path_factory.mktemp("年") / "全年"
    said = io.StringIO()
    with redirect_stdout(said):
        assert play(folder, main) == 0
    return folder, said.getvalue()


def test_every_command_of_the_year_is_shown_as_it_can_be_typed(played: tuple[Path, str]) -> None:
    _, said = played
    typed = [line.split("$ ")[1] for line in said.splitlines() if line.startswith("  $ permu-xl ")]
    assert {shlex.split(line)[1] for line in typed} == YEAR_COMMANDS
    assert any(" city apply " in line for line in typed)


def test_the_correction_moves_classes_for_the_reasons_that_are_shown(
    played: tuple[Path, str],
) -> None:
    """The firm whose output was blank got 0 for it; its output lifts it, another one falls."""
    folder, said = played
    assert "分类变动3户" in said
    sheet = openpyxl.load_workbook(folder / "示例区2022-更正-变动.xlsx")["分类变动"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("总产值由空改为8,260" in text for text in texts)
    assert any("示例芦野生物医药有限公司超过" in text for text in texts)


def test_every_corrected_figure_leads_to_an_objection(played: tuple[Path, str]) -> None:
    """Two of the four notices that come back object: energy, and the output that was blank."""
    folder, said = played
    assert "读了4份确认单，登记异议2条（2户）" in said
    sheet = openpyxl.load_workbook(folder / "示例区2022-更正-变动.xlsx")["数据变动"]
    told = [row[-1] for row in sheet.iter_rows(min_row=layout.FIRST_ROW, values_only=True)]
    assert [str(text).partition("：")[2] for text in told] == [
        "总产值应是8260，尚未办结", "综合能耗应是28.4，尚未办结",
    ]  # fmt: skip


def test_the_city_decisions_end_up_in_the_districts(played: tuple[Path, str]) -> None:
    folder, _ = played
    decisions, problems = read_decisions(folder / "全市2022.xlsx")
    assert not problems
    assert decisions
    assert all(decision.letter for decision in decisions)
    letters = {}
    for district in ("示例区", "示范区"):
        sheet = openpyxl.load_workbook(folder / f"{district}2022-报市.xlsx")[layout.CLASSES]
        headers = {str(cell.value): cell.column for cell in sheet[layout.HEADER_ROW]}
        for row in range(layout.FIRST_ROW, sheet.max_row + 1):
            name = sheet.cell(row, headers["企业名称"]).value
            letters[str(name)] = str(sheet.cell(row, headers["最终分类"]).value)
    assert {d.name: d.letter for d in decisions}.items() <= letters.items()
    # One of them is not what the rules propose: the city moved it.
    assert sum(d.letter != d.proposed for d in decisions) >= 1


def test_each_firm_has_its_notice_and_nothing_is_left_over(played: tuple[Path, str]) -> None:
    folder, _ = played
    assert len(list((folder / "确认单").glob("*.docx"))) == 118
    assert not [path.name for path in folder.rglob(".permu-*") if path.suffix != ".json"]


def test_it_can_be_played_again_in_the_same_folder(played: tuple[Path, str]) -> None:
    folder, _ = played
    seen: list[str] = []

    def stop(words: object) -> int:
        seen.append(str(words))
        print("出了问题")
        return 3

    said = io.StringIO()
    with redirect_stdout(said):
        assert play(folder, stop) == 3
    assert len(seen) == 1
    assert "出了问题" in said.getvalue()
    assert not (folder / "全市2022.xlsx").exists()


def test_every_file_of_the_year_is_valid(played: tuple[Path, str]) -> None:
    """All kinds that are written: districts, results, departments' tables, notices, the city's."""
    folder, _ = played
    books = sorted(folder.rglob("*.xlsx"))
    assert len(books) > 7
    assert {book.name: refused(book) for book in books if refused(book)} == {}
    # One notice is like the other.
    notices = sorted(folder.rglob("*.docx"))[:2]
    written = [*(book for book in books if not book.name.endswith(".bak.xlsx")), *notices]
    assert {file.name: found for file in written if (found := deviations(file))} == {}
