"""The input tables: what a planner, a buyer or finance types or pastes."""

from __future__ import annotations

from sop_xl.domain.kpi_catalogue import BY_NAME
from sop_xl.schema.new_products import LAUNCH_GATES, LAUNCH_LIKES, LAUNCHES, PHASE_OUTS
from sop_xl.schema.table import Column, Kind, Owner, Table, amount, date, flag, month, number, percent, rate, text, time

SETTINGS = Table(
    "settings",
    "Settings",
    (
        text("Parameter", "parameter", required=True, help="Name of the setting; the list is fixed."),
        Column("Value", "value", Kind.ANY, help="Blank takes the default."),
        text("Unit", "unit", help="For the reader."),
        text("Note", "note", help="What the setting does and its default."),
    ),
    key=("parameter",),
    help="What may be changed about the planning itself, one setting a row.",
)

CALENDAR = Table(
    "calendar",
    "Calendar",
    (
        month("Month", "period", required=True),
        number("Working days", "working_days", "days", minimum=0, maximum=31, help="Blank: Monday to Friday."),
        number("Weeks", "weeks", "weeks", minimum=0, maximum=6, help="Blank: days of the month / 7."),
        text("Status", "status", choices=("closed", "current", "open"), help="For the reader."),
    ),
    key=("period",),
    help="Optional: months whose length differs from the calendar's (shutdowns, 4-4-5 years).",
)

ITEMS = Table(
    "items",
    "Items",
    (
        text("Item", "item", required=True, help="The item's code, always text: 00123 keeps its zeros."),
        text("Description", "description"),
        text("Family", "family", default="Other", help="The level at which sales and operations are agreed."),
        text("Subfamily", "subfamily"),
        text("Source", "source", choices=("make", "buy", "both"), default="make", help="make, buy or both."),
        text("Unit", "uom", default="EA"),
        text("Strategy", "strategy", choices=("MTS", "MTO"), default="MTS", help="Make to stock or to order."),
        rate("Standard cost", "standard_cost", minimum=0, help="Blank: rolled up from bill and routing."),
        rate("List price", "list_price", minimum=0),
        rate("Material cost", "material_cost", minimum=0, default=0.0, help="Bought material not in the bill."),
        number("Safety stock", "safety_stock", "units", minimum=0, help="Blank: from target cover days."),
        number("Target cover (days)", "target_cover_days", "days", minimum=0),
        number("Minimum stock", "min_stock", "units", minimum=0),
        number("Maximum stock", "max_stock", "units", minimum=0),
        number("Minimum lot", "min_lot", "units", minimum=0),
        number("Lot multiple", "lot_multiple", "units", minimum=0),
        number("Lead time (days)", "lead_time_days", "days", minimum=0, default=0.0, help="Days to make one lot."),
        number("Shelf life (months)", "shelf_life_months", "months", minimum=0, help="0: used in its own month."),
        number(
            "Storage room", "volume", "room/unit", minimum=0, default=1.0, help="What of a storage capacity one takes."
        ),
        number(
            "Backlog target (weeks)", "target_backlog_weeks", "weeks", minimum=0, help="Agreed wait, made to order."
        ),
        rate("Holding cost", "holding_cost", "money/unit/month", minimum=0, help="Blank: holding rate x cost."),
        rate("Backorder cost", "backorder_cost", "money/unit/month", minimum=0, help="Blank: from margin."),
        rate("Lost sale cost", "lost_sale_cost", minimum=0, help="Blank: the net price, or twice the cost."),
        text(
            "Late policy",
            "late_policy",
            choices=("backlog", "lost", "none"),
            default="backlog",
            help="What happens to demand not served in its month: wait, go elsewhere, or must not happen.",
        ),
        number("Priority", "priority", minimum=1, default=3.0, help="1 is served first."),
        text("Status", "status", choices=("active", "new", "phase out", "dead"), default="active"),
        month("Launch month", "launch_period", help="No demand before it."),
        month("End month", "end_period", help="Last month of demand."),
        text("Like item", "like_item", refers="items", help="Whose history a new item's forecast starts from."),
        flag(
            "Careful", "careful", default=False, help="yes: forecast slowly by ETS and SARIMAX too, with diagnostics."
        ),
        text("Owner", "owner", help="Who answers for its plan: key figures are shown by owner too."),
    ),
    key=("item",),
    help="Everything that is sold, made or bought, one row an item.",
    required=True,
)

MARKETS = Table(
    "markets",
    "Markets",
    (
        text("Market", "market", required=True),
        text("Name", "name"),
        text("Region", "region"),
        text("Channel", "channel"),
        text("Ship from", "ship_from", refers="locations", help="Location that serves it; blank: the first."),
        text("Currency", "currency", help="Blank: the plan currency."),
        number("Payment (days)", "payment_days", "days", minimum=0, default=30.0),
        number("Priority", "priority", minimum=1, help="1 is served first, whatever the item; blank: the item's own."),
    ),
    key=("market",),
    help="Where demand is forecast: a region, a channel, a customer. Optional where there is one market.",
)

LOCATIONS = Table(
    "locations",
    "Locations",
    (
        text("Location", "location", required=True),
        text("Name", "name"),
        text("Type", "type", choices=("plant", "dc", "supplier"), default="plant"),
        number("Storage capacity", "storage_capacity", "room", minimum=0, help="In the items' storage room."),
        text("Currency", "currency"),
        number("Most destinations", "max_destinations", "places", minimum=0, help="It ships to in one month."),
    ),
    key=("location",),
    help="Plants, distribution centres and suppliers. Optional where there is one plant.",
)

RESOURCES = Table(
    "resources",
    "Resources",
    (
        text("Resource", "resource", required=True),
        text("Name", "name"),
        text("Location", "location", refers="locations"),
        number("Hours per week", "hours_per_week", "hours", minimum=0, help="Regular hours."),
        rate("Cost per hour", "cost_per_hour", "money/hour", minimum=0, default=0.0, help="Paid per hour used."),
        percent("Overtime max (%)", "overtime_max_pct", minimum=0, default=0.0, help="Of regular hours."),
        rate("Overtime cost per hour", "overtime_cost_per_hour", "money/hour", minimum=0, help="Whole cost of one."),
        percent("Efficiency (%)", "efficiency_pct", minimum=0, default=100.0, help="Of the hours, what is used."),
        number("Shift hours", "shift_hours", "hours/month", minimum=0, help="What one extra shift adds to a month."),
        rate("Shift cost", "shift_cost", "money/month", minimum=0, default=0.0, help="Of an extra shift, used or not."),
        number("Extra shifts max", "max_shifts", "shifts", minimum=0, default=0.0),
        rate(
            "Overhead per hour",
            "overhead_per_hour",
            "money/hour",
            minimum=0,
            default=0.0,
            help="Fixed overhead an hour bears at normal load, on top of its cost.",
        ),
    ),
    key=("resource",),
    help="Work centres, lines or machines whose hours limit production.",
)

CAPACITY = Table(
    "capacity",
    "Capacity hours",
    (
        text("Resource", "resource", required=True, refers="resources"),
        month("Month", "period", required=True),
        number("Hours", "hours", "hours", minimum=0),
        number("Overtime hours", "overtime_hours", "hours", minimum=0),
    ),
    key=("resource", "period"),
    help="Hours of a month that differ from the resource's own; what is given replaces them.",
)

LABOUR = Table(
    "labour",
    "Labour",
    (
        text("Resource", "resource", required=True, refers="resources"),
        number("Workers", "workers", "people", minimum=0, required=True, help="At the start of the plan."),
        number("Hours per worker and day", "hours_per_worker_day", "hours", minimum=0, default=8.0),
        rate("Cost per hour", "cost_per_hour", "money/hour", minimum=0, default=0.0, help="Paid, used or not."),
        number("Overtime hours per worker", "overtime_hours_per_worker", "hours/month", minimum=0, default=0.0),
        rate("Overtime cost per hour", "overtime_cost_per_hour", "money/hour", minimum=0, default=0.0),
        rate("Hire cost", "hire_cost", "money/worker", minimum=0, default=0.0),
        rate("Layoff cost", "layoff_cost", "money/worker", minimum=0, default=0.0),
        flag("Whole workers", "whole_workers", default=False),
        flag("Idle allowed", "idle_allowed", default=True, help="no: every paid hour makes something."),
    ),
    key=("resource",),
    help="Resources whose workforce is planned too: hours a month = workers x hours a day x working days.",
)

SHUTDOWNS = Table(
    "shutdowns",
    "Shutdowns",
    (
        text("Resource", "resource", refers="resources", help="Blank: every resource of the location."),
        text("Location", "location", refers="locations", help="Blank with a blank resource: the whole company."),
        month("Month", "period", required=True),
        number("Days", "days", "days", minimum=0, maximum=31, required=True, help="Working days that are lost."),
        text("Reason", "reason"),
    ),
    key=("resource", "location", "period"),
    blank_key=("resource", "location"),
    help="Planned shutdowns: hours and workers' hours fall by the share of the month's working days lost.",
)

ROUTINGS = Table(
    "routings",
    "Routings",
    (
        text("Item", "item", required=True, refers="items"),
        text("Operation", "operation", required=True),
        text("Resource", "resource", required=True, refers="resources"),
        text("Location", "location", refers="locations"),
        number("Hours per unit", "hours_per_unit", "hours/unit", minimum=0, required=True),
        number("Setup hours", "setup_hours", "hours", minimum=0, default=0.0, help="Per month the item is made."),
        rate("Setup cost", "setup_cost", "money", minimum=0, default=0.0, help="Per month the item is made."),
        text("Alternative", "alternative", help="Same operation, other resource: name the alternative."),
        number(
            "Campaign (months)",
            "campaign_months",
            "months",
            minimum=1,
            help="Once started it runs so long at least; the setup is paid at the start only. Blank: every month.",
        ),
        percent("Yield (%)", "yield_pct", minimum=1, maximum=100, default=100.0, help="Good units of those worked on."),
    ),
    key=("item", "operation", "resource"),
    help="The hours one unit of an item takes at each resource it passes.",
)

BOM = Table(
    "bom",
    "Bill of material",
    (
        text("Parent", "parent", required=True, refers="items"),
        text("Component", "component", required=True, refers="items"),
        number("Qty per", "qty_per", "units/unit", minimum=0, required=True),
        percent("Scrap (%)", "scrap_pct", minimum=0, maximum=99.9, default=0.0, help="Need is qty / (1 - scrap)."),
        month("Valid from", "valid_from"),
        month("Valid to", "valid_to"),
    ),
    key=("parent", "component"),
    help="What goes into one unit of a made item.",
)

SUBSTITUTES = Table(
    "substitutes",
    "Substitutes",
    (
        text("Item", "item", required=True, refers="items", help="What is asked for, by customers or in a bill."),
        text("Substitute", "substitute", required=True, refers="items", help="What may be taken instead."),
        number("Units per unit", "factor", "units/unit", minimum=0.000001, default=1.0),
        rate("Cost", "cost", minimum=0, default=0.0, help="Of taking it, per unit of the item, beside its own cost."),
        month("Valid from", "valid_from"),
        month("Valid to", "valid_to"),
    ),
    key=("item", "substitute"),
    help="Items that may stand in for others at the same location, when it pays or nothing else is there.",
)

SUPPLIERS = Table(
    "suppliers",
    "Suppliers",
    (
        text("Item", "item", required=True, refers="items"),
        text("Supplier", "supplier", required=True),
        rate("Price", "price", minimum=0),
        text("Currency", "currency"),
        number("Lead time (days)", "lead_time_days", "days", minimum=0, default=0.0),
        number("Minimum order", "min_order", "units", minimum=0),
        number("Order multiple", "multiple", "units", minimum=0),
        number("Capacity per month", "capacity_per_month", "units", minimum=0),
        percent("Share (%)", "share_pct", minimum=0, maximum=100, help="Agreed share of what is bought in a month."),
        flag("Subcontract", "subcontract", default=False, help="yes: makes a make item outside."),
    ),
    key=("item", "supplier"),
    help="Who sells or subcontracts an item, at what price and lead time.",
)

LANES = Table(
    "lanes",
    "Lanes",
    (
        text("From", "from_location", required=True, refers="locations"),
        text("To", "to_location", required=True, refers="locations"),
        text("Item", "item", refers="items", help="Blank: every item; limits of this row hold for all together."),
        number("Transit (days)", "transit_days", "days", minimum=0, default=0.0),
        rate("Cost per unit", "cost_per_unit", minimum=0, default=0.0),
        number(
            "Multiple", "multiple", "units", minimum=0, help="A full truck or pallet; all items of the lane share it."
        ),
        number(
            "Capacity per month", "capacity_per_month", "units", minimum=0, help="Without an item: of all together."
        ),
        rate("Fixed cost", "fixed_cost", "money/month", minimum=0, default=0.0, help="Of a month in which it is used."),
        number("Least load", "min_load", "units", minimum=0, help="Of a month in which it is used."),
    ),
    key=("from_location", "to_location", "item"),
    blank_key=("item",),
    help="The ways goods travel between locations.",
)

STOCK = Table(
    "stock",
    "Stock",
    (
        text("Item", "item", required=True, refers="items"),
        text("Location", "location", refers="locations"),
        number("Quantity", "quantity", "units", help="On hand at the start of the current month."),
        number("Backlog", "backlog", "units", minimum=0, default=0.0, help="Orders late at that time."),
        date("As of", "as_of"),
    ),
    key=("item", "location"),
    blank_key=("location",),
    help="Opening stock and backlog of the plan.",
)

OPEN_ORDERS = Table(
    "open_orders",
    "Open orders",
    (
        text("Order", "order", required=True),
        text("Type", "type", choices=("purchase", "production", "transfer", "customer"), required=True),
        text("Item", "item", required=True, refers="items"),
        text("Location", "location", refers="locations"),
        text("Market", "market", refers="markets"),
        month("Month", "period", required=True, help="When it arrives, or is due."),
        number("Quantity", "quantity", "units", minimum=0, required=True),
        flag("Firm", "firm", default=True),
    ),
    key=("order",),
    help="Supply on its way and customer orders in hand.",
)

MEASURES = (
    "bookings",
    "shipments",
    "production",
    "receipts",
    "inventory",
    "backlog",
    "revenue",
    "cogs",
    "opex",
    "rebates",
    "receivables",
    "payables",
    "past_due",
    "on_time_lines",
    "in_full_lines",
    "otif_lines",
    "total_lines",
)
COMPANY_MEASURES = ("opex", "rebates", "receivables", "payables")
"""Money that need not be of one item: a family may stand for it, or `WHOLE_COMPANY`."""
WHOLE_COMPANY = "(company)"
"""What stands for the item where an amount is of the company as a whole."""

ACTUALS = Table(
    "actuals",
    "Actuals",
    (
        text("Measure", "measure", choices=MEASURES, required=True),
        text(
            "Item",
            "item",
            required=True,
            refers="items",
            help="Of opex, rebates, receivables and payables also a family, or (company) for all of it.",
        ),
        text("Market", "market", refers="markets"),
        text("Location", "location", refers="locations"),
        month("Month", "period", required=True),
        number("Quantity", "quantity", "units"),
        amount(
            "Value",
            "value",
            help="Revenue for shipments; cost for the others; receivables and payables: open at month end.",
        ),
        text("Currency", "currency"),
        text("Batch", "batch"),
    ),
    key=("measure", "item", "market", "location", "period"),
    blank_key=("market", "location"),
    help="What happened, month by month. Demand is read from bookings where an item has any, else shipments.",
)

BUDGET = Table(
    "budget",
    "Budget",
    (
        text("Item or family", "item_or_family", required=True),
        text("Market", "market", refers="markets"),
        month("Month", "period", required=True),
        number("Quantity", "quantity", "units"),
        amount("Revenue", "revenue"),
        amount("COGS", "cogs"),
        amount("Opex", "opex"),
        amount("Inventory value", "inventory_value"),
    ),
    key=("item_or_family", "market", "period"),
    blank_key=("market",),
    help="The annual operating plan.",
)

FX_RATES = Table(
    "fx_rates",
    "FX rates",
    (
        text("Currency", "currency", required=True),
        month("Month", "period", required=True),
        number("Plan rate", "plan_rate", "plan currency per unit", minimum=0),
        number("Actual rate", "actual_rate", "plan currency per unit", minimum=0),
    ),
    key=("currency", "period"),
    help="Plan currency for one unit of a currency.",
)

REBATES = Table(
    "rebates",
    "Rebates",
    (
        text("Agreement", "agreement", required=True),
        text("Market", "market", refers="markets", help="Blank: all markets."),
        text("Item or family", "item_or_family", help="Blank: everything."),
        month("From", "from_period", required=True),
        month("To", "to_period", required=True, help="Last month of the agreement, usually a year on."),
        text("Measured", "measured", choices=("revenue", "units"), default="revenue", help="revenue or units."),
        number("Threshold", "threshold", "units or money", minimum=0, required=True, help="A row for each."),
        percent("Rebate (%)", "rebate_pct", minimum=0, maximum=100, required=True, help="Of revenue from there on."),
        flag(
            "Retrospective",
            "retrospective",
            default=True,
            help="yes: once reached, on everything since the first month; no: only on what is sold beyond.",
        ),
    ),
    key=("agreement", "threshold"),
    help="Rebates by yearly volume, a row for each threshold; what was booked of them is the measure rebates.",
)

EVENTS = Table(
    "events",
    "Events",
    (
        text("Event", "event", required=True),
        text("Item", "item", refers="items", help="Blank: every item of the family."),
        text("Family", "family"),
        text("Market", "market", refers="markets", help="Blank: all markets."),
        month("From", "from_period", required=True),
        month("To", "to_period", help="Blank: the same month."),
        text(
            "Type",
            "type",
            choices=("promotion", "price", "tender", "loss", "one-off", "calendar", "stock-out"),
            default="promotion",
            help="stock-out with past yes: its months do not count as demand.",
        ),
        percent("Uplift (%)", "uplift_pct", minimum=-100, help="Blank with a blank quantity: estimated from history."),
        number("Uplift quantity", "uplift_qty", "units/month", help="Units a month, spread over what it applies to."),
        percent("Probability (%)", "probability_pct", minimum=0, maximum=100, default=100.0),
        flag("Past", "past", default=False, help="yes: takes its effect out of history."),
        text("Repeats", "repeats", help="One name for events that work alike: their effect is estimated together."),
        percent("Price change (%)", "price_change_pct", minimum=-99, help="Acts by the item's price elasticity."),
        text("Assumption", "assumption_id", refers="assumptions", help="Id of what it rests on."),
    ),
    key=("event",),
    help="Promotions, prices, tenders and one-offs that the history does not know, or should forget.",
)

INITIATIVES = Table(
    "initiatives",
    "Initiatives",
    (
        text("Initiative", "initiative", required=True),
        text("Name", "name"),
        text("Owner", "owner"),
        text("Type", "type", choices=("capacity", "cost", "market", "site", "price", "make or buy")),
        month("From", "from_period"),
        month("To", "to_period"),
        text("Target", "target", help="Item, family, resource or market it acts on."),
        number("Quantity change", "delta_qty", "units/month", help="Of demand; types market and price."),
        percent("Change (%)", "delta_pct", help="Of demand; types market and price."),
        number(
            "Hours change", "delta_hours", "hours/month", help="Of the resource that is the target; less: negative."
        ),
        amount("Cost change", "delta_cost", help="Operating expense a month; savings: negative."),
        amount("Capex", "capex"),
        amount("One-off cost", "one_off_cost"),
        percent("Probability (%)", "probability_pct", minimum=0, maximum=100, default=100.0),
        text("Status", "status", choices=("idea", "proposed", "approved", "done", "dropped"), default="proposed"),
        percent("Price change (%)", "price_change_pct", minimum=-99, help="Of the net price of what it acts on."),
        text(
            "Planned at",
            "plan_at",
            choices=("weighted", "full", "off"),
            default="weighted",
            help="How the plan holds an approved one: times its probability, as if certain, or not at all.",
        ),
        text("Assumption", "assumption_id", refers="assumptions", help="Id of what it rests on."),
    ),
    key=("initiative",),
    help="The strategic initiative plan; only approved ones change the plan.",
)

HISTORY_EDITS = Table(
    "history_edits",
    "History edits",
    (
        text("Item", "item", required=True, refers="items"),
        text("Market", "market", refers="markets", help="Blank: all markets."),
        month("Month", "period", required=True),
        text("Decision", "decision", choices=("keep", "use"), required=True, help="keep: as booked; use: quantity."),
        number("Quantity", "quantity", "units", help="What to use; blank: the month counts as one without data."),
        text("Reason", "reason"),
        text("Owner", "owner"),
    ),
    key=("item", "market", "period"),
    blank_key=("market",),
    help="The planner's word on single months of history: rejects a correction, or enters another figure. "
    "Delete the row, and the correction is back.",
)

CLASS_RULES = Table(
    "class_rules",
    "Class rules",
    (
        text("ABC", "abc", choices=("A", "B", "C"), help="By value; blank: any."),
        text("XYZ", "xyz", choices=("X", "Y", "Z"), help="By variation; blank: any."),
        text(
            "Pattern",
            "pattern",
            choices=("smooth", "erratic", "intermittent", "lumpy", "no sale"),
            help="By ADI and CV2 (1.32 and 0.49); blank: any.",
        ),
        text(
            "Methods",
            "methods",
            choices=("auto", "careful", "rates", "theta", "holt-winters", "seasonal naive", "level"),
            help="auto: the engine; careful: ETS and SARIMAX too, as on Items; else this one alone (rates: of sale).",
        ),
        percent(
            "Service level (%)",
            "service_level",
            minimum=50,
            maximum=99.99,
            help="That suggested safety stock is for; blank: the setting service_level.",
        ),
        text("Review", "review", choices=("every month", "by exception", "let it be"), help="How closely to look."),
    ),
    key=("abc", "xyz", "pattern"),
    blank_key=("abc", "xyz", "pattern"),
    help="What a class of items means for planning. Of the rows that fit an item the one that names most counts, cell "
    "by cell. Without a row: methods by pattern, the service level of Settings, review every month for new and "
    "varying A items, by exception for other A and B items, else let it be. Item classes shows what came of it.",
)

RECENT_BOOKINGS = Table(
    "recent_bookings",
    "Recent bookings",
    (
        text("Item", "item", required=True, refers="items"),
        text("Market", "market", refers="markets", help="Blank: the whole item."),
        date("From", "from_date", required=True, help="First day counted."),
        date("To", "to_date", required=True, help="Last day counted."),
        number("Quantity", "quantity", "units", required=True, help="Booked from the first to the last day."),
    ),
    key=("item", "market", "from_date"),
    blank_key=("market",),
    help="Bookings of the open month to date, and of the last weeks: what the sensed forecast reads.",
)

STREAMS = ("sales", "marketing", "finance", "final")
MODES = ("replace", "add", "subtract")
MODE_HELP = "replace: the figure as it is; add, subtract: on top of what stands without it."

OVERRIDES = Table(
    "overrides",
    "Overrides",
    (
        text("Item", "item", required=True, refers="items"),
        text("Market", "market", refers="markets", help="Blank: the whole item, spread over its markets by share."),
        month("Month", "period", required=True),
        text("Stream", "stream", choices=STREAMS, required=True, help="final replaces the consensus."),
        number("Quantity", "quantity", "units", minimum=0),
        text("Mode", "mode", choices=MODES, default="replace", help=MODE_HELP),
        text("Reason", "reason"),
        text("Owner", "owner"),
        date("At", "at"),
        number(
            "As shown",
            "shown",
            "units",
            owner=Owner.PYTHON,
            help="What Demand review showed after the last run; tells who changed the figure since.",
        ),
        text("Assumption", "assumption_id", refers="assumptions", help="Id of what it rests on."),
    ),
    key=("item", "market", "period", "stream"),
    blank_key=("market",),
    help="What sales, marketing and finance say, and the final word. Demand review writes here on the next run.",
)

LEVEL_OVERRIDES = Table(
    "level_overrides",
    "Level overrides",
    (
        text("Family", "family", help="Blank: all families."),
        text("Region", "region", help="Region of the markets; blank: all."),
        text("Channel", "channel", help="Channel of the markets; blank: all."),
        month("Month", "period", required=True),
        text("Stream", "stream", choices=STREAMS, required=True, help="final replaces the consensus."),
        number("Quantity", "quantity", "units", minimum=0, required=True),
        text("Mode", "mode", choices=MODES, default="replace", help=MODE_HELP),
        text("Reason", "reason"),
        text("Owner", "owner"),
    ),
    key=("family", "region", "channel", "period", "stream"),
    blank_key=("family", "region", "channel"),
    help="Figures for a family, region, channel or the company; spread down by share, adding up exactly. "
    "What the sheet Overrides says about single items stands; the rest is spread.",
)

TARGETS = Table(
    "targets",
    "Targets",
    (
        text("Item", "item", required=True, refers="items"),
        text("Location", "location", refers="locations"),
        month("Month", "period", required=True),
        number("Minimum stock", "min_stock", "units", minimum=0),
        number("Maximum stock", "max_stock", "units", minimum=0),
        number("Target stock", "target_stock", "units", minimum=0),
        number(
            "Fixed production",
            "fixed_production",
            "units",
            minimum=0,
            help="To be made, or bought where nothing is made: neither more nor less. Supply review writes here.",
        ),
        number("Target backlog", "target_backlog", "units", minimum=0, help="Open orders agreed at the month's end."),
        text("Reason", "reason", help="Why the quantity is fixed."),
    ),
    key=("item", "location", "period"),
    blank_key=("location",),
    help="Stock targets and frozen quantities of single months.",
)

SCENARIOS = Table(
    "scenarios",
    "Scenario list",
    (
        text("Scenario", "scenario", required=True),
        text(
            "Base", "base", help="The scenario it builds on; several with ; between them. Blank: the plan as it stands."
        ),
        text("Purpose", "purpose"),
        text("Author", "author"),
        text("Status", "status", choices=("draft", "proposed", "approved", "expired"), default="draft"),
        text("Assumption", "assumption_id", refers="assumptions", help="Id of what it rests on."),
    ),
    key=("scenario",),
    help="Named what-ifs; a scenario is a set of stored changes, never a copy.",
)

SCENARIO_CHANGES = Table(
    "scenario_changes",
    "Scenario changes",
    (
        text("Scenario", "scenario", required=True, refers="scenarios"),
        text("Table", "table", required=True),
        text("Filter", "filter"),
        text("Field", "field", required=True),
        month("From", "from_period"),
        text("Operation", "operation", choices=("set", "add", "multiply"), required=True),
        Column("Value", "value", Kind.ANY, required=True),
        text("Reason", "reason"),
    ),
    key=("scenario", "table", "filter", "field", "from_period"),
    blank_key=("filter", "from_period"),
    help="What a scenario changes in the input tables.",
)

ASSUMPTIONS = Table(
    "assumptions",
    "Assumptions",
    (
        text("Id", "id", required=True),
        text("Assumption", "text"),
        text("Owner", "owner"),
        text(
            "Metric",
            "metric",
            help="A key figure by its short name on KPI trend, tested when a month closes; else by Observed.",
        ),
        text("Operator", "operator", choices=("<", "<=", "=", ">=", ">")),
        number("Value", "value"),
        text("Unit", "unit"),
        month("Valid to", "valid_to"),
        text("Affects", "affects", help="Family, owner or resource it is of; blank: the company."),
        text(
            "Status",
            "status",
            choices=("open", "held", "broken", "expired"),
            default="open",
            help="Closing a month sets it: held or broken by what came, expired after its last month.",
        ),
        number("Observed", "observed", help="What it turned out to be, where the workbook has no such figure."),
        number("Found", "found", owner=Owner.PYTHON, help="What it was tested with."),
        month("Tested", "tested", owner=Owner.PYTHON, help="Closed month of that figure."),
    ),
    key=("id",),
    help="What the plan takes for granted, with an owner and a last month; tested when a month closes.",
)

DECISIONS = Table(
    "decisions",
    "Decisions",
    (
        text("Id", "id", required=True),
        text("Issue", "issue"),
        text("Options", "options"),
        text("Decision", "decision"),
        amount("Money effect", "money_effect"),
        text("Owner", "owner"),
        date("Due", "due"),
        text("Status", "status", choices=("open", "decided", "done"), default="open"),
        text("Cycle", "cycle"),
        text("Scenario", "scenario", refers="scenarios"),
        text("Meeting", "meeting", help="Where it was decided."),
        date("Decided on", "decided_on"),
    ),
    key=("id",),
    help="What the executive meeting must decide, and has decided.",
)

RISKS = Table(
    "risks",
    "Risks",
    (
        text("Id", "id", required=True),
        text("Type", "type", choices=("risk", "opportunity"), default="risk"),
        text("Description", "description"),
        text("Family", "family"),
        month("Month", "period"),
        number("Quantity", "quantity", "units"),
        amount("Margin", "margin"),
        percent("Probability (%)", "probability_pct", minimum=0, maximum=100),
        text("Mitigation", "mitigation"),
        text("Assumption", "assumption_id", refers="assumptions"),
    ),
    key=("id",),
    help="What could make the plan better or worse, with its probability.",
)

NOTES = Table(
    "notes",
    "Notes",
    (
        text(
            "About",
            "about",
            choices=("demand", "supply", "family", "KPI", "finance", "resource"),
            required=True,
            help="demand: an item on Demand review; supply: an item on Supply review; family; KPI: a key figure; "
            "finance: revenue, cogs, gross_margin or a family on Finance; resource: one on Capacity.",
        ),
        text("Key", "key", required=True, help="The item, family, resource, or short name of the key figure or line."),
        month("Month", "period", help="Blank: not of one month."),
        text("Figure", "field", help="Which of its figures, such as orders or stock."),
        text("Comment", "text"),
        text("Author", "author"),
        date("Date", "at"),
    ),
    key=("about", "key", "period", "field", "author"),
    blank_key=("period", "field", "author"),
    help="Comments on numbers, kept by what they are about: each run shows them beside it, however rows are sorted.",
)

KPI_TARGETS = Table(
    "kpi_targets",
    "KPI targets",
    (
        text(
            "KPI",
            "kpi",
            required=True,
            choices=tuple(BY_NAME),
            help="Short name of the figure, as the sheet KPIs has it.",
        ),
        text("Family", "family", help="Blank: the company, and every family without a row of its own."),
        number("Target", "target", required=True),
        number("Watched within", "slack", minimum=0, help="How far beyond the target counts as watch, not yet as act."),
        text("Owner", "owner", help="Who answers for the figure."),
    ),
    key=("kpi", "family"),
    blank_key=("family",),
    help="What key figures should be, in place of the product's own targets (budget, naive forecast, service level).",
)

CYCLE_STEPS = Table(
    "cycle_steps",
    "Cycle steps",
    (
        text("Cycle", "cycle", required=True, help="The open month, YYYY-MM."),
        text("Step", "step", required=True),
        number("Order", "step_order", minimum=1),
        text("Owner", "owner"),
        number("Working day", "due_workday", "days", minimum=1, help="Of the cycle's month, when it is due."),
        date("Due", "due", help="Blank: from the working day when the cycle is made."),
        text("Status", "status", choices=("not started", "open", "done"), default="not started"),
        number("Tasks done", "tasks_done", minimum=0),
        number("Tasks", "tasks", minimum=0),
        text("Locks", "locks", help="Input tables it signs, comma apart; blank: those usual for a step of this name."),
        text("Signed by", "signed_by"),
        time("Signed at", "signed_at"),
        text("Data version", "data_version", owner=Owner.PYTHON, help="Batch and run that were signed."),
        text("Signed inputs", "signed_inputs", owner=Owner.PYTHON, help="What the tables held when signed, as a hash."),
        text("Reopen because", "reopen_reason", help="Why a signed step is to be reopened; then press Reopen step."),
    ),
    key=("cycle", "step"),
    help="The calendar of the monthly cycle: its steps, owners, days, and who signed which data.",
)

RECIPIENTS = Table(
    "recipients",
    "Recipients",
    (
        text("Recipient", "recipient", required=True),
        text("Role", "role", choices=("sales", "plant", "finance", "buyer", "executive"), required=True),
        text("Name", "name", help="How the mail greets the person; blank: the recipient."),
        text("Address", "address"),
        text("Items", "items", help="Families or items, comma apart; blank: all."),
        text("Markets", "markets", help="Comma apart; blank: all."),
        text("Sites", "sites", help="Locations, comma apart; blank: all."),
        text("Resources", "resources", help="Comma apart; blank: all of the sites."),
        text("Columns", "columns", help="Columns to see beside the keys, comma apart; blank: the role's own."),
        text("May fill", "fills", help="Columns to fill, comma apart; blank: the role's own."),
    ),
    key=("recipient", "role"),
    help="Who gets which part of the workbook by mail; what is not theirs is not in their file.",
)

INPUT_TABLES = (
    SETTINGS,
    CALENDAR,
    ITEMS,
    MARKETS,
    LOCATIONS,
    RESOURCES,
    CAPACITY,
    LABOUR,
    SHUTDOWNS,
    ROUTINGS,
    BOM,
    SUBSTITUTES,
    SUPPLIERS,
    LANES,
    STOCK,
    OPEN_ORDERS,
    ACTUALS,
    BUDGET,
    FX_RATES,
    REBATES,
    HISTORY_EDITS,
    CLASS_RULES,
    RECENT_BOOKINGS,
    EVENTS,
    LAUNCHES,
    LAUNCH_GATES,
    LAUNCH_LIKES,
    PHASE_OUTS,
    INITIATIVES,
    OVERRIDES,
    LEVEL_OVERRIDES,
    TARGETS,
    SCENARIOS,
    SCENARIO_CHANGES,
    ASSUMPTIONS,
    DECISIONS,
    RISKS,
    NOTES,
    KPI_TARGETS,
    CYCLE_STEPS,
    RECIPIENTS,
)
