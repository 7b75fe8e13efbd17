"""The VBA that needs no COM, run by two interpreters: LibreOffice's and pyOpenVBA's.

Neither is Microsoft's.  What is asked of Windows and of xlwings' library (``permu_native``) is
answered by a stand-in: its Python starts or fails as the test wants, and is a class whose
``CallUDF`` returns what the test wants or fails.
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

NATIVE = r"""Option Explicit
Public Starts As Long
Public Mode As String
Public Function PermuLibraryName() As String
    PermuLibraryName = "xlwings.dll"
End Function
Public Function PermuFileExists(ByVal path As String) As Boolean
    PermuFileExists = Mode <> "absent" And path = "C:\Local\permu_xl\python\python.exe"
End Function
Public Function PermuEnvironment(ByVal variableName As String) As String
    If variableName = "LOCALAPPDATA" Then PermuEnvironment = "C:\Local"
End Function
Public Function PermuAnsiPath(ByVal path As String) As String
    PermuAnsiPath = path
End Function
Public Function PermuUnicodeFile(ByVal path As String) As String
End Function
Public Function PermuLoadLibrary(ByVal path As String) As Long
    If path <> "C:\Local\permu_xl\python\xlwings.dll" Then PermuLoadLibrary = 126
    If Mode = "blocked" Then PermuLoadLibrary = 1260
End Function
Public Function PermuWindowsReason(ByVal number As Long) As String
    PermuWindowsReason = "reason (" & number & ")"
End Function
Public Function PermuActivate(ByVal command As String, ByRef server As Variant) As Boolean
    Starts = Starts + 1
    If Mode = "refused" Then
        server = "Could not create Python process." & vbLf & _
            "Error message: Access is denied." & vbCrLf & vbLf & "Command: x"
    ElseIf Mode = "ends" Then
        server = "Python process exited before it was possible to create the " & _
            "interface object." & vbLf & "Command: x"
    Else
        Set server = New permu_stub
        PermuActivate = True
    End If
End Function
Public Function Probe(ByVal wanted As String, ByVal again As Boolean) As String
    Dim server As Object
    Mode = wanted
    Starts = 0
    If again Then PermuTryAgain
    On Error GoTo failed
    Set server = PermuPython()
    Probe = Starts & "|"
    Exit Function
failed:
    Probe = Starts & "|" & Err.Description
End Function
"""
STUB = """Option Explicit
Public Function CallUDF(ByVal m As String, ByVal entry As String, ByVal a As Variant, _
        ByVal b As Variant, ByVal c As Variant) As Variant
    Dim block(0 To 1, 0 To 1) As Variant
    Dim single_cell(0 To 0, 0 To 0) As Variant
    Dim flat(0 To 1) As Variant
    Dim f As String
    f = a(0)
    If f = "PERMU_TOTAL" Then Err.Raise 1000, , "ValueError: broken" & vbLf & "  in _Invoke_" & vbLf
    If f = "PERMU_INDICATOR" Then
        single_cell(0, 0) = UBound(a(2), 1) & "x" & UBound(a(2), 2) & " " & _
            UBound(a(3), 1) & "x" & UBound(a(3), 2)
        CallUDF = single_cell
        Exit Function
    End If
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
    other = workbook.create_sheet("T")
    other["B7"] = 1
    sheet["F4"] = "=PERMU_INDICATOR(A1:A1048576,T!B1:B1048576)"
    sheet["F5"] = "=PERMU_INDICATOR(A2:A1048576,A2:A3)"
    sheet["F6"] = "=PERMU_INDICATOR(A1:A900,A2:A3)"
    build._add_settings(workbook)
    plain = folder / "plain.xlsx"
    workbook.save(plain)
    modules = {**vba.modules(REGISTRY, addin=False), "permu_native": NATIVE}
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
        document.run("permu_functions.PERMU_TOTAL", 1.0)
        assert document.run("permu_tools.PermuMessage") == "PERMU_TOTAL: ValueError: broken"
        document.run("permu_functions.PERMU_MEASURE", "A", "x")
        assert document.run("permu_tools.PermuMessage") == ""  # a later error is Python's to tell


@pytest.mark.office
def test_whole_columns_are_cut_where_the_sheets_end(office: Office, book: Path) -> None:
    with office.open(book, macros=True) as document:
        document.recalculate()
        # Sheet S is used down to row 6, T down to 7: both columns are cut at the same row. What
        # does not reach the end of the sheet stays as it is.
        assert document.values("S", "F4:F6") == [["7x1 7x1"], ["5x1 2x1"], ["900x1 2x1"]]


@pytest.mark.office
def test_libreoffice_runs_the_helpers(office: Office, book: Path) -> None:
    with office.open(book, macros=True) as document:
        for key, text in texts.MESSAGES.items():
            assert document.run("permu_texts.PermuText", key) == text
        assert document.run("permu_texts.PermuText", "absent") == "absent"
        assert document.run("permu_tools.PermuValue", "正常") == "正常"
        # LibreOffice has no MacroOptions: no help is registered, and nothing breaks.
        assert document.run("permu_texts.PermuRegisterHelp") == 0


@pytest.mark.office
def test_libreoffice_runs_the_start(office: Office, book: Path) -> None:
    python = r"C:\Local\permu_xl\python"
    says = {
        key: text.replace("{path}", rf"{python}\python.exe") for key, text in texts.MESSAGES.items()
    }
    with office.open(book, macros=True) as document:

        def probe(mode: str, again: bool = True) -> str:
            found: str = document.run("permu_native.Probe", mode, again)
            return found

        assert probe("") == "1|"
        # What failed is told at once and not tried again for a minute, unless the user asks.
        refused = says["not_started"].replace("{reason}", "Access is denied.")
        assert probe("refused") == f"1|{refused}"
        assert probe("", again=False) == f"0|{refused}"
        assert probe("") == "1|"
        assert probe("ends") == f"1|{says['ended_at_once']}"
        assert probe("absent") == f"0|{says['no_python_file']}"
        library = texts.MESSAGES["no_library"].replace("{path}", rf"{python}\xlwings.dll")
        assert probe("blocked") == "0|" + library.replace("{reason}", "reason (1260)")


@pytest.mark.office
def test_libreoffice_counts_days_from_1904(office: Office, book: Path) -> None:
    with office.open(book, macros=True) as document:

        def shifted(value: object) -> object:
            return document.run("permu_tools.PermuFrom1904", value)

        # 2019-01-01 is day 43466 since 1900, and 1462 less since 1904.
        assert shifted(42004.0) == 43466.0
        for kept in (2019.0, 20190501.0, "2019-05-01", "", True):
            assert shifted(kept) == kept


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


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        (r"='C:\it''s 甲\permu.xlam'!PERMU_RANK(A1)", "=PERMU_RANK(A1)"),
        (
            r"=1+'D:\x\Permu.XLAM'!permu_rank(A1)*'D:/x/permu.xlam'!PERMU_TOTAL(B1)",
            "=1+permu_rank(A1)*PERMU_TOTAL(B1)",
        ),
        ("=permu.xlam!PERMU_RANK(A1)", "=PERMU_RANK(A1)"),
        ("=SUM(permu.xlam!PERMU_RANK(A1),2)", "=SUM(PERMU_RANK(A1),2)"),
        *(
            (kept, kept)
            for kept in (
                "=PERMU_RANK(A1)",
                r"='C:\x\permu.xlam'!OTHER(A1)",
                r"='C:\x\other.xlam'!PERMU_RANK(A1)",
                r"='C:\x\notpermu.xlam'!PERMU_RANK(A1)",
                "=notpermu.xlam!PERMU_RANK(A1)",
                r"='C:\x\[permu.xlam]表'!A1",
                # A text is a text.
                '="xC:\\permu.xlam!PERMU_RANK(A1)"'.replace("''", "'"),
                '="""permu.xlam!PERMU_RANK"&A1',
            )
        ),
    ],
)
def test_formulas_get_their_plain_names(book: Path, formula: str, plain: str) -> None:
    quoted = formula.replace('"', '""')
    assert _application(book).evaluate(f'PermuPlainFormula("{quoted}")') == plain


def test_first_line_of_a_traceback(book: Path) -> None:
    app = _application(book)
    assert app.evaluate('PermuFirstLine(" " & vbCrLf & " b " & vbCrLf & "c")') == "b"
    assert app.evaluate('PermuFirstLine("")') == ""


def test_workbook_names_with_apostrophes_are_quoted(book: Path, tmp_path: Path) -> None:
    odd = tmp_path / "it's.xlsm"
    odd.write_bytes(book.read_bytes())
    assert _application(odd).evaluate('PermuQualified("PermuStart")') == "'it''s.xlsm'!PermuStart"
