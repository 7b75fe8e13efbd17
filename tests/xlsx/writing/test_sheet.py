"""Rewriting one sheet: every cell that is ours and every one that is not."""

from __future__ import annotations

import re
from functools import partial
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest
from lxml import etree

from permu_xl.errors import BookError
from permu_xl.xlsx.cells.blocks import Block, Column, Formula, Link
from permu_xl.xlsx.writing import sheet as sheetxml
from tests.xlsx.sheets import (
    DECLARATION,
    MAIN,
    RELATIONS,
    STRICT,
    Sheet,
    block,
    joined,
    rewritten,
    sheet_xml,
)


def row(number: int, cells: str, more: str = "") -> str:
    return f'<row r="{number}"{more}>{cells}</row>'


def number(address: str, value: object, style: int | None = None) -> str:
    look = f' s="{style}"' if style is not None else ""
    return f'<c r="{address}"{look}><v>{value}</v></c>'


def formula(address: str, text: str, more: str = "", result: object = 0) -> str:
    return f'<c r="{address}"><f{more}>{text}</f><v>{result}</v></c>'


rewrite_sheet = partial(sheetxml.rewrite_sheet, kept="PERMU_")
HEADER = row(4, number("A4", 1, 9) + number("B4", 2, 9))


class TestValues:
    def test_every_kind(self) -> None:
        values = [1.5, 2, True, "甲", None, float("nan"), "", Formula("A1>0"), float("-inf")]
        sheet = rewritten(sheet_xml(), block(1, {"A": values}))
        assert sheet.column("A", range(1, 10)) == [
            "1.5", "2", "1", "甲", None, None, None, None, None,
        ]  # fmt: skip
        assert sheet.cells["A3"].get("t") == "b"
        assert sheet.cells["A4"].get("t") == "inlineStr"
        assert sheet.formula("A8") == "A1>0"
        assert len(sheet.cells["A8"]) == 1, "no cached value"
        assert "A5" not in sheet.cells
        assert "A9" not in sheet.cells

    def test_numbers_alone(self) -> None:
        values = [1.5, None, float("nan"), float("inf"), -0.0, 2]
        sheet = rewritten(sheet_xml(), block(1, {"A": values}))
        assert sheet.column("A", range(1, 7)) == ["1.5", None, None, None, "0.0", "2"]

    def test_texts_alone(self) -> None:
        values = ["a&b", None, "", " 甲", "乙", "a&b"]
        sheet = rewritten(sheet_xml(), block(1, {"A": values}))
        assert sheet.column("A", range(1, 7)) == ["a&b", None, None, " 甲", "乙", "a&b"]

    @pytest.mark.parametrize("rows", [2, 600])
    def test_new_rows_with_the_look_of_their_columns(self, rows: int) -> None:
        values = [Formula(f"B{n}*2") if n % 2 else None for n in range(1, rows + 1)]
        xml = sheet_xml(before='<cols><col min="1" max="1" width="9" style="7"/></cols>')
        sheet = rewritten(xml, block(1, {"A": values, "B": [5.5]}, template_row=False))
        assert [sheet.formula(f"A{n}") for n in range(1, rows, 2)] == [
            f"B{n}*2" for n in range(1, rows, 2)
        ]
        assert {sheet.cells[f"A{n}"].get("s") for n in range(1, rows, 2)} == {"7"}
        assert not [n for n in range(2, rows + 1, 2) if f"A{n}" in sheet.cells], "nothing to show"
        assert sheet.cells["B1"].get("s") is None

    def test_numbers_keep_all_digits(self) -> None:
        values = [0.1 + 0.2, 1e-7, 1e300, -0.0, 2**53]
        sheet = rewritten(sheet_xml(), block(1, {"A": values}))
        assert [float(sheet.text(f"A{r}") or "") for r in range(1, 6)] == values
        assert not (sheet.text("A4") or "").startswith("-")

    def test_numpy_values(self) -> None:
        scalars = [np.float64(1.5), np.int64(3), np.bool_(True), np.str_("乙"), np.float64("nan")]
        sheet = rewritten(
            sheet_xml(),
            block(1, {"A": scalars, "B": np.array([0.25, np.nan])}),  # type: ignore[dict-item]
        )
        assert sheet.column("A", range(1, 6)) == ["1.5", "3", "1", "乙", None]
        assert sheet.column("B", range(1, 3)) == ["0.25", None]
        assert sheet.cells["A3"].get("t") == "b"

    def test_what_no_cell_can_hold_is_a_wrong_call(self) -> None:
        with pytest.raises(TypeError, match="list"):
            rewrite_sheet(sheet_xml(), [block(1, {"A": [[]]})])  # type: ignore[list-item]

    @pytest.mark.parametrize("text", ["=1+1", "+x", "-1", "@SUM(A1)", "=HYPERLINK(1)", "0012"])
    def test_text_is_never_a_formula(self, text: str) -> None:
        sheet = rewritten(sheet_xml(), block(1, {"A": [text]}))
        assert sheet.text("A1") == text
        assert sheet.formula("A1") is None

    def test_markup_in_text_and_formula(self) -> None:
        sheet = rewritten(
            sheet_xml(), block(1, {"A": ["<a>&amp;]]>", Formula('IF(A1<>"&","是","否")')]})
        )
        assert sheet.text("A1") == "<a>&amp;]]>"
        assert sheet.formula("A2") == 'IF(A1<>"&","是","否")'

    @pytest.mark.parametrize(
        ("text", "kept"),
        [(" 前", True), ("后 ", True), ("多\n行", True), ("a\tb", True), ("两 字", False)],
    )
    def test_space_is_preserved(self, text: str, kept: bool) -> None:
        sheet = rewritten(sheet_xml(), block(1, {"A": [text]}))
        space = sheet.one("t").get("{http://www.w3.org/XML/1998/namespace}space")
        assert (space == "preserve") is kept
        assert sheet.text("A1") == text

    def test_columns_of_unequal_length(self) -> None:
        sheet = rewritten(sheet_xml(), block(2, {"C": [1.0], "A": [1.0, 2.0, 3.0], "B": []}))
        assert sheet.column("A", range(1, 6)) == [None, "1.0", "2.0", "3.0", None]
        assert sheet.column("C", range(1, 6)) == [None, "1.0", None, None, None]
        assert "B2" not in sheet.cells


class TestOwnedArea:
    def test_old_values_go_and_styles_stay(self) -> None:
        rows = HEADER + "".join(
            row(r, number(f"A{r}", r, 1) + number(f"B{r}", r)) for r in range(5, 9)
        )
        sheet = rewritten(sheet_xml(rows), block(5, {"A": [1.0, 2.0], "B": [None, 3.0]}))
        assert sheet.column("A", range(4, 10)) == ["1", "1.0", "2.0", None, None, None]
        assert sheet.column("B", range(4, 10)) == ["2", None, "3.0", None, None, None]
        assert sheet.style("A7") == "1", "an emptied cell keeps its look"
        assert "B7" not in sheet.cells, "an emptied cell without a look goes"

    def test_row_goes_when_nothing_is_left_in_it(self) -> None:
        descent = (
            ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
            ' x14ac:dyDescent="0.25" spans="1:2"'
        )
        rows = (
            row(5, number("A5", 1))
            + row(6, number("A6", 1), descent)
            + row(7, number("A7", 1), ' ht="30" customHeight="1"')
            + row(8, number("A8", 1) + number("C8", 1))
            + row(9, number("A9", 1, 3))
            + row(10, number("A10", 1), ' hidden="1"')
        )
        sheet = rewritten(sheet_xml(rows), block(5, {"A": [1.0]}))
        assert list(sheet.rows) == [5, 7, 8, 9, 10]
        assert list(sheet.cells) == ["A5", "C8", "A9"]

    def test_last_row_ends_the_area(self) -> None:
        rows = "".join(row(r, number(f"A{r}", r)) for r in range(1, 7))
        sheet = rewritten(sheet_xml(rows), block(2, {"A": [9.5]}, last_row=4))
        assert sheet.column("A", range(1, 7)) == ["1", "9.5", None, None, "5", "6"]

    def test_foreign_cells_stay_on_the_same_rows(self) -> None:
        rows = row(
            5,
            '<c r="A5" s="2" t="s"><v>7</v></c>'
            + number("B5", 1)
            + '<c r="D5" t="e"><v>#N/A</v></c>'
            + formula("F5", "B5*2", result=2)
            + '<c r="G5"><v>3</v><extLst><ext uri="x"/></extLst></c>'
            + number("Z5", 4),
            ' spans="1:26"',
        )
        sheet = rewritten(
            sheet_xml(rows), block(5, {"B": ["甲", "乙"], "C": [1.0, 2.0], "E": [3.0, 4.0]})
        )
        assert list(sheet.cells)[:8] == ["A5", "B5", "C5", "D5", "E5", "F5", "G5", "Z5"]
        assert sheet.cells["A5"].attrib == {"r": "A5", "s": "2", "t": "s"}
        assert sheet.text("A5") == "7"
        assert sheet.text("D5") == "#N/A"
        assert sheet.formula("F5") == "B5*2"
        assert len(sheet.cells["G5"]) == 2
        assert sheet.column("B", range(5, 7)) == ["甲", "乙"]
        assert "spans" not in sheet.rows[5].attrib, "its promise may not hold any more"

    def test_several_blocks_share_rows(self) -> None:
        rows = row(3, number("B3", 1, 5) + number("D3", 1, 6))
        first = block(3, {"A": [1.0, 2.0], "C": [3.0, 4.0]}, last_row=6)
        second = block(2, {"B": [5.0, 6.0, 7.0], "E": [8.0]})
        below = block(8, {"A": ["甲"]})
        sheet = rewritten(sheet_xml(rows), first, second, below)
        assert list(sheet.cells) == ["B2", "E2", "A3", "B3", "C3", "D3", "A4", "B4", "C4", "A8"]
        assert sheet.style("D3") == "6"
        assert sheet.text("A8") == "甲"

    def test_rows_before_between_and_after(self) -> None:
        rows = row(2, number("A2", 2)) + row(7, number("C7", 7)) + row(12, number("C12", 12))
        values = [float(r) for r in range(5, 11)]
        sheet = rewritten(sheet_xml(rows), block(5, {"A": values}))
        assert list(sheet.rows) == [2, 5, 6, 7, 8, 9, 10, 12]
        assert sheet.column("A", range(5, 11)) == [str(v) for v in values]
        assert sheet.text("C12") == "12"

    def test_implied_positions(self) -> None:
        rows = '<row><c><v>1</v></c></row><row r="5"><c><v>2</v></c><c r="D5"><v>3</v></c></row>'
        rows += "<row><c><v>4</v></c><c><v>5</v></c><c><v>6</v></c></row>"
        sheet = rewritten(sheet_xml(rows), block(5, {"A": [9.0, 8.0], "B": [None, 7.0]}))
        assert sheet.column("A", range(1, 7)) == ["1", None, None, None, "9.0", "8.0"]
        assert sheet.text("D5") == "3"
        assert sheet.text("B6") == "7.0"
        assert sheet.text("C6") == "6"

    def test_empty_block_empties(self) -> None:
        rows = HEADER + row(5, number("A5", 1))
        sheet = rewritten(sheet_xml(rows), block(5, {"A": []}))
        assert list(sheet.rows) == [4]

    def test_many_rows_come_out_in_chunks(self) -> None:
        values = [f"企业{n}" for n in range(30_000)]
        result = rewrite_sheet(sheet_xml(HEADER), [block(5, {"A": values, "B": values})])
        assert len(result.chunks) > 1
        sheet = Sheet(joined(result))
        assert sheet.column("A", range(5, 30_005)) == values

    def test_second_run_changes_nothing(self) -> None:
        blocks = [block(5, {"A": ["甲", 1.5, None], "C": [Link("A1", "'x'!A1"), True, 2]})]
        once = joined(rewrite_sheet(sheet_xml(HEADER, "<dimension ref='A4'/>"), blocks))
        assert joined(rewrite_sheet(once, blocks)) == once

    def test_wrong_calls(self) -> None:
        with pytest.raises(ValueError, match="same cell"):
            rewrite_sheet(sheet_xml(), [block(1, {"A": []}), block(9, {"A": []})])
        double = Block(1, [Column(1, []), Column(1, [])])
        with pytest.raises(ValueError, match="twice"):
            rewrite_sheet(sheet_xml(), [double])
        with pytest.raises(ValueError, match="more values"):
            rewrite_sheet(sheet_xml(), [block(1, {"A": [1, 2]}, last_row=1)])


class TestLook:
    COLS = '<cols><col min="2" max="3" width="9" style="7"/></cols>'

    def test_first_row_is_the_pattern(self) -> None:
        rows = row(5, number("A5", 1, 3), ' ht="24" customHeight="1" x="y"')
        rows += row(6, number("A6", 1, 8) + number("B6", 1, 8), ' ht="99"')
        sheet = rewritten(
            sheet_xml(rows, self.COLS),
            block(5, {"A": [1.0, 2.0, None], "B": [4.0, 5.0, 6.0], "D": [7.0, 8.0, 9.0]}),
        )
        assert [sheet.style(f"A{r}") for r in (5, 6, 7)] == ["3"] * 3
        assert [sheet.style(f"B{r}") for r in (5, 6, 7)] == ["7"] * 3, "the column's style"
        assert [sheet.style(f"D{r}") for r in (5, 6, 7)] == [None] * 3
        assert sheet.text("A7") is None, "an empty cell with the borders of the table"
        assert sheet.rows[6].get("ht") == "99", "rows that are there keep their own"
        assert dict(sheet.rows[7].attrib) == {"r": "7", "ht": "24", "customHeight": "1"}

    def test_style_of_the_row_goes_before_that_of_the_column(self) -> None:
        rows = row(5, number("A5", 1), ' s="4" customFormat="1"')
        sheet = rewritten(sheet_xml(rows, self.COLS), block(5, {"A": [1, 2], "B": [3, 4]}))
        assert sheet.style("A6") is None, "the cell of the first row has none"
        assert sheet.style("B5") == sheet.style("B6") == "4"
        assert dict(sheet.rows[6].attrib) == {"r": "6", "s": "4", "customFormat": "1"}

    def test_first_row_may_be_absent(self) -> None:
        sheet = rewritten(sheet_xml("", self.COLS), block(5, {"A": [1, 2], "B": [3, 4]}))
        assert [sheet.style(a) for a in ("A5", "A6", "B5", "B6")] == [None, None, "7", "7"]

    def test_own_look_without_a_pattern(self) -> None:
        rows = row(5, number("A5", 1, 3), ' ht="24"') + row(6, number("A6", 1, 4))
        sheet = rewritten(
            sheet_xml(rows, self.COLS),
            block(5, {"A": [1, None, 3], "B": [4, None, 6]}, template_row=False, last_row=8),
        )
        assert [sheet.style(a) for a in ("A5", "A6", "A7")] == ["3", "4", None]
        assert sheet.style("B5") == sheet.style("B7") == "7"
        assert "B6" not in sheet.cells
        assert dict(sheet.rows[7].attrib) == {"r": "7"}

    def test_block_wider_than_one_batch_of_rows(self) -> None:
        rows = row(5, number("A5", 1, 3))
        values = [float(n) for n in range(2000)]
        sheet = rewritten(sheet_xml(rows), block(5, {"A": values, "B": values[:700]}))
        assert {sheet.style(f"A{r}") for r in range(5, 2005)} == {"3"}
        assert sheet.text("A2004") == "1999.0"
        assert sheet.text("B704") == "699.0"
        assert "B705" not in sheet.cells


class TestOurFormulas:
    """Cells with a formula of ours keep it and get the fresh value as its result."""

    @pytest.mark.parametrize(
        "text",
        ["PERMU_SCORE(A5,B5,40)", "_xll.PERMU_RANK(A5:A9)", "[1]!permu_total(A5)", "1+PERMU_X()"],
    )
    def test_formula_stays(self, text: str) -> None:
        rows = row(5, formula("A5", text, result=1)) + row(6, formula("A6", "B6*2"))
        result = rewrite_sheet(sheet_xml(rows), [block(5, {"A": [2.5, 3.5]})])
        sheet = Sheet(joined(result))
        assert sheet.formula("A5") == text
        assert sheet.text("A5") == "2.5"
        assert sheet.formula("A6") is None, "other formulas become values"
        assert sheet.text("A6") == "3.5"
        assert result.formulas_changed

    @pytest.mark.parametrize(
        ("value", "kind", "text"),
        [
            (1.5, None, "1.5"),
            (2, None, "2"),
            ("=甲 <", "str", "=甲 <"),
            (True, "b", "1"),
            (None, "str", ""),
            ("", "str", ""),
            (float("nan"), "str", ""),
            (Link("见此", "'a'!A1"), "str", "见此"),
            ("铃\x07", "str", "铃_x0007_"),
        ],
    )
    def test_results_of_every_kind(self, value: object, kind: str | None, text: str) -> None:
        rows = row(5, '<c r="A5" s="4" t="e" cm="1"><f>PERMU_X(1)</f><v>#NAME?</v></c>')
        result = rewrite_sheet(sheet_xml(rows), [block(5, {"A": [value]})])  # type: ignore[list-item]
        sheet = Sheet(joined(result))
        assert sheet.cells["A5"].get("t") == kind
        assert sheet.text("A5") == text
        assert (sheet.style("A5"), sheet.cells["A5"].get("cm")) == ("4", "1")
        assert not result.formulas_changed
        assert sheet.all("hyperlink") == []

    def test_result_of_an_uncalculated_formula(self) -> None:
        rows = row(5, '<c r="A5" t="inlineStr"><f>PERMU_X(1)</f><is><t>old</t></is></c>')
        sheet = rewritten(sheet_xml(rows), block(5, {"A": [1.5]}))
        assert [etree.QName(e).localname for e in sheet.cells["A5"]] == ["f", "v"]
        assert sheet.text("A5") == "1.5"

    def test_formula_below_the_last_value_gets_empty_text(self) -> None:
        rows = "".join(row(r, formula(f"A{r}", f"PERMU_X(B{r})")) for r in range(5, 9))
        sheet = rewritten(sheet_xml(rows), block(5, {"A": [1.0, 2.0]}))
        assert sheet.column("A", range(5, 9)) == ["1.0", "2.0", "", ""]
        assert [sheet.cells[f"A{r}"].get("t") for r in range(5, 9)] == [None, None, "str", "str"]

    def test_array_formula(self) -> None:
        rows = row(5, formula("B5", "PERMU_EVALUATE(X5:AE9)", ' t="array" ref="B5:C8"'))
        rows += row(6, number("B6", 1, 2) + number("C6", 1)) + row(7, number("B7", 1))
        rows += row(8, number("B8", 1) + number("C8", 1) + number("D8", 1))
        result = rewrite_sheet(
            sheet_xml(rows),
            [block(5, {"A": ["a", "b"], "B": [1.5, None], "C": ["甲", True], "D": [1.0, 2.0]})],
        )
        sheet = Sheet(joined(result))
        assert sheet.one("f").attrib == {"t": "array", "ref": "B5:C8"}
        assert sheet.column("B", range(5, 9)) == ["1.5", "", "", ""]
        assert sheet.column("C", range(5, 9)) == ["甲", "1", "", ""]
        kinds = {a: sheet.cells[a].get("t") for a in ("C5", "C6", "B6", "C7", "C8")}
        assert kinds == {"C5": "str", "C6": "b", "B6": "str", "C7": "str", "C8": "str"}
        assert "D8" not in sheet.cells, "outside of the array"
        assert sheet.cells["A5"].get("t") == "inlineStr"
        assert not result.formulas_changed

    def test_array_formula_over_rows_that_are_absent(self) -> None:
        rows = row(5, formula("A5", "PERMU_RANK(B5:B9)", ' t="array" ref="A5:A7"'))
        sheet = rewritten(sheet_xml(rows), block(5, {"A": ["x", "y", Link("z", "'a'!A1"), "w"]}))
        assert sheet.column("A", range(5, 9)) == ["x", "y", "z", "w"]
        assert [sheet.cells[f"A{r}"].get("t") for r in (6, 7, 8)] == ["str", "str", "inlineStr"]
        assert sheet.all("hyperlink") == []

    def test_foreign_array_formula_reaching_into_the_area(self) -> None:
        rows = row(5, formula("A5", "X5:Y6", ' t="array" ref="A5:B6"') + number("B5", 1))
        sheet = rewritten(sheet_xml(rows), block(5, {"B": [Formula("1+1"), "甲"]}))
        assert sheet.formula("A5") == "X5:Y6"
        assert sheet.formula("B5") is None, "a part of an array cannot have its own formula"
        assert sheet.cells["B6"].get("t") == "str"

    def test_other_array_formula_is_replaced(self) -> None:
        rows = row(5, formula("A5", "B5:B6*2", ' t="array" ref="A5:A6"')) + row(6, number("A6", 1))
        sheet = rewritten(sheet_xml(rows), block(5, {"A": ["甲", "乙"]}))
        assert sheet.all("f") == []
        assert sheet.cells["A6"].get("t") == "inlineStr"


class TestSharedFormulas:
    def shared(self, address: str, text: str = "", ref: str = "") -> str:
        return formula(address, text, ' t="shared"' + (f' ref="{ref}"' if ref else "") + ' si="0"')

    def test_ours_stay_shared(self) -> None:
        rows = row(5, self.shared("A5", "PERMU_X(B5)", "A5:A7"))
        rows += row(6, self.shared("A6")) + row(7, self.shared("A7"))
        sheet = rewritten(sheet_xml(rows), block(5, {"A": [1.0, 2.0]}))
        assert [dict(f.attrib) for f in sheet.all("f")] == [
            {"t": "shared", "ref": "A5:A7", "si": "0"},
            {"t": "shared", "si": "0"},
            {"t": "shared", "si": "0"},
        ]
        assert sheet.column("A", range(5, 8)) == ["1.0", "2.0", ""]

    def test_ours_stay_when_the_first_stands_above(self) -> None:
        rows = row(4, self.shared("A4", "PERMU_X(B4)", "A4:A5")) + row(5, self.shared("A5"))
        sheet = rewritten(sheet_xml(rows), block(5, {"A": [1.0]}))
        assert len(sheet.all("f")) == 2
        assert sheet.text("A4") == "0"
        assert sheet.text("A5") == "1.0"

    def test_foreign_cells_do_not_dangle(self) -> None:
        rows = row(5, self.shared("A5", "$D5+E$4+F5", "A5:B8") + self.shared("B5"))
        rows += row(6, self.shared("A6") + self.shared("B6"))
        rows += row(8, self.shared("A8"))
        sheet = rewritten(sheet_xml(rows), block(5, {"A": [1.0, 2.0]}, last_row=7))
        assert sheet.formula("B5") == "$D5+F$4+G5"
        assert sheet.formula("B6") == "$D6+F$4+G6"
        assert sheet.formula("A8") == "$D8+E$4+F8"
        assert all(not f.attrib for f in sheet.all("f"))
        assert sheet.text("B6") == "0", "the cached result stays"
        assert sheet.column("A", range(5, 7)) == ["1.0", "2.0"]

    def test_formula_spelled_out_in_every_cell(self) -> None:
        rows = row(5, self.shared("A5", "D5*2", "A5:B5") + self.shared("B5", "E5*2"))
        sheet = rewritten(sheet_xml(rows), block(5, {"A": [1.0]}))
        assert sheet.formula("B5") == "E5*2"
        assert not sheet.one("f").attrib

    def test_unreadable_formula_leaves_its_result(self) -> None:
        rows = row(5, self.shared("A5", 'D5*"', "A5:B5") + self.shared("B5"))
        result = rewrite_sheet(sheet_xml(rows), [block(5, {"A": [1.0]})])
        sheet = Sheet(joined(result))
        assert sheet.all("f") == []
        assert sheet.text("B5") == "0"

    def test_foreign_group_stays_as_it_is(self) -> None:
        rows = row(5, number("A5", 1) + self.shared("B5", "A5*2", "B5:B6"))
        rows += row(6, number("A6", 1) + self.shared("B6"))
        result = rewrite_sheet(sheet_xml(rows), [block(5, {"A": [1.0, 2.0]})])
        sheet = Sheet(joined(result))
        assert [f.get("t") for f in sheet.all("f")] == ["shared", "shared"]
        assert not result.formulas_changed


class TestFormulasChanged:
    def test_same_cells_hold_formulas(self) -> None:
        rows = row(5, formula("A5", "1+1")) + row(6, formula("A6", "1+2"))
        same = [block(5, {"A": [Formula("2+2"), Formula("3+3")]})]
        assert not rewrite_sheet(sheet_xml(rows), same).formulas_changed
        fewer = [block(5, {"A": [Formula("2+2"), 1]})]
        assert rewrite_sheet(sheet_xml(rows), fewer).formulas_changed
        more = [block(5, {"A": [Formula("1")] * 3})]
        assert rewrite_sheet(sheet_xml(rows), more).formulas_changed

    def test_values_only(self) -> None:
        result = rewrite_sheet(sheet_xml(HEADER), [block(5, {"A": [1, "甲"]})])
        assert not result.formulas_changed


class TestLinks:
    AFTER = (
        '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
        '<conditionalFormatting sqref="A5"/><dataValidations count="0"/>'
        '<pageMargins left="1" right="1" top="1" bottom="1" header="1" footer="1"/>'
        '<drawing xmlns:r="r" r:id="rId1"/>'
    )

    def test_element_is_made_in_its_place(self) -> None:
        links = [Link("F12", "'原始数据'!F12"), Link("<&>", "'a\"b'!B1")]
        sheet = rewritten(sheet_xml(HEADER, after=self.AFTER), block(5, {"D": links}))
        assert sheet.order() == [
            "sheetData", "mergeCells", "conditionalFormatting", "dataValidations",
            "hyperlinks", "pageMargins", "drawing",
        ]  # fmt: skip
        assert [dict(each.attrib) for each in sheet.all("hyperlink")] == [
            {"ref": "D5", "location": "'原始数据'!F12", "display": "F12"},
            {"ref": "D6", "location": "'a\"b'!B1", "display": "<&>"},
        ]
        assert sheet.column("D", range(5, 7)) == ["F12", "<&>"]

    def test_first_in_a_sheet_with_nothing_else(self) -> None:
        sheet = rewritten(sheet_xml(), block(1, {"A": [Link("A", "'a'!A1")]}))
        assert sheet.order() == ["sheetData", "hyperlinks"]

    def links(self, *refs: str) -> str:
        made = "".join(f'<hyperlink ref="{r}" r:id="rId1"/>' for r in refs)
        return f'<hyperlinks xmlns:r="{RELATIONS}">{made}</hyperlinks>'

    def test_old_links_of_owned_cells_go(self) -> None:
        after = self.links("A1", "D5", "D9", "E5", "C5:E6")
        sheet = rewritten(sheet_xml(after=after), block(5, {"D": [Link("A", "'a'!A1"), "x"]}))
        refs = [each.get("ref") for each in sheet.all("hyperlink")]
        assert refs == ["A1", "E5", "C5:C6", "E5:E6", "D5"]
        assert sheet.all("hyperlink")[2].get(f"{{{RELATIONS}}}id") == "rId1"

    def test_element_goes_with_its_last_link(self) -> None:
        sheet = rewritten(sheet_xml(after=self.links("D5")), block(5, {"D": ["x"]}))
        assert sheet.order() == ["sheetData"]

    def test_no_more_links_than_excel_takes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheetxml, "MAX_LINKS", 3)
        links = [Link(f"A{n}", f"'a'!A{n}") for n in range(5)]
        sheet = rewritten(sheet_xml(after=self.links("A1")), block(5, {"D": links}))
        assert [each.get("ref") for each in sheet.all("hyperlink")] == ["A1", "D5", "D6"]
        assert sheet.text("D9") == "A4"


class TestMergedCells:
    def merged(self, *refs: str) -> str:
        made = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
        return f'<mergeCells count="{len(refs)}">{made}</mergeCells>'

    def test_in_the_body_they_go(self) -> None:
        after = self.merged("A1:D1", "A5:A6", "C5:D5", "B99:C100", "D7:E7")
        sheet = rewritten(sheet_xml(after=after), block(5, {"A": [1], "B": [1]}))
        assert [each.get("ref") for each in sheet.all("mergeCell")] == ["A1:D1", "C5:D5", "D7:E7"]
        assert sheet.one("mergeCells").get("count") == "3"

    def test_element_goes_when_empty(self) -> None:
        sheet = rewritten(sheet_xml(after=self.merged("A5:A6")), block(5, {"A": [1]}))
        assert sheet.order() == ["sheetData"]

    def test_tables_of_fixed_size_keep_them(self) -> None:
        sheet = rewritten(
            sheet_xml(after=self.merged("A5:B5")), block(5, {"A": [1]}, template_row=False)
        )
        assert sheet.one("mergeCells").get("count") == "1"


class TestRest:
    FIXTURE = (
        '<sheetPr codeName="Sheet9"><tabColor rgb="FFFF0000"/></sheetPr>'
        '<dimension ref="A1:Z99"/>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="4" topLeftCell="A5"/>'
        "</sheetView></sheetViews>"
        '<cols><col min="1" max="1" width="9"/></cols>'
    )
    AFTER = (
        '<sheetProtection sheet="1"/>'
        '<conditionalFormatting sqref="A5:A99"><cfRule type="cellIs" priority="1"/>'
        "</conditionalFormatting>"
        '<dataValidations count="1"><dataValidation sqref="A5:A99"/></dataValidations>'
        '<pageSetup paperSize="9" r:id="rId1"/><drawing r:id="rId2"/>'
        '<legacyDrawing r:id="rId3"/><mc:AlternateContent><mc:Choice Requires="x14"><controls/>'
        "</mc:Choice></mc:AlternateContent>"
        '<extLst><ext uri="{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"><x14:sparklineGroups/>'
        "</ext></extLst><!-- end -->"
    )
    NAMES = (
        f'xmlns="{MAIN}" xmlns:r="{RELATIONS}"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' mc:Ignorable="x14ac unused"'
        ' xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
        ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
        ' xmlns:unused="urn:unused"'
    )

    def test_everything_else_is_the_same(self) -> None:
        xml = sheet_xml(HEADER, self.FIXTURE, self.AFTER, self.NAMES)
        result = joined(rewrite_sheet(xml, [block(5, {"A": [1.0], "D": ["甲"]})]))
        before, after = etree.fromstring(xml), etree.fromstring(result)
        for tree in (before, after):
            data = tree.find(f"{{{MAIN}}}sheetData")
            assert data is not None
            del data[:]
        dimension = after.find(f"{{{MAIN}}}dimension")
        assert dimension is not None
        assert dimension.get("ref") == "A4:D5"
        dimension.set("ref", "A1:Z99")
        assert etree.tostring(after, method="c14n") == etree.tostring(before, method="c14n")
        assert after.nsmap == before.nsmap
        assert re.match(rb"<\?xml [^>]*standalone=.yes.\?>", result)
        assert b"permu-" not in result

    @pytest.mark.parametrize("namespace", [MAIN, STRICT])
    def test_prefixed_elements(self, namespace: str) -> None:
        text = (
            f'<x:worksheet xmlns:x="{namespace}"><x:dimension ref="A1"/><x:sheetData>'
            '<x:row r="5"><x:c r="A5" s="3"/><x:c r="B5"><x:f>PERMU_X(1)</x:f></x:c>'
            '<x:c r="C5"><x:f>1+1</x:f></x:c></x:row></x:sheetData>'
            '<x:autoFilter ref="A4:C5"/></x:worksheet>'
        )
        values = {"A": ["甲", 1.5], "B": [1.0, True], "C": [Link("x", "'a'!A1"), Formula("1")]}
        result = rewrite_sheet((DECLARATION + text).encode(), [block(5, values)])
        sheet = Sheet(joined(result))
        assert sheet.space == namespace
        assert {etree.QName(e).namespace for e in sheet.root.iter()} == {namespace}
        assert {e.prefix for e in sheet.root.iter()} == {"x"}
        assert sheet.text("A5") == "甲"
        assert sheet.style("A6") == "3"
        assert sheet.formula("B5") == "PERMU_X(1)"
        assert sheet.formula("C6") == "1"
        assert result.filter_range == "A4:C6"
        assert sheet.order() == ["dimension", "sheetData", "autoFilter", "hyperlinks"]

    def test_other_encoding(self) -> None:
        text = sheet_xml(row(5, '<c r="C5" t="inlineStr"><is><t>乙</t></is></c>')).decode()
        xml = text.replace("UTF-8", "UTF-16").encode("utf-16")
        sheet = rewritten(xml, block(5, {"A": ["甲"]}))
        assert sheet.text("A5") == "甲"
        assert sheet.text("C5") == "乙"

    @pytest.mark.parametrize(
        ("rows", "used"),
        [("", "A5:C6"), (row(1, number("E1", 1)), "A1:E6"), (row(9, number("B9", 1, 1)), "A5:C9")],
    )
    def test_dimension(self, rows: str, used: str) -> None:
        sheet = rewritten(
            sheet_xml(rows, '<dimension ref="A1"/>'), block(5, {"A": [1, 2], "B": [1], "C": [1]})
        )
        assert sheet.one("dimension").get("ref") == used

    @pytest.mark.parametrize(
        ("values", "used"),
        [
            ([1] * 300, "A5:A304"),
            ([1] * 300 + [None] * 10, "A5:A304"),
            ([None] * 3 + [1] * 300, "A8:A307"),
            ([1] * 150 + [Link("甲", "'表'!A1")] + [1] * 149, "A5:A304"),
        ],
    )
    def test_dimension_of_many_rows(self, values: list[object], used: str) -> None:
        sheet = rewritten(sheet_xml("", '<dimension ref="A1"/>'), block(5, {"A": values}))
        assert sheet.one("dimension").get("ref") == used
        assert len(sheet.cells) == sum(value is not None for value in values)

    def test_dimension_of_an_empty_sheet(self) -> None:
        rows = row(5, number("A5", 1))
        sheet = rewritten(sheet_xml(rows, '<dimension ref="A5"/>'), block(5, {"A": []}))
        assert sheet.one("dimension").get("ref") == "A1"

    def test_white_space_between_elements(self) -> None:
        rows = '\n <row r="5">\n  <c r="A5"><v>1</v></c>\n  <c r="C5"><v>2</v></c>\n </row>\n'
        sheet = rewritten(sheet_xml(rows), block(5, {"A": ["甲", "乙"], "D": [1, 2]}))
        assert list(sheet.cells) == ["A5", "C5", "D5", "A6", "D6"]


class TestBadSheets:
    @pytest.mark.parametrize(
        "xml",
        [
            b"",
            b"no xml",
            sheet_xml('<row r="5"/>')[:-9],
            sheet_xml('<row r="5"/><row r="5"/>'),
            sheet_xml('<row r="6"/><row r="5"/>'),
            sheet_xml('<row r="x"/>'),
            sheet_xml('<row r="5"><c r="B5"/><c r="A5"/></row>'),
            sheet_xml('<row r="5"><c r="A7"/></row>'),
            sheet_xml('<row r="5"><c r="5"/></row>'),
            f'<chartsheet xmlns="{MAIN}"/>'.encode(),
            f'<sheetData xmlns="{MAIN}"><row/></sheetData>'.encode(),
            f'<!DOCTYPE x SYSTEM "file:///etc/passwd">{sheet_xml().decode()[56:]}'.encode(),
        ],
    )
    def test_refused_in_one_sentence(self, xml: bytes) -> None:
        with pytest.raises(BookError) as caught:
            rewrite_sheet(xml, [block(5, {"A": [1.0]})], "“甲.xlsx”的工作表“得分”")
        assert str(caught.value).startswith("“甲.xlsx”的工作表“得分”")
        assert str(caught.value).endswith("。")
        assert "\n" not in str(caught.value)

    def test_entities_are_not_resolved(self) -> None:
        doctype = '<!DOCTYPE worksheet [<!ENTITY e "firm">]>'
        xml = sheet_xml(row(5, '<c r="C5" t="inlineStr"><is><t>&e;</t></is></c>'))
        with pytest.raises(BookError):
            rewrite_sheet(xml.replace(b"<worksheet", doctype.encode() + b"<worksheet"), [])

    def test_marks_in_the_sheet_are_not_ours(self) -> None:
        after = f"<?permu-0 0?><x v={quoteattr('<?permu-1 0?>')}/>"
        sheet = rewritten(sheet_xml(after=after), block(1, {"A": ["<?permu-2 0?>"]}))
        assert sheet.text("A1") == "<?permu-2 0?>"
