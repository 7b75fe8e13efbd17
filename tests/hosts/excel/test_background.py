"""A command in a thread: what Excel is told in between, and what becomes of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from permu_xl.hosts.excel import background as module
from permu_xl.hosts.excel import commands, macros
from permu_xl.hosts.excel.background import AbandonedError, Background

SECONDS = 10.0


def finished(background: Background) -> None:
    """Wait for the thread without asking it anything."""
    background._thread.join(SECONDS)
    assert not background._thread.is_alive()


def test_excel_is_free_while_the_thread_works() -> None:
    go = threading.Event()

    def work(background: Background) -> None:
        background.show("核查数据")
        go.wait(SECONDS)

    background = Background(work)
    kinds = [background.go_on("", 0.02) for _ in range(3)]
    assert [kind for kind, _ in kinds] == ["wait"] * 3
    assert kinds[-1][1] == "核查数据"
    go.set()
    assert background.go_on("", SECONDS) == ["done", ""]


def test_what_touches_excel_is_done_by_whoever_calls() -> None:
    threads: list[threading.Thread] = []

    def work(background: Background) -> None:
        threads.append(background.in_excel(threading.current_thread))
        with pytest.raises(OSError, match="busy"):
            background.in_excel(fail)
        threads.append(threading.current_thread())

    def fail() -> None:
        raise OSError("busy")

    assert Background(work).go_on("", SECONDS) == ["done", ""]
    assert threads[0] is threading.current_thread()
    assert threads[1] is not threads[0]


def test_questions_come_back_with_their_answers() -> None:
    answers: list[str] = []

    def work(background: Background) -> None:
        answers.append(background.ask("ask", "真的吗？"))
        answers.append(background.ask("file", "选一个", "C:\\", "*.xlsx"))

    background = Background(work)
    assert background.go_on("", SECONDS) == ["ask", "真的吗？"]
    assert background.orphaned  # nothing else can be clicked while the question is open
    assert background.go_on("yes", SECONDS) == ["file", "选一个", "C:\\", "*.xlsx"]
    assert background.go_on("", SECONDS) == ["done", ""]
    assert answers == ["yes", ""]


def test_the_user_does_not_get_at_a_workbook_that_is_written() -> None:
    go = threading.Event()

    def work(background: Background) -> None:
        with background.uninterrupted():
            background.in_excel(lambda: None)
            go.wait(SECONDS)

    background = Background(work)
    assert background.go_on("", 0.05)[0] == "more"
    go.set()
    assert background.go_on("", SECONDS) == ["done", ""]


@pytest.mark.parametrize("waits", ["question", "excel", "status"])
def test_what_is_given_up_ends_and_tidies_up(tmp_path: Path, waits: str) -> None:
    made, go = tmp_path / "副本", threading.Event()

    def work(background: Background) -> None:
        made.touch()
        try:
            if waits == "question":
                background.ask("ask", "？")
            go.wait(SECONDS)
            if waits == "excel":
                background.in_excel(lambda: made.write_text("written"))
            background.show("继续")
        except AbandonedError:
            made.unlink()
            raise

    background = Background(work)
    assert background.go_on("", 0.2)[0] in ("ask", "wait")
    background.give_up()
    go.set()
    finished(background)
    assert not made.exists()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., str]], None]:
    """Return what makes a function the command 慢."""

    def made(function: Callable[..., str]) -> None:
        monkeypatch.setattr(commands, "COMMANDS", {"慢": function})
        monkeypatch.setattr(macros, "FIRST_SECONDS", 0.05)

    return made


def test_one_command_at_a_time(command: Callable[[Callable[..., str]], None]) -> None:
    go = threading.Event()

    def slow(desk: object) -> str:
        go.wait(SECONDS)
        return "好了"

    command(slow)
    assert macros.begin("慢", object())[0] == "wait"
    assert macros.begin("help", object()) == ["warn", "有一个命令还没有做完，请等它结束。"]
    go.set()
    assert macros.go_on("", SECONDS) == ["tell", "好了"]
    assert macros.go_on("", SECONDS) == ["done", ""]
    assert macros.go_on("") == ["done", ""]


def test_a_command_that_vba_has_lost_makes_room(
    command: Callable[[Callable[..., str]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()

    def slow(desk: object) -> str:
        go.wait(SECONDS)
        return "好了"

    command(slow)
    assert macros.begin("慢", object())[0] == "wait"
    monkeypatch.setattr(module, "ORPHAN_SECONDS", -1.0)
    assert macros.begin("help", object())[0] == "tell"
    go.set()
    macros.give_up()
