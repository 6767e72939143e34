"""The sentences of Executive: its message, and the findings of its charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.blocks import across, at
from sop_xl.template.parts import AHEAD, MASTER_TEXT, PAST
from sop_xl.template.sheets.executive_data import FULL, YEAR, beyond
from sop_xl.template.sheets.home_words import fiscal_year_words, place_of, resource_of
from sop_xl.template.words import cut, figure, money, month_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.template.sheets.executive_bridge import Bridge
    from sop_xl.template.sheets.executive_data import Figure, Peak, Year
    from sop_xl.template.sheets.executive_months import Ahead, Months, Scope, Shortages

_MONTHS = "COUNT(sop_fiscal_revenue)"
_ON = "0.005"
"""Share within which an outlook is on its budget."""


def message(cell: str) -> str:
    """Return the sentence in `cell` with a capital letter."""
    return f"={_capital(cell)}"


def headline(figures: Mapping[str, Figure], bridge: Bridge, year: Year) -> str:
    """Return the page's message: revenue, margin, and what matters most about supply."""
    revenue = figures["revenue_fy"]
    planned, outlook = bridge.values[0], bridge.values[-1]
    over, gap = f"({revenue.value}-{revenue.target})", f"({outlook}-{planned})"
    ends = f'IF(AND({_MONTHS}>0,{_MONTHS}<12),"Revenue of "&{_MONTHS}&" months is ","Revenue ends ")'
    against = (
        f'IF(ABS{over}<={_ON}*{revenue.target},{ends}&"on budget",'
        f'{ends}&{money(f"ABS{over}")}&IF({over}<0," below"," above")&" budget")'
        f'&IF(ABS{gap}<={_ON}*ABS({planned}),", margin on it",", margin "&{money(f"ABS{gap}")}'
        f'&IF({gap}<0," below"," above"))'
    )
    margin = figures["margin_fy"].value
    alone = f'{ends}&"at "&{money(revenue.value)}&IF({margin}="","",", margin at "&{figure(margin, 1)}&" %")'
    told = f'IF({revenue.value}="","",IF({year.budgeted}=1,{against},{alone})&"; ")&{_supply(figures)}'
    return f'=IF(sop_planned=0,"Executive page: the first plan fills it",{told})'


def _supply(figures: Mapping[str, Figure]) -> str:
    """Return the fact of supply that matters most: poor service, no hours, lost sales, overtime, late orders, none."""
    service, wanted, peak = (figures[name] for name in ("service", "peak_wanted", "peak_load"))
    lost, late = (f"N({figures[name].value})" for name in ("lost_units", "late_units"))

    def place(name: str) -> str:
        words, resource = place_of(name), resource_of(name)
        return f'IF({words}="","a resource",{cut(resource, 24)}){{}}&RIGHT({words},6)'

    facts = (
        (f'OR({service.status}="act",{service.status}="watch")', f'"only "&{figure(service.value, 1)}&" % is on time"'),
        (
            beyond(wanted),
            place("peak_wanted").format(f'&" is wanted at "&{figure(wanted.value)}&" % of its regular hours in "'),
        ),
        (f"ROUND({lost},0)>0", f'{figure(lost)}&" units are lost"'),
        (
            f"N({peak.value})>{FULL}",
            place("peak_load").format(f'&" runs at "&{figure(peak.value)}&" % of regular in "'),
        ),
        (f"ROUND({late},0)>0", f'{figure(late)}&" units are late"'),
    )
    sentence = '"supply meets demand"'
    for test, words in reversed(facts):
        sentence = f"IF({test},{words},{sentence})"
    return sentence


def subtitle() -> str:
    """Return company, cycle, currency and the master light."""
    return (
        '=IF(sop_company="","Your company",sop_company)&"  |  S&OP, "&' + month_words("sop_current") + '&" cycle  |  "'
        '&sop_currency&"  |  "&sop_horizon&" months planned  |  "&' + MASTER_TEXT[1:]
    )


def revenue_title(figures: Mapping[str, Figure], year: Year) -> str:
    """Return in how many months revenue is above budget, and which month moves most."""
    gaps, heads = across(year.gap, YEAR), across(year.block.heads, YEAR)
    total = f"SUM({gaps})"
    most = f"IF({total}<0,MIN({gaps}),MAX({gaps}))"
    when = month_words(f"INDEX({heads},MATCH({most},{gaps},0))")
    side = f'IF({total}<0," most below"," most above")'
    told = f'COUNTIF({gaps},">=0")&" of "&COUNT({gaps})&" months reach budget; "&{when}&{side}'
    value = figures["revenue_fy"].value
    alone = f'IF({value}="","Revenue by month","Revenue "&{fiscal_year_words()}&" ends at "&{money(value)})'
    return f"=IF(COUNT({gaps})=0,{alone},{told})"


def bridge_title(bridge: Bridge, year: Year) -> str:
    """Return the step that takes most and the one that gives most, and the family whose margin rate moves it."""
    steps = list(zip(("volume", "mix", "margin rates"), bridge.values[1:-1], strict=True))
    low, high = (f"{name}({','.join(cell for _, cell in steps)})" for name in ("MIN", "MAX"))

    def named(extreme: str) -> str:
        (first, a), (second, b), (third, _) = steps
        return f'IF({extreme}={a},"{first}",IF({extreme}={b},"{second}","{third}"))'

    gives = f'{named(high)}&IF(RIGHT({named(high)},1)="s"," give "," gives ")&{money(high)}'
    takes = f'{named(low)}&IF(RIGHT({named(low)},1)="s"," take "," takes ")&{money(f"ABS({low})")}'
    told = f'IF({high}<=0,{takes},IF({low}>=0,{gives},IF({high}+{low}>=0,{gives}&", "&{takes},{takes}&", "&{gives})))'
    revenue, margin = bridge.values[0], bridge.values[-1]
    alone = (
        f'IF({revenue}=0,"Gross margin",'
        f'"Margin is "&{money(margin)}&", "&{figure(f"100*{margin}/{revenue}", 1)}&" % of revenue")'
    )
    return (
        f"=IF({year.budgeted}=0,{alone},IF(AND(ROUND({low},0)=0,ROUND({high},0)=0),"
        f'"Gross margin is on budget",{_capital(told)}))'
    )


def bridge_subtitle(bridge: Bridge, year: Year) -> str:
    """Return the unit, the family whose margin rate moves most, and where the columns start."""
    rates, names = bridge.rates, bridge.families
    most = f"IF(MAX({rates})>-MIN({rates}),MAX({rates}),MIN({rates}))"
    name = f"INDEX({names},MATCH({most},{rates},0))"
    family = f'"; rates move most in "&{cut(name, 16)}'
    start = f'IF({bridge.floor}>0,", columns from "&{money(bridge.floor)},"")'
    return (
        f'=IF({year.budgeted}=0,"Revenue less cost of sales by family","Gross margin")&", "&sop_currency'
        f'&IF({year.budgeted}=0,"; no budget",{start}&'
        f'IF(ROUND({bridge.values[3]},0)=0,"",IFERROR({family},"")))'
    )


def _capital(text: str) -> str:
    return f"UPPER(LEFT({text},1))&MID({text},2,250)"


def demand_title(months: Months) -> str:
    """Return how supply of the families shown compares with their demand over the open months."""
    supply, demand = (f"SUM({across(row, AHEAD, PAST)})" for row in (months.supply_plan, months.demand))
    share = f"ROUND(100*({supply}/{demand}-1),0)"
    told = (
        f'IF({share}=0,"Supply keeps pace with demand",'
        f'"Supply is "&{figure(f"ABS({share})")}&" % "&IF({share}<0,"below","above")&" demand over "'
        f'&COUNTIF({across(months.demand, AHEAD, PAST)},">0")&" months")'
    )
    return f'=IF({demand}<=0,"Demand and supply",{told})'


def demand_subtitle(scope: Scope) -> str:
    """Return whose units are shown."""
    return f'="Units, "&{scope.words}&"; outlined: demand"'


def load_title(peak: Peak, ahead: Ahead) -> str:
    """Return in how many months the resource shown is wanted, or planned, beyond its regular hours, or full."""
    loads, wanted = across(ahead.load, AHEAD), across(ahead.wanted, AHEAD)
    asked, over = (f'COUNTIF({row},">1.0049")' for row in (wanted, loads))
    months = f'" of "&COUNT({loads})&" months"'
    full = f'COUNTIF({loads},">0.9949")'
    below = f'IF({full}=0," has room in every month"," is full in "&{full}&{months})'
    planned = (
        f'IF({over}=0,{cut(peak.shown, 20)}&{below},{cut(peak.shown, 15)}&": planned over 100 % in "&{over}&{months})'
    )
    told = f'IF({asked}=0,{planned},{cut(peak.shown, 16)}&": wanted over 100 % in "&{asked}&{months})'
    return f'=IF({peak.shown}="","Load of the fullest resource",{told})'


def stock_title(months: Months) -> str:
    """Return in how many months stock is below its target, or how far above it ends."""
    stock, target = across(months.stock, AHEAD, PAST), across(months.target, AHEAD, PAST)
    pairs = [(at(months.stock, 1 + PAST + k), at(months.target, 1 + PAST + k)) for k in range(AHEAD)]
    below = "(" + "+".join(f"(N({s})-N({t})<-0.5)" for s, t in pairs) + ")"
    last = f"(LOOKUP(9E+99,{stock})-LOOKUP(9E+99,{target}))"
    when = month_words(f"INDEX({across(months.block.heads, AHEAD, PAST)},MATCH(9E+99,{stock}))")
    gap = f'IF(ROUND({last},0)=0,"on",{money(f"ABS{last}")}&" above")'
    stays = f'"Stock ends "&{gap}&" target in "&{when}'
    told = f'IF({below}=0,{stays},"Stock is below target in "&{below}&" of "&COUNT({stock})&" months")'
    return f'=IF(OR(COUNT({stock})=0,COUNT({target})=0),"Stock at cost",{told})'


def shortage_title(short: Shortages) -> str:
    """Return the family that is short of most, of how much in all."""
    rest = f'IF(ROUND({short.total}-{short.worst_value},0)=0,"",", all families "&{money(short.total)})'
    told = f'{cut(short.worst, 20)}&" short of "&{money(short.worst_value)}&{rest}'
    return f'=IF(sop_planned=0,"Worst shortages by family",IF({short.total}<=0,"No shortage in the plan",{told}))'
