"""Installing, undoing it, and finding out why it does not work: with a stand-in for unopkg."""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from permu_xl import __version__
from permu_xl.cli import main
from permu_xl.errors import FileAccessError, UsageError
from permu_xl.hosts.calc.setup import doctor, installer
from permu_xl.hosts.calc.setup.doctor import System, Trial, diagnose
from permu_xl.libreoffice import find
from permu_xl.libreoffice.find import Calc

UNOPKG = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
case "$1" in
add) for each; do case "$each" in *.oxt) cp "$each" "$(dirname "$0")/installed";; esac; done;;
remove) rm "$(dirname "$0")/installed";;
list) test -e "$(dirname "$0")/installed" && echo "  Version: {version}";;
esac
"""
FAILING = "#!/bin/sh\necho 'ERROR: 别的程序占用着' >&2\necho 'ERROR: unopkg failed.' >&2\nexit 1\n"
OURS = (sys.version_info[0], sys.version_info[1])


@pytest.fixture
def office(tmp_path: Path) -> Calc:
    program = tmp_path / "office" / "program"
    program.mkdir(parents=True)
    (program / "bootstraprc").write_text("[Bootstrap]\nProductKey=LibreOffice 25.2\n")
    script(program / "unopkg", UNOPKG.replace("{version}", __version__))
    return Calc(program, tmp_path / "profile")


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def calls(office: Calc) -> list[str]:
    return (office.program / "calls").read_text().splitlines()


def test_what_is_installed_knows_where_permu_xl_is(office: Calc) -> None:
    said = installer.install(office, installer.site_folders())
    with zipfile.ZipFile(office.program / "installed") as file:
        folders = file.read("permu_site.txt").decode().splitlines()
    assert folders == [str(folder) for folder in installer.site_folders()]
    assert all(Path(folder).is_dir() for folder in folders)
    assert "当前用户" in said[0]
    (call,) = calls(office)
    assert call.startswith("add --force --suppress-license /")
    assert office.profile is not None
    assert call.endswith(f"-env:UserInstallation={office.profile.as_uri()}")
    assert not Path(call.split()[3]).exists()


def test_uninstall(office: Calc) -> None:
    assert installer.uninstall(office) == ["没有安装过，不需要卸载。"]
    installer.install(office, [])
    assert installer.uninstall(office) == ["已从 LibreOffice 卸载。"]
    assert not (office.program / "installed").exists()


def test_for_all_users(office: Calc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(UsageError, match="--shared"):
        installer.install(office, [])
    with pytest.raises(UsageError, match="--shared"):
        installer.uninstall(office)
    closed = office.program.parent / "私人" / "site-packages"
    closed.mkdir(parents=True)
    closed.parent.chmod(0o700)
    with pytest.raises(UsageError, match=r"读不了 .*私人.*所有用户都能读"):
        installer.install(office, [Path("/usr"), closed], shared=True)
    with pytest.raises(UsageError, match="读不了"):
        installer.install(office, [closed / "不存在"], shared=True)
    assert not (office.program / "calls").exists()
    assert "所有用户" in installer.install(office, [Path("/usr")], shared=True)[0]
    assert "--shared" in calls(office)[-1]
    assert installer.uninstall(office, shared=True) == ["已从 LibreOffice 卸载。"]


def test_what_libreoffice_refuses_is_told(office: Calc) -> None:
    script(office.program / "unopkg", FAILING)
    with pytest.raises(FileAccessError, match="别的程序占用着"):
        installer.install(office, [])
    (office.program / "unopkg").write_text("no program")
    with pytest.raises(FileAccessError, match="没有运行成功"):
        installer.uninstall(office)


@pytest.mark.parametrize("key", ["LibreOffice 7.4", "LibreOffice 25.1", ""])
def test_an_older_one_is_refused(office: Calc, key: str) -> None:
    (office.program / "bootstraprc").write_text(f"ProductKey={key}\n")
    with pytest.raises(UsageError, match=r"太旧.*25\.2"):
        installer.install(office, [])


def test_finding_it(office: Calc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "PROGRAM_FOLDERS", ())
    monkeypatch.setattr(find, "OTHER_PROGRAMS", (tmp_path, "office*/program"))
    assert find.find_calc(path="").program == office.program
    other = tmp_path / "b" / "program"
    script(other / "unopkg", "")
    script(other / "soffice", "")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "soffice").symlink_to(other / "soffice")
    assert find.find_calc(path=str(tmp_path / "bin")).program == other
    monkeypatch.setattr(find, "OTHER_PROGRAMS", (tmp_path, "none"))
    with pytest.raises(UsageError, match="没有找到 LibreOffice"):
        find.find_calc(path="")


def test_the_commands(
    office: Calc, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("permu_xl.libreoffice.find_calc", lambda: office)
    monkeypatch.setattr(doctor, "_office_python", lambda program: Path(sys.executable))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert main(["calc", "doctor"]) == 1
    assert "[有问题] 加载项：没有装进" in capsys.readouterr().out
    assert main(["calc", "install"]) == 0
    assert "已装入 LibreOffice" in capsys.readouterr().out
    assert main(["calc", "doctor"]) == 0
    assert f"[正常] 加载项：{__version__}" in capsys.readouterr().out
    assert main(["calc", "uninstall"]) == 0
    assert main(["calc", "uninstall"]) == 0


AS_NOBODY = """#!/bin/sh
if [ "$1" = add ]; then
    cp "$4" {public}/permu.oxt && chmod 644 {public}/permu.oxt
    set -- add --force --suppress-license {public}/permu.oxt "$5"
fi
chmod 777 "$TMPDIR"
cd / && exec setpriv --reuid=65534 --regid=65534 --clear-groups {unopkg} "$@"
"""


@pytest.mark.office
def test_the_real_package_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    real = find.find_calc()
    # Where nobody can look as well, which pytest's own folders are not: it does not install
    # for root.
    with tempfile.TemporaryDirectory(prefix="permu-xl-nobody-", dir="/tmp") as name:
        public = Path(name)
        public.chmod(0o777)
        temporary = public / "temporary"
        temporary.mkdir()
        temporary.chmod(0o777)
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        monkeypatch.setenv("TMPDIR", str(temporary))
        program = real.program
        if os.getuid() == 0:
            program = public / "program"
            text = AS_NOBODY.format(public=public, unopkg=real.program / "unopkg")
            script(program / "unopkg", text)
            (program / "bootstraprc").write_bytes((real.program / "bootstraprc").read_bytes())
        monkeypatch.setenv("HOME", name)
        calc = Calc(program, public / "profile")
        assert installer.uninstall(calc) == ["没有安装过，不需要卸载。"]
        for _ in range(2):
            installer.install(calc, installer.site_folders())
        said = doctor.System.real(calc).installed
        assert said is not None
        assert f"Version: {__version__}" in said
        assert "is registered: no" not in said
        assert installer.uninstall(calc) == ["已从 LibreOffice 卸载。"]
        assert list(temporary.iterdir()) == []


@pytest.fixture
def healthy(office: Calc, tmp_path: Path) -> System:
    python = script(tmp_path / "usr" / "bin" / "python3", "")
    return System(str(python.parent), python, f"  Version: {__version__}\n", trial())


def trial(trouble: str = "", python: tuple[int, int] | None = OURS) -> Callable[..., Trial]:
    return lambda program, folders: Trial(python, trouble)


def troubles(office: Calc, system: System, folders: Sequence[Path] = ()) -> dict[str, str]:
    checks = diagnose(office, system, folders)
    assert all(check.remedy or check.verdict == "正常" for check in checks)
    return {c.subject: f"{c.found} {c.remedy}" for c in checks if c.verdict != "正常"}


def test_all_is_well(office: Calc, healthy: System) -> None:
    assert troubles(office, healthy) == {}


def test_an_old_libreoffice(office: Calc, healthy: System) -> None:
    (office.program / "bootstraprc").write_text("ProductKey=LibreOffice 7.4\n")
    assert "25.2" in troubles(office, healthy)["LibreOffice"]


def test_another_python_first_on_the_path(office: Calc, healthy: System, tmp_path: Path) -> None:
    first = script(tmp_path / "venv" / "bin" / "python3", "")
    system = replace(healthy, path=f"{first.parent}{os.pathsep}{healthy.path}")
    # One of another version does no harm: LibreOffice finds no library there.
    assert troubles(office, system) == {}
    (tmp_path / "venv" / "lib" / f"python{OURS[0]}.{OURS[1]}").mkdir(parents=True)
    assert "没有激活虚拟环境" in troubles(office, system)["PATH"]


@pytest.mark.parametrize(
    ("change", "subject", "said"),
    [
        ({"python": None}, "LibreOffice 的 Python", "python3-uno"),
        ({"trial": trial("boom", (3, 9))}, "LibreOffice 的 Python", "3.9"),
        ({"trial": trial("返回值1", None)}, "LibreOffice 的 Python", "没有启动"),
        ({"trial": trial("No module named 'numpy'")}, "numpy", "force-reinstall numpy"),
        ({"trial": trial("No module named 'permu_xl'")}, "permu_xl", "force-reinstall permu_xl"),
        ({"trial": trial("No module named 'lxml'")}, "lxml", "force-reinstall lxml"),
        (
            {"trial": trial("No module named 'python_calamine'")},
            "python-calamine",
            "force-reinstall python-calamine",
        ),
        ({"installed": None}, "加载项", "calc install"),
        ({"installed": "  Version: 0.0.1"}, "加载项", "0.0.1"),
        (
            {"installed": f"Version: {__version__}\n  is registered: no"},
            "加载项",
            "没有启用",
        ),
    ],
)
def test_troubles(
    office: Calc, healthy: System, change: dict[str, object], subject: str, said: str
) -> None:
    found = troubles(office, replace(healthy, **change))  # type: ignore[arg-type]
    assert said in found[subject]


def test_the_trial_runs_another_python(tmp_path: Path) -> None:
    good = doctor._trial(Path(sys.executable), installer.site_folders())
    assert good == Trial(OURS, "")
    assert doctor._trial(script(tmp_path / "x", "#!/bin/sh\nexit 3\n"), []) == Trial(
        None, "返回值3"
    )
    assert doctor._trial(tmp_path / "absent", []).python is None
