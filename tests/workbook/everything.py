"""A filled district workbook with everything that users of Excel put into one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from permu_xl.workbook import layout
from tests.workbook.districts import filled, spread_firms
from tests.xlsx.rich_books import EXOTIC_PARTS, PNG, add_parts, exotic_relations, splice
from tests.xlsx.sheets import DECLARATION, RELATIONS, read_zip, write_zip

USER, SECRET, CHART = "我的分析", "秘密", "图"
SCORES_NUMBER = layout.SHEETS.index(layout.SCORES) + 1
USER_NUMBER = len(layout.SHEETS) + 1

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_XM = "http://schemas.microsoft.com/office/excel/2006/main"
_MS = "http://schemas.microsoft.com/office"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"

SIGNED_MACROS = {
    "xl/vbaProject.bin": bytes(range(256)) * 40,
    "xl/vbaProjectSignature.bin": b"legacy signature" * 30,
    "xl/vbaProjectSignatureAgile.bin": b"agile signature" * 30,
    "xl/vbaProjectSignatureV3.bin": b"V3 signature" * 30,
}
"""A signature covers the project alone: it holds as long as these bytes are the same."""

FEATURES = {
    "picture": "xl/media/image1.png",
    "shapes": "xl/drawings/drawing1.xml",
    "chart": "xl/charts/chart1.xml",
    "SmartArt": "xl/diagrams/data1.xml",
    "form control": "xl/ctrlProps/ctrlProp9.xml",
    "ActiveX": "xl/activeX/activeX1.bin",
    "embedded object": "xl/embeddings/oleObject1.bin",
    "slicer": "xl/slicers/slicer1.xml",
    "slicer cache": "xl/slicerCaches/slicerCache1.xml",
    "pivot table": "xl/pivotTables/pivotTable1.xml",
    "pivot cache": "xl/pivotCache/pivotCacheDefinition1.xml",
    "table": "xl/tables/table1.xml",
    "comments": "xl/comments1.xml",
    "threaded comments": "xl/threadedComments/threadedComment1.xml",
    "persons": "xl/persons/person.xml",
    "custom XML": "customXml/item1.xml",
    "external link": "xl/externalLinks/externalLink1.xml",
    "printer settings": "xl/printerSettings/printerSettings1.bin",
    "dynamic arrays": "xl/metadata.xml",
    "picture in a cell": "xl/richData/rdrichvalue.xml",
    "cell checkbox": "xl/featurePropertyBag/featurePropertyBag.xml",
    "connection": "xl/connections.xml",
    "ribbon": "customUI/customUI14.xml",
    "custom properties": "docProps/custom.xml",
    "looks": "xl/styles.xml",
    "theme": "xl/theme/theme1.xml",
    "texts": "xl/sharedStrings.xml",
    **{name.rsplit("/")[-1]: name for name in SIGNED_MACROS},
}
"""What is in the workbook, each with a part that must stay as it is."""

_PARTS: dict[str, tuple[str, str | bytes]] = {
    "xl/diagrams/colors1.xml": (
        "application/vnd.openxmlformats-officedocument.drawingml.diagramColors+xml",
        f'<dgm:colorsDef xmlns:dgm="{_DIAGRAM}"/>',
    ),
    "xl/diagrams/quickStyle1.xml": (
        "application/vnd.openxmlformats-officedocument.drawingml.diagramStyle+xml",
        f'<dgm:styleDef xmlns:dgm="{_DIAGRAM}"/>',
    ),
    "xl/activeX/activeX1.xml": (
        "application/vnd.ms-office.activeX+xml",
        f'<ax:ocx xmlns:ax="{_MS}/2006/activeX" xmlns:r="{RELATIONS}" r:id="rId90"/>',
    ),
    "xl/activeX/activeX1.bin": ("application/vnd.ms-office.activeX", b"\x00\xff" * 300),
    "xl/embeddings/oleObject1.bin": (
        "application/vnd.openxmlformats-officedocument.oleObject",
        b"\xd0\xcf\x11\xe0" * 200,
    ),
    "xl/connections.xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml",
        f'<connections xmlns="{_MAIN}"><connection id="1" name="库" type="5"/></connections>',
    ),
    "customUI/customUI14.xml": ("", f'<customUI xmlns="{_MS}/2009/07/customui"/>'),
    "xl/vbaProjectSignatureAgile.bin": (
        "application/vnd.ms-office.vbaProjectSignatureAgile",
        SIGNED_MACROS["xl/vbaProjectSignatureAgile.bin"],
    ),
    "xl/vbaProjectSignatureV3.bin": (
        "application/vnd.ms-office.vbaProjectSignatureV3",
        SIGNED_MACROS["xl/vbaProjectSignatureV3.bin"],
    ),
}
_SIGNATURES: dict[str, tuple[str, str | bytes]] = {
    "_xmlsignatures/origin.sigs": (
        "application/vnd.openxmlformats-package.digital-signature-origin",
        b"",
    ),
    "_xmlsignatures/sig1.xml": (
        "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml",
        '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>',
    ),
    "_xmlsignatures/cert1.cer": (
        "application/vnd.openxmlformats-package.digital-signature-certificate",
        b"certificate",
    ),
}


def everything_book(folder: Path) -> Path:
    """Write the workbook, a macro workbook that is signed twice: its macros and as a whole."""
    plain = filled(folder / "plain.xlsx", spread_firms(12), spread_firms(12), rows=12)
    made = _with_xlsxwriter(plain, folder)
    parts = read_zip(made)
    _add_exotic(parts)
    return write_zip(folder / "某区.xlsm", parts)


def _with_xlsxwriter(plain: Path, folder: Path) -> Path:
    """Copy the sheets' texts and figures, and add what XlsxWriter can make."""
    path = folder / "made.xlsm"
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": dt.datetime(2021, 6, 30)})
    book.set_custom_property("区", "浑南")
    sheets = {}
    for source in openpyxl.load_workbook(plain):
        sheet = sheets[source.title] = book.add_worksheet(source.title)
        for row in source.iter_rows():
            for cell in row:
                if cell.value is not None:
                    sheet.write(cell.row - 1, cell.column - 1, cell.value)
    user = sheets[USER] = book.add_worksheet(USER)
    book.add_worksheet(SECRET).very_hidden()
    _decorate(book, sheets[layout.SCORES], user, folder)
    bars = book.add_chart({"type": "bar"})
    bars.add_series({"values": f"='{layout.SCORES}'!$D$5:$D$16"})
    book.add_chartsheet(CHART).set_chart(bars)
    book.define_name("我的列", f"='{layout.SCORES}'!$D$5:$D$99")
    for name in ("xl/vbaProject.bin", "xl/vbaProjectSignature.bin"):
        (folder / Path(name).name).write_bytes(SIGNED_MACROS[name])
    book.add_signed_vba_project(
        str(folder / "vbaProject.bin"), str(folder / "vbaProjectSignature.bin")
    )
    book.close()
    return path


def _decorate(book: Workbook, scores: Worksheet, user: Worksheet, folder: Path) -> None:
    """Put things on a result sheet and on a sheet of the user's."""
    picture = folder / "logo.png"
    picture.write_bytes(PNG)
    for sheet in (scores, user):
        sheet.insert_image("Z2", str(picture))
        sheet.insert_textbox("Z8", "文本框")
        sheet.insert_button("Z14", {"macro": "go", "caption": "重算"})
        sheet.write_comment("A4", "批注")
        sheet.add_sparkline("X5", {"range": f"'{layout.SCORES}'!D5:I5"})
        sheet.conditional_format("D5:D99", {"type": "data_bar", "data_bar_2010": True})
        sheet.data_validation("W5:W9", {"validate": "list", "source": ["是", "否"]})
        sheet.write_dynamic_array_formula("V5:V7", "=SORT(D5:D7)", None, 0)
        sheet.insert_checkbox("Y5", True)
        sheet.embed_image("Y7", str(picture))
        sheet.protect("secret", {"autofilter": True})
    scores.write("U4", "用户备注")
    scores.write("U6", "不能丢")
    scores.write_formula("U7", "=D7*2", None, 0)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"='{layout.SCORES}'!$S$5:$S$16"})
    user.insert_chart("H20", chart)
    user.add_table("A20:B22", {"columns": [{"header": "企业"}, {"header": "用地"}]})
    # A formula whose cell will be written: the list of formulas cannot stay.
    scores.write_formula("D5", "=1+1", None, 2)


def _add_exotic(parts: dict[str, bytes]) -> None:
    relations = exotic_relations(SCORES_NUMBER, USER_NUMBER)
    book = "xl/_rels/workbook.xml.rels"
    user = f"xl/worksheets/_rels/sheet{USER_NUMBER}.xml.rels"
    diagrams = ("diagramData", "diagramLayout")
    relations[user] = [each for each in relations[user] if each[0] not in diagrams]
    relations["xl/drawings/_rels/drawing2.xml.rels"] = [
        ("diagramData", "../diagrams/data1.xml"),
        ("diagramLayout", "../diagrams/layout1.xml"),
        ("diagramQuickStyle", "../diagrams/quickStyle1.xml"),
        ("diagramColors", "../diagrams/colors1.xml"),
    ]
    relations[book].append(("connections", "connections.xml"))
    relations[user] += [
        ("control", "../activeX/activeX1.xml"),
        ("oleObject", "../embeddings/oleObject1.bin"),
    ]
    relations["xl/activeX/_rels/activeX1.xml.rels"] = [
        (f"{_MS}/2006/relationships/activeXControlBinary", "activeX1.bin")
    ]
    relations["xl/_rels/vbaProject.bin.rels"] = [
        (f"{_MS}/2014/relationships/vbaProjectSignatureAgile", "vbaProjectSignatureAgile.bin"),
        (f"{_MS}/2020/07/relationships/vbaProjectSignatureV3", "vbaProjectSignatureV3.bin"),
    ]
    relations["_rels/.rels"] += [
        (f"{_MS}/2007/relationships/ui/extensibility", "customUI/customUI14.xml"),
        (f"{_PACKAGE}/relationships/digital-signature/origin", "_xmlsignatures/origin.sigs"),
    ]
    relations["_xmlsignatures/_rels/origin.sigs.rels"] = [
        (f"{_PACKAGE}/relationships/digital-signature/signature", "sig1.xml")
    ]
    relations["_xmlsignatures/_rels/sig1.xml.rels"] = [
        (f"{_PACKAGE}/relationships/digital-signature/certificate", "cert1.cer")
    ]
    chain = f'<calcChain xmlns="{_MAIN}"><c r="D5" i="{SCORES_NUMBER}"/><c r="U7"/></calcChain>'
    chained = {"xl/calcChain.xml": (EXOTIC_PARTS["xl/calcChain.xml"][0], chain)}
    add_parts(parts, {**EXOTIC_PARTS, **_PARTS, **_SIGNATURES, **chained}, relations)
    _refer(parts)


def _refer(parts: dict[str, bytes]) -> None:
    """Let workbook, sheets and drawing name what was added."""
    r = f'xmlns:r="{RELATIONS}"'
    book = "xl/workbook.xml"
    protection = '<workbookProtection lockStructure="1" workbookPassword="CC1A"/><bookViews>'
    splice(parts, book, "<bookViews>", protection)
    links = f'<externalReferences><externalReference r:id="rId94" {r}/></externalReferences>'
    splice(parts, book, "<definedNames>", links + "<definedNames>")
    rest = (
        f'<pivotCaches><pivotCache cacheId="1" r:id="rId91" {r}/></pivotCaches>'
        '<extLst><ext uri="{BBE1A952-AA13-448e-AADC-164F8A28A991}"'
        f' xmlns:x14="{_X14}"><x14:slicerCaches><x14:slicerCache r:id="rId92" {r}/>'
        "</x14:slicerCaches></ext></extLst></workbook>"
    )
    splice(parts, book, "</workbook>", rest)
    # What Excel has calculated last does not calculate again: this must be told anew.
    text = parts[book].replace(b' fullCalcOnLoad="1"', b"")
    assert text != parts[book]
    parts[book] = text
    validation = (
        '<ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"'
        f' xmlns:x14="{_X14}"><x14:dataValidations count="1" xmlns:xm="{_XM}">'
        '<x14:dataValidation type="list"><x14:formula1><xm:f>参数!$A$4:$A$6</xm:f>'
        "</x14:formula1><xm:sqref>W10:W20</xm:sqref></x14:dataValidation>"
        "</x14:dataValidations></ext>"
    )
    for number in (SCORES_NUMBER, USER_NUMBER):
        sheet = f"xl/worksheets/sheet{number}.xml"
        splice(parts, sheet, "</extLst>", validation + "</extLst>")
    controls = '<controls><control shapeId="1030" r:id="rId92" name="按钮"/></controls><extLst>'
    splice(parts, f"xl/worksheets/sheet{SCORES_NUMBER}.xml", "<extLst>", controls)
    slicers = (
        '<ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"'
        f' xmlns:x14="{_X14}"><x14:slicerList><x14:slicer r:id="rId91"/></x14:slicerList></ext>'
    )
    splice(parts, f"xl/worksheets/sheet{USER_NUMBER}.xml", "</extLst>", slicers + "</extLst>")
    smart = (
        "<xdr:oneCellAnchor><xdr:from><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff>"
        "<xdr:row>40</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        '<xdr:ext cx="3000000" cy="2000000"/><xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        '<xdr:cNvPr id="77" name="图示"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>'
        f'<a:graphicData uri="{_DIAGRAM}"><dgm:relIds xmlns:dgm="{_DIAGRAM}" {r}'
        ' r:dm="rId90" r:lo="rId91" r:qs="rId92" r:cs="rId93"/></a:graphicData></a:graphic>'
        "</xdr:graphicFrame><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>"
    )
    splice(parts, "xl/drawings/drawing2.xml", "</xdr:wsDr>", smart)
    assert parts["xl/metadata.xml"].startswith(DECLARATION.encode())
