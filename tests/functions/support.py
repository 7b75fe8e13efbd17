"""What the tests of the worksheet functions share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from permu_xl import functions
from permu_xl.functions import ErrorValue, Grid

NULL, DIV0, VALUE = ErrorValue.NULL, ErrorValue.DIV0, ErrorValue.VALUE
REF, NAME, NUM, NA = ErrorValue.REF, ErrorValue.NAME, ErrorValue.NUM, ErrorValue.NA


def column(cells: Iterable[Any]) -> list[list[Any]]:
    """Return cells as a block of one column."""
    return [[cell] for cell in cells]


def cells_of(grid: Grid) -> list[Any]:
    """Return the cells of a result row by row."""
    return [cell for row in grid for cell in row]


def one(name: str, *args: Any) -> Any:
    """Return the only cell of a result."""
    ((cell,),) = functions.call(name, args)
    return cell


def flat(name: str, *args: Any) -> list[Any]:
    """Return the cells of a result row by row."""
    return cells_of(functions.call(name, args))


def same(found: Sequence[Any], expected: Sequence[Any]) -> bool:
    """Compare cells: kinds exactly, numbers within float noise."""
    assert [type(cell) for cell in found] == [type(cell) for cell in expected], found
    numbers = [cell for cell in found if isinstance(cell, float)]
    wanted = [cell for cell in expected if isinstance(cell, float)]
    others = [cell for cell in found if not isinstance(cell, float)]
    assert others == [cell for cell in expected if not isinstance(cell, float)]
    assert numbers == pytest.approx(wanted, rel=1e-12, abs=1e-12)
    return True
