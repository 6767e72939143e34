import pytest

from sop_xl.cycle.headlines import amount, ten_lines
from sop_xl.supply.shortages import ranked
from tests.cycle.test_kpis import LOAD, SHORTAGES
from tests.cycle.test_kpis import results as figures_of
from tests.finance.small_company import FORECAST, company, table

PURCHASES = table(
    "purchases",
    {"item": "W", "supplier": "Acme", "period": "2026-03", "quantity": 3.0, "value": 30.0, "late": "yes"},
    {"item": "W", "supplier": "Acme", "period": "2026-04", "quantity": 3.0, "value": 30.0, "late": "no"},
)


def lines(**changes):
    data = company()
    tables = {"load": LOAD, "shortages": SHORTAGES, "purchases": PURCHASES, "forecast": FORECAST, **changes}
    few = {name: tables[name] for name in ("load", "shortages")}
    return ten_lines(data, {"kpis": figures_of(data, **few).reset_index(), **tables})


@pytest.fixture(scope="module")
def told():
    return lines()


def test_there_are_ten_plain_sentences(told):
    assert len(told) == 10
    assert all(line.endswith(".") and "nan" not in line for line in told)


def test_service_and_load_have_their_figures(told):
    assert told[0] == (
        "Service: 82.4 % of the next 3 months' demand leaves in its month (target 95.0 %); 9 units are late, "
        "0 units are lost, worth 900 USD."
    )
    # 130 h wanted and 108 h planned of 100; 10 h of overtime.
    assert told[1] == (
        "Peak load: Weld, Mar 26, 108 % of regular hours. Peak of wanted hours: Weld, Mar 26, 130 % of regular hours, "
        "110 % with overtime."
    )
    assert told[2] == (
        "Overtime: 8 hours at 1 resource, most at Weld (8 hours); in 1 resource month demand wants more hours than "
        "there are, overtime included."
    )


def test_money_is_told_against_the_budget():
    months = ("2026-03", "2026-04", "2026-05")
    budget = [{"item_or_family": "Bikes", "period": month, "revenue": 1930.0, "cogs": 1158.0} for month in months]
    data = company(budget=budget)
    tables = {"load": LOAD, "shortages": SHORTAGES, "forecast": FORECAST}
    told = ten_lines(data, {"kpis": figures_of(data).reset_index(), **tables})
    # 5556 against 5790; 2105.50 / 5556 = 37.9 % against 772 / 1930 = 40 %.
    assert told[3] == "Revenue, next 3 months: 5,556 USD, 234 USD below the budget of 5,790 USD."
    assert told[4] == "Gross margin, next 3 months: 37.9 % of revenue, 2.1 points below the budget's 40.0 %."
    assert told[6] == "Forecast: accuracy 91.5 % one month ahead (backtest; naive 75.6 %), bias: over-forecast -8.5 %."


def test_without_history_and_overtime_the_lines_say_so():
    data = company()
    idle = LOAD.assign(overtime_hours=0.0)
    figures = figures_of(data, load=idle, accuracy=table("accuracy")).reset_index()
    told = ten_lines(data, {"kpis": figures, "load": idle, "shortages": SHORTAGES, "forecast": FORECAST})
    assert told[2].startswith("Overtime: none; in 1 resource month ")
    assert told[6] == "Forecast: no history yet to measure its accuracy by."


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1234.5678, "USD", "1,234.57 USD"), (-0.001, "h", "0.00 h"), (float("nan"), "USD", "no figure")],
)
def test_amounts_as_text(value, unit, text):
    assert amount(value, unit, 2) == text


def test_shortages_name_item_market_month_money_and_cause(told):
    assert told[7] == "Shortage 1: 9 units of Road bike (B1) for East late in Mar 26, worth 900 USD: Weld is full."
    assert told[8] == "Shortage 2: 5 units of W below target stock in Mar 26, worth 50 USD: Weld."


def test_fewer_shortages_make_room(told):
    assert told[9].startswith("Purchases: 1 order worth 30 USD should have been placed before today, the first W from")


def test_the_dearest_late_order_comes_before_any_target():
    more = ranked(
        table(
            "shortages",
            *[
                {"item": "B1", "market": market, "period": "2026-03", "quantity": 1.0, "kind": kind, "value": value}
                for market, kind, value in [
                    ("East", "below_target", 9999.0),
                    ("West", "late", 10.0),
                    ("East", "lost", 30.0),
                    ("East", "late", 20.0),
                ]
            ],
        )
    )
    worst = [line for line in lines(shortages=more) if line.startswith("Shortage")]
    # Late in West and East is one line of 10 + 20; what only stock lacks comes last, whatever it is worth.
    assert [line.split("worth ")[1] for line in worst] == ["30 USD.", "30 USD.", "9,999 USD."]
    assert "in 2 markets late" in worst[1]


def test_several_markets_are_told_by_the_items_total_alone():
    reason = "Weld is full; it has 2,000 h; {} late until Dec 26."
    more = ranked(
        table(
            "shortages",
            *[
                {"item": "B1", "market": m, "period": "2026-03", "quantity": q, "kind": "late", "value": 10 * q}
                | {"reason": reason.format(f"{q:.0f}")}
                for m, q in (("East", 38.0), ("West", 185.0))
            ],
        )
    )
    (line,) = (line for line in lines(shortages=more) if line.startswith("Shortage"))
    # 38 + 185; 185 is the quantity of West alone.
    assert (
        line
        == "Shortage 1: 223 units of B1 in 2 markets late in Mar 26, worth 2,230 USD: Weld is full; it has 2,000 h."
    )


def test_stock_is_said_of_all_items_and_of_the_months_planned(told):
    assert told[5].startswith("Stock of all items: 4,000 USD today, 1,440 USD after 3 months, which is 38 days of cost")


def test_a_plan_without_trouble_says_so():
    calm = lines(load=table("load"), shortages=table("shortages"), purchases=table("purchases"))
    assert len(calm) == 10
    assert "Load: no resource limits this plan." in calm
    assert "Shortages: none in the whole plan." in calm
    assert "Purchases: none should have been ordered before today." in calm
