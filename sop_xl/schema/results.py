"""The result tables: what Python writes. Headers are plain words, since formulas name them."""

from __future__ import annotations

from sop_xl.schema.new_products import ANALOGUES, LAUNCH_MONEY, LAUNCH_PLAN, NEW_PRODUCTS, RUN_DOWN
from sop_xl.schema.table import Column, Kind, Owner, Table, amount, date, month, number, percent, rate, text, time

LOCAL_TIME = "Day and time by the clock of the computer that ran it."


def _result(
    name: str,
    sheet: str,
    columns: tuple[Column, ...],
    key: tuple[str, ...],
    help: str,
    order: tuple[str, ...] = (),
) -> Table:
    return Table(name, sheet, columns, key, owner=Owner.PYTHON, help=help, blank_key=key, order=order)


FORECAST = _result(
    "forecast",
    "Forecast",
    (
        text("Item", "item"),
        text("Market", "market"),
        month("Month", "period"),
        number("Naive", "naive", "units", help="Same month of last year, or the last month."),
        number("Statistical", "statistical", "units", help="Mean forecast of the engine; blank without history."),
        number("Low 80", "lo80", "units", help="4 of 5 months are expected between low and high."),
        number("High 80", "hi80", "units"),
        text("Method", "method"),
        number("Events", "event_qty", "units"),
        number("Launches", "launch_qty", "units"),
        number("Initiatives", "initiative_qty", "units"),
        number("Sensed", "sensed", "units", help="Baseline blended with recent bookings, where there are any."),
        number("Sensing", "sensing_qty", "units", help="Sensed less baseline, where it stands in the consensus."),
        number("Sales", "sales", "units"),
        number("Marketing", "marketing", "units"),
        number("Finance", "finance", "units"),
        number("Final", "final", "units", help="The override that replaced the consensus."),
        number("Consensus", "consensus", "units", help="What is agreed customers will ask for, whatever can be made."),
        number("Orders", "orders", "units", help="Customer orders due in the month, beyond the opening backlog."),
        number("Consumed", "consumed", "units", help="Of the consensus, what orders of this and near months replace."),
        number("Demand", "demand", "units", help="What operations plan for: orders + consensus - consumed."),
    ),
    ("item", "market", "period"),
    "The forecast and what it is made of, by item, market and month.",
)

HISTORY_CHANGES = _result(
    "history_changes",
    "History changes",
    (
        text("Item", "item"),
        text("Market", "market"),
        month("Month", "period"),
        text(
            "Kind",
            "kind",
            help="outlier, stock-out, event; unusual and level shift: named only; or the planner's word.",
        ),
        number("Booked", "booked", "units", help="As it stands in the actuals."),
        number("Used", "used", "units", help="What the forecast is made from; blank: no data."),
        number("Difference", "difference", "units", help="Used less booked."),
        text("Reason", "reason"),
        text("Decided by", "decided_by", help="automatic, or who wrote the row of History edits."),
    ),
    ("item", "market", "period"),
    "Every month of history that is not used as booked, and why. Reject or change one on the sheet History edits.",
)

ITEM_CLASSES = _result(
    "item_classes",
    "Item classes",
    (
        text("Item", "item"),
        text("Family", "family"),
        amount("Value", "value", help="Demand of the last 12 months at list price."),
        text("ABC", "abc", choices=("A", "B", "C")),
        text("XYZ", "xyz", choices=("X", "Y", "Z")),
        number("ADI", "adi", "months", decimals=3, help="Mean months from sale to sale, counted back from the latest."),
        number("CV2", "cv2", decimals=3, help="Squared variation of the size of a sale."),
        text("Pattern", "pattern", choices=("smooth", "erratic", "intermittent", "lumpy", "no sale")),
        text("Methods", "methods", help="Methods that such a pattern is forecast with."),
        text("Review", "review", choices=("every month", "by exception", "let it be"), help="How closely to look."),
        percent("Service level", "service_level", help="That suggested safety stock is for."),
        text("Rule", "rule", help="Rows of Class rules that decided, the one that names most first; blank: defaults."),
    ),
    ("item",),
    "What an item is worth, how it sells, and so what it is forecast with and how closely to review it.",
)

INFLUENCES = _result(
    "influences",
    "Influences",
    (
        text("Kind", "kind", choices=("event", "price", "working days")),
        text("Name", "name", help="Event, or the name that repeated events share; the item for prices."),
        text("Item", "item"),
        text("Family", "family"),
        text("Market", "market"),
        number("Occurrences", "occurrences", help="Past months with the event; with prices, months of history."),
        number("Months", "months", "months", help="Months of history the estimate rests on."),
        number("Effect", "effect", help="Events: % of demand. Prices and working days: elasticity."),
        number("Standard error", "standard_error", help="In the unit of the effect."),
        number("Low 95", "low95", help="The true effect is expected between low and high, 19 times in 20."),
        number("High 95", "high95"),
        text("Verdict", "verdict", choices=("told", "cannot tell"), help="cannot tell: nothing is applied."),
        text("Reason", "reason"),
        text("Used", "used", help="What the plan does with it."),
        number("Rank", "rank", help="Events first, then what is told: the order of the view."),
    ),
    ("kind", "name", "item", "family", "market"),
    "Effects of events, prices and working days as regression finds them in history, or why it cannot.",
)

DEMAND_CHANGES = _result(
    "demand_changes",
    "Demand changes",
    (
        text("Place", "place", help="Kind and rank, most units in the next 12 months first: what the view lists by."),
        text("Kind", "kind", choices=("event", "launch", "taken", "initiative")),
        text("Name", "name"),
        text("Scope", "scope", help="What it applies to."),
        text("Type", "type", help="Type of the event, or gate of the launch."),
        percent("Probability", "probability_pct"),
        percent("Uplift", "uplift_pct", help="In use: the planner's, else the one history tells."),
        text("Basis", "basis", help="Whose figure it is, or the like item."),
        month("Month", "period"),
        number("Quantity", "quantity", "units", help="Times probability."),
    ),
    ("place", "period"),
    "What events, launches and initiatives add to demand and take from it, by month.",
)

DIAGNOSTICS = _result(
    "diagnostics",
    "Diagnostics",
    (
        text("Item", "item"),
        text("Model", "model"),
        percent("Weight", "weight_pct", help="Its part in the careful forecast."),
        percent("Backtest WMAPE", "wmape", help="Of its forecasts at past origins."),
        percent("Naive WMAPE", "naive_wmape"),
        number("AICc", "aicc", decimals=1),
        number("Ljung-Box p", "ljung_box_p", decimals=4, help="Below 0.05: what is left still has a pattern."),
        number("Normality p", "normality_p", decimals=4, help="Jarque-Bera; below 0.05: errors are not normal."),
        number("Even spread p", "spread_p", decimals=4, help="Below 0.05: errors grew or shrank over time."),
        text("Converged", "converged", choices=("yes", "no", "")),
        text("Note", "note"),
    ),
    ("item", "model"),
    "The items marked careful: models, how far each was off in the past, and what its errors look like.",
)

LEVELS = ("company", "region", "channel", "family", "family x region", "item")

FORECAST_LEVELS = _result(
    "forecast_levels",
    "Levels",
    (
        text("Level", "level", choices=LEVELS),
        text("Node", "node", help="Family, region, channel or item; blank: the company."),
        text("Family", "family"),
        text("Region", "region"),
        month("Month", "period"),
        number("Own", "own", "units", help="Forecast of the total by itself, where the method asks for one."),
        number("Statistical", "statistical", "units", help="Sum of the parts: the levels agree."),
        number("P10", "p10", "units", help="1 in 10 months is expected below."),
        number("P50", "p50", "units"),
        number("P90", "p90", "units", help="1 in 10 months is expected above."),
        number("Consensus", "consensus", "units"),
    ),
    ("level", "node", "period"),
    "The forecast at every level, with ranges from joint errors: ranges of parts do not add up to that of the whole.",
)

RECENT_HISTORY = _result(
    "recent_history",
    "Recent history",
    (
        text("Item", "item"),
        text("Market", "market"),
        month("Month", "period"),
        number("Quantity", "quantity", "units", help="Bookings where the item has any, else shipments."),
    ),
    ("item", "market", "period"),
    "Where the setting history_file names a file: demand of the last 12 closed months, of the sheet and the file, for "
    "the charts. Else empty, and the charts read Actuals.",
)

SUPPLY_PLAN = _result(
    "supply_plan",
    "Supply plan",
    (
        text("Family", "family"),
        text("Item", "item"),
        text("Location", "location"),
        month("Month", "period"),
        number("Opening", "opening", "units"),
        number("Production", "production", "units", help="Finished in the month."),
        number("Purchases", "purchases", "units", help="Bought or subcontracted, arriving in the month."),
        number("Received", "received", "units", help="Transfers arriving in the month."),
        number("Shipped out", "shipped_out", "units", help="Transfers leaving in the month."),
        number("Demand", "demand", "units", help="Customers' demand and use in production."),
        number("Served", "served", "units", help="Of demand and backlog, what leaves in the month."),
        number("Used", "used", "units", help="Of served, what goes into other items or is scrapped."),
        number("Lost", "lost", "units", help="Demand that will never be served."),
        number("Backlog", "backlog", "units", help="Served late: open at the end of the month."),
        number("Closing", "closing", "units"),
        number("Target", "target", "units"),
        number("Cover days", "cover_days", "days", decimals=1),
        amount("Closing value", "closing_value", help="Closing at standard cost."),
        amount("Target value", "target_value", help="Target at standard cost."),
        number("Scrapped", "scrapped", "units", help="Of used, what is too old to use."),
        number("Agreed", "agreed", "units", help="Of backlog, what may wait by agreement: it is not late."),
    ),
    ("item", "location", "period"),
    "Stock of each item, location and month: opening + production + purchases + received - shipped out "
    "- served = closing.",
)

PRODUCTION = _result(
    "production",
    "Production",
    (
        text("Item", "item"),
        text("Location", "location"),
        text("Resource", "resource"),
        month("Month", "period"),
        number("Quantity", "quantity", "units"),
        number("Hours", "hours", "hours"),
        number("Lot count", "lot_count"),
    ),
    ("item", "location", "resource", "period"),
    "What is made, on which resource, and the hours it takes.",
)

PURCHASES = _result(
    "purchases",
    "Purchases",
    (
        text("Item", "item"),
        text("Supplier", "supplier"),
        text("Location", "location"),
        month("Month", "period", help="When it arrives."),
        number("Quantity", "quantity", "units"),
        month("Order by", "order_by", help="Last month to place the order."),
        amount("Value", "value"),
        text("Late", "late", choices=("yes", "no"), help="yes: should have been ordered before the plan starts."),
    ),
    ("item", "supplier", "location", "period", "order_by"),
    "What to buy, from whom, and when to order it.",
)

TRANSFERS = _result(
    "transfers",
    "Transfers",
    (
        text("Item", "item"),
        text("From", "from_location"),
        text("To", "to_location"),
        month("Ship month", "ship_period"),
        month("Arrive month", "arrive_period"),
        number("Quantity", "quantity", "units"),
        amount("Cost", "cost"),
    ),
    ("item", "from_location", "to_location", "ship_period", "arrive_period"),
    "What moves between locations: how much to each DC.",
)

SUBSTITUTIONS = _result(
    "substitutions",
    "Substitutions",
    (
        text("Item", "item", help="What was asked for."),
        text("Substitute", "substitute", help="What is taken instead."),
        text("Location", "location"),
        month("Month", "period"),
        number("Quantity", "quantity", "units", help="Of the item."),
        number("Substitute quantity", "substitute_quantity", "units"),
        amount("Cost", "cost"),
    ),
    ("item", "substitute", "location", "period"),
    "What stands in for what; in the supply plan it is shipped out of one item and received by the other.",
)

LOAD = _result(
    "load",
    "Load",
    (
        text("Resource", "resource"),
        month("Month", "period"),
        number("Wanted hours", "wanted_hours", "hours", help="Hours if all demand were made in its month."),
        number("Required hours", "required_hours", "hours", help="Hours of the plan."),
        number("Available hours", "available_hours", "hours", help="Regular hours."),
        number("Overtime hours", "overtime_hours", "hours", help="Of required, what is worked in overtime."),
        number("Overtime limit", "overtime_limit", "hours"),
        percent("Load pct", "load_pct", help="Required over available."),
        number("Workers", "workers", "people"),
        number("Hired", "hired", "people"),
        number("Laid off", "laid_off", "people"),
        rate(
            "Shadow price",
            "shadow_price",
            "money/hour",
            help="What one more hour would be worth, with whole lots, setups, shifts and workers as the plan has them.",
        ),
        number("Extra shifts", "shifts", "shifts"),
    ),
    ("resource", "period"),
    "Hours needed and available by resource and month.",
)

SHORTAGES = _result(
    "shortages",
    "Shortages",
    (
        text("Item", "item"),
        text("Market", "market"),
        month("Month", "period"),
        text("Kind", "kind", choices=("late", "lost", "below_target")),
        text("Description", "description"),
        number("Quantity", "quantity", "units"),
        amount("Value", "value", help="At net price for late and lost, at cost for below target."),
        text("Reason", "reason"),
        text("Binding", "binding", help="The resource, material, supplier or fence that holds it."),
        rate("One more is worth", "unit_value", "money", help="Value that one more of the binding thing sets free."),
        text("Unit", "unit", help="Of the binding thing: hour, unit, month."),
        number(
            "One more serves", "unit_effect", "units", help="Units of the item one more of the binding thing serves."
        ),
        text("Cure", "cure", help="What would end it."),
        number("Shared by", "shared_by", "orders", help="Shortages that wait for the same thing, this one included."),
        amount("Shared value", "shared_value", help="Money at stake in all of them."),
        text("Family", "family"),
        number("Rank", "rank", help="Place by item value, on the first row of each item, month and kind."),
        number("Item quantity", "item_quantity", "units", help="Of the item, month and kind in all markets."),
        amount("Item value", "item_value", help="Of the item, month and kind in all markets."),
        number("Markets", "market_count", help="Markets that share it."),
    ),
    ("item", "market", "period", "kind"),
    "Every late, lost or below-target quantity with its cause: customers' first, the dearest item first.",
    order=("-kind", "-item_value", "item", "period", "-value"),
)

LEAD_TIMES = _result(
    "lead_times",
    "Lead times",
    (
        text("Family", "family"),
        month("Month", "period"),
        number("Opening backlog", "opening_backlog", "units"),
        number("Bookings", "bookings", "units"),
        number("Shipments", "shipments", "units"),
        number("Closing backlog", "closing_backlog", "units"),
        number("Weeks of backlog", "weeks_of_backlog", "weeks", decimals=2),
        number("Quoted weeks", "quoted_weeks", "weeks", decimals=2),
        number("Target backlog", "target_backlog", "units", help="Orders that may wait, as agreed."),
        number(
            "Rate to target", "rate_to_target", "units/week", help="From now on, to be at target by this month's end."
        ),
        number("Plan rate", "plan_rate", "units/week", help="What the plan ships a week."),
    ),
    ("family", "period"),
    "Customer lead time plan: backlog, and what lead time can be quoted.",
)

PROCUREMENT = _result(
    "procurement",
    "Procurement plan",
    (
        text("Item", "item"),
        text("Location", "location"),
        month("Month", "period"),
        text("Family", "family"),
        text("Description", "description"),
        text("Supplier", "supplier", help="Of what is still to be ordered."),
        number("Gross need", "gross_need", "units", help="Customers' demand and use in production."),
        number("Scheduled receipts", "scheduled_receipts", "units", help="Firm open orders."),
        number("Planned receipts", "planned_receipts", "units", help="Still to be ordered."),
        number("Projected stock", "projected_stock", "units", help="At the month's end."),
        number("Target", "target", "units"),
        date("Order by", "order_by", help="Middle of the month of arrival, or of need where late, less the lead time."),
        text("Late", "late", choices=("yes", "no", ""), help="yes: stock runs out before it can come."),
        amount("Planned value", "planned_value", help="At the supplier's price."),
        amount("Scheduled value", "scheduled_value", help="At standard cost."),
        number("Rank", "rank", help="Of orders to place: late ones first, then by day."),
    ),
    ("item", "location", "period"),
    "Time-phased need of what is bought, with receipts, projected stock and the day to order by.",
)

DISTRIBUTION = _result(
    "distribution",
    "Distribution plan",
    (
        text("Item", "item"),
        text("From", "from_location"),
        text("To", "to_location"),
        month("Ship month", "ship_period"),
        month("Arrive month", "arrive_period"),
        text("Family", "family"),
        text("Description", "description"),
        number("Need", "need", "units", help="To keep the place's target stock, in whole multiples."),
        number("Planned", "planned", "units"),
        number("Fair share", "fair_share", "units", help="Equal cover everywhere, where there is not enough."),
        number("Short", "short", "units", help="Need not met by what left so far; added in this month."),
        number("Multiple", "multiple", "units"),
        number("Loads", "loads", help="Planned over the multiple.", decimals=2),
        number("Transit days", "transit_days", "days"),
        amount("Cost", "cost"),
        number("Rank", "rank", help="Of what is short: by month, the most first."),
    ),
    ("item", "from_location", "to_location", "ship_period"),
    "What each place needs and gets, lane by lane, by the month in which it leaves.",
)

INVENTORY_PLAN = _result(
    "inventory_plan",
    "Inventory plan",
    (
        text("Item", "item"),
        text("Family", "family"),
        text("Description", "description"),
        number("Stock", "stock", "units", help="At the start of the plan."),
        number("Mean demand", "mean_demand", "units/month", help="Of the next 12 months, use in production included."),
        number("Cover days", "cover_days", "days", decimals=1),
        number("Target", "target", "units", help="Mean of the next 12 months."),
        number("Lead time days", "lead_days", "days", decimals=1),
        number("Error deviation", "error_deviation", "units/month", help="Of the forecast one month ahead."),
        number("Suggested", "suggested", "units", help="Safety stock by error, lead time and service level."),
        percent("Fill rate", "fill_rate", help="Of demand, what the target serves from stock."),
        number("Economic lot", "economic_lot", "units", help="Setups and stock at least cost; what has a setup cost."),
        text("Advice", "advice", choices=("raise", "lower", "keep", "")),
        amount("Change value", "change_value", help="Suggested less target, at standard cost."),
        amount("Excess value", "excess_value", help="Stock beyond excess_months of demand, at standard cost."),
        amount("Obsolete value", "obsolete_value", help="Of items dead, ended or unwanted, at standard cost."),
        number("Rank", "rank", help="Of targets to raise or lower, by money."),
        number("Surplus rank", "surplus_rank", help="Of excess and obsolete stock, by money."),
    ),
    ("item",),
    "Stock of each item today beside what its forecast error and lead time ask for; excess and obsolete stock.",
)

RATE_PLANS = _result(
    "rate_plans",
    "Rate plans",
    (
        text("Family", "family"),
        text("Strategy", "strategy", choices=("chase", "level", "mixed", "optimum")),
        month("Month", "period"),
        number("Demand", "demand", "units"),
        number("Production", "production", "units"),
        number("Rate", "rate", "units/day", help="A working day."),
        number("Stock", "stock", "units"),
        number("Backlog", "backlog", "units"),
        number("Hours", "hours", "hours", help="At the family's mean hours a unit."),
        amount("Holding cost", "holding_cost"),
        amount("Late cost", "late_cost"),
        number("Workers", "workers", "people", help="Whole, that the hours take; blank without a planned workforce."),
        number("Hired", "hired", "people", help="Against the month before; first against the sheet Labour."),
        number("Laid off", "laid_off", "people"),
        amount("Crew cost", "crew_cost", help="Of hiring and laying off."),
    ),
    ("family", "strategy", "period"),
    "Chase, level and mixed production of each made family, beside what the plan makes; capacity left out.",
)

ROUGH_CUT = _result(
    "rough_cut",
    "Rough cut",
    (
        text("Resource", "resource"),
        month("Month", "period"),
        number("Overall factors", "overall_factors", "hours", help="Total hours by the last 12 months' shares."),
        number("Bill of labour", "bill_of_labour", "hours", help="Each resource's own hours, in the good's month."),
        number("Resource profile", "resource_profile", "hours", help="The same, earlier by the lead times above."),
        number("Plan hours", "plan_hours", "hours", help="What the plan really works."),
        number("Available hours", "available_hours", "hours"),
        number("Demonstrated hours", "demonstrated_hours", "hours", help="Earned a day in the last 6 months."),
    ),
    ("resource", "period"),
    "Rough-cut capacity of what is made for customers, in three ways, beside the plan and demonstrated capacity.",
)

PREBUILD = _result(
    "prebuild",
    "Pre-build",
    (
        text("Resource", "resource"),
        month("Peak month", "peak_period", help="With most hours beyond regular time."),
        number("Hours beyond", "hours_beyond", "hours", help="Wanted beyond regular hours, all months."),
        number("Hours ahead", "hours_ahead", "hours", help="Of these, built before their month."),
        number("Months ahead", "months_ahead", "months", decimals=2, help="On average."),
        amount("Holding cost", "holding_cost", help="Of what is built ahead: this resource's share by hours."),
        number("Overtime hours saved", "overtime_hours_saved", "hours"),
        number("Late hours saved", "late_hours_saved", "hours", help="Beyond the overtime limit: a month late."),
        amount("Cost without", "cost_without", help="Overtime premium and share of the lateness instead."),
        amount("Saving", "saving"),
        text(
            "Verdict", "verdict", choices=("pays", "dearer than overtime", "late without it", "nothing is built ahead")
        ),
    ),
    ("resource",),
    "Building ahead of peaks: hours, what holding them costs, and what it would cost not to.",
)

SCHEDULE = _result(
    "schedule",
    "Schedule lots",
    (
        text("Lot", "lot", help="Item, month of the plan, and number."),
        text("Resource", "resource"),
        text("Location", "location"),
        text("Item", "item"),
        text("Description", "description"),
        month("Plan month", "period"),
        number("Quantity", "quantity", "units"),
        text("Setup family", "setup_family", help="Subfamily: no setup after a lot of the same one."),
        number("Hours", "hours", "hours"),
        number("Setup hours", "setup_hours", "hours", help="Paid where the lot before has another family."),
        date("Start", "start"),
        date("Finish", "finish"),
        date("Needed", "needed", help="When stock would run out without it."),
        date("Due", "due", help="The end of the month in which the plan makes it."),
        number("Days late", "days_late", "days", decimals=2, help="Working days of the whole lot."),
        text("State", "state", choices=("on time", "late", "unscheduled", "goes on")),
        text("Reason", "reason"),
        number("Start day", "start_day", "days", decimals=4, help="Working days from the first one on."),
        number("End day", "end_day", "days", decimals=4),
        number("Place", "place", help="Its place on the resource."),
        text("Slot", "slot", help="Resource and place: what the sheet Schedule looks up."),
        number("Rank", "rank", help="Of lots late or unscheduled, worst first; on one row of each."),
        text("Method", "method", choices=("CP-SAT", "dispatch rule")),
    ),
    ("lot", "resource"),
    "Finite schedule of a plant's next weeks: each lot on each resource. The button Schedule writes it.",
)

TRACKING_STOCK = _result(
    "tracking_stock",
    "Tracking stock",
    (
        text("Item", "item"),
        text("Location", "location"),
        date("Week", "week", help="Its first working day."),
        number("Number", "number", help="Of the week, from 1."),
        text("Description", "description"),
        number("Opening", "opening", "units"),
        number("Made", "made", "units", help="Lots that end in the week."),
        number("Bought", "bought", "units", help="Bought or received, on the first day of its month."),
        number("Used", "used", "units", help="By lots that start in the week."),
        number("Shipped", "shipped", "units", help="To customers and other places, evenly over the month."),
        number("Closing", "closing", "units"),
        number("Lowest", "lowest", "units", help="At the end of a day of the week; below zero it runs short."),
        number("Rank", "rank", help="Of items that run short, the lowest first; on their first week."),
    ),
    ("item", "location", "week"),
    "Stock by week as scheduled: opening + made + bought - used - shipped = closing. The button Schedule writes it.",
)

SCENARIO_RESULTS = _result(
    "scenario_results",
    "Scenario results",
    (
        text("Scenario", "scenario"),
        text("Measure", "measure"),
        text("Name", "name"),
        text("Unit", "unit"),
        text("Better", "better", choices=("higher", "lower", ""), help="Which way is better; blank: neither."),
        number("Value", "value"),
        number("Base", "base"),
        number("Difference", "difference"),
        number("Budget", "budget"),
        number("To budget", "to_budget"),
        text("Reason", "reason"),
        text("Inputs", "inputs", help="Hash of the base's inputs and the scenario's: same inputs, same outputs."),
    ),
    ("scenario", "measure"),
    "What each scenario comes to beside the plan as it stands (the scenario base), next 12 months.",
)
SCENARIO_RANGES = _result(
    "scenario_ranges",
    "Scenario ranges",
    (
        text("Scenario", "scenario"),
        text("Measure", "measure"),
        month("Month", "period", help="Blank: the next 12 months together."),
        text("Name", "name"),
        text("Unit", "unit"),
        number("Plan", "plan", help="Where demand comes as forecast."),
        number("P10", "p10", help="1 in 10 futures is below."),
        number("P50", "p50"),
        number("P90", "p90", help="1 in 10 futures is above."),
        number("Risk", "risk_pct", "%", help="Share of futures that miss the service level."),
        number("Paths", "paths", help="Futures drawn."),
        text("Reason", "reason", help="The families that miss most, on average over the futures."),
    ),
    ("scenario", "measure", "period"),
    "The plan's quantities held, and demand played against them as it may come: nobody replans.",
)
PLAN_COST = _result(
    "plan_cost",
    "Plan cost",
    (
        text("Scenario", "scenario"),
        text("Component", "component"),
        amount("Amount", "amount"),
        number(
            "Proven gap", "gap_pct", "%", help="How much of its cost a better plan could save at most; 0: none can."
        ),
        number(
            "Rounding",
            "rounding",
            "ppm",
            help="Largest difference between a stored quantity and the solver's, over the plan's largest quantity.",
        ),
    ),
    ("scenario", "component"),
    "What the plan costs over its horizon; total is the sum of all but penalties.",
)

FIXED_PLAN = _result(
    "fixed_plan",
    "Fixed plan",
    (
        text("Item", "item"),
        text("Location", "location"),
        month("Month", "period"),
        number("Fixed", "fixed", "units", help="What a planner fixed in the table targets."),
        number("Supplied", "supplied", "units", help="What the plan makes or buys."),
        number("Free", "free", "units", help="What the plan without any fixed quantity makes or buys."),
        rate("Unit cost", "unit_cost", help="Saved by one unit less; below zero: by one more. Whole lots as planned."),
    ),
    ("item", "location", "period"),
    "What planners fixed, beside the plan without it.",
)

FIXED_COST = _result(
    "fixed_cost",
    "Fixed cost",
    (
        text("Component", "component"),
        amount("As fixed", "kept"),
        amount("Free", "free", help="Of the plan without any fixed quantity."),
        amount("Difference", "difference", help="What the fixed quantities cost; below zero: what they save."),
    ),
    ("component",),
    "What the fixed quantities cost, by component, and the value of what is late, lost or below target.",
)

ITEM_COSTS = _result(
    "item_costs",
    "Item costs",
    (
        text("Item", "item"),
        rate("Material", "material"),
        rate("Conversion", "conversion", help="Hours at their resource's rate."),
        rate("Overhead", "overhead", help="Of the rolled cost: fixed overhead, over all levels of the bill."),
        rate("Rolled cost", "rolled_cost", help="Material and conversion over all levels of the bill."),
        rate("Standard cost", "standard_cost", help="Given, or rolled where none is given."),
        rate("Difference", "difference", help="Rolled less standard."),
        text("Basis", "basis", choices=("given", "rolled")),
        rate("Net price", "net_price", help="Net revenue a unit over the last 12 months, else list price."),
    ),
    ("item",),
    "Standard cost rolled up by bill and routing, beside the one in use.",
)

FINANCE_LINES = (
    "deductions",
    "rebates",
    "revenue",
    "cogs",
    "standard_variance",
    "fixed_overhead",
    "gross_margin",
    "price_variance",
    "production_variance",
    "under_absorbed",
    "overtime_premium",
    "revaluation",
    "provision",
    "opex",
    "one_off",
    "inventory_value",
)
"""Lines of the P&L in its order, and the value of stock.

deductions: list price less net price, so that gross revenue = revenue + deductions; rebates: the yearly ones
in them. standard_variance and
fixed_overhead are parts of cogs: what was booked beyond standard cost, and the overhead in the standard.
price_variance: purchases less their standard cost; production_variance: components, hours and material of
what is made less its standard cost; revaluation: what opening stock loses by a new standard.
"""

FINANCE = _result(
    "finance",
    "Finance lines",
    (
        text("Family", "family"),
        text("Market", "market"),
        month("Month", "period"),
        text("Line", "line", choices=FINANCE_LINES),
        text("Version", "version", choices=("actual", "plan")),
        amount("Amount", "amount", help="As reported: closed months at actual rates, planned ones at plan rates."),
        amount("Budget", "budget"),
        amount("Last cycle", "last_cycle"),
        amount("Constant", "constant", help="The amount with all months at plan rates; the rest of it is FX."),
        amount("Local", "local", "market's money", help="Revenue in the market's currency, where it has another one."),
    ),
    ("family", "market", "period", "line"),
    "Money by family, market and month; actual in closed months, plan after. Costs are positive.",
)

FINANCE_ITEMS = _result(
    "finance_items",
    "Finance items",
    (
        text("Family", "family"),
        text("Item", "item", help="Blank: the smallest items of the family together, beyond 5,000 in all."),
        month("Month", "period"),
        number("Units", "quantity", "units"),
        amount("Revenue", "revenue"),
        amount("COGS", "cogs"),
        number("Rank", "rank", help="By the year's revenue, within the family."),
    ),
    ("family", "item", "period"),
    "The fiscal year by item and month: actual in closed months, plan after; adds up to the P&L to the cent.",
)

BRIDGE = _result(
    "bridge",
    "Bridge lines",
    (
        text("Comparison", "comparison"),
        text("Family", "family"),
        text("Item", "item", help="Blank: the whole family, since one of the two versions gives it as a whole."),
        text(
            "Step",
            "step",
            choices=("start", "volume", "mix", "price", "cost", "fx", "new", "lost", "unsplit", "end"),
            help="unsplit: money without quantity.",
        ),
        amount("Amount", "amount", help="Gross margin at start and end; + is good for the result in between."),
        number("Place", "place", help="The step's place in the bridge."),
        text("From", "from_version"),
        text("To", "to_version"),
        month("First month", "from_period"),
        month("Last month", "to_period"),
    ),
    ("comparison", "family", "item", "step"),
    "Why gross margin differs between two versions: start + steps = end, to the cent, for every item.",
)

CASH = _result(
    "cash",
    "Cash lines",
    (
        month("Month", "period"),
        text("Version", "version", choices=("actual", "plan")),
        amount("Opening receivables", "opening_receivables"),
        amount("Revenue", "revenue", help="Net. Invoiced is revenue + rebates accrued."),
        amount("Receipts", "receipts", help="From customers, by the payment days of their market."),
        amount("Closing receivables", "closing_receivables"),
        amount("Opening payables", "opening_payables"),
        amount("Purchases", "purchases", help="What arrives, and material outside the bill for what is made."),
        amount("Payments", "payments", help="To suppliers, by the setting supplier_payment_days."),
        amount("Closing payables", "closing_payables"),
        amount("Opening rebates", "opening_rebates", help="Accrued under agreements, and not paid yet."),
        amount("Rebates accrued", "rebates"),
        amount("Rebates paid", "rebates_paid", help="At the end of each agreement."),
        amount("Closing rebates", "closing_rebates"),
        amount("Conversion", "conversion", help="Hours of production at standard, overhead they bear included."),
        amount("Unabsorbed overhead", "overhead", help="Fixed overhead that production does not bear."),
        amount("Overtime premium", "overtime"),
        amount("Operating expense", "opex"),
        amount("One-off cost", "one_off", help="Of approved initiatives."),
        amount("Capex", "capex", help="Of approved initiatives."),
        amount("Net cash", "net_cash", help="Receipts less all that is paid, as far as it is known."),
        amount("COGS", "cogs"),
        amount("Inventory value", "inventory_value"),
        number("DSO", "dso", "days", decimals=1, help="Closing receivables over the last 3 months' revenue."),
        number("DIO", "dio", "days", decimals=1, help="Stock over the last 3 months' cost of goods sold."),
        number("DPO", "dpo", "days", decimals=1, help="Closing payables over the same."),
        number("Cash to cash", "cash_to_cash", "days", decimals=1, help="DSO + DIO - DPO."),
    ),
    ("period",),
    "Receipts, payments and what is open, by month of the fiscal year and the plan: opening + invoiced - receipts = "
    "closing; so for payables and rebates. Closed months: as posted, else by terms.",
)

REBATE_ACCRUALS = _result(
    "rebate_accruals",
    "Rebate accruals",
    (
        text("Agreement", "agreement"),
        month("Month", "period"),
        number("Volume", "volume", "units or money", help="Measured against the thresholds."),
        amount("Revenue", "revenue", help="Before this rebate."),
        number(
            "Expected volume", "expected", "units or money", help="Of the whole agreement: actual, plan, and beyond."
        ),
        percent("Rate reached (%)", "rate_pct", help="By the expected volume."),
        amount("Earned", "earned", help="By the month's sales, at what is expected now."),
        amount("True-up", "true_up", help="What closed months have earned less what was booked for them."),
        amount(
            "Accrued", "accrued", help="Closed months: as booked; the current one: earned and true-up; then earned."
        ),
    ),
    ("agreement", "period"),
    "Yearly rebates: what is expected for the whole agreement decides the rate of every month of it.",
)

STOCK_VALUE = _result(
    "stock_value",
    "Stock value",
    (
        text("Family", "family"),
        month("Month", "period"),
        amount("Opening", "opening"),
        amount("Revaluation", "revaluation", help="Opening stock brought to the standard cost in use."),
        amount("Production", "production"),
        amount("Purchases", "purchases"),
        amount("Transfers", "transfers", help="What arrives at locations less what leaves them."),
        amount("Used", "used", help="Into other items."),
        amount("Issues", "issues", help="To customers."),
        amount("Closing", "closing"),
        amount("COGS", "cogs"),
        amount("Rounding", "rounding", help="COGS less issues: cents, since it is rounded by item and market."),
        amount("Excess provision", "excess", help="By excess_months and excess_provision_pct."),
        amount("Obsolete provision", "obsolete", help="By obsolete_provision_pct: dead, ended or unwanted items."),
        amount("Moving average", "moving_average", help="The closing stock at moving average cost instead."),
        amount("Provision change", "provision_change", help="Both provisions less those of the month before."),
    ),
    ("family", "period"),
    "Stock at standard cost: opening + revaluation + production + purchases + transfers - used - issues = closing.",
)

FAMILY_PLAN = _result(
    "family_plan",
    "Family plan",
    (
        text("Family", "family"),
        month("Month", "period"),
        number("Last year", "last_year", "units"),
        number("Old forecast", "old_forecast", "units", help="Of the last cycle."),
        number("Forecast", "forecast", "units", help="Consensus of this cycle."),
        number("Actual", "actual", "units"),
        number("Old supply", "old_supply", "units"),
        number("Supply", "supply", "units", help="Production and purchases."),
        number("Actual supply", "actual_supply", "units"),
        number("Opening", "opening", "units"),
        number("Used", "used", "units", help="Into other items."),
        number("Served", "served", "units", help="To customers."),
        number("Lost", "lost", "units"),
        number("Backlog", "backlog", "units"),
        number("Closing", "closing", "units"),
        number("Target", "target", "units"),
        number("Actual stock", "actual_stock", "units"),
        number("Bookings", "bookings", "units"),
        amount("Revenue", "revenue"),
        amount("COGS", "cogs"),
        amount("Inventory value", "inventory_value"),
        amount("Budget revenue", "budget_revenue"),
        amount("Budget COGS", "budget_cogs"),
    ),
    ("family", "period"),
    "Sales, operations, stock, backlog and money of each family and month: what the views add up from. "
    "Sold items only; supply, stock and backlog of all locations.",
)

FAMILIES = _result(
    "families",
    "Families",
    (
        text("Family", "family"),
        number("Rank", "rank", help="By revenue of the next 12 months; 1 is the largest."),
        text("Strategy", "strategy"),
        text("Unit", "uom"),
        number("Items", "items", "items"),
        number("Sold items", "sold_items", "items"),
        number("Cover days", "target_cover_days", "days"),
        text("Bottleneck", "bottleneck", help="Resource with the highest load among those it uses."),
        text("Comments", "comments", help="Of the sheet Notes, on this family."),
    ),
    ("family",),
    "The families, largest first: what the choosers list.",
)

ACCURACY = _result(
    "accuracy",
    "Accuracy list",
    (
        text("Family", "family"),
        text("Item", "item", help="Blank: the whole family; family blank too: the company."),
        number("Lag", "lag", "months"),
        number("Months", "months", "months"),
        number("Actual", "actual", "units"),
        percent("WMAPE", "wmape"),
        percent("Bias", "bias", help="Actual less forecast over actual: below zero is over-forecast."),
        percent("Naive WMAPE", "naive_wmape"),
        percent("FVA", "fva", help="Naive less statistical error, in points: above zero adds value."),
        text("ABC", "abc"),
        text("XYZ", "xyz"),
    ),
    ("family", "item", "lag"),
    "How far forecasts were from what came, by rolling origin inside the history, beside the naive one.",
)

ALL = "(all)"
"""Stands for every family, or every item, in a table that formulas ask by both."""
FORECAST_STEPS = ("naive", "statistical", "events", "sensed", "overrides", "consensus")

FORECAST_ARCHIVE = _result(
    "forecast_archive",
    "Forecast archive",
    (
        text("Cycle", "cycle", help="The cycle that said it: its first open month, YYYY-MM."),
        text("Item", "item"),
        month("Month", "period"),
        number("Lag", "lag", "months", help="1: the cycle's first month."),
        number("Naive", "naive", "units"),
        number("Statistical", "statistical", "units"),
        number("Events", "events", "units", help="Statistical with events, launches and initiatives."),
        number("Sensed", "sensed", "units", help="With what recent bookings changed; blank: nothing."),
        number("Overrides", "overrides", "units", help="What people said, as it stands; else as before them."),
        number("Consensus", "consensus", "units", help="What was planned for."),
        text("Owner", "owner", help="Of the override; blank where there was none."),
        text("Reason", "reason"),
    ),
    ("cycle", "item", "period"),
    "What each of the last 24 cycles said of its first six months, step by step; the last run of a cycle counts.",
)

ACCURACY_STEPS = _result(
    "accuracy_steps",
    "Accuracy steps",
    (
        text("Family", "family", help="(all): the company."),
        text("Item", "item", help="(all): the whole family."),
        number("Lag", "lag", "months"),
        text("Step", "step", choices=FORECAST_STEPS),
        number("Forecasts", "forecasts"),
        number("Months", "months", "months", help="Closed months they are of."),
        number("Actual", "actual", "units"),
        percent("MAPE", "mape", help="Mean of |error| over actual, months without demand left out."),
        number("Skipped", "skipped", help="Of the forecasts, those left out of MAPE."),
        percent("WMAPE", "wmape", help="Sum of |error| over sum of actual."),
        number("MASE", "mase", decimals=3, help="Sum of |error| over that of the seasonal naive inside the history."),
        percent("Bias", "bias", help="Sum of (actual - forecast) over sum of actual: below zero is over-forecast."),
        number("Tracking signal", "tracking_signal", decimals=2, help="Sum of errors over their mean size."),
        text("Alarm", "alarm", help="Tracking signal beyond 4 either way."),
        percent("FVA", "fva", help="WMAPE of the step before less its own, in points: above zero it helped."),
        amount("FVA money", "money", help="Absolute error it took off, at standard cost."),
    ),
    ("family", "item", "lag", "step"),
    "How far each step of archived forecasts was from what came, and what it added to the step before.",
)

OVERRIDE_VALUE = _result(
    "override_value",
    "Override value",
    (
        text("Kind", "kind", choices=("owner", "reason", "item")),
        text("Name", "name"),
        text("Family", "family"),
        number("Forecasts", "forecasts", help="Archived forecasts with an override, whose month has closed."),
        number("Better", "better", help="Of them, those that came nearer to what came."),
        number("Actual", "actual", "units"),
        percent("WMAPE before", "wmape_before", help="Statistical with events, launches and sensing."),
        percent("WMAPE after", "wmape_after", help="Consensus."),
        percent("FVA", "fva"),
        amount("FVA money", "money"),
        text("Verdict", "verdict", choices=("", "let it be", "worth it"), help="let it be: overrides lost."),
        text("Place", "place", help="Kind and rank: 1 is what cost most."),
    ),
    ("kind", "name"),
    "What overrides were worth, by who made them, why, and for which item.",
)

FORECAST_CYCLES = _result(
    "forecast_cycles",
    "Forecast by cycle",
    (
        text("Family", "family", help="(all): the company."),
        text("Cycle", "cycle"),
        month("Month", "period"),
        number("Lag", "lag", "months"),
        number("Forecast", "forecast", "units", help="Consensus of the cycle."),
        number("Statistical", "statistical", "units"),
        number("Actual", "actual", "units", help="Of the same items; blank while the month is open."),
    ),
    ("family", "cycle", "period"),
    "The waterfall: what each cycle said of a month, beside what came.",
)

LAST_CYCLE = _result(
    "last_cycle",
    "Last cycle",
    (
        text("Cycle", "cycle", help="The cycle that made the figure, YYYY-MM."),
        text("Item", "item"),
        month("Month", "period"),
        number("Forecast", "forecast", "units"),
        number("Supply", "supply", "units"),
        number("Closing", "closing", "units"),
        amount("Revenue", "revenue"),
        amount("COGS", "cogs"),
        number("Served", "served", "units", help="To customers: what revenue and COGS are of."),
    ),
    ("item", "period"),
    "The plan of the cycle before, kept when the month rolls; closed months keep their last forecast.",
)

KPIS = _result(
    "kpis",
    "KPI list",
    (
        text("KPI", "kpi"),
        text("Name", "name"),
        number("Value", "value"),
        number("Target", "target"),
        text("Unit", "unit"),
        text("Status", "status", choices=("good", "watch", "act", "")),
        text("Definition", "definition"),
    ),
    ("kpi",),
    "Key figures with their definition beside them.",
)

KPI_TREND = _result(
    "kpi_trend",
    "KPI trend",
    (
        text("KPI", "kpi"),
        text("Scope", "scope", choices=("company", "family", "owner", "resource")),
        text("Name", "name", help="Of the family, owner or resource; (company): all together."),
        month("Month", "period"),
        text("Version", "version", choices=("actual", "plan")),
        number("Value", "value"),
        number("Target", "target"),
        text("Status", "status", choices=("good", "watch", "act", "")),
        text("Mark", "mark", help="more than: stock outlasts the plan, the value is its days."),
    ),
    ("kpi", "scope", "name", "period"),
    "Key figures of 12 closed and 12 planned months, for the company and down; what is not known has no row.",
)

KPI_SCOPES = _result(
    "kpi_scopes",
    "KPI scopes",
    (
        text("Scope", "scope", choices=("company", "family", "owner")),
        text("Name", "name"),
        number("Rank", "rank", help="The company, families by revenue, owners by name."),
    ),
    ("scope", "name"),
    "Whose key figures the view KPIs can show.",
)

RESTING = _result(
    "resting",
    "Rests on",
    (
        text("Kind", "kind", help="Initiative, launch, event, override, scenario or risk."),
        text("Name", "name"),
        text("What", "words"),
        text("Owner", "owner"),
        text("Assumption", "assumption_id"),
        text("Assumed", "text"),
        text("Status", "status", choices=("broken", "expired")),
        number("Rank", "rank", help="Broken ones first."),
    ),
    ("kind", "name", "assumption_id"),
    "Plans that rest on assumptions which are broken or expired.",
)

INITIATIVE_EFFECTS = _result(
    "initiative_effects",
    "Initiative effects",
    (
        text("Initiative", "initiative"),
        month("Month", "period"),
        number("Volume", "volume", "units", help="Demand it adds, beside the plan's forecast without initiatives."),
        amount("Revenue", "revenue", help="Of that volume at net price, and of its change of price."),
        amount("Margin", "margin", help="Revenue less the volume at standard cost."),
        number("Hours", "hours", "hours"),
        amount(
            "Worth of hours",
            "hours_worth",
            help="Hours at their shadow price in the plan; where it has none, what they save of planned overtime.",
        ),
        amount("Running cost", "running_cost", help="A month; savings are negative."),
        amount("One-off cost", "one_off_cost"),
        amount("Capex", "capex"),
        amount("Net", "net", help="Margin + worth of hours - running cost - one-off cost - capex."),
        amount("Added up", "added_up", help="Net of the months so far: paid back where it turns positive."),
    ),
    ("initiative", "period"),
    "What each initiative does by month as if it were certain, each alone: effects add up, none on another's.",
)

INITIATIVE_LIST = _result(
    "initiative_list",
    "Initiative list",
    (
        text("Initiative", "initiative"),
        text("Name", "name"),
        text("Owner", "owner"),
        text("Type", "type"),
        text("Status", "status"),
        percent("Chance", "probability_pct"),
        percent("In the plan", "in_plan_pct", help="Share that the plan holds: 0 where it is not approved or off."),
        number("Volume", "volume", "units", help="As are the following: 12 months, as if certain."),
        number("Hours", "hours", "hours"),
        amount("Benefit", "benefit", help="Margin + worth of hours - running cost."),
        amount("Spending", "spending", help="Capex and one-off cost."),
        amount("Net", "net"),
        amount("Weighed", "weighed", help="Net times the chance."),
        month("Paid back", "payback", help="Month in which it is; blank: not within the plan, or nothing is spent."),
        number("Rank", "rank", help="By weighed net, largest first."),
    ),
    ("initiative",),
    "The strategic initiatives with their effects over 12 months, in the plan or not.",
)

ISSUES = _result(
    "issues",
    "Issues",
    (
        text("Severity", "severity", choices=("stop", "warn", "info")),
        text("Code", "code"),
        text("Sheet", "sheet"),
        text("Cell", "cell"),
        text("Message", "message"),
        text("Cure", "cure"),
    ),
    ("sheet", "cell", "code", "message"),
    "What the last check found, worst first, each with what to do.",
)

RETURNS = _result(
    "returns",
    "Collect",
    (
        text(
            "Status",
            "status",
            choices=("conflict", "rejected", "accepted", "same", "ignored", "replaced", "missing"),
            help="conflict: choose. rejected, ignored: see the message. replaced: by a later return of theirs.",
        ),
        text("Choice", "choice", owner=Owner.USER, help="Of a conflict: mine, theirs, or a value. Blank: mine stays."),
        text("Table", "table"),
        text("Row", "row", help="The key of the row, parts joined by |."),
        text("Field", "field", help="Blank: the row as a whole."),
        Column("Base", "base", Kind.ANY, help="As it went out, or as both copies began."),
        Column("Mine", "mine", Kind.ANY, help="As it stands here."),
        Column("Theirs", "theirs", Kind.ANY, help="As it came back."),
        text("From", "who"),
        text("Reason", "reason"),
        text(
            "Code",
            "code",
            help="R01 unknown or edited row, R02 not theirs to fill, R03 formula without result, R04 value.",
        ),
        text("Message", "message"),
        text("File", "file"),
        text("Cell", "cell"),
    ),
    ("table", "row", "field", "file", "cell"),
    "What came back by mail or from another copy, and what becomes of each value. Choose in the amber column.",
)

CHANGES = _result(
    "changes",
    "Changes",
    (
        text("Run", "run"),
        time("At", "at", help=LOCAL_TIME),
        text("Table", "table"),
        text("Key", "key"),
        text("Field", "field"),
        Column("Old", "old", Kind.ANY),
        Column("New", "new", Kind.ANY),
        text("Reason", "reason"),
        text("Source", "source", choices=("user", "python", "pack")),
    ),
    ("run", "table", "key", "field"),
    "Input cells that Python changed, and notes of yours whose row is gone: nothing is lost.",
)

RUNS = _result(
    "runs",
    "Log",
    (
        text("Run", "run"),
        time("At", "at", help=LOCAL_TIME),
        text("Steps", "steps"),
        text("Cycle", "cycle"),
        text("Version", "version"),
        text("Inputs", "inputs", help="Hash of all inputs: same inputs, same outputs."),
        number("Seconds", "seconds", "s", decimals=1),
        text("Result", "result"),
    ),
    ("run",),
    "Every run: when, what, on which inputs, how long.",
)

COMMITS = _result(
    "commits",
    "Commits",
    (
        text("Batch", "batch"),
        date("At", "at"),
        text("Source", "source"),
        text("By", "who"),
        text("Months", "months"),
        number("Rows pasted", "rows_pasted", "rows"),
        number("Rows committed", "rows_committed", "rows"),
        number("Rows aside", "rows_aside", "rows", help="Kept in quarantine."),
        number("Rows left out", "rows_excluded", "rows", help="Blank rows, subtotals, repeated headers."),
        number("Units pasted", "units_pasted", "units"),
        number("Units committed", "units_committed", "units", help="Of the facts that were stored."),
        number("Units aside", "units_aside", "units"),
        number("Units left out", "units_excluded", "units"),
        amount("Value pasted", "value_pasted", "money", help="As written, whatever its currency."),
        amount("Value committed", "value_committed", "money", help="Of the facts that were stored."),
        amount("Value aside", "value_aside", "money"),
        amount("Value left out", "value_excluded", "money"),
    ),
    ("batch",),
    "Every paste that was committed: what was pasted = what was committed + kept aside + left out.",
)

TIE_OUTS = _result(
    "tie_outs",
    "Tie-outs",
    (
        text("Figure", "figure"),
        text("State", "state", help="Data version of the ledger; run of the plan that a pack was made from."),
        number("Value", "value", help="As the ledger holds it; as it was read back from the pack's workbook."),
        text("Page", "page", help="The same as it was read back from the pack's page."),
    ),
    ("figure",),
    "What ledger and packs say outside this workbook, so that Checks can hold the sheets against it.",
)

RESULT_TABLES = (
    FORECAST,
    FORECAST_LEVELS,
    HISTORY_CHANGES,
    ITEM_CLASSES,
    INFLUENCES,
    DEMAND_CHANGES,
    NEW_PRODUCTS,
    LAUNCH_PLAN,
    LAUNCH_MONEY,
    ANALOGUES,
    RUN_DOWN,
    DIAGNOSTICS,
    RECENT_HISTORY,
    SUPPLY_PLAN,
    PRODUCTION,
    PURCHASES,
    TRANSFERS,
    SUBSTITUTIONS,
    LOAD,
    SHORTAGES,
    LEAD_TIMES,
    PROCUREMENT,
    DISTRIBUTION,
    INVENTORY_PLAN,
    RATE_PLANS,
    ROUGH_CUT,
    PREBUILD,
    SCHEDULE,
    TRACKING_STOCK,
    PLAN_COST,
    FIXED_PLAN,
    FIXED_COST,
    SCENARIO_RESULTS,
    SCENARIO_RANGES,
    ITEM_COSTS,
    FINANCE,
    FINANCE_ITEMS,
    BRIDGE,
    CASH,
    REBATE_ACCRUALS,
    STOCK_VALUE,
    FAMILY_PLAN,
    FAMILIES,
    ACCURACY,
    FORECAST_ARCHIVE,
    ACCURACY_STEPS,
    OVERRIDE_VALUE,
    FORECAST_CYCLES,
    LAST_CYCLE,
    KPIS,
    KPI_TREND,
    KPI_SCOPES,
    RESTING,
    INITIATIVE_EFFECTS,
    INITIATIVE_LIST,
    ISSUES,
    RETURNS,
    CHANGES,
    COMMITS,
    TIE_OUTS,
    RUNS,
)
