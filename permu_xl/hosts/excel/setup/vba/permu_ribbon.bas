Option Explicit

' What the ribbon calls. The tag of a button is the name of its command.

Private Const TITLE As String = "permu_xl"

Public Sub PermuStart()
    ' Run once after the workbook is open.
    Dim count As Long
    Dim wasSaved As Boolean
    Dim given As Boolean
    On Error Resume Next
    wasSaved = ThisWorkbook.Saved
    given = PermuGiveHelp()
    count = PermuRepair(ThisWorkbook)
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
    count = PermuRepair(ActiveWorkbook)
    MsgBox Replace(PermuText("repaired"), "{count}", CStr(count)), vbInformation, TITLE
End Sub

Private Sub PermuShowLastError()
    ' A message that was kept here tells of a call that Python did not answer.
    Dim message As String
    message = PermuTakeMessage()
    If Len(message) > 0 Then
        MsgBox PermuText("last_error") & vbLf & vbLf & message, vbExclamation, TITLE
    Else
        PermuCommand "last_error"
    End If
End Sub

Private Sub PermuCommand(ByVal command As String)
    ' Have Python carry out a command on the active workbook. Whatever happens there, Excel gets
    ' its calculation mode, its screen and its status bar back.
    Dim mode As Long
    Dim updating As Boolean
    Dim message As String
    If ActiveWorkbook Is Nothing Then
        MsgBox PermuText("no_book"), vbExclamation, TITLE
        Exit Sub
    End If
    mode = Application.Calculation
    updating = Application.ScreenUpdating
    On Error GoTo failed
    XLPy.SetAttr XLPy.Module("xlwings._xlwindows"), "BOOK_CALLER", ActiveWorkbook
    XLPy.Exec "from permu_xl.hosts.excel import macros; macros.run_command('" & command & "')"
restore:
    On Error Resume Next
    If Application.Calculation <> mode Then Application.Calculation = mode
    Application.ScreenUpdating = updating
    Application.StatusBar = False
    If Len(message) > 0 Then MsgBox PermuText("no_python") & vbLf & vbLf & message, vbExclamation, TITLE
    Exit Sub
failed:
    message = PermuFirstLine(Err.Description)
    Resume restore
End Sub
