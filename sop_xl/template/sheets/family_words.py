"""What the sheet Family says in sentences: titles of its charts, assumptions and issues, all from figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.formulas import count_of, sum_of
from sop_xl.template.sheets.family_data import ROWS, months_of
from sop_xl.template.sheets.family_rows import FIRST_OPEN, LAST_OPEN, OLD
from sop_xl.template.words import cut, figure, money, month_words, plural, signed

if TYPE_CHECKING:
    from sop_xl.template.sheets.family_facts import Facts


def _open(row: int) -> str:
    """Return the open months of a row."""
    return f"${FIRST_OPEN}${row}:${LAST_OPEN}${row}"


def _when(value: str, row: int) -> str:
    """Return the fragment for the month in which a row has that value."""
    return month_words(f"INDEX({_open(ROWS.month)},MATCH({value},{_open(row)},0))")


def sales_title() -> str:
    """Return the finding about sales: the change to the last cycle, or to last year where there is no cycle before."""
    rows = ROWS
    new, old, year, change = (f"$F${row}" for row in (rows.forecast, rows.old_forecast, rows.last_year, rows.change))
    months = _open(rows.change)
    largest = f"IF(MAX({months})>=-MIN({months}),MAX({months}),MIN({months}))"
    first = (
        f'"Forecast of the next 12 months: "&{figure(new)}&" "&sop_uom&'
        f'IF(N({year})=0,"",", "&{signed(f"100*({new}/{year}-1)", 1)}&" % to last year")'
    )
    compared = (
        f'"New forecast is "&{signed(f"100*{change}/{old}", 1)}&" % to the "&{OLD}&" cycle"&'
        f'IF(MAX({months})-MIN({months})<0.5,"",": largest change "&{signed(largest)}&" in "&'
        f"{_when(largest, rows.change)})"
    )
    told = f"IF(OR(COUNT({change})=0,N({old})=0),{first},{compared})"
    return f'=IF(COUNT({new})=0,"No forecast yet: run the forecast",{told})'


def sales_subtitle() -> str:
    """Return what the first chart shows; the line only where there is an old forecast."""
    line = f'IF(COUNT({months_of(ROWS.old_forecast)})=0,"","orange line old forecast, ")'
    return f'="Sales, units a month  |  solid actual, hatched new forecast, "&{line}&"dashes last year"'


def stock_title() -> str:
    """Return the finding about stock against target; about backlog where the family is made to order."""
    first = ROWS.stock
    plan, gap, backlog, weeks = (_open(first + k) for k in (1, 3, 2, 4))
    short = f"SUMPRODUCT(ISNUMBER({gap})*({gap}<=-0.5))"
    items = count_of("tblShortages", ("Family", "sop_family"), ("Kind", '"below_target"'))
    to_stock = (
        f'IF(COUNT({plan})=0,"No stock plan yet: run the supply plan",IF(COUNT({gap})=0,'
        f'"Stock without a target: "&{figure(f"INDEX({plan},COUNT({plan}))")}&" "&sop_uom&" after "&COUNT({plan})'
        f'&" months",'
        f'IF({short}=0,IF({items}=0,"Stock stays at or above its target in all "&COUNT({gap})&" months",'
        f'"In total above target; "&{plural(items, "shortage", "shortages")}&" of single items below it"),'
        f'"Stock is below its target in "&{short}&" of "&COUNT({gap})&" months: worst "&'
        f'{signed(f"MIN({gap})")}&" in "&{_when(f"MIN({gap})", first + 3)})))'
    )
    to_order = (
        f'IF(COUNT({backlog})=0,"No backlog plan yet: run the supply plan","Backlog goes from "&'
        f'{figure(f"INDEX({backlog},1)")}&" to "&{figure(f"INDEX({backlog},COUNT({backlog}))")}&" "&sop_uom&'
        f'IF(COUNT({weeks})=0,"",": longest "&{figure(f"MAX({weeks})", 1)}&" weeks, in "&'
        f"{_when(f'MAX({weeks})', first + 4)}))"
    )
    return f"=IF(sop_to_order=1,{to_order},{to_stock})"


def stock_subtitle() -> str:
    """Return what the second chart shows."""
    return (
        '=IF(sop_to_order=1,"Orders waiting at month end, units  |  solid actual, hatched plan, line shipments",'
        f'{_uncounted()},"Finished stock at month end, units  |  solid actual, hatched plan, line target"))'
    )


def _uncounted() -> str:
    """Return the start of IF( ): where the plan opens with other stock than was counted last, by how much."""
    opening = sum_of("tblFamilyPlan", "Opening", ("Family", "sop_family"), ("Month", "sop_current"))
    counted = f"$J${ROWS.stock + 2}"
    told = (
        f'"▲ The plan opens with "&{figure(opening)}&"; "&{figure(counted)}&" is counted in "&'
        f'{month_words("EDATE(sop_current,-1)")}&": actuals do not cover the same items as stock"'
    )
    return f"IF(AND(sop_planned=1,COUNT({counted})>0,ABS({opening}-N({counted}))>=0.5),{told}"


def assumption_note(facts: Facts) -> str:
    """Return what the plan of the family takes for granted."""
    none = 'IF(sop_family="","","None names this family or its bottleneck.")'
    return f'=IF({facts.assumptions}="",{none},{facts.assumptions}&".")'


def demand_note(facts: Facts) -> str:
    """Return how demand ran, how far forecasts fall from it, what was overridden, and comments on the family."""
    share = f'IF({facts.old}=0,"",", "&{signed(f"100*{facts.ran}/{facts.old}", 1)}&" %")'
    ran = (
        f'IF({facts.closed}=0,"","Sales ran "&{signed(facts.ran)}&" "&sop_uom&" against the old forecast in "&'
        f'{plural(facts.closed, "closed month", "closed months")}&{share}&". ")'
    )
    tells = f'IF({facts.bias}<-0.5," (too high)",IF({facts.bias}>0.5," (too low)",""))'
    error = (
        f'IF({facts.wmape}="","","One month ahead the forecast errs by "&'
        f'{figure(facts.wmape)}&" %, bias "&{signed(facts.bias)}&" %"&{tells}&". ")'
    )
    missing = f'IF({facts.no_reason}=0,"","; ▲ "&{plural(facts.no_reason, "line has", "lines have")}&" no reason")'
    typed = f'IF({facts.overridden}=0,"No override.",{plural(facts.overridden, "month is", "months are")}&" overridden"'
    said = 'IFERROR(INDEX(tblFamilies[Comments],MATCH(sop_family,tblFamilies[Family],0))&"","")'
    comments = f'IF({said}="",""," Comments: "&{cut(said, 150)})'
    return f'=IF(sop_family="","",{ran}&{error}&{typed}&{missing}&".")&{comments})'


def supply_note(facts: Facts) -> str:
    """Return what is short, the dearest first, and how full the bottleneck is."""
    months = f"COUNT({_open(ROWS.load)})"
    within = '" "&sop_bottleneck&" stays within its regular hours."'
    over = f'" "&sop_bottleneck&" is over its regular hours in "&{facts.overloaded}&" of "&{months}&" months."'
    loads = f'IF({months}=0,"",IF({facts.overloaded}=0,{within},{over}))'
    short = (
        f'IF({facts.short}=0,IF(sop_planned=1,"Nothing is late, lost or below target.",""),'
        f'{plural(facts.short, "shortage", "shortages")}&", "&{money(facts.worth)}&" "&sop_currency&'
        f'"; the dearest: "&{facts.shortages}&".")'
    )
    return f'=IF(sop_family="","",{short}&{loads})'
