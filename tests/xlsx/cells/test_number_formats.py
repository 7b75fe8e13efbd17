"""What number formats show of a number, by what Excel shows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from permu_xl.xlsx.cells.number_formats import in_any_country, is_plain, shown, shown_text


@pytest.mark.parametrize(
    ("code", "number", "figure", "words"),
    [
        ("0!.0,", 1234567, "123.5", ""),
        ("0.0,", 1234567, "1234.6", ""),
        ("#,##0.00,,", 1234567890, "1234.57", ""),
        ("0,.00", 1234, "1.23", ""),
        ("0.00%", 0.05, "5.00", "%"),
        ("0!.0000", 1234567, "123.4567", ""),
        ('0"000"', 12, "12000", ""),
        ('#,##0"元"', 1234567, "1234567", "元"),
        ("#,##0元", 5, "5", "元"),
        ("[$元-804]#,##0", 5, "5", "元"),
        ("[$￥-804]#,##0.00", 5, "5.00", ""),
        ('General"万元"', 5.5, "5.5", "万元"),
        ('[>=100000000]0!.00,,"亿";[>9999]0!.0,"万";0', 123456, "12.3", "万"),
        ('[>=100000000]0!.00,,"亿";[>9999]0!.0,"万";0', 250000000, "2.50", "亿"),
        ('[>=100000000]0!.00,,"亿";[>9999]0!.0,"万";0', 12, "12", ""),
        ("0_);(0)", -5, "5", ""),
        ("#,##0.00_);[Red]\\(#,##0.00\\)", -1234.5, "1234.50", ""),
        ("# ##0", 12345, "12345", ""),
        ('0"m2"', 30, "30", "m2"),
        ("#", 0.3, "0", ""),
        ("@", 5, "5", ""),
    ],
)
def test_what_is_shown(code: str, number: float, figure: str, words: str) -> None:
    seen = shown(code, float(number))
    assert seen is not None
    assert (seen.figure, seen.words) == (Decimal(figure), words)


@pytest.mark.parametrize("code", ["yyyy-mm-dd", "[h]:mm", "# ?/?", "0.00E+00", "h:mm AM/PM"])
def test_dates_fractions_and_powers_are_left_alone(code: str) -> None:
    assert shown(code, 1234.5) is None
    assert is_plain(code)


def test_a_format_that_shows_nothing() -> None:
    seen = shown(";;;", 5.0)
    assert seen is not None
    assert seen.figure is None
    assert not is_plain(";;;")


@pytest.mark.parametrize("number", [1e15, 1e300, -1e308])
def test_figures_beyond_all_sizes_are_left_alone(number: float) -> None:
    """A decimal of so many digits was an error of its own."""
    assert shown("0.00", number) is None
    assert shown("0" + "%" * 200, number) is None


def test_rounding_is_no_difference() -> None:
    seen = shown("0.0", 2.25)
    assert seen is not None
    assert (seen.figure, seen.ratio(2.25)) == (Decimal("2.3"), 1)
    assert seen.ratio(2.4) != 1


@pytest.mark.parametrize(
    ("text", "figure", "words"),
    [
        ("1,234.50元", "1234.50", "元"),
        ("５.0", "5.0", ""),
        ("(1,200)", "1200", ""),
        ("-3", "3", ""),
    ],
)
def test_figures_as_a_file_shows_them(text: str, figure: str, words: str) -> None:
    seen = shown_text(text)
    assert seen is not None
    assert (seen.figure, seen.words) == (Decimal(figure), words)


@pytest.mark.parametrize("text", ["###", "1.23E+08", "1.2e5"])
def test_what_is_not_shown_whole_is_left_alone(text: str) -> None:
    assert shown_text(text) is None


@pytest.mark.parametrize(
    ("code", "number", "negative"),
    [
        ("0", -5, True),
        ("-0;0", 5, True),
        ("-0;0", -5, False),
        ("0;0", -5, False),
        ("0;[Red]0", -5, True),
        ("0;[红色]0", -5, True),
        ("0;[Blue]0", -5, False),
        ("0;-0", -5, True),
        ("0_);(0)", -5, True),
        ("0_);(0)", 5, False),
        ("(0)", 5, True),
        ("0;△0", -5, True),
        ("¥0;¥-0", -5, True),
        ("0;0-", -5, True),
        ('0;"负"0', -5, True),
        ('[>9999]0!.0,"万";0', -5, True),
        ("[<0]0;0", -5, False),
        ("[<0]-0;0", -5, True),
        ("[>=0]0;0", -5, False),
        ("_ * #,##0.00_ ;_ * -#,##0.00_ ", -5, True),
        ("_ * #,##0.00_ ;_ * -#,##0.00_ ", 5, False),
    ],
)
def test_the_sign_that_is_seen(code: str, number: float, negative: bool) -> None:
    """Of two sections the second shows what is below zero, its minus only where it spells one."""
    seen = shown(code, float(number))
    assert seen is not None
    assert seen.negative is negative


@pytest.mark.parametrize("text", ["-3", "(3)", "－3", "△3", "-¥3", "¥-3", "3-"])
def test_the_sign_of_a_figure_as_a_file_shows_it(text: str) -> None:
    seen = shown_text(text)
    assert seen is not None
    assert seen.negative


def test_a_system_format_shows_the_money_of_the_country() -> None:
    english = '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)'
    assert is_plain(in_any_country(44, english))
    assert not is_plain(in_any_country(164, english))
    assert is_plain(in_any_country(7, "$#,##0.00_);($#,##0.00)"))
