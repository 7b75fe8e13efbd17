"""The macro template and the add-in: reproducible, well formed, readable by others' programs."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from pyvbaanalysis import analyze_workbook

from permu_xl.functions import REGISTRY
from permu_xl.hosts.excel.setup import texts, vba
from permu_xl.hosts.excel.setup.build import (
    ADDIN_FILE,
    CONFIGURATION,
    INTELLISENSE_FILE,
    TEMPLATE_FILE,
    build_excel,
)
from permu_xl.hosts.excel.setup.macro_package import MAIN_TYPES
from permu_xl.workbook.final_copy import HELP_SHEET, NOTICE_SHEET, TEXT_SHEET
from tests.office import Office
from tests.places import WORKBOOKS

SHIPPED = WORKBOOKS
FILES = (TEMPLATE_FILE, ADDIN_FILE)
OPEN_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build_excel(folder)
    return folder


@pytest.mark.parametrize("name", [*FILES, INTELLISENSE_FILE])
def test_the_shipped_files_are_what_the_code_builds(built: Path, name: str) -> None:
    assert (SHIPPED / name).read_bytes() == (built / name).read_bytes(), "run make workbook"


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.mark.parametrize("name", FILES)
def test_nothing_in_the_zip_tells_of_the_moment_or_the_machine(built: Path, name: str) -> None:
    with zipfile.ZipFile(built / name) as file:
        infos = file.infolist()
    assert infos[0].filename == "[Content_Types].xml"
    assert [i.filename for i in infos[1:]] == sorted(i.filename for i in infos[1:])
    assert {i.date_time for i in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {(i.create_system, i.external_attr) for i in infos} == {(3, 0o600 << 16)}


@pytest.mark.parametrize("name", FILES)
def test_content_types_and_relationships(built: Path, name: str) -> None:
    parts = _parts(built / name)
    types = ElementTree.fromstring(parts["[Content_Types].xml"])
    overrides = {e.get("PartName"): e.get("ContentType") for e in types if e.get("PartName")}
    assert overrides["/xl/workbook.xml"] == MAIN_TYPES[name == ADDIN_FILE]
    assert overrides["/xl/vbaProject.bin"] == "application/vnd.ms-office.vbaProject"
    defaults = {e.get("Extension") for e in types if e.get("Extension")}
    for part in parts:
        assert f"/{part}" in overrides or part.rsplit(".")[-1] in defaults | {"xml"}, part
    for holder, kind, target in (
        ("_rels/.rels", "ui/extensibility", "customUI/customUI.xml"),
        ("xl/_rels/workbook.xml.rels", "relationships/vbaProject", "vbaProject.bin"),
    ):
        related = ElementTree.fromstring(parts[holder]).findall(OPEN_RELATIONS)
        found = [r.get("Target") for r in related if (r.get("Type") or "").endswith(kind)]
        assert found == [target]
        ids = [r.get("Id") for r in related]
        assert len(ids) == len(set(ids))


def test_only_the_tab_of_the_template_gives_way(built: Path) -> None:
    """Excel finds callbacks by their bare names: both files' are alike, so asking is one's own."""
    tabs = {name: _parts(built / name)["customUI/customUI.xml"] for name in FILES}
    assert b'getVisible="PermuOnVisible"' in tabs[TEMPLATE_FILE]
    assert b"getVisible" not in tabs[ADDIN_FILE]
    called = set(re.findall(rb'(?:onAction|getVisible)="(\w+)"', b"".join(tabs.values())))
    source = vba.modules(REGISTRY, addin=False)["permu_ribbon"]
    assert all(f"Public Sub {each.decode()}(control As IRibbonControl" in source for each in called)


@pytest.mark.parametrize("name", FILES)
def test_code_names_of_workbook_and_sheets_are_modules(built: Path, name: str) -> None:
    from pyopenvba import ExcelFile

    parts = _parts(built / name)
    assert b'codeName="ThisWorkbook"' in parts["xl/workbook.xml"]
    sheets = [part for part in parts if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", part)]
    names = {re.search(rb'codeName="(\w+)"', parts[part])[1].decode() for part in sheets}  # type: ignore[index]
    with ExcelFile(built / name) as file:
        modules = set(file.module_names())
    assert len(names) == len(sheets)
    assert modules == names | set(vba.modules(REGISTRY, addin=True))


@pytest.mark.parametrize("name", FILES)
def test_olevba_reads_every_module_back(built: Path, name: str) -> None:
    from oletools.olevba import VBA_Parser

    expected = vba.modules(REGISTRY, addin=name == ADDIN_FILE)
    parser = VBA_Parser(str(built / name))
    read = {file.rsplit(".", 1)[0]: code for _, _, file, code in parser.extract_macros()}
    parser.close()
    for module, text in expected.items():
        code = "".join(
            line
            for line in read[module].splitlines(keepends=True)
            if not line.startswith("Attribute")
        )
        wanted = "".join(
            line for line in text.splitlines(keepends=True) if not line.startswith("Attribute")
        )
        assert code.replace("\r\n", "\n").strip() == wanted.replace("\r\n", "\n").strip(), module


@pytest.mark.parametrize("name", FILES)
def test_the_analysis_of_the_vba_finds_no_error(built: Path, name: str) -> None:
    found = analyze_workbook(built / name)
    assert "permu_python" in found
    severe = ("error", "warning")
    assert [(m, d) for m, each in found.items() for d in each if d.severity in severe] == []


@pytest.mark.parametrize("name", FILES)
def test_the_project_holds_no_compiled_code(built: Path, name: str) -> None:
    """MS-OVBA 2.3.4.1: seven bytes, the version 0xFFFF, and nothing after them."""
    from olefile import OleFileIO

    with OleFileIO(io.BytesIO(_parts(built / name)["xl/vbaProject.bin"])) as project:
        assert project.openstream("VBA/_VBA_PROJECT").read() == bytes.fromhex("CC61FFFF000000")
        assert not [path for path in project.listdir() if path[-1].startswith("__SRP_")]


def _as_workbook(path: Path, folder: Path) -> Path:
    """Return a file whose content type is that of a macro workbook.

    Neither openpyxl nor LibreOffice opens the content type of an add-in, whoever made it.
    """
    parts = _parts(path)
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(
        MAIN_TYPES[True].encode(), MAIN_TYPES[False].encode()
    )
    made = folder / f"{path.stem}.xlsm"
    with zipfile.ZipFile(made, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return made


@pytest.mark.parametrize("name", FILES)
def test_openpyxl_reads_settings_help_and_messages(built: Path, tmp_path: Path, name: str) -> None:
    book = openpyxl.load_workbook(_as_workbook(built / name, tmp_path), keep_vba=True)
    settings = {k.value: k.offset(0, 1).value or "" for k in book["xlwings.conf"]["A"]}
    assert settings == dict(CONFIGURATION)
    assert settings == {"INTERPRETER_WIN": r"%LOCALAPPDATA%\permu_xl\python\python.exe"}
    rows = [[c for c in row if c is not None] for row in book[HELP_SHEET].values]
    assert rows == texts.help_rows(REGISTRY.values())
    assert dict(book[TEXT_SHEET].values) == texts.MESSAGES
    for title in ("xlwings.conf", HELP_SHEET, TEXT_SHEET):
        assert book[title].sheet_state == "veryHidden"
    assert any("BSD-3-Clause" in str(row[0]) for row in book[NOTICE_SHEET].values)
    assert any(sheet.sheet_state == "visible" for sheet in book.worksheets)
    book.vba_archive.close()


def test_the_ribbon_and_the_help_while_typing_are_well_formed() -> None:
    ribbon = ElementTree.fromstring(texts.ribbon(addin=True))
    buttons = [e for e in ribbon.iter() if e.tag.endswith("}button")]
    assert {b.get("onAction") for b in buttons} == {"PermuOnAction"}
    ids = [e.get("id") for e in ribbon.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    shown = ElementTree.fromstring(texts.intellisense(REGISTRY.values()))
    functions = [e for e in shown.iter() if e.tag.endswith("}Function")]
    assert [e.get("Name") for e in functions] == list(REGISTRY)
    assert [len(e) for e in functions] == [len(f.arguments) for f in REGISTRY.values()]


def test_a_missing_build_tool_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import sys

    from permu_xl.errors import PermuError

    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    with pytest.raises(PermuError, match="pyOpenVBA"):
        build_excel(tmp_path)


@pytest.mark.office
@pytest.mark.parametrize("name", FILES)
def test_libreoffice_loads_it(built: Path, tmp_path: Path, office: Office, name: str) -> None:
    with office.open(_as_workbook(built / name, tmp_path)) as book:
        assert HELP_SHEET in book.sheet_names()
        first = book.values(HELP_SHEET, "A1:B1")
    assert first == [[next(iter(REGISTRY)), REGISTRY[next(iter(REGISTRY))].category]]
