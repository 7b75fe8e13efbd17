"""The rows of a sheet: owned cells are exchanged, all others stay, row by row as they are read.

The new cells are made as text, as a tree of a million cells would take a gigabyte.  Where they
belong, the tree gets a processing instruction with the number of the text (``texts``).

Longer than other modules: one pass over the rows of a sheet, whose state would be torn apart.
"""

from __future__ import annotations

import secrets
from functools import partial
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from lxml import etree

from permu_xl.xlsx.cells import MAX_ROW, Area, Block
from permu_xl.xlsx.package import Text, drop_attributes, sibling_name
from permu_xl.xlsx.writing.block_rows import ROW_LOOK, BlockRows
from permu_xl.xlsx.writing.cell_text import CellWriter, is_empty
from permu_xl.xlsx.writing.formulas import SheetFormulas, set_result
from permu_xl.xlsx.writing.row_cells import (
    AbsentStyles,
    DisorderError,
    cells_of,
    column_of,
    whole,
)
from permu_xl.xlsx.writing.whole_rows import Parted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_DISPENSABLE = ("r", "spans")
"""A row's attributes that are no reason to keep it, besides what Excel notes on font heights."""
_ROWS_TOGETHER = 128
"""How many new rows are one text."""
_FONT_DESCENT = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac}dyDescent"


class SheetRows:
    """Rewrites the rows of ``sheet_data`` as they arrive; ``finish`` after the last one."""

    def __init__(
        self,
        sheet_data: etree._Element,
        blocks: Sequence[Block],
        kept: str = "",
        first_share: int = 0,
    ) -> None:
        sheet = sheet_data.getparent()
        if sheet is None:
            raise DisorderError("rows outside of a sheet")
        self.sheet = sheet
        self.sheet_data = sheet_data
        self.cells = CellWriter(sheet_data.prefix, first_share)
        self.formulas = SheetFormulas(kept)
        self.blocks = [BlockRows(block, self.cells) for block in blocks]
        _refuse_overlaps(self.blocks)
        self.parted = Parted(b"")
        self.texts: list[Text] = []
        self.mark = f"permu-{secrets.token_hex(8)}"
        self.used: Area | None = None
        self._row, self._c, self._f = (sibling_name(sheet_data, each) for each in ("row", "c", "f"))
        self._styles = AbsentStyles(sheet)
        self._first = min((block.top for block in self.blocks), default=0)
        self._filled = max((block.filled for block in self.blocks), default=0)
        self._last = 0
        self._active: list[BlockRows] = []
        self._owners: dict[int, BlockRows] = {}
        self._active_until = 0
        self._emptied: list[etree._Element] = []

    @property
    def formulas_changed(self) -> bool:
        """Whether other cells than before hold formulas."""
        removed, made = self.formulas.removed | self.parted.formulas(), 0
        for block in self.blocks:
            for row, column in block.formulas():
                address = Area(row, column, row, column).text
                if address not in self.cells.forgotten:
                    if address not in removed:
                        return True
                    made += 1
        return made != len(removed)

    def take(self, row: etree._Element) -> None:
        """Rewrite the next row of the sheet, and make those missing before it."""
        named = row.get("r")
        number = self._last + 1 if named is None else whole(named)
        if number <= self._last:
            raise DisorderError(f"row {named} after row {self._last}")
        # A position that is only implied would change with the rows before it.
        row.set("r", str(number))
        self._make_missing(number, row)
        self._last = number
        active = self._active_at(number)
        self._begin(active, number, row)
        if not active:
            self._pass(row, number)
        elif not self._exchange_all(row, number, active):
            self._exchange(row, number, active)
        if len(row) == 0 and active and _is_dispensable(row):
            # The parser may still be at work beside it.
            self._emptied.append(row)

    def finish(self, *, filtered: bool, below: bytes = b"") -> None:
        """Make the rows after the last one, and drop those that hold nothing any more.

        ``below`` are empty rows that were set aside: they stay as they are after all others.
        To be called when the whole sheet has been read, the filter below its rows included.
        ``filtered`` says that something else may hide rows: the filter of an Excel table.
        """
        if not filtered and self.sheet.find("{*}autoFilter/{*}filterColumn") is None:
            self._make_below()
        else:
            # A filter hides single rows, which takes elements.
            self._make_missing(self._filled + 1, None)
        for row in self._emptied:
            self.sheet_data.remove(row)
        if below:
            self.sheet_data.append(self._instruction(below))
            last = below.rpartition(b'<row r="')[2].partition(b'"')[0]
            self._use(whole(last.decode()), [1])

    def _active_at(self, number: int) -> list[BlockRows]:
        """Return the blocks that own cells of a row; rows are asked for in ascending order."""
        if number > self._active_until:
            self._active = [block for block in self.blocks if block.top <= number <= block.bottom]
            self._owners = {c: block for block in self._active for c in block.numbers}
            edges = [e for block in self.blocks for e in (block.top - 1, block.bottom)]
            self._active_until = min((e for e in edges if e >= number), default=MAX_ROW)
        return self._active

    def _make_below(self) -> None:
        """Make the rows after the last one, as text like their cells."""
        first = max(self._last + 1, self._first)
        edges = {edge for block in self.blocks for edge in (block.top, block.filled + 1)}
        for start, stop in pairwise(sorted({first, *(edge for edge in edges if edge > first)})):
            active = [block for block in self.blocks if block.top <= start <= block.filled]
            self._begin(active, start, None)
            for number in range(start, stop, _ROWS_TOGETHER):
                self._make_together(active, range(number, min(number + _ROWS_TOGETHER, stop)))

    def _make_together(self, active: Sequence[BlockRows], rows: range) -> None:
        """Make some rows below the last one, in all of which the same blocks have values."""
        if len(active) == 1 and active[0].filled_down and not self.formulas.arrays:
            # Much text of little content: it is not made before it is written.
            self.sheet_data.append(self._instruction(partial(active[0].unseen_rows, rows)))
            self._use(rows[-1], (active[0].numbers[0], active[0].numbers[-1]))
            return
        alone = active[0] if len(active) == 1 and not self.formulas.arrays else None
        if alone is not None and alone.can_wait(rows):
            self.sheet_data.append(self._instruction(partial(self._alone, alone, rows)))
            for number in (rows[0], rows[-1]):
                self._use(number, (alone.numbers[0], alone.numbers[-1]))
            return
        look = next((block.row_look for block in active if block.row_look), {})
        unseen = self._unseen(active, rows) if alone is None else self._unseen_alone(alone, rows)
        self.sheet_data.append(self._instruction(self._spelled(unseen, look)))

    def _alone(self, block: BlockRows, rows: range) -> bytes:
        """Return rows that the sheet does not have, all of their cells one block's."""
        cells = zip(rows, block.cells_together(rows), strict=True)
        return self._spelled(cells, block.row_look)

    def _spelled(self, cells: Iterable[tuple[int, str]], look: Mapping[str, str]) -> bytes:
        """Return rows by number and cells, but those without cells."""
        head, middle, end = self.cells.row("\0", look, "\0").split("\0")
        made = [f"{head}{number}{middle}{text}{end}" for number, text in cells if text]
        return "".join(made).encode()

    def _unseen(self, active: Sequence[BlockRows], rows: range) -> Iterator[tuple[int, str]]:
        """Yield the cells of rows that the sheet does not have."""
        for number in rows if active else ():
            made = self._made(active, number, {}, set(), None)
            self._use(number, [column for column, _ in made])
            yield number, "".join(text for _, text in made)

    def _unseen_alone(self, block: BlockRows, rows: range) -> list[tuple[int, str]]:
        """Return the cells of rows that the sheet does not have, all of them one block's."""
        together = zip(rows, block.cells_together(rows), strict=True)
        made = [(number, cells) for number, cells in together if cells]
        for number, _ in made[:1] + made[-1:]:
            self._use(number, (block.numbers[0], block.numbers[-1]))
        return made

    def _make_missing(self, until: int, following: etree._Element | None) -> None:
        for number in range(max(self._last + 1, self._first), min(until, self._filled + 1)):
            active = [block for block in self.blocks if block.top <= number <= block.filled]
            if not active:
                continue
            self._begin(active, number, None)
            look = next((block.row_look for block in active if block.row_look), {})
            row = etree.SubElement(self.sheet_data, self._row, {"r": str(number), **look})
            if len(active) == 1 and active[0].patterned(number) and not self.formulas.arrays:
                self._fill(row, number, active[0])
            else:
                self._put(row, number, [], self._made(active, number, {}, set(), None))
            if len(row) == 0:
                self.sheet_data.remove(row)
            elif following is not None:
                following.addprevious(row)

    def _begin(self, active: Iterable[BlockRows], number: int, row: etree._Element | None) -> None:
        starting = [block for block in active if block.top == number]
        if not starting:
            return
        known = {} if row is None else {c: each.get("s") for c, each in cells_of(row, number)}
        look = {} if row is None else {key: row.get(key, "") for key in ROW_LOOK if row.get(key)}
        for block in starting:
            styles = {
                n: known[n] if n in known else self._styles.of_absent_cell(n, row)
                for n in block.numbers
            }
            unseen = {n: self._styles.of_absent_cell(n, None) for n in block.numbers}
            block.begin(styles, unseen, look)

    def _pass(self, row: etree._Element, number: int) -> None:
        """Leave a row without owned cells as it is, but see to formulas that lost their base."""
        if next(row.iter(self._f), None) is not None:
            for column, cell in cells_of(row, number):
                if (formula := cell.find(self._f)) is not None:
                    self.formulas.stays(cell, formula, number, column, None)
        columns = [column for column, _ in cells_of(row, number)]
        self._use(number, columns)

    def _exchange_all(self, row: etree._Element, number: int, active: Sequence[BlockRows]) -> bool:
        """Exchange a row that is wholly a block's own; the usual case in large tables."""
        block = active[0]
        if len(active) > 1 or not block.patterned(number) or len(row) == 0:
            return False
        first, last = row[0], row[-1]
        if (
            first.tag != self._c
            or last.tag != self._c
            or not block.unbroken
            or next(row.iter(self._f), None) is not None
            or self.formulas.arrays_at(number)
        ):
            return False
        addresses = first.get("r"), last.get("r")
        if None in addresses:
            return False
        left, right = (column_of(address or "", str(number)) for address in addresses)
        if left < block.numbers[0] or right > block.numbers[-1]:
            return False
        del row[:]
        drop_attributes(row, "spans")
        self._fill(row, number, block)
        return True

    def _exchange(self, row: etree._Element, number: int, active: Sequence[BlockRows]) -> None:
        """Exchange the owned cells of a row, around those that stay."""
        staying: list[tuple[int, etree._Element]] = []
        own_styles: dict[int, str | None] = {}
        kept: set[int] = set()
        with_formulas = next(row.iter(self._f), None) is not None
        for column, cell in cells_of(row, number):
            owner = self._owners.get(column)
            stays = owner is None
            formula = cell.find(self._f) if with_formulas else None
            if formula is not None:
                block = None if owner is None else owner.block
                stays = self.formulas.stays(cell, formula, number, column, block)
                if stays and owner is not None:
                    set_result(cell, formula, owner.value(number, column))
                    kept.add(column)
            if stays:
                staying.append((column, cell))
            else:
                own_styles[column] = cell.get("s")
        others = [child for child in row if child.tag != self._c]
        row[:] = [cell for _, cell in staying] + others
        drop_attributes(row, "spans")
        self._put(row, number, staying, self._made(active, number, own_styles, kept, row))

    def _made(
        self,
        active: Sequence[BlockRows],
        number: int,
        own_styles: Mapping[int, str | None],
        kept: set[int],
        row: etree._Element | None,
    ) -> list[tuple[int, str]]:
        """Return the new cells of a row with their columns, in order."""
        arrays = self.formulas.arrays_at(number)
        made: list[tuple[int, str]] = []
        for block in active:
            texts = block.patterned_cells(number) if block.patterned(number) else None
            if texts is not None and not kept and not arrays:
                made += [each for each in zip(block.numbers, texts, strict=True) if each[1]]
                continue
            # Below the values only cells that are there matter: they keep their looks.
            below = number > block.filled and not arrays
            columns = [c for c in own_styles if block.owns(number, c)] if below else block.numbers
            for index, column in enumerate(columns):
                if column in kept:
                    self.cells.forget(column, number)
                    continue
                value = block.cell(number, column)
                if texts is not None:
                    style = block.style(column)
                elif column not in own_styles and not is_empty(value):
                    # A cell that is made only now looks like what was seen in its place.
                    style = self._styles.of_absent_cell(column, row)
                else:
                    style = own_styles.get(column)
                if any(area.holds(number, column) for area in arrays):
                    self.cells.forget(column, number)
                    result = block.value(number, column)
                    text = self.cells.result(column, style, number, result)
                elif texts is not None:
                    text = texts[index]
                else:
                    [text] = self.cells.column(column, style, range(number, number + 1), [value])
                if text:
                    made.append((column, text))
        made.sort(key=lambda each: each[0])
        return made

    def _fill(self, row: etree._Element, number: int, block: BlockRows) -> None:
        """Fill a row that is wholly a block's own and looks like the block's first."""
        if text := "".join(block.patterned_cells(number)):
            row.append(self._instruction(text.encode()))
            self._use(number, (block.numbers[0], block.numbers[-1]))

    def _put(
        self,
        row: etree._Element,
        number: int,
        staying: Sequence[tuple[int, etree._Element]],
        made: Sequence[tuple[int, str]],
    ) -> None:
        """Mark in the row where the new cells belong, between those that stay."""
        position = 0
        for column, cell in staying:
            before = position
            while position < len(made) and made[position][0] < column:
                position += 1
            if position > before:
                text = "".join(each for _, each in made[before:position])
                cell.addprevious(self._instruction(text.encode()))
        if position < len(made):
            text = "".join(each for _, each in made[position:])
            instruction = self._instruction(text.encode())
            if staying:
                staying[-1][1].addnext(instruction)
            else:
                row.insert(0, instruction)
        self._use(number, [column for column, _ in (*staying, *made)])

    def _instruction(self, text: Text) -> etree._ProcessingInstruction:
        self.texts.append(text)
        return etree.ProcessingInstruction(self.mark, str(len(self.texts) - 1))

    def _use(self, row: int, columns: Sequence[int]) -> None:
        """Note that a row has cells in these columns."""
        if not columns:
            return
        left, right = min(columns), max(columns)
        old = self.used
        self.used = (
            Area(row, left, row, right)
            if old is None
            else Area(old.top, min(old.left, left), row, max(old.right, right))
        )


def _refuse_overlaps(blocks: Sequence[BlockRows]) -> None:
    areas = [area for block in blocks for area in block.areas]
    if any(one.meets(other) for one, other in combinations(areas, 2)):
        raise ValueError("two blocks own the same cell")


def _is_dispensable(row: etree._Element) -> bool:
    return all(name in _DISPENSABLE or name == _FONT_DESCENT for name in row.attrib)
