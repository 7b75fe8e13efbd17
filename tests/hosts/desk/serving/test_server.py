"""The desk as a program: its start, its end, and a second start."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from permu_xl.cli import main
from permu_xl.hosts.desk.opened.workspace import Workspace
from permu_xl.hosts.desk.serving import server
from permu_xl.hosts.desk.serving.handing_over import WORD, hand_over, known
from permu_xl.hosts.desk.serving.server import running
from tests.tasks.made import evaluated_book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated_book(tmp_path_factory.mktemp("desk"), 12)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what is remembered out of the home of whoever runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "state"))
    return tmp_path / "state" / "permu_xl"


def ask(address: str, **more: Any) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, **more), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_second_start_hands_its_files_over(book: Path, tmp_path: Path, own_state: Path) -> None:
    place = own_state / "desk.json"
    with running(Workspace()) as desk, known(place, desk.keys):
        if os.name != "nt":
            assert stat.S_IMODE(place.stat().st_mode) == 0o600
        address = hand_over(place, [book])
        assert address.startswith(f"{desk.keys.origin}/enter/")
        (session,) = desk.workspace.sessions.values()
        assert session.path == book
        status, page = ask(address)
        assert status == 200
        assert f"/b/{session.id}/" in page
        # The key was for once.
        assert ask(address)[0] == 403
        # Nobody who cannot read the user's file gets in.
        launch = f"{desk.keys.origin}/launch"
        assert ask(launch, data=b"[]", headers={WORD: "guessed"})[0] == 403
        assert ask(launch, data=b"[]")[0] == 403
        assert ask(launch, data=b"{", headers={WORD: desk.keys.word})[0] == 400
    assert not place.exists()
    assert hand_over(place, [book]) == ""


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"version": "0", "port": 1, "word": ""}'])
def test_what_an_earlier_desk_has_left_is_no_desk(content: str, tmp_path: Path) -> None:
    place = tmp_path / "desk.json"
    place.write_text(content, encoding="utf-8")
    assert hand_over(place, []) == ""


def test_a_desk_that_was_killed_is_no_desk(tmp_path: Path, own_state: Path) -> None:
    with running(Workspace()) as desk:
        place = tmp_path / "desk.json"
        with known(place, desk.keys):
            left = place.read_text(encoding="utf-8")
    place.write_text(left, encoding="utf-8")
    assert hand_over(place, []) == ""


def test_it_opens_what_it_is_given_and_ends_when_told(
    book: Path, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    opened: list[Workspace] = []

    def show(address: str) -> bool:
        shown.append(address)
        opened[0].ended.set()
        return True

    class Noted(Workspace):
        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__(*given, **more)
            opened.append(self)

    monkeypatch.setattr(server, "Workspace", Noted)
    monkeypatch.setattr(server, "show_address", show)
    assert main(["desk", str(book), str(book.with_name("没有.xlsx"))]) == 0
    (session,) = opened[0].sessions.values()
    assert session.path == book
    assert shown[0].endswith(f"?b={session.id}")
    assert opened[0].notes == [
        f"找不到工作簿 {book.with_name('没有.xlsx')}，请核对文件名和文件夹。"
    ]
    # Only the path is remembered.
    assert json.loads((own_state / "recent.json").read_text(encoding="utf-8")) == [str(book)]
    assert not (own_state / "desk.json").exists()


def test_tables_on_the_icon_are_chosen_for_the_workbook(book: Path, tmp_path: Path) -> None:
    table = tmp_path / "税务局.csv"
    table.write_text("统一社会信用代码,实缴税收（万元）\n", encoding="utf-8")
    with running(Workspace(), [table, book]) as desk:
        (session,) = desk.workspace.sessions.values()
        assert session.chosen["tables"] == [table]
    with running(Workspace(), [table]) as desk:
        assert desk.workspace.sessions == {}
        assert "税务局.csv 是部门的表" in desk.workspace.notes[0]


def test_it_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "show_address", lambda address: True)
    monkeypatch.setattr(server, "IDLE_SECONDS", 0)
    monkeypatch.setattr(server, "_LOOK_SECONDS", 0.01)
    assert main(["desk"]) == 0


def test_without_a_console_it_runs_all_the_same(book: Path) -> None:
    """As under pythonw on Windows, where there is no standard output at all."""
    program = (
        "import sys; sys.stdout = sys.stderr = sys.stdin = None\n"
        "from permu_xl.hosts.desk.serving import server\n"
        "server.show_address = lambda address: True\n"
        "server.IDLE_SECONDS = 0\n"
        "from permu_xl.cli import main\n"
        f"raise SystemExit(main(['desk', {str(book)!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_without_its_libraries_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = (
        "import sys; sys.modules['flask'] = sys.modules['waitress'] = None\n"
        "from permu_xl.cli import main\n"
        "raise SystemExit(main(['desk']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert 'pip install "permu-xl[desk]"' in done.stderr
