Option Explicit
Option Private Module

' Formulas without the path of an add-in. On a computer where the add-in stands elsewhere, Excel
' shows ='C:\...\permu.xlam'!PERMU_SCORE(...), which no longer calculates.

Private Const ADDIN As String = "permu.xlam"
Private Const OURS As String = "!permu_"

Public Function PermuPlainFormula(ByVal formula As String) As String
    ' Return a formula whose PERMU_ functions are called by their plain names. Texts in quotation
    ' marks and references to other files stay as they are.
    Dim index As Long
    Dim finish As Long
    Dim letter As String
    Dim taken As Long
    PermuPlainFormula = formula
    If InStr(1, formula, ADDIN, vbTextCompare) = 0 Then Exit Function
    taken = 1
    PermuPlainFormula = ""
    index = 1
    Do While index <= Len(formula)
        letter = Mid$(formula, index, 1)
        finish = index
        If letter = """" Or letter = "'" Then
            finish = PermuClosing(formula, index, letter)
        ElseIf PermuBareName(formula, index) Then
            finish = index + Len(ADDIN) - 1
        End If
        If letter <> """" And PermuIsAddin(formula, index, finish) Then
            PermuPlainFormula = PermuPlainFormula & Mid$(formula, taken, index - taken)
            finish = finish + 1
            taken = finish + 1
        End If
        index = finish + 1
    Loop
    PermuPlainFormula = PermuPlainFormula & Mid$(formula, taken)
End Function

Private Function PermuClosing(ByVal formula As String, ByVal start As Long, ByVal mark As String) As Long
    ' Return where a quotation ends; within it, a doubled mark stands for one.
    PermuClosing = start
    Do
        PermuClosing = InStr(PermuClosing + 1, formula, mark)
        If PermuClosing = 0 Then
            PermuClosing = Len(formula)
            Exit Function
        End If
        If Mid$(formula, PermuClosing + 1, 1) <> mark Then Exit Function
        PermuClosing = PermuClosing + 1
    Loop
End Function

Private Function PermuBareName(ByVal formula As String, ByVal start As Long) As Boolean
    ' Return whether the add-in's name begins here, not within a longer one.
    Dim before As String
    If LCase$(Mid$(formula, start, Len(ADDIN))) <> ADDIN Then Exit Function
    If start > 1 Then before = Mid$(formula, start - 1, 1)
    PermuBareName = InStr(1, "=(,;+-*/^&<>{ @%:", before) > 0
End Function

Private Function PermuIsAddin(ByVal formula As String, ByVal start As Long, ByVal finish As Long) As Boolean
    ' Return whether the name from start to finish, with or without path, calls one of our functions.
    Dim fileName As String
    If finish = start Then Exit Function
    If LCase$(Mid$(formula, finish + 1, Len(OURS))) <> OURS Then Exit Function
    fileName = Replace(Mid$(formula, start, finish - start + 1), "'", "")
    fileName = Mid$(fileName, InStrRev(Replace(fileName, "/", "\"), "\") + 1)
    PermuIsAddin = LCase$(fileName) = ADDIN
End Function
