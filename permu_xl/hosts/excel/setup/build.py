"""Build permu_template.xlsm, permu.xlam and its IntelliSense file, on any system, without Excel.

The same sources give the same bytes.  pyOpenVBA writes the VBA project; it is needed for building
only (``pip install permu_xl[build]``).
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl.workbook import Workbook

from permu_xl.errors import FileAccessError, PermuError
from permu_xl.functions import REGISTRY
from permu_xl.hosts.excel.setup import installer, texts, vba
from permu_xl.hosts.excel.setup.macro_package import macro_package
from permu_xl.schemes import DEFAULT, load
from permu_xl.workbook import CONFIG_SHEET, HELP_SHEET, NOTICE_SHEET, TEXT_SHEET
from permu_xl.workbook.live import live_template
from permu_xl.workbook.look import save_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from permu_xl.engine.model import Scheme

__all__ = ["ADDIN_FILE", "INTELLISENSE_FILE", "TEMPLATE_FILE", "build_excel"]

TEMPLATE_FILE = "permu_template.xlsm"
ADDIN_FILE = "permu.xlam"
INTELLISENSE_FILE = "permu.xlam.intellisense.xml"
ROWS = 500
"""For how many firms the template's live formulas reach."""

CONFIGURATION: tuple[tuple[str, str], ...] = (
    # The Python of the offline bundle; where there is none, VBA asks what `install` has noted.
    ("INTERPRETER_WIN", f"%LOCALAPPDATA%\\{installer.OWN_PYTHON}"),
)
"""Which Python to start; nothing beside a workbook and nothing of other programs can change it."""

_NO_CACHE = bytes.fromhex("CC61 FFFF 00 0000")
"""A stream _VBA_PROJECT as whoever writes VBA without Office is to write it (MS-OVBA 2.3.4.1)."""

_NOTICE = (
    "permu_xl 加载项：工业企业“亩均论英雄”综合评价的工作表函数和“亩均评价”选项卡。MIT 许可证。",
    f"通过 xlwings {vba.XLWINGS_VERSION} 的接口文件启动 Python；"
    "xlwings 的许可证是 BSD-3-Clause，(C) 2014-present, Zoomer Analytics LLC。",
)


def build_excel(folder: Path) -> tuple[Path, Path, Path]:
    """Write the three files to a folder and return their paths.

    Raises PermuError where a build tool is missing or of the wrong version, FileAccessError
    where the folder cannot be written.
    """
    scheme = load(DEFAULT)
    paths = (folder / TEMPLATE_FILE, folder / ADDIN_FILE, folder / INTELLISENSE_FILE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="permu-xl-build-") as scratch:
            made = (
                _macro_file(live_template(scheme, ROWS), Path(scratch), addin=False),
                _macro_file(_addin_workbook(scheme), Path(scratch), addin=True),
                texts.intellisense(REGISTRY.values()).encode(),
            )
        for path, content in zip(paths, made, strict=True):
            path.write_bytes(content)
    except OSError as error:
        raise FileAccessError(f"写不进文件夹 {folder}：{error.strerror}") from error
    return paths


def _addin_workbook(scheme: Scheme) -> Workbook:
    """Return the workbook of the add-in; what only carries settings is all there is in it."""
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = NOTICE_SHEET
    model = live_template(scheme, 1).properties
    workbook.properties.created = workbook.properties.modified = model.created
    workbook.properties.creator = workbook.properties.lastModifiedBy = model.creator
    workbook.properties.title = "亩均评价（permu_xl）"
    workbook.properties.description = (
        f"工作表函数 {', '.join(REGISTRY)}；permu_xl 加载项，需要 xlwings {vba.XLWINGS_VERSION}。"
    )
    return workbook


def _macro_file(workbook: Workbook, scratch: Path, *, addin: bool) -> bytes:
    _add_settings(workbook)
    plain = scratch / "plain.xlsx"
    save_workbook(workbook, plain)
    project = vba_project(plain, vba.modules(REGISTRY, addin=addin))
    return macro_package(plain, project, texts.ribbon(addin=addin), addin=addin)


def _add_settings(workbook: Workbook) -> None:
    """Add the sheets that VBA reads, and the code names that tie sheets to their modules."""
    configuration = workbook.create_sheet(CONFIG_SHEET)
    help_sheet = workbook.create_sheet(HELP_SHEET)
    messages = workbook.create_sheet(TEXT_SHEET)
    about = (
        workbook[NOTICE_SHEET]
        if NOTICE_SHEET in workbook.sheetnames
        else workbook.create_sheet(NOTICE_SHEET)
    )
    for key, setting in CONFIGURATION:
        configuration.append([key, setting])
    for row in texts.help_rows(REGISTRY.values()):
        help_sheet.append(row)
    for item in texts.MESSAGES.items():
        messages.append(item)
    for line in _NOTICE:
        about.append([line])
    hidden = [configuration, help_sheet, messages]
    if len(workbook.worksheets) > len(hidden) + 1:
        hidden.append(about)
    for sheet in hidden:
        sheet.sheet_state = "veryHidden"
        for row_cells in sheet.iter_rows():
            for cell in row_cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
                    cell.number_format = "@"
    workbook.code_name = "ThisWorkbook"
    for number, sheet in enumerate(workbook.worksheets, 1):
        sheet.sheet_properties.codeName = f"Sheet{number}"


def vba_project(plain: Path, modules: Mapping[str, str]) -> bytes:
    """Return vbaProject.bin for a workbook without macros whose code names are set."""
    try:
        from pyopenvba import ExcelFile
        from pyopenvba.cfb import CFB
    except ImportError as error:
        raise PermuError(
            "生成宏工作簿要用 pyOpenVBA，请先运行 pip install permu_xl[build]。"
        ) from error
    macro = plain.with_suffix(".xlsm")
    macro.write_bytes(plain.read_bytes())
    with ExcelFile(macro) as file:
        project = file.add_vba_project()
        for name, source in modules.items():
            if name == "ThisWorkbook":
                project.get_module(name).body = source
            else:
                project.add_module(name, source)
        file.save()
    with zipfile.ZipFile(macro) as package:
        streams = CFB.from_bytes(package.read("xl/vbaProject.bin"))
    streams.write_stream_in_storage("VBA", "_VBA_PROJECT", _NO_CACHE)
    made: bytes = streams.to_bytes()
    return made
