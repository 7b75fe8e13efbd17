Option Explicit
Option Private Module

' What the PERMU_ worksheet functions share. Functions only: this module is hidden from the
' function wizard.

Private Const UDF_MODULE As String = "{udf_module}"
Private Const MOST_ROWS As Long = 200000
Private Const DAYS_1904 As Long = 1462
' The days from 1920 to 2099 as a workbook of 1904 counts them.
Private Const FIRST_DAY As Long = 5844
Private Const LAST_DAY As Long = 71588

Private lastPlace As String
Private lastMessage As String
Private lastWasStart As Boolean
Private errorSeen As Boolean

Public Function PermuCall(ByVal functionName As String, ByVal dates As String, ByVal arguments As Variant) As Variant
    ' Carry out a worksheet function; `dates` has a 1 for each argument whose numbers are dates.
    Dim place As String
    On Error GoTo failed
    place = PermuPlace()
    errorSeen = False
    PermuCall = PermuResult(PermuPython().CallUDF(UDF_MODULE, "answer", PermuPassed(functionName, place, dates, arguments), Nothing, Nothing))
    ' Python itself remembers what it could not calculate: that is then the last error. One of
    ' before is over when its cell has a result, or Python answers that had not started.
    If errorSeen Or lastWasStart Or (Len(place) > 0 And place = lastPlace) Then lastMessage = ""
    Exit Function
failed:
    lastWasStart = PermuIsStartError(Err.Number)
    PermuCall = PermuFailure(functionName, place, Err.Description)
End Function

Private Function PermuPlace() As String
    ' Return the calling cell with sheet and workbook; nothing for a call from elsewhere.
    On Error GoTo elsewhere
    PermuPlace = Application.Caller.Address(False, False, xlA1, True)
elsewhere:
End Function

Private Function PermuPassed(ByVal functionName As String, ByVal place As String, ByVal dates As String, ByRef arguments As Variant) As Variant
    ' Return what goes to Python. Excel reads the ranges here, in its own process: all values then
    ' go in one call.
    Dim passed() As Variant
    Dim index As Long
    Dim lastRow As Long
    Dim lastColumn As Long
    ReDim passed(0 To UBound(arguments) + 2)
    passed(0) = functionName
    passed(1) = place
    For index = 0 To UBound(arguments)
        PermuReach arguments(index), lastRow, lastColumn
    Next index
    For index = 0 To UBound(arguments)
        passed(index + 2) = PermuArgument(arguments(index), lastRow, lastColumn, Mid$(dates, index + 1, 1) = "1")
    Next index
    PermuPassed = passed
End Function

Private Sub PermuReach(ByRef argument As Variant, ByRef lastRow As Long, ByRef lastColumn As Long)
    ' Widen the common reach of whole columns and rows by that of the sheet of one argument: whole
    ' columns of several sheets are cut at the same row, or their rows would no longer match.
    Dim used As Object
    If Not IsObject(argument) Then Exit Sub
    If PermuToTheEnd(argument, True) Or PermuToTheEnd(argument, False) Then
        Set used = argument.Worksheet.UsedRange
        lastRow = PermuLarger(lastRow, PermuLarger(argument.Row, used.Row + used.Rows.Count - 1))
        lastColumn = PermuLarger(lastColumn, PermuLarger(argument.Column, used.Column + used.Columns.Count - 1))
    End If
End Sub

Private Function PermuToTheEnd(ByVal area As Object, ByVal downwards As Boolean) As Boolean
    ' Return whether a range reaches the last row, or the last column, of its sheet.
    If downwards Then
        PermuToTheEnd = area.Row + area.Rows.Count - 1 >= area.Worksheet.Rows.Count
    Else
        PermuToTheEnd = area.Column + area.Columns.Count - 1 >= area.Worksheet.Columns.Count
    End If
End Function

Private Function PermuLarger(ByVal one As Long, ByVal other As Long) As Long
    PermuLarger = one
    If other > one Then PermuLarger = other
End Function

Public Function PermuGiven(Optional ByRef argument As Variant) As Variant
    ' Return an argument as it is; one that was left out as an empty one, which means the same.
    If IsMissing(argument) Then Exit Function
    If IsObject(argument) Then
        Set PermuGiven = argument
    Else
        PermuGiven = argument
    End If
End Function

Private Function PermuArgument(ByRef argument As Variant, ByVal lastRow As Long, ByVal lastColumn As Long, ByVal dates As Boolean) As Variant
    ' Return the values of a range, and anything else as it is. Value2 gives dates as serial
    ' numbers and amounts of money with all their decimals.
    Dim area As Object
    Dim counted1904 As Boolean
    If IsObject(argument) Then
        If argument.Areas.Count > 1 Then Err.Raise 13, , "more than one area in an argument"
        Set area = PermuCut(argument, lastRow, lastColumn)
        If area.Rows.Count > MOST_ROWS Then Err.Raise 13, , PermuText("too_many_rows")
        PermuArgument = area.Value2
        If dates Then counted1904 = PermuIs1904(area)
    Else
        PermuArgument = argument
        ' Numbers from cells are Double: any whole number type comes from a macro, and Python takes
        ' it for an error value.
        Select Case VarType(argument)
        Case vbByte, vbInteger, vbLong, 20
            PermuArgument = CDbl(argument)
        End Select
        If dates Then counted1904 = PermuCallerIs1904()
    End If
    If counted1904 Then PermuArgument = PermuFrom1904(PermuArgument)
End Function

Private Function PermuCut(ByVal area As Object, ByVal lastRow As Long, ByVal lastColumn As Long) As Object
    ' Return a range without what is beyond the reach, where it goes on to the end of the sheet.
    Dim rows As Long
    Dim columns As Long
    rows = area.Rows.Count
    columns = area.Columns.Count
    If PermuToTheEnd(area, True) And lastRow >= area.Row Then rows = lastRow - area.Row + 1
    If PermuToTheEnd(area, False) And lastColumn >= area.Column Then columns = lastColumn - area.Column + 1
    Set PermuCut = area
    If rows <> area.Rows.Count Or columns <> area.Columns.Count Then Set PermuCut = area.Resize(rows, columns)
End Function

Private Function PermuIs1904(ByVal area As Object) As Boolean
    ' Return whether the workbook of a range counts days from 1904.
    On Error GoTo unknown
    PermuIs1904 = area.Worksheet.Parent.Date1904
unknown:
End Function

Private Function PermuCallerIs1904() As Boolean
    On Error GoTo elsewhere
    PermuCallerIs1904 = PermuIs1904(Application.Caller)
elsewhere:
End Function

Public Function PermuFrom1904(ByVal values As Variant) As Variant
    ' Return the values with serial numbers as the other workbooks count them. What is no day
    ' between 1920 and 2099, such as a year or 20190501, stays as it is.
    Dim row As Long
    Dim column As Long
    If Not IsArray(values) Then
        PermuFrom1904 = PermuDay(values)
        Exit Function
    End If
    If PermuIsFlat(values) Then
        For column = LBound(values) To UBound(values)
            values(column) = PermuDay(values(column))
        Next column
    Else
        For row = LBound(values, 1) To UBound(values, 1)
            For column = LBound(values, 2) To UBound(values, 2)
                values(row, column) = PermuDay(values(row, column))
            Next column
        Next row
    End If
    PermuFrom1904 = values
End Function

Private Function PermuDay(ByVal value As Variant) As Variant
    PermuDay = value
    If VarType(value) = vbDouble Then
        If value >= FIRST_DAY And value < LAST_DAY + 1 Then PermuDay = value + DAYS_1904
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

Public Function PermuIsFlat(ByRef values As Variant) As Boolean
    ' Return whether an array has one dimension.
    Dim last As Long
    On Error GoTo flat
    last = UBound(values, 2)
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
    Case Else
        Exit Function
    End Select
    errorSeen = True
End Function

Public Function PermuFailure(ByVal functionName As String, ByVal place As String, ByVal message As String) As Variant
    ' Keep the message of a call that Python has not answered, and return what its cell shows.
    lastPlace = place
    lastMessage = functionName & ": " & PermuFirstLine(message)
    PermuFailure = CVErr(2015)
End Function

Public Function PermuMessage() As String
    ' Return why Python did not answer the last call, with its cell; nothing where it did.
    PermuMessage = lastMessage
    If Len(lastMessage) > 0 And Len(lastPlace) > 0 Then PermuMessage = lastPlace & ": " & lastMessage
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
