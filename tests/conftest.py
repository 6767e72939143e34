"""All tests: one Calc for a whole run, driven by xlwings as Excel is; the files that take longest go first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xlwings


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put files with slow tests first where processes share the work: none is left alone with one at the end."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if item.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)


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
