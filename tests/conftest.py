"""Fixtures of all tests: one Calc for a whole run, driven by xlwings as Excel is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xlwings


@pytest.fixture(scope="session")
def calc_app() -> Iterator[xlwings.App]:
    """A Calc that xlwings takes for Excel; where it cannot be, tests are skipped, and fail in CI."""
    from tests.support.calc_engine import require, xlwings_on_calc

    require()
    with xlwings_on_calc() as app:
        yield app


@pytest.fixture
def calc(calc_app: xlwings.App) -> Iterator[xlwings.App]:
    """The same Calc without a workbook open, its settings as at the start, and no call noted."""
    from tests.support.calc_engine import CALLS

    CALLS.forget()
    yield calc_app
    CALLS.forget()
    for book in [*calc_app.books]:
        book.close()
    calc_app.impl.reset()
    CALLS.forget()
