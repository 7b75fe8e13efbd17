"""Who takes part, and whether a credit code can be right."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from permu_xl.engine import REGULAR, participation, reason_text
from permu_xl.engine.model import Roster
from permu_xl.errors import FunctionError
from permu_xl.functions.arguments import common_shape, first_fault, scheme_of, text_grid
from permu_xl.functions.declare import SCHEME, Argument, Example, worksheet_function
from permu_xl.functions.kinds import COLUMN, cell_by_cell, same_as
from permu_xl.functions.values import CODES, Cell, ErrorValue, Faults, Grid
from permu_xl.schemes import industries
from permu_xl.text import (
    DIGITS_LOST,
    EXACT_BELOW,
    code_fault,
    code_in,
    date_in,
    is_code,
    month_in,
    normal_industry,
    serial_date,
    show,
    year_in,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from permu_xl.functions.blocks import Block

_T = TypeVar("_T")
VALUE = ErrorValue.VALUE


@worksheet_function(
    "PERMU_IN_SCOPE",
    "企业是否纳入评价：纳入的为TRUE，不纳入的用文字写明原因。"
    "行业代码或投产日期空白的，不因此排除。只看行业和投产时间，“是否参评”一列另外决定。"
    "给其他函数的“是否参评”用时写成 PERMU_IN_SCOPE(…)=TRUE。",
    english="TRUE if a firm is to be evaluated, otherwise the reason in words.",
    clause="二",
    result=cell_by_cell("一个结论"),
    errors=((VALUE, "不是行业代码、日期或年份；年份空缺"),),
    arguments=(
        Argument(
            "industry",
            "行业代码",
            "（GB/T 4754-2017），可带门类字母；单元格或区域，空白不排除。",
            "Industry code (GB/T 4754-2017); blank does not exclude.",
            kind=COLUMN.of("3421", "C3421", "0610", 3421, None),
        ),
        Argument(
            "start_date",
            "投产日期",
            "；日期或写成2019-05-01的文字，空白不排除。",
            "Start of production: a date, or text such as 2019-05-01.",
            kind=COLUMN.of("2019-05-01", 43586, None),
            dates=True,
        ),
        Argument(
            "year",
            "评价年度",
            "，如2022；一格，或与行业代码同样大小。",
            "Evaluated year, such as 2022.",
            kind=COLUMN.of(2021, 2022),
        ),
        SCHEME,
    ),
    example=Example(
        "制造业的老企业；采矿；到2021年12月31日正好满2年；差一天满2年。",
        (
            (("C3421",), ("0610",), ("3421",), ("3421",)),
            (("2005-01-01",), ("2005-01-01",), ("2019-12-31",), ("2020-01-01",)),
            2021,
        ),
    ),
)
def in_scope(industry: Block, start_date: Block, year: Block, scheme: Block | None) -> Grid:
    """Say cell by cell whether a firm takes part (chapter 二, readings R1 and R2).

    TRUE, or the reason in words; a blank industry or start of production keeps nobody out.
    """
    rules = scheme_of(scheme)
    shape = common_shape(industry.shape, start_date.shape, year.shape)
    codes, code_faults = _each(industry, _industry, "", shape)
    starts, start_faults = _each(start_date, _start, None, shape)
    years, year_faults = _each(year, _year, 0, shape)
    faults = first_fault(code_faults, start_faults, year_faults)
    roster = Roster.from_columns(
        {}, names=[""] * len(codes), industries=codes, start_dates=[d or "NaT" for d in starts]
    )
    answers: list[Cell] = [True] * len(codes)
    for each in set(years) - {0}:
        part = participation(rules, roster, each)
        for firm in np.flatnonzero((part.reason != REGULAR) & (np.array(years) == each)).tolist():
            answers[firm] = reason_text(rules, roster, each, part, firm)
    if rules.scope.limits and True in answers:
        names = "、".join(rules.figure(limit.figure).name for limit in rules.scope.limits)
        raise FunctionError("#N/A", f"方案还按{names}决定是否参评，这个函数不看；请看“分类结果”")
    return text_grid(answers, faults)


def _each(
    block: Block, read: Callable[[Any], _T | ErrorValue], otherwise: _T, shape: tuple[int, ...]
) -> tuple[list[_T], Faults]:
    """Read each cell and spread the block to ``shape``; faulty cells are ``otherwise``."""
    values = np.empty(block.shape, dtype=object)
    faults = np.zeros(block.shape, dtype=np.int8)
    for position, cell in enumerate(block.cells()):
        found = cell if isinstance(cell, ErrorValue) else read(cell)
        faulty = isinstance(found, ErrorValue)
        values.flat[position] = otherwise if faulty else found
        faults.flat[position] = CODES[found] if isinstance(found, ErrorValue) else 0
    return np.broadcast_to(values, shape).ravel().tolist(), np.broadcast_to(faults, shape)


def _industry(cell: float | str | bool) -> str | ErrorValue:
    was_number = isinstance(cell, float)
    code, _ = normal_industry(show(cell), was_number=was_number, known=industries())
    return code if code == "" or is_code(code) else VALUE


def _start(cell: float | str | bool) -> dt.date | ErrorValue | None:
    if cell == "":
        return None
    try:
        found = date_in(show(cell))
    except ValueError:
        return VALUE
    found = found or month_in(show(cell))
    if found is None and isinstance(cell, float):
        found = serial_date(floor(cell))
    return found or VALUE


def _year(cell: float | str | bool) -> int | ErrorValue:
    return year_in(show(cell)) or VALUE


@worksheet_function(
    "PERMU_CHECK_CODE",
    "统一社会信用代码有什么不对：位数、字符、校验位；没有问题的返回空白。"
    "校验位不对只是提醒，确有这样的真实代码。",
    english="What is wrong with a unified social credit code; blank for nothing.",
    clause="GB 32100-2015",
    result=same_as("code", "统一社会信用代码", "一个结论", separate=True),
    arguments=(
        Argument(
            "code",
            "统一社会信用代码",
            "，应按文本存放；单元格或区域。",
            "Unified social credit codes, kept as text.",
            kind=COLUMN.of("91210100MA0000000D", "9121010", None),
        ),
    ),
    example=Example(
        "没有问题；校验位不对；位数不对。",
        ((("91210100MA0000000D",), ("91210100MA0000000E",), ("9121010",)),),
    ),
)
def check_code(code: Block) -> Grid:
    """Say cell by cell what is wrong with a credit code (GB 32100-2015, reading R20)."""
    answers = [_code_fault(cell) for cell in code.cells()]
    return text_grid(answers, np.zeros(code.shape, dtype=np.int8))


def _code_fault(cell: Cell) -> Cell:
    if isinstance(cell, ErrorValue):
        return cell
    if isinstance(cell, float) and abs(cell) >= EXACT_BELOW:
        return DIGITS_LOST
    return code_fault(code_in(show(cell)))
