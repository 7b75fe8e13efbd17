"""How numbers, points and names are shown in messages."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from unicodedata import category

_TINY = 1e-12
"""What is less is told from 0 by no digits that anybody reads."""


def show_number(value: float) -> str:
    """Write a figure as a clerk would: without exponent, trailing zeros or noise beyond 15 digits.

    >>> show_number(1234567.0), show_number(0.125), show_number(float("nan"))
    ('1,234,567', '0.125', '空')
    >>> show_number(403108083599.3), show_number(1.234567e-7), show_number(-1e-300)
    ('403,108,083,599.3', '0.000000123', '约0')
    """
    if value != value:
        return "空"
    if 0 < abs(value) < _TINY:
        return "约0"
    if 0 < abs(value) < 1e-6:
        return f"{Decimal(f'{value:.3g}'):f}"
    exact = Decimal(f"{value + 0.0:.15g}")  # -0.0 is 0
    return f"{exact:,.6f}".rstrip("0").rstrip(".")


def show_amount(value: float, *, whole: bool = False) -> str:
    """Write a raw figure with two decimals at least, as the tables show it; ``whole``: without.

    >>> show_amount(102.4), show_amount(1234.5678), show_amount(60.0, whole=True)
    ('102.40', '1,234.5678', '60')
    """
    text = show_number(value)
    if whole or not text[-1].isdigit():
        return text
    before, _, decimals = text.partition(".")
    return f"{before}.{decimals:0<2}"


def show_decimals(value: float, least: int, most: int) -> str:
    """Write a figure as a sheet does: ``least`` decimals always, up to ``most`` where needed.

    Halves go up by decimal value; what is not there is "".

    >>> show_decimals(1234.5, 2, 4), show_decimals(0.12345, 2, 4), show_decimals(7.0, 4, 4)
    ('1,234.50', '0.1235', '7.0000')
    """
    if value != value:
        return ""
    if not abs(value) < 1e15:
        return f"{value:.15g}"
    last = Decimal(1).scaleb(-most)
    figure = Decimal(f"{value:.15g}").quantize(last, rounding=ROUND_HALF_UP) + 0
    text = f"{figure:,.{most}f}"
    spare = len(text) - len(text.rstrip("0"))
    return text[: len(text) - min(spare, most - least)] if most > least else text


def show_percent(ratio: float) -> str:
    """Write a share as a percentage: whole ones from 10 % on, two digits below.

    >>> show_percent(12.346), show_percent(0.0123), show_percent(0.0), show_percent(3.21e-7)
    ('1,235%', '1.2%', '0%', '0.000032%')
    """
    if abs(ratio) >= 0.1 or not ratio:
        return f"{100 * ratio:,.0f}%"
    return f"{show_number(float(f'{100 * ratio:.2g}'))}%"


def show_of_baseline(ratio: float) -> str:
    """Write a value as a share of its baseline: no share where it is below 0, 100% only at it.

    >>> show_of_baseline(1.5), show_of_baseline(0.9964), show_of_baseline(1.0), show_of_baseline(-2)
    ('150%', '99.64%', '100%', '负值')
    """
    if ratio < 0:
        return "负值"
    shown = show_percent(ratio)
    if shown == "100%" and abs(ratio - 1) > 1e-9:
        return f"{show_number(float(f'{100 * ratio:.6g}'))}%"
    return shown


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
