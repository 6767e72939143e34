"""The small company is what its README says: costs, load and history by hand."""

from pathlib import Path

import pandas as pd
import pytest

from sop_xl.domain.settings import Settings
from sop_xl.schema.checks import cross_check
from tests.companies.reading import read_company

FOLDER = Path(__file__).parent / "two_plants"


@pytest.fixture(scope="module")
def company():
    return {name: parsed.frame for name, parsed in read_company(FOLDER).items()}


def test_no_fault_is_found():
    tables = read_company(FOLDER)
    issues = [issue for parsed in tables.values() for issue in parsed.issues]
    assert issues + cross_check(tables, Settings(pd.Period("2027-01", "M"), horizon_months=12)) == []


def test_shape(company):
    items = company["items"]
    assert len(items) == 12
    assert (items["family"] != "Parts").sum() == 7
    assert company["locations"]["type"].value_counts().to_dict() == {"dc": 3, "plant": 2}
    assert company["actuals"]["period"].nunique() == 26
    assert (items["strategy"] == "MTO").sum() == 1


def test_standard_costs_are_the_rolled_ones(company):
    # LEG 1 + 0.1 x 30 = 4; SEAT 2 x 2 + 0.2 x 30 = 10; CH 4 x 4 + 10 + 0.5 x 20 = 36, and so on.
    items = company["items"].set_index("item")
    price = company["suppliers"].groupby("item")["price"].min()
    rate = company["resources"].set_index("resource")["cost_per_hour"].fillna(20.0)
    routings = company["routings"].assign(cost=lambda r: r["hours_per_unit"] * r["resource"].map(rate))
    conversion = routings.groupby("item")["cost"].sum()
    bom = company["bom"]

    def rolled(item):
        lines = bom[bom["parent"] == item]
        below = sum(qty * rolled(c) for c, qty in zip(lines["component"], lines["qty_per"], strict=True))
        material = items["material_cost"].fillna(0.0)[item]
        return below + conversion.get(item, 0.0) + price.get(item, 0.0) + material

    assert {item: rolled(item) for item in items.index} == pytest.approx(items["standard_cost"].to_dict())


def test_june_is_the_only_month_above_its_hours(company):
    # Chair assembly: (100 + 20 + CH-2) x 0.5 h; 4 weeks x 35 h, in June 100 h by the table capacity.
    year = company["actuals"].query("'2026-01' <= period <= '2026-12'")
    seasonal = year[year["item"] == "CH-2"].groupby("period")["quantity"].sum()
    wanted = (100 + 20 + seasonal.to_numpy()) * 0.5
    hours = company["resources"].set_index("resource").at["ASM-P1", "hours_per_week"] * 4
    june = company["capacity"]["hours"].item()
    assert wanted.tolist() == [85, 85, 110, 110, 135, 135, 135, 135, 110, 110, 85, 85]
    available = [june if month == 6 else hours for month in range(1, 13)]
    assert [m for m, (w, a) in enumerate(zip(wanted, available, strict=True), 1) if w > a] == [6]


def test_history_is_sold_at_list_price(company):
    actuals = company["actuals"]
    price = actuals["item"].map(company["items"].set_index("item")["list_price"])
    assert (actuals["value"] == actuals["quantity"] * price).all()


def test_two_workers_are_just_enough_for_the_tables(company):
    # 50 TB-1 x 3 h + 10 DK-1 x 6 h = 210 h, every third month 24 TB-3 x 3 h more; 2 x 6 h x 20 days = 240 h.
    shipped = company["actuals"].query("'2026-07' <= period <= '2026-12'")
    hours = company["routings"].query("resource == 'ASM-P2'").set_index("item")["hours_per_unit"]
    wanted = (shipped["quantity"] * shipped["item"].map(hours)).groupby(shipped["period"]).sum()
    (crew,) = company["labour"].itertuples()
    assert wanted.tolist() == [282, 210, 210, 282, 210, 210]
    assert crew.workers * crew.hours_per_worker_day * 20 == 240
    assert wanted.mean() == 234
