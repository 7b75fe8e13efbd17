"""Installing for one user, undoing it, and finding out why it does not work: in a fake home."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from permu_xl.cli import main
from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.excel.setup.doctor import System, diagnose
from permu_xl.hosts.excel.setup.installer import (
    INTERPRETER,
    Places,
    install,
    settings_of,
    shipped,
    uninstall,
)

CLASS_ID = "{00024500-0000-0000-C000-000000000046}"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    home = tmp_path / "home"
    python = home / "py" / "python.exe"
    python.parent.mkdir(parents=True)
    python.touch()
    return Places(home / "Roaming", home / "Local", home, python, "utf-8")


@pytest.fixture
def addin(tmp_path: Path) -> Path:
    file = tmp_path / "permu.xlam"
    file.write_bytes(b"add-in")
    return file


def _tree(root: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(root)): p.read_bytes() if p.is_file() else b""
        for p in root.rglob("*")
        if p.is_file() or p.name in (".xlwings", "XLSTART", "permu_xl")
    }


def test_install_and_uninstall_leave_no_trace(places: Places, addin: Path) -> None:
    before = _tree(places.profile)
    install(places, addin)
    assert places.addin.read_bytes() == b"add-in"
    assert settings_of(places.configuration, "utf-8") == {INTERPRETER: str(places.python)}
    assert b"\r\n" in places.configuration.read_bytes()
    uninstall(places)
    assert _tree(places.profile) == before


def test_what_others_have_set_comes_back(places: Places, addin: Path) -> None:
    places.configuration.parent.mkdir()
    original = b'"INTERPRETER_WIN","C:\\other\\python.exe"\r\n"SHOW CONSOLE","True"\r\n'
    places.configuration.write_bytes(original)
    install(places, addin)
    install(replace(places, python=places.python.with_name("new.exe")), addin)
    found = settings_of(places.configuration, "utf-8")
    assert found[INTERPRETER].endswith("new.exe")
    assert found["SHOW CONSOLE"] == "True"
    uninstall(places)
    assert settings_of(places.configuration, "utf-8") == {
        "SHOW CONSOLE": "True",
        INTERPRETER: "C:\\other\\python.exe",
    }


def test_an_installation_that_failed_midway_is_undone_as_well(places: Places, addin: Path) -> None:
    install(places, addin)
    # The second Python's installation stops at the add-in: the first one is still named.
    with pytest.raises(FileAccessError):
        install(replace(places, python=places.python.with_name("new.exe")), addin / "absent")
    assert settings_of(places.configuration, "utf-8") == {INTERPRETER: str(places.python)}
    uninstall(places)
    assert not places.configuration.exists()


def test_a_path_that_the_code_page_lacks_is_told(places: Places, addin: Path) -> None:
    odd = replace(places, python=places.python.with_name("\u0411.exe"), encoding="latin-1")
    with pytest.raises(FileAccessError, match="英文字母"):
        install(odd, addin)
    uninstall(odd)
    assert not places.addin.exists()
    assert not places.record.exists()


def test_a_setting_changed_meanwhile_is_left_alone(places: Places, addin: Path) -> None:
    install(places, addin)
    places.configuration.write_bytes(b'"INTERPRETER_WIN","C:\\mine.exe"\r\n')
    uninstall(places)
    assert settings_of(places.configuration, "utf-8") == {INTERPRETER: "C:\\mine.exe"}


def test_uninstall_without_install(places: Places) -> None:
    assert uninstall(places) == ["没有安装过，不需要卸载。"]


def test_a_file_in_use_is_told(places: Places, addin: Path) -> None:
    places.addin.parent.mkdir(parents=True)
    places.addin.mkdir()
    with pytest.raises(FileAccessError, match="不能读写"):
        install(places, addin)


def test_a_broken_record_is_told(places: Places) -> None:
    places.record.parent.mkdir(parents=True)
    places.record.write_text("{")
    with pytest.raises(FileAccessError, match="安装记录"):
        uninstall(places)


def test_the_shipped_files_are_found() -> None:
    assert shipped("permu.xlam").is_file()
    with pytest.raises(UsageError, match="excel build"):
        shipped("nothing.xlam")


@pytest.mark.parametrize("command", ["install", "uninstall", "doctor"])
def test_elsewhere_than_on_windows(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["excel", command]) == main.WRONG_CALL
    assert "不是 Windows" in capsys.readouterr().err


def _system(server: str = r"C:\Program Files\Microsoft Office\EXCEL.EXE", **changes: str) -> System:
    keys = {
        (r"Excel.Application\CLSID", ""): CLASS_ID,
        (rf"CLSID\{CLASS_ID}\LocalServer32", ""): server,
    }
    versions = {"xlwings": "0.37.8", "pywin32": "312", **changes}
    return System(lambda hive, key, name: keys.get((key, name)), versions.get, lambda file: False)


def _verdicts(places: Places, system: System, addin: Path | None = None) -> dict[str, str]:
    return {check.subject: check.verdict for check in diagnose(places, system, addin, [])}


def test_doctor_finds_nothing_wrong(places: Places, addin: Path) -> None:
    install(places, addin)
    (places.python.parent / "xlwings64-0.37.8.dll").touch()
    assert set(_verdicts(places, _system(), addin).values()) <= {"正常", "注意"}


def test_doctor_tells_what_to_do(places: Places, addin: Path) -> None:
    checks = diagnose(places, _system(), addin, [])
    assert all(check.remedy for check in checks if check.verdict != "正常")
    verdicts = _verdicts(places, _system(), addin)
    assert (verdicts["加载项"], verdicts["设置"]) == ("有问题", "有问题")
    assert verdicts["xlwings 接口"] == "有问题"
    assert _verdicts(places, _system(xlwings="0.37.7"))["xlwings"] == "有问题"


def test_doctor_sees_wps(places: Places) -> None:
    system = _system(r"C:\Users\a\Kingsoft\WPS Office\office6\et.exe /Automation")
    assert _verdicts(places, system)["Excel"] == "有问题"


def test_doctor_sees_that_there_is_no_excel(places: Places) -> None:
    nothing = System(lambda *asked: None, lambda name: None, lambda file: False)
    verdicts = _verdicts(places, nothing)
    assert verdicts["Excel"] == verdicts["xlwings"] == verdicts["pywin32"] == "有问题"


def test_doctor_asks_for_the_library_of_excels_bitness(places: Places) -> None:
    (places.python.parent / "xlwings64-0.37.8.dll").touch()
    system = _system(r"C:\Program Files (x86)\Microsoft Office\EXCEL.EXE")
    [check] = [c for c in diagnose(places, system, None, []) if c.subject == "xlwings 接口"]
    assert check.verdict == "有问题"
    assert "xlwings32" in check.found
    assert "重新安装 xlwings" in check.remedy


def test_doctor_sees_another_add_in_and_another_python(places: Places, addin: Path) -> None:
    other = places.python.with_name("other.exe")
    other.touch()
    install(replace(places, python=other), addin)
    addin.write_bytes(b"newer")
    verdicts = _verdicts(places, _system(), addin)
    assert (verdicts["加载项"], verdicts["设置"]) == ("有问题", "注意")
    other.unlink()
    assert _verdicts(places, _system(), addin)["设置"] == "有问题"


def test_doctor_sees_the_mark_of_a_download(places: Places, tmp_path: Path) -> None:
    book = tmp_path / "a.xlsm"
    book.touch()
    system = replace(_system(), marked=lambda file: file == book)
    [check] = [c for c in diagnose(places, system, None, [book]) if c.subject == "a.xlsm"]
    assert "解除锁定" in check.remedy
