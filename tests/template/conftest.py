"""Workbooks calculated by LibreOffice that several tests read: each is calculated once a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sop_xl.template.build import build_template
from tests.support.office import recalculated
from tests.template.large_plan import large_plan, small_bridge
from tests.template.typed import type_into

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook

RECEIPT = {"I8": 100.10, "I11": 20.20, "I12": 999.0, "M8": 120.30}
"""Value of good, bad and left-out rows on Paste actuals, and the total that finance typed."""

SORTED_NOTES = [("resource", "Saw", "Blade"), ("finance", "cogs", "Freight"), ("family", "Beta", "Late")]
"""What stands about, key and comment of the sheet Notes, sorted as no run would."""


@pytest.fixture(scope="session")
def large() -> dict[str, pd.DataFrame]:
    return large_plan()


@pytest.fixture(scope="session")
def large_book(large, tmp_path_factory) -> Workbook:
    folder = tmp_path_factory.mktemp("large")
    path = folder / "large.xlsx"
    path.write_bytes(build_template(large))
    return recalculated(path, folder)


@pytest.fixture(scope="session")
def empty_book(tmp_path_factory) -> Workbook:
    """The template as it is delivered."""
    folder = tmp_path_factory.mktemp("empty")
    path = folder / "empty.xlsm"
    path.write_bytes(build_template())
    return recalculated(path, folder)


@pytest.fixture(scope="session")
def bridge_book(tmp_path_factory) -> Workbook:
    """Three families and two resources, of which the lighter one was chosen; a paste with its receipt."""
    folder = tmp_path_factory.mktemp("bridge")
    path = folder / "bridge.xlsx"
    receipt = {("Paste actuals", cell): value for cell, value in RECEIPT.items()}
    notes = {
        ("Notes", f"{column}{row}"): word
        for row, words in enumerate(SORTED_NOTES, 7)
        for column, word in zip("ABE", words, strict=True)
    }
    path.write_bytes(type_into(build_template(small_bridge()), {("Capacity", "A19"): "Saw"} | receipt | notes))
    return recalculated(path, folder)
