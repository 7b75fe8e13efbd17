"""An installation that does not work: an error in the cells, a sentence in the log, no crash."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from permu_xl.hosts.calc.setup.build import extension
from tests.office import Document, Office

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


@contextlib.contextmanager
def opened(path: Path, folders: Sequence[Path], work: Path) -> Iterator[tuple[Document, Path]]:
    """The workbook, twice recalculated, and the log, in a LibreOffice with these folders."""
    file = work / "permu.oxt"
    file.write_bytes(extension(folders))
    with Office(extension=file) as office, office.open(path) as book:
        book.recalculate()
        book.recalculate()
        yield book, office.user_folder / "permu_xl.log"


def stand_in(folder: Path, bridge: str) -> Path:
    """Make a permu_xl whose bridge is what is given."""
    home = folder / "permu_xl" / "hosts" / "calc"
    home.mkdir(parents=True)
    for each in (home, home.parent, home.parent.parent):
        (each / "__init__.py").touch()
    (home / "bridge.py").write_text(bridge, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("bridge", "said", "menu", "said_by_menu"),
    [
        (None, "No module named 'permu_xl'", None, "No module named 'permu_xl"),
        (
            "import numpy_that_is_not_there",
            "No module named 'numpy_that_is_not_there'",
            "import lxml_that_is_not_there",
            "No module named 'lxml_that_is_not_there'",
        ),
        (
            "raise SystemExit(3)",
            "SystemExit （bridge.py第1行）",
            "raise SystemExit(3)",
            "SystemExit",
        ),
        (
            f"def answer(name, arguments): raise ValueError('{SECRET}')",
            "ValueError （bridge.py",
            f"def run_command(*given): raise ValueError('{SECRET}')",
            "ValueError",
        ),
        ("answer = 7", "TypeError", "run_command = 7", "TypeError"),
    ],
    ids=["absent", "incomplete", "exits", "raises", "wrong"],
)
def test_cells_and_menu_tell(
    path: Path, tmp_path: Path, bridge: str | None, said: str, menu: str | None, said_by_menu: str
) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    if bridge is not None and menu is not None:
        module = stand_in(folder, bridge) / "permu_xl" / "hosts" / "calc" / "menu.py"
        module.write_text(menu, encoding="utf-8")
    with opened(path, [folder, tmp_path / "不存在"], tmp_path) as (book, log):
        shown = book.values("算", "A1:B20")
        assert shown[0] == ["#NAME?", "#NAME?"]
        assert shown[1] == ["#NAME?", 2.0]
        assert {row[0] for row in shown} == {"#NAME?"}
        (line,) = log.read_text(encoding="utf-8").splitlines()
        assert said in line
        assert "permu-xl calc doctor" in line
        assert_the_menu_tells(book, log, said_by_menu)


def assert_the_menu_tells(book: Document, log: Path, said: str) -> None:
    before = len(log.read_bytes()) if log.exists() else 0
    text, done = book.dispatch("org.permu.xl:recalculate")
    assert not done
    assert str(text).startswith("亩均评价的菜单不能用：")
    assert said in str(text)
    assert str(text).endswith("请运行 permu-xl calc doctor。")
    logged = log.read_bytes()
    assert said in logged[before:].decode()
    assert SECRET not in str(text) + logged.decode()


def test_a_menu_that_is_absent_leaves_the_functions_alone(path: Path, tmp_path: Path) -> None:
    folder = stand_in(tmp_path / "site", "def answer(name, arguments): return ((7.0,),)")
    with opened(path, [folder], tmp_path) as (book, log):
        assert_the_menu_tells(book, log, "No module named 'permu_xl")
        book.recalculate()
        assert book.values("算", "A1") == [[7.0]]


def test_what_calc_cannot_take_is_an_error_of_that_cell(path: Path, tmp_path: Path) -> None:
    folder = stand_in(tmp_path / "site", "def answer(name, arguments): return ((1.0, 2.0), (3.0,))")
    with opened(path, [folder], tmp_path) as (book, _):
        assert book.values("算", "B2") == [[2.0]]
