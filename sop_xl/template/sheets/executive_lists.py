"""Decisions that are open and risks that weigh most, picked from their tables on Chart data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.schema.inputs import RISKS as RISKS_TABLE
from sop_xl.template.blocks import Block, at
from sop_xl.template.sheets.executive_data import LISTS_ROW
from sop_xl.template.words import cut, figure, signed_money

if TYPE_CHECKING:
    from sop_xl.template.book import Book

DECISIONS, RISKS = 4, 3
NONE = "10^12"
"""The key of a row that is not listed: above all others."""
_OPEN = '((tblDecisions[Status]="open")+(tblDecisions[Status]="")>0)*(tblDecisions[Issue]<>"")'
_CHANCE = f"INDEX(tblRisks[[Id]:[Assumption]],0,{RISKS_TABLE.fields.index('probability_pct') + 1})"
"""The column of probabilities by its place: formulas name only columns whose header is plain words."""
_PROBABILITY = f'({_CHANCE}+100*({_CHANCE}=""))'
_EXPECTED = f"tblRisks[Margin]*{_PROBABILITY}/100"


class Lists(NamedTuple):
    """Cells with the row of each listed decision and risk in its table; 0 where there is none."""

    decisions: list[str]
    risks: list[str]


def pick_rows(book: Book) -> Lists:
    """Find the open decisions that are due first, and the risks with the largest expected loss."""
    number = numbers("tblDecisions")
    due = f'(tblDecisions[Due]+99999*(tblDecisions[Due]=""))*10000+{number}'
    decisions = smallest_rows(book, LISTS_ROW, "EXECUTIVE: OPEN DECISIONS", due, _OPEN, number, DECISIONS)
    number = numbers("tblRisks")
    listed = f'(tblRisks[Type]<>"opportunity")*(tblRisks[Description]<>"")*({_EXPECTED}<0)'
    loss = f"ROUND({_EXPECTED},2)+{number}/10^5"
    risks = smallest_rows(book, LISTS_ROW + DECISIONS + 3, "EXECUTIVE: WORST RISKS", loss, listed, number, RISKS)
    return Lists(decisions, risks)


def numbers(table: str, column: str = "Id") -> str:
    """Return the fragment for the numbers of a table's rows, from 1."""
    return f"(ROW({table}[{column}])-ROW({table}[[#Headers],[{column}]]))"


def smallest_rows(book: Book, row: int, title: str, key: str, listed: str, number: str, count: int) -> list[str]:
    """Write, one below the other, the rows with the smallest keys among those listed; return the cells of the rows.

    A cell holds the row's number in its table, 0 where there are fewer.

    Args:
        book: the workbook.
        row: row of the block's heading on Chart data, from 0.
        title: the block's heading.
        key: array of the rows' keys, all different, far below `NONE`.
        listed: array that is 0 for rows that are not listed.
        number: array of the rows' numbers.
        count: how many are wanted.
    """
    block = Block(book, row, title, ("Key", "Row of table"))
    cells = []
    for k in range(count):
        mine, above = at(block.next, 1), at(block.next - 1, 1)
        seen = "" if k == 0 else f"+(({key})<={above})"
        smallest = f"=SUMPRODUCT(MIN({key}+{NONE}*((({listed})=0){seen}>0)))"
        place = f"=IF({mine}>{NONE}/2,0,SUMPRODUCT(MAX((({key})={mine})*{number})))"
        block.add(f"{k + 1}", (smallest, place))
        cells.append(at(block.next - 1, 2))
    return cells


def decision_texts(k: int, row: str) -> tuple[str, str, str, str, str]:
    """Return issue, options, effect, owner and day of the decision in `row`; the first says where none is open."""

    def field(header: str) -> str:
        return f"INDEX(tblDecisions[{header}],{row})"

    calm = '=IF(COUNTIFS(tblDecisions[Issue],"?*")=0,"No decision is asked for yet","No decision is open")'
    nothing = f"IF({row}=0,{calm[1:]}," if k == 0 else f'IF({row}=0,"",'
    effect, scenario = field("Money effect"), field("Scenario")
    money = f'IF({effect}="","",{signed_money(effect)}&" "&sop_currency)'
    told = f'{money}&IF({scenario}="","",IF({effect}="","","  ")&"("&{cut(scenario, 18)}&")")'
    due = field("Due")
    return (
        f'={nothing}"{k + 1}  "&{cut(field("Issue"), 50)})',
        f'=IF({row}=0,"",{cut(field("Options"), 66)})',
        f'=IF({row}=0,"",{told})',
        f'=IF({row}=0,"",{cut(field("Owner"), 17)})',
        f'=IF({row}=0,"",IF({due}="","",DAY({due})&" "&INDEX(sop_months,MONTH({due}))))',
    )


def decisions_head() -> str:
    """Return the heading: the day of the executive meeting, the cycle's last step, and how many are open."""
    cycle = "tblCycleSteps[Cycle],sop_cycle"
    last = "SUMPRODUCT(MAX((tblCycleSteps[Cycle]=sop_cycle)*tblCycleSteps[Order]))"
    day = f"SUMIFS(tblCycleSteps[Due],{cycle},tblCycleSteps[Order],{last})"
    when = f'IF({day}=0,""," ON "&DAY({day})&" "&UPPER(INDEX(sop_months,MONTH({day}))))'
    count = f"SUMPRODUCT({_OPEN})"
    more = f'IF({count}>{DECISIONS},":  {DECISIONS} OF "&{count}&", SOONEST FIRST","")'
    return f'="DECISIONS NEEDED"&{when}&{more}'


def risk_text(k: int, row: str) -> str:
    """Return a risk with its margin and its probability; the first says where none is listed."""
    words, margin = (f"INDEX(tblRisks[{h}],{row})" for h in ("Description", "Margin"))
    chance = f"INDEX({_CHANCE},{row})"
    probable = f'IF({chance}="",""," at "&{figure(chance)}&" %")'
    calm = '"No risk to the margin is recorded"' if k == 0 else '""'
    return f'=IF({row}=0,{calm},"▼ "&{cut(words, 46)}&"  "&{signed_money(margin)}&{probable})'


def risks_head() -> str:
    """Return what risks and opportunities are expected to do to margin, each weighted by its probability."""
    losses = f'SUMPRODUCT((tblRisks[Type]<>"opportunity")*{_EXPECTED})'
    gains = f'SUMPRODUCT((tblRisks[Type]="opportunity")*{_EXPECTED})'
    told = (
        f'"Margin, weighted by probability: risks "&{signed_money(losses)}&", opportunities "&{signed_money(gains)}'
        '&" "&sop_currency'
    )
    return f'=IF(COUNT(tblRisks[Margin])=0,"",{told})'
