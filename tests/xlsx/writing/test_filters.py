"""A filter over a rewritten table shows the right firms, or all of them."""

from __future__ import annotations

import pytest

from permu_xl.xlsx.cells.blocks import Formula, Link, Value
from permu_xl.xlsx.writing.sheet import rewrite_sheet
from tests.xlsx.sheets import Sheet, block, joined, rewritten, sheet_xml


def rows(*numbers: int, hidden: tuple[int, ...] = ()) -> str:
    look = {True: ' hidden="1"', False: ""}
    return "".join(f'<row r="{n}"{look[n in hidden]}><c r="A{n}" s="1"/></row>' for n in numbers)


def auto_filter(inside: str = "", ref: str = "A4:C8") -> str:
    return f'<autoFilter ref="{ref}">{inside}</autoFilter>'


def listed(column: int, *values: str, blank: bool = False) -> str:
    inside = "".join(f'<filter val="{value}"/>' for value in values)
    empty = ' blank="1"' if blank else ""
    return f'<filterColumn colId="{column}"><filters{empty}>{inside}</filters></filterColumn>'


class TestRange:
    def test_grows_with_the_table(self) -> None:
        result = rewrite_sheet(sheet_xml(after=auto_filter()), [block(5, {"A": [1] * 9})])
        assert result.filter_range == "A4:C13"
        assert Sheet(joined(result)).one("autoFilter").get("ref") == "A4:C13"

    def test_does_not_shrink(self) -> None:
        result = rewrite_sheet(sheet_xml(after=auto_filter()), [block(5, {"A": [1]})])
        assert result.filter_range is None
        assert Sheet(joined(result)).one("autoFilter").get("ref") == "A4:C8"

    @pytest.mark.parametrize(
        "where", [block(20, {"A": [1] * 9}), block(5, {"E": [1] * 9}), block(1, {"A": [1] * 9})]
    )
    def test_filter_of_another_table_stays(self, where: object) -> None:
        inside = listed(0, "x") + '<sortState ref="A5:C8"/>'
        xml = sheet_xml(rows(5, 6, hidden=(5,)), after=auto_filter(inside))
        result = rewrite_sheet(xml, [where])  # type: ignore[list-item]
        sheet = Sheet(joined(result))
        assert result.filter_range is None
        assert sheet.one("autoFilter").get("ref") == "A4:C8"
        assert len(sheet.one("autoFilter")) == 2
        assert 5 in sheet.hidden()

    def test_header_only(self) -> None:
        xml = sheet_xml(after=auto_filter(ref="A4:C4"))
        assert rewrite_sheet(xml, [block(5, {"B": [1, 2]})]).filter_range == "A4:C6"

    def test_sort_state_goes(self) -> None:
        xml = sheet_xml(after=auto_filter('<sortState ref="A5:C8"/>'))
        assert rewritten(xml, block(5, {"A": [1]})).all("sortState") == []

    def test_rows_hidden_by_hand_stay_hidden(self) -> None:
        xml = sheet_xml(rows(5, 6, hidden=(6,)), after=auto_filter())
        assert rewritten(xml, block(5, {"A": [1, 2, 3]})).hidden() == [6]

    def test_unreadable_range_stays(self) -> None:
        xml = sheet_xml(after=auto_filter(ref="#REF!"))
        assert rewrite_sheet(xml, [block(5, {"A": [1]})]).filter_range is None


class TestLists:
    def shown(self, criteria: str, values: list[Value], old: str = "") -> Sheet:
        before = '<sheetPr filterMode="1"/>'
        xml = sheet_xml(old or rows(5, 6, hidden=(5, 6)), before, auto_filter(criteria))
        return rewritten(xml, block(5, {"A": values, "B": ["x"] * len(values)}))

    def test_texts(self) -> None:
        sheet = self.shown(listed(0, "A", "b"), ["A", "B", "C", Link("A", "'a'!A1"), None, " "])
        assert sheet.hidden() == [7, 9, 10]
        assert sheet.one("sheetPr").get("filterMode") == "1"
        assert len(sheet.all("filterColumn")) == 1

    def test_blanks(self) -> None:
        values: list[Value] = ["A", None, "", float("nan"), "C"]
        sheet = self.shown(listed(0, "A", blank=True), values)
        assert sheet.hidden() == [9]

    def test_rows_below_the_table_are_blank(self) -> None:
        old = rows(5, 6, 7, 8, 9, hidden=(9,))
        assert self.shown(listed(0, "A"), ["A"], old).hidden() == [6, 7, 8, 9]
        assert self.shown(listed(0, "A", blank=True), ["A"], old).hidden() == [9]

    def test_numbers_as_shown(self) -> None:
        values: list[Value] = [71.296, 71.3, 12, 0.1 + 0.2, 1234.5, 7.125, True, "12"]
        criteria = listed(0, "71.30", "12", "0.3", "1,234.50", "7.13", "TRUE")
        assert self.shown(criteria, values).hidden() == []
        assert self.shown(listed(0, "71.29", "13"), values).hidden() == list(range(5, 13))

    def test_unknown_number_format_lifts_the_filter(self) -> None:
        sheet = self.shown(listed(0, "12%", "A"), [0.12, 0.5])
        assert sheet.hidden() == []
        assert sheet.all("filterColumn") == []
        assert sheet.one("sheetPr").get("filterMode") is None

    def test_word_that_no_firm_has_any_more(self) -> None:
        assert self.shown(listed(0, "A"), ["B", "C"]).hidden() == [5, 6]

    def test_formula_results_are_not_known(self) -> None:
        sheet = self.shown(listed(0, "A"), [Formula("1+1"), "A"])
        assert sheet.hidden() == []
        assert sheet.all("filterColumn") == []

    def test_two_columns(self) -> None:
        xml = sheet_xml(after=auto_filter(listed(0, "A") + listed(1, "x")))
        sheet = rewritten(xml, block(5, {"A": ["A", "A", "B"], "B": ["x", "y", "x"]}))
        assert sheet.hidden() == [6, 7]

    def test_two_blocks(self) -> None:
        xml = sheet_xml(after=auto_filter(listed(0, "A") + listed(2, "x")))
        sheet = rewritten(xml, block(5, {"A": ["A", "A", "B"]}), block(5, {"C": ["x", "y"]}))
        assert sheet.hidden() == [6, 7]


class TestOtherCriteria:
    @pytest.mark.parametrize(
        "criteria",
        [
            '<top10 val="5"/>',
            '<customFilters><customFilter operator="greaterThan" val="5"/></customFilters>',
            '<dynamicFilter type="aboveAverage"/>',
            '<colorFilter dxfId="0"/>',
            '<filters><filter val="A"/><dateGroupItem year="2021" dateTimeGrouping="year"/>'
            "</filters>",
        ],
    )
    def test_they_are_lifted(self, criteria: str) -> None:
        inside = f'<filterColumn colId="0">{criteria}</filterColumn>'
        xml = sheet_xml(rows(5, 6, 7, hidden=(5, 7)), after=auto_filter(inside))
        sheet = rewritten(xml, block(5, {"A": ["A", "B", "C"]}))
        assert sheet.hidden() == []
        assert len(sheet.one("autoFilter")) == 0

    def test_the_other_columns_list_still_counts(self) -> None:
        inside = '<filterColumn colId="0"><top10 val="5"/></filterColumn>' + listed(1, "x")
        xml = sheet_xml(after=auto_filter(inside))
        sheet = rewritten(xml, block(5, {"A": [1, 2], "B": ["x", "y"]}))
        assert sheet.hidden() == [6]
        assert len(sheet.all("filterColumn")) == 1

    def test_foreign_column(self) -> None:
        xml = sheet_xml(rows(5, 6, hidden=(5,)), after=auto_filter(listed(2, "x")))
        sheet = rewritten(xml, block(5, {"A": ["A", "B"]}))
        assert sheet.hidden() == []
        assert sheet.all("filterColumn") == []

    def test_hidden_button_stays_hidden(self) -> None:
        inside = '<filterColumn colId="0" hiddenButton="1"><top10 val="5"/></filterColumn>'
        sheet = rewritten(sheet_xml(after=auto_filter(inside)), block(5, {"A": ["A"]}))
        assert dict(sheet.one("filterColumn").attrib) == {"colId": "0", "hiddenButton": "1"}
        assert len(sheet.one("filterColumn")) == 0

    def test_button_without_criteria_is_no_filter(self) -> None:
        inside = '<filterColumn colId="0" hiddenButton="1"/>'
        xml = sheet_xml(rows(5, hidden=(5,)), after=auto_filter(inside))
        assert rewritten(xml, block(5, {"A": ["A"]})).hidden() == [5]

    def test_rows_above_the_block_are_not_touched(self) -> None:
        inside = '<filterColumn colId="0"><top10 val="5"/></filterColumn>'
        xml = sheet_xml(rows(5, 6, hidden=(5, 6)), after=auto_filter(inside))
        assert rewritten(xml, block(6, {"A": ["A"]})).hidden() == [5]


def test_rows_hidden_by_the_filter_of_an_excel_table_are_shown() -> None:
    after = '<tableParts count="1"><tablePart xmlns:r="r" r:id="rId1"/></tableParts>'
    xml = sheet_xml(rows(3, 5, 6, hidden=(3, 6)), after=after)
    sheet = rewritten(xml, block(5, {"A": ["A", "B"]}))
    assert sheet.hidden() == [3]
    assert len(sheet.all("tablePart")) == 1
