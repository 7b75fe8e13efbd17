"""Every worksheet function through the real xlwings DLL and COM server, under Wine.

What comes back is compared with ``permu_xl.functions.call`` in this process. How the functions
calculate is tested elsewhere; here it is how arguments and results travel.
"""

from __future__ import annotations

import datetime
import json
import random
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np
import pytest

from permu_xl.functions import REGISTRY, call
from permu_xl.hosts.excel.error_values import ERROR_NUMBERS
from permu_xl.hosts.excel.setup import vba
from tests.hosts.excel import wine, wine_client
from tests.hosts.excel.wine import (
    OMITTED,
    Bench,
    Chain,
    RaisedError,
    WineTimeoutError,
    cells,
    currency,
    date,
    error,
    excel_range,
)

pytestmark = pytest.mark.wine

STAND_IN = "permu_com_stand_in"
FIRMS = 2000

TOTALS = cells([[88.5], [71.25], [None], [71.25], [60.0]])
FIRM_ROW = [120.0, 960.0, 30000.0, 28000.0, 840.0, 260.0, 5200.0, 35.0]
BASELINES = cells([[7.5, 240.0, 2.4, 95.0, 5.2, 30.0]])


def _as_cells(argument: Any) -> Any:
    """Return an argument of an example as COM passes it."""
    if argument is None:
        return OMITTED
    if not isinstance(argument, tuple):
        return argument
    rows = argument if isinstance(argument[0], tuple) else (argument,)
    return cells([list(row) for row in rows])


# The examples of the manual, and calls of other kinds.
CALLS: list[tuple[str, list[Any]]] = [
    *((name, [_as_cells(each) for each in f.example.arguments]) for name, f in REGISTRY.items()),
    ("PERMU_INDICATOR", [cells([[960], [0], [None]]), cells([[120], [80], [50]])]),
    ("PERMU_INDICATOR", [cells([[840.0]]), cells([[28000.0]]), 100]),
    ("PERMU_BASELINE", [cells([[960], [400]]), cells([[120], [80]]), "总量法"]),
    ("PERMU_BASELINE", [cells([[960], [400]]), cells([[120], [80]])]),
    ("PERMU_SCORE", [cells([[8.0, 200], [None, 400]]), cells([[7.5, 240]]), cells([[30, 10]])]),
    ("PERMU_SCORE", [cells([[8.0, 9.0, 12.0]]), 7.5, 30, OMITTED, "shenyang_2021"]),
    ("PERMU_POLLUTION_SCORE", [cells([[960], [0]]), cells([[35], [None]]), 30]),
    ("PERMU_TOTAL", [cells([[30, 10, 12], [20, 5, None]]), cells([[2], [None]])]),
    ("PERMU_RANK", [TOTALS]),
    ("PERMU_CLASS", [cells([[30 - i, 10, 12, 11, 9, 8 - i / 2] for i in range(12)])]),
    (
        "PERMU_CLASS",
        [
            cells([[30 - i, 10, 12, 11, 9, 8 - i / 2] for i in range(12)]),
            OMITTED,
            cells([["是"] if i == 11 else [None] for i in range(12)]),
            cells([[i != 3] for i in range(12)]),
        ],
    ),
    ("PERMU_EVALUATE", [cells([FIRM_ROW]), BASELINES]),
    ("PERMU_EVALUATE", [cells([FIRM_ROW, [*FIRM_ROW[:7], None]]), BASELINES, cells([[1], [0]])]),
    ("PERMU_EXPLAIN", [cells([FIRM_ROW]), BASELINES, 2]),
    ("PERMU_GROUP", ["企业规模", cells([["规上", "甲区"], ["规下", None]]), "anyang_2018"]),
    ("PERMU_IN_SCOPE", ["C3421", 39000, 2021]),
    ("PERMU_IN_SCOPE", [cells([["4430"], ["煤"]]), date(datetime.datetime(2015, 3, 1)), 2021]),
    ("PERMU_CHECK_CODE", [cells([["91210100MA0XYZ123Q"], [None], [error("#REF!")]])]),
    ("PERMU_MEASURE", [cells([["A"], ["D"], ["戊"]]), "用电"]),
    ("PERMU_WATER_FEE", [currency("1250.5"), 1000, 3.2]),
    ("PERMU_PARAM", ["没有的名称"]),
    ("PERMU_PARAM", [cells([["没有的名称", None]]), OMITTED]),
]

IMPORT_ALL = """
import importlib, pkgutil, sys, xlwings

@xlwings.func
def import_all():
    import permu_xl
    failed = []
    for module in pkgutil.walk_packages(permu_xl.__path__, "permu_xl."):
        if not module.name.startswith("permu_xl.hosts.calc"):
            try:
                importlib.import_module(module.name)
            except Exception as error:
                failed.append(f"{module.name}: {error}")
    return [["; ".join(failed), sys.modules["permu_xl.hosts.excel"].__name__]]
"""

COMMAND = """
import time
from permu_xl.reports import verification
from permu_xl.reports.verification import verdict


def verify(path, step):
    step("逐格比较")
    with open(path, "rb") as file:
        found = file.read().decode()[2:]
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        sum(range(1000))
    return verdict.Verdict((verdict.Check("结果", True, found),), (), ())


verification.verify = verify
"""

ODD_CELLS: list[Any] = [
    *(0.0, -3.5, 1e300, 12.0, 7.25, 2021.0, True, False, None, None),
    *("", " ", "１,２３４.5", "约五", "是", "A", "用地", "C3421", "=1+1", "甲\n乙", "😀", "#N/A"),
    *(error("#N/A"), error("#DIV/0!"), error("#NULL!"), error("#NAME?")),
    *(date(datetime.datetime(2019, 12, 31, 18, 30)), date(datetime.datetime(2020, 2, 29))),
    currency("-0.0001"),
]
SHAPES = [(1, 1), (1, 4), (4, 1), (3, 3)]


def as_called(value: Any) -> Any:
    """Return an argument of the chain as ``permu_xl.functions.call`` takes it."""
    if not isinstance(value, Mapping):
        return value
    ((kind, content),) = value.items()
    match kind:
        case "array" | "range":
            return [[as_called(cell) for cell in row] for row in content]
        case "omitted":
            return None
        case "date":
            return datetime.datetime.fromisoformat(content)
        case "currency":
            return Decimal(content)
    return content


def expected(function: str, args: list[Any]) -> list[list[Any]]:
    """Return the result of a call in this process, with errors as their texts."""
    rows = call(function, [as_called(each) for each in args])
    return [
        [cell if isinstance(cell, float | str | bool) else str(cell) for cell in row]
        for row in rows
    ]


def assert_same(found: list[list[Any]], wanted: list[list[Any]]) -> None:
    """Compare results cell by cell; numbers may differ by what two builds of numpy may."""
    assert [len(row) for row in found] == [len(row) for row in wanted]
    for found_row, wanted_row in zip(found, wanted, strict=True):
        for one, other in zip(found_row, wanted_row, strict=True):
            assert type(one) is type(other)
            assert one == (pytest.approx(other, rel=1e-12) if type(other) is float else other)


def district() -> tuple[list[list[Any]], list[Any]]:
    """Return a district's figures with gaps as in real ones, and other columns of it."""
    source = np.random.default_rng(20211)
    figures: list[list[Any]] = np.round(source.lognormal(4, 1.5, (FIRMS, 8)), 2).tolist()
    for row, column in source.integers(0, (FIRMS, 8), (300, 2)).tolist():
        figures[row][column] = None
    figures[17][1] = error("#REF!")
    figures[500][3] = "1,234.5"
    figures[501][3] = "不详"
    flags = [["是"] if source.random() < 0.05 else [None] for _ in range(FIRMS)]
    included = [[bool(source.random() > 0.03)] for _ in range(FIRMS)]
    bonus = [[float(source.integers(0, 4))] for _ in range(FIRMS)]
    return figures, [cells(bonus), cells(flags), cells(included)]


@pytest.mark.parametrize(("function", "args"), CALLS, ids=[name for name, _ in CALLS])
def test_result_is_that_of_the_registry(chain: Chain, function: str, args: list[Any]) -> None:
    wanted = expected(function, args)
    if function != "PERMU_PARAM":
        assert any(str(cell)[:1] != "#" for row in wanted for cell in row)
    assert_same(chain.call(function, *args), wanted)


@pytest.mark.parametrize("function", REGISTRY)
def test_odd_cells_of_every_shape(chain: Chain, function: str) -> None:
    source = random.Random(function)
    arguments = REGISTRY[function].arguments
    required = sum(not each.optional for each in arguments)
    for rows, columns in SHAPES * 3:
        shapes = [(rows, columns), (1, 1), (rows, 1), (1, columns)]
        args = []
        for _ in range(source.randint(required, len(arguments))):
            height, width = source.choice(shapes)
            block = [[source.choice(ODD_CELLS) for _ in range(width)] for _ in range(height)]
            args.append(cells(block) if source.random() < 0.9 else OMITTED)
        try:
            assert_same(chain.call(function, *args), expected(function, args))
        except AssertionError as failure:
            failure.add_note(f"{function}: {json.dumps(args, ensure_ascii=False, default=dict)}")
            raise


@pytest.mark.parametrize("function", ["PERMU_EVALUATE", "PERMU_CLASS"])
def test_district(chain: Chain, function: str) -> None:
    figures, others = district()
    first = [cells(figures), BASELINES]
    if function == "PERMU_CLASS":
        first = [cells([row[:6] for row in figures])]
    args = [*first, *others]
    wanted = expected(function, args)
    assert len(wanted) == FIRMS
    assert_same(chain.call(function, *args), wanted)


@pytest.mark.parametrize("number", range(2000, 2051))
def test_every_error_value_is_one(chain: Chain, number: int) -> None:
    """Whatever Excel invents: an int never counts as a number, alone or in a block."""
    shown = {v: k for k, v in ERROR_NUMBERS.items()}.get(number, "#VALUE!")
    assert chain.call("PERMU_SCORE", error(str(number)), 10, 30) == [[shown]]
    block = cells([[5.0], [error(str(number))], [10.0]])
    assert chain.call("PERMU_SCORE", block, 10, 30) == [[15.0], [shown], [30.0]]


def test_an_error_is_no_figure_of_a_firm(chain: Chain) -> None:
    """The firm's tax is #SPILL!: so are its 亩均税收 and whatever hangs on that."""
    figures = cells([FIRM_ROW, [FIRM_ROW[0], error("2045"), *FIRM_ROW[2:]]])
    first, second = chain.call("PERMU_EVALUATE", figures, BASELINES)
    assert first[0] == 8.0  # 960 / 120
    assert second[0] == second[6] == second[14] == "#SPILL!"


def test_the_last_error_has_its_cell(chain: Chain) -> None:
    def told() -> str:
        return str(chain.command("", "last_error")["shown"][0][1])

    cell = "[某区.xlsm]得分!C5"
    assert chain.call("PERMU_SCORE", 5, 0, 30, place=cell) == [["#DIV/0!"]]
    assert told() == f"{cell}：PERMU_SCORE：结果是#DIV/0!：基准值空缺或不大于0。"
    # Other cells have nothing to do with it; its own success ends it.
    chain.call("PERMU_SCORE", 5, 10, 30, place="[某区.xlsm]得分!C6")
    assert cell in told()
    chain.call("PERMU_SCORE", 5, 10, 30, place=cell)
    assert told() == "没有出错的公式调用。"
    assert chain.call("PERMU_PARAM", "没有", place="甲!A1") == [["#N/A"]]
    assert told().startswith("甲!A1：PERMU_PARAM：")
    args = [cells([["C3421"], ["C3421"]]), cells([[43466], ["不详"]]), 2021]
    assert chain.call("PERMU_IN_SCOPE", *args, place="甲!B1") == [[True], ["#VALUE!"]]
    assert told().startswith("甲!B1：PERMU_IN_SCOPE：结果第2行第1列是#VALUE!：")


def test_ranges_as_xlwings_own_wrappers_pass_them(chain: Chain) -> None:
    block = [[date(datetime.datetime(2015, 3, 1)), error("#N/A")], ["约五", None]]
    codes = excel_range([["C3421", "4430"], ["煤", "C1310"]])
    args = [codes, excel_range(block), excel_range([[2021]])]
    found = chain.call("PERMU_IN_SCOPE", *args, module=wine.UDF_MODULE, in_book=True)
    assert_same(found, expected("PERMU_IN_SCOPE", args))


def test_one_row_comes_back_without_its_row(chain: Chain) -> None:
    # VBA must not ask such an array for its second dimension.
    assert chain.raw("PERMU_SCORE", cells([[1, 2, 3]]), 10, 30) == [3.0, 6.0, 9.0]
    assert chain.raw("PERMU_SCORE", cells([[1], [2]]), 10, 30) == [[3.0], [6.0]]
    assert chain.raw("PERMU_SCORE", 1, 10, 30) == 3.0


@pytest.fixture
def stand_in(bench: Bench) -> str:
    """Return the name of a module whose functions go wrong."""
    bench.add_module(
        STAND_IN,
        "import xlwings\n"
        "@xlwings.func\n"
        "def fail():\n"
        "    raise ValueError('bad input')\n"
        "@xlwings.func\n"
        "def leave():\n"
        "    raise SystemExit(3)\n"
        "@xlwings.func\n"
        "def crash():\n"
        "    import os\n"
        "    os._exit(3)\n"
        "@xlwings.func\n"
        "def hang():\n"
        "    import time\n"
        "    time.sleep(600)\n",
    )
    return STAND_IN


def test_server_survives_exceptions(chain: Chain, stand_in: str) -> None:
    for module, function, message in (
        (stand_in, "fail", "ValueError: bad input"),
        (stand_in, "leave", "SystemExit: 3"),
        (stand_in, "missing", f"AttributeError: module '{stand_in}' has no attribute 'missing'"),
        ("permu_missing", "fail", "ModuleNotFoundError: No module named 'permu_missing'"),
    ):
        with pytest.raises(RaisedError) as raised:
            chain.call(function, module=module)
        # The server turns the traceback round: what happened stands first.
        assert str(raised.value).splitlines()[0] == message
        assert chain.call("PERMU_RANK", TOTALS) == expected("PERMU_RANK", [TOTALS])


def test_server_is_started_again_after_a_crash(chain: Chain, stand_in: str) -> None:
    with pytest.raises(RaisedError):
        chain.call("crash", module=stand_in)
    assert chain.call("PERMU_RANK", TOTALS) == expected("PERMU_RANK", [TOTALS])


def test_chain_that_hangs_is_ended(
    chain: Chain, stand_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wine, "CALL_SECONDS", 2.0)
    with pytest.raises(WineTimeoutError):
        chain.call("hang", module=stand_in)
    assert chain.ended


def test_too_many_arguments_are_an_error_value(chain: Chain) -> None:
    assert chain.call("PERMU_RANK", TOTALS, 1, 2, 3) == [["#VALUE!"]]


def test_folder_with_a_space_and_letters_outside_ascii(bench: Bench) -> None:
    odd = bench.folder / "某 区 Büro"
    odd.symlink_to(bench.portable)
    with bench.chain(portable=odd) as chain:
        args = [cells([["A"], ["D"]]), "用电"]
        assert_same(chain.call("PERMU_MEASURE", *args), expected("PERMU_MEASURE", args))


def test_every_module_can_be_imported_on_windows(bench: Bench, chain: Chain) -> None:
    bench.add_module("permu_import_all", IMPORT_ALL)
    assert chain.call("import_all", module="permu_import_all") == [["", "permu_xl.hosts.excel"]]


@pytest.fixture
def verification(bench: Bench) -> str:
    """Return the statement that makes 核对结果 a computation of three seconds."""
    bench.add_module("permu_command", COMMAND.replace("SECONDS", "3"))
    return "import permu_command"


def test_a_button_of_the_year_reaches_the_open_workbook(
    bench: Bench, chain: Chain, verification: str
) -> None:
    done = chain.command(verification, "verify")
    # The copy had the workbook's name, in a folder beside it that is gone.
    (copy,) = done["copies"]
    found = PureWindowsPath(copy)
    assert (found.name, found.parent.parent) == ("permu.xlsm", PureWindowsPath("C:/"))
    assert not (bench.prefix / "drive_c" / found.parent.name).exists()
    assert done["shown"] == [["tell", "核对一致。\n结果：一致。a workbook。"]]
    # Python computed for three seconds, and no call took Excel's time for long.
    assert done["first"] < 2.0
    assert done["calls"] > 5
    assert done["longest"] < 2.0


def test_formulas_are_answered_while_a_command_runs(chain: Chain, verification: str) -> None:
    before = f"{verification}; from permu_xl.hosts.excel import macros"
    chain.command(before, "help")
    begun = time.monotonic()
    chain.call("begin", "verify", module=wine_client.COMMANDS)
    assert chain.call("PERMU_RANK", TOTALS) == expected("PERMU_RANK", [TOTALS])
    assert time.monotonic() - begun < 3.0
    assert chain.call("begin", "help", module=wine_client.COMMANDS) == [
        ["warn", "有一个命令还没有做完，请等它结束。"]
    ]
    assert chain.call("give_up", "", module=wine_client.COMMANDS) == [["done", ""]]
    assert chain.call("begin", "help", module=wine_client.COMMANDS)[0][0] == "tell"
    assert chain.call("go_on", "", module=wine_client.COMMANDS) == [["done", ""]]


def test_command_is_that_of_our_vba() -> None:
    source = vba.modules(REGISTRY, addin=True)
    assert '"' + wine_client.SERVE.replace('"', '""') + '"' in source["permu_python"]
    assert f'COMMANDS As String = "{wine_client.COMMANDS}"' in source["permu_ribbon"]


def test_a_start_that_fails_says_so_at_once(bench: Bench, chain: Chain) -> None:
    """What VBA makes of these texts is in test_vba_runs; xlwings' own start waits 122 s a call."""
    program = bench.folder / "bad.exe"
    program.write_bytes(b"no program")
    python = wine.windows_path(bench.portable / "python.exe")
    for command, reason in (
        (wine_client.server_command(Path("C:\\没有\\python.exe")), "Error message: 找不到文件"),
        (wine_client.server_command(Path(wine.windows_path(program))), "EXE 格式无效"),
        (f'"{python}" -P -B -c "import nothing_here;x=\'$(CLSID)\'"', "exited before"),
    ):
        found, seconds = chain.start_with(command)
        assert reason in found
        assert seconds < 10.0
    assert chain.call("PERMU_RANK", TOTALS) == expected("PERMU_RANK", [TOTALS])


def test_what_lies_in_the_current_folder_is_not_imported(bench: Bench) -> None:
    hostile = bench.folder / "工作簿 旁边"
    hostile.mkdir()
    for name in ("numpy.py", "xlwings.py", "permu_xl.py", "win32api.py"):
        (hostile / name).write_text("raise SystemExit('hostile')", encoding="ascii")
    with bench.chain(folder=hostile) as chain:
        assert chain.call("PERMU_RANK", TOTALS) == expected("PERMU_RANK", [TOTALS])
