"""Files: text in its encodings, workbooks of any age, and what is neither."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from permu_xl.errors import BookError, FileAccessError, PermuError
from permu_xl.intake.sources.open import read_file
from tests.intake.support import text, xlsx

ROWS = [["企业名称", "总产值（万元）"], ["沈阳甲机床㈱", "12.5"]]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8（带BOM）"), ("gb18030", "GB18030"),
        ("gbk", "GB18030"), ("utf-16", "UTF-16"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_in_every_usual_encoding(
    encoding: str, told: str, delimiter: str, tmp_path: Path
) -> None:
    rows = [["企业名称", "总产值（万元）"], ["沈阳甲机床", "12.5"]]
    file = read_file(text(tmp_path / "统计.csv", rows, encoding, delimiter))
    [sheet] = file.sheets
    assert sheet.grid.rows == rows
    assert sheet.name == "统计"
    assert told in file.how


def test_characters_beyond_gbk_and_quoted_commas(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes('企业名称,备注\r\n沈阳𬭚㈱,"一,二\n三"\r\n'.encode("gb18030"))
    [sheet] = read_file(path).sheets
    assert sheet.grid.rows[1] == ["沈阳𬭚㈱", "一,二\n三"]


def test_hidden_sheets_are_named_not_read(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "x.xlsx", {"新": ROWS, "旧": ROWS}, hidden=["旧"])
    file = read_file(path)
    assert [sheet.name for sheet in file.sheets] == ["新"]
    assert file.hidden == ("旧",)


def test_uncalculated_formulas_are_known(tmp_path: Path) -> None:
    import openpyxl

    path = xlsx(tmp_path / "x.xlsx", ROWS)
    book = openpyxl.load_workbook(path)
    book.active["B2"] = "=1+1"
    book.save(path)
    [sheet] = read_file(path).sheets
    assert "B2" in sheet.grid.doubtful


def _encrypted() -> bytes:
    return bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        out.writestr("readme.txt", "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", _encrypted(), "密码"),
        ("a.xls", bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "已损坏"),
        ("a.xls", b"<html><body>1</body></html>", "没有表格"),
        ("a.xls", b"\x01\x02 nothing", "不是网页或文本表格"),
        ("a.xlsx", b"PK\x03\x04 broken", "已损坏"),
        ("a.xlsx", _zip(), "没有工作簿"),
        ("a.xlsx", b"", "空文件"),
        ("a.csv", b"", "没有可读的表格"),
        ("a.csv", b"\xff\xff\xff\xff", "编码认不出来"),
        ("a.csv", b"<html><body>x,y</body></html>", "没有表格"),
        ("a.csv", b"\x00\x01,\x02", "没有可读的表格"),
        ("a.pdf", b"%PDF", "不是认识的表格文件"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    name: str, content: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(PermuError) as caught:
        read_file(path)
    assert isinstance(caught.value, (BookError, FileAccessError))
    assert said in str(caught.value)
    assert name in str(caught.value)
    assert str(caught.value).count("。") == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match="找不到"):
        read_file(tmp_path / "没有.csv")
