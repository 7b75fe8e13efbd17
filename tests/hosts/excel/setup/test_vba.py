"""The VBA text: what the editor takes, and wrappers that follow the registry."""

from __future__ import annotations

import re

import pytest

from permu_xl.functions import REGISTRY, Argument, ErrorValue
from permu_xl.hosts.excel.setup import texts, vba

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
    assert re.findall(r"PermuArgument\((\w+)\)", wrapper[2]) == [each for _, each in declared]
    assert f'CallUDF("{vba.UDF_MODULE}", "{name}"' in wrapper[2]
    assert f'PermuFailure("{name}", Err.Description)' in wrapper[2]


def test_words_of_the_language_are_no_argument_names() -> None:
    assert vba.argument_name(Argument("scale", "", "", "")) == "scale_"
    assert vba.argument_name(Argument("Date", "", "", "")) == "Date_"
    assert vba.argument_name(Argument("weight", "", "", "")) == "weight"


def test_xlwings_module_is_the_installed_one_with_its_notice() -> None:
    text = TEMPLATE["xlwings"]
    assert f'XLWINGS_VERSION As String = "{vba.XLWINGS_VERSION}"' in text
    assert f"xlwings64-{vba.XLWINGS_VERSION}.dll" in text
    assert "BSD 3-clause license" in text
    assert "Redistributions in binary form must reproduce" in text
    # The variant that lets any open workbook name the Python to start must not go in.
    assert "ActiveWorkbook" not in text
    assert ADDIN["xlwings"] == text


def test_another_version_of_xlwings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import xlwings

    from permu_xl.errors import PermuError

    monkeypatch.setattr(xlwings, "__version__", "0.37.7")
    with pytest.raises(PermuError, match=r"0\.37\.8"):
        vba.modules(REGISTRY, addin=True)


def test_text_that_vba_cannot_keep_is_refused() -> None:
    with pytest.raises(ValueError, match="broken"):
        vba._checked("broken", "' 亩")
    with pytest.raises(ValueError, match="broken"):
        vba._checked("broken", "x" * 1024)


def test_every_button_leads_to_a_command() -> None:
    from permu_xl.hosts.excel import macros
    from permu_xl.tasks import yearly

    tags = {button.command for group in texts.RIBBON.values() for button in group}
    own = set(re.findall(r'Case "(\w+)"', TEMPLATE["permu_ribbon"]))
    assert tags == set(macros.COMMANDS) | set(yearly.COMMANDS) | {"repair"}
    assert own <= tags
    labels = [button.label for group in texts.RIBBON.values() for button in group]
    assert labels == [
        *("整区重算", "数据核查", "导出定稿"),
        *("一企一单…", "公示与上报表…", "敏感性…", "与另一份比较…", "核对结果", "导入部门表…"),
        *("修复公式", "查看最近错误", "帮助"),
    ]


def test_the_button_is_carried_out_by_what_knows_all_commands() -> None:
    call = re.search(r'XLPy\.Exec "(.*?)" & command & "(.*?)"', TEMPLATE["permu_ribbon"])
    assert call is not None
    said: list[str] = []

    class Excel:
        run_command = said.append

    module = {"excel": Excel}
    source = f"{call[1]}verify{call[2]}"
    assert source.startswith("from permu_xl.hosts.excel import macros; ")
    exec(source.partition("; ")[2], module)
    assert said == ["verify"]


def test_every_text_that_vba_asks_for_is_there() -> None:
    asked = set(re.findall(r'PermuText\("(\w+)"\)', "".join(TEMPLATE.values())))
    assert asked == set(texts.MESSAGES)
