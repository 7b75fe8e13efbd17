"""The xlwings functions: the contract with xlwings, and its real conversion in both directions."""

from __future__ import annotations

import datetime as dt
import importlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pytest
import xlwings
from xlwings import conversion

from permu_xl.functions import REGISTRY, call
from permu_xl.hosts.excel import udfs
from permu_xl.hosts.excel.setup.texts import HELP_LIMIT
from permu_xl.hosts.excel.setup.vba import ERROR_NUMBERS, XLWINGS_VERSION

NA = -2146826246
"""#N/A as COM delivers it."""
COM_ERRORS = {
    -2146828288 + ERROR_NUMBERS[text]: text
    for text in ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
}
"""Those that xlwings knows."""
MISSING = object()


class _Engine:
    """As much of an Excel as xlwings' conversion asks for; no Excel and no licence needed."""

    name, type = "excel", "desktop"

    @staticmethod
    def clean_value_data(
        data: Sequence[Sequence[Any]], dates: Any, empty: Any, numbers: Any, err_to_str: bool
    ) -> list[list[Any]]:
        def clean(value: Any) -> Any:
            if value is None or value == "":
                return empty
            if type(value) is int and value in COM_ERRORS:
                return COM_ERRORS[value] if err_to_str else None
            return value

        return [[clean(cell) for cell in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        if value is None or (isinstance(value, float) and np.isnan(value)):
            return ""
        return value


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    engines = type(xlwings.engines)()
    engines.add(xlwings.Engine(impl=_Engine))
    monkeypatch.setattr(xlwings, "engines", engines)
    for name, module in list(sys.modules.items()):
        if name.startswith("xlwings.") and hasattr(module, "engines"):
            monkeypatch.setattr(module, "engines", engines)


def through(name: str, *arguments: Any) -> Any:
    """Call a function as xlwings' COM server does: read, call, write."""
    read = [
        None if each is MISSING else conversion.read(None, each, dict(udfs.OPTIONS))
        for each in arguments
    ]
    return conversion.write(udfs.UDFS[name](*read), None, {})


@pytest.fixture(scope="module")
def declared() -> Iterator[dict[str, dict[str, Any]]]:
    """What xlwings on Windows notes about each function; pywin32 is not needed for that."""
    absent = ("pythoncom", "pywintypes", "win32com", "win32com.client")
    with mock.patch.dict(sys.modules, {name: mock.MagicMock() for name in absent}):
        windows = importlib.import_module("xlwings.udfs")
        real = SimpleNamespace(func=windows.xlfunc, arg=windows.xlarg)
        with mock.patch.object(udfs, "_xlwings", real):
            made = {name: udfs._made(function) for name, function in REGISTRY.items()}
        yield {name: udf.__xlfunc__ for name, udf in made.items()}  # type: ignore[attr-defined]
        sys.modules.pop("xlwings.udfs", None)


def test_the_installed_xlwings_is_the_pinned_one() -> None:
    assert xlwings.__version__ == XLWINGS_VERSION


@pytest.mark.parametrize("name", REGISTRY)
def test_the_limits_of_excel_and_xlwings_are_kept(name: str) -> None:
    function = REGISTRY[name]
    assert name.isascii()
    assert name.isidentifier()
    assert len(function.help) <= HELP_LIMIT
    names = [argument.name for argument in function.arguments]
    assert 1 <= len(names) <= 60
    assert len(set(names)) == len(names)
    # xlwings takes an argument of this name for the calling cell.
    assert "caller" not in names
    assert len(name) + len(",".join(names)) <= 254
    optional = [argument.optional for argument in function.arguments]
    assert optional == sorted(optional)
    for argument in function.arguments:
        assert argument.name.isascii()
        assert argument.name.isidentifier()
        assert 0 < len(argument.help) <= HELP_LIMIT


@pytest.mark.parametrize("name", REGISTRY)
def test_xlwings_notes_what_the_registry_says(
    declared: dict[str, dict[str, Any]], name: str
) -> None:
    function, noted = REGISTRY[name], declared[name]
    assert noted["name"] == name
    assert noted["category"] == function.category
    assert noted["volatile"] is False
    arguments = [each for each in noted["args"] if not each["vba"]]
    assert [each["name"] for each in arguments] == [a.name for a in function.arguments]
    assert ["optional" in each for each in arguments] == [a.optional for a in function.arguments]
    for each, argument in zip(arguments, function.arguments, strict=True):
        assert each["doc"] == argument.help
        assert each["options"]["ndim"] == 2
        assert each["options"]["err_to_str"] is True
        assert "convert" not in each["options"] or each["options"]["convert"] is None


CELLS: dict[str, Any] = {
    "number": 3.5,
    "blank": None,
    "error": NA,
    "text": "约三百",
    "text number": "１，２３４．５",
    "true": True,
    "date": dt.datetime(2019, 5, 1),
    "currency": Decimal("12.5"),
    "column": ((1.0,), (None,), (NA,)),
    "row": ((1.0, "x", None),),
    "block": ((1.0, 2.0), (3.0, NA)),
    "flat row": (1.0, 2.0, 3.0),
    "ragged": ((1.0, 2.0), (3.0,)),
    "empty text": "",
}


@pytest.mark.parametrize("number", range(2000, 2051))
def test_every_int_is_an_error(number: int) -> None:
    shown = {value: text for text, value in ERROR_NUMBERS.items()}.get(number, "#VALUE!")
    given = -2146828288 + number
    assert through("PERMU_SCORE", given, 10.0, 30.0) == [[shown]]
    assert through("PERMU_SCORE", ((5.0,), (given,)), 10.0, 30.0) == [[15.0], [shown]]
    assert udfs.answer("PERMU_SCORE", "", [[5.0, given]], [[10.0]], [[30.0]]) == [[15.0, shown]]


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("name", REGISTRY)
def test_any_argument_gives_a_block_that_com_can_carry(name: str, kind: str) -> None:
    required = [a for a in REGISTRY[name].arguments if not a.optional]
    for given in (len(required), len(REGISTRY[name].arguments)):
        if kind == "ragged":
            # A range is never ragged; what a client of another kind sends must not raise either.
            rows = udfs.UDFS[name](*[[[1.0, 2.0], [3.0]]] * given)
        else:
            rows = through(name, *[CELLS[kind]] * given)
        assert rows
        assert len({len(row) for row in rows}) == 1
        assert all(isinstance(cell, (float, int, str)) for row in rows for cell in row)


@pytest.mark.parametrize("name", REGISTRY)
def test_left_out_and_blank_optional_arguments_mean_the_same(name: str) -> None:
    arguments = REGISTRY[name].arguments
    required = [1.0 for a in arguments if not a.optional]
    optional = [a for a in arguments if a.optional]
    short = through(name, *required)
    assert through(name, *required, *[MISSING] * len(optional)) == short
    assert through(name, *required, *[None] * len(optional)) == short


def test_errors_go_out_as_their_texts_cell_by_cell() -> None:
    rows = through("PERMU_INDICATOR", ((10.0,), (NA,), (None,), ("约",)), ((5.0,),) * 4)
    assert rows == [[2.0], ["#N/A"], [""], ["#VALUE!"]]


def test_the_pipeline_gives_what_the_registry_gives() -> None:
    data = [[10.0, 300.0, 900.0, 900.0, 30.0, 20.0, 5.0, 2.0], [None] * 8]
    baselines = [[20.0, 60.0, 2.0, 30.0, 100.0, 100.0]]
    expected = call("PERMU_EVALUATE", [data, baselines])
    assert through("PERMU_EVALUATE", data, baselines) == expected


def test_functions_work_without_xlwings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(udfs, "_xlwings", None)
    made = udfs._made(REGISTRY["PERMU_RANK"])
    assert made([[70.0], [90.0]]) == [[2.0], [1.0]]


def test_the_first_call_does_without_the_evaluation_of_a_district() -> None:
    code = (
        "import sys; from permu_xl.hosts.excel import udfs;"
        "udfs.UDFS['PERMU_SCORE']([[5.0]], [[4.0]], [[30.0]]);"
        "assert 'permu_xl.engine.evaluation' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
