Option Explicit

Private WithEvents host As Application

Private Sub Workbook_Open()
    ' Once Excel is ready: while a workbook opens, not everything can be done to it yet.
    Set host = Application
    Application.OnTime Now, PermuQualified("PermuStart")
End Sub

Private Sub Workbook_BeforeClose(Cancel As Boolean)
    PermuBeforeClose Cancel
End Sub

Private Sub host_WorkbookOpen(ByVal Wb As Workbook)
    Dim count As Long
    On Error Resume Next
    count = PermuRepair(Wb, False)
End Sub

Private Sub host_WorkbookActivate(ByVal Wb As Workbook)
    ' Excel may have started without any workbook, and then takes no help for functions.
    Dim given As Boolean
    On Error Resume Next
    given = PermuGiveHelp()
End Sub
