"""History first: what is corrected, why, and how the planner takes it back."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.demand.corrections import clean_history, in_a_row
from sop_xl.demand.history import read_history
from sop_xl.demand.shifts import level_shifts
from sop_xl.demand.working_days import elasticity, working_day_factors, working_days
from tests.demand.companies import company, shipments

STEADY = [50, 52, 49, 51, 50, 50, 49, 48, 51, 52, 50, 49]
ITEMS = [{"item": "A", "family": "Bikes"}]
SPIKE = [*STEADY, *STEADY, *STEADY[:4], 140, *STEADY[5:]]


def cleaned(quantities, settings=None, **tables):
    data = company(settings, items=ITEMS, actuals=shipments("A", quantities), **tables)
    return clean_history(read_history(data), data)


def test_an_outlier_is_replaced_and_says_why():
    found = cleaned(SPIKE)
    assert found.changes[["item", "kind", "booked", "decided_by"]].values.tolist() == [
        ["A", "outlier", 140, "automatic"]
    ]
    row = found.changes.iloc[0]
    assert str(row["period"]) == "2025-05"
    assert row["used"] == pytest.approx(found.used.quantity[0, 28], abs=1e-6)
    assert row["used"] == pytest.approx(50, abs=4)  # its season has two years to be seen in
    assert row["difference"] == pytest.approx(row["used"] - 140, abs=1e-6)
    assert "2.7 times" in row["reason"]
    assert found.booked.quantity[0, 28] == found.scored.quantity[0, 28] == 140


def test_the_planner_takes_a_correction_back_or_enters_another_figure():
    edit = {"item": "A", "period": "2025-05", "decision": "keep", "reason": "Real: trade fair", "owner": "Ann"}
    kept = cleaned(SPIKE, history_edits=[edit])
    assert kept.used.quantity[0, 28] == 140
    assert kept.changes[["kind", "used", "reason", "decided_by"]].values.tolist() == [
        ["kept as booked", 140, "Real: trade fair (was: outlier)", "Ann"]
    ]
    other = cleaned(SPIKE, history_edits=[{**edit, "decision": "use", "quantity": 60}])
    assert other.used.quantity[0, 28] == 60
    gap = cleaned(SPIKE, history_edits=[{**edit, "decision": "use"}])
    assert np.isnan(gap.used.quantity[0, 28])
    assert cleaned(SPIKE).changes["kind"].tolist() == ["outlier"]  # without the row it is back


def test_a_figure_for_all_markets_is_shared_by_what_was_booked():
    two = [*shipments("A", STEADY, market="N"), *shipments("A", [3 * q for q in STEADY], market="S")]
    edits = [{"item": "A", "period": "2025-12", "decision": "use", "quantity": 100}]
    data = company(items=ITEMS, markets=[{"market": "N"}, {"market": "S"}], actuals=two, history_edits=edits)
    found = clean_history(read_history(data), data)
    assert found.used.quantity[:, -1].tolist() == [25, 75]


def test_two_years_do_not_show_a_season_so_an_outlier_is_only_named():
    found = cleaned(SPIKE[12:])
    assert found.changes[["kind", "booked", "used"]].values.tolist() == [["unusual", 140, 140]]
    assert found.used.quantity[0, 16] == 140


def test_counts_vary_by_chance():
    # 15 against 8 a month is 2.5 standard deviations of a count of 8; 20 is 4.2. Parts of units are no counts.
    rest = [8, 8, 8, 8, 9, 7, 8, 8, 8, 8, 8, 8] * 3
    assert cleaned([*rest[:-7], 15, *rest[-6:]]).changes.empty
    assert cleaned([*rest[:-7], 20, *rest[-6:]]).changes["kind"].tolist() == ["outlier"]
    assert cleaned([*[q + 0.5 for q in rest[:-7]], 15, *rest[-6:]]).changes["kind"].tolist() == ["outlier"]


def test_cleaning_can_be_switched_off():
    found = cleaned(SPIKE, {"clean_history": False})
    assert found.changes.empty
    assert (found.used.quantity == found.booked.quantity).all()


def test_a_new_level_is_named_and_not_corrected():
    found = cleaned([*STEADY, *STEADY, *STEADY, *[2 * q for q in STEADY]])
    assert found.changes[["kind", "booked", "used"]].values.tolist() == [["level shift", 100, 100]]
    assert "up " in found.changes["reason"].iloc[0]
    assert "up 100 %" in found.changes["reason"].iloc[0]
    assert (found.used.quantity == found.booked.quantity).all()


def test_a_trend_is_no_level_shift():
    assert level_shifts(np.linspace(50, 150, 36)[None], 1) == []
    assert level_shifts(np.tile([50.0, 60, 40], 12)[None], 1) == []


def test_a_run_of_high_months_is_an_episode():
    flags = np.array([[1, 1, 0, 1, 1, 1, 0]], dtype=bool)
    assert in_a_row(flags).astype(int).tolist() == [[0, 0, 0, 1, 1, 1, 0]]


def test_a_stock_out_is_filled_in_where_stock_was_nil_and_never_lowered():
    cut = [*STEADY, *STEADY, *STEADY[:4], 12, *STEADY[5:]]
    none = [{"measure": "inventory", "item": "A", "period": "2025-05", "quantity": 0}]
    data = company(items=ITEMS, actuals=[*shipments("A", cut), *none])
    row = clean_history(read_history(data), data).changes.iloc[0]
    assert (row["kind"], row["booked"]) == ("stock-out", 12)
    assert row["used"] == pytest.approx(50, abs=1)
    booked = company(items=ITEMS, actuals=[*shipments("A", cut, measure="bookings"), *none])
    assert clean_history(read_history(booked), booked).changes["kind"].tolist() == ["outlier"]  # bookings: no cut


def test_a_marked_stock_out_needs_no_stock_figures():
    event = {"event": "Fire", "item": "A", "from_period": "2025-05", "type": "stock-out", "past": "yes"}
    cut = [*STEADY, *STEADY, *STEADY[:4], 40, *STEADY[5:]]
    found = cleaned(cut, events=[event])
    assert found.changes["kind"].tolist() == ["stock-out"]
    assert found.used.quantity[0, 28] == pytest.approx(50, abs=1)


def test_a_past_event_is_one_row_with_its_month():
    event = {"event": "Fair", "item": "A", "from_period": "2025-05", "uplift_pct": 25, "past": "yes"}
    found = cleaned([*STEADY, *STEADY, *STEADY[:4], 62.5, *STEADY[5:]], events=[event])
    assert found.changes[["kind", "booked", "used", "difference"]].values.tolist() == [["event", 62.5, 50, -12.5]]
    assert found.scored.quantity[0, 28] == 50


def test_gaps_stay_gaps():
    rows = shipments("A", STEADY)
    rows[4]["quantity"] = None
    data = company(items=ITEMS, actuals=rows)
    found = clean_history(read_history(data), data)
    assert np.flatnonzero(np.isnan(found.used.quantity[0])).tolist() == [4]
    assert found.changes.empty


def test_demand_by_working_days_has_elasticity_one_and_becomes_flat():
    periods = pd.period_range("2022-01", periods=48, freq="M")
    data = company({"working_day_adjustment": "measured"}, items=ITEMS)
    days = working_days(periods, data)
    found = elasticity(10 * days, days, season=12)
    assert found.value == pytest.approx(1, abs=1e-6)
    assert found.error == pytest.approx(0, abs=1e-6)
    keys = pd.DataFrame({"item": ["A"], "market": [""]})
    factors = working_day_factors(10 * days[None], keys, periods, 6, data)
    adjusted = 10 * days / factors.factor[0, :48]
    assert adjusted == pytest.approx(np.full(48, 10 * days.mean()), rel=1e-6)


def test_noise_has_no_elasticity():
    periods = pd.period_range("2022-01", periods=48, freq="M")
    data = company({"working_day_adjustment": "measured"}, items=ITEMS)
    noise = np.random.default_rng(3).lognormal(3, 0.3, 48)
    keys = pd.DataFrame({"item": ["A"], "market": [""]})
    assert not working_day_factors(noise[None], keys, periods, 6, data).acts
