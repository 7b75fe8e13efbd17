"""Any text goes into a workbook and comes out of it again."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from permu_xl.xlsx.cells.blocks import Block, Column, Formula, Link
from permu_xl.xlsx.writing.cell_text import (
    MAX_TEXT,
    cached,
    clean_text,
    general,
    plain,
    xstring,
)
from permu_xl.xlsx.writing.sheet import rewrite_sheet
from tests.xlsx.sheets import joined, sheet_xml, workbook_parts

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")

# Hypothesis leaves surrogates out unless told.
any_text = st.text(st.characters(exclude_categories=()), max_size=40)
awkward = st.lists(
    st.sampled_from(
        ["=1+1", "+x", "_x0041_", "_x", "x0041", "_", "0041_", "\r", "\n", "\x01", "]]>", "<&>",
         "&amp;", "\ud83d", "\ude00", "😀", "\ufffe", " ", "\t", "企业", "'", '"']
    ),
    max_size=8,
).map("".join)  # fmt: skip


def decoded(xml_text: str) -> str:
    """Decode as Excel does: from left to right."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), xml_text)


def workbook(values: Sequence[Any]) -> bytes:
    # The second column keeps rows that would else be empty.
    both = [Column(1, values), Column(2, [1] * len(values))]
    result = rewrite_sheet(sheet_xml(), [Block(1, both)])
    xml = joined(result)
    etree.fromstring(xml)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in workbook_parts({"得分": xml}).items():
            package.writestr(name, content)
    return out.getvalue()


def calamine_column(book: bytes) -> list[Any]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
    return [row[0] for row in sheet.to_python(skip_empty_area=False)]


def openpyxl_column(book: bytes) -> list[Any]:
    cells = load_workbook(io.BytesIO(book)).active["A"]
    assert {cell.data_type for cell in cells} <= {"s", "n"}, "no formulas"
    return [cell.value for cell in cells]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(any_text, awkward), min_size=1, max_size=12))
@example(["x" * 32_767, "x" * 32_768, "😀" * 16_383, "😀" * 20_000, "\x01" * 40_000])
@example(["_x0041_x0042_", "_x0041\x01", "\x01x0041_", "_x005F_x0041_", "\r\n", "\r"])
def test_any_text_comes_back(texts: list[str]) -> None:
    book = workbook(texts)
    expected = [clean_text(text) for text in texts]
    shown = openpyxl_column(book)
    # openpyxl does not decode the escapes of inline strings.
    assert [decoded(text or "") for text in shown] == expected
    assert calamine_column(book) == expected
    assert all(len(text.encode("utf-16-le")) <= 2 * MAX_TEXT for text in expected)


@given(st.one_of(any_text, awkward))
def test_cleaning_leaves_good_text_alone(text: str) -> None:
    good = not re.search("[\ud800-\udfff\ufffe\uffff]", text)
    assert (clean_text(text) == text) == good
    assert clean_text(clean_text(text)) == clean_text(text)
    assert decoded(xstring(text)) == clean_text(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_any_number_comes_back(numbers: list[float]) -> None:
    book = workbook(numbers)
    assert openpyxl_column(book) == numbers
    assert calamine_column(book) == numbers


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\ud83d\ude00", "😀"),
        ("a\ud83d", "a\ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
        ("a" * 32_767, "a" * 32_767),
        ("a" * 32_768, "a" * 32_766 + "…"),
        ("a" + "😀" * 16_383, "a" + "😀" * 16_383),
        ("😀" * 16_384, "😀" * 16_383 + "…"),
        ("a" + "😀" * 16_384, "a" + "😀" * 16_382 + "…"),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert clean_text(text) == cleaned


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [(1, None, "1"), (True, "b", "1"), (False, "b", "0"), ("a<", "str", "a<"), (None, "str", "")],
)
def test_cached_results(value: Any, kind: str | None, text: str) -> None:
    assert cached(value) == (kind, text)


def test_formulas_have_no_known_result() -> None:
    assert cached(Formula("1+1")) == ("str", "")
    assert plain(Link("", "'a'!A1")) == Link("", "'a'!A1")


def test_general() -> None:
    assert [general(v) for v in (1e15, 1e21, -2.50, 1 / 3, False)] == [
        "1e+15", "1e+21", "-2.5", "0.333333333333333", "FALSE",
    ]  # fmt: skip
