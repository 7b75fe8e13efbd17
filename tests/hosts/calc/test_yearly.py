"""The year's entries of the menu in a real Calc: what they make of what the document shows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from permu_xl.reports.comparison.layout import CHANGED_DATA
from permu_xl.reports.sensitivity.layout import SENSITIVITY
from permu_xl.schemes import load
from permu_xl.tasks.yearly import COMMANDS
from permu_xl.workbook import layout
from tests.hosts.calc.live_books import from_firms
from tests.intake import support
from tests.office import Document, Office
from tests.tasks.made import by_command_line, cells, notices
from tests.workbook.districts import filled, firm, spread_firms
from tests.workbook.registers import registered

pytestmark = pytest.mark.office

FIRMS = 12
FIELDS = [field.key for field in layout.data_fields(load())]
TAX, RD = (get_column_letter(FIELDS.index(key) + 1) for key in ("tax", "rd"))
FIRST = layout.FIRST_ROW


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "甲"
    folder.mkdir()
    return filled(folder / "某区.xlsx", spread_firms(FIRMS), spread_firms(FIRMS, seed=2))


@pytest.fixture
def document(calc: Office, path: Path) -> Iterator[Document]:
    with calc.open(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def recalculated(
    calc: Office, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Document, Path]]:
    path = tmp_path_factory.mktemp("甲") / "某区.xlsx"
    filled(path, spread_firms(FIRMS), spread_firms(FIRMS, seed=2))
    with calc.open(path) as document:
        document.set(layout.DATA, f"{TAX}7", 4321.0)
        assert do(document, "recalculate").startswith("已完成")
        yield document, path


@pytest.fixture
def evaluated(recalculated: tuple[Document, Path]) -> Iterator[tuple[Document, Path]]:
    """A document with results and with a correction, all of it unsaved, and its file.

    The tests share it: they leave the document as it is, and what they make beside it goes.
    """
    yield recalculated
    shared = recalculated[1]
    for each in set(listing(shared)) - {shared.name}:
        made = shared.with_name(each)
        shutil.rmtree(made) if made.is_dir() else made.unlink()


def do(document: Document, command: str, **options: object) -> str:
    """Carry out a command that is to succeed."""
    text, done = document.dispatch(f"org.permu.xl:{command}", **options)
    assert done, text
    return str(text)


def refused(document: Document, command: str, **options: object) -> str:
    """Return the one sentence that a command fails with."""
    text, done = document.dispatch(f"org.permu.xl:{command}", **options)
    assert not done, text
    assert str(text).count("。") == 1, text
    return str(text)


def listing(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if not each.name.startswith(".~"))


def contents(document: Document) -> dict[str, dict[str, Any]]:
    """Return what is on the sheets; the text of comments is there only once it was asked for."""
    sheets = document.snapshot().items()
    return {name: {k: v for k, v in each.items() if k != "notes"} for name, each in sheets}


def saved(document: Document, tmp_path: Path) -> Path:
    """Save what the document shows where the command line may have it, by the same name."""
    folder = tmp_path / "命令行"
    folder.mkdir()
    document.save(folder / "某区.xlsx")
    return folder / "某区.xlsx"


def test_publication(evaluated: tuple[Document, Path], tmp_path: Path) -> None:
    document, path = evaluated
    before, steps, bytes_before = contents(document), document.undo_titles(), path.read_bytes()
    text = do(document, "publish")
    assert str(path.with_name("某区-上报.xlsx")) in text
    other = saved(document, tmp_path)
    by_command_line("publish", other)
    assert cells(path.with_name("某区-上报.xlsx")) == cells(other.with_name("某区-上报.xlsx"))
    do(document, "publish")
    assert listing(path) == ["某区-上报.xlsx", "某区-上报2.xlsx", "某区.xlsx"]
    # The document and its file are as they were.
    assert (contents(document), document.undo_titles()) == (before, steps)
    assert path.read_bytes() == bytes_before


def test_sensitivity(evaluated: tuple[Document, Path]) -> None:
    """What is in it, tests/tasks/test_yearly.py compares with the command line's."""
    document, path = evaluated
    assert "的分类取决于口径" in do(document, "sensitivity")
    made = cells(path.with_name("某区-敏感性.xlsx"))[SENSITIVITY]
    assert len(made) > FIRMS
    assert listing(path) == ["某区-敏感性.xlsx", "某区.xlsx"]


def test_comparison(evaluated: tuple[Document, Path], tmp_path: Path) -> None:
    document, path = evaluated
    before = tmp_path / "更正前.xlsx"
    shutil.copyfile(path, before)
    text = do(document, "compare", Files=str(before))
    assert "数据改动1处" in text
    other = saved(document, tmp_path)
    by_command_line("compare", before, other)
    made = cells(path.with_name("某区-变动.xlsx"))
    assert made == cells(other.with_name("某区-变动.xlsx"))
    (row,) = made[CHANGED_DATA][FIRST - 1 :]
    assert 4321.0 in row


def test_notices(evaluated: tuple[Document, Path], tmp_path: Path) -> None:
    document, path = evaluated
    text = do(document, "notices")
    assert text.startswith(f"{FIRMS}户企业的确认单在 ")
    made = notices(path.with_name("某区-一企一单"))
    assert len(made) == FIRMS
    # What the document shows is in them, not what its file holds.
    assert sum(b"4321" in text.replace(b",", b"") for text in made.values()) >= 1
    assert not list(path.with_name("某区-一企一单").glob("*.pdf"))
    assert listing(path) == ["某区-一企一单", "某区.xlsx"]
    do(document, "notices", Target=str(tmp_path / "指定"))
    assert notices(tmp_path / "指定") == made


def test_verification(evaluated: tuple[Document, Path]) -> None:
    document, path = evaluated
    assert do(document, "verify").splitlines()[0] == "核对一致。"
    ((before,),) = document.values(layout.DATA, f"{TAX}8:{TAX}8")
    document.set(layout.DATA, f"{TAX}8", 1.0)
    lines = do(document, "verify").splitlines()
    assert lines[0].startswith("核对不一致，有")
    assert lines[1].startswith("输入：不一致。")
    assert any(line.startswith(f"{layout.SCORES}!") for line in lines)
    assert listing(path) == ["某区.xlsx"]
    document.set(layout.DATA, f"{TAX}8", before)
    assert do(document, "verify").startswith("核对一致。")


def test_import(document: Document, path: Path, tmp_path: Path) -> None:
    document.set(layout.DATA, f"{RD}{FIRST}", None)
    code = spread_firms(1)[0]["code"]
    rows = [["统一社会信用代码", "研发经费（元）"], [code, 1234500]]
    tables = [
        support.xlsx(tmp_path / "科技.xlsx", rows),
        support.text(tmp_path / "统计.csv", [["统一社会信用代码", "总产值（元）"], [code, 5]]),
    ]
    text = do(document, "import", Files=[str(table) for table in tables])
    assert "写入1个数" in text
    found = openpyxl.load_workbook(path.with_name("某区-导入.xlsx"))
    assert found[layout.DATA][f"{RD}{FIRST}"].value == 123.45
    assert layout.PROVENANCE in found.sheetnames
    assert listing(path) == ["某区-导入.xlsx", "某区.xlsx"]
    assert document.values(layout.DATA, f"{RD}{FIRST}") == [[None]]


def test_the_live_template(calc: Office, path: Path) -> None:
    live = from_firms(path, spread_firms(FIRMS), spread_firms(FIRMS, seed=2), FIRMS + 3)
    with calc.open(live) as document:
        do(document, "recalculate")
        assert do(document, "verify").startswith("核对一致。")
        do(document, "publish")
    assert listing(path) == ["某区-上报.xlsx", "某区.xlsx"]


def test_a_document_that_was_never_saved(calc: Office, path: Path) -> None:
    with calc.open(path, copy=True) as document:
        for command in COMMANDS:
            text = refused(document, command, Files=str(path))
            assert text.startswith("工作簿还没有存到本机的文件夹，请先另存到本机再做“"), command
    assert listing(path) == ["某区.xlsx"]


def test_a_read_only_document(calc: Office, evaluated: tuple[Document, Path], path: Path) -> None:
    evaluated[0].save(path)
    with calc.open(path, read_only=True) as document:
        assert do(document, "verify").startswith("核对一致。")
        do(document, "publish")
    assert listing(path) == ["某区-上报.xlsx", "某区.xlsx"]


def test_wrong_situations_are_told_in_one_sentence(
    document: Document, path: Path, tmp_path: Path
) -> None:
    assert refused(document, "publish") == (
        f"没有生成：{layout.SCORES}：这张表还没有评价结果；先点“整区重算”。"
    )
    assert "没有指明要读的文件" in refused(document, "compare")
    assert "没有指明要读的文件" in refused(document, "import")
    assert refused(document, "compare", Files=str(path)).startswith("选的就是打开的这一份")
    assert refused(document, "import", Files=str(tmp_path / "没有.csv")).startswith("找不到文件")
    document.set(layout.DATA, f"{TAX}9", "约三百")
    for command in ("publish", "sensitivity", "notices"):
        assert refused(document, command).startswith("数据有错误1条，没有生成")
    assert listing(path) == ["某区.xlsx"]


@pytest.mark.parametrize("command", ["notices", "publish", "sensitivity", "verify"])
def test_a_workbook_of_another_kind(calc: Office, tmp_path: Path, command: str) -> None:
    file = tmp_path / "别的.xlsx"
    openpyxl.Workbook().save(file)
    with calc.open(file) as document:
        text = refused(document, command)
    assert text.startswith("别的.xlsx 里没有工作表“参数”、“原始数据”")
    assert listing(file) == ["别的.xlsx"]


def test_before_a_user_the_new_workbook_is_opened(calc: Office, path: Path) -> None:
    with calc.open(path, visible=True) as document:
        # Whoever cancels the dialogs is told nothing.
        for command in ("notices", "publish", "compare", "import"):
            assert document.dispatch(f"org.permu.xl:{command}") == ("", True)
        assert (listing(path), calc.close_others()) == (["某区.xlsx"], [])
        do(document, "recalculate")
        do(document, "sensitivity")
        assert calc.close_others() == [path.with_name("某区-敏感性.xlsx")]
        do(document, "verify")
        assert refused(document, "import", Files=str(path)).startswith(str(path))
        do(document, "publish", Silent=True)
        assert calc.close_others() == []


def test_the_sheets_of_the_procedure_in_an_ods_document(
    calc: Office, path: Path, tmp_path: Path
) -> None:
    """An .ods with last year's classes, an event and an objection: as in the file, in one step."""
    firms, folder = spread_firms(FIRMS), tmp_path / "乙"
    folder.mkdir()
    first = firms[0]
    registered(
        path,
        firms=firms,
        last_year=[*firms, firm(99)],
        classes=[{"code": first["code"], "name": first["name"], "letter": "D"}],
        events=[{"kind": "注销", "old_code": firm(99)["code"], "old_name": firm(99)["name"]}],
        objections=[{"code": first["code"], "name": first["name"], "item": "总产值"}],
    )
    ods = folder / "某区.ods"
    with calc.open(path) as document:
        document.save(ods)
    with calc.open(ods) as document:
        assert do(document, "recalculate").startswith("已完成")
        found = document.snapshot()[layout.FINDINGS]["formulas"]
        codes = {cell for row in found for cell in row if cell in ("H242", "W281", "W262")}
        assert codes == {"W281"}
        row = document.values(layout.MOVES, f"A{FIRST + 3}:H{FIRST + 3}")[0]
        # The firm was D; wherever it is now, it is the only one of that row.
        assert (row[0], sum(row[1:-1]), row[-1]) == ("D", 1, 1)
        assert do(document, "verify").startswith("核对一致。")
        do(document, "publish_data")
        do(document, "publish")
    # The same as from the file.
    by_command_line("run", path, "--in-place")
    by_command_line("publish", path)
    made, other = (cells(each / "某区-上报.xlsx") for each in (folder, path.parent))
    assert made == other
    assert listing(ods) == ["某区-上报.xlsx", "某区-数据公示.xlsx", "某区.ods"]
    assert layout.MOVES in openpyxl.load_workbook(folder / "某区-上报.xlsx").sheetnames
