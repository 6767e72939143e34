"""The page Executive, calculated by LibreOffice, against the tables it reads; and that it is one page."""

import subprocess

import pandas as pd
import pytest

from sop_xl.template.build import build_template
from tests.support.office import converted, recalculated, without_print_titles
from tests.template.cells import block, same, words
from tests.template.executive_plan import (
    AHEAD,
    CLOSED,
    FAMILIES,
    MADE,
    NOW,
    RESOURCES,
    YEAR,
    executive_plan,
    half_planned,
)

pytestmark = pytest.mark.soffice
TILES = range(1, 12, 2)
CHARTS = ((9, 1), (9, 5), (9, 9), (22, 1), (22, 5), (22, 9))
"""Row and column of each chart's title."""
FIRST_DECISION, RISKS = 36, 41
TITLE, SUBTITLE, NOTE = 54, 74, 36
"""Letters that fit on a chart of 396 pixels, and on a tile of 198."""


@pytest.fixture(scope="module")
def calculated(tmp_path_factory):
    def of(frames):
        folder = tmp_path_factory.mktemp("executive")
        path = folder / "book.xlsx"
        path.write_bytes(build_template(frames))
        return path, recalculated(path, folder)

    return of


@pytest.fixture(scope="module")
def tables():
    return executive_plan()


@pytest.fixture(scope="module")
def planned(calculated, tables):
    return calculated(tables)


@pytest.fixture(scope="module")
def book(planned):
    return planned[1]


@pytest.fixture(scope="module")
def page(book):
    return book["Executive"]


@pytest.fixture(scope="module")
def bare(calculated):
    """Planned, but without a budget and without decisions."""
    return calculated(executive_plan(budget=False))[1]


@pytest.fixture(scope="module")
def half(calculated):
    """Six months planned: the fiscal year has nine of its months."""
    return calculated(half_planned())[1]


@pytest.fixture(scope="module")
def empty(empty_book):
    return empty_book


@pytest.fixture(scope="module")
def year(tables):
    """Revenue, cost and budget of the fiscal year by family."""
    plan = tables["family_plan"]
    return plan[plan["period"].isin(YEAR)].groupby("family").sum(numeric_only=True)


def series(book, title, name, count):
    values = block(book, title)[name][:count]
    return [float("nan") if v in (None, "") else v for v in values]


def pages(path, folder):
    pdf = converted(without_print_titles(path, folder / "quick" / path.name), folder, "pdf")
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return [page for page in text.split("\f") if "|  Executive" in page or "| Executive" in page]


@pytest.mark.parametrize("state", ["book", "bare", "half", "empty"])
def test_no_cell_is_an_error(state, request):
    made = request.getfixturevalue(state)
    cells = (
        cell
        for sheet in ("Home", "Executive", "Finance", "Chart data")
        for row in made[sheet].iter_rows()
        for cell in row
    )
    assert [cell.coordinate for cell in cells if cell.data_type == "e"] == []


def plain(text):
    """A text without blanks, which a page sets as it likes."""
    return "".join(str(text).split())


def money(value):
    """As the number format of a tile has it: millions, thousands or units."""
    if value >= 999_500:
        return f"{value / 1e6:.1f} m"
    return f"{value / 1e3:,.0f} k" if value >= 10_000 else f"{value:,.0f}"


def test_it_prints_on_one_page_with_every_text_and_figure(planned, page, tables, tmp_path):
    (found,) = pages(planned[0], tmp_path)
    assert "DECISIONS NEEDED" in found
    assert "WORST RISKS" in found
    assert "###" not in found
    printed = plain(found)
    cells = [cell.value for row in page.iter_rows(max_row=RISKS + 1, max_col=12) for cell in row]
    missing = [text for text in cells if isinstance(text, str) and text and plain(text) not in printed]
    assert missing == []
    # The tiles' figures as the tables have them, in the tiles' formats.
    kpis = tables["kpis"].set_index("kpi")["value"]
    shown = [
        money(kpis["revenue_fy"]),
        f"{kpis['margin_fy']:.1f}%",
        f"{kpis['accuracy']:.0f}%",
        money(kpis["stock_12"]),
        f"{kpis['peak_load']:.0f}%",
        "34",
    ]
    assert [figure for figure in shown if plain(figure) not in printed] == []


def test_message(page, year):
    # Revenue is 0.4 % short of its budget: on it. The margin is further off.
    over = year["revenue"].sum() - year["budget_revenue"].sum()
    margin = (year["revenue"] - year["cogs"]).sum() - (year["budget_revenue"] - year["budget_cogs"]).sum()
    total = (year["budget_revenue"] - year["budget_cogs"]).sum()
    assert abs(over) <= 0.005 * year["budget_revenue"].sum()
    assert margin < -0.005 * total
    assert words(page, 1) == f"Revenue ends on budget, margin {-margin / 1000:,.0f} k below; 4 units are lost"


def test_scope_and_tiles(page, tables):
    kpis = tables["kpis"].set_index("kpi")
    assert words(page, 2).startswith("Oak & Co  |  S&OP, Jun 26 cycle  |  EUR  |  14 months planned")
    assert [words(page, 5, c) for c in TILES] == [
        "Revenue FY 2027, EUR",
        "Gross margin FY 2027",
        "Forecast accuracy, lag 1",
        "Stock May 27, EUR",
        "Peak planned, % of regular hours",
        "Late or lost, units",
    ]
    wanted = [kpis.at[k, "value"] for k in ("revenue_fy", "margin_fy", "accuracy", "stock_12", "peak_load")]
    same([page.cell(6, c).value for c in TILES], [*wanted, 34.0])
    share = 100 * (kpis.at["revenue_fy", "value"] / kpis.at["revenue_fy", "target"] - 1)
    points = kpis.at["margin_fy", "value"] - kpis.at["margin_fy", "target"]
    assert max(points, share) < 0
    assert [words(page, 7, c) for c in TILES] == [
        f"▼ {-share:.1f} % below budget",
        f"▼ {-points:.1f} pp below budget",
        "▼ bias −6.4 %, over-forecast",
        "▲ 6,500 above target",
        "▲ Sep 26, Assembly hall of th…",
        "▲ 12 k EUR, most Oct 26",
    ]


def test_revenue_by_month(book, page, tables):
    plan = tables["family_plan"].groupby("period").sum(numeric_only=True).loc[YEAR]
    actual = plan["revenue"].where(YEAR < NOW)
    same(series(book, "EXECUTIVE: FISCAL YEAR", "Actual", 12), actual)
    same(series(book, "EXECUTIVE: FISCAL YEAR", "Plan", 12), plan["revenue"].where(YEAR >= NOW))
    same(series(book, "EXECUTIVE: FISCAL YEAR", "Budget", 12), plan["budget_revenue"])
    gap = (plan["revenue"] - plan["budget_revenue"]).round(2)
    when = (gap.idxmax() if gap.sum() >= 0 else gap.idxmin()).strftime("%b %y")
    side = "above" if gap.sum() >= 0 else "below"
    assert words(page, 9) == f"{(gap >= 0).sum()} of 12 months reach budget; {when} most {side}"


def test_bridge_adds_up_to_the_outlook(book, year):
    budget, outlook = year["budget_revenue"] - year["budget_cogs"], year["revenue"] - year["cogs"]
    rate = budget / year["budget_revenue"]
    company = budget.sum() / year["budget_revenue"].sum()
    volume = (year["revenue"].sum() - year["budget_revenue"].sum()) * company
    mix = (year["revenue"] * (rate - company)).sum()
    rates = (outlook - year["revenue"] * rate).sum()
    found = series(book, "EXECUTIVE: BRIDGE OF THE GROSS MARGIN", "Value", 5)
    same(found, [budget.sum(), volume, mix, rates, outlook.sum()])
    assert sum(found[:-1]) == pytest.approx(found[-1])


def test_bridge_columns_join(book):
    """Every step starts where the one before it ended, and is as tall as its figure."""
    rows = {
        n: series(book, "EXECUTIVE: BRIDGE OF THE GROSS MARGIN", n, 5) for n in ("Value", "Base", "Better", "Worse")
    }
    level, floor = rows["Value"][0], series(book, "EXECUTIVE: BRIDGE OF THE GROSS MARGIN", "Columns start at", 1)[0]
    for k in (1, 2, 3):
        step = rows["Value"][k]
        assert rows["Better"][k] - rows["Worse"][k] == pytest.approx(step)
        assert rows["Base"][k] == pytest.approx(min(level, level + step) - floor)
        level += step


def test_bridge_without_a_budget_leads_from_revenue_to_margin(bare, year):
    costs = year["cogs"]
    rest = costs.sum() - costs[FAMILIES[0]] - costs[FAMILIES[1]]
    wanted = [year["revenue"].sum(), -costs[FAMILIES[0]], -costs[FAMILIES[1]], -rest]
    found = series(bare, "EXECUTIVE: BRIDGE OF THE GROSS MARGIN", "Value", 5)
    same(found, [*wanted, sum(wanted)])


def test_demand_and_supply_of_what_is_made_to_be_sold(book, page, tables):
    plan = tables["family_plan"]
    sums = plan[plan["family"].isin(MADE)].groupby("period").sum(numeric_only=True)
    demand = [*sums.loc[CLOSED[-3:], "actual"], *sums.loc[AHEAD, "forecast"]]
    same(series(book, "EXECUTIVE: MONTHS", "Demand", 15), demand)
    blank = [float("nan")]
    same(
        series(book, "EXECUTIVE: MONTHS", "Supply, actual", 15), [*sums.loc[CLOSED[-3:], "actual_supply"], *blank * 12]
    )
    supply = sums.loc[AHEAD, "supply"] - sums.loc[AHEAD, "used"]
    same(series(book, "EXECUTIVE: MONTHS", "Supply, plan", 15), [*blank * 3, *supply])
    assert words(page, 9, 9) == "Supply is 5 % below demand over 12 months"
    assert words(page, 10, 9) == f"Units, {', '.join(MADE)}; outlined: demand"


def test_stock_against_target(book, page, tables):
    stock = tables["finance"].groupby("period")["amount"].sum()
    target = tables["supply_plan"].groupby("period")["target_value"].sum()
    same(series(book, "EXECUTIVE: MONTHS", "Stock value", 15), stock[[*CLOSED[-3:], *AHEAD]])
    same(series(book, "EXECUTIVE: MONTHS", "Target stock", 15), [*[float("nan")] * 3, *target[AHEAD]])
    below = (stock[AHEAD] < target[AHEAD]).sum()
    assert words(page, 22, 5) == f"Stock is below target in {below} of 12 months"


def test_closed_months_of_stock_have_the_scope_of_the_plan(bare, page, tables):
    # The plan opens with 99,000, the actuals of May hold 81,000 of it: a part of the items is not drawn.
    same(series(bare, "EXECUTIVE: MONTHS", "Stock, actual", 15)[:3], [float("nan"), float("nan"), 99_000])
    assert words(page, 23, 5) == "Stock at standard cost, all items, month end, EUR"


def test_load_of_the_resource_with_the_first_peak(book, page, tables):
    load = tables["load"].set_index(["resource", "period"]).loc[RESOURCES[0]].loc[AHEAD]
    share = load["load_pct"] / 100
    title = "EXECUTIVE: LOAD OF THE RESOURCE SHOWN"
    same(series(book, title, "Up to 100 %", 12), share.clip(upper=1))
    same(series(book, title, "Load above 100 %", 12), share.where(share > 1))
    same(series(book, title, "Wanted", 12), load["wanted_hours"] / 100)
    same(series(book, title, "With overtime", 12), [1.2] * 12)
    assert words(page, 22) == "Assembly hall o…: wanted over 100 % in 2 of 12 months"


def test_a_resource_wanted_beyond_its_hours_is_the_message_and_the_one_shown(bare, tables):
    page = bare["Executive"]
    assert words(page, 1).endswith("; Saw is wanted at 128 % of its regular hours in Dec 26")
    load = tables["load"].set_index(["resource", "period"]).loc["Saw", "load_pct"][AHEAD] / 100
    same(series(bare, "EXECUTIVE: LOAD OF THE RESOURCE SHOWN", "Load", 12), load)
    assert words(page, 22) == "Saw has room in every month"


def test_shortages_of_the_next_12_months_by_family(book, page):
    rows = block(book, "EXECUTIVE: WORST SHORTAGES")
    assert rows["Label"][:5] == ["Chairs  13 k", "Cushions  2,500", "Extraordinarily lon…  none", "Legs  none", None]
    same(rows["Late or lost"][:4], [12_400, 0, 0, 0])
    same(rows["Below target"][:4], [600, 2_500, 0, 0])
    assert words(page, 22, 9) == "Chairs short of 13 k, all families 16 k"


def test_decisions_due_first(page):
    assert words(page, 35) == "DECISIONS NEEDED ON 19 JUN:  4 OF 5, SOONEST FIRST"
    rows = [[words(page, FIRST_DECISION + k, c) for c in (1, 5, 9, 11, 12)] for k in range(4)]
    assert [row[0] for row in rows] == ["1  First", "2  Same day as the first one", "3  Second", "4  Later"]
    assert [row[2] for row in rows] == ["−42 k EUR", "0 EUR", "", "+500 EUR"]
    assert [row[3:] for row in rows] == [
        ["Operations", "19 Jun"],
        ["Sales", "19 Jun"],
        ["", "20 Jun"],
        ["Finance", "30 Jul"],
    ]
    assert len(rows[0][1]) == 66
    assert rows[0][1].endswith("…")


def test_risks_by_expected_loss(page):
    # Expected: fair -5,000 (certain), saw -4,000, oak -3,000, strike -900; the tender +2,000.
    assert [words(page, RISKS, c) for c in (1, 5, 9)] == [
        "▼ A fair is cancelled  −5,000",
        "▼ The saw breaks  −8,000 at 50 %",
        "▼ Oak gets dear  −10 k at 30 %",
    ]
    assert words(page, RISKS - 1, 5) == "Margin, weighted by probability: risks −13 k, opportunities +2,000 EUR"


def test_long_names_do_not_run_into_what_stands_beside_them(page, bare):
    for sheet in (page, bare["Executive"]):
        assert all(len(words(sheet, row, column)) <= TITLE for row, column in CHARTS)
        assert all(len(words(sheet, row + 1, column)) <= SUBTITLE for row, column in CHARTS)
        assert all(len(words(sheet, 7, column)) <= NOTE for column in TILES)


def test_an_empty_template_is_calm(empty):
    page = empty["Executive"]
    assert words(page, 1) == "Executive page: the first plan fills it"
    assert {words(page, 7, c) for c in TILES} == {"○ no figure yet"}
    assert {words(page, 6, c) for c in TILES} == {""}
    assert [words(page, FIRST_DECISION, 1), words(page, RISKS, 1)] == [
        "No decision is asked for yet",
        "No risk to the margin is recorded",
    ]
    assert all(pd.isna(v) for v in series(empty, "EXECUTIVE: FISCAL YEAR", "Revenue", 12))


def test_without_a_budget_nothing_is_compared(bare, tables):
    page = bare["Executive"]
    assert [words(page, 7, c) for c in (1, 3)] == ["no budget", "no budget"]
    assert words(page, 1).startswith("Revenue ends at 1.")
    assert "budget" not in words(page, 1)


def test_charts_stop_where_the_plan_stops(half):
    blank = [float("nan")] * 6
    demand = series(half, "EXECUTIVE: MONTHS", "Demand", 15)
    same(demand[9:], blank)
    assert min(demand[:9]) > 0
    load = "EXECUTIVE: LOAD OF THE RESOURCE SHOWN"
    same(series(half, load, "Wanted", 12)[6:], blank)
    same(series(half, load, "With overtime", 12), [1.2] * 12)


def test_a_short_plan_names_its_months(half):
    assert words(half["Executive"], 1).startswith("Revenue of 9 months is ")
    assert words(half["Executive"], 5) == "Revenue FY 2027, 9 months, EUR"
    assert words(half["Executive"], 23, 9).startswith("EUR, next 6 months;")
    assert [words(half["Home"], 12, c) for c in (8, 12)] == ["Stock in 6 months, EUR", "Service, next 6 months"]


def test_a_year_planned_in_part_is_compared_over_its_months_alone(half, tables):
    sheet, plan = half["Finance"], tables["family_plan"]
    like = plan[plan["period"].isin(YEAR[:9])].sum(numeric_only=True)
    assert words(sheet, 2).startswith(
        "kEUR  |  3 months actual, 6 of 9 months planned; budget and last year of the same"
    )
    assert words(sheet, 5, 21) == "Mar 26–Nov 26"
    same([sheet.cell(9, c).value for c in (21, 22)], [like["revenue"], like["budget_revenue"]])
    same([sheet.cell(10, 21).value], [like["budget_revenue"]])
    assert words(sheet, 22).startswith("Revenue Mar 26–Nov 26 is ")
    margin = like["revenue"] - like["cogs"] - like["budget_revenue"] + like["budget_cogs"]
    bridge = block(half, "FINANCE: BRIDGE OF THE GROSS MARGIN")
    assert bridge["Value"][5] - bridge["Value"][0] == pytest.approx(margin)
    assert bridge["Step"][5] == "Outlook"
