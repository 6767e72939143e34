"""Stock to review on the view Inventory & backlog: targets that do not fit their risk, and stock nobody needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.parts import LAST
from sop_xl.template.ranked_list import ListColumn, RankedList, named
from sop_xl.template.style import BAD
from sop_xl.template.words import cut, money, plural

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

REVIEWED = 12
"""Items of each list."""
_TABLE = "tblInventoryPlan"
_ITEM = (
    ListColumn(0, "Item", lambda get: named(get, 38, cut)),
    ListColumn(2, "Code", lambda get: cut(get("Item"), 16)),
    ListColumn(4, "Family", lambda get: cut(get("Family"), 20)),
    ListColumn(8, "Stock", lambda get: get("Stock"), "units"),
    ListColumn(9, "/month", lambda get: get("Mean demand"), "units"),
    ListColumn(10, "Cover", lambda get: f'IF({get("Cover days")}="","",{get("Cover days")})', "days"),
    ListColumn(11, "Target", lambda get: get("Target"), "units"),
)


def list_targets(book: Book, sheet: Worksheet, *, bar: int, data: int) -> None:
    """List the targets that error and lead time would raise or lower, the most money first."""
    low, high = (f'COUNTIFS({_TABLE}[Advice],"{advice}")' for advice in ("raise", "lower"))
    moved = f'SUMIFS({_TABLE}[Change value],{_TABLE}[Rank],">0")'
    columns = (
        *_ITEM,
        ListColumn(12, "Error", lambda get: get("Error deviation"), "units"),
        ListColumn(13, "Lead d", lambda get: get("Lead time days"), "days"),
        ListColumn(14, "Safety", lambda get: get("Suggested"), "units", (("bold", True),)),
        ListColumn(15, "Fill %", lambda get: get("Fill rate"), "one_decimal"),
        ListColumn(17, "Advice", lambda get: f'IF({get("Advice")}="raise","▲ raise the target","▼ lower the target")'),
        ListColumn(LAST, '="k"&sop_currency', lambda get: get("Change value"), "thousands_delta"),
    )
    found = (
        f'"TARGETS TO REVIEW:  "&{plural(low, "target is", "targets are")}&" low, "&{high}&" are high; '
        f'safety stock alone would move "&{money(f"({moved})")}&" "&sop_currency'
    )
    RankedList(_TABLE, "Rank", REVIEWED, LAST, columns).write(
        book,
        sheet,
        bar=bar,
        data=data,
        title="INVENTORY: TARGETS TO REVIEW",
        note="safety: service level x forecast error x lead time and a month; a target may cover more than risk",
        words=f'=IF({low}+{high}=0,"TARGETS TO REVIEW",{found})',
    )


def list_surplus(book: Book, sheet: Worksheet, *, bar: int, data: int) -> None:
    """List excess and obsolete stock, the dearest first."""
    excess, obsolete = (f"SUM({_TABLE}[{column}])" for column in ("Excess value", "Obsolete value"))
    count = f"MAX({_TABLE}[Surplus rank])"
    bad = (("font_color", BAD),)
    columns = (
        *_ITEM,
        ListColumn(13, "Excess", lambda get: get("Excess value"), "thousands"),
        ListColumn(15, "Obsolete", lambda get: get("Obsolete value"), "thousands"),
        ListColumn(
            17,
            "Why",
            lambda get: (
                f'IF({get("Obsolete value")}>0,"nobody needs it in the plan","beyond the months of demand allowed")'
            ),
            "",
            bad,
        ),
        ListColumn(
            LAST, '="k"&sop_currency', lambda get: f"{get('Excess value')}+{get('Obsolete value')}", "thousands"
        ),
    )
    found = (
        f'"EXCESS AND OBSOLETE STOCK:  "&{plural(count, "item", "items")}&", "&{money(f"({excess})")}&" excess, "&'
        f'{money(f"({obsolete})")}&" obsolete"'
    )
    RankedList(_TABLE, "Surplus rank", REVIEWED, LAST, columns).write(
        book,
        sheet,
        bar=bar,
        data=data,
        title="INVENTORY: EXCESS AND OBSOLETE",
        note='="today\'s stock at standard cost, "&sop_currency&"; dearest first"',
        words=f'=IF(N({count})=0,"EXCESS AND OBSOLETE STOCK: NONE",{found})',
    )
