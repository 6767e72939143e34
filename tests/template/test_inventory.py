"""The sheet Inventory & backlog, calculated by LibreOffice, against the tables it reads."""

import pandas as pd
import pytest

from tests.template.cells import block, figures, same, words
from tests.template.large_plan import NOW, OPEN, RANKED, SHOWN

pytestmark = pytest.mark.soffice
TOTAL, SHORT, BACKLOG, DETAIL = 9, 32, 143, 56
"""First rows of all families, of shortages, of backlog, and of the families."""
LISTED = 10


@pytest.fixture
def sheet(large_book):
    return large_book["Inventory & backlog"]


@pytest.fixture
def plan(large):
    """Stock, target, value and demand by family and month."""
    table = large["family_plan"]
    table = table.assign(
        stock=table["actual_stock"].fillna(table["closing"]), demand=table["actual"].fillna(table["forecast"])
    )
    return table.set_index(["family", "period"])


def cover(stock: pd.Series, demand: pd.Series) -> list[float]:
    """Days each stock lasts, month by month; after the plan as on the mean of its last three months."""
    mean = demand[OPEN[-3:]].mean()
    lasts = []
    for month in SHOWN:
        left, days = stock[month], 0.0
        for later in pd.period_range(month + 1, OPEN[-1], freq="M"):
            days += min(left / demand[later], 1.0) * later.days_in_month
            left = max(left - demand[later], 0.0)
        for later in pd.period_range(OPEN[-1] + 1, SHOWN[-1] + 6, freq="M"):
            days += min(left / mean, 1.0) * later.days_in_month
            left = max(left - mean, 0.0)
        days += left / mean * 365 / 12
        lasts.append(days)
    return lasts


def check(sheet, row, stock, target, value, demand=None):
    same(figures(sheet, row, 8, 15), stock[SHOWN])
    same(figures(sheet, row + 1, 8, 15), target[SHOWN])
    same(figures(sheet, row + 2, 8, 15), (stock - target)[SHOWN])
    same(figures(sheet, row + 4, 8, 15), value[SHOWN])
    same(figures(sheet, row + 4, 24, 4), value[SHOWN].to_numpy()[3:].reshape(4, 3)[:, -1])
    same(figures(sheet, row, 6, 1), [stock[SHOWN[3:]].mean()])
    if demand is not None:
        same(figures(sheet, row + 3, 8, 15), cover(stock, demand))


def test_all_families(sheet, plan):
    sums = plan[["stock", "target", "inventory_value", "demand"]].groupby("period").sum(min_count=1)
    check(sheet, TOTAL, sums["stock"], sums["target"], sums["inventory_value"], sums["demand"])


@pytest.mark.parametrize("k", range(LISTED))
def test_each_family(sheet, plan, k):
    row, one = DETAIL + 5 * k, plan.loc[RANKED[k]]
    assert words(sheet, row) == RANKED[k]
    check(sheet, row, one["stock"], one["target"], one["inventory_value"], one["demand"])


def test_others_are_what_the_list_leaves(sheet, plan):
    rest = plan[~plan.index.get_level_values("family").isin(RANKED[:LISTED])]
    rest = rest[["stock", "target", "inventory_value"]].groupby("period").sum(min_count=1)
    row = DETAIL + 5 * LISTED
    assert words(sheet, row) == "Other families"
    check(sheet, row, rest["stock"], rest["target"], rest["inventory_value"])
    assert words(sheet, row + 3) == ""


def test_shortages_come_by_item_customers_first(sheet, large):
    worst = large["shortages"].dropna(subset="rank").sort_values("rank").head(22)
    kinds = {"late": "▲ served late", "lost": "▲ lost sale", "below_target": "▼ below target"}
    for k, row in enumerate(worst.itertuples()):
        told = [words(sheet, SHORT + k, column) for column in (1, 3, 5, 8, 10, 12)]
        market = f"{row.market_count:.0f} markets" if row.market_count > 1 else row.market or "all"
        place = [row.description or row.item, row.item, market, f"{row.period:%b %y}", kinds[row.kind]]
        why = row.reason.rsplit("; ", 1)[0]  # without the units of one market
        assert told == [*place, why]
        assert [sheet.cell(SHORT + k, 9).value, sheet.cell(SHORT + k, 27).value] == [row.item_quantity, row.item_value]
    assert worst["kind"].eq("below_target").is_monotonic_increasing
    # 15 lines, 10 of them late or lost; 4,555 together.
    count = int(large["shortages"]["rank"].max())
    told = f"WORST SHORTAGES:  {min(22, count)} of {count}; 10 late or lost in single markets, 5 below target"
    assert words(sheet, SHORT - 2) == told
    assert words(sheet, SHORT - 2, 27) == "together 4,555 EUR"


def test_backlog_of_the_families_that_have_most(sheet, large):
    lead = large["lead_times"].set_index(["family", "period"])
    for k, family in enumerate(("F07", "F05", "F09")):
        row, one = BACKLOG + 7 * k, lead.loc[family].reindex(SHOWN)
        assert words(sheet, row) == family
        stocks = ("closing_backlog", "target_backlog", "bookings", "shipments")
        columns = (*stocks, "weeks_of_backlog", "quoted_weeks", "rate_to_target")
        for offset, column in enumerate(columns):
            same(figures(sheet, row + offset, 8, 15), one[column])
        same(figures(sheet, row + 2, 24, 4), one["bookings"].to_numpy()[3:].reshape(4, 3).sum(axis=1))
        same(figures(sheet, row + 5, 24, 4), one["quoted_weeks"].to_numpy()[3:].reshape(4, 3)[:, -1])
    assert words(sheet, BACKLOG - 1) == "BACKLOG AND LEAD TIME:  4 families have orders served late"
    assert words(sheet, 15, 19) == "F07: up to 90 units waiting, in May 26, 4.5 weeks"  # 90 / 20


def test_titles_say_what_the_figures_say(sheet, plan):
    sums = plan[["stock", "target", "inventory_value"]].groupby("period").sum(min_count=1).loc[SHOWN]
    gap = (sums["stock"] - sums["target"]).dropna()
    worst = f"{gap.min():+,.0f}".replace("-", "−")
    below = f"Stock is below target in {(gap < 0).sum()} of 12 months, most in {gap.idxmin():%b %y} ({worst})"
    assert words(sheet, 15) == (
        below if (gap < 0).any() else "In total above target; 5 shortages of single items below it"
    )
    now, end = sums["inventory_value"].iloc[2] / 1000, sums["inventory_value"].iloc[-1] / 1000
    share = f"{abs(end / now - 1) * 100:.0f} % {'less' if end < now else 'more'}"
    assert words(sheet, 15, 9) == f"Stock value goes from {now:,.0f} k to {end:,.0f} k, {share}"


def test_the_stacked_chart_adds_up_to_the_value(large_book, plan):
    rows = block(large_book, "INVENTORY: STOCK VALUE BY FAMILY")
    assert list(rows) == [*RANKED[:5], "Others"]
    total = plan["inventory_value"].groupby("period").sum()[SHOWN]
    same([sum(row[k] for row in rows.values()) for k in range(15)], total)


def test_stock_is_solid_until_it_is_planned(large_book):
    rows = block(large_book, "INVENTORY: STOCK AGAINST TARGET")
    closed = [k for k, month in enumerate(SHOWN) if month < NOW]
    assert [k for k in range(15) if isinstance(rows["Actual"][k], (int, float))] == closed
    assert [k for k in range(15) if isinstance(rows["Plan"][k], (int, float))] == list(range(3, 15))
