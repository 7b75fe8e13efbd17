"""What both years' tables of firms have in common, and last year's table (R1 to R5, R7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.inputs import DecisionCells, FirmCells
from permu_xl.workbook.proof.pieces import added_up, beyond_limits, taken_over
from permu_xl.workbook.proof.plan import STANDING
from permu_xl.workbook.proof.texts import put_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from permu_xl.engine.model import Attribute, Indicator
    from permu_xl.workbook.proof.board import Board, Table
    from permu_xl.workbook.proof.needs import Membership
    from permu_xl.workbook.proof.plan import Plan

__all__ = ["RULED_OUT", "indicator_values", "inputs", "put_decisions", "put_previous", "put_rows"]

RULED_OUT = "-1"
"""Taking part: 1, not by 是否参评: 0, not by rule: -1 where the scheme has a class for those."""


def inputs(
    plan: Plan, cells: FirmCells, table: Table, entry: int, row: int, *, last: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield who takes part (R1 to R3), where each firm belongs, and the raw figures."""
    scheme, needed = plan.scheme, plan.needed_before if last else plan.needed
    excluded, young = "", ""
    if "industry" in table.columns:
        yield "industry", cells.industry(entry)
    if scheme.scope.excluded_industries:
        prefixes, code = plan.list("industries"), table.cell("industry", row)
        excluded = f"{f.count_where(f'LEFT({code},LEN({prefixes}))={prefixes}')}>0"
    if "start_date" in table.columns:
        yield "start_date", cells.date(entry)
        limit = plan.value("established_before" if last else "established")
        young = f"N({table.cell('start_date', row)})>{limit}"
    barred = [condition for condition in (excluded, young) if condition]
    barred += beyond_limits(scheme, table, row)
    out = RULED_OUT if scheme.scope.letter else "0"
    by_rule = f"IF(OR({','.join(barred)}),{out},1)" if barred else "1"
    yield "included", cells.included(entry, by_rule)
    for attribute in needed.attributes:
        yield f"attribute:{attribute.id}", _attribute(plan, cells, table, entry, row, attribute)
    if needed.by_track:
        told = table.cell(f"attribute:{scheme.track_attribute}", row)
        yield "track", f.position(plan.list("tracks"), plan.numbers("tracks"), told)
    for member, key in needed.members.items():
        yield key, _member(plan, table, row, member)
    for id in needed.figures:
        made = id in scheme.sums
        yield (
            f"figure:{id}",
            added_up(scheme, table, row, id) if made else cells.number(entry, id),
        )


def _attribute(
    plan: Plan, cells: FirmCells, table: Table, entry: int, row: int, attribute: Attribute
) -> str:
    """Return the attribute as told, or that of the longest prefix of the industry code.

    The prefixes stand in ascending order of length, so that the last one found is the longest.
    """
    if not attribute.derived:
        return cells.attribute(entry, attribute)
    key, code = f"prefixes:{attribute.id}", table.cell("industry", row)
    prefixes, numbers = plan.list(key), plan.numbers(key)
    found = f"SUMPRODUCT(MAX((LEFT({code},LEN({prefixes}))={prefixes})*{numbers}))"
    derived = f"INDEX({plan.list(f'derived:{attribute.id}')},1,{found})"
    return f"IF({found}=0,{f.text(attribute.default)},{derived})"


def _member(plan: Plan, table: Table, row: int, member: Membership) -> str:
    """Return which group's baselines concern a participant; 0 for none."""
    group = "1"
    if member.by:
        key, told = f"groups:{member.by}", table.cell(f"attribute:{member.by}", row)
        group = f.position(plan.list(key), plan.numbers(key), told)
    if member.tracks:
        tracks = ",".join(f"{table.cell('track', row)}={n}" for n in member.tracks)
        group = f"IF(OR({tracks}),{group},0)"
    return f"IF({table.cell('included', row)}=1,{group},0)"


def indicator_values(plan: Plan, table: Table, row: int) -> Iterator[tuple[str, str]]:
    """Yield the values of the indicators that concern a participant; "" where one is missing."""
    for i in plan.scheme.indicators:
        yield f"value:{i.id}", _value(i, plan, table, row)
        if plan.members[i.id] != needs.INCLUDED:
            own = table.cell(f"value:{i.id}", row)
            yield f"highest:{i.id}", f'IF({own}="",{f.NO_FIGURE},{own})'


def _value(i: Indicator, plan: Plan, table: Table, row: int) -> str:
    """Divide; a blank figure or a denominator of 0 and below makes the value missing (R4, R5)."""
    top = table.cell(f"figure:{i.numerator}", row)
    bottom = table.cell(f"figure:{i.denominator}", row)
    times = "" if i.scale == 1 else f"*{plan.indicator(i.id, 'scale')}"
    ratio = f'IF({bottom}>0,{top}/{bottom}{times},"")'
    # The sum looks at both figures, so that an error in either is not passed over.
    missing = f'({top}="")+({bottom}="")'
    concerned = plan.concerned(i.id, table, row)
    if i.growth:
        there = table.columns.get(STANDING[layout.SCORES])
        if there is None:  # last year's firms, whose growth nobody asks for
            return '""'
        span = plan.written_span(layout.SCORES, f"value:{i.id}")
        return taken_over(f"INDEX({span},{table.cell(STANDING[layout.SCORES], row)})", concerned)
    return f'IF({concerned},IF({missing},"",{ratio}),"")'


def put_previous(board: Board, plan: Plan) -> None:
    """Write last year's participants and their indicators (R7)."""
    table, source = plan.previous, plan.book.previous
    if table is None or source is None:
        return
    put_headers(board, plan, table)
    board.put(table.header_row - 1, table.columns["name"], layout.PREVIOUS)
    cells = FirmCells(source)

    def formulas(entry: int) -> dict[str, str]:
        row = plan.previous_row(entry)
        return {
            "name": cells.text(entry, "name"),
            **dict(inputs(plan, cells, table, entry, row, last=True)),
            **dict(indicator_values(plan, table, row)),
        }

    put_rows(board, table, cells, plan.previous_row, formulas)


def put_rows(
    board: Board,
    table: Table,
    cells: FirmCells,
    row_of: Callable[[int], int],
    formulas: Callable[[int], Mapping[str, str]],
) -> None:
    """Write a row an entry; ``formulas`` makes an entry's formulas by column key.

    Firms whose cells are all read where they stand have the same formulas, filled down.
    """
    odd = cells.interpreted_entries()
    plain = [entry for entry in range(cells.table.roster.size) if entry not in odd]
    for entry in sorted(odd):
        for key, expression in formulas(entry).items():
            board.formula(row_of(entry), table.columns[key], expression)
    if plain:
        rows = [row_of(entry) for entry in plain]
        for key, expression in formulas(plain[0]).items():
            board.fill(rows, table.columns[key], expression)


def put_decisions(board: Board, plan: Plan) -> None:
    """Write the adjustments, each with the row of the firm it is about (R18)."""
    table, source = plan.decisions, plan.book.adjustments
    if table is None or source is None:
        return
    put_headers(board, plan, table)
    board.put(table.header_row - 1, table.columns["name"], layout.ADJUSTMENTS)
    cells, letters = DecisionCells(source), plan.list("letters")
    for entry in range(len(source.adjustments)):
        row = table.first_row + entry
        code, name = table.cell("code", row), table.cell("name", row)
        by_code, by_name = (
            _row_of(plan.firms.span(key), cell) for key, cell in (("code", code), ("name", name))
        )
        known = f.count_where(f"EXACT({letters},{table.cell('letter', row)})")
        same = f"{table.span('row')}={table.cell('row', row)}"
        formulas = {
            **{key: cells.text(entry, key) for key in ("name", "code", "letter")},
            "row": f'IF({known}=0,NA(),IF({code}<>"",{by_code},{by_name}))',
            "repeated": f"{f.count_where(same)}-1",
        }
        for key, expression in formulas.items():
            board.formula(row, table.columns[key], expression)


def _row_of(texts: str, wanted: str) -> str:
    """Return the row of the only cell with this very text; MATCH would see wildcards in it."""
    found = f"EXACT({texts},{wanted})"
    return f"IF({f.count_where(found)}=1,SUMPRODUCT({found}*ROW({texts})),NA())"
