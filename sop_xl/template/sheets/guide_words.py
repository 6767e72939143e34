"""The words of the Guide."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """A step of the month: its name, its sheet, the working days, what is done, and the command that helps."""

    name: str
    sheet: str
    days: str
    words: str
    command: str


PURPOSE = (
    "This workbook is where a company agrees each month on one plan: what will be sold, what will be made and bought,",
    "with which hours, which stock and which lead times, and what it earns. You type and paste inputs; a run works out",
    "forecast, supply plan and money; every view is formulas over the tables, so a mailed copy still adds up.",
)

MONTH = (
    Step(
        "1  Data gathering",
        "Paste actuals",
        "1–3",
        "Close the month: paste actuals, load stock and open orders.",
        "sop-xl check FILE",
    ),
    Step(
        "2  Demand review",
        "Demand review",
        "3–6",
        "Run the forecast, look at exceptions, type overrides with a reason.",
        "sop-xl run FILE --steps forecast",
    ),
    Step(
        "3  Supply review",
        "Supply review",
        "7–9",
        "Plan supply; decide on overloads and shortages, fix quantities with a reason.",
        "sop-xl run FILE --steps supply",
    ),
    Step(
        "4  Finance review",
        "Finance",
        "10–11",
        "Roll the plan up to money; explain the gaps to budget.",
        "sop-xl run FILE --steps finance,kpi",
    ),
    Step(
        "5  Pre-meeting", "Home", "12", "Agree on what to recommend; list decisions and assumptions.", "sop-xl run FILE"
    ),
    Step("6  Executive meeting", "Decisions", "14", "Decide, and write down who does what by when.", ""),
)

SAMPLES = (
    ("InputText", "Your input", "Amber: type here. Only these cells can be typed into on protected sheets."),
    ("Override", "● 180", "A figure of yours that replaced the consensus; it wants a reason beside it."),
    ("Calc", "1,234", "A formula or a result: it follows from the inputs."),
    ("Closed", "1,234", "A closed month: what happened."),
    ("Fixed", "● Fine", "Done, or as it should be."),
    ("Warn", "■ Watch", "Look at it: it may be right."),
    ("Bad", "▲ Act", "Wrong, or beyond a limit: mend it or decide."),
)

NUMBERS = (
    ("–  and blank", "A dash is zero. A blank is no data: nobody said anything. The two are never mixed up."),
    ("+78   −25", "A difference shows its sign: against last cycle, budget or target, as its row says."),
    ("kUSD, 52.0 m", "Money is shown in thousands or millions; the cell keeps every cent."),
    ("▲ 116%", "Beyond a limit: the sign says it without colour."),
    ("Nov 26", "Months are true dates, the first day of the month. Type 2026-11-01, or any day in it."),
    ("Text codes", "Codes of items, markets and places are text for ever: 00123 keeps its zeros, 1E5 stays 1E5."),
    ("Solid, hatched", "In charts: solid is actual, hatched is forecast or plan, outlined is budget."),
)

LIMITS = (
    "A run plans whole months in one currency; the button Schedule puts the next weeks of a plant into days.",
    "A sheet shows up to 10 families and 12 resources of their own; the others are added up in one row.",
    "Input and result sheets are not protected: a protected sheet would stop its table from growing.",
    "Sheet protection has no password: it guards against accidents, it keeps no secrets.",
    "Your own columns, sheets and charts stay as they are; what you type into a result table is replaced by a run.",
)

HELP = (
    "Choose a column header or an input cell: a note says what belongs there, in which unit, and what a blank means.",
    "sop-xl check FILE lists every fault with sheet, cell and what to do. sop-xl --help lists all commands.",
    "Checks shows what does not add up, what fails first. Chart data shows the figures behind every chart.",
)

SHEETS = {
    "Home": ("view", "Where the cycle stands, the figures that matter, what to do next."),
    "Paste actuals": ("input", "Paste a month's export in any shape; see what the check makes of each row; commit."),
    "Executive": ("view", "One printed page for the executive meeting: findings, risks, decisions."),
    "Family": ("view", "The classic S&OP sheet of one family: sales, operations, stock or backlog, money."),
    "Demand review": ("view", "Forecast of every item by month, with rows to type what sales and others know."),
    "Events & launches": ("view", "What promotions, prices and new products add; what history tells about them."),
    "New product plan": (
        "view",
        "Launches with gates and odds: sell-through, pipeline fill, what others lose, money; ends of life.",
    ),
    "Accuracy": (
        "view",
        "What archived forecasts were worth: by step, months ahead, owner and reason; one number explained.",
    ),
    "Supply review": (
        "view",
        "The plan of every item and place by month, with rows to fix quantities; what that costs.",
    ),
    "Capacity": ("view", "Load of every resource by month, the hours beyond regular time, the bottleneck."),
    "Inventory & backlog": ("view", "Stock, cover, backlog and lead times by family; the largest shortages."),
    "Production plans": (
        "view",
        "Chase, level, mixed beside the optimum; rough-cut capacity; what building ahead costs.",
    ),
    "Procurement": ("view", "Receipts, orders to place and commitment in money; the next orders with their last day."),
    "Distribution": ("view", "What each place needs and gets, what is short, and the fair share of it."),
    "Schedule": (
        "view",
        "The next weeks of a plant: lots on each resource by day, what is late and why, stock by week.",
    ),
    "Finance": ("view", "The P&L by month against budget, from gross revenue to operating result; FX three ways."),
    "Cash & working capital": ("view", "Receipts and payments by terms, what is open, stock value, days to cash."),
    "Bridge": ("view", "Why gross margin differs from budget and from last cycle: volume, mix, price, cost, FX."),
    "KPIs": ("view", "Every key figure with target, 24 months and definition, down to families and owners."),
    "Initiative plan": ("view", "Strategic initiatives: volume, hours, money and payback; in the plan or beside it."),
    "Risks & decisions": (
        "view",
        "Assumptions and what rests on them, risks and opportunities in money by month, the decision log.",
    ),
    "Compare": ("view", "Scenarios side by side with the plan: money, stock, service, capacity; what moved, and why."),
    "Ranges": ("view", "What becomes of the plan in 200 futures of demand: P10, P50, P90, and the weak months."),
    "Checks": ("system", "What must hold in a plan, worked out by formulas; what fails stands first."),
    "Guide": ("system", "This sheet."),
    "Functions": (
        "system",
        "Each worksheet function at work, with its arguments: forecasts, stock, money, in any cell.",
    ),
    "Chart data": ("system", "Names that all views read, and the figures behind charts."),
    "Row styles": ("system", "Model rows from which the two reviews are laid out; leave them as they are."),
}
"""What each sheet without a table of its own is for."""
