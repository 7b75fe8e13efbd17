"""The texts that sort firms into tracks, units and baseline groups, as a block beside the firms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from permu_xl.engine.groups import attribute_texts, used_attributes
from permu_xl.engine.industries import is_code, normal_industry
from permu_xl.engine.reading import fold, show
from permu_xl.engine.roster import Roster
from permu_xl.engine.scheme import Attribute, Scheme
from permu_xl.errors import FunctionError
from permu_xl.functions.blocks import Block
from permu_xl.functions.declare import Argument
from permu_xl.functions.values import CODES, Cell, ErrorValue, Faults
from permu_xl.schemes import industries

__all__ = ["GROUPS", "Groups", "read_groups"]

Reader = Callable[[float | str | bool], str | ErrorValue]

NA, VALUE = ErrorValue.NA, ErrorValue.VALUE

GROUPS = Argument(
    "groups",
    "方案要求的分组，如企业规模、产业集聚区；一行一户，各列次序同“原始数据”；"
    "方案按行业代码分组的，最后再加一列行业代码。空白按方案的默认值。",
    "都按默认值",
)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """One text a row for each attribute asked for, industry codes, and what is wrong with a row."""

    attributes: Mapping[str, Sequence[str]]
    industries: Sequence[str]
    faults: Faults


def read_groups(rules: Scheme, size: int, block: Block | None) -> Groups:
    """Read the block of groups; a text that the scheme does not know is #N/A in its row.

    Raises FunctionError (#VALUE!) for another shape, or when the block is left out although the
    scheme has no default for a group.
    """
    asked = rules.asked_attributes
    derived = [a for a in rules.attributes.values() if a.derived]
    width = len(asked) + bool(derived)
    cells = _cells(rules, size, width, block)
    faults: Faults = np.zeros(size, dtype=np.int8)
    columns: dict[str, list[str]] = {}
    for k, attribute in enumerate(asked):
        columns[attribute.id] = _texts(cells, k, _reader(attribute), faults)
    codes = _texts(cells, len(asked), _industry, faults) if derived else [""] * size
    used = used_attributes(rules)
    roster = Roster.from_columns({}, names=[""] * size, industries=codes, attributes=columns)
    for attribute in asked:
        if attribute.id in used:
            told = attribute_texts(attribute, roster)
            unknown = told.take([_is_unknown(attribute, text) for text in told.values])
            faults[(faults == 0) & unknown] = CODES[NA]
    return Groups(columns, codes, faults)


def _cells(rules: Scheme, size: int, width: int, block: Block | None) -> list[list[Cell]]:
    if block is None:
        used = used_attributes(rules)
        unsaid = [a.name for a in rules.attributes.values() if a.id in used and not a.default]
        if unsaid:
            problem = f"方案按{'、'.join(unsaid)}分组，请填写groups"
            raise FunctionError("#VALUE!", problem)
        return [[""] * width for _ in range(size)]
    if block.shape != (size, width):
        found = "×".join(map(str, block.shape))
        raise FunctionError("#VALUE!", f"groups是{found}格，应为{size}行{width}列")
    cells = list(block.cells())
    return [cells[row * width : (row + 1) * width] for row in range(size)]


def _texts(cells: Sequence[Sequence[Cell]], column: int, read: Reader, faults: Faults) -> list[str]:
    texts = []
    for row, line in enumerate(cells):
        cell = line[column]
        found = cell if isinstance(cell, ErrorValue) else read(cell)
        if isinstance(found, ErrorValue):
            faults[row] = faults[row] or CODES[found]
            found = ""
        texts.append(found)
    return texts


def _reader(attribute: Attribute) -> Reader:
    allowed = {fold(value): value for value in attribute.values}

    def read(cell: float | str | bool) -> str:
        text = " ".join(show(cell).split())
        return allowed.get(fold(text), text)

    return read


def _industry(cell: float | str | bool) -> str | ErrorValue:
    code, _ = normal_industry(show(cell), was_number=isinstance(cell, float), known=industries())
    return code if code == "" or is_code(code) else VALUE


def _is_unknown(attribute: Attribute, text: str) -> bool:
    return not text or bool(attribute.values and text not in attribute.values)
