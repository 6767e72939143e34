"""Finance's second page, Cash & working capital and Bridge's last page on random companies, to the cent."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.finance.back_solve import Trade, back_solve
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.template.build import build_template
from sop_xl.template.data_sheets import default_settings
from sop_xl.template.sheets import bridge, bridge_gap, cash, finance, finance_items, finance_result
from sop_xl.template.sheets.cash_items import ROWS as ITEM_ROWS
from sop_xl.template.sheets.cash_year import ENTRIES
from tests.finance.small_company import NOW
from tests.finance.test_tie_outs import MONTHS, Companies
from tests.support.office import recalculated
from tests.template.cells import figures, same, words
from tests.template.typed import type_into

pytestmark = pytest.mark.soffice
FAMILY, MARKET = "1-F0", "1-Abroad"
GAP = bridge.TOP + bridge.PAGE * len(bridge.COMPARISONS)
SOLVE, ITEMS = GAP + bridge_gap.SOLVE + 1, GAP + bridge_gap.DRILL + 1
"""Bars of the sections on Bridge, as Excel counts."""
WAYS = finance.RESULT + 1 + len(finance_result.ENTRIES) + 1
"""Bar of revenue three ways, from 0."""
TYPED = {
    ("Finance", f"F{WAYS + 1}"): MARKET,
    ("Finance", f"F{finance.ITEMS + 1}"): FAMILY,
    ("Cash & working capital", f"F{cash.FAMILY}"): FAMILY,
    ("Cash & working capital", f"F{cash.ITEMS + 1}"): FAMILY,
    ("Bridge", f"C{SOLVE}"): FAMILY,
    ("Bridge", f"F{SOLVE}"): "price",
    ("Bridge", f"C{SOLVE + 2}"): 1234.5,
    ("Bridge", f"C{ITEMS}"): FAMILY,
}


@pytest.fixture(scope="module")
def companies():
    return Companies([1, 2])


@pytest.fixture(scope="module")
def results(companies):
    return companies.results()


@pytest.fixture(scope="module")
def plan(companies):
    """Served, revenue and cost of goods sold by family and planned month."""
    sums = companies.sales().groupby(["family", "period"], as_index=False)[["quantity", "revenue", "cogs"]].sum()
    return sums[sums["period"].ge(NOW)].rename(columns={"quantity": "served"})


@pytest.fixture(scope="module")
def book(companies, results, plan, tmp_path_factory):
    settings = default_settings()
    given = {"current_period": str(NOW), "horizon_months": float(len(MONTHS))}
    settings["value"] = settings["parameter"].map(given).combine_first(settings["value"])
    names = sorted(results["finance"]["family"].unique())
    ranked = pd.DataFrame({"family": [n for n in names if n]}).assign(rank=lambda f: np.arange(1.0, len(f) + 1))
    frames = {
        **results,
        "supply_plan": companies.plan["supply_plan"],
        "families": ranked,
        "family_plan": plan,
        "markets": companies.data["markets"],
    }
    tables = {name: conform(TABLE_BY_NAME[name], frame) for name, frame in frames.items()}
    path = tmp_path_factory.mktemp("money") / "book.xlsx"
    path.write_bytes(type_into(build_template({"settings": settings, **tables}), TYPED))
    return recalculated(path, path.parent)


def amounts(results, line, column="amount", **where):
    """Return a line of the calendar year by month; 0 where the table has none."""
    rows = results["finance"]
    for name, value in where.items():
        rows = rows[rows[name].eq(value)]
    year = pd.period_range("2026-01", "2026-12", freq="M")
    return rows[rows["line"].eq(line)].groupby("period")[column].sum().reindex(year, fill_value=0.0)[:6].to_numpy()


def test_from_gross_revenue_to_operating_result(book, results):
    sheet, at = book["Finance"], {e.label: finance.RESULT + 2 + k for k, e in enumerate(finance_result.ENTRIES)}
    found = {label: np.array(figures(sheet, row, 8, 6)) for label, row in at.items()}
    for entry in finance_result.ENTRIES:
        assert words(sheet, at[entry.label]) == entry.label
        if entry.line:
            same(found[entry.label], amounts(results, entry.line))
    lines = {name: amounts(results, name) for name in finance_result_lines()}
    same(found["Gross revenue"], lines["revenue"] + lines["deductions"])
    margin = lines["revenue"] - lines["cogs"]
    same(found["Contribution margin"], margin + lines["fixed_overhead"])
    costs = ("price_variance", "production_variance", "under_absorbed", "overtime_premium", "revaluation")
    result = margin - sum(lines[name] for name in (*costs, "provision", "opex", "one_off"))
    same(found["Operating result"], result)


def finance_result_lines():
    return [entry.line for entry in finance_result.ENTRIES if entry.line]


def test_revenue_of_a_market_three_ways(book, results):
    sheet = book["Finance"]
    assert words(sheet, WAYS + 1) == f"NET REVENUE THREE WAYS: {MARKET}"
    reported, constant, local = (
        amounts(results, "revenue", column, market=MARKET) for column in ("amount", "constant", "local")
    )
    for offset, wanted in enumerate((reported, constant, reported - constant, local), start=2):
        same(figures(sheet, WAYS + offset, 8, 6), wanted)
    assert words(sheet, WAYS + 5, 4) == "kEUR"


def test_the_items_behind_a_family_add_up_to_it(book, results):
    sheet, table, top = book["Finance"], results["finance_items"], finance.ITEMS + 2
    year = pd.period_range("2026-01", "2026-06", freq="M")
    mine = table[table["family"].eq(FAMILY)]

    def months(rows, sign):
        sums = rows.groupby("period")[["revenue", "cogs"]].sum().reindex(year, fill_value=0.0)
        return (sums["revenue"] - sign * sums["cogs"]).to_numpy()

    assert words(sheet, finance.ITEMS + 1) == f"ITEMS OF {FAMILY}"
    for offset, rows in ((0, mine), *((2 * int(r), mine[mine["rank"].eq(r)]) for r in sorted(set(mine["rank"])))):
        assert words(sheet, top + offset) == (rows["item"].iloc[0] if offset else FAMILY)
        same(figures(sheet, top + offset, 8, 6), months(rows, 0))
        same(figures(sheet, top + offset + 1, 8, 6), months(rows, 1))
    # The family has no more items than are listed, so that nothing is left over.
    assert words(sheet, top + 2 + 2 * finance_items.ITEMS) == ""


def test_cash_and_what_is_open(book, results):
    sheet, at, table = book["Cash & working capital"], cash.positions(), planned(results["cash"])
    for _, rows in cash.SECTIONS:
        for row in rows:
            if row.table == "tblCash" and row.column:
                field = next(c.field for c in TABLE_BY_NAME["cash"].columns if c.header == row.column)
                same(figures(sheet, at[row.label], 6, 4), table[field])
    same(figures(sheet, at["Net cash"], 6, 4), table["net_cash"])
    same(figures(sheet, at["Receivables"], 6, 4), table["closing_receivables"])
    same(figures(sheet, at["Payables"], 6, 4), table["closing_payables"])
    same(figures(sheet, at["Rebates owed"], 6, 4), table["closing_rebates"])
    tied = (
        table["closing_receivables"] + table["inventory_value"] - table["closing_payables"] - table["closing_rebates"]
    )
    same(figures(sheet, at["Receivables + stock − payables − rebates"], 6, 4), tied)
    same(figures(sheet, at["Net cash"], 4, 1), [table["net_cash"].sum()])


def planned(table):
    return table[table["version"].eq("plan")]


def test_the_fiscal_year_is_actual_to_date_and_plan(book, results):
    sheet, table = book["Cash & working capital"], results["cash"]
    assert words(sheet, cash.YEAR + 1) == "CASH OF 2026: ACTUAL TO DATE + PLAN TO GO = OUTLOOK"
    known = table.set_index("period").reindex(pd.period_range("2026-01", periods=6, freq="M"))
    for k, entry in enumerate(ENTRIES):
        row, field = cash.YEAR + 4 + k, next(c.field for c in TABLE_BY_NAME["cash"].columns if c.header == entry.column)
        assert words(sheet, row) == entry.label
        found = figures(sheet, row, 6, 6)
        same(np.nan_to_num(found), known[field].fillna(0.0))
        if not entry.balance:
            parts = [known.loc[known["version"].eq(way), field].sum() for way in ("actual", "plan")]
            same(figures(sheet, row, 19, 2), parts)
            same(figures(sheet, row, 4, 1), [sum(parts)])
    # Nobody posts overtime: blank, not zero, in closed months.
    overtime = cash.YEAR + 4 + [entry.label for entry in ENTRIES].index("Overtime premium")
    assert [sheet.cell(overtime, 6 + k).value or "" for k in range(2)] == ["", ""]


def test_the_items_behind_the_stock_add_up_to_their_family(book, companies, results):
    sheet, top = book["Cash & working capital"], cash.ITEMS + 3
    stock = results["stock_value"]
    whole = stock[stock["family"].eq(FAMILY)]["closing"]
    plan = companies.plan["supply_plan"]
    names = [words(sheet, top + k) for k in range(ITEM_ROWS - 4)]
    listed = [name for name in names if name]
    assert sorted(listed) == sorted(results["finance_items"].query("family == @FAMILY")["item"].unique())
    for k, name in enumerate(listed):
        mine = plan[plan["item"].eq(name)].groupby("period")["closing_value"].sum()
        same(figures(sheet, top + k, 6, 4), mine)
    assert words(sheet, top + ITEM_ROWS - 3) == FAMILY
    same(figures(sheet, top + ITEM_ROWS - 3, 6, 4), whole)
    same(figures(sheet, top + ITEM_ROWS - 4, 6, 4), [0.0] * 4)


def test_stock_of_a_family_closes(book, results):
    sheet, at, table = book["Cash & working capital"], cash.positions(), results["stock_value"]
    mine = table[table["family"].eq(FAMILY)]
    assert words(sheet, cash.FAMILY) == f"STOCK AT STANDARD COST: {FAMILY}"
    for label, field in (("Held at the start", "opening"), ("− Issued to customers", "issues"), ("Stock", "closing")):
        same(figures(sheet, at[label], 6, 4), mine[field])
    same(figures(sheet, at["The same at moving average"], 6, 4), mine["moving_average"])


def test_every_check_of_money_passes(book):
    rows = [[cell.value for cell in row[:8]] for row in book["Checks"].iter_rows(min_row=13)]
    status = {row[0]: row[7] for row in rows if str(row[0]).startswith("F")}
    wanted = {f"F{k}" for k in range(11, 25)} | {"F03", "F07", "F10", "F28", "F30", "F31", "F32"}
    assert {check: status[check] for check in wanted} == dict.fromkeys(wanted, "● Pass")


def test_the_sheet_solves_back_as_the_function_does(book, plan):
    sheet = book["Bridge"]
    mine = plan[plan["family"].eq(FAMILY)][["served", "revenue", "cogs"]].sum()
    base = Trade(mine["served"], mine["revenue"] / mine["served"], mine["revenue"])
    wanted = back_solve(base, "price", units=1234.5)
    found = [sheet.cell(SOLVE + 2 + k, 4).value for k in range(5)]
    cost = round(1234.5 * mine["cogs"] / mine["served"], 2)
    same(found, [*wanted, cost, wanted.revenue - cost])
    assert sheet.cell(SOLVE, 8).value == "price"


def test_items_of_a_family_add_up_to_it(book, results):
    sheet, table = book["Bridge"], results["bridge"]
    mine = table[table["family"].eq(FAMILY) & table["comparison"].eq("Outlook against budget")]
    ends = mine[mine["step"].eq("end")].set_index("item")["amount"]
    shown = [words(sheet, ITEMS + 2 + k) for k in range(len(ends))]
    assert shown == ends.loc[ends.abs().sort_values(ascending=False).index].index.tolist()
    same([sheet.cell(ITEMS + 2 + k, 11).value for k in range(len(ends))], ends.loc[shown])
    total = ITEMS + 2 + 15 + 1
    same(figures(sheet, total, 2, 1), [mine.loc[mine["step"].eq("start"), "amount"].sum()])
