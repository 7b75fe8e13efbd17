"""Department tables that are broken or hostile: one sentence, bounded memory, nothing written.

Each case runs ``import`` into a new workbook, in a process of its own with bounded address space.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from permu_xl.errors import BookError, FileAccessError, PermuError
from permu_xl.intake.sources.open import read_file
from permu_xl.xlsx.files.limits import Limits
from permu_xl.xlsx.package.package import Package
from tests.hostile import books, tables
from tests.hostile.commands import Commands, Done
from tests.hostile.tables import HEAD, OLD, ROW, TABLE, cell, content, number, ods, row, write

REFUSED, PEAK_MB, SECONDS = 3, 400, 20
Make = Callable[[Path], object]


def imported(commands: Commands, path: Path) -> Done:
    return commands.run(
        "import", path, "--roster", path, "-o", path.with_name("b.xlsx"), "--year", "2022",
        seconds=SECONDS,
    )  # fmt: skip


def kept_within_bounds(done: Done, path: Path, peak_mb: float = PEAK_MB) -> None:
    assert done.peak_mb < peak_mb, done
    assert [each for each in done.touched if not each.startswith(str(path.parent))] == []


def refused(commands: Commands, path: Path, words: str) -> None:
    """Assert that the table is refused and nothing else is there afterwards."""
    done = imported(commands, path)
    assert done.status == REFUSED, done
    assert done.err.count("\n") == 1, done
    assert done.err.endswith("。\n")
    assert len(done.err) < 600
    assert words in done.err
    assert path.name in done.err
    assert done.out == ""
    kept_within_bounds(done, path)
    assert list(path.parent.iterdir()) == [path]


TEXTS: dict[str, tuple[Make, str]] = {
    "a huge file": (lambda path: tables.sparse(path, 4096), "超过200 MB"),
    "a field of 100 MB": (
        lambda path: write(path, HEAD, b"x" * (100 << 20)), "第2行超过1000000个字符",
    ),
    "a quoted field of 100 MB": (
        lambda path: write(path, HEAD, '9,"', "甲" * 999 + "\n", times=35_000), "第2行",
    ),
    "a quoted field of long lines": (
        lambda path: write(path, HEAD, '9,"', "甲" * 99_999 + "\n", times=9), "第2行有一个单元格",
    ),
    "a quote that is never closed": (
        lambda path: write(path, HEAD, '9,"甲厂,1\n', ROW, times=9), "第2行起有一个引号没有配对",
    ),
    "a quote that is closed by the next one": (
        lambda path: write(path, HEAD, '9,"甲厂,1\n' + ROW * 60 + '9,"乙厂,1\n'),
        "第2行起有一个引号没有配对",
    ),
    "a cell of 32,768 characters": (
        lambda path: write(path, HEAD, f"9,{'x' * 32_768},1\n"), "第2行有一个单元格",
    ),
    "100,000 columns": (lambda path: write(path, HEAD, ",", times=100_000), "超过1000列"),
    "nothing but 100 MB of line breaks": (
        lambda path: write(path, HEAD, b"\n" * (100 << 20)), "超过200000行",
    ),
    "300,000 rows": (lambda path: write(path, HEAD, ROW, times=300_000), "超过200000行"),
    "zeros": (lambda path: write(path, HEAD, bytes(100_000)), "没有可读的表格"),
    "UTF-16 cut off in the middle": (
        lambda path: write(path, (HEAD + ROW).encode("utf-16")[:-1]), "编码认不出来",
    ),
    "any bytes": (lambda path: write(path, bytes(range(1, 256)) * 99), "编码认不出来"),
}  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_text(commands: Commands, tmp_path: Path, name: str) -> None:
    make, words = TEXTS[name]
    path = tmp_path / "税务.csv"
    make(path)
    refused(commands, path, words)


LAUGHING = content(TABLE, row(cell("&j;")), declaration=books.LAUGHS)
OPEN_DOCUMENTS: dict[str, tuple[Make, str]] = {
    "a row repeated without end": (
        lambda path: ods(path, content(TABLE, row(cell("甲"), repeated="999999999"))),
        "超过200000行",
    ),
    "a cell repeated without end": (
        lambda path: ods(
            path, content(TABLE, row(cell("甲", number_columns_repeated="999999999")))
        ),
        "超过1000列",
    ),
    "rows and cells repeated": (
        lambda path: ods(
            path,
            content(TABLE, row(cell("甲", number_columns_repeated="900"), repeated="190000")),
        ),
        "超过10000000个单元格",
    ),
    "content after a billion blank rows": (
        lambda path: ods(path, content(TABLE, row(repeated="1000000000"), row(cell("甲")))),
        "超过200000行",
    ),
    "errors repeated": (
        lambda path: ods(
            path,
            content(
                TABLE,
                row(
                    cell("#N/A", number_columns_repeated="90").replace(
                        " office", ' calcext:value-type="error" office', 1
                    ),
                    repeated="90000",
                ),
            ),
        ),
        "错误值超过300000个",
    ),
    "a repetition that is no number": (
        lambda path: ods(path, content(TABLE, row(cell("甲"), repeated="x"))), "已损坏",
    ),
    "four billion spaces": (
        lambda path: ods(path, content(TABLE, row(cell('<text:s text:c="4000000000"/>')))),
        "超过32767个字符",
    ),
    "a cell of 9 MB": (
        lambda path: ods(path, content(TABLE, row(cell("x" * (9 << 20))))), "超过32767个字符",
    ),
    "a cell of 100 MB": (
        lambda path: ods(path, content(TABLE, row(cell("x" * (100 << 20))))), "压缩比",
    ),
    "a billion laughs": (lambda path: ods(path, LAUGHING), "已损坏"),
    "a billion laughs in UTF-16": (
        lambda path: ods(path, LAUGHING.decode().replace("UTF-8", "UTF-16").encode("utf-16")),
        "已损坏",
    ),
    "an external entity": (
        lambda path: ods(
            path,
            content(
                TABLE, row(cell("&j;")), declaration='<!DOCTYPE x [<!ENTITY j SYSTEM "/dev/zero">]>'
            ),
        ),
        "已损坏",
    ),
    "600 sheets": (
        lambda path: ods(
            path,
            content(TABLE, '</table:table><table:table table:name="b">' * 600),
        ),
        "超过500张",
    ),
    "merged cells all over each other": (
        lambda path: ods(
            path,
            content(TABLE, *[
                row(cell("甲", number_rows_spanned="999999", number_columns_spanned="9"))
                for _ in range(2000)
            ]),
        ),
        "互相重叠",
    ),
    "a text document": (lambda path: ods(path, content(TABLE), "text"), "不是电子表格"),
    "no content": (lambda path: ods(path, b""), "已损坏"),
    "a password": (
        lambda path: ods(
            path, os.urandom(999), **{"META-INF/manifest.xml": b"<a><encryption-data/></a>"}
        ),
        "打开密码",
    ),
    "a name out of the package": (
        lambda path: ods(path, content(TABLE), **{"../evil": b""}), "结构不正常",
    ),
    "a bomb beside the content": (
        lambda path: ods(path, content(TABLE), **{"a.bin": bytes(90 << 20)}), "压缩比",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN_DOCUMENTS)
def test_open_documents(commands: Commands, tmp_path: Path, name: str) -> None:
    make, words = OPEN_DOCUMENTS[name]
    path = tmp_path / "税务.ods"
    make(path)
    refused(commands, path, words)


OLD_WORKBOOKS: dict[str, tuple[Make, str]] = {
    "cut off in the middle": (lambda path: write(path, OLD.read_bytes()[:3000]), "已损坏"),
    "only its signature": (lambda path: write(path, OLD.read_bytes()[:8]), "已损坏"),
    "a cell in the last row and column": (
        lambda path: write(path, tables.far_label(OLD.read_bytes(), 65_535, 255)),
        "占了65536行256列，超过10000000个单元格",
    ),
    "a cell that cannot be": (
        lambda path: write(path, tables.far_label(OLD.read_bytes(), 65_535, 65_535)), "已损坏",
    ),
    "a password": (
        lambda path: write(
            path, OLD.read_bytes()[:4096] + "EncryptedPackage".encode("utf-16-le")
        ),
        "打开密码",
    ),
    "Excel 2 without its end": (
        lambda path: write(path, tables.oldest(iter([tables.label(1, 1, b"x")]))[:-7]), "已损坏",
    ),
    "ten thousand empty records": (
        lambda path: write(path, b"\x09\x08\x04\x00" + bytes(40_000)), "已损坏",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OLD_WORKBOOKS)
def test_old_workbooks(commands: Commands, tmp_path: Path, name: str) -> None:
    make, words = OLD_WORKBOOKS[name]
    path = tmp_path / "税务.xls"
    make(path)
    refused(commands, path, words)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> books.Parts:
    return books.base(tmp_path_factory.mktemp("base"))


NEW_WORKBOOKS: dict[str, tuple[Callable[[books.Parts], object], str]] = {
    "the last cell of all": (books.far("XFD1048576"), "超过200000行"),
    "2,000 columns": (books.far("BXX9"), "超过1000列"),
    "a sheet larger than it says": (books.lying_sheet, "损坏"),
    "a billion laughs": (books.laughing(books.DATA), "损坏"),
    "a cell of 100 MB": (books.long_cell(100, shared=False), "超过32767个字符"),
    "merged cells all over each other": (
        books.put(
            books.DATA, "</sheetData>",
            "</sheetData><mergeCells>"
            + '<mergeCell ref="A1:XFD1048576"/>' * 100_000 + "</mergeCells>",
        ),
        "互相重叠",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NEW_WORKBOOKS)
def test_new_workbooks(commands: Commands, base: books.Parts, tmp_path: Path, name: str) -> None:
    make, words = NEW_WORKBOOKS[name]
    path, made = tmp_path / "税务.xlsx", make(base)
    if isinstance(made, bytes):
        path.write_bytes(made)
    else:
        books.write(path, made)  # type: ignore[arg-type]
    refused(commands, path, words)


COPED: dict[str, tuple[str, Make]] = {
    "blank rows and cells to the end of the sheet, as LibreOffice writes them": (
        "税务.ods",
        lambda path: ods(
            path,
            content(
                TABLE.replace(
                    "</table:table-row>",
                    '<table:table-cell table:number-columns-repeated="16381"/>'
                    "</table:table-row>",
                ),
                row(
                    '<table:table-cell table:number-columns-repeated="16384"/>', repeated="1048574"
                ),
            ),
        ),
    ),
    "100,000 levels": (
        "税务.ods",
        lambda path: ods(path, content(TABLE, "<a>" * 100_000 + "</a>" * 100_000)),
    ),
    "a note of several lines": (
        "税务.csv", lambda path: write(path, HEAD, '9,"甲\n乙\n丙",1\n', ROW),
    ),
    "a quote within a cell": ("税务.csv", lambda path: write(path, HEAD, '9,5"管厂,1\n', ROW)),
    "a cell of 32,767 characters": (
        "税务.csv", lambda path: write(path, HEAD, f"9,{'x' * 32_767},1\n"),
    ),
    "a cell in the last row of an old workbook": (
        "税务.xls", lambda path: write(path, tables.far_label(OLD.read_bytes(), 65_535, 4)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COPED)
def test_what_does_no_harm(commands: Commands, tmp_path: Path, name: str) -> None:
    file, make = COPED[name]
    path = tmp_path / file
    make(path)
    done = imported(commands, path)
    assert done.status in (0, 1), done
    assert done.peak_mb < PEAK_MB
    assert sorted(tmp_path.iterdir()) == [tmp_path / "b.xlsx", path]


def test_numbers_of_an_open_document_arrive(tmp_path: Path) -> None:
    path = ods(tmp_path / "a.ods", content(TABLE, row(cell("甲", number_columns_repeated="2"),
                                                      number("-0.5")), row(repeated="2"),
                                           row(number("7"), repeated="2")))  # fmt: skip
    [sheet] = read_file(path).sheets
    assert sheet.grid.rows[1:] == [
        ["912101000000000001", "沈阳甲机床有限公司", 12.5],
        ["甲", "甲", -0.5],
        ["", "", ""],
        ["", "", ""],
        [7.0, "", ""],
        [7.0, "", ""],
    ]


# ---- what is no file -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_what_is_no_file(commands: Commands, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "税务.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)  # whoever opens it waits for ever
    else:
        path.symlink_to("/dev/zero")
    done = imported(commands, path)
    assert (done.status, done.err.count("\n")) == (REFUSED, 1), done
    assert path.name in done.err
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileAccessError, match=r"^“[^\n]*。$"):
        read_file(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_a_pipe_is_no_workbook_either(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    os.mkfifo(path)
    with pytest.raises(FileAccessError, match="管道"):
        Package.open(path)


# ---- the limits can be changed -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "file"),
    [
        ("FILE_MB", "1", "big.csv"), ("ROWS", "1", "a.csv"), ("COLUMNS", "2", "a.csv"),
        ("CELLS", "5", "a.csv"), ("CELL_CHARS", "8", "a.csv"), ("LINE_CHARS", "20", "a.csv"),
        ("SHEET_TEXT_MB", "1", "big.csv"), ("ROWS", "1", "a.ods"), ("COLUMNS", "2", "a.ods"),
        ("CELLS", "5", "a.ods"), ("CELL_CHARS", "8", "a.ods"), ("SHEET_TAGS", "9", "a.ods"),
        ("PARTS", "1", "a.ods"), ("ROWS", "1", "a.xls"), ("COLUMNS", "2", "a.xls"),
        ("CELLS", "9", "a.xls"), ("CELL_CHARS", "8", "a.xls"), ("SHEETS", "1", "a.xls"),
    ],
)  # fmt: skip
def test_each_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, file: str
) -> None:
    path = tmp_path / file
    if file == "big.csv":
        write(path, HEAD, ROW, times=30_000)
    elif file == "a.csv":
        write(path, HEAD, ROW)
    elif file == "a.ods":
        ods(path, content(TABLE))
    else:
        write(path, OLD.read_bytes())
    read_file(path)
    monkeypatch.setenv(f"PERMU_XL_MAX_{name}", value)
    with pytest.raises(PermuError, match=rf"^“[^\n]*PERMU_XL_MAX_{name}。$"):
        read_file(path)
    assert Limits.from_environment() != Limits()


def test_an_old_workbook_cut_off_anywhere(tmp_path: Path) -> None:
    raw, path = OLD.read_bytes(), tmp_path / "a.xls"
    for size in range(1, len(raw), 97):
        path.write_bytes(raw[:size])
        with contextlib.suppress(BookError):
            assert read_file(path).sheets
