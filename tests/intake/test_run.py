"""``permu-xl import`` as a clerk calls it: what is shown, exit status, files."""

from __future__ import annotations

from pathlib import Path

import pytest

from permu_xl.cli.program import main
from permu_xl.findings.catalogue import CATALOGUE
from tests.intake.support import CODES as C
from tests.intake.support import NAMES as N
from tests.intake.support import listed, text, xlsx


@pytest.fixture
def stats(tmp_path: Path) -> Path:
    return xlsx(tmp_path / "统计.xlsx", listed(3))


def called(*arguments: object) -> int:
    return main(["import", *map(str, arguments)])


def test_the_summary_says_rows_matches_units_and_encoding(
    stats: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["企业名称", "实缴税收（元）"], [N[0], 5], [N[1], 6], ["大连饭店", 7]]
    tax = text(tmp_path / "税务.csv", rows, "gb18030")
    assert called("-o", tmp_path / "b.xlsx", stats, tax, "--year", 2022) == 0
    shown = capsys.readouterr().out
    assert "统计.xlsx（工作簿；企业名单）：读到3行，匹配3行、3户" in shown
    assert "税务.csv（文本，编码 GB18030）：读到3行，匹配2行、2户" in shown
    assert "表头在第1行" in shown
    assert "实缴税收（元）［元］" in shown
    assert "H630" in shown
    assert CATALOGUE["H630"].meaning in shown
    assert "新建了" in shown
    assert "3户企业，写入8个数" in shown


def test_a_table_that_is_open_elsewhere_is_told(
    stats: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stats.with_name(f"~${stats.name}").write_bytes(
        bytes(55) + b"\x02\0" + "王五".encode("utf-16-le")
    )
    assert called("-o", tmp_path / "b.xlsx", stats, "--year", 2022) == 0
    shown = "".join(capsys.readouterr().out.split())
    assert "W668" in shown
    assert "这个文件正开着（Excel或WPS（王五））" in shown


def test_a_preview_tells_the_same_and_writes_nothing(
    stats: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tax = text(tmp_path / "税务.csv", [["企业名称", "实缴税收（元）"], [N[0], 5]], "gb18030")
    out = tmp_path / "b.xlsx"
    before = {path.name for path in tmp_path.iterdir()}
    assert called("-o", out, stats, tax, "--year", 2022, "--preview") == 0
    shown = capsys.readouterr().out
    assert "实缴税收（元）［元］" in shown
    assert "只是看看，没有写入" in shown
    assert "新建了" not in shown
    assert {path.name for path in tmp_path.iterdir()} == before
    # A workbook that is there stays as it is, and need not be closed.
    assert called("-o", out, stats, "--year", 2022) == 0
    content = out.read_bytes()
    out.with_name(f"~${out.name}").write_bytes(b"")
    assert called("-o", out, tax, "--preview") == 0
    assert out.read_bytes() == content


def test_a_preview_of_the_first_year_needs_no_workbook_of_last_year(
    stats: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "上年").mkdir()
    last = xlsx(tmp_path / "上年" / "统计上年.xlsx", listed(2))
    out = tmp_path / "b.xlsx"
    assert called("-o", out, stats, "--year", 2022, "--last-year", last, "--preview") in (0, 1)
    shown = capsys.readouterr().out
    assert shown.count("只是看看，没有写入") == 2
    assert not list(tmp_path.glob("b*.xlsx"))


def test_errors_exit_1_and_the_rest_is_written(
    stats: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tax = xlsx(tmp_path / "税务.xlsx", [["企业名称", "实缴税收（元）"], [N[0], "约五百"]])
    assert called("-o", tmp_path / "b.xlsx", stats, tax, "--year", 2022) == 1
    assert "错误 E621 [税务.xlsx]Sheet1!B2" in capsys.readouterr().out
    assert (tmp_path / "b.xlsx").is_file()


def test_files_that_cannot_be_used_exit_3_and_nothing_is_written(
    stats: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"PK broken")
    out = tmp_path / "b.xlsx"
    assert called("-o", out, stats, broken, "--year", 2022) == 3
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if "坏.xlsx" in line]
    assert "Traceback" not in "".join(said)
    assert called("-o", out, stats, tmp_path / "没有.xls", "--year", 2022) == 3
    assert called("-o", tmp_path / "没有" / "b.xlsx", stats, "--year", 2022) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["坏.xlsx", "统计.xlsx"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "b.xls", "统计.xlsx"], "扩展名应为"),
        (["-o", "b.xlsm", "统计.xlsx"], "扩展名应为 .xlsx"),
        (["-o", "b.xlsx"], "没有写要导入的表格"),
        (["-o", "b.xlsx", "统计.xlsx"], "--year"),
        (["-o", "b.xlsx", "统计.xlsx", "--year", "22"], "四位数"),
        (["-o", "b.xlsx", "统计.xlsx", "--year", "2022", "--roster", "别.xlsx"], "不在要导入的"),
        (["-o", "b.xlsx", "统计.xlsx", "--year", "2022", "--prefer", "别.xlsx"], "不在要导入的"),
        (["-o", "统计.xlsx", "统计.xlsx"], "填的工作簿自己"),
        (["-o", "b.xlsx", "统计.xlsx", "子/统计.xlsx", "--year", "2022"], "同名"),
        (["-o", "b.xlsx", "统计.xlsx", "--year", "2022", "--scheme", "atlantis"], "没有这个方案"),
        (["-o", "b.xlsx", "统计.xlsx", "--year", "2022", "--synonyms", "错.toml"], "不认识“item”"),
    ],
)
def test_wrong_calls_exit_2_and_write_nothing(
    options: list[str], said: str, stats: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "子").mkdir()
    xlsx(tmp_path / "子" / "统计.xlsx", listed(1))
    (tmp_path / "错.toml").write_text("[item.x]\n", encoding="utf-8")
    before = stats.read_bytes()
    assert called(*options) == 2
    assert said in capsys.readouterr().err
    assert stats.read_bytes() == before
    assert not (tmp_path / "b.xlsx").exists()


def test_the_output_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        called("统计.xlsx")
    assert caught.value.code == 2
    assert "命令写法不对" in capsys.readouterr().err


def test_tables_are_named_by_path_or_by_file_name(stats: Path, tmp_path: Path) -> None:
    call = ["-o", tmp_path / "b.xlsx", stats, "--year", 2022, "--roster"]
    assert called(*call, "统计.xlsx") == 0
    assert called(*call[:3], "--roster", stats) == 0


def test_a_scheme_of_ones_own_is_to_be_copied(
    stats: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "方案").mkdir()
    own = tmp_path / "方案" / "本区.toml"
    own.write_text('extends = "shenyang_2021"\nid = "ours"\n', encoding="utf-8")
    call = ["-o", tmp_path / "b.xlsx", stats, "--year", 2022, "--scheme", own]
    assert called(*call) == 0
    assert "请把方案文件 本区.toml 复制到" in capsys.readouterr().out


def test_the_workbook_is_whole_when_writing_fails(
    stats: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = tmp_path / "b.xlsx"
    assert called("-o", book, stats, "--year", 2022) == 0
    before = book.read_bytes()
    rows = [["信用代码", "实缴税收（万元）"], [C[0], 5]]
    tax = xlsx(tmp_path / "税务.xlsx", rows)

    def fails(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr("os.fsync", fails)
    assert called("-o", book, tax) == 3
    assert book.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.xlsx", "税务.xlsx", "统计.xlsx"]
