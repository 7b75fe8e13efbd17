"""修复公式 run by LibreOffice's VBA over stand-ins for Excel's cells, which note what is entered.

LibreOffice's own cells give no error values to VBA and know no spilled ranges; so the module is
run over classes with the members that it uses.  Its text is changed in two places only: types of
Excel become Object, and error values are compared by their texts, as LibreOffice can.
"""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from permu_xl.functions import REGISTRY
from permu_xl.hosts.excel.setup import build, texts, vba
from permu_xl.hosts.excel.setup.macro_package import macro_package
from tests.office import Office

CELL = """Option Explicit
Public Address As String
Public Value As Variant
Public Formula As String
Public HasArray As Boolean
Public CurrentArray As Object
Public HasSpill As Boolean
Public SpillParent As Object
Public Cells As Object
Public Entered As String
Public Property Get Formula2() As String
    Formula2 = Formula
End Property
Public Property Let Formula2(ByVal text As String)
    Entered = Entered & "2" & text & ";"
End Property
Public Property Get FormulaArray() As String
    FormulaArray = Formula
End Property
Public Property Let FormulaArray(ByVal text As String)
    Entered = Entered & "A" & text & ";"
End Property
"""
SHEET = """Option Explicit
Public ProtectContents As Boolean
Public Found As Collection
Public Property Get Cells() As Object
    If Found Is Nothing Then Set Found = New Collection
    Set Cells = Me
End Property
Public Function SpecialCells(ByVal kind As Long, Optional ByVal values As Long) As Object
    Dim area As permu_cell
    Set area = New permu_cell
    Set area.Cells = Found
    If kind = -4123 And (values = 16 Or values = 0) Then Set SpecialCells = area
End Function
"""
BOOK = """Option Explicit
Public Worksheets As Collection
Public Links As Variant
Public Function LinkSources(ByVal kind As Long) As Variant
    If kind = 1 Then LinkSources = Links
End Function
"""
PROBE = r"""Option Explicit

Private sheet As permu_sheet

Private Function Cell(ByVal address As String, ByVal formula As String, ByVal number As Long) _
        As Object
    Dim made As permu_cell
    Set made = New permu_cell
    made.Address = address
    made.Formula = formula
    made.Value = CVErr(number)
    Set made.Cells = New Collection
    made.Cells.Add made
    sheet.Cells.Found.Add made
    Set Cell = made
End Function

Private Function Repaired(Optional ByVal thorough As Boolean, _
        Optional ByVal link As String) As String
    Dim book As permu_book
    Set book = New permu_book
    Set book.Worksheets = New Collection
    book.Worksheets.Add sheet
    If Len(link) > 0 Then book.Links = Array("C:\other.xlsx", link)
    Repaired = PermuRepair(book, thorough) & "|"
End Function

Public Function ProbePlain() As String
    Dim lost As Object, other As Object, failed As Object
    Set sheet = New permu_sheet
    Set lost = Cell("$A$1", "=1+permu_rank(B1)", 2029)
    Set other = Cell("$A$2", "=NOTHING(B1)", 2029)
    Set failed = Cell("$A$3", "=PERMU_RANK(B1)", 2015)
    ProbePlain = Repaired() & lost.Entered & "|" & other.Entered & "|" & failed.Entered
End Function

Public Function ProbeArray() As String
    Dim whole As permu_cell, first As Object, second As Object
    Set sheet = New permu_sheet
    Set first = Cell("$A$1", "=PERMU_RANK(B1:B2)", 2029)
    Set second = Cell("$A$2", "=PERMU_RANK(B1:B2)", 2029)
    Set whole = New permu_cell
    whole.Address = "$A$1:$A$2"
    whole.Formula = first.Formula
    whole.HasArray = True
    Set whole.Cells = New Collection
    whole.Cells.Add first
    whole.Cells.Add second
    first.HasArray = True
    second.HasArray = True
    Set first.CurrentArray = whole
    Set second.CurrentArray = whole
    ProbeArray = Repaired() & whole.Entered & "|" & first.Entered & "|" & second.Entered
End Function

Public Function ProbeSpill() As String
    Dim parent As Object, child As Object
    Set sheet = New permu_sheet
    Set parent = Cell("$A$1", "=PERMU_RANK(B1:B2)", 2029)
    Set child = Cell("$A$2", "=PERMU_RANK(B1:B2)", 2029)
    parent.HasSpill = True
    child.HasSpill = True
    parent.HasArray = True
    child.HasArray = True
    Set parent.SpillParent = parent
    Set child.SpillParent = parent
    ProbeSpill = Repaired() & parent.Entered & "|" & child.Entered
End Function

Private Function Linked() As Object
    Set sheet = New permu_sheet
    Set Linked = Cell("$A$1", "='C:\x\permu.xlam'!PERMU_RANK(B1)", 2023)
End Function

Public Function ProbePath() As String
    Dim lost As Object, other As Object
    Set lost = Linked()
    Set other = Cell("$A$2", "='C:\x\other.xlam'!PERMU_RANK(B1)", 2023)
    ProbePath = Repaired(True) & lost.Entered & "|" & other.Entered
End Function

Public Function ProbeLinked() As String
    Dim lost As Object
    Set lost = Linked()
    ProbeLinked = Repaired(False, "C:\x\permu.xlam") & lost.Entered
End Function

Public Function ProbeUnlinked() As String
    Dim lost As Object
    Set lost = Linked()
    ProbeUnlinked = Repaired(False, "C:\x\third.xlsx") & lost.Entered
End Function

Public Function ProbeProtected() As String
    Dim lost As Object
    Set sheet = New permu_sheet
    Set lost = Cell("$A$1", "=PERMU_RANK(B1)", 2029)
    sheet.ProtectContents = True
    ProbeProtected = Repaired() & lost.Entered
End Function
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pyopenvba import ExcelFile, VBAModuleKind

    folder = tmp_path_factory.mktemp("repair")
    workbook = openpyxl.Workbook()
    build._add_settings(workbook)
    plain, made = folder / "plain.xlsx", folder / "book.xlsm"
    workbook.save(plain)
    made_modules = vba.modules(REGISTRY, addin=False)
    source = made_modules["permu_repair"]
    source = re.sub(r"\bAs (Range|Worksheet|Workbook)\b", "As Object", source)
    compared = "If value = CVErr(2029) Then"
    assert source.count(compared) == 1
    source = source.replace(compared, 'If CStr(value) = "Error 2029" Then')
    modules = {
        "ThisWorkbook": "",
        "permu_repair": source,
        "permu_plain": made_modules["permu_plain"],
        "probe": PROBE,
    }
    project = build.vba_project(plain, modules)
    made.write_bytes(macro_package(plain, project, texts.ribbon(addin=False), addin=False))
    with ExcelFile(made) as file:
        for name, text in (("permu_cell", CELL), ("permu_sheet", SHEET), ("permu_book", BOOK)):
            file.vba_project().add_module(name, text, kind=VBAModuleKind.other)
        file.save()
    return made


@pytest.mark.office
@pytest.mark.parametrize(
    ("probe", "found"),
    [
        # Only ours, only #NAME?; as it stands.
        ("ProbePlain", "1|2=1+permu_rank(B1);||"),
        # An array formula once and whole, also where it still gives #NAME? afterwards.
        ("ProbeArray", "1|A=PERMU_RANK(B1:B2);||"),
        # A formula that spills stands in its first cell; the others are never written to.
        ("ProbeSpill", "1|2=PERMU_RANK(B1:B2);|"),
        ("ProbeProtected", "0|"),
        # A colleague's path gives way to the plain name, whatever the cell shows.
        ("ProbePath", "1|2=PERMU_RANK(B1);|"),
        ("ProbeLinked", "1|2=PERMU_RANK(B1);"),
        # On opening only workbooks are searched that are linked to an add-in.
        ("ProbeUnlinked", "0|"),
    ],
)
def test_what_is_entered_again(office: Office, book: Path, probe: str, found: str) -> None:
    with office.open(book, macros=True) as document:
        assert document.run(f"probe.{probe}") == found
