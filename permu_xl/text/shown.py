"""How numbers, points and names are shown in messages."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from unicodedata import category


def show_number(value: float) -> str:
    """Write a figure as a clerk would: no exponent for ordinary sizes, no trailing zeros.

    >>> show_number(1234567.0), show_number(0.125), show_number(float("nan"))
    ('1,234,567', '0.125', '空')
    """
    if value != value:
        return "空"
    text = f"{value + 0.0:,.6f}".rstrip("0").rstrip(".")  # -0.0 is 0
    return text if abs(value) >= 1e-6 or value == 0 else f"{value:.3g}"


def show_points(value: float) -> str:
    """Write points with two decimals, halves up by decimal value, as a spreadsheet shows them.

    >>> show_points(71.305), show_points(12.0), show_points(-0.001)
    ('71.31', '12.00', '0.00')
    """
    if not abs(value) < 1e15:  # has no two decimals left
        return f"{value:.15g}"
    points = Decimal(f"{value:.15g}").quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{points + 0:.2f}"


def printable(text: str) -> str:
    r"""Return a text without what would command the terminal; spaces of any width stay.

    >>> printable("甲\x1b[2J厂\n乙厂"), printable("丙厂　2022年度") == "丙厂　2022年度"
    ('甲?[2J厂?乙厂', True)
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or category(c) == "Zs" else "?" for c in text)
