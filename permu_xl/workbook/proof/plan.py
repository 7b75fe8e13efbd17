"""Where everything stands on 核验: planned first, since all formulas refer to each other.

Longer than other modules: where everything on the sheet stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from permu_xl.engine.model import Key, Scheme, TwoStage
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.board import Grid, Table, absolute, column_of, on_sheet, row_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from permu_xl.engine import Evaluation, Unit
    from permu_xl.workbook.reading import Book, Placed

LABEL, VALUE, DIFFERENCE, REMARK, FIRST_FREE = range(1, 6)
"""Columns of the single values; lists and the columns of small tables go on from there."""

INDICATOR_COLUMNS = (
    "name", "difference", "method", "remark", "group", "weight", "cap", "maximum", "scale",
    "times", "manual",
    "previous:numerator", "previous:denominator", "previous:aggregate", "previous:mean",
    "previous:highest",
    "current:numerator", "current:denominator", "current:aggregate", "current:mean",
    "current:highest",
    "picked", "baseline", "penalty", "average",
)  # fmt: skip
UNIT_COLUMNS = (
    "name", "difference", "track", "remark", "n", "end", "numerator", "denominator", "upper",
    "first", "number",
)  # fmt: skip
QUOTA_COLUMNS = (
    "name", "difference", "half", "remark", "numerator", "denominator", "due", "pool", "end",
    "quota", "picked", "written",
)  # fmt: skip

ROW_CHECKS = (
    "test_identity", "test_participation", "test_indicators", "test_scores", "test_totals",
    "test_ranks", "test_halves", "test_keys", "test_classes", "test_final",
)  # fmt: skip
"""The checks that are made firm by firm."""

_GAP = 2
_SORTED_ALIKE = re.compile(r"[0-9A-Z]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows and columns of the recomputation.

    ``values`` and ``lists`` give the rows of single values and of lists by key, ``list_sizes``
    the lengths of the lists.  ``starts`` is for each of ``units`` its first entry in ``quotas``.
    ``members`` and ``keys`` are the columns of memberships and of sort keys, ``labels`` those of
    the sort keys by their labels.  ``many`` says whether firms may be ranked in several units,
    ``halves`` whether some are halved; ``averaged`` are the indicators that give the average
    without data.  ``code_order`` says that a spreadsheet puts the firms' identities in another
    order than their characters' codes.
    """

    book: Book
    scheme: Scheme
    year: int
    ranked: tuple[Unit, ...]
    values: Mapping[str, int]
    lists: Mapping[str, int]
    list_sizes: Mapping[str, int]
    units: Grid
    quotas: Grid
    starts: tuple[int, ...]
    indicators: Grid
    baseline_rows: Mapping[tuple[str, str], int]
    members: Mapping[str, str]
    keys: Mapping[Key, str]
    labels: Mapping[str, str]
    needed: needs.YearNeeds
    needed_before: needs.YearNeeds
    flags: tuple[str, ...]
    averaged: frozenset[str]
    many: bool
    halves: bool
    firms: Table
    previous: Table | None
    decisions: Table | None
    code_order: bool

    @property
    def count(self) -> str:
        """Return the cell with the number of firms that are ranked."""
        return self.value("ranked" if self.scheme.ungraded else "participants")

    def value(self, key: str) -> str:
        """Return the cell of a single value."""
        return absolute(self.values[key], VALUE)

    def difference(self, key: str) -> str:
        """Return the cell that says whether a single value is as it should be."""
        return absolute(self.values[key], DIFFERENCE)

    def list(self, key: str) -> str:
        """Return the cells of a list."""
        return row_range(self.lists[key], FIRST_FREE, self.list_sizes[key])

    def numbers(self, key: str) -> str:
        """Return as many of the numbers 1, 2, 3 ... as a list has cells."""
        return row_range(self.lists["numbers"], FIRST_FREE, self.list_sizes[key])

    def indicator(self, id: str, key: str, group: str | None = None) -> str:
        """Return a cell of an indicator's row, the first one unless a group is given."""
        if group is None:
            group = self.scheme.baseline_groups(self.scheme.indicator(id))[0]
        return self.indicators.cell(self.baseline_rows[id, group], key)

    def unit(self, key: str, number: str) -> str:
        """Return a figure of the unit with this number."""
        if not self.many:
            return self.units.cell(0, key)
        return f"INDEX({self.units.span(key)},{number})"

    def concerned(self, id: str, table: Table, row: int) -> str:
        """Return the condition that a firm takes part and an indicator concerns it."""
        member = self.members[id]
        return f"{table.cell(member, row)}{'=1' if member == needs.INCLUDED else '>0'}"

    def row(self, entry: int) -> int:
        """Return the row of a firm: blank rows of 原始数据 stay blank here."""
        return _row(self.firms, self.book.current.placed, entry)

    def previous_row(self, entry: int) -> int:
        """Return the row of one of last year's firms."""
        assert self.previous is not None
        assert self.book.previous is not None
        return _row(self.previous, self.book.previous.placed, entry)

    def written(self, title: str, key: str, row: int) -> str:
        """Return what a result sheet says of a firm: a figure as it was looked up, else a text."""
        if f"{title}:{key}" in self.firms.columns:
            return self.firms.cell(f"{title}:{key}", row)
        return self._there(title, key, row)

    def looked_up(self, title: str, key: str, row: int) -> str:
        """Return the formula that looks up a figure, "" where the cell is blank."""
        cell = self._there(title, key, row)
        return f'IF({cell}="","",{cell})'

    def _there(self, title: str, key: str, row: int) -> str:
        """Return the cell of a firm on a result sheet, wherever its row stands."""
        return (
            f"INDEX({self.written_span(title, key)},{self.firms.cell(needs.STANDING[title], row)})"
        )

    def standing(self, title: str, row: int) -> str:
        """Return the formula for the place of a firm's row on a result sheet, counted from 1.

        Rows are aligned with 原始数据; where another firm stands there, the rows were sorted, and
        the firm is looked up by its code, else its name.
        """
        at = self.book.outputs[title]
        beside = at.first_row + 1 + row - self.firms.first_row
        name, code, identity = (
            self.firms.cell(key, row) for key in ("name", "code", "identity")
        )
        there = {
            key: on_sheet(
                self.book.sheets[title], absolute(beside, at.columns[key] + 1).replace("$", "")
            )
            for key in ("name", "code")
        }
        codes, names = (self.written_span(title, key) for key in ("code", "name"))
        found = f"IFERROR(MATCH({identity},{codes},0),MATCH({identity},{names},0))"
        same = f"AND(EXACT({code},{there['code']}),EXACT({name},{there['name']}))"
        return f"IFERROR(IF({same},NA(),{found}),ROW({there['code']})-{at.first_row})"

    def written_span(self, title: str, key: str) -> str:
        """Return the cells of all firms on a result sheet."""
        at = self.book.outputs[title]
        first = at.first_row + 1
        last = first + self.firms.last_row - self.firms.first_row
        return column_of(self.book.sheets[title], at.columns[key] + 1, first, last)


def make_plan(book: Book, evaluation: Evaluation) -> Plan:
    """Lay out the recomputation for a workbook."""
    scheme, units = evaluation.scheme, evaluation.classes.units
    row = layout.PROOF_BODY_ROW + 1
    values = {key: row + k for k, key in enumerate(_values(book, scheme))}
    row += len(values)
    sizes = _lists(scheme)
    lists = {key: row + k for k, key in enumerate(sizes)}
    row += len(lists) + 1
    starts, lines = [], 0
    for unit in units:
        starts.append(lines)
        lines += _lines(unit)
    own = ("base",) if scheme.counts_unranked else ()
    ranked = Grid((*UNIT_COLUMNS, *own), row, len(units))
    quotas = Grid(QUOTA_COLUMNS, ranked.last_row + 2, lines)
    rows = scheme.baseline_rows
    columns = (*INDICATOR_COLUMNS, *needs.further_statistics(scheme))
    indicators = Grid(columns, quotas.last_row + 2, len(rows))
    header = indicators.last_row + 2
    code_order = not all(
        _SORTED_ALIKE.fullmatch(identity) for identity in evaluation.roster.identity()
    )
    keys = needs.firm_keys(scheme, code_order=code_order, checks=ROW_CHECKS)
    firms = _table(keys, 1, header, _span(book.current.placed))
    right = len(firms.columns) + _GAP
    previous = decisions = None
    if book.previous is not None and book.previous.placed.rows:
        keys = needs.previous_keys(scheme)
        previous = _table(keys, right, header, _span(book.previous.placed))
        right += len(keys) + _GAP - 1
    if book.adjustments is not None and book.adjustments.adjustments:
        keys = ["name", "code", "letter", "row", "repeated"]
        decisions = _table(keys, right, header, len(book.adjustments.adjustments))
    members = needs.memberships(scheme)
    return Plan(
        book=book,
        scheme=scheme,
        year=evaluation.year,
        ranked=units,
        values=values,
        lists=lists,
        list_sizes=sizes,
        units=ranked,
        quotas=quotas,
        starts=tuple(starts),
        indicators=indicators,
        baseline_rows={(i.id, group): k for k, (i, group) in enumerate(rows)},
        members={
            i.id: members.get(needs.membership(scheme, i), needs.INCLUDED)
            for i in scheme.indicators
        },
        keys=needs.sort_keys(scheme),
        labels=needs.label_columns(scheme),
        needed=needs.YearNeeds.of(scheme),
        needed_before=needs.YearNeeds.of(scheme, last=True),
        flags=tuple(needs.flags(scheme)),
        averaged=frozenset(i.id for i in needs.averaged(scheme)),
        many=layout.has_units(scheme),
        halves=layout.has_halves(scheme),
        firms=firms,
        previous=previous,
        decisions=decisions,
        code_order=code_order,
    )


def _lines(unit: Unit) -> int:
    """Return how many lines of the table of quotas a unit has."""
    rule = unit.rule
    return len(rule.selections if isinstance(rule, TwoStage) else rule.cuts)


def _values(book: Book, scheme: Scheme) -> Iterable[str]:
    bonus = scheme.bonus
    yield "year"
    if "scheme" in book.parameters.cells:
        yield "scheme"
    if scheme.scope.new_firm_years:
        yield from ("established", "established_before")
    if bonus.cap is not None:
        yield "bonus_cap"
    if bonus.deduction_cap is not None:
        yield "deduction_cap"
    yield "participants"
    if scheme.ungraded:
        yield "ranked"
    if layout.has_halves(scheme):
        yield "pooled"
    yield "rows:current"
    if book.previous is not None:
        yield "rows:previous"
    if book.adjustments is not None:
        yield "rows:adjustments"
    yield from ("rows:scores", "rows:classes")
    yield "unreadable:current"
    if book.previous is not None and book.previous.placed.rows:
        yield "unreadable:previous"
    yield "letters"


def _lists(scheme: Scheme) -> dict[str, int]:
    """Return the lists and how long each is."""
    sizes: dict[str, int] = {}
    if scheme.scope.excluded_industries:
        excluded = len(needs.excluded_prefixes(scheme))
        sizes |= dict.fromkeys(("industries", "industries_end"), excluded)
    for attribute in needs.attributes(scheme):
        if attribute.derived:
            sizes |= dict.fromkeys(
                (f"prefixes:{attribute.id}", f"derived:{attribute.id}"), len(attribute.prefixes)
            )
    if needs.by_track(scheme):
        sizes["tracks"] = len(scheme.tracks)
    for id in dict.fromkeys(i.baseline.by for i in scheme.indicators if i.baseline.by):
        sizes[f"groups:{id}"] = len(scheme.attributes[id].values)
    bonus = scheme.bonus
    if bonus.labels:
        sizes |= dict.fromkeys(("labels", "label_points"), len(bonus.labels))
        if any(label.ratio for label in bonus.labels.values()):
            sizes["label_ratios"] = len(bonus.labels)
        if bonus.groups:
            sizes["label_groups"] = len(bonus.labels)
            sizes["group_caps"] = len(bonus.groups)
    if bonus.counts:
        sizes |= dict.fromkeys(("counts", "count_free", "count_points"), len(bonus.counts))
    if scheme.guards:
        sizes["grades"] = len(scheme.graded_letters)
    letters = ("letters", "letters_proposed", "letters_written")
    sizes |= dict.fromkeys(letters, len(scheme.letters))
    if set(sizes) - {"industries", "industries_end", "labels", "label_points", *letters}:
        sizes["numbers"] = max(sizes.values())
    return sizes


def _span(placed: Placed) -> int:
    """Return how many rows reach from the header to the last entry."""
    return placed.rows[-1] - placed.first_row + 1 if placed.rows else 1


def _table(keys: Sequence[str], first_column: int, header_row: int, rows: int) -> Table:
    columns = {key: first_column + k for k, key in enumerate(keys)}
    return Table(columns, header_row, header_row + max(rows, 1))


def _row(table: Table, placed: Placed, entry: int) -> int:
    return table.first_row + placed.rows[entry] - placed.first_row
