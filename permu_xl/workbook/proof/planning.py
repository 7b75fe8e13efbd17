"""Laying 核验 out, before any formula is written, since all refer to each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from permu_xl.engine.model import Scheme, TwoStage
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.board import Grid, Table
from permu_xl.workbook.proof.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from permu_xl.engine import Evaluation, Unit
    from permu_xl.workbook.reading import Book, Placed

__all__ = ["ROW_CHECKS", "make_plan"]

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
