"""What both years' tables of firms have in common, and last year's table (R1 to R5, R7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from permu_xl.workbook import formulas as f
from permu_xl.workbook import layout
from permu_xl.workbook.proof import needs
from permu_xl.workbook.proof.firms.pieces import added_up, beyond_limits
from permu_xl.workbook.proof.headers import put_headers
from permu_xl.workbook.proof.inputs import DecisionCells, FirmCells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from permu_xl.engine.model import Attribute, Indicator
    from permu_xl.workbook.proof.board import Board, Table
    from permu_xl.workbook.proof.needs import Membership
    from permu_xl.workbook.proof.plan import Plan

__all__ = [
    "Reader",
    "computed",
    "indicator_values",
    "put_decisions",
    "put_previous",
    "put_rows",
    "readers",
]


Read: TypeAlias = "Callable[[FirmCells, int, int], str]"


@dataclass(frozen=True, slots=True)
class Reader:
    """How a column reads the cells of a field: an expression from cells, entry and row.

    Without a ``field`` it reads all cells alike, also those that the program understood otherwise.
    """

    column: str
    field: str
    read: Read


def readers(plan: Plan, table: Table, *, last: bool = False) -> Iterator[Reader]:
    """Yield what is read of each firm: who it is, whether it takes part (R1 to R3), the figures."""
    needed = plan.needed_before if last else plan.needed
    for key in ("name", "code"):
        if key in table.columns:
            yield _text(key)
    for field, key in needs.TOLD.items():
        if key in table.columns:
            yield _as_text(key, field)
    if "industry" in table.columns:
        yield Reader(
            "industry",
            "industry",
            lambda cells, entry, row: cells.industry(entry, _told_in(table, "industry", row)),
        )
    if "start_date" in table.columns:
        yield Reader("start_date", "start_date", lambda cells, entry, row: cells.date(entry))
    yield Reader(
        needs.INCLUDED,
        "included",
        lambda cells, entry, row: cells.included(
            entry, _told_in(table, "included", row), _by_rule(plan, table, row, last=last)
        ),
    )
    for a in needed.attributes:
        if not a.derived:
            yield _told(a)
    for id in needed.figures:
        if id not in plan.scheme.sums:
            yield _figure(id)


def _text(key: str) -> Reader:
    return Reader(key, key, lambda cells, entry, row: cells.text(entry, key))


def _as_text(key: str, field: str) -> Reader:
    return Reader(key, "", lambda cells, entry, row: cells.as_text(entry, field))


def _told_in(table: Table, field: str, row: int) -> str:
    return table.cell(needs.TOLD[field], row)


def _told(attribute: Attribute) -> Reader:
    column = f"attribute:{attribute.id}"
    return Reader(column, attribute.id, lambda cells, entry, row: cells.attribute(entry, attribute))


def _figure(id: str) -> Reader:
    return Reader(f"figure:{id}", id, lambda cells, entry, row: cells.number(entry, id))


def _by_rule(plan: Plan, table: Table, row: int, *, last: bool) -> str:
    """Return whether a firm takes part where 是否参评 is blank (R1, R2)."""
    barred = []
    if plan.scheme.scope.excluded_industries:
        # The list ascends, and no code on it begins with another.
        first, end = plan.list("industries"), plan.list("industries_end")
        code = table.cell("industry", row)
        found = f"INDEX({end},1,MATCH({code},{first},1))"
        barred.append(f"IFERROR(1*({code}<={found}),0)=1")
    if "start_date" in table.columns:
        limit = plan.value("established_before" if last else "established")
        barred.append(f"N({table.cell('start_date', row)})>{limit}")
    barred += beyond_limits(plan.scheme, table, row)
    out = needs.RULED_OUT if plan.scheme.scope.letter else "0"
    return f"IF(OR({','.join(barred)}),{out},1)" if barred else "1"


def computed(
    plan: Plan, table: Table, row: int, *, last: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield where each firm belongs: what is worked out from the cells that were read."""
    scheme, needed = plan.scheme, plan.needed_before if last else plan.needed
    for attribute in needed.attributes:
        if attribute.derived:
            yield f"attribute:{attribute.id}", _derived(plan, table, row, attribute)
    if needed.by_track:
        told = table.cell(f"attribute:{scheme.track_attribute}", row)
        yield "track", f.position(plan.list("tracks"), plan.numbers("tracks"), told)
    for member, key in needed.members.items():
        yield key, _member(plan, table, row, member)
    for id in needed.figures:
        if id in scheme.sums:
            yield f"figure:{id}", added_up(scheme, table, row, id)


def _derived(plan: Plan, table: Table, row: int, attribute: Attribute) -> str:
    """Return the attribute of the longest prefix of the industry code.

    The prefixes stand in ascending order of length, so that the last one found is the longest.
    """
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
    """Divide; a blank figure or a denominator of 0 and below makes the value missing (R4, R5).

    So does a numerator of 0 that counts as not reported (R6).
    """
    top = table.cell(f"figure:{i.numerator}", row)
    bottom = table.cell(f"figure:{i.denominator}", row)
    times = "" if i.scale == 1 else f"*{plan.indicator(i.id, 'scale')}"
    ratio = f'IF({bottom}>0,{top}/{bottom}{times},"")'
    # The sum looks at both figures, so that an error in either is not passed over.
    missing = f'({top}="")+({bottom}="")' + (f"+({top}=0)" if i.zero_is_blank else "")
    concerned = plan.concerned(i.id, table, row)
    if i.growth:
        if table is not plan.firms:  # last year's, whose growth nobody asks for
            return '""'
        # Last year's row of a firm is not looked for: the growth is taken as 得分 has it.
        return f'IF({concerned},{plan.written(layout.SCORES, f"value:{i.id}", row)},"")'
    return f'IF({concerned},IF({missing},"",{ratio}),"")'


def put_previous(board: Board, plan: Plan) -> None:
    """Write last year's participants and their indicators (R7)."""
    table, source = plan.previous, plan.book.previous
    if table is None or source is None:
        return
    put_headers(board, plan, table)
    board.put(table.header_row - 1, table.columns["name"], layout.PREVIOUS)

    def formulas(row: int) -> Iterator[tuple[str, str]]:
        yield from computed(plan, table, row, last=True)
        yield from indicator_values(plan, table, row)

    reading = readers(plan, table, last=True)
    put_rows(board, table, FirmCells(source), plan.previous_row, reading, formulas)


def put_rows(
    board: Board,
    table: Table,
    cells: FirmCells,
    row_of: Callable[[int], int],
    reading: Iterable[Reader],
    formulas: Callable[[int], Iterable[tuple[str, str]]],
) -> None:
    """Write a row an entry: what ``reading`` reads, and ``formulas`` of a row by column key.

    All are filled down, but those of cells that are not read where they stand.
    """
    rows = [row_of(entry) for entry in range(cells.table.roster.size)]
    if not rows:
        return
    by_field: dict[str, list[Reader]] = {}
    plain = replace(cells, filled_down=True)
    for reader in reading:
        board.fill(rows, table.columns[reader.column], reader.read(plain, 0, rows[0]))
        by_field.setdefault(reader.field, []).append(reader)
    for key, expression in formulas(rows[0]):
        board.fill(rows, table.columns[key], expression)
    for entry, field in cells.odd():
        for reader in by_field.get(field, ()):
            expression = reader.read(cells, entry, rows[entry])
            board.formula(rows[entry], table.columns[reader.column], expression)


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
