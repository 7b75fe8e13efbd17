"""The VBA that needs no COM, run by two interpreters: LibreOffice's and pyOpenVBA's.

Neither is Microsoft's.  LibreOffice cannot compile xlwings' module, so a stand-in answers for
Python here: a class whose ``CallUDF`` returns what the test wants or fails.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from permu_xl.functions import REGISTRY
from permu_xl.hosts.excel.setup import build, texts, vba
from permu_xl.hosts.excel.setup.macro_package import macro_package
from tests.office import Office

STARTER = """Option Explicit
Public Function XLPy() As Variant
    Set XLPy = New permu_stub
End Function
"""
STUB = """Option Explicit
Public Function CallUDF(ByVal m As String, ByVal f As String, ByVal a As Variant, _
        ByVal b As Variant, ByVal c As Variant) As Variant
    Dim block(0 To 1, 0 To 1) As Variant
    Dim single_cell(0 To 0, 0 To 0) As Variant
    Dim flat(0 To 1) As Variant
    If f = "PERMU_TOTAL" Then Err.Raise 1000, , "ValueError: broken" & vbLf & "  in _Invoke_" & vbLf
    If f = "PERMU_SCORE" Then
        flat(0) = 7.5
        flat(1) = "#NUM!"
        CallUDF = flat
        Exit Function
    End If
    If f = "PERMU_CHECK_CODE" Then
        single_cell(0, 0) = "#N/A"
        CallUDF = single_cell
        Exit Function
    End If
    block(0, 0) = 1.5
    block(0, 1) = "#N/A"
    block(1, 0) = "#DIV/0!"
    block(1, 1) = f
    CallUDF = block
End Function
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pyopenvba import ExcelFile, VBAModuleKind

    folder = tmp_path_factory.mktemp("vba")
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "S"
    sheet["A1"] = 2
    sheet["C1"] = ArrayFormula("C1:D2", "=PERMU_RANK(A1:A2)")
    sheet["C4"] = ArrayFormula("C4:D4", "=PERMU_SCORE(A1,A2,A3)")
    sheet["F1"] = "=PERMU_CHECK_CODE(A1)"
    sheet["F2"] = "=PERMU_TOTAL(A1:A2)"
    build._add_settings(workbook)
    plain = folder / "plain.xlsx"
    workbook.save(plain)
    modules = {**vba.modules(REGISTRY, addin=False), "xlwings": STARTER}
    made = folder / "book.xlsm"
    project = build.vba_project(plain, modules)
    made.write_bytes(macro_package(plain, project, texts.ribbon(addin=False), addin=False))
    with ExcelFile(made) as file:
        file.vba_project().add_module("permu_stub", STUB, kind=VBAModuleKind.other)
        file.save()
    return made


@pytest.mark.office
def test_libreoffice_runs_the_wrappers(office: Office, book: Path) -> None:
    with office.open(book, macros=True) as document:
        document.recalculate()
        [top, bottom] = document.values("S", "C1:D2")
        # This is how LibreOffice shows what CVErr makes; Excel shows the error itself.
        assert (top, bottom) == ([1.5, "Error 2042"], ["Error 2007", "PERMU_RANK"])
        # xlwings hands a single row over as an array of one dimension.
        assert document.values("S", "C4:D4") == [[7.5, "Error 2036"]]
        assert document.values("S", "F1:F2") == [["Error 2042"], ["Error 2015"]]
        assert document.run("permu_tools.PermuTakeMessage") == "PERMU_TOTAL: ValueError: broken"
        assert document.run("permu_tools.PermuTakeMessage") == ""


@pytest.mark.office
def test_libreoffice_runs_the_helpers(office: Office, book: Path) -> None:
    with office.open(book, macros=True) as document:
        for key, text in texts.MESSAGES.items():
            assert document.run("permu_tools.PermuText", key) == text
        assert document.run("permu_tools.PermuText", "absent") == "absent"
        assert document.run("permu_tools.PermuValue", "正常") == "正常"
        # LibreOffice has no MacroOptions: no help is registered, and nothing breaks.
        assert document.run("permu_tools.PermuRegisterHelp") == 0


def _application(book: Path) -> Any:
    from pyopenvba.apps.excel import ExcelApplication

    return ExcelApplication.open(str(book))


def test_error_texts_become_errors(book: Path) -> None:
    app = _application(book)
    for text, number in vba.ERROR_NUMBERS.items():
        assert str(app.evaluate(f'PermuValue("{text}")')) == f"Error {number}"
    for text in ("#N/A!", "n/a", "", "#"):
        assert app.evaluate(f'PermuValue("{text}")') == text
    assert app.evaluate("PermuValue(2.5)") == 2.5
    assert app.evaluate("PermuValue(True)") is True


def test_first_line_of_a_traceback(book: Path) -> None:
    app = _application(book)
    assert app.evaluate('PermuFirstLine(" " & vbCrLf & " b " & vbCrLf & "c")') == "b"
    assert app.evaluate('PermuFirstLine("")') == ""


def test_workbook_names_with_apostrophes_are_quoted(book: Path, tmp_path: Path) -> None:
    odd = tmp_path / "it's.xlsm"
    odd.write_bytes(book.read_bytes())
    assert _application(odd).evaluate('PermuQualified("PermuStart")') == "'it''s.xlsm'!PermuStart"
