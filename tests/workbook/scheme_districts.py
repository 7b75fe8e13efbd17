"""Generated districts for any scheme: every column it asks for, with gaps, flags, labels, ties."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from permu_xl.engine.model.scheme import Column, Scheme

ZONES = ("东区", "西区", "高新 区")
"""What firms write where a scheme leaves the names of a group open."""


def scheme_firms(scheme: Scheme, n: int, seed: int = 1) -> list[dict[str, Any]]:
    """Return ``n`` firms as cells by the keys of 原始数据, the same ones for the same seed.

    Codes rise from row to row, since ties go by code in a run and by row in formulas.  The last
    three firms are equal, the one before them reports nothing at all.
    """
    draw = np.random.default_rng(seed)
    firms = [_firm(scheme, number, draw) for number in range(1, n + 1)]
    for copy in firms[-2:]:
        copy |= {key: cell for key, cell in firms[-3].items() if key not in ("code", "name")}
    if n > 4:
        firms[-4] |= dict.fromkeys(scheme.columns)
    return firms


def _firm(scheme: Scheme, number: int, draw: np.random.Generator) -> dict[str, Any]:
    firm: dict[str, Any] = {
        "code": f"9121010000000{number:05d}",
        "name": f"企业{number:05d}",
        "industry": _one(draw, _industries(scheme)),
        "start_date": dt.date(int(draw.choice([2005, 2010, scheme.valid_until.year])), 5, 1),
        "bonus_points": _one(draw, [None] * 8 + [1.5, -2.0, "１"]),
        "included": _one(draw, [None] * 17 + ["是", "否"]),
    }
    labels = list(scheme.bonus.labels)
    if labels:
        chosen = draw.choice(labels, draw.integers(0, min(3, len(labels)) + 1), replace=False)
        firm["bonus_labels"] = str(draw.choice(["、", "，", " ; "])).join(chosen) or None
    for flag in scheme.flags:
        firm[flag] = _one(draw, [None] * 6 + ["否", "是"])
    for attribute in scheme.asked_attributes:
        blank = [None] if attribute.default else []
        firm[attribute.id] = _one(draw, [*(attribute.values or ZONES), *blank])
    return firm | {id: _figure(column, draw) for id, column in scheme.columns.items()}


def _one(draw: np.random.Generator, choices: list[Any]) -> Any:
    return choices[int(draw.integers(len(choices)))]


def _industries(scheme: Scheme) -> list[Any]:
    """Return codes of all groups that follow from them, few that are out of scope, and blank."""
    prefixes = [prefix for a in scheme.attributes.values() for prefix in a.prefixes]
    usual = [*prefixes, "3421", "C2710", 3311.0, None] * 4
    return [*usual, *list(scheme.scope.excluded_industries)[:1]]


def _figure(column: Column, draw: np.random.Generator) -> float | str | None:
    if draw.random() < 0.06:
        return None
    figure = round(float(100 * np.exp(draw.normal(0, 0.7))), 2)
    if column.may_be_negative and draw.random() < 0.05:
        figure = -figure
    if column.whole:
        return float(int(figure / 40))
    return figure
