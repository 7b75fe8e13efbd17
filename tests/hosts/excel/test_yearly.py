"""The year's buttons against a stand-in for Excel: dialogs, messages, what is opened."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from permu_xl.reports.comparison.layout import CHANGED_DATA
from permu_xl.tasks.yearly import COMMANDS
from tests.hosts.excel.fakebook import FakeBook
from tests.hosts.excel.player import run_command
from tests.intake import support
from tests.tasks.made import (
    by_command_line,
    cells,
    copied,
    evaluated_book,
    hide_office,
    notices,
)
from tests.workbook.districts import spread_firms

FIRMS = 12


@pytest.fixture(autouse=True)
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    hide_office(monkeypatch)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated_book(tmp_path_factory.mktemp("evaluated"), FIRMS)


@pytest.fixture
def book(evaluated: Path, tmp_path: Path) -> FakeBook:
    return FakeBook(copied(evaluated, tmp_path))


@pytest.fixture(scope="module")
def shared(evaluated: Path, tmp_path_factory: pytest.TempPathFactory) -> FakeBook:
    """A book for what comes to nothing; every test leaves it, and its folder, as they are."""
    return FakeBook(copied(evaluated, tmp_path_factory.mktemp("shared")))


def message(book: FakeBook, mode: str = "info") -> str:
    """Return the only message, once Excel has its status bar back."""
    [(text, found)] = book.app.alerts
    assert found == mode, text
    assert book.app.__dict__["status_bar"] is False
    book.app.alerts.clear()
    return text


def test_a_report_is_written_told_and_opened(book: FakeBook) -> None:
    run_command("publish", book)
    made = book.path.with_name("某区-上报.xlsx")
    assert str(made) in message(book)
    assert book.app.opened == [str(made)]
    other = book.path.with_name("命令行.xlsx")
    by_command_line("publish", book.path, "-o", other)
    assert cells(made) == cells(other)
    # What Excel shows is calculated before it is copied.
    assert ("calculate", None) in book.app.log


def test_a_report_that_cannot_be_opened_is_there(
    book: FakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> None:
        raise OSError("Excel is busy")

    monkeypatch.setattr(book.app, "open", fail)
    run_command("publish", book)
    (_, first), (text, second) = book.app.alerts
    assert (first, second) == ("info", "critical")
    made = book.path.with_name("某区-上报.xlsx")
    assert text == f"没能打开 {made}，文件在那里，请自己打开。"
    assert made.is_file()


def test_sensitivity_and_verification(book: FakeBook) -> None:
    run_command("sensitivity", book)
    assert "的分类取决于口径" in message(book)
    assert book.app.opened == [str(book.path.with_name("某区-敏感性.xlsx"))]
    run_command("verify", book)
    assert message(book).startswith("核对一致。")
    assert len(book.app.opened) == 1


def test_the_earlier_workbook_is_picked(book: FakeBook, tmp_path: Path) -> None:
    before = tmp_path / "更正前.xlsx"
    shutil.copyfile(book.path, before)
    book.app.picked = [before]
    run_command("compare", book)
    made = book.path.with_name("某区-变动.xlsx")
    assert str(made) in message(book)
    [(kind, title, folder, endings)] = book.app.dialogs
    assert (kind, endings) == ("file", "*.xlsx;*.xlsm")
    assert folder == f"{book.path.parent}\\"
    assert "更正以前" in title
    assert CHANGED_DATA in openpyxl.load_workbook(made).sheetnames


def test_department_tables_are_picked(book: FakeBook, tmp_path: Path) -> None:
    rows = [["统一社会信用代码", "研发经费（万元）"], [spread_firms(1)[0]["code"], 1.0]]
    book.app.picked = [
        support.xlsx(tmp_path / "科技.xlsx", rows),
        support.text(tmp_path / "科技2.csv", rows, "gb18030"),
    ]
    run_command("import", book)
    assert book.app.opened == [str(book.path.with_name("某区-导入.xlsx"))]
    [(kind, _, _, endings)] = book.app.dialogs
    assert kind == "files"
    assert "*.csv" in endings
    assert message(book).startswith("已生成 ")


def test_notices_beside_or_in_a_picked_folder(book: FakeBook, tmp_path: Path) -> None:
    book.app.answers = ["yes"]
    run_command("notices", book)
    assert f"{FIRMS}户企业的确认单" in message(book)
    assert len(notices(book.path.with_name("某区-一企一单"))) == FIRMS
    book.app.answers, book.app.picked = ["no"], [tmp_path / "别处"]
    run_command("notices", book)
    assert len(notices(tmp_path / "别处")) == FIRMS
    assert [kind for kind, *_ in book.app.dialogs] == ["folder"]
    assert book.app.opened == []


@pytest.mark.parametrize(
    ("command", "answers"),
    [
        ("publish", ["cancel"]),
        ("notices", ["cancel"]),
        ("notices", ["no"]),
        ("compare", []),
        ("import", []),
    ],
)
def test_who_thinks_better_of_it_is_told_nothing(
    shared: FakeBook, command: str, answers: list[str]
) -> None:
    shared.app.picked, shared.app.answers = [], list(answers)
    run_command(command, shared)
    assert (shared.app.alerts, shared.app.opened) == ([], [])
    assert [path.name for path in shared.path.parent.iterdir()] == ["某区.xlsx"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "name", ["某区.xlsx", "https://example.com/某区.xlsx", "/没有的/某区.xlsx"]
)
def test_a_workbook_in_no_folder_of_this_computer(
    shared: FakeBook, tmp_path: Path, command: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.app.picked, shared.app.answers = [tmp_path / "x.xlsx"], ["yes"]
    monkeypatch.setattr(shared, "fullname", name)
    run_command(command, shared)
    assert message(shared, "critical").startswith("工作簿还没有存到本机的文件夹")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("ending", [".xls", ".xlsb", ".csv"])
def test_a_workbook_of_a_kind_that_cannot_be_read(
    shared: FakeBook, tmp_path: Path, command: str, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.app.picked, shared.app.answers = [support.xlsx(tmp_path / "x.xlsx", [["甲"]])], ["yes"]
    monkeypatch.setattr(shared, "fullname", str(shared.path.with_suffix(ending)))
    run_command(command, shared)
    assert message(shared, "critical") == "只能处理 .xlsx 和 .xlsm 工作簿，请先另存为其中一种。"
    assert [path.name for path in shared.path.parent.iterdir()] == ["某区.xlsx"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_copy_that_fails_leaves_nothing_behind(
    shared: FakeBook, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(event: str, sheet: str) -> None:
        if event == "save":
            raise OSError("disk full")

    shared.app.picked, shared.app.answers = [support.xlsx(tmp_path / "x.xlsx", [["甲"]])], ["yes"]
    monkeypatch.setattr(shared, "fault", fault)
    run_command(command, shared)
    assert message(shared, "critical").startswith("Excel 没能在 ")
    assert [path.name for path in shared.path.parent.iterdir()] == ["某区.xlsx"]


def test_what_nobody_foresaw_is_told_without_figures(
    book: FakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("企业00001 100.0")

    monkeypatch.setattr("permu_xl.reports.verification.verify", fail)
    run_command("verify", book)
    text = message(book, "critical")
    assert text.startswith("没有完成：遇到没有料到的问题（ValueError）")
    assert "企业00001" not in text
