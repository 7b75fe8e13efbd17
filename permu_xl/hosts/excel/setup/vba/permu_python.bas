Option Explicit
Option Private Module

' Python's COM server. Which Python is worked out once: the one that the very hidden sheet names
' (that of the offline bundle), else the one that `permu-xl excel install` has noted. Nothing
' beside a workbook has a say in it. What failed is not tried again for a minute: each try may take
' seconds, and a workbook has many formulas.

Private Const CONFIG_SHEET As String = "xlwings.conf"
Private Const PYTHON_SETTING As String = "INTERPRETER_WIN"
Private Const NOTED As String = "%LOCALAPPDATA%\permu_xl\python.txt"
Private Const SERVE As String = " -P -B -c ""import xlwings;xlwings.serve('$(CLSID)')"""
Private Const START_ERROR As Long = 1000
Private Const PAUSE_SECONDS As Long = 60

Private startCommand As String
Private failure As String
Private failedAt As Date

Public Function PermuPython() As Object
    ' Return the server, started where it does not run; where it cannot be, an error says why.
    Dim server As Variant
    If Len(failure) > 0 Then
        If Abs(DateDiff("s", failedAt, Now)) < PAUSE_SECONDS Then Err.Raise START_ERROR, , failure
        PermuTryAgain
    End If
    If Len(startCommand) = 0 Then startCommand = PermuStartCommand()
    If Len(startCommand) > 0 Then
        If PermuActivate(startCommand, server) Then
            Set PermuPython = server
            Exit Function
        End If
        PermuFailed PermuStartReason(CStr(server))
    End If
    Err.Raise START_ERROR, , failure
End Function

Public Sub PermuTryAgain()
    ' Forget what failed: whoever has mended it need not wait.
    failure = ""
    startCommand = ""
End Sub

Public Function PermuIsStartError(ByVal number As Long) As Boolean
    PermuIsStartError = number = START_ERROR
End Function

Private Function PermuStartCommand() As String
    ' Return the command that starts the server, its library loaded; nothing where that failed.
    Dim python As String
    Dim number As Long
    python = PermuPythonPath()
    If Len(python) = 0 Then
        PermuFailed PermuText("no_python_file")
        Exit Function
    End If
    number = PermuLoadLibrary(PermuFolder(python) & PermuLibraryName())
    ' The library stands beside Python, or, in a virtual environment, beside its folder Scripts.
    If number = 126 Then number = PermuLoadLibrary(PermuFolder(PermuFolder(python)) & PermuLibraryName())
    If number <> 0 Then
        PermuFailed PermuFilled(PermuText("no_library"), PermuFolder(python) & PermuLibraryName(), PermuWindowsReason(number))
        Exit Function
    End If
    PermuStartCommand = """" & PermuAnsiPath(python) & """" & SERVE
End Function

Private Function PermuPythonPath() As String
    ' Return the Python to start; nothing where none of the places names one that is there.
    Dim named As String
    named = PermuExpanded(PermuSetting(PYTHON_SETTING))
    If Not PermuFileExists(named) Then named = PermuUnicodeFile(PermuExpanded(NOTED))
    If PermuFileExists(named) Then PermuPythonPath = named
End Function

Private Function PermuStartReason(ByVal message As String) As String
    ' Return what the library says of a start that failed in the user's words.
    Dim reason As String
    Dim position As Long
    position = InStr(1, message, "Error message: ")
    If position > 0 Then
        reason = PermuFirstLine(Mid$(message, position + 15))
        PermuStartReason = PermuFilled(PermuText("not_started"), PermuPythonPath(), reason)
    ElseIf InStr(1, message, "exited before") > 0 Then
        PermuStartReason = PermuFilled(PermuText("ended_at_once"), PermuPythonPath(), "")
    Else
        PermuStartReason = PermuFilled(PermuText("not_started"), PermuPythonPath(), PermuFirstLine(message))
    End If
End Function

Private Sub PermuFailed(ByVal reason As String)
    failure = reason
    failedAt = Now
    startCommand = ""
End Sub

Private Function PermuFilled(ByVal text As String, ByVal path As String, ByVal reason As String) As String
    PermuFilled = Replace(Replace(text, "{path}", path), "{reason}", reason)
End Function

Public Function PermuFolder(ByVal path As String) As String
    ' Return the folder of a file or of a folder, with a backslash at its end.
    If Right$(path, 1) = "\" Then path = Left$(path, Len(path) - 1)
    PermuFolder = Left$(path, InStrRev(path, "\"))
End Function

Public Function PermuExpanded(ByVal path As String) As String
    ' Return a path with its %VARIABLES% replaced.
    Dim parts() As String
    Dim index As Long
    parts = Split(path, "%")
    For index = 1 To UBound(parts) - 1 Step 2
        parts(index) = PermuEnvironment(parts(index))
    Next index
    PermuExpanded = Join(parts, "")
End Function

Private Function PermuSetting(ByVal key As String) As String
    ' Return a setting of the very hidden sheet of this workbook.
    Dim sheet As Worksheet
    Dim row As Long
    Set sheet = ThisWorkbook.Worksheets(CONFIG_SHEET)
    row = 1
    Do While Len(sheet.Cells(row, 1).Value) > 0
        If sheet.Cells(row, 1).Value = key Then
            PermuSetting = sheet.Cells(row, 2).Value
            Exit Function
        End If
        row = row + 1
    Loop
End Function
