"""What a terminal shows: bars are drawn there and nowhere else, and text is never markup."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from permu_xl.cli import screen

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
