"""What the sheets of the procedure say of a firm, in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from permu_xl.engine import Objection, find_firms
from permu_xl.workbook import layout, moves_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from permu_xl.engine import Evaluation
    from permu_xl.workbook import Moves
    from permu_xl.workbook.reading import Book

__all__ = ["FirmStory", "objection_text", "stories"]


@dataclass(frozen=True, slots=True)
class FirmStory:
    """Last year's class beside this year's, what became of the firm, its objections."""

    last_class: str = ""
    events: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield all of it, a line each."""
        if self.last_class:
            yield self.last_class
        yield from (f"企业变动：{event}" for event in self.events)
        yield from (f"异议：{objection}" for objection in self.objections)


def stories(book: Book, e: Evaluation) -> dict[int, FirmStory]:
    """Return what is told of each firm, by its index; firms of which nothing is told are absent."""
    moves = moves_of(book, e)
    found: dict[int, FirmStory] = {}
    for firm in range(e.roster.size):
        last = _last_class(moves, firm, e) if moves.last[firm] else ""
        events = (moves.events[firm],) if moves.events[firm] else ()
        if last or events:
            found[firm] = FirmStory(last, events)
    objections = book.registered
    firms = find_firms([(each.code, each.name) for each in objections], e.roster.keys())
    for each, firm in zip(objections, firms, strict=True):
        if firm >= 0:
            known = found.get(firm, FirmStory())
            found[firm] = replace(known, objections=(*known.objections, objection_text(each)))
    return found


def _last_class(moves: Moves, firm: int, e: Evaluation) -> str:
    last, now = (_shown(letter) for letter in (moves.last[firm], moves.final[firm]))
    moved = moves.move(firm, e.scheme)
    return f"上年分类：{last}，本年：{now}" + (f"（{moved}）" if moved else "")


def _shown(letter: str) -> str:
    """Return a class as a sentence names it; several of merged firms stay as they are."""
    return letter if letter == layout.NOT_EVALUATED or "、" in letter else f"{letter}类"


def objection_text(each: Objection) -> str:
    """Return an entry of the register in one clause.

    >>> objection_text(Objection("", "甲厂", "总产值", "8260"))
    '总产值应是8260，尚未办结'
    """
    claim = f"{each.item}应是{each.claimed}" if each.claimed else each.item or "异议"
    if each.is_open:
        return f"{claim}，尚未办结"
    when = f"（{each.decided}）" if each.decided else ""
    why = f"，{each.remark}" if each.remark else ""
    return f"{claim}，{each.outcome}{when}{why}"
