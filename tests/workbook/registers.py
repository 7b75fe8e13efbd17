"""A workbook of four firms with the sheets of the procedure filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl

from permu_xl.schemes import load
from permu_xl.workbook import layout
from tests.workbook.districts import YEAR, fill, filled, firm

FIRMS = [firm(k) for k in (1, 2, 3, 4)]
"""Of this year; all alike, so that the code decides."""


def key(number: int) -> tuple[str, str]:
    """Code and name of an ordinary firm."""
    made = firm(number)
    return made["code"], made["name"]


def objection(number: int, item: str, claimed: Any, **more: Any) -> dict[str, Any]:
    code, name = key(number)
    return {"code": code, "name": name, "item": item, "claimed": claimed, **more}


def event(kind: str, old: int | None, new: int | None, **more: Any) -> dict[str, Any]:
    cells: dict[str, Any] = {"kind": kind, **more}
    for side, number in (("old", old), ("new", new)):
        if number is not None:
            cells[f"{side}_code"], cells[f"{side}_name"] = key(number)
    return cells


def last_class(number: int, letter: str) -> dict[str, Any]:
    code, name = key(number)
    return {"code": code, "name": name, "letter": letter}


def registered(
    path: Path,
    *,
    classes: Iterable[Mapping[str, Any]] = (),
    events: Iterable[Mapping[str, Any]] = (),
    objections: Iterable[Mapping[str, Any]] = (),
    firms: Iterable[Mapping[str, Any]] = FIRMS,
    last_year: Iterable[Mapping[str, Any]] = FIRMS,
) -> Path:
    """Save a template with these firms and rows; returns the path."""
    filled(path, firms, last_year)
    book = openpyxl.load_workbook(path)
    fields = layout.register_fields(load())
    for title, rows in (
        (layout.LAST_CLASSES, classes),
        (layout.EVENTS, events),
        (layout.OBJECTIONS, objections),
    ):
        fill(book, title, fields[title], rows)
    book.save(path)
    return path


def without(path: Path, *titles: str) -> Path:
    """Take sheets out of a workbook, as one of an earlier version lacks them."""
    book = openpyxl.load_workbook(path)
    for title in titles:
        del book[title]
    book.save(path)
    return path


__all__ = ["FIRMS", "YEAR", "event", "key", "last_class", "objection", "registered", "without"]
