"""What the entries of Windows do, as far as it is the same on every system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from permu_xl.cli import entries
from permu_xl.hosts.excel.setup.offline.entries import ENTRIES
from permu_xl.intake import build_departments
from tests.workbook.districts import filled, spread_firms


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return filled(tmp_path / "某 区.xlsx", spread_firms(12), spread_firms(12))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path / "Documents" / "亩均评价"


def test_every_entry_of_the_installer_is_known() -> None:
    for entry in ENTRIES:
        assert (entry.word in entries.TOLD) is entry.console
        assert (entry.word in entries._OPENED) is not entry.console


def test_several_workbooks_one_after_the_other(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    second = filled(book.with_name("乙区.xlsx"), spread_firms(12, 2), spread_firms(12, 2))
    absent = book.with_name("无.xlsx")
    # The worst of them is the status; one that fails stops no other.
    assert entries.main(["run", str(absent), str(book), str(second)]) == 3
    said = capsys.readouterr()
    assert [line for line in said.out.splitlines() if line.startswith("【")] == [
        "【评价】无.xlsx",
        "【评价】某 区.xlsx",
        "【评价】乙区.xlsx",
    ]
    assert "找不到工作簿" in said.err
    assert {each.name for each in book.parent.glob("*-结果.xlsx")} == {
        "某 区-结果.xlsx",
        "乙区-结果.xlsx",
    }


def test_an_entry_without_files_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert entries.main(["check"]) == 2
    assert "选中评价工作簿，点右键，发送到，核查" in capsys.readouterr().out


def test_a_window_stays_until_it_has_been_read(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", asked.append)
    assert entries.main(["check", str(book)]) == 0
    assert asked == ["\n看完以后按回车键，窗口就关闭。"]
    # A call that is not understood ends the command, not the window.
    assert entries.main(["check", "--无"]) == 2
    assert len(asked) == 2
    assert "命令写法不对" in capsys.readouterr().err


def test_tables_are_imported_and_a_workbook_alone_is_not(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert entries.main(["import", str(book)]) == 2
    assert "这里没有部门的表" in capsys.readouterr().out
    folder = book.parent / "部门"
    folder.mkdir()
    build_departments(folder)
    before = book.read_bytes()
    assert entries.main(["import", str(folder), str(book)]) in (0, 1)
    assert "（permu-xl import -o" in capsys.readouterr().out
    assert book.read_bytes() != before


def test_a_blank_workbook_never_replaces_one(home: Path) -> None:
    assert entries.main(["blank"]) == 0
    first = home / "空白工作簿.xlsx"
    first.write_bytes(b"filled in")
    assert entries.main(["blank"]) == 0
    assert first.read_bytes() == b"filled in"
    assert (home / "空白工作簿2.xlsx").is_file()


def test_the_examples_are_copied_once_and_again_when_changed(home: Path) -> None:
    assert entries.main(["examples"]) == 0
    assert entries.main(["examples"]) == 0
    assert [each.name for each in home.iterdir()] == ["函数示例.xlsx"]
    (home / "函数示例.xlsx").write_bytes(b"changed")
    assert entries.main(["examples"]) == 0
    assert {each.name for each in home.iterdir()} == {"函数示例.xlsx", "函数示例2.xlsx"}


def test_what_has_no_window_of_text_shows_why_it_failed(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.parent.write_text("no folder")
    assert entries.main(["blank"]) == 3
    assert str(home) in capsys.readouterr().err
    shown: list[str] = []
    monkeypatch.setattr(entries, "_message_box", shown.append)
    monkeypatch.setattr(sys, "stderr", None)
    assert entries.main(["blank"]) == 3
    assert str(home) in shown[0]
    assert "“检查”" in shown[0]
