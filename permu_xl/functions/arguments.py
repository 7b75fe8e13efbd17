"""Arguments read as what a function needs: figures, marks, names, the scheme.

A cell that cannot be read becomes a fault of that cell; only what makes the whole call
meaningless raises FunctionError.  Arrays are two-dimensional, in the shape of the argument;
only ``cell_by_cell`` gives single numbers as numpy scalars, because a column of formulas calls
thousands of times with nothing else, and arithmetic on scalars is several times quicker.
"""

from __future__ import annotations

from math import isfinite, isinf, prod
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from permu_xl.errors import FunctionError, SchemeError
from permu_xl.functions.blocks import Block, normalise
from permu_xl.functions.values import CODES, ERRORS, Cell, ErrorValue, Faults, Grid
from permu_xl.schemes import DEFAULT, available, called, load
from permu_xl.text import mark_in, number_in, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine.model import BoolArray, FloatArray, Scheme

__all__ = [
    "Figures",
    "Marks",
    "any_fault",
    "cell_by_cell",
    "common_shape",
    "fault_where",
    "figures",
    "figures_or",
    "first_fault",
    "grid",
    "how_to_select",
    "list_of",
    "marks",
    "missing",
    "or_default",
    "scheme_of",
    "shown_texts",
    "single",
    "single_figure",
    "text_grid",
]


MOST_CELLS = 32 << 20
"""Of a result; a whole sheet's rows with 32 columns."""


class Figures(NamedTuple):
    """Numbers, NaN where blank or faulty, and the fault of each cell."""

    values: FloatArray
    faults: Faults


class Marks(NamedTuple):
    """Yes or no: ``values`` (False where blank or faulty), which cells are ``given``, faults."""

    values: BoolArray
    given: BoolArray
    faults: Faults


_SOUND: Any = np.int8(0)
"""No fault, as a numpy scalar."""


def figures(block: Block) -> Figures:
    """Read a block as numbers; text that is a number counts as one (R21), other text is a fault."""
    values = block.numbers.reshape(block.shape)
    faults = np.zeros(values.shape, dtype=np.int8)
    if not block.others:
        return Figures(values, faults)
    values = values.copy()
    for position, cell in block.others.items():
        found = _figure(cell)
        if isinstance(found, ErrorValue):
            faults.flat[position] = CODES[found]
        else:
            values.flat[position] = found
    return Figures(values, faults)


def _figure(cell: str | bool | ErrorValue) -> float | ErrorValue:
    if isinstance(cell, ErrorValue):
        return cell
    number = None if isinstance(cell, bool) else number_in(cell)
    if number is None:
        return ErrorValue.VALUE
    return ErrorValue.NUM if isinf(number) else number


def figures_or(block: Block | None, default: float | FloatArray) -> Figures:
    """Read an optional block of numbers; blank cells take the default."""
    standard = np.atleast_2d(np.asarray(default, dtype=np.float64))
    if block is None:
        return Figures(standard, np.zeros(standard.shape, dtype=np.int8))
    read = figures(block)
    blank = np.isnan(read.values)
    if not blank.any():
        return read
    shape = common_shape(read.values.shape, standard.shape)
    return Figures(np.where(blank, standard, read.values), np.broadcast_to(read.faults, shape))


def or_default(block: Block | None, default: float | FloatArray) -> Block | Figures:
    """Return an optional block of numbers for ``cell_by_cell``; blank cells take the default."""
    if block is None and isinstance(default, float):
        return normalise(default)
    if block is not None and block.is_number:
        return block
    return figures_or(block, default)


def marks(block: Block) -> Marks:
    """Read a block of 是/否, TRUE/FALSE, 1/0 or other usual marks."""
    values = np.zeros(block.shape, dtype=bool)
    given = np.zeros(block.shape, dtype=bool)
    faults = np.zeros(block.shape, dtype=np.int8)
    for position, cell in enumerate(block.cells()):
        if cell == "":
            continue
        given.flat[position] = True
        mark = cell if isinstance(cell, (bool, ErrorValue)) else mark_in(show(cell))
        if isinstance(mark, bool):
            values.flat[position] = mark
        else:
            faults.flat[position] = CODES[mark or ErrorValue.VALUE]
    return Marks(values, given, faults)


def common_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that all the others spread to.

    FunctionError: #VALUE! without one, #NUM! for one that no memory holds (a whole column against
    a whole row).
    """
    if len(set(shapes)) == 1:
        return shapes[0]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        sizes = "、".join("×".join(map(str, shape)) for shape in dict.fromkeys(shapes))
        how = "请选行数、列数相同的区域，如 J5:J24 和 K5:K24"
        raise FunctionError("#VALUE!", f"区域大小配不上（行×列：{sizes}），{how}") from None
    if prod(shape) > MOST_CELLS:
        raise FunctionError("#NUM!", f"结果太大（{'×'.join(map(str, shape))}格），请缩小区域")
    return shape


def cell_by_cell(*given: Block | Figures) -> tuple[list[FloatArray], list[Faults]]:
    """Return values and faults spread to one shape; nothing but single numbers as numpy scalars.

    What is calculated cell by cell, and ends in ``grid``, works with arrays and with scalars.
    """
    values = [each[0] for each in given]
    if not any(each.ndim for each in values):
        return values, [_SOUND] * len(given)
    read = [figures(each) if isinstance(each, Block) else each for each in given]
    shape = common_shape(*(f.values.shape for f in read))
    return (
        [np.broadcast_to(f.values, shape) for f in read],
        [np.broadcast_to(f.faults, shape) for f in read],
    )


def list_of(read: Figures, size: int, name: str) -> Figures:
    """Return a row or a column of ``size`` cells as one row, such as one baseline an indicator."""
    if read.values.shape not in ((1, size), (size, 1)):
        rows, columns = read.values.shape
        problem = (
            f"“{name}”是{rows}行{columns}列，应为一行或一列共{size}格，{how_to_select(1, size)}"
        )
        raise FunctionError("#VALUE!", problem)
    return Figures(read.values.reshape(1, size), read.faults.reshape(1, size))


def first_fault(*faults: Faults) -> Faults:
    """Return for each cell the first fault there is."""
    found = faults[0]
    if not found.ndim:
        return next(filter(None, faults), found)
    for later in faults[1:]:
        found = np.where(found != 0, found, later)
    return found


def fault_where(condition: BoolArray, error: ErrorValue) -> Faults:
    """Return the error as fault of the cells that meet the condition."""
    found: Faults
    if condition.ndim:
        found = condition * CODES[error]
    else:
        found = cast("Faults", CODES[error]) if condition else _SOUND
    return found


def missing(values: FloatArray) -> BoolArray:
    """Return which figures are missing; for single numbers quicker than numpy's ``isnan``."""
    found: BoolArray = values != values  # only NaN differs from itself
    return found


def any_fault(faults: Faults) -> np.int8:
    """Return the first fault of a whole set of cells, 0 for none."""
    found = faults[faults != 0]
    return found[0] if found.size else np.int8(0)


def single(block: Block, name: str) -> Cell:
    """Return the content of an argument that must be one cell; an error cell fails the call."""
    if block.shape != (1, 1):
        raise FunctionError("#VALUE!", f"“{name}”只能是一个单元格，{how_to_select(1, 1)}")
    cell = block.cells()[0]
    if isinstance(cell, ErrorValue):
        raise FunctionError(str(cell), f"“{name}”是错误值，请先改正那一格")
    return cell


def single_figure(block: Block | None, default: float, name: str) -> float:
    """Return the number in an optional argument that must be one cell."""
    if block is None:
        return default
    single(block, name)
    read = figures(block)
    fault = ERRORS[int(read.faults[0, 0])]
    if fault is not None:
        raise FunctionError(str(fault), f"“{name}”不是数字，{how_to_select(1, 1)}")
    return float(read.values[0, 0])


def how_to_select(rows: int, columns: int) -> str:
    """Return how to select so many cells, for messages.

    >>> how_to_select(1, 1), how_to_select(1, 6), how_to_select(20, 1)
    ('请选一个单元格，如 J5', '请选一片区域，如 J5:O5', '请选一片区域，如 J5:J24')
    """
    if rows == columns == 1:
        return "请选一个单元格，如 J5"
    before, last = divmod(8 + columns, 26)
    letters = f"{'@ABC'[before]}{chr(ord('A') + last)}".lstrip("@")
    return f"请选一片区域，如 J5:{letters}{4 + rows}"


def scheme_of(block: Block | None) -> Scheme:
    """Return the scheme that is named, or the default.

    FunctionError (#N/A) for a name that no scheme has, or several.
    """
    if block is None:
        return load(DEFAULT)
    text = show(single(block, "评价方案"))
    try:
        return load(text)
    except SchemeError as error:
        found = called(text)
        if len(found) == 1:
            return load(found[0])
        shown = "、".join(f"{id}（{load(id).region}）" for id in found or available())
        problem = "有几个这样的方案，请写其中一个代号" if found else "没有这个方案，可用"
        raise FunctionError("#N/A", f"{problem}：{shown}") from error


def grid(values: FloatArray, faults: Faults) -> Grid:
    """Return a result of numbers: NaN leaves the cell blank, faults show their errors."""
    if not values.ndim:
        return [[_shown(float(values), int(faults))]]
    rows: Grid = values.tolist()
    for i, j in np.argwhere(~np.isfinite(values) | (faults != 0)).tolist():
        rows[i][j] = _shown(values.item(i, j), faults.item(i, j))
    return rows


def _shown(value: float, fault: int) -> Cell:
    if fault or not isfinite(value):
        return ERRORS[fault] or (ErrorValue.NUM if isinf(value) else "")
    return value


def text_grid(texts: Sequence[Cell], faults: Faults) -> Grid:
    """Return a result of texts, row by row in the shape of ``faults``, which show their errors."""
    shown = shown_texts(texts, faults)
    rows, columns = faults.shape
    return [shown[i * columns : (i + 1) * columns] for i in range(rows)]


def shown_texts(texts: Sequence[Cell], faults: Faults) -> list[Cell]:
    """Return texts with errors in place of those that are faulty."""
    shown = list(texts)
    for position in np.flatnonzero(faults).tolist():
        shown[position] = ERRORS[faults.flat[position]] or ""
    return shown
