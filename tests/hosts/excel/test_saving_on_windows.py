"""Saving and locks as Windows has them: files that others have open, runs that are killed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.excel.wine import Bench, windows_path

pytestmark = pytest.mark.wine

SCRIPT = """
import ctypes, json, os, subprocess, sys
from pathlib import Path
from permu_xl.xlsx.files import replace_file
from permu_xl.xlsx.files import claimed
from permu_xl.errors import FileAccessError

book = Path(sys.argv[1]) / "某区.xlsx"
found = {}

def names():
    return sorted(each.name for each in book.parent.iterdir())

def save(content):
    replace_file(book, lambda file: file.write(content), backup=True)

def tried(action):
    try:
        action()
    except FileAccessError as error:
        return str(error)
    return ""

def claim():
    with claimed(book):
        pass

def opened(share):
    # As Excel opens a workbook: others may read it, but neither write nor replace it.
    handle = ctypes.windll.kernel32.CreateFileW(str(book), 0xC0000000, share, None, 3, 0, None)
    assert handle not in (-1, 0xFFFFFFFF)
    return handle

save(b"one")
save(b"two")
found["saved"] = [book.read_bytes().decode(), names()]
mark = book.with_name("~$某区.xlsx")
mark.write_bytes(b"")
found["mark of a crash"] = tried(claim)
handle = opened(1)
found["open in Excel, claimed"] = tried(claim)
found["open in Excel, saved"] = tried(lambda: save(b"three"))
ctypes.windll.kernel32.CloseHandle(handle)
mark.unlink()
found["after that"] = [book.read_bytes().decode(), names()]
hold = (
    "import sys; from pathlib import Path; from permu_xl.xlsx.files.locks import claimed\\n"
    "with claimed(Path(sys.argv[1])):\\n    print('held', flush=True); sys.stdin.read()"
)
other = subprocess.Popen(
    [sys.executable, "-B", "-X", "utf8", "-c", hold, str(book)],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
)
other.stdout.readline()
found["another run"] = tried(claim)
other.kill()
other.wait()
found["left by the killed run"] = len(names()) - 2
found["after the kill"] = tried(claim)
found["at the end"] = names()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(bench: Bench) -> dict[str, Any]:
    folder = bench.folder / "saving"
    folder.mkdir()
    answer: dict[str, Any] = json.loads(bench.python(SCRIPT, windows_path(Path(folder))))
    return answer


def test_saved_with_a_backup(found: dict[str, Any]) -> None:
    assert found["saved"] == ["two", ["某区.bak.xlsx", "某区.xlsx"]]


def test_workbook_that_excel_has_open(found: dict[str, Any]) -> None:
    assert "正在 Excel 或 WPS 中打开" in found["open in Excel, claimed"]
    assert "正在 Excel 或 WPS 中打开" in found["open in Excel, saved"]
    assert found["after that"] == ["two", ["某区.bak.xlsx", "某区.xlsx"]]


def test_mark_that_excel_left_in_a_crash(found: dict[str, Any]) -> None:
    assert found["mark of a crash"] == ""


def test_second_run_is_refused_until_the_first_is_gone(found: dict[str, Any]) -> None:
    assert "另一个 permu-xl 正在处理" in found["another run"]
    assert found["left by the killed run"] == 1
    assert found["after the kill"] == ""
    assert found["at the end"] == ["某区.bak.xlsx", "某区.xlsx"]
