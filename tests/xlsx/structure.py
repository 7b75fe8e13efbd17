"""A strict check of a workbook package: what Excel would call damaged."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from lxml import etree
from openpyxl.utils.cell import coordinate_from_string

from permu_xl.xlsx.cells.areas import Area
from permu_xl.xlsx.package.ooxml import RELATION_NAMESPACES, relations_part, resolve_target

SHEET_ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
    "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
    "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects",
    "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""The children of a sheet in the order of the schema (ECMA-376, CT_Worksheet)."""

BOOK_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "AlternateContent", "revisionPtr", "absPath",
    "workbookProtection", "bookViews", "sheets", "functionGroups", "externalReferences",
    "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches",
    "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip
CELL_KINDS = {None, "n", "s", "str", "b", "e", "inlineStr", "d"}
TYPES = "[Content_Types].xml"


def local(element: etree._Element) -> str:
    """Return a name without its namespace."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(parent: etree._Element | None, name: str) -> list[etree._Element]:
    """Return the children of a local name."""
    return [] if parent is None else [each for each in parent if local(each) == name]


def child(parent: etree._Element, name: str) -> etree._Element | None:
    """Return the only child of a local name, None where there is none."""
    found = children(parent, name)
    assert len(found) <= 1, name
    return found[0] if found else None


def counted(holder: etree._Element | None, name: str) -> list[etree._Element]:
    """Return the children of a list, whose own count must be right."""
    found = children(holder, name)
    assert holder is None or holder.get("count", str(len(found))) == str(len(found)), name
    assert holder is None or found, f"an empty list of {name}"
    return found


def check_package(path: Path) -> None:
    """Raise AssertionError where a workbook breaks a rule that readers rely on."""
    _Checked(path).check()


class _Checked:
    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as package:
            assert package.testzip() is None
            names = package.namelist()
            assert len({name.lower() for name in names}) == len(names), "a part twice"
            self.parts = {name: package.read(name) for name in names}
        self.xml = {
            name: etree.fromstring(content)
            for name, content in self.parts.items()
            if name.endswith((".xml", ".rels", ".vml"))
        }

    def check(self) -> None:
        self._check_types()
        self._check_relations()
        [book] = self.related("", "officeDocument").values()
        self.book = self.xml[book]
        self._check_book(book)
        strings = list(self.related(book, "sharedStrings").values())
        self.strings = len(children(self.xml[strings[0]], "si")) if strings else 0
        styles = self.xml[next(iter(self.related(book, "styles").values()))]
        self.looks = len(counted(child(styles, "cellXfs"), "xf"))
        self.dxfs = len(children(child(styles, "dxfs"), "dxf"))
        self.sheets: dict[str, etree._Element] = {}
        table_names: list[str] = []
        sheets = self.related(book, "worksheet")
        for part in sheets.values():
            self._check_sheet(part)
            table_names += self._check_tables(part)
        assert len({name.casefold() for name in table_names}) == len(table_names)
        self._check_chain(book)

    def related(self, source: str, kind: str) -> dict[str, str]:
        """Return the parts that a part leads to, by id."""
        holder = relations_part(source)
        return {
            each.get("Id", ""): resolve_target(source, each.get("Target", ""))
            for each in self.xml.get(holder, ())
            if each.get("Type") in {f"{space}/{kind}" for space in RELATION_NAMESPACES}
        }

    def _check_types(self) -> None:
        types = self.xml[TYPES]
        overrides = [each.get("PartName", "") for each in children(types, "Override")]
        assert len(set(overrides)) == len(overrides)
        assert all(name.startswith("/") and name[1:] in self.parts for name in overrides), overrides
        endings = {each.get("Extension", "").lower() for each in children(types, "Default")}
        for name in set(self.parts) - {TYPES}:
            ending = name.rpartition(".")[2].lower()
            assert f"/{name}" in overrides or ending in endings, f"{name} has no type"

    def _check_relations(self) -> None:
        for name, root in self.xml.items():
            if not name.endswith(".rels"):
                continue
            folder, file = posixpath.split(name)
            source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
            assert source in self.parts or name == "_rels/.rels", f"{name} belongs to nothing"
            ids = [each.get("Id") for each in root]
            assert len(set(ids)) == len(ids), name
            for each in root:
                if each.get("TargetMode") != "External":
                    target = resolve_target(source, each.get("Target", ""))
                    assert target in self.parts, f"{name} leads to {target}"
        for name, root in self.xml.items():
            if not name.endswith(".rels"):
                self._check_references(name, root)

    def _check_references(self, name: str, root: etree._Element) -> None:
        """Every ``r:id`` must be among the part's relationships."""
        holder = relations_part(name)
        ids = {each.get("Id") for each in self.xml.get(holder, ())}
        for element in root.iter():
            for key, value in element.attrib.items():
                if any(str(key).startswith(f"{{{space}}}") for space in RELATION_NAMESPACES):
                    assert value in ids or not value, f"{name}: {value}"

    def _check_book(self, part: str) -> None:
        order = [BOOK_ORDER.index(local(each)) for each in self.book]
        assert order == sorted(order), [local(each) for each in self.book]
        sheets = children(child(self.book, "sheets"), "sheet")
        for key in ("name", "sheetId"):
            values = [each.get(key, "").casefold() for each in sheets]
            assert len(set(values)) == len(values)
        assert all(0 < len(each.get("name", "")) <= 31 for each in sheets)
        places = {**self.related(part, "worksheet"), **self.related(part, "chartsheet")}
        ids = [each.get(f"{{{space}}}id") for each in sheets for space in RELATION_NAMESPACES]
        assert sorted(id for id in ids if id) == sorted(places), "sheets and their parts"
        names = children(child(self.book, "definedNames"), "definedName")
        keys = [(each.get("name", "").casefold(), each.get("localSheetId")) for each in names]
        assert len(set(keys)) == len(keys)
        assert all(index is None or int(index) < len(sheets) for _, index in keys)

    def _check_sheet(self, part: str) -> None:
        sheet = self.sheets[part] = self.xml[part]
        order = [SHEET_ORDER.index(local(each)) for each in sheet if local(each) in SHEET_ORDER]
        assert order == sorted(order), f"{part}: {[local(each) for each in sheet]}"
        data = child(sheet, "sheetData")
        assert data is not None
        last = 0
        for row in data:
            number = int(row.get("r", 0))
            assert last < number <= 1_048_576, f"{part}: row {number} after {last}"
            last = number
            self._check_row(part, row, str(number))
        merged = [
            Area.parse(e.get("ref", "")) for e in counted(child(sheet, "mergeCells"), "mergeCell")
        ]
        assert not any(a.meets(b) for a, b in combinations(merged, 2) if a and b), "merged twice"
        counted(child(sheet, "dataValidations"), "dataValidation")
        counted(child(sheet, "hyperlinks"), "hyperlink")
        for rule in (e for each in children(sheet, "conditionalFormatting") for e in each):
            assert int(rule.get("dxfId", 0)) < max(self.dxfs, 1)
        filters = child(sheet, "autoFilter")
        assert filters is None or Area.parse(filters.get("ref", ""))

    def _check_row(self, part: str, row: etree._Element, number: str) -> None:
        last = 0
        for cell in row:
            address = cell.get("r", "")
            area = Area.parse(address)
            assert area is not None
            assert coordinate_from_string(address)[1] == int(number), f"{part}: {address}"
            assert area.left > last, f"{part}: {address} out of order"
            last = area.left
            assert cell.get("t") in CELL_KINDS
            assert int(cell.get("s", 0)) < self.looks, f"{part}: {address}"
            value = child(cell, "v")
            if cell.get("t") == "s":
                assert value is not None
                assert int(value.text or "") < self.strings, f"{part}: {address}"
            blank = value is None or (not value.text and child(cell, "f") is not None)
            if cell.get("t") in (None, "n") and value is not None and not blank:
                float(value.text or "")

    def _check_tables(self, part: str) -> Iterator[str]:
        sheet = self.sheets[part]
        places = self.related(part, "table")
        listed = counted(child(sheet, "tableParts"), "tablePart")
        assert len(listed) == len(places)
        areas = []
        for table in (self.xml[place] for place in places.values()):
            area = Area.parse(table.get("ref", ""))
            assert area is not None
            areas.append(area)
            headers = int(table.get("headerRowCount", 1))
            totals = int(table.get("totalsRowCount", 0))
            assert area.bottom - area.top >= headers + totals, "a table without rows"
            columns = counted(child(table, "tableColumns"), "tableColumn")
            assert len(columns) == area.right - area.left + 1
            filters = child(table, "autoFilter")
            if filters is not None:
                whole = Area(area.top, area.left, area.bottom - totals, area.right)
                assert filters.get("ref") == whole.text
            if headers:
                texts = [self._text(sheet, area.top, n) for n in range(area.left, area.right + 1)]
                assert texts == [each.get("name") for each in columns], "headers of a table"
            yield table.get("displayName", "")
        assert not any(one.meets(other) for one, other in combinations(areas, 2)), "tables overlap"

    def _text(self, sheet: etree._Element, row: int, column: int) -> str:
        address = Area(row, column, row, column).text
        cell = next(e for e in sheet.iter("{*}c") if e.get("r") == address)
        if cell.get("t") == "s":
            [book] = self.related("", "officeDocument").values()
            strings = self.xml[next(iter(self.related(book, "sharedStrings").values()))]
            holder = children(strings, "si")[int(cell.findtext("{*}v") or 0)]
        else:
            assert cell.get("t") in ("inlineStr", "str"), f"{address} is no text"
            holder = cell
        return "".join(each.text or "" for each in holder.iter("{*}t", "{*}v"))

    def _check_chain(self, book: str) -> None:
        """Every entry of the list of formulas must lead to a formula."""
        ids = {
            each.get("sheetId"): self.related(book, "worksheet").get(
                next(each.get(f"{{{s}}}id") for s in RELATION_NAMESPACES if each.get(f"{{{s}}}id"))
                or ""
            )
            for each in children(child(self.book, "sheets"), "sheet")
        }
        for part in self.related(book, "calcChain").values():
            number = None
            for each in self.xml[part]:
                number = each.get("i", number)
                sheet = self.sheets[ids[number] or ""]
                cell = next(c for c in sheet.iter("{*}c") if c.get("r") == each.get("r"))
                assert child(cell, "f") is not None, f"{each.get('r')} has no formula"
