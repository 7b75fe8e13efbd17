"""From 上年分类, 企业变动 and 异议台账 to their entries; a workbook need not have these sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from permu_xl.engine import FirmEvent, Objection
from permu_xl.findings import At, Finding, Table
from permu_xl.workbook import layout
from permu_xl.workbook.layout import Field, TableAt, find_table
from permu_xl.workbook.reading.adjustments import bare_letter
from permu_xl.workbook.reading.model import LastClass, Placed, Register
from permu_xl.workbook.reading.notes import Notes
from permu_xl.xlsx import cells
from permu_xl.xlsx.cells import CellError, Grid, is_blank

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from permu_xl.engine.model import Scheme

__all__ = ["read_events", "read_last_classes", "read_objections"]

_Entry = TypeVar("_Entry")


def read_last_classes(
    grid: Grid, scheme: Scheme, findings: list[Finding]
) -> Register[LastClass] | None:
    """Read 上年分类; a class that the scheme does not have is noted and left out."""
    letters = (*scheme.letters, layout.NOT_EVALUATED)
    seen, named, codeless = set[str](), set[str](), set[str]()

    def entry(row: _Row) -> LastClass | None:
        code, name, written = row.code("code"), row.text("name"), row.text("letter")
        letter = next((x for x in letters if bare_letter(x) == bare_letter(written)), "")
        if not letter:
            told = Finding.of(
                "W276",
                row.at("letter"),
                case="" if written else "blank",
                allowed="、".join(letters),
            )
            row.add(told)
            return None
        # Of two rows of one name the one without a code may be the other's firm (R20).
        if (code or name) in seen or name in (codeless if code else named):
            row.add(Finding.of("W277", row.at("code" if code else "name")))
            return None
        seen.add(code or name)
        if name:
            named.add(name)
            if not code:
                codeless.add(name)
        return LastClass(code, name, letter)

    fields = layout.last_class_fields(scheme)
    return _read(grid, "last_classes", fields, ("code", "name", "letter"), entry, findings)


def read_events(grid: Grid, findings: list[Finding]) -> Register[FirmEvent] | None:
    """Read 企业变动."""

    def entry(row: _Row) -> FirmEvent:
        return FirmEvent(
            row.text("kind"),
            (row.code("old_code"), row.text("old_name")),
            (row.code("new_code"), row.text("new_name")),
            row.date("date", _event_date),
            row.text("document"),
        )

    fields = layout.event_fields()
    keys = ("kind", "old_code", "old_name", "new_code", "new_name")
    return _read(grid, "events", fields, keys, entry, findings)


def read_objections(grid: Grid, findings: list[Finding]) -> Register[Objection] | None:
    """Read 异议台账."""

    def entry(row: _Row) -> Objection:
        return Objection(
            code=row.code("code"),
            received=row.date("received", _objection_date),
            decided=row.date("decided", _objection_date),
            **{key: row.text(key) for key in _TEXTS},
        )

    fields = layout.objection_fields()
    keys = ("code", "name", "item", "claimed", "evidence", "outcome")
    return _read(grid, "objections", fields, keys, entry, findings)


_TEXTS = ("name", "item", "claimed", "evidence", "by", "outcome", "cell", "remark")


def _event_date(at: At, error: CellError) -> Finding:
    return Finding.of("W264", at, case="unreadable", problem=error.problem, remedy=error.remedy)


def _objection_date(at: At, error: CellError) -> Finding:
    return Finding.of("W285", at, case="unreadable", problem=error.problem, remedy=error.remedy)


class _Row:
    """One row of a register, read field by field."""

    def __init__(self, notes: Notes, at: TableAt, row: int) -> None:
        self.notes, self.table, self.row = notes, at, row

    def cell(self, key: str) -> Any:
        return self.notes.grid.cell(self.row, self.table.columns.get(key))

    def text(self, key: str) -> str:
        return " ".join(cells.show(self.cell(key)).split())

    def code(self, key: str) -> str:
        try:
            return cells.credit_code(self.cell(key))
        except CellError:
            # Nobody is found by it, which is told with the firm's name.
            return self.text(key)

    def date(self, key: str, told: Callable[[At, CellError], Finding]) -> dt.date | None:
        cell = self.cell(key)
        if is_blank(cell):
            return None
        try:
            return cells.date(cell, from_1904=self.notes.grid.from_1904)[0]
        except CellError as error:
            self.add(told(self.at(key), error))
            return None

    def at(self, key: str) -> At:
        column = self.table.columns.get(key, min(self.table.columns.values()))
        fields = {"letter": "上年分类", "received": "收到日期", "decided": "办结日期"}
        return self.notes.at((self.row, column), fields.get(key, ""))

    def add(self, finding: Finding) -> None:
        self.notes.add(finding)


def _read(
    grid: Grid,
    table: Table,
    fields: Sequence[Field],
    filled: Sequence[str],
    entry: Callable[[_Row], _Entry | None],
    findings: list[Finding],
) -> Register[_Entry] | None:
    """Read the rows that have anything in the columns ``filled``; None without a header."""
    notes = Notes(grid, table, findings)
    at = find_table(grid.rows, fields)
    if at is None or at.missing:
        if any(not is_blank(cell) for row in grid.rows for cell in row):
            at_sheet = At(table, item="表头", value=grid.sheet, sheet=grid.sheet)
            notes.add(Finding.of("W289", at_sheet))
        return None
    rows, entries, typed = [], [], []
    for row in range(at.first_row, len(grid.rows)):
        texts = tuple(cells.show(grid.cell(row, at.columns.get(f.key))).strip() for f in fields)
        if any(texts):
            typed.append(texts)
        each = _Row(notes, at, row)
        if all(is_blank(each.cell(key)) for key in filled):
            continue
        found = entry(each)
        if found is not None:
            rows.append(row + 1)
            entries.append(found)
    return Register(Placed(grid.sheet, at, tuple(rows)), tuple(entries), tuple(typed))
