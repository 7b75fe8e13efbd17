"""Formulas of pieces that few schemes use: sums, limits of the scope, growth, worst to best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import formulas as f

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine.model import Indicator, Scheme
    from permu_xl.workbook.proof.board import Table

__all__ = ["added_up", "beyond_limits", "span_points"]


def added_up(scheme: Scheme, table: Table, row: int, id: str) -> str:
    """Return a sum of raw figures; an error in a part is never passed over."""
    made = scheme.sums[id]
    parts = [(table.cell(f"figure:{column}", row), times) for column, times in made.of.items()]
    plain = made.blank == "missing"
    total = "+".join(
        (cell if plain else f"N({cell})") + ("" if times == 1 else f"*{_factor(times)}")
        for cell, times in parts
    )
    blank = ("+" if plain else "*").join(f'({cell}="")' for cell, _ in parts)
    return f'IF({blank}>0,"",{total})'


def _factor(times: float) -> str:
    written = f.number(times)
    return f"({written})" if times < 0 else written


def beyond_limits(scheme: Scheme, table: Table, row: int) -> Iterator[str]:
    """Yield the conditions that a figure keeps a firm out; a blank one keeps nobody out."""
    for limit in scheme.scope.limits:
        cell = table.cell(f"figure:{limit.figure}", row)
        beyond = []
        down, up = ("-", "+") if limit.inclusive else ("+", "-")
        if limit.minimum is not None:
            beyond.append(f"{cell}<{f.number(limit.minimum)}{down}{f.EPSILON}")
        if limit.maximum is not None:
            beyond.append(f"{cell}>{f.number(limit.maximum)}{up}{f.EPSILON}")
        conditions = [f"ISNUMBER({cell})", f"OR({','.join(beyond)})"]
        if limit.tracks:
            track = table.cell("track", row)
            named = [n for n, each in enumerate(scheme.tracks, 1) if each.name in limit.tracks]
            conditions.append(f"OR({','.join(f'{track}={n}' for n in named)})")
        yield f"AND({','.join(conditions)})"


def span_points(
    i: Indicator, v: str, baseline: str, zero: str, weight: str, maximum: str, lowest: str
) -> str:
    """Return the points between the worst value and the baseline; all where these are equal.

    They are where float noise alone keeps them apart (R11).
    """
    way = f"({v}-{zero})/({baseline}-{zero})"
    if i.start:
        way = f"({f.number(i.start)}+{f.number(1 - i.start)}*{way})"
    equal = f"ABS({baseline}-{zero})<={f.EPSILON}*MAX(ABS({baseline}),ABS({zero}))"
    points = f"IF({equal},{weight},{way}*{weight})"
    return f"MAX({lowest},MIN({maximum},{points}))"
