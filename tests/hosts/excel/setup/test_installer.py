"""Installing for one user and undoing it: in a fake home."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from permu_xl.cli import program
from permu_xl.cli.options import WRONG_CALL
from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.excel.setup import installer
from permu_xl.hosts.excel.setup.installer import (
    Places,
    compile_modules,
    install,
    shipped,
    uninstall,
)
from permu_xl.hosts.excel.setup.xlwings_conf import INTERPRETER, settings_of


@pytest.fixture
def places(tmp_path: Path) -> Places:
    home = tmp_path / "home"
    python = home / "py" / "python.exe"
    python.parent.mkdir(parents=True)
    python.touch()
    return Places(home / "Roaming", home / "Local", home, python, "gbk")


@pytest.fixture
def bundled(places: Places) -> Places:
    places.own_python.parent.mkdir(parents=True)
    places.own_python.touch()
    return replace(places, python=places.own_python)


@pytest.fixture
def addin(tmp_path: Path) -> Path:
    file = tmp_path / "permu.xlam"
    file.write_bytes(b"add-in")
    return file


def _tree(root: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(root)): p.read_bytes() if p.is_file() else b""
        for p in root.rglob("*")
        if p.is_file() or p.name in (".xlwings", "Excel", "XLSTART", "permu_xl")
    }


def test_install_and_uninstall_leave_no_trace(places: Places, addin: Path) -> None:
    before = _tree(places.profile)
    install(places, addin)
    assert places.addin.read_bytes() == b"add-in"
    # As VBA reads it: UTF-16 with its mark.
    assert places.noted.read_bytes() == b"\xff\xfe" + str(places.python).encode("utf-16-le")
    assert not places.configuration.exists()
    uninstall(places)
    assert _tree(places.profile) == before


def test_the_bundle_needs_no_note(bundled: Places, addin: Path) -> None:
    before = _tree(bundled.profile)
    bundled.noted.write_bytes(b"of another installation")
    install(bundled, addin)
    assert not bundled.noted.exists()
    uninstall(bundled)
    assert _tree(bundled.profile) == before


def test_whoever_has_the_bundle_is_told_that_it_comes_first(bundled: Places, addin: Path) -> None:
    other = replace(bundled, python=bundled.profile / "py" / "python.exe")
    told = install(other, addin)
    assert any("Excel 用的仍是离线包里的“安装.cmd”装的 Python" in line for line in told)
    assert not any("离线包" in line for line in install(bundled, addin))


def test_the_bundles_modules_are_compiled(bundled: Places, places: Places) -> None:
    for each in (bundled, places):
        module = each.python.parent / "Lib" / "site-packages" / "a.py"
        module.parent.mkdir(parents=True)
        for number in range(50):
            module.with_stem(f"a{number}").write_text("x = 1\n")
        told = list(compile_modules(each))
        assert told == ["已编译50个模块，共50个"] * each.is_bundle
        assert bool(list(module.parent.rglob("a7.*.pyc"))) is each.is_bundle


def test_a_path_with_letters_that_no_code_page_has(places: Places, addin: Path) -> None:
    odd = replace(places, python=places.python.with_name("𠮷Б.exe"), encoding="latin-1")
    install(odd, addin)
    assert odd.noted.read_bytes().decode("utf-16") == str(odd.python)


CONFIGURATIONS = {
    "utf-8": '"备注","甲"\r\n"SHOW CONSOLE","True"\r\n'.encode(),
    "utf-8 with mark": b"\xef\xbb\xbf" + '"备注","甲"\r\n"SHOW CONSOLE","True"\r\n'.encode(),
    "utf-16": '\ufeff"备注","甲"\r\n"SHOW CONSOLE","True"\r\n'.encode("utf-16-le"),
    "gbk": '"备注","甲"\r\n"SHOW CONSOLE","True"\r\n'.encode("gbk"),
    "none": b'"\xff\xff\x81","\x81"\r\n"SHOW CONSOLE","True"\r\n',
}


@pytest.mark.parametrize("kind", CONFIGURATIONS)
def test_what_others_have_set_is_left_alone(places: Places, addin: Path, kind: str) -> None:
    places.configuration.parent.mkdir()
    places.configuration.write_bytes(CONFIGURATIONS[kind])
    install(places, addin)
    uninstall(places)
    assert places.configuration.read_bytes() == CONFIGURATIONS[kind]


def _installed_before(places: Places, before: str | None, *, existed: bool) -> None:
    """Leave what an earlier version left: a record, and its Python in xlwings' configuration."""
    places.record.parent.mkdir(parents=True, exist_ok=True)
    record = {
        "interpreter": before, "configuration": existed, "folder": existed,
        "addin_folder": False, "pythons": [r"C:\old\python.exe"],
    }  # fmt: skip
    places.record.write_text(json.dumps(record), encoding="utf-8")


@pytest.mark.parametrize("kind", CONFIGURATIONS)
def test_what_an_earlier_version_set_is_given_back(places: Places, addin: Path, kind: str) -> None:
    places.configuration.parent.mkdir()
    original = CONFIGURATIONS[kind]
    encoding = {"utf-16": "utf-16-le", "none": "latin-1"}.get(kind, kind.split()[0])
    ours = '"INTERPRETER_WIN","C:\\old\\python.exe"\r\n'.encode(encoding)
    places.configuration.write_bytes(original + ours)
    _installed_before(places, r"C:\other\python.exe", existed=True)
    install(places, addin)
    uninstall(places)
    other = '"INTERPRETER_WIN","C:\\other\\python.exe"\r\n'.encode(encoding)
    assert places.configuration.read_bytes() == original + other


def test_the_file_of_an_earlier_version_goes_with_it(places: Places, addin: Path) -> None:
    places.configuration.parent.mkdir()
    places.configuration.write_bytes(b'"INTERPRETER_WIN","C:\\old\\python.exe"\r\n')
    _installed_before(places, None, existed=False)
    uninstall(places)
    assert not places.configuration.parent.exists()


def test_a_setting_changed_meanwhile_is_left_alone(places: Places) -> None:
    places.configuration.parent.mkdir()
    places.configuration.write_bytes(b'"INTERPRETER_WIN","C:\\mine.exe"\r\n')
    _installed_before(places, None, existed=True)
    uninstall(places)
    assert settings_of(places.configuration, "utf-8") == {INTERPRETER: "C:\\mine.exe"}


def test_an_installation_that_failed_midway_is_undone_as_well(places: Places, addin: Path) -> None:
    before = _tree(places.profile)
    with pytest.raises(FileAccessError):
        install(places, addin / "absent")
    uninstall(places)
    assert _tree(places.profile) == before


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
    assert program.main(["excel", command]) == WRONG_CALL
    assert "不是 Windows" in capsys.readouterr().err


def test_a_windows_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "name", "nt")
    monkeypatch.setattr(installer, "windows_version", lambda: (6, 1, 7601))
    with pytest.raises(UsageError, match="Windows 10"):
        Places.of_user()
