"""The facts behind the notes of the sheet Family, on Chart data: demand, assumptions, shortages."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.template.blocks import Block, at
from sop_xl.template.formulas import FILLED, OPEN_MONTHS, count_of, sum_of
from sop_xl.template.parts import PAST
from sop_xl.template.sheets.family_data import MONTHS, ROWS, month_cell, months_of
from sop_xl.template.words import figure, money, month_words

if TYPE_CHECKING:
    from sop_xl.template.book import Book

ASSUMPTIONS, SHORTAGES = 3, 2
"""How many of each the notes name."""
NOWHERE = "10^6"
"""Above any row number: the place of what is not there."""


class Facts(NamedTuple):
    """Cells of Chart data; a text or a count is "" or 0 where there is none.

    Attributes:
        typed: units by which Demand review moved the forecast of the open months since the last run.
        closed: closed months with a difference to the old forecast; `ran` their sum, `old` what was forecast.
        wmape, bias: of the forecast one month ahead, in points.
        overridden: months of items that are overridden; `no_reason` their lines without a reason.
        overloaded: open months in which the bottleneck is over its regular hours.
        short, worth: shortages of the family, and their value.
        assumptions, shortages: what they are, in words.
    """

    typed: str
    closed: str
    ran: str
    old: str
    wmape: str
    bias: str
    overridden: str
    no_reason: str
    overloaded: str
    short: str
    worth: str
    assumptions: str
    shortages: str


def build(book: Book, row: int) -> Facts:
    """Write the facts from `row` of Chart data on."""
    block = Block(book, row, "FAMILY: FACTS FOR THE NOTES", ("Value",))
    cells = [at(block.add(name, (f"={formula}",), number), 1) for name, formula, number in _figures()]
    assumptions = _assumptions(book, block.next + 1)
    shortages = _shortages(book, block.next + 1 + ASSUMPTIONS + 4)
    return Facts._make([*cells, assumptions, shortages])


def _figures() -> tuple[tuple[str, str, str], ...]:
    """Return name, expression and number format of each figure, in the order of `Facts`."""
    family = ("Family", "sop_family")
    stored = sum_of("tblFamilyPlan", "Forecast", family, *OPEN_MONTHS)
    closed, old = (_closed_months(r) for r in (ROWS.difference, ROWS.old_forecast))
    lag = family, ("Item", '""'), ("Lag", "1")
    no_error = f"{count_of('tblAccuracy', *lag, ('WMAPE', FILLED))}=0"
    kind = '(tblDemandReview[Kind]="override")*(tblDemandReview[Family]=sop_family)'
    no_reason = count_of("tblDemandReview", ("Kind", '"override"'), family, ("To last year", '"▲*"'))
    load = months_of(ROWS.load)
    ahead = f"({months_of(ROWS.month)}>=sop_current)"
    return (
        ("Typed since the last run", f"SUM({_open_months(ROWS.forecast)})-{stored}", "delta"),
        ("Closed months with an old forecast", f"COUNT({closed})", "general"),
        ("Sales in them, less the old forecast", f"SUM({closed})", "delta"),
        ("Old forecast of them", f"SUM({old})", "units"),
        ("wMAPE one month ahead", f'IF({no_error},"",{sum_of("tblAccuracy", "WMAPE", *lag)})', "one_decimal"),
        ("Bias one month ahead", f'IF({no_error},"",{sum_of("tblAccuracy", "Bias", *lag)})', "one_decimal"),
        ("Months overridden", f"SUMPRODUCT({kind}*ISNUMBER(tblDemandReview[[Month 1]:[Month 12]]))", "general"),
        ("Lines without a reason", no_reason, "general"),
        ("Months over regular hours", f"SUMPRODUCT({ahead}*ISNUMBER({load})*({load}>1.0049))", "general"),
        ("Shortages", f'IF(sop_family="",0,{count_of("tblShortages", family)})', "general"),
        ("Their value", sum_of("tblShortages", "Value", family), "units"),
    )


def _closed_months(row: int) -> str:
    return f"{month_cell(row, 0)}:{month_cell(row, PAST - 1).split('!')[1]}"


def _open_months(row: int) -> str:
    return f"{month_cell(row, PAST)}:{month_cell(row, MONTHS - 1).split('!')[1]}"


def _row_numbers(column: str) -> str:
    """Return the expression for the rows of a table column, counted from 1; for use inside SUMPRODUCT."""
    return f"(ROW({column})-MIN(ROW({column}))+1)"


def _assumptions(book: Book, row: int) -> str:
    """Write what is assumed for the family or its bottleneck and still holds; return the cell of the sentence."""
    block = Block(book, row, "FAMILY: ASSUMPTIONS", ("Row of table", "Text"))
    affects, numbers = "tblAssumptions[Affects]", _row_numbers("tblAssumptions[Id]")
    named = f'(({affects}=sop_family)+({affects}=sop_bottleneck)*({affects}<>"")>0)'
    alive = '(tblAssumptions[Status]<>"expired")*(tblAssumptions[Assumption]<>"")'
    holds = f'((sop_family<>"")*{named}*{alive})'
    texts = []
    for k in range(1, ASSUMPTIONS + 1):
        place, text = at(block.next, 1), at(block.next, 2)
        found = f"SUMPRODUCT(SMALL({holds}*{numbers}+(1-{holds})*{NOWHERE},{k}))"
        until = f"N(INDEX(tblAssumptions[Valid to],{place}))"
        valid = f'IF({until}=0,""," (to "&{month_words(until)}&")")'
        words = f'=IF({place}="","",INDEX(tblAssumptions[Assumption],{place})&{valid})'
        block.add(f"Assumption {k}", (f'=IFERROR(IF({found}>={NOWHERE},"",{found}),"")', words))
        texts.append(text)
    return at(block.add("Sentence", ("", f"={_joined(texts)}")), 2)


def _shortages(book: Book, row: int) -> str:
    """Write the dearest shortages of the family, each of another item; return the cell of the sentence."""
    block = Block(book, row, "FAMILY: DEAREST SHORTAGES", ("Value", "Row of table", "Text"))
    numbers = _row_numbers("tblShortages[Item]")
    item = "tblShortages[Item]"
    short = "(tblShortages[Family]=sop_family)*(tblShortages[Quantity]>0)"
    texts = []
    for k in range(1, SHORTAGES + 1):
        value, place, text = (at(block.next, column) for column in (1, 2, 3))
        above = [f"({item}<>INDEX({item},{at(block.next - back, 2)}))" for back in range(1, k)]
        key = "*".join([short, *above, f"(ROUND(tblShortages[Value],2)+1-{numbers}/{NOWHERE})"])  # of equals the first
        largest = f"SUMPRODUCT(MAX({key}))"
        dearest = f'=IFERROR(IF({largest}>0,{largest},""),"")'
        found = f'=IF({value}="","",SUMPRODUCT(MAX(({key}={value})*{numbers})))'
        block.add(f"Shortage {k}", (dearest, found, f'=IF({place}="","",{_shortage_words(place)})'))
        texts.append(text)
    return at(block.add("Sentence", ("", "", f"={_joined(texts)}")), 3)


def _shortage_words(place: str) -> str:
    def cell(column: str) -> str:
        return f"INDEX(tblShortages[{column}],{place})"

    item, binding, reason, value = (cell(column) for column in ("Item", "Binding", "Reason", "Value"))
    name = f'IF({cell("Description")}="",{item},{cell("Description")})'
    what = f'{figure(cell("Quantity"))}&" "&sop_uom&" "&SUBSTITUTE({cell("Kind")},"_"," ")&" in "'
    worth = f'IF(N({value})=0,"",", "&{money(value)}&" "&sop_currency)'
    words = f'LEFT({reason},LEN({reason})-IF(RIGHT({reason},1)=".",1,0))'  # without the full stop of a sentence
    why = f'IF(LEN({reason})>LEN({binding}),"",{binding}&": ")&{words}'
    return f'{name}&": "&{what}&{month_words(cell("Month"))}&{worth}&IF({binding}&{reason}="",""," ("&{why}&")")'


def _joined(texts: list[str]) -> str:
    """Return the expression that joins the texts that are not empty by `; `."""
    return "&".join([texts[0], *(f'IF({text}="","","; "&{text})' for text in texts[1:])])
