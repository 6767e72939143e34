"""Sentences of the view Compare, as formulas: what a scenario is, what it changes, what moved, what is proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.formulas import sum_of
from sop_xl.template.words import cut, signed, signed_money

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.template.sheets.compare_data import Slots

_RESULTS, _CHANGES, _DECISIONS = "tblScenarioResults", "tblScenarioChanges", "tblDecisions"


def subtitle() -> str:
    """Return the scope, and whether the plan is still the one that was compared with."""
    then = sum_of(_RESULTS, "Value", ("Scenario", '"base"'), ("Measure", '"plan_cost"'))
    now = sum_of("tblPlanCost", "Amount", ("Component", '"total"'))
    scope = '"Next 12 months  |  each scenario is a list of changes over the plan, never a copy  |  "'
    old = '"▲ the plan has changed since: run the scenarios again"'
    good = '"beside the plan as it stands"'
    none = '"No scenario was planned yet: Run scenarios on the ribbon, or sop-xl scenario run"'
    return f"=IF(COUNT({_RESULTS}[Value])=0,{none},{scope}&IF(ABS({then}-{now})>1,{old},{good}))"


def heads(shown: Slots, s: int) -> tuple[str, str, str]:
    """Return name, purpose and state of a scenario shown."""
    name, base, status = shown.name[s], shown.base[s], shown.status[s]
    over = f'IF({base}="","",", over "&{cut(base, 22)})'
    state = (
        f'IF({status}="proposed","► proposed",IF({status}="approved","► approved",IF({status}="","draft",{status})))'
    )
    return (
        f"={cut(name, 27)}",
        f"={cut(shown.purpose[s], 84)}",
        f'=IF({name}="","",{state}&{over})',
    )


def changes(shown: Slots, s: int) -> str:
    """Return what a scenario changes, a line each, and how many more changes there are."""
    name, told = shown.name[s], shown.changes[s]
    lines = "&".join(f"{cell}" if k == 0 else f'IF({cell}="","",CHAR(10)&{cell})' for k, cell in enumerate(told))
    count = f"COUNTIFS({_CHANGES}[Scenario],{name})"
    more = f'IF({count}>{len(told)},CHAR(10)&({count}-{len(told)})&" more","")'
    over = f'IF({shown.base[s]}="","","All of "&{shown.base[s]}&", and:"&CHAR(10))'
    return f'=IF({name}="","",{over}&{lines}&{more})'


def moved(shown: Slots, s: int, measure: str) -> str:
    """Return what moved a measure most, without the reason the planner gave; a dash where nothing moved."""
    name = shown.name[s]
    place = f'MATCH(1,INDEX(({_RESULTS}[Scenario]={name})*({_RESULTS}[Measure]="{measure}"),0),0)'
    reason = f'INDEX({_RESULTS}[Reason],{place})&""'
    short = f'LEFT({reason},FIND(";",{reason}&";")-1)'
    return f'=IF({name}="","",IFERROR(IF({reason}="","–",{short}),""))'


def advice(shown: Slots, difference: Callable[[str, str], str]) -> str:
    """Return what the first scenario that is proposed or approved does to the plan, and the decision about it."""
    place = f"MATCH(1,{shown.row},0)"
    first, last = shown.name[0], shown.name[-1].split("!")[1]
    name = f"INDEX({first}:{last},{place})"

    def moved(measure: str) -> str:
        return difference(name, measure)

    decided = f"MATCH({name},{_DECISIONS}[Scenario],0)"
    due = f"INDEX({_DECISIONS}[Due],{decided})"
    when = f'IF(N({due})=0,""," by "&DAY({due})&" "&INDEX(sop_months,MONTH({due})))'
    decision = f'IFERROR("  |  decision "&INDEX({_DECISIONS}[Id],{decided})&{when},"")'
    told = (
        f'"►  "&{name}&" against the plan:  gross margin "&{signed_money(moved("gross_margin"))}&'
        f'",  net cash "&{signed_money(moved("net_cash"))}&",  mean stock "&{signed_money(moved("mean_stock"))}&'
        f'",  service "&{signed(moved("service"), 1)}&" pp,  late units "&{signed(moved("late_units"))}&'
        f'",  overtime "&{signed(moved("overtime"))}&" h"&{decision}'
    )
    none = '"No scenario shown is proposed: say so under Status on the sheet Scenario list"'
    return f'=IF(COUNT({_RESULTS}[Value])=0,"",IF(SUM({shown.row})=0,{none},{told}))'
