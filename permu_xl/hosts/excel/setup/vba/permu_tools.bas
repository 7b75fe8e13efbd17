Option Explicit
Option Private Module

' What the PERMU_ worksheet functions share. Functions only: this module is hidden from the
' function wizard. All texts for users are in the very hidden sheets, as VBA source is not Unicode.

Private Const HELP_SHEET As String = "_permu_help"
Private Const TEXT_SHEET As String = "_permu_text"

Private lastMessage As String
Private helpGiven As Boolean

Public Function PermuArgument(Optional ByRef argument As Variant) As Variant
    ' Return the values of a range, and anything else as it is. Excel reads the range here, in its
    ' own process: the values then go to Python in one call. Value2 gives dates as serial numbers.
    ' An argument left out goes as an empty one, which means the same.
    If IsMissing(argument) Then Exit Function
    If IsObject(argument) Then
        If argument.Areas.Count > 1 Then Err.Raise 13, , "more than one area in an argument"
        PermuArgument = argument.Value2
    Else
        PermuArgument = argument
    End If
End Function

Public Function PermuResult(ByVal result As Variant) As Variant
    ' Return what Python has answered with texts such as "#N/A" turned into real errors.
    Dim row As Long
    Dim column As Long
    If Not IsArray(result) Then
        PermuResult = PermuValue(result)
        Exit Function
    End If
    If PermuIsFlat(result) Then
        ' xlwings hands a single row over without its row.
        For column = LBound(result) To UBound(result)
            result(column) = PermuValue(result(column))
        Next column
        PermuResult = result
        If LBound(result) = UBound(result) Then PermuResult = result(LBound(result))
        Exit Function
    End If
    For row = LBound(result, 1) To UBound(result, 1)
        For column = LBound(result, 2) To UBound(result, 2)
            If VarType(result(row, column)) = vbString Then
                If Left$(result(row, column), 1) = "#" Then
                    result(row, column) = PermuValue(result(row, column))
                End If
            End If
        Next column
    Next row
    If LBound(result, 1) = UBound(result, 1) And LBound(result, 2) = UBound(result, 2) Then
        PermuResult = result(LBound(result, 1), LBound(result, 2))
    Else
        PermuResult = result
    End If
End Function

Private Function PermuIsFlat(ByRef result As Variant) As Boolean
    ' Return whether an array has one dimension.
    Dim last As Long
    On Error GoTo flat
    last = UBound(result, 2)
    Exit Function
flat:
    PermuIsFlat = True
End Function

Public Function PermuValue(ByVal value As Variant) As Variant
    ' Return a real error for the text of one, and anything else as it is.
    PermuValue = value
    If VarType(value) <> vbString Then Exit Function
    Select Case value
{error_cases}
    End Select
End Function

Public Function PermuFailure(ByVal functionName As String, ByVal message As String) As Variant
    ' Keep the message of a call that failed as a whole, and return what its cell shows.
    lastMessage = functionName & ": " & PermuFirstLine(message)
    PermuFailure = CVErr(2015)
End Function

Public Function PermuTakeMessage() As String
    ' Return the kept message and forget it.
    PermuTakeMessage = lastMessage
    lastMessage = ""
End Function

Public Function PermuFirstLine(ByVal message As String) As String
    ' Return the first line that is not blank: the server puts what happened above the traceback.
    Dim lines() As String
    Dim index As Long
    lines = Split(Replace(message, vbCr, ""), vbLf)
    For index = LBound(lines) To UBound(lines)
        If Len(Trim$(lines(index))) > 0 Then
            PermuFirstLine = Trim$(lines(index))
            Exit Function
        End If
    Next index
End Function

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
