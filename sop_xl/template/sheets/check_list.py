"""The checks a workbook makes on itself, each with what is expected, what is found, and what to do."""

from __future__ import annotations

from sop_xl.template.sheets.check import HALF_CENT, OPEN, UNITS, Check, count_where
from sop_xl.template.sheets.check_money import MONEY_CHECKS
from sop_xl.template.words import month_words

_LAST_MONTH = "EDATE(sop_current,-1)"

_BALANCE = (
    "tblSupplyPlan[Opening]+tblSupplyPlan[Production]+tblSupplyPlan[Purchases]+tblSupplyPlan[Received]"
    "-tblSupplyPlan[Shipped out]-tblSupplyPlan[Served]-tblSupplyPlan[Closing]"
)
_FAMILY_BALANCE = (
    "tblFamilyPlan[Opening]+tblFamilyPlan[Supply]-tblFamilyPlan[Used]-tblFamilyPlan[Served]-tblFamilyPlan[Closing]"
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
        f"COUNTIFS(tblActuals[Month],{OPEN})",
        "Close the month once it is complete (S&OP > Close month), or take these rows out.",
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
        count_where(
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
        f'SUMIFS(tblActuals[Value],tblActuals[Measure],"shipments",tblActuals[Month],{_LAST_MONTH})'
        f'-SUMIFS(tblActuals[Value],tblActuals[Measure],"rebates",tblActuals[Month],{_LAST_MONTH})',
        f'SUMIFS(tblFinance[Amount],tblFinance[Line],"revenue",tblFinance[Month],{_LAST_MONTH})',
        "Actuals changed since the last run: run Finance again.",
        "Finance lines",
        f'AND(sop_planned=1,COUNTIFS(tblActuals[Measure],"revenue",tblActuals[Month],{_LAST_MONTH})=0,'
        f'COUNTIFS(tblActuals[Measure],"shipments",tblActuals[Month],{_LAST_MONTH})'
        f'=COUNTIFS(tblActuals[Measure],"shipments",tblActuals[Month],{_LAST_MONTH},tblActuals[Value],">-1E+300"),'
        f'COUNTIFS(tblActuals[Currency],"?*")=COUNTIFS(tblActuals[Currency],sop_currency))',
        HALF_CENT,
    ),
    Check(
        "A06",
        "Data",
        "No month waits for rows kept aside",
        "0",
        'COUNTIFS(tblIssues[Code],"incomplete-actuals")',
        "Correct the rows and commit them, or settle them: sop-xl actuals quarantine.",
        "Issues",
        "OR(sop_planned=1,COUNTA(tblIssues[Severity])>0)",
    ),
)

_PASTES = "COUNTA(tblCommits[Batch])>0"


def _pasted(number: str, what: str, tolerance: float) -> Check:
    """Check that nothing of the committed pastes is lost: committed + kept aside + left out = pasted."""
    parts = "+".join(f"SUM(tblCommits[{what} {part}])" for part in ("committed", "aside", "left out"))
    return Check(
        number,
        "Data",
        f"Pasted {what.lower()} = committed + kept aside + left out",
        f"SUM(tblCommits[{what} pasted])",
        parts,
        "The table Commits was changed by hand; sop-xl actuals history shows the receipts.",
        "Commits",
        _PASTES,
        tolerance,
    )


_PASTE = (_pasted("A07", "Rows", 0.0), _pasted("A08", "Units", UNITS), _pasted("A09", "Value", HALF_CENT))

_HELD = 'COUNTIFS(tblTieOuts[Figure],"ledger *")>0'


def _ledger(number: str, name: str, found: str, tolerance: float = 0.0) -> Check:
    """Check that the sheet Actuals adds up to what the ledger holds."""
    return Check(
        number,
        "Data",
        f"Sheet Actuals = ledger: {name}",
        f'SUMIFS(tblTieOuts[Value],tblTieOuts[Figure],"ledger {name}")',
        found,
        "Typed since: the next check or run takes it into the ledger.",
        "Actuals",
        _HELD,
        tolerance,
    )


_LEDGER = (
    _ledger("A10", "rows", 'COUNTIFS(tblActuals[Measure],"?*")'),
    _ledger("A11", "units", "SUM(tblActuals[Quantity])", UNITS),
    _ledger("A12", "value", "SUM(tblActuals[Value])", HALF_CENT),
)

_SPREAD = "tblLevelOverrides"


def _spread_wrong(level: str, node: str, others: tuple[str, ...]) -> str:
    """Return how many final figures for a whole family, region or channel differ from what its items were given."""
    conditions = [f'({_SPREAD}[{node}]<>"")', *(f'({_SPREAD}[{other}]="")' for other in others)]
    conditions += [f'({_SPREAD}[Stream]="final")', f"({_SPREAD}[Month]>=sop_current)"]
    conditions += [f'({_SPREAD}[Mode]<>"{mode}")' for mode in ("add", "subtract")]
    given = (
        f'SUMIFS(tblForecastLevels[Consensus],tblForecastLevels[Level],"{level}",tblForecastLevels[Node],'
        f"{_SPREAD}[{node}],tblForecastLevels[Month],{_SPREAD}[Month])"
    )
    conditions.append(f"({_SPREAD}[Month]<=MAX(tblForecastLevels[Month]))")
    return count_where(f"{'*'.join(conditions)}*(ABS({given}-{_SPREAD}[Quantity])>0.001)")


_DEMAND = (
    Check(
        "D01",
        "Demand",
        "Items and markets add up to families, all planned months",
        "SUM(tblForecast[Consensus])",
        f"SUMIFS(tblFamilyPlan[Forecast],tblFamilyPlan[Month],{OPEN})",
        "Run the plan again from the step Forecast.",
        "Forecast",
        tolerance=UNITS,
    ),
    Check(
        "D02",
        "Demand",
        "A final override is the consensus",
        "0",
        count_where('(tblForecast[Final]<>"")*(ABS(tblForecast[Final]-tblForecast[Consensus])>0.001)'),
        "Run the plan again from the step Forecast.",
        "Forecast",
    ),
    Check(
        "D03",
        "Demand",
        "Every final override has a reason",
        count_where(_FINAL),
        count_where(f'{_FINAL}*(tblOverrides[Reason]<>"")'),
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
        "D06",
        "Demand",
        "Allocation: a final figure for a whole = what its items got",
        "0",
        "+".join(
            _spread_wrong(level, node, others)
            for level, node, others in (
                ("family", "Family", ("Region", "Channel")),
                ("region", "Region", ("Family", "Channel")),
                ("channel", "Channel", ("Family", "Region")),
            )
        ),
        "Overrides of single items ask for more than the figure for the whole, or two figures overlap.",
        "Level overrides",
        f'AND(sop_planned=1,COUNTIFS({_SPREAD}[Stream],"final")>0)',
    ),
    Check(
        "D05",
        "Demand",
        "The forecast lies between its low and its high",
        "0",
        count_where(
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
        count_where(f"ABS({_BALANCE})>0.001"),
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
        count_where(
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
        count_where(f"(tblFamilyPlan[Month]>=sop_current)*(ABS({_FAMILY_BALANCE})>0.001)"),
        "Run the plan again; the table was changed by hand.",
        "Family plan",
    ),
    Check(
        "S08",
        "Supply",
        "Items = families, planned months: served + lost + backlog",
        "SUM(tblSupplyPlan[Served])-SUM(tblSupplyPlan[Used])+SUM(tblSupplyPlan[Lost])+SUM(tblSupplyPlan[Backlog])",
        "+".join(
            f"SUMIFS(tblFamilyPlan[{name}],tblFamilyPlan[Month],{OPEN})" for name in ("Served", "Lost", "Backlog")
        ),
        "Run the plan again; a table was changed by hand.",
        "Family plan",
        tolerance=UNITS,
    ),
    Check(
        "S09",
        "Supply",
        "Stored plan = the solver's, before rounding, in millionths",
        "0",
        "MAX(tblPlanCost[Rounding])",
        "Run the step Supply again; if it stays, report it with the log.",
        "Plan cost",
        "AND(sop_planned=1,COUNT(tblPlanCost[Rounding])>0)",
        1.0,
    ),
    Check(
        "S10",
        "Supply",
        "Opening = prior closing: stock counted = stock booked",
        f'SUMIFS(tblActuals[Quantity],tblActuals[Measure],"inventory",tblActuals[Month],{_LAST_MONTH})',
        "SUM(tblStock[Quantity])",
        "The month was restated, or counted anew: say on Stock which is right.",
        "Stock",
        f'AND(sop_planned=1,COUNT(tblStock[Quantity])>0,COUNTIFS(tblActuals[Measure],"inventory",tblActuals[Month],'
        f"{_LAST_MONTH})=COUNT(tblStock[Quantity]))",
        UNITS,
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
    Check(
        "C05",
        "Cycle",
        "Scenarios: base + difference = scenario, every measure",
        "0",
        count_where(
            '(tblScenarioResults[Base]<>"")*(tblScenarioResults[Value]<>"")'
            "*(ABS(tblScenarioResults[Base]+tblScenarioResults[Difference]-tblScenarioResults[Value])>0.001)"
        ),
        "The plan changed since, or the table was changed by hand: compare the scenarios again.",
        "Scenario results",
        "COUNTA(tblScenarioResults[Scenario])>0",
    ),
)

_RUN_ROWS = (
    '(LEFT(tblRuns[Steps],6)<>"batch ")*(LEFT(tblRuns[Result],8)<>"stopped:")*(tblRuns[Run]<>"")'
    "*(ROW(tblRuns[Run])-ROW(tblRuns[[#Headers],[Run]]))"
)
_OF_PACK = 'COUNTIFS(tblTieOuts[Figure],"pack *",tblTieOuts[State],'
_PACKED = f'{_OF_PACK}IFERROR(INDEX(tblRuns[Run],SUMPRODUCT(MAX({_RUN_ROWS})))&"",""))>0'
"""Whether the last pack was made from the plan that stands."""

_PACKS = (
    Check(
        "C06",
        "Cycle",
        "Executive pack = plan: key figures in the pack's workbook",
        "0",
        count_where(
            '(LEFT(tblTieOuts[Figure],5)="pack ")*(ABS(tblTieOuts[Value]'
            "-SUMIFS(tblKpis[Value],tblKpis[KPI],MID(tblTieOuts[Figure],6,60)))>0.005)"
        ),
        "The plan was changed by hand since: run it, and make the packs again.",
        "KPIs",
        _PACKED,
    ),
    Check(
        "C07",
        "Cycle",
        "Page as PDF = executive pack: key figures on the page",
        'COUNTIFS(tblTieOuts[Figure],"pack *")',
        'COUNTIFS(tblTieOuts[Figure],"pack *",tblTieOuts[Page],"?*")',
        "Make the packs again.",
        "KPIs",
        f'AND({_PACKED},COUNTIFS(tblTieOuts[Page],"?*")>0)',
    ),
)

CHECKS = (*_DATA, *_PASTE, *_LEDGER, *_DEMAND, *_SUPPLY, *MONEY_CHECKS, *_CYCLE, *_PACKS)
