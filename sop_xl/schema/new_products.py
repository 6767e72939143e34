"""The tables of the new product development plan: launches, their gates, ends of life, and what comes of them."""

from __future__ import annotations

from sop_xl.schema.table import Column, Owner, Table, amount, flag, month, number, percent, text

GATES = ("idea", "develop", "validate", "launch")
"""Stages of a new product, each closed by its gate."""
CURVES = ("ramp", "like launch", "bass")

LAUNCHES = Table(
    "launches",
    "Launches",
    (
        text("Launch", "launch", required=True),
        text("Item", "item", required=True, refers="items"),
        text(
            "Like item",
            "like_item",
            refers="items",
            help="Blank: Launch likes, then Items, then those suggested.",
        ),
        text("Gate", "gate", choices=GATES, help="The stage it is in; blank: the first of its gates not passed."),
        percent(
            "Probability (%)",
            "probability_pct",
            minimum=0,
            maximum=100,
            help="Of being launched. Blank: the chances of its gates ahead, multiplied; without gates 100.",
        ),
        month("Launch month", "launch_period"),
        number("Scale", "scale", minimum=0, default=1.0, help="Mature volume over that of the like item."),
        number("Ramp (months)", "ramp_months", "months", minimum=0, default=0.0, help="To the mature volume."),
        number("Pipeline fill", "pipeline_fill", "units", minimum=0, default=0.0, help="First stock of the channel."),
        text("Cannibalises", "cannibalises", refers="items"),
        percent("Cannibalised (%)", "cannibal_pct", minimum=0, maximum=100, default=0.0, help="Of the sell-through."),
        text(
            "Curve",
            "curve",
            choices=CURVES,
            default="ramp",
            help="ramp: in equal steps; like launch: as the like item rose after its own launch; bass: of adopters.",
        ),
        number(
            "Fill (months)", "fill_months", "months", minimum=1, default=1.0, help="Months the fill is spread over."
        ),
        number("Bass market", "bass_market", "units", minimum=0, help="All who will ever buy; blank: fitted."),
        number("Bass p", "bass_p", minimum=0, maximum=1, help="Share that buys unasked each month; blank: fitted."),
        number("Bass q", "bass_q", minimum=0, help="Pull of those who have bought; blank: fitted."),
        amount("Launch cost", "launch_cost", help="One-off money, spent in the launch month."),
        text("Assumption", "assumption_id", refers="assumptions", help="Id of what it rests on."),
    ),
    key=("launch",),
    help="The new product development plan: what will be sold that is not sold yet.",
)

LAUNCH_GATES = Table(
    "launch_gates",
    "Launch gates",
    (
        text("Launch", "launch", required=True, refers="launches"),
        text("Gate", "gate", choices=GATES, required=True),
        month("Planned", "planned", help="Month in which the gate is to be decided."),
        month("Passed", "passed", help="Month in which it was passed; blank: still ahead."),
        percent("Chance (%)", "chance_pct", minimum=0, maximum=100, default=100.0, help="Of passing this gate."),
        text("Owner", "owner"),
    ),
    key=("launch", "gate"),
    help="The stage gates of a launch, with their dates and the chance to pass each.",
)

LAUNCH_LIKES = Table(
    "launch_likes",
    "Launch likes",
    (
        text("Launch", "launch", required=True, refers="launches"),
        text("Like item", "like_item", required=True, refers="items", help="It sells like this item."),
        number("Weight", "weight", minimum=0, default=1.0, help="Beside the launch's other rows; blank: 1, so equal."),
    ),
    key=("launch", "like_item"),
    help="Several like items of one launch: its volume is their weighted mean, times Scale. They count before the "
    "Like item of Launches and of Items.",
)

PHASE_OUTS = Table(
    "phase_outs",
    "Phase-outs",
    (
        text("Item", "item", required=True, refers="items", help="Its last month of demand is the End month on Items."),
        month("Last order", "last_order", help="Last month in which it is ordered or started; blank: as needed."),
        flag(
            "While stock lasts",
            "while_stock_lasts",
            default=False,
            help="yes: it sells until its stock is gone, at the latest to its End month.",
        ),
        text("Successor", "successor", refers="items", help="What customers are offered instead."),
        percent(
            "Taken over (%)",
            "takeover_pct",
            minimum=0,
            maximum=100,
            default=100.0,
            help="Of the demand after the end, what goes on to the successor.",
        ),
        percent(
            "Recovered (%)", "recovery_pct", minimum=0, maximum=100, default=0.0, help="Of the cost of what is left."
        ),
    ),
    key=("item",),
    help="Items at the end of their life: last order, run-down of stock, and who takes over.",
)


def _result(name: str, sheet: str, columns: tuple[Column, ...], key: tuple[str, ...], help: str) -> Table:
    return Table(name, sheet, columns, key, owner=Owner.PYTHON, help=help, blank_key=key)


NEW_PRODUCTS = _result(
    "new_products",
    "New products",
    (
        text("Launch", "launch"),
        number("Rank", "rank", help="Most units in the next 12 months first: the order of the view."),
        text("Item", "item"),
        text("Description", "description"),
        text("Family", "family"),
        text("Gate", "gate", help="Stage it is in."),
        month("Gate month", "gate_month", help="Planned month of the next gate."),
        percent("Probability", "probability_pct", help="Of being launched; 100 once it sells."),
        month("Launch month", "launch_period"),
        text("Basis", "basis", help="Where its volume comes from."),
        number("Sold months", "sold_months", "months", help="Closed months since the launch with a figure."),
        number("Sold to date", "sold_units", "units"),
        percent("Of plan to date", "of_plan_pct", help="Sold to date over what the curve and the fill expected."),
        percent("Weight of sales", "weight_pct", help="Credibility of its own sales beside the curve."),
        number("Bass market", "market", "units", help="All who will ever buy: given, or fitted."),
        number("Market low", "market_low", "units", help="Of a fit: 4 in 5 between low and high; blank: no end known."),
        number("Market high", "market_high", "units"),
        number("Bass p", "bass_p", decimals=6),
        number("Bass q", "bass_q", decimals=6),
        text("Cannibalises", "cannibalises"),
    ),
    ("launch",),
    "The launches: stage, probability, and where their volume comes from.",
)

LAUNCH_PLAN = _result(
    "launch_plan",
    "Launch plan",
    (
        text("Launch", "launch"),
        number("Rank", "rank"),
        text("Item", "item"),
        month("Month", "period"),
        number("Own", "own", "units", help="Statistical forecast of the item's own sales, where it has any."),
        number("Sell-through", "sell_through", "units", help="What customers buy, times probability."),
        number("Pipeline fill", "pipeline_fill", "units", help="First stock of the channel, times probability."),
        number("Taken", "taken", "units", help="What other items lose to it; never more than they have."),
        number("Net", "net", "units", help="Sell-through + pipeline fill - taken."),
        number("If success", "if_success", "units", help="Sell-through + pipeline fill if every gate is passed."),
        amount("Launch cost", "launch_cost", help="Times probability."),
    ),
    ("launch", "period"),
    "What each launch sells, fills the channel with and takes from other items, by month.",
)

LAUNCH_MONEY = _result(
    "launch_money",
    "Launch money",
    (
        text("Launch", "launch"),
        number("Rank", "rank"),
        text("Item", "item"),
        month("Month", "period"),
        amount("Revenue", "revenue", help="Sell-through and pipeline fill at net price."),
        amount("Margin", "margin", help="Revenue less standard cost."),
        amount("Revenue taken", "revenue_taken", help="What other items lose."),
        amount("Margin taken", "margin_taken"),
        amount("Launch cost", "launch_cost"),
        amount("Result", "result", help="Margin - margin taken - launch cost."),
        amount("Cumulative", "cumulative", help="Result since the first planned month."),
        number("Payback", "payback_months", "months", help="From the launch until the money is back; blank: not yet."),
    ),
    ("launch", "period"),
    "What each launch earns, takes from other items and costs, by month, and when the money is back.",
)

ANALOGUES = _result(
    "analogues",
    "Like items",
    (
        text("Launch", "launch"),
        number("Place", "place"),
        text("Like item", "like_item"),
        text("Description", "description"),
        percent("Likeness", "likeness_pct", help="Family, price, size and shape together."),
        percent("Weight", "weight_pct", help="Part in the launch's curve; blank: not used."),
        number("Scale", "scale", decimals=3, help="Volume expected over its own, where the budget or sales tell."),
        text("Reason", "reason"),
    ),
    ("launch", "place"),
    "The items most like each new one, and why. Enter one as Like item on Launches to choose it.",
)

RUN_DOWN = _result(
    "run_down",
    "Run-down",
    (
        text("Item", "item"),
        number("Rank", "rank", help="Most money left over first."),
        text("Description", "description"),
        text("Family", "family"),
        text("Successor", "successor"),
        month("Last order", "last_order", help="Given, else the last month in which the plan orders or starts any."),
        month("Last sale", "last_sale", help="Last month with demand in the plan."),
        number("Stock", "opening", "units", help="At the start of the plan, all places."),
        number("Still to come", "to_come", "units", help="Made and bought in the plan, open orders included."),
        number("Demand left", "demand", "units", help="Customers' and in production."),
        number("Unmet", "unmet", "units", help="Demand of the plan that is lost, or open at its end."),
        number("Left over", "left_over", "units", help="In stock at the end of the plan."),
        amount("Left-over value", "left_value", help="At standard cost."),
        amount("Recovered", "recovered", help="What of it is expected back."),
        amount("Written off", "written_off"),
        month("Stock gone", "gone", help="First month that ends without stock; blank: some is left."),
        number("Taken over", "taken_over", "units", help="Demand that goes on to the successor, in the plan."),
    ),
    ("item",),
    "Items at the end of their life: stock, what still comes, what is sold, and what is left over in units and money.",
)
