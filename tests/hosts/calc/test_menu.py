"""The menu 亩均评价 in a real Calc: what it writes, takes back, tells and leaves alone."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from permu_xl.cli import main
from permu_xl.reports.verification.verdict import verify
from permu_xl.schemes import load
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess, content
from permu_xl.workbook.live.references import HELPER
from permu_xl.workbook.reading.opened import read_book
from tests.hosts.calc.live_books import RESULTS, differences, expected_blocks, same
from tests.office import Document, Office
from tests.workbook.districts import filled, firm, spread_firms

pytestmark = pytest.mark.office

RECALCULATE, CHECK, EXPORT = (f"org.permu.xl:{name}" for name in ("recalculate", "check", "export"))
FIELDS = [field.key for field in layout.data_fields(load())]
FINDING_FIELDS = [field.key for field in layout.finding_fields()]
SCORE_FIELDS = [field.key for field in layout.score_fields(load())]
FIRST = layout.FIRST_ROW
FIRMS = 12
TRICKY = ('=HYPERLINK("http://x.example","甲")', "'甲", "+1-2", "TRUE", "2019-05-01", "甲\n乙")


def column(key: str) -> str:
    return get_column_letter(FIELDS.index(key) + 1)


def proofs(document: Document) -> dict[str, object]:
    return {name: document.named(name) for name in document.names() if name.startswith("test_")}


def firms(count: int = FIRMS) -> list[dict[str, Any]]:
    rows = spread_firms(count)
    for row, name in zip(rows, TRICKY, strict=False):
        row["name"] = name
    rows[0]["start_date"] = dt.date(2015, 3, 2)
    return rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain workbook whose prepared rows do not suffice."""
    made = tmp_path_factory.mktemp("made") / "某区.xlsx"
    filled(made, firms(), spread_firms(FIRMS, seed=2), rows=5)
    book = openpyxl.load_workbook(made)
    # openpyxl takes it for a formula.
    book[layout.DATA][f"{column('name')}{FIRST}"].data_type = "s"
    book.save(made)
    return made


@pytest.fixture
def path(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(made, tmp_path / made.name))


@pytest.fixture
def document(calc: Office, path: Path) -> Iterator[Document]:
    with calc.open(path) as opened:
        yield opened


@dataclass(frozen=True)
class Recalculated:
    """A document after 整区重算, with what it said and what was there before.

    The tests share it, and each leaves the results as they are, but for the last.
    """

    document: Document
    path: Path
    text: str
    look: dict[str, Any]
    """Of the last firm's score, below the prepared rows."""
    points: set[str]
    """The last rows that the chart reached."""


LAST_SCORE = f"E{FIRST + FIRMS - 1}"


def reached(document: Document) -> set[str]:
    found = document.chart_references(layout.SUMMARY)
    return {each.rpartition("$")[2] for each in found if "$AD$" in each}


@pytest.fixture(scope="module")
def recalculated(
    calc: Office, made: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recalculated]:
    path = Path(shutil.copyfile(made, tmp_path_factory.mktemp("recalculated") / made.name))
    with calc.open(path) as document:
        document.note(layout.SCORES, "H6", "请核对")
        document.paint(layout.SCORES, "H5:H16", 0xFFEE00)
        look, points = document.look(layout.SCORES, LAST_SCORE), reached(document)
        text, done = document.dispatch(RECALCULATE)
        assert done, text
        yield Recalculated(document, path, str(text), look, points)


@pytest.fixture(scope="module")
def untouched(
    calc: Office, made: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Document, dict[str, Any]]]:
    """A document that nothing was done to, and all that is on it; the tests leave it like that."""
    path = Path(shutil.copyfile(made, tmp_path_factory.mktemp("untouched") / made.name))
    with calc.open(path) as document:
        yield document, document.snapshot()


def all_differences(document: Document, path: Path) -> list[str]:
    """Compare every cell of all result sheets with what a run would write; formulas by value."""
    outcome = assess(read_book(path))
    assert outcome.evaluation is not None
    blocks, _ = content(outcome)
    found = []
    for title in (*RESULTS, layout.FINDINGS, layout.SUMMARY):
        for block in blocks[title]:
            for each in block.columns:
                if not each.values:
                    continue
                letter = get_column_letter(each.number)
                bottom = block.first_row + len(each.values) - 1
                shown = document.values(title, f"{letter}{block.first_row}:{letter}{bottom}")
                for row, ((cell,), wanted) in enumerate(
                    zip(shown, each.values, strict=True), block.first_row
                ):
                    wanted = getattr(wanted, "text", wanted)  # a link shows its text
                    if not same(cell, wanted):
                        found.append(f"{title}!{letter}{row}: {cell!r}, not {wanted!r}")
    return found


def test_it_writes_what_the_command_line_writes(recalculated: Recalculated) -> None:
    assert recalculated.text.startswith(f"已完成：参评{FIRMS}户，A类2户")
    assert all_differences(recalculated.document, recalculated.path) == []
    assert set(proofs(recalculated.document).values()) == {True}


def test_text_stays_text(recalculated: Recalculated) -> None:
    document = recalculated.document
    name = get_column_letter(SCORE_FIELDS.index("name") + 1)
    bottom = FIRST + len(TRICKY) - 1
    shown = [row[0] for row in document.values(layout.SCORES, f"{name}{FIRST}:{name}{bottom}")]
    assert shown == [" ".join(each.split()) for each in TRICKY]
    assert all(document.formula(layout.SCORES, f"{name}{r}") is None for r in range(5, bottom + 1))


def test_rows_beyond_the_prepared_ones_look_alike(recalculated: Recalculated) -> None:
    after = recalculated.document.look(layout.SCORES, LAST_SCORE)
    assert after == recalculated.document.look(layout.SCORES, f"E{FIRST}") != recalculated.look


def test_the_chart_reaches_all_firms(recalculated: Recalculated) -> None:
    assert recalculated.points == {"9"}
    assert reached(recalculated.document) == {str(FIRST + FIRMS - 1)}
    assert "散点图" not in recalculated.text


def test_comments_and_colours_of_the_user_stay(recalculated: Recalculated) -> None:
    document = recalculated.document
    assert document.notes(layout.SCORES)["H6"] == "请核对"
    assert document.look(layout.SCORES, "H9")["CellBackColor"] == 0xFFEE00
    assert document.values(layout.SCORES, "H6") != [[None]]


def test_export_writes_over_nothing(recalculated: Recalculated) -> None:
    document, path = recalculated.document, recalculated.path
    for name in ("某区-定稿.xlsx", "某区-定稿2.xlsx"):
        text, done = document.dispatch(EXPORT)
        assert done
        assert name in str(text)
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "某区-定稿.xlsx",
        "某区-定稿2.xlsx",
        "某区.xlsx",
    ]
    for target, said in ((path, "不能覆盖"), (path.with_suffix(".ods"), "扩展名")):
        text, done = document.dispatch(EXPORT, Target=str(target))
        assert not done
        assert said in str(text)
    text, done = document.dispatch(EXPORT, Target=str(path.parent / "没有" / "x.xlsx"))
    assert (done, "写不进去" in str(text)) == (False, True)


def test_last_error_and_help(recalculated: Recalculated) -> None:
    document = recalculated.document
    document.set_formula(layout.MEASURES, "Z1", "=PERMU_TOTAL(A5:B6,C5:C9)")
    document.recalculate()
    assert str(document.dispatch("org.permu.xl:last_error")[0]).startswith("PERMU_TOTAL：")
    assert "整区重算" in str(document.dispatch("org.permu.xl:help")[0])


def test_it_leaves_a_record_that_can_be_verified(
    recalculated: Recalculated, tmp_path: Path
) -> None:
    document = recalculated.document
    for text in ("用户自己的", "又改了"):
        document.set(layout.MEASURES, "Z1", text)
        assert document.dispatch(RECALCULATE)[1]
    saved = tmp_path / "存.xlsx"
    document.save(saved)
    assert openpyxl.load_workbook(saved)[layout.RUNS].sheet_state == "hidden"
    verdict = verify(saved)
    assert (verdict.agrees, verdict.differences) == (True, ()), verdict
    assert [check.name for check in verdict.checks] == ["输入", "方案", "结果", "记录"]


def test_errors_leave_the_results_and_links_lead_to_the_cell(recalculated: Recalculated) -> None:
    document = recalculated.document
    results = {k: v for k, v in document.snapshot().items() if k in (*RESULTS, layout.SUMMARY)}
    bad = f"{column('tax')}9"
    document.set(layout.DATA, bad, "约三百")
    document.set_formula(layout.DATA, f"{column('land')}8", "=NA()")
    text, done = document.dispatch(RECALCULATE)
    assert done
    assert str(text).startswith("错误2条")
    assert str(text).endswith("请先改正错误。")
    now = document.snapshot()
    assert {name: now[name] for name in results} == results
    assert document.active_sheet() == layout.FINDINGS
    at = get_column_letter(FINDING_FIELDS.index("cell") + 1)
    cells = [row[0] for row in document.values(layout.FINDINGS, f"{at}{FIRST}:{at}{FIRST + 1}")]
    assert cells == [f"{column('land')}8", bad]
    link = document.formula(layout.FINDINGS, f"{at}{FIRST + 1}") or ""
    target = link.split('"')[1]
    assert target == f"#'{layout.DATA}'!{bad}"
    document.dispatch(".uno:GoToCell", ToPoint=target.removeprefix("#"))
    assert document.selection() == f"${layout.DATA}.${column('tax')}$9"


def test_one_undo_and_one_redo(document: Document) -> None:
    # Calc takes back what is on a sheet that was added, and not the sheet itself.
    document.dispatch(RECALCULATE)
    document.undo()
    (left,) = document.snapshot()[layout.RUNS]["formulas"]
    assert left == [""]
    document.set(layout.MEASURES, "Z1", "用户自己的")
    before, steps = document.snapshot(), document.undo_titles()
    document.dispatch(RECALCULATE)
    after = document.snapshot()
    assert document.undo_titles() == ["亩均评价：整区重算", *steps]
    document.undo()
    assert document.snapshot() == before
    document.redo()
    assert contents(document.snapshot()) == contents(after)
    # Also over results that are there already.
    document.set(layout.DATA, f"{column('tax')}7", 4321.0)
    earlier = document.snapshot()
    document.dispatch(RECALCULATE)
    document.undo()
    assert document.snapshot() == earlier


def contents(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return a snapshot without looks: Calc gives results of formulas their format only once."""
    return {name: (each["formulas"], each["notes"]) for name, each in snapshot.items()}


def test_check_writes_the_findings_only(untouched: tuple[Document, dict[str, Any]]) -> None:
    document, before = untouched
    text, done = document.dispatch(CHECK)
    assert done
    assert str(text).startswith("核查完毕：错误0条")
    after = document.snapshot()
    assert [name for name in before if before[name] != after[name]] == [layout.FINDINGS]
    assert document.undo_titles() == ["亩均评价：数据核查"]
    document.undo()
    assert document.snapshot() == before


def test_a_failure_half_way_takes_everything_back(
    untouched: tuple[Document, dict[str, Any]],
) -> None:
    document, unchanged = untouched
    # Part of an array formula cannot be overwritten.
    document.set_formula(layout.PROOF, "A19:B21", "=1")
    before, steps = document.snapshot(), document.undo_titles()
    text, done = document.dispatch(RECALCULATE)
    assert not done
    assert str(text).startswith(f"工作表“{layout.PROOF}”写不进去")
    assert document.snapshot() == before
    assert document.undo_titles() == steps
    document.undo()
    assert document.snapshot() == unchanged


def test_an_ods_document(
    calc: Office, untouched: tuple[Document, dict[str, Any]], path: Path, tmp_path: Path
) -> None:
    ods = tmp_path / "某区.ods"
    untouched[0].save(ods)
    with calc.open(ods) as document:
        text, done = document.dispatch(RECALCULATE)
        assert done, text
        assert all_differences(document, path) == []
        assert set(proofs(document).values()) == {True}
        text, done = document.dispatch(EXPORT)
        assert done, text
    # LibreOffice writes a row for every one of the 60,000 that have a look.
    final = openpyxl.load_workbook(tmp_path / "某区-定稿.xlsx", read_only=True)
    assert final[layout.SCORES]["C6"].value == "'甲"
    final.close()


def test_inserted_rows_and_columns(document: Document, path: Path, tmp_path: Path) -> None:
    for title in (layout.DATA, layout.SCORES, layout.CLASSES, layout.FINDINGS):
        document.insert_rows(title, 3, 2)
        document.insert_columns(title, 2)
    document.set(layout.SCORES, "B5", "我的列")
    document.set(layout.SCORES, "B9", 7.0)
    text, done = document.dispatch(RECALCULATE)
    assert done, text
    moved = tmp_path / "移.xlsx"
    document.save(moved)
    assert all_differences(document, moved) == []
    assert document.values(layout.SCORES, "B9") == [[7.0]]
    assert set(proofs(document).values()) == {True}


def test_a_document_that_was_never_saved(calc: Office, path: Path, tmp_path: Path) -> None:
    with calc.open(path, copy=True) as document:
        assert document.dispatch(RECALCULATE)[1]
        assert all_differences(document, path) == []
        text, done = document.dispatch(EXPORT)
        assert (text, done) == ("工作簿还没有存到本机的文件夹，请先另存到本机再导出。", False)
        target = tmp_path / "定稿.xlsx"
        text, done = document.dispatch(EXPORT, Target=str(target))
        assert done
        assert str(target) in str(text)
        assert target.exists()


def test_a_read_only_document(calc: Office, path: Path) -> None:
    with calc.open(path, read_only=True) as document:
        before = document.snapshot()
        for command in (RECALCULATE, CHECK):
            text, done = document.dispatch(command)
            assert not done
            assert "只读" in str(text)
        assert document.snapshot() == before


def test_a_workbook_of_another_kind(calc: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "别的.xlsx")
    with calc.open(tmp_path / "别的.xlsx") as document:
        for command in (RECALCULATE, CHECK):
            text, done = document.dispatch(command)
            assert not done
            assert str(text).startswith("别的.xlsx 里没有工作表“参数”、“原始数据”")
            assert str(text).endswith("填写。")
            assert document.undo_titles() == []


def test_a_protected_sheet_is_told_and_nothing_is_written(
    untouched: tuple[Document, dict[str, Any]],
) -> None:
    """The last that uses this document: the sheet stays protected."""
    document, _ = untouched
    document.protect(layout.CLASSES)
    before = document.snapshot()  # saved, the comments have their texts
    text, done = document.dispatch(RECALCULATE)
    assert not done
    assert str(text).startswith(f"工作表“{layout.CLASSES}”写不进去")
    assert document.snapshot() == before


def as_typed(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def live_parts(path: Path) -> set[str]:
    """Return which signs of a live workbook are in a file."""
    with zipfile.ZipFile(path) as package:
        found = {HELPER} if HELPER.encode() in package.read("xl/workbook.xml") else set()
        sheets = (n for n in package.namelist() if n.startswith("xl/worksheets/sheet"))
        if any(re.search(rb"<f[ >/]", package.read(name)) for name in sheets):
            found.add("formulas")
    return found


def test_a_clerks_session(calc: Office, tmp_path: Path) -> None:
    book = tmp_path / "某区.xlsx"
    call = ["template", str(book), "--live", "--rows", "30", "--district", "某区", "--year", "2022"]
    assert main(call) == 0
    with calc.open(book) as document:
        for title, rows in (
            (layout.DATA, firms(25)),
            (layout.PREVIOUS, spread_firms(25, seed=2)),
        ):
            shown = [[as_typed(cells.get(key)) for key in FIELDS] for cells in rows]
            document.paste(title, f"A{FIRST}", shown)
        bad = f"{column('tax')}9"
        document.set(layout.DATA, bad, "约三百")
        assert str(document.dispatch(CHECK)[0]).startswith("核查完毕：错误1条")
        (found,) = document.values(layout.FINDINGS, f"A{FIRST}:J{FIRST}")
        assert found[0] == "错误"
        assert found[3] == bad
        assert found[7] == "约三百"

        document.set(layout.DATA, bad, 300.0)
        before = document.snapshot()
        text, done = document.dispatch(RECALCULATE)
        assert done, text
        after = document.snapshot()
        # The formulas stay where they are.
        for title in (layout.SCORES, layout.CLASSES):
            rows = slice(FIRST - 1, FIRST + 29)
            assert after[title]["formulas"][rows] == before[title]["formulas"][rows]
        assert after[HELPER] == before[HELPER]
        document.undo()
        undone = document.snapshot()
        # The sheet of the record, made by the first run, stays; hidden, and empty again.
        assert undone.pop(layout.RUNS)["formulas"] == [[""]]
        assert undone == before
        document.redo()
        assert contents(document.snapshot()) == contents(after)
        edited = tmp_path / "改.xlsx"
        document.save(edited)
        assert differences(document, expected_blocks(edited)) == []
        assert "PERMU_" in (document.formula(layout.SCORES, "D5") or "")
        assert document.dispatch(EXPORT)[1]

    final = tmp_path / "某区-定稿.xlsx"
    assert live_parts(edited) == {"formulas", HELPER}
    assert live_parts(final) == set()
    with calc.open(final) as document:
        assert differences(document, expected_blocks(edited)) == []
        said = proofs(document)
        assert len(said) > 5
        assert set(said.values()) == {True}, said


def test_a_hundred_and_more_firms_prove_true(calc: Office, tmp_path: Path) -> None:
    """Above a hundred rows LibreOffice calculates whole columns, in an order of its own."""
    path = filled(tmp_path / "大.xlsx", spread_firms(150), spread_firms(150, seed=2))
    with calc.open(path) as document:
        assert document.dispatch(RECALCULATE)[1]
        assert set(proofs(document).values()) == {True}
        document.set(layout.DATA, f"{column('tax')}9", 5.0)
        assert document.errors(layout.PROOF) == {}
        assert document.named("test_all") is False
        document.dispatch(RECALCULATE)
        assert document.named("test_all") is True


def test_one_firm(calc: Office, tmp_path: Path) -> None:
    path = filled(tmp_path / "一.xlsx", [firm(1)], [firm(1)])
    with calc.open(path) as document:
        assert document.dispatch(RECALCULATE)[1]
        assert all_differences(document, path) == []
