"""The checks a workbook makes on itself, each with what is expected, what is found, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from sop_xl.template.words import month_words

AREAS = ("Data", "Demand", "Supply", "Finance", "Cycle")

HALF_CENT = 0.005
"""Tolerance of money: equal to the cent."""
UNITS = 0.001
"""Tolerance of quantities, which are stored to six digits."""

PLANNED = "sop_planned=1"
_LAST_MONTH = "EDATE(sop_current,-1)"
_OPEN = '">="&sop_current'


@dataclass(frozen=True)
class Check:
    """One check of the sheet Checks.

    Attributes:
        id: letter of the area and a number; stable over the versions.
        area: one of `AREAS`.
        text: what should hold, as a sentence.
        expected, found: formulas without `=`.
        todo: what to do where it fails.
        sheet: where to go.
        applies: condition, without `=`, under which there is something to check.
        tolerance: largest difference that passes; 0 for counts.
    """

    id: str
    area: str
    text: str
    expected: str
    found: str
    todo: str
    sheet: str
    applies: str = PLANNED
    tolerance: float = 0.0

    @property
    def number(self) -> str:
        """The number format of its figures."""
        return "count" if self.tolerance == 0 else "cents"


def _count_of(condition: str) -> str:
    return f"SUMPRODUCT(--({condition}))"


_BALANCE = (
    "tblSupplyPlan[Opening]+tblSupplyPlan[Production]+tblSupplyPlan[Purchases]+tblSupplyPlan[Received]"
    "-tblSupplyPlan[Shipped out]-tblSupplyPlan[Served]-tblSupplyPlan[Closing]"
)
_FAMILY_BALANCE = (
    "tblFamilyPlan[Opening]+tblFamilyPlan[Supply]-tblFamilyPlan[Used]-tblFamilyPlan[Served]-tblFamilyPlan[Closing]"
)


def _finance(line: str, column: str = "Amount") -> str:
    return f'SUMIFS(tblFinance[{column}],tblFinance[Line],"{line}",tblFinance[Month],{_OPEN})'


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


_FINAL = '(tblOverrides[Stream]="final")*(tblOverrides[Quantity]<>"")'

_DATA = (
    Check(
        "A01",
        "Data",
        "No fault stops a run",
        "0",
        'COUNTIFS(tblIssues[Severity],"stop")',
        "Mend the cells that Issues names, then check again.",
        "Issues",
        "OR(sop_planned=1,COUNTA(tblIssues[Severity])>0)",
    ),
    Check(
        "A02",
        "Data",
        "No actuals in the open month or after it",
        "0",
        f"COUNTIFS(tblActuals[Month],{_OPEN})",
        "Set current_period in Settings, or take these rows out.",
        "Actuals",
        "COUNT(tblActuals[Month])>0",
    ),
    Check(
        "A03",
        "Data",
        "The month before the open one has actuals",
        "1",
        f"MIN(1,COUNTIFS(tblActuals[Month],{_LAST_MONTH}))",
        "Load the month's actuals, or set current_period back.",
        "Actuals",
        "COUNT(tblActuals[Month])>0",
    ),
    Check(
        "A04",
        "Data",
        "Families of the plan have the items that Items gives them",
        "0",
        _count_of(
            "COUNTIF(tblItems[Family],tblFamilies[Family])"
            '+(tblFamilies[Family]="Other")*SUMPRODUCT((tblItems[Item]<>"")*(tblItems[Family]=""))'
            "<>tblFamilies[Items]"
        ),
        "Items changed since the last run: run the plan again.",
        "Families",
    ),
    Check(
        "A05",
        "Data",
        "Net revenue of the last closed month: actuals = finance",
        f'SUMIFS(tblActuals[Value],tblActuals[Measure],"shipments",tblActuals[Month],{_LAST_MONTH})',
        f'SUMIFS(tblFinance[Amount],tblFinance[Line],"revenue",tblFinance[Month],{_LAST_MONTH})',
        "Actuals changed since the last run: run Finance again.",
        "Finance lines",
        f'AND(sop_planned=1,COUNTIFS(tblActuals[Measure],"revenue",tblActuals[Month],{_LAST_MONTH})=0,'
        f'COUNTIFS(tblActuals[Measure],"shipments",tblActuals[Month],{_LAST_MONTH})'
        f'=COUNTIFS(tblActuals[Measure],"shipments",tblActuals[Month],{_LAST_MONTH},tblActuals[Value],">-1E+300"),'
        f'COUNTIFS(tblActuals[Currency],"?*")=COUNTIFS(tblActuals[Currency],sop_currency))',
        HALF_CENT,
    ),
)

_DEMAND = (
    Check(
        "D01",
        "Demand",
        "Items and markets add up to families, all planned months",
        "SUM(tblForecast[Consensus])",
        f"SUMIFS(tblFamilyPlan[Forecast],tblFamilyPlan[Month],{_OPEN})",
        "Run the plan again from the step Forecast.",
        "Forecast",
        tolerance=UNITS,
    ),
    Check(
        "D02",
        "Demand",
        "A final override is the consensus",
        "0",
        _count_of('(tblForecast[Final]<>"")*(ABS(tblForecast[Final]-tblForecast[Consensus])>0.001)'),
        "Run the plan again from the step Forecast.",
        "Forecast",
    ),
    Check(
        "D03",
        "Demand",
        "Every final override has a reason",
        _count_of(_FINAL),
        _count_of(f'{_FINAL}*(tblOverrides[Reason]<>"")'),
        "Write the reason beside each final override that has none.",
        "Overrides",
        'COUNTIFS(tblOverrides[Stream],"final")>0',
    ),
    Check(
        "D04",
        "Demand",
        "No forecast below zero",
        "0",
        'COUNTIFS(tblForecast[Consensus],"<0")',
        "Look for overrides or initiatives that take away too much.",
        "Forecast",
    ),
    Check(
        "D05",
        "Demand",
        "The forecast lies between its low and its high",
        "0",
        _count_of(
            '(tblForecast[Low 80]<>"")*((tblForecast[Low 80]>tblForecast[Statistical]+0.001)'
            "+(tblForecast[Statistical]>tblForecast[High 80]+0.001))"
        ),
        "Run the step Forecast again; the table was changed by hand.",
        "Forecast",
    ),
)

_SUPPLY = (
    Check(
        "S01",
        "Supply",
        "Opening + in − out = closing, every item, place and month",
        "0",
        _count_of(f"ABS({_BALANCE})>0.001"),
        "Run the step Supply again; the table was changed by hand.",
        "Supply plan",
    ),
    Check(
        "S02",
        "Supply",
        "Closing stock is the next month's opening",
        'SUMIFS(tblSupplyPlan[Closing],tblSupplyPlan[Month],"<"&MAX(tblSupplyPlan[Month]))',
        'SUMIFS(tblSupplyPlan[Opening],tblSupplyPlan[Month],">"&MIN(tblSupplyPlan[Month]))',
        "Run the step Supply again; the table was changed by hand.",
        "Supply plan",
        tolerance=UNITS,
    ),
    Check(
        "S03",
        "Supply",
        "The plan starts from the stock that was counted",
        "SUM(tblStock[Quantity])",
        "SUMIFS(tblSupplyPlan[Opening],tblSupplyPlan[Month],sop_current)",
        "Stock changed since the last run, or an item with stock is not planned.",
        "Stock",
        tolerance=UNITS,
    ),
    Check(
        "S04",
        "Supply",
        "Opening backlog + demand − served − lost = closing backlog",
        "SUM(tblStock[Backlog])+SUM(tblSupplyPlan[Demand])-SUM(tblSupplyPlan[Served])-SUM(tblSupplyPlan[Lost])",
        "SUMIFS(tblSupplyPlan[Backlog],tblSupplyPlan[Month],MAX(tblSupplyPlan[Month]))",
        "Run the step Supply again; the table was changed by hand.",
        "Supply plan",
        tolerance=UNITS,
    ),
    Check(
        "S05",
        "Supply",
        "No stock below zero",
        "0",
        'COUNTIFS(tblSupplyPlan[Closing],"<-0.001")',
        "Correct opening stock below zero, then run the step Supply.",
        "Supply plan",
    ),
    Check(
        "S06",
        "Supply",
        "Hours stay within capacity and the overtime limit",
        "0",
        _count_of(
            "(tblLoad[Month]>=sop_current)*"
            "(tblLoad[Required hours]>tblLoad[Available hours]+tblLoad[Overtime limit]+0.01)"
        ),
        "See Capacity: add hours, move work, or accept fewer units.",
        "Capacity",
        "AND(sop_planned=1,COUNT(tblLoad[Month])>0)",
    ),
    Check(
        "S07",
        "Supply",
        "Families' stock: opening + supply − used − served = closing",
        "0",
        _count_of(f"(tblFamilyPlan[Month]>=sop_current)*(ABS({_FAMILY_BALANCE})>0.001)"),
        "Run the plan again; the table was changed by hand.",
        "Family plan",
    ),
)

_FINANCE = (
    Check(
        "F01",
        "Finance",
        "Revenue: families add up to the P&L, planned months",
        _finance("revenue"),
        f"SUMIFS(tblFamilyPlan[Revenue],tblFamilyPlan[Month],{_OPEN})",
        "Run the step Finance again.",
        "Finance lines",
        tolerance=HALF_CENT,
    ),
    Check(
        "F02",
        "Finance",
        "Cost of goods sold: families add up to the P&L, planned months",
        _finance("cogs"),
        f"SUMIFS(tblFamilyPlan[COGS],tblFamilyPlan[Month],{_OPEN})",
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

_CYCLE = (
    Check(
        "C01",
        "Cycle",
        f'="The last run is of the open month, "&{month_words("sop_current")}',
        "1",
        'IF(IFERROR(INDEX(tblRuns[Cycle],COUNTA(tblRuns[Run]))&"","")=sop_cycle,1,0)',
        "The results are of another month: run the plan.",
        "Log",
    ),
    Check(
        "C02",
        "Cycle",
        "The plan has all months of the horizon",
        "sop_horizon",
        "12*(YEAR(MAX(tblSupplyPlan[Month]))-YEAR(sop_current))+MONTH(MAX(tblSupplyPlan[Month]))-MONTH(sop_current)+1",
        "Settings changed since the last run: run the plan.",
        "Supply plan",
    ),
    Check(
        "C03",
        "Cycle",
        "The plan starts in the open month",
        "0",
        "12*(YEAR(MIN(tblSupplyPlan[Month]))-YEAR(sop_current))+MONTH(MIN(tblSupplyPlan[Month]))-MONTH(sop_current)",
        "Settings changed since the last run: run the plan.",
        "Supply plan",
    ),
    Check(
        "C04",
        "Cycle",
        "Every signed step is done",
        'COUNTIFS(tblCycleSteps[Cycle],sop_cycle,tblCycleSteps[Signed by],"?*")',
        'COUNTIFS(tblCycleSteps[Cycle],sop_cycle,tblCycleSteps[Signed by],"?*",tblCycleSteps[Status],"done")',
        "Set the step to done, or take the signature out.",
        "Cycle steps",
        "COUNTIFS(tblCycleSteps[Cycle],sop_cycle)>0",
    ),
)

CHECKS = (*_DATA, *_DEMAND, *_SUPPLY, *_FINANCE, *_CYCLE)
