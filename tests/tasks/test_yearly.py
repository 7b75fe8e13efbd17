"""The commands of the year, whatever the host: what they make, ask, tell and leave alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from permu_xl.errors import FileAccessError, PermuError
from permu_xl.reports.comparison.layout import CHANGED_DATA
from permu_xl.reports.publication.sheets import NOTICE
from permu_xl.reports.sensitivity.layout import SENSITIVITY
from permu_xl.schemes import load
from permu_xl.tasks.desk import Desk
from permu_xl.tasks.messages import failed
from permu_xl.tasks.words import MENU, TITLES
from permu_xl.tasks.yearly import COMMANDS
from permu_xl.workbook import layout
from permu_xl.workbook.district import run
from tests.intake import support
from tests.places import WORKBOOKS
from tests.tasks.made import (
    by_command_line,
    cells,
    copied,
    evaluated_book,
    hide_office,
    notices,
)
from tests.workbook.districts import filled, spread_firms
from tests.xlsx.sheets import read_zip

FIRMS = 12
FIELDS = [field.key for field in layout.data_fields(load())]
TAX = get_column_letter(FIELDS.index("tax") + 1)
NEW_FILES = {
    "publish": "某区-上报.xlsx",
    "publish_data": "某区-数据公示.xlsx",
    "register": "某区-登记.xlsx",
    "sensitivity": "某区-敏感性.xlsx",
    "compare": "某区-变动.xlsx",
    "import": "某区-导入.xlsx",
}


class FileDesk:
    """A desk whose workbook shows what is in ``shows``, whatever its own file says."""

    def __init__(self, path: Path | None, shows: Path) -> None:
        self.path, self.shows = path, shows
        self.remedies = MENU
        self.copy_suffix = shows.suffix
        self.made: Path | None = None
        self.found: object = None
        self.answers: list[bool | None] = []
        self.asked: list[str] = []
        self.picked: list[Path] = []
        self.folder: Path | None = None
        self.named: Path | None = None
        self.steps: list[str] = []
        self.stored: list[Path] = []

    def store(self, copy: Path) -> None:
        self.stored.append(copy)
        shutil.copyfile(self.shows, copy)

    @contextmanager
    def progress(self, steps: int) -> Iterator[Callable[[str], None]]:
        yield self.steps.append

    def ask(self, question: str, *, unasked: bool) -> bool | None:
        assert unasked == ("放在" in question)
        self.asked.append(question)
        return self.answers.pop(0) if self.answers else unasked

    def choose_books(self, title: str, kinds: tuple[str, ...], *, several: bool) -> list[Path]:
        assert several == title.endswith("（可以多选）")
        return self.picked

    def choose_folder(self, title: str) -> Path | None:
        return self.folder

    def target(self) -> Path | None:
        return self.named


@pytest.fixture(autouse=True)
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    hide_office(monkeypatch)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evaluated_book(tmp_path_factory.mktemp("evaluated"), FIRMS)


@pytest.fixture
def book(evaluated: Path, tmp_path: Path) -> Path:
    return copied(evaluated, tmp_path)


@pytest.fixture
def desk(book: Path) -> FileDesk:
    return FileDesk(book, book)


def corrected(source: Path, target: Path, cell: str, value: object) -> Path:
    """Save a workbook with another figure on 原始数据, evaluated again."""
    target.parent.mkdir(exist_ok=True)
    workbook = openpyxl.load_workbook(source)
    workbook[layout.DATA][cell] = value
    workbook.save(target)
    assert run(target, target).evaluation is not None
    return target


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_desk_is_what_the_commands_ask_for(desk: FileDesk) -> None:
    checked: Desk = desk
    assert checked.made is None
    assert set(COMMANDS) == set(TITLES)


def test_publication_is_that_of_the_command_line(desk: FileDesk, book: Path) -> None:
    text = COMMANDS["publish"](desk)
    made = book.with_name(NEW_FILES["publish"])
    assert desk.made == made
    assert str(made) in text
    other = book.with_name("命令行.xlsx")
    by_command_line("publish", book, "-o", other)
    assert cells(made) == cells(other)
    assert "初步名单" in text


def test_publication_once_the_city_has_confirmed(desk: FileDesk, book: Path) -> None:
    desk.answers = [True, None]
    text = COMMANDS["publish"](desk)
    assert "初步名单" not in text
    other = book.with_name("命令行.xlsx")
    by_command_line("publish", book, "--confirmed", "-o", other)
    made = cells(book.with_name(NEW_FILES["publish"]))
    assert made == cells(other)
    assert "初步" not in str(made[NOTICE][:2])
    desk.made = None
    assert (COMMANDS["publish"](desk), desk.made) == ("", None)


def test_publication_of_data_is_that_of_the_command_line(desk: FileDesk, book: Path) -> None:
    text = COMMANDS["publish_data"](desk)
    made = book.with_name(NEW_FILES["publish_data"])
    assert desk.made == made
    assert "没有得分和分类" in text
    other = book.with_name("命令行.xlsx")
    by_command_line("publish", book, "--data", "-o", other)
    assert cells(made) == cells(other)


def returned(book: Path, target: Path) -> Path:
    """Save the notice to the first firm with another figure of output in it."""
    by_command_line("notices", book, "-o", target.parent / "单", "--firm", "企业00001")
    (notice,) = (target.parent / "单").glob("*.docx")
    document = docx.Document(str(notice))
    for row in (row for table in document.tables for row in table.rows):
        if row.cells[0].text == "总产值":
            row.cells[-1].text = "8260"
    document.save(str(target))
    return target


def test_registration_fills_a_new_workbook(desk: FileDesk, book: Path) -> None:
    before = book.read_bytes()
    desk.picked = [returned(book, book.parent.parent / "退回.docx")]
    text = COMMANDS["register"](desk)
    made = book.with_name(NEW_FILES["register"])
    assert desk.made == made
    assert text.startswith(f"读了1份确认单，登记异议1条（1户）；已写入 {made}")
    sheet = openpyxl.load_workbook(made)[layout.OBJECTIONS]
    assert [sheet.cell(layout.FIRST_ROW, k).value for k in (2, 3, 4)] == [
        "企业00001", "总产值", "8260",
    ]  # fmt: skip
    assert book.read_bytes() == before
    desk.picked = []
    assert COMMANDS["register"](desk) == ""


def test_final_classes_wait_for_open_objections(desk: FileDesk, book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    for column, value in enumerate(("", "企业00001", "总产值", 8260), 1):
        workbook[layout.OBJECTIONS].cell(layout.FIRST_ROW, column).value = value
    workbook.save(book)
    desk.answers = [True]
    assert "还有1条异议没有办结（企业00001）" in told(desk, "publish")
    desk.answers = [False]
    assert "还有1条异议没有办结" in COMMANDS["publish"](desk)


def test_sensitivity_is_that_of_the_command_line(desk: FileDesk, book: Path) -> None:
    COMMANDS["sensitivity"](desk)
    assert desk.made == book.with_name(NEW_FILES["sensitivity"])
    other = book.with_name("命令行.xlsx")
    by_command_line("sensitivity", book, "-o", other)
    assert cells(desk.made) == cells(other)
    assert SENSITIVITY in cells(other)


def test_comparison_takes_the_picked_one_for_the_earlier(desk: FileDesk, book: Path) -> None:
    before = book.with_name("更正前.xlsx")
    shutil.copyfile(book, before)
    desk.picked = [before]
    desk.shows = corrected(book, book.parent / "改" / "某区.xlsx", f"{TAX}6", 9999.0)
    text = COMMANDS["compare"](desk)
    made = book.with_name(NEW_FILES["compare"])
    assert desk.made == made
    assert "数据改动1处" in text
    other = book.with_name("命令行.xlsx")
    by_command_line("compare", before, desk.shows, "-o", other)
    assert cells(made) == cells(other)
    (row,) = [row for row in cells(made)[CHANGED_DATA] if f"{TAX}6" in row]
    assert row[-3] == 9999.0


def test_notices_are_those_of_the_command_line(desk: FileDesk, book: Path, tmp_path: Path) -> None:
    desk.answers = [True]
    text = COMMANDS["notices"](desk)
    folder = book.with_name("某区-一企一单")
    assert text.startswith(f"{FIRMS}户企业的确认单在 {folder}。")
    assert "请填好再发" in text
    assert desk.made is None
    other = tmp_path / "命令行"
    by_command_line("notices", book, "-o", other)
    assert len(notices(folder)) == FIRMS
    assert notices(folder) == notices(other)
    assert f"一企一单（{FIRMS}/{FIRMS}）" in desk.steps


def test_notices_without_change_stay(desk: FileDesk, book: Path) -> None:
    desk.answers = [True, True]
    COMMANDS["notices"](desk)
    assert "已经有了" not in desk.asked[0]
    assert f"没有变化的{FIRMS}份没有重写" in COMMANDS["notices"](desk)
    assert "已经有了" in desk.asked[1]


def test_notices_go_where_the_user_wants(desk: FileDesk, book: Path, tmp_path: Path) -> None:
    desk.answers, desk.folder = [False, False, None], tmp_path / "别处"
    COMMANDS["notices"](desk)
    assert len(notices(desk.folder)) == FIRMS
    # No folder picked, and 取消: nothing happens, nothing is told.
    desk.folder = None
    assert COMMANDS["notices"](desk) == ""
    assert COMMANDS["notices"](desk) == ""
    assert listing(book.parent) == ["某区.xlsx"]


def test_pdf_where_libreoffice_is_there_and_the_user_says_yes(
    desk: FileDesk, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("permu_xl.libreoffice.find_calc", lambda: object())
    wanted: list[Path] = []

    def convert(files: list[Path]) -> Iterator[Path]:
        wanted.extend(files)
        yield from (file.with_suffix(".pdf") for file in files)

    monkeypatch.setattr("permu_xl.reports.notices.convert", convert)
    desk.answers = [True, False]
    assert "PDF" not in COMMANDS["notices"](desk)
    assert wanted == []
    desk.answers = [True, True]
    assert f"另有{FIRMS}个 PDF。" in COMMANDS["notices"](desk)
    assert {file.suffix for file in wanted} == {".docx"}

    def fail(files: list[Path]) -> Iterator[Path]:
        raise FileAccessError("LibreOffice 没有转出 PDF。")

    monkeypatch.setattr("permu_xl.reports.notices.convert", fail)
    desk.answers = [True, True]
    text = COMMANDS["notices"](desk)
    assert text.startswith(f"{FIRMS}户企业的确认单")
    assert "没有转出 PDF" in text


def test_verification_agrees_and_writes_nothing(desk: FileDesk, book: Path) -> None:
    text = COMMANDS["verify"](desk)
    lines = text.splitlines()
    assert lines[0] == "核对一致。"
    assert [line.partition("：")[0] for line in lines[1:]] == ["输入", "方案", "结果", "记录"]
    assert listing(book.parent) == ["某区.xlsx"]


def test_verification_lists_the_cells_that_differ(desk: FileDesk, book: Path) -> None:
    workbook = openpyxl.load_workbook(book)
    total = [field.key for field in layout.score_fields(load())].index("total") + 1
    for row in range(layout.FIRST_ROW, layout.FIRST_ROW + FIRMS):
        workbook[layout.SCORES].cell(row, total).value = 1.0
    workbook.save(book)
    lines = COMMANDS["verify"](desk).splitlines()
    assert lines[0] == f"核对不一致，有{FIRMS}格不同。"
    shown = [line for line in lines if line.startswith(f"{layout.SCORES}!")]
    assert len(shown) == 10
    assert "总分：写的是“1”" in shown[0]
    assert f"……另有{FIRMS - 10}格，用命令行的 permu-xl verify 全部列出。" in lines


def test_import_fills_a_new_workbook(desk: FileDesk, book: Path, tmp_path: Path) -> None:
    code = spread_firms(1)[0]["code"]
    rows = [["统一社会信用代码", "研发经费（元）"], [code, 1234500]]
    table = support.xlsx(tmp_path / "科技.xlsx", rows)
    workbook = openpyxl.load_workbook(book)
    rd = get_column_letter(FIELDS.index("rd") + 1)
    workbook[layout.DATA][f"{rd}{layout.FIRST_ROW}"] = None
    workbook.save(book)
    before = book.read_bytes()
    desk.picked = [table]
    text = COMMANDS["import"](desk)
    made = book.with_name(NEW_FILES["import"])
    assert desk.made == made
    assert "写入1个数" in text
    found = openpyxl.load_workbook(made)
    # 1,234,500 yuan are 123.45 times ten thousand.
    assert found[layout.DATA][f"{rd}{layout.FIRST_ROW}"].value == 123.45
    assert layout.PROVENANCE in found.sheetnames
    assert book.read_bytes() == before
    assert listing(book.parent) == [made.name, "某区.xlsx"]
    other = book.with_name("命令行.xlsx")
    shutil.copyfile(book, other)
    by_command_line("import", table, "-o", other)
    assert cells(made) == cells(other)


@pytest.mark.parametrize("command", NEW_FILES)
def test_files_that_are_there_stay(desk: FileDesk, book: Path, command: str) -> None:
    _prepare(desk, book, command)
    taken = book.with_name(NEW_FILES[command])
    taken.write_text("别动")
    COMMANDS[command](desk)
    assert taken.read_text() == "别动"
    assert desk.made == taken.with_stem(f"{taken.stem}2")
    assert desk.made.is_file()


@pytest.mark.parametrize("command", NEW_FILES)
def test_a_macro_names_the_file(desk: FileDesk, book: Path, tmp_path: Path, command: str) -> None:
    _prepare(desk, book, command)
    desk.named = tmp_path / "乙" / "新.xlsx"
    desk.named.parent.mkdir()
    COMMANDS[command](desk)
    assert desk.made == desk.named
    assert desk.named.is_file()
    assert told(desk, command) == f"{desk.named} 已经存在，为免覆盖没有生成；请换个文件名。"
    desk.named = tmp_path / "新.docx"
    assert "扩展名应为 .xlsx" in told(desk, command)


def _prepare(desk: FileDesk, book: Path, command: str) -> None:
    """Let the user pick what the command reads."""
    if command == "compare":
        desk.picked = [book.parent.parent / "更正前.xlsx"]
        shutil.copyfile(book, desk.picked[0])
    elif command == "register":
        desk.picked = [returned(book, book.parent.parent / "退回.docx")]
    elif command == "import":
        rows = [["统一社会信用代码", "研发经费（万元）"], [spread_firms(1)[0]["code"], 1.0]]
        desk.picked = [support.xlsx(book.parent.parent / "科技.xlsx", rows)]
    elif command == "notices":
        desk.answers = [True]


def told(desk: FileDesk, command: str) -> str:
    """Return the one sentence that a command fails with."""
    desk.made = None
    with pytest.raises(PermuError) as raised:
        COMMANDS[command](desk)
    text = failed(raised.value)
    assert text.count("。") == 1, text
    assert desk.made is None
    return text


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_shown_counts_and_the_file_stays(
    desk: FileDesk, book: Path, tmp_path: Path, command: str
) -> None:
    """The open workbook has unsaved changes: a firm has another name."""
    _prepare(desk, book, command)
    name = get_column_letter(FIELDS.index("name") + 1)
    desk.shows = corrected(book, tmp_path / "显示.xlsx", f"{name}6", "没有存盘的名字")
    before = book.read_bytes()
    text = COMMANDS[command](desk)
    assert book.read_bytes() == before
    assert [path.parent.parent for path in desk.stored] == [book.parent]
    assert [path.name for path in desk.stored] == [book.name]
    assert not any(each.startswith("permu-xl-") for each in listing(book.parent))
    if command == "verify":
        assert text.startswith("核对一致。")
    elif command == "notices":
        assert any("没有存盘的名字" in each for each in listing(book.with_name("某区-一企一单")))
    else:
        assert desk.made is not None
        shown = [cell for rows in cells(desk.made).values() for row in rows for cell in row]
        assert any("没有存盘的名字" in str(cell) for cell in shown)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_workbook_that_was_never_saved(desk: FileDesk, book: Path, command: str) -> None:
    _prepare(desk, book, command)
    desk.path = None
    wanted = f"工作簿还没有存到本机的文件夹，请先另存到本机再做“{TITLES[command]}”。"
    assert told(desk, command) == wanted
    assert desk.stored == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_failing_copy_leaves_nothing(
    desk: FileDesk, book: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    _prepare(desk, book, command)

    def store(copy: Path) -> None:
        copy.write_text("半份")
        raise FileAccessError("磁盘空间不足。")

    monkeypatch.setattr(desk, "store", store)
    assert told(desk, command) == "磁盘空间不足。"
    assert listing(book.parent) == ["某区.xlsx"]


@pytest.mark.parametrize("command", ["notices", "publish", "sensitivity"])
def test_figures_with_errors_are_told(desk: FileDesk, book: Path, command: str) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook[layout.DATA][f"{TAX}9"] = "约三百"
    workbook.save(book)
    assert told(desk, command) == ("数据有错误1条，没有生成；请点“数据核查”并改正后再试。")
    assert listing(book.parent) == ["某区.xlsx"]


def test_results_that_are_not_there_or_stale_are_not_published(
    desk: FileDesk, book: Path, tmp_path: Path
) -> None:
    workbook = openpyxl.load_workbook(book)
    workbook[layout.DATA][f"{TAX}6"] = 9999.0
    workbook.save(book)
    text = told(desk, "publish")
    # The tax is part of this year's highest value, so that a baseline is the first to differ.
    assert text.startswith(f"没有生成：{layout.BASELINES}!")
    assert text.endswith("请点“整区重算”。")
    desk.shows = filled(tmp_path / "空.xlsx", spread_firms(FIRMS), spread_firms(FIRMS, seed=2))
    assert told(desk, "publish") == (
        f"没有生成：{layout.SCORES}：这张表还没有评价结果；先点“整区重算”。"
    )
    assert listing(book.parent) == ["某区.xlsx"]


def test_verification_tells_of_menus_and_not_of_commands(desk: FileDesk, tmp_path: Path) -> None:
    desk.shows = filled(tmp_path / "空.xlsx", spread_firms(FIRMS), spread_firms(FIRMS, seed=2))
    text = COMMANDS["verify"](desk)
    assert text.startswith("核对不一致。")
    assert "请先点“整区重算”" in text
    assert "permu-xl" not in text


def test_comparison_with_a_workbook_that_has_errors(desk: FileDesk, book: Path) -> None:
    desk.picked = [book.with_name("错.xlsx")]
    workbook = openpyxl.load_workbook(book)
    workbook[layout.DATA][f"{TAX}9"] = "约三百"
    workbook.save(desk.picked[0])
    text = COMMANDS["compare"](desk)
    assert "只对照了输入的数据" in text
    assert "错.xlsx 的数据有错误" in text
    assert set(cells(book.with_name(NEW_FILES["compare"]))) == {CHANGED_DATA}


def test_files_that_do_not_do(desk: FileDesk, book: Path, tmp_path: Path) -> None:
    desk.picked = [book]
    assert told(desk, "compare") == "选的就是打开的这一份，请选另一份（更正以前的）。"
    assert "是要填的工作簿自己" in told(desk, "import")
    desk.picked = [tmp_path / "没有.xlsx"]
    assert told(desk, "compare").startswith("找不到文件 ")
    assert told(desk, "import").startswith("找不到文件 ")
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04" + bytes(60))
    desk.picked = [tmp_path / "坏.xlsx"]
    told(desk, "compare")
    told(desk, "import")
    desk.picked = []
    assert COMMANDS["compare"](desk) == COMMANDS["import"](desk) == ""
    assert listing(book.parent) == ["某区.xlsx"]


def test_own_schemes_are_found_beside_the_workbook(desk: FileDesk, book: Path) -> None:
    (book.parent / "文件夹.toml").mkdir()
    (book.parent / "本区.toml").write_text(
        'extends = "shenyang_2021"\nid = "own"\ntitle = "某区的方案"\n', encoding="utf-8"
    )
    workbook = openpyxl.load_workbook(book)
    (cell,) = [
        cell
        for row in workbook[layout.PARAMETERS].iter_rows()
        for cell in row
        if cell.value == "shenyang_2021"
    ]
    cell.value = "本区.toml"
    workbook.save(book)
    assert run(book, book).evaluation is not None
    assert COMMANDS["verify"](desk).startswith("核对一致。")


def test_a_macro_workbook_gives_reports_without_macros(desk: FileDesk, book: Path) -> None:
    template = WORKBOOKS / "permu_template.xlsm"
    path = book.with_name("宏.xlsm")
    macros = openpyxl.load_workbook(template, keep_vba=True)
    source = openpyxl.load_workbook(book)
    for title in layout.INPUT_SHEETS:
        for row in source[title].iter_rows():
            for cell in row:
                if cell.value is not None:
                    macros[title].cell(cell.row or 0, cell.column or 0).value = cell.value
    macros.save(path)
    macros.vba_archive.close()
    desk.path = desk.shows = path
    desk.copy_suffix = ".xlsm"
    COMMANDS["sensitivity"](desk)
    assert desk.made == book.with_name("宏-敏感性.xlsx")
    assert SENSITIVITY in openpyxl.load_workbook(desk.made).sheetnames
    _prepare(desk, book, "import")
    COMMANDS["import"](desk)
    # The clerk goes on working in this one, so that it keeps its macros.
    assert desk.made == book.with_name("宏-导入.xlsm")
    assert "xl/vbaProject.bin" in read_zip(desk.made)
