"""The extension: reproducible, complete, the same in all its parts."""

from __future__ import annotations

import ast
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from permu_xl import __version__
from permu_xl.cli import main
from permu_xl.functions import REGISTRY
from permu_xl.hosts.calc import menu, texts
from permu_xl.hosts.calc.setup import build
from permu_xl.hosts.calc.setup.build import EXTENSION_FILE, build_oxt, extension
from permu_xl.tasks import yearly
from tests.places import ROOT, WORKBOOKS

SHIPPED = WORKBOOKS / EXTENSION_FILE
NAME = "{http://openoffice.org/2001/registry}name"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_oxt(tmp_path_factory.mktemp("built") / EXTENSION_FILE)


@pytest.fixture(scope="module")
def parts(built: Path) -> dict[str, str]:
    with zipfile.ZipFile(built) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_the_shipped_file_is_what_the_code_builds(built: Path) -> None:
    assert SHIPPED.read_bytes() == built.read_bytes(), "run make workbook"


def test_nothing_in_the_zip_tells_of_the_moment_or_the_machine(
    built: Path, parts: dict[str, str]
) -> None:
    with zipfile.ZipFile(built) as file:
        infos = file.infolist()
    assert [i.filename for i in infos] == sorted(i.filename for i in infos)
    assert {i.date_time for i in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {(i.create_system, i.external_attr) for i in infos} == {(3, 0o600 << 16)}
    assert build.SITE_FILE not in parts
    assert str(ROOT) not in "".join(parts.values())


def test_an_installed_one_names_the_folders(tmp_path: Path) -> None:
    file = tmp_path / "x.oxt"
    file.write_bytes(extension([Path("/opt/库/site-packages"), Path("/b")]))
    with zipfile.ZipFile(file) as opened:
        text = opened.read(build.SITE_FILE).decode()
    assert text.split("\n") == ["/opt/库/site-packages", "/b", ""]


def test_every_part_of_the_manifest_is_there(parts: dict[str, str]) -> None:
    manifest = ElementTree.fromstring(parts["META-INF/manifest.xml"])
    listed = {value for e in manifest for key, value in e.items() if key.endswith("full-path")}
    assert listed == set(parts) - {"META-INF/manifest.xml", "description.xml", build.COMPONENT}
    components = ElementTree.fromstring(parts["permu.components"])
    assert [e.get("uri") for e in components] == [build.COMPONENT]
    # As the component itself registers them.
    registered = re.findall(r"addImplementation\(\w+, (\w+),", parts[build.COMPONENT])
    names = [re.search(rf'^{each} = "(.*)"', parts[build.COMPONENT], re.M) for each in registered]
    listed = re.findall(r'<implementation name="(.*)">', parts["permu.components"])
    assert listed == [found[1] for found in names if found]


def test_the_menu_is_there_in_both_languages_and_only_in_calc(parts: dict[str, str]) -> None:
    root = ElementTree.fromstring(parts["Addons.xcu"])
    bar, toolbar = root[0]
    (own,) = bar
    assert _texts(own)["Title"] == {"en": "Output per mu", "zh-CN": "亩均评价"}
    assert set(_texts(own)["Context"].values()) == {"com.sun.star.sheet.SpreadsheetDocument"}
    entries = [_texts(each) for each in own.find("node") or ()]
    titles = [each["Title"]["zh-CN"] for each in entries if "Title" in each]
    assert titles == [each.title for each in texts.MENU.values()]
    assert all(each["Title"]["en"].isascii() for each in entries if "Title" in each)
    addresses = [each["URL"][""] for each in entries if "Title" in each]
    assert addresses == [f"org.permu.xl:{command}" for command in texts.MENU]
    buttons = [_texts(each) for each in toolbar[0]]
    assert [each["Title"]["zh-CN"] for each in buttons] == ["整区重算", "数据核查", "导出定稿"]
    assert {*menu.COMMANDS, *yearly.COMMANDS} == set(texts.MENU)
    # LibreOffice shows the entries in the order of their nodes' names.
    order = [each.get(NAME, "") for each in own.find("node") or ()]
    assert order == sorted(order)
    lines = [number for number, each in enumerate(entries) if "Title" not in each]
    assert lines == [3, 12]
    assert "org.permu.xl:*" in parts["ProtocolHandler.xcu"]


def test_the_description(parts: dict[str, str]) -> None:
    root = ElementTree.fromstring(parts["description.xml"])
    values = {e.tag.rsplit("}")[-1]: e.get("value") for e in root.iter() if e.get("value")}
    assert values == {
        "identifier": "org.permu.xl",
        "version": __version__,
        "platform": "all",
        "LibreOffice-minimal-version": "25.2",
    }


def test_interface_and_help_name_the_same_functions(parts: dict[str, str]) -> None:
    methods = {
        found[1]: re.findall(r"\[in\] any (\w+)", found[2])
        for found in re.finditer(r"(permu\w+)\((.*)\);", parts["XPermu.idl"])
    }
    functions = ElementTree.fromstring(parts["CalcAddIns.xcu"])[0][0][0]
    assert {e.get(NAME): [p.get(NAME) for p in e.find("node") or ()] for e in functions} == methods
    assert [len(each) for each in methods.values()] == [len(f.arguments) for f in REGISTRY.values()]
    for function, method in zip(REGISTRY, methods, strict=True):
        assert re.sub(r"(?=[A-Z])", "_", method).upper() == function


def test_help_is_in_both_languages(parts: dict[str, str]) -> None:
    functions = ElementTree.fromstring(parts["CalcAddIns.xcu"])[0][0][0]
    for element, function in zip(functions, REGISTRY.values(), strict=True):
        shown = _texts(element)
        assert shown["DisplayName"] == {"en": function.name, "zh-CN": function.name}
        assert shown["Description"]["zh-CN"] == function.help
        assert shown["Description"]["en"] == function.english
        assert set(shown["CompatibilityName"].values()) == {function.name}
        for parameter, argument in zip(element.find("node") or (), function.arguments, strict=True):
            help = _texts(parameter)
            assert help["DisplayName"] == {"en": argument.name, "zh-CN": argument.title}
            assert help["Description"]["zh-CN"].startswith(argument.help)
            assert help["Description"]["en"] == argument.english


def _texts(element: ElementTree.Element) -> dict[str, dict[str, str]]:
    return {
        p.get(NAME, ""): {v.get(LANGUAGE, ""): v.text or "" for v in p}
        for p in element.findall("prop")
    }


def test_the_component_imports_nothing_of_ours_when_it_is_loaded(parts: dict[str, str]) -> None:
    loaded = [
        name
        for node in ast.parse(parts[build.COMPONENT]).body
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    ]
    assert "uno" in loaded
    assert not [name for name in loaded if name.split(".")[0] in ("permu_xl", "numpy")]


def test_the_command_builds_into_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calc", "build", "--out", str(tmp_path / "新")]) == 0
    file = tmp_path / "新" / EXTENSION_FILE
    assert capsys.readouterr().out == f"{file}\n"
    assert file.read_bytes() == SHIPPED.read_bytes()


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["calc", "build", "--out", str(tmp_path / "file")]) == 3
    assert "写不进去" in capsys.readouterr().err
