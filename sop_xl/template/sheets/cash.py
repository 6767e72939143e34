"""The view Cash & working capital: who pays when, what is open, what stock is worth, and what that leaves in cash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name, xl_range

from sop_xl.template.formulas import known
from sop_xl.template.names import setting
from sop_xl.template.parts import HALF_THOUSAND, masthead, print_page, protect, section, tiny, write
from sop_xl.template.sheets.cash_charts import draw
from sop_xl.template.sheets.cash_items import ROWS as ITEM_ROWS
from sop_xl.template.sheets.cash_items import write_items
from sop_xl.template.sheets.cash_year import ENTRIES, write_year
from sop_xl.template.sheets.cash_year import ROWS as YEAR_ROWS
from sop_xl.template.style import ACCENT, ACTUAL, RULE, TREND, WHITE

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Cash & working capital"
MONTHS, FIRST = 12, 5
QUARTERS = FIRST + MONTHS + 1
LAST = QUARTERS + 3
WIDTHS = (
    ("A:A", 232),
    ("B:B", 72),
    ("C:C", 54),
    ("D:D", 76),
    ("E:E", 8),
    ("F:Q", 66),
    ("R:R", 8),
    ("S:V", 70),
)
LETTERS = tuple(xl_col_to_name(FIRST + k) for k in range(MONTHS))
TOP = 7
"""Row of the first section's bar, from 0."""
DATA = 1100
"""First row of this view on Chart data."""
_K = '="k"&sop_currency'


@dataclass(frozen=True)
class Row:
    """One row of the sheet.

    Attributes:
        label: what it shows.
        column: header of the column of its table; "" where `plus` and `less` say what it adds up.
        table: the table.
        plus, less: labels of rows above that are added and taken away.
        total: how the year folds: sum, first, last, or mean.
        role: cell role of the figures.
        number: number format.
        unit: text or formula of the unit.
    """

    label: str
    column: str = ""
    table: str = "tblCash"
    plus: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    total: str = "sum"
    role: str = "Calc"
    number: str = "thousands"
    unit: str = _K


_PAID: tuple[str, ...] = (
    "Suppliers",
    "Rebates to customers",
    "Hours of production",
    "Unabsorbed overhead",
    "Overtime premium",
    "Operating expense",
)
_PAID += ("One-off cost", "Capital of initiatives")
_NET = ("Receipts from customers",)
SECTIONS: tuple[tuple[str, tuple[Row, ...]], ...] = (
    (
        "CASH",
        (
            Row("Receipts from customers", "Receipts"),
            Row("Suppliers", "Payments"),
            Row("Rebates to customers", "Rebates paid"),
            Row("Hours of production", "Conversion"),
            Row("Unabsorbed overhead", "Unabsorbed overhead"),
            Row("Overtime premium", "Overtime premium"),
            Row("Operating expense", "Operating expense"),
            Row("One-off cost", "One-off cost"),
            Row("Capital of initiatives", "Capex"),
            Row("Net cash", plus=_NET, less=_PAID, role="Output", number="thousands_delta"),
        ),
    ),
    (
        "RECEIVABLES",
        (
            Row("Open at the start", "Opening receivables", total="first"),
            Row("+ Net revenue", "Revenue"),
            Row("+ Rebates on it, paid later", "Rebates accrued"),
            Row("− Received", "Receipts"),
            Row(
                "Receivables",
                plus=("Open at the start", "+ Net revenue", "+ Rebates on it, paid later"),
                less=("− Received",),
                total="last",
                role="Output",
            ),
        ),
    ),
    (
        "PAYABLES",
        (
            Row("Owed at the start", "Opening payables", total="first"),
            Row("+ Bought", "Purchases"),
            Row("− Paid", "Payments"),
            Row("Payables", plus=("Owed at the start", "+ Bought"), less=("− Paid",), total="last", role="Output"),
        ),
    ),
    (
        "REBATES OWED TO CUSTOMERS",
        (
            Row("Accrued at the start", "Opening rebates", total="first"),
            Row("+ Accrued", "Rebates accrued"),
            Row("− Paid at the agreement's end", "Rebates paid"),
            Row(
                "Rebates owed",
                plus=("Accrued at the start", "+ Accrued"),
                less=("− Paid at the agreement's end",),
                total="last",
                role="Output",
            ),
        ),
    ),
    (
        "STOCK AT STANDARD COST",
        (
            Row("Held at the start", "Opening", "tblStockValue", total="first"),
            Row("+ Revaluation", "Revaluation", "tblStockValue"),
            Row("+ Made", "Production", "tblStockValue"),
            Row("+ Arrived from suppliers", "Purchases", "tblStockValue"),
            Row("+ Transfers, in less out", "Transfers", "tblStockValue"),
            Row("− Used in other items", "Used", "tblStockValue"),
            Row("− Issued to customers", "Issues", "tblStockValue"),
            Row(
                "Stock",
                plus=(
                    "Held at the start",
                    "+ Revaluation",
                    "+ Made",
                    "+ Arrived from suppliers",
                    "+ Transfers, in less out",
                ),
                less=("− Used in other items", "− Issued to customers"),
                total="last",
                role="Output",
            ),
            Row("The same at moving average", "Moving average", "tblStockValue", total="last", role="Soft"),
            Row("Excess provision", "Excess provision", "tblStockValue", total="last", role="Soft"),
            Row("Obsolete provision", "Obsolete provision", "tblStockValue", total="last", role="Soft"),
        ),
    ),
    (
        "WORKING CAPITAL",
        (
            Row(
                "Receivables + stock − payables − rebates",
                plus=("Receivables", "All stock"),
                less=("Payables", "Rebates owed"),
                total="last",
                role="Output",
            ),
            Row("Days of sales outstanding", "DSO", total="mean", number="one_decimal", unit="days"),
            Row("Days of inventory", "DIO", total="mean", number="one_decimal", unit="days"),
            Row("Days of payables", "DPO", total="mean", number="one_decimal", unit="days"),
            Row("Cash to cash", "Cash to cash", total="mean", number="one_decimal", unit="days", role="Output"),
        ),
    ),
)
"""All rows by section; a row's label is what other rows name it by."""


def positions() -> dict[str, int]:
    """Return the row of each label, as Excel counts."""
    found, row = {}, TOP
    for _, rows in SECTIONS:
        for offset, line in enumerate(rows, start=1):
            found[line.label] = row + offset + 1
        row += len(rows) + 1
    return found


CHARTS = TOP + sum(len(rows) + 1 for _, rows in SECTIONS) + 1
YEAR = CHARTS + 18
"""Bar of the page of the fiscal year, from 0; the items behind a family's stock follow."""
ITEMS = YEAR + YEAR_ROWS + 1
YEAR_NET = YEAR + 4 + [entry.label for entry in ENTRIES].index("Net cash")
"""Row of the year's net cash, as Excel counts."""
FAMILY = positions()["Held at the start"] - 1
"""Row, as Excel counts, of the bar of the stock section, where the family is chosen."""


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    subtitle = (
        '="k"&sop_currency&"  |  next 12 months of the plan  |  customers pay by the terms of their market, suppliers '
        f'are paid after "&{setting("supplier_payment_days")}&" days  |  next pages: fiscal year, items"'
    )
    masthead(book, sheet, SHEET, subtitle, LAST)
    _header(book, sheet)
    row = TOP
    for words, rows in SECTIONS:
        section(book, sheet, row, words, LAST)
        for offset, line in enumerate(rows, start=1):
            _write(book, sheet, row + offset, line)
        row += len(rows) + 1
    _choose_family(book, sheet)
    draw(book, sheet, row=CHARTS, data=DATA, rows=positions())
    write_year(book, sheet, YEAR)
    write_items(book, sheet, ITEMS)
    sheet.freeze_panes(TOP, FIRST)
    protect(sheet)
    print_page(sheet, f"A1:{xl_col_to_name(LAST)}{ITEMS + ITEM_ROWS}", repeat=(0, 3), one_page=False)
    sheet.set_h_pagebreaks([CHARTS, ITEMS])


def _header(book: Book, sheet: Worksheet) -> None:
    for row, pixels in ((4, 18), (5, 22), (6, 4)):
        sheet.set_row_pixels(row, pixels)
    write(sheet, 4, FIRST, "Plan  ►  open month first", book.style("Band"))
    write(sheet, 4, QUARTERS, "Quarters", book.style("Band"))
    for column, words in enumerate(("", "Trend", "Unit", "12 months")):
        side: dict[str, Any] = {"indent": 1} if column == 2 else {}
        write(sheet, 5, column, words or None, book.style("Header", align="right" if column == 3 else "left", **side))
    for k in range(MONTHS):
        head = book.style("Header", "month", align="right", text_wrap=False)
        write(sheet, 5, FIRST + k, f"=EDATE(sop_current,{k})", head)
        sheet.write_blank(6, FIRST + k, None, book.style("Plain", pattern=14, fg_color=ACTUAL, bg_color=WHITE))
    for q in range(4):
        first, last = (f"{LETTERS[3 * q + k]}6" for k in (0, 2))
        words = f'=INDEX(sop_months,MONTH({first}))&"–"&INDEX(sop_months,MONTH({last}))'
        write(sheet, 5, QUARTERS + q, words, book.style("Header", align="right"))


def _choose_family(book: Book, sheet: Worksheet) -> None:
    """Let the user choose whose stock is shown: the bar says whose it is."""
    row = FAMILY - 1
    write(
        sheet, row, 0, f'="STOCK AT STANDARD COST: "&IF($F{FAMILY}="","all families",$F{FAMILY})', book.style("Section")
    )
    write(sheet, row, FIRST - 2, "Family", book.style("Section", align="right"))
    for column in (FIRST, FIRST + 1):
        write(sheet, row, column, None, book.style("InputText", "text"))
    rule = {"validate": "list", "source": "=sop_families", "ignore_blank": True, "error_type": "warning"}
    rule |= {"input_title": "Family", "input_message": "Choose a family; blank: all together."}
    sheet.data_validation(row, FIRST, row, FIRST, rule)


def _month(line: Row, c: str, at: dict[str, int]) -> str:
    if not line.column:
        cells = [f"{c}{at[label]}" for label in (*line.plus, *line.less) if label in at]
        plus = "+".join(_term(label, c, at) for label in line.plus)
        less = "".join(f"-{_term(label, c, at)}" for label in line.less)
        return f'=IF(COUNT({",".join(cells)})=0,"",ROUND({plus}{less},2))'
    where = [("Month", f"{c}$6")]
    if line.table == "tblStockValue":
        where.append(("Family", f'IF($F${FAMILY}="","*",$F${FAMILY})'))
    return f"={known(line.table, line.column, *where)}"


def _term(label: str, c: str, at: dict[str, int]) -> str:
    if label == "All stock":
        return f"SUMIFS(tblCash[Inventory value],tblCash[Month],{c}$6)"
    return f"N({c}{at[label]})"


def _write(book: Book, sheet: Worksheet, row: int, line: Row) -> None:
    """Write one row: label, trend, unit, total, months, quarters."""
    sheet.set_row_pixels(row, 18)
    strong = line.role == "Output"
    rules: dict[str, Any] = {"top": 1, "top_color": RULE, "bottom_color": RULE} if strong else {}
    write(sheet, row, 0, line.label, book.style("OutputLabel") if strong else book.style("Label_1"))
    sheet.write_blank(row, 1, None, book.style("Label", **rules))
    write(sheet, row, 2, line.unit, book.style("Unit", **rules))
    for column in (FIRST - 1, QUARTERS - 1) if strong else ():
        sheet.write_blank(row, column, None, book.style("Label", **rules))
    figure, at = book.style(line.role, line.number), positions()
    for k, c in enumerate(LETTERS):
        write(sheet, row, FIRST + k, _month(line, c, at), figure)
    write(sheet, row, 3, _fold(line.total, row, 0, MONTHS - 1), book.style(line.role, line.number, bold=True))
    for q in range(4):
        write(sheet, row, QUARTERS + q, _fold(line.total, row, 3 * q, 3 * q + 2), figure)
    if line.number.startswith("thousands"):
        for first, last in ((3, 3), (FIRST, FIRST + MONTHS - 1), (QUARTERS, LAST)):
            tiny(book, sheet, xl_range(row, first, row, last), least=HALF_THOUSAND)
    signed: dict[str, Any] = (
        {"negative_points": True, "negative_color": ACCENT} if "delta" in line.number else {"min": 0}
    )
    area = f"'{SHEET}'!{xl_range(row, FIRST, row, FIRST + MONTHS - 1)}"
    sheet.add_sparkline(row, 1, {"range": area, "series_color": TREND, "type": "column", **signed})


def _fold(how: str, row: int, first: int, last: int) -> str:
    """Return what the months from `first` to `last` are together; a balance is that of its end or start."""
    area = xl_range(row, FIRST + first, row, FIRST + last)
    if how in ("first", "last"):
        return f"={LETTERS[first if how == 'first' else last]}{row + 1}"
    fold = "AVERAGE" if how == "mean" else "SUM"
    return f'=IF(COUNT({area})=0,"",{fold}({area}))'
