"""Checks of money: every total is the sum of its rows, every balance closes, every bridge adds up, to the cent."""

from __future__ import annotations

from sop_xl.template.sheets.cash import YEAR_NET
from sop_xl.template.sheets.check import HALF_CENT, OPEN, Check, count_where


def _finance(line: str, column: str = "Amount") -> str:
    return f'SUMIFS(tblFinance[{column}],tblFinance[Line],"{line}",tblFinance[Month],{OPEN})'


_BRIDGED = "COUNTA(tblBridge[Step])>0"
_OUTLOOK = "Outlook against budget"


def _bridge(step: str) -> str:
    return f'SUMIFS(tblBridge[Amount],tblBridge[Step],"{step}")'


def _bridged(line: str, column: str) -> str:
    """Return the P&L's figure of a line over the months of the bridge from budget to outlook."""
    first, last = (
        f'IFERROR(INDEX(tblBridge[{side} month],MATCH("{_OUTLOOK}",tblBridge[Comparison],0)),0)'
        for side in ("First", "Last")
    )
    span = f'tblFinance[Month],">="&{first},tblFinance[Month],"<="&{last}'
    return f'SUMIFS(tblFinance[{column}],tblFinance[Line],"{line}",{span})'


def _bridge_end(step: str, column: str) -> Check:
    return Check(
        "F08" if step == "start" else "F09",
        "Finance",
        f"The bridge {step}s with the {'budget' if step == 'start' else 'outlook'} of the P&L",
        f"{_bridged('revenue', column)}-{_bridged('cogs', column)}",
        f'SUMIFS(tblBridge[Amount],tblBridge[Step],"{step}",tblBridge[Comparison],"{_OUTLOOK}")',
        "Run the step Finance again.",
        "Bridge",
        f'COUNTIFS(tblBridge[Comparison],"{_OUTLOOK}")>0',
        HALF_CENT,
    )


_PROFIT_AND_LOSS = (
    Check(
        "F01",
        "Finance",
        "Revenue: families add up to the P&L, planned months",
        _finance("revenue"),
        f"SUMIFS(tblFamilyPlan[Revenue],tblFamilyPlan[Month],{OPEN})",
        "Run the step Finance again.",
        "Finance lines",
        tolerance=HALF_CENT,
    ),
    Check(
        "F02",
        "Finance",
        "Cost of goods sold: families add up to the P&L, planned months",
        _finance("cogs"),
        f"SUMIFS(tblFamilyPlan[COGS],tblFamilyPlan[Month],{OPEN})",
        "Run the step Finance again.",
        "Finance lines",
        tolerance=HALF_CENT,
    ),
    Check(
        "F03",
        "Finance",
        "Revenue − cost of goods sold = gross margin, all months",
        'SUMIFS(tblFinance[Amount],tblFinance[Line],"revenue")-SUMIFS(tblFinance[Amount],tblFinance[Line],"cogs")',
        'SUMIFS(tblFinance[Amount],tblFinance[Line],"gross_margin")',
        "Run the step Finance again; the table was changed by hand.",
        "Finance lines",
        tolerance=HALF_CENT,
    ),
    Check(
        "F04",
        "Finance",
        "Stock value: supply plan = finance, planned months",
        "SUM(tblSupplyPlan[Closing value])",
        _finance("inventory_value"),
        "Run the step Finance again.",
        "Finance lines",
        tolerance=HALF_CENT,
    ),
    Check(
        "F05",
        "Finance",
        "Budget of the fiscal year: budget = finance",
        'SUMIFS(tblBudget[Revenue],tblBudget[Month],">="&sop_fiscal_start,tblBudget[Month],"<="&sop_fiscal_end)',
        'SUMIFS(tblFinance[Budget],tblFinance[Line],"revenue",tblFinance[Month],">="&sop_fiscal_start,'
        'tblFinance[Month],"<="&sop_fiscal_end)',
        "The budget changed since the last run, or names an unknown family.",
        "Budget",
        "AND(sop_planned=1,COUNT(tblBudget[Revenue])>0)",
        HALF_CENT,
    ),
    Check(
        "F06",
        "Finance",
        "Cost components add up to the cost of the plan",
        'SUM(tblPlanCost[Amount])-SUMIFS(tblPlanCost[Amount],tblPlanCost[Component],"total")'
        '-SUMIFS(tblPlanCost[Amount],tblPlanCost[Component],"penalties")',
        'SUMIFS(tblPlanCost[Amount],tblPlanCost[Component],"total")',
        "Run the step Supply again; the table was changed by hand.",
        "Plan cost",
        tolerance=HALF_CENT,
    ),
    Check(
        "F07",
        "Finance",
        "Bridges: start + steps = end",
        _bridge("end"),
        f"SUM(tblBridge[Amount])-{_bridge('end')}",
        "Run the step Finance again; the table was changed by hand.",
        "Bridge lines",
        _BRIDGED,
        HALF_CENT,
    ),
    _bridge_end("start", "Budget"),
    _bridge_end("end", "Amount"),
    Check(
        "F10",
        "Finance",
        "Planned revenue is at plan rates: constant = reported",
        _finance("revenue"),
        _finance("revenue", "Constant"),
        "Run the step Finance again.",
        "Finance lines",
        tolerance=HALF_CENT,
    ),
)


def _cash(*columns: str) -> str:
    """Return columns of tblCash added up; one that starts with `-` is taken away."""
    return "".join(f"{'-' if c[0] == '-' else '+'}tblCash[{c.lstrip('-')}]" for c in columns)


def _closes(number: str, what: str, table: str, balance: str, sheet: str) -> Check:
    """Check that a balance closes in every row of its table, to the cent."""
    wrong = count_where(f"ABS({balance})>{HALF_CENT}")
    todo = "Run the step Finance again; the table was changed by hand."
    return Check(number, "Finance", what, "0", wrong, todo, sheet, f"COUNT({table}[Month])>0")


def _tie(number: str, what: str, expected: str, found: str, sheet: str, applies: str) -> Check:
    """Check that two sums agree to the cent."""
    return Check(number, "Finance", what, expected, found, "Run the step Finance again.", sheet, applies, HALF_CENT)


_STOCK = "tblStockValue"
_GAINS = ("Opening", "Revaluation", "Production", "Purchases", "Transfers")
_VALUE = "+".join(f"{_STOCK}[{column}]" for column in _GAINS) + "".join(
    f"-{_STOCK}[{column}]" for column in ("Used", "Issues", "Closing")
)
_PAID = (
    "Payments",
    "Rebates paid",
    "Conversion",
    "Unabsorbed overhead",
    "Overtime premium",
    "Operating expense",
    "One-off cost",
    "Capex",
)
_CASHED, _STOCKED = "COUNT(tblCash[Month])>0", "COUNT(tblStockValue[Month])>0"
_CASH_LINES: tuple[tuple[str, str], ...] = (
    ("Revenue", "revenue"),
    ("COGS", "cogs"),
    ("Inventory value", "inventory_value"),
)
_CASH_LINES += (("Unabsorbed overhead", "under_absorbed"),)
_CASH_LINES += (("Operating expense", "opex"), ("One-off cost", "one_off"))
"""Columns of tblCash and the lines they are of; overtime is paid in its month, but may be a cost later."""


def _first(table: str, column: str) -> str:
    return f"SUMIFS({table}[{column}],{table}[Month],MIN({table}[Month]))"


def _last(table: str, column: str) -> str:
    return f"SUMIFS({table}[{column}],{table}[Month],MAX({table}[Month]))"


def _carried(table: str, opening: str, closing: str) -> tuple[str, str]:
    """Return what the months open with but for the first, and what they close with but for the last."""
    opened = f"SUM({table}[{opening}])-{_first(table, opening)}"
    return f"SUM({table}[{closing}])-{_last(table, closing)}", opened


def _all(line: str, column: str = "Amount", **where: str) -> str:
    more = "".join(f",tblFinance[{name.capitalize()}],{criterion}" for name, criterion in where.items())
    return f'SUMIFS(tblFinance[{column}],tblFinance[Line],"{line}"{more})'


_VARIANCES = ("cogs", "price_variance", "production_variance", "revaluation")
_GAINED = "+".join(f"SUMIFS(tblCash[{column}],tblCash[Month],{OPEN})" for column in ("Purchases", "Conversion"))
_GAINED += f"+SUM({_STOCK}[Transfers])+SUM({_STOCK}[Rounding])"
_YEAR = '">="&sop_fiscal_start,tblFinance[Month],"<="&sop_fiscal_end'

_BALANCES = (
    _closes(
        "F11",
        "Receivables: opening + invoiced − received = closing",
        "tblCash",
        f"{_cash('Opening receivables', 'Revenue', 'Rebates accrued', '-Receipts', '-Closing receivables')}",
        "Cash lines",
    ),
    _closes(
        "F12",
        "Payables: opening + bought − paid = closing",
        "tblCash",
        f"{_cash('Opening payables', 'Purchases', '-Payments', '-Closing payables')}",
        "Cash lines",
    ),
    _closes(
        "F13",
        "Net cash is what is received less all that is paid",
        "tblCash",
        _cash("Receipts", *(f"-{column}" for column in _PAID), "-Net cash"),
        "Cash lines",
    ),
    _tie(
        "F14",
        "Receivables open with what was closed with",
        *_carried("tblCash", "Opening receivables", "Closing receivables"),
        "Cash lines",
        _CASHED,
    ),
    _tie(
        "F15",
        "Payables open with what was closed with",
        *_carried("tblCash", "Opening payables", "Closing payables"),
        "Cash lines",
        _CASHED,
    ),
    _tie(
        "F16",
        "Cash and P&L know the same revenue, costs and stock",
        "+".join(_finance(line) for _, line in _CASH_LINES),
        "+".join(f"SUMIFS(tblCash[{column}],tblCash[Month],{OPEN})" for column, _ in _CASH_LINES),
        "Cash & working capital",
        _CASHED,
    ),
    _closes("F17", "Stock value of every family: opening + in − out = closing", _STOCK, _VALUE, "Stock value"),
    _tie(
        "F18", "Stock opens with what was closed with", *_carried(_STOCK, "Opening", "Closing"), "Stock value", _STOCKED
    ),
    _tie(
        "F19",
        "Stock value: value corkscrew = P&L, planned months",
        _finance("inventory_value"),
        f"SUM({_STOCK}[Closing])",
        "Stock value",
        _STOCKED,
    ),
    _tie(
        "F20",
        "Cost of goods sold = issues from stock + rounding",
        _finance("cogs"),
        f"SUM({_STOCK}[Issues])+SUM({_STOCK}[Rounding])",
        "Stock value",
        _STOCKED,
    ),
    _tie(
        "F21",
        "Bought + made − cost of goods sold − variances = what stock gains",
        f"{_GAINED}-{'-'.join(_finance(line) for line in _VARIANCES)}",
        f"{_last(_STOCK, 'Closing')}-{_first(_STOCK, 'Opening')}",
        "Cash & working capital",
        f"AND({_CASHED},{_STOCKED})",
    ),
    _tie(
        "F22",
        "Provisions in the P&L are those of the stock",
        f"SUM({_STOCK}[Provision change])",
        _finance("provision"),
        "Stock value",
        _STOCKED,
    ),
    _tie(
        "F23",
        "Gross revenue is the same at reported and at plan rates",
        f"{_all('revenue')}+{_all('deductions')}",
        f"{_all('revenue', 'Constant')}+{_all('deductions', 'Constant')}",
        "Finance",
        "sop_planned=1",
    ),
    _tie(
        "F24",
        "Outlook of the year = actual to date + plan to go",
        "+".join(_all("revenue", version=f'"{version}"', month=_YEAR) for version in ("actual", "plan")),
        "N(Finance!$U$9)",
        "Finance",
        "sop_planned=1",
    ),
)

_APART = "+".join(
    f'COUNTIFS(tblBridge[Comparison],"{_OUTLOOK}",tblBridge[Step],"{step}")' for step in ("new", "lost", "unsplit")
)
"""Steps of the bridge whose whole difference stands apart, currency included."""
_AGREED = (
    _tie(
        "F25",
        "Yearly rebates: what agreements accrue = the P&L, planned months",
        f"SUMIFS(tblRebateAccruals[Accrued],tblRebateAccruals[Month],{OPEN})",
        _finance("rebates"),
        "Rebate accruals",
        "COUNT(tblRebateAccruals[Month])>0",
    ),
    _tie(
        "F26",
        "Reported = at plan rates + currency: the bridge's FX is that of the P&L",
        f"{_bridged('revenue', 'Amount')}-{_bridged('revenue', 'Constant')}",
        f'SUMIFS(tblBridge[Amount],tblBridge[Step],"fx",tblBridge[Comparison],"{_OUTLOOK}")',
        "Bridge",
        f'AND(COUNTIFS(tblBridge[Comparison],"{_OUTLOOK}")>0,{_APART}=0)',
    ),
    _tie(
        "F27",
        "Items add up to the P&L: revenue less cost of goods, fiscal year",
        f"{_all('revenue', month=_YEAR)}-{_all('cogs', month=_YEAR)}",
        "SUM(tblFinanceItems[Revenue])-SUM(tblFinanceItems[COGS])",
        "Finance items",
        "COUNT(tblFinanceItems[Month])>0",
    ),
)

_COMPARISONS = (_OUTLOOK, "Actual against budget", "Plan against last cycle")


def _adds_up(name: str) -> str:
    """Return 1 where price, volume, mix and the other steps of a comparison are not its difference, else 0."""
    both = f'SUMIFS(tblBridge[Amount],tblBridge[Comparison],"{name}")'
    end = f'SUMIFS(tblBridge[Amount],tblBridge[Comparison],"{name}",tblBridge[Step],"end")'
    return f"(ABS({both}-2*{end})>{HALF_CENT})"


_YEAR_OF_CASH = 'tblCash[Month],">="&sop_fiscal_start,tblCash[Month],"<="&sop_fiscal_end'


def _cash_year(column: str, version: str = "") -> str:
    more = f',tblCash[Version],"{version}"' if version else ""
    return f"SUMIFS(tblCash[{column}],{_YEAR_OF_CASH}{more})"


_YEAR_CASH = (
    _closes(
        "F30",
        "Rebates owed: opening + accrued − paid = closing",
        "tblCash",
        _cash("Opening rebates", "Rebates accrued", "-Rebates paid", "-Closing rebates"),
        "Cash lines",
    ),
    _tie(
        "F31",
        "Net cash of the year = actual to date + plan to go",
        "+".join(_cash_year("Net cash", version) for version in ("actual", "plan")),
        f"N('Cash & working capital'!$D${YEAR_NET})",
        "Cash & working capital",
        _CASHED,
    ),
    _tie(
        "F32",
        "Closed months of Cash and P&L know the same revenue and costs",
        "+".join(
            f'SUMIFS(tblFinance[Amount],tblFinance[Line],"{line}",tblFinance[Month],">="&MIN(tblCash[Month]),'
            f'tblFinance[Month],"<"&sop_current)'
            for line in ("revenue", "cogs", "opex")
        ),
        "+".join(
            f'SUMIFS(tblCash[{column}],tblCash[Version],"actual")'
            for column in ("Revenue", "COGS", "Operating expense")
        ),
        "Cash & working capital",
        f'AND({_CASHED},COUNTIFS(tblCash[Version],"actual")>0)',
    ),
)

_CLOSED = '"<"&sop_current'
_SPREAD = (
    Check(
        "F28",
        "Finance",
        "Steps of each bridge = its difference: volume, mix, price, cost, FX, items",
        "0",
        "+".join(_adds_up(name) for name in _COMPARISONS),
        "Run the step Finance again; the table was changed by hand.",
        "Bridge lines",
        _BRIDGED,
    ),
    _tie(
        "F29",
        "Allocation: rebates booked = rebates borne by items, closed months",
        f'SUMIFS(tblActuals[Value],tblActuals[Measure],"rebates",tblActuals[Month],">="&MIN(tblFinance[Month]),'
        f"tblActuals[Month],{_CLOSED})",
        f'SUMIFS(tblFinance[Amount],tblFinance[Line],"rebates",tblFinance[Month],{_CLOSED})',
        "Finance lines",
        'AND(sop_planned=1,COUNTIFS(tblActuals[Measure],"rebates")>0,COUNTIFS(tblActuals[Measure],"rebates",'
        'tblActuals[Currency],"?*")=COUNTIFS(tblActuals[Measure],"rebates",tblActuals[Currency],sop_currency))',
    ),
)

MONEY_CHECKS = (*_PROFIT_AND_LOSS, *_BALANCES, *_AGREED, *_SPREAD, *_YEAR_CASH)
