import pandas as pd
import pytest

from sop_xl.domain.cells import Cells
from sop_xl.schema import INPUT_TABLES, TABLE_BY_NAME
from sop_xl.schema.checks import cross_check, find_loop
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import from_csv
from sop_xl.schema.settings import SETTING_SPECS, parse_settings

BASE = {
    "settings": "parameter,value\ncurrent_period,2026-11\nhorizon_months,3\n",
    "items": "item,source\nA,make\nB,buy\n",
    "resources": "resource,hours_per_week\nLine,40\n",
    "routings": "item,operation,resource,hours_per_unit\nA,10,Line,0.5\n",
    "suppliers": "item,supplier\nB,Acme\n",
}


def inputs(**tables):
    parsed = {}
    for table in INPUT_TABLES:
        text = {**BASE, **tables}.get(table.name)
        cells = from_csv(table, text, f"{table.name}.csv") if text else Cells([list(table.fields)], f"{table.name}.csv")
        parsed[table.name] = read_table(table, cells, csv=True)
    settings, _ = parse_settings(parsed["settings"], None)
    return parsed, settings


def issues(**tables):
    return cross_check(*inputs(**tables))


def codes(**tables):
    return [(issue.code, f"{issue.sheet}!{issue.cell}") for issue in issues(**tables)]


def test_a_sound_company_has_no_issue():
    assert codes() == []


def test_unknown_codes_are_named_with_those_alike():
    assert codes(bom="parent,component,qty_per\nA,b,2\n") == [("unknown-item", "bom.csv!B2")]
    assert "Did you mean B?" in str(issues(bom="parent,component,qty_per\nA,b,2\n")[0])
    assert codes(routings="item,operation,resource,hours_per_unit\nA,10,Lime,1\n") == [
        ("unknown-resource", "routings.csv!C2")
    ]


def test_markets_are_free_where_no_market_is_listed():
    stock = "item,market,period,stream,quantity\nA,North,2026-11,sales,5\n"
    assert codes(overrides=stock) == []
    assert codes(overrides=stock, markets="market\nSouth\n") == [("unknown-market", "overrides.csv!B2")]


def test_a_loop_in_the_bill_is_printed_as_a_loop():
    items = "item,source\nA,make\nB,make\nC,make\nD,make\n"
    bom = "parent,component,qty_per\nA,B,1\nB,C,1\nC,A,1\nD,D,1\n"
    routings = "item,operation,resource,hours_per_unit\nA,10,Line,1\n"
    loops = [str(issue) for issue in issues(items=items, bom=bom, routings=routings) if issue.code == "bom-cycle"]
    assert len(loops) == 2
    assert "A > B > C > A" in loops[0]
    assert loops[0].startswith("bom.csv!B4")
    assert "D > D" in loops[1]


@pytest.mark.parametrize(
    ("components", "loop"),
    [
        ({"A": ["B", "C"], "B": ["C"], "C": []}, []),
        ({"A": ["A"]}, ["A", "A"]),
        ({"A": ["B"], "B": ["A"]}, ["A", "B", "A"]),
        ({"A": ["B"], "B": ["C"], "C": ["D"], "D": ["E"], "E": ["B"]}, ["B", "C", "D", "E", "B"]),
        ({f"P{k}": [f"P{k + 1}"] for k in range(3000)}, []),
    ],
)
def test_find_loop(components, loop):
    assert find_loop(components) == loop


def test_items_without_a_source():
    assert codes(routings="item,operation,resource,hours_per_unit\n") == [("no-source", "items.csv!B2")]
    assert codes(suppliers="item,supplier\n") == [("no-source", "items.csv!B3")]


def test_a_resource_without_hours_and_one_with_a_gap():
    bare = "resource,hours_per_week\nLine,\n"
    assert codes(resources=bare) == [("no-capacity", "resources.csv!B2")]
    gap = issues(resources=bare, capacity="resource,period,hours\nLine,2026-11,160\nLine,2027-01,160\n")
    assert [issue.code for issue in gap] == ["capacity-gap"]
    assert "2026-12" in str(gap[0])
    full = "resource,period,hours\n" + "".join(f"Line,{month},160\n" for month in ("2026-11", "2026-12", "2027-01"))
    assert codes(resources=bare, capacity=full) == []


def test_a_gap_in_the_calendar():
    found = issues(calendar="period,working_days\n2026-11,21\n2027-01,20\n")
    assert [(issue.code, "2026-12" in str(issue)) for issue in found] == [("calendar-gap", True)]


def test_negative_stock_and_actuals_of_the_open_month_are_remarked():
    assert codes(stock="item,quantity\nA,-3\n") == [("negative-stock", "stock.csv!B2")]
    assert codes(actuals="measure,item,period,quantity\nshipments,A,2026-11,5\n") == [
        ("future-actuals", "actuals.csv!C2")
    ]


def test_without_items_nothing_can_be_planned():
    empty = dict.fromkeys(("routings", "suppliers"))
    assert codes(items="item\n", **empty) == [("empty-table", "items.csv!A2")]


def test_a_budget_line_is_an_item_or_a_family():
    items = "item,source,family\nA,make,Bikes\nB,buy,\n"
    budget = "item_or_family,period,revenue\nA,2026-11,5\nBikes,2026-11,5\nOther,2026-11,1\nBoats,2026-11,5\n"
    assert codes(items=items, budget=budget) == [("unknown-item", "budget.csv!A5")]


def settings(text, last=None):
    table = TABLE_BY_NAME["settings"]
    return parse_settings(
        read_table(table, from_csv(table, "parameter,value\n" + text, "settings.csv"), csv=True), last
    )


def test_settings_have_defaults_and_the_month_follows_the_last_actual():
    made, found = settings("", pd.Period("2026-10", "M"))
    assert found == []
    assert made.current_period == pd.Period("2026-11", "M")
    assert {spec.name: getattr(made, spec.name) for spec in SETTING_SPECS if spec.default is not None} == {
        spec.name: spec.default for spec in SETTING_SPECS if spec.default is not None
    }


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("horizon_months,0", "below 1"),
        ("horizon_months,2.5", "not a whole number"),
        ("service_level,high", "text where a number belongs"),
        ("objective,profit", "none of service_first, cost"),
        ("end_backlog_allowed,maybe", "neither yes nor no"),
    ],
)
def test_a_wrong_setting_stops_with_its_cell(line, part):
    made, found = settings(f"current_period,2026-11\n{line}\n")
    assert made is None
    assert [(issue.code, issue.cell) for issue in found] == [("bad-setting", "B3")]
    assert part in str(found[0])


def test_no_open_month_at_all_stops():
    made, found = settings("")
    assert made is None
    assert [issue.code for issue in found] == ["missing-setting"]


RATES = "currency,period,plan_rate,actual_rate\n"


@pytest.mark.parametrize(
    ("tables", "wanted"),
    [
        ({"markets": "market,currency\nEast,USD\nWest,EUR\n"}, "markets.csv!F3"),
        ({"suppliers": "item,supplier,price,currency\nB,Acme,3,EUR\n"}, "suppliers.csv!D2"),
        ({"actuals": "measure,item,period,value,currency\nrevenue,A,2026-10,5,EUR\n"}, "actuals.csv!H2"),
    ],
)
def test_money_in_a_currency_without_a_rate_stops_the_run(tables, wanted):
    (found,) = issues(**tables)
    assert (found.severity, found.code) == ("stop", "missing-rate")
    assert "No rate EUR->USD" in found.message
    # One rate in any month is enough to go by, for prices and markets.
    rates = RATES + "EUR,2026-10,1.1,\n"
    assert issues(**tables, fx_rates=rates) == []


def test_no_money_needs_no_rate():
    assert issues(suppliers="item,supplier,price,currency\nB,Acme,,EUR\n") == []


def test_actuals_in_a_month_without_a_rate_are_named():
    rows = "measure,item,period,value,currency\nrevenue,A,2026-10,5,EUR\nrevenue,A,2026-09,5,EUR\n"
    (found,) = issues(actuals=rows, fx_rates=RATES + "EUR,2026-10,1.1,\n")
    assert (found.severity, found.code) == ("warn", "missing-rate")
    assert found.message.startswith("No rate EUR->USD for 2026-09")


def test_a_rate_of_nothing_stops_the_run():
    assert codes(fx_rates=RATES + "EUR,2026-10,0,1\n") == [("zero-rate", "fx_rates.csv!C2")]


def test_codes_that_lost_their_zeros_are_recognised():
    found = issues(
        items="item,source\n00123,make\n1E5,buy\n",
        routings="item,operation,resource,hours_per_unit\n123,10,Line,1\n",
        suppliers="item,supplier\n100000,Acme\n",
    )
    told = [str(issue) for issue in found if issue.code == "unknown-item"]
    assert "Did you mean 00123?" in told[0]
    assert "Did you mean 1E5?" in told[1]
    assert all("format its column as text" in line for line in told)


def test_a_final_override_without_a_reason_is_remarked():
    rows = ("A,,2026-11,final,5,", "A,,2026-12,final,5,agreed", "A,,2027-01,sales,5,")
    found = issues(overrides="\n".join(("item,market,period,stream,quantity,reason", *rows)) + "\n")
    assert [(issue.code, issue.cell) for issue in found] == [("no-reason", "F2")]


def test_a_missing_table_is_one_fault_and_not_one_for_each_reference():
    parsed, settings = inputs(items="item\n")
    assert {issue.code for issue in cross_check(parsed, settings, frozenset({"items"}))} == set()


def test_operating_expense_may_be_of_a_family_or_the_company_but_sales_may_not():
    rows = ["opex,Bikes", "opex,(company)", "opex,Cars", "shipments,Bikes"]
    actuals = "\n".join(["measure,item,period,value", *(f"{row},2026-02,5" for row in rows)])
    found = issues(items="item,source,family\nA,make,Bikes\nB,buy,Bikes\n", actuals=actuals)
    unknown = [issue.message.split("'")[1] for issue in found if issue.code == "unknown-item"]
    assert unknown == ["Cars", "Bikes"]


REBATES = "agreement,market,from_period,to_period,retrospective,threshold,rebate_pct\n"


def test_thresholds_of_an_agreement_share_their_terms():
    good = REBATES + "R1,,2026-01,2026-12,,100,2\nR1,,2026-01,2026-12,yes,200,3\n"
    assert issues(rebates=good) == []
    torn = REBATES + "R1,,2026-01,2026-12,,100,2\nR1,,2026-01,2026-11,,200,3\nR2,,2026-05,2026-04,,1,1\n"
    assert codes(rebates=torn) == [("torn-agreement", "rebates.csv!D4"), ("torn-agreement", "rebates.csv!D3")]
    assert "Rows of agreement R1 differ in To: 2026-12 and 2026-11." in str(issues(rebates=torn)[1])
    unknown = "agreement,item_or_family,from_period,to_period,threshold,rebate_pct\nR1,Cars,2026-01,2026-12,1,1\n"
    assert codes(rebates=unknown) == [("unknown-item", "rebates.csv!B2")]
