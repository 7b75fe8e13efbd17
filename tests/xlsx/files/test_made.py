"""The mark of a file that was made: true until a byte is changed, dropped by other programs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from permu_xl.xlsx.files.atomic import replace_content
from permu_xl.xlsx.files.made import as_made, is_backup, kept_path
from permu_xl.xlsx.package.package import Package


def package(text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.txt", text)
    return content.getvalue()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "甲.xlsx"
    assert replace_content(path, package("一"), made=True) is None
    return path


def test_what_was_made_is_known_and_still_a_package(made: Path) -> None:
    assert as_made(made)
    with zipfile.ZipFile(made) as archive:
        assert archive.testzip() is None
        assert archive.read("a.txt").decode() == "一"
    before = made.read_bytes()
    assert replace_content(made, package("一"), made=True) is None
    assert made.read_bytes() == before


@pytest.mark.parametrize("place", [0, 40, -1, -30, -100])
def test_any_changed_byte_shows(made: Path, place: int) -> None:
    content = bytearray(made.read_bytes())
    content[place] ^= 1
    made.write_bytes(content)
    assert not as_made(made)


def test_whatever_is_cut_or_added_shows(made: Path) -> None:
    content = made.read_bytes()
    for other in (content[:-1], content + b"\0", b"", content[-101:], content[:50]):
        made.write_bytes(other)
        assert not as_made(made)
    made.unlink()
    assert not as_made(made)


def test_another_program_leaves_no_mark(tmp_path: Path) -> None:
    path = tmp_path / "甲.xlsx"
    book = openpyxl.Workbook()
    content = io.BytesIO()
    book.save(content)
    replace_content(path, content.getvalue(), made=True)
    assert as_made(path)
    openpyxl.load_workbook(path).save(path)
    assert not as_made(path)


def test_written_in_place_it_is_a_persons_file(tmp_path: Path) -> None:
    path, other = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"
    openpyxl.Workbook().save(other)
    Package.open(other).save(path, made=True)
    assert as_made(path)
    Package.open(path).save(path)
    assert not as_made(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.comment == b""


def test_the_comment_of_somebody_else_stays(tmp_path: Path) -> None:
    path, out = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"
    openpyxl.Workbook().save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"mine"
    Package.open(path).save(out, made=True)
    with zipfile.ZipFile(out) as archive:
        assert archive.comment == b"mine"
    assert not as_made(out)


def test_each_change_is_kept_under_a_name_of_its_own(made: Path) -> None:
    for number, name in enumerate(("甲.bak.xlsx", "甲.bak2.xlsx", "甲.bak3.xlsx")):
        changed = f"改{number}".encode()
        made.write_bytes(changed)
        place = replace_content(made, package(str(number)), made=True)
        assert place == made.with_name(name)
        assert place.read_bytes() == changed
    assert replace_content(made, package("又"), made=True) is None
    assert kept_path(made).name == "甲.bak4.xlsx"


def test_the_same_again_is_no_loss(tmp_path: Path) -> None:
    path = tmp_path / "输入.txt"
    path.write_bytes(b"x")
    assert replace_content(path, b"x", made=True) is None
    assert replace_content(path, b"y", made=True) == tmp_path / "输入.bak.txt"


def test_names_of_backups() -> None:
    files = [Path(name) for name in ("a.xlsx", "a.bak.xlsx", "a.bak12.xlsx", "b.bak.xlsx")]
    assert [is_backup(path, files) for path in files] == [False, True, True, False]
