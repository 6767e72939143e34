"""What the view Compare shows, on Chart data: which scenarios have results, which are shown, what each changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.template.blocks import Block, at, span
from sop_xl.template.words import cut, month_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.template.book import Book

DATA = 3400
"""First row of this view on Chart data."""
SLOTS = 4
"""Scenarios side by side."""
LISTED = 24
"""Scenarios of the list that can be chosen."""
TOLD = 3
"""Changes of a scenario that are told in words."""
_LIST, _RESULTS, _CHANGES = "tblScenarios", "tblScenarioResults", "tblScenarioChanges"
_SHOWN = DATA + LISTED + 4
_WORDS = _SHOWN + 8
CHARTS = _WORDS + 2 + 2 * TOLD + 2
"""Where the rows of the charts start."""


@dataclass(frozen=True)
class Slots:
    """Cells of Chart data about the scenarios shown, one for each place.

    Attributes:
        name, status, purpose, base: of the scenario; "" where the place is empty.
        recommended: 1 for one that is proposed or approved, else 0.
        row: the row of `recommended` as a range.
        changes: for each place the cells with what it changes, in words.
        choices: range of the names that can be chosen.
    """

    name: Sequence[str]
    status: Sequence[str]
    purpose: Sequence[str]
    base: Sequence[str]
    recommended: Sequence[str]
    row: str
    changes: Sequence[Sequence[str]]
    choices: str


def choices() -> str:
    """Return the range of the names of scenarios that were planned, blanks below."""
    return span(DATA + 2, DATA + 1 + LISTED, 4)


def slots(book: Book, choosers: Sequence[str]) -> Slots:
    """Write the blocks; `choosers` are the cells where a planner names what a place shows."""
    names, free, planned = _listed(book, choosers)
    block = Block(book, _SHOWN, "COMPARE: SCENARIOS SHOWN", [f"Place {s + 1}" for s in range(SLOTS)])
    shown = []
    for s, chooser in enumerate(choosers):
        turn = "+".join(f'({cell}="")' for cell in choosers[: s + 1])
        shown.append(f'=IF({chooser}<>"",{chooser}&"",IFERROR(INDEX({names},MATCH({turn},{free},0)),""))')
    name = _cells(block.add("Scenario", shown, "text"))
    status, purpose, base = (
        _cells(block.add(header, [f"={_of(cell, header)}" for cell in name], "text"))
        for header in ("Status", "Purpose", "Base")
    )
    row = block.add("Recommended", [f'=IF(OR({cell}="proposed",{cell}="approved"),1,0)' for cell in status])
    last = f"{at(row, 1)}:{at(row, SLOTS).split('!')[1]}"
    return Slots(name, status, purpose, base, _cells(row), last, _changes(book, name), planned)


def _listed(book: Book, choosers: Sequence[str]) -> tuple[str, str, str]:
    """List the scenarios, proposed ones first; return the ranges of names, places, and names to choose.

    One that a planner has chosen for a place has no place of its own.
    """
    block = Block(book, DATA, "COMPARE: SCENARIOS WITH RESULTS", ("Not chosen", "Place", "Planned", "To choose"))
    first, last = block.next, block.next + LISTED - 1
    names, free, places, planned = (span(first, last, column) for column in (0, 1, 2, 3))
    for k in range(1, LISTED + 1):
        row, mine = block.next, at(block.next, 0)
        there = f'IF({mine}="",0,COUNTIFS({_RESULTS}[Scenario],{mine}))'
        chosen = "*".join(f"({cell}<>{mine})" for cell in choosers)
        status = f"INDEX({_LIST}[Status],{k})"
        strong = f'IF(OR({status}="proposed",{status}="approved"),2,1)'
        code, sofar = at(row, 1), span(first, row, 1)
        place = f'IF({code}=2,COUNTIF({sofar},2),IF({code}=1,COUNTIF({free},2)+COUNTIF({sofar},1),""))'
        block.add(
            f'=IF(ROWS({_LIST}[Scenario])<{k},"",INDEX({_LIST}[Scenario],{k})&"")',
            (
                f'=IF({mine}="",0,IF({there}*{chosen}>0,{strong},0))',
                f"={place}",
                f'=IF({there}>0,1+MAX({span(first - 1, row - 1, 3)}),"")',
                f'=IFERROR(INDEX({names},MATCH({k},{planned},0)),"")',
            ),
        )
    return names, places, span(first, last, 4)


def _of(name: str, header: str) -> str:
    """Return the fragment of a scenario's field in the list; "" where it has none."""
    return f'IF({name}="","",IFERROR(INDEX({_LIST}[{header}],MATCH({name},{_LIST}[Scenario],0))&"",""))'


def _changes(book: Book, names: Sequence[str]) -> list[list[str]]:
    """Find the first changes of each scenario shown, and tell them in words."""
    block = Block(book, _WORDS, "COMPARE: CHANGES IN WORDS", [f"Place {s + 1}" for s in range(SLOTS)])
    told: list[list[str]] = [[] for _ in names]
    column = f"{_CHANGES}[Scenario]"
    above: list[str] | None = None
    for k in range(1, TOLD + 1):
        found = []
        for s, name in enumerate(names):
            start = "1" if above is None else f"N({above[s]})+1"
            rest = f"INDEX({column},{start}):INDEX({column},ROWS({column}))"
            there = f'OR({name}="",COUNTIFS({column},{name})<{k})'
            found.append(f'=IF({there},"",IFERROR(MATCH({name},{rest},0)+{start}-1,""))')
        above = _cells(block.add(f"Row of change {k}", found))
        for s, cell in enumerate(_cells(block.add(f"Change {k}", [_words(place) for place in above], "text"))):
            told[s].append(cell)
    return told


def _words(place: str) -> str:
    def field(header: str) -> str:
        return f"INDEX({_CHANGES}[{header}],{place})"

    value, operation, start = field("Value"), field("Operation"), field("From")
    plain = f"IF(ISNUMBER({value}),ABS({value}),{value})"
    added = f'IF(N({value})<0," − "," + ")&{plain}'
    sign = f'IF({operation}="multiply"," × "&{value},IF({operation}="add",{added}," = "&{value}))'
    where = f'IF({field("Filter")}="",""," ("&{field("Filter")}&")")'
    when = f'IF(N({start})=0,""," from "&{month_words(start)})'
    told = f'(SUBSTITUTE({field("Table")}&{where}&": "&{field("Field")},"_"," ")&{sign}&{when})'
    return f'=IF({place}="","",{cut(told, 96)})'


def _cells(row: int) -> list[str]:
    return [at(row, 1 + s) for s in range(SLOTS)]
