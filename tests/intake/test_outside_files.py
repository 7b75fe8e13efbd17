"""Cases from the outside, by their numbers: how a file is read before anything is understood.

Each stands for a kind of file that people really send; the right values are those a person reads
off the screen.
"""

from __future__ import annotations

import datetime as dt
import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Font

from permu_xl.errors import BookError, FileAccessError
from permu_xl.findings.kinds import Level
from permu_xl.intake.sources.open import read_file
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess
from permu_xl.workbook.reading.opened import read_book
from permu_xl.xlsx.cells.typed import show
from permu_xl.xlsx.package.ooxml import RELATION_NAMESPACES
from tests.intake.support import CODES, Result, do, text, xlsx
from tests.places import DATA
from tests.workbook.districts import filled, firm

OUTSIDE = DATA / "outside"
BASE = OUTSIDE / "base.csv"
HEAD = ["统一社会信用代码", "企业名称", "实缴税收（万元）"]
CODE, NAME = "91210199MA0TE5T16M", "测区宏远机床有限公司"


def case(number: str) -> Path:
    """The input of a case."""
    [found] = OUTSIDE.glob(f"{number}-*")
    return found


def with_base(tmp_path: Path, *tables: Path) -> Result:
    """Import tables into a workbook that lists the five firms of base.csv, in this order."""
    return do(tmp_path / "x.xlsx", BASE, *tables, roster=(BASE,))


def alone(tmp_path: Path, *tables: Path) -> Result:
    """Import tables into a new workbook; the first lists the firms."""
    return do(tmp_path / "new.xlsx", *tables, roster=tables[:1])


def errors(result: Result) -> set[str]:
    return {f.code for f in result.findings if f.level is Level.ERROR}


def styled(path: Path, *formats: str, value: float = 1234567.0) -> Path:
    """A tax table with one firm a format, each holding the same number."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    for number, code in enumerate(formats):
        sheet.append([CODES[number], f"沈阳{number}号厂", value])
        sheet.cell(number + 2, 3).number_format = code
    book.save(path)
    return path


# ---- kind 1: what is seen is not what is held ----------------------------------------------------


@pytest.mark.parametrize("number", ["01", "69"])
def test_01_and_69_a_format_that_shows_another_figure(number: str, tmp_path: Path) -> None:
    result = with_base(tmp_path, case(number))
    finding = result.one("E671")
    assert "1,234,567" in finding.problem
    assert "“123.5”" in finding.problem
    assert result.column("tax", 5) == [None] * 5


def test_01_one_finding_a_column(tmp_path: Path) -> None:
    table = styled(tmp_path / "税务.xlsx", *["0!.0,"] * 20)
    finding = alone(tmp_path, table).one("E671")
    assert finding.cell == "C2:C21"
    assert "C2:C21（共20格）" in finding.problem


REFUSED = (
    "0!.0,", "0\\.0,", '0"."0,', "0.0,", "#,##0.00,,", "0.00%", "0!.0000", '0"000"', ";;;",
    '[>9999]0!.0,"万元";0', '0!.0,"万元"', "0,.00", "_ * #,##0.0,_ ;_ * -#,##0.0,_ ",
)  # fmt: skip
TAKEN = (
    "General", "0", "#,##0.00", "#,##0_);[Red](#,##0)", '#,##0"万元"', '0.00" 万元"', "¥#,##0.0",
    '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "@", "[$￥-804]#,##0.00", "# ##0",
    '0!.0,"万"', '0!.0000"万"', "0.00E+00",
)  # fmt: skip


def test_01_sisters_are_refused(tmp_path: Path) -> None:
    """1,234,567 under 万元 that is shown as something else."""
    result = alone(tmp_path, styled(tmp_path / "税务.xlsx", *REFUSED))
    assert result.column("tax", len(REFUSED)) == [None] * len(REFUSED)
    assert result.one("E671").cell == f"C2:C{len(REFUSED) + 1}"


def test_01_formats_that_show_the_figure_are_left_alone(tmp_path: Path) -> None:
    """Rounding is none of these: 123.5万 (万元) is 1,234,567 (万元)."""
    result = alone(tmp_path, styled(tmp_path / "税务.xlsx", *TAKEN))
    assert result.column("tax", len(TAKEN)) == [1234567] * len(TAKEN)
    assert not errors(result)


def test_01_a_figure_beyond_all_sizes_is_no_figure(tmp_path: Path) -> None:
    result = alone(tmp_path, styled(tmp_path / "税务.xlsx", "0!.0,", "0.00", value=1e300))
    assert len(result.found("E621")) == 2


def test_01_a_figure_that_rounds_to_nothing_is_scaled_all_the_same(tmp_path: Path) -> None:
    result = alone(tmp_path, styled(tmp_path / "税务.xlsx", "0.0,", "0.0", value=0.01))
    assert result.one("E671").cell == "C2"
    assert result.column("tax", 2) == [None, 0.01]


def test_02_money_of_another_country_contradicts_the_header(tmp_path: Path) -> None:
    codes = ('"$"#,##0', "[$$-409]#,##0", "[$€-2] #,##0", "[$USD] 0", "¥#,##0", "[$¥-804]0.00")
    result = alone(tmp_path, styled(tmp_path / "税务.xlsx", *codes, value=15))
    assert result.column("tax", len(codes)) == [None] * 4 + [15] * 2
    assert result.one("E672").cell == "C2:C5"


def test_02_a_unit_in_the_format_contradicts_the_header(tmp_path: Path) -> None:
    result = with_base(tmp_path, case("02"))
    finding = result.one("E672")
    assert finding.cell == "C2"
    assert "“元”" in finding.problem
    assert result.column("tax", 3) == [None, 890, None]


def test_02_a_unit_that_only_looks_another(tmp_path: Path) -> None:
    """The header says 元, the format shows 万元 of it: 123.5万元 is what 1,234,567元 is."""
    table = styled(tmp_path / "税务.xlsx", '0!.0,"万元"', "0!.0000")
    book = openpyxl.load_workbook(table)
    book.worksheets[0]["C1"] = "实缴税收（元）"
    book.save(table)
    result = alone(tmp_path, table)
    assert result.column("tax", 2) == [123.4567, None]
    assert result.one("E671").cell == "C3"


def test_02_in_an_open_document(tmp_path: Path) -> None:
    """The file of LibreOffice says what it shows."""
    cells = [(1234567, "1,234,567元"), (890, "890万元"), (8900000, "890.0"), (0.5, "50.00%")]
    rows = "".join(
        "<table:table-row><table:table-cell office:value-type='string'>"
        f"<text:p>{NAME}{number}</text:p></table:table-cell><table:table-cell "
        f"office:value-type='float' office:value='{held}'><text:p>{shown}</text:p>"
        "</table:table-cell></table:table-row>"
        for number, (held, shown) in enumerate(cells)
    )
    table = open_document(tmp_path / "税务.ods", "实缴税收（万元）", rows)
    result = alone(tmp_path, table)
    assert result.column("tax", 4) == [None, 890, None, None]
    assert result.one("E672").cell == "B2"
    assert result.one("E671").cell == "B4:B5"


def test_02_in_an_open_document_that_shows_nothing(tmp_path: Path) -> None:
    """Programs that are no spreadsheets write the figure itself; its style says how it looks."""
    number = (
        "<number:number-style style:name='N{0}'><number:number number:decimal-places='{1}' "
        "number:min-integer-digits='1'{2}>{3}</number:number>{4}</number:number-style>"
        "<style:style style:name='ce{0}' style:family='table-cell' style:data-style-name='N{0}'/>"
    )
    point = "<number:embedded-text number:position='1'>.</number:embedded-text>"
    styles = (
        number.format(1, 0, " number:display-factor='1000'", point, "")
        + number.format(2, 1, " number:display-factor='1000'", "", "")
        + number.format(3, 2, "", "", "<number:text>元</number:text>")
        + number.format(4, 2, "", "", "<number:text>万元</number:text>")
        + "<number:percentage-style style:name='N5'><number:number number:decimal-places='2'/>"
        "<number:text>%</number:text></number:percentage-style>"
        "<style:style style:name='ce5' style:family='table-cell' style:data-style-name='N5'/>"
    )
    rows = "".join(
        "<table:table-row><table:table-cell office:value-type='string'>"
        f"<text:p>{NAME}{look}</text:p></table:table-cell><table:table-cell "
        f"table:style-name='ce{look}' office:value-type='float' office:value='1234567'>"
        "<text:p>1234567</text:p></table:table-cell></table:table-row>"
        for look in range(1, 6)
    )
    result = alone(tmp_path, open_document(tmp_path / "税务.ods", "实缴税收（万元）", rows, styles))
    assert result.column("tax", 5) == [None, None, None, 1234567, None]
    assert "B2:B3、B6" in result.one("E671").problem
    assert result.one("E672").cell == "B4"


def open_document(path: Path, header: str, rows: str, styles: str = "", columns: str = "") -> Path:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
        for name, space in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("number", "datastyle"),
        )
    )
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f'<office:spreadsheet><table:table table:name="税收">{columns}<table:table-row>'
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{each}</text:p>'
            "</table:table-cell>"
            for each in ("企业名称", header)
        )
        + f"</table:table-row>{rows}</table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr("content.xml", xml)
    return path


def test_02_in_an_old_workbook(tmp_path: Path) -> None:
    result = with_base(tmp_path, case("02x"))
    assert result.one("E672").cell == "C2"
    assert result.column("tax", 2) == [None, 890]


@pytest.mark.parametrize("number", ["16", "16x"])
def test_16_rows_hidden_by_a_filter_are_told(number: str, tmp_path: Path) -> None:
    result = with_base(tmp_path, case(number))
    finding = result.one("W673")
    assert "第3行" in finding.problem
    assert result.cell(0, "land") == 109


def test_16_and_17_and_18_in_an_open_document(tmp_path: Path) -> None:
    cell = "<table:table-cell {}office:value-type='{}'{}><text:p>{}</text:p></table:table-cell>"
    struck = "table:style-name='ce1' "
    styles = (
        "<style:style style:name='ce1' style:family='table-cell'>"
        "<style:text-properties style:text-line-through-style='solid'/></style:style>"
    )
    rows = "".join(
        f"<table:table-row {seen}>"
        + cell.format(look, "string", "", f"{NAME}{number}")
        + cell.format("", "float", f" office:value='{number}'", number)
        + "</table:table-row>"
        for number, seen, look in (
            (1, "", ""), (2, "table:visibility='filter'", ""), (3, "", struck)
        )
    )  # fmt: skip
    columns = "<table:table-column/><table:table-column table:visibility='collapse'/>"
    table = open_document(tmp_path / "税务.ods", "实缴税收（万元）", rows, styles, columns)
    result = alone(tmp_path, table)
    assert "第3行" in result.one("W673").problem
    assert result.one("W674").cell.startswith("B")
    assert "第4行" in result.one("W675").problem


@pytest.mark.parametrize("number", ["17", "17x"])
def test_17_a_hidden_column_is_told(number: str, tmp_path: Path) -> None:
    finding = with_base(tmp_path, case(number)).one("W674")
    assert "实缴税收（万元）" in finding.problem
    assert finding.cell.startswith("C")


@pytest.mark.parametrize("number", ["18", "18x"])
def test_18_rows_struck_out_are_told(number: str, tmp_path: Path) -> None:
    result = with_base(tmp_path, case(number))
    assert "第3行" in result.one("W675").problem


def test_18_a_figure_struck_out_is_told(tmp_path: Path) -> None:
    table = xlsx(tmp_path / "税务.xlsx", [HEAD, [CODE, NAME, 7]])
    book = openpyxl.load_workbook(table)
    book.worksheets[0]["C2"].font = Font(strike=True)
    book.save(table)
    finding = alone(tmp_path, table).one("W675")
    assert finding.cell == "C2"


@pytest.mark.parametrize("number", ["92", "92x"])
def test_92_a_value_under_a_merged_cell_does_not_count(number: str, tmp_path: Path) -> None:
    result = with_base(tmp_path, case(number))
    assert result.column("land", 2) == [30, 7]
    assert result.one("W676").cell == "D3"


# ---- the district's own workbook, and last year's ------------------------------------------------


def own(tmp_path: Path, year: int | None = None) -> Path:
    """Three firms; the tax of all is shown a ten-thousandth, a row hidden, one struck out."""
    path = filled(tmp_path / "某区.xlsx", [firm(n, tax=1234567.0) for n in (1, 2, 3)], [firm(1)])
    book = openpyxl.load_workbook(path)
    sheet = book[layout.DATA]
    for row in range(layout.FIRST_ROW, layout.FIRST_ROW + 3):
        sheet.cell(row, 7).number_format = "0!.0,"
        sheet.cell(row, 6).number_format = '0.00"亩"'
        sheet.cell(row, 8).number_format = '#,##0"元"'
    sheet.row_dimensions[layout.FIRST_ROW + 1].hidden = True
    sheet.column_dimensions["I"].hidden = True
    sheet.cell(layout.FIRST_ROW + 2, 3).font = Font(strike=True)
    sheet.merge_cells(start_row=5, end_row=6, start_column=10, end_column=10)
    if year is not None:
        book[layout.PARAMETERS].cell(*layout.parameter_cell("year"), year)
    book.save(path)
    return path


def test_01_in_our_own_workbook(tmp_path: Path) -> None:
    findings = {f.code: f for f in assess(read_book(own(tmp_path))).findings}
    assert (findings["E431"].cell, findings["E431"].sheet) == ("G5:G7", layout.DATA)
    assert "“123.5”" in findings["E431"].problem
    assert findings["E432"].cell == "H5:H7"
    assert "第6行" in findings["W433"].problem
    assert "主营业务收入" in findings["W434"].problem
    assert "第7行" in findings["W435"].problem
    assert sum(f.code == "E431" for f in findings.values()) == 1


def test_01_a_baseline_typed_as_a_percentage(tmp_path: Path) -> None:
    """2.5% of R&D in revenue, of which the unit is per cent: the cell holds 0.025."""
    path = filled(tmp_path / "某区.xlsx", [firm(1)], [firm(1)])
    book = openpyxl.load_workbook(path)
    sheet = book[layout.PARAMETERS]
    [row] = [r for r in range(1, 40) if sheet.cell(r, 1).value == "研发投入强度"]
    [column] = [
        cell.column for cells in sheet.iter_rows(max_row=20) for cell in cells
        if cell.value == "人工核定基准值"
    ]  # fmt: skip
    sheet.cell(row, column).value = 0.025
    sheet.cell(row, column).number_format = "0.00%"
    book.save(path)
    [finding] = [f for f in read_book(path).findings if f.code == "E431"]
    assert "“2.50%”" in finding.problem


def test_92_in_our_own_workbook(tmp_path: Path) -> None:
    path = filled(tmp_path / "某区.xlsx", [firm(1), firm(2)], [])
    parts = "xl/worksheets/sheet3.xml"
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    sheet = content[parts]
    assert b"<mergeCells" not in sheet
    at = sheet.index(b"</sheetData>") + len(b"</sheetData>")
    merged = b'<mergeCells count="1"><mergeCell ref="J5:J6"/></mergeCells>'
    content[parts] = sheet[:at] + merged + sheet[at:]
    with zipfile.ZipFile(path, "w") as out:
        for name, data in content.items():
            out.writestr(name, data)
    [finding] = [f for f in read_book(path).findings if f.code == "E436"]
    assert finding.cell == "J6"


def test_01_in_last_years_workbook(tmp_path: Path) -> None:
    result = do(tmp_path / "b.xlsx", last_year=own(tmp_path, 2021), year=None)
    assert {"E671", "E672"} <= errors(result)
    assert result.cell(0, "tax", layout.PREVIOUS) is None
    assert result.cell(0, "land", layout.PREVIOUS) == 10
    assert result.cell(0, "output", layout.PREVIOUS) is None
    assert {"W673", "W675"} <= set(result.codes())


def test_01_an_ordinary_workbook_has_nothing_odd(tmp_path: Path) -> None:
    """The template's own formats show what they hold."""
    path = filled(tmp_path / "某区.xlsx", [firm(1), firm(2)], [firm(1)])
    assert not [f for f in read_book(path).findings if f.code[1:3] == "43"]


# ---- kind 1: workbooks that count from 1904 -----------------------------------------------------


def of_1904(path: Path) -> Path:
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    book = content["xl/workbook.xml"]
    assert b"<workbookPr" in book
    content["xl/workbook.xml"] = book.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in content.items():
            out.writestr(name, data)
    return path


def test_87_dates_into_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    """The 1st of May 2019 is day 42124 there."""
    firms = [firm(1, code=CODE, name=NAME, start_date=None)]
    book = of_1904(filled(tmp_path / "b.xlsx", firms, []))
    do(book, case("87b"))
    assert raw_cell(book, "xl/worksheets/sheet3.xml", "E5") == "42124"
    assert read_book(book).current.roster.start_dates[0].item() == dt.date(2019, 5, 1)


def test_87_numbers_without_a_date_format(tmp_path: Path) -> None:
    book = of_1904(filled(tmp_path / "b.xlsx", [firm(1, start_date=42124)], []))
    assert read_book(book).current.roster.start_dates[0].item() == dt.date(2019, 5, 1)


def test_87_last_year_from_and_into(tmp_path: Path) -> None:
    last = filled(tmp_path / "a.xlsx", [firm(1, start_date=dt.date(2019, 5, 1))], [])
    book = openpyxl.load_workbook(last)
    book[layout.PARAMETERS].cell(*layout.parameter_cell("year"), 2021)
    book[layout.DATA].cell(5, 5, 42124)
    book.save(last)
    this = of_1904(filled(tmp_path / "b.xlsx", [], []))
    do(this, last_year=of_1904(last), year=None)
    assert raw_cell(this, "xl/worksheets/sheet4.xml", "E5") == "42124"


def raw_cell(book: Path, part: str, address: str) -> str:
    with zipfile.ZipFile(book) as opened:
        sheet = opened.read(part).decode()
    cell = sheet[sheet.index(f'r="{address}"') :]
    return cell[cell.index("<v>") + 3 : cell.index("</v>")]


def test_87_day_numbers_in_other_files_that_count_from_1904(tmp_path: Path) -> None:
    days = (
        "<table:table-row><table:table-cell office:value-type='string'><text:p>甲厂</text:p>"
        "</table:table-cell><table:table-cell office:value-type='float' office:value='42124'>"
        "<text:p>42124</text:p></table:table-cell></table:table-row>"
    )
    table = open_document(tmp_path / "名单.ods", "投产日期", days)
    with zipfile.ZipFile(table) as old:
        xml = old.read("content.xml").decode()
    start = "<table:calculation-settings><table:null-date table:date-value='1904-01-01'/>"
    at = xml.index("<table:table ")
    xml = f"{xml[:at]}{start}</table:calculation-settings>{xml[at:]}"
    with zipfile.ZipFile(table, "w") as out:
        out.writestr("content.xml", xml)
    assert alone(tmp_path, table).cell(0, "start_date") == dt.datetime(2019, 5, 1)


# ---- kind 4: text --------------------------------------------------------------------------------


def test_09_thousands_that_part_a_row(tmp_path: Path) -> None:
    result = with_base(tmp_path, case("09"))
    finding = result.one("E677")
    assert finding.level is Level.ERROR
    assert "第2行" in finding.problem
    assert result.column("tax", 3) == [None, 12, 7]
    assert result.column("revenue", 3) == [None, 30, 40]


def test_10_a_comma_within_a_name(tmp_path: Path) -> None:
    result = with_base(tmp_path, case("10"))
    assert "第2行" in result.one("E677").problem
    assert result.column("tax", 2) == [None, 12]
    assert result.column("revenue", 2) == [None, 30]


@pytest.mark.parametrize(
    ("rows", "tax"),
    [
        # The last cell is blank, so that a row that was parted looks almost whole.
        ([f"{CODE},{NAME},1,234.5,", f"{CODES[1]},乙厂,3,4"], [None, 3]),
        # A cell is missing, and it could be either.
        ([f"{CODE},{NAME},30", f"{CODES[1]},乙厂,3,4"], [None, 3]),
        # A separator at the end of every row is none.
        ([f"{CODE},{NAME},30,40,", f"{CODES[1]},乙厂,3,4,"], [30, 3]),
    ],
)
def test_10_sisters(rows: list[str], tax: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "税务.csv"
    path.write_text("\n".join([",".join([*HEAD, "主营业务收入（万元）"]), *rows]), "utf-8")
    roster = text(tmp_path / "名单.csv", [[*HEAD[:2], "总产值（万元）"], [CODE, NAME, 1],
                                        [CODES[1], "乙厂", 1]])  # fmt: skip
    result = do(tmp_path / "b.xlsx", roster, path, roster=(roster,))
    assert result.column("tax", 2) == tax
    assert ("E677" in result.codes()) is (None in tax)


def test_10_remarks_that_a_spreadsheet_has_left_out(tmp_path: Path) -> None:
    path = tmp_path / "税务.csv"
    path.write_text("\n".join([",".join([*HEAD, "备注"]), f"{CODE},{NAME},30"]), "utf-8")
    result = alone(tmp_path, path)
    assert result.cell(0, "tax") == 30
    assert result.one("W678").level is Level.WARNING


def test_12_signs_for_no_figure(tmp_path: Path) -> None:
    result = with_base(tmp_path, case("12"))
    assert {f.cell for f in result.found("W622")} == {"C2:C6", "D3", "D5", "E2", "E6"}
    assert {f.cell for f in result.found("E621")} == {"D2", "E3", "D4", "E4", "E5"}
    for item in ("tax", "rd", "revenue"):
        assert result.column(item, 5) == [None] * 5


def test_13_characters_that_nobody_sees(tmp_path: Path) -> None:
    result = with_base(tmp_path, case("13"))
    assert result.column("tax", 5) == [1, 2, 3, 4, 5]
    assert not errors(result)


@pytest.mark.parametrize("mark", ["\u200b", "\ufeff", "\xad", "\u202d", "\u2060", "\u200e", "\x07"])
def test_59_in_the_list_of_firms_and_in_text(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(
        f"统一社会信用代码,{mark}企业名称,总产值（{mark}万元）\n"
        f"{CODE[:4]}{mark}{CODE[4:]},{NAME[:3]}{mark}{NAME[3:]},1{mark}23\n",
        "utf-8",
    )
    result = alone(tmp_path, path)
    assert (result.cell(0, "code"), result.cell(0, "name")) == (CODE, NAME)
    assert result.cell(0, "output") == 123


def test_59(tmp_path: Path) -> None:
    result = alone(tmp_path, case("59a"), case("59b"))
    assert result.column("tax", 2) == [11, 12]


def test_59_in_our_own_workbook(tmp_path: Path) -> None:
    path = filled(
        tmp_path / "b.xlsx",
        [firm(1, code=f"{CODE}\u200b", name=f"\u202d{NAME}\u202c", tax="5\u200b")], [],
    )  # fmt: skip
    roster = read_book(path).current.roster
    assert (roster.codes[0], roster.names[0]) == (CODE, NAME)
    assert roster.numbers["tax"][0] == 5


@pytest.mark.parametrize("number", ["24", "88", "88b", "89"])
def test_24_a_bad_byte_is_named_by_its_line(number: str) -> None:
    line, before = {
        "24": ("第3行", "备注"), "88": ("第4行", "备注"), "88b": ("第3行", "测区金"),
        "89": ("第2行", "测区宏远机床有限"),
    }[number]  # fmt: skip
    with pytest.raises(FileAccessError) as caught:
        read_file(case(number))
    assert line in str(caught.value)
    assert before in str(caught.value)
    assert str(caught.value).count("。") == 1


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_25_utf_16_without_a_mark(coding: str, tmp_path: Path) -> None:
    path = tmp_path / "税务.csv"
    path.write_bytes(f"企业名称,实缴税收（元）\r\n{NAME},12345\r\n".encode(coding))
    assert alone(tmp_path, path).cell(0, "tax") == 1.2345
    assert alone(tmp_path, case("25")).cell(0, "tax") == 1.2345


def test_27_figures_that_are_protected(tmp_path: Path) -> None:
    result = with_base(tmp_path, case("27"))
    assert result.column("tax", 2) == [1.2345, 6.789]
    assert not errors(result)


@pytest.mark.parametrize("separator", ["|", "\t", ";", "，", "；"])
def test_50_separators(separator: str, tmp_path: Path) -> None:
    rows = [["企业名称", "实缴税收（元）"], [NAME, "12345"], ["乙厂", "1"]]
    path = text(tmp_path / "税务.txt", rows, delimiter=separator)
    assert alone(tmp_path, path).cell(0, "tax") == 1.2345


def test_50(tmp_path: Path) -> None:
    assert with_base(tmp_path, case("50")).cell(0, "tax") == 1.2345


def test_49_dates_with_a_time_of_day(tmp_path: Path) -> None:
    result = alone(tmp_path, case("49"))
    assert result.column("start_date", 3) == [dt.datetime(2019, 5, 1)] * 3
    assert [f.cell for f in result.found("E621")] == ["C5"]


@pytest.mark.parametrize("number", ["76", "76b"])
def test_76_two_numbers_in_a_cell(number: str, tmp_path: Path) -> None:
    result = with_base(tmp_path, case(number))
    cells = {"76": {"C2", "D2", "C3", "D3", "C4"}, "76b": {"C2", "C3"}}[number]
    assert {f.cell for f in result.found("E621")} == cells
    assert result.cell(0, "land") is None
    assert result.cell(1, "land") is None


# ---- kinds 6 and 7: odd files that can be read ---------------------------------------------------


@pytest.mark.parametrize("number", ["20", "21", "22"])
def test_20_to_22_no_workbooks_but_called_so(number: str, tmp_path: Path) -> None:
    """12,345 and 123,456.7 元."""
    result = alone(tmp_path, case(number))
    assert result.cell(0, "name") == NAME
    assert result.cell(0, "tax") == {"20": 12.34567}.get(number, 1.2345)
    assert not errors(result)


PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{coding}">
<style><!-- .xl24 {{mso-number-format:"0\\!\\.0\\,"}} --></style>
<script>var x = "<td>9</td>";</script></head><body><h3>2022年纳税情况</h3><p>单位：元</p>
<table><col><col><tr><td colspan=2>税收</td></tr><tr><th rowspan=2>企业名称<th>实缴税收</tr>
<tr><td>合计</tr>{rows}</table></body></html>"""


@pytest.mark.parametrize("coding", ["utf-8", "gb2312"])
def test_20_a_page_as_systems_write_it(coding: str, tmp_path: Path) -> None:
    """Title and unit outside of the table, cells over several rows, ends left out."""
    rows = (
        "<tr><td>甲厂<td>12&nbsp;</tr>"
        "<tr style='display:none'><td>乙厂</td><td>34<br></td></tr>"
        "<tr><td>丙厂</td><td x:num='1234567'>123.5</td></tr>"
        "<tr><td><s>丁厂</s></td><td x:num='50.4'>50</td></tr>"
        "<tr><td>戊厂</td><td class=xl24>1234567</td></tr>"
        "<tr><td>己厂</td><td>60<![if !x]><![endif]></td></tr>"
    )
    path = tmp_path / "税务.xls"
    path.write_bytes(PAGE.format(coding=coding, rows=rows).encode(coding))
    result = alone(tmp_path, path)
    assert result.column("tax", 6) == [0.0012, 0.0034, None, 0.00504, None, 0.006]
    assert result.one("E671").problem.count("共2格") == 1
    assert "W673" in result.codes()
    assert "W675" in result.codes()


def test_20_a_web_archive(tmp_path: Path) -> None:
    page = "<html><table><tr><td>企业名称<td>实缴税收（元）<tr><td>甲厂<td>12345</table>"
    book = "<html><x:Name>税收</x:Name><frameset></frameset>"
    path = tmp_path / "税务.xls"
    path.write_bytes(
        (
            'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
            f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{book}\r\n"
            "--b\r\nContent-Type: text/html; charset=gb2312\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
        ).encode()
        + page.encode("gb2312")
        + b"\r\n--b--\r\n"
    )
    result = alone(tmp_path, path)
    assert result.cell(0, "tax") == 1.2345
    assert read_file(path).sheets[0].name == "税收"


def test_21_a_workbook_of_2003_with_all_it_can_have(tmp_path: Path) -> None:
    path = tmp_path / "税务.xls"
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><Styles>'
        '<Style ss:ID="s1"><NumberFormat ss:Format="0!.0,"/></Style>'
        '<Style ss:ID="s2"><Font ss:StrikeThrough="1"/></Style></Styles>'
        '<Worksheet ss:Name="旧"><Table><Row><Cell><Data ss:Type="String">企业名称</Data></Cell>'
        "</Row></Table><WorksheetOptions xmlns='urn:schemas-microsoft-com:office:excel'>"
        "<Visible>SheetHidden</Visible></WorksheetOptions></Worksheet>"
        '<Worksheet ss:Name="税收"><Table><Column/><Column ss:Index="3" ss:Hidden="1"/>'
        '<Row ss:Index="2"><Cell><Data ss:Type="String">企业名称</Data><Comment><Data>x</Data>'
        '</Comment></Cell><Cell ss:Index="3"><Data ss:Type="String">实缴税收（元）</Data></Cell>'
        '<Cell><Data ss:Type="String">投产日期</Data></Cell></Row>'
        '<Row><Cell ss:StyleID="s2"><Data ss:Type="String"><B>甲</B>厂</Data></Cell>'
        '<Cell ss:Index="3"><Data ss:Type="Number">20000</Data></Cell>'
        '<Cell><Data ss:Type="DateTime">2019-05-01T00:00:00.000</Data></Cell></Row>'
        '<Row ss:Hidden="1"><Cell><Data ss:Type="String">乙厂</Data></Cell>'
        '<Cell ss:Index="3" ss:StyleID="s1"><Data ss:Type="Number">1234567</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="String">丙厂</Data></Cell>'
        '<Cell ss:Index="3"><Data ss:Type="Error">#N/A</Data></Cell></Row>'
        "</Table></Worksheet></Workbook>",
        "utf-8",
    )
    result = alone(tmp_path, path)
    assert result.column("tax", 3) == [2, None, None]
    assert result.cell(0, "start_date") == dt.datetime(2019, 5, 1)
    assert result.one("E671").cell == "C4"
    assert result.one("E623").cell == "C5"
    assert "第4行" in result.one("W673").problem
    assert "第3行" in result.one("W675").problem
    assert {"W674", "W603"} <= set(result.codes())


@pytest.mark.parametrize("number", ["28", "28b", "29", "29b", "29c", "29d"])
def test_28_and_29_code_pages_of_old_workbooks(number: str, tmp_path: Path) -> None:
    result = alone(tmp_path, case(number))
    assert result.column("name", 2) == [NAME, "测区金泰电缆股份有限公司"]
    assert result.column("tax", 2) == [12.3456, 0.0078]


def test_29_letters_that_were_taken_for_latin_ones(tmp_path: Path) -> None:
    """Programs that wrote GBK byte by byte into a newer workbook."""
    garbled = [[c.encode("gbk").decode("latin-1") for c in ("企业名称", "实缴税收（元）")]]
    garbled.append([NAME.encode("gbk").decode("latin-1"), "12345"])
    result = alone(tmp_path, xlsx(tmp_path / "税务.xlsx", garbled))
    assert (result.cell(0, "name"), result.cell(0, "tax")) == (NAME, 1.2345)
    assert "GBK" in result.done.tables[0].table.how


PACKAGES = "30 31 32 33 34 35 37 38 39 40 65 67 77 78 79 80 81 82 83 84 84b 84c 84d 85"


@pytest.mark.parametrize("number", PACKAGES.split())
def test_30_to_40_and_65_to_85_odd_packages_that_can_be_read(number: str) -> None:
    sheet = read_file(case(number)).sheets[0]
    cells = [cell for row in sheet.grid.rows[1:] for cell in row]
    assert {NAME, "测区金泰电缆股份有限公司"} & {show(cell) for cell in cells}
    assert any(isinstance(cell, (float, dt.date)) for cell in cells)
    assert not sheet.grid.doubtful


@pytest.mark.parametrize("number", ["30", "31"])
def test_30_and_31_dates(number: str, tmp_path: Path) -> None:
    assert alone(tmp_path, case(number)).cell(0, "start_date") == dt.datetime(2019, 5, 1)


def test_65_in_our_own_workbook(tmp_path: Path) -> None:
    """A run in place keeps the sheet of macros in the list."""
    from permu_xl.workbook.district import run

    path = filled(tmp_path / "b.xlsx", [firm(n) for n in range(1, 8)], [firm(1), firm(2)])
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    book = content["xl/workbook.xml"]
    space = RELATION_NAMESPACES[0].encode()
    module = b'<sheet xmlns:r="%s" name="Module1" sheetId="99" r:id=""/></sheets>' % space
    content["xl/workbook.xml"] = book.replace(b"</sheets>", module)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in content.items():
            out.writestr(name, data)
    outcome = run(path, path)
    assert outcome.evaluation is not None
    with zipfile.ZipFile(path) as made:
        assert b'name="Module1"' in made.read("xl/workbook.xml")


def test_67_errors_in_cells_with_small_letters(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "税务.xlsx", [HEAD, [CODE, NAME, 5]])
    with zipfile.ZipFile(path) as old:
        content = {name: old.read(name) for name in old.namelist()}
    sheet = content["xl/worksheets/sheet1.xml"]
    at = sheet.index(b'<c r="C2"')
    sheet = sheet[:at] + b'<c r="c2" t="e"><v>#DIV/0!</v></c></row></sheetData></worksheet>'
    content["xl/worksheets/sheet1.xml"] = sheet
    with zipfile.ZipFile(path, "w") as out:
        for name, data in content.items():
            out.writestr(name, data)
    assert alone(tmp_path, path).one("E623").cell == "C2"


def test_68_a_sheet_with_a_cell_far_away_is_passed_over(tmp_path: Path) -> None:
    result = with_base(tmp_path, case("68"))
    finding = result.one("W679")
    assert finding.sheet == "草稿"
    assert result.cell(0, "tax")


def test_68_but_never_one_that_lists_firms(tmp_path: Path) -> None:
    """Another sheet would be taken in its place."""
    wide = [[*HEAD, *[None] * 1100, "x"], [CODE, NAME, 3]]
    path = xlsx(tmp_path / "税务.xlsx", {"税收": wide, "旧": [HEAD, [CODE, NAME, 2]]})
    with pytest.raises(BookError, match="税收"):
        read_file(path)


def test_75_write_protection_is_named() -> None:
    with pytest.raises(BookError, match="写保护"):
        read_file(case("75"))


@pytest.mark.parametrize("number", ["36", "36b"])
def test_36_refused_as_before(number: str) -> None:
    with pytest.raises(BookError):
        read_file(case(number))


def test_11_signs_around_figures_stay_errors(tmp_path: Path) -> None:
    result = with_base(tmp_path, case("11"))
    assert len(result.found("E621")) >= 6


@pytest.mark.parametrize("number", ["23", "26", "51"])
def test_23_26_51_marks_before_the_header(number: str, tmp_path: Path) -> None:
    assert with_base(tmp_path, case(number)).cell(0, "tax") == 1.2345


@pytest.mark.parametrize("number", ["41", "66"])
def test_41_and_66_formats_that_look_like_dates(number: str, tmp_path: Path) -> None:
    [sheet] = read_file(case(number)).sheets
    figures = [cell for row in sheet.grid.rows[1:] for cell in row]
    dates = [figure for figure in figures if isinstance(figure, dt.date)]
    assert 43586.0 in figures
    assert set(dates) <= {dt.date(2019, 5, 1)}


def test_84_an_open_document_in_one_piece(tmp_path: Path) -> None:
    table = open_document(tmp_path / "a.ods", "实缴税收（元）", "")
    with zipfile.ZipFile(table) as opened:
        xml = opened.read("content.xml").decode()
    xml = xml.replace("office:document-content", "office:document")
    path = tmp_path / "税务.xls"
    path.write_text(xml, "utf-8")
    assert read_file(path).sheets[0].grid.rows == [["企业名称", "实缴税收（元）"]]


def test_a_text_table_with_a_wrong_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / "税务.xls"
    path.write_bytes(io.BytesIO(f"企业名称\t实缴税收（元）\n{NAME}\t1\n".encode("gbk")).read())
    shutil.copy(path, tmp_path / "税务.xlsx")
    assert read_file(tmp_path / "税务.xlsx").is_text
