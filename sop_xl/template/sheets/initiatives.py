"""The view Initiative plan: each one with volume, hours, money and payback, in the plan or beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, across, at, chart_titles, ranked
from sop_xl.template.charts import FONT, FORECAST_FILL, axes, base_chart, place
from sop_xl.template.formulas import known
from sop_xl.template.names import SHEET as DATA_SHEET
from sop_xl.template.parts import HALF_THOUSAND, masthead, print_page, protect, section, signs, write
from sop_xl.template.style import ACCENT, ADVERSE, FAVOURABLE, GOOD_FILL, GOOD_INK, LINE, MUTE
from sop_xl.template.words import cut, money, month_words, plural, signed_money

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Initiative plan"
LISTED, MONTHS = 10, 12
LAST = 15
"""Last column, from 0."""
WIDTHS = (("A:A", 58), ("B:B", 236), ("C:D", 84), ("E:M", 78), ("N:N", 104), ("O:P", 78))
TOP = 4
DETAIL = TOP + LISTED + 4
"""Row, from 0, of the bar of the chosen initiative."""
THOUSANDS = '#,##0," k";"−"#,##0," k";0'
DATA = 3800
"""First row of this view on Chart data."""
_LIST, _EFFECTS = "tblInitiativeList", "tblInitiativeEffects"
COLUMNS = (
    (2, "Owner", "Owner", ""),
    (3, "Type", "Type", ""),
    (4, "Status", "Status", ""),
    (5, "Chance", "Chance", "percent_points_0"),
    (6, "In the plan", "In the plan", "percent_points_0"),
    (7, "Volume", "Volume", "delta"),
    (8, "Hours", "Hours", "delta"),
    (9, "Benefit", "Benefit", "thousands_delta"),
    (10, "Spending", "Spending", "thousands"),
    (11, "Net", "Net", "thousands_delta"),
    (12, "Weighed", "Weighed", "thousands_delta"),
)
"""Column of the view, its head, the header in the list, its number format."""
ROWS = (
    ("Volume, units", "Volume", "delta", True),
    ("Hours", "Hours", "delta", True),
    ("Revenue", "Revenue", "thousands_delta", True),
    ("Margin", "Margin", "thousands_delta", True),
    ("Worth of hours", "Worth of hours", "thousands_delta", True),
    ("Running cost", "Running cost", "thousands_delta", False),
    ("One-off cost", "One-off cost", "thousands", False),
    ("Capex", "Capex", "thousands", False),
    ("Net", "Net", "thousands_delta", True),
    ("Added up", "Added up", "thousands_delta", True),
)
"""Rows of the chosen initiative: label, column of its table, format, whether more is good."""
CHARTS = DETAIL + len(ROWS) + 4


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    subtitle = (
        '="Next 12 months, each alone and as if certain, k"&sop_currency&"  |  hours at what they save in the plan  |  '
        'switch: Status and Planned at (weighted, full, off) on the sheet Initiatives"'
    )
    masthead(book, sheet, "Initiative plan: what they change, what they cost, when they pay back", subtitle, LAST)
    places = ranked(book, DATA, "INITIATIVES: BY WEIGHED NET", f"{_LIST}[Rank]", LISTED)
    _list(book, sheet, places)
    _detail(book, sheet, places[0])
    _charts(book, sheet, places)
    sheet.freeze_panes(TOP, 2)
    protect(sheet)
    print_page(sheet, f"A1:{xl_col_to_name(LAST)}{CHARTS + 16}", repeat=(0, 3))


def _list(book: Book, sheet: Worksheet, places: list[str]) -> None:
    many, weighed = f'COUNTIFS({_LIST}[Initiative],"?*")', f"SUM({_LIST}[Weighed])"
    held = f'COUNTIFS({_LIST}[In the plan],">0")'
    words = (
        f'="INITIATIVES"&IF({many}=0,"",":  "&{plural(many, "INITIATIVE", "INITIATIVES")}&", "&{held}&" IN THE PLAN; '
        f'NET WEIGHED BY CHANCE "&{signed_money(weighed)}&" "&sop_currency)'
    )
    section(book, sheet, TOP, words, LAST)
    heads = {
        0: "Id",
        1: "Initiative",
        **{column: head for column, head, _, _ in COLUMNS},
        13: "Paid back",
        14: "Acts from",
    }
    numeric = {column for column, _, _, number in COLUMNS if number}
    for column in range(LAST + 1):
        side = "right" if column in numeric else "left"
        more: dict[str, Any] = {"indent": 1} if column not in numeric and column else {}
        write(sheet, TOP + 1, column, heads.get(column), book.style("Header", align=side, text_wrap=False, **more))
    for k, place_of in enumerate(places):
        row = TOP + 2 + k
        sheet.set_row_pixels(row, 20)
        for column in range(LAST + 1):
            write(sheet, row, column, None, book.style("CalcText"))

        def cell(header: str, of: str = place_of) -> str:
            return f"INDEX({_LIST}[{header}],{of})"

        none = '"No initiative is listed"' if k == 0 else '""'
        write(sheet, row, 0, f'=IF({place_of}="","",{cut(cell("Initiative"), 8)})', book.style("CalcText"))
        write(
            sheet,
            row,
            1,
            f'=IF({place_of}="",{none},{cut(cell("Name"), 40)})',
            book.style("CalcText", indent=1, bold=True),
        )
        for column, _, header, number in COLUMNS:
            look = book.style("Calc", number) if number else book.style("CalcText", indent=1)
            content = cell(header) if number else cut(cell(header), 14)
            write(sheet, row, column, f'=IF({place_of}="","",{content})', look)
        back, spent = cell("Paid back"), cell("Spending")
        told = f'IF({back}="",IF({spent}=0,"nothing spent","not in plan"),{month_words(back)})'
        write(sheet, row, 13, f'=IF({place_of}="","",{told})', book.style("CalcText", indent=1))
        start = f"INDEX(tblInitiatives[From],MATCH({cell('Initiative')},tblInitiatives[Initiative],0))"
        since = f'IFERROR(IF({start}="","now",{month_words(start)}),"")'
        write(sheet, row, 14, f'=IF({place_of}="","",{since})', book.style("CalcText", indent=1, font_color=MUTE))
    first, last = TOP + 3, TOP + 2 + LISTED
    for letter in ("J", "L", "M"):
        signs(book, sheet, f"{letter}{first}:{letter}{last}", least=HALF_THOUSAND)
    rule = {"type": "cell", "criteria": ">", "value": 0, "format": book.look(bg_color=GOOD_FILL, font_color=GOOD_INK)}
    sheet.conditional_format(f"G{first}:G{last}", rule)


def _detail(book: Book, sheet: Worksheet, first: str) -> None:
    """Write the months of the chosen initiative; the first of the list until one is chosen."""
    section(book, sheet, DETAIL, "ONE INITIATIVE BY MONTH, AS IF CERTAIN", LAST)
    write(sheet, DETAIL, 3, None, book.style("InputText", bold=True))
    sheet.data_validation(
        DETAIL, 3, DETAIL, 3,
        {"validate": "list", "source": "=sop_initiatives", "ignore_blank": True, "error_type": "warning",
         "input_title": "Initiative", "input_message": "Choose one; empty: the first of the list above."},
    )  # fmt: skip
    book.book.define_name("sop_initiatives", f"={_LIST}[Initiative]")
    head = DETAIL + 1
    write(sheet, head, 0, None, book.style("Header"))
    chosen = f'IF($D${DETAIL + 1}<>"",$D${DETAIL + 1}&"",IF({first}="","",INDEX({_LIST}[Initiative],{first})))'
    name = f'IFERROR(INDEX({_LIST}[Name],MATCH({chosen},{_LIST}[Initiative],0))&"","")'
    write(sheet, head, 1, f'={chosen}&IF({name}="","","  ")&{cut(name, 30)}', book.style("Header"))
    write(sheet, head, 2, "12 months", book.style("Header", align="right"))
    write(sheet, head, 3, None, book.style("Header"))
    for k in range(MONTHS):
        write(
            sheet,
            head,
            4 + k,
            f"=EDATE(sop_current,{k})",
            book.style("Header", "month", align="right", text_wrap=False),
        )
    for offset, (label, header, number, good) in enumerate(ROWS, start=1):
        row, total = head + offset, label in ("Net", "Added up")
        write(sheet, row, 0, None, book.style("OutputLabel" if total else "Label"))
        write(sheet, row, 1, label, book.style("OutputLabel" if total else "Label"))
        write(sheet, row, 3, None, book.style("OutputLabel" if total else "Label"))
        for k in range(MONTHS):
            month = f"{xl_col_to_name(4 + k)}${head + 1}"
            where = (("Initiative", f"{chosen}"), ("Month", month))
            write(
                sheet,
                row,
                4 + k,
                f"={known(_EFFECTS, header, *where)}",
                book.style("Output" if total else "Calc", number),
            )
        n = row + 1
        fold = f"=P{n}" if label == "Added up" else f'=IF(COUNT(E{n}:P{n})=0,"",SUM(E{n}:P{n}))'
        write(sheet, row, 2, fold, book.style("Output" if total else "Calc", number, bold=True))
        if number.startswith("thousands_delta"):
            signs(book, sheet, f"C{n}:P{n}", good_when_positive=good, least=HALF_THOUSAND)


def _charts(book: Book, sheet: Worksheet, places: list[str]) -> None:
    """Draw what each initiative brings and takes, and how the chosen one pays back."""
    block = Block(book, DATA + LISTED + 4, "INITIATIVES: BENEFIT AND SPENDING", ("Benefit", "Spending"))
    top = block.next
    for place_of in places:
        named = f'=IF({place_of}="","",{cut(f"INDEX({_LIST}[Name],{place_of})", 24)})'
        cells = [
            f'=IF({place_of}="","",{sign}INDEX({_LIST}[{header}],{place_of}))'
            for header, sign in (("Benefit", ""), ("Spending", "-"))
        ]
        block.add(named, cells, "thousands_delta")
    last = block.next - 1
    best = places[0]
    title = (
        f'=IF({best}="","No initiative is listed",INDEX({_LIST}[Name],{best})&" brings most, weighed by chance: "&'
        f'{signed_money(f"INDEX({_LIST}[Weighed],{best})")}&" "&sop_currency)'
    )
    chart_titles(book, sheet, CHARTS, 0, title, '="Benefit in 12 months and spending, "&sop_currency&", as if certain"')
    chart = base_chart(book, {"type": "bar", "subtype": "stacked"}, size=(690, 270))
    names = [DATA_SHEET, top, 0, last, 0]
    for column, (words, colour) in enumerate((("Benefit", FAVOURABLE), ("Spending", ADVERSE)), start=1):
        values = [DATA_SHEET, top, column, last, column]
        chart.add_series({"name": words, "categories": names, "values": values, "gap": 45, "fill": {"color": colour}})
    plain: dict[str, Any] = {"num_font": FONT, "line": {"none": True}, "major_tick_mark": "none"}
    grid = {"visible": True, "line": {"color": LINE, "width": 0.5}}
    chart.set_x_axis({**plain, "num_format": THOUSANDS, "label_position": "high", "major_gridlines": grid})
    chart.set_y_axis({**plain, "reverse": True, "label_position": "low"})
    place(sheet, CHARTS + 2, 0, chart, description="Benefit and spending of each initiative")
    _payback(book, sheet, block.next + 1)


def _payback(book: Book, sheet: Worksheet, data: int) -> None:
    head = DETAIL + 1

    def cells(label: str) -> list[str]:
        row = head + 1 + next(k for k, line in enumerate(ROWS) if line[0] == label)
        return [f"='{SHEET}'!${xl_col_to_name(4 + k)}${row + 1}" for k in range(MONTHS)]

    heads = [f"='{SHEET}'!${xl_col_to_name(4 + k)}${head + 1}" for k in range(MONTHS)]
    block = Block(book, data, "INITIATIVES: THE CHOSEN ONE", heads, number="month")
    net, added = block.add("Net", cells("Net"), "thousands"), block.add("Added up", cells("Added up"), "thousands")
    end = at(added, MONTHS)
    who = f"'{SHEET}'!$B${head + 1}"
    owed, gained = money(f"-({end})"), signed_money(end)
    title = (
        f'=IF(COUNT({across(added, MONTHS)})=0,"No initiative is chosen",{who}&": "&IF({end}<0,{owed}&" "&sop_currency&'
        f'" still to come back",{gained}&" "&sop_currency)&" after 12 months")'
    )
    chart_titles(book, sheet, CHARTS, 8, title, '="Net a month, "&sop_currency&"  |  line: added up"')
    chart = base_chart(book, {"type": "column"}, size=(640, 270))
    chart.add_series(block.series(net, MONTHS, gap=45, **FORECAST_FILL))
    lines = book.book.add_chart({"type": "line"})
    lines.add_series(block.series(added, MONTHS, line={"color": ACCENT, "width": 2}))
    chart.combine(lines)
    axes(chart, number=THOUSANDS, low=None)
    chart.set_legend({"none": True})
    place(sheet, CHARTS + 2, 8, chart, description="Net effect of the chosen initiative by month, and added up")
