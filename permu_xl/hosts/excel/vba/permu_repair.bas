Option Explicit
Option Private Module

' Formulas written outside Excel may stay at #NAME? until they are entered again. Cells whose
' formula holds PERMU_ and whose value is #NAME? are re-entered as they stand; nothing else is.

Public Function PermuRepair(ByVal book As Workbook) As Long
    ' Return how many formulas have been re-entered; an array formula counts once.
    Dim mode As Long
    Dim sheet As Worksheet
    Dim broken As Range
    Dim cell As Range
    mode = Application.Calculation
    On Error GoTo restore
    For Each sheet In book.Worksheets
        Set broken = PermuErrorCells(sheet)
        If Not broken Is Nothing Then
            For Each cell In broken.Cells
                If PermuUnresolved(cell) Then
                    If Application.Calculation <> xlCalculationManual Then Application.Calculation = xlCalculationManual
                    If PermuReenter(cell) Then PermuRepair = PermuRepair + 1
                End If
            Next cell
        End If
    Next sheet
restore:
    If Application.Calculation <> mode Then Application.Calculation = mode
End Function

Private Function PermuErrorCells(ByVal sheet As Worksheet) As Range
    ' Return the cells with formulas that give errors; Nothing where there are none.
    On Error GoTo none
    If Not sheet.ProtectContents Then
        Set PermuErrorCells = sheet.Cells.SpecialCells(xlCellTypeFormulas, xlErrors)
    End If
none:
End Function

Public Function PermuUnresolved(ByVal cell As Range) As Boolean
    Dim value As Variant
    value = cell.Value
    If Not IsError(value) Then Exit Function
    If value = CVErr(2029) Then PermuUnresolved = InStr(1, cell.Formula, "PERMU_", vbTextCompare) > 0
End Function

Private Function PermuReenter(ByVal cell As Range) As Boolean
    ' Enter a formula again in the way it was entered: over its array, as a spilling one, or plain.
    Dim target As Object
    Dim text As String
    On Error GoTo failed
    If cell.HasArray Then
        Set target = cell.CurrentArray
        text = target.FormulaArray
        target.FormulaArray = text
    Else
        Set target = cell
        If PermuHasFormula2(target) Then
            text = target.Formula2
            target.Formula2 = text
        Else
            text = target.Formula
            target.Formula = text
        End If
    End If
    PermuReenter = True
    Exit Function
failed:
    PermuReenter = False
End Function

Private Function PermuHasFormula2(ByVal target As Object) As Boolean
    ' Excel versions without dynamic arrays do not know the property.
    Dim text As String
    On Error GoTo absent
    text = target.Formula2
    PermuHasFormula2 = True
absent:
End Function
