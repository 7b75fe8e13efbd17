"""The VBA text: what the editor takes, and wrappers that follow the registry."""

from __future__ import annotations

import re

import pytest

from permu_xl.functions import REGISTRY, Argument, ErrorValue
from permu_xl.hosts.excel.setup import texts, vba
from tests.places import ROOT

ADDIN = vba.modules(REGISTRY, addin=True)
TEMPLATE = vba.modules(REGISTRY, addin=False)


@pytest.mark.parametrize("modules", [ADDIN, TEMPLATE], ids=["addin", "template"])
def test_every_module_is_ascii_with_crlf_and_short_lines(modules: dict[str, str]) -> None:
    for name, text in modules.items():
        assert text.isascii(), name
        assert re.search(r"(?<!\r)\n", text) is None, name
        assert max(map(len, text.splitlines())) <= vba.LINE_LIMIT, name
        assert len(name) <= 31


def test_every_error_value_has_its_number() -> None:
    assert set(vba.ERROR_NUMBERS) == {str(error) for error in ErrorValue}
    for text, number in vba.ERROR_NUMBERS.items():
        assert f'Case "{text}": PermuValue = CVErr({number})' in TEMPLATE["permu_tools"]


@pytest.mark.parametrize("name", REGISTRY)
def test_each_function_has_a_wrapper_with_its_arguments_in_order(name: str) -> None:
    wrapper = re.search(
        rf"Public Function {name}\((.*?)\) As Variant\r\n(.*?)End Function",
        TEMPLATE["permu_functions"],
        re.DOTALL,
    )
    assert wrapper is not None
    declared = re.findall(r"(Optional )?ByRef (\w+) As Variant", wrapper[1])
    arguments = REGISTRY[name].arguments
    assert [bool(optional) for optional, _ in declared] == [a.optional for a in arguments]
    assert [spelled for _, spelled in declared] == [vba.argument_name(a) for a in arguments]
    pattern = r'PermuCall\("(\w+)", "([01]+)", Array\((.*)\)\)\r\n'
    call = re.search(pattern, wrapper[2], re.DOTALL)
    assert call is not None
    assert call[1] == name
    assert call[3].replace(" _\r\n", "").replace(" ", "").split(",") == [
        f"PermuGiven({each})" if optional else each for optional, each in declared
    ]
    assert [each == "1" for each in call[2]] == [argument.dates for argument in arguments]


def test_every_argument_whose_numbers_are_dates_is_marked() -> None:
    marked = {
        (function.name, argument.name)
        for function in REGISTRY.values()
        for argument in function.arguments
        if "日期" in argument.help
    }
    assert marked == {
        (function.name, argument.name)
        for function in REGISTRY.values()
        for argument in function.arguments
        if argument.dates
    }
    assert ("PERMU_IN_SCOPE", "start_date") in marked


def test_words_of_the_language_are_no_argument_names() -> None:
    assert vba.argument_name(Argument("scale", "", "", "")) == "scale_"
    assert vba.argument_name(Argument("Date", "", "", "")) == "Date_"
    assert vba.argument_name(Argument("weight", "", "", "")) == "weight"


def test_the_library_is_that_of_the_pinned_version() -> None:
    import tomllib

    text = TEMPLATE["permu_native"]
    names = set(re.findall(r"xlwings\w*-[\d.]+\.dll", text))
    assert names == {f"xlwings{bits}-{vba.XLWINGS_VERSION}.dll" for bits in (32, 64)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pinned = [r for r in project["project"]["dependencies"] if r.startswith("xlwings")]
    assert pinned[0].startswith(f"xlwings=={vba.XLWINGS_VERSION};")


def test_nothing_beside_a_workbook_names_the_python() -> None:
    """Neither the workbook's folder nor the user's xlwings.conf is asked, nor cmd.exe started."""
    source = "".join(TEMPLATE.values())
    assert "ThisWorkbook.Path" not in source
    assert "ActiveWorkbook.Path" not in source
    assert "cmd.exe" not in source
    assert "USERPROFILE" not in source


def test_text_that_vba_cannot_keep_is_refused() -> None:
    with pytest.raises(ValueError, match="broken"):
        vba._checked("broken", "' 亩")
    with pytest.raises(ValueError, match="broken"):
        vba._checked("broken", "x" * 1024)


def test_every_button_leads_to_a_command() -> None:
    from permu_xl.hosts.excel import commands, macros
    from permu_xl.tasks import yearly

    tags = {button.command for group in texts.RIBBON.values() for button in group}
    action = TEMPLATE["permu_ribbon"].partition("Sub PermuOnAction")[2].partition("End Sub")[0]
    own = set(re.findall(r'Case "(\w+)"', action))
    assert tags == set(commands.COMMANDS) | set(macros.TELLING) | set(yearly.COMMANDS) | {"repair"}
    assert own == {"repair", "last_error"}
    labels = [button.label for group in texts.RIBBON.values() for button in group]
    assert labels == [
        *("整区重算", "数据核查", "导出定稿"),
        *("一企一单…", "公示与上报表…", "数据公示…", "登记异议…", "敏感性…", "与另一份比较…"),
        *("核对结果", "导入部门表…"),
        *("修复公式", "查看最近错误", "帮助"),
    ]


def test_what_vba_calls_is_there() -> None:
    import importlib

    source = TEMPLATE["permu_ribbon"]
    module = importlib.import_module(vba.COMMAND_MODULE)
    assert f'COMMANDS As String = "{vba.COMMAND_MODULE}"' in source
    entries = set(re.findall(r'Permu(?:GoOn|Ask) "(\w+)"', source)) | {"go_on"}
    assert entries == {"begin", "go_on", "give_up"}
    assert all(callable(getattr(module, entry)) for entry in entries)
    assert importlib.import_module(vba.UDF_MODULE).answer


def test_the_wizard_shows_only_our_functions() -> None:
    """Public functions of a module that is not private are offered as worksheet functions."""
    for name, text in TEMPLATE.items():
        shown = re.findall(r"^Public Function (\w+)", text, re.MULTILINE)
        assert "Option Private Module" in text or set(shown) == (
            set(REGISTRY) if name == "permu_functions" else set()
        ), name


def test_every_text_that_vba_asks_for_is_there() -> None:
    asked = set(re.findall(r'PermuText\("(\w+)"\)', "".join(TEMPLATE.values())))
    assert asked == set(texts.MESSAGES)
