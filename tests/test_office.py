"""The test harness itself: what the other tests rely on when they drive LibreOffice."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from tests import office as harness
from tests.office import Document, Office, OfficeError, OfficeTimeoutError, render_pages

DATA = "原始数据"
PROOF = "核验"
HIDDEN = "隐藏"

needs_office = pytest.mark.office


@pytest.fixture
def workbook_path(tmp_path: Path) -> Path:
    book = Workbook()
    del book["Sheet"]
    data = book.create_sheet(DATA)
    rows: list[list[str | float | None]] = [
        ["企业名称", "用地面积（亩）", "实缴税收（万元）", "亩均税收"],
        ["沈阳机床", 10, 250, "=C2/B2"],
        ["=HYPERLINK(1)", 4, 50.5, "=C3/B3"],
        ["无地企业", None, 7, "=C4/B4"],
        ["合计", "=SUM(B2:B4)", "=SUM(C2:C4)", '=IF(C5>300,"大","小")'],
    ]
    for row in rows:
        data.append(row)
    data["A3"].data_type = "s"
    data["A7"] = '=""'
    data["B7"] = "=NA()"
    data["C7"] = "=PERMU_UNKNOWN(1)"
    data["D7"] = '=INDIRECT("没有!A1")'
    data["A8"] = ArrayFormula("A8:C8", "=B2:D2*2")

    proof = book.create_sheet(PROOF)
    proof["A1"] = f"={DATA}!C5=307.5"
    proof["A2"] = f"=AND({DATA}!B2>0,{DATA}!B4>0)"
    proof["A3"] = "=IF(A1,TRUE,FALSE)"
    proof["A4"] = "=A1"
    proof["A4"].number_format = "0.00"
    proof["A5"] = '=IF(A1,"TRUE","FALSE")'
    proof["A6"] = "=1/0"
    proof["A7"] = True
    proof["A8"] = "=SUMPRODUCT(--(A1:A2))"
    for number in range(1, 10):
        name = f"test_{number}"
        book.defined_names[name] = DefinedName(name, attr_text=f"{PROOF}!$A${number}")
    book.defined_names["面积"] = DefinedName("面积", attr_text=f"{DATA}!$B$2:$B$4")
    book.defined_names["封顶"] = DefinedName("封顶", attr_text="1.2")
    proof.defined_names["本页"] = DefinedName("本页", attr_text=f"{PROOF}!$A$8")

    book.create_sheet(HIDDEN).sheet_state = "hidden"
    book[HIDDEN]["A1"] = "看不见"

    path = tmp_path / "区县 示例.xlsx"
    book.save(path)
    return path


@pytest.fixture
def book(office: Office, workbook_path: Path) -> Iterator[Document]:
    with office.open(workbook_path) as document:
        yield document


@needs_office
class TestReading:
    def test_formulas_without_cached_values_are_calculated(self, book: Document) -> None:
        assert book.values(DATA, "A1:D5") == [
            ["企业名称", "用地面积（亩）", "实缴税收（万元）", "亩均税收"],
            ["沈阳机床", 10, 250, 25],
            ["=HYPERLINK(1)", 4, 50.5, 12.625],
            ["无地企业", None, 7, "#DIV/0!"],
            ["合计", 14, 307.5, "大"],
        ]

    def test_blank_and_empty_text_differ(self, book: Document) -> None:
        assert book.values(DATA, "A6:A7") == [[None], [""]]

    def test_single_cell_is_a_block_of_one(self, book: Document) -> None:
        assert book.values(DATA, "B2") == [[10]]

    def test_errors_are_their_text(self, book: Document) -> None:
        assert book.values(DATA, "B7:D7") == [["#N/A", "#NAME?", "#REF!"]]
        expected = {"D4": "#DIV/0!", "B7": "#N/A", "C7": "#NAME?", "D7": "#REF!"}
        assert book.errors(DATA) == expected
        assert book.errors(DATA, "A1:B7") == {"B7": "#N/A"}
        assert book.errors(HIDDEN) == {}

    def test_array_formula(self, book: Document) -> None:
        assert book.values(DATA, "A8:C8") == [[20, 500, 50]]
        assert book.formula(DATA, "B8") == "{=B2:D2*2}"

    def test_formulas_read_as_in_the_file(self, book: Document) -> None:
        assert book.formula(DATA, "D5") == '=IF(C5>300,"大","小")'
        assert book.formula(PROOF, "A1") == f"={DATA}!C5=307.5"
        assert book.formula(PROOF, "A6") == "=1/0"
        assert book.formula(DATA, "A3") is None
        assert book.formula(DATA, "A6") is None

    def test_sheet_names(self, book: Document) -> None:
        assert book.sheet_names() == [DATA, PROOF, HIDDEN]
        assert book.sheet_names(visible_only=True) == [DATA, PROOF]

    @pytest.mark.parametrize(
        ("sheet", "cells"), [("没有", "A1"), (DATA, "面积"), (DATA, "A0"), (DATA, "A:A")]
    )
    def test_wrong_addresses_are_refused(self, book: Document, sheet: str, cells: str) -> None:
        with pytest.raises(OfficeError):
            book.values(sheet, cells)


@needs_office
class TestNames:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("test_1", True),
            ("test_2", False),
            ("test_3", True),
            ("test_5", "TRUE"),
            ("test_6", "#DIV/0!"),
            ("test_7", True),
            ("test_8", 1.0),
            ("test_9", None),
            ("面积", 10.0),
            (f"{PROOF}!本页", 1.0),
        ],
    )
    def test_value(self, book: Document, name: str, expected: object) -> None:
        value = book.named(name)
        assert value == expected
        assert type(value) is type(expected)

    def test_boolean_formatted_as_number_cannot_be_told(self, book: Document) -> None:
        value = book.named("test_4")
        assert value == 1.0
        assert type(value) is float

    def test_names_are_listed(self, book: Document) -> None:
        tests = [f"test_{row}" for row in range(1, 10)]
        assert sorted(book.names()) == sorted([*tests, "面积", "封顶", f"{PROOF}!本页"])

    @pytest.mark.parametrize("name", ["没有", "封顶", f"{DATA}!本页", "没有!本页"])
    def test_names_that_lead_to_no_cell_are_refused(self, book: Document, name: str) -> None:
        with pytest.raises(OfficeError):
            book.named(name)


@needs_office
class TestEditing:
    def test_dependants_change(self, book: Document) -> None:
        book.set(DATA, "C2", 100)
        assert book.values(DATA, "C5:D5") == [[157.5, "小"]]
        assert book.named("test_1") is False
        book.set(DATA, "B4", 7)
        assert book.values(DATA, "D4") == [[1]]

    def test_text_stays_text(self, book: Document) -> None:
        for text in ("=1+1", "0012", "'引号", "多\n行", " 空格 ", "#N/A", "TRUE"):
            book.set(DATA, "F1", text)
            assert book.values(DATA, "F1") == [[text]]
            assert book.formula(DATA, "F1") is None
        assert book.errors(DATA, "F1") == {}

    def test_none_empties(self, book: Document) -> None:
        book.set(DATA, "C3", None)
        assert book.values(DATA, "C3:D3") == [[None, 0]]

    def test_boolean_value_is_refused(self, book: Document) -> None:
        with pytest.raises(TypeError):
            book.set(DATA, "F1", True)

    def test_set_formula_speaks_the_language_of_the_file(self, book: Document) -> None:
        formula = f'=IF({PROOF}!A1,_xlfn.CONCAT("税",SUM(B2,1.5)),"")'
        book.set_formula(DATA, "F1", formula)
        assert book.values(DATA, "F1") == [["税11.5"]]
        assert book.formula(DATA, "F1") == formula

    def test_relative_references_start_at_the_cell(self, book: Document) -> None:
        book.set_formula(DATA, "F3", "=C3*2")
        book.set_formula(DATA, "F2:G2", "=B2:C2+1")
        assert book.values(DATA, "F2:G3") == [[11, 251], [101, None]]
        assert book.formula(DATA, "G2") == "{=B2:C2+1}"

    def test_number_after_boolean_is_a_number(self, book: Document) -> None:
        book.set_formula(PROOF, "A9", "=1=1")
        assert book.named("test_9") is True
        book.set_formula(PROOF, "A9", "=3-2")
        assert type(book.named("test_9")) is float
        book.set_formula(PROOF, "A9", "=TRUE()")
        book.set(PROOF, "A9", 1)
        assert type(book.named("test_9")) is float

    def test_stored_values_stay_until_recalculated(
        self, office: Office, workbook_path: Path, tmp_path: Path
    ) -> None:
        stale = tmp_path / "stale.xlsx"
        with office.open(workbook_path) as book:
            book.save(stale)
        falsify_cached_value(stale, "307.5", "999")
        with office.open(stale) as book:
            assert book.values(DATA, "C5") == [[999]]
            book.recalculate()
            assert book.values(DATA, "C5") == [[307.5]]


@needs_office
class TestFiles:
    @pytest.mark.parametrize("ending", ["xlsx", "ods"])
    def test_saved_copy_opens_again(
        self, office: Office, book: Document, tmp_path: Path, ending: str
    ) -> None:
        copy = tmp_path / f"副本.{ending}"
        book.set(DATA, "A2", "改名=企业")
        book.save(copy)
        with office.open(copy) as again:
            assert again.values(DATA, "A2:D2") == [["改名=企业", 10, 250, 25]]
            assert again.values(DATA, "A8:C8") == [[20, 500, 50]]
            assert again.named("test_1") is True
            assert again.named("test_2") is False
            assert again.formula(DATA, "D5") == '=IF(C5>300,"大","小")'
            assert again.errors(DATA) == book.errors(DATA)

    def test_saved_xlsx_holds_the_values(self, book: Document, tmp_path: Path) -> None:
        copy = tmp_path / "copy.xlsx"
        book.save(copy)
        cells = load_workbook(copy, data_only=True)[DATA]
        assert cells["D5"].value == "大"
        assert cells["D2"].value == 25

    def test_saving_over_the_opened_file(
        self, office: Office, book: Document, workbook_path: Path
    ) -> None:
        book.set(DATA, "A2", "新")
        book.save(workbook_path)
        with office.open(workbook_path) as again:
            assert again.values(DATA, "A2") == [["新"]]

    def test_other_endings_are_refused(self, book: Document, tmp_path: Path) -> None:
        with pytest.raises(OfficeError, match="ending"):
            book.save(tmp_path / "x.csv")
        with pytest.raises(OfficeError, match="ending"):
            book.pdf(tmp_path / "x.xlsx")

    def test_no_lock_file_is_made_or_minded(self, office: Office, workbook_path: Path) -> None:
        lock = workbook_path.with_name(f".~lock.{workbook_path.name}#")
        with office.open(workbook_path):
            assert not lock.exists()
        lock.write_text(",other,host,01.01.2024 00:00,file:///nobody;", encoding="utf-8")
        with office.open(workbook_path) as book:
            book.set(DATA, "B2", 20)
            assert book.values(DATA, "D2") == [[12.5]]
            book.save(workbook_path)
        assert lock.exists()

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no workbook", "文字".encode()])
    def test_unreadable_file_is_refused(
        self, office: Office, tmp_path: Path, content: bytes
    ) -> None:
        path = tmp_path / "broken.xlsx"
        path.write_bytes(content)
        with pytest.raises(OfficeError):
            office.open(path)

    def test_absent_file_is_refused(self, office: Office, tmp_path: Path) -> None:
        with pytest.raises(OfficeError, match="no file"):
            office.open(tmp_path / "没有.xlsx")

    def test_pdf(self, book: Document, tmp_path: Path) -> None:
        book.pdf(tmp_path / "all.pdf")
        assert (tmp_path / "all.pdf").read_bytes().startswith(b"%PDF")
        book.pdf(tmp_path / "one.pdf", sheet=HIDDEN)
        assert (tmp_path / "one.pdf").stat().st_size > 0
        assert book.sheet_names(visible_only=True) == [DATA, PROOF]


@needs_office
@pytest.mark.skipif(
    shutil.which("pdftoppm") is None and os.environ.get("CI") != "true",
    reason="pdftoppm is missing",
)
class TestPages:
    def test_visible_sheets(self, office: Office, workbook_path: Path, tmp_path: Path) -> None:
        pages = render_pages(workbook_path, tmp_path / "png", dpi=40, office=office)
        assert list(pages) == [DATA, PROOF]
        for drawn in pages.values():
            assert len(drawn) == 1
            assert drawn[0].read_bytes().startswith(b"\x89PNG")
        assert sorted((tmp_path / "png").iterdir()) == sorted(chain(*pages.values()))

    def test_hidden_sheet_of_many_pages(self, office: Office, tmp_path: Path) -> None:
        path = tmp_path / "long.xlsx"
        book = Workbook()
        long = book.create_sheet("长表")
        long.sheet_state = "hidden"
        for row in range(600):
            long.append([f"企业{row}"])
        book.save(path)
        pages = render_pages(path, tmp_path, ["长表"], 20, office=office)
        assert len(pages["长表"]) > 9
        assert pages["长表"] == sorted(pages["长表"])

    def test_only_the_print_area_of_only_that_sheet(self, office: Office, tmp_path: Path) -> None:
        path = tmp_path / "areas.xlsx"
        book = Workbook()
        del book["Sheet"]
        for name in ("甲", "乙", "丙"):
            sheet = book.create_sheet(name)
            for row in range(1, 201):
                sheet.cell(row, 1, f"{name}{row}")
            if name != "丙":
                sheet.print_area = "A1:A3"
        book["乙"].sheet_state = "hidden"
        book.save(path)
        pages = render_pages(path, tmp_path, ["甲", "乙", "丙", "甲"], 20, office=office)
        assert [len(pages[name]) for name in ("甲", "乙")] == [1, 1]
        assert len(pages["丙"]) > 2
        with office.open(path) as opened:
            opened.pdf(tmp_path / "before.pdf")
            opened.pdf(tmp_path / "one.pdf", sheet="丙")
            opened.pdf(tmp_path / "after.pdf")
        counts = {name: page_count(tmp_path / f"{name}.pdf") for name in ("before", "one", "after")}
        whole, one = 1 + len(pages["丙"]), len(pages["丙"])
        assert counts == {"before": whole, "one": one, "after": whole}

    def test_starts_its_own_office(self, workbook_path: Path, tmp_path: Path) -> None:
        assert list(render_pages(workbook_path, tmp_path, [PROOF], 20)) == [PROOF]


@needs_office
class TestLifetime:
    def test_hung_office_is_killed_and_replaced(self, workbook_path: Path) -> None:
        with Office() as office:
            other, book = office.open(workbook_path), office.open(workbook_path)
            worker = office._worker
            assert worker is not None
            os.killpg(worker._process.pid, signal.SIGSTOP)
            book._timeout = 0.5
            with pytest.raises(OfficeTimeoutError), book:
                book.recalculate()
            assert_gone(worker)
            with office.open(workbook_path) as again:
                assert again.values(DATA, "D2") == [[25]]
            with pytest.raises(OfficeError, match="has ended"):
                other.values(DATA, "D2")

    def test_crashed_office_is_an_error(self, workbook_path: Path) -> None:
        with Office() as office:
            book = office.open(workbook_path)
            worker = office._worker
            assert worker is not None
            os.kill(children(worker._process.pid)[0], signal.SIGKILL)
            with pytest.raises(OfficeError):
                book.recalculate()
            assert_gone(worker)
            with office.open(workbook_path) as again:
                assert again.values(DATA, "D2") == [[25]]

    def test_nothing_is_left_behind(self, workbook_path: Path) -> None:
        office = Office()
        office.open(workbook_path)
        worker = office._worker
        assert worker is not None
        assert worker._folder.is_dir()
        office.close()
        assert_gone(worker)

    def test_nothing_outlives_a_killed_test_run(self, workbook_path: Path) -> None:
        run = (
            "import os, sys; from tests.office import Office; office = Office();"
            "office.open(sys.argv[1]); worker = office._worker;"
            "print(worker._process.pid, worker._folder, flush=True); os.kill(os.getpid(), 9)"
        )
        done = subprocess.run(
            [sys.executable, "-c", run, workbook_path],
            cwd=Path(harness.__file__).parents[1],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == -signal.SIGKILL
        session, folder = done.stdout.split(maxsplit=1)
        deadline = time.monotonic() + 30
        while alive_in_session(int(session)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not alive_in_session(int(session))
        assert not Path(folder.strip()).exists()

    def test_two_offices_side_by_side(self, office: Office, workbook_path: Path) -> None:
        with (
            Office() as other,
            other.open(workbook_path) as theirs,
            office.open(workbook_path) as ours,
        ):
            theirs.set(DATA, "B2", 1)
            assert ours.values(DATA, "D2") == [[25]]
            assert theirs.values(DATA, "D2") == [[250]]

    def test_closed_document_is_refused(self, office: Office, workbook_path: Path) -> None:
        book = office.open(workbook_path)
        book.close()
        book.close()
        with pytest.raises(OfficeError, match="closed"):
            book.recalculate()


class TestFinding:
    """These run without LibreOffice."""

    def test_absent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(harness, "_program_folder", lambda: None)
        assert harness._installation.__wrapped__() == "no LibreOffice (soffice) found"

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            ("LibreOffice 7.4", "7.4 is too old"),
            ("LibreOffice 25.2", "no Python"),
            ("LibreOfficeDev 26.8", "no Python"),
            ("Something", "0.0 is too old"),
        ],
    )
    def test_version(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str, said: str
    ) -> None:
        (tmp_path / "bootstraprc").write_text(f"[Bootstrap]\nProductKey={key}\n")
        monkeypatch.setattr(harness, "_program_folder", lambda: tmp_path)
        monkeypatch.setattr(harness, "_imports_uno", lambda python: False)
        assert said in str(harness._installation.__wrapped__())


def page_count(pdf: Path) -> int:
    shown = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    return next(int(line.split()[1]) for line in shown.splitlines() if line.startswith("Pages:"))


def falsify_cached_value(path: Path, value: str, by: str) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    changed = parts["xl/worksheets/sheet1.xml"].replace(
        f"<v>{value}</v>".encode(), f"<v>{by}</v>".encode()
    )
    assert changed != parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = changed
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


def children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(each) for each in listed.split()]


def assert_gone(worker: harness._Worker) -> None:
    assert not worker._folder.exists()
    assert worker._sockets
    assert not [each for each in worker._sockets if Path(each).exists()]
    assert not alive_in_session(worker._process.pid)


def alive_in_session(session: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it may end while we look
            state, _, _, its_session = stat.read_text().rpartition(")")[2].split()[:4]
            # A dead process stays listed until its new parent takes note, which some never do.
            if int(its_session) == session and state != "Z":
                found.append(int(stat.parent.name))
    return found
