"""Districts for whatever scheme: every column, attribute, flag and label the scheme asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from permu_xl.engine.model.scheme import Scheme

ZONES = ("城东", "城西", "甲镇")
"""Texts for attributes that take any."""


def any_firms(scheme: Scheme, n: int, seed: int, *, year: int) -> list[dict[str, Any]]:
    """Firms with something in every cell but for some blanks; the first ones are ordinary."""
    draw = np.random.default_rng(seed)

    def pick(choices: Sequence[Any]) -> Any:
        return choices[int(draw.integers(len(choices)))]

    codes = [*scheme.scope.excluded_industries]
    codes += [p for a in scheme.attributes.values() for p in a.prefixes]
    figures = np.round(np.exp(draw.normal(4, 0.7, (n, len(scheme.columns)))), 2)
    firms = []
    for number, row in enumerate(figures.tolist()):
        ordinary = number < n // 2
        cells: dict[str, Any] = {
            "code": f"9121010000000{number:05d}",
            "name": f"{number}号厂",
            "industry": "3421" if ordinary or not codes else pick([*codes, "3421", "1711"]),
            "start_date": dt.date(year - (9 if ordinary else int(draw.integers(9))), 5, 1),
        }
        for attribute in scheme.asked_attributes:
            blank = [None] if attribute.default else []
            cells[attribute.id] = pick([*(attribute.values or ZONES), *blank])
        for (id, column), figure in zip(scheme.columns.items(), row, strict=True):
            blank = not ordinary and draw.random() < 0.1
            cells[id] = None if blank else float(np.ceil(figure)) if column.whole else figure
        counted = {count.column for count in scheme.bonus.counts}
        cells |= {id: pick((None, 0, 1, 2, 4)) for id in counted}
        if not ordinary:
            cells |= {id: "是" for id in scheme.flags if draw.random() < 0.15}
            cells["bonus_points"] = pick((None, None, 1.5, -2))
            if scheme.bonus.labels and draw.random() < 0.4:
                cells["bonus_labels"] = "、".join({pick([*scheme.bonus.labels]) for _ in "ab"})
        firms.append(cells)
    return firms
