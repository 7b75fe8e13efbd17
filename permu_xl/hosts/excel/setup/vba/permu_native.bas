Option Explicit
Option Private Module

' What is asked of Windows and of xlwings' library; nothing here decides anything. The functions
' take and give Unicode: VBA's own Dir, Open and Environ lose letters outside the code page.

Private Const MODULE_ABSENT As Long = 126
Private Const FROM_SYSTEM As Long = &H1200

Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal fileName As LongPtr) As LongPtr
Private Declare PtrSafe Function GetFileAttributesW Lib "kernel32" (ByVal fileName As LongPtr) As Long
Private Declare PtrSafe Function GetShortPathNameW Lib "kernel32" (ByVal longName As LongPtr, ByVal shortName As LongPtr, ByVal size As Long) As Long
Private Declare PtrSafe Function GetEnvironmentVariableW Lib "kernel32" (ByVal variableName As LongPtr, ByVal text As LongPtr, ByVal size As Long) As Long
Private Declare PtrSafe Function FormatMessageW Lib "kernel32" (ByVal flags As Long, ByVal source As LongPtr, ByVal number As Long, ByVal language As Long, ByVal text As LongPtr, ByVal size As Long, ByVal arguments As LongPtr) As Long
#If Win64 Then
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-{version}.dll" (ByRef result As Variant, ByVal command As String, ByVal mode As Long) As Long
#Else
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-{version}.dll" (ByRef result As Variant, ByVal command As String, ByVal mode As Long) As Long
#End If

Public Function PermuLibraryName() As String
    ' Return the file name of xlwings' library for this Excel.
    #If Win64 Then
        PermuLibraryName = "xlwings64-{version}.dll"
    #Else
        PermuLibraryName = "xlwings32-{version}.dll"
    #End If
End Function

Public Function PermuFileExists(ByVal path As String) As Boolean
    Dim attributes As Long
    attributes = GetFileAttributesW(StrPtr(path))
    PermuFileExists = attributes <> -1 And (attributes And vbDirectory) = 0
End Function

Public Function PermuEnvironment(ByVal variableName As String) As String
    ' Return an environment variable; nothing where there is none.
    Dim text As String
    Dim size As Long
    text = String$(32767, vbNullChar)
    size = GetEnvironmentVariableW(StrPtr(variableName), StrPtr(text), Len(text))
    PermuEnvironment = Left$(text, size)
End Function

Public Function PermuAnsiPath(ByVal path As String) As String
    ' Return a path that the code page can spell: the short one where the long one cannot.
    Dim text As String
    Dim size As Long
    PermuAnsiPath = path
    If StrConv(StrConv(path, vbFromUnicode), vbUnicode) = path Then Exit Function
    text = String$(32767, vbNullChar)
    size = GetShortPathNameW(StrPtr(path), StrPtr(text), Len(text))
    If size > 0 Then PermuAnsiPath = Left$(text, size)
End Function

Public Function PermuUnicodeFile(ByVal path As String) As String
    ' Return the text of a small UTF-16 file without its mark; nothing where it cannot be read.
    Dim number As Integer
    Dim content() As Byte
    Dim text As String
    On Error GoTo unreadable
    If Not PermuFileExists(path) Then Exit Function
    number = FreeFile
    Open PermuAnsiPath(path) For Binary Access Read Shared As #number
    ReDim content(0 To LOF(number) - 1)
    Get #number, , content
    Close #number
    text = content
    If AscW(text) = &HFEFF Then text = Mid$(text, 2)
    PermuUnicodeFile = Trim$(Replace(Replace(text, vbCr, ""), vbLf, ""))
unreadable:
End Function

Public Function PermuLoadLibrary(ByVal path As String) As Long
    ' Load a library; return Windows' number for what went wrong, 0 for nothing.
    If Not PermuFileExists(path) Then
        PermuLoadLibrary = MODULE_ABSENT
    ElseIf LoadLibraryW(StrPtr(path)) = 0 Then
        PermuLoadLibrary = Err.LastDllError
        If PermuLoadLibrary = 0 Then PermuLoadLibrary = MODULE_ABSENT
    End If
End Function

Public Function PermuWindowsReason(ByVal number As Long) As String
    ' Return Windows' own sentence for one of its error numbers, with the number.
    Dim text As String
    Dim size As Long
    text = String$(1024, vbNullChar)
    size = FormatMessageW(FROM_SYSTEM, 0, number, 0, StrPtr(text), Len(text), 0)
    PermuWindowsReason = Trim$(Replace(Replace(Left$(text, size), vbCr, " "), vbLf, " ")) & " (" & number & ")"
End Function

Public Function PermuActivate(ByVal command As String, ByRef server As Variant) As Boolean
    ' Have the library start or find the server of a command; where it cannot, `server` is why.
    PermuActivate = XLPyDLLActivateAuto(server, command, 1) = 0
End Function
