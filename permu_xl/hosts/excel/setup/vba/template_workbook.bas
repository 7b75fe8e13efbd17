Option Explicit

Private Sub Workbook_Open()
    ' Once Excel is ready: while a workbook opens, not everything can be done to it yet.
    Application.OnTime Now, PermuQualified("PermuStart")
End Sub

Private Sub Workbook_BeforeClose(Cancel As Boolean)
    PermuBeforeClose Cancel
End Sub
