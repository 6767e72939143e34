import numpy as np
import pandas as pd

from sop_xl.demand.history import last_year, planned_items, read_history
from tests.demand.companies import company, shipments

NAN = np.nan
ITEMS = [{"item": "A"}, {"item": "B"}]


def test_a_month_without_a_row_is_no_sale_once_the_series_has_started():
    data = company(items=ITEMS, actuals=[*shipments("A", [None, 5, None, 7]), *shipments("B", [1, None, None, None])])
    history = read_history(data)
    assert history.keys.to_numpy().tolist() == [["A", "All"], ["B", "All"]]
    assert [str(p) for p in history.periods] == ["2025-09", "2025-10", "2025-11", "2025-12"]
    np.testing.assert_array_equal(history.quantity, [[NAN, 5, 0, 7], [1, 0, 0, 0]])


def test_a_blank_quantity_is_no_data():
    data = company(items=ITEMS, actuals=[*shipments("A", [4, NAN, 6]), *shipments("B", [NAN, NAN, NAN])])
    history = read_history(data)
    assert history.keys["item"].tolist() == ["A"]
    np.testing.assert_array_equal(history.quantity, [[4, NAN, 6]])


def test_leading_zeros_are_not_history():
    history = read_history(company(items=ITEMS, actuals=[*shipments("A", [0, 0, 3, 0]), *shipments("B", [0, 0, 0, 0])]))
    np.testing.assert_array_equal(history.quantity, [[NAN, NAN, 3, 0], [NAN, NAN, NAN, 0]])


def test_bookings_go_before_shipments_item_by_item():
    rows = [*shipments("A", [9, 9]), *shipments("A", [1, 2], measure="bookings"), *shipments("B", [3, 4])]
    np.testing.assert_array_equal(read_history(company(items=ITEMS, actuals=rows)).quantity, [[1, 2], [3, 4]])


def test_other_measures_are_not_demand():
    assert len(read_history(company(items=ITEMS, actuals=shipments("A", [9], measure="production"))).keys) == 0


def test_the_current_month_is_not_history():
    data = company(items=ITEMS, actuals=shipments("A", [5, 6, 100], end="2026-01"))
    np.testing.assert_array_equal(read_history(data).quantity, [[5, 6]])


def test_locations_add_up():
    rows = [{**row, "location": place} for place in ("P1", "P2") for row in shipments("A", [5, 6])]
    np.testing.assert_array_equal(read_history(company(items=ITEMS, actuals=rows)).quantity, [[10, 12]])


def test_sales_without_a_market_keep_the_blank_where_there_are_markets():
    rows = [*shipments("A", [5, 6]), *shipments("B", [1, 2], market="EU")]
    data = company(items=ITEMS, markets=[{"market": "EU"}, {"market": "US"}], actuals=rows)
    assert read_history(data).keys.to_numpy().tolist() == [["A", ""], ["B", "EU"]]


def test_dead_and_ended_items_are_not_planned():
    items = [
        {"item": "A"},
        {"item": "B", "status": "dead"},
        {"item": "C", "end_period": "2025-12"},
        {"item": "D", "end_period": "2026-01"},
    ]
    assert planned_items(company(items=items)) == {"A", "D"}


def test_last_year_is_by_calendar_month_up_to_the_last_sale():
    # Sold from 2024-09 to 2025-08, one unit more a month; nothing since.
    history = read_history(company(items=ITEMS, actuals=shipments("A", [*range(1, 13), 0, 0, 0, 0])))
    assert last_year(history, np.array([0]))[0].tolist() == [5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4]


def test_no_actuals_no_history():
    history = read_history(company(items=ITEMS))
    assert history.quantity.shape == (0, 0)
    assert isinstance(history.periods, pd.PeriodIndex)
