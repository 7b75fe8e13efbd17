"""Help and errors in Chinese: the catalogue holds what click says, and every mistake is told."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from permu_xl.cli.chinese import DOMAIN, LOCALE, cells
from permu_xl.cli.command import Context
from permu_xl.cli.program import main, program

CATALOGUE = Path(LOCALE) / "zh_CN" / "LC_MESSAGES" / f"{DOMAIN}.po"

SPOKEN = ("core", "decorators", "exceptions", "formatting", "parser", "types")
"""The modules of click that speak to whoever calls a command or asks for help."""

FOR_PROGRAMMERS = {
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Choice({choices})",
    "Could not determine name for option with declarations {decls!r}",
    "Invalid start character for option ({option})",
    "Name '{name}' defined twice",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument"
    " instead? Did you mean to pass '--{name}'?",
}
"""What click says to those who define a command wrongly."""


def texts(messages: Catalog) -> dict[str, str]:
    """Return what is said for each message of click; the singular stands for the plural."""
    found = {}
    for message in messages:
        english, chinese = (
            str(text) if isinstance(text, str) else text[0] for text in (message.id, message.string)
        )
        if english:
            found[english] = chinese
    return found


def catalogue() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return texts(read_po(file, locale="zh_CN"))


def said_by_click() -> set[str]:
    found = set()
    for name in SPOKEN:
        path = Path(str(click.__file__)).with_name(f"{name}.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in ("_", "ngettext") and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


def commands() -> Iterator[tuple[list[str], click.Command]]:
    """Yield every command with the words that call it."""
    from permu_xl.cli.commands.city import apply

    yield ["city", "apply"], apply
    context = Context(program)
    for name in program.list_commands(context):
        found = program.get_command(context, name)
        assert found is not None
        yield [name], found
        if isinstance(found, click.Group):
            yield from (([name, sub], each) for sub, each in found.commands.items())


COMMANDS = [pytest.param(words, found, id=" ".join(words)) for words, found in commands()]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what is told of a call that is not understood."""
    with pytest.raises(SystemExit) as caught:
        main(list(words))
    assert caught.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert re.fullmatch(r"命令写法不对：[^\n]+\n用 permu-xl( [a-z]+)* -h 查看用法。\n", told.err)
    sentence = told.err.split("\n")[0]
    # Nothing in it is English but the names that were typed, and those of options and commands.
    typed = {*words, *(name for _, each in commands() for p in each.params for name in p.opts)}
    for word in sorted({*typed, *(w for names, _ in commands() for w in names)}, key=len)[::-1]:
        sentence = sentence.replace(word, "")
    assert not re.search("[A-Za-z]{2}", sentence), told.err
    return told.err


def test_the_catalogue_holds_all_that_click_says() -> None:
    assert said_by_click() - set(catalogue()) == FOR_PROGRAMMERS & said_by_click()


def test_each_message_keeps_the_fields_it_may_fill() -> None:
    for english, chinese in catalogue().items():
        fields, given = (set(re.findall(r"{(\w+)", text)) for text in (english, chinese))
        plural = {"choices", "possibilities", "formats", "len", "states"}
        assert given - plural <= fields, english


def test_the_compiled_catalogue_is_the_written_one() -> None:
    """``make generated`` renews it."""
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    assert texts(compiled) == catalogue()


@pytest.mark.parametrize(("words", "found"), COMMANDS)
def test_help_is_chinese_and_fits(
    words: list[str], found: click.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = {}
    for name in ("-h", "--help"):
        with pytest.raises(SystemExit) as caught:
            main([*words, name])
        assert caught.value.code == 0
        shown[name] = capsys.readouterr().out
    assert shown["-h"] == shown["--help"]
    lines = shown["-h"].splitlines()
    assert lines[0].startswith(f"用法：permu-xl {' '.join(words)}")
    assert max(map(cells, lines)) <= 80
    for english in ("Usage", "Options", "Show", "Commands", "BOOK", "OUT", "POINTS", "DIR", "FILE"):
        assert english not in shown["-h"]
    for param in found.params:
        if isinstance(param, click.Argument):
            assert f"  {param.metavar} " in shown["-h"]
        elif isinstance(param, click.Option) and not param.hidden:
            assert param.is_flag or re.search("[\u4e00-\u9fff]", str(param.metavar))
            assert param.help


@pytest.mark.parametrize("language", ["en_US", "de", ""])
def test_the_language_of_the_system_does_not_matter(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    assert "'abc' 不是整数" in refused(capsys, "template", "x.xlsx", "--rows", "abc")
    assert os.environ["LANGUAGE"] == language


@pytest.mark.parametrize(("words", "found"), COMMANDS)
def test_every_wrong_use_of_an_option_is_told(
    words: list[str], found: click.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "没有选项 --nothing" in refused(capsys, *words, "--nothing")
    for param in found.params:
        if not isinstance(param, click.Option) or param.hidden:
            continue
        name = param.opts[0]
        if param.is_flag:
            if name.startswith("--"):
                told = refused(capsys, *words, f"{name}=1")
                assert f"选项 {name} 后面不跟值" in told
            continue
        assert f"选项 {name} 后面要跟一个值" in refused(capsys, *words, name)
        # Never is an option taken for a value.
        assert f"选项 {name} 后面要跟一个值" in refused(capsys, *words, name, "--debug")
        if isinstance(param.type, (click.types.IntParamType, click.types.FloatParamType)):
            assert f"{name} 的值不对：'约三' 不是" in refused(capsys, *words, name, "约三")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["runn"], "没有命令 runn（是不是 run）"),
        (["nothing"], "没有命令 nothing\n"),
        (["excel", "instal"], "没有命令 instal（是不是 install、uninstall）"),
        (["excel"], "缺少命令"),
        (["calc"], "缺少命令"),
        (["run"], "缺少参数 工作簿"),
        (["compare", "a.xlsx"], "缺少参数 新工作簿"),
        (["explain", "a.xlsx"], "缺少参数 企业"),
        (["import", "a.xlsx"], "缺少选项 -o"),
        (["schemes", "new"], "缺少选项 --from"),
        (["city"], "缺少参数 各区工作簿"),
        (["run", "a.xlsx", "b.xlsx"], "多写了 b.xlsx"),
        (["schemes", "show", "a", "b", "c"], "多写了 b c"),
        (["run", "a.xlsx", "--no-name"], "没有选项 --no-name （是不是 "),
        (["run", "a.xlsx", "-o", "b.xlsx", "--in-place"], "-o 和 --in-place 不能同时使用"),
        (["--nothing", "run"], "没有选项 --nothing"),
    ],
)
def test_other_mistakes_are_told(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in refused(capsys, *words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["city", "a.xlsx", "-o", "b.xlsx", "--document", "x"], "--document 只用于 city apply"),
        (["city", "a.xlsx", "-o", "b.xlsx", "--no-backup"], "--no-backup 只用于 city apply"),
        (["city", "apply", "a.xlsx", "b.xlsx", "-o", "x"], "city apply 直接写回各区的工作簿"),
        (["city", "--force", "apply", "a.xlsx", "b.xlsx"], "--force 只用于汇总"),
        (["city", "--document", "x", "apply", "a.xlsx"], "apply 后面先写全市工作簿"),
        (["city", "a.xlsx"], "请用 -o 写明要生成的全市工作簿"),
        (["notices", "a.xlsx"], "要写工作簿和 -o 文件夹"),
    ],
)
def test_what_belongs_elsewhere_is_told(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert said in capsys.readouterr().err
