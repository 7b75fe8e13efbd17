"""Lists of firms as they are handed in: who is on them, in what order, with which figures."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from permu_xl.engine.explain import own_picks
from permu_xl.engine.model import BoolArray, Scheme, TwoStage
from permu_xl.errors import UsageError
from permu_xl.text import show_number, show_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from permu_xl.engine import Evaluation

__all__ = [
    "by_class",
    "chosen_letters",
    "class_names",
    "figures",
    "to_confirm",
    "unit_name",
    "watched_letters",
]


def watched_letters(scheme: Scheme) -> tuple[str, ...]:
    """Return the classes that a city confirms (C and D, 二（二）), best first.

    Under a two-stage rule the letters picked from the lower half; under cut points the lower half
    of the letters that a place can lead to, without the middle one.
    """
    found: set[str] = set()
    for track in scheme.tracks:
        if isinstance(track.rule, TwoStage):
            for selection in track.rule.selections:
                if selection.half == "lower":
                    found |= set(selection.letters)
        else:
            letters = [cut.letter for cut in track.rule.cuts]
            found |= set(letters[(len(letters) + 1) // 2 :])
    return tuple(letter for letter in scheme.letters if letter in found)


def chosen_letters(scheme: Scheme, wanted: str | None) -> tuple[str, ...]:
    """Return the classes that a user names (``C,D``), or those of the scheme (None).

    Raises UsageError for a class that the scheme does not have.
    """
    if wanted is None:
        return watched_letters(scheme)
    plain = unicodedata.normalize("NFKC", wanted).replace("、", ",").split(",")
    named = {text.strip() for text in plain if text.strip()}
    strangers = named - set(scheme.letters)
    if strangers or not named:
        said = f"没有分类“{'、'.join(sorted(strangers))}”" if strangers else "没有写分类"
        raise UsageError(f"--classes {said}，本方案的分类是{'、'.join(scheme.letters)}")
    return tuple(letter for letter in scheme.letters if letter in named)


def class_names(letters: Sequence[str]) -> str:
    """Return classes as a text names them.

    >>> class_names(("C", "D"))
    'C类、D类'
    """
    return "、".join(f"{letter}类" for letter in letters)


def to_confirm(e: Evaluation, watched: Sequence[str]) -> list[int]:
    """Return the firms to be confirmed: by the rules or after adjustments in a watched class.

    Sorted by the class as it stands, worst first, then by unit and place.
    """
    listed: BoolArray = np.isin(e.final, watched) | np.isin(e.proposed, watched)
    return _sorted(e, listed, worst_first=True)


def by_class(e: Evaluation) -> list[int]:
    """Return all firms that have a class, by class (best first), unit, place and code."""
    return _sorted(e, e.final != "")


def _sorted(e: Evaluation, listed: BoolArray, *, worst_first: bool = False) -> list[int]:
    letters = {letter: k for k, letter in enumerate(e.scheme.letters)}
    sign = -1 if worst_first else 1
    unranked = len(e.classes.units)

    def order(firm: int) -> tuple[int, int, int, str]:
        unit = int(e.classes.unit[firm])
        place = sign * letters.get(str(e.final[firm]), len(letters))
        code = str(e.roster.codes[firm] or e.roster.names[firm])
        return place, unit if unit >= 0 else unranked, int(e.classes.place[firm]), code

    return sorted((int(firm) for firm in np.flatnonzero(listed)), key=order)


def unit_name(e: Evaluation, firm: int) -> str:
    """Return the unit in which a firm is ranked; "" for the only one, and for the unranked."""
    unit = int(e.classes.unit[firm])
    return e.classes.units[unit].name if unit >= 0 else ""


def figures(e: Evaluation, firm: int) -> str:
    """Return a firm's indicators with their scores in one sentence, then the selections' keys.

    亩均税收10万元/亩（得7.50分）；……；C/D类排序分12.00
    """
    parts: list[str] = []
    if e.included[firm]:
        for result in e.results_of(firm):
            i, value = result.indicator, float(result.value[firm])
            decimals = 2 if abs(value) >= 1 else 4
            shown = (
                "无数据" if np.isnan(value) else f"{show_number(round(value, decimals))}{i.unit}"
            )
            parts.append(f"{i.name}{shown}（得{show_points(float(result.score[firm]))}分）")
    parts += _keys(e, firm)
    return "；".join(parts)


def _keys(e: Evaluation, firm: int) -> list[str]:
    """Tell the sort keys that decide about a firm: those of its own half."""
    if e.classes.unit[firm] < 0:
        return []
    labels = dict.fromkeys(picked.selection.label for picked in own_picks(e, firm))
    keys = e.classes.keys
    return [f"{label}类排序分{show_points(float(keys[label][firm]))}" for label in labels]
