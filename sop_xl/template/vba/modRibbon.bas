Attribute VB_Name = "modRibbon"
' What the ribbon asks for: whether the tab shows, which commands can be used, and what a click does.
'
' The add-in carries the same module under other names (sopAddin... for sopBook...), since Excel finds a
' callback by its name, in whichever open file it meets first.
Option Explicit

Private Const ADDIN_FILE As String = "sop_xl.xlam"
Private Const PLAN_MARK As String = "sop_current"

Private mRibbon As IRibbonUI

Public Sub sopBookLoaded(ribbon As IRibbonUI)
    Set mRibbon = ribbon
End Sub

Public Sub sopBookRun(control As IRibbonControl)
    RunPy control.Tag
End Sub

Public Sub sopBookEnabled(control As IRibbonControl, ByRef answer)
    answer = CanRun(control.Tag)
End Sub

Public Sub sopBookVisible(control As IRibbonControl, ByRef answer)
    answer = TabShows(IS_ADDIN, AddInIsOpen())
End Sub

Public Sub RefreshRibbon()
    ' Let Excel ask again. After a reset of the VBA project there is nothing to ask through until the file is reopened.
    On Error Resume Next
    If Not mRibbon Is Nothing Then mRibbon.Invalidate
End Sub

Public Function TabShows(ByVal fromAddIn As Boolean, ByVal addInOpen As Boolean) As Boolean
    ' The tab shows once: the add-in's wherever the add-in is loaded, else the workbook's own.
    TabShows = fromAddIn Or Not addInOpen
End Function

Public Function AddInIsOpen() As Boolean
    Dim found As Object
    On Error Resume Next
    Set found = Application.Workbooks(ADDIN_FILE)
    AddInIsOpen = Not found Is Nothing
End Function

Public Function CanRun(ByVal action As String) As Boolean
    ' Whether a command can be used on the workbook in front. In doubt it can: the action itself says what is missing.
    Dim rule As String
    rule = RuleOfAction(action)
    If rule = RULE_ALWAYS Then
        CanRun = True
    ElseIf IsPlan() Then
        If rule = "" Then CanRun = True Else CanRun = IsSet(rule)
    End If
End Function

Public Function IsPlan() As Boolean
    ' Whether the workbook in front was made from the template: it has the name of the open month.
    Dim found As Object
    On Error Resume Next
    If ActiveWorkbook Is Nothing Then Exit Function
    Set found = ActiveWorkbook.Names(PLAN_MARK)
    IsPlan = Not found Is Nothing
End Function

Private Function IsSet(ByVal stateName As String) As Boolean
    Dim state As Variant
    On Error Resume Next
    IsSet = True
    state = ActiveWorkbook.Names(stateName).RefersToRange.Value
    If Err.Number = 0 Then IsSet = Holds(state)
End Function

Public Function Holds(ByVal state As Variant) As Boolean
    ' Whether a cell says yes: anything but an error, nothing, an empty text or zero.
    If IsError(state) Then Exit Function
    If IsEmpty(state) Then Exit Function
    If IsNumeric(state) Then Holds = (state <> 0) Else Holds = (state <> "")
End Function
