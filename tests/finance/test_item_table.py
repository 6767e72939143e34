"""The fiscal year by item: ranked within families, the smallest together where there are too many."""

from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.item_table import finance_items
from sop_xl.finance.sales import outlook
from tests.finance.small_company import FORECAST, SUPPLY_PLAN, company


def rows(table):
    fields = ["item", "period", "quantity", "revenue", "cogs", "rank"]
    return [(i, str(p), *figures) for i, p, *figures in table[fields].fillna(-1.0).itertuples(index=False)]


def test_items_of_the_year_by_hand():
    data = company()
    sales = outlook(data, FORECAST, SUPPLY_PLAN, roll_up_costs(data))
    # March: East 17.7 x 100 + West 9.3 x 90 = 2607; 27 x 60. April: East 15.9 x 100 + West 13.1 x 90 = 2769; 29 x 60.
    assert rows(finance_items(data, sales)) == [
        ("B1", "2026-01", 30.0, 2900.0, 1800.0, 1.0),
        ("B1", "2026-02", 12.0, 1080.0, 720.0, 1.0),
        ("B1", "2026-03", 27.0, 2607.0, 1620.0, 1.0),
        ("B1", "2026-04", 29.0, 2769.0, 1740.0, 1.0),
        ("B2", "2026-03", 1.0, 180.0, 90.5, 2.0),
    ]
    assert rows(finance_items(data, sales, most=1))[0] == ("", "2026-03", 1.0, 180.0, 90.5, -1.0)
