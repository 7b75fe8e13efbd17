"""Blocks written into the workbook that is open in Calc, as one step of 撤销.

Writing cell by cell takes minutes for a large district, so whole blocks are written.  Two things
must be known about that.  Calc's undo of it does not empty cells that were blank before, so it
is led by two steps whose undo and redo are exact (``_fill``).  And it deletes comments, so cells
that have one are written singly.

Texts go in as data, never as what the user might have typed: a firm named ``=HYPERLINK(...)`` is
a text.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import groupby
from math import isnan
from typing import TYPE_CHECKING, Any

from permu_xl.hosts.calc.document import cells_of, used_area
from permu_xl.hosts.calc.grammar import Grammar
from permu_xl.hosts.calc.setup import IMPLEMENTATION
from permu_xl.tasks import unwritable
from permu_xl.workbook.layout import OUR_FUNCTIONS
from permu_xl.xlsx.cells import (
    Area,
    Block,
    Column,
    Formula,
    Link,
    Piece,
    Value,
    last_row,
    pieces,
    relative_pieces,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["one_step", "write_blocks"]

# com.sun.star.sheet.CellFlags: numbers, dates, texts, formulas; not comments, not formats.
_FORMULA = 16
_CONTENT = 1 | 2 | 4 | _FORMULA

OURS = (OUR_FUNCTIONS, IMPLEMENTATION.upper())
"""How a formula of ours is known: a function as Calc names it inside, or a name of the template."""

LOOK = (
    "NumberFormat", "HoriJustify", "VertJustify", "IsTextWrapped", "ShrinkToFit", "ParaIndent",
    "CellBackColor", "IsCellBackgroundTransparent", "CellProtection",
    "CharFontName", "CharFontNameAsian", "CharHeight", "CharHeightAsian",
    "CharWeight", "CharWeightAsian", "CharPosture", "CharPostureAsian",
    "CharUnderline", "CharColor", "TopBorder2", "BottomBorder2", "LeftBorder2", "RightBorder2",
)  # fmt: skip
"""What a user may have set on a cell beside its style."""


def write_blocks(document: Any, blocks: Mapping[str, Sequence[Block]], title: str) -> None:
    """Write blocks into the sheets that are named; cells with formulas of ours keep them.

    A sheet that is not there yet is added, hidden.

    All of it is one step of 撤销, called ``title``.
    Raises BookError where a sheet cannot be written; then nothing is.
    """
    for name in blocks:
        # Calc would leave protected cells as they are without a word, or write half of a block.
        if document.Sheets.hasByName(name) and document.Sheets.getByName(name).isProtected():
            raise unwritable(name)
    grammar = Grammar(document)
    added = [name for name in blocks if not document.Sheets.hasByName(name)]
    try:
        with one_step(document, title):
            for name in added:
                _add_hidden_sheet(document, name)
            for name, written in blocks.items():
                sheet = document.Sheets.getByName(name)
                try:
                    for block in written:
                        _BlockWriter(sheet, grammar, block).write()
                except Exception as error:
                    raise unwritable(name) from error
    except BaseException:
        _remove_sheets(document, added)
        raise


def _remove_sheets(document: Any, names: Sequence[str]) -> None:
    """Remove sheets for good: Calc's undo does not take back that a program has added one."""
    manager = document.UndoManager
    manager.lock()
    try:
        for name in names:
            if document.Sheets.hasByName(name):
                document.Sheets.removeByName(name)
    finally:
        manager.unlock()


def _add_hidden_sheet(document: Any, name: str) -> None:
    try:
        document.Sheets.insertNewByName(name, document.Sheets.Count)
        document.Sheets.getByName(name).IsVisible = False
    except Exception as error:
        raise unwritable(name) from error


@contextmanager
def one_step(document: Any, title: str) -> Iterator[None]:
    """Make all changes meanwhile one step of 撤销; after a failure none of them stays."""
    manager = document.UndoManager
    before = manager.getAllUndoActionTitles()
    manager.enterUndoContext(title)
    try:
        yield
    except BaseException:
        manager.leaveUndoContext()
        if manager.getAllUndoActionTitles() != before:
            manager.undo()
            manager.clearRedo()
        raise
    manager.leaveUndoContext()


class _BlockWriter:
    """Writes one block into a sheet."""

    def __init__(self, sheet: Any, grammar: Grammar, block: Block) -> None:
        self.sheet, self.grammar, self.block = sheet, grammar, block
        self.bottom = last_row(block, used_area(sheet)[0] + 1)
        self.live = self._live_rows() if block.keeps_formulas else {}
        self.noted = self._noted_rows()

    def write(self) -> None:
        for piece in pieces(self.block, self.bottom, self._not_in_one_go):
            self._write(piece)
        for column in self.block.columns:
            for row in self.noted.get(column.number, set()) - self.live.get(column.number, set()):
                self._write_single(column, row)
        if self.block.template_row and self.block.height > 1 and not self.live:
            for column in self.block.columns:
                self._copy_look(column.number)

    def _not_in_one_go(self, column: int) -> tuple[int, ...]:
        return tuple(sorted({*self.live.get(column, ()), *self.noted.get(column, ())}))

    def _cells(self, area: Area) -> Any:
        return cells_of(self.sheet, area)

    def _live_rows(self) -> dict[int, set[int]]:
        """Return by column which rows of the block (from 0) hold a formula of ours."""
        numbers = {column.number for column in self.block.columns}
        top = self.block.first_row
        whole = self._cells(Area(top, min(numbers), self.bottom, max(numbers)))
        found: dict[int, set[int]] = {}
        for at in whole.queryContentCells(_FORMULA).RangeAddresses:
            area = Area(at.StartRow + 1, at.StartColumn + 1, at.EndRow + 1, at.EndColumn + 1)
            for row, texts in enumerate(self._cells(area).getFormulaArray(), area.top - top):
                for column, text in enumerate(texts, area.left):
                    if column in numbers and any(mark in text.upper() for mark in OURS):
                        found.setdefault(column, set()).add(row)
        return found

    def _noted_rows(self) -> dict[int, set[int]]:
        """Return by column which rows of the block (from 0) have a comment."""
        numbers = {column.number for column in self.block.columns}
        top, notes = self.block.first_row, self.sheet.Annotations
        found: dict[int, set[int]] = {}
        for number in range(notes.Count):
            at = notes.getByIndex(number).Position
            if at.Column + 1 in numbers and top <= at.Row + 1 <= self.bottom:
                found.setdefault(at.Column + 1, set()).add(at.Row + 1 - top)
        return found

    def _write(self, piece: Piece) -> None:
        filled = max(len(column.values) for column in piece.columns) - piece.offset
        rows = piece.rows()[: max(filled, 0)]
        below = piece.first_row + len(rows)
        if rows:
            self._fill(piece, rows)
        if below <= piece.last_row:
            rest = Area(below, piece.left, piece.last_row, piece.right)
            self._cells(rest).clearContents(_CONTENT)

    def _fill(self, piece: Piece, rows: Sequence[Sequence[Value]]) -> None:
        """Write rows into cells that a matrix formula is put into and taken out of before.

        The undo of the last step leaves cells behind; that of the second puts the matrix over all
        of them; that of the first brings back what was there.  Their redo goes the same way.
        """
        last = piece.first_row + len(rows) - 1
        cells = self._cells(Area(piece.first_row, piece.left, last, piece.right))
        cells.setArrayFormula("=0")
        cells.clearContents(_CONTENT)
        cells.setDataArray(tuple(tuple(map(_datum, row)) for row in rows))
        runs = [
            tuple(_alike([row[k] for row in rows], piece.first_row))
            for k in range(len(piece.columns))
        ]
        # Neighbours with the same runs go together.
        for _, group in groupby(enumerate(runs), key=lambda each: each[1]):
            members = [k for k, _ in group]
            left, right = piece.left + members[0], piece.left + members[-1]
            for first, final in runs[members[0]]:
                top, bottom = piece.first_row + first, piece.first_row + final
                texts = (self.grammar.entered(rows[first][k], top, piece.left + k) for k in members)
                self._cells(Area(top, left, top, right)).setFormulaArray((tuple(texts),))
                if bottom > top:
                    self._cells(Area(top, left, bottom, right)).fillAuto(self.grammar.down, 1)

    def _write_single(self, column: Column, row: int) -> None:
        at = self.block.first_row + row
        cell = self._cells(Area(at, column.number, at, column.number)).getCellByPosition(0, 0)
        value = column.values[row] if row < len(column.values) else None
        if isinstance(value, (Formula, Link)):
            cell.setFormula(self.grammar.entered(value, at, column.number))
        elif isinstance(datum := _datum(value), str):
            cell.setString(datum)  # an empty text empties the cell
        else:
            cell.setValue(datum)

    def _copy_look(self, column: int) -> None:
        """Give all rows the look of the first one, where they have not got it yet."""
        top = self.block.first_row
        first = self._cells(Area(top, column, top, column))
        others = self._cells(Area(top + 1, column, top + self.block.height - 1, column))
        if others.CellStyle != first.CellStyle:
            others.CellStyle = first.CellStyle
        for name, wanted, found in zip(
            LOOK, first.getPropertyValues(LOOK), others.getPropertyValues(LOOK), strict=True
        ):
            # What differs among the others comes as None.
            if found != wanted:
                others.setPropertyValue(name, wanted)


def _alike(values: Sequence[Value], first_row: int) -> Iterator[tuple[int, int]]:
    """Yield first and last of the rows with formulas that are the first one filled down.

    >>> values = [Formula("A5+1"), Formula("A6+1"), Formula("A$6+1"), "A8+1", Formula("A9")]
    >>> list(_alike(values, 5))
    [(0, 1), (2, 2), (4, 4)]
    """
    texts = [
        relative_pieces(value.text, row) if isinstance(value, Formula) else value
        for row, value in enumerate(values, first_row)
    ]
    for _, group in groupby(
        enumerate(texts),
        key=lambda each: each[1] if isinstance(values[each[0]], Formula) else each[0],
    ):
        members = [k for k, _ in group]
        if isinstance(values[members[0]], (Formula, Link)):
            yield members[0], members[-1]


def _datum(value: Value) -> float | str:
    """Return a value as Calc takes it for data; formulas follow later."""
    if value is None or isinstance(value, (Formula, Link)):
        return ""
    if isinstance(value, str):
        return value
    number = float(value)
    return "" if isnan(number) else number
