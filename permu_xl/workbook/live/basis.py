"""判定依据 in the live template of any scheme, in the words of ``engine.classbasis``."""

from __future__ import annotations

from collections.abc import Iterator

from permu_xl.engine import half_names
from permu_xl.engine.explain import END_NAMES
from permu_xl.engine.model import CutPoint, CutPoints, Guard, Half, Selection, Track, TwoStage
from permu_xl.text import show_number
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.live.firm_rows import closing_words
from permu_xl.workbook.live.references import HELPER, Places
from permu_xl.workbook.live.track_rules import At, by_track, evaluated_key, picked_key, quota_of

__all__ = ["basis_formulas"]


def basis_formulas(places: Places, row: int) -> Iterator[tuple[str, str]]:
    """Yield what a place leads to, and the whole sentence with what comes on top of it."""
    scheme = places.scheme

    def at(key: str) -> str:
        return places.cell(HELPER, key, row)

    ground = by_track(places, row, lambda track: _by_place(places, track, at))
    where = f'{at("unit")}&"，"&' if layout.has_units(scheme) else ""
    guards = "".join(f"&{_by_guard(places, n, guard, at)}" for n, guard in enumerate(scheme.guards))
    yield "ground", f'IF({at("graded")},{where}{ground}{guards},"")'
    reason = at("reason")
    if scheme.scope.letter:
        letter = f.text(scheme.scope.letter)
        classed = f.text(f"，列为{scheme.scope.letter}类")
        reason = f'{reason}&IF({at("out")}={letter},{classed},"")'
    inside = _ungraded(places, at)
    yield "basis", f"IF({at('in')},{inside}&{closing_words(places, row)},{reason})"


def _by_place(places: Places, track: Track, at: At) -> str:
    rule = track.rule
    if isinstance(rule, CutPoints):
        texts = [_by_cut(places, rule, n, at) for n in range(len(rule.cuts))]
        return f"CHOOSE({at('section')},{','.join(texts)})"
    halves = [_by_selection(places, rule, half, at) for half in ("upper", "lower")]
    return f"IF({at('section')}=1,{halves[0]},{halves[1]})"


def _by_cut(places: Places, rule: CutPoints, n: int, at: At) -> str:
    cut: CutPoint = rule.cuts[n]
    first = f"{at(f'cut{n}')}+1" if n else "1"
    last = at(f"cut{n + 1}") if n < len(rule.cuts) - 1 else at("size")
    rank, place = at(evaluated_key(places.scheme, "rank")), at("place")
    standing = (
        f'IF({rank}={place},"排第"&{rank}&"名","并列第"&{rank}&"名，按次序规则排第"&{place}&"名")'
    )
    span = f'IF({first}<{last},"第"&({first})&"至"&{last}&"名","第"&{last}&"名")'
    share = show_number(float(100 * cut.up_to))
    tail = f.text(f"（到{share}%）列为{cut.letter}类（{cut.clause}）")
    return f'"总分在"&{at("size")}&"户中"&{standing}&"，"&{span}&{tail}'


def _by_selection(places: Places, rule: TwoStage, half: Half, at: At) -> str:
    name = half_names(rule)[half]
    own = [selection for selection in rule.selections if selection.half == half]
    labels = "、".join(f"{selection.label}类" for selection in own) or "任何"
    text = f.text(f"{name}，未列入{labels}名单，为{rule.remainder}类（{rule.remainder_clause}）")
    for selection in reversed(own):
        picked = at(picked_key(places.scheme, selection))
        text = f"IF({picked},{_picked(places, name, selection, at)},{text})"
    return text


def _picked(places: Places, half: str, selection: Selection, at: At) -> str:
    listed = "拟列" if selection.flagged else "列"
    tail = f.text(f"{listed}为{selection.letter}类（{selection.clause}）")
    for flag, letter in reversed(tuple(selection.flagged.items())):
        name = places.scheme.flags[flag].name
        given = f.text(f"且{name}，{listed}为{letter}类（{selection.clause}）")
        tail = f"IF({at(f'flag:{flag}')},{given},{tail})"
    head = f.text(f"{half}中{selection.label}类排序{END_NAMES[selection.take]}")
    return f'{head}&{quota_of(selection, at)}&"户，"&{tail}'


def _by_guard(places: Places, n: int, guard: Guard, at: At) -> str:
    before, after = at(f"guard{n}" if n else "by_place"), at(f"guard{n + 1}")
    names = _names(places, guard.when, at)
    word = "不高于" if guard.limit == "at_best" else "不低于"
    tail = f.text(f"），{word}{guard.letter}类，改为{guard.letter}类（{guard.clause}）")
    return f'IF({before}={after},"",{f.text(f"；{guard.name}（")}&{names}&{tail})'


def _names(places: Places, flags: tuple[str, ...], at: At) -> str:
    """Return the names of the flags that a firm carries."""
    named = (
        f'IF({at(f"flag:{flag}")},{f.text("、" + places.scheme.flags[flag].name)},"")'
        for flag in flags
    )
    return f"MID({'&'.join(named)},2,250)"


def _ungraded(places: Places, at: At) -> str:
    """Return what is said of a participant: its place, or why it has none."""
    text = at("ground")
    for group in reversed(places.scheme.ungraded):
        told = f.text(f"{group.name}，只计分、不参加排名，列为{group.letter}类（{group.clause}）")
        marked = f"OR({','.join(at(f'flag:{flag}') for flag in group.when)})"
        text = f"IF({marked},{told},{text})"
    return text
