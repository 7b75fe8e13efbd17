"""The formulas that a sheet holds already: which stay, and what depends on those that go."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from permu_xl.xlsx.cells import Area, Block, Value, get_column_letter
from permu_xl.xlsx.package import drop_attributes, find_child, sibling_name
from permu_xl.xlsx.writing.cell_text import cached


@dataclass(slots=True)
class _Shared:
    """The cell that spells out a formula which others share."""

    text: str
    address: str
    lost: bool = False


class SheetFormulas:
    """Sees the sheet's formulas in their order.

    ``arrays`` are the areas of the array formulas that stay, ``removed`` the addresses of the
    formulas that went.  A formula with ``kept`` in it (capitals) stays where a block writes.
    """

    def __init__(self, kept: str = "") -> None:
        self._kept = kept
        self.arrays: list[Area] = []
        self.removed: set[str] = set()
        self._shared: dict[str, _Shared] = {}

    def stays(
        self,
        cell: etree._Element,
        formula: etree._Element,
        row: int,
        column: int,
        owner: Block | None,
    ) -> bool:
        """Decide about the formula of a cell; one that a block owns keeps only formulas of ours."""
        address = f"{get_column_letter(column)}{row}"
        group = formula.get("si", "") if formula.get("t") == "shared" else None
        text = formula.text or ""
        if group is not None:
            # The ref marks the cell that spells the formula out for the others.
            if text and (formula.get("ref") or group not in self._shared):
                self._shared[group] = _Shared(text, address)
            elif not text and group in self._shared:
                text = self._shared[group].text
        ours = bool(self._kept) and self._kept in text.upper()
        if owner is not None and not (ours and owner.keeps_formulas):
            self.removed.add(address)
            if group in self._shared and self._shared[group].address == address:
                self._shared[group].lost = True
            return False
        if group in self._shared and self._shared[group].lost:
            self._spell_out(cell, formula, self._shared[group], address)
        if formula.get("t") in ("array", "dataTable"):
            area = Area.parse(formula.get("ref", ""))
            if area is not None and area.text != address:
                self.arrays.append(area)
        return True

    def _spell_out(
        self, cell: etree._Element, formula: etree._Element, shared: _Shared, address: str
    ) -> None:
        """Give a cell its own formula in place of the share in one that is gone."""
        # Late: hardly any workbook needs it.
        from openpyxl.formula.tokenizer import TokenizerError
        from openpyxl.formula.translate import Translator

        drop_attributes(formula, "t", "si", "ref")
        if formula.text:
            return
        try:
            moved = Translator(f"={shared.text}", shared.address).translate_formula(address)
        except TokenizerError:
            # Not a formula that any spreadsheet could have read: its last result is what remains.
            cell.remove(formula)
            self.removed.add(address)
            return
        formula.text = str(moved).removeprefix("=")

    def arrays_at(self, row: int) -> list[Area]:
        """Return the array formulas whose results reach into a row."""
        return [area for area in self.arrays if area.top <= row <= area.bottom]


def set_result(cell: etree._Element, formula: etree._Element, value: Value) -> None:
    """Give a cell that keeps its formula a fresh result."""
    kind, text = cached(value)
    if kind is None:
        drop_attributes(cell, "t")
    else:
        cell.set("t", kind)
    if (inline := find_child(cell, "is")) is not None:
        cell.remove(inline)
    result = find_child(cell, "v")
    if result is None:
        result = etree.SubElement(cell, sibling_name(cell, "v"))
        formula.addnext(result)
    result.text = text
