"""The sheet Chart data: names that every view reads (`sop_current` and its like), and rows behind charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema.settings import SETTING_SPECS
from sop_xl.template.parts import masthead, print_page, section, write
from sop_xl.template.words import month_words

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

__all__ = ["SHEET", "build", "month_words", "setting"]

SHEET = "Chart data"
TOP = 6
"""First row of the names, from 0; the rows of views' charts start at 100."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NO_MONTH = "DATE(2026,1,1)"
"""The open month of a workbook that has neither a setting nor actuals: any will do, but never an error."""


def setting(name: str) -> str:
    """Return a formula, without `=`, for the value of a setting, or its default where it is blank."""
    default = next(spec.default for spec in SETTING_SPECS if spec.name == name)
    value = f'IFERROR(INDEX(tblSettings[Value],MATCH("{name}",tblSettings[Parameter],0))&"","")'
    if isinstance(default, str):
        return f'IF({value}="","{default}",{value})' if default else value
    number = f'IFERROR(INDEX(tblSettings[Value],MATCH("{name}",tblSettings[Parameter],0))+0,0)'
    return f'IF({value}="",{default or 0},{number})'


def build(book: Book) -> None:
    """Write the names block."""
    widths = (("A:A", 230), ("B:B", 120), ("C:C", 76), ("D:Z", 76))
    sheet = book.sheet(SHEET, "system", widths)
    masthead(book, sheet, SHEET, "Names that all views read, and the figures behind charts that no sheet shows", 15)
    section(book, sheet, 5, "NAMES", 15)
    for row, (name, formula, number, words) in enumerate(_names(), start=TOP):
        write(sheet, row, 0, name, book.style("Label"))
        write(sheet, row, 1, formula, book.style("Calc", number))
        write(sheet, row, 2, words, book.style("Note", indent=1))
        book.book.define_name(name, f"='{SHEET}'!$B${row + 1}")
    _months(book, sheet, TOP + len(_names()) + 1)
    sheet.freeze_panes(4, 1)
    print_page(sheet, "", repeat=(0, 4), one_page=False)


def _names() -> list[tuple[str, str, str, str]]:
    """Return name, formula, number format and meaning, in the order they build on each other."""
    given = 'INDEX(tblSettings[Value],MATCH("current_period",tblSettings[Parameter],0))'
    last = "MAX(MAX(tblActuals[Month]),MAX(tblRecentHistory[Month]))"
    start = "sop_fiscal_month"
    return [
        ("sop_company", f"={setting('company')}", "text", "Name of the company"),
        ("sop_currency", f"={setting('currency')}", "text", "Plan currency"),
        (
            "sop_after_actuals",
            f"=IF({last}=0,{NO_MONTH},EDATE(DATE(YEAR({last}),MONTH({last}),1),1))",
            "month",
            "Month after the last actual, of the sheet or of the history file",
        ),
        (
            "sop_current",
            f'=IFERROR(IF(ISNUMBER({given}),DATE(YEAR({given}),MONTH({given}),1),DATEVALUE(LEFT({given},7)&"-01")),'
            "sop_after_actuals)",
            "month",
            "First open month: the setting, else the month after the last actual",
        ),
        (
            "sop_cycle",
            '=YEAR(sop_current)&"-"&RIGHT("0"&MONTH(sop_current),2)',
            "text",
            "The open month as the tables name a cycle",
        ),
        ("sop_horizon", f"={setting('horizon_months')}", "general", "Months planned"),
        ("sop_ahead", "=MIN(12,sop_horizon)", "general", "Months ahead that key figures and sheets cover"),
        ("sop_last", "=EDATE(sop_current,sop_horizon-1)", "month", "Last month planned"),
        ("sop_days", f"={setting('days_in_year')}", "general", "Days in a year, for cover"),
        ("sop_fiscal_month", f"={setting('fiscal_year_start')}", "general", "First month of the fiscal year, 1 to 12"),
        (
            "sop_fiscal_start",
            f"=DATE(YEAR(sop_current)-IF(MONTH(sop_current)<{start},1,0),{start},1)",
            "month",
            "First month of the fiscal year that holds the open month",
        ),
        ("sop_fiscal_end", "=EDATE(sop_fiscal_start,11)", "month", "Last month of that fiscal year"),
        (
            "sop_fiscal_name",
            '=IF(sop_fiscal_month=1,YEAR(sop_fiscal_end)&"","FY "&YEAR(sop_fiscal_end))',
            "text",
            "Its name: the year in which it ends",
        ),
        (
            "sop_run",
            '=IFERROR(LOOKUP(2,1/((tblRuns[Run]<>"")*(LEFT(tblRuns[Result],8)<>"stopped:")),tblRuns[Run])&"","")',
            "text",
            "The last run in the log that changed something",
        ),
        ("chk_Master", '=SUMPRODUCT(--(LEFT(chk_Status,1)="▲"))', "general", "Checks that fail"),
        ("chk_Total", '=chk_Master+SUMPRODUCT(--(LEFT(chk_Status,1)="●"))', "general", "Checks that apply"),
        (
            "sop_planned",
            "=IF(COUNT(tblFamilyPlan[Month])>0,1,0)",
            "general",
            "1 once a plan is in the workbook",
        ),
        (
            "sop_forecasted",
            "=IF(COUNT(tblForecast[Month])>0,1,0)",
            "general",
            "1 once a forecast is in the workbook: the ribbon asks",
        ),
        (
            "sop_supplied",
            "=IF(COUNT(tblSupplyPlan[Month])>0,1,0)",
            "general",
            "1 once a supply plan is in the workbook: the ribbon asks",
        ),
    ]


def _months(book: Book, sheet: Worksheet, row: int) -> None:
    write(sheet, row, 0, "sop_months", book.style("Label"))
    for offset, words in enumerate(MONTHS):
        write(sheet, row, 1 + offset, words, book.style("Calc", "text"))
    book.book.define_name("sop_months", f"='{SHEET}'!$B${row + 1}:$M${row + 1}")
