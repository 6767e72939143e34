"""Excel kept still while tables are written: no recalculation, no redrawing, no events, no corrections."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from sop_xl.adapters.live import excel_model
from sop_xl.adapters.live.busy import patient, stubborn
from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xlwings as xw

SETTINGS: dict[str, Any] = {
    "screen_updating": False,
    "enable_events": False,
    "display_alerts": False,
    **dict.fromkeys(excel_model.CORRECTIONS, False),
    "calculation": "manual",
}
"""What is set, in this order; it is put back in the opposite one, so that Excel calculates before it draws."""


@contextmanager
def quiet(app: xw.App) -> Iterator[None]:
    """Set `SETTINGS`, and put each back as it was, whatever happens meanwhile.

    Raises:
        ExcelBusyError: Excel was busy before anything was changed.
        WorkbookError: Excel would not be put back; the message says what to do.
    """
    before: dict[str, Any] = {}
    try:
        for name, value in SETTINGS.items():
            before[name] = patient(lambda name=name: _get(app, name))  # type: ignore[misc]
            patient(lambda name=name, value=value: _set(app, name, value))  # type: ignore[misc]
        yield
    finally:
        _put_back(app, before)


def _put_back(app: xw.App, before: dict[str, Any]) -> None:
    left: list[str] = []
    with ExitStack() as stack:
        for name, value in before.items():
            stack.callback(lambda name=name, value=value: _put_one_back(app, name, value, left))  # type: ignore[misc]
    if left:
        raise WorkbookError(
            f"Excel would not be set back as it was ({', '.join(left)}). Close the dialog, look at "
            "Formulas > Calculation Options, and start Excel again if the screen stands still."
        )


def _put_one_back(app: xw.App, name: str, value: Any, left: list[str]) -> None:
    try:
        stubborn(lambda: _set(app, name, value))
    except Exception:
        left.append(name)


def _get(app: xw.App, name: str) -> Any:
    return excel_model.correction(app, name) if name in excel_model.CORRECTIONS else getattr(app, name)


def _set(app: xw.App, name: str, value: Any) -> None:
    if name in excel_model.CORRECTIONS:
        excel_model.set_correction(app, name, value)
    else:
        setattr(app, name, value)
