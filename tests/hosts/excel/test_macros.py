"""The ribbon's commands against a stand-in for the open workbook, faults included."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from permu_xl.hosts.excel import commands
from permu_xl.hosts.excel.reading import OpenBook
from permu_xl.schemes import DEFAULT, load
from permu_xl.workbook import layout
from permu_xl.workbook.district import assess, content, run
from permu_xl.workbook.example.workbook import build_example
from permu_xl.workbook.live.template import live_template
from permu_xl.workbook.reading.opened import read_book
from permu_xl.workbook.record.entries import seal
from tests.hosts.excel.fakebook import FakeBook, FakeChart, FakeSeries
from tests.hosts.excel.player import run_command


def _untouched(book: FakeBook) -> None:
    """Excel has its modes and its status bar back."""
    app = book.app
    assert app.__dict__["calculation"] == "automatic"
    assert app.__dict__["screen_updating"] is True
    assert app.__dict__["status_bar"] is False


def test_an_open_workbook_is_read_like_its_file(book: FakeBook) -> None:
    opened, filed = OpenBook.read(book).book, read_book(book.path)
    assert opened.parameters == filed.parameters
    assert opened.scheme == filed.scheme
    assert opened.outputs == filed.outputs
    assert assess(opened).findings == assess(filed).findings
    # One block for the whole of a sheet, never cell by cell.
    reads = [sheet for what, sheet, *_ in book.log if what == "read"]
    assert len(reads) <= 2 * len(layout.SHEETS)


def test_recalculate_writes_what_the_command_line_writes(book: FakeBook, tmp_path: Path) -> None:
    run_command("recalculate", book)
    target = tmp_path / "out.xlsx"
    outcome = run(book.path, target)
    assert outcome.evaluation is not None
    blocks, _ = content(outcome)
    written = openpyxl.load_workbook(target)
    for name in (layout.BASELINES, layout.SCORES, layout.CLASSES):
        sheet = book.sheets[name]
        [block] = blocks[name]
        for column in block.columns:
            for row in range(block.first_row, block.first_row + block.height):
                expected = written[name].cell(row, column.number).value
                found = sheet.cells.get((row, column.number))
                assert found == (pytest.approx(expected) if _is_number(expected) else expected)
    [(text, mode)] = book.app.alerts
    assert mode == "info"
    assert f"参评{outcome.evaluation.participants}户" in text
    assert ("calculate", None) in book.app.log
    _untouched(book)


def test_a_run_leaves_a_record_out_of_sight(book: FakeBook) -> None:
    before = book.active
    run_command("recalculate", book)
    sheet = book.sheets[layout.RUNS]
    assert (sheet.Visible, book.active) == (2, before)
    assert sheet.cells[layout.FIRST_ROW, 5] == DEFAULT
    opened = OpenBook.read(book).book
    assert opened.runs is not None
    (entry,) = opened.runs.entries
    assert entry["seal"] == seal(entry)


def test_a_protected_structure_costs_the_record_only(book: FakeBook) -> None:
    def fault(event: str, sheet: str) -> None:
        if event == "add":
            raise OSError("protected")

    book.fault = fault
    run_command("recalculate", book)
    [(text, mode)] = book.app.alerts
    assert mode == "info"
    assert text.endswith("没有留下“运行记录”。")
    assert layout.RUNS not in book.sheets
    assert book.sheets[layout.CLASSES].cells
    _untouched(book)


def _points(book: FakeBook, tmp_path: Path) -> tuple[int, list[str]]:
    """Return first row and column letters of the table behind the chart."""
    _, points = content(assess(OpenBook.read(book).book))
    assert points is not None
    return points.first_row, [get_column_letter(column.number) for column in points.columns]


def test_charts_follow_the_table_behind_them(book: FakeBook, tmp_path: Path) -> None:
    name = layout.SUMMARY
    first, letters = _points(book, tmp_path)
    x, y = letters[:2]

    def formula(last: int) -> str:
        spans = ",".join(f"{name}!${c}${first}:${c}${last}" for c in (x, y))
        return f"=SERIES({name}!${y}${first - 1},{spans},1)"

    fixed = f"=SERIES(,{name}!$A$2:$A$5,{name}!$B$2:$B$5,1)"
    chart = FakeChart(FakeSeries(book, name, formula(9999)), FakeSeries(book, name, fixed))
    book.sheets[name].charts.append(chart)
    run_command("recalculate", book)
    _, points = content(assess(OpenBook.read(book).book))
    assert points is not None
    assert chart.Item(1).Formula == formula(first + points.height - 1)
    assert chart.Item(2).Formula == fixed
    assert "散点图" not in book.app.alerts[0][0]


def test_a_chart_that_cannot_be_set_loses_no_results(book: FakeBook, tmp_path: Path) -> None:
    name = layout.SUMMARY
    first, (x, *_) = _points(book, tmp_path)
    series = FakeSeries(book, name, f"=SERIES(,,{name}!${x}${first}:${x}$9999,1)")
    book.sheets[name].charts.append(FakeChart(series))

    def fault(event: str, sheet: str) -> None:
        if event == "chart":
            raise OSError("no")

    book.fault = fault
    run_command("recalculate", book)
    [(text, mode)] = book.app.alerts
    assert mode == "info"
    assert text.endswith("的散点图没能改成新的行数，请手工核对。")
    _untouched(book)


def test_a_workbook_whose_place_cannot_be_found_out(
    book: FakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fullname(self: FakeBook) -> str:
        raise OSError("Couldn't find your local OneDrive file")

    del book.fullname
    monkeypatch.setattr(FakeBook, "fullname", property(fullname), raising=False)
    run_command("recalculate", book)
    run_command("export", book)
    assert book.app.alerts[0][1] == "info"
    assert "请先另存到本机" in book.app.alerts[1][0]
    _untouched(book)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def test_results_go_out_in_few_blocks(book: FakeBook) -> None:
    run_command("recalculate", book)
    writes = [entry for entry in book.log if entry[0] in ("write", "formula")]
    assert len(writes) < 60
    for name in (layout.SCORES, layout.CLASSES):
        assert sum(sheet == name for _, sheet, *_ in writes) == 1


def test_check_writes_the_findings_only(book: FakeBook) -> None:
    run_command("check", book)
    written = {sheet for what, sheet, *_ in book.log if what in ("write", "formula")}
    assert written == {layout.FINDINGS}
    assert book.app.alerts[0][0].startswith("核查完毕")
    links = [f for f in book.sheets[layout.FINDINGS].formulas.values() if "HYPERLINK" in f]
    assert links
    assert all(link.startswith("=HYPERLINK(\"#'") for link in links)
    _untouched(book)


def test_errors_in_the_data_leave_the_results_as_they_are(book: FakeBook) -> None:
    sheet = book.sheets[layout.DATA]
    sheet.cells[layout.FIRST_ROW, 6] = "#N/A"
    run_command("recalculate", book)
    written = {name for what, name, *_ in book.log if what in ("write", "formula")}
    assert written == {layout.FINDINGS}
    assert book.active == layout.FINDINGS
    assert "请先改正错误" in book.app.alerts[0][0]
    assert any("#N/A" in str(v) for v in book.sheets[layout.FINDINGS].cells.values())
    _untouched(book)


def live_book(path: Path, rows: int) -> FakeBook:
    live = live_template(load(DEFAULT), rows)
    filled = build_example()
    for name in layout.INPUT_SHEETS:
        for row in filled[name].iter_rows():
            for cell in row:
                if cell.value is not None:
                    live[name].cell(cell.row, cell.column).value = cell.value
    live.save(path)
    return FakeBook(path)


def test_live_formulas_stay(tmp_path: Path) -> None:
    book = live_book(tmp_path / "live.xlsx", 200)
    before = dict(book.sheets[layout.SCORES].formulas)
    run_command("recalculate", book)
    assert book.app.alerts[0][1] == "info"
    assert book.sheets[layout.SCORES].formulas == before
    _untouched(book)


def test_live_formulas_that_do_not_reach_all_firms_give_way_to_values(tmp_path: Path) -> None:
    book = live_book(tmp_path / "live.xlsx", 3)
    book.keeps_our_formulas = False
    run_command("recalculate", book)
    assert book.app.alerts[0][1] == "info"
    scores = book.sheets[layout.SCORES]
    assert not any(row >= layout.FIRST_ROW for row, _ in scores.formulas)
    assert {(layout.FIRST_ROW, 3), (layout.FIRST_ROW + 3, 3)} <= set(scores.cells)
    assert "企业超过实时公式的3行" in str(scores.cells[layout.NOTE_ROW, 1])
    _untouched(book)


@pytest.mark.parametrize("what", ["read", "write", "formula", "look"])
@pytest.mark.parametrize("command", ["recalculate", "check"])
def test_a_fault_in_the_middle_restores_excel(book: FakeBook, command: str, what: str) -> None:
    seen = 0

    def fault(event: str, sheet: str) -> None:
        nonlocal seen
        seen += event == what
        if seen == 2:
            raise OSError("Excel is busy")

    book.fault = fault
    run_command(command, book)
    _untouched(book)
    [(text, mode)] = book.app.alerts
    if seen >= 2:
        assert mode == "critical"
        assert "\n" not in text
        assert "Traceback" not in text
        assert text.endswith("。")


def test_a_missing_sheet_is_told_in_one_sentence(book: FakeBook) -> None:
    del book.sheets[layout.DATA]
    run_command("recalculate", book)
    [(text, mode)] = book.app.alerts
    assert mode == "critical"
    assert layout.DATA in text
    _untouched(book)


def test_export_writes_beside_the_workbook_and_over_nothing(book: FakeBook) -> None:
    run_command("export", book)
    first = book.path.with_name("示例-定稿.xlsx")
    content = first.read_bytes()
    run_command("export", book)
    assert first.read_bytes() == content
    assert book.path.with_name("示例-定稿2.xlsx").is_file()
    assert sorted(p.name for p in book.path.parent.iterdir()) == [
        "示例-定稿.xlsx", "示例-定稿2.xlsx", "示例.xlsx",
    ]  # fmt: skip
    assert all(mode == "info" for _, mode in book.app.alerts)
    _untouched(book)


@pytest.mark.parametrize("name", ["https://x.example/示例.xlsx", "示例.xlsx", "/nowhere/示例.xlsx"])
def test_export_of_a_workbook_that_is_nowhere_on_disk(book: FakeBook, name: str) -> None:
    book.fullname = name
    run_command("export", book)
    assert "请先另存到本机" in book.app.alerts[0][0]
    _untouched(book)


def test_a_read_only_folder_is_told(book: FakeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("permu_xl.tasks.copies.tempfile.TemporaryDirectory", refuse)
    run_command("export", book)
    [(text, mode)] = book.app.alerts
    assert (mode, text) == (
        "critical",
        f"{book.path.parent} 写不进去，请把工作簿另存到可以写的文件夹再做“导出定稿”。",
    )


def test_a_copy_that_an_agent_has_scrambled_is_told(
    book: FakeBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scrambled(self: FakeBook, name: str) -> None:
        Path(name).write_bytes(b"%TSD-Header-###%" + bytes(1000))

    monkeypatch.setattr(FakeBook, "SaveCopyAs", scrambled)
    run_command("export", book)
    [(text, mode)] = book.app.alerts
    assert mode == "critical"
    assert "文档加密软件" in text
    assert [p.name for p in book.path.parent.iterdir()] == ["示例.xlsx"]


@pytest.mark.parametrize("command", ["recalculate", "check"])
def test_what_changes_meanwhile_is_not_overwritten_by_old_results(
    book: FakeBook, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*arguments: Any) -> Any:
        # Excel is free while Python calculates.
        book.sheets[layout.DATA].cells[layout.FIRST_ROW, 6] = 1.0
        return assess(*arguments)

    monkeypatch.setattr(commands, "assess", meanwhile)
    run_command(command, book)
    assert book.app.alerts == [("计算期间工作簿里的数据有改动，没有写入，请再点一次。", "critical")]
    assert not [what for what, *_ in book.log if what in ("write", "formula")]
    _untouched(book)
    book.app.alerts.clear()
    monkeypatch.undo()
    run_command(command, book)
    assert book.app.alerts[0][1] == "info"


def test_export_that_fails_leaves_nothing_behind(book: FakeBook) -> None:
    def fault(event: str, sheet: str) -> None:
        if event == "save":
            raise OSError("disk full")

    book.fault = fault
    run_command("export", book)
    assert book.app.alerts[0][1] == "critical"
    assert [p.name for p in book.path.parent.iterdir()] == ["示例.xlsx"]
    _untouched(book)


def test_last_error_and_help_are_told(book: FakeBook) -> None:
    from permu_xl.functions import call

    call("PERMU_RANK", [[[1, 2], [3]]])
    run_command("last_error", book)
    run_command("help", book)
    assert book.app.alerts[0][0].startswith("PERMU_RANK：")
    assert "整区重算" in book.app.alerts[1][0]


def test_what_only_tells_something_needs_no_library_for_workbooks() -> None:
    script = (
        "import sys; from permu_xl.hosts.excel import macros; "
        "print(macros.begin('help')[0], macros.go_on(''), "
        "{'lxml', 'openpyxl', 'python_calamine'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "tell ['done', ''] set()", done.stderr


def test_the_buttons_of_earlier_templates_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from permu_xl.menus import excel

    said: list[str] = []
    app = SimpleNamespace(alert=lambda text, title, mode: said.append(text))
    book = SimpleNamespace(caller=lambda: SimpleNamespace(app=app))
    monkeypatch.setitem(sys.modules, "xlwings", SimpleNamespace(Book=book))
    excel.run_command("recalculate")
    assert "旧版模板" in said[0]
