"""Key figures, value of the forecast and bridges in plain loops over the tables' text, without the product.

Nothing here comes from `sop_xl`: each figure is computed from what was typed, what came and what the plan holds,
as `docs/planners.md` and the definition beside each number say. Money is summed in cents, since the tables hold cents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.year.company import Row, Tables, month_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.year.drive import Cycle

AHEAD = 12
STEPS = ("naive", "statistical", "events", "sensed", "overrides", "consensus")
ALL = "(all)"


def number(text: str | None) -> float | None:
    """Return a cell as a number; None where it is blank."""
    return float(text) if text not in (None, "") else None


def zero(text: str | None) -> float:
    """Return a cell as a number; 0 where it is blank."""
    return number(text) or 0.0


def cents(rows: Iterable[Row], field: str = "amount") -> int:
    """Return the sum of a money column, in cents."""
    return sum(round(100 * zero(row[field])) for row in rows)


def over(part: float | None, whole: float | None, factor: float = 100.0) -> float | None:
    """Return part / whole, in points by default; None where one is unknown or the whole is 0."""
    return None if part is None or not whole else factor * part / whole


class Figures:
    """The figures of one cycle, from its tables and those of the cycles before."""

    def __init__(self, cycle: Cycle, before: Sequence[Cycle]) -> None:
        self.tables: Tables = cycle.tables
        self.month = cycle.month
        self.cycles = [*before, cycle]
        settings = {row["parameter"]: row["value"] for row in self.tables["settings"]}
        self.settings = settings
        months = sorted({row["period"] for row in self.tables["supply_plan"]})
        self.ahead = months[:AHEAD]
        self.last_planned = months[-1]
        start = int(settings.get("fiscal_year_start") or 1)
        first = self.month
        while int(first[5:]) != start:
            first = month_after(first, -1)
        self.year = [month_after(first, k) for k in range(12)]

    def setting(self, name: str, default: float) -> float:
        """Return a number of the settings."""
        return number(self.settings.get(name)) or default

    def money(self, line: str, months: Iterable[str], field: str = "amount") -> float:
        """Return a line of the P&L over some months."""
        wanted = set(months)
        rows = (row for row in self.tables["finance"] if row["line"] == line and row["period"] in wanted)
        return cents(rows, field) / 100

    def budget(self, line: str, months: Sequence[str]) -> float | None:
        """Return the budget of a line; None unless each month has one."""
        given = {row["period"] for row in self.tables["finance"] if row["line"] == line and row["budget"] != ""}
        return self.money(line, months, "budget") if set(months) <= given else None

    # Demand

    def demand(self) -> dict[tuple[str, str], float]:
        """Return what customers asked for, by item and closed month: bookings where an item has any, else shipments."""
        closed = [row for row in self.tables["actuals"] if row["period"] < self.month and row["quantity"] != ""]
        booked = {row["item"] for row in closed if row["measure"] == "bookings"}
        came: dict[tuple[str, str], float] = {}
        for row in closed:
            if row["measure"] == ("bookings" if row["item"] in booked else "shipments"):
                key = row["item"], row["period"]
                came[key] = came.get(key, 0.0) + float(row["quantity"])
        return came

    def growth(self) -> float | None:
        past = {month_after(self.month, -k) for k in range(1, AHEAD + 1)}
        before = sum(units for (_, month), units in self.demand().items() if month in past)
        coming = sum(zero(row["consensus"]) for row in self.tables["forecast"] if row["period"] in self.ahead)
        return over(coming - before, before) if len(self.ahead) == AHEAD else None

    def said(self, cycle: Cycle) -> dict[tuple[str, str], dict[str, float]]:
        """Return what each step of a cycle's forecast said of an item's next six months."""
        near = {month_after(cycle.month, k) for k in range(6)}
        found: dict[tuple[str, str], dict[str, float]] = {}
        there: set[tuple[str, str]] = set()
        for row in cycle.tables["forecast"]:
            if row["period"] not in near:
                continue
            key = row["item"], row["period"]
            parts = [number(row[name]) for name in ("statistical", "event_qty", "launch_qty", "initiative_qty")]
            base = max(0.0, sum(part or 0.0 for part in parts))
            sensed = number(row["sensed"]) if row["sensing_qty"] not in ("", "0") else None
            sensed = base if sensed is None else sensed
            streams = [float(row[name]) for name in ("sales", "marketing", "finance") if row[name] != ""]
            final = number(row["final"])
            people = final if final is not None else sum(streams) / len(streams) if streams else sensed
            steps = dict(zip(STEPS, (zero(row["naive"]), zero(row["statistical"]), base, sensed, people), strict=False))
            sums = found.setdefault(key, dict.fromkeys(STEPS, 0.0))
            for name in STEPS:
                sums[name] += zero(row["consensus"]) if name == "consensus" else steps[name]
            if row["consensus"] != "":
                there.add(key)
        return {key: sums for key, sums in found.items() if key in there}

    def judged(self, lag: int) -> list[tuple[str, str, float, dict[str, float]]]:
        """Return item, month, what came and what each step had said `lag` months ahead, for closed months."""
        came, out = self.demand(), []
        for cycle in self.cycles:
            month = month_after(cycle.month, lag - 1)
            if month < self.month:
                for (item, period), sums in sorted(self.said(cycle).items()):
                    if period == month:
                        out.append((item, month, came.get((item, month), 0.0), sums))
        return out

    def cost_of(self) -> dict[str, float]:
        """Return what a unit of an item is worth: standard cost, else list price."""
        return {row["item"]: zero(row["standard_cost"]) or zero(row["list_price"]) for row in self.tables["items"]}

    def accuracy_steps(self) -> dict[tuple[str, int, str], dict[str, float | None]]:
        """Return WMAPE, bias, tracking signal, value added in points and in money, by family, lag and step."""
        family = {row["item"]: row["family"] for row in self.tables["items"]}
        cost, out = self.cost_of(), {}
        for lag in range(1, 7):
            rows = self.judged(lag)
            for name in {ALL, *(family[item] for item, *_ in rows)} if rows else ():
                mine = [row for row in rows if name in (ALL, family[row[0]])]
                for place, step in enumerate(STEPS):
                    before = STEPS[place - 1] if place else None
                    out[name, lag, step] = _judge(mine, step, before, cost)
        return out

    def override_value(self) -> dict[tuple[str, str], dict[str, float | None]]:
        """Return, by owner and by reason, how overrides changed the error of what they touched, at every lag."""
        cost, out = self.cost_of(), {}
        touched: dict[tuple[str, str], list[tuple[float, float, float, str]]] = {}
        for cycle in self.cycles:
            voices = _voices(cycle.tables["overrides"])
            for (item, month), sums in self.said(cycle).items():
                if month < self.month and (item, month) in voices:
                    came = self.demand().get((item, month), 0.0)
                    for kind, name in zip(("owner", "reason"), voices[item, month], strict=True):
                        touched.setdefault((kind, name), []).append((came, sums["sensed"], sums["consensus"], item))
        for key, rows in touched.items():
            total = sum(came for came, *_ in rows)
            saved = [abs(came - was) - abs(came - now) for came, was, now, _ in rows]
            out[key] = {
                "forecasts": float(len(rows)),
                "better": float(sum(abs(came - now) < abs(came - was) for came, was, now, _ in rows)),
                "fva": over(sum(saved), total) if total > 0 else None,
                "money": sum(gain * cost.get(row[3], 0.0) for gain, row in zip(saved, rows, strict=True)),
            }
        return out

    def forecast_cycles(self) -> dict[tuple[str, str], float]:
        """Return what each cycle said of each month, for the company."""
        out: dict[tuple[str, str], float] = {}
        for cycle in self.cycles:
            for (_, month), sums in self.said(cycle).items():
                out[cycle.month, month] = out.get((cycle.month, month), 0.0) + sums["consensus"]
        return out

    def measured(self) -> tuple[float | None, float | None, float | None]:
        """Return WMAPE of the forecast, of the naive one, and bias: of the archive from three closed months on."""
        rows = self.judged(1)
        if len({month for _, month, *_ in rows}) >= 3:
            mine, naive = (_judge(rows, step, None, {}) for step in ("consensus", "naive"))
            return mine["wmape"], naive["wmape"], mine["bias"]
        (company,) = [
            row for row in self.tables["accuracy"] if (row["family"], row["item"], row["lag"]) == ("", "", "1")
        ]
        return number(company["wmape"]), number(company["naive_wmape"]), number(company["bias"])

    # Supply

    def plan(self) -> list[Row]:
        return [row for row in self.tables["supply_plan"] if row["period"] in self.ahead]

    def customers(self) -> tuple[float, float, float]:
        """Return the units customers want, those served late, and those lost."""
        demand = late = lost = 0.0
        for row in self.plan():
            wanted = max(0.0, zero(row["demand"]) - zero(row["used"]))
            gone = zero(row["lost"])
            demand, lost = demand + wanted, lost + gone
            waiting = max(0.0, zero(row["backlog"]) - zero(row["agreed"]))  # an agreed order book is not late
            late += min(waiting, max(0.0, wanted - gone))
        return demand, late, lost

    def unit_cost(self) -> dict[str, float]:
        return {row["item"]: zero(row["standard_cost"]) for row in self.tables["item_costs"]}

    def closing_value(self, months: Iterable[str]) -> float:
        wanted = set(months)
        return sum(zero(row["closing_value"]) for row in self.plan() if row["period"] in wanted)

    def stock_now(self) -> float:
        cost = self.unit_cost()
        first = [row for row in self.plan() if row["period"] == self.ahead[0]]
        return sum(zero(row["opening"]) * cost.get(row["item"], 0.0) for row in first)

    def target_value(self) -> float:
        cost = self.unit_cost()
        last = [row for row in self.plan() if row["period"] == self.ahead[-1]]
        return sum(zero(row["target"]) * cost.get(row["item"], 0.0) for row in last)

    def year_cogs(self) -> float:
        return self.money("cogs", self.ahead) * 12 / len(self.ahead)

    def below_target(self) -> float:
        return sum(max(0.0, zero(row["target"]) - zero(row["closing"])) for row in self.plan()) / len(self.ahead)

    def at_stake(self) -> float:
        rows = [
            row for row in self.tables["shortages"] if row["period"] in self.ahead and row["kind"] in ("late", "lost")
        ]
        return cents(rows, "value") / 100

    def peak(self, field: str, *, with_overtime: bool = False) -> tuple[float | None, float | None]:
        """Return the highest hours over regular hours, and its limit: 100, or with overtime what is most beyond it."""
        best: tuple[float, float, float] | None = None
        for row in sorted(self.tables["load"], key=lambda row: (row["period"], -zero(row["wanted_hours"]))):
            regular = zero(row["available_hours"])
            if row["period"] in self.ahead and regular > 0 and row[field] != "":
                load = 100 * float(row[field]) / regular
                limit = 100 * (regular + with_overtime * zero(row["overtime_limit"])) / regular
                if best is None or round(load / limit, 6) > round(best[0], 6):
                    best = load / limit, load, limit
        return (best[1], best[2]) if best else (None, None)

    def overtime(self) -> float:
        return sum(zero(row["overtime_hours"]) for row in self.tables["load"] if row["period"] in self.ahead)

    def known_year(self) -> list[str]:
        there = {row["period"] for row in self.tables["finance"] if row["line"] == "revenue" and row["amount"] != ""}
        return [month for month in self.year if month in there]

    def run_rate(self) -> float:
        left = [month for month in self.year if self.month <= month <= self.last_planned]
        return self.money("revenue", left) / len(left)

    def needed_rate(self) -> float | None:
        left = [month for month in self.year if self.month <= month]
        budget = self.budget("revenue", self.year)
        if budget is None or left[-1] > self.last_planned:
            return None
        return (budget - self.money("revenue", [m for m in self.year if m < self.month])) / len(left)

    def margin(self, months: Sequence[str]) -> float | None:
        return over(self.money("gross_margin", months), self.money("revenue", months))

    def margin_budget(self, months: Sequence[str]) -> float | None:
        return over(self.budget("gross_margin", months), self.budget("revenue", months))

    def plan_cost(self) -> float:
        rows = [
            r
            for r in self.tables["plan_cost"]
            if r["scenario"] == "base" and r["component"] not in ("total", "penalties")
        ]
        return cents(rows) / 100

    def kpis(self) -> dict[str, tuple[float | None, float | None]]:
        """Return value and target of each key figure by its short name."""
        demand, late, lost = self.customers()
        wmape, naive, bias = self.measured()
        days = self.setting("days_in_year", 365)
        stock, target = self.closing_value(self.ahead[-1:]), self.target_value()
        gaps = [number(row["gap_pct"]) for row in self.tables["plan_cost"] if row["gap_pct"] != ""]
        fy = self.known_year()
        accuracy, aim = (None if e is None else max(0.0, 100 - e) for e in (wmape, naive))
        return {
            "growth": (self.growth(), None),
            "accuracy": (accuracy, aim),
            "bias": (bias, 0.0),
            "fva": (None if wmape is None or naive is None else naive - wmape, 0.0),
            "service": (over(demand - late - lost, demand), 100 * self.setting("service_level", 0.95)),
            "late_units": (late, 0.0),
            "lost_units": (lost, 0.0),
            "at_stake": (self.at_stake(), None),
            "below_target": (self.below_target(), 0.0),
            "peak_load": self.peak("required_hours"),
            "peak_wanted": self.peak("wanted_hours", with_overtime=True),
            "overtime": (self.overtime(), 0.0),
            "revenue_12": (self.money("revenue", self.ahead), self.budget("revenue", self.ahead)),
            "margin_12": (self.margin(self.ahead), self.margin_budget(self.ahead)),
            "revenue_fy": (self.money("revenue", fy), self.budget("revenue", fy)),
            "margin_fy": (self.margin(fy), self.margin_budget(fy)),
            "run_rate": (self.run_rate(), self.needed_rate()),
            "plan_cost": (self.plan_cost(), None),
            "plan_gap": (max((gap for gap in gaps if gap is not None), default=None), 0.1),
            "stock_now": (self.stock_now(), None),
            "stock_12": (stock, target),
            "dio": (over(stock, self.year_cogs(), days), over(target, self.year_cogs(), days)),
            "turns": (over(self.year_cogs(), self.closing_value(self.ahead) / len(self.ahead), 1.0), None),
        }


def _judge(
    rows: Sequence[tuple[str, str, float, dict[str, float]]], step: str, before: str | None, cost: dict[str, float]
) -> dict[str, float | None]:
    total = sum(came for _, _, came, _ in rows)
    missed = sum(abs(came - sums[step]) for _, _, came, sums in rows)
    error = sum(came - sums[step] for _, _, came, sums in rows)
    saved = [(item, abs(came - sums[before]) - abs(came - sums[step])) for item, _, came, sums in rows if before]
    by_month: dict[str, float] = {}
    for _, month, came, sums in rows:
        by_month[month] = by_month.get(month, 0.0) + came - sums[step]
    size = sum(abs(miss) for miss in by_month.values()) / len(by_month) if by_month else 0.0
    return {
        "wmape": over(missed, total) if total > 0 else None,
        "bias": over(error, total) if total > 0 else None,
        "tracking_signal": sum(by_month.values()) / size if size > 0 else 0.0,
        "fva": over(sum(gain for _, gain in saved), total) if before and total > 0 else None,
        "money": sum(gain * cost.get(item, 0.0) for item, gain in saved) if before else None,
    }


def _voices(overrides: Iterable[Row]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return owner and reason of each item and month: of the final word, else of sales, marketing, finance."""
    order = ("final", "sales", "marketing", "finance")
    found: dict[tuple[str, str], tuple[tuple[int, str], tuple[str, str]]] = {}
    for row in overrides:
        if row["quantity"] != "":
            key, rank = (row["item"], row["period"]), (order.index(row["stream"]), row["market"])
            voice = row["owner"] or "not given", row["reason"] or "not given"
            if key not in found or rank < found[key][0]:
                found[key] = rank, voice
    return {key: voice for key, (_, voice) in found.items()}


def margins(cycle: Cycle, months: Sequence[str]) -> dict[str, int]:
    """Return the gross margin that a cycle planned for some months, by family, in cents."""
    out: dict[str, int] = {}
    for row in cycle.tables["finance"]:
        if row["period"] in months and row["line"] in ("revenue", "cogs") and row["version"] == "plan":
            sign = 1 if row["line"] == "revenue" else -1
            out[row["family"]] = out.get(row["family"], 0) + sign * cents([row])
    return out


def served(cycle: Cycle, months: Sequence[str]) -> dict[str, float]:
    """Return the units a cycle planned to ship to customers in some months, by item."""
    out: dict[str, float] = {}
    for row in cycle.tables["supply_plan"]:
        if row["period"] in months:
            out[row["item"]] = out.get(row["item"], 0.0) + zero(row["served"]) - zero(row["used"])
    return out
