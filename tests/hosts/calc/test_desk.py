"""One command at a time, and what is told where there is nothing to work on; without Calc."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from permu_xl.hosts.calc import menu
from permu_xl.hosts.calc.desk import Desk

NO_BOOK = SimpleNamespace(Controller=None, ContainerWindow=None)


def test_the_user_cannot_click_into_a_running_command(monkeypatch: pytest.MonkeyPatch) -> None:
    inner: list[tuple[str, bool]] = []

    def click_again(desk: Desk) -> str:
        inner.append(menu.run_command(None, NO_BOOK, "help", {}))
        return "好了"

    monkeypatch.setitem(menu.COMMANDS, "slow", click_again)
    assert menu.run_command(None, NO_BOOK, "slow", {}) == ("好了", True)
    assert inner == [("前一个命令还没有做完，请等它结束再点。", False)]

    def fail(desk: Desk) -> str:
        raise ValueError("甲")

    # And again, also after a failure.
    monkeypatch.setitem(menu.COMMANDS, "fails", fail)
    text, done = menu.run_command(None, NO_BOOK, "fails", {})
    assert (text.startswith("没有完成"), done) == (True, False)
    assert menu.run_command(None, NO_BOOK, "help", {})[1]


def test_without_a_workbook_every_command_says_so() -> None:
    from permu_xl.hosts.calc.menu import run_command
    from permu_xl.tasks.yearly import COMMANDS

    for name in (*COMMANDS, "recalculate", "check", "export"):
        found = run_command(None, NO_BOOK, name, {"Files": "x.xlsx"})
        assert found == ("没有打开的工作簿，请先打开评价工作簿。", False)
