"""The view Accuracy: how far archived forecasts were from what came, what each step and each override was worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.schema.results import ALL, FORECAST_STEPS
from sop_xl.template.blocks import chart_titles
from sop_xl.template.charts import ACTUAL_FILL, axes, base_chart, place
from sop_xl.template.formulas import known
from sop_xl.template.parts import masthead, print_page, protect, section, signs, write
from sop_xl.template.rows import HAIR
from sop_xl.template.sheets.accuracy_classes import show_classes
from sop_xl.template.sheets.accuracy_item import show_item
from sop_xl.template.sheets.accuracy_overrides import show_overrides
from sop_xl.template.style import ACCENT, ACTUAL, RULE, SLATE
from sop_xl.template.words import figure, signed, signed_money

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Accuracy"
LAST = 15
"""Last column, from 0."""
WIDTHS = (("A:A", 196), ("B:P", 76))
CHOICE, STEPS = 4, 6
"""Rows, from 0, of the choosers and of the section on the steps."""
LAGS = STEPS + 10
CHARTS = LAGS + 8
OVERRIDES = CHARTS + 17
CYCLES = OVERRIDES + 19
ITEM = CYCLES + 14
LAG_COUNT, SHOWN_CYCLES, SHOWN_MONTHS = 6, 8, 14
STEP_NAMES = {
    "naive": "Naive",
    "statistical": "Statistical",
    "events": "Events, launches, initiatives",
    "sensed": "Recent bookings",
    "overrides": "Overrides as they stand",
    "consensus": "Consensus",
}
FIGURES = (
    ("WMAPE", "percent_points_1", "sum |A − F| / sum A"),
    ("MAPE", "percent_points_1", "mean |A − F| / A, A > 0"),
    ("Skipped", "count", "months with A = 0"),
    ("MASE", "two_decimals", "|A − F| over seasonal naive's"),
    ("Bias", "percent_points_1", "sum (A − F) / sum A"),
    ("Tracking signal", "two_decimals", "sum (A − F) / mean |A − F|"),
    ("FVA", "points", "WMAPE before less its own"),
    ("FVA money", "thousands_delta", "|A − F| taken off × cost"),
)
"""Column of the table, its format, and its definition: A is what came, F the forecast."""
_TABLE, _CYCLES = "tblAccuracySteps", "tblForecastCycles"
_SCOPE = (("Family", f'IF($B$5="","{ALL}",$B$5)'), ("Item", f'"{ALL}"'))


def build(book: Book) -> None:
    """Write the sheet."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    subtitle = (
        '="Archived forecasts of "&IF($B$5="","the company",$B$5&"")&", error = actual − forecast: above zero is '
        'under-forecast, below zero over-forecast"'
    )
    masthead(book, sheet, "Accuracy: what was forecast, and what each step was worth", subtitle, LAST)
    _choosers(book, sheet)
    _steps(book, sheet)
    _lags(book, sheet)
    _beside_backtest(book, sheet)
    _charts(book, sheet)
    show_overrides(book, sheet, OVERRIDES, LAST)
    _waterfall(book, sheet)
    classes = show_item(book, sheet, ITEM, LAST) + 1
    end = show_classes(book, sheet, classes, LAST)
    sheet.freeze_panes(6, 1)
    protect(sheet)
    print_page(sheet, f"A1:P{end}", repeat=(0, 5), one_page=False)
    sheet.set_h_pagebreaks([OVERRIDES, ITEM])


def _choosers(book: Book, sheet: Worksheet) -> None:
    sheet.set_row_pixels(CHOICE, 24)
    sheet.set_row_pixels(CHOICE + 1, 6)
    write(sheet, CHOICE, 0, "Family (empty: the company)", book.style("Label"))
    sheet.merge_range(CHOICE, 1, CHOICE, 3, "", book.style("InputText", bold=True))
    sheet.data_validation(
        CHOICE,
        1,
        CHOICE,
        1,
        {
            "validate": "list",
            "source": "=sop_families",
            "input_title": "Family",
            "input_message": "Choose a family, or empty the cell for the company.",
        },
    )
    write(sheet, CHOICE, 5, "Months ahead", book.style("Label", align="right"))
    sheet.write_number(CHOICE, 6, 1, book.style("Input", "general", bold=True))
    sheet.data_validation(
        CHOICE, 6, CHOICE, 6,
        {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": LAG_COUNT,
         "input_title": "Lag", "input_message": "1: forecasts of the month that was open; 3: made two months before.",
         "error_message": "Type a whole number from 1 to 6."},
    )  # fmt: skip
    found = known(_TABLE, "Forecasts", *_SCOPE, ("Lag", "$G$5"), ("Step", '"consensus"'))
    words = f'=IF(N({found})=0,"No archived forecast of this kind has seen its month close yet.",{figure(found)}&'
    write(sheet, CHOICE, 8, words + '" forecasts of an item and month, by item, all markets")', book.style("Note"))


def _steps(book: Book, sheet: Worksheet) -> None:
    """Write the figures of each step, with the definition of each column under its head."""
    section(book, sheet, STEPS, _steps_title(), LAST)
    heads = ("Step", *(name for name, _, _ in FIGURES[:-1]), '="FVA, k"&sop_currency', *[""] * (LAST - len(FIGURES)))
    sheet.set_row_pixels(STEPS + 1, 34)
    sheet.set_row_pixels(STEPS + 2, 38)
    for column, words in enumerate(heads):
        write(sheet, STEPS + 1, column, words, book.style("Header", align="left" if column == 0 else "right"))
    write(sheet, STEPS + 2, 0, "A: actual, F: forecast of so many months ahead", book.style("NoteWrap"))
    for column, (_, _, words) in enumerate(FIGURES, start=1):
        write(sheet, STEPS + 2, column, words, book.style("NoteWrap", align="right"))
    for k, step in enumerate(FORECAST_STEPS):
        row = STEPS + 3 + k
        where = (*_SCOPE, ("Lag", "$G$5"), ("Step", f'"{step}"'))
        write(sheet, row, 0, STEP_NAMES[step], book.style("Label"))
        for column, (name, number, _) in enumerate(FIGURES, start=1):
            write(sheet, row, column, f"={known(_TABLE, name, *where)}", book.style("Calc", number))
        n = row + 1
        bias = f'IF(ROUND(F{n},1)=0,"no bias",IF(F{n}<0,"over-forecast","under-forecast"))'
        alarm = f'IF(ABS(N(G{n}))>4,"▲ biased beyond ±4","")'
        words = f'=IF(F{n}="","",{bias}&IF(G{n}="","",IF({alarm}="","","  "&{alarm})))'
        write(sheet, row, 9, words, book.style("CalcText", indent=1))
        for column in range(10, LAST + 1):
            sheet.write_blank(row, column, None, book.style("CalcText"))
    signs(book, sheet, f"H{STEPS + 4}:I{STEPS + 3 + len(FORECAST_STEPS)}", **HAIR)


def _steps_title() -> str:
    first, last = STEPS + 4, STEPS + 3 + len(FORECAST_STEPS)
    gain, money = f"(B{first}-B{last})", f"SUM(I{first}:I{last})"
    told = f'{signed(gain, 1)}&" points, "&{signed_money(money)}&" "&sop_currency&" of error"'
    return f'=IF(B{last}="","WHAT EACH STEP ADDED","WHAT EACH STEP ADDED:  "&{told}&" from naive to consensus")'


def _lags(book: Book, sheet: Worksheet) -> None:
    """Write the error of naive, statistical and consensus forecasts by months ahead."""
    section(book, sheet, LAGS, "ERROR BY MONTHS AHEAD (WMAPE) AND BIAS", LAST)
    write(sheet, LAGS + 1, 0, "Months ahead", book.style("Header"))
    for lag in range(1, LAG_COUNT + 1):
        sheet.write_number(LAGS + 1, lag, lag, book.style("Header", "general", align="right"))
    rows = [(STEP_NAMES[step], step, "WMAPE") for step in ("naive", "statistical", "consensus")]
    for k, (name, step, column) in enumerate([*rows, ("Bias of the consensus", "consensus", "Bias")]):
        write(sheet, LAGS + 2 + k, 0, name, book.style("Label"))
        for lag in range(1, LAG_COUNT + 1):
            head = f"{xl_col_to_name(lag)}${LAGS + 2}"
            formula = known(_TABLE, column, *_SCOPE, ("Lag", head), ("Step", f'"{step}"'))
            write(sheet, LAGS + 2 + k, lag, f"={formula}", book.style("Calc", "percent_points_1"))


def _beside_backtest(book: Book, sheet: Worksheet) -> None:
    """Say what the backtest misses by, and why it is another figure than that of archived forecasts."""
    keys = '(tblAccuracy[Family]=$B$5&"")*(tblAccuracy[Item]="")*(tblAccuracy[Lag]=$G$5)'
    error, naive = (f"SUMPRODUCT({keys},tblAccuracy[{column}])" for column in ("WMAPE", "Naive WMAPE"))
    note = (
        f'=IF(SUMPRODUCT({keys})=0,"","Home shows the consensus one month ahead. In a backtest, today\'s engine on '
        f'items still planned, past events taken out, nobody\'s word in it: WMAPE "&{figure(error, 1)}&" %, naive "&'
        f'{figure(naive, 1)}&" %, "&$G$5&" month(s) ahead (sheet Accuracy list, column wMAPE of Demand review)")'
    )
    write(sheet, LAGS + 6, 0, note, book.style("Note"))


def _charts(book: Book, sheet: Worksheet) -> None:
    """Draw the stairs of the steps' errors, and errors by lag."""
    stairs_say = "WMAPE, %  |  each step should stand lower than the one before"
    chart_titles(book, sheet, CHARTS, 0, _stairs_title(), stairs_say)
    stairs = base_chart(book, {"type": "column"}, size=(610, 270))
    last = STEPS + 2 + len(FORECAST_STEPS)
    names, values = [SHEET, STEPS + 3, 0, last, 0], [SHEET, STEPS + 3, 1, last, 1]
    labels = {"value": True, "num_format": "0.0", "font": {"name": "Arial", "size": 9, "color": SLATE}}
    stairs.add_series(
        {"name": "WMAPE", "categories": names, "values": values, "gap": 60, "data_labels": labels, **ACTUAL_FILL}
    )
    axes(stairs, months=None, hide_values=True)
    stairs.set_legend({"none": True})
    place(sheet, CHARTS + 2, 0, stairs, description="WMAPE of each step, from naive to consensus")
    chart_titles(book, sheet, CHARTS, 8, _lags_title(), "WMAPE, %, by months from the cycle to the month")
    lines = base_chart(book, {"type": "line"}, size=(590, 270))
    for k, (colour, dash) in enumerate(((RULE, "dash"), (ACCENT, "solid"), (ACTUAL, "solid"))):
        lines.add_series(
            {
                "name": [SHEET, LAGS + 2 + k, 0],
                "categories": [SHEET, LAGS + 1, 1, LAGS + 1, LAG_COUNT],
                "values": [SHEET, LAGS + 2 + k, 1, LAGS + 2 + k, LAG_COUNT],
                "line": {"color": colour, "width": 2, "dash_type": dash},
            }
        )
    axes(lines, months=None)
    place(sheet, CHARTS + 2, 8, lines, description="WMAPE by months ahead: naive, statistical, consensus")


def _stairs_title() -> str:
    """Return the finding: what the last step misses by beside naive, and what was lost after the statistical one."""
    naive, statistical, consensus = (f"$B${STEPS + 4 + k}" for k in (0, 1, len(STEP_NAMES) - 1))
    lost = f"{consensus}-{statistical}"
    return (
        f'=IF(COUNT({naive},{consensus})<2,"Error by step","Consensus misses by "&{figure(consensus, 1)}&'
        f'" %, naive by "&{figure(naive, 1)}&" %"&IF(COUNT({statistical})=0,"",IF(ROUND({lost},1)>0,'
        f'"; statistical alone was "&{figure(lost, 1)}&" points better","")))'
    )


def _lags_title() -> str:
    """Return the finding: what the consensus misses by one month ahead, and as far ahead as is known."""
    row = LAGS + 5
    known_lags = f"$B${row}:${xl_col_to_name(LAG_COUNT)}${row}"
    count = f"COUNT({known_lags})"
    far = f"INDEX({known_lags},{count})"
    return (
        f'=IF({count}<2,"Error by months ahead","Consensus misses by "&{figure(f"$B${row}", 1)}&'
        f'" % one month ahead, "&{figure(far, 1)}&" % at "&{count})'
    )


def _waterfall(book: Book, sheet: Worksheet) -> None:
    """Write what each of the last cycles said of each month, and what came."""
    section(book, sheet, CYCLES, "WATERFALL: WHAT EACH CYCLE SAID OF EACH MONTH (CONSENSUS, UNITS)", LAST)
    head = CYCLES + 2
    write(sheet, head - 1, 0, "Cycle", book.style("Header"))
    for k in range(SHOWN_MONTHS):
        formula = f"=EDATE(sop_current,{k - SHOWN_CYCLES})"
        write(sheet, head - 1, 1 + k, formula, book.style("Header", "month", align="right", text_wrap=False))
    for k in range(SHOWN_CYCLES + 1):
        row, back = head + k, SHOWN_CYCLES - k
        month = f"EDATE(sop_current,-{back})"
        name = f'=YEAR({month})&"-"&RIGHT("0"&MONTH({month}),2)'
        write(sheet, row, 0, name, book.style("Label"))
        for m in range(SHOWN_MONTHS):
            where = (*_SCOPE[:1], ("Cycle", f"$A{row + 1}"), ("Month", f"{xl_col_to_name(1 + m)}${head}"))
            write(sheet, row, 1 + m, f"={known(_CYCLES, 'Forecast', *where)}", book.style("Calc", "units"))
    row = head + SHOWN_CYCLES + 1
    write(sheet, row, 0, "Actual", book.style("OutputLabel"))
    for m in range(SHOWN_MONTHS):
        where = (*_SCOPE[:1], ("Month", f"{xl_col_to_name(1 + m)}${head}"), ("Lag", "1"))
        write(sheet, row, 1 + m, f"={known(_CYCLES, 'Actual', *where)}", book.style("Output", "units"))
