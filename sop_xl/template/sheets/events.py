"""The view Events & launches: what they add to demand, what history tells about them, how history was corrected."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sop_xl.template.formulas import known
from sop_xl.template.parts import (
    FIRST,
    LAST,
    QUARTERS,
    TIME_WIDTHS,
    masthead,
    print_page,
    protect,
    section,
    signs,
    time_header,
    write,
)
from sop_xl.template.rows import HAIR, Measure, paper_areas, paper_rules, time_row
from sop_xl.template.sheets.events_charts import draw
from sop_xl.template.sheets.events_lists import HISTORY_ROWS, INFLUENCES, list_history, list_influences
from sop_xl.template.words import cut, plural

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Events & launches"
EVENTS, LAUNCHES = 6, 4
"""Events and launches listed, those with the most units first."""
KINDS = (
    ("Events", "event"),
    ("Launches", "launch"),
    ("Taken from other items", "taken"),
    ("Initiatives", "initiative"),
)
TOTAL = 8
"""First row, from 0, of what all of them add."""
CHARTS = TOTAL + len(KINDS) + 2
EVENT = CHARTS + 15
LAUNCH = EVENT + EVENTS + 2
TOLD = LAUNCH + LAUNCHES + 2
HISTORY = TOLD + INFLUENCES + 3
"""Rows of the sections' bars."""
DATA = 1800
"""First row of this view on Chart data."""
_CHANGES = "tblDemandChanges"


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", TIME_WIDTHS)
    subtitle = (
        '="Units on top of the statistical forecast, times probability  |  "&'
        'IF(COUNT(tblDemandChanges[Quantity])=0,"no forecast yet","typed on the sheets Events and Launches")'
    )
    masthead(book, sheet, SHEET, subtitle, LAST)
    time_header(book, sheet, 4, ("Event or launch", "Type", "Trend", "Odds", "Uplift", "Next 12"))
    write(sheet, 4, QUARTERS, "Quarters", book.style("Band"))
    section(book, sheet, TOTAL - 1, "WHAT THEY ADD TO DEMAND", LAST)
    for offset, (label, kind) in enumerate(KINDS):
        time_row(book, sheet, TOTAL + offset, Measure(label, partial(_of_kind, kind), number="delta"))
    together = Measure("Together", _together, unit="units", number="delta", role="Output")
    time_row(book, sheet, TOTAL + len(KINDS), together)
    draw(book, sheet, total=TOTAL, launches=LAUNCH + 1, row=CHARTS, data=DATA)
    _list(book, sheet, EVENT, "event", EVENTS, "EVENTS TO COME")
    _list(book, sheet, LAUNCH, "launch", LAUNCHES, "LAUNCHES")
    list_influences(book, sheet, bar=TOLD, data=DATA + 40)
    list_history(book, sheet, bar=HISTORY)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    sheet.set_row_pixels(CHARTS - 1, 10)
    print_page(sheet, f"A1:AA{HISTORY + HISTORY_ROWS + 2}", repeat=(0, 6))


def _of_kind(kind: str, column: str) -> str:
    return "=" + known(_CHANGES, "Quantity", ("Kind", f'"{kind}"'), ("Month", f"{column}$6"))


def _together(column: str) -> str:
    area = f"{column}{TOTAL + 1}:{column}{TOTAL + len(KINDS)}"
    return f'=IF(COUNT({area})=0,"",SUM({area}))'


def _list(book: Book, sheet: Worksheet, bar: int, kind: str, count: int, words: str) -> None:
    """List the changes of a kind by rank below the section on row `bar`."""
    found = f'SUMPRODUCT((tblDemandChanges[Kind]="{kind}")*(tblDemandChanges[Month]=sop_current))'
    title = f'="{words}:  "&IF({found}=0,"NONE",IF({found}>{count},"{count} LARGEST OF "&{found},{found}))'
    section(book, sheet, bar, title, LAST)
    if kind == "event":
        mute = 'COUNTIFS(tblInfluences[Kind],"event",tblInfluences[Verdict],"cannot tell")'
        note = f'=IF({mute}=0,"",{plural(mute, "event", "events")}&" that history cannot judge: see below")'
        write(sheet, bar, LAST, note, book.style("Section", align="right", bold=False, font_size=9))
    first = bar + 1
    for k in range(count):
        place = f"{kind} {k + 1}"

        def cell(header: str, place: str = place) -> str:
            return f'INDEX({_CHANGES}[{header}],MATCH("{place}",{_CHANGES}[Place],0))'

        row = first + k
        shown = f'$A{row + 1}<>""'
        label = f'=IFERROR({cut(cell("Name"), 27)},"")'
        chance = f'=IF({shown},IF({cell("Probability")}="","",ROUND({cell("Probability")},0)&" %"),"")'
        uplift = f'=IF({shown},IF({cell("Uplift")}="","",{cell("Uplift")}/100),"")'
        measure = Measure(
            label,
            partial(_of_place, place),
            unit=chance,
            number="delta",
            tag=f'=IF({shown},{cell("Type")}&"","")',
            aim=uplift if kind == "event" else "",
            paper=True,
        )
        time_row(book, sheet, row, measure, pixels=17)
    for area in paper_areas(first, first + count - 1)[1:]:
        signs(book, sheet, area, least=0.5, **HAIR)
    paper_rules(book, sheet, first, first + count - 1)


def _of_place(place: str, column: str) -> str:
    return "=" + known(_CHANGES, "Quantity", ("Place", f'"{place}"'), ("Month", f"{column}$6"))
