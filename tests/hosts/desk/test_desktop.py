"""The entry in the menu of a Linux desktop."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from permu_xl.cli import main

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a Linux desktop")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


def test_it_comes_and_goes(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/亩 均/$x/python")
    assert main(["desk", "--install"]) == 0
    path = data / "applications" / "permu-xl-desk.desktop"
    entry = configparser.RawConfigParser()
    entry.optionxform = str  # type: ignore[assignment]
    entry.read(path, encoding="utf-8")
    found = entry["Desktop Entry"]
    assert found["Name"] == "亩均评价"
    # Quoted for the shell-like Exec, and its backslash doubled as in every value.
    assert found["Exec"] == '"/opt/亩 均/\\\\$x/python" -m permu_xl desk %F'
    assert "spreadsheetml.sheet;" in found["MimeType"]
    icon = data / "icons" / "hicolor" / "scalable" / "apps" / "permu-xl-desk.svg"
    assert icon.read_bytes().startswith(b"<svg")
    if program := shutil.which("desktop-file-validate"):
        done = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "")
    assert main(["desk", "--uninstall"]) == 0
    assert not path.exists()
    assert not icon.exists()


def test_elsewhere_the_installer_does_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert main(["desk", "--install"]) == 2
    assert "Windows 请用安装程序" in capsys.readouterr().err
