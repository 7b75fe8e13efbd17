"""The final copy: values only, no macros, nothing of ours left behind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest

from permu_xl.errors import PermuError
from permu_xl.workbook.final_copy import PLAIN_TYPE, SERVICE_SHEETS, finalise
from tests.office import Office
from tests.places import WORKBOOKS

SHIPPED = WORKBOOKS


@pytest.fixture
def final(tmp_path: Path) -> Path:
    target = tmp_path / "定稿.xlsx"
    finalise(SHIPPED / "permu_template.xlsm", target)
    return target


def test_no_macro_no_formula_no_sheet_of_ours(final: Path) -> None:
    with zipfile.ZipFile(final) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert not any("vba" in name or "customUI" in name for name in parts)
    assert PLAIN_TYPE.encode() in parts["[Content_Types].xml"]
    assert b"vbaProject" not in b"".join(v for k, v in parts.items() if k.endswith(".rels"))
    assert b"PERMU_LIVE" not in parts["xl/workbook.xml"]
    book = openpyxl.load_workbook(final)
    assert not SERVICE_SHEETS & set(book.sheetnames)
    kinds = {c.data_type for sheet in book.worksheets for row in sheet.iter_rows() for c in row}
    assert "f" not in kinds
    for name, data in parts.items():
        if name.endswith(".rels"):
            assert b"customUI" not in data, name


def test_what_a_cell_showed_is_kept(tmp_path: Path) -> None:
    import xlsxwriter

    source, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(str(source)) as book:
        sheet = book.add_worksheet("表")
        sheet.write_formula("A1", "=PERMU_PARAM(1)", None, 30)
        sheet.write_formula("A2", '="甲"', None, "甲")
        sheet.write_array_formula("B1:B2", "{=PERMU_RANK(A1:A2)}", None, 1)
        sheet.write_number("B2", 2)
        hidden = book.add_worksheet("xlwings.conf")
        hidden.very_hidden()
        book.add_worksheet("后")
        book.define_name("后!本表", "=后!$A$1")
    finalise(source, target)
    made = openpyxl.load_workbook(target)
    assert [[c.value for c in row] for row in made["表"]["A1:B2"]] == [[30, 1], ["甲", 2]]
    assert made.sheetnames == ["表", "后"]
    assert list(made["后"].defined_names) == ["本表"]


def test_nothing_leads_to_the_links_that_are_gone(tmp_path: Path) -> None:
    """As Excel saves a workbook that uses the add-in: a link, and names that lean on it."""
    import xlsxwriter

    plain, source, target = (tmp_path / name for name in ("a.xlsx", "a.xlsm", "b.xlsx"))
    with xlsxwriter.Workbook(str(plain)) as book:
        book.add_worksheet("表").write_formula("A1", "=1+1", None, 2)
        book.define_name("加载项", "=表!$A$2")
        book.define_name("本表", "=表!$A$1")
    with zipfile.ZipFile(plain) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    main, types = "xl/workbook.xml", "[Content_Types].xml"
    parts[main] = parts[main].replace("表!$A$2".encode(), b"[1]!PERMU_RANK")
    parts[main] = parts[main].replace(
        b"<definedNames>", b'<externalReferences><externalReference r:id="rId99"/>'
        b"</externalReferences><definedNames>",
    )  # fmt: skip
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Target="externalLinks/externalLink1.xml" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/externalLink"/></Relationships>',
    )
    parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
    parts[types] = parts[types].replace(
        b"<Override", b'<Default Extension="bin" '
        b'ContentType="application/vnd.ms-office.vbaProject"/><Override', 1,
    )  # fmt: skip
    with zipfile.ZipFile(source, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    finalise(source, target)
    assert list(openpyxl.load_workbook(target).defined_names) == ["本表"]
    with zipfile.ZipFile(target) as file:
        assert b"[1]" not in file.read(main)
        assert b"vbaProject" not in file.read(types)
        assert not any("externalLink" in name for name in file.namelist())


def test_a_file_that_is_no_workbook(tmp_path: Path) -> None:
    broken = tmp_path / "a.xlsm"
    broken.write_bytes(b"no zip")
    with pytest.raises(PermuError):
        finalise(broken, tmp_path / "b.xlsx")
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.office
def test_libreoffice_loads_it(final: Path, office: Office) -> None:
    with office.open(final) as book:
        assert "得分" in book.sheet_names()
        assert book.errors("得分") == {}
