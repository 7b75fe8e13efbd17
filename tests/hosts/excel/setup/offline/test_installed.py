"""The installer on a Windows of a user with a Chinese name, from its start to the last trace.

One file and one installation; the tests follow each other as the user's days do.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import LnkParse3
import openpyxl
import pytest

from permu_xl import __version__
from permu_xl.cli import main
from permu_xl.hosts.excel.setup.offline import make_installer
from permu_xl.intake import build_departments
from permu_xl.workbook import layout
from tests.hosts.desk.test_browser import go, press, told
from tests.hosts.excel.setup.offline.conftest import no_fetch
from tests.hosts.excel.wine import USER, Bench, Chain, environment, windows_path
from tests.workbook.districts import filled, spread_firms

pytestmark = pytest.mark.wine

PROFILE = rf"C:\users\{USER}"
HOME = rf"{PROFILE}\AppData\Local\permu_xl"
MENU = rf"{PROFILE}\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\亩均评价"
SENT = rf"{PROFILE}\AppData\Roaming\Microsoft\Windows\SendTo"
DESKTOP = rf"{PROFILE}\Desktop"
ADDIN = rf"{PROFILE}\AppData\Roaming\Microsoft\Excel\XLSTART\permu.xlam"
LISTED = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Uninstall\permu_xl"
ENTRIES = {
    MENU: {"亩均评价", "空白工作簿", "函数示例", "使用手册", "检查", "卸载"},
    SENT: {"亩均评价", "核查", "评价", "导入部门表", "一企一单"},
    DESKTOP: {"亩均评价"},
}
CLASSES = r"HKEY_LOCAL_MACHINE\Software\Classes"
CLASS_ID = "{00024500-0000-0000-C000-000000000046}"
WAIT_SECONDS = 120.0
# What changes of itself, and the copy from which an uninstaller runs, deleted at the next start.
OF_WINDOWS = re.compile(
    r"DriverDate|PendingFileRenameOperations|Temp/~nsu|Control\\\\Class\\\\{4D36E96[8E]-"
)

# What stands for the user's own programs: it notes beside itself what it is to open.  Wine starts
# programs by commands of up to 256 characters.
NOTE = """
import sys
with open(__file__ + ".txt", "a", encoding="utf-8") as noted:
    noted.write(sys.argv[1] + chr(10))
"""


@dataclass
class Computer:
    """A Windows with our program on it."""

    bench: Bench
    installer: Path
    noted: Path
    before: dict[str, str]
    status: int

    def install(self, *options: str) -> int:
        """Run the installer as an administrator's script does."""
        return self.bench.run(windows_path(self.installer), "/S", *options)[0]

    def entry(self, folder: str, name: str, *files: Path) -> list[str]:
        """Return the command that an entry stands for, with what is dropped on it."""
        with self.bench.file(rf"{folder}\{name}.lnk").open("rb") as file:
            found = LnkParse3.lnk_file(file, cp="gbk").get_json()
        words = found["data"].get("command_line_arguments", "").split()
        target = found["link_info"]["local_base_path"]
        assert self.bench.file(target).is_file()
        return [target, *words, *map(windows_path, files)]

    def run(self, folder: str, name: str, *files: Path) -> tuple[int, str]:
        """Start an entry, and wait for its end; return its status and what it says."""
        return self.bench.run(*self.entry(folder, name, *files))

    def opened(self, begins: str) -> str:
        """Return what the user's own programs were given to open, once it begins so."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            lines = self.noted.read_text(encoding="utf-8").splitlines()
            for line in lines:
                if line.startswith(begins):
                    self.noted.write_text("", encoding="utf-8")
                    return line
            time.sleep(0.2)
        raise AssertionError(f"{begins} was not opened, but: {lines}")


def _programs(bench: Bench, note: Path) -> dict[str, dict[str, str]]:
    """Return what registers an Excel, and a program for workbooks, pages and addresses."""
    note.write_text(NOTE, encoding="utf-8")
    python = windows_path(bench.portable / "python.exe")
    command = f'"{python}" "{windows_path(note)}" "%1"'
    return {
        rf"{CLASSES}\Excel.Application\CLSID": {"": CLASS_ID},
        rf"{CLASSES}\CLSID\{CLASS_ID}\LocalServer32": {"": r"C:\Office\EXCEL.EXE"},
        rf"{CLASSES}\.xlsx": {"": "permu_test"},
        rf"{CLASSES}\.html": {"": "permu_test"},
        rf"{CLASSES}\permu_test\shell\open\command": {"": command},
        rf"{CLASSES}\microsoft-edge": {"URL Protocol": ""},
        rf"{CLASSES}\microsoft-edge\shell\open\command": {"": command},
    }


@pytest.fixture(scope="module")
def computer(
    bench: Bench, chains: list[Chain], hollow: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Computer]:
    """A computer with Excel and Edge, on which the installer has run over an earlier version."""
    for each in chains:
        each.close()
    folder = tmp_path_factory.mktemp("installer")
    made, _ = make_installer(
        bench.downloads / "python.zip", folder, bench.downloads, no_fetch, compressor="zlib"
    )
    note = bench.portable.parent / "note.py"
    noted = Path(f"{note}.txt")
    noted.touch()
    programs = _programs(bench, note)
    _clear(bench)
    bench.register(programs)
    before = snapshot(bench)
    assert bench.run(windows_path(hollow), "/S", "/NOADDIN")[0] == 0
    _use_earlier_version(bench)
    found = Computer(bench, made, noted, before, 0)
    found.status = found.install("/ADDIN")
    yield found
    bench.stop()
    bench.register({key: {} for key in programs})


def _use_earlier_version(bench: Bench) -> None:
    """Leave what a user and an earlier version leave."""
    home = bench.file(HOME)
    (home / "我的方案.toml").write_text("用户的", encoding="utf-8")
    (home / "recent.json").write_text("[]", encoding="utf-8")
    (home / "python" / "gone.py").touch()
    bench.register({LISTED: {"DisplayVersion": "0.0.1"}})


def _clear(bench: Bench) -> None:
    """Remove what a killed run may have left, and what an uninstaller removes with ours."""
    ours = (HOME, MENU, ADDIN.rpartition("\\")[0], rf"{PROFILE}\Documents\亩均评价")
    for place in (*ours, rf"{PROFILE}\Temp\gen_py"):
        shutil.rmtree(bench.file(place), ignore_errors=True)
    for place, names in ENTRIES.items():
        for name in names:
            bench.file(rf"{place}\{name}.lnk").unlink(missing_ok=True)
    # The list of this user, for whom nothing else is ever installed.
    bench.register({LISTED.rpartition("\\")[0]: {}})


def snapshot(bench: Bench) -> dict[str, str]:
    """Return all files of the drive C and all values of the registry."""
    bench.stop()
    drive = bench.file("C:\\")
    found = {
        str(file.relative_to(drive)): f"{file.lstat().st_size} {file.lstat().st_mtime_ns}"
        if file.is_file()
        else "folder"
        for file in drive.rglob("*")
    }
    for hive in ("system.reg", "user.reg", "userdef.reg"):
        key = ""
        text = (bench.prefix / hive).read_text(encoding="utf-8", errors="replace")
        for line in text.replace("\\\n", "").splitlines():
            if line.startswith("["):
                key = line.rpartition("]")[0]
                found[f"{hive} {key}]"] = "key"
            elif line.startswith(('"', "@")):
                name, _, value = line.partition("=")
                found[f"{hive} {key}] {name}"] = value
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "二〇二二年 部门 报来"
    made.mkdir()
    return made


@pytest.fixture
def book(folder: Path) -> Path:
    return filled(folder / "某 区.xlsx", spread_firms(12), spread_firms(12))


def test_it_installs_without_a_word(computer: Computer) -> None:
    assert computer.status == 0
    home = computer.bench.file(HOME)
    assert {each.name for each in home.iterdir()} == {
        "python",
        "使用手册.html",
        "permu.ico",
        "卸载.exe",
        "install.json",
        "我的方案.toml",
        "recent.json",
    }
    assert computer.bench.file(ADDIN).is_file()
    # Every module of ours, and of what is imported on the way to a run, is compiled.
    packages = home / "python" / "Lib" / "site-packages"
    for name in ("permu_xl", "numpy", "openpyxl", "flask"):
        modules = [each for each in (packages / name).rglob("*.py") if each.stat().st_size]
        compiled = {each.name.partition(".")[0] for each in (packages / name).rglob("*.pyc")}
        assert {each.stem for each in modules} <= compiled


def test_it_replaces_an_earlier_version_and_keeps_what_is_the_users(computer: Computer) -> None:
    home = computer.bench.file(HOME)
    assert (home / "我的方案.toml").read_text(encoding="utf-8") == "用户的"
    assert (home / "recent.json").read_text(encoding="utf-8") == "[]"
    assert not (home / "python" / "gone.py").exists()
    assert not (home / "python.old").exists()


def test_every_entry_is_there(computer: Computer) -> None:
    for place, names in ENTRIES.items():
        there = {each.stem for each in computer.bench.file(place).glob("*.lnk")}
        assert there == names
        for name in names:
            computer.entry(place, name)


def test_it_stands_in_the_list_of_programs(computer: Computer) -> None:
    status, said = computer.bench.run("reg", "query", LISTED)
    assert status == 0
    assert re.search(r"DisplayName +REG_SZ +亩均评价", said)
    assert re.search(rf"DisplayVersion +REG_SZ +{re.escape(__version__)}\s", said)
    assert rf"{HOME}\卸载.exe" in said


def test_check_says_what_is_wrong(computer: Computer, folder: Path) -> None:
    firms = spread_firms(12)
    firms[0]["tax"] = "约三百"
    book = filled(folder / "某 区.xlsx", firms, spread_firms(12))
    before = book.read_bytes()
    status, said = computer.run(SENT, "核查", book)
    assert status == 1
    assert "【核查】某 区.xlsx" in said
    assert "“约三百”" in said
    assert "错误1条" in said
    assert book.read_bytes() == before


def test_run_gives_the_results_of_the_command_line(computer: Computer, book: Path) -> None:
    status, said = computer.run(SENT, "评价", book)
    result = book.with_name("某 区-结果.xlsx")
    assert status == 0
    assert result.name in said
    # What this computer makes of the same inputs, cell by cell.
    assert main(["verify", str(result)]) == 0


def test_import_reads_the_departments_tables(computer: Computer, folder: Path) -> None:
    book = folder / "某区 2022.xlsx"
    assert main(["template", str(book), "--year", "2022", "--rows", "200"]) == 0
    tables = folder / "各 部门"
    tables.mkdir()
    build_departments(tables)
    status, said = computer.run(SENT, "导入部门表", *sorted(tables.iterdir()), book)
    assert status in (0, 1), said
    sheets = openpyxl.load_workbook(book, read_only=True)
    assert layout.PROVENANCE in sheets.sheetnames


def test_import_without_a_table_says_what_to_choose(computer: Computer, book: Path) -> None:
    status, said = computer.run(SENT, "导入部门表", book)
    assert status == 2
    assert "这里没有部门的表" in said


def test_notices_stand_beside_the_workbook(computer: Computer, book: Path) -> None:
    status, _ = computer.run(SENT, "一企一单", book)
    assert status == 0
    assert len(list(book.with_name("某 区-一企一单").glob("*.docx"))) == 12


def test_the_doctor_starts_the_add_ins_python(computer: Computer) -> None:
    _, said = computer.run(MENU, "检查")
    python = rf"{HOME}\python\python.exe"
    assert rf"[正常] 设置：Excel 启动 {python}" in said
    assert "[正常] 启动：Python 服务启动并算对了一个公式" in said
    assert f"[正常] 加载项：{ADDIN}" in said
    assert "有问题" not in said


def test_the_com_chain_of_what_is_installed(computer: Computer) -> None:
    bench = computer.bench
    with bench.chain(portable=bench.file(rf"{HOME}\python")) as chain:
        assert chain.call("PERMU_SCORE", 5, 10, 30) == [[15.0]]
        # It runs: an update and a removal say so and leave everything as it is.
        there = bench.file(HOME).stat().st_mtime_ns
        assert computer.install() == 1
        assert bench.file(rf"{HOME}\python\python.exe").is_file()
        assert bench.file(HOME).stat().st_mtime_ns == there
        assert chain.call("PERMU_SCORE", 5, 10, 30) == [[15.0]]


def test_workbooks_of_the_menu_are_the_users_own(computer: Computer) -> None:
    documents = computer.bench.file(rf"{PROFILE}\Documents\亩均评价")
    assert computer.run(MENU, "空白工作簿")[0] == 0
    assert computer.opened(PROFILE).endswith(r"\Documents\亩均评价\空白工作簿.xlsx")
    assert main(["check", str(documents / "空白工作簿.xlsx")]) == 1
    assert computer.run(MENU, "函数示例")[0] == 0
    assert computer.opened(PROFILE).endswith(r"\Documents\亩均评价\函数示例.xlsx")
    assert openpyxl.load_workbook(documents / "函数示例.xlsx", read_only=True).sheetnames


def test_the_manual_opens(computer: Computer) -> None:
    computer.bench.run("start", rf"{MENU}\使用手册.lnk")
    assert computer.opened("C:").endswith(r"\permu_xl\使用手册.html")
    assert "<h1" in computer.bench.file(rf"{HOME}\使用手册.html").read_text(encoding="utf-8")


def test_the_desk_leads_from_a_district_to_notices(
    computer: Computer,
    book: Path,
    browser: Any,
) -> None:
    words = computer.entry(DESKTOP, "亩均评价", book)
    desk = subprocess.Popen(
        ["wine", *words],
        env=environment(computer.bench.prefix),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        page.set_default_timeout(WAIT_SECONDS * 1000)
        page.goto(computer.opened("microsoft-edge:").removeprefix("microsoft-edge:"))
        page.get_by_text(book.name).first.wait_for()
        go(page, "evaluate")
        press(page, "开始评价")
        told(page, "已完成：参评12户")
        go(page, "notices")
        press(page, "生成确认单")
        told(page, "12户企业的确认单")
        press(page, "退出")
        assert desk.wait(WAIT_SECONDS) == 0
    assert len(list(book.with_name("某 区-一企一单").glob("*.docx"))) == 12
    assert main(["verify", str(book)]) == 0


def test_nothing_of_ours_is_left(computer: Computer) -> None:
    bench = computer.bench
    words = computer.entry(MENU, "卸载")
    assert bench.run(*words, "/S")[0] == 0
    until = time.monotonic() + WAIT_SECONDS
    while bench.file(rf"{HOME}\卸载.exe").exists() and time.monotonic() < until:
        time.sleep(0.5)
    # What the user made is the user's.
    bench.file(rf"{HOME}\我的方案.toml").unlink()
    bench.file(HOME).rmdir()
    shutil.rmtree(bench.file(rf"{PROFILE}\Documents\亩均评价"))
    after = snapshot(bench)
    changed = {
        what: (computer.before.get(what), after.get(what))
        for what in computer.before.keys() | after.keys()
        if computer.before.get(what) != after.get(what)
    }
    assert {what: how for what, how in changed.items() if not OF_WINDOWS.search(what)} == {}
