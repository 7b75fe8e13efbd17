"""What is no workbook, or a hostile one: one sentence, little memory, nothing else touched.

Each case runs ``check`` and ``run`` in a process of its own with bounded address space.  Cases that
are accepted stand here too where the danger is the same and the answer is to cope with it.
"""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from permu_xl.errors import BookError
from permu_xl.workbook import layout
from permu_xl.xlsx.files.kinds import OLE_SIGNATURE
from permu_xl.xlsx.files.limits import Limits
from permu_xl.xlsx.package.package import Package
from tests.hostile import books
from tests.hostile.books import BOOK, BOOK_LINKS, DATA, SCORES, STYLES, TEXTS, TYPES, put
from tests.hostile.commands import Commands, Done
from tests.xlsx.sheets import workbook_parts, write_zip

REFUSED, PEAK_MB = 3, 400
OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands() as running:
        yield running


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> books.Parts:
    return books.base(tmp_path_factory.mktemp("base"))


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith("。\n") and len(text) < 600


def refused(commands: Commands, path: Path, words: str) -> None:
    """Assert that both commands refuse the file and leave everything as it was."""
    before, listed = path.read_bytes(), sorted(path.parent.iterdir())
    out = path.with_name("结果.xlsx")
    for arguments in (["check", path], ["run", path, "-o", out.with_suffix(path.suffix)]):
        done = commands.run(*arguments)
        assert done.status == REFUSED, done
        assert one_sentence(done.err), done
        assert words in done.err
        assert done.out == ""
        kept_within_bounds(done, path)
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == listed


def kept_within_bounds(done: Done, path: Path, peak_mb: float = PEAK_MB) -> None:
    assert done.peak_mb < peak_mb, done
    assert [each for each in done.touched if not each.startswith(str(path.parent))] == []


def ole(mark: bytes = b"") -> bytes:
    return OLE_SIGNATURE + bytes(2048) + mark + bytes(2048)


FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "空文件"),
    "zeros": (bytes(20_000), "不是 .xlsx"),
    "csv": ("统一社会信用代码,企业名称\n91,甲厂\n".encode("gb18030"), "文本文件"),
    "html called xlsx": (b"<html><table><tr><td>1</td></tr></table></html>", "文本文件"),
    "xls": (ole(), "旧版 .xls"),
    "encrypted": (ole("EncryptedPackage".encode("utf-16-le")), "取消密码"),
    "pdf": (b"%PDF-1.7\n\x01\x02", "PDF"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_no_zip(commands: Commands, tmp_path: Path, name: str) -> None:
    content, words = FILES[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    refused(commands, path, words)


ZIPS: dict[str, tuple[Callable[[books.Parts], bytes], str]] = {
    "a part larger than it says": (books.lying, ""),
    "a sheet larger than it says": (books.lying_sheet, "损坏"),
    "overlapping entries": (books.overlapping, "结构不正常"),
    "one name twice": (books.twice, "结构不正常"),
    "20,000 parts": (
        lambda parts: bytes(books.packed({**parts, **{f"x/{n}": b"" for n in range(20_000)}})),
        "部件超过10000个",
    ),
    "a name out of the package": (
        lambda parts: bytes(books.packed({**parts, "../../evil.xml": b""})), "结构不正常",
    ),
    "an absolute name": (
        lambda parts: bytes(books.packed({**parts, "/etc/evil.xml": b""})), "结构不正常",
    ),
    "a name with backslashes": (
        lambda parts: bytes(books.packed({**parts, "xl\\..\\..\\evil.xml": b""})), "结构不正常",
    ),
    "a drive": (lambda parts: bytes(books.packed({**parts, "C:\\evil": b""})), "结构不正常"),
    "a line break in a name": (
        lambda parts: bytes(books.packed({**parts, "../\n\n\x1b[31mevil": b""})), "结构不正常",
    ),
    "a high ratio": (
        lambda parts: bytes(books.packed({**parts, "xl/media/a.bin": bytes(40 << 20)})),
        "压缩比",
    ),
    "a sheet of nothing": (
        lambda parts: bytes(books.packed({**parts, DATA: bytes(300 << 20)})), "压缩比",
    ),
    "cut off in the middle": (lambda parts: bytes(books.packed(parts)[:9000]), "不完整"),
    "without its end": (lambda parts: bytes(books.packed(parts)[:-1]), "不完整"),
}  # fmt: skip


@pytest.mark.parametrize("name", ZIPS)
def test_zips(commands: Commands, base: books.Parts, tmp_path: Path, name: str) -> None:
    make, words = ZIPS[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(make(base))
    if words:
        refused(commands, path, words)
    else:
        # Nobody needs the part, so check reads the workbook; run would have to copy it.
        done = commands.run("check", path)
        assert done.status == 0, done
        kept_within_bounds(done, path)
        written = commands.run("run", path, "-o", tmp_path / "b.xlsx")
        assert (written.status, one_sentence(written.err)) == (REFUSED, True), written
        kept_within_bounds(written, path)
        assert sorted(tmp_path.iterdir()) == [path]


def test_a_bomb_within_is_not_opened(commands: Commands, base: books.Parts, tmp_path: Path) -> None:
    path = books.write(tmp_path / "a.xlsx", books.nested(base))
    done = commands.run("run", path, "-o", tmp_path / "b.xlsx")
    assert done.status == 0, done
    kept_within_bounds(done, path)


def main_type(kind: str) -> Callable[[books.Parts], books.Parts]:
    return put(TYPES, f"{OFFICE}.spreadsheetml.sheet.main+xml", kind)


WORD = f"{OFFICE}.wordprocessingml.document.main+xml"
BROKEN: dict[str, tuple[Callable[[books.Parts], Any], str]] = {
    "ods": (
        lambda parts: {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": b"<a/>",
        },
        ".ods",
    ),
    "odt": (
        lambda parts: {
            "mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>",
        },
        ".odt",
    ),
    "docx": (main_type(WORD), "Word"),
    "pptx": (main_type(f"{OFFICE}.presentationml.presentation.main+xml"), "PowerPoint"),
    "a zip of anything": (lambda parts: {"a.txt": b"a"}, "没有工作簿"),
    "a wrong type": (main_type("application/xml"), "主体不是 Excel 工作簿"),
    "no types": (books.without(TYPES), "缺少"),
    "types that are broken": (put(TYPES, "<Types", "<Types <"), "损坏"),
    "no relations": (books.without("_rels/.rels"), "没有工作簿"),
    "no workbook": (books.without(BOOK), "没有工作簿"),
    "no relations of the workbook": (books.without(BOOK_LINKS), "损坏"),
    "no sheet of data": (books.without(DATA), "缺少"),
    "no sheet of scores": (books.without(SCORES), "缺少"),
    "a relation out of the package": (
        put(BOOK_LINKS, "worksheets/sheet3.xml", "../../../../etc/passwd"), "缺少",
    ),
    "an external sheet": (
        put(BOOK_LINKS, 'Target="worksheets/sheet3.xml"',
            'TargetMode="External" Target="file:///etc/passwd"'), "损坏",
    ),
    "a relation to nowhere": (put(BOOK, 'r:id="rId3"', 'r:id="rId999"'), "损坏"),
    "two sheets of one name": (put(BOOK, 'name="上年数据"', 'name="原始数据"'), "同名"),
    "two sheets of one part": (put(BOOK_LINKS, "sheet4.xml", "sheet3.xml"), "同内容"),
    "a missing sheet": (put(BOOK, 'name="原始数据"', 'name="数据"'), "没有工作表"),
    "a billion laughs in a sheet": (books.laughing(DATA), "损坏"),
    "a billion laughs in the workbook": (books.laughing(BOOK), "损坏"),
    "a billion laughs in the types": (books.laughing(TYPES), "损坏"),
    "a billion laughs in UTF-16": (books.laughing(BOOK, coding="utf-16"), "损坏"),
    "a sheet with laughs in UTF-16": (books.laughing(DATA, coding="utf-16"), "损坏"),
    "a billion laughs in the result": (books.laughing(SCORES), "损坏"),
    "a quadratic entity": (books.laughing(DATA, books.QUADRATIC, use="&j;" * 10_000), "损坏"),
    "a quadratic entity in UTF-16": (
        books.laughing(BOOK, books.QUADRATIC, use="&j;" * 10_000, coding="utf-16"), "损坏",
    ),
    "a billion laughs in the texts": (
        lambda parts: books.laughing(TEXTS)(books.with_texts(parts, b"<si><t>a</t></si>")), "损坏",
    ),
    "a hundred thousand levels": (
        lambda parts: books.rows_before_end(parts, SCORES, b"<a>" * 100_000 + b"</a>" * 100_000),
        "损坏",
    ),
    "the last cell of all": (books.far("XFD1048576"), "填到了第1048576行，超过200000行"),
    "the last row of all": (books.far("C1048576"), "填到了第1048576行，超过200000行"),
    "a far cell with a prefix": (books.far("R1048576", prefix="x"), "超过200000行"),
    "columns without end": (books.far("XFD9000"), "16384列，超过10000000个单元格"),
    "a column that is none": (books.far("XFE9"), "不可能的单元格地址 XFE9"),
    "a row that is none": (books.far("A1048577"), "不可能的单元格地址 A1048577"),
    "a row of many digits": (books.far("A" + "9" * 5000), "不可能的单元格地址"),
    "row nought": (books.far("A0"), "不可能的单元格地址 A0"),
    "a far cell with an empty text": (
        lambda parts: books.rows_before_end(
            parts, DATA, b'<row r="1048576"><c r="XFD1048576" t="str"><v></v></c></row>'
        ), "超过200000行",
    ),
    "a far result": (books.far("XFE1048577", part=SCORES), "不可能的单元格地址 XFE1048577"),
    "a shared text that is not there": (
        lambda parts: books.rows_before_end(
            parts, DATA, b'<row r="900"><c r="A900" t="s"><v>4000000000</v></c></row>'
        ), "损坏",
    ),
    "a million rows": (books.many_rows(b'<c r="C%d"><v>1</v></c>'), "超过200000行"),
    "a million rows without addresses": (
        books.many_rows(b"<c><v>1</v></c>" * 3, 300_000), "超过200000行"),
    "10,000 sheets": (books.many_sheets, "部件超过10000个"),
    "600 sheets": (
        lambda parts: books.many_sheets(parts, 600),
        f"有{len(layout.SHEETS) + 600}张工作表，超过500张",
    ),
    "a cell of 100 MB": (books.long_cell(100, shared=False), "超过32767个字符"),
    "a shared cell of 100 MB": (books.long_cell(100, shared=True), "超过32767个字符"),
    "a cell of 40 MB in runs": (books.long_cell(40, shared=False, pieces=999), "超过32767个字符"),
    "a shared cell of 40 MB in runs": (
        books.long_cell(40, shared=True, pieces=999), "超过32767个字符"),
    "a cell of 32,768 characters": (
        lambda parts: books.rows_before_end(
            parts, DATA, b'<row r="900">' + books.inline("C900", "x" * 32_768) + b"</row>"
        ), "第900行有一个单元格的文字超过32767个字符",
    ),
    "a long text in many cells": (books.repeated_text(100_000), "文字超过200 MB"),
    "a long text in many unusual cells": (
        books.repeated_text(100_000, quote="'"), "文字超过200 MB"),
    "a result with too many tags": (
        books.many(SCORES, "</worksheet>", "<a/>" * 30, 400_000), "标记超过",
    ),
    "a nonsensical dimension": (
        put(DATA, 'dimension ref="A1:R24"', 'dimension ref="ZZZZ0:A"'), "损坏"),
    "a list of sheets too large": (
        books.many(BOOK, "</workbook>", f"<a>{'x' * 1000}%d</a>", 20_000), "超过16 MB",
    ),
    "a style sheet too large": (
        books.many(STYLES, "</cellXfs>", f'<xf a="{"x" * 20_000}%d"/>', 14_000), "超过256 MB",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_hostile_parts(commands: Commands, base: books.Parts, tmp_path: Path, name: str) -> None:
    make, words = BROKEN[name]
    path = books.write(tmp_path / "a.xlsx", make(base))
    if name.endswith(("thousand levels", "too many tags")):
        # Found out only where the result is written.
        done = commands.run("run", path, "-o", tmp_path / "b.xlsx")
        assert (done.status, one_sentence(done.err)) == (REFUSED, True), done
        assert words in done.err
        kept_within_bounds(done, path, 1500 if "tags" in name else PEAK_MB)
        assert sorted(tmp_path.iterdir()) == [path]
    else:
        refused(commands, path, words)


COPED: dict[str, Callable[[books.Parts], Any]] = {
    "a hundred thousand levels where nothing is written": lambda parts: books.rows_before_end(
        parts, DATA, b"<a>" * 100_000 + b"</a>" * 100_000
    ),
    "an absurd dimension": put(DATA, 'dimension ref="A1:R24"', 'dimension ref="A1:XFD1048576"'),
    "a million rows of nothing": books.many_rows(b""),
    "a million blank cells with a style": books.many_rows(b'<c r="XFD%d" s="1"/>', 300_000),
    "a style that is not there": put(DATA, 's="30"', 's="4000000000"'),
    "60,000 styles": books.many(STYLES, "</cellXfs>", '<xf numFmtId="%d"/>', 60_000),
    "60,000 number formats": books.many(
        STYLES, "</numFmts>", '<numFmt numFmtId="9%d" formatCode="yyyy&quot;%d&quot;"/>', 60_000
    ),
    "absurd widths": put(DATA, '<col width="6"', '<col width="1e308" hidden="x" bestFit="-1"'),
    "absurd columns": put(DATA, 'min="1" max="1"', 'min="0" max="4294967295"'),
    "100,000 merges": put(
        DATA, "</sheetData>",
        "</sheetData><mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 100_000 + "</mergeCells>",
    ),
    "500,000 names": books.many(
        BOOK, "</workbook>", "<definedNames/>" * 5, 50_000
    ),
    "a result's absurd columns": put(
        SCORES, 'min="1" max="1"', 'min="x" max="99999999999999999999"'
    ),
    "a result with many merges": put(
        SCORES, "</sheetData>",
        "</sheetData><mergeCells>" + '<mergeCell ref="A1:XFD1048576"/>' * 100_000 + "</mergeCells>",
    ),
    "a cell of 32,767 characters": lambda parts: books.rows_before_end(
        parts, DATA, b'<row r="900">' + books.inline("R900", "x" * 32_767) + b"</row>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COPED)
def test_what_does_no_harm(
    commands: Commands, base: books.Parts, tmp_path: Path, name: str
) -> None:
    path = books.write(tmp_path / "a.xlsx", COPED[name](base))
    before = path.read_bytes()
    for arguments in (["check", path], ["run", path, "-o", tmp_path / "b.xlsx"]):
        done = commands.run(*arguments)
        assert done.status == 0, done
        kept_within_bounds(done, path, 800)
    assert path.read_bytes() == before


def test_truncated_at_every_byte(tmp_path: Path) -> None:
    raw = write_zip(tmp_path / "a.xlsx", workbook_parts({"原始数据": b"<worksheet/>"})).read_bytes()
    path = tmp_path / "b.xlsx"
    for size in range(len(raw)):
        path.write_bytes(raw[:size])
        with pytest.raises(BookError, match=r"^“[^\n]*。$"):
            Package.open(path)


# ---- nothing outside is touched ------------------------------------------------------------------


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A web server that nobody may ask, and the paths that were asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<!ENTITY j 'fetched'>")

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/canary", asked
        server.shutdown()


DECLARATIONS = {
    "an entity": '<!DOCTYPE x [<!ENTITY j SYSTEM "{}">]>',
    "a parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "{}"> %p;]>',
    "a document type": '<!DOCTYPE x SYSTEM "{}">',
    "a public document type": '<!DOCTYPE x PUBLIC "-//x//y" "{}">',
}


@pytest.mark.parametrize("kind", DECLARATIONS)
@pytest.mark.parametrize("part", [BOOK, TYPES, BOOK_LINKS, DATA, SCORES])
@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes there")
def test_external_entities(
    commands: Commands,
    base: books.Parts,
    canary: tuple[str, list[str]],
    tmp_path: Path,
    kind: str,
    part: str,
    coding: str,
) -> None:
    address, asked = canary
    # Whoever opens it waits for ever.
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    folder = tmp_path / "books"
    folder.mkdir()
    for place in (address, pipe.as_uri(), str(pipe)):
        declaration = DECLARATIONS[kind].format(place)
        path = folder / "a.xlsx"
        books.write(path, books.laughing(part, declaration, coding=coding)(base))
        done = commands.run("run", path, "-o", folder / "b.xlsx", seconds=20)
        assert (done.status, one_sentence(done.err)) == (REFUSED, True), done
        kept_within_bounds(done, path)
        assert sorted(folder.iterdir()) == [path]
    assert asked == []


# ---- the limits can be changed -------------------------------------------------------------------


def test_limits_by_environment(
    base: books.Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = books.write(tmp_path / "a.xlsx", base)
    Package.open(path)
    monkeypatch.setenv("PERMU_XL_MAX_SHEETS", "11")
    with pytest.raises(BookError, match=r"有16张工作表，超过11张.*PERMU_XL_MAX_SHEETS。$"):
        Package.open(path)
    Package.open(path, Limits())


def test_a_wrong_limit_is_told(
    base: books.Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = books.write(tmp_path / "a.xlsx", base)
    monkeypatch.setenv("PERMU_XL_MAX_SHEETS", "-1")
    with Commands() as commands:
        done = commands.run("check", path)
    assert (done.status, one_sentence(done.err)) == (2, True)
    assert "PERMU_XL_MAX_SHEETS 应是正整数，现在是“-1”" in done.err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("file_mb", 1, "超过1 MB"), ("unpacked_mb", 2, "解压后超过2 MB"), ("parts", 40, "超过40个")],
)
def test_each_size(base: books.Parts, tmp_path: Path, name: str, value: int, words: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(bytes(books.packed({**base, "xl/media/a.bin": os.urandom(2 << 20)})))
    Package.open(path)
    with pytest.raises(BookError, match=words):
        Package.open(path, Limits(**{name: value}))
