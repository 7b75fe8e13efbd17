"""Notices to PDF: one start for all, what is broken stops no other, nothing of it stays."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from permu_xl.errors import FileAccessError, UsageError
from permu_xl.libreoffice import Calc
from permu_xl.reports.notices import pdf

# Stands for soffice: what it does with a document is written in the document.
OFFICE = """#!{python}
import pathlib, sys, time, urllib.parse
here = pathlib.Path({here!r})
with (here / "starts").open("a") as starts:
    print(*sys.argv[1:], file=starts)
(profile,) = (a.partition("file://")[2] for a in sys.argv if a.startswith("-env:"))
folder = pathlib.Path(urllib.parse.unquote(profile)).parent
for number in range(len(list(folder.glob("*.docx")))):
    document = folder / f"{{number}}.docx"
    match document.read_text():
        case "crash": sys.exit(1)
        case "hang": time.sleep(60)
        case "broken": pass
        case text: (folder / f"{{number}}.pdf").write_text("PDF of " + text)
    document.unlink()
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a stand-in in LibreOffice's place; return the file with a line for each start of it."""
    if sys.platform == "win32":
        pytest.skip("the stand-in is a script")
    program = tmp_path / "program"
    program.mkdir()
    script = program / "soffice"
    script.write_text(OFFICE.format(python=sys.executable, here=str(tmp_path)))
    script.chmod(0o755)
    monkeypatch.setattr(pdf, "find_calc", lambda: Calc(program))
    monkeypatch.setattr(pdf, "_PAUSE", 0.01)
    return tmp_path / "starts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "一企 一单#1%20'\"&"
    found.mkdir()
    return found


def documents(folder: Path, *contents: str) -> list[Path]:
    found = [folder / f"{number}号 '&#%.docx" for number in range(len(contents))]
    for file, content in zip(found, contents, strict=True):
        file.write_text(content)
    return found


def converted(files: list[Path]) -> tuple[list[str], str]:
    """Return the names of the PDFs that came, and what was raised in the end."""
    came = []
    each: Iterator[Path] = pdf.convert(files)
    try:
        for file in each:
            assert file.read_text() == "PDF of " + file.with_suffix(".docx").read_text()
            came.append(file.name[0])
    except FileAccessError as error:
        return came, str(error)
    return came, ""


def test_one_start_for_any_number_of_files(office: Path, folder: Path) -> None:
    files = documents(folder, *(f"text {number}" for number in range(300)))
    came, said = converted(files)
    assert (len(came), said) == (300, "")
    (start,) = office.read_text().splitlines()
    assert "--headless" in start
    assert start.endswith("macro:///Standard.Permu.Main")
    # Nothing but the documents and their PDFs is left.
    assert sorted(folder.iterdir()) == sorted(f for d in files for f in (d, d.with_suffix(".pdf")))
    assert pdf.outdated(files) == []


def test_a_broken_file_stops_no_other(office: Path, folder: Path) -> None:
    came, said = converted(documents(folder, "a", "broken", "c"))
    assert came == ["0", "2"]
    assert said == (
        "转了2个 PDF；有1份 LibreOffice 转不了：1号 '&#%.docx，请在 Word 里打开核对，另存为 PDF。"
    )
    assert len(office.read_text().splitlines()) == 1


def test_after_a_breakdown_another_takes_what_is_left(office: Path, folder: Path) -> None:
    came, said = converted(documents(folder, "a", "crash", "c", "d", "crash"))
    assert came == ["0", "2", "3"]
    assert "有2份 LibreOffice 转不了：1号 '&#%.docx、4号 '&#%.docx，" in said
    assert len(office.read_text().splitlines()) == 2


def test_a_file_that_takes_too_long_is_left_out(
    office: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "_FILE_SECONDS", 0.1)
    came, said = converted(documents(folder, "a", "hang", "c"))
    assert came == ["0", "2"]
    assert "1号" in said


def test_an_office_that_converts_nothing_is_not_tried_for_every_file(
    office: Path, folder: Path
) -> None:
    # It breaks down at once, time after time; or it knows no documents, as without Writer.
    came, said = converted(documents(folder, *["crash"] * 9))
    assert came == []
    assert "LibreOffice 没有转出 PDF" in said
    assert len(office.read_text().splitlines()) == 2
    came, said = converted(documents(folder, *["broken"] * 9))
    assert came == []
    assert "LibreOffice 没有转出 PDF" in said


def test_what_was_converted_before_an_interruption_is_not_converted_again(
    office: Path, folder: Path
) -> None:
    files = documents(folder, *"abcde")
    each: Iterator[Path] = pdf.convert(files)
    assert [next(each), next(each)] == [file.with_suffix(".pdf") for file in files[:2]]
    each.close()  # as Ctrl+C does
    assert pdf.outdated(files) == files[2:]
    assert not list(folder.glob(".permu-*"))


def test_what_a_killed_run_left_is_removed_by_the_next(office: Path, folder: Path) -> None:
    files = documents(folder, "a")
    each = pdf.convert(files)
    next(each)
    (used,) = folder.glob(".permu-*.tmp")
    each.close()
    # A process that is killed leaves such a folder, with copies of the notices.
    used.mkdir()
    (used / "0.docx").write_text("a")
    assert converted(files) == (["0"], "")
    assert sorted(folder.iterdir()) == sorted([files[0], files[0].with_suffix(".pdf")])


def test_two_runs_on_one_folder_are_kept_apart(office: Path, folder: Path) -> None:
    files = documents(folder, "a", "b")
    first = pdf.convert(files)
    next(first)
    assert converted(files)[0] == []
    assert "另一个 permu-xl 正在处理" in converted(files)[1]
    assert [file.name[0] for file in first] == ["1"]


def test_without_libreoffice_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Calc:
        raise UsageError("没有找到 LibreOffice")

    monkeypatch.setattr(pdf, "find_calc", missing)
    with pytest.raises(UsageError, match="不能转 PDF"):
        next(pdf.convert([Path("a.docx")]))


@pytest.mark.office
def test_libreoffice_runs_the_macro_on_files_of_any_name(folder: Path) -> None:
    import docx

    good, broken, last = documents(folder, "", "no document", "")
    for file in (good, last):
        document = docx.Document()
        document.add_paragraph(file.name)
        document.save(str(file))
    each = pdf.convert([good, broken, last])
    assert [next(each), next(each)] == [good.with_suffix(".pdf"), last.with_suffix(".pdf")]
    with pytest.raises(FileAccessError, match="转了2个 PDF；有1份 LibreOffice 转不了：1号"):
        next(each)
    assert all(file.with_suffix(".pdf").read_bytes().startswith(b"%PDF") for file in (good, last))
    assert {file.suffix for file in folder.iterdir()} == {".docx", ".pdf"}
