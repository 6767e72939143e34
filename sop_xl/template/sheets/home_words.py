"""The sentences of Home: what may have to be done, and what may need attention, worst first."""

from __future__ import annotations

from typing import NamedTuple

from sop_xl.template.words import cut, figure, kpi, money, month_words, plural, signed

_STOPS = 'COUNTIFS(tblIssues[Severity],"stop")'
_WARNINGS = 'COUNTIFS(tblIssues[Severity],"warn")'
_NO_REASON = 'SUMPRODUCT((tblOverrides[Stream]="final")*(tblOverrides[Quantity]<>"")*(tblOverrides[Reason]=""))'
_LATE_ORDERS = 'COUNTIFS(tblPurchases[Late],"yes")'
_SHORT = '(COUNTIFS(tblShortages[Kind],"late")+COUNTIFS(tblShortages[Kind],"lost"))'
_SHORT_MONEY = (
    '(SUMIFS(tblShortages[Value],tblShortages[Kind],"late")+SUMIFS(tblShortages[Value],tblShortages[Kind],"lost"))'
)
_OPEN_DECISIONS = 'COUNTIFS(tblDecisions[Status],"open")'
_ASSUMPTIONS = (
    '(COUNTIFS(tblAssumptions[Status],"broken")+COUNTIFS(tblAssumptions[Status],"expired")'
    '+COUNTIFS(tblAssumptions[Status],"open",tblAssumptions[Valid to],"<"&sop_current))'
)
_LAST_CYCLE = 'IFERROR(INDEX(tblRuns[Cycle],COUNTA(tblRuns[Run]))&"","")'
_HAS_DATA = "AND(COUNTA(tblItems[Item])>0,COUNTA(tblActuals[Item])>0)"


class Todo(NamedTuple):
    """One action: a name, a condition, who, where, and a sentence; all but name and sheet are formulas without `=`."""

    name: str
    due: str
    owner: str
    sheet: str
    words: str


class Alert(NamedTuple):
    """One alert: a name, its severity (1 act, 2 watch, 3 fine, 0 none), a sentence, and the money at stake.

    All but the name are formulas without `=`. What makes all other figures doubtful has `FIRST` as its money.
    """

    name: str
    severity: str
    words: str
    money: str = "0"


FIRST = "10^15"
CALENDAR_ROWS = "COUNTIFS(tblCycleSteps[Cycle],sop_cycle)"
"""How many steps the open month has in the calendar."""


def _short_of(kind: str) -> str:
    """Return what shortages of a kind are worth."""
    return f'SUMIFS(tblShortages[Value],tblShortages[Kind],"{kind}")'


def _off(name: str) -> str:
    """Return how far a key figure is from its target."""
    return f"ABS({kpi(name)}-{kpi(name, 'Target')})"


def _owner(step: int, otherwise: str) -> str:
    """Return the fragment for the owner of a step of this cycle, or who it usually is."""
    found = f"SUMPRODUCT(MAX((tblCycleSteps[Cycle]=sop_cycle)*(tblCycleSteps[Order]={step})*{_PLACE}))"
    return f'IFERROR(IF({found}=0,"{otherwise}",INDEX(tblCycleSteps[Owner],{found})&""),"{otherwise}")'


_PLACE = "(ROW(tblCycleSteps[Cycle])-ROW(tblCycleSteps[[#Headers],[Cycle]]))"
_PLANNING, _SALES = _owner(1, "Planning"), _owner(2, "Sales")
_OPERATIONS, _FINANCE = _owner(3, "Operations"), '"Finance"'


def _judged(name: str) -> str:
    """Return the severity of a key figure's status."""
    return f'IFERROR(MATCH({kpi(name, "Status")},{{"act","watch","good"}},0),0)'


def _not_good(name: str) -> str:
    return f"AND({_judged(name)}>0,{_judged(name)}<3)"


def accuracy_title() -> str:
    """Return the title of the accuracy tile: whose forecast it is, by the key figure's own name."""
    name = kpi("accuracy", "Name")
    whose = (f'IF(ISNUMBER(SEARCH("{source}",{name})),"{source.title()}"' for source in ("consensus", "backtest"))
    return f'={",".join(whose)},"Forecast"))&" accuracy, lag 1"'


def place_of(name: str) -> str:
    """Return what stands behind the colon of a key figure's name: `Final Assembly, Apr 27`."""
    words = kpi(name, "Name")
    return f'IFERROR(MID({words},FIND(": ",{words})+2,99),"")'


def resource_of(name: str) -> str:
    """Return the resource in a key figure's name, `Peak load: Final Assembly, Apr 27`; "" where it names none."""
    words = place_of(name)
    return f'IFERROR(LEFT({words},LEN({words})-8),"")'


def _short_place(name: str) -> str:
    """Return resource and month of a key figure, short enough to have a sentence beside them."""
    return f"({cut(resource_of(name), 15)}&RIGHT({place_of(name)},8))"


def fiscal_year_words() -> str:
    """Return the fiscal year's name, and how many of its months have revenue where it is not all twelve."""
    months = "COUNT(sop_fiscal_revenue)"
    return f'sop_fiscal_name&IF(OR({months}=0,{months}=12),"",", "&{months}&" months")'


_STEP_ROW = f"SUMPRODUCT(MAX((tblCycleSteps[Cycle]=sop_cycle)*(tblCycleSteps[Order]=sop_step)*{_PLACE}))"
_STEP = f"INDEX(tblCycleSteps[Step],{_STEP_ROW})"
_STEP_TASKS = (
    f'IF(N(INDEX(tblCycleSteps[Tasks],{_STEP_ROW}))=0,"",": "&N(INDEX(tblCycleSteps[Tasks done],{_STEP_ROW}))'
    f'&" of "&INDEX(tblCycleSteps[Tasks],{_STEP_ROW})&" tasks done")'
)

_DUE = f"INDEX(tblCycleSteps[Due],{_STEP_ROW})"
_STEP_DUE = f'IF(N({_DUE})=0,""," by "&DAY({_DUE})&" "&INDEX(sop_months,MONTH({_DUE})))'

TODOS = (
    Todo(
        "Inputs",
        f"NOT({_HAS_DATA})",
        '"Planning"',
        "Items",
        '"Fill in Items and Actuals, or load them with sop-xl import"',
    ),
    Todo(
        "Faults",
        f"{_STOPS}>0",
        _PLANNING,
        "Issues",
        f'"Mend "&{plural(_STOPS, "fault that stops", "faults that stop")}&" the run"',
    ),
    Todo(
        "First run",
        f"AND({_HAS_DATA},sop_planned=0,{_STOPS}=0)",
        _PLANNING,
        "Guide",
        '"Run the first plan: sop-xl run, or Run in the ribbon"',
    ),
    Todo(
        "Old plan",
        f"AND(sop_planned=1,{_LAST_CYCLE}<>sop_cycle)",
        _PLANNING,
        "Log",
        f'"Run the plan for "&{month_words("sop_current")}&": results are of "&{_LAST_CYCLE}',
    ),
    Todo(
        "Checks",
        "chk_Master>0",
        _PLANNING,
        "Checks",
        f'"Look into "&{plural("chk_Master", "check that fails", "checks that fail")}',
    ),
    Todo(
        "Step",
        "sop_step>0",
        f'IFERROR(INDEX(tblCycleSteps[Owner],{_STEP_ROW})&"","")',
        "Cycle steps",
        f'IFERROR("Finish and sign "&{_STEP}&{_STEP_DUE}&{_STEP_TASKS},"")',
    ),
    Todo(
        "Calendar",
        f"AND(sop_planned=1,{CALENDAR_ROWS}=0)",
        _PLANNING,
        "Cycle steps",
        f'"Make the calendar of "&{month_words("sop_current")}&": Cycle status, or sop-xl cycle new"',
    ),
    Todo(
        "Close",
        f"AND({CALENDAR_ROWS}>0,sop_step=0)",
        _PLANNING,
        "Paste actuals",
        f'"All steps are signed: bring actuals of "&{month_words("sop_current")}&", then close the month"',
    ),
    Todo(
        "Capacity",
        _not_good("peak_wanted"),
        _OPERATIONS,
        "Capacity",
        f'"Cover "&{_short_place("peak_wanted")}&": "&{figure(kpi("peak_wanted"))}&" % of regular hours wanted"',
    ),
    Todo(
        "Shortages",
        f"{_SHORT}>0",
        _OPERATIONS,
        "Shortages",
        f'"Decide on "&{plural(_SHORT, "late or lost quantity", "late or lost quantities")}&", "&{money(_SHORT_MONEY)}'
        '&" "&sop_currency',
    ),
    Todo(
        "Reasons",
        f"{_NO_REASON}>0",
        _SALES,
        "Overrides",
        f'"Give a reason for "&{plural(_NO_REASON, "final override", "final overrides")}',
    ),
    Todo(
        "Orders",
        f"{_LATE_ORDERS}>0",
        '"Purchasing"',
        "Purchases",
        f'"Chase "&{plural(_LATE_ORDERS, "order", "orders")}&" that should have been placed already"',
    ),
    Todo(
        "Assumptions",
        f"{_ASSUMPTIONS}>0",
        _PLANNING,
        "Assumptions",
        f'"Review "&{plural(_ASSUMPTIONS, "assumption", "assumptions")}&" broken or past its month"',
    ),
    Todo(
        "Budget",
        f"OR({_not_good('revenue_fy')},{_not_good('margin_fy')})",
        _FINANCE,
        "Finance",
        '"Explain "&IF(' + _not_good("revenue_fy") + f',"revenue "&{money(kpi("revenue_fy"))}&" against "'
        f'&{money(kpi("revenue_fy", "Target"))},"gross margin "&{figure(kpi("margin_fy"), 1)}&" % against "'
        f'&{figure(kpi("margin_fy", "Target"), 1)}&" %")&" in the budget"',
    ),
    Todo(
        "Decisions",
        f"{_OPEN_DECISIONS}>0",
        _PLANNING,
        "Decisions",
        f'"Prepare "&{plural(_OPEN_DECISIONS, "open decision", "open decisions")}&" for the meeting"',
    ),
    Todo(
        "Warnings",
        f"{_WARNINGS}>0",
        _PLANNING,
        "Issues",
        f'"Read "&{plural(_WARNINGS, "warning", "warnings")}&" of the last check"',
    ),
    Todo("Page", "sop_planned=1", _PLANNING, "Executive", '"Print the page for the executive meeting"'),
)

_BIGGEST = "MATCH(MAX(tblShortages[Value]),tblShortages[Value],0)"
_BIGGEST_NAME = (
    f'IF(INDEX(tblShortages[Description],{_BIGGEST})="",INDEX(tblShortages[Item],{_BIGGEST}),'
    f"INDEX(tblShortages[Description],{_BIGGEST}))"
)
_KIND_WORDS = f'SUBSTITUTE(INDEX(tblShortages[Kind],{_BIGGEST}),"_"," ")'

ALERTS = (
    Alert(
        "Faults", f"IF({_STOPS}>0,1,0)", f'{plural(_STOPS, "fault stops", "faults stop")}&" the run: see Issues"', FIRST
    ),
    Alert(
        "Checks",
        "IF(chk_Total=0,0,IF(chk_Master>0,1,3))",
        'IF(chk_Master=0,"All "&chk_Total&" checks pass",chk_Master&" of "&chk_Total&" checks fail: see Checks")',
        f"IF(chk_Master>0,{FIRST},0)",
    ),
    Alert(
        "Load",
        _judged("peak_wanted"),
        f'{_short_place("peak_wanted")}&": "&{figure(kpi("peak_wanted"))}&" % regular hours wanted"',
        f"SUMIFS(tblShortages[Value],tblShortages[Binding],{resource_of('peak_wanted')})",
    ),
    Alert(
        "Service",
        _judged("service"),
        f'"Service "&{figure(kpi("service"), 1)}&" %, target "&{figure(kpi("service", "Target"), 1)}&" %"'
        f'&IF({_short_of("late")}>0,", late "&{money(_short_of("late"))},"")',
        _short_of("late"),
    ),
    Alert(
        "Lost",
        f"IF(N({kpi('lost_units')})>0,1,0)",
        f'{figure(kpi("lost_units"))}&" units are never served, "&{money(_short_of("lost"))}',
        _short_of("lost"),
    ),
    Alert(
        "Revenue",
        _judged("revenue_fy"),
        f'"Revenue "&{fiscal_year_words()}&": "&{money(kpi("revenue_fy"))}'
        f'&", budget "&{money(kpi("revenue_fy", "Target"))}',
        _off("revenue_fy"),
    ),
    Alert(
        "Margin",
        _judged("margin_fy"),
        f'"Gross margin "&{figure(kpi("margin_fy"), 1)}&" %, budget "&{figure(kpi("margin_fy", "Target"), 1)}&" %"',
        f"{_off('margin_fy')}/100*{kpi('revenue_fy')}",
    ),
    Alert(
        "Stock",
        _judged("stock_12"),
        f'"Stock ends at "&{money(kpi("stock_12"))}&", target "&{money(kpi("stock_12", "Target"))}',
        _off("stock_12"),
    ),
    Alert(
        "Accuracy",
        _judged("accuracy"),
        f'"Forecast accuracy "&{figure(kpi("accuracy"))}&" %, naive "&{figure(kpi("accuracy", "Target"))}&" %"',
    ),
    Alert(
        "Bias",
        _judged("bias"),
        f'"Forecast bias "&{signed(kpi("bias"), 1)}&" %"&IF({kpi("bias")}<0,", over-forecast",IF({kpi("bias")}>0,'
        '", under-forecast",""))',
    ),
    Alert(
        "Biggest",
        "IF(COUNT(tblShortages[Value])=0,0,2)",
        f'{cut(_BIGGEST_NAME, 18)}&": "&{figure(f"INDEX(tblShortages[Quantity],{_BIGGEST})")}&" "&{_KIND_WORDS}&" in "'
        f"&{month_words(f'INDEX(tblShortages[Month],{_BIGGEST})')}"
        f'&", "&{money("MAX(tblShortages[Value])")}',
        "MAX(tblShortages[Value])",
    ),
    Alert("Reasons", f"IF({_NO_REASON}>0,2,0)", f'{plural(_NO_REASON, "override has", "overrides have")}&" no reason"'),
    Alert(
        "Late orders",
        f"IF({_LATE_ORDERS}>0,2,0)",
        f'{plural(_LATE_ORDERS, "order is", "orders are")}&" late to place: see Purchases"',
        'SUMIFS(tblPurchases[Value],tblPurchases[Late],"yes")',
    ),
    Alert(
        "Actuals",
        "IF(COUNT(tblActuals[Month])=0,0,IF(COUNTIFS(tblActuals[Month],EDATE(sop_current,-1))>0,3,1))",
        f'"Actuals of "&{month_words("EDATE(sop_current,-1)")}&IF(COUNTIFS(tblActuals[Month],EDATE(sop_current,-1))>0,'
        '" are in"," are missing")',
    ),
)
