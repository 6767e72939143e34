import pandas as pd
import pytest

from sop_xl.cycle.last_cycle import roll_last_cycle
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.roll_up import roll_up_finance
from tests.finance.small_company import FORECAST, LAST_CYCLE, NOW, SUPPLY_PLAN, company, demand, table


def stored():
    """The small company's results as its workbook holds them."""
    data = company()
    costs = roll_up_costs(data)
    finance = roll_up_finance(data, FORECAST, SUPPLY_PLAN, costs, LAST_CYCLE)
    return {"forecast": FORECAST, "supply_plan": SUPPLY_PLAN, "finance": finance, "item_costs": costs}


def row(frame, item, period):
    return frame.set_index(["item", "period"]).loc[(item, pd.Period(period, freq="M"))]


def test_the_same_cycle_again_changes_nothing():
    pd.testing.assert_frame_equal(roll_last_cycle(stored(), LAST_CYCLE, NOW), LAST_CYCLE)


def test_without_results_there_is_nothing_to_roll():
    pd.testing.assert_frame_equal(roll_last_cycle({}, LAST_CYCLE, NOW), LAST_CYCLE)


def test_a_new_month_makes_the_stored_plan_the_last_cycle():
    rolled = roll_last_cycle(stored(), LAST_CYCLE, NOW + 1)
    march = row(rolled, "B1", "2026-03")
    # 20 + 10 of the two markets; nothing made; 23 left.
    assert march[["cycle", "forecast", "supply", "closing"]].tolist() == ["2026-03", 30.0, 0.0, 23.0]
    assert row(rolled, "B1", "2026-04")["supply"] == 20.0
    # February was closed before: it keeps the figure of the cycle before.
    assert row(rolled, "B1", "2026-02")["forecast"] == 1000.0
    # Wheels are not sold: no row.
    assert set(rolled["item"]) == {"B1", "B2"}


def test_money_of_the_items_adds_up_to_the_stored_plan():
    results = stored()
    rolled = roll_last_cycle(results, LAST_CYCLE, NOW + 1)
    finance = results["finance"]
    for line in ("revenue", "cogs"):
        plan = finance[finance["line"].eq(line) & finance["version"].eq("plan")]
        new = rolled[rolled["cycle"].eq("2026-03")]
        assert round(new[line].sum(), 2) == round(plan["amount"].sum(), 2)
    # March revenue 2787 = East 1770 + 180, West 9.3 x 90 = 837: weights 27 x 94.761905 and 1 x 180.
    # B1 = 2787 x 2558.571429 / 2738.571429 = 2603.8166, B2 = 183.1834.
    assert row(rolled, "B1", "2026-03")["revenue"] == 2603.82
    assert row(rolled, "B2", "2026-03")["revenue"] == 183.18


def test_without_finance_money_is_blank_and_units_are_kept():
    results = {name: stored()[name] for name in ("forecast", "supply_plan")}
    march = row(roll_last_cycle(results, LAST_CYCLE, NOW + 1), "B1", "2026-03")
    assert march["forecast"] == 30.0
    assert march[["revenue", "cogs"]].isna().all()


def test_a_forecast_alone_is_rolled_too():
    march = row(roll_last_cycle({"forecast": FORECAST}, LAST_CYCLE, NOW + 1), "B1", "2026-03")
    assert march["forecast"] == 30.0
    assert march[["supply", "closing", "revenue"]].isna().all()


def test_closed_months_keep_the_forecast_made_one_month_before():
    archive = table("last_cycle")
    for step in range(4):
        forecast = table("forecast", *demand("B1", "East", *(100.0 * step + k for k in range(3))))
        forecast["period"] += step
        archive = roll_last_cycle({"forecast": forecast}, archive, NOW + step + 1)
    # Each month's last word is that of the cycle in which it was the current month: 0, 100, 200, 300.
    closed = archive[archive["period"] < NOW + 4]
    assert closed["forecast"].tolist() == [0.0, 100.0, 200.0, 300.0]
    assert archive["forecast"].tolist()[4:] == [301.0, 302.0]


@pytest.mark.parametrize(("months_ago", "kept"), [(36, True), (37, False)])
def test_the_archive_ends_after_three_years(months_ago, kept):
    now = NOW + 1
    old = table("last_cycle", {"item": "B1", "period": str(now - months_ago), "forecast": 1.0})
    rolled = roll_last_cycle(stored(), old, now)
    assert (now - months_ago in set(rolled["period"])) is kept
