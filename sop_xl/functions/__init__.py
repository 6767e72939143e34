"""Worksheet functions: what the engines can, for one cell or one row of a planner's own sheet.

Each is a plain function of numbers, declared once with `worksheet`: its docstring is the help in Excel's
function wizard, on the sheet Functions and in the documentation. `catalogue` lists them all.
"""
