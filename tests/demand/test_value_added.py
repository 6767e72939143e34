"""The archive of forecasts, and what each step, owner and reason was worth: numbers by hand."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.archive import archived
from sop_xl.demand.history import DemandHistory
from sop_xl.demand.value_added import ALARM, value_added
from sop_xl.schema.frames import conform, empty_frame
from sop_xl.schema.results import ALL, FORECAST, FORECAST_ARCHIVE
from tests.demand.companies import company

MONTHS = pd.period_range("2026-01", periods=4, freq="M")
ITEMS = pd.DataFrame(
    {"item": ["A", "B"], "family": ["F", "G"], "standard_cost": [10.0, np.nan], "list_price": [99.0, 5.0]}
)
NO_VOICE = {"owner": "", "reason": ""}


def history(item, quantity):
    keys = pd.DataFrame({"item": [item], "market": ["M"]}, dtype="str")
    return DemandHistory(keys, np.array([quantity], dtype=float), MONTHS[: len(quantity)])


def archive(rows):
    return conform(FORECAST_ARCHIVE, pd.DataFrame(rows).reindex(columns=list(FORECAST_ARCHIVE.fields)))


@pytest.fixture(scope="module")
def textbook():
    # T16: actual 100 120 80 110; naive, statistical and final figures as there.
    naive, stat, final = (90, 100, 120, 80), (98, 112, 90, 104), (110, 125, 95, 115)
    rows = [
        {
            "cycle": str(MONTHS[k]), "item": "A", "period": MONTHS[k], "lag": 1.0, "naive": naive[k],
            "statistical": stat[k], "events": stat[k], "overrides": final[k], "consensus": final[k],
            "owner": "Ann", "reason": "Hope",
        }
        for k in range(4)
    ]  # fmt: skip
    return value_added(archive(rows), history("A", (100, 120, 80, 110)), ITEMS, 12)


def step(made, name, family=ALL, item=ALL, lag=1.0):
    rows = made.accuracy_steps.set_index(["family", "item", "lag", "step"])
    return rows.loc[(family, item, lag, name)]


def test_the_textbook_case_of_forecast_value_added(textbook):
    assert step(textbook, "naive")["wmape"] == pytest.approx(24.39, abs=0.005)
    assert step(textbook, "statistical")["wmape"] == pytest.approx(6.34, abs=0.005)
    assert step(textbook, "consensus")["wmape"] == pytest.approx(8.54, abs=0.005)
    assert step(textbook, "statistical")["fva"] == pytest.approx(18.05, abs=0.005)
    assert step(textbook, "overrides")["fva"] == pytest.approx(-2.20, abs=0.005)
    assert step(textbook, "consensus")["bias"] == pytest.approx(-8.54, abs=0.005)
    assert step(textbook, "consensus")["tracking_signal"] == pytest.approx(-4.0)
    # 26 units of error became 35 over 410: 9 units at a cost of 10.
    assert step(textbook, "overrides")["money"] == pytest.approx(-90.0)
    # |10|/100, |20|/120, |40|/80, |30|/110
    assert step(textbook, "naive")["mape"] == pytest.approx(100 * (0.1 + 1 / 6 + 0.5 + 3 / 11) / 4)


def test_a_family_and_an_item_have_rows_of_their_own(textbook):
    assert step(textbook, "consensus", "F")["wmape"] == step(textbook, "consensus")["wmape"]
    assert step(textbook, "consensus", "F", "A")["wmape"] == step(textbook, "consensus")["wmape"]


def test_overrides_that_lost_are_named_by_owner_reason_and_item(textbook):
    rows = textbook.override_value.set_index(["kind", "name"])
    assert rows.loc[("owner", "Ann"), "fva"] == pytest.approx(-2.20, abs=0.005)
    assert rows.loc[("reason", "Hope"), "money"] == pytest.approx(-90.0)
    assert rows.loc[("item", "A"), "verdict"] == "let it be"
    assert rows.loc[("item", "A"), "place"] == "item 1"
    # Nearer in no month: 10, 5, 15, 5 against 2, 8, 10, 6: months 2 and 4.
    assert rows.loc[("item", "A"), "better"] == 2


def test_an_error_to_one_side_six_times_is_an_alarm():
    months = pd.period_range("2026-01", periods=6, freq="M")
    flat = dict.fromkeys(("naive", "statistical", "events", "overrides", "consensus"), 9.0)
    rows = [{"cycle": str(m), "item": "A", "period": m, "lag": 1.0, **flat, **NO_VOICE} for m in months]
    keys = pd.DataFrame({"item": ["A"], "market": ["M"]}, dtype="str")
    made = value_added(archive(rows), DemandHistory(keys, np.full((1, 6), 10.0), months), ITEMS, 12)
    row = step(made, "consensus")
    assert row["tracking_signal"] == pytest.approx(6.0)  # e = +1 six times
    assert row["tracking_signal"] > ALARM
    assert row["alarm"] == "under-forecast"


def test_a_month_that_never_sold_counts_as_zero_and_an_open_one_not_at_all():
    rows = [
        {"cycle": "2026-04", "item": "B", "period": MONTHS[3] + k, "lag": k + 1.0, "naive": np.nan,
         "statistical": np.nan, "events": 4.0, "overrides": 4.0, "consensus": 4.0, **NO_VOICE}
        for k in range(2)
    ]  # fmt: skip
    made = value_added(archive(rows), history("A", (1, 1, 1, 1)), ITEMS, 12)
    assert step(made, "consensus")["forecasts"] == 1  # May is open
    # Nothing was sold: without the launch the error would have been 0, with it 4 units at a price of 5.
    assert step(made, "events")["money"] == pytest.approx(-20.0)
    assert np.isnan(step(made, "events")["fva"])
    cycles = made.forecast_cycles.set_index(["family", "cycle", "period"])
    assert cycles.loc[(ALL, "2026-04", MONTHS[3]), "actual"] == 0
    assert np.isnan(cycles.loc[("G", "2026-04", MONTHS[3] + 1), "actual"])


def test_an_empty_archive_gives_empty_tables():
    made = value_added(empty_frame(FORECAST_ARCHIVE), history("A", (1, 1)), ITEMS, 12)
    assert all(frame.empty for frame in vars(made).values())


def forecast(rows):
    return conform(FORECAST, pd.DataFrame(rows).reindex(columns=list(FORECAST.fields)))


def test_the_archive_keeps_what_each_step_said_and_who_spoke():
    month = pd.Period("2026-05", "M")
    settings = {"current_period": month}
    spoke = {"item": "A", "period": month}
    over = [
        {**spoke, "market": "X", "stream": "sales", "quantity": 30.0, "owner": "Ann", "reason": ""},
        {**spoke, "market": "Y", "stream": "final", "quantity": 9.0, "owner": "Bob", "reason": "B"},
    ]
    data = company(settings, items=[{"item": "A", "family": "F"}], overrides=over)
    made = forecast(
        [
            {"item": "A", "market": "X", "period": month, "naive": 8, "statistical": 10, "event_qty": 2, "sales": 30,
             "launch_qty": 0, "initiative_qty": 0, "consensus": 21},
            {"item": "A", "market": "Y", "period": month, "naive": 5, "statistical": 6, "event_qty": 0, "final": 9,
             "launch_qty": 0, "initiative_qty": 0, "consensus": 9},
            {"item": "A", "market": "X", "period": month + 6, "statistical": 10, "consensus": 10},
        ]
    )  # fmt: skip
    older = archive(
        [{"cycle": c, "item": "A", "period": month, "lag": 1.0, "consensus": 1.0} for c in ("2026-05", "2026-04")]
    )
    kept = archived(older, made, data)
    assert list(kept["cycle"]) == ["2026-04", "2026-05"]  # the cycle's earlier run is replaced
    row = kept.iloc[1]
    assert (row["naive"], row["statistical"], row["events"]) == (13, 16, 18)
    assert row["overrides"] == 39  # 30 as sales said, 9 as agreed
    assert row["consensus"] == 30
    assert (row["lag"], row["owner"], row["reason"]) == (1, "Bob", "B")
    again = archived(kept, made, data)
    pd.testing.assert_frame_equal(again, kept)
