"""The rows of the sheet Family: what each month shows, from the tables of the last run and Demand review."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import at
from sop_xl.template.formulas import FILLED, count_of, known, sum_of
from sop_xl.template.parts import AHEAD, FIRST, QUARTERS, write
from sop_xl.template.rows import OPEN, Measure
from sop_xl.template.sheets.family_data import MONTHS, ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book
    from sop_xl.template.sheets.family_data import Helpers

PLAN, LEAD_TIMES, REVIEW = "tblFamilyPlan", "tblLeadTimes", "tblDemandReview"
FIRST_OPEN, LAST_OPEN = xl_col_to_name(OPEN), xl_col_to_name(OPEN + AHEAD - 1)
OLD, NEW = (f"INDEX(sop_months,MONTH({month}))" for month in ("EDATE(sop_current,-1)", "sop_current"))
"""The months of the last cycle and of this one, in words."""
UNIT = "=sop_uom"
UNIT_IN_K = '="k"&sop_currency'
_LETTERS = [xl_col_to_name(FIRST + k) for k in range(MONTHS)]

Month = str
"""The letter of a month's column."""


def sales(helpers: Helpers) -> tuple[Measure, ...]:
    """Return the rows of sales: last year, old and new forecast, what came, and the differences."""
    rows = ROWS
    return (
        Measure("Last year", partial(_planned, "Last year"), UNIT, tag="actual", role="Soft", spark=False),
        Measure("Old forecast", partial(_planned, "Old forecast"), UNIT, tag=f"={OLD}", spark=False),
        Measure("New forecast", partial(_new_forecast, helpers), UNIT, tag=f"={NEW}"),
        *_against_old("Actual", rows.old_forecast, rows.actual),
        Measure(
            "Change, new − old",
            partial(_difference, rows.forecast, rows.old_forecast),
            UNIT,
            "delta",
            tag=f'={NEW}&" − "&{OLD}',
        ),
    )


def operations() -> tuple[Measure, ...]:
    """Return the rows of operations: old and new plan, what was made, the differences, and the bottleneck's load."""
    return (
        Measure("Old plan", partial(_planned, "Old supply"), UNIT, tag=_kept(), spark=False),
        Measure("New plan", partial(_planned, "Supply"), UNIT, tag=f"={NEW}"),
        Measure(
            "of which into other items", partial(_planned, "Used"), UNIT, role="Soft", label_role="Label_2", spark=False
        ),
        *_against_old("Actual supply", ROWS.old_plan, ROWS.actual_plan),
        Measure(
            '=IF(sop_bottleneck="","Load of the bottleneck",sop_bottleneck&" load")',
            _load,
            "%",
            "load",
            tag="peak; q. mean",
            aim=f"={_load_limit()}",
            total="max",
            quarters="mean",
        ),
    )


@dataclass(frozen=True)
class _Face:
    """What a row shows to a family made to stock, or to one made to order: label, months, unit (all expressions)."""

    label: str
    month: Callable[[Month], str]
    unit: str = "sop_uom"


def stock(helpers: Helpers) -> tuple[Measure, ...]:
    """Return the rows of stock; of backlog where a family is made to order; a family with both has both."""
    return tuple(
        Measure(
            _either(order.label, held.label),
            partial(_either_month, order, held),
            _either(order.unit, held.unit),
            number,
            tag=f"={NEW}" if k == 1 else "",
            aim=_either('""', f'IFERROR({of_family("Cover days")},"")') if k == 4 else "",
            aim_number="days",
            total="last",
        )
        for k, (held, order, number) in enumerate(zip(_held(helpers), _ordered(), _STOCK_NUMBERS, strict=True))
    )


_STOCK_NUMBERS = ("units", "units", "units", "delta", "units", "units", "units")


def _held(helpers: Helpers) -> tuple[_Face, ...]:
    first = ROWS.stock

    def difference(month: Month) -> str:
        target, plan, actual = (f"{month}{first + k}" for k in range(3))
        at_hand = f"IF(COUNT({actual})=0,{plan},{actual})"
        return f'IF(OR(COUNT({target})=0,COUNT({plan},{actual})=0),"",{at_hand}-{target})'

    def late(month: Month) -> str:
        return f'IF({_closed(month)},"",{_figure("Backlog", month)})'

    def weeks_or_lost(month: Month) -> str:
        return f"IF(sop_to_both=1,{_lead_time('Weeks of backlog', month)},{_figure('Lost', month)})"

    return (
        _Face('"Target"', partial(_figure, "Target")),
        _Face('"Plan"', partial(_live, PLAN, "Closing", "-")),
        _Face('"Actual"', partial(_figure, "Actual stock")),
        _Face('"Difference to target"', difference),
        _Face('"Days of cover"', lambda month: at(helpers.cover, 1 + _LETTERS.index(month)), '"days"'),
        _Face('IF(sop_to_both=1,"Backlog, plan","Late at month end")', late),
        _Face('IF(sop_to_both=1,"Weeks of backlog","Lost sales")', weeks_or_lost, 'IF(sop_to_both=1,"weeks",sop_uom)'),
    )


def _ordered() -> tuple[_Face, ...]:
    def actual(month: Month) -> str:
        return f'IF({_closed(month)},{_figure("Backlog", month)},"")'

    return (
        _Face('"Bookings"', partial(_figure, "Bookings")),
        _Face('"Shipments"', partial(_figure, "Served")),
        _Face('"Backlog, plan"', partial(_live, LEAD_TIMES, "Closing backlog", "+")),
        _Face('"Backlog, actual"', actual),
        _Face('"Weeks of backlog"', partial(_lead_time, "Weeks of backlog"), '"weeks"'),
        _Face('"Finished stock, plan"', partial(_live, PLAN, "Closing", "-")),
        _Face('"Lead time to quote"', partial(_lead_time, "Quoted weeks"), '"weeks"'),
    )


def money() -> tuple[Measure, ...]:
    """Return the rows of money: revenue against budget, margin, and what the stock is worth."""
    first = ROWS.revenue

    def margin(month: Month) -> str:
        cost = _figure("COGS", month)
        return f'=IF(OR(COUNT({month}{first})=0,{cost}=""),"",{month}{first}-{cost})'

    worth = partial(_planned, "Inventory value")
    return (
        Measure("Net revenue", partial(_planned, "Revenue"), UNIT_IN_K, "thousands", role="Output"),
        Measure(
            "Budget revenue", partial(_planned, "Budget revenue"), UNIT_IN_K, "thousands", role="Soft", spark=False
        ),
        Measure("Gap to budget", partial(_difference, first, first + 1), UNIT_IN_K, "thousands_delta"),
        Measure("Gross margin", margin, UNIT_IN_K, "thousands", role="Output"),
        Measure("Inventory at standard cost", worth, UNIT_IN_K, "thousands", total="last", role="Output"),
    )


def switched_totals(book: Book, sheet: Worksheet) -> None:
    """Give the rows that show a flow to one family and a level to another the total that fits."""
    first, to_order, weeks = ROWS.stock, "sop_to_order=1", "sop_to_order+sop_to_both=0"
    for row, is_flow in ((first, to_order), (first + 1, to_order), (first + 6, weeks)):
        for column, start, months in ((5, OPEN, AHEAD), *((QUARTERS + q, OPEN + 3 * q, 3) for q in range(4))):
            end = f"{xl_col_to_name(start + months - 1)}{row}"
            area = f"{xl_col_to_name(start)}{row}:{end}"
            look = book.style("Calc", "units", **({"bold": True} if column == 5 else {}))
            flow = f'IF(COUNT({area})=0,"",SUM({area}))'
            write(sheet, row - 1, column, f"=IF({is_flow},{flow},{end})", look)


def of_family(column: str) -> str:
    """Return the expression for a field of the family shown; an error where there is none."""
    return f"INDEX(tblFamilies[{column}],MATCH(sop_family,tblFamilies[Family],0))"


# --- months -------------------------------------------------------------------------------------


def _of(month: Month) -> tuple[tuple[str, str], ...]:
    return ("Family", "sop_family"), ("Month", f"{month}${ROWS.month}")


def _figure(column: str, month: Month) -> str:
    """Return the family's figure of a month; blank where there is none."""
    return known(PLAN, column, *_of(month))


def _planned(column: str, month: Month) -> str:
    return f"={_figure(column, month)}"


def _lead_time(column: str, month: Month) -> str:
    return known(LEAD_TIMES, column, *_of(month))


def _closed(month: Month) -> str:
    return f"{month}${ROWS.month}<sop_current"


def _difference(left: int, right: int, month: Month) -> str:
    a, b = f"{month}{left}", f"{month}{right}"
    return f'=IF(COUNT({a},{b})<2,"",{a}-{b})'


def _running(row: int, month: Month) -> str:
    return f'=IF(COUNT({month}{row})=0,"",SUM(${xl_col_to_name(FIRST)}{row}:{month}{row}))'


def _against_old(column: str, old: int, actual: int) -> tuple[Measure, ...]:
    """Return the rows of what came, its difference to the old plan, and that summed up."""
    difference = partial(_difference, actual, old)
    return (
        Measure("Actual", partial(_planned, column), UNIT, total="", spark=False),
        Measure("Difference, actual − old", difference, UNIT, "delta", total="", spark=False),
        Measure("Cumulative difference", partial(_running, actual + 1), UNIT, "delta", total="", spark=False),
    )


def _new_forecast(helpers: Helpers, month: Month) -> str:
    """Return the consensus as Demand review has it now; the last run's for months that are not on it."""
    place = at(helpers.grid, 1 + _LETTERS.index(month))
    column = f"INDEX({REVIEW}[[Month 1]:[Month 12]],0,{place})"
    live = f'SUMIFS({column},{REVIEW}[Kind],"item",{REVIEW}[Family],sop_family)'
    return f"=IF({place}=0,{_figure('Forecast', month)},{live})"


def _moved(month: Month) -> str:
    """Return by how much the forecast of the open months up to `month` has moved since the last run."""
    months = ("Month", f'">="&${FIRST_OPEN}${ROWS.month}'), ("Month", f'"<="&{month}${ROWS.month}')
    stored = sum_of(PLAN, "Forecast", ("Family", "sop_family"), *months)
    return f"(SUM(${FIRST_OPEN}${ROWS.forecast}:{month}${ROWS.forecast})-{stored})"


def _live(table: str, column: str, sign: str, month: Month) -> str:
    """Return a month-end figure of the last run, moved by what was typed into Demand review since."""
    missing = f"{count_of(table, *_of(month), (column, FILLED))}=0"
    moved = f"IF({_closed(month)},0,{_moved(month)})"
    return f'IF({missing},"",{sum_of(table, column, *_of(month))}{sign}{moved})'


def _load(month: Month) -> str:
    where = ("Resource", "sop_bottleneck"), ("Month", f"{month}${ROWS.month}")
    free, used = sum_of("tblLoad", "Available hours", *where), sum_of("tblLoad", "Required hours", *where)
    return f'=IF(OR(sop_bottleneck="",{free}=0),"",{used}/{free})'


def _kept() -> str:
    """Return the old plan's cycle, and whether closed months lack it: none was kept then, none was missed."""
    row, first, last = ROWS.old_plan, xl_col_to_name(FIRST), xl_col_to_name(OPEN - 1)
    closed = f"COUNT(${first}${row}:${last}${row})={OPEN - FIRST}"
    return f'=IF(COUNT(${first}${row}:${LAST_OPEN}${row})=0,"none kept",{OLD}&IF({closed},"","; none before"))'


def _load_limit() -> str:
    """Return the share of regular hours up to which overtime may go, over the months planned."""
    where = ("Resource", "sop_bottleneck"), ("Month", '">="&sop_current')
    free, more = sum_of("tblLoad", "Available hours", *where), sum_of("tblLoad", "Overtime limit", *where)
    return f'IF(OR(sop_bottleneck="",{free}=0),"",1+{more}/{free})'


def _either(to_order: str, to_stock: str) -> str:
    """Return the formula of one thing where a family is made to order, of another where it is made to stock."""
    return f"=IF(sop_to_order=1,{to_order},{to_stock})"


def _either_month(order: _Face, held: _Face, month: Month) -> str:
    return _either(order.month(month), held.month(month))
