"""What a terminal shows: bars are drawn there and nowhere else, and text is never markup."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from permu_xl.cli import screen
from permu_xl.cli.program import main
from tests.workbook.districts import filled, spread_firms

Bar = Callable[[], AbstractContextManager[Callable[[str], None]]]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def _progress() -> AbstractContextManager[Callable[[str], None]]:
    return screen.progress(2)


def _count() -> AbstractContextManager[Callable[[str], None]]:
    return screen.count(2, "确认单")


@pytest.mark.parametrize(("bar", "shown"), [(_progress, "读取"), (_count, "2/2")])
def test_bars_on_a_terminal(bar: Bar, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with bar() as step:
        step("核查")
        step("读取")
    assert shown in terminal.getvalue()


@pytest.mark.parametrize("bar", [_progress, _count])
def test_nothing_elsewhere(bar: Bar, capsys: pytest.CaptureFixture[str]) -> None:
    with bar() as step:
        step("核查")
    assert capsys.readouterr() == ("", "")


def test_text_of_workbooks_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    screen.results_console().print("[red]某厂[/red] :smile:")
    assert capsys.readouterr().out == "[red]某厂[/red] :smile:\n"


def test_the_end_of_a_run_is_what_a_clerk_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """30 firms: 15 % of them, 4.5 rounded up, are A; 10 %, 3, are C; one has no output."""
    firms = spread_firms(30)
    firms[4] = {**firms[4], "output": None}
    book = filled(tmp_path / "某区.xlsx", firms, spread_firms(30))
    assert main(["run", str(book)]) == 0
    shown = capsys.readouterr().out
    end = shown.split("\n\n")[-1].splitlines()
    assert end[0] == "共30户企业，参评30户，不参评0户；A类5户、B类22户、C类3户、D类0户。"
    assert end[1].startswith("数据核查：错误0条、警告")
    looked = [line for line in end if line.startswith("先看：")]
    # What is nearest to the classes comes first, codes that fail their check digit last.
    assert looked[0].startswith("先看：W225 原始数据!H9 企业00005，")
    assert looked[-1].startswith("先看：W206 ")
    assert "（这一种共" in looked[-1]
    assert end[-1] == f"结果已写入 {tmp_path / '某区-结果.xlsx'}"
