"""The one file that installs on Windows: what the folder holds, as a program made by NSIS.

The same inputs give the same bytes.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import shutil
import subprocess
import tempfile
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, NamedTuple

import permu_xl
from permu_xl.errors import FileAccessError, PermuError, UsageError
from permu_xl.hosts.excel.setup.doctor import WPS_MARKS
from permu_xl.hosts.excel.setup.installer import (
    ADDIN,
    EXAMPLES,
    INSTALLER,
    LEAST_WINDOWS,
    REMOVER,
    shipped,
)
from permu_xl.hosts.excel.setup.offline.entries import ENTRIES, Entry, Where
from permu_xl.hosts.excel.setup.offline.folder import TEMPLATE
from permu_xl.hosts.excel.setup.offline.manual import manual_page
from permu_xl.hosts.excel.setup.offline.python_folder import fill
from permu_xl.hosts.excel.setup.vba import XLWINGS_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from permu_xl.hosts.excel.setup.offline.packages import Fetch

__all__ = ["make_installer"]

NAME = "亩均评价"
ICON, LAST_PAGE = "permu.ico", "last_page.bmp"
MANUAL = "使用手册.html"
_PLACES = {
    Where.MENU: rf"$SMPROGRAMS\{NAME}",
    Where.DESKTOP: "$DESKTOP",
    Where.SENT: "$SENDTO",
}
_WPS_PROGRAMS = ("KET.Application", "ET.Application")
_WITH_WPS = (
    "WPS 不支持加载项，别的都能用：在“亩均评价”里核查、评价、导入部门表、出确认单、公示和汇总；"
    "用 WPS 填工作簿、看结果，“核验”照常计算，只是没有 PERMU_ 函数和选项卡。"
    "以后装了 Excel，再运行一次本程序。"
)
_WITHOUT_OFFICE = (
    "核查、评价、导入部门表、出确认单、公示和汇总都在“亩均评价”里做，不需要它们；"
    "填工作簿、看结果要有 Excel、WPS 或 LibreOffice。以后装了 Excel，再运行一次本程序，就有加载项。"
)
_COMPILED = 1.25
"""How much larger everything is with its compiled modules."""


class _Link(NamedTuple):
    """An entry, with the paths of its shortcuts as NSIS writes them."""

    word: str
    program: str
    tip: str
    links: list[str]


def make_installer(
    python_zip: Path, out: Path, wheels: Path | None, fetch: Fetch, *, compressor: str = "lzma"
) -> tuple[Path, list[str]]:
    """Make the installer in the folder ``out``; return it, and what is in it, in words.

    The arguments are those of ``fill``; NSIS compresses with lzma, or quicker and less with zlib.
    Beside it stands a text with version, size and SHA-256.
    Raises PermuError where NSIS or a library for building is missing, UsageError where this
    package is not in its source tree, with the manual.
    """
    if shutil.which("makensis") is None:
        raise PermuError("生成安装程序要用 NSIS 3，请先运行 apt-get install nsis。")
    files = [shipped(name) for name in (ADDIN, TEMPLATE, EXAMPLES)]
    made = out / INSTALLER
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="permu-xl-installer-") as scratch:
            work = Path(scratch)
            held = fill(work / "python", python_zip, wheels, fetch, files)
            (work / MANUAL).write_text(manual_page(_manual()), encoding="utf-8", newline="\n")
            for name in (ICON, LAST_PAGE):
                shutil.copyfile(Path(__file__).with_name(name), work / name)
            script = work / "installer.nsi"
            script.write_text(_script(work, made.resolve(), compressor), encoding="utf-8-sig")
            _compile(script)
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        size = made.stat().st_size
        about = f"{INSTALLER}\n版本 {permu_xl.__version__}\n{size} 字节\nSHA-256 {digest}\n{held}\n"
        text = made.with_suffix(".txt")
        text.write_bytes(about.replace("\n", "\r\n").encode("utf-8-sig"))
    except OSError as error:
        raise FileAccessError(f"{error.filename} 不能读写：{error.strerror}。") from error
    return made, [f"已生成 {made}（{size / 1e6:.1f} MB），版本和校验值在 {text.name}", held]


def _manual() -> Path:
    manual = Path(permu_xl.__file__).parent.parent / "docs" / "使用手册.md"
    if not manual.is_file():
        raise UsageError("安装程序要在源代码文件夹里做：这里没有 docs/使用手册.md。")
    return manual


def _compile(script: Path) -> None:
    done = subprocess.run(
        ["makensis", "-V2", "-INPUTCHARSET", "UTF8", script.name],
        cwd=script.parent,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()
        raise PermuError(f"NSIS 没有做成安装程序：{' '.join(said[-3:])}")


def _script(work: Path, out: Path, compressor: str) -> str:
    """Return the script for what lies in ``work``."""
    from jinja2 import Environment, StrictUndefined

    source = Path(__file__).with_name("installer.nsi").read_text(encoding="utf-8")
    numbers = re.findall(r"\d+", permu_xl.__version__)[:3]
    beside = [MANUAL, ICON]
    size = sum(file.stat().st_size for file in work.rglob("*") if file.is_file()) * _COMPILED
    pages = Environment(trim_blocks=True, undefined=StrictUndefined, autoescape=False)
    return pages.from_string(source).render(
        name=NAME,
        version=permu_xl.__version__,
        numbers=".".join([*numbers, "0"]),
        out=_escaped(str(out)),
        compressor=compressor,
        icon=ICON,
        last_page=LAST_PAGE,
        manual=MANUAL,
        remover=REMOVER,
        least_windows=LEAST_WINDOWS,
        wps_marks=WPS_MARKS,
        wps_programs=_WPS_PROGRAMS,
        with_wps=_WITH_WPS,
        without_office=_WITHOUT_OFFICE,
        libraries=[
            *sorted(file.name for file in (work / "python").glob("python3*.dll")),
            *(f"xlwings{bits}-{XLWINGS_VERSION}.dll" for bits in (64, 32)),
        ],
        python=list(_by_subject(work)),
        beside=beside,
        beside_names=beside,
        entries=[_linked(entry) for entry in ENTRIES],
        sent="、".join(each.name for each in ENTRIES if Where.SENT in each.where),
        megabytes=int(round(size / 1e6, -1)),
        kilobytes=round(size / 1e3),
    )


def _linked(entry: Entry) -> _Link:
    links = [
        rf"{folder}\{entry.name}.lnk" for place, folder in _PLACES.items() if place in entry.where
    ]
    return _Link(entry.word, entry.program, entry.tip, links)


def _by_subject(work: Path) -> Iterator[tuple[str, list[tuple[str, list[str]]]]]:
    """Yield the files of Python by package, each with its folders and their files, in order."""
    files = sorted(
        file.relative_to(work) for file in (work / "python").rglob("*") if file.is_file()
    )
    for subject, group in itertools.groupby(files, _subject):
        yield subject, list(_by_folder(group))


def _by_folder(files: Iterable[Path]) -> Iterator[tuple[str, list[str]]]:
    for folder, group in itertools.groupby(files, lambda file: file.parent):
        yield _escaped(str(PureWindowsPath(folder))), [_escaped(str(file)) for file in group]


def _subject(file: Path) -> str:
    """Return the package that a file belongs to, in words; Python where it is none's."""
    inside = file.parts[3:]  # python/Lib/site-packages
    if len(inside) < 2:
        return "Python"
    package = re.sub(r"(-[^-]+\.dist-info|\.libs)$", "", inside[0])
    return NAME if package == permu_xl.__name__ else package


def _escaped(text: str) -> str:
    return text.replace("$", "$$").replace('"', '$\\"')
