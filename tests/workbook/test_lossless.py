"""Whole runs over workbooks full of other people's things: nothing that is not ours changes."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from permu_xl.cli.program import main
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from permu_xl.xlsx.files.names import backup_path
from permu_xl.xlsx.package.package import Package
from tests.office import Office
from tests.workbook.districts import filled, spread_firms
from tests.workbook.everything import FEATURES, SECRET, SIGNED_MACROS, USER, everything_book
from tests.xlsx.sheets import Sheet, read_zip
from tests.xlsx.structure import check_package

TYPES, BOOK = "[Content_Types].xml", "xl/workbook.xml"
GONE = {
    "xl/calcChain.xml",
    "_xmlsignatures/origin.sigs",
    "_xmlsignatures/_rels/origin.sigs.rels",
    "_xmlsignatures/sig1.xml",
    "_xmlsignatures/_rels/sig1.xml.rels",
    "_xmlsignatures/cert1.cer",
}
"""What the format does not allow to stay: a list with a cell that has lost its formula, and the
signature of a file that is another one now."""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = everything_book(tmp_path_factory.mktemp("everything"))
    check_package(path)
    return path


@pytest.fixture(params=["in place", "new file"])
def before_and_after(
    request: pytest.FixtureRequest, source: Path, tmp_path: Path
) -> tuple[Path, Path]:
    """The workbook as it was, and after a run."""
    book = tmp_path / source.name
    book.write_bytes(source.read_bytes())
    more = ["--in-place"] if request.param == "in place" else []
    assert main(["run", str(book), *more]) == 0
    if more:
        return backup_path(book), book
    return book, tmp_path / "某区-结果.xlsm"


def result_parts(path: Path) -> set[str]:
    """Return the parts of the result sheets."""
    package = Package.open(path)
    return {package.sheets[title].part for title in layout.RESULT_SHEETS}


def elements(content: bytes) -> list[bytes]:
    """Return the children of a document's root, each as one spelling."""
    return [etree.tostring(each, method="c14n") for each in etree.fromstring(content)]


@pytest.mark.parametrize("feature", FEATURES)
def test_each_thing_is_in_the_workbook(source: Path, feature: str) -> None:
    # Without this a test of parts that are not there would succeed.
    assert FEATURES[feature] in read_zip(source)


def test_only_result_sheets_change(source: Path, before_and_after: tuple[Path, Path]) -> None:
    old, new = (read_zip(path) for path in before_and_after)
    assert old == read_zip(source), "a run to a new file leaves the old one, a backup is the same"
    check_package(before_and_after[1])
    assert set(old) - set(new) == GONE
    *kept, record = new
    assert kept == [name for name in old if name not in GONE], "the order of parts"
    changed = {name for name in kept if new[name] != old[name]}
    linking = {TYPES, "_rels/.rels", "xl/_rels/workbook.xml.rels"}
    assert changed == result_parts(source) | linking | {BOOK}
    assert not changed & set(FEATURES.values())
    assert {name: new[name] for name in SIGNED_MACROS} == SIGNED_MACROS
    for name in linking:
        lost = [each for each in elements(old[name]) if each not in elements(new[name])]
        added = [each for each in elements(new[name]) if each not in elements(old[name])]
        assert [each for each in elements(new[name]) if each not in added] == [
            each for each in elements(old[name]) if each not in lost
        ]
        assert all(record.removeprefix("xl/").encode() in each for each in added)
        assert all(b"calcChain" in each or b"ignature" in each for each in lost)
    # In the workbook part only the order to calculate and the record of runs, with the hidden name
    # of its filter, are new.
    runs = layout.RUNS.encode()
    listed = re.compile(
        rb'<sheet [^>]*name="%s"[^>]*>(</sheet>)?'
        rb"|<definedName [^>]*_FilterDatabase[^>]*>'%s'![^<]*</definedName>" % (runs, runs)
    )
    assert [listed.sub(b"", e) for e in elements(new[BOOK]) if b"<calcPr" not in e] == [
        e for e in elements(old[BOOK]) if b"<calcPr" not in e
    ]
    for word in (b"workbookProtection", b"veryHidden", b"slicerCache", b"pivotCache"):
        assert word in new[BOOK]


def test_what_else_is_on_a_result_sheet_stays(before_and_after: tuple[Path, Path]) -> None:
    part = f"xl/worksheets/sheet{layout.SHEETS.index(layout.SCORES) + 1}.xml"
    old, new = (Sheet(read_zip(path)[part]) for path in before_and_after)
    ours = {"dimension", "sheetData"}
    kept = [
        [
            etree.tostring(each, method="c14n")
            for each, name in zip(sheet.root, sheet.order(), strict=True)
            if name not in ours
        ]
        for sheet in (old, new)
    ]
    assert kept[0] == kept[1]
    names = {"sheetProtection", "conditionalFormatting", "dataValidations", "drawing", "controls"}
    assert names <= set(new.order())
    extensions = etree.tostring(new.root[-1])
    assert all(word in extensions for word in (b"sparkline", b"x14:dataValidation", b"dataBar"))
    for address in ("U4", "U6", "U7", "V5", "Y5", "Y7", "A4"):
        one, other = (etree.tostring(sheet.cells[address], method="c14n") for sheet in (old, new))
        assert one == other, address
    assert {new.cells["V5"].get("cm"), new.cells["Y7"].get("vm")} == {"1"}, "dynamic array, picture"
    assert (old.formula("D5"), new.formula("D5")) == ("1+1", None)


def test_what_could_not_be_kept_is_told(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / source.name
    book.write_bytes(source.read_bytes())
    for times in (1, 0):
        assert main(["run", str(book), "--in-place"]) == 0
        said = capsys.readouterr().out.splitlines()
        for words in ("数字签名：内容一改，签名就不再有效", "（calcChain）已经去掉"):
            assert sum(words in line for line in said) == times


def test_a_second_run_changes_nothing(before_and_after: tuple[Path, Path], tmp_path: Path) -> None:
    again = tmp_path / "again.xlsm"
    run(before_and_after[1], again)
    assert read_zip(again) == read_zip(before_and_after[1])


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_openpyxl_reads_it(before_and_after: tuple[Path, Path]) -> None:
    book = openpyxl.load_workbook(before_and_after[1], keep_vba=True)
    assert book[SECRET].sheet_state == "veryHidden"
    assert book[layout.SCORES]["C5"].value == "企业00001"
    assert book.security.lockStructure
    book.vba_archive.close()


@pytest.mark.office
class TestLibreOffice:
    def test_opens_it(self, office: Office, before_and_after: tuple[Path, Path]) -> None:
        with office.open(before_and_after[1]) as book:
            book.recalculate()
            assert book.values(layout.SCORES, "U6") == [["不能丢"]]
            assert USER in book.sheet_names()

    def test_a_workbook_that_it_wrote(self, office: Office, tmp_path: Path) -> None:
        plain = filled(tmp_path / "plain.xlsx", spread_firms(12), spread_firms(12), rows=12)
        book, target = tmp_path / "某区.xlsx", tmp_path / "out.xlsx"
        with office.open(plain) as opened:
            opened.set(layout.SCORES, "Z6", "用户写的")
            opened.save(book)
        check_package(book)
        assert run(book, target).evaluation is not None
        check_package(target)
        old, new = read_zip(book), read_zip(target)
        changed = {name for name in old if new.get(name) != old[name]}
        assert {n for n in changed if "charts/" not in n} <= result_parts(book) | {
            BOOK, TYPES, "xl/_rels/workbook.xml.rels",
        }  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert openpyxl.load_workbook(target)[layout.SCORES]["Z6"].value == "用户写的"
        with office.open(target) as opened:
            opened.recalculate()
            assert opened.named("test_all") is True
