"""Excel that does not answer now, because a cell is being edited or a dialog is open: waited for, then explained."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

TRIES, PAUSE_S = 10, 0.2
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


def patient(call: Callable[[], T], tries: int | None = None) -> T:
    """Return what `call` gives; while Excel is busy, wait and call again.

    Args:
        call: something asked of Excel that may safely be asked twice.
        tries: how often it is asked; `TRIES` where None.

    Raises:
        ExcelBusyError: Excel was still busy at the last try.
    """
    for _ in range((tries or TRIES) - 1):
        try:
            return call()
        except Exception as fault:
            if not is_busy(fault):
                raise
            time.sleep(PAUSE_S)
    try:
        return call()
    except Exception as fault:
        if is_busy(fault):
            raise ExcelBusyError from fault
        raise
