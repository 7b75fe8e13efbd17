"""Pieces of the live template's formulas that depend on a firm's track and its class rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from permu_xl.engine import half_names
from permu_xl.engine.model import CutPoint, CutPoints, Scheme, Selection, Track, TwoStage
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.live.references import HELPER, Places

__all__ = [
    "At",
    "by_track",
    "evaluated_key",
    "half_of",
    "line_of",
    "picked_key",
    "pool_of",
    "quota_of",
    "section_of",
    "selection_of",
    "upper_of",
]

At = Callable[[str], str]
"""Gives the cell of a column of the hidden sheet in a firm's row."""

Evaluated = Literal["subtotal", "bonus", "total", "rank", "class", "notes"]
_LAST: tuple[Evaluated, ...] = ("subtotal", "bonus", "total", "rank", "class", "notes")


def evaluated_key(scheme: Scheme, what: Evaluated) -> str:
    """Return the key of the column in which PERMU_EVALUATE gives a figure of the whole firm."""
    return f"e{2 * len(scheme.indicators) + 1 + _LAST.index(what)}"


def picked_key(scheme: Scheme, selection: Selection) -> str:
    """Return the key of the column that says who is in a selection."""
    return f"picked{layout.selection_labels(scheme).index(selection.label) + 1}"


def by_track(places: Places, row: int, expression: Callable[[Track], str]) -> str:
    """Return an expression that depends on a firm's track."""
    *others, last = places.scheme.tracks
    text = expression(last)
    told = f"is:{places.scheme.track_attribute}"
    for track in reversed(others):
        own = expression(track)
        if own != text:
            here = f"EXACT({places.cell(HELPER, told, row)},{f.text(track.name)})"
            text = f"IF({here},{own},{text})"
    return text


def selection_of(track: Track, label: str) -> Selection | None:
    """Return the selection of a track with this label."""
    if isinstance(track.rule, TwoStage):
        for selection in track.rule.selections:
            if selection.label == label:
                return selection
    return None


def upper_of(track: Track, size: str) -> str:
    """Return how many firms of a unit are in the upper half."""
    rule = track.rule
    if not isinstance(rule, TwoStage):
        return '""'
    share = rule.upper_share
    return f.share_of(str(share.numerator), str(share.denominator), size, rule.upper_rounding)


def pool_of(selection: Selection, at: At) -> str:
    """Return the number of firms in the half that a selection picks from."""
    return at("upper") if selection.half == "upper" else f"({at('size')}-{at('upper')})"


def quota_of(selection: Selection, at: At) -> str:
    """Return how many firms a selection picks."""
    share = selection.share
    quota = f.share_of(str(share.numerator), str(share.denominator), at("size"), selection.rounding)
    return f"MIN({quota},{pool_of(selection, at)})"


def line_of(track: Track, n: int, at: At) -> str:
    """Return the last place above a cut point, never above the one before it."""
    rule = track.rule
    if not isinstance(rule, CutPoints) or n >= len(rule.cuts) - 1:
        return '""'
    place = _places_down_to(rule.cuts[n], at("size"))
    return f"MAX({at(f'cut{n}')},{place})" if n else place


def _places_down_to(cut: CutPoint, size: str) -> str:
    top, bottom = str(cut.up_to.numerator), str(cut.up_to.denominator)
    rounded = f.share_of(top, bottom, size, cut.rounding)
    if cut.inclusive:
        return rounded
    return f"IF(MOD({size}*{top},{bottom})=0,MAX({size}*{top}/{bottom}-1,0),{rounded})"


def section_of(track: Track, at: At) -> str:
    """Return the part of the order that a place is in: the half or the cut point, from 1."""
    rule = track.rule
    if isinstance(rule, TwoStage):
        return f"IF({at('place')}<={at('upper')},1,2)"
    lines = "".join(f"+({at('place')}>{at(f'cut{n}')})" for n in range(1, len(rule.cuts)))
    return f"1{lines}"


def half_of(track: Track, section: str) -> str:
    """Return the name of a firm's half."""
    if not isinstance(track.rule, TwoStage):
        return '""'
    names = half_names(track.rule)
    return f"IF({section}=1,{f.text(names['upper'])},{f.text(names['lower'])})"
