Option Explicit
Option Private Module

' Formulas written outside Excel may stay at #NAME? until they are entered again. Cells whose
' formula holds PERMU_ and whose value is #NAME? are re-entered as they stand. Formulas that name
' a colleague's copy of the add-in by its path get the plain name. Nothing else is touched.

Private Const EXCEL_LINKS As Long = 1

Public Function PermuRepair(ByVal book As Workbook, ByVal thorough As Boolean) As Long
    ' Return how many formulas have been entered; an array formula counts once. Unless it is to be
    ' thorough, paths are looked for only where the workbook says that it is linked to an add-in.
    Dim mode As Long
    Dim sheet As Worksheet
    Dim linked As Boolean
    mode = Application.Calculation
    On Error GoTo restore
    linked = thorough
    If Not linked Then linked = PermuIsLinked(book)
    For Each sheet In book.Worksheets
        PermuRepair = PermuRepair + PermuRepairCells(PermuErrorCells(sheet), False)
        If linked Then PermuRepair = PermuRepair + PermuRepairCells(PermuFormulasOf(sheet), True)
    Next sheet
restore:
    If Application.Calculation <> mode Then Application.Calculation = mode
End Function

Private Function PermuRepairCells(ByVal found As Range, ByVal paths As Boolean) As Long
    Dim cell As Range
    Dim whole As Range
    Dim seen As String
    Dim wanted As Boolean
    If found Is Nothing Then Exit Function
    seen = "|"
    For Each cell In found.Cells
        If paths Then wanted = PermuPlainFormula(cell.Formula) <> cell.Formula Else wanted = PermuUnresolved(cell)
        If wanted Then
            ' Also where it still gives #NAME?, a formula is entered once, not cell by cell.
            Set whole = PermuFormulaCells(cell)
            If InStr(1, seen, "|" & whole.Address & "|") = 0 Then
                If whole.Cells.Count > 1 Or PermuSpills(cell) Then seen = seen & whole.Address & "|"
                If Application.Calculation <> xlCalculationManual Then Application.Calculation = xlCalculationManual
                If PermuReenter(whole) Then PermuRepairCells = PermuRepairCells + 1
            End If
        End If
    Next cell
End Function

Private Function PermuIsLinked(ByVal book As Workbook) As Boolean
    ' Return whether the workbook refers to an add-in of our name by its path.
    Dim link As Variant
    Dim links As Variant
    On Error GoTo none
    links = book.LinkSources(EXCEL_LINKS)
    If IsEmpty(links) Then Exit Function
    For Each link In links
        If LCase$(Right$(link, 10)) = "permu.xlam" Then PermuIsLinked = True
    Next link
none:
End Function

Private Function PermuFormulasOf(ByVal sheet As Worksheet) As Range
    ' Return the cells with formulas; Nothing where there are none.
    On Error GoTo none
    If Not sheet.ProtectContents Then Set PermuFormulasOf = sheet.Cells.SpecialCells(xlCellTypeFormulas)
none:
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

Private Function PermuFormulaCells(ByVal cell As Range) As Range
    ' Return the cells that the formula of a cell was entered into: a formula that spills stands
    ' in the first cell only, and must not be entered into the others.
    Dim target As Object
    Set PermuFormulaCells = cell
    If PermuSpills(cell) Then
        Set target = cell
        Set PermuFormulaCells = target.SpillParent
    ElseIf cell.HasArray Then
        Set PermuFormulaCells = cell.CurrentArray
    End If
End Function

Private Function PermuSpills(ByVal target As Object) As Boolean
    ' Return whether a cell is part of a spilled range; older Excel knows no such thing.
    On Error GoTo absent
    If target.HasSpill Then PermuSpills = True
absent:
End Function

Private Function PermuReenter(ByVal whole As Range) As Boolean
    ' Enter a formula again in the way it was entered: over its array, as a spilling one, or plain.
    Dim target As Object
    Dim text As String
    On Error GoTo failed
    Set target = whole
    If whole.HasArray And Not PermuSpills(target) Then
        text = PermuPlainFormula(target.FormulaArray)
        target.FormulaArray = text
    ElseIf PermuHasFormula2(target) Then
        text = PermuPlainFormula(target.Formula2)
        target.Formula2 = text
    Else
        text = PermuPlainFormula(target.Formula)
        target.Formula = text
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
