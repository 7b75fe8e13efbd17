"""The firms of the recomputation: one row each, from the input cells to the final class."""

from __future__ import annotations

from collections.abc import Iterator

from permu_xl.book import layout
from permu_xl.book import proof_formulas as f
from permu_xl.book.proof_board import Board
from permu_xl.book.proof_inputs import SEPARATOR, SEPARATORS, FirmCells
from permu_xl.book.proof_plan import Plan, figures, flags, participation_keys
from permu_xl.book.proof_rows import inputs, put_headers, value
from permu_xl.book.proof_values import list_range
from permu_xl.engine.classify import half_names
from permu_xl.engine.evaluate import Evaluation
from permu_xl.engine.scheme import Indicator

__all__ = ["put_firms"]


def put_firms(board: Board, plan: Plan, evaluation: Evaluation) -> None:
    """Write the recomputation of 原始数据, aligned with it row by row."""
    put_headers(board, plan, plan.firms)
    cells = FirmCells(plan.book.current)
    separators = (*SEPARATORS, *cells.other_separators())
    order = _code_order(evaluation) if plan.code_order else {}
    for entry in range(plan.book.current.roster.size):
        firm = _Firm(plan, cells, entry)
        formulas = dict(firm.formulas(separators))
        if plan.code_order:
            identity = str(evaluation.roster.identity()[entry])
            formulas["order"] = f.guarded(firm.at("identity"), identity, str(order[identity]))
        for key, expression in formulas.items():
            board.formula(firm.row, plan.firms.columns[key], expression)
    _put_sorted(board, plan)


def _put_sorted(board: Board, plan: Plan) -> None:
    """Write the ascending lists that ranks are looked up in; they leave no row out."""
    table = plan.firms
    lists = {"sorted": ("total", plan.value("participants"))}
    for s in plan.scheme.classification.selections:
        lists[f"pool_sorted:{s.id}"] = (f"pool:{s.id}", plan.selection(s.id, "pool"))
    for key, (source, count) in lists.items():
        for row in range(table.first_row, table.last_row + 1):
            place = f"(ROW()-{table.header_row})"
            board.formula(row, table.columns[key], f.sorted_up(table.span(source), place, count))


def _code_order(evaluation: Evaluation) -> dict[str, int]:
    """Number the identities by their characters' codes.

    Spreadsheets compare Chinese names by pronunciation or strokes, so that a tie of firms without
    a credit code cannot be decided by a formula.
    """
    ordered = sorted({str(identity) for identity in evaluation.roster.identity()})
    return {identity: place for place, identity in enumerate(ordered, 1)}


class _Firm:
    """The formulas of one firm's row."""

    def __init__(self, plan: Plan, cells: FirmCells, entry: int) -> None:
        self.plan, self.cells, self.entry = plan, cells, entry
        self.table, self.scheme = plan.firms, plan.scheme
        self.row = plan.row(entry)

    def at(self, key: str) -> str:
        return self.table.cell(key, self.row)

    def pair(self, key: str) -> tuple[str, str]:
        """Return a column and this firm's cell in it."""
        return self.table.span(key), self.at(key)

    def written(self, title: str, key: str) -> str:
        return self.plan.written(title, key, self.entry)

    def formulas(self, separators: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """Yield the formulas by column key."""
        yield from self._identity()
        yield from inputs(self.plan, self.cells, self.table, self.entry, self.row, "established")
        for i in self.scheme.indicators:
            yield f"value:{i.id}", value(i, self.plan, self.table, self.row)
            yield f"score:{i.id}", self._score(i)
        yield from self._total(separators)
        yield from self._order()
        yield from self._classes()
        yield from self._checks()

    def participant(self, expression: str, otherwise: str = '""') -> str:
        """Return the expression for participants only."""
        return f"IF({self.at('included')}=1,{expression},{otherwise})"

    def _identity(self) -> Iterator[tuple[str, str]]:
        name, code = self.at("name"), self.at("code")
        checks = [key for key in self.table.columns if key in layout.PROOF_TESTS]
        yield "name", self.cells.text(self.entry, "name")
        yield "code", self.cells.text(self.entry, "code")
        yield "differences", f"SUM({self.table.across(checks, self.row)})"
        yield "identity", f'IF({code}="",{name},{code})'

    def _score(self, i: Indicator) -> str:
        """Value over baseline times weight, from 0 to the cap; R5 and R6 for a missing value."""
        v = self.at(f"value:{i.id}")
        weight, maximum, baseline = (
            self.plan.indicator(i.id, key) for key in ("weight", "maximum", "baseline")
        )
        missing = "0"
        if i.without_denominator == "full_if_numerator_positive":
            top, bottom = self.at(f"figure:{i.numerator}"), self.at(f"figure:{i.denominator}")
            missing = f"IF(AND(N({bottom})=0,N({top})>0),{weight},0)"
        points = f'IF({v}="",{missing},MAX(0,MIN({maximum},{v}/{baseline}*{weight})))'
        decimals = self.scheme.score_decimals
        return self.participant(points if decimals is None else f"ROUND({points},{decimals})")

    def _total(self, separators: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        scores = [f"score:{i.id}" for i in self.scheme.indicators]
        yield "subtotal", self.participant(f"SUM({self.table.across(scores, self.row)})")
        cell = self.cells.cell(self.entry, "bonus_labels")
        # The program refuses labels that the scheme does not know.
        labels = "0" if cell is None else f'IF({cell}="",0,NA())'
        if self.scheme.bonus.labels:
            yield "labels", self.cells.labels(self.entry, separators)
            yield "label_points", self._label_points()
            labels = self.at("label_points")
        yield "points", f"{self.cells.points(self.entry)}+{labels}"
        points = self.at("points")
        if self.scheme.bonus.cap is not None:
            points = f"MIN({self.plan.value('bonus_cap')},{points})"
        yield "bonus", self.participant(points)
        yield "total", self.participant(f"{self.at('subtotal')}+{self.at('bonus')}")

    def _label_points(self) -> str:
        """Return the points of the labels, each once; #N/A where there is an unknown one."""
        labels, points = list_range(self.plan, "labels"), list_range(self.plan, "label_points")
        cell, mark = self.at("labels"), f.text(SEPARATOR)
        each = f"{mark}&{labels}&{mark}"
        left = f'LEN(SUBSTITUTE({cell},{mark},""))'
        known = f'(LEN({cell})-LEN(SUBSTITUTE({cell},{each},"")))/(LEN({labels})+2)*LEN({labels})'
        return (
            f'IF({cell}="",0,IF(SUMPRODUCT({known})={left},'
            f"SUMPRODUCT(ISNUMBER(FIND({each},{cell}))*{points}),NA()))"
        )

    def _order(self) -> Iterator[tuple[str, str]]:
        """Rank and place by total; ties by the tie key, then by identity (R16)."""
        rule = self.scheme.classification
        total, ordered = self.pair("total"), self.table.span("sorted")
        upto, below = f.not_above(ordered, total[1]), f.clearly_below(ordered, total[1])
        yield "rank", self.participant(f"{self.plan.value('participants')}-{upto}+1")
        yield "tied", self.participant(f"{upto}-{below}")
        for s in rule.selections:
            parts = "+".join(self.at(f"score:{id}") for id in s.keys)
            yield f"key:{s.id}", self.participant(parts)
        tie = self.pair(f"key:{rule.tie_key}")
        earlier = f.before_by_figure(self.pair("rank"), tie, self._last())
        place = f"{self.at('rank')}+IF({self.at('tied')}=1,0,{earlier})"
        yield "place", self.participant(place)
        names = half_names(rule)
        upper = f"{self.at('place')}<={self.plan.value('upper')}"
        halves = f"IF({upper},{f.text(names['upper'])},{f.text(names['lower'])})"
        yield "half", self.participant(halves)
        for s in rule.selections:
            inside = f"{self.at('half')}={f.text(names[s.half])}"
            yield f"pool:{s.id}", f'IF({inside},{self.at(f"key:{s.id}")},"")'
            yield from self._pool(s.id)

    def _pool(self, id: str) -> Iterator[tuple[str, str]]:
        """Rank and place by a selection's key inside its half; ties by total, then identity."""
        pool, ordered = self.pair(f"pool:{id}"), self.table.span(f"pool_sorted:{id}")
        upto, below = f.not_above(ordered, pool[1]), f.clearly_below(ordered, pool[1])
        rank, tied = self.at(f"pool_rank:{id}"), self.at(f"pool_tied:{id}")
        ranks = self.pair(f"pool_rank:{id}"), self.pair("rank")
        earlier = f.before_by_rank(*ranks, self._last())
        formulas = {
            "pool_rank": f"{self.plan.selection(id, 'pool')}-{upto}+1",
            "pool_tied": f"{upto}-{below}",
            "pool_place": f"{rank}+IF({tied}=1,0,{earlier})",
        }
        for key, expression in formulas.items():
            yield f"{key}:{id}", f'IF({pool[1]}="","",{expression})'

    def _last(self) -> tuple[str, str]:
        return self.pair("order" if self.plan.code_order else "identity")

    def _classes(self) -> Iterator[tuple[str, str]]:
        rule = self.scheme.classification
        for id in flags(self.scheme):
            yield f"flag:{id}", self.cells.flag(self.entry, id)
        letter = f.text(rule.remainder)
        for s in rule.selections:
            chosen = f.text(s.letter)
            for flag, flagged in reversed(tuple(s.flagged.items())):
                chosen = f"IF({self.at(f'flag:{flag}')}=1,{f.text(flagged)},{chosen})"
            place, quota = self.at(f"pool_place:{s.id}"), self.plan.selection(s.id, "quota")
            pool = self.plan.selection(s.id, "pool")
            inside = f"{place}<={quota}" if s.take == "first" else f"{place}>{pool}-{quota}"
            letter = f"IF(AND(ISNUMBER({place}),{inside}),{chosen},{letter})"
        out = f.text(layout.NOT_EVALUATED)
        yield "proposed", self.participant(letter, out)
        final, decisions = self.at("proposed"), self.plan.decisions
        if decisions is not None:
            letters, rows = decisions.span("letter"), decisions.span("row")
            final = f"IFERROR(INDEX({letters},MATCH(ROW(),{rows},0)),{final})"
        yield "final", self.participant(final, out)

    def _checks(self) -> Iterator[tuple[str, str]]:
        """Compare the row with the result sheets; each check counts its differences.

        Cells that cannot be read count as well: the program would refuse them, even where they
        do not bear on the firm's result.
        """
        indicators, selections = self.scheme.indicators, self.scheme.classification.selections
        both = (layout.SCORES, layout.CLASSES)
        read, figured = (
            participation_keys(self.scheme),
            [f"figure:{id}" for id in figures(self.scheme)],
        )
        conditions = {
            "test_identity": [self._other(title, x) for title in both for x in ("code", "name")],
            "test_participation": [
                f"({self.at('included')}=1)<>"
                f"({self.written(layout.CLASSES, 'proposed')}<>{f.text(layout.NOT_EVALUATED)})",
                f.errors_in(self.table.across(read, self.row)),
            ],
            "test_indicators": [
                *(self._far(layout.SCORES, f"value:{i.id}", relative=True) for i in indicators),
                f.errors_in(self.table.across(figured, self.row)),
            ],
            "test_scores": [self._far(layout.SCORES, f"score:{i.id}") for i in indicators],
            "test_totals": [
                *(self._far(layout.SCORES, key) for key in ("subtotal", "bonus", "total")),
                self._far(layout.CLASSES, "total"),
                f"ISERROR({self.at('points')})",
            ],
            "test_ranks": [self._far(title, "rank") for title in both],
            "test_halves": [self._other(layout.CLASSES, "half")],
            "test_keys": [self._far(layout.CLASSES, f"key:{s.id}") for s in selections],
            "test_classes": [
                self._other(layout.CLASSES, "proposed"),
                *(f"ISERROR({self.at(f'flag:{id}')})" for id in flags(self.scheme)),
            ],
            "test_final": [self._other(layout.CLASSES, "final")],
        }
        for key, differences in conditions.items():
            yield key, f.count_differences(differences)

    def _other(self, title: str, key: str) -> str:
        return f"NOT(EXACT({self.at(key)},{self.written(title, key)}))"

    def _far(self, title: str, key: str, *, relative: bool = False) -> str:
        expected = self.at(key)
        tolerance = f.relative(expected) if relative else f.POINTS_TOLERANCE
        return f.differs(expected, self.written(title, key), tolerance)
