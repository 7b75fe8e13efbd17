"""Who is ranked with whom, in which place, and what that leads to, in the live template."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from permu_xl.engine.model import CutPoints, Key, Selection, Track
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.live.firm_rows import near
from permu_xl.workbook.live.helper_sheet import Plan
from permu_xl.workbook.live.references import HELPER, Places
from permu_xl.workbook.live.track_rules import (
    by_track,
    evaluated_key,
    half_of,
    line_of,
    picked_key,
    pool_of,
    quota_of,
    section_of,
    selection_of,
    upper_of,
)

__all__ = ["guard_formulas", "order_formulas", "out_formula", "selection_formulas"]

_YES = "|是|y|yes|true|√|✓|✔|1|对|有|"


def order_formulas(places: Places, plan: Plan, row: int) -> Iterator[tuple[str, str]]:
    """Yield who is ranked, with whom, and in which place (R14, R16)."""
    scheme = places.scheme

    def at(key: str) -> str:
        return places.cell(HELPER, key, row)

    for id in plan.flags:
        cell = places.cell(layout.DATA, id, row)
        marked = f'ISNUMBER(FIND("|"&LOWER(TRIM({cell}))&"|",{f.text(_YES)}))'
        yield f"flag:{id}", f'IF(TRIM({cell})="",FALSE,{marked})'
    unranked = [at(f"flag:{flag}") for group in scheme.ungraded for flag in group.when]
    yield (
        "graded",
        (f"IF({at('in')},NOT(OR({','.join(unranked)})),FALSE)" if unranked else at("in")),
    )
    graded, unit, number = at("graded"), at("unit"), at("unit_number")
    yield "unit", f'IF({graded},{by_track(places, row, _unit(places, row))},"")'
    units, numbers = (places.span(HELPER, key) for key in ("unit", "unit_number"))
    same = f"SUMPRODUCT(MAX(EXACT({units},{unit})*ROW({units})))"
    yield "unit_number", f'IF({graded},{same if layout.has_units(scheme) else "1"},"")'
    yield "size", f'IF({graded},COUNTIF({numbers},{number}),"")'
    tie = by_track(places, row, lambda track: _key(places, row, track.ranking.ties))
    yield "tie", f'IF({graded},{tie},"")'
    rank, ties = evaluated_key(scheme, "rank"), places.span(HELPER, "tie")
    own = f"{numbers},{number},{places.span(HELPER, rank)},{at(rank)}"
    above = (
        f"{places.above(HELPER, 'unit_number', row)},{number},"
        f"{places.above(HELPER, rank, row)},{at(rank)},"
        f"{near(places.above(HELPER, 'tie', row), at('tie'))}"
    )
    place = f'{at(rank)}+COUNTIFS({own},{ties},">"&{at("tie")}+{f.EPSILON})+COUNTIFS({above})'
    yield "place", f'IF({graded},{place},"")'
    if layout.has_halves(scheme):
        upper = by_track(places, row, lambda track: upper_of(track, at("size")))
        yield "upper", f'IF({graded},{upper},"")'
    for n in range(plan.most_cuts):

        def line(track: Track, n: int = n) -> str:
            return line_of(track, n, at)

        yield f"cut{n + 1}", f'IF({graded},{by_track(places, row, line)},"")'
    section = by_track(places, row, lambda track: section_of(track, at))
    yield "section", f'IF({graded},{section},"")'
    if layout.has_halves(scheme):
        half = by_track(places, row, lambda track: half_of(track, at("section")))
        yield "half", f'IF({graded},{half},"")'


def _unit(places: Places, row: int) -> Callable[[Track], str]:
    def unit(track: Track) -> str:
        parts = [f.text(track.name)] if track.name else []
        parts += [places.cell(HELPER, f"is:{id}", row) for id in track.ranking.within]
        return '&"、"&'.join(parts) or '""'

    return unit


def _key(places: Places, row: int, key: Key) -> str:
    """Return the sum that orders a firm; what is missing counts as 0."""
    title, prefix = {
        "scores": (layout.SCORES, "score"),
        "values": (layout.SCORES, "value"),
        "columns": (HELPER, "figure"),
    }[key.kind]
    return "+".join(f"N({places.cell(title, f'{prefix}:{id}', row)})" for id in key.ids)


def selection_formulas(places: Places, plan: Plan, row: int) -> Iterator[tuple[str, str]]:
    """Yield the sort keys, and whether a firm is within the quota of its half (R15)."""
    graded = places.cell(HELPER, "graded", row)
    for n, label in enumerate(plan.labels, 1):

        def key(track: Track, label: str = label) -> str:
            selection = selection_of(track, label)
            return _key(places, row, selection.key) if selection else '""'

        def picked(track: Track, label: str = label, n: int = n) -> str:
            selection = selection_of(track, label)
            return _picked(places, row, selection, n) if selection else "FALSE"

        yield f"key{n}", f'IF({graded},{by_track(places, row, key)},"")'
        yield f"picked{n}", f"IF({graded},{by_track(places, row, picked)},FALSE)"


def _picked(places: Places, row: int, selection: Selection, n: int) -> str:
    def at(key: str) -> str:
        return places.cell(HELPER, key, row)

    section = 1 if selection.half == "upper" else 2
    total = evaluated_key(places.scheme, "total")
    pool = [("unit_number", at("unit_number")), ("section", str(section))]
    own = ",".join(f"{places.span(HELPER, key)},{value}" for key, value in pool)
    earlier = ",".join(f"{places.above(HELPER, key, row)},{value}" for key, value in pool)
    keys, key = places.span(HELPER, f"key{n}"), at(f"key{n}")
    totals = places.span(HELPER, total)
    equals = near(places.above(HELPER, f"key{n}", row), key)
    equals += f",{near(places.above(HELPER, total, row), at(total))}"
    place = (
        f'1+COUNTIFS({own},{keys},">"&{key}+{f.EPSILON})'
        f'+COUNTIFS({own},{near(keys, key)},{totals},">"&{at(total)}+{f.EPSILON})'
        f"+COUNTIFS({earlier},{equals})"
    )
    quota, size = quota_of(selection, at), pool_of(selection, at)
    inside = f"{place}<={quota}" if selection.take == "first" else f"{place}>{size}-{quota}"
    return f"IF({at('section')}={section},{inside},FALSE)"


def guard_formulas(places: Places, row: int) -> Iterator[tuple[str, str]]:
    """Yield a firm's class by place and after each guard, as positions among the letters."""
    letters = places.scheme.graded_letters

    def at(key: str) -> str:
        return places.cell(HELPER, key, row)

    def by_place(track: Track) -> str:
        rule = track.rule
        if isinstance(rule, CutPoints):
            positions = ",".join(str(letters.index(cut.letter) + 1) for cut in rule.cuts)
            return f"CHOOSE({at('section')},{positions})"
        text = str(letters.index(rule.remainder) + 1)
        for selection in rule.selections:
            given = str(letters.index(selection.letter) + 1)
            for flag, letter in reversed(tuple(selection.flagged.items())):
                given = f"IF({at(f'flag:{flag}')},{letters.index(letter) + 1},{given})"
            text = f"IF({at(picked_key(places.scheme, selection))},{given},{text})"
        return text

    yield "by_place", f'IF({at("graded")},{by_track(places, row, by_place)},"")'
    before = at("by_place")
    for n, guard in enumerate(places.scheme.guards, 1):
        limit = letters.index(guard.letter) + 1
        marks = [f"OR({','.join(at(f'flag:{flag}') for flag in guard.when)})"]
        marks += [f"NOT({at(f'flag:{flag}')})" for flag in guard.unless]
        worse = "MAX" if guard.limit == "at_best" else "MIN"
        changed = f"IF(AND({','.join(marks)}),{worse}({before},{limit}),{before})"
        yield f"guard{n}", f'IF({at("graded")},{changed},"")'
        before = at(f"guard{n}")


def out_formula(places: Places, row: int) -> str:
    """Return the class of a firm that takes no part."""
    firm = places.cell(HELPER, "firm", row)
    out, letter = f.text(layout.NOT_EVALUATED), places.scheme.scope.letter
    if letter:
        said = f"TRIM({places.cell(layout.DATA, 'included', row)})<>{f.text(layout.NO)}"
        ruled_out = f"AND(ISTEXT({places.cell(HELPER, 'scope', row)}),{said})"
        out = f"IF({ruled_out},{f.text(letter)},{out})"
    return f'IF({firm},{out},"")'
