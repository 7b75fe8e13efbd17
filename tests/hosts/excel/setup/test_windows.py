"""Scripts of the bundle, and what the doctor asks, on a Windows: under Wine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.excel.wine import Bench

pytestmark = pytest.mark.wine

SCRIPT = r"""
import json, sys
from pathlib import Path
from permu_xl.hosts.excel.setup import system
from permu_xl.hosts.excel.setup.installer import Places
from permu_xl.hosts.excel.setup.doctor import library_beside
import winreg

python = Path(sys.executable)
key = r"Software\Classes\permu_xl_test\CLSID"
with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_WRITE) as made:
    winreg.SetValueEx(made, "", 0, winreg.REG_SZ, "{甲}")
library = library_beside(python, 64)
found = {
    "windows": system.windows_version(),
    "imports": system._imports(python, ["numpy", "pythoncom", "nothing_here"]),
    "start": system._start(python, library).reason,
    "no python": system._start(Path(r"C:\nowhere\python.exe"), library).reason,
    "registry": [
        system._registry_value("HKCU", key, "", bits) for bits in (64, 32)
    ] + [system._registry_value("HKCU", key, "absent", 64)],
    "places": str(Places.of_user().own_python),
}
winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(bench: Bench) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(bench.python(SCRIPT))
    return answer


def test_the_server_is_started_and_calculates(found: dict[str, Any]) -> None:
    assert found["start"] == ""
    assert "找不到文件" in found["no python"] or "not found" in found["no python"]


def test_what_the_doctor_asks_windows(found: dict[str, Any]) -> None:
    assert found["windows"][0] == 10
    assert found["imports"] == {
        "nothing_here": "ModuleNotFoundError: No module named 'nothing_here'"
    }
    assert found["registry"] == ["{甲}", "{甲}", None]
    assert found["places"].endswith(r"AppData\Local\permu_xl\python\python.exe")


def test_install_inside_a_zip_says_so(bench: Bench, tmp_path: Path) -> None:
    """Explorer unpacks only the script that is clicked on."""
    shutil.copyfile(bench.portable.parent / "安装.cmd", tmp_path / "install.cmd")
    status, shown = bench.command_file(tmp_path / "install.cmd", "/q")
    assert status == 1
    assert shown.strip() == (
        "没有找到 python 文件夹：请先把压缩包整个解压，再双击解压出来的“安装.cmd”。"
    )
