"""On the view Accuracy: the sum that makes up one number, the method behind it and its past errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.demand.explain import MARKED, NO_METHOD, REASONS
from sop_xl.template.blocks import Block, across, chart_titles
from sop_xl.template.charts import axes, base_chart, place
from sop_xl.template.formulas import known
from sop_xl.template.parts import section, write
from sop_xl.template.style import ACCENT, ACTUAL, RULE, SLATE
from sop_xl.template.words import figure, month_words, signed

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

PAST, AHEAD = 12, 12
"""Months of the chart."""
DATA = 1700
"""First row of this part on Chart data."""
PARTS = (
    ("Statistical forecast", "Statistical", ""),
    ("Events", "Events", "+"),
    ("Launches", "Launches", "+"),
    ("Initiatives", "Initiatives", "+"),
    ("Recent bookings", "Sensing", "+"),
)
BESIDE = (
    ("Orders due", "Orders"),
    ("Forecast they consume", "Consumed"),
    ("Demand to supply", "Demand"),
    ("Naive, to beat", "Naive"),
    ("80 % low", "Low 80"),
    ("80 % high", "High 80"),
)
"""What stands under the sum, and the column each is read from."""
RANGES = ("Low 80", "High 80")
"""Figures that do not add up over markets."""
VOICES = ("Sales", "Marketing", "Finance", "Final")
ANY = '"<>|"'
"""Criterion that every market meets, a blank one too."""
_TABLE = "tblForecast"
_FILED = "tblRecentHistory"
"""History of the file that the settings name; empty where they name none."""
_NEW, _PLAN = "tblNewProducts", "tblLaunchPlan"


def show_item(book: Book, sheet: Worksheet, row: int, last: int) -> int:
    """Write the part from `row`, from 0, on; return its last row as Excel counts."""
    section(book, sheet, row, "WHY THIS NUMBER: ONE ITEM, MARKET AND MONTH", last)
    item, market, month = _choosers(book, sheet, row + 1)
    rows = (("Item", item), ("Market", f'IF({market}="",{ANY},{market}&"")'))
    cell = (*rows, ("Month", f"EDATE({month},0)"))
    line = _sum(book, sheet, row + 3, cell)
    _reasons(book, sheet, row + 3, item, market, month)
    _chart(book, sheet, row + 3, rows, item, market)
    return max(line, row + 25)


def _choosers(book: Book, sheet: Worksheet, row: int) -> tuple[str, str, str]:
    """Write the three choosers; return the cells that hold what counts, a default where a chooser is empty."""
    sheet.set_row_pixels(row, 24)
    largest = "INDEX(tblForecast[Item],MATCH(MAX(tblForecast[Consensus]),tblForecast[Consensus],0))"
    write(sheet, row, 0, "Item (empty: largest forecast)", book.style("Label"))
    sheet.merge_range(row, 3, row, 4, "Market (empty: all)", book.style("Label", align="right"))
    write(sheet, row, 9, "Month", book.style("Label", align="right"))
    n = row + 1
    for first, end in ((1, 2), (5, 7)):
        sheet.merge_range(row, first, row, end, "", book.style("InputText", bold=True))
    sheet.write_blank(row, 10, None, book.style("Input", "month", bold=True))
    sheet.data_validation(row, 1, row, 1, {"validate": "any", "input_title": "Item", "input_message": "Its code."})
    sheet.data_validation(
        row, 10, row, 10,
        {"validate": "any", "input_title": "Month", "input_message": "Any date in it; empty: the open month."},
    )  # fmt: skip
    small = book.style("Note")
    write(sheet, row + 1, 0, f'=IF($B${n}="",IFERROR({largest}&"",""),$B${n}&"")', small)
    write(sheet, row + 1, 4, f'=$F${n}&""', small)
    start = f"DATE(YEAR($K${n}),MONTH($K${n}),1)"
    month = f"=IF(ISNUMBER($K${n}),{start},sop_current)"
    write(sheet, row + 1, 10, month, book.style("Note", "month", align="right"))
    return f"$A${n + 1}", f"$E${n + 1}", f"$K${n + 1}"


def _sum(book: Book, sheet: Worksheet, row: int, cell: tuple[tuple[str, str], ...]) -> int:
    """Write statistical + events + launches + initiatives + bookings = baseline, the voices, consensus and demand."""
    write(sheet, row, 0, "The sum", book.style("Header"))
    write(sheet, row, 1, "Units", book.style("Header", align="right"))
    line = row + 1
    first = line + 1
    for name, column, sign in PARTS:
        write(sheet, line, 0, f"{sign} {name}".strip(), book.style("Label"))
        write(sheet, line, 1, f"={known(_TABLE, column, *cell)}", book.style("Calc", "units"))
        line += 1
    write(sheet, line, 0, "Baseline", book.style("OutputLabel"))
    write(sheet, line, 1, f'=IF(COUNT(B{first}:B{line})=0,"",SUM(B{first}:B{line}))', book.style("Output", "units"))
    baseline = line + 1
    for column in VOICES:
        line += 1
        words = "Final word (replaces)" if column == "Final" else f"{column} (weighed in)"
        write(sheet, line, 0, words, book.style("Label"))
        write(sheet, line, 1, f"={known(_TABLE, column, *cell)}", book.style("Calc", "override"))
    write(sheet, line + 1, 0, "Weighing and final word", book.style("Label"))
    consensus = f"B{line + 3}"
    change = f'=IF(COUNT({consensus},B{baseline})<2,"",{consensus}-B{baseline})'
    write(sheet, line + 1, 1, change, book.style("Calc", "delta"))
    write(sheet, line + 2, 0, "Consensus", book.style("SubtotalLabel"))
    write(sheet, line + 2, 1, f"={known(_TABLE, 'Consensus', *cell)}", book.style("Subtotal", "units"))
    for k, (name, column) in enumerate(BESIDE):
        write(sheet, line + 3 + k, 0, name, book.style("Label_2"))
        value = known(_TABLE, column, *cell)
        one = f'=IF({cell[1][1]}={ANY},"",{value})' if column in RANGES else f"={value}"
        write(sheet, line + 3 + k, 1, one, book.style("Soft", "units"))
    return line + 3 + len(BESIDE)


def _reasons(book: Book, sheet: Worksheet, row: int, item: str, market: str, month: str) -> None:
    """Write the method, why it was chosen, and its backtest errors beside naive's."""
    write(sheet, row, 3, "Method and how it did in the past", book.style("Header", text_wrap=False))
    for column in range(4, 7):
        sheet.write_blank(row, column, None, book.style("Header"))
    keys = f'({_TABLE}[Item]={item})*(({market}="")+({_TABLE}[Market]={market}))*({_TABLE}[Month]={month})'
    found = f"SUMPRODUCT(MAX({keys}*ROW({_TABLE}[Item])))-ROW({_TABLE}[[#Headers],[Item]])"
    method = f'=IFERROR(IF({found}<1,"",INDEX({_TABLE}[Method],{found})&""),"")'
    sheet.merge_range(row + 1, 3, row + 2, 6, "", book.style("NoteWrap"))
    sheet.write_formula(row + 1, 3, method, book.style("NoteWrap"), "")
    sheet.merge_range(row + 3, 3, row + 5, 6, "", book.style("NoteWrap"))
    why = f'"{MARKED}"'
    for part, words in reversed(REASONS):
        why = f'IF(ISNUMBER(SEARCH("{part}",$D${row + 2})),"{words}",{why})'
    why = f'=IF($D${row + 2}="","{NO_METHOD[0].upper()}{NO_METHOD[1:]}.","Since "&{why}&".")'
    sheet.write_formula(row + 3, 3, why, book.style("NoteWrap"), "")
    for column, head in enumerate(("Ahead", "WMAPE", "Naive", "FVA"), start=3):
        write(sheet, row + 6, column, head, book.style("Header", align="right", text_wrap=False))
    for lag in (1, 2, 3):
        line = row + 6 + lag
        where = (("Item", item), ("Lag", str(lag)))
        sheet.write_number(line, 3, lag, book.style("Calc", "general"))
        for column, (header, number) in enumerate(
            (("WMAPE", "percent_points_1"), ("Naive WMAPE", "percent_points_1"), ("FVA", "points")), start=4
        ):
            write(sheet, line, column, f"={known('tblAccuracy', header, *where)}", book.style("Calc", number))
    better = f'=IF(G{row + 8}="","Not scored: nothing was sold in the last twelve months.",IF(G{row + 8}>0,"The '
    better += f'method beats naive by "&{figure(f"G{row + 8}", 1)}&" points one month ahead.","▲ Naive was nearer one '
    better += f'month ahead, by "&{figure(f"-G{row + 8}", 1)}&" points: look at the history."))'
    sheet.merge_range(row + 10, 3, row + 11, 6, "", book.style("NoteWrap"))
    sheet.write_formula(row + 10, 3, better, book.style("NoteWrap"), "")
    _launch(book, sheet, row + 13, item, month)


def _launch(book: Book, sheet: Worksheet, row: int, item: str, month: str) -> None:
    """Write the launch of the item: gate, odds, curve and like items, and its part in the month."""
    write(sheet, row, 3, "Launch behind it", book.style("Header", text_wrap=False))
    for column in range(4, 7):
        sheet.write_blank(row, column, None, book.style("Header"))

    def of(header: str) -> str:
        return f"INDEX({_NEW}[{header}],MATCH({item},{_NEW}[Item],0))"

    gate = f'IF({of("Gate")}="","",", gate "&{of("Gate")})'
    told = f'{of("Launch")}&{gate}&", probability "&{figure(of("Probability"))}&" %, from "&'
    told += f'{month_words(of("Launch month"))}&": "&{of("Basis")}'
    sheet.merge_range(row + 1, 3, row + 4, 6, "", book.style("NoteWrap"))
    none = '"No launch: see Demand changes for events and initiatives, Overrides for what was said."'
    sheet.write_formula(row + 1, 3, f"=IFERROR({told},{none})", book.style("NoteWrap"), "")
    where = (("Launch", of("Launch")), ("Month", f"EDATE({month},0)"))
    for k, header in enumerate(("Sell-through", "Pipeline fill", "If success")):
        line = row + 5 + k
        write(sheet, line, 3, header + " (all markets)" * (k == 2), book.style("Label_2"))
        value = f'=IFERROR({known(_PLAN, header, *where)},"")'
        write(sheet, line, 6, value, book.style("Soft", "units"))


def _chart(book: Book, sheet: Worksheet, row: int, rows: tuple[tuple[str, str], ...], item: str, market: str) -> None:
    """Draw history, forecast, interval and last cycle of the chosen item."""
    view = "Accuracy"
    here = tuple((header, _on(view, words, (item, market))) for header, words in rows)
    chosen, place_ = f"'{view}'!{item}", f"'{view}'!{market}"
    heads = [f"=EDATE(sop_current,{k})" for k in range(-PAST, AHEAD)]
    block = Block(book, DATA, "ACCURACY: THE CHOSEN ITEM", heads, number="month")
    cells = [f"{xl_col_to_name(1 + k)}${DATA + 2}" for k in range(PAST + AHEAD)]
    sold = f'=IF(COUNT({_FILED}[Quantity])>0,"file",'
    sold += f'IF(SUMIFS(tblActuals[Quantity],tblActuals[Item],{chosen},tblActuals[Measure],"bookings")>0,"bookings",'
    sold += '"shipments"))'
    measure = block.add("Measure", [sold], "text")
    kind = f"$B${measure + 1}"
    markets = f'IF({place_}="",{ANY},{place_}&"")'
    closed: list[str | None] = [
        f'=IF({kind}="file",SUMIFS({_FILED}[Quantity],{_FILED}[Item],{chosen},{_FILED}[Market],{markets},'
        f"{_FILED}[Month],{c}),SUMIFS(tblActuals[Quantity],tblActuals[Measure],{kind},tblActuals[Item],{chosen},"
        f"tblActuals[Market],{markets},tblActuals[Month],{c}))"
        for c in cells[:PAST]
    ]
    months = cells[PAST:]
    agreed = [known(_TABLE, "Consensus", *here, ("Month", c)) for c in months]

    def ahead(values: list[str], unless: str = "FALSE") -> list[str | None]:
        """Open months only; where there is no figure the line runs behind that of the consensus."""
        return [
            *[None] * PAST,
            *(f'=N(IF({unless},{c},IF({v}="",{c},{v})))' for v, c in zip(values, agreed, strict=True)),
        ]

    def forecast(column: str) -> list[str]:
        return [known(_TABLE, column, *here, ("Month", c)) for c in months]

    last = [known("tblLastCycle", "Forecast", ("Item", chosen), ("Month", c)) for c in months]
    lines = (
        ("Actual", [*closed, *[None] * AHEAD], ACTUAL, "solid", 2.25),
        ("Consensus", ahead(agreed), ACCENT, "solid", 2.25),
        ("Statistical", ahead(forecast("Statistical")), ACCENT, "dash", 1.25),
        ("80 % low", ahead(forecast("Low 80"), f'{place_}=""'), RULE, "solid", 1),
        ("80 % high", ahead(forecast("High 80"), f'{place_}=""'), RULE, "solid", 1),
        ("Last cycle", ahead(last, f'{place_}<>""'), SLATE, "round_dot", 1.5),
    )
    chart = base_chart(book, {"type": "line"}, size=(590, 320))
    chart.show_blanks_as("span")
    drawn = {name: block.add(name, figures, "units") for name, figures, *_ in lines}
    sold_units = f"SUM({across(drawn['Actual'], PAST)})"
    change = f"100*(SUM({across(drawn['Consensus'], AHEAD, PAST)})/{sold_units}-1)"
    title = (
        f'={item}&IF({market}="",", all markets"," in "&{market})&": "&IF({sold_units}<=0,"nothing sold in 12 months",'
        f'"the next 12 months are "&{signed(change)}&" % to the last 12")'
    )
    chart_titles(
        book, sheet, row, 8, title, "Units a month  |  the 80 % range needs one market, last cycle all of them"
    )
    for name, _, colour, dash, width in lines:
        chart.add_series(
            {
                **block.series(drawn[name], PAST + AHEAD),
                "line": {"color": colour, "width": width, "dash_type": dash},
            }
        )
    axes(chart)
    place(sheet, row + 2, 8, chart, description="History, forecast, range and last cycle of the chosen item")


def _on(view: str, words: str, cells: tuple[str, ...]) -> str:
    """Return the fragment with the view's cells named in full, for another sheet."""
    for cell in cells:
        words = words.replace(cell, f"'{view}'!{cell}")
    return words
