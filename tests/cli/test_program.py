"""The commands as a clerk calls them: messages, exit status, files."""

from __future__ import annotations

import subprocess
import sys
from itertools import permutations
from pathlib import Path

import openpyxl
import pytest

from permu_xl.cli.program import main
from permu_xl.errors import FileAccessError
from permu_xl.schemes import load_file
from permu_xl.workbook import layout
from tests.places import DATA
from tests.workbook.districts import fill, filled, firm, spread_firms


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return filled(tmp_path / "某区.xlsx", spread_firms(30), spread_firms(30))


@pytest.fixture
def bad_book(tmp_path: Path) -> Path:
    firms = [*spread_firms(10), firm(11, tax="约三百"), firm(12, land="不详")]
    return filled(tmp_path / "坏.xlsx", firms, spread_firms(10))


def test_template_makes_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "某区2022.xlsx"
    call = ["template", str(out), "--rows", "30", "--district", "某区", "--year", "2022"]
    assert main(call) == 0
    assert "已生成" in capsys.readouterr().out
    written = openpyxl.load_workbook(out)
    assert tuple(written.sheetnames) == layout.SHEETS
    assert written[layout.PARAMETERS].cell(layout.PARAMETER_FIRST_ROW, 2).value == "某区"


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("file/o.xlsx", "是文件，不是文件夹，请检查路径"),
        ("none/o.xlsx", "文件夹不存在，请检查路径"),
        ("round/o.xlsx", "路径里的链接绕成了圈，请改用文件真正所在的文件夹"),
        ("长" * 100 + ".xlsx", "文件名太长，请改短后再试"),
    ],
)
@pytest.mark.parametrize("command", ["template", "run", "compare"])
def test_what_is_wrong_with_a_path_is_told_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, place: str, words: str
) -> None:
    book = DATA / "outside" / "base.xlsx"
    (tmp_path / "file").write_text("")
    (tmp_path / "round").symlink_to(tmp_path / "about")
    (tmp_path / "about").symlink_to(tmp_path / "round")
    given = {"template": [], "compare": [str(book), str(book), "-o"]}.get(
        command, [str(book), "-o"]
    )
    assert main([command, *given, str(tmp_path / place)]) == 3
    said = capsys.readouterr().err
    assert words in said
    assert "LibreOffice" not in said
    assert "没有料到" not in said


@pytest.mark.parametrize("command", ["check", "verify", "run", "publish"])
def test_a_folder_is_no_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / "某区.xlsx").mkdir()
    assert main([command, str(tmp_path / "某区.xlsx")]) == 3
    assert "是文件夹，请指定里面的工作簿" in capsys.readouterr().err


def test_a_run_does_without_what_takes_long_to_import(book: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from permu_xl.cli.program import main;"
        "assert main(['run', sys.argv[1], '-o', sys.argv[2]]) == 0;"
        "late = {'openpyxl', 'urllib.request', 'rich.progress', 'socket', 'importlib.resources'};"
        "assert not late & set(sys.modules)"
    )
    target = tmp_path / "结果.xlsx"
    done = subprocess.run(
        [sys.executable, "-c", code, book, target], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert target.exists()


def test_template_never_overwrites_unasked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.xlsx"
    out.write_bytes(b"mine")
    assert main(["template", str(out)]) == 2
    assert out.read_bytes() == b"mine"
    assert "已经存在" in capsys.readouterr().err
    assert main(["template", str(out), "--force"]) == 0


@pytest.mark.parametrize(
    "options",
    [["x.xls"], ["x.xlsx", "--rows", "0"], ["x.xlsx", "--year", "22"],
     ["x.xlsx", "--scheme", "atlantis"]],
)  # fmt: skip
def test_wrong_calls_of_template(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["template", *options]) == 2
    assert not list(tmp_path.iterdir())


def test_run_writes_beside_the_book(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = book.read_bytes()
    assert main(["run", str(book)]) == 0
    shown = capsys.readouterr().out
    assert book.read_bytes() == before
    assert (book.parent / "某区-结果.xlsx").is_file()
    assert "参评30户" in shown
    assert "分类结果" in shown
    assert "基准值" in shown


def test_run_to_a_named_file_and_in_place(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = book.parent / "out.xlsx"
    assert main(["run", str(book), "-o", str(out)]) == 0
    assert "备份" not in capsys.readouterr().out
    before = book.read_bytes()
    assert main(["run", str(book), "--in-place", "--no-backup"]) == 0
    assert "备份" not in capsys.readouterr().out
    assert book.read_bytes() != before
    assert sorted(p.name for p in book.parent.iterdir()) == ["out.xlsx", "某区.xlsx"]


def test_run_in_place_keeps_the_one_before(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    backup = book.parent / "某区.bak.xlsx"
    for _ in range(2):
        before = book.read_bytes()
        assert main(["run", str(book), "--in-place"]) == 0
        assert f"备份在 {backup}" in capsys.readouterr().out
        assert backup.read_bytes() == before
    assert sorted(p.name for p in book.parent.iterdir()) == ["某区.bak.xlsx", "某区.xlsx"]


@pytest.mark.parametrize("command", ["run", "sensitivity", "register"])
def test_the_workbook_itself_as_the_output_is_in_place(
    command: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    other_way = book.parent / ".." / book.parent.name / book.name
    assert main([command, str(book), "-o", str(other_way)]) == 0
    backup = book.parent / "某区.bak.xlsx"
    assert f"备份在 {backup}" in capsys.readouterr().out
    assert backup.read_bytes() == before


def test_template_forced_over_a_filled_one_keeps_it(book: Path) -> None:
    before = book.read_bytes()
    assert main(["template", str(book), "--force", "--rows", "5"]) == 0
    assert (book.parent / "某区.bak.xlsx").read_bytes() == before


def test_run_with_errors_exits_1_and_lists_all(
    bad_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(bad_book)]) == 1
    shown = capsys.readouterr().out
    said = "原始数据!G15 企业00011：“约三百”不是数字；改成数字；没有数据请留空，不要写文字。"
    assert said in shown
    assert "原始数据!F16 企业00012：“不详”不是数字" in shown
    assert (bad_book.parent / "坏-结果.xlsx").is_file()


def test_check_changes_nothing(
    book: Path, bad_book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path, status, word in ((book, 0, "没有错误"), (bad_book, 1, "有错误")):
        before = path.read_bytes()
        assert main(["check", str(path)]) == status
        assert word in capsys.readouterr().out
        assert path.read_bytes() == before
    assert len(list(book.parent.iterdir())) == 2


def test_explain_by_name_code_and_part(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(book), "企业00007"]) == 0
    by_name = capsys.readouterr().out
    assert main(["explain", str(book), "912101000000000007"]) == 0
    assert capsys.readouterr().out == by_name
    note, firm_line = by_name.splitlines()[:2]
    assert note.startswith("注意：工作簿还没有评价结果")
    assert firm_line.startswith("企业00007（912101000000000007）")
    assert "亩均税收：实缴税收" in by_name
    assert main(["explain", str(book), "企业"]) == 2
    assert "请写全名或代码" in capsys.readouterr().err
    assert main(["explain", str(book), "没有的厂"]) == 2


def test_schemes_lists_the_shipped_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schemes"]) == 0
    assert "shenyang_2021" in capsys.readouterr().out


def test_demo_shows_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", str(tmp_path / "示例")]) == 0
    shown = capsys.readouterr().out
    assert "虚构" in shown
    assert (tmp_path / "示例" / "示例区-结果.xlsx").is_file()


def test_demo_into_a_file_is_told_in_chinese(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x").write_text("mine")
    assert main(["demo", str(tmp_path / "x")]) == 3
    assert "请核对有没有同名文件" in capsys.readouterr().err
    assert (tmp_path / "x").read_text() == "mine"


@pytest.mark.parametrize("command", [["run"], ["check"], ["explain"]])
def test_files_that_are_not_there_or_no_workbooks(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["某厂"] if command == ["explain"] else []
    assert main([*command, str(tmp_path / "没有.xlsx"), *more]) == 3
    assert "找不到" in capsys.readouterr().err
    junk = tmp_path / "坏.xlsx"
    junk.write_bytes(b"not a workbook")
    assert main([*command, str(junk), *more]) == 3
    said = capsys.readouterr().err
    assert "坏.xlsx" in said
    assert "Traceback" not in said
    assert junk.read_bytes() == b"not a workbook"


@pytest.mark.parametrize(
    "call",
    [["nonsense"], ["run"], ["run", "a", "--rows"], ["run", "a", "-o", "b", "--in-place"]],
)
def test_wrong_calls_exit_2_in_chinese(call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(call)
    assert caught.value.code == 2
    assert "命令写法不对" in capsys.readouterr().err


def test_alone_it_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert "  run          核查并评价一个区的工作簿" in shown
    with pytest.raises(SystemExit) as caught:
        main(["-h"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == shown


def test_the_result_keeps_the_kind_of_file(book: Path) -> None:
    assert main(["run", str(book), "-o", str(book.with_suffix(".xlsm"))]) == 2


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    for call in (["--debug", "run"], ["run", "--debug"]):
        with pytest.raises(FileAccessError):
            main([*call, str(tmp_path / "没有.xlsx")])


def test_an_interrupted_command_is_told(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("permu_xl.workbook.assessment.evaluate", interrupted)
    before = book.read_bytes()
    assert main(["run", str(book)]) == 3
    assert capsys.readouterr().err == "已中断，原来的文件没有改动。\n"
    assert book.read_bytes() == before


@pytest.mark.parametrize("order", list(permutations(["BOOK", "-oOUT", "--no-names"])))
def test_options_stand_before_and_after_files(
    book: Path, tmp_path: Path, order: tuple[str, ...]
) -> None:
    out = tmp_path / "别处.xlsx"
    call = [word.replace("BOOK", str(book)).replace("OUT", str(out)) for word in order]
    assert main(["run", *call]) == 0
    assert out.is_file()


def test_the_city_command_is_found_behind_its_options(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call = ["--document", "apply", "--no-backup", "apply", str(tmp_path / "a"), str(tmp_path / "b")]
    assert main(["city", *call]) == 3
    assert f"找不到工作簿 {tmp_path / 'a'}" in capsys.readouterr().err


def test_an_unexpected_fault_is_one_sentence(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("甲厂的数据")

    monkeypatch.setattr("permu_xl.workbook.assessment.evaluate", broken)
    before = book.read_bytes()
    assert main(["run", str(book)]) == 3
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "甲厂" not in said
    assert book.read_bytes() == before


def test_the_installed_command_answers() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "permu_xl.cli.program", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("permu-xl ")


def test_a_template_for_a_scheme_file_runs_with_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("本区.toml").write_text(
        'extends = "shenyang_2021"\nid = "ours"\ntitle = "本区评价"\n'
        '[bonus.labels."专精特新"]\npoints = 2\nclause = "区文件"\n',
        encoding="utf-8",
    )
    assert main(["template", "x.xlsx", "--scheme", "本区.toml", "--rows", "5"]) == 0
    firms = [firm(i, tax=10.0 * i, bonus_labels="专精特新") for i in range(1, 6)]
    scheme = load_file(Path("本区.toml"))
    book = openpyxl.load_workbook("x.xlsx")
    for sheet in (layout.DATA, layout.PREVIOUS):
        fill(book, sheet, layout.data_fields(scheme), firms)
    book[layout.PARAMETERS].cell(layout.PARAMETER_FIRST_ROW + 1, 2, 2022)
    book.save("x.xlsx")
    assert main(["run", "x.xlsx"]) == 0
    assert "本区评价" in capsys.readouterr().out


def test_a_template_elsewhere_than_its_scheme_file_says_to_copy_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("本区.toml").write_text('extends = "shenyang_2021"\n', encoding="utf-8")
    Path("别处").mkdir()
    assert main(["template", "这里.xlsx", "--scheme", "本区.toml", "--rows", "5"]) == 0
    assert "复制" not in capsys.readouterr().out
    assert main(["template", "别处/x.xlsx", "--scheme", "本区.toml", "--rows", "5"]) == 0
    assert "请把方案文件 本区.toml 复制到" in capsys.readouterr().out


def test_an_absent_scheme_file_is_the_only_thing_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy = load_file(DATA / "toy.toml")
    path = filled(tmp_path / "x.xlsx", [], [], scheme=toy)
    book = openpyxl.load_workbook(path)
    book[layout.PARAMETERS].cell(*layout.parameter_cell("scheme"), "丢了.toml")
    book.save(path)
    assert main(["run", str(path)]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert [line[:7] for line in shown if line.startswith("错误 ")] == ["错误 E114"]
    assert "找不到方案文件 丢了.toml" in shown[0]
    assert "放在工作簿旁边" in shown[0]


def test_a_check_cut_short_does_not_name_a_file_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firms = [firm(i) for i in range(1, 41)]
    path = filled(tmp_path / "x.xlsx", firms, firms, rows=40)
    assert main(["check", str(path)]) == 0
    out = capsys.readouterr().out
    assert "原始数据!B5:B44：统一社会信用代码的校验位不对（共40户" in out
    assert "加 --firms 全部列出" in out
    assert "结果工作簿" not in out
    assert main(["check", str(path), "--firms"]) == 0
    out = capsys.readouterr().out
    assert out.count("统一社会信用代码的校验位不对；") == 80
    assert "--firms" not in out
    assert main(["run", str(path)]) == 0
    assert "结果工作簿的“数据核查”表里都有" in capsys.readouterr().out


def test_a_reader_that_wants_no_more_is_no_fault() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "permu_xl.cli.program", "schemes", "show", "shenyang_2021"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
