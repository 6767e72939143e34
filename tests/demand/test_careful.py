"""The careful forecast: the published airline figures, weights that add up, and a reason where it is not made."""

import numpy as np
import pytest

from sop_xl.demand.plan import plan_demand
from sop_xl.demand.state_space import fit_ets, fit_sarimax
from tests.demand.air_passengers import AIR_PASSENGERS
from tests.demand.companies import company, shipments

AIR = np.array(AIR_PASSENGERS, dtype=float)


def test_the_airline_model_on_the_airline_data():
    # Log airline passengers, all 144 months: Box and Jenkins find moving averages 0.40 and 0.61, so the mean
    # error over 1960 from the months before is small; AutoETS and DOT have 7.2 and 3.9 % (demand.md).
    fitted = fit_sarimax(AIR[:-12], 12, np.empty((0, 144)), season=12)
    assert 100 * np.abs(fitted.forecast / AIR[-12:] - 1).mean() < 4
    assert fitted.converged
    assert fitted.ljung_box > 0.05
    ets = fit_ets(AIR[:-12], 12, season=12)
    assert 100 * np.abs(ets.forecast / AIR[-12:] - 1).mean() < 7.3


def test_a_regressor_takes_its_months_out():
    spoilt = AIR.copy()
    acting = np.zeros((1, 144))
    acting[0, [50, 71, 100, 130]] = 1
    spoilt *= np.exp(0.5 * acting[0])
    with_it = fit_sarimax(spoilt[:-12], 12, acting, season=12).forecast
    clean = fit_sarimax(AIR[:-12], 12, np.empty((0, 144)), season=12).forecast
    assert with_it == pytest.approx(clean, rel=0.05)


def marked(quantities, markets=("",), **settings):
    actuals = [row for k, m in enumerate(markets) for row in shipments("A", [(k + 1) * q for q in quantities], m)]
    items = [{"item": "A", "careful": "yes"}]
    return plan_demand(company(settings, items=items, markets=[{"market": m} for m in markets if m], actuals=actuals))


def test_a_marked_item_has_its_diagnostics_and_is_shared_out():
    plan = marked(AIR[-72:].tolist(), ("N", "S"))
    table = plan.details["diagnostics"]
    assert table["model"].tolist() == ["ETS", "Engine", "SARIMAX"]
    assert table["weight_pct"].sum() == pytest.approx(100)
    # The heavier model is the one with the smaller error.
    assert table.sort_values("wmape")["weight_pct"].is_monotonic_decreasing
    assert (table["wmape"] < table["naive_wmape"]).all()
    slow = table[table["model"] != "Engine"]
    assert slow[["aicc", "ljung_box_p", "normality_p", "spread_p"]].notna().all(axis=None)
    assert plan.forecast["method"].str.startswith("Careful: ETS").all()
    by_market = plan.forecast.groupby("market")["statistical"].sum()
    assert by_market["S"] == pytest.approx(2 * by_market["N"], rel=0.05)
    assert (plan.forecast["lo80"] <= plan.forecast["statistical"]).all()
    assert (plan.forecast["statistical"] <= plan.forecast["hi80"]).all()


def test_what_is_too_short_or_sparse_keeps_the_engine_and_says_why():
    table = marked(AIR[-30:].tolist()).details["diagnostics"]
    assert table[["model", "weight_pct"]].values.tolist() == [["Engine", 100]]
    assert "30 months" in table["note"].iloc[0]
    assert (
        "without demand"
        in marked([*AIR[-72:-1].tolist(), 0.0], clean_history=False).details["diagnostics"]["note"].iloc[0]
    )


def test_nobody_marked_nobody_waits():
    plan = plan_demand(company(items=[{"item": "A"}], actuals=shipments("A", AIR[-72:].tolist())))
    assert plan.details["diagnostics"].empty
