Option Explicit

' What the ribbon calls. The tag of a button is the name of its command.

Private Const TITLE As String = "permu_xl"
Private Const COMMANDS As String = "{command_module}"
Private Const FILE_PICKER As Long = 3
Private Const FOLDER_PICKER As Long = 4

Private working As Boolean
Private polling As Boolean
Private pollAt As Date
Private oldMode As Long
Private oldUpdating As Boolean

Public Sub PermuStart()
    ' Run once after the workbook is open.
    Dim count As Long
    Dim wasSaved As Boolean
    Dim given As Boolean
    On Error Resume Next
    wasSaved = ThisWorkbook.Saved
    given = PermuGiveHelp()
    count = PermuRepair(ThisWorkbook, False)
    If count = 0 And wasSaved Then ThisWorkbook.Saved = True
End Sub

Public Sub PermuOnAction(control As IRibbonControl)
    Select Case control.Tag
    Case "repair"
        PermuRepairActive
    Case "last_error"
        PermuShowLastError
    Case Else
        PermuCommand control.Tag
    End Select
End Sub

Public Sub PermuOnVisible(control As IRibbonControl, ByRef visible As Variant)
    ' Asked for the tab of the template only. With the add-in open its tab serves all workbooks.
    ' The answer is the same in every project: Excel finds callbacks by their bare names, which
    ' the add-in and all workbooks made from the template share.
    Dim addin As Workbook
    On Error Resume Next
    Set addin = Application.Workbooks("permu.xlam")
    visible = addin Is Nothing
End Sub

Private Sub PermuRepairActive()
    Dim count As Long
    If ActiveWorkbook Is Nothing Then
        MsgBox PermuText("no_book"), vbExclamation, TITLE
        Exit Sub
    End If
    count = PermuRepair(ActiveWorkbook, True)
    MsgBox Replace(PermuText("repaired"), "{count}", CStr(count)), vbInformation, TITLE
End Sub

Private Sub PermuShowLastError()
    ' A message that was kept here tells of a call that Python did not answer.
    Dim message As String
    message = PermuMessage()
    If Len(message) > 0 Then
        MsgBox PermuText("last_error") & vbLf & vbLf & message, vbExclamation, TITLE
    Else
        PermuCommand "last_error"
    End If
End Sub

Private Sub PermuCommand(ByVal command As String)
    ' Have Python carry out a command on the active workbook. Python works in a thread of its own:
    ' each call from here comes back soon, and in between Excel is free.
    If ActiveWorkbook Is Nothing Then
        MsgBox PermuText("no_book"), vbExclamation, TITLE
        Exit Sub
    End If
    If working Then
        MsgBox PermuText("busy"), vbExclamation, TITLE
        Exit Sub
    End If
    working = True
    PermuTryAgain
    PermuGoOn "begin", command
End Sub

Public Sub PermuPoll()
    ' Run by OnTime: look how far Python is.
    polling = False
    If working Then PermuGoOn "go_on", ""
End Sub

Public Sub PermuBeforeClose(ByRef cancelled As Boolean)
    ' Ask before this workbook is closed while a command runs; the command is then given up.
    If Not working Then Exit Sub
    If MsgBox(PermuText("close"), vbYesNo + vbExclamation, TITLE) <> vbYes Then
        cancelled = True
        Exit Sub
    End If
    working = False
    On Error Resume Next
    ' A call that is still due would open the workbook again.
    If polling Then Application.OnTime pollAt, PermuQualified("PermuPoll"), , False
    polling = False
    Application.StatusBar = False
    PermuAsk "give_up", ""
End Sub

Private Sub PermuGoOn(ByVal entry As String, ByVal answer As String)
    ' Do what Python asks for until it wants time or is done. Whatever happens, Excel gets its
    ' calculation mode, its screen and its status bar back.
    Dim asked As Variant
    Dim first As Long
    Dim kind As String
    Dim message As String
    oldMode = Application.Calculation
    oldUpdating = Application.ScreenUpdating
    On Error GoTo failed
    Do
        asked = PermuAsk(entry, answer)
        entry = "go_on"
        answer = ""
        first = LBound(asked)
        kind = asked(first)
        Select Case kind
        Case "wait"
            PermuShowStatus asked(first + 1)
            PermuPollSoon
            Exit Sub
        Case "more"
            PermuShowStatus asked(first + 1)
        Case "done"
            Exit Do
        Case Else
            answer = PermuAnswer(asked, first)
        End Select
    Loop
finished:
    working = False
    Application.StatusBar = False
    If Len(message) > 0 Then MsgBox PermuText("no_python") & vbLf & vbLf & message, vbExclamation, TITLE
    Exit Sub
failed:
    message = PermuFirstLine(Err.Description)
    PermuRestore
    Resume finished
End Sub

Private Sub PermuRestore()
    On Error Resume Next
    If Application.Calculation <> oldMode Then Application.Calculation = oldMode
    Application.ScreenUpdating = oldUpdating
End Sub

Private Sub PermuShowStatus(ByVal text As String)
    ' A status bar is not worth failing for.
    On Error Resume Next
    Application.StatusBar = text
End Sub

Private Sub PermuPollSoon()
    polling = True
    pollAt = Now + TimeSerial(0, 0, 1)
    Application.OnTime pollAt, PermuQualified("PermuPoll")
End Sub

Private Function PermuAsk(ByVal entry As String, ByVal text As String) As Variant
    ' Make one call; Python answers with a kind and texts.
    Dim server As Object
    Set server = PermuPython()
    If entry = "begin" Then server.SetAttr server.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    PermuAsk = server.CallUDF(COMMANDS, entry, Array(text), Nothing, Nothing)
End Function

Private Function PermuAnswer(ByVal asked As Variant, ByVal first As Long) As String
    ' Show what Python wants to be shown, and return what the user answers.
    Dim kind As String
    Dim text As String
    kind = asked(first)
    text = asked(first + 1)
    Select Case kind
    Case "tell"
        MsgBox text, vbInformation, TITLE
    Case "warn"
        MsgBox text, vbExclamation, TITLE
    Case "ask"
        Select Case MsgBox(text, vbYesNoCancel + vbQuestion, TITLE)
        Case vbYes
            PermuAnswer = "yes"
        Case vbNo
            PermuAnswer = "no"
        Case Else
            PermuAnswer = "cancel"
        End Select
    Case "file", "files", "folder"
        PermuAnswer = PermuChosen(kind, text, CStr(asked(first + 2)), CStr(asked(first + 3)))
    Case "open"
        PermuAnswer = PermuOpened(text)
    End Select
End Function

Private Function PermuChosen(ByVal kind As String, ByVal caption As String, ByVal folder As String, ByVal endings As String) As String
    ' Return what the user has picked, one a line; nothing for a cancelled dialog.
    Dim dialog As Object
    Dim index As Long
    If kind = "folder" Then
        Set dialog = Application.FileDialog(FOLDER_PICKER)
    Else
        Set dialog = Application.FileDialog(FILE_PICKER)
        dialog.Filters.Clear
        dialog.Filters.Add PermuText("tables"), endings
    End If
    dialog.Title = caption
    dialog.AllowMultiSelect = kind = "files"
    If Len(folder) > 0 Then dialog.InitialFileName = folder
    If dialog.Show <> -1 Then Exit Function
    For index = 1 To dialog.SelectedItems.Count
        If index > 1 Then PermuChosen = PermuChosen & vbLf
        PermuChosen = PermuChosen & dialog.SelectedItems.Item(index)
    Next index
End Function

Private Function PermuOpened(ByVal path As String) As String
    ' Open a workbook that was made; return why that could not be done.
    Dim made As Workbook
    On Error GoTo failed
    Set made = Application.Workbooks.Open(path)
    Exit Function
failed:
    PermuOpened = PermuFirstLine(Err.Description) & " "
End Function
