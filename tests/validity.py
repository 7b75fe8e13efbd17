"""Whether Office files are valid: by the schema, and by what Excel is known to refuse or repair.

``deviations`` asks openxml-audit; what it may say is listed with the reason.  ``refused`` looks for
what no schema tells: Excel calls a file damaged for each of these, or shows nothing readable.
"""

from __future__ import annotations

import functools
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

from lxml import etree
from openpyxl.utils import column_index_from_string, range_boundaries

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

ALLOWED = {
    r"Worksheet sheet\d+\.xml has \d+ inline-string cell": (
        "texts stand in their cells, so that a sheet can be rewritten without the list that all "
        "sheets share; Excel moves them there at its next save"
    ),
}
"""What openxml-audit may say about a file of ours, and why."""

_LAST_DATE = 2_958_465
"""31 December 9999; later numbers are shown as #### under a date format."""
_LIMITS = {"promptTitle": 32, "prompt": 255, "errorTitle": 32, "error": 255}


def deviations(path: Path) -> list[str]:
    """Return what openxml-audit says about a file, without what is allowed."""
    result = _validator().validate(str(path))
    told = Counter(error.description for error in result.errors)
    return [text for text in told if not any(re.match(known, text) for known in ALLOWED)]


@functools.cache
def _validator():  # type: ignore[no-untyped-def]
    from openxml_audit import OpenXmlValidator

    return OpenXmlValidator(max_errors=1000)


def refused(path: Path) -> list[str]:
    """Return what Excel would refuse or repair in a workbook, in words."""
    with zipfile.ZipFile(path) as package:
        return list(_Book(package).problems())


@dataclass(frozen=True)
class _Sheet:
    name: str
    part: str
    root: etree._Element


class _Book:
    """A workbook package that is looked through."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.parts = package.namelist()
        self.workbook = self._xml("xl/workbook.xml")
        relations = self._relations("xl/workbook.xml")
        self.sheets = [
            _Sheet(each.get("name", ""), part, self._xml(part))
            for each in self.workbook.iterfind(f"{MAIN}sheets/{MAIN}sheet")
            for part in [relations[each.get(RELATION, "")]]
        ]
        self.styles = self._xml("xl/styles.xml")
        self.names = {
            (each.get("name", "").lower(), each.get("localSheetId")): each.text or ""
            for each in self.workbook.iterfind(f"{MAIN}definedNames/{MAIN}definedName")
        }

    def _xml(self, part: str) -> etree._Element:
        return etree.fromstring(self.package.read(part))

    def _relations(self, part: str) -> dict[str, str]:
        folder, name = posixpath.split(part)
        holder = f"{folder}/_rels/{name}.rels"
        if holder not in self.parts:
            return {}
        return {
            each.get("Id", ""): posixpath.normpath(
                posixpath.join("/", folder, each.get("Target", ""))
            ).lstrip("/")
            for each in self._xml(holder)
            if each.get("TargetMode") != "External"
        }

    def problems(self) -> Iterator[str]:
        yield from self._package_problems()
        yield from self._name_problems()
        yield from self._style_problems()
        for index, sheet in enumerate(self.sheets):
            for problem in self._sheet_problems(sheet, str(index)):
                yield f"[{sheet.name}] {problem}"

    def _package_problems(self) -> Iterator[str]:
        if len({part.lower() for part in self.parts}) < len(self.parts):
            yield "two parts of the same name"
        types = self._xml("[Content_Types].xml")
        given = {each.get("PartName", "").lstrip("/") for each in types}
        endings = {each.get("Extension", "").lower() for each in types}
        yield from (f"type of a missing part {x}" for x in given - {""} - set(self.parts))
        used = set()
        for part in self.parts:
            if part.endswith("/") or part == "[Content_Types].xml":
                continue
            if part not in given and part.rpartition(".")[2].lower() not in endings:
                yield f"no type for {part}"
            targets = self._relations(part).values()
            used |= set(targets)
            yield from (f"{part} leads to a missing {x}" for x in set(targets) - set(self.parts))
            if part.endswith((".xml", ".rels")):
                text = self.package.read(part).decode()
                if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text):
                    yield f"control character in {part}"
        used |= set(self._relations_of_package())
        orphans = {x for x in self.parts if not x.endswith((".rels", "/"))}
        yield from (f"orphan {x}" for x in orphans - used - {"[Content_Types].xml"})
        if "xl/calcChain.xml" in self.parts:
            yield "a list of formulas that does not follow"

    def _relations_of_package(self) -> list[str]:
        return [each.get("Target", "").lstrip("/") for each in self._xml("_rels/.rels")]

    def _name_problems(self) -> Iterator[str]:
        names = [sheet.name for sheet in self.sheets]
        if len({name.lower() for name in names}) < len(names):
            yield "two sheets of the same name"
        for name in names:
            if len(name) > 31 or re.search(r"[\[\]:*?/\\]|^'|'$", name):
                yield f"sheet name {name}"
        count = len(self.workbook.findall(f"{MAIN}definedNames/{MAIN}definedName"))
        if count > len(self.names):
            yield "two defined names alike"
        for (name, local), text in self.names.items():
            if re.fullmatch(r"[a-z]{1,3}\d+|r\d*(c\d*)?|c\d*", name):
                yield f"defined name like a cell: {name}"
            if "#REF!" in text or len(text) > 8192 or int(local or 0) >= len(names):
                yield f"defined name {name}: {text[:40]}"
            for other in re.findall(r"'((?:[^']|'')+)'!", text):
                if other.replace("''", "'") not in names:
                    yield f"defined name {name} leads to a missing {other}"

    def _style_problems(self) -> Iterator[str]:
        counts = {etree.QName(each).localname: len(each) for each in self.styles}
        own = {int(x.get("numFmtId", "0")) for x in self.styles.iter(f"{MAIN}numFmt")}
        for index, xf in enumerate(self.styles.findall(f"{MAIN}cellXfs/*")):
            for key, holder in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
                if int(xf.get(key, "0")) >= counts[holder]:
                    yield f"style {index}: {key}"
            number = int(xf.get("numFmtId", "0"))
            if number >= 164 and number not in own:
                yield f"style {index}: number format {number}"

    @functools.cached_property
    def _dates(self) -> set[int]:
        """The styles that show a number as a date."""
        codes = {
            int(x.get("numFmtId", "0")): x.get("formatCode", "")
            for x in self.styles.iter(f"{MAIN}numFmt")
        }
        return {
            index
            for index, xf in enumerate(self.styles.findall(f"{MAIN}cellXfs/*"))
            for number in [int(xf.get("numFmtId", "0"))]
            if 14 <= number <= 22
            or re.search(r"[ydh]", re.sub(r'"[^"]*"', "", codes.get(number, "")))
        }

    def _sheet_problems(self, sheet: _Sheet, index: str) -> Iterator[str]:
        yield from self._cell_problems(sheet)
        yield from self._area_problems(sheet, index)
        yield from self._check_problems(sheet)
        yield from self._note_problems(sheet)
        for text in sheet.root.iterfind(f"{MAIN}headerFooter/*"):
            if len(text.text or "") > 255:
                yield "header or footer of more than 255 characters"
        columns = sheet.root.findall(f"{MAIN}cols/{MAIN}col")
        for one, other in pairwise(columns):
            if int(other.get("min", "0")) <= int(one.get("max", "0")):
                yield "columns overlap"
        if any(float(each.get("width", "0")) > 255 for each in columns):
            yield "column wider than 255"

    def _cell_problems(self, sheet: _Sheet) -> Iterator[str]:
        styles = len(self.styles.findall(f"{MAIN}cellXfs/*"))
        names = [each.name for each in self.sheets]
        last_row = 0
        for row in sheet.root.iterfind(f"{MAIN}sheetData/{MAIN}row"):
            number, last_column = int(row.get("r", "0")), 0
            if number <= last_row or float(row.get("ht", "0")) > 409.5:
                yield f"row {number}"
            last_row = number
            for cell in row:
                address = cell.get("r", "")
                column = column_index_from_string(address.rstrip("0123456789"))
                if not address.endswith(str(number)) or column <= last_column:
                    yield f"{address} out of order"
                last_column = column
                style = int(cell.get("s", "0"))
                if style >= styles:
                    yield f"{address}: style {style}"
                yield from (f"{address}: {x}" for x in self._content(cell, style, names))

    def _content(self, cell: etree._Element, style: int, names: list[str]) -> Iterator[str]:
        kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v")
        if kind == "n" and value is not None:
            figure = float(value)
            if figure - figure != 0:
                yield f"number {value}"
            if style in self._dates and not 0 <= figure <= _LAST_DATE:
                yield f"date {value}, which is shown as ####"
        if kind == "inlineStr":
            text = "".join(cell.itertext())
            if cell.find(f"{MAIN}is") is None:
                yield "a text without text"
            if len(text.encode("utf-16-le")) // 2 > 32_767 or text.count("\n") > 253:
                yield "text too long"
        formula = cell.findtext(f"{MAIN}f")
        if formula is not None:
            if len(formula) > 8192 or formula.startswith("="):
                yield "formula too long or with an equals sign"
            if any(len(x) > 255 for x in re.findall(r'"((?:[^"]|"")*)"', formula)):
                yield "text of more than 255 characters in a formula"
            bare = re.sub(r'"(?:[^"]|"")*"', '""', formula)
            for other in re.findall(r"'((?:[^']|'')+)'!", bare):
                if other.replace("''", "'") not in names:
                    yield f"formula leads to a missing {other}"

    def _area_problems(self, sheet: _Sheet, index: str) -> Iterator[str]:
        arrays = sheet.root.iterfind(f".//{MAIN}f[@t='array']")
        merged = sheet.root.iterfind(f"{MAIN}mergeCells/{MAIN}mergeCell")
        if _overlapping([*_areas(arrays), *_areas(merged)]):
            yield "array formulas or merged cells overlap"
        filtered = sheet.root.find(f"{MAIN}autoFilter")
        noted = self.names.get(("_xlnm._filterdatabase", index))
        known = None if noted is None else noted.rpartition("!")[2].replace("$", "")
        if (None if filtered is None else filtered.get("ref")) != known:
            yield f"filter {known}"

    def _check_problems(self, sheet: _Sheet) -> Iterator[str]:
        checks = sheet.root.findall(f"{MAIN}dataValidations/{MAIN}dataValidation")
        places = [range_boundaries(x) for each in checks for x in each.get("sqref", "").split()]
        if _overlapping(places):
            yield "checks of input overlap"
        for each in checks:
            for key, most in _LIMITS.items():
                if len(each.get(key, "")) > most:
                    yield f"check of {each.get('sqref')}: {key} too long"
            for formula in ("formula1", "formula2"):
                if len(each.findtext(f"{MAIN}{formula}") or "") > 255:
                    yield f"check of {each.get('sqref')}: formula too long"
        rules = sheet.root.findall(f"{MAIN}conditionalFormatting/{MAIN}cfRule")
        looks = len(self.styles.findall(f"{MAIN}dxfs/*"))
        priorities = [rule.get("priority") for rule in rules]
        if len(set(priorities)) < len(priorities):
            yield "two conditional formats of the same rank"
        if any(int(rule.get("dxfId", "0")) >= max(looks, 1) for rule in rules):
            yield "conditional format without a look"

    def _note_problems(self, sheet: _Sheet) -> Iterator[str]:
        parts = [x for x in self._relations(sheet.part).values() if x in self.parts]
        notes = [self._xml(x) for x in parts if "comments" in x and x.endswith(".xml")]
        shapes = [self.package.read(x).decode() for x in parts if x.endswith(".vml")]
        if notes and sheet.root.find(f"{MAIN}legacyDrawing") is None:
            yield "notes without shapes"
        noted = Counter(each.get("ref") for x in notes for each in x.iter(f"{MAIN}comment"))
        if any(count > 1 for count in noted.values()):
            yield "two notes at one cell"
        drawn = sum(len(re.findall(r"<(?:\w+:)?Row>", text)) for text in shapes)
        if notes and drawn != len(noted):
            yield f"{len(noted)} notes, {drawn} shapes"


def _areas(elements: Iterator[etree._Element]) -> list[tuple[int, ...]]:
    return [range_boundaries(each.get("ref", "")) for each in elements]


def _overlapping(areas: list[tuple[int, ...]]) -> bool:
    # Single cells, of which there are thousands, overlap only where they are the same.
    large = [a for a in areas if a[:2] != a[2:]]
    single = {a[:2] for a in areas if a[:2] == a[2:]}
    if len(single) + len(large) < len(areas):
        return True
    if any(a[0] <= c <= a[2] and a[1] <= r <= a[3] for a in large for c, r in single):
        return True
    return any(
        not (a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1])
        for a, b in combinations(large, 2)
    )
