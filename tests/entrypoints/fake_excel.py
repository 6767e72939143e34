"""An Excel of a few attributes, for what the ribbon does around an action; the real thing is tested in Calc."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

RESTED = {
    "screen_updating": True,
    "enable_events": True,
    "display_alerts": True,
    "calculation": "automatic",
    "status_bar": False,
}
"""An Excel that nobody has told anything."""


class ComError(Exception):
    """What Windows raises while a cell is being edited."""

    hresult = -2147417846


class FakeExcel:
    """An application with states that can be read and set, a record of what was said, and broken ones on demand."""

    def __init__(self, **states: Any):
        self.states = {**RESTED, **states}
        self.history: list[tuple[str, Any]] = []
        self.alerts: list[tuple[str, str]] = []
        self.broken: set[tuple[str, Any]] = set()
        self.cancelled: Any = False
        self.api = SimpleNamespace(AutoCorrect=SimpleNamespace(AutoFillFormulasInLists=True, AutoExpandListRange=True))
        self.macros: list[str] = []
        self.version = "16.0"

    def __getattr__(self, name: str) -> Any:
        if name in self.__dict__.get("states", {}):
            return self.states[name]
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("states", {}):
            if (name, value) in self.broken:
                raise ComError
            self.history.append((name, value))
            self.states[name] = value
        else:
            super().__setattr__(name, value)

    def alert(self, prompt: str, title: str, mode: str) -> None:
        self.alerts.append((mode, prompt))

    def macro(self, name: str) -> Any:
        self.macros.append(name)

        def call() -> Any:
            if isinstance(self.cancelled, Exception):
                raise self.cancelled
            return self.cancelled

        return call


class FakeBook:
    """A workbook that knows its name and its application, and records what is shown."""

    def __init__(self, app: FakeExcel, fullname: str = "/nowhere/plan.xlsm"):
        self.app = app
        self.fullname = fullname
        self.name = fullname.rpartition("/")[2]
        self.sheets = _Sheets()


class _Sheets(dict):
    def __init__(self):
        super().__init__()
        self.shown: list[str] = []

    def __missing__(self, name: str) -> Any:
        return _Sheet(name, self.shown)


class _Sheet:
    def __init__(self, name: str, shown: list[str]):
        self.name, self._shown = name, shown

    def activate(self) -> None:
        self._shown.append(self.name)

    def range(self, cell: str) -> Any:
        return _Cell(f"{self.name}!{cell}", self._shown)


class _Cell:
    def __init__(self, address: str, shown: list[str]):
        self._address, self._shown = address, shown

    def select(self) -> None:
        self._shown.append(self._address)
