"""Results in real workbooks: what was there stays, what was written is read back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from permu_xl.errors import BookError
from permu_xl.xlsx.cells.blocks import Block, Formula, Link
from permu_xl.xlsx.package.package import Package
from permu_xl.xlsx.writing.blocks import write_blocks
from tests.office import Office
from tests.xlsx.rich_books import DATA, HEADERS, RICH_BOOKS, SCORES, USER
from tests.xlsx.sheets import (
    MAIN,
    STRICT,
    Sheet,
    block,
    read_zip,
    sheet_xml,
    workbook_parts,
    write_zip,
)

RESULTS = block(
    5,
    {
        "A": ["912101000000000001", "=1+1", "0012"],
        "B": ["甲", "乙 & <丙>", Link("见原始数据", f"'{DATA}'!A1")],
        "C": [12.5, None, 3.0],
        "D": [71.25, 60, 55.5],
    },
)
CALCULATION = "<calcPr calcId='1' fullCalcOnLoad='1'/>"


def written(source: Path, *blocks: Block, sheet: str = SCORES) -> Path:
    target = source.with_name(f"out-{source.name}")
    package = Package.open(source)
    write_blocks(package, {sheet: blocks or [RESULTS]}, kept="PERMU_")
    package.save(target)
    return target


def changed_parts(before: Path, after: Path) -> set[str]:
    old, new = read_zip(before), read_zip(after)
    assert [name for name in old if name in new] == list(new)
    return {name for name in old if new.get(name) != old[name]}


def own_sheet(path: Path) -> Sheet:
    package = Package.open(path)
    return Sheet(package.read(package.sheets[SCORES].part))


@pytest.fixture(params=RICH_BOOKS)
def rich(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return RICH_BOOKS[request.param](tmp_path)


class TestRichWorkbooks:
    def test_only_the_sheet_and_its_consequences_change(self, rich: Path) -> None:
        expected = {"xl/worksheets/sheet1.xml"}
        if rich.stem == "exotic":
            # The list of formulas stays valid: none went and none came.
            assert b"calcChain" in read_zip(rich)["[Content_Types].xml"]
        assert changed_parts(rich, written(rich)) == expected

    def test_elements_around_the_cells_are_the_same(self, rich: Path) -> None:
        before, after = own_sheet(rich), own_sheet(written(rich))
        assert set(before.order()) - set(after.order()) <= {"hyperlinks"}
        ours = {"dimension", "sheetData", "hyperlinks", "autoFilter"}
        old, new = (
            [
                etree.tostring(each, method="c14n")
                for each, name in zip(sheet.root, sheet.order(), strict=True)
                if name not in ours
            ]
            for sheet in (before, after)
        )
        assert new == old

    # It says which parts it would lose if it were to write the file.
    @pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
    def test_read_by_openpyxl(self, rich: Path) -> None:
        book = load_workbook(written(rich))
        sheet = book[SCORES]
        assert [cell.value for cell in sheet[4]][: len(HEADERS)] == HEADERS
        rows = [[sheet.cell(r, c).value for c in (1, 2, 3)] for r in (5, 6, 7)]
        assert rows == [
            ["912101000000000001", "甲", 12.5],
            ["=1+1", "乙 & <丙>", None],
            ["0012", "见原始数据", 3],
        ]
        assert sheet["A6"].data_type == "s"
        assert sheet["B7"].hyperlink.location == f"'{DATA}'!A1"
        assert sheet["E5"].value == "用户写的"
        assert sheet["F5"].value == "=D5*2"
        assert "PERMU_TOTAL" in str(getattr(sheet["D5"].value, "text", sheet["D5"].value))
        assert sheet["A7"].style_id == sheet["A5"].style_id
        assert sheet.row_dimensions[5].height in (21, 18)
        assert book["秘密"].sheet_state == "veryHidden"
        assert book[USER]["A1"].value == f"=SUM({SCORES}!D5:D99)"
        if rich.stem == "openpyxl":
            assert len(sheet.data_validations.dataValidation) == 1
            assert sheet["A4"].comment.text == "统一社会信用代码"
            assert sheet["H5"].value.ref == "H5:H7"

    def test_read_by_calamine(self, rich: Path) -> None:
        sheet = CalamineWorkbook.from_path(written(rich)).get_sheet_by_name(SCORES)
        rows = sheet.to_python(skip_empty_area=False)
        assert rows[3][:5] == HEADERS
        assert [row[:4] for row in rows[4:7]] == [
            ["912101000000000001", "甲", 12.5, 71.25],
            ["=1+1", "乙 & <丙>", "", 60],
            ["0012", "见原始数据", 3, 55.5],
        ]

    def test_second_run_over_the_first(self, rich: Path) -> None:
        once = written(rich)
        twice = written(once)
        assert changed_parts(once, twice) == set()

    def test_new_formula_ends_the_list_of_formulas(self, tmp_path: Path) -> None:
        source = RICH_BOOKS["exotic"](tmp_path)
        target = written(source, block(5, {"C": [Formula("1+1")]}))
        assert changed_parts(source, target) == {
            "xl/worksheets/sheet1.xml",
            "xl/calcChain.xml",
            "[Content_Types].xml",
            "xl/_rels/workbook.xml.rels",
        }
        parts = read_zip(target)
        assert "xl/calcChain.xml" not in parts
        for part in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
            assert b"calcChain" not in parts[part]
            old, new = (
                [etree.tostring(e, method="c14n") for e in etree.fromstring(p[part])]
                for p in (read_zip(source), parts)
            )
            assert set(old) - set(new)
            assert len(new) == len(old) - 1
            assert [each for each in old if each in new] == new

    def test_macros_stay(self, tmp_path: Path) -> None:
        source = RICH_BOOKS["macros"](tmp_path)
        parts = read_zip(written(source))
        assert parts["xl/vbaProject.bin"] == bytes(range(256)) * 40
        assert b"macroEnabled" in parts["[Content_Types].xml"]

    @pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
    def test_filter_of_the_user_is_applied_anew(self, tmp_path: Path) -> None:
        source = RICH_BOOKS["xlsxwriter"](tmp_path)
        target = written(source, block(5, {"B": ["乙", "甲", "乙", "甲", "丙", "丁"]}))
        assert own_sheet(target).hidden() == [5, 7, 9, 10]
        assert own_sheet(target).one("autoFilter").get("ref") == "A4:D10"
        assert "得分!$A$4:$D$10" in read_zip(target)["xl/workbook.xml"].decode()
        assert load_workbook(target)[SCORES].auto_filter.ref == "A4:D10"

    def test_several_sheets(self, tmp_path: Path) -> None:
        source = RICH_BOOKS["openpyxl"](tmp_path)
        package = Package.open(source)
        write_blocks(package, {SCORES: [RESULTS], "秘密": [block(1, {"A": ["新"]})]})
        package.save(tmp_path / "out.xlsx")
        changed = changed_parts(source, tmp_path / "out.xlsx")
        assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet4.xml"}

    @pytest.mark.parametrize("sheet", ["没有", "图"])
    def test_sheet_that_cannot_be_written(self, tmp_path: Path, sheet: str) -> None:
        source = RICH_BOOKS["xlsxwriter"](tmp_path)
        package = Package.open(source)
        with pytest.raises(BookError, match=sheet) as caught:
            write_blocks(package, {SCORES: [RESULTS], sheet: [RESULTS]})
        assert str(source) in str(caught.value)
        package.save(tmp_path / "out.xlsx")
        assert changed_parts(source, tmp_path / "out.xlsx") == set(), "nothing or all"


class TestWorkbookSettings:
    """The workbook part changes only where it has to."""

    def settings(self, tmp_path: Path, more: str, **spelling: Any) -> tuple[Path, bytes]:
        parts = workbook_parts({SCORES: sheet_xml()}, more=more, **spelling)
        target = written(write_zip(tmp_path / "a.xlsx", parts))
        return target, parts["xl/workbook.xml"]

    @pytest.mark.parametrize("value", ["1", "true"])
    def test_already_told_to_calculate(self, tmp_path: Path, value: str) -> None:
        target, before = self.settings(tmp_path, f'<calcPr fullCalcOnLoad="{value}"/>')
        assert read_zip(target)["xl/workbook.xml"] == before

    @pytest.mark.parametrize(
        "more", ['<calcPr calcId="191029"/>', '<calcPr calcMode="manual" fullCalcOnLoad="0"/>']
    )
    def test_setting_is_added(self, tmp_path: Path, more: str) -> None:
        target, before = self.settings(tmp_path, more)
        root, old = (etree.fromstring(x) for x in (read_zip(target)["xl/workbook.xml"], before))
        [calculation] = root.findall(f"{{{MAIN}}}calcPr")
        [old_calculation] = old.findall(f"{{{MAIN}}}calcPr")
        assert dict(calculation.attrib) == {**old_calculation.attrib, "fullCalcOnLoad": "1"}

    @pytest.mark.parametrize(("strict", "prefix"), [(False, ""), (True, "x"), (False, "x")])
    def test_element_is_made_in_its_place(self, tmp_path: Path, strict: bool, prefix: str) -> None:
        p = f"{prefix}:" if prefix else ""
        more = f"<{p}definedNames/><{p}oleSize/><{p}extLst/>"
        target, _ = self.settings(tmp_path, more, strict=strict, prefix=prefix)
        root = etree.fromstring(read_zip(target)["xl/workbook.xml"])
        names = ["sheets", "definedNames", "calcPr", "oleSize", "extLst"]
        space = STRICT if strict else MAIN
        assert [each.tag for each in root] == [f"{{{space}}}{name}" for name in names]
        assert {each.prefix for each in root} == {prefix or None}

    def names(self, *entries: tuple[str, str, str]) -> str:
        made = "".join(
            f'<definedName name="{n}" localSheetId="{i}" hidden="1">{text}</definedName>'
            for n, i, text in entries
        )
        return f"<definedNames>{made}</definedNames>{CALCULATION}"

    def with_filter(self, tmp_path: Path, more: str, rows: int) -> list[str | None]:
        xml = sheet_xml(after='<autoFilter ref="A4:B6"/>')
        parts = workbook_parts({"前": sheet_xml(), "it's": xml}, more=more)
        source = write_zip(tmp_path / "a.xlsx", parts)
        target = written(source, block(5, {"A": [1] * rows}), sheet="it's")
        root = etree.fromstring(read_zip(target)["xl/workbook.xml"])
        return [each.text for each in root.iter(f"{{{MAIN}}}definedName")]

    def test_filter_name_follows(self, tmp_path: Path) -> None:
        name = "_xlnm._FilterDatabase"
        more = self.names(
            (name, "0", "前!$A$1:$B$2"),
            (name, "1", "'it''s'!$A$4:$B$6"),
            (name, "7", "'it''s'!$A$4:$B$6"),
            (name, "", "'it''s'!$A$4:$B$6"),
            ("_xlnm.Print_Area", "1", "'it''s'!$A$4:$B$6"),
        )
        assert self.with_filter(tmp_path, more, 9) == [
            "前!$A$1:$B$2",
            "'it''s'!$A$4:$B$13",
            "'it''s'!$A$4:$B$6",
            "'it''s'!$A$4:$B$6",
            "'it''s'!$A$4:$B$6",
        ]

    def test_filter_name_stays_where_the_filter_did(self, tmp_path: Path) -> None:
        more = self.names(("_xlnm._FilterDatabase", "1", "'it''s'!$A$4:$B$6"))
        assert self.with_filter(tmp_path, more, 2) == ["'it''s'!$A$4:$B$6"]

    def test_no_filter_name(self, tmp_path: Path) -> None:
        assert self.with_filter(tmp_path, CALCULATION, 9) == []


class TestCalculationChain:
    def chained(self, folder: Path, **spelling: Any) -> Path:
        xml = sheet_xml('<row r="5"><c r="A5"><f>1+1</f></c><c r="B5"><f>PERMU_X(1)</f></c></row>')
        parts = workbook_parts({SCORES: xml}, more=CALCULATION, **spelling)
        parts["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}"/>'.encode()
        holder, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
        kind = parts[holder].split(b'Type="')[1].split(b"/worksheet")[0]
        relation = (
            b'<Relationship Id="c" Type="%s/calcChain" Target="/xl/calcChain.xml"/></R' % kind
        )
        parts[holder] = parts[holder].replace(b"</R", relation)
        override = b'<Override PartName="/xl/calcChain.xml" ContentType="x"/></Types>'
        parts[types] = parts[types].replace(b"</Types>", override)
        return write_zip(folder / "a.xlsx", parts)

    def test_formula_that_went(self, tmp_path: Path) -> None:
        source = self.chained(tmp_path)
        target = written(source, block(5, {"A": [1]}))
        assert "xl/calcChain.xml" not in read_zip(target)
        assert b"calcChain" not in read_zip(target)["[Content_Types].xml"]
        assert b"calcChain" not in read_zip(target)["xl/_rels/workbook.xml.rels"]

    def test_formula_of_ours_that_stayed(self, tmp_path: Path) -> None:
        source = self.chained(tmp_path)
        target = written(source, block(5, {"B": [1]}))
        assert changed_parts(source, target) == {"xl/worksheets/sheet1.xml"}

    def test_list_that_is_named_but_absent(self, tmp_path: Path) -> None:
        parts = read_zip(self.chained(tmp_path))
        del parts["xl/calcChain.xml"]
        target = written(write_zip(tmp_path / "b.xlsx", parts), block(5, {"A": [1]}))
        assert b"calcChain" not in read_zip(target)["[Content_Types].xml"]

    def test_no_list(self, tmp_path: Path) -> None:
        parts = workbook_parts({SCORES: sheet_xml()}, more=CALCULATION)
        source = write_zip(tmp_path / "a.xlsx", parts)
        target = written(source, block(5, {"A": [Formula("1")]}))
        assert changed_parts(source, target) == {"xl/worksheets/sheet1.xml"}


@pytest.mark.office
class TestInLibreOffice:
    @pytest.mark.parametrize("kind", RICH_BOOKS)
    def test_opens(self, office: Office, tmp_path: Path, kind: str) -> None:
        with office.open(written(RICH_BOOKS[kind](tmp_path))) as book:
            assert book.values(SCORES, "A5:C7") == [
                ["912101000000000001", "甲", 12.5],
                ["=1+1", "乙 & <丙>", None],
                ["0012", "见原始数据", 3],
            ]
            if kind == "openpyxl":
                # It calculates arrays when it opens a file, and has no function of ours here.
                assert book.values(SCORES, "D5:D7") == [[71.25], [60], [55.5]]
            assert book.formula(SCORES, "A6") is None
            assert book.values(SCORES, "E5") == [["用户写的"]]
            assert "PERMU_TOTAL" in (book.formula(SCORES, "D5") or "").upper()
            assert "秘密" not in book.sheet_names(visible_only=True)

    @pytest.mark.parametrize(
        "make", [lambda p: workbook_parts(p), lambda p: workbook_parts(p, prefix="x")]
    )
    def test_spellings(
        self, office: Office, tmp_path: Path, make: Callable[[dict[str, bytes]], dict[str, bytes]]
    ) -> None:
        names = f'xmlns:x="{MAIN}"'
        xml = sheet_xml(names=names).replace(b"<", b"<x:").replace(b"<x:/", b"</x:")
        xml = xml.replace(b"<x:?xml", b"<?xml")
        source = write_zip(tmp_path / "a.xlsx", make({SCORES: xml}))
        values = ["甲", 2.5, Formula("A2*2"), "a\x07b", "_x0041_", " 空 ", True]
        with office.open(written(source, block(1, {"A": values}))) as book:
            shown = [row[0] for row in book.values(SCORES, "A1:A7")]
            assert shown == ["甲", 2.5, 5, "a\x07b", "_x0041_", " 空 ", 1]

    def test_many_rows_with_filter_and_links(self, office: Office, tmp_path: Path) -> None:
        source = RICH_BOOKS["xlsxwriter"](tmp_path)
        n = 3000
        big = block(
            5,
            {
                "A": [Link(f"F{r}", f"'{DATA}'!A{r}") for r in range(n)],
                "B": ["甲", "乙"] * (n // 2),
                "C": [r / 7 for r in range(n)],
            },
        )
        with office.open(written(source, big)) as book:
            assert book.values(SCORES, f"A{n + 4}:C{n + 4}") == [[f"F{n - 1}", "乙", (n - 1) / 7]]
            book.save(tmp_path / "again.xlsx")
        assert os.path.getsize(tmp_path / "again.xlsx") > 0
        hidden = own_sheet(tmp_path / "again.xlsx").rows
        assert hidden[6].get("hidden") in ("1", "true")
        assert hidden[7].get("hidden") not in ("1", "true")
