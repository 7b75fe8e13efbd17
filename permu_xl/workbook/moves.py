"""Last year's class beside this year's: the firms' moves, counted, and the sheet 分类变化."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.engine import SUCCESSIONS, find_firms, trace_firms
from permu_xl.workbook import layout
from permu_xl.xlsx.cells import Block, Column, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from permu_xl.engine import Evaluation, FirmKey
    from permu_xl.engine.model import Scheme
    from permu_xl.workbook.layout import SummaryTable
    from permu_xl.workbook.reading import Book, LastClass

__all__ = ["Moves", "move_blocks", "moves_note", "moves_of"]

RISEN, FALLEN, SAME, CAME_IN, WENT_OUT = "上升", "下降", "不变", "新参评", "退出参评"
OTHERWISE = "其他变化"
"""To or from a class of firms that are not ranked, which is neither better nor worse."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Both years' classes of one district.

    By firm of this year: ``last``, its class last year (不参评 for a firm that was out, "" where
    none is known, several joined by 、 where firms of different classes merged), and ``final``, its
    class now; ``events`` tells what became of it.  ``counts`` is by last year's class (or
    ``layout.SEVERAL``, ``layout.UNKNOWN``) and this year's (or ``layout.GONE``): firms of this
    year, and those of last year that none of this year's come from.
    """

    last: tuple[str, ...]
    final: tuple[str, ...]
    events: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]

    @property
    def known(self) -> bool:
        """Whether last year's class of any firm is known."""
        return any(self.last)

    def move(self, firm: int, scheme: Scheme) -> str:
        """Return in a word or two how a firm moved; "" where that cannot be said."""
        return _move(self.last[firm], self.final[firm], scheme)

    def told(self, scheme: Scheme) -> list[str]:
        """Return the same of every firm."""
        pairs = list(zip(self.last, self.final, strict=True))
        words = {pair: _move(*pair, scheme) for pair in set(pairs)}
        return [words[pair] for pair in pairs]

    def counted(self, scheme: Scheme) -> dict[str, int]:
        """Return how many firms rose, fell or stayed."""
        told = Counter(self.told(scheme))
        unranked = len(scheme.letters) > len(scheme.graded_letters)
        words = (RISEN, SAME, FALLEN, CAME_IN, WENT_OUT, *([OTHERWISE] if unranked else []))
        return {word: told[word] for word in words}

    def matrix(self, scheme: Scheme) -> list[list[int]]:
        """Return the numbers of ``layout.move_table``, with the sums."""
        across = (*scheme.letters, layout.NOT_EVALUATED, layout.GONE)
        rows = [
            [self.counts.get((last, now), 0) for now in across]
            for last in layout.move_labels(scheme)[:-1]
        ]
        rows.append([sum(column) for column in zip(*rows, strict=True)])
        return [[*row, sum(row)] for row in rows]


def _move(last: str, now: str, scheme: Scheme) -> str:
    places = {letter: k for k, letter in enumerate(scheme.graded_letters)}
    others = {*scheme.letters} - {*places}
    if {last, now} & others and {last, now} <= {*scheme.letters, layout.NOT_EVALUATED}:
        return SAME if last == now else OTHERWISE
    if last in places and now in places:
        difference = places[last] - places[now]
        return RISEN if difference > 0 else FALLEN if difference else SAME
    if last == layout.NOT_EVALUATED and now in places:
        return CAME_IN
    return WENT_OUT if last in places and now == layout.NOT_EVALUATED else ""


def moves_of(book: Book, e: Evaluation) -> Moves:
    """Return both years' classes; a firm is found by code or name, or by what became of it."""
    entries = () if book.last_classes is None else book.last_classes.entries
    firms = e.roster.keys()
    kin = _parents(book, entries, firms) if entries else ((),) * len(firms)
    last = tuple(
        "、".join(sorted({entries[k].letter for k in parents})) if parents else ""
        for parents in kin
    )
    final = tuple(letter or layout.NOT_EVALUATED for letter in e.final.tolist())
    counts = Counter(
        (layout.UNKNOWN if not before else layout.SEVERAL if "、" in before else before, now)
        for before, now in zip(last, final, strict=True)
    )
    followed = {k for parents in kin for k in parents}
    counts.update((each.letter, layout.GONE) for k, each in enumerate(entries) if k not in followed)
    return Moves(last, final, _event_texts(book, firms), counts)


def _parents(
    book: Book, entries: Sequence[LastClass], firms: Sequence[FirmKey]
) -> tuple[tuple[int, ...], ...]:
    """Return for each firm of this year which of last year's classes are those it comes from."""
    before = [] if book.previous is None else book.previous.roster.keys()
    told = list(dict.fromkeys(event.old for event in book.firm_events))
    keys = _found_by_name([(each.code, each.name) for each in entries], firms, before, told)
    return trace_firms(keys, firms, book.firm_events).parents


def _found_by_name(entries: Sequence[FirmKey], *lists: Sequence[FirmKey]) -> list[FirmKey]:
    """Return firms with the codes that go with their names where one side has none (R20).

    Last year's classes are often typed with names alone; the first of the lists that has a name
    once counts, unless its code is another entry's.
    """
    keys, settled = list(entries), set[int]()
    for firms in lists:
        taken = {code for code, _ in keys if code}
        there = {code for code, _ in firms if code}
        for k, place in enumerate(find_firms([("", name) for _, name in keys], firms)):
            if place < 0 or k in settled or keys[k][0] in there:
                continue
            code = firms[place][0]
            if code not in taken and not (code and keys[k][0]):
                keys[k] = firms[place]
                settled.add(k)
    return keys


def _event_texts(book: Book, firms: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return what became of each firm between the years, in words."""
    told: list[list[str]] = [[] for _ in firms]
    events = book.firm_events
    for event, firm in zip(events, find_firms([each.new for each in events], firms), strict=True):
        if firm < 0:
            continue
        when = f"（{event.date}）" if event.date else ""
        who = f"，上年为{event.old[1] or event.old[0]}" if event.kind in SUCCESSIONS else ""
        told[firm].append(f"{event.kind}{when}{who}")
    return tuple("；".join(each) for each in told)


def moves_note(moves: Moves, scheme: Scheme) -> str:
    """Return in a sentence how many firms moved which way."""
    told = "，".join(f"{word}{count}户" for word, count in moves.counted(scheme).items() if count)
    return f"上年分类取自“{layout.LAST_CLASSES}”，户数按本年企业：{told}。"


def move_blocks(book: Book, e: Evaluation, matrix: SummaryTable) -> list[Block]:
    """Return the blocks of 分类变化: the matrix, and the list of firms, those that moved first."""
    moves = moves_of(book, e)
    # Where nothing is known of last year there is nothing to be counted or listed.
    rows = moves.matrix(e.scheme) if moves.known else []
    columns = [
        Column(matrix.first_column, layout.move_labels(e.scheme)),
        *(
            Column(matrix.first_column + 1 + k, [row[k] for row in rows])
            for k in range(len(matrix.headers) - 1)
        ),
    ]
    first = matrix.header_row + 1
    blocks = [Block(first, columns, last_row=first + (matrix.rows or 0) - 1, template_row=False)]
    order = (FALLEN, RISEN, WENT_OUT, CAME_IN, "", SAME)
    told = moves.told(e.scheme)
    listed = range(e.roster.size if moves.known else 0)
    firms = sorted(listed, key=lambda firm: order.index(told[firm]))
    values: Mapping[str, Sequence[Value]] = {
        "code": e.roster.codes[firms].tolist(),
        "name": e.roster.names[firms].tolist(),
        "last": [moves.last[firm] for firm in firms],
        "final": [moves.final[firm] for firm in firms],
        "move": [told[firm] for firm in firms],
        "event": [moves.events[firm] for firm in firms],
    }
    at = book.outputs[layout.MOVES]
    block = [Column(at.columns[key] + 1, column) for key, column in values.items()]
    return [*blocks, Block(at.first_row + 1, block)]
