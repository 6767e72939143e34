"""The sheet Bridge, calculated by LibreOffice, against the table it reads: to the cent."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.template.build import build_template
from sop_xl.template.data_sheets import default_settings
from sop_xl.template.sheets.bridge import CHART_ROWS, FAMILIES, PAGE, STEPS, TOP
from tests.support.office import recalculated
from tests.template.cells import block, figures, same, words

pytestmark = pytest.mark.soffice
NAMES = [f"F{k:02}" for k in range(1, 13)]
TABLE = TOP + 3 + CHART_ROWS + 2
"""First row of the families, as Excel counts."""
TOTAL = TABLE + FAMILIES + 1


def amounts(k):
    steps = {"volume": 1000.0 * k, "mix": -500.25 * k, "price": -90_000.10, "cost": 20.0, "fx": 0.0}
    steps |= {"new": 5.5 if k == 3 else 0.0, "lost": 0.0, "unsplit": 0.0}
    start = 20_000.0 + 7 * k
    return {"start": start, **steps, "end": round(start + sum(steps.values()), 2)}


@pytest.fixture(scope="module")
def table():
    named = {"comparison": "Outlook against budget", "from_version": "Budget", "to_version": "Outlook"}
    rows = [
        {**named, "family": family, "item": f"I{k}", "step": step, "amount": amount}
        for k, family in enumerate(NAMES, 1)
        for step, amount in amounts(k).items()
    ]
    january, december = pd.Period("2026-01", "M"), pd.Period("2026-12", "M")
    return conform(TABLE_BY_NAME["bridge"], pd.DataFrame(rows).assign(from_period=january, to_period=december))


@pytest.fixture(scope="module")
def book(table, tmp_path_factory):
    families = pd.DataFrame({"family": NAMES, "rank": [float(k) for k in range(1, 13)]})
    frames = {"families": conform(TABLE_BY_NAME["families"], families), "bridge": table, "settings": default_settings()}
    path = tmp_path_factory.mktemp("bridge_sheet") / "book.xlsx"
    path.write_bytes(build_template(frames))
    return recalculated(path, path.parent)


def test_families_others_and_total(book, table):
    sheet = book["Bridge"]
    sums = table.groupby(["family", "step"])["amount"].sum().unstack()[list(STEPS)]
    for k, family in enumerate(NAMES[:FAMILIES]):
        assert words(sheet, TABLE + k) == family
        wanted = sums.loc[family]
        same(figures(sheet, TABLE + k, 2, 11), [*wanted, wanted["end"] - wanted["start"]])
    assert words(sheet, TOTAL - 1) == "Other families"
    same(figures(sheet, TOTAL - 1, 2, 10), sums.loc[NAMES[FAMILIES:]].sum())
    same(figures(sheet, TOTAL, 2, 10), sums.sum())


def test_the_waterfall_is_the_total_and_crosses_zero(book, table):
    rows = block(book, "BRIDGE: OUTLOOK AGAINST BUDGET")
    total = table.groupby("step")["amount"].sum()[list(STEPS)]
    same(rows["Value"][:10], total)
    assert rows["Step"][:10] == [
        "Budget", "Volume", "Mix", "Price", "Cost", "FX", "New items", "Lost items", "Not split", "Outlook"
    ]  # fmt: skip
    level = total[list(STEPS[:3])].sum()
    # The price takes 1,080,001.20 from a level of 279,526.50: down to zero, and below it.
    assert rows["Worse"][3] == pytest.approx(level)
    assert rows["Worse, below zero"][3] == pytest.approx(total["price"] + level)


def test_the_title_is_what_the_figures_say(book):
    # 240,546 -> -800,230: 1.0 m less; volume 78,000, price -1,080,001.
    title = words(book["Bridge"], TOP + 2)
    assert title == "Gross margin is 1.0 m below budget; volume adds 78 k; price takes 1.1 m"
    assert words(book["Bridge"], TOP + 3) == "Gross margin Jan 26 to Dec 26, USD"


def test_a_comparison_without_rows_is_empty(book):
    sheet = book["Bridge"]
    assert words(sheet, TOP + PAGE + 2) == "Plan against last cycle: nothing to compare"
    assert words(sheet, TOP + PAGE + 3) == "Needs a budget, or a cycle before this one"
    assert np.isnan(figures(sheet, TOTAL + PAGE, 2, 11)).all()
