"""The files that are shipped are valid, and nothing in them makes Excel refuse or repair them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from permu_xl.workbook import layout
from tests.engines.onlyoffice import Change
from tests.engines.proofs import DISTRICTS, district, tampered
from tests.places import WORKBOOKS
from tests.validity import deviations, refused

SHIPPED = sorted(each.name for each in WORKBOOKS.glob("*.xl[a-z]*") if each.suffix != ".xml")
DEPARTMENTS = sorted(WORKBOOKS.glob("departments/*.xlsx"))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_workbooks(name: str) -> None:
    assert deviations(WORKBOOKS / name) == []
    assert refused(WORKBOOKS / name) == []


def test_shipped_tables_of_departments() -> None:
    assert DEPARTMENTS
    assert [deviations(path) + refused(path) for path in DEPARTMENTS] == [[]] * len(DEPARTMENTS)


@pytest.mark.parametrize("name", DISTRICTS)
def test_results(name: str) -> None:
    path = district(name).path
    assert refused(path) == []
    assert deviations(path) == []


def test_what_excel_refuses_is_found(tmp_path: Path) -> None:
    """The checks themselves: a workbook with one fault of a kind each."""
    path = district("shenyang_2021").path
    far = tampered(path, Change(layout.DATA, "E5", 20040716.0))
    assert refused(far) == ["[原始数据] E5: date 20040716.0, which is shown as ####"]
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(broken, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet3.xml":
                content = content.replace(b"<mergeCells", b"<x").replace(b'ref="A4:', b'ref="B4:')
            if name != "xl/comments1.xml":
                made.writestr(name, content)
        made.writestr("xl/loose.xml", "<x/>")
    found = refused(broken)
    assert any("missing xl/comments1.xml" in each for each in found)
    assert any("orphan xl/loose.xml" in each for each in found)
    assert any("[原始数据] filter" in each for each in found)
