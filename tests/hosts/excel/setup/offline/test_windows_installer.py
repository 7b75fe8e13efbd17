"""The one file that installs on Windows, made from a Python and wheels that are none."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest

from permu_xl import __version__
from permu_xl.errors import PermuError
from permu_xl.hosts.excel.setup.doctor import WPS_MARKS, _find_excel
from permu_xl.hosts.excel.setup.offline import make_installer, windows_installer
from permu_xl.hosts.excel.setup.offline.entries import ENTRIES
from permu_xl.hosts.excel.setup.system import System
from tests.hosts.excel.setup.offline.conftest import no_fetch
from tests.hosts.excel.wine import USER, Bench, windows_path

CLASS_ID = "{00024500-0000-0000-C000-000000000046}"
SERVERS = [
    (r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE /automation", 64, True),
    (r"C:\Program Files (x86)\Microsoft Office\Office14\EXCEL.EXE", 32, True),
    (r"C:\Users\某\AppData\Local\Kingsoft\WPS Office\office6\wps.exe /et", 64, False),
    (r"D:\Office6\ET.EXE", 64, False),
    ("", 64, False),
]
CLASSES = r"HKEY_LOCAL_MACHINE\Software\Classes"
ADDIN_TRIED = 3
"""The status where all went well but the add-in, which a Python that is none cannot install."""


pytestmark = pytest.mark.usefixtures("nsis")


def test_the_same_inputs_give_the_same_bytes(
    hollow: Path,
    python_zip: Path,
    wheels: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Another time, and wheels that were written in another order.
    others = tmp_path / "others"
    others.mkdir()
    for wheel in sorted(wheels.iterdir(), reverse=True):
        shutil.copyfile(wheel, others / wheel.name)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    out = tmp_path / "乙 丙"
    made, said = make_installer(python_zip, out, others, no_fetch, compressor="zlib")
    assert made.name == "亩均评价-安装.exe"
    assert made.read_bytes() == hollow.read_bytes()
    about = made.with_suffix(".txt").read_text(encoding="utf-8-sig").splitlines()
    assert about[1] == f"版本 {__version__}"
    assert about[3] == f"SHA-256 {hashlib.sha256(made.read_bytes()).hexdigest()}"
    assert str(made) in said[0]


def test_other_inputs_give_other_bytes(
    hollow: Path, python_zip: Path, wheels: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(next(wheels.glob("rich-*")), "a") as wheel:
        wheel.writestr("rich/more.py", "1")
    second, _ = make_installer(python_zip, tmp_path / "2", wheels, no_fetch, compressor="zlib")
    assert second.read_bytes() != hollow.read_bytes()


def test_without_nsis_it_says_what_is_missing(
    python_zip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(PermuError, match="apt-get install nsis"):
        make_installer(python_zip, tmp_path / "out", None, no_fetch)


def test_what_nsis_complains_of_is_told(
    python_zip: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(windows_installer, "_script", lambda *given: "Nonsense")
    with pytest.raises(PermuError, match="NSIS 没有做成"):
        make_installer(python_zip, tmp_path / "out", wheels, no_fetch)


def test_elsewhere_than_in_the_source_tree(
    python_zip: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "site-packages" / "permu_xl" / "__init__.py"
    monkeypatch.setattr(windows_installer.permu_xl, "__file__", str(installed))
    with pytest.raises(PermuError, match="源代码文件夹"):
        windows_installer._manual()


def test_tips_fit_into_a_shortcut() -> None:
    # Explorer cuts longer ones; NSIS takes 260 characters.
    assert all(0 < len(entry.tip) < 60 for entry in ENTRIES)
    assert not [entry.tip for entry in ENTRIES if set(entry.tip) & set('$"')]


# ---------------------------------------------------------------- which Excel it finds


def _registered(server: str, bits: int) -> dict[str, dict[str, str]]:
    classes = CLASSES + (r"\WOW6432Node" if bits == 32 else "")
    return {
        rf"{CLASSES}\Excel.Application\CLSID": {"": CLASS_ID},
        # Windows has the name once for both views, Wine once a view.
        rf"{classes}\Excel.Application\CLSID": {"": CLASS_ID},
        rf"{classes}\CLSID\{CLASS_ID}\LocalServer32": {"": server},
    }


@pytest.mark.wine
def test_it_finds_excel_as_the_doctor_does(bench: Bench, hollow: Path) -> None:
    home = bench.file(rf"C:\users\{USER}\AppData\Local\permu_xl")
    shutil.rmtree(home, ignore_errors=True)
    before: set[str] = set()
    for server, bits, excel in SERVERS:
        keys = _registered(server, bits) if server else {}
        bench.register({key: {} for key in before - keys.keys()} | keys)
        before = set(keys)
        status, _ = bench.run(windows_path(hollow), "/S")
        assert (home / "python" / "python.exe").is_file()
        assert status == (ADDIN_TRIED if excel else 0), server
        # Who did without it is not given it by an update.
        (home / "卸载.exe").unlink()
        # What the doctor makes of the same registry.
        found = _find_excel(_system(server, bits))
        is_wps = found is not None and any(mark in found.server.lower() for mark in WPS_MARKS)
        assert (found is not None and not is_wps) is excel


@pytest.mark.wine
def test_the_add_in_goes_where_it_is_wanted_no_more(bench: Bench, hollow: Path) -> None:
    home = bench.file(rf"C:\users\{USER}\AppData\Local\permu_xl")
    home.mkdir(exist_ok=True)
    (home / "install.json").write_text("{}")
    assert bench.run(windows_path(hollow), "/S", "/NOADDIN")[0] == ADDIN_TRIED
    (home / "install.json").unlink()
    # Where there is Excel, test_installed does without it.
    assert bench.run(windows_path(hollow), "/S", "/ADDIN")[0] == ADDIN_TRIED
    shutil.rmtree(home)


def _system(server: str, bits: int) -> System:
    def registry(hive: str, key: str, name: str, view: int) -> str | None:
        if hive == "HKCR" and server:
            if key.startswith("Excel.Application"):
                return CLASS_ID
            if view == bits:
                return server
        return None

    return System(registry, *([None] * 5))
