"""The worksheet functions as a page of documentation: docstrings in, Markdown out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.functions.catalogue import by_area
from sop_xl.functions.fact_tables import MEASURES
from sop_xl.functions.worksheet import Area

if TYPE_CHECKING:
    from sop_xl.functions.worksheet import Argument, WorksheetFunction

HEAD = """\
# The worksheet functions

Made from the functions' own documentation by `make docs`; do not edit. The sheet Functions of the workbook shows each \
one at work; Excel's function wizard shows the same words. They need the add-in and work in any workbook.

- They only answer: no function changes another cell. None is volatile: Excel asks again when an argument changes.
- An answer of several cells spills. A row gives a row, a column gives a column; answers with names stand as shown.
- A blank in a history is no data, never zero, and so is `#N/A`. In plans, orders and stocks a blank is 0.
- Another error value in an argument, text where a number belongs, or rows that do not go together are answered by one \
sentence that starts with the function's name and says what to give. Text does not count in `SUM`: use `ISNUMBER` \
where a total must not miss one.
- What cannot be known is a blank cell. Percentages are in points: 15 means 15 %. Errors are actual - forecast, so \
below zero is over-forecast.
"""


def reference() -> str:
    """Return the whole page, ending in a line break; the same functions give the same text."""
    parts = [HEAD]
    for area, functions in by_area().items():
        links = ", ".join(f"[{function.name}](#{function.name.lower()})" for function in functions)
        parts.append(f"**{area}**: {links}\n")
    for area, functions in by_area().items():
        parts += [f"## {area}\n", *(_function(function) for function in functions)]
        if area is Area.FACTS:
            parts.append(f"Measures: {', '.join(f'`{name}`' for name in MEASURES)}.\n")
    return "\n".join(parts)


def _function(function: WorksheetFunction) -> str:
    head = f"### {function.name}\n\n`={function.syntax}`\n\n{function.help}\n"
    rows = "\n".join(_argument(argument) for argument in function.arguments)
    return f"{head}\n| argument | is | what it means |\n| --- | --- | --- |\n{rows}\n\nAnswer: {function.returns}\n"


def _argument(argument: Argument) -> str:
    name = f"`{argument.name}`" if argument.required else f"[`{argument.name}`]"
    return f"| {name} | {argument.shape.value} | {argument.help} |"
