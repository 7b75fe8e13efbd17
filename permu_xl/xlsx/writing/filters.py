"""The filter over a table that was rewritten: it must never hide the wrong firms.

A filter keeps its criteria in the sheet and its effect as hidden rows.  After a run other firms
stand in these rows, so lists of values are applied anew and all other criteria are lifted.
"""

from __future__ import annotations

import decimal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.xlsx.cells import Area, Formula, Link, Value
from permu_xl.xlsx.package import (
    drop_attributes,
    find_child,
    is_true,
    local_name,
    remove,
    sibling_name,
)
from permu_xl.xlsx.writing.cell_text import general, plain
from permu_xl.xlsx.writing.row_cells import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from permu_xl.xlsx.writing.block_rows import BlockRows

_BUTTONS = ("hiddenButton", "showButton")
"""A filter column without criteria is only there to say this."""

_PLACES = 310
_ROUNDING = decimal.Context(prec=400, rounding=decimal.ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A list of values to be shown."""

    texts: frozenset[str]
    blank: bool


def refresh_filter(sheet: etree._Element, blocks: Sequence[BlockRows]) -> str | None:
    """Fit the sheet's filter to the blocks that it covers; its new range if it had to grow."""
    element = find_child(sheet, "autoFilter")
    area = Area.parse(element.get("ref", "")) if element is not None else None
    if element is None or area is None:
        return None
    covered = [block for block in blocks if _covers(area, block)]
    if not covered:
        return None
    bottom = max(area.bottom, *(block.filled for block in covered))
    body = Area(min(block.top for block in covered), area.left, bottom, area.right)
    for sort_state in element.findall(sibling_name(element, "sortState")):
        element.remove(sort_state)
    lifted = apply_filter(sheet, element, body, covered)
    properties = find_child(sheet, "sheetPr")
    if lifted and properties is not None:
        drop_attributes(properties, "filterMode")
    if bottom == area.bottom:
        return None
    grown = Area(area.top, area.left, bottom, area.right).text
    element.set("ref", grown)
    return grown


def show_rows_of_tables(sheet: etree._Element, blocks: Sequence[BlockRows]) -> None:
    """Show all rows that the blocks own where the sheet has Excel tables.

    Their filters are applied anew afterwards.
    """
    if find_child(sheet, "tableParts") is None:
        return
    for number, row in _rows(sheet):
        if any(block.top <= number <= block.bottom for block in blocks):
            drop_attributes(row, "hidden")


def _covers(area: Area, block: BlockRows) -> bool:
    """Return whether a block is the body of the filtered table: right below its header."""
    within = any(area.left <= number <= area.right for number in block.numbers)
    return within and area.top < block.top <= area.bottom + 1


def apply_filter(
    sheet: etree._Element, element: etree._Element, body: Area, blocks: Sequence[BlockRows]
) -> bool:
    """Hide the rows of ``body`` that do not pass a filter's lists of values, and show the others.

    Criteria of other kinds are taken away.  Returns whether none are left of those that were.
    """
    active = [
        column
        for column in element.findall(sibling_name(element, "filterColumn"))
        if any(local_name(child) != "extLst" for child in column)
    ]
    if not active:
        return False
    shown = [True] * (body.bottom - body.top + 1)
    lists = 0
    for column in active:
        number = body.left + whole(column.get("colId"))
        passes = _passes(column, number, body, blocks)
        if passes is None:
            _lift(column)
        else:
            lists += 1
            shown = [old and new for old, new in zip(shown, passes, strict=True)]
    for row_number, row in _rows(sheet):
        if not body.top <= row_number <= body.bottom:
            continue
        if shown[row_number - body.top]:
            drop_attributes(row, "hidden")
        else:
            row.set("hidden", "1")
    return lists == 0


def _passes(
    column: etree._Element, number: int, body: Area, blocks: Sequence[BlockRows]
) -> list[bool] | None:
    """Return which rows of the body pass a column's criteria; None where that is not known."""
    rule = _rule(column)
    rows = range(body.top, body.bottom + 1)
    if rule is None or not any(number in block.numbers for block in blocks):
        return None
    values: list[Value] = []
    for row in rows:
        owner = next((block for block in blocks if block.owns(row, number)), None)
        value = None if owner is None else plain(owner.value(row, number))
        if isinstance(value, Formula):
            return None
        values.append(value.text if isinstance(value, Link) else value)
    return _matches(values, rule)


def _rule(column: etree._Element) -> _Rule | None:
    """Read a plain list of values; None for all other kinds of criteria."""
    children = [child for child in column if local_name(child) != "extLst"]
    if [local_name(child) for child in children] != ["filters"]:
        return None
    [filters] = children
    if any(local_name(each) != "filter" for each in filters):
        return None
    texts = frozenset(each.get("val", "").casefold() for each in filters)
    return _Rule(texts, is_true(filters.get("blank")))


def _matches(values: Sequence[Value], rule: _Rule) -> list[bool] | None:
    """Return which values are on the list; None where it holds numbers in an unknown format.

    The list names numbers as the cells show them, so they are compared after rounding to the
    decimals that the list gives.
    """
    listed: dict[int, set[decimal.Decimal]] = {}
    words = set()
    for text in rule.texts:
        number = _number(text)
        if number is None:
            words.add(text)
        else:
            exponent = number.as_tuple().exponent
            listed.setdefault(int(exponent), set()).add(number)
    texts = {value.casefold() for value in values if isinstance(value, str)}
    truths = {"true", "false"}
    if any(isinstance(v, float | int) for v in values) and words - texts - truths:
        return None
    return [_is_listed(value, rule, listed) for value in values]


def _is_listed(value: Value, rule: _Rule, listed: dict[int, set[decimal.Decimal]]) -> bool:
    if isinstance(value, str) and value.strip():
        return value.casefold() in rule.texts
    if isinstance(value, bool):
        return general(value).casefold() in rule.texts
    if isinstance(value, float | int):
        exact = decimal.Decimal(general(value))
        return any(
            exact.quantize(decimal.Decimal(1).scaleb(exponent), context=_ROUNDING) in numbers
            for exponent, numbers in listed.items()
        )
    return rule.blank


def _number(text: str) -> decimal.Decimal | None:
    try:
        number = decimal.Decimal(text.replace(",", "").strip())
    except decimal.InvalidOperation:
        return None
    # No cell shows a number of more digits, and the arithmetic would refuse it.
    return number if number.is_finite() and abs(number.adjusted()) < _PLACES else None


def _lift(column: etree._Element) -> None:
    """Take a column's criteria away."""
    if any(name in column.attrib for name in _BUTTONS):
        del column[:]
    else:
        remove(column)


def _rows(sheet: etree._Element) -> list[tuple[int, etree._Element]]:
    data = find_child(sheet, "sheetData")
    if data is None:
        return []
    return [(int(row.get("r", 0)), row) for row in data.iterchildren(sibling_name(data, "row"))]
