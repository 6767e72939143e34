"""The key figures by month: what each is called, how it is counted, and which way is good.

`cycle.kpi_trend` computes them, the view KPIs prints the definitions beside the figures, `docs/kpis.md` says more.
"""

from __future__ import annotations

from dataclasses import dataclass

HIGHER, LOWER, ZERO, PLAIN = "higher", "lower", "zero", ""
"""What is good: more, less, nearer to the target from either side, or neither."""


@dataclass(frozen=True)
class KpiDefinition:
    """One key figure that is known by month.

    Attributes:
        kpi: short name in tables and formulas, stable over the versions.
        name: what the reader sees.
        area: group on the view.
        unit: of value and target; `money` stands for the plan currency.
        better: HIGHER, LOWER, ZERO or PLAIN.
        words: how it is counted; A is what came, F the forecast, e = A - F.
        slack: how far beyond its target it may be and still be watched only, in its unit; for money in per cent.
    """

    kpi: str
    name: str
    area: str
    unit: str
    better: str
    words: str
    slack: float = 2.0


_LAG = "F: the consensus archived one month before, by item"
CATALOGUE = (
    KpiDefinition(
        "accuracy", "Forecast accuracy", "Demand", "%", HIGHER, "max(0, 1 - WMAPE); target: the naive forecast's"
    ),
    KpiDefinition("wmape", "WMAPE, one month ahead", "Demand", "%", LOWER, f"sum |e| / sum A; {_LAG}"),
    KpiDefinition(
        "wmape_lag3",
        "WMAPE, three months ahead",
        "Demand",
        "%",
        LOWER,
        "sum |e| / sum A; F: archived two cycles earlier than that",
    ),
    KpiDefinition(
        "mape", "MAPE", "Demand", "%", LOWER, "mean of |e| / A over items with A > 0; how many are left out: next row"
    ),
    KpiDefinition("mape_skipped", "Left out of MAPE", "Demand", "items", PLAIN, "items with a forecast and A = 0"),
    KpiDefinition(
        "bias", "Bias", "Demand", "%", ZERO, "sum e / sum A; below zero: over-forecast, above: under-forecast", 5.0
    ),
    KpiDefinition("mad", "MAD", "Demand", "units", LOWER, "mean |e|, over items"),
    KpiDefinition(
        "tracking_signal",
        "Tracking signal",
        "Demand",
        "",
        ZERO,
        "running sum of the months' e / mean of their |e|; alert beyond 4 either way",
        0.0,
    ),
    KpiDefinition(
        "fva", "Forecast value added", "Demand", "points", HIGHER, "WMAPE of naive less that of the consensus"
    ),
    KpiDefinition(
        "growth", "Demand growth", "Demand", "%", PLAIN, "demand of 12 months / that of the 12 before, less 1"
    ),
    KpiDefinition(
        "otif", "On time and in full (OTIF)", "Service", "%", HIGHER, "lines on time and in full / lines due"
    ),
    KpiDefinition("line_fill", "Line fill", "Service", "%", HIGHER, "lines filled in full at once / lines due"),
    KpiDefinition(
        "backlog", "Backlog", "Service", "units", LOWER, "backlog before + bookings - shipments; made to order"
    ),
    KpiDefinition(
        "backlog_weeks", "Weeks of backlog", "Service", "weeks", LOWER, "backlog / planned shipments a week", 1.0
    ),
    KpiDefinition(
        "quoted_weeks",
        "Quoted lead time",
        "Service",
        "weeks",
        LOWER,
        "weeks of backlog + process weeks (lead time of the items, weighed by demand)",
        1.0,
    ),
    KpiDefinition(
        "attainment",
        "Plan attainment",
        "Operations",
        "%",
        HIGHER,
        "1 - sum |actual - plan| / sum plan, by item: misses do not net; made and bought",
    ),
    KpiDefinition(
        "stability",
        "Schedule stability",
        "Operations",
        "%",
        HIGHER,
        "1 - sum |new - old plan| / sum old plan, by item and month inside the fence (months: Settings)",
    ),
    KpiDefinition("load", "Load", "Operations", "%", LOWER, "required hours / available hours, all resources", 10.0),
    KpiDefinition(
        "demonstrated",
        "Demonstrated capacity",
        "Operations",
        "h/day",
        PLAIN,
        "mean of the standard hours earned a working day in the last 6 closed months",
    ),
    KpiDefinition(
        "load_demonstrated",
        "Load on demonstrated capacity",
        "Operations",
        "%",
        LOWER,
        "required hours / (demonstrated capacity x working days)",
        10.0,
    ),
    KpiDefinition(
        "stock",
        "Stock of sold items",
        "Stock",
        "money",
        PLAIN,
        "at month end: counted, then planned (stock + supply - shipments)",
    ),
    KpiDefinition(
        "cover_days",
        "Cover, forward",
        "Stock",
        "days",
        PLAIN,
        "demand that follows, walked day by day until the stock ends; beyond the plan: more than",
    ),
    KpiDefinition(
        "days_on_hand",
        "Days on hand, backward",
        "Stock",
        "days",
        LOWER,
        "stock / (cost of goods sold of the last 3 months / their days)",
        10.0,
    ),
    KpiDefinition(
        "turns",
        "Turns",
        "Stock",
        "a year",
        HIGHER,
        "cost of goods sold of 12 months / mean of their month-end stock",
        0.5,
    ),
    KpiDefinition("revenue", "Revenue", "Money", "money", HIGHER, "net revenue; target: budget", 5.0),
    KpiDefinition(
        "gross_margin", "Gross margin", "Money", "money", HIGHER, "revenue - cost of goods sold; target: budget", 5.0
    ),
    KpiDefinition("margin_pct", "Gross margin share", "Money", "%", HIGHER, "gross margin / revenue; target: budget"),
    KpiDefinition("gap", "Gap to budget, revenue", "Money", "money", HIGHER, "revenue - budget of the month"),
    KpiDefinition(
        "gap_to_go",
        "Gap to budget, year to go",
        "Money",
        "money",
        HIGHER,
        "revenue - budget from this month to the end of the fiscal year",
    ),
    KpiDefinition(
        "run_rate",
        "Run rate needed",
        "Money",
        "money",
        PLAIN,
        "(budget of the fiscal year - revenue to date) / months left",
    ),
    KpiDefinition(
        "dso",
        "Days of sales outstanding",
        "Money",
        "days",
        LOWER,
        "receivables / revenue of the last 3 months x their days",
        5.0,
    ),
    KpiDefinition(
        "dio",
        "Days of inventory",
        "Money",
        "days",
        LOWER,
        "all stock / cost of goods sold of the last 3 months x their days",
        10.0,
    ),
    KpiDefinition(
        "dpo",
        "Days of payables",
        "Money",
        "days",
        PLAIN,
        "payables / cost of goods sold of the last 3 months x their days",
    ),
    KpiDefinition("cash_to_cash", "Cash to cash", "Money", "days", LOWER, "DSO + DIO - DPO", 10.0),
    KpiDefinition(
        "working_capital", "Net working capital", "Money", "money", LOWER, "receivables + stock - payables", 10.0
    ),
)
BY_NAME = {definition.kpi: definition for definition in CATALOGUE}
