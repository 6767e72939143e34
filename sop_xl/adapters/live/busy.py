"""Excel that does not answer now, because a cell is being edited or a dialog is open: waited for, then explained."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

TRIES, PAUSE_S = 10, 0.2
LAST_TRIES, REFUSALS = 50, 3
"""Tries to put something back: while Excel is busy, and where it refuses."""
_CODES = frozenset(
    {
        -2147418111,  # RPC_E_CALL_REJECTED: a dialog is open
        -2147417846,  # RPC_E_SERVERCALL_RETRYLATER: a cell is being edited
        -2146777998,  # VBA_E_IGNORE: Excel ignores programs now
    }
)
_SCODE, _WORDS = 5, 2
"""Places in the detail that COM gives with an exception."""


class ExcelBusyError(WorkbookError):
    """Excel is not listening. Nothing was changed."""

    def __init__(self) -> None:
        """Say what to do about it."""
        super().__init__(
            "Excel is busy: a cell is being edited, or a dialog is open. Press Enter or Esc in Excel, close the "
            "dialog, and press the button again. Nothing was changed."
        )


def is_busy(fault: BaseException) -> bool:
    """Whether `fault` says that Excel is not listening just now; told by COM's codes, so that any platform can."""
    codes = {getattr(fault, "hresult", None), _detail(fault)[_SCODE]}
    return bool(codes & _CODES) or type(fault).__name__ == "ExcelBusyError"


def refusal(fault: BaseException) -> str:
    """Return what Excel says where `fault` is its refusal to do something; else nothing."""
    if getattr(fault, "hresult", None) is None:
        return ""
    return str(_detail(fault)[_WORDS] or fault)


def _detail(fault: BaseException) -> Sequence[Any]:
    """Return what COM tells about an exception: code, source, words, help file and topic, code of the server."""
    return getattr(fault, "excepinfo", None) or [None] * (_SCODE + 1)


def patient(call: Callable[[], T]) -> T:
    """Return what `call` gives; while Excel is busy, wait and call again.

    Args:
        call: something asked of Excel that may safely be asked twice.

    Raises:
        ExcelBusyError: Excel was still busy at the last try.
    """
    for left in reversed(range(TRIES)):
        try:
            return call()
        except Exception as fault:
            if not is_busy(fault):
                raise
            if not left:
                raise ExcelBusyError from fault
            time.sleep(PAUSE_S)
    raise AssertionError(TRIES)


def stubborn(call: Callable[[], object]) -> None:
    """Do what puts something back, however often it takes; an interruption is passed on once it is done.

    Raises:
        Exception: what Excel said at the last try.
    """
    interruption: BaseException | None = None
    refusals = 0
    for left in reversed(range(LAST_TRIES)):
        try:
            call()
            break
        except Exception as fault:
            refusals += not is_busy(fault)
            if not left or refusals == REFUSALS:
                raise
            time.sleep(PAUSE_S)
        except BaseException as fault:
            interruption = fault
    if interruption is not None:
        raise interruption
