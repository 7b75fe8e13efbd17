"""Formulas as .xlsx files spell them, in the spelling in which Calc takes many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from permu_xl.xlsx.cells import Formula, Link

if TYPE_CHECKING:
    from permu_xl.xlsx.cells import Value

__all__ = ["Grammar"]


class Grammar:
    """Formulas as .xlsx files spell them, in the spelling that Calc takes for many at a time."""

    def __init__(self, document: Any) -> None:
        import uno
        from com.sun.star.sheet.AddressConvention import OOO, XL_OOX
        from com.sun.star.table import CellAddress

        self._parser, self._printer = (
            document.createInstance("com.sun.star.sheet.FormulaParser") for _ in range(2)
        )
        self._parser.CompileEnglish = self._printer.CompileEnglish = True
        self._parser.FormulaConvention, self._printer.FormulaConvention = XL_OOX, OOO
        self._place = CellAddress()
        self.down = uno.Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM")

    def entered(self, value: Value, row: int, column: int) -> str:
        """Return what to enter for a formula or a link in a cell (1-based)."""
        if isinstance(value, Link):
            # A formula leaves nothing behind where a shorter list follows, and Excel reads it too.
            target, shown = (text.replace('"', '""') for text in ("#" + value.target, value.text))
            return f'=HYPERLINK("{target}";"{shown}")'
        assert isinstance(value, Formula)
        self._place.Row, self._place.Column = row - 1, column - 1
        tokens = self._parser.parseFormula(value.text, self._place)
        return f"={self._printer.printFormula(tokens, self._place)}"
