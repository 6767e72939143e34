"""The worst shortages of the plan, on the view Inventory & backlog: how much, when, why, and what holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.formulas import count_of
from sop_xl.template.parts import LAST
from sop_xl.template.ranked_list import ListColumn, RankedList, named
from sop_xl.template.words import cut, money, month_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHORTAGES = 22
_TABLE = "tblShortages"


def list_shortages(book: Book, sheet: Worksheet, *, bar: int, data: int) -> None:
    """List the shortages that are worth most, below the section on row `bar`; `data`: row on Chart data."""
    values, ranks = f"{_TABLE}[Value]", f"{_TABLE}[Rank]"
    served = "(" + "+".join(count_of(_TABLE, ("Kind", kind)) for kind in ('"late"', '"lost"')) + ")"
    found = (
        f'"WORST SHORTAGES:  "&MIN({SHORTAGES},MAX({ranks}))&" of "&MAX({ranks})&"; "&{served}&'
        f'" late or lost in single markets, "&(COUNT({values})-{served})&" below target"'
    )
    calm = '"SHORTAGES"&IF(sop_planned=0,"",": NONE IN THE PLAN")'
    RankedList(_TABLE, "Rank", SHORTAGES, LAST, _columns()).write(
        book,
        sheet,
        bar=bar,
        data=data,
        title="INVENTORY: WORST SHORTAGES",
        note=f'=IF(COUNT({values})=0,"","together "&{money(f"SUM({values})")}&" "&sop_currency)',
        words=f"=IF(COUNT({values})=0,{calm},{found})",
    )


def _columns() -> tuple[ListColumn, ...]:
    def market(get: Callable[[str], str]) -> str:
        one = f'IF({get("Market")}="","all",{get("Market")})'
        return cut(f'IF({get("Markets")}>1,{get("Markets")}&" markets",{one})', 19)

    def kind(get: Callable[[str], str]) -> str:
        return f'IF({get("Kind")}="late","▲ served late",IF({get("Kind")}="lost","▲ lost sale","▼ below target"))'

    return (
        ListColumn(0, "Item", lambda get: named(get, 38, cut)),
        ListColumn(2, "Code", lambda get: cut(get("Item"), 16)),
        ListColumn(4, "Market", market),
        ListColumn(7, "Month", lambda get: month_words(get("Month")), more=(("align", "right"),)),
        ListColumn(8, "Units", lambda get: get("Item quantity"), "units"),
        ListColumn(9, "Kind", kind, more=(("indent", 1),)),
        ListColumn(11, "Why", lambda get: cut(_cause(get("Reason")), 120)),
        ListColumn(LAST, '="k"&sop_currency', lambda get: get("Item value"), "thousands"),
    )


def _cause(reason: str) -> str:
    """Return the fragment of a reason without its last part, which counts the units of one market only."""
    last = f'(LEN({reason})-LEN(SUBSTITUTE({reason},"; ","")))/2'
    return f'IFERROR(LEFT({reason},FIND("|",SUBSTITUTE({reason},"; ","|",{last}))-1),{reason})'
