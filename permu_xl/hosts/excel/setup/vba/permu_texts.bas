Option Explicit
Option Private Module

' Texts for users, which stand in very hidden sheets, as VBA source is not Unicode.

Private Const HELP_SHEET As String = "_permu_help"
Private Const TEXT_SHEET As String = "_permu_text"

Private helpGiven As Boolean

Public Function PermuText(ByVal key As String) As String
    ' Return a text for the user; the key itself where there is none.
    Dim sheet As Worksheet
    Dim row As Long
    PermuText = key
    Set sheet = ThisWorkbook.Worksheets(TEXT_SHEET)
    row = 1
    Do While Len(sheet.Cells(row, 1).Value) > 0
        If sheet.Cells(row, 1).Value = key Then
            PermuText = sheet.Cells(row, 2).Value
            Exit Function
        End If
        row = row + 1
    Loop
End Function

Public Function PermuGiveHelp() As Boolean
    ' Register the help once; Excel refuses it as long as no workbook is to be seen.
    If Not helpGiven Then helpGiven = PermuRegisterHelp() > 0
    PermuGiveHelp = helpGiven
End Function

Public Function PermuRegisterHelp() As Long
    ' Give the function wizard category, help and argument help; return for how many functions.
    ' A row of the sheet: name, category, help, number of arguments, one help an argument.
    Dim sheet As Worksheet
    Dim row As Long
    Dim column As Long
    Dim texts() As String
    Set sheet = ThisWorkbook.Worksheets(HELP_SHEET)
    row = 1
    Do While Len(sheet.Cells(row, 1).Value) > 0
        ReDim texts(1 To sheet.Cells(row, 4).Value)
        For column = 1 To UBound(texts)
            texts(column) = sheet.Cells(row, 4 + column).Value
        Next column
        If PermuSetHelp(sheet.Cells(row, 1).Value, sheet.Cells(row, 2).Value, sheet.Cells(row, 3).Value, texts) Then
            PermuRegisterHelp = PermuRegisterHelp + 1
        End If
        row = row + 1
    Loop
End Function

Private Function PermuSetHelp(ByVal functionName As String, ByVal category As String, ByVal help As String, ByRef texts() As String) As Boolean
    ' Missing help is no reason to stop: the function works without.
    On Error GoTo failed
    Application.MacroOptions Macro:=PermuQualified(functionName), Description:=help, Category:=category, ArgumentDescriptions:=texts
    PermuSetHelp = True
    Exit Function
failed:
    PermuSetHelp = False
End Function

Public Function PermuQualified(ByVal procedureName As String) As String
    ' Return the name of a procedure of this workbook as Application methods want it.
    PermuQualified = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & procedureName
End Function
