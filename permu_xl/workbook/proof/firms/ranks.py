"""The order and the classes of one firm on 核验 (R13 to R18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.engine import half_names
from permu_xl.engine.model import CutPoints, Half, Key, Selection, Track, TwoStage
from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.firms.guards import after_guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from permu_xl.workbook.proof.board import Board, Table
    from permu_xl.workbook.proof.plan import Plan

__all__ = ["Ranked", "put_sorted"]

_PARTS = {"scores": "score", "values": "value", "columns": "figure"}
_HALVES: tuple[Half, Half] = ("upper", "lower")


def put_sorted(board: Board, plan: Plan) -> None:
    """Write the ascending lists that ranks are looked up in; they leave no row out."""
    table = plan.firms
    lists = {
        "sorted": ("ranked" if plan.scheme.ungraded else "total", plan.count),
        "standings": ("standing", plan.count),
    }
    if "pooled" in plan.values:
        pooled = plan.value("pooled")
        lists |= {"pool_sorted": ("pool", pooled), "pool_standings": ("pool_standing", pooled)}
    for key, (source, count) in lists.items():
        if key not in table.columns:
            continue
        place = f"(ROW()-{table.header_row})"
        expression = f.sorted_up(table.span(source), place, count)
        rows = range(table.first_row, table.last_row + 1)
        board.fill(rows, table.columns[key], expression)


class Ranked:
    """The formulas of one firm's row from its ranking unit to its final class."""

    def __init__(self, plan: Plan, row: int) -> None:
        self.plan, self.row = plan, row
        self.table: Table = plan.firms
        self.scheme = plan.scheme

    def at(self, key: str) -> str:
        """Return this firm's cell in a column."""
        return self.table.cell(key, self.row)

    def pair(self, key: str) -> tuple[str, str]:
        """Return a column and this firm's cell in it."""
        return self.table.span(key), self.at(key)

    def formulas(self) -> Iterator[tuple[str, str]]:
        """Yield the formulas by column key; flags and total are there already."""
        if self.scheme.ungraded:
            yield "ungraded", self._ungraded()
            yield "ranked", self.graded(self.at("total"))
        if self.plan.many:
            yield from self._unit()
        yield from self._ranks()
        yield from self._keys()
        yield "place", self.graded(self._place())
        if self.plan.halves:
            yield from self._pool()
        yield from self._classes()

    def graded(self, expression: str) -> str:
        """Return the expression for firms that are ranked only."""
        if self.scheme.ungraded:
            return f'IF({self.at("ungraded")}=0,{expression},"")'
        return f'IF({self.at("included")}=1,{expression},"")'

    def by_track(self, option: Callable[[Track], str]) -> str:
        """Return what ``option`` says for the firm's track."""
        options = [option(track) for track in self.scheme.tracks]
        return options[0] if len(options) == 1 else f.choose(self.at("track"), options)

    def _carries(self, flags: tuple[str, ...]) -> str:
        marks = [self.at(f"flag:{flag}") for flag in flags]
        return f"OR({','.join(f'{mark}=1' for mark in marks)})"

    def _ungraded(self) -> str:
        """Return which group keeps the firm from being ranked, 0 for none."""
        found = "0"
        for number, group in reversed(list(enumerate(self.scheme.ungraded, 1))):
            found = f"IF({self._carries(group.when)},{number},{found})"
        return f'IF({self.at("included")}=1,{found},"")'

    def _unit(self) -> Iterator[tuple[str, str]]:
        """Who is ranked together: the track's name and the attributes' texts (R13)."""

        def name(track: Track) -> str:
            parts = [f.text(track.name)] if track.name else []
            parts += [self.at(f"attribute:{id}") for id in track.ranking.within]
            return '&"、"&'.join(parts)

        units, own = self.plan.units, self.by_track(name)
        yield "unit", self.graded(own)
        if needs.COUNTED_UNIT in self.table.columns:
            yield needs.COUNTED_UNIT, f'IF({self._unranked()},{own},"")'
        same = f"EXACT({units.span('name')},{self.at('unit')})"
        if self.plan.needed.by_track:
            same += f"*({units.span('track')}={self.at('track')})"
        found = f"SUMPRODUCT({same}*{units.span('number')})"
        yield "unit_number", self.graded(found)

    def _unranked(self) -> str:
        """Return the condition that a firm gets a letter without being ranked."""
        out = [f"{self.at('included')}={needs.RULED_OUT}"] if self.scheme.scope.letter else []
        out += [f"N({self.at('ungraded')})>0"] if self.scheme.ungraded else []
        return f"OR({','.join(out)})" if out else "FALSE"

    def _ranks(self) -> Iterator[tuple[str, str]]:
        """Rank by total within the unit."""
        plan, ordered = self.plan, self.table.span("sorted")
        if not plan.many:
            total = self.at("total")
            yield "rank", self.graded(f"{plan.count}-{f.not_above(ordered, total)}+1")
            upto = f"{plan.count}-{self.at('rank')}+1"
            yield "tied", self.graded(f"{upto}-{f.clearly_below(ordered, total)}")
            return
        unit, own = self.at("unit_number"), self.at("standing")
        standings = self.table.span("standings")
        yield "standing", self.graded(f.standing(unit, ordered, self.at("total")))
        end = plan.unit("end", unit)
        yield "rank", self.graded(f.from_best(end, standings, own))
        yield "tied", self.graded(f.as_good(end, self.at("rank"), standings, own))

    def _keys(self) -> Iterator[tuple[str, str]]:
        """The sums that firms are ordered by; a missing figure counts as 0."""
        for key, column in self.plan.keys.items():
            yield column, self.graded("+".join(self._part(key, id) for id in key.ids) or "0")
        for label, column in self.plan.labels.items():
            if column.startswith("key:"):
                by_track = needs.key_by_label(self.scheme, label)
                own = ['""' if key is None else self.at(self.plan.keys[key]) for key in by_track]
                yield column, self.graded(f.choose(self.at("track"), own))
        if "tie" in self.table.columns:
            yield "tie", self.graded(self.by_track(lambda t: self._key(t.ranking.ties)))

    def _key(self, key: Key) -> str:
        return self.at(self.plan.keys[key])

    def _part(self, key: Key, id: str) -> str:
        cell = self.at(f"{_PARTS[key.kind]}:{id}")
        plain = key.kind == "scores" and not self.plan.needed.by_track
        return cell if plain else f"N({cell})"

    def _last(self) -> tuple[str, str]:
        return self.pair("order" if self.plan.code_order else "identity")

    def _place(self) -> str:
        """The place in the order of the unit: ties by the tie key, then by identity (R16)."""
        tie = "tie"
        if tie not in self.table.columns:
            tie = self.plan.keys[self.scheme.tracks[0].ranking.ties]
        alike = self.pair("standing" if self.plan.many else "rank")
        earlier = f.before_by_figure(alike, self.pair(tie), self._last())
        return f"{self.at('rank')}+IF({self.at('tied')}=1,0,{earlier})"

    def _pool(self) -> Iterator[tuple[str, str]]:
        """The half (R14), the list of that half, and the place on it (R15, R16)."""
        plan = self.plan
        unit = self.at("unit_number") if plan.many else ""
        upper = f"{self.at('place')}<={plan.unit('upper', unit)}"

        def halves(rule: TwoStage) -> str:
            names = half_names(rule)
            return f"IF({upper},{f.text(names['upper'])},{f.text(names['lower'])})"

        def number(s: Selection, track: Track) -> str:
            offset = needs.selections(track).index(s)
            first = plan.unit("first", unit)
            return f"{first}+{offset}" if offset else first

        yield (
            "half",
            self.graded(
                self.by_track(lambda t: halves(t.rule) if isinstance(t.rule, TwoStage) else '""')
            ),
        )
        yield "pool_list", self.graded(self.by_half(number, '""'))
        own = self.at("pool_list")
        key = self.by_half(lambda s, track: self._key(s.key), '""')
        yield "pool", f'IF({own}="","",{key})'
        place = f.standing(own, self.table.span("pool_sorted"), self.at("pool"))
        yield "pool_standing", f'IF({own}="","",{place})'
        standings, standing = self.table.span("pool_standings"), self.at("pool_standing")
        ranks = self.pair("pool_standing"), self.pair("rank")
        earlier = f.before_by_rank(*ranks, self.at("tied"), self._last())
        end = f"INDEX({plan.quotas.span('end')},{own})"
        rank, tied = self.at("pool_rank"), self.at("pool_tied")
        for column, expression in (
            ("pool_rank", f.from_best(end, standings, standing)),
            ("pool_tied", f.as_good(end, rank, standings, standing)),
            ("pool_place", f"{rank}+IF({tied}=1,0,{earlier})"),
        ):
            yield column, f'IF({own}="","",{expression})'

    def by_half(self, option: Callable[[Selection, Track], str], otherwise: str) -> str:
        """Return what ``option`` says for the list of the firm's half in its track."""

        def of(track: Track) -> str:
            if not isinstance(track.rule, TwoStage):
                return otherwise
            lists = {s.half: option(s, track) for s in track.rule.selections}
            upper, lower = (lists.get(half, otherwise) for half in _HALVES)
            name = f.text(half_names(track.rule)["upper"])
            return upper if upper == lower else f"IF({self.at('half')}={name},{upper},{lower})"

        return self.by_track(of)

    def _classes(self) -> Iterator[tuple[str, str]]:
        """The class by place, kept from by guards; the class after adjustments (R17, R18)."""
        placed = self.by_track(self._by_place)
        if self.scheme.guards:
            yield "grade", self.graded(placed)
            before = self.at("grade")
            for guard in self.scheme.guards:
                yield (
                    f"guard:{guard.id}",
                    self.graded(after_guard(self.plan, self.row, guard, before)),
                )
                before = self.at(f"guard:{guard.id}")
            placed = f"INDEX({self.plan.list('grades')},1,{before})"
        if self.scheme.ungraded:
            letters = [f.text(group.letter) for group in self.scheme.ungraded]
            own = self.at("ungraded")
            placed = f"IF({own}=0,{placed},{f.choose(own, letters)})"
        yield "proposed", f"IF({self.at('included')}=1,{placed},{self.out()})"
        final, decisions = self.at("proposed"), self.plan.decisions
        if decisions is not None:
            letters_at, rows = decisions.span("letter"), decisions.span("row")
            adjusted = f"IFERROR(INDEX({letters_at},MATCH(ROW(),{rows},0)),{final})"
            final = f"IF({self.at('included')}=1,{adjusted},{final})"
        yield "final", final

    def out(self) -> str:
        """Return the class of a firm that does not take part."""
        not_evaluated, letter = f.text(layout.NOT_EVALUATED), self.scheme.scope.letter
        if not letter:
            return not_evaluated
        return f"IF({self.at('included')}={needs.RULED_OUT},{f.text(letter)},{not_evaluated})"

    def _letter(self, letter: str) -> str:
        """Return a class by place: its letter, or its number where guards have to compare."""
        if self.scheme.guards:
            return str(self.scheme.graded_letters.index(letter) + 1)
        return f.text(letter)

    def _by_place(self, track: Track) -> str:
        if isinstance(track.rule, CutPoints):
            return self._by_cuts(track.rule)
        rule = track.rule
        remainder, place = self._letter(rule.remainder), self.at("pool_place")

        def picked(s: Selection) -> str:
            chosen = self._letter(s.letter)
            for flag, flagged in reversed(tuple(s.flagged.items())):
                carried = self._carries((flag,))
                chosen = f"IF({carried},{self._letter(flagged)},{chosen})"
            quota, pool = (
                f"INDEX({self.plan.quotas.span(key)},{self.at('pool_list')})"
                for key in ("quota", "pool")
            )
            inside = f"{place}<={quota}" if s.take == "first" else f"{place}>{pool}-{quota}"
            return f"IF({inside},{chosen},{remainder})"

        lists = {s.half: picked(s) for s in rule.selections}
        upper, lower = (lists.get(half, remainder) for half in _HALVES)
        name = f.text(half_names(rule)["upper"])
        return f"IF({self.at('half')}={name},{upper},{lower})"

    def _by_cuts(self, rule: CutPoints) -> str:
        """Return the class of the lowest line that the firm's place lies below."""
        place = self.at("place")
        found = self._letter(rule.cuts[0].letter)
        for offset, cut in enumerate(rule.cuts[1:]):
            found = f"IF({place}>{self._due(offset)},{self._letter(cut.letter)},{found})"
        return found

    def _due(self, offset: int) -> str:
        quotas = self.plan.quotas
        if not self.plan.many:
            return quotas.cell(offset, "due")
        first = self.plan.unit("first", self.at("unit_number"))
        return f"INDEX({quotas.span('due')},{first}+{offset})"
