"""Workbooks with everything a user may have put into them, for the tests of the writer."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import xlsxwriter
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from tests.xlsx.sheets import DECLARATION, RELATIONS, read_zip, write_zip

SCORES, DATA, USER = "得分", "原始数据", "我的分析"
HEADERS = ["代码", "企业名称", "亩均税收", "总分", "用户备注"]
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def openpyxl_book(folder: Path) -> Path:
    """Write a workbook with openpyxl: table with its look, formulas of ours, and a user's sheet."""
    book = Workbook()
    scores = book.active
    scores.title = SCORES
    scores["A1"] = "得分表"
    scores["A1"].font = Font(bold=True, size=14)
    for number, header in enumerate(HEADERS, start=1):
        scores.cell(4, number, header).font = Font(bold=True)
        scores.cell(5, number).fill = PatternFill("solid", fgColor="FFEEEEEE")
        scores.cell(5, number).number_format = "0.00"
    scores.row_dimensions[5].height = 21
    scores["E5"] = "用户写的"
    scores["F5"] = "=D5*2"
    scores["D5"] = "=PERMU_TOTAL(C5)"
    scores["H5"] = ArrayFormula("H5:H7", "=C5:C7*2")
    scores.auto_filter.ref = "A4:D8"
    scores.freeze_panes = "C5"
    scores["A4"].comment = Comment("统一社会信用代码", "审核")
    valid = DataValidation("list", formula1='"A,B,C,D"')
    valid.add("G5:G99")
    scores.add_data_validation(valid)
    scores.conditional_formatting.add("D5:D99", CellIsRule("lessThan", ["60"], font=Font(b=True)))
    data = book.create_sheet(DATA)
    data.append(["企业名称", "用地"])
    data.append(["甲", 12.5])
    data.add_table(Table(displayName="地表", ref="A1:B2"))
    user = book.create_sheet(USER)
    user["A1"] = f"=SUM({SCORES}!D5:D99)"
    chart = BarChart()
    chart.add_data(Reference(scores, min_col=4, min_row=4, max_row=8), titles_from_data=True)
    user.add_chart(chart, "C3")
    hidden = book.create_sheet("秘密")
    hidden.sheet_state = "veryHidden"
    hidden["A1"] = "x"
    book.defined_names["总分列"] = DefinedName("总分列", attr_text=f"{SCORES}!$D$5:$D$99")
    path = folder / "openpyxl.xlsx"
    book.save(path)
    return path


def xlsxwriter_book(folder: Path, ending: str = "xlsx") -> Path:
    """Write a workbook with XlsxWriter: pictures, shapes, controls, sparklines, macros (xlsm)."""
    path = folder / f"xlsxwriter.{ending}"
    picture = folder / "logo.png"
    picture.write_bytes(PNG)
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": dt.datetime(2021, 6, 30)})
    bold, cell = book.add_format({"bold": True}), book.add_format({"border": 1})
    percent = book.add_format({"num_format": "0.0%"})
    scores, data, user = (book.add_worksheet(name) for name in (SCORES, DATA, USER))
    scores.set_column("B:C", 20, percent)
    scores.merge_range("A1:F1", "得分表", bold)
    for number, header in enumerate(HEADERS):
        scores.write(3, number, header, bold)
        scores.write_blank(4, number, None, cell)
    scores.set_row(4, 18)
    scores.write("E5", "用户写的")
    scores.write_formula("F5", "=D5*2", None, 0)
    scores.write_dynamic_array_formula("D5:D8", "=_xll.PERMU_TOTAL(C5:C8)", None, 0)
    scores.write_url("B6", "https://www.gov.cn/")
    scores.autofilter("A4:D8")
    scores.filter_column_list("B", ["甲"])
    scores.conditional_format("D5:D99", {"type": "data_bar", "data_bar_2010": True})
    scores.data_validation("G5:G9", {"validate": "list", "source": f"={DATA}!$A$1:$A$3"})
    scores.add_sparkline("G5", {"range": f"{SCORES}!C5:D5"})
    scores.write_comment("A4", "批注")
    scores.insert_image("H2", str(picture))
    scores.insert_textbox("H8", "文本框")
    scores.insert_button("H12", {"macro": "go", "caption": "重算"})
    scores.set_header("&L&G", {"image_left": str(picture)})
    scores.protect("secret", {"autofilter": True})
    chart = book.add_chart({"type": "scatter"})
    chart.add_series({
        "categories": [SCORES, 4, 2, 7, 2], "values": [SCORES, 4, 3, 7, 3], "name": [SCORES, 3, 3],
    })  # fmt: skip
    scores.insert_chart("H20", chart)
    data.add_table("A1:B3", {"columns": [{"header": "企业"}, {"header": "用地"}]})
    user.write_formula("A1", f"=SUM({SCORES}!D5:D99)", None, 0)
    user.insert_checkbox("B2", True)
    book.add_worksheet("秘密").very_hidden()
    bars = book.add_chart({"type": "bar"})
    bars.add_series({"values": [SCORES, 4, 3, 7, 3]})
    book.add_chartsheet("图").set_chart(bars)
    book.define_name("总分列", f"={SCORES}!$D$5:$D$99")
    if ending == "xlsm":
        macros = folder / "vbaProject.bin"
        macros.write_bytes(bytes(range(256)) * 40)
        book.add_vba_project(str(macros))
    book.close()
    return path


def exotic_book(folder: Path) -> Path:
    """Add parts by hand that no library writes: pivot table, slicer, SmartArt and others."""
    parts = read_zip(xlsxwriter_book(folder))
    add_parts(parts, EXOTIC_PARTS, exotic_relations(1, 3))
    book = "xl/workbook.xml"
    links = '<externalReferences><externalReference r:id="rId94"/></externalReferences>'
    splice(parts, book, "<definedNames>", links + "<definedNames>")
    pivots = '<pivotCaches><pivotCache cacheId="1" r:id="rId91"/></pivotCaches></workbook>'
    splice(parts, book, "</workbook>", pivots)
    return write_zip(folder / "exotic.xlsx", parts)


def add_parts(
    parts: dict[str, bytes],
    added: Mapping[str, tuple[str, str | bytes]],
    relations: Mapping[str, list[tuple[str, str]]],
) -> None:
    """Put parts into a package: content type and content by name, kind and target by holder.

    The relationships are numbered from rId90 on, in each part anew.
    """
    for name, (content_type, text) in added.items():
        parts[name] = text if isinstance(text, bytes) else (DECLARATION + text).encode()
        if content_type:
            override = f'<Override PartName="/{name}" ContentType="{content_type}"/></Types>'
            splice(parts, "[Content_Types].xml", "</Types>", override)
    for holder, listed in relations.items():
        for number, (kind, target) in enumerate(listed, start=90):
            kind = kind if kind.startswith("http") else f"{RELATIONS}/{kind}"
            mode = ' TargetMode="External"' if target.startswith("file:") else ""
            made = f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"{mode}/>'
            parts.setdefault(holder, _NO_RELATIONS.encode())
            splice(parts, holder, "</Relationships>", made + "</Relationships>")


def splice(parts: dict[str, bytes], part: str, old: str, new: str) -> None:
    """Put text in place of what must be there in a part."""
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_X14 = 'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_NO_RELATIONS = (
    DECLARATION
    + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "</Relationships>"
)

EXOTIC_PARTS: Mapping[str, tuple[str, str | bytes]] = {
    "xl/calcChain.xml": (
        f"{_OFFICE}.spreadsheetml.calcChain+xml",
        f'<calcChain {_MAIN}><c r="F5" i="1"/><c r="D5" i="1" a="1"/><c r="A1" i="3"/></calcChain>',
    ),
    "xl/pivotCache/pivotCacheDefinition1.xml": (
        f"{_OFFICE}.spreadsheetml.pivotCacheDefinition+xml",
        f'<pivotCacheDefinition {_MAIN} refreshOnLoad="1" recordCount="0"><cacheSource'
        f' type="worksheet"><worksheetSource ref="A1:B3" sheet="{DATA}"/></cacheSource>'
        '<cacheFields count="2"><cacheField name="企业"><sharedItems/></cacheField>'
        '<cacheField name="用地"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>',
    ),
    "xl/pivotTables/pivotTable1.xml": (
        f"{_OFFICE}.spreadsheetml.pivotTable+xml",
        f'<pivotTableDefinition {_MAIN} name="透视表1" cacheId="1" dataCaption="值">'
        '<location ref="D3:E9" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        '<pivotFields count="2"><pivotField/><pivotField/></pivotFields></pivotTableDefinition>',
    ),
    "xl/slicers/slicer1.xml": (
        "application/vnd.ms-excel.slicer+xml",
        f'<slicers {_X14}><slicer name="企业" cache="切片器_企业" rowHeight="1"/></slicers>',
    ),
    "xl/slicerCaches/slicerCache1.xml": (
        "application/vnd.ms-excel.slicerCache+xml",
        f'<slicerCacheDefinition {_X14} name="切片器_企业" sourceName="企业"/>',
    ),
    "xl/diagrams/data1.xml": (
        f"{_OFFICE}.drawingml.diagramData+xml",
        f'<dgm:dataModel xmlns:dgm="{_DIAGRAM}"><dgm:ptLst/></dgm:dataModel>',
    ),
    "xl/diagrams/layout1.xml": (
        f"{_OFFICE}.drawingml.diagramLayout+xml",
        f'<dgm:layoutDef xmlns:dgm="{_DIAGRAM}"/>',
    ),
    "xl/threadedComments/threadedComment1.xml": (
        "application/vnd.ms-excel.threadedcomments+xml",
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        'threadedcomments"><threadedComment ref="B4" id="{1}"><text>请核对</text>'
        "</threadedComment></ThreadedComments>",
    ),
    "xl/persons/person.xml": (
        "application/vnd.ms-excel.person+xml",
        '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
        'threadedcomments"/>',
    ),
    "xl/externalLinks/externalLink1.xml": (
        f"{_OFFICE}.spreadsheetml.externalLink+xml",
        f'<externalLink {_MAIN}><externalBook xmlns:r="{RELATIONS}" r:id="rId90"/></externalLink>',
    ),
    "xl/printerSettings/printerSettings1.bin": (
        f"{_OFFICE}.spreadsheetml.printerSettings",
        b"P\x00r\x00i\x00n\x00t\x00" * 99,
    ),
    "customXml/item1.xml": ("", '<root xmlns="urn:district"><district>浑南区</district></root>'),
    "xl/ctrlProps/ctrlProp9.xml": (
        "application/vnd.ms-excel.controlproperties+xml",
        f'<formControlPr {_X14} objectType="Button" lockText="1"/>',
    ),
}


def exotic_relations(scores: int, user: int) -> dict[str, list[tuple[str, str]]]:
    """Return the relationships of the exotic parts; the numbers are those of two sheets."""
    return {
        "xl/_rels/workbook.xml.rels": [
            ("calcChain", "calcChain.xml"),
            ("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml"),
            (
                "http://schemas.microsoft.com/office/2007/relationships/slicerCache",
                "slicerCaches/slicerCache1.xml",
            ),
            (
                "http://schemas.microsoft.com/office/2017/10/relationships/person",
                "persons/person.xml",
            ),
            ("externalLink", "externalLinks/externalLink1.xml"),
        ],
        f"xl/worksheets/_rels/sheet{scores}.xml.rels": [
            ("printerSettings", "../printerSettings/printerSettings1.bin"),
            (
                "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment",
                "../threadedComments/threadedComment1.xml",
            ),
            ("ctrlProp", "../ctrlProps/ctrlProp9.xml"),
        ],
        f"xl/worksheets/_rels/sheet{user}.xml.rels": [
            ("pivotTable", "../pivotTables/pivotTable1.xml"),
            (
                "http://schemas.microsoft.com/office/2007/relationships/slicer",
                "../slicers/slicer1.xml",
            ),
            ("diagramData", "../diagrams/data1.xml"),
            ("diagramLayout", "../diagrams/layout1.xml"),
        ],
        "xl/pivotTables/_rels/pivotTable1.xml.rels": [
            ("pivotCacheDefinition", "../pivotCache/pivotCacheDefinition1.xml")
        ],
        "xl/externalLinks/_rels/externalLink1.xml.rels": [
            ("externalLinkPath", "file:///other.xlsx")
        ],
        "_rels/.rels": [("customXml", "customXml/item1.xml")],
    }


def macro_book(folder: Path) -> Path:
    """Write the workbook of XlsxWriter with macros."""
    return xlsxwriter_book(folder, "xlsm")


RICH_BOOKS: Mapping[str, Callable[[Path], Path]] = {
    "openpyxl": openpyxl_book,
    "xlsxwriter": xlsxwriter_book,
    "macros": macro_book,
    "exotic": exotic_book,
}
