"""History in a file beside the workbook: it plans as the same rows on the sheet do, and its faults are named."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.adapters.memory_workbook import MemoryWorkbook
from sop_xl.demand.history import read_history, recent_history
from sop_xl.domain.issue import stops
from sop_xl.schema import ALL_TABLES
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS, ITEMS, MARKETS, SETTINGS
from sop_xl.schema.render import render
from sop_xl.services.inputs import read_inputs

MONTHS = [str(month) for month in pd.period_range("2023-01", "2025-12", freq="M")]


def frame(table, rows):
    made = pd.DataFrame(rows)
    if "period" in made:
        made["period"] = pd.PeriodIndex(made["period"].tolist(), freq="M")
    return conform(table, made)


def book(tmp_path, settings=None, actuals=(), items=("A", "B")):
    workbook = MemoryWorkbook(ALL_TABLES)
    workbook.folder = tmp_path
    values = {"current_period": "2026-01", "horizon_months": 6, "history_file": "history.csv", **(settings or {})}
    workbook.put(SETTINGS, [list(SETTINGS.headers), *([name, value, "", ""] for name, value in values.items())])
    workbook.put(ITEMS, render(ITEMS, frame(ITEMS, [{"item": item} for item in items])))
    workbook.put(MARKETS, render(MARKETS, frame(MARKETS, [{"market": "EU"}, {"market": "US"}])))
    if actuals:
        workbook.put(ACTUALS, render(ACTUALS, frame(ACTUALS, actuals)))
    return workbook


def sales():
    """Rows of two customers of each market, which the file adds up."""
    return pd.DataFrame(
        [
            {"item": item, "market": market, "customer": customer, "period": month, "quantity": 1.0 + k % 12}
            for item in "AB"
            for market in ("EU", "US")
            for customer in ("x", "y")
            for k, month in enumerate(MONTHS)
        ]
    )


def test_csv_and_parquet_are_the_same_history_as_rows_of_the_sheet(tmp_path):
    table = sales()
    table.to_csv(tmp_path / "history.csv", index=False)
    table.to_parquet(tmp_path / "history.parquet")
    summed = table.groupby(["item", "market", "period"], as_index=False)["quantity"].sum().assign(measure="shipments")
    sheet = book(tmp_path, {"history_file": ""}, summed.to_dict("records"))
    wanted = read_history(read_inputs(sheet).plan_data())
    for name in ("history.csv", "history.parquet"):
        got = read_history(read_inputs(book(tmp_path, {"history_file": name})).plan_data())
        pd.testing.assert_frame_equal(got.keys, wanted.keys)
        np.testing.assert_array_equal(got.quantity, wanted.quantity)


def test_at_the_level_of_items_markets_are_added_up(tmp_path):
    sales().to_csv(tmp_path / "history.csv", index=False)
    history = read_history(read_inputs(book(tmp_path, {"history_level": "item"})).plan_data())
    assert history.keys["item"].tolist() == ["A", "B"]
    assert history.quantity[0, 0] == 4


def test_a_row_of_the_sheet_counts_before_one_of_the_file(tmp_path):
    sales().to_csv(tmp_path / "history.csv", index=False)
    corrected = [{"measure": "shipments", "item": "A", "market": "EU", "period": "2025-12", "quantity": 99.0}]
    inputs = read_inputs(book(tmp_path, actuals=corrected))
    history = read_history(inputs.plan_data())
    assert history.quantity[:, -1].tolist() == [99, 24, 24, 24]
    assert len(inputs.frames["actuals"]) == 1  # the sheet's own


def test_other_bytes_are_other_inputs(tmp_path):
    sales().to_csv(tmp_path / "history.csv", index=False)
    before = read_inputs(book(tmp_path)).digest()
    assert read_inputs(book(tmp_path)).digest() == before
    sales().assign(quantity=1).to_csv(tmp_path / "history.csv", index=False)
    assert read_inputs(book(tmp_path)).digest() != before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "There is no file"),
        ("item,period\nA,2025-01\n", "Column quantity is missing (found: item, period)."),
        ("item,period,quantity\nA,soon,1\n", "No month: row 2 'soon'."),
        ("item,period,quantity\nA,2025-01,1\nA,2025-02,many\n", "No number: row 3 'many'."),
        ("item,period,quantity\nZ,2025-01,1\nZ,2025-02,1\n", "No item of the workbook: row 2 'Z', row 3 'Z'."),
        ("item,market,period,quantity\nA,Mars,2025-01,1\n", "No market of the workbook: row 2 'Mars'."),
        ("measure,item,period,quantity\nstock,A,2025-01,1\n", "No demand: row 2 'stock'."),
    ],
)
def test_faults_of_the_file_are_named_and_stop_the_run(tmp_path, text, told):
    if text is not None:
        (tmp_path / "history.csv").write_text(text)
    (issue,) = stops(read_inputs(book(tmp_path)).issues)
    assert told in issue.message
    assert issue.sheet == "history.csv"
    assert issue.cure


def test_all_faults_are_told_at_once(tmp_path):
    (tmp_path / "history.csv").write_text("item,period,quantity\nZ,soon,many\n")
    assert len(stops(read_inputs(book(tmp_path)).issues)) == 3


def test_more_rows_than_a_sheet_holds(tmp_path):
    # 5,600 series of 36 months: 201,600 rows.
    items = [f"I{k:04d}" for k in range(2800)]
    cells = pd.MultiIndex.from_product([items, ["EU", "US"], MONTHS], names=["item", "market", "period"])
    table = cells.to_frame(index=False).assign(quantity=5)
    table.to_csv(tmp_path / "history.csv", index=False)
    assert len(table) > 200_000
    history = read_history(read_inputs(book(tmp_path, items=items)).plan_data())
    assert history.quantity.shape == (5600, 36)
    assert history.quantity.sum() == 5 * len(table)


def test_the_file_tells_the_open_month_where_the_settings_do_not(tmp_path):
    sales().to_csv(tmp_path / "history.csv", index=False)
    older = [{"measure": "shipments", "item": "A", "market": "EU", "period": "2025-09", "quantity": 1.0}]
    for actuals in ((), older):
        inputs = read_inputs(book(tmp_path, {"current_period": ""}, actuals))
        assert not stops(inputs.issues)
        assert inputs.settings.current_period == pd.Period("2026-01", freq="M")
    none = read_inputs(book(tmp_path, {"current_period": "", "history_file": ""}))
    assert [issue.code for issue in stops(none.issues)] == ["missing-setting"]


def test_the_last_year_of_sheet_and_file_is_kept_for_the_charts(tmp_path):
    sales().to_csv(tmp_path / "history.csv", index=False)
    corrected = [{"measure": "shipments", "item": "A", "market": "EU", "period": "2025-12", "quantity": 99.0}]
    data = read_inputs(book(tmp_path, actuals=corrected)).plan_data()
    kept = recent_history(read_history(data), data)
    assert sorted(set(kept["period"].astype(str))) == MONTHS[-12:]
    assert kept.groupby("item")["quantity"].sum().tolist() == [2 * 2 * 78 + 99 - 24, 2 * 2 * 78]
    sheet = read_inputs(book(tmp_path, {"history_file": ""}, corrected)).plan_data()
    assert recent_history(read_history(sheet), sheet).empty
