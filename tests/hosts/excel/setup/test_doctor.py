"""Finding out why the add-in does not work, on fake computers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from permu_xl.hosts.checks import Check
from permu_xl.hosts.excel.setup import trial, vba
from permu_xl.hosts.excel.setup.doctor import diagnose
from permu_xl.hosts.excel.setup.installer import Places, install
from permu_xl.hosts.excel.setup.system import System, Trial, _imports

CLASS_ID = "{00024500-0000-0000-C000-000000000046}"
EXCEL = r"C:\Program Files\Microsoft Office\EXCEL.EXE"
POLICY = r"Software\Policies\Microsoft\Office\16.0"
ASR = r"SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"

Keys = Mapping[tuple[str, str], str]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    home = tmp_path / "home"
    python = home / "py" / "python.exe"
    python.parent.mkdir(parents=True)
    for name in (python.name, "xlwings64-0.37.8.dll", "xlwings32-0.37.8.dll"):
        (python.parent / name).touch()
    return Places(home / "Roaming", home / "Local", home, python, "gbk")


@pytest.fixture
def addin(tmp_path: Path) -> Path:
    file = tmp_path / "permu.xlam"
    file.write_bytes(b"add-in")
    return file


@pytest.fixture
def installed(places: Places, addin: Path) -> Places:
    install(places, addin)
    return places


def _excel(server: str = EXCEL, bits: int = 64) -> dict[tuple[str, str], str]:
    """Return what registers an Excel in the view of its bits."""
    return {
        (rf"{bits}:HKCR\Excel.Application\CLSID", ""): CLASS_ID,
        (rf"{bits}:HKCR\CLSID\{CLASS_ID}\LocalServer32", ""): server,
    }


def _system(
    keys: Keys | None = None,
    *,
    windows: tuple[int, int, int] = (10, 0, 19045),
    broken: Mapping[str, str] | None = None,
    start: Trial | None = None,
    **versions: str,
) -> System:
    found = _excel() if keys is None else keys
    packages = {"xlwings": "0.37.8", **versions}
    return System(
        registry=lambda hive, key, name, bits: found.get((rf"{bits}:{hive}\{key}", name)),
        version=packages.get,
        marked=lambda file: False,
        windows=lambda: windows,
        imports=lambda python, modules: dict(broken or {}),
        start=lambda python, library: start or Trial("", 2.5),
    )


def _checks(places: Places, system: System, addin: Path | None = None) -> dict[str, Check]:
    return {check.subject: check for check in diagnose(places, system, addin, [])}


def _verdicts(places: Places, system: System, addin: Path | None = None) -> dict[str, str]:
    return {name: check.verdict for name, check in _checks(places, system, addin).items()}


def test_nothing_is_wrong(installed: Places, addin: Path) -> None:
    checks = _checks(installed, _system(), addin)
    assert {check.verdict for check in checks.values()} == {"正常"}
    assert "2.5秒" in checks["启动"].found


def test_what_is_wrong_has_a_remedy(places: Places, addin: Path) -> None:
    checks = diagnose(places, _system(xlwings="0.37.7"), addin, [])
    assert all(check.remedy for check in checks if check.verdict != "正常")
    verdicts = {check.subject: check.verdict for check in checks}
    assert verdicts["加载项"] == verdicts["设置"] == verdicts["xlwings"] == "有问题"


def test_remedies_name_what_the_user_has(places: Places, addin: Path) -> None:
    broken = _system({}, broken={"numpy": "DLL load failed"}, xlwings="0.1")
    remedies = "".join(check.remedy for check in diagnose(places, broken, addin, []))
    assert "pip install" in remedies
    assert "permu-xl excel install" in remedies
    places.own_python.parent.mkdir(parents=True)
    places.own_python.touch()
    bundled = replace(places, python=places.own_python)
    remedies = "".join(check.remedy for check in diagnose(bundled, broken, addin, []))
    assert "pip" not in remedies
    assert "excel install" not in remedies
    assert "安装.cmd" in remedies


@pytest.fixture
def by_installer(places: Places) -> Places:
    """Everything but the add-in, as the one file for Windows puts it there."""
    for name in ("python.exe", "xlwings64-0.37.8.dll", "xlwings32-0.37.8.dll"):
        places.own_python.parent.mkdir(parents=True, exist_ok=True)
        (places.own_python.parent / name).touch()
    (places.own_python.parent.parent / "卸载.exe").touch()
    return replace(places, python=places.own_python)


def test_remedies_name_the_installer(by_installer: Places, addin: Path) -> None:
    broken = _system({}, broken={"numpy": "DLL load failed"}, xlwings="0.1")
    remedies = "".join(check.remedy for check in diagnose(by_installer, broken, addin, []))
    assert "再运行一次“亩均评价-安装.exe”" in remedies
    assert "安装.cmd" not in remedies
    assert "pip" not in remedies


def test_who_does_without_the_add_in_has_nothing_to_mend(by_installer: Places, addin: Path) -> None:
    for keys in ({}, _excel(r"C:\Kingsoft\WPS Office\office6\wps.exe")):
        checks = _checks(by_installer, _system(keys), addin)
        assert "有问题" not in {check.verdict for check in checks.values()}
        assert checks["Excel"].verdict == checks["加载项"].verdict == "注意"
        assert "“亩均评价”不需要它" in checks["Excel"].remedy
    # Whoever has installed it wants it.
    install(by_installer, addin)
    by_installer.addin.unlink()
    checks = _checks(by_installer, _system({}), addin)
    assert checks["Excel"].verdict == checks["加载项"].verdict == "有问题"


def test_the_desk_is_looked_at_where_it_was_installed(by_installer: Places) -> None:
    asked: list[str] = []

    def imports(python: Path, modules: Sequence[str]) -> dict[str, str]:
        asked.extend(modules)
        return {"flask": "ModuleNotFoundError"}

    checks = _checks(by_installer, replace(_system(), imports=imports))
    assert {"flask", "waitress"} <= set(asked)
    assert "亩均评价-安装.exe" in checks["flask"].remedy


@pytest.mark.parametrize("bits", [64, 32])
def test_excel_is_found_in_both_views_of_the_registry(installed: Places, bits: int) -> None:
    checks = _checks(installed, _system(_excel(bits=bits)))
    assert checks["Excel"].found == f"{EXCEL}（{bits}位）"
    assert f"xlwings{bits}" in checks["xlwings 接口"].found


def test_the_library_of_excels_bits_is_asked_for(installed: Places) -> None:
    (installed.python.parent / "xlwings32-0.37.8.dll").unlink()
    check = _checks(installed, _system(_excel(bits=32)))["xlwings 接口"]
    assert check.verdict == "有问题"
    assert "xlwings32" in check.found


@pytest.mark.parametrize(
    ("server", "verdict", "mark"),
    [
        (r"C:\Users\a\Kingsoft\WPS Office\office6\et.exe /Automation", "有问题", "WPS"),
        (r"C:\Program Files\WindowsApps\Microsoft.Office.Desktop\EXCEL.EXE", "注意", "Store"),
    ],
)
def test_other_kinds_of_excel(installed: Places, server: str, verdict: str, mark: str) -> None:
    check = _checks(installed, _system(_excel(server)))["Excel"]
    assert check.verdict == verdict
    assert mark in check.found


def test_there_is_no_excel(installed: Places) -> None:
    assert _verdicts(installed, _system({}))["Excel"] == "有问题"


@pytest.mark.parametrize(
    ("version", "verdict"), [((6, 1, 7601), "有问题"), ((10, 0, 10240), "正常")]
)
def test_the_least_windows(installed: Places, version: tuple[int, int, int], verdict: str) -> None:
    assert _verdicts(installed, _system(windows=version))["Windows"] == verdict


@pytest.mark.parametrize(
    ("key", "name", "value", "verdict", "mark"),
    [
        (rf"HKCU\{POLICY}\Common", "VBAOff", "1", "有问题", "VBA"),
        (rf"HKLM\{POLICY}\Excel\Security", "DisableAllAddins", "1", "有问题", "所有加载项"),
        (rf"HKCU\{POLICY}\Excel\Security", "RequireAddinSig", "1", "有问题", "签名"),
        (rf"HKCU\{POLICY}\Excel\Security", "VBAWarnings", "4", "注意", "禁用所有宏"),
        (rf"HKCU\{POLICY}\Excel\Security", "VBAWarnings", "3", "注意", "签名"),
        (
            rf"HKCU\{POLICY}\Excel\Security", "BlockContentExecutionFromInternet", "1",
            "注意", "解除锁定",
        ),
        (
            rf"HKCU\{POLICY}\Excel\Security\Trusted Locations", "AllLocationsDisabled", "1",
            "注意", "受信任位置",
        ),
        (
            rf"HKLM\{ASR}", "D4F940AB-401B-4EFC-AADC-AD5F3C50688A", "1",
            "有问题", "启动不了 Python",
        ),
        (
            rf"HKLM\{ASR}", "92E97FA1-2EDF-4476-BDD6-9DD0B4DDDC7B", "6",
            "有问题", "Windows 函数",
        ),
    ],
)  # fmt: skip
def test_policies_that_are_in_the_way(
    installed: Places, key: str, name: str, value: str, verdict: str, mark: str
) -> None:
    check = _checks(installed, _system({**_excel(), (f"64:{key}", name): value}))["组策略"]
    assert check.verdict == verdict
    assert mark in check.found
    assert "信息人员" in check.remedy


@pytest.mark.parametrize("value", ["1", "2"])
def test_settings_that_are_not_in_the_way(installed: Places, value: str) -> None:
    keys = {**_excel(), (rf"64:HKCU\{POLICY}\Excel\Security", "VBAWarnings"): value}
    assert _verdicts(installed, _system(keys))["组策略"] == "正常"


def test_the_users_own_setting_is_for_the_user_to_change(installed: Places) -> None:
    key = r"64:HKCU\Software\Microsoft\Office\16.0\Excel\Security"
    check = _checks(installed, _system({**_excel(), (key, "VBAWarnings"): "4"}))["组策略"]
    assert "信任中心" in check.remedy


@pytest.mark.parametrize("module", ["numpy", "pythoncom"])
def test_packages_that_are_broken(installed: Places, module: str) -> None:
    name = {"pythoncom": "pywin32"}.get(module, module)
    check = _checks(installed, _system(broken={module: "DLL load failed"}))[name]
    assert check.verdict == "有问题"
    assert "DLL load failed" in check.found


def test_a_python_outside_the_code_page(places: Places, addin: Path) -> None:
    odd = replace(places, python=places.python.with_name("𠮷.exe"))
    odd.python.touch()
    install(odd, addin)
    checks = _checks(odd, _system(), addin)
    assert checks["Python 的位置"].verdict == "注意"
    assert "短文件名" in checks["Python 的位置"].remedy
    chinese = replace(places, python=places.python.with_name("蟒.exe"))
    chinese.python.touch()
    install(chinese, addin)
    assert "Python 的位置" not in _checks(chinese, _system(), addin)


def test_two_versions(installed: Places, addin: Path) -> None:
    installed.own_python.parent.mkdir(parents=True)
    installed.own_python.touch()
    second = installed.roaming / "Microsoft" / "AddIns" / "permu.xlam"
    second.parent.mkdir(parents=True)
    second.touch()
    addin.write_bytes(b"newer")
    checks = _checks(installed, _system(), addin)
    assert checks["设置"].verdict == "注意"
    assert "卸载.cmd" in checks["设置"].remedy
    assert checks["另一份加载项"].verdict == "注意"
    assert (checks["加载项"].verdict, checks["加载项"].found) == (
        "有问题", "与这一版程序不是同一版",
    )  # fmt: skip


def test_another_python_than_this_one(places: Places, addin: Path) -> None:
    other = places.python.with_name("other.exe")
    other.touch()
    install(replace(places, python=other), addin)
    assert _verdicts(places, _system(), addin)["设置"] == "注意"
    other.unlink()
    assert _verdicts(places, _system(), addin)["设置"] == "有问题"


def test_marks_of_downloads(installed: Places, tmp_path: Path) -> None:
    book = tmp_path / "a.xlsm"
    book.touch()
    library = installed.python.with_name("xlwings64-0.37.8.dll")
    system = replace(_system(), marked=lambda file: file in (book, library))
    checks = {c.subject: c for c in diagnose(installed, system, None, [book])}
    assert "解除锁定" in checks["a.xlsm"].remedy
    assert "解除锁定" in checks[library.name].remedy


def test_a_server_that_does_not_start(installed: Places) -> None:
    check = _checks(installed, _system(start=Trial("拒绝访问。")))["启动"]
    assert check.verdict == "有问题"
    assert "拒绝访问。" in check.found
    assert "docs/it.md" in check.remedy


def test_the_trial_starts_what_the_vba_starts() -> None:
    from permu_xl.functions import REGISTRY

    source = vba.modules(REGISTRY, addin=True)["permu_python"]
    assert '"' + trial.SERVE.replace('"', '""') + '"' in source


def test_imports_are_tried_in_a_process_of_their_own() -> None:
    import sys

    python = Path(sys.executable)
    assert _imports(python, ["json", "permu_nothing"]) == {
        "permu_nothing": "ModuleNotFoundError: No module named 'permu_nothing'"
    }
    assert "nowhere" in _imports(Path("/nowhere/python"), ["json"])["json"]
