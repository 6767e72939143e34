"""The lists of the view New product plan: the stage of each launch, and what is left over at the end of a life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema.new_products import GATES
from sop_xl.template.parts import LAST
from sop_xl.template.ranked_list import ListColumn, RankedList, named
from sop_xl.template.style import BAD
from sop_xl.template.words import cut, money, plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

LISTED = 6
"""Rows of each list."""
_LIST, _GATES, _ENDS = "tblNewProducts", "tblLaunchGates", "tblRunDown"


def list_stages(book: Book, sheet: Worksheet, *, bar: int, data: int) -> None:
    """List the launches: gates passed and ahead, odds, dates, sales to date beside the curve, payback, basis."""
    count = f"COUNT({_LIST}[Rank])"
    due = f"COUNTIFS({_LIST}[Gate month],sop_current)"
    columns = (
        ListColumn(0, "Launch", lambda get: cut(get("Launch"), 27)),
        ListColumn(1, "Gates", _gates),
        ListColumn(2, "Next gate", lambda get: f'IF({get("Gate month")}="","",{get("Gate")}&"")'),
        ListColumn(4, "When", lambda get: _blank(get, "Gate month"), "month"),
        ListColumn(5, "Odds", lambda get: get("Probability"), "points_0"),
        ListColumn(7, "Launch", lambda get: get("Launch month"), "month"),
        ListColumn(8, "Sold", lambda get: f'IF({get("Sold months")}=0,"",{get("Sold to date")})', "units"),
        ListColumn(9, "Of plan", lambda get: _blank(get, "Of plan to date"), "points_0"),
        ListColumn(10, "Weight", lambda get: f'IF({get("Sold months")}=0,"",{get("Weight of sales")})', "points_0"),
        ListColumn(11, "Cost, k", _cost, "thousands"),
        ListColumn(12, "Back in", _payback, "count"),
        ListColumn(13, "", lambda get: f'IF({_payback(get)}="","","months")'),
        ListColumn(14, "Item", lambda get: cut(f'{get("Item")}&"  "&{get("Description")}', 31)),
        ListColumn(18, "Volume from", lambda get: cut(get("Basis"), 58)),
    )
    RankedList(_LIST, "Rank", LISTED, LAST, columns).write(
        book,
        sheet,
        bar=bar,
        data=data,
        title="NEW PRODUCTS: STAGES",
        note="gates: idea, develop, validate, launch  |  ● passed  ○ ahead  – none  |  back in: months from the launch",
        words=(
            f'="LAUNCHES:  "&IF({count}=0,"NONE",{count}&"; "&{plural(due, "gate is", "gates are")}&" due this month")'
        ),
    )


def _blank(get: Callable[[str], str], header: str) -> str:
    return f'IF({get(header)}="","",{get(header)})'


def _gates(get: Callable[[str], str]) -> str:
    """One sign a gate: passed, ahead, or none."""
    signs = []
    for gate in GATES:
        own = f'{_GATES}[Launch],{get("Launch")},{_GATES}[Gate],"{gate}"'
        signs.append(f'IF(COUNTIFS({own})=0,"–",IF(COUNTIFS({own},{_GATES}[Passed],">0")>0,"●","○"))')
    return '&" "&'.join(signs)


def _cost(get: Callable[[str], str]) -> str:
    return f"SUMIFS(tblLaunchMoney[Launch cost],tblLaunchMoney[Launch],{get('Launch')})"


def _payback(get: Callable[[str], str]) -> str:
    found = f"INDEX(tblLaunchMoney[Payback],MATCH({get('Launch')},tblLaunchMoney[Launch],0))"
    return f'IFERROR(IF({found}="","",{found}),"")'


def list_ends(book: Book, sheet: Worksheet, *, bar: int, data: int) -> None:
    """List the items at the end of their life, the most money left over first."""
    count = f"COUNT({_ENDS}[Rank])"
    value, lost = (f"SUM({_ENDS}[{column}])" for column in ("Left-over value", "Written off"))
    bad = (("font_color", BAD),)
    columns = (
        ListColumn(0, "Item", lambda get: named(get, 27, cut)),
        ListColumn(1, "Code", lambda get: cut(get("Item"), 14)),
        ListColumn(3, "Follows", lambda get: cut(f'IF({get("Successor")}="","nobody",{get("Successor")})', 15)),
        ListColumn(7, "Order to", lambda get: f'IF({get("Last order")}="","none",{get("Last order")})', "month"),
        ListColumn(8, "Sold to", lambda get: f'IF({get("Last sale")}="","none",{get("Last sale")})', "month"),
        ListColumn(9, "Stock", lambda get: get("Stock"), "units"),
        ListColumn(10, "Coming", lambda get: get("Still to come"), "units"),
        ListColumn(11, "Demand", lambda get: get("Demand left"), "units"),
        ListColumn(12, "Unmet", lambda get: get("Unmet"), "units"),
        ListColumn(13, "Left", lambda get: get("Left over"), "units", (("bold", True),)),
        ListColumn(14, '="k"&sop_currency', lambda get: get("Left-over value"), "thousands", (("bold", True),)),
        ListColumn(15, "Back", lambda get: get("Recovered"), "thousands"),
        ListColumn(16, "Off", lambda get: get("Written off"), "thousands"),
        ListColumn(17, "Gone", lambda get: _blank(get, "Stock gone"), "month"),
        ListColumn(18, "To heir", lambda get: get("Taken over"), "units"),
        ListColumn(
            20, "", lambda get: f'IF({get("Left over")}>0.5,"▲ stock is left when nobody asks any more","")', "", bad
        ),
    )
    found = (
        f'{plural(count, "item", "items")}&", "&{money(f"({value})")}&" "&sop_currency&" left over, of it "&'
        f'{money(f"({lost})")}&" to write off"'
    )
    RankedList(_ENDS, "Rank", LISTED, LAST, columns).write(
        book,
        sheet,
        bar=bar,
        data=data,
        title="NEW PRODUCTS: ENDS OF LIFE",
        note="stock + coming = demand − unmet + left; money at standard cost",
        words=f'="ENDS OF LIFE:  "&IF({count}=0,"NONE",{found})',
    )
