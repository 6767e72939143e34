"""Every tie-out of money on random small companies: to the cent, in any order, sites split and rejoined."""

import numpy as np
import pandas as pd
import pytest

from sop_xl.domain.settings import Settings
from sop_xl.finance.bridge_table import bridge_table
from sop_xl.finance.cash_plan import cash_plan
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.roll_up import roll_up_finance
from sop_xl.finance.sales import outlook
from sop_xl.finance.stock_value import stock_value
from tests.finance.small_company import NOW, plan_data, table

MONTHS = pd.period_range(NOW, periods=4, freq="M")
CLOSED = pd.period_range(NOW - 5, NOW - 1, freq="M")
MARKETS = ("East", "West", "Abroad")
SITES = ("P1", "P2")


class Company:
    """A random company with its plan; the same seed is the same company, however its rows are turned."""

    def __init__(self, seed: int, *, shuffle: int | None = None, sites: tuple[str, ...] = SITES) -> None:
        draw = np.random.default_rng(seed)
        self._draw, self._shuffle, self._sites = draw, shuffle, sites
        self.items = [f"I{k}" for k in range(int(draw.integers(1, 6)))]
        self.family = {item: f"F{k % 2}" for k, item in enumerate(self.items)}
        self.cost = {item: round(float(draw.uniform(0.001, 90)), 6) for item in self.items}
        rows = self._inputs()
        settings = Settings(NOW, horizon_months=len(MONTHS), supplier_payment_days=float(draw.choice([0, 30, 45, 61])))
        self.data = plan_data(settings, **{name: self._turned(lines) for name, lines in rows.items()})
        self.forecast, self.supply_plan, self.last_cycle, self.load, self.purchases = self._plan()
        self.costs = roll_up_costs(self.data)

    def results(self):
        data, forecast, plan, costs = self.data, self.forecast, self.supply_plan, self.costs
        sales = outlook(data, forecast, plan, costs)
        finance = roll_up_finance(data, forecast, plan, costs, self.last_cycle, self.load, sales)
        return {
            "finance": finance,
            "bridge": bridge_table(data, sales, self.last_cycle),
            "cash": cash_plan(data, sales, plan, self.purchases, self.load, costs, finance),
            "stock_value": stock_value(data, sales, plan, costs),
        }

    def _turned(self, lines):
        if self._shuffle is None:
            return lines
        order = np.random.default_rng(self._shuffle).permutation(len(lines))
        return [lines[k] for k in order]

    def _quantity(self, most=2000):
        kind = self._draw.integers(0, 4)
        whole = float(self._draw.integers(0, most))
        return 0.0 if kind == 0 else whole if kind < 3 else round(whole / 7, 6)

    def _inputs(self):
        draw = self._draw
        price = {item: round(float(draw.uniform(0.001, 200)), 6) for item in self.items}
        items = [
            {"item": i, "family": self.family[i], "standard_cost": self.cost[i], "list_price": price[i],
             "uom": str(draw.choice(["EA", "KG"]))}
            for i in self.items
        ]  # fmt: skip
        markets = [
            {"market": "East", "payment_days": 30.0},
            {"market": "West", "payment_days": float(draw.choice([0, 14, 45]))},
            {"market": "Abroad", "currency": "EUR", "payment_days": 60.0},
        ]
        rates = [
            {"currency": "EUR", "period": p, "plan_rate": round(float(draw.uniform(0.8, 1.2)), 4),
             "actual_rate": round(float(draw.uniform(0.8, 1.2)), 4)}
            for p in (*CLOSED, *MONTHS)
        ]  # fmt: skip
        return {
            "items": items,
            "markets": markets,
            "fx_rates": rates,
            "actuals": self._actuals(price),
            "budget": self._budget(price),
            "resources": [{"resource": "R", "cost_per_hour": 20.0, "overtime_cost_per_hour": 31.7}],
            "initiatives": [{"initiative": "N", "capex": 1234.567, "one_off_cost": 99.995, "status": "approved"}],
        }

    def _actuals(self, price):
        rows = []
        for item in self.items:
            for period in CLOSED:
                for market in MARKETS:
                    quantity = self._quantity()
                    if quantity:
                        value = round(quantity * price[item] * float(self._draw.uniform(0.7, 1.3)), 2)
                        sale = {"measure": "shipments", "item": item, "market": market, "period": period}
                        currency = "EUR" if market == "Abroad" else ""
                        rows.append({**sale, "quantity": quantity, "value": value, "currency": currency})
            held = self._quantity() + 1
            stock = {"measure": "inventory", "item": item, "period": NOW - 1, "quantity": held}
            rows.append({**stock, "value": round(held * self.cost[item] * 1.1, 2)})
        return rows

    def _budget(self, price):
        rows = []
        for item in self.items:
            for period in (*CLOSED[2:], *MONTHS):
                quantity = self._quantity()
                money = {"revenue": round(quantity * price[item], 2), "cogs": round(quantity * self.cost[item], 2)}
                known = quantity if self._draw.integers(0, 8) else float("nan")
                rows.append({"item_or_family": item, "period": period, "quantity": known, "opex": 33.335, **money})
        return rows

    def _plan(self):
        forecast, plan, last, purchases = [], [], [], []
        for item in self.items:
            opening = dict.fromkeys(SITES, 0.0)
            for site in SITES:
                opening[site] = self._quantity()
            for period in MONTHS:
                last.append(self._last(item, period))
                wanted = {market: self._quantity() for market in MARKETS}
                forecast += [{"item": item, "market": m, "period": period, "consensus": q} for m, q in wanted.items()]
                month = [self._site(item, site, period, opening) for site in SITES]
                plan += month if len(self._sites) > 1 else [self._joined(month)]
                purchases += [
                    {"item": item, "supplier": "S", "location": row["location"], "period": period,
                     "value": round(row["purchases"] * self.cost[item], 2)}
                    for row in month
                ]  # fmt: skip
        load = [{"resource": "R", "period": p, "overtime_hours": self._quantity(50)} for p in MONTHS]
        names = ("forecast", "supply_plan", "last_cycle", "load", "purchases")
        return [table(n, *rows) for n, rows in zip(names, (forecast, plan, last, load, purchases), strict=True)]

    def _site(self, item, site, period, opening):
        made, bought = self._quantity(), self._quantity()
        have = round(opening[site] + made + bought, 6)
        served = round(have * float(self._draw.choice([0.0, 0.5, 1.0])), 6)
        used = round(served * float(self._draw.choice([0.0, 0.25])), 6)
        closing = round(have - served, 6)
        row = {"family": self.family[item], "item": item, "location": site, "period": period, "demand": served}
        row |= {"opening": opening[site], "production": made, "purchases": bought, "served": served, "used": used}
        opening[site] = closing
        return row | {"closing": closing, "backlog": 0.0, "closing_value": round(closing * self.cost[item], 2)}

    def _joined(self, rows):
        """Both sites as one. What they hold is worth the same, to the cent."""
        one = dict(rows[0])
        for field in ("opening", "production", "purchases", "served", "used", "demand", "closing", "closing_value"):
            one[field] = round(sum(row[field] for row in rows), 6)
        return one

    def _last(self, item, period):
        money = {"revenue": round(self._quantity() * 3.337, 2), "cogs": round(self._quantity() * 2.111, 2)}
        return {"item": item, "period": period, "served": self._quantity(), **money}


def cents(values):
    """Return amounts as whole cents; fails where they are not."""
    scaled = np.asarray(values, float) * 100
    whole = np.rint(scaled)
    assert np.abs(scaled - whole).max(initial=0.0) < 1e-3
    return whole.astype("int64")


def by(finance, line, column="amount"):
    rows = finance[finance["line"].eq(line)].dropna(subset=[column])
    return rows.assign(cents=cents(rows[column])).groupby("period")["cents"].sum()


def check(company):
    """Assert all tie-outs of one company."""
    found = company.results()
    finance, bridge, cash, stock = (found[name] for name in ("finance", "bridge", "cash", "stock_value"))
    _profit_and_loss(company, finance)
    _bridges(finance, bridge, company.last_cycle)
    _cash(finance, cash)
    _stock(finance, stock)
    _outlook(company, finance)


def _profit_and_loss(company, finance):
    for column in ("amount", "constant", "budget", "last_cycle"):
        lines = [by(finance, line, column) for line in ("revenue", "cogs", "gross_margin")]
        assert lines[0].sub(lines[1], fill_value=0).sub(lines[2], fill_value=0).eq(0).all(), column
    # Detail = family = total: items and markets against the families of the table.
    rows = outlook(company.data, company.forecast, company.supply_plan, company.costs).together()
    for line in ("revenue", "cogs"):
        detail = rows.assign(cents=cents(rows[line])).groupby("period")["cents"].sum()
        assert by(finance, line).sub(detail, fill_value=0).eq(0).all(), line
    value = company.supply_plan["closing_value"]
    detail = company.supply_plan.assign(cents=cents(value)).groupby("period")["cents"].sum()
    held = by(finance, "inventory_value").loc[lambda sums: sums.index >= NOW]
    assert held.sub(detail, fill_value=0).eq(0).all()
    # Planned months are at plan rates: no currency effect there.
    planned = finance[finance["period"].ge(NOW) & finance["line"].eq("revenue")]
    assert cents(planned["amount"].fillna(0)).tolist() == cents(planned["constant"].fillna(0)).tolist()


def _bridges(finance, bridge, last_cycle):
    assert len(bridge)
    amounts = bridge.assign(cents=cents(bridge["amount"]))
    for (name, first, last), rows in amounts.groupby(["comparison", "from_period", "to_period"]):
        wide = rows.pivot_table(index=["family", "item"], columns="step", values="cents", aggfunc="sum").fillna(0)
        ends = {step: wide.get(step, 0) for step in ("start", "end")}
        steps = wide.drop(columns=["start", "end"], errors="ignore").sum(axis=1)
        assert (ends["start"] + steps == ends["end"]).all()
        column = "last_cycle" if name == "Plan against last cycle" else "budget"
        for step, version in (("start", column), ("end", "amount")):
            months = pd.period_range(first, last, freq="M")
            margin = by(finance, "revenue", version).sub(by(finance, "cogs", version), fill_value=0)
            assert int(np.sum(ends[step])) == margin.reindex(months, fill_value=0).sum(), (name, step)


def _cash(finance, cash):
    c = {name: cents(cash[name]) for name in cash.columns[1:17]}
    assert (c["opening_receivables"] + c["revenue"] - c["receipts"] == c["closing_receivables"]).all()
    assert (c["opening_payables"] + c["purchases"] - c["payments"] == c["closing_payables"]).all()
    for balance in ("receivables", "payables"):
        assert (c[f"opening_{balance}"][1:] == c[f"closing_{balance}"][:-1]).all()
    out = sum(c[name] for name in ("payments", "conversion", "overtime", "opex", "one_off", "capex"))
    assert (c["receipts"] - out == c["net_cash"]).all()
    for line in ("revenue", "cogs", "inventory_value", "opex", "one_off"):
        assert c[line].tolist() == by(finance, line).reindex(MONTHS, fill_value=0).tolist(), line


def _stock(finance, stock):
    c = {name: cents(stock[name]) for name in stock.columns[2:]}
    inflow = sum(c[name] for name in ("opening", "revaluation", "production", "purchases", "transfers"))
    assert (inflow - c["used"] - c["issues"] == c["closing"]).all()
    assert (c["issues"] + c["rounding"] == c["cogs"]).all()
    table = stock.assign(opening=c["opening"], closing=c["closing"], cogs=c["cogs"])
    for _, rows in table.groupby("family"):
        assert rows["opening"].tolist()[1:] == rows["closing"].tolist()[:-1]
    sums = table.groupby("period")[["closing", "cogs"]].sum()
    assert sums["closing"].tolist() == by(finance, "inventory_value").reindex(MONTHS, fill_value=0).tolist()
    assert sums["cogs"].tolist() == by(finance, "cogs").reindex(MONTHS, fill_value=0).tolist()


def _outlook(company, finance):
    """The year is actual to date and plan; operating expense of the plan is the budget's."""
    lines = finance.assign(cents=cents(finance["amount"].fillna(0)))
    for line in ("revenue", "cogs", "gross_margin", "opex"):
        rows = lines[lines["line"].eq(line)]
        closed = rows["period"].lt(NOW)
        assert (rows["version"].eq("actual") == closed).all()
        parts = rows.groupby("version")["cents"].sum()
        assert rows["cents"].sum() == parts.get("actual", 0) + parts.get("plan", 0)
    opex = by(finance, "opex").reindex(MONTHS, fill_value=0)
    assert opex.tolist() == by(finance, "opex", "budget").reindex(MONTHS, fill_value=0).tolist()


def same(one, other):
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name], check_exact=True, obj=name)


@pytest.mark.parametrize("start", range(0, 24, 6))
def test_every_tie_out(start):
    for seed in range(start, start + 6):
        check(Company(seed))


@pytest.mark.bench
def test_every_tie_out_of_a_thousand_companies():
    for seed in range(1000, 2000):
        check(Company(seed))


def test_rows_in_any_order_give_the_same_cents():
    for seed in range(3):
        same(Company(seed).results(), Company(seed, shuffle=seed + 1).results())


def test_sites_split_and_rejoined_give_the_same_cents():
    for seed in range(3):
        same(Company(seed).results(), Company(seed, sites=("P1",)).results())
