"""Every tie-out of money on random small companies: to the cent, in any order, sites split and rejoined."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from sop_xl.domain.settings import Settings
from sop_xl.finance.cost import roll_up_costs
from sop_xl.finance.results import money_results
from sop_xl.finance.sales import outlook
from tests.finance.small_company import NOW, plan_data, table

MONTHS = pd.period_range(NOW, periods=4, freq="M")
CLOSED = pd.period_range(NOW - 5, NOW - 1, freq="M")
MARKETS = ("East", "West", "Abroad")
SITES = ("P1", "P2")


class Companies:
    """Random companies and their plans, side by side in one so that pandas works once for all of them.

    Each has its items, families, markets and resource; the same seeds are the same companies, however their
    rows are turned. Payment terms of suppliers and switches are those of the first seed.
    """

    def __init__(self, seeds: Sequence[int], *, shuffle: int | None = None, sites: tuple[str, ...] = SITES) -> None:
        draw = np.random.default_rng(seeds[0])
        settings = Settings(
            NOW,
            horizon_months=len(MONTHS),
            supplier_payment_days=float(draw.choice([0, 30, 45, 61])),
            overtime_premium=str(draw.choice(["expense", "absorb"])),
        )
        companies = [Company(seed, sites) for seed in seeds]
        rates = [
            {"currency": "EUR", "period": p, "plan_rate": round(float(draw.uniform(0.8, 1.2)), 4),
             "actual_rate": round(float(draw.uniform(0.8, 1.2)), 4)}
            for p in (*CLOSED, *MONTHS)
        ]  # fmt: skip
        rows = {name: [row for one in companies for row in one.inputs[name]] for name in companies[0].inputs}
        turned = {name: _turned(lines, shuffle) for name, lines in {**rows, "fx_rates": rates}.items()}
        self.data = plan_data(settings, **turned)
        names = companies[0].plan
        self.plan = {name: table(name, *(row for one in companies for row in one.plan[name])) for name in names}
        self.plan["item_costs"] = roll_up_costs(self.data)
        self.plan["launch_plan"] = table("launch_plan")

    def results(self):
        return money_results(self.data, self.plan)

    def sales(self):
        plan = self.plan
        rows = outlook(self.data, plan["forecast"], plan["supply_plan"], plan["item_costs"]).together()
        return rows.assign(family=rows["item"].map(self.data["items"].set_index("item")["family"]))


def _turned(lines, shuffle):
    if shuffle is None:
        return lines
    order = np.random.default_rng(shuffle).permutation(len(lines))
    return [lines[k] for k in order]


class Company:
    """The rows of one random company: its inputs and its plan, by table."""

    def __init__(self, seed: int, sites: tuple[str, ...]) -> None:
        draw = np.random.default_rng(seed)
        self._draw, self._sites, self._seed = draw, sites, seed
        self.items = [f"{seed}-I{k}" for k in range(int(draw.integers(1, 6)))]
        self.family = {item: f"{seed}-F{k % 2}" for k, item in enumerate(self.items)}
        self.cost = {item: round(float(draw.uniform(0.001, 90)), 6) for item in self.items}
        self.markets = [f"{seed}-{name}" for name in MARKETS]
        self.inputs = self._inputs()
        self.plan = self._plan()

    def _quantity(self, most=2000):
        kind = self._draw.integers(0, 4)
        whole = float(self._draw.integers(0, most))
        return 0.0 if kind == 0 else whole if kind < 3 else round(whole / 7, 6)

    def _inputs(self):
        draw = self._draw
        price = {item: round(float(draw.uniform(0.001, 200)), 6) for item in self.items}
        items = [
            {"item": i, "family": self.family[i], "standard_cost": self.cost[i], "list_price": price[i],
             "uom": str(draw.choice(["EA", "KG"])), "material_cost": float(draw.choice([0.0, 0.333]))}
            for i in self.items
        ]  # fmt: skip
        days = (30.0, float(draw.choice([0, 14, 45])), 60.0)
        markets = [
            {"market": m, "payment_days": d, "currency": c}
            for m, d, c in zip(self.markets, days, ("", "", "EUR"), strict=True)
        ]
        actuals = self._actuals(price)
        resource, initiative = f"{self._seed}-R", {"initiative": str(self._seed), "status": "approved"}
        return {
            "items": items,
            "markets": markets,
            "actuals": [*actuals, *self._booked(actuals), *self._balances()],
            "rebates": self._rebates(),
            "budget": self._budget(price),
            "resources": [
                {
                    "resource": resource,
                    "cost_per_hour": 20.0,
                    "overtime_cost_per_hour": 31.7,
                    "overhead_per_hour": 7.777,
                }
            ],
            "routings": [
                {
                    "item": i,
                    "operation": "10",
                    "resource": "R",
                    "yield_pct": 90.0,
                    "hours_per_unit": round(float(draw.uniform(0.001, 0.3)), 4),
                }
                for i in self.items[::2]
            ],
            "initiatives": [{**initiative, "capex": 1234.567, "one_off_cost": 99.995}],
        }

    def _actuals(self, price):
        rows = []
        for item in self.items:
            for period in CLOSED:
                for market in self.markets:
                    quantity = self._quantity()
                    if quantity:
                        value = round(quantity * price[item] * float(self._draw.uniform(0.7, 1.3)), 2)
                        sale = {"measure": "shipments", "item": item, "market": market, "period": period}
                        currency = "EUR" if market == self.markets[-1] else ""
                        rows.append({**sale, "quantity": quantity, "value": value, "currency": currency})
            held = self._quantity() + 1
            stock = {"measure": "inventory", "item": item, "period": NOW - 1, "quantity": held}
            rows.append({**stock, "value": round(held * self.cost[item] * 1.1, 2)})
        return rows

    def _rebates(self):
        """Return an agreement on each market: of all it buys, or of one family; some run beyond the plan."""
        terms = [
            {"agreement": f"{market}-R", "market": market, "from_period": CLOSED[1], "to_period": MONTHS[-1] + k,
             "item_or_family": str(self._draw.choice(["", self.family[self.items[0]]])),
             "measured": str(self._draw.choice(["units", "revenue"])), "retrospective": "yes" if k else "no"}
            for k, market in enumerate(self.markets)
        ]  # fmt: skip
        tiers = [{"threshold": 0.0, "rebate_pct": 1.0}, {"threshold": 3333.3, "rebate_pct": 1.3333}]
        return [{**one, **tier} for one in terms for tier in tiers]

    def _booked(self, actuals):
        """Return rebates booked for some of what was sold: of the item, or of its family."""
        sold = [row for row in actuals if row["measure"] == "shipments"][::7]
        rows = {
            (self.family[r["item"]] if k % 2 else r["item"], r["market"], r["period"]): r for k, r in enumerate(sold)
        }
        return [
            {"measure": "rebates", "item": item, "market": market, "period": period, "currency": row["currency"],
             "value": round(row["value"] * 0.01, 2)}
            for (item, market, period), row in rows.items()
        ]  # fmt: skip

    def _balances(self):
        """Return what is open at the end of the last closed month, of one market and of what is bought, or nothing."""
        whose = {"item": self.family[self.items[0]], "period": NOW - 1}
        rows = [
            {**whose, "measure": "receivables", "market": self.markets[0], "value": round(self._quantity() * 7.77, 2)},
            {**whose, "measure": "payables", "value": round(self._quantity() * 3.33, 2)},
        ]
        return rows[: int(self._draw.integers(0, 3))]

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
                wanted = {market: self._quantity() for market in self.markets}
                forecast += [{"item": item, "market": m, "period": period, "consensus": q} for m, q in wanted.items()]
                month = [self._site(item, site, period, opening) for site in SITES]
                plan += month if len(self._sites) > 1 else [self._joined(month)]
                purchases += [
                    {"item": item, "supplier": "S", "location": row["location"], "period": period,
                     "quantity": row["purchases"], "value": round(row["purchases"] * self.cost[item] * 1.07, 2)}
                    for row in month
                    if self._draw.integers(0, 4)  # The others are orders placed before: not in the table.
                ]  # fmt: skip
        load = [
            {"resource": f"{self._seed}-R", "period": p, "overtime_hours": self._quantity(50), "available_hours": 500.0,
             "required_hours": self._quantity(700)}
            for p in MONTHS
        ]  # fmt: skip
        rows = {"forecast": forecast, "supply_plan": plan, "last_cycle": last, "load": load}
        return {**rows, "purchases": purchases}

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
    """Return the cents of a line by family and month: a family belongs to one company."""
    rows = finance[finance["line"].eq(line)].dropna(subset=[column])
    return rows.assign(cents=cents(rows[column])).groupby(["family", "period"])["cents"].sum()


def total(finance, line, column="amount"):
    """Return the cents of a line in each planned month, all companies together."""
    return by(finance, line, column).groupby("period").sum().reindex(MONTHS, fill_value=0).to_numpy()


def equal(one, other):
    """Whether two sums by family and month are the same, where nothing is zero."""
    return one.sub(other, fill_value=0).eq(0).all()


def check(companies):
    """Assert all tie-outs."""
    found = companies.results()
    finance, cash, stock = (found[name] for name in ("finance", "cash", "stock_value"))
    sales = companies.sales()
    _profit_and_loss(companies, finance, sales)
    _gross_to_net(companies, finance, sales)
    _rebates(companies, finance, sales, found["rebate_accruals"])
    _bridges(finance, found["bridge"])
    _all_cash(finance, cash)
    cash = cash[cash["version"].eq("plan")].reset_index(drop=True)
    _cash(finance, cash)
    _stock(finance, stock)
    _variances(finance, cash, stock)
    _outlook(finance)
    _items(finance, found["finance_items"])


def _profit_and_loss(companies, finance, sales):
    for column in ("amount", "constant", "budget", "last_cycle"):
        revenue, cogs, margin = (by(finance, line, column) for line in ("revenue", "cogs", "gross_margin"))
        assert equal(revenue.sub(cogs, fill_value=0), margin), column
    # Detail = family: items and markets against the families of the table.
    for line in ("revenue", "cogs"):
        detail = sales.assign(cents=cents(sales[line])).groupby(["family", "period"])["cents"].sum()
        assert equal(by(finance, line), detail), line
    plan = companies.plan["supply_plan"]
    detail = plan.assign(cents=cents(plan["closing_value"])).groupby(["family", "period"])["cents"].sum()
    held = by(finance, "inventory_value")
    assert equal(held[held.index.get_level_values("period") >= NOW], detail)
    # Planned months are at plan rates: no currency effect there. What differs before is the rates'.
    planned = finance[finance["period"].ge(NOW) & finance["line"].eq("revenue")]
    assert cents(planned["amount"].fillna(0)).tolist() == cents(planned["constant"].fillna(0)).tolist()


def _gross_to_net(companies, finance, sales):
    """List price times quantity, to the cent, less deductions is net revenue, row by row and in the table."""
    listed = companies.data["items"].set_index("item")["list_price"]
    known = sales[sales["quantity"].notna()]
    gross = (known["quantity"] * known["item"].map(listed)).to_numpy()
    assert np.abs(gross - (known["revenue"] + known["deductions"]).to_numpy()).max() < 0.00501
    detail = sales.assign(cents=cents(sales["deductions"])).groupby(["family", "period"])["cents"].sum()
    assert equal(by(finance, "deductions"), detail)
    reported, constant = (
        by(finance, "deductions", way).add(by(finance, "revenue", way), fill_value=0) for way in ("amount", "constant")
    )
    assert equal(reported, constant)


def _rebates(companies, finance, sales, accruals):
    """What agreements accrue is what the P&L bears, planned months; before, what was booked."""
    assert len(accruals)
    c = accruals.assign(**{name: cents(accruals[name]) for name in ("earned", "true_up", "accrued")})
    ahead = c[c["period"].ge(NOW)]
    assert (ahead["earned"] + ahead["true_up"] == ahead["accrued"]).all()
    assert total(finance, "rebates").sum() == ahead["accrued"].sum()
    # The whole agreement bears what the volume now expected earns it.
    assert (c.groupby("agreement")["earned"].sum() == c.groupby("agreement")["accrued"].sum()).all()
    detail = sales.assign(cents=cents(sales["rebates"])).groupby(["family", "period"])["cents"].sum()
    assert equal(by(finance, "rebates"), detail)
    booked = companies.data["actuals"].query("measure == 'rebates'")
    home = booked[booked["currency"].eq("")]
    closed = sales[sales["period"].lt(NOW) & sales["market"].isin(home["market"])]
    assert cents(closed["rebates"]).sum() == cents(home["value"]).sum()


def _bridges(finance, bridge):
    assert len(bridge)
    amounts = bridge.assign(cents=cents(bridge["amount"]))
    for (name, first, last), rows in amounts.groupby(["comparison", "from_period", "to_period"]):
        wide = rows.pivot_table(index=["family", "item"], columns="step", values="cents", aggfunc="sum").fillna(0)
        ends = {step: wide.get(step, pd.Series(0, wide.index)) for step in ("start", "end")}
        steps = wide.drop(columns=["start", "end"], errors="ignore").sum(axis=1)
        assert (ends["start"] + steps == ends["end"]).all()
        column = "last_cycle" if name == "Plan against last cycle" else "budget"
        for step, version in (("start", column), ("end", "amount")):
            margin = by(finance, "revenue", version).sub(by(finance, "cogs", version), fill_value=0)
            inside = margin[margin.index.get_level_values("period").isin(pd.period_range(first, last, freq="M"))]
            assert equal(inside.groupby("family").sum(), ends[step].groupby("family").sum()), (name, step)


PAID = ("payments", "rebates_paid", "conversion", "overhead", "overtime", "opex", "one_off", "capex")


def _all_cash(finance, cash):
    """Closed months and plan: every balance closes, opens with what was closed with, and is cash in between."""
    c = {name: cents(cash[name].fillna(0.0)) for name in cash.columns[2:23] if name != "inventory_value"}
    invoiced = c["revenue"] + c["rebates"]
    assert (c["opening_receivables"] + invoiced - c["receipts"] == c["closing_receivables"]).all()
    assert (c["opening_payables"] + c["purchases"] - c["payments"] == c["closing_payables"]).all()
    assert (c["opening_rebates"] + c["rebates"] - c["rebates_paid"] == c["closing_rebates"]).all()
    for balance in ("receivables", "payables", "rebates"):
        assert (c[f"opening_{balance}"][1:] == c[f"closing_{balance}"][:-1]).all()
    assert (c["receipts"] - sum(c[name] for name in PAID) == c["net_cash"]).all()
    for line in ("revenue", "cogs", "opex"):
        known = by(finance, line).groupby("period").sum().reindex(cash["period"], fill_value=0)
        assert c[line].tolist() == known.tolist(), line


def _cash(finance, cash):
    c = {name: cents(cash[name]) for name in cash.columns[2:23]}
    for line in ("revenue", "cogs", "inventory_value", "opex", "one_off"):
        assert c[line].tolist() == total(finance, line).tolist(), line
    assert c["overhead"].tolist() == total(finance, "under_absorbed").tolist()


def _stock(finance, stock):
    c = {name: cents(stock[name]) for name in stock.columns[2:]}
    inflow = sum(c[name] for name in ("opening", "revaluation", "production", "purchases", "transfers"))
    assert (inflow - c["used"] - c["issues"] == c["closing"]).all()
    assert (c["issues"] + c["rounding"] == c["cogs"]).all()
    held = c["excess"] + c["obsolete"]
    table = stock.assign(**c, held=held)
    for _, rows in table.groupby("family"):
        assert rows["opening"].tolist()[1:] == rows["closing"].tolist()[:-1]
        assert np.diff(rows["held"]).tolist() == rows["provision_change"].tolist()[1:]
    sums = table.set_index(["family", "period"])
    assert equal(sums["cogs"], by(finance, "cogs")[lambda rows: rows.index.get_level_values("period") >= NOW])
    assert equal(-sums["revaluation"], by(finance, "revaluation"))
    assert equal(sums["provision_change"], by(finance, "provision"))
    assert (c["moving_average"] >= 0).all()
    assert (c["moving_average"][c["closing"] == 0] == 0).all()


def _variances(finance, cash, stock):
    """What stock gains is what was bought and made, less COGS and all variances: to the cent, each month."""
    sums = stock.groupby("period")[list(stock.columns[2:])].sum()
    c = {name: cents(sums[name]) for name in sums.columns}
    paid = cents(cash["purchases"]) + cents(cash["conversion"])
    lost = sum(total(finance, line) for line in ("price_variance", "production_variance", "revaluation", "cogs"))
    assert (c["closing"] - c["opening"] == paid - lost + c["transfers"] + c["rounding"]).all()


def _outlook(finance):
    """The year is actual to date and plan; operating expense of the plan is the budget's."""
    lines = finance.assign(cents=cents(finance["amount"].fillna(0)))
    for line in ("revenue", "cogs", "gross_margin", "opex"):
        rows = lines[lines["line"].eq(line)]
        assert (rows["version"].eq("actual") == rows["period"].lt(NOW)).all()
        parts = rows.groupby("version")["cents"].sum()
        assert rows["cents"].sum() == parts.get("actual", 0) + parts.get("plan", 0)
    assert total(finance, "opex").tolist() == total(finance, "opex", "budget").tolist()


def _items(finance, items):
    """Items of the fiscal year add up to the families of the P&L, and each family has a first one."""
    for line in ("revenue", "cogs"):
        detail = items.assign(cents=cents(items[line])).groupby(["family", "period"])["cents"].sum()
        year = by(finance, line)[lambda rows: rows.index.get_level_values("period").year == NOW.year]
        assert equal(detail, year), line
    first = items[items["rank"].eq(1)].drop_duplicates(["family", "item"])
    assert sorted(first["family"]) == sorted(set(items["family"]))


def same(one, other):
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name], check_exact=True, obj=name)


@pytest.mark.parametrize("start", range(0, 40, 20))
def test_every_tie_out(start):
    check(Companies(range(start, start + 20)))


@pytest.mark.bench
def test_every_tie_out_of_a_thousand_companies():
    for start in range(1000, 2000, 40):
        check(Companies(range(start, start + 40)))


def test_rows_in_any_order_give_the_same_cents():
    same(Companies(range(5)).results(), Companies(range(5), shuffle=1).results())


def test_sites_split_and_rejoined_give_the_same_cents():
    same(Companies(range(5)).results(), Companies(range(5), sites=("P1",)).results())
