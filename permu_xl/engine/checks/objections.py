"""Questions about 异议台账: what is still open, and what was decided but not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine.model import TOLERANCE
from permu_xl.engine.records import (
    ACCEPTED,
    OUTCOMES,
    Objection,
    find_firms,
)
from permu_xl.findings import At, Finding
from permu_xl.text import number_in, show_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from permu_xl.engine.model import Column, Roster, Scheme

__all__ = ["check_objections", "claimed_figure", "is_as_claimed", "item_column"]


def check_objections(
    objections: Sequence[Objection], scheme: Scheme, roster: Roster
) -> Iterator[Finding]:
    """Yield what the register of objections asks for; nothing of it bars the evaluation."""
    firms = find_firms([(o.code, o.name) for o in objections], roster.keys())
    for row, (each, firm) in enumerate(zip(objections, firms, strict=True)):
        if firm < 0:
            yield Finding.of("W282", _at(row, each, "code", "企业", each.code or each.name))
        if each.is_open:
            yield Finding.of("W281", _at(row, each, "outcome", each.item or "异议", each.claimed))
            continue
        if each.outcome not in OUTCOMES:
            at = _at(row, each, "outcome", "处理结果", each.outcome)
            yield Finding.of("W283", at, allowed="、".join(OUTCOMES))
        lacking = [
            name for name, told in (("办结日期", each.decided), ("经办人", each.by)) if not told
        ]
        if lacking:
            at = _at(row, each, "decided", "、".join(lacking), "")
            yield Finding.of("W284", at, outcome=each.outcome)
        if each.received and each.decided and each.decided < each.received:
            at = _at(row, each, "decided", "办结日期", str(each.decided))
            yield Finding.of("W285", at, received=each.received)
        if each.outcome == ACCEPTED and firm >= 0:
            yield from _not_done(row, each, scheme, roster, firm)


def _not_done(
    row: int, each: Objection, scheme: Scheme, roster: Roster, firm: int
) -> Iterator[Finding]:
    """A figure that was accepted must be the one that is evaluated."""
    column = item_column(scheme, each.item)
    if column is None:
        return
    claimed, figure = claimed_figure(each, column), float(roster.number(column.id)[firm])
    if claimed is None:
        at = _at(row, each, "claimed", column.name, each.claimed)
        yield Finding.of("W286", at, case="words" if each.claimed else "blank")
        return
    if not is_as_claimed(figure, claimed):
        shown = "空白" if figure != figure else show_number(figure)
        at = _at(row, each, "claimed", column.name, show_number(claimed))
        yield Finding.of("W286", at, there=shown)


def item_column(scheme: Scheme, item: str) -> Column | None:
    """Return the raw column that an entry is about, by its name with or without unit."""
    bare = item.replace("(", "（").split("（")[0].strip()
    return next((column for column in scheme.columns.values() if column.name == bare), None)


def claimed_figure(objection: Objection, column: Column | None) -> float | None:
    """Return the figure that is claimed for a column; None where words are, or nothing.

    The column's own unit may follow the figure.
    """
    unit = "" if column is None else column.unit
    return number_in(objection.claimed.strip().removesuffix(unit))


def is_as_claimed(figure: float, claimed: float) -> bool:
    """Return whether a reported figure is the one that is claimed; a blank one (NaN) is not.

    A firm copies what its notice shows, which may have fewer decimals than the workbook.

    >>> is_as_claimed(123.5 / 0.95, 130.0), is_as_claimed(123.46 / 0.95, 129.957895)
    (True, True)
    >>> is_as_claimed(123.46 / 0.95, 129.957894), is_as_claimed(float("nan"), 0.0)
    (False, False)
    """
    near = abs(figure - claimed) <= TOLERANCE * max(1.0, abs(claimed))
    return near or show_number(figure) == show_number(claimed)


def _at(row: int, each: Objection, column: str, item: str, value: str) -> At:
    return At("objections", row, column, item, value, firm_code=each.code, firm_name=each.name)
