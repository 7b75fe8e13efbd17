"""The package: what is not replaced comes out as it went in, and a save is all or nothing."""

from __future__ import annotations

import errno
import io
import os
import shutil
import stat
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from permu_xl.errors import BookError, FileAccessError
from permu_xl.xlsx.files.kinds import OLE_SIGNATURE
from permu_xl.xlsx.files.limits import Limits
from permu_xl.xlsx.package import deflate
from permu_xl.xlsx.package.package import Package
from tests.xlsx.rich_books import RICH_BOOKS, SCORES
from tests.xlsx.sheets import RELATIONS, read_zip, sheet_xml, workbook_parts, write_zip

EMPTY = sheet_xml()


@pytest.fixture
def parts() -> dict[str, bytes]:
    return workbook_parts({SCORES: EMPTY, "原始数据": EMPTY})


@pytest.fixture
def path(tmp_path: Path, parts: dict[str, bytes]) -> Path:
    return write_zip(tmp_path / "工作簿 1.xlsx", parts)


def no_scratch_left(folder: Path) -> bool:
    return not [each for each in folder.iterdir() if each.name.startswith(".")]


class TestOpening:
    def test_sheets(self, tmp_path: Path) -> None:
        book = Package.open(RICH_BOOKS["xlsxwriter"](tmp_path))
        found = [(s.name, s.part, s.sheet_id, s.state) for s in book.sheets.values()]
        assert found == [
            ("得分", "xl/worksheets/sheet1.xml", "1", "visible"),
            ("原始数据", "xl/worksheets/sheet2.xml", "2", "visible"),
            ("我的分析", "xl/worksheets/sheet3.xml", "3", "visible"),
            ("秘密", "xl/worksheets/sheet4.xml", "4", "veryHidden"),
            ("图", "xl/chartsheets/sheet1.xml", "5", "visible"),
        ]
        assert book.sheet("图").part == "xl/chartsheets/sheet1.xml"
        with pytest.raises(BookError, match="没有工作表“没有”"):
            book.sheet("没有")

    @pytest.mark.parametrize("prefix", ["", "x"])
    @pytest.mark.parametrize("strict", [False, True])
    def test_every_spelling(self, tmp_path: Path, prefix: str, strict: bool) -> None:
        made = workbook_parts({"甲": EMPTY}, prefix=prefix, strict=strict)
        book = Package.open(write_zip(tmp_path / "a.xlsx", made))
        assert book.sheets["甲"].part == "xl/worksheets/sheet1.xml"
        assert book.workbook_part == "xl/workbook.xml"

    def test_absolute_targets_and_other_case(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(b'"xl/work', b'"/XL/work')
        part = "xl/_rels/workbook.xml.rels"
        parts[part] = parts[part].replace(b'"worksheets', b'"/xl/worksheets')
        book = Package.open(write_zip(tmp_path / "a.xlsx", parts))
        assert book.read(book.sheets[SCORES].part) == EMPTY

    def test_backslashes(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        made = {name.replace("/", "\\"): content for name, content in parts.items()}
        path = write_zip(tmp_path / "a.xlsx", made)
        book = Package.open(path)
        book.replace(book.sheets[SCORES].part, b"<new/>")
        book.save(path)
        after = read_zip(path)
        assert list(after) == list(made)
        assert after["xl\\worksheets\\sheet1.xml"] == b"<new/>"

    def test_parts_and_relations(self, path: Path, parts: dict[str, bytes]) -> None:
        book = Package.open(path)
        assert book.parts() == list(parts)
        assert "xl/WORKBOOK.xml" in book
        assert "xl/none.xml" not in book
        assert [r.part for r in book.relations()] == ["xl/workbook.xml"]
        assert book.relations("xl/worksheets/sheet1.xml") == []
        assert book.related("xl/workbook.xml", "worksheet") == [
            "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml",
        ]  # fmt: skip

    def test_external_relation_has_no_part(self, tmp_path: Path) -> None:
        book = Package.open(RICH_BOOKS["exotic"](tmp_path))
        [relation] = book.relations("xl/externalLinks/externalLink1.xml")
        assert (relation.part, relation.type) == (None, f"{RELATIONS}/externalLinkPath")


class TestRefusing:
    def refused(self, path: Path, words: str) -> None:
        with pytest.raises(BookError) as caught:
            Package.open(path)
        message = str(caught.value)
        assert words in message
        assert str(path) in message
        assert "\n" not in message
        assert message.endswith("。")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "空文件"),
            (b"text", "文本文件"),
            ("代码,名称\n1,甲厂\n".encode(), "文本文件"),
            (("统一社会信用代码,企业名称\n" * 999).encode("gb18030"), "文本文件"),
            ("代码\t名称\n".encode("utf-16"), "文本文件"),
            (b"<html><table><tr><td>1", "文本文件"),
            (b"PK\x03\x04 cut off", "不完整"),
            (b"%PDF-1.7\n\x00", "PDF"),
            (bytes(5000), "不是 .xlsx 或 .xlsm"),
            (bytes(range(256)) * 20, "不是 .xlsx 或 .xlsm"),
        ],
    )
    def test_no_zip(self, tmp_path: Path, content: bytes, words: str) -> None:
        path = tmp_path / "坏.xlsx"
        path.write_bytes(content)
        self.refused(path, words)

    def test_encrypted_or_old(self, tmp_path: Path) -> None:
        path = tmp_path / "密.xlsx"
        path.write_bytes(OLE_SIGNATURE + bytes(512))
        self.refused(path, "旧版 .xls")
        path.write_bytes(OLE_SIGNATURE + bytes(512) + "EncryptedPackage".encode("utf-16-le"))
        self.refused(path, "打开密码")

    def test_cut_off(self, path: Path) -> None:
        path.write_bytes(path.read_bytes()[:-40])
        self.refused(path, "损坏")

    @pytest.mark.parametrize("missing", ["_rels/.rels", "xl/workbook.xml"])
    def test_no_workbook(self, tmp_path: Path, parts: dict[str, bytes], missing: str) -> None:
        del parts[missing]
        self.refused(write_zip(tmp_path / "a.xlsx", parts), "没有工作簿")

    def test_word_document(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        parts["xl/workbook.xml"] = b"<w:document xmlns:w='urn:w'/>"
        self.refused(write_zip(tmp_path / "a.docx", parts), "不是 Excel 工作簿")

    def test_binary_workbook(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"workbook.xml", b"workbook.bin")
        parts["xl/workbook.bin"] = b"\x83"
        self.refused(write_zip(tmp_path / "a.xlsb", parts), "xlsb")

    @pytest.mark.parametrize(
        "broken",
        [b"<workbook", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><workbook/>"],
    )
    def test_broken_workbook(self, tmp_path: Path, parts: dict[str, bytes], broken: bytes) -> None:
        parts["xl/workbook.xml"] = broken
        self.refused(write_zip(tmp_path / "a.xlsx", parts), "损坏")

    def test_sheet_without_relation(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        del parts["xl/_rels/workbook.xml.rels"]
        self.refused(write_zip(tmp_path / "a.xlsx", parts), "损坏")

    @pytest.mark.parametrize(
        "name", ["/xl/evil.xml", "../evil.xml", "xl/../../evil", "C:/evil", "..\\evil.xml"]
    )
    def test_names_that_escape(self, tmp_path: Path, parts: dict[str, bytes], name: str) -> None:
        self.refused(write_zip(tmp_path / "a.xlsx", {**parts, name: b""}), "结构不正常")

    def test_names_that_could_not_be_kept(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        path = write_zip(tmp_path / "a.xlsx", {**parts, "xl/media/AB.png": b""})
        path.write_bytes(path.read_bytes().replace(b"AB.png", "图.png".encode("gbk")))
        self.refused(path, "结构不正常")

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_duplicates(self, path: Path) -> None:
        with zipfile.ZipFile(path, "a") as out:
            out.writestr("xl/WORKBOOK.xml", b"")
        self.refused(path, "结构不正常")

    def test_encrypted_entry(self, path: Path) -> None:
        # Bit 0 of the flags, in the central directory.
        raw = bytearray(path.read_bytes())
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(raw)
        self.refused(path, "密码")

    def test_unknown_compression(self, path: Path) -> None:
        raw = bytearray(path.read_bytes())
        for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            raw[raw.rindex(signature) + offset] = 9
        path.write_bytes(raw)
        self.refused(path, "结构不正常")

    def test_zip_bomb(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        parts["xl/media/bomb.bin"] = bytes((32 << 20) + 1)
        path = write_zip(tmp_path / "a.xlsx", parts)
        self.refused(path, "压缩比超过400倍的部件，解压后过大")
        Package.open(path, Limits(ratio=2000))

    def test_absent_part(self, path: Path) -> None:
        book = Package.open(path)
        for action in (book.read, book.remove, lambda part: book.replace(part, b"")):
            with pytest.raises(BookError, match=r"缺少 xl/none\.xml"):
                action("xl/none.xml")


class TestFileAccess:
    def test_absent(self, tmp_path: Path) -> None:
        with pytest.raises(FileAccessError, match=r"找不到文件“.*没有\.xlsx”"):
            Package.open(tmp_path / "没有.xlsx")

    def test_folder(self, tmp_path: Path) -> None:
        with pytest.raises(FileAccessError, match=r"文件夹|权限"):
            Package.open(tmp_path)

    @pytest.mark.parametrize(
        ("error", "words"), [(PermissionError(13, "denied"), "占用"), (OSError(5, "I/O"), "I/O")]
    )
    def test_unreadable(
        self, path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
    ) -> None:
        def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(Path, "open", fail)
        with pytest.raises(FileAccessError, match=words):
            Package.open(path)

    def test_target_folder_absent(self, path: Path, tmp_path: Path) -> None:
        with pytest.raises(FileAccessError, match="文件夹不存在"):
            Package.open(path).save(tmp_path / "没有" / "a.xlsx")

    def test_target_is_a_folder(self, path: Path, tmp_path: Path) -> None:
        with pytest.raises(FileAccessError, match="不能覆盖"):
            Package.open(path).save(tmp_path)

    def test_read_only_target(
        self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # root may write everything, so the answer of the system is replaced.
        monkeypatch.setattr(os, "access", lambda *_: False)
        with pytest.raises(FileAccessError, match="只读"):
            Package.open(path).save(path)
        Package.open(path).save(tmp_path / "new.xlsx")


class TestSaving:
    @pytest.mark.parametrize("kind", RICH_BOOKS)
    def test_nothing_replaced(self, tmp_path: Path, kind: str) -> None:
        source = RICH_BOOKS[kind](tmp_path)
        Package.open(source).save(tmp_path / "copy.xlsx")
        assert read_zip(tmp_path / "copy.xlsx") == read_zip(source)
        assert list(read_zip(tmp_path / "copy.xlsx")) == list(read_zip(source))

    def test_entries_keep_their_properties(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        source, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
        kinds = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]
        with zipfile.ZipFile(source, "w") as out:
            out.comment = b"district"
            out.writestr("xl/media/", b"")
            for number, (name, content) in enumerate(parts.items()):
                info = zipfile.ZipInfo(name, (1980 + number, 1, 2, 3, 4, 6))
                info.compress_type = kinds[number % len(kinds)]
                info.create_system = number % 4
                info.comment = name.encode()
                out.writestr(info, content)
                info.external_attr = number << 16 if number % 2 else 0
                info.internal_attr = number % 2
            out.writestr("图.txt", "marked as UTF-8")
        book = Package.open(source)
        book.replace("xl/worksheets/sheet2.xml", [b"<new", b"/>"])
        book.save(target)

        def properties(path: Path) -> list[tuple[object, ...]]:
            with zipfile.ZipFile(path) as package:
                return [
                    (i.filename, i.date_time, i.compress_type, i.create_system, i.external_attr,
                     i.internal_attr, i.comment)
                    for i in package.infolist()
                ]  # fmt: skip

        assert properties(target) == properties(source)
        assert zipfile.ZipFile(target).comment == b"district"
        before, after = read_zip(source), read_zip(target)
        assert after.pop("xl/worksheets/sheet2.xml") == b"<new/>"
        del before["xl/worksheets/sheet2.xml"]
        assert after == before

    def test_replace_and_remove(self, path: Path, parts: dict[str, bytes]) -> None:
        book = Package.open(path)
        book.replace("xl/worksheets/sheet1.xml", b"<one/>")
        book.replace("xl/worksheets/sheet2.xml", iter([b"<two", b"/>"]))
        book.remove("_rels/.rels")
        assert book.read("xl/worksheets/sheet1.xml") == b"<one/>"
        assert book.read("xl/worksheets/sheet2.xml") == b"<two/>"
        assert "_rels/.rels" not in book
        assert "_rels/.rels" not in book.parts()
        book.save(path)
        book.save(path.with_name("again.xlsx"))
        assert read_zip(path) == read_zip(path.with_name("again.xlsx"))
        assert list(read_zip(path)) == [name for name in parts if name != "_rels/.rels"]

    def test_new_file_has_the_usual_permissions(self, path: Path, tmp_path: Path) -> None:
        target = tmp_path / "new.xlsx"
        Package.open(path).save(target)
        plain = tmp_path / "plain"
        plain.touch()
        assert target.stat().st_mode == plain.stat().st_mode

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
    def test_permissions_of_the_target_stay(self, path: Path) -> None:
        path.chmod(0o640)
        Package.open(path).save(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    @pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
    def test_link_stays_a_link(self, path: Path, tmp_path: Path) -> None:
        link = tmp_path / "link.xlsx"
        link.symlink_to(path)
        book = Package.open(link)
        book.replace("xl/worksheets/sheet1.xml", b"<new/>")
        book.save(link)
        assert link.is_symlink()
        assert read_zip(path)["xl/worksheets/sheet1.xml"] == b"<new/>"

    def test_changed_by_others_meanwhile(self, path: Path, tmp_path: Path) -> None:
        book = Package.open(path)
        path.write_bytes(path.read_bytes() + b"\0")
        theirs = path.read_bytes()
        with pytest.raises(FileAccessError, match="改动"):
            book.save(path)
        assert path.read_bytes() == theirs
        book.save(tmp_path / "other.xlsx")

    def test_own_save_is_no_change_by_others(self, path: Path) -> None:
        book = Package.open(path)
        for content in (b"<one/>", b"<two with='more'/>"):
            book.replace("xl/worksheets/sheet1.xml", content)
            book.save(path)
            assert read_zip(path)["xl/worksheets/sheet1.xml"] == content

    def test_deleted_meanwhile(self, path: Path) -> None:
        book = Package.open(path)
        path.unlink()
        book.save(path)
        assert zipfile.is_zipfile(path)

    def test_longest_name(self, path: Path, tmp_path: Path) -> None:
        target = tmp_path / ("企" * 83 + ".xlsx")
        Package.open(path).save(target)
        assert zipfile.is_zipfile(target)


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


class TestPartsThatStay:
    @pytest.mark.parametrize("quick", [True, False])
    def test_not_packed_anew(
        self, tmp_path: Path, parts: dict[str, bytes], quick: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if not quick:
            monkeypatch.setattr(deflate, "quick", zlib)
        # One tightly packed, one not packed at all, one written where nobody could go back, with
        # its sizes behind it, and with an extra field.
        source, target = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"
        text = "".join(f"{n * n} " for n in range(20_000)).encode()
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
            for name, content in parts.items():
                out.writestr(name, content)
            out.writestr("xl/media/图.txt", text)
            out.writestr("xl/media/b.txt", text, compress_type=zipfile.ZIP_STORED)
        whole = io.BytesIO()
        with zipfile.ZipFile(Unseekable(whole), "w", zipfile.ZIP_DEFLATED) as out:
            for name in (known := read_zip(source)):
                info = zipfile.ZipInfo(name, (2022, 2, 2, 2, 2, 2))
                info.compress_type = zipfile.ZIP_STORED if name.endswith("b.txt") else 8
                info.extra = b"\xfe\xca\x02\x00ab"
                info.external_attr = 0o640 << 16
                out.writestr(info, known[name], compresslevel=9)
        source.write_bytes(whole.getvalue())
        book = Package.open(source)
        changed = {"xl/worksheets/sheet1.xml": text * 2, "xl/media/b.txt": text * 3}
        for part, content in changed.items():
            book.replace(part, content)
        book.save(target)
        assert read_zip(target) == known | changed
        with zipfile.ZipFile(source) as before, zipfile.ZipFile(target) as after:
            assert after.testzip() is None
            for old, new in zip(before.infolist(), after.infolist(), strict=True):
                assert (old.filename, old.date_time) == (new.filename, new.date_time)
                assert old.external_attr == new.external_attr
                assert old.compress_type == new.compress_type
                if old.filename not in changed:
                    assert old.compress_size == new.compress_size
        if (unzip := shutil.which("unzip")) is not None:
            subprocess.run([unzip, "-tqq", target], check=True)


class Unseekable(io.RawIOBase):
    """A file that can only be written on and on."""

    def __init__(self, file: io.BytesIO) -> None:
        self.file = file

    def write(self, data: Any) -> int:
        return self.file.write(data)

    def flush(self) -> None:
        pass


class TestAllOrNothing:
    @pytest.mark.parametrize("exists", [True, False])
    @pytest.mark.parametrize("step", ["fsync", "replace", "write"])
    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (OSError(errno.ENOSPC, "full"), {"": "磁盘空间不足"}),
            (
                PermissionError(errno.EACCES, "open elsewhere"),
                {"": "elsewhere", "replace": "正在 Excel 或 WPS 中打开"},
            ),
            (OSError(errno.EXDEV, "no such move"), {"": "move", "replace": "不支持整体替换"}),
            (OSError(errno.EIO, "I/O"), {"": "I/O", "replace": "不支持整体替换"}),
            (KeyboardInterrupt(), {}),
        ],
    )
    def test_failure_on_the_way(
        self,
        path: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        exists: bool,
        step: str,
        error: BaseException,
        words: dict[str, str],
    ) -> None:
        target = tmp_path / "target.xlsx"
        if exists:
            target.write_bytes(b"old")
        book = Package.open(path)
        with monkeypatch.context() as patched:
            if step == "fsync":
                patched.setattr(os, "fsync", failing(error))
            elif step == "replace":
                patched.setattr(Path, "replace", failing(error))
            else:
                patched.setattr(book, "_chunks", self.half_a_part(error))
            expected = FileAccessError if isinstance(error, OSError) else KeyboardInterrupt
            with pytest.raises(expected, match=words.get(step, words.get(""))) as caught:
                book.save(target)
        if isinstance(caught.value, FileAccessError):
            assert str(target) in str(caught.value)
        assert target.exists() is exists
        if exists:
            assert target.read_bytes() == b"old"
        assert no_scratch_left(tmp_path)

    @staticmethod
    def half_a_part(error: BaseException) -> Callable[[str], Iterator[bytes]]:
        def chunks(_: str) -> Iterator[bytes]:
            yield b"half"
            raise error

        return chunks

    def test_broken_part(self, tmp_path: Path, parts: dict[str, bytes]) -> None:
        content = b"picture " * 40
        with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as out:
            for name, each in {**parts, "xl/media/a.png": content}.items():
                out.writestr(name, each)
        path = tmp_path / "a.xlsx"
        path.write_bytes(path.read_bytes().replace(content, b"damaged!" * 40))
        before = path.read_bytes()
        with pytest.raises(BookError, match=r"xl/media/a\.png"):
            Package.open(path).save(path)
        assert path.read_bytes() == before
        assert no_scratch_left(tmp_path)

    def test_nothing_is_left_of_a_good_save(self, path: Path, tmp_path: Path) -> None:
        Package.open(path).save(path)
        assert [each.name for each in tmp_path.iterdir()] == [path.name]

    def test_folder_that_cannot_be_synced(
        self, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "open", failing(PermissionError(13, "as on Windows")))
        Package.open(path).save(tmp_path / "b.xlsx")
        assert zipfile.is_zipfile(tmp_path / "b.xlsx")
