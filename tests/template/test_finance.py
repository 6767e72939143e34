"""The sheet Finance, calculated by LibreOffice, against the table it reads: to the cent."""

import pytest

from tests.template.cells import block, figures, same, words
from tests.template.large_plan import FAMILIES, LAST_YEAR, NOW, RANKED, YEAR

pytestmark = pytest.mark.soffice
REVENUE, COGS, MARGIN, REVENUES, MARGINS = 9, 13, 17, 38, 39
"""Rows of the totals, and first rows of revenue and margin by family, which take turns."""
LISTED = 10
GROUPS = [*RANKED[:LISTED], "Other families"]


@pytest.fixture
def sheet(large_book):
    return large_book["Finance"]


@pytest.fixture
def money(large):
    """Amounts and budgets by line, group as listed, and month."""
    table = large["finance"]
    group = table["family"].where(table["family"].isin(RANKED[:LISTED]), "Other families")
    return table.assign(group=group).groupby(["line", "group", "period"])[["amount", "budget"]].sum().round(2)


def year(line, sheet, row, money, group=None):
    """Check a row of the P&L: months, to date, outlook, budget, variance, last year."""

    def of(line, column):
        figures = money.loc[line, column]
        return figures.loc[group] if group else figures.groupby("period").sum()

    def taken(column):
        return of("revenue", column) - of("cogs", column) if line == "margin" else of(line, column)

    amount, budget = taken("amount"), taken("budget")
    outlook, planned = amount[YEAR].sum(), budget[YEAR].sum()
    variance = planned - outlook if line == "cogs" else outlook - planned
    same(figures(sheet, row, 8, 12), amount[YEAR])
    same(figures(sheet, row, 6, 1), [amount[YEAR[YEAR < NOW]].sum()])
    wanted = [outlook, planned, variance, variance / abs(planned), amount[LAST_YEAR].sum()]
    same(figures(sheet, row, 21, 5), wanted)
    return amount[YEAR], budget[YEAR]


@pytest.mark.parametrize(("line", "row"), [("revenue", REVENUE), ("cogs", COGS), ("margin", MARGIN)])
def test_totals_budget_and_variance(sheet, money, line, row):
    amount, budget = year(line, sheet, row, money)
    gap = budget - amount if line == "cogs" else amount - budget
    same(figures(sheet, row + 1, 8, 12), budget)
    same(figures(sheet, row + 2, 8, 12), gap)
    same(figures(sheet, row + 2, 21, 1), [gap.sum()])
    same(figures(sheet, row + 2, 6, 1), [gap[YEAR < NOW].sum()])


@pytest.mark.parametrize("k", range(LISTED + 1))
def test_each_family_and_all_others(sheet, money, k):
    assert [words(sheet, REVENUES + 2 * k), words(sheet, MARGINS + 2 * k).strip()] == [GROUPS[k], "Gross margin"]
    year("revenue", sheet, REVENUES + 2 * k, money, GROUPS[k])
    year("margin", sheet, MARGINS + 2 * k, money, GROUPS[k])


@pytest.mark.parametrize(("total", "first"), [(REVENUE, REVENUES), (MARGIN, MARGINS)])
def test_families_add_up_to_the_total(sheet, total, first):
    for column in (6, *range(8, 20), 21, 22, 23, 25):
        parts = sum(sheet.cell(first + 2 * k, column).value for k in range(LISTED + 1))
        assert parts == pytest.approx(sheet.cell(total, column).value, abs=0.005), column


def test_margin_share_and_its_change_in_points(sheet, money):
    def share(column, months):
        sums = money[column][money.index.get_level_values("period").isin(months)].groupby("line").sum()
        return 1 - sums["cogs"] / sums["revenue"]

    outlook, planned = share("amount", YEAR), share("budget", YEAR)
    same(figures(sheet, MARGIN + 3, 21, 3), [outlook, planned, 100 * (outlook - planned)])
    same(figures(sheet, MARGIN + 3, 8, 1), [share("amount", YEAR[:1])])


def test_the_year_that_is_shown(sheet, large):
    assert words(sheet, 1) == "Finance: P&L FY 2027 against budget"
    assert words(sheet, 2).startswith("kEUR  |  1 months actual, 11 months plan")
    assert [words(sheet, 6, 6), words(sheet, 6, 25)] == ["YTD Apr", "FY 2026"]
    assert [words(sheet, 5, column) for column in (8, 9, 10)] == ["Actual", "Plan", ""]
    assert set(FAMILIES) == set(large["finance"]["family"])


def test_titles_say_what_the_figures_say(sheet, money):
    revenue = money.loc["revenue"].groupby("period")[["amount", "budget"]].sum().loc[YEAR]
    gap = revenue["amount"] - revenue["budget"]
    share = abs(gap.sum() / revenue["budget"].sum()) * 100
    size = f"{abs(gap.sum()) / 1e6:.1f} m" if abs(gap.sum()) >= 999_500 else f"{abs(gap.sum()) / 1e3:.0f} k"
    way = "below" if gap.sum() < 0 else "above"
    told = f"Revenue ends {size} {way} budget ({share:.1f} %); {(gap > 0).sum()} of 12 months above"
    assert words(sheet, 22) == told


def test_the_bridge_adds_up(large_book, sheet):
    rows = block(large_book, "FINANCE: BRIDGE OF THE GROSS MARGIN")
    names, values = rows["Step"][:9], rows["Value"][:9]
    assert [names[0], names[7], names[8]] == ["Budget", "All others", "Outlook"]
    assert sum(values[:8]) == pytest.approx(values[8], abs=0.005)
    assert [values[0], values[8]] == [sheet.cell(MARGIN, 22).value, sheet.cell(MARGIN, 21).value]
    steps = {words(sheet, REVENUES + 2 * k): sheet.cell(MARGINS + 2 * k, 23).value for k in range(LISTED + 1)}
    largest = sorted(steps, key=lambda name: -abs(steps[name]))[:6]
    assert names[1:7] == largest
    same(values[1:7], [steps[name] for name in largest])


def test_the_split_of_the_bridge_adds_up(large_book, sheet):
    rows = block(large_book, "FINANCE: MARGIN AGAINST BUDGET, ELSE LAST YEAR")
    for name in GROUPS:
        before, revenue, margin, now, step, volume = rows[name][:6]
        assert step == pytest.approx(now - margin, abs=0.005)
        assert volume == pytest.approx((revenue - before) * margin / before, abs=0.005)
    assert sum(rows[name][4] for name in GROUPS) == pytest.approx(sheet.cell(MARGIN, 23).value, abs=0.005)


def test_a_bridge_across_zero_without_a_budget(bridge_book):
    """Source: 100, -130, +50, -5 is base, up, down (0, 100, 0), (0, 100, -30), (0, 20, -30), (15, 5, 0)."""
    rows = block(bridge_book, "FINANCE: BRIDGE OF THE GROSS MARGIN")
    assert rows["Step"][:7] == ["2025", "Beta", "Gamma", "Alpha", "Other families", "Outlook", None]
    same(rows["Value"][:6], [100, -130, 50, -5, 0, 15])
    same(rows["Start"][:6], [100, 0, 0, 0, 0, 0])
    same(rows["Outlook"][:6], [*[float("nan")] * 5, 15])
    same(rows["Base"][:4], [0, 0, 0, 15])
    same(rows["Worse"][:6], [0, 100, 0, 5, 0, 0])
    same(rows["Worse, below zero"][:6], [0, -30, 0, 0, 0, 0])
    same(rows["Better"][:6], [0, 0, 20, 0, 0, 0])
    same(rows["Better, below zero"][:6], [0, 0, -30, 0, 0, 0])
    assert words(bridge_book["Finance"], 22, 14) == "Gamma adds 50; Beta takes 130"
