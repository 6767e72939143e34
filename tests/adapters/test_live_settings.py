"""Filters and settings of an Excel that is told from outside: taken off, put back, and said where they cannot be."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sop_xl.adapters.live import busy
from sop_xl.adapters.live.busy import stubborn
from sop_xl.adapters.live.filters import unfiltered
from sop_xl.adapters.live.quiet import quiet
from sop_xl.domain.errors import WorkbookError
from tests.adapters.live_cases import RejectedError


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busy, "PAUSE_S", 0.0)


class Filter:
    """A table's filter: what it holds, and what it was asked."""

    def __init__(self, *criteria: dict[str, Any]) -> None:
        blank = {"values": None, "operator": None, "value1": None, "value2": None, "count": None, "percent": None}
        self.criteria = [SimpleNamespace(**{**blank, "field": k, **each}) for k, each in enumerate(criteria, 1)]
        self.asked: list[tuple[Any, ...]] = []
        self.FilterMode = any(each["type"] != "none" for each in criteria)

    def __getattr__(self, name: str) -> Any:
        return lambda *words: self.asked.append((name, *words))


def table_with(autofilter: Filter) -> Any:
    return SimpleNamespace(autofilter=autofilter, api=SimpleNamespace(AutoFilter=autofilter))


@pytest.mark.parametrize(
    ("criterion", "again"),
    [
        ({"type": "values", "values": ["x", "y"]}, ("apply_values", 2, ["x", "y"])),
        (
            {"type": "comparison", "operator": "between", "value1": "1", "value2": "5"},
            ("apply_comparison", 2, "between", "1", "5"),
        ),
        (
            {"type": "comparison", "operator": "equal_to"},
            ("apply_comparison", 2, "equal_to", None, None),
        ),
        ({"type": "top_items", "count": 10}, ("apply_top_items", 2, 10)),
        ({"type": "bottom_items", "count": 3}, ("apply_bottom_items", 2, 3)),
        ({"type": "top_percent", "percent": 20.0}, ("apply_top_percent", 2, 20.0)),
        ({"type": "bottom_percent", "percent": 5.0}, ("apply_bottom_percent", 2, 5.0)),
    ],
)
def test_a_filter_is_taken_off_and_set_again(criterion: dict[str, Any], again: tuple[Any, ...]) -> None:
    autofilter = Filter({"type": "none"}, criterion)
    with unfiltered([table_with(autofilter)]):
        assert autofilter.asked == [("clear",)]
    assert autofilter.asked == [("clear",), again]


def test_a_filter_that_cannot_be_set_again_stays_and_is_applied_anew() -> None:
    by_colour = Filter({"type": "unknown"}, {"type": "values", "values": ["x"]})
    with unfiltered([table_with(by_colour)]):
        assert by_colour.asked == []
    assert by_colour.asked == [("ApplyFilter",)]


def test_a_table_without_filters_is_left_alone() -> None:
    idle = Filter({"type": "none"})
    without = SimpleNamespace(api=SimpleNamespace(AutoFilter=None))
    with unfiltered([table_with(idle), without]):
        pass
    assert idle.asked == []


def test_filters_are_set_again_after_a_fault() -> None:
    autofilter = Filter({"type": "values", "values": ["x"]})
    with pytest.raises(KeyboardInterrupt), unfiltered([table_with(autofilter)]):
        raise KeyboardInterrupt
    assert autofilter.asked[-1] == ("apply_values", 1, ["x"])


class App:
    """An application with its settings; a test may let some of them fail to be set."""

    def __init__(self) -> None:
        corrections = SimpleNamespace(AutoFillFormulasInLists=True, AutoExpandListRange=False)
        values = {
            "screen_updating": True,
            "enable_events": True,
            "display_alerts": True,
            "calculation": "semiautomatic",
        }
        self.__dict__.update(values, api=SimpleNamespace(AutoCorrect=corrections), refuses=set(), log=[])

    def __setattr__(self, name: str, value: Any) -> None:
        self.log.append((name, value))
        if (name, value) in self.refuses:
            raise RejectedError
        self.__dict__[name] = value


def test_excel_calculates_before_it_draws() -> None:
    app = App()
    with quiet(app):
        assert (app.calculation, app.screen_updating) == ("manual", False)
        assert app.api.AutoCorrect.AutoFillFormulasInLists is False
    assert (app.calculation, app.screen_updating) == ("semiautomatic", True)
    assert vars(app.api.AutoCorrect) == {"AutoFillFormulasInLists": True, "AutoExpandListRange": False}
    assert [name for name, _ in app.log[-4:]] == ["calculation", "display_alerts", "enable_events", "screen_updating"]


def test_what_cannot_be_put_back_is_named_and_the_rest_is() -> None:
    app = App()
    with (
        pytest.raises(WorkbookError, match=r"would not be set back as it was \(calculation\).*Calculation Options"),
        quiet(app),
    ):
        app.refuses.add(("calculation", "semiautomatic"))
    assert (app.screen_updating, app.enable_events) == (True, True)


def test_an_excel_busy_from_the_start_is_left_as_it_is() -> None:
    app = App()
    app.refuses.add(("calculation", "manual"))
    with pytest.raises(busy.ExcelBusyError), quiet(app):
        pass
    assert (app.screen_updating, app.enable_events, app.display_alerts) == (True, True, True)


def test_stubborn_goes_on_after_an_interruption_and_passes_it_on() -> None:
    faults: list[BaseException] = [KeyboardInterrupt(), *[RejectedError()] * 20]
    done = []

    def step() -> None:
        if faults:
            raise faults.pop()
        done.append(True)

    with pytest.raises(KeyboardInterrupt):
        stubborn(step)
    assert done == [True]


def test_stubborn_gives_in_to_a_third_refusal() -> None:
    tries = []

    def step() -> None:
        tries.append(True)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        stubborn(step)
    assert len(tries) == 3
