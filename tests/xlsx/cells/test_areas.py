"""References: the same as openpyxl reads and writes them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.utils import cell as theirs

from permu_xl.xlsx.cells import areas
from permu_xl.xlsx.cells.areas import MAX_COLUMN, MAX_ROW, Area


def test_letters_of_every_column() -> None:
    for number in range(1, MAX_COLUMN + 1):
        letters = areas.get_column_letter(number)
        assert letters == theirs.get_column_letter(number)
        assert areas.column_index_from_string(letters) == number
        assert areas.column_index_from_string(letters.lower()) == number


@pytest.mark.parametrize("number", [0, -1, 18_279])
def test_no_column(number: int) -> None:
    with pytest.raises(ValueError, match="column"):
        areas.get_column_letter(number)


@pytest.mark.parametrize("letters", ["", "A1", "ABCD", "$A", "é", "甲", "ﬀ"])
def test_no_letters_of_a_column(letters: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        areas.column_index_from_string(letters)


@pytest.mark.parametrize("name", ["原始数据", "O'Neil's", "a b", ""])
def test_names_of_sheets(name: str) -> None:
    assert areas.quote_sheetname(name) == theirs.quote_sheetname(name)


@given(st.text(st.sampled_from("$:ABz019 "), max_size=10))
@example("$A$1:$B$2")
@example("A:C")
@example("3:7")
@example("A1:B")
@example(":B2")
@example("ABCD1")
def test_references(text: str) -> None:
    try:
        left, top, right, bottom = theirs.range_boundaries(text.strip())
    except (ValueError, TypeError):
        assert Area.parse(text) is None
        return
    if left is None and top is None:
        assert Area.parse(text) is None
        return
    expected = Area(top or 1, left or 1, bottom or MAX_ROW, right or MAX_COLUMN)
    assert Area.parse(text) == expected
