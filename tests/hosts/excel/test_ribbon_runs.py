"""The ribbon's loop run by LibreOffice's VBA, with a stand-in that answers for Python.

What LibreOffice cannot show is left out: message boxes, pickers, and the second that OnTime waits.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from permu_xl.functions import REGISTRY
from permu_xl.hosts.excel.setup import build, texts, vba
from permu_xl.hosts.excel.setup.macro_package import macro_package
from tests.hosts.excel.test_vba_runs import NATIVE
from tests.office import Office

# A command that reads, has a workbook opened, and then counts for a while or is done.
PYTHON = """Option Explicit
Public Function CallUDF(ByVal m As String, ByVal entry As String, ByVal a As Variant, _
        ByVal b As Variant, ByVal c As Variant) As Variant
    permu_native.Heard = permu_native.Heard & m & "." & entry & "(" & a(0) & ");"
    permu_native.Turn = permu_native.Turn + 1
    CallUDF = Array("done", "")
    If permu_native.Turn = 1 Then CallUDF = Array("more", "reading")
    If permu_native.Turn = 2 Then CallUDF = Array("open", "/nowhere/x.xlsx")
    If permu_native.Mode = "waits" And permu_native.Turn = 3 Then
        CallUDF = Array("wait", "counting")
    End If
End Function
Public Function SetAttr(ByVal o As Variant, ByVal n As String, ByVal v As Variant) As Variant
    permu_native.Heard = permu_native.Heard & n & ";"
End Function
Public Function Module(ByVal n As String) As Variant
    Module = n
End Function
"""
PROBE = """Public Function Ribbon(ByVal wanted As String) As String
    Mode = wanted
    Turn = 0
    Heard = ""
    PermuCommand "check"
    Ribbon = Heard
End Function
Public Function Later() As String
    Heard = ""
    PermuPoll
    PermuPoll
    Later = Heard
End Function
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pyopenvba import ExcelFile, VBAModuleKind

    folder = tmp_path_factory.mktemp("ribbon")
    workbook = openpyxl.Workbook()
    build._add_settings(workbook)
    plain, made = folder / "plain.xlsx", folder / "book.xlsm"
    workbook.save(plain)
    modules = vba.modules(REGISTRY, addin=False)
    for found, instead in (
        ("Private Sub PermuCommand", "Public Sub PermuCommand"),
        (
            'Application.OnTime pollAt, PermuQualified("PermuPoll")\r\n',
            'Heard = Heard & "later;"\r\n',
        ),
    ):
        assert modules["permu_ribbon"].count(found) == 1
        modules["permu_ribbon"] = modules["permu_ribbon"].replace(found, instead)
    variables = "Public Heard As String\nPublic Turn As Integer\nPublic Starts As Long"
    modules["permu_native"] = NATIVE.replace("Public Starts As Long", variables) + PROBE
    project = build.vba_project(plain, modules)
    made.write_bytes(macro_package(plain, project, texts.ribbon(addin=False), addin=False))
    with ExcelFile(made) as file:
        file.vba_project().add_module("permu_stub", PYTHON, kind=VBAModuleKind.other)
        file.save()
    return made


@pytest.mark.office
def test_a_command_goes_on_until_python_wants_time(office: Office, book: Path) -> None:
    called = f"{vba.COMMAND_MODULE}."
    begun = f"BOOK_CALLER;{called}begin(check);{called}go_on();"
    # What could not be opened is answered with its reason; LibreOffice words it in its own way.
    told = f"{called}go_on(An exception occurred );"
    with office.open(book, macros=True) as document:
        assert document.run("permu_native.Ribbon", "") == begun + told
        assert document.run("permu_native.Later") == ""
        assert document.run("permu_native.Ribbon", "waits") == f"{begun}{told}later;"
        # Asked again it is done, and then no longer asked.
        assert document.run("permu_native.Later") == f"{called}go_on();"
