"""Industry codes; what they decide is tested in test_scope with the case file scope.csv (R1)."""

from __future__ import annotations

import pytest

from permu_xl.text.industry_code import division_of, is_code, normal_industry
from tests.engine.support import known_industries


@pytest.mark.parametrize(
    ("text", "was_number", "code", "hint"),
    [
        ("610", True, "0610", "“610”少了前面的0，按0610处理"),
        ("B610", False, "0610", "“B610”少了前面的0，按0610处理"),
        ("61", True, "061", "“61”少了前面的0，按061处理"),
        ("C3421", False, "3421", ""),
        ("", False, "", ""),
        ("  ", False, "", ""),
        ("制造业", False, "制造业", ""),
        ("AB3421", False, "AB3421", ""),
        ("C", False, "C", ""),
    ],
)
def test_normal_form_and_hint(text: str, was_number: bool, code: str, hint: str) -> None:
    assert normal_industry(text, was_number=was_number, known=known_industries()) == (code, hint)


@pytest.mark.parametrize(
    ("text", "was_number", "code"),
    [
        ("599", True, "599"),
        ("600", True, "0600"),
        ("999", True, "0999"),
        ("1000", True, "1000"),
        ("6", True, "06"),
        ("61", True, "61"),  # two digits are a division; only the list can tell that this is none
        ("610", False, "610"),  # text is taken as it stands when nothing is known
    ],
)
def test_without_the_list_only_numbers_are_mended(text: str, was_number: bool, code: str) -> None:
    assert normal_industry(text, was_number=was_number, known={})[0] == code


def test_every_code_of_the_standard_is_left_alone() -> None:
    known = known_industries()
    for code in known:
        assert normal_industry(code, was_number=False, known=known) == (code, "")
        assert is_code(code)


def test_every_mining_code_survives_the_loss_of_its_zero() -> None:
    known = known_industries()
    for code in (code for code in known if code.startswith("0")):
        bare = str(int(code))
        assert normal_industry(bare, was_number=True, known=known)[0] == code


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("3", False),
        ("34", True),
        ("342", True),
        ("3421", True),
        ("34210", False),
        ("", False),
        ("C342", False),
        ("３４", False),
        ("34\n", False),
    ],
)
def test_is_code(code: str, answer: bool) -> None:
    assert is_code(code) is answer


@pytest.mark.parametrize(
    ("code", "division"), [("3421", "34"), ("34", "34"), ("0610", "06"), ("3", ""), ("", "")]
)
def test_division(code: str, division: str) -> None:
    assert division_of(code) == division
