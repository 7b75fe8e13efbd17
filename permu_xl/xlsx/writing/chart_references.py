"""Letting the charts of a sheet follow a table that has grown or shrunk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from permu_xl.xlsx.cells import Area, Formula, Link, Value
from permu_xl.xlsx.package import Package, ooxml
from permu_xl.xlsx.writing import general, plain, xstring

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_REFERENCE = re.compile(r"\s*(?:'((?:[^']|'')+)'|([^'!]+))!([$A-Za-z0-9:]+)\s*")
_CACHES = ("numCache", "strCache")


def retarget(
    package: Package,
    sheet_name: str,
    first_row: int,
    columns: Collection[int],
    last_row: int,
    points: Mapping[int, Sequence[Value]] | None = None,
) -> int:
    """Set the last row of the references in a sheet's charts, and return how many were set.

    Meant are references into ``columns`` of the sheet itself that begin at ``first_row``, all
    numbers 1-based; a table without rows keeps its first.  What a chart remembers of the cells'
    values is replaced by ``points`` (values by column), or dropped where there are none for it.
    Charts without such references stay byte for byte.  Raises BookError where a part of the
    chart is absent or broken.
    """
    sheet = package.sheet(sheet_name)
    changes: dict[str, bytes] = {}
    count = 0
    for drawing in package.related(sheet.part, "drawing"):
        for part in package.related(drawing, "chart"):
            if part in changes:
                continue
            root = package.xml(part)
            changed = 0
            for formula in root.iter("{*}f"):
                area = _own_area(formula, sheet_name, first_row, columns)
                if area is None:
                    continue
                target = Area(first_row, area.left, max(first_row, last_row), area.right)
                changed += _set(formula, target, points or {})
            if changed:
                changes[part] = ooxml.serialize(root)
                count += changed
    for part, data in changes.items():
        package.replace(part, data)
    return count


def reference(text: str) -> tuple[str, Area | None]:
    """Return the sheet and the area that a reference names; no area where it is not one of cells.

    >>> reference("'it''s'!$A$5:$A$9")[0], reference("表一!$A$5")[1]
    ("it's", Area(top=5, left=1, bottom=5, right=1))
    >>> reference("SUM(A1)")
    ('', None)
    """
    matched = _REFERENCE.fullmatch(text)
    if matched is None:
        return "", None
    quoted, bare, cells = matched.groups()
    return (quoted.replace("''", "'") if quoted else bare), Area.parse(cells)


def _own_area(
    formula: etree._Element, sheet_name: str, first_row: int, columns: Collection[int]
) -> Area | None:
    """Return the area that a reference names, if it is one to be set."""
    if any(ooxml.local_name(each) == "tx" for each in formula.iterancestors()):
        return None
    named, area = reference(formula.text or "")
    if area is None or named.casefold() != sheet_name.casefold() or area.top != first_row:
        return None
    inside = all(number in columns for number in range(area.left, area.right + 1))
    return area if inside else None


def _set(formula: etree._Element, target: Area, points: Mapping[int, Sequence[Value]]) -> bool:
    """Set a reference and what is remembered of it; return whether that changed anything."""
    sheet, _, _ = (formula.text or "").rpartition("!")
    text = f"{sheet}!{target.absolute}"
    values = points.get(target.left) if target.left == target.right else None
    changed = formula.text != text
    formula.text = text
    for cache in list(formula.itersiblings()):
        name = ooxml.local_name(cache)
        if not name.endswith("Cache"):
            continue
        changed = True
        if values is None or name not in _CACHES:
            ooxml.remove(cache)
        else:
            _fill(cache, values[: target.bottom - target.top + 1], numbers=name == "numCache")
    return changed


def _fill(cache: etree._Element, values: Sequence[Value], *, numbers: bool) -> None:
    """Let a chart remember these values; blanks are left out, as in any chart."""
    for name in ("ptCount", "pt"):
        for old in cache.findall(ooxml.sibling_name(cache, name)):
            cache.remove(old)
    made = [etree.Element(ooxml.sibling_name(cache, "ptCount"), {"val": str(len(values))})]
    for index, value in enumerate(values):
        text = _point(value, numbers)
        if text is not None:
            point = etree.Element(ooxml.sibling_name(cache, "pt"), {"idx": str(index)})
            etree.SubElement(point, ooxml.sibling_name(cache, "v")).text = text
            made.append(point)
    format_code = ooxml.find_child(cache, "formatCode")
    start = 0 if format_code is None else 1
    cache[start:start] = made


def _point(value: Value, numbers: bool) -> str | None:
    known = plain(value)
    if known is None or isinstance(known, Formula):
        return None
    if isinstance(known, Link):
        known = known.text
    if isinstance(known, str):
        return None if numbers else xstring(known)
    return repr(known) if numbers and not isinstance(known, bool) else general(known)
