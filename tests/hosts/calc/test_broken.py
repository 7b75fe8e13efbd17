"""An installation that does not work: an error in the cells, a sentence in the log, no crash."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from permu_xl.hosts.calc.setup.build import extension
from tests.office import Office

pytestmark = pytest.mark.office

SECRET = "某厂税收九百万"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "算"
    for row in range(1, 21):
        sheet.cell(row, 1, f"=PERMU_SCORE({row},10,30)")
    sheet["B1"] = "=A1"
    sheet["B2"] = "=1+1"
    book.save(tmp_path / "书.xlsx")
    return tmp_path / "书.xlsx"


def values_and_log(
    path: Path, folders: Sequence[Path], work: Path
) -> tuple[list[list[float | str | None]], str]:
    """Return what the cells show, twice recalculated, and what was logged."""
    file = work / "permu.oxt"
    file.write_bytes(extension(folders))
    with Office(extension=file) as office, office.open(path) as book:
        book.recalculate()
        book.recalculate()
        log = office.user_folder / "permu_xl.log"
        return book.values("算", "A1:B20"), log.read_text(encoding="utf-8") if log.exists() else ""


def stand_in(folder: Path, bridge: str) -> Path:
    """Make a permu_xl whose bridge is what is given."""
    home = folder / "permu_xl" / "hosts" / "calc"
    home.mkdir(parents=True)
    for each in (home, home.parent, home.parent.parent):
        (each / "__init__.py").touch()
    (home / "bridge.py").write_text(bridge, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("bridge", "said"),
    [
        (None, "No module named 'permu_xl'"),
        ("import numpy_that_is_not_there", "No module named 'numpy_that_is_not_there'"),
        ("raise SystemExit(3)", "SystemExit （bridge.py第1行）"),
        (f"def answer(name, arguments): raise ValueError('{SECRET}')", "ValueError （bridge.py"),
        ("answer = 7", "TypeError"),
    ],
    ids=["absent", "incomplete", "exits", "raises", "wrong"],
)
def test_it_is_told(path: Path, tmp_path: Path, bridge: str | None, said: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    if bridge is not None:
        stand_in(folder, bridge)
    shown, log = values_and_log(path, [folder, tmp_path / "不存在"], tmp_path)
    assert shown[0] == ["#NAME?", "#NAME?"]
    assert shown[1] == ["#NAME?", 2.0]
    assert {row[0] for row in shown} == {"#NAME?"}
    (line,) = log.splitlines()
    assert said in line
    assert "permu-xl calc doctor" in line
    assert SECRET not in log


def test_what_calc_cannot_take_is_an_error_of_that_cell(path: Path, tmp_path: Path) -> None:
    folder = stand_in(tmp_path / "site", "def answer(name, arguments): return ((1.0, 2.0), (3.0,))")
    shown, _ = values_and_log(path, [folder], tmp_path)
    assert shown[1][1] == 2.0


@pytest.mark.parametrize(
    ("menu", "said"),
    [
        (None, "No module named 'permu_xl"),
        ("import lxml_that_is_not_there", "No module named 'lxml_that_is_not_there'"),
        ("raise SystemExit(3)", "SystemExit"),
        (f"def run_command(*given): raise ValueError('{SECRET}')", "ValueError"),
        ("run_command = 7", "TypeError"),
    ],
    ids=["absent", "incomplete", "exits", "raises", "wrong"],
)
def test_the_menu_tells_too(path: Path, tmp_path: Path, menu: str | None, said: str) -> None:
    folder = stand_in(tmp_path / "site", "def answer(name, arguments): return ((7.0,),)")
    if menu is not None:
        module = folder / "permu_xl" / "hosts" / "calc" / "menu.py"
        module.write_text(menu, encoding="utf-8")
    file = tmp_path / "permu.oxt"
    file.write_bytes(extension([folder]))
    with Office(extension=file) as office, office.open(path) as book:
        text, done = book.dispatch("org.permu.xl:recalculate")
        assert not done
        assert str(text).startswith("亩均评价的菜单不能用：")
        assert said in str(text)
        assert str(text).endswith("请运行 permu-xl calc doctor。")
        assert SECRET not in str(text)
        # The functions work on.
        book.recalculate()
        assert book.values("算", "A1") == [[7.0]]
        log = (office.user_folder / "permu_xl.log").read_text(encoding="utf-8")
        assert said in log
        assert SECRET not in log
