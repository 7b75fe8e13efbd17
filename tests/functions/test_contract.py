"""What every host can rely on: names, help texts, numbers of arguments, a quick start."""

from __future__ import annotations

import importlib
import inspect
import keyword
import re
import subprocess
import sys
from pathlib import Path

import pytest

from permu_xl.functions import REGISTRY, Function, library

# Words that cannot name an argument in Visual Basic or in the interface language of LibreOffice.
RESERVED = """
and as boolean byref byte byval call case const currency date declare dim do double each else
elseif empty end enum eqv erase error event exit false for friend function get global gosub goto
if imp implements in integer is let like long longlong loop lset me mod new next not nothing null
object on option optional or paramarray preserve private property public raiseevent redim rem
resume return rset select set single static step stop string sub then to true type until variant
wend while with withevents xor
any attribute bound char constants exception float hyper inout interface module needs observes
oneway out published raises readonly removable sequence service short singleton struct transient
typedef unsigned void
"""

each_function = pytest.mark.parametrize("function", REGISTRY.values(), ids=list(REGISTRY))


def test_the_registry_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        REGISTRY["PERMU_X"] = REGISTRY["PERMU_RANK"]  # type: ignore[index]


@each_function
def test_names(function: Function) -> None:
    assert re.fullmatch(r"PERMU_[A-Z]+(_[A-Z]+)*", function.name)
    assert len(function.name) <= 31
    assert not re.fullmatch(r"[A-Z]{1,3}[0-9]+", function.name)  # a cell's address
    for argument in function.arguments:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*\d*", argument.name)
        assert argument.name not in RESERVED.split()
        assert not keyword.iskeyword(argument.name)


@each_function
def test_help_texts(function: Function) -> None:
    texts = [function.help, *(argument.help for argument in function.arguments)]
    for text in texts:
        assert 0 < len(text) <= 255
        assert re.search(r"[\u4e00-\u9fff]", text)
        assert "\n" not in text
        assert text[-1] in "。）"
    assert function.clause in function.help
    assert 0 < len(function.category) <= 31
    assert function.result.words
    english = [function.english, *(argument.english for argument in function.arguments)]
    assert all(0 < len(text) <= 255 and text[-1] == "." for text in english)
    titles = [argument.title for argument in function.arguments]
    assert len(set(titles)) == len(titles)


@each_function
def test_the_wizard_can_show_the_arguments(function: Function) -> None:
    names = [argument.name for argument in function.arguments]
    assert len(set(names)) == len(names)
    assert 1 <= len(names) <= 20
    assert len(",".join([function.name, *names])) <= 254
    optional = [argument.optional for argument in function.arguments]
    assert optional == sorted(optional)  # required ones first


@each_function
def test_only_newer_arguments_come_after_the_scheme(function: Function) -> None:
    names = [a.name for a in function.arguments]
    if "scheme" in names:
        assert names[names.index("scheme") + 1 :] in (
            [],
            ["form", "floor"],
            ["groups"],
            ["groups", "weights", "caps", "firms"],
            [f"more{k}" for k in range(1, 8)],
        )


@each_function
def test_the_implementation_takes_the_arguments_declared(function: Function) -> None:
    parameters = list(inspect.signature(function.implementation).parameters.values())
    names = [argument.name for argument in function.arguments]
    assert all(any(re.fullmatch(rf"{p.name}\d*", name) for name in names) for p in parameters)
    optional = {p.name: "None" in str(p.annotation) for p in parameters}
    for argument in function.arguments:
        assert optional[re.sub(r"\d+$", "", argument.name)] == argument.optional
    doc = function.implementation.__doc__ or ""
    assert not function.clause or function.clause.split("-")[0] in doc


def test_every_function_of_the_library_is_registered() -> None:
    modules = sorted(Path(library.__file__).parent.glob("[a-z]*.py"))
    declared = [
        value.name
        for path in modules
        for value in vars(importlib.import_module(f"{library.__name__}.{path.stem}")).values()
        if isinstance(value, Function)
    ]
    assert sorted(declared) == sorted(REGISTRY)


def test_functions_start_without_heavy_modules() -> None:
    heavy = {"openpyxl", "lxml", "rich", "xlwings", "uno", "stdnum", "python_calamine"}
    code = (
        "import sys; from permu_xl import functions; functions.call('PERMU_RANK', [[1, 2]]); "
        "print('\\n'.join(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = {name.split(".")[0] for name in run.stdout.split()}
    assert not loaded & heavy
    above = ("book", "cli", "reports", "hosts", "intake", "screen")
    assert not [name for name in run.stdout.split() if name.startswith(
        tuple(f"permu_xl.{part}" for part in above)
    )]  # fmt: skip
