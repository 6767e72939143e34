"""Put the engine in place of Excel for a while."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import xlwings

from tests.support.calc_engine.app import ENGINE
from tests.support.calc_engine.calls import CALLS
from tests.support.calc_engine.uno_bridge import load_uno

if TYPE_CHECKING:
    from collections.abc import Iterator


def missing() -> str:
    """Return what is missing on this machine for the engine, or nothing."""
    if shutil.which("soffice") is None:
        return "soffice is not installed: scripts/office.sh installs it"
    try:
        load_uno()
    except ImportError as fault:
        return str(fault)
    return ""


def require() -> None:
    """Skip the test where the engine cannot run on this machine; in CI (variable `CI` set) fail it."""
    why = missing()
    if why and os.environ.get("CI"):
        pytest.fail(why)
    if why:
        pytest.skip(why)


@contextmanager
def xlwings_on_calc() -> Iterator[xlwings.App]:
    """Make Calc the application that xlwings drives, and start one; end it afterwards."""
    engines = xlwings.engines
    before = (engines.active, [*engines.engines], {**engines.engines_by_name})
    engines.add(xlwings.Engine(impl=ENGINE))
    engines.active = engines[ENGINE.name]
    app = xlwings.App(visible=False, add_book=False)
    try:
        yield app
    finally:
        app.impl.kill()
        CALLS.forget()
        engines.active, engines.engines, engines.engines_by_name = before
