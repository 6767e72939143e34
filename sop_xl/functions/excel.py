"""What xlwings has to know of a worksheet function: name, arguments, how cells are read, what the wizard says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.functions.worksheet import WorksheetFunction

CATEGORY = "S&OP "
"""What the category in the function wizard starts with; the area follows."""
CELLS = {"ndim": 2, "numbers": float, "err_to_str": True}
"""How every argument is read: rows of cells, numbers as they are, error values as text."""
WIZARD = 255
"""Characters the function wizard shows of a text."""


def excel_function(
    function: WorksheetFunction, answer: Callable[..., object], *, func: Callable[..., Any], arg: Callable[..., Any]
) -> Callable[..., Any]:
    """Return `answer` as Excel's function: named, with named arguments, decorated by xlwings.

    Args:
        function: the worksheet function.
        answer: called with the cells of each argument; a function of its own, which is changed.
        func: xlwings' decorator of a function.
        arg: xlwings' decorator of an argument.
    """
    answer.__name__ = answer.__qualname__ = function.name
    answer.__doc__ = shown(function.summary)
    answer.__annotations__ = {}
    answer.__signature__ = function.signature()  # type: ignore[attr-defined]
    for argument in function.arguments:
        arg(argument.name, doc=shown(argument.help), **CELLS)(answer)
    # Last, as the outermost decorator is: each of the others sets the category back.
    made: Callable[..., Any] = func(category=category(function))(answer)
    return made


def category(function: WorksheetFunction) -> str:
    """Return the function's category in the wizard."""
    return CATEGORY + function.area


def shown(text: str) -> str:
    """Return as much of a text as the wizard shows."""
    return text[:WIZARD]
