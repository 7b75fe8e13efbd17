"""The folder for desktops without internet, from a fake Python and fake wheels."""

from __future__ import annotations

import hashlib
import re
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from permu_xl.errors import PermuError, UsageError
from permu_xl.hosts.excel.setup.offline import packages
from permu_xl.hosts.excel.setup.offline.folder import HASHES, SCRIPTS, bundle
from permu_xl.hosts.excel.setup.offline.packages import names_of, requirements
from tests.places import ROOT


def _no_fetch(version: str, platform: str, folder: Path) -> None:
    raise AssertionError("nothing is to be fetched")


def test_what_a_desktop_needs_is_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["desk"]]
    wanted = {each.split(";")[0].strip().lower() for each in declared}
    assert set(requirements()) == wanted | {"colorama", "pywin32"}


def test_every_requirement_has_its_exact_version() -> None:
    file = Path(packages.__file__).with_name("python-3.13.txt")
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", line) for line in lines)
    assert names_of(requirements()) <= names_of(lines)


def test_the_folder_has_all_that_is_needed(python_zip: Path, wheels: Path, tmp_path: Path) -> None:
    out = tmp_path / "离线"
    bundle(python_zip, out, wheels, _no_fetch)
    packages = out / "python" / "Lib" / "site-packages"
    assert (out / "python" / "xlwings64-0.37.8.dll").read_bytes() == b"dll"
    assert not list(out.rglob("xlwings.exe"))
    assert (packages / "numpy" / "__init__.py").is_file()
    assert (packages / "permu_xl" / "hosts" / "excel" / "udfs.py").is_file()
    assert (
        packages / "permu_xl" / "hosts" / "excel" / "setup" / "vba" / "permu_tools.bas"
    ).is_file()
    assert (packages / "permu_xl" / "workbook" / "permu.xlam").is_file()
    assert not list(packages.rglob("__pycache__"))
    assert not list(out.rglob("_wmi.pyd"))
    path = (out / "python" / "python313._pth").read_text(encoding="ascii").splitlines()
    assert path == ["python313.zip", ".", "Lib\\site-packages", "import site"]
    assert {p.name for p in out.iterdir()} == {
        *SCRIPTS, "python", "permu_template.xlsm", "说明.txt", HASHES,
    }  # fmt: skip


def test_the_scripts_are_plain_enough_for_every_code_page(
    python_zip: Path, wheels: Path, tmp_path: Path
) -> None:
    bundle(python_zip, tmp_path / "out", wheels, _no_fetch)
    for name, script in SCRIPTS.items():
        # Chinese is only shown; and whoever reads its bytes in another code page finds none that
        # cmd.exe takes for a sign of its own.
        odd = [line.strip() for line in script.splitlines() if not line.isascii()]
        assert all(line.startswith("echo ") for line in odd), name
        chinese = "".join(each for each in script if not each.isascii()).encode("gbk")
        assert not set(chinese) & set(b'^|&<>%"()!\n'), name
        written = (tmp_path / "out" / name).read_bytes()
        assert written.decode("gbk").replace("\r\n", "\n") == script
        assert "goto" not in script
    assert "excel install" in SCRIPTS["安装.cmd"]
    assert "excel uninstall" in SCRIPTS["卸载.cmd"]
    assert "excel doctor %*" in SCRIPTS["检查.cmd"]


def test_parts_that_nothing_uses_stay_out(python_zip: Path, wheels: Path, tmp_path: Path) -> None:
    unused = ("pythonwin/Pythonwin.exe", "win32com/test/a.py", "xlwings/quickstart.xlsm")
    with zipfile.ZipFile(wheels / "pywin32-1.0-py3-none-any.whl", "a") as packed:
        for name in (*unused, "win32/lib/win32timezone.py", "xlwings/xlwingslib.pyd"):
            packed.writestr(name, b"")
    bundle(python_zip, tmp_path / "out", wheels, _no_fetch)
    packages = tmp_path / "out" / "python" / "Lib" / "site-packages"
    assert (packages / "win32" / "lib" / "win32timezone.py").is_file()
    assert (packages / "xlwings" / "xlwingslib.pyd").is_file()
    assert not [name for name in unused if (packages / name).exists()]


def test_every_file_has_its_hash(python_zip: Path, wheels: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    bundle(python_zip, out, wheels, _no_fetch)
    lines = (out / HASHES).read_text(encoding="utf-8-sig").splitlines()
    noted = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {f.relative_to(out).as_posix() for f in out.rglob("*") if f.is_file()}
    assert set(noted) == files - {HASHES}
    assert noted["python/xlwings64-0.37.8.dll"] == hashlib.sha256(b"dll").hexdigest()


def test_wheels_are_fetched_for_the_pythons_version(
    python_zip: Path, wheels: Path, tmp_path: Path
) -> None:
    asked = []

    def fetch(version: str, platform: str, folder: Path) -> None:
        asked.append((version, platform))
        for wheel in wheels.iterdir():
            (folder / wheel.name).write_bytes(wheel.read_bytes())

    bundle(python_zip, tmp_path / "out", None, fetch)
    assert asked == [("3.13", "win_amd64")]


def test_missing_wheels_are_named(python_zip: Path, wheels: Path, tmp_path: Path) -> None:
    next(wheels.glob("numpy*")).unlink()
    with pytest.raises(UsageError, match="numpy"):
        bundle(python_zip, tmp_path / "out", wheels, _no_fetch)


def _wheel(file: Path, metadata: str = "") -> None:
    name = file.name.split("-")[0]
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(f"{name}/__init__.py", f"# {file.name}")
        packed.writestr(f"{name}-1.0.dist-info/METADATA", metadata)


def test_what_a_package_needs_in_turn_is_named(
    python_zip: Path, wheels: Path, tmp_path: Path
) -> None:
    _wheel(
        wheels / "rich-1.0-py3-none-any.whl",
        "Name: rich\nRequires-Dist: markdown-it-py>=2.2.0\nRequires-Dist: Pygments (<3,>=2)\n"
        'Requires-Dist: ipywidgets>=7; extra == "jupyter"\n\nRequires-Dist: nonsense\n',
    )
    with pytest.raises(UsageError, match="：markdown-it-py、pygments。"):
        bundle(python_zip, tmp_path / "o1", wheels, _no_fetch)
    _wheel(wheels / "markdown_it_py-1.0-py3-none-any.whl", "Requires-Dist: mdurl~=0.1\n")
    _wheel(wheels / "pygments-1.0-py3-none-any.whl")
    with pytest.raises(UsageError, match="：mdurl。"):
        bundle(python_zip, tmp_path / "o2", wheels, _no_fetch)


def test_wheels_for_others_are_left_alone(python_zip: Path, wheels: Path, tmp_path: Path) -> None:
    next(wheels.glob("numpy*")).unlink()
    for tags in ("cp312-cp312-win_amd64", "cp313-cp313-manylinux_2_28_x86_64", "cp313-cp313-win32"):
        _wheel(wheels / f"numpy-1.0-{tags}.whl")
    with pytest.raises(UsageError, match="适合此 Python 的 wheel 文件：numpy。"):
        bundle(python_zip, tmp_path / "o1", wheels, _no_fetch)
    _wheel(wheels / "numpy-1.0-cp310-abi3-win_amd64.whl")
    bundle(python_zip, tmp_path / "o2", wheels, _no_fetch)
    [found] = (tmp_path / "o2").rglob("numpy/__init__.py")
    assert "abi3" in found.read_text()


def test_a_python_of_32_bits_gets_wheels_of_32_bits(wheels: Path, tmp_path: Path) -> None:
    header = bytearray(0x100)
    header[0x3C:0x40] = (0x80).to_bytes(4, "little")
    header[0x84:0x86] = (0x014C).to_bytes(2, "little")
    file = tmp_path / "win32.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("python.exe", bytes(header))
        packed.writestr("python313._pth", "")
    asked = []

    def fetch(version: str, platform: str, folder: Path) -> None:
        asked.append(platform)
        for wheel in wheels.iterdir():
            (folder / wheel.name).write_bytes(wheel.read_bytes())

    bundle(file, tmp_path / "out", None, fetch)
    assert asked == ["win32"]


def test_copying_gives_up_on_files_in_use() -> None:
    # Robocopy's own default is a million attempts, half a minute apart.
    assert "/R:2 /W:1" in SCRIPTS["安装.cmd"]


def test_wrong_calls_are_told(python_zip: Path, wheels: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="不是空的"):
        bundle(python_zip, wheels, wheels, _no_fetch)
    no_zip = tmp_path / "a.zip"
    no_zip.write_bytes(b"x")
    with pytest.raises(UsageError, match="不是 zip"):
        bundle(no_zip, tmp_path / "o1", wheels, _no_fetch)
    with pytest.raises(UsageError, match="嵌入式"):
        bundle(next(wheels.glob("rich*")), tmp_path / "o2", wheels, _no_fetch)
    with pytest.raises(PermuError, match="找不到"):
        bundle(tmp_path / "absent.zip", tmp_path / "o3", wheels, _no_fetch)


def test_a_package_that_was_copied_makes_no_bundle(
    python_zip: Path, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", absent)
    with pytest.raises(PermuError, match="pip 装好"):
        bundle(python_zip, tmp_path / "out", wheels, _no_fetch)


def test_a_wheel_cannot_write_elsewhere(python_zip: Path, wheels: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheels / "evil-1.0-py3-none-any.whl", "w") as packed:
        packed.writestr("../../evil.py", b"")
    with pytest.raises(UsageError, match="不正常的路径"):
        bundle(python_zip, tmp_path / "out", wheels, _no_fetch)
    assert not list(tmp_path.rglob("evil.py"))
