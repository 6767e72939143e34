Attribute VB_Name = "modBridge"
' The one bridge from Excel to Python: every button calls RunPy with the name of an action.
'
' RunPy shows a sheet by itself where an action is no more than that. All else goes to Python, which runs
' sop_xl.entrypoints.ribbon.run. Whatever happens there, Excel is left as it was found.
Option Explicit

Private Declare PtrSafe Function GetAsyncKeyState Lib "user32" (ByVal virtualKey As Long) As Integer

Private Const ESCAPE_KEY As Long = 27
Private Const CANCEL_DISABLED As Long = 0
Private Const CANCEL_INTERRUPTS As Long = 1
Private Const NORMAL_POINTER As Long = -4143
Private Const STARTING As String = "S&OP: starting Python ..."
Private Const RUN_FAILED As Long = -1

Private mRunning As Boolean
Private mPythonWorks As Boolean
Private mCancelled As Boolean
Private mFillsFormulas As Variant
Private mExpandsTables As Variant

Public Sub RunPy(ByVal action As String)
    Dim problem As String
    If mRunning Then Exit Sub
    If HandedOver(action) Then Exit Sub
    If ShowSheet(SheetOfAction(action)) Then Exit Sub
    problem = PythonProblem()
    If problem <> "" Then
        MsgBox problem, vbExclamation, "S&OP"
        Exit Sub
    End If
    RunAndRestore action
    RefreshRibbon
End Sub

Public Function PythonCommand(ByVal action As String) As String
    ' The line that Python runs. It must hold no double quotes: it travels inside a pair of them.
    PythonCommand = "import sop_xl.entrypoints.ribbon as r; r.run('" & action & "')"
End Function

Private Sub RunAndRestore(ByVal action As String)
    Dim calculationMode As Long
    mRunning = True
    mCancelled = False
    EscapePressed
    calculationMode = CalculationNow()
    RememberCorrections
    On Error GoTo failed
    Application.EnableCancelKey = CANCEL_DISABLED
    Application.StatusBar = STARTING
    If RunPython(PythonCommand(action)) = RUN_FAILED Then Application.StatusBar = False
finish:
    RestoreExcel calculationMode
    RestoreCorrections
    mRunning = False
    Exit Sub
failed:
    Application.StatusBar = False
    MsgBox "S&OP: " & Err.Description, vbExclamation, "S&OP"
    Resume finish
End Sub

Private Function CalculationNow() As Long
    On Error Resume Next
    CalculationNow = Application.Calculation
End Function

Private Sub RememberCorrections()
    ' What Excel does to tables by itself while somebody types. Python switches it off while it writes.
    On Error Resume Next
    mFillsFormulas = Application.AutoCorrect.AutoFillFormulasInLists
    mExpandsTables = Application.AutoCorrect.AutoExpandListRange
End Sub

Private Sub RestoreCorrections()
    On Error Resume Next
    If Not IsEmpty(mFillsFormulas) Then Application.AutoCorrect.AutoFillFormulasInLists = mFillsFormulas
    If Not IsEmpty(mExpandsTables) Then Application.AutoCorrect.AutoExpandListRange = mExpandsTables
End Sub

Public Sub RestoreExcel(ByVal calculationMode As Long)
    ' Python restores these itself. A Python that was killed could not, so it is done again here. What Python
    ' last said in the status bar stays.
    On Error Resume Next
    If calculationMode <> 0 And Application.Calculation <> calculationMode Then Application.Calculation = calculationMode
    Application.ScreenUpdating = True
    Application.EnableEvents = True
    Application.DisplayAlerts = True
    Application.Cursor = NORMAL_POINTER
    If CStr(Application.StatusBar) = STARTING Then Application.StatusBar = False
    Application.EnableCancelKey = CANCEL_INTERRUPTS
End Sub

Public Function CancelRequested() As Boolean
    ' Python asks between steps, through Application.Run, whether Esc was pressed since the run began.
    If EscapePressed() Then mCancelled = True
    CancelRequested = mCancelled
End Function

Public Sub RequestCancel()
    mCancelled = True
End Sub

Public Sub ForgetCancel()
    mCancelled = False
End Sub

Private Function EscapePressed() As Boolean
    ' Windows remembers a key since the last time it was asked. Elsewhere there is no such library: never pressed.
    On Error Resume Next
    EscapePressed = (GetAsyncKeyState(ESCAPE_KEY) <> 0)
End Function

Private Function HandedOver(ByVal action As String) As Boolean
    ' Two workbooks may carry this code, and Excel may take the procedure of either. The one in front decides.
    Dim front As String
    If IS_ADDIN Or ActiveWorkbook Is Nothing Then Exit Function
    front = ActiveWorkbook.Name
    If front = ThisWorkbook.Name Then Exit Function
    HandedOver = True
    On Error GoTo failed
    Application.Run "'" & Replace(front, "'", "''") & "'!RunPy", action
    Exit Function
failed:
    MsgBox "The workbook in front, " & front & ", has no S&OP code. Click into " & ThisWorkbook.Name & " first, " & _
        "or install the add-in, which works on any workbook: sop-xl install", vbExclamation, "S&OP"
End Function

Public Function ShowSheet(ByVal sheetName As String) As Boolean
    ' Bring a sheet to the front. False where no sheet is asked for, or none has that name.
    Dim target As Object
    If sheetName = "" Then Exit Function
    On Error Resume Next
    Set target = ActiveWorkbook.Sheets(sheetName)
    If target Is Nothing Then Exit Function
    target.Activate
    ShowSheet = (Err.Number = 0)
End Function

Public Function PythonProblem() As String
    ' What keeps Python from running, in words, or nothing. Asked until it once ran; then no more.
    Dim program As String
    If mPythonWorks Then Exit Function
    If InStr(1, Application.OperatingSystem, "Windows", vbTextCompare) > 0 Then
        program = PythonProgram()
        PythonProblem = ProblemText(ProbeResult(program), program)
    End If
    mPythonWorks = (PythonProblem = "")
End Function

Private Function PythonProgram() As String
    ' The interpreter as xlwings would take it: from the configuration, else the first one on the path.
    PythonProgram = GetConfig("INTERPRETER_WIN", "")
    If PythonProgram = "" Then PythonProgram = GetConfig("INTERPRETER", "python")
End Function

Private Function ProbeResult(ByVal program As String) As Long
    ' The exit code of a short run that looks at versions only; where it cannot even start, the error's number.
    On Error GoTo failed
    ProbeResult = CreateObject("WScript.Shell").Run("""" & program & """ -c """ & ProbeCode() & """", 0, True)
    Exit Function
failed:
    ProbeResult = Err.Number
    If ProbeResult = 0 Then ProbeResult = PROBE_NO_PYTHON
End Function

Public Function ProblemText(ByVal result As Long, ByVal program As String) As String
    ' What a probe's result means, and the command that mends it.
    Select Case result
        Case PROBE_FINE
            Exit Function
        Case PROBE_OLD_PYTHON
            ProblemText = "Python at " & program & " is older than " & PYTHON_NEEDED & ". " & _
                "Install " & PYTHON_NEEDED & " or later from python.org, then run:  py -m pip install sop-xl"
        Case PROBE_NO_SOP_XL
            ProblemText = "Python at " & program & " has no sop_xl. " & _
                "Run in a command prompt:  """ & program & """ -m pip install sop-xl"
        Case PROBE_NO_XLWINGS, PROBE_OTHER_XLWINGS
            ProblemText = "This workbook needs xlwings " & XLWINGS_NEEDED & ", and Python at " & program & _
                " has another one or none. " & _
                "Run in a command prompt:  """ & program & """ -m pip install xlwings==" & XLWINGS_NEEDED
        Case 5, 70
            ProblemText = "Windows does not let Excel start " & program & " (an antivirus or attack-surface rule). " & _
                "To see which, run in a command prompt:  sop-xl doctor"
        Case Else
            ProblemText = "Python was not found at " & program & ". " & _
                "Install " & PYTHON_NEEDED & " or later from python.org, then run:  py -m pip install sop-xl"
    End Select
    ProblemText = ProblemText & vbLf & vbLf & "Then run:  sop-xl install" & vbLf & _
        "Formulas keep working meanwhile; the buttons and the SOP_ functions need Python."
End Function
