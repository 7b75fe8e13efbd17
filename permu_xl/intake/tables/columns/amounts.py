"""Columns of raw amounts: a column for each pollutant or fuel, or a row for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from permu_xl.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.intake.sources import SourceSheet
    from permu_xl.intake.tables.asked import Asked, Notes
    from permu_xl.intake.tables.headers import ColumnAt, Header

__all__ = ["AMOUNT", "MEDIUM", "OUTLET", "SUBSTANCE", "UNIT", "AmountTable", "amount_tables"]

SUBSTANCE, AMOUNT = "substance", "amount"
OUTLET, MEDIUM, UNIT = "~outlet", "~medium", "~unit"
_MEDIA = {"水": ("废水", "污水", "水污染"), "气": ("废气", "大气", "气污染")}


@dataclass(frozen=True, slots=True)
class AmountTable:
    """The columns of raw amounts of one kind, which make up the figure ``whole``.

    ``wide`` are columns of a substance each, with their units; else ``substance`` is the column of
    names and ``amount`` that of amounts, in ``unit`` where one holds for all ("" where a column
    says it row by row).  ``said`` is the medium (水, 气) by column that header, sheet or
    title tell.
    """

    whole: str
    wide: tuple[tuple[ColumnAt, str], ...] = ()
    substance: ColumnAt | None = None
    amount: ColumnAt | None = None
    unit: str = ""
    outlet: ColumnAt | None = None
    medium: ColumnAt | None = None
    units: ColumnAt | None = None
    said: Mapping[int, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[ColumnAt, ...]:
        """The columns of numbers."""
        return (self.amount,) if self.amount is not None else tuple(c for c, _ in self.wide)

    @property
    def all_columns(self) -> tuple[ColumnAt, ...]:
        """All columns that are read."""
        others = (self.substance, self.outlet, self.medium, self.units)
        return (*self.columns, *(c for c in others if c is not None))


def medium_in(*texts: str) -> str:
    """Return the medium that the first text which tells one tells, "" for none.

    >>> medium_in("化学需氧量", "废水污染物"), medium_in("大气污染物"), medium_in("废水、废气")
    ('水', '气', '')
    """
    for text in texts:
        told = [medium for medium, words in _MEDIA.items() if any(w in text for w in words)]
        if told:
            return told[0] if len(told) == 1 else ""
    return ""


def amount_tables(
    asked: Asked,
    sheet: SourceSheet,
    header: Header,
    notes: Notes,
    columns: Sequence[ColumnAt],
    figures: Sequence[str],
) -> list[AmountTable]:
    """Return the columns of raw amounts by what they make up.

    Those of an item that the table has as such (``figures``) are not read, nor is a single
    substance: one pollutant is no 污染当量数, and electricity alone no 综合能耗.  Where one of
    several has no unit, none is.
    """
    found: list[AmountTable] = []
    for whole in dict.fromkeys(c.item.partition("~")[0] for c in columns):
        if not whole:
            continue
        own = [c for c in columns if c.item.startswith(f"{whole}~")]
        own += [
            c for c in header.columns if asked.amounts.also.get(c.item, "").startswith(f"{whole}~")
        ]
        roles = {
            role: next((c for c in columns if c.item == role), None)
            for role in (OUTLET, MEDIUM, UNIT)
        }
        names = [c for c in own if c.item == f"{whole}~{SUBSTANCE}"]
        numbers = [c for c in own if c.item == f"{whole}~{AMOUNT}"]
        said = {c.column: medium_in(c.header, sheet.name, *header.titles) for c in own}
        if len(names) == 1 and len(numbers) == 1:
            unit = numbers[0].unit or ("" if roles[UNIT] is not None else _titled(asked, header))
            if not unit and roles[UNIT] is None:
                _bar(asked, header, notes, numbers[0])
                continue
            found.append(
                AmountTable(
                    whole,
                    (),
                    names[0],
                    numbers[0],
                    unit,
                    roles[OUTLET],
                    roles[MEDIUM],
                    roles[UNIT],
                    said,
                )
            )
            continue
        wide = [c for c in own if c not in names and c not in numbers]
        kinds = {asked.amounts.also.get(c.item, c.item) for c in wide}
        if whole in figures or len(kinds) < 2:
            continue
        told = [(c, c.unit or _titled(asked, header, _usual(asked, c))) for c in wide]
        barred = [c for c, unit in told if not unit]
        for column in barred:
            _bar(asked, header, notes, column)
        if barred:
            continue
        found.append(
            AmountTable(whole, tuple(told), outlet=roles[OUTLET], medium=roles[MEDIUM], said=said)
        )
    return found


def _usual(asked: Asked, column: ColumnAt) -> str:
    return asked.amounts.usual.get(asked.amounts.also.get(column.item, column.item), "")


def _titled(asked: Asked, header: Header, like: str = "") -> str:
    """Return the one unit of a kind (any: like "") that the title tells, "" for none or several."""
    units = asked.vocabulary.synonyms.units
    told = list(dict.fromkeys(u for title in header.titles for u in units.told(title)))
    if like:
        told = [u for u in told if units.family(u) is units.family(like)]
    return told[0] if len(told) == 1 else ""


def _bar(asked: Asked, header: Header, notes: Notes, column: ColumnAt) -> None:
    unit = _usual(asked, column) or "千克"
    at = notes.at(header.bottom, column.column, column.item.partition("~")[0], value=column.header)
    notes.add(Finding.of("E611", at, unit=unit))
