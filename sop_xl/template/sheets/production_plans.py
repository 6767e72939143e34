"""The view Production plans: chase, level and mixed beside the optimum, rough-cut capacity, and building ahead."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name

from sop_xl.template.blocks import Block, Ranking, at, chart_titles
from sop_xl.template.charts import FORECAST_FILL, axes, base_chart, place
from sop_xl.template.formulas import OPEN_MONTHS, count_of, known, sum_of
from sop_xl.template.parts import (
    AHEAD,
    FIRST,
    LAST,
    QUARTERS,
    TIME_WIDTHS,
    heat,
    masthead,
    print_page,
    protect,
    section,
    time_header,
    write,
)
from sop_xl.template.ranked_list import ListColumn
from sop_xl.template.rows import HAIR, OPEN, Measure, paper_areas, paper_rules, time_row
from sop_xl.template.style import ACCENT, SERIES
from sop_xl.template.words import figure, money

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Production plans"
_AT = f"'{SHEET}'"
CHOOSER = 8
RATES = CHOOSER + 1
STRATEGIES = ("chase", "level", "mixed", "optimum")
NAMES = ("Chase", "Level", "Mixed", "Optimum")
CHARTS = RATES + 10
ROUGH = CHARTS + 16
RESOURCES, LISTED = 8, 60
BUILD = ROUGH + RESOURCES + 1
AHEAD_ROWS = 8
DATA = 1400
"""First row of this view on Chart data."""
_RATES, _ROUGH, _BUILD = "tblRatePlans", "tblRoughCut", "tblPrebuild"
_FAMILY = at(DATA + 2, 1)


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", TIME_WIDTHS)
    subtitle = (
        f'=IF(COUNT({_RATES}[Month])=0,"No plan yet","Chase makes what each month needs, level one rate a day, '
        'mixed changes its rate twice  |  they do not look at capacity; the optimum does")'
    )
    masthead(book, sheet, SHEET, subtitle, LAST)
    time_header(book, sheet, 4, ("Family", "", "Trend", "Unit", "", "Next 12"))
    write(sheet, 4, QUARTERS, "Quarters, sum", book.style("Band"))
    _chooser(book, sheet)
    for offset, measure in enumerate(_rate_rows()):
        time_row(book, sheet, RATES + offset, measure)
    _charts(book, sheet)
    ranking = _rank(book)
    _rough(book, sheet, ranking)
    _prebuild(book, sheet)
    sheet.freeze_panes(7, FIRST)
    protect(sheet)
    print_page(sheet, f"A1:AA{BUILD + AHEAD_ROWS + 2}", repeat=(0, 6))


def _chooser(book: Book, sheet: Worksheet) -> None:
    block = Block(book, DATA, "PRODUCTION PLANS: FAMILY SHOWN", ())
    largest = f'IFERROR(INDEX({_RATES}[Family],MATCH(MAX({_RATES}[Hours]),{_RATES}[Hours],0))&"","")'
    block.add("Family", (f'=IF({_AT}!$A${CHOOSER + 1}="",{largest},{_AT}!$A${CHOOSER + 1})',))
    words = f'=IF({_FAMILY}="","PRODUCTION OF ONE FAMILY","PRODUCTION OF "&UPPER({_FAMILY}))'
    section(book, sheet, CHOOSER - 1, words, LAST)
    costs = [f'"{name} "&{money(f"({_cost(strategy)})")}' for name, strategy in zip(NAMES, STRATEGIES, strict=True)]
    told = '&",  "&'.join(costs)
    total = f'=IF(COUNT({_RATES}[Month])=0,"","stock and lateness, all months, "&sop_currency&":  "&{told})'
    write(sheet, CHOOSER - 1, LAST, total, book.style("Section", align="right", bold=False, font_size=9))
    sheet.set_row_pixels(CHOOSER, 20)
    write(sheet, CHOOSER, 0, None, book.style("InputText", "text"))
    rule = {
        "validate": "list",
        "source": "=INDEX(tblFamilies[Family],0)",
        "ignore_blank": True,
        "input_title": "Family",
        "input_message": "Choose a family that is made; empty: the one with the largest month in hours.",
        "error_type": "warning",
        "error_message": "Choose a family of the list, or leave the cell empty.",
    }
    sheet.data_validation(CHOOSER, 0, CHOOSER, 0, rule)
    write(sheet, CHOOSER, 1, "◄ choose; empty: the largest", book.style("Note"))


def _cost(strategy: str) -> str:
    where = (("Family", _FAMILY), ("Strategy", f'"{strategy}"'))
    return f"{sum_of(_RATES, 'Holding cost', *where)}+{sum_of(_RATES, 'Late cost', *where)}"


def _rate_rows() -> list[Measure]:
    """Return demand, then production and stock less backlog of each strategy."""

    def of(column: str, strategy: str, c: str) -> str:
        where = (("Family", _FAMILY), ("Strategy", f'"{strategy}"'), ("Month", f"{c}$6"))
        return f"={known(_RATES, column, *where)}"

    def net(strategy: str, c: str) -> str:
        where = (("Family", _FAMILY), ("Strategy", f'"{strategy}"'), ("Month", f"{c}$6"))
        stock, late = (sum_of(_RATES, column, *where) for column in ("Stock", "Backlog"))
        return f'=IF({count_of(_RATES, *where)}=0,"",{stock}-{late})'

    rows = [Measure("Demand", partial(of, "Demand", "optimum"), unit="units", role="Output")]
    for name, strategy in zip(NAMES, STRATEGIES, strict=True):
        strong = strategy == "optimum"
        rows.append(Measure(f"{name}: made", partial(of, "Production", strategy), unit="units", bold=strong))
        rows.append(
            Measure(
                "stock less backlog",
                partial(net, strategy),
                unit="units",
                label_role="Label_2",
                total="mean",
                quarters="last",
                tag="mean, end",
            )
        )
    return rows


def _charts(book: Book, sheet: Worksheet) -> None:
    heads = [f"={_AT}!{xl_col_to_name(OPEN + k)}$6" for k in range(AHEAD)]
    block = Block(book, DATA + 4, "PRODUCTION PLANS: MADE AND IN STOCK", heads, number="month")

    def row(offset: int) -> list[str]:
        return [f"=N({_AT}!{xl_col_to_name(OPEN + k)}${RATES + 1 + offset})" for k in range(AHEAD)]

    made = [block.add(name, row(1 + 2 * k), "units") for k, name in enumerate(NAMES)]
    held = [block.add(f"{name} stock", row(2 + 2 * k), "units") for k, name in enumerate(NAMES)]
    peak, mean = f"MAX({_AT}!$K${RATES + 8}:$V${RATES + 8})", f"AVERAGE({_AT}!$K${RATES + 8}:$V${RATES + 8})"
    title = (
        f'=IF(COUNT({_AT}!$K${RATES + 8}:$V${RATES + 8})=0,"What each strategy makes","The optimum makes up to "&'
        f'{figure(peak)}&" a month, "&FIXED(100*({peak}/MAX(1,{mean})-1),0)&" % above its mean")'
    )
    chart_titles(book, sheet, CHARTS, 0, title, "Units made a month  |  hatched the optimum, lines the others")
    _chart(book, sheet, block, made, CHARTS + 2, 0, "Units made by month: optimum, chase, level, mixed")
    stock = [f"N({_AT}!$F${RATES + 3 + 2 * k})" for k in range(4)]
    title = (
        f'=IF(COUNT({_AT}!$K${RATES + 8}:$V${RATES + 8})=0,"Stock each leaves","In stock on average: optimum "&'
        f'{figure(stock[3])}&", chase "&{figure(stock[0])}&", level "&{figure(stock[1])})'
    )
    chart_titles(book, sheet, CHARTS, 12, title, "Stock less backlog at the month's end, units")
    _chart(
        book, sheet, block, held, CHARTS + 2, 12, "Stock less backlog by month: optimum, chase, level, mixed", low=None
    )


def _chart(
    book: Book,
    sheet: Worksheet,
    block: Block,
    rows: list[int],
    row: int,
    column: int,
    words: str,
    *,
    low: float | None = 0,
) -> None:
    chart = base_chart(book, {"type": "column"}, size=(724, 258))
    chart.add_series(block.series(rows[3], AHEAD, gap=45, **FORECAST_FILL))
    lines = book.book.add_chart({"type": "line"})
    looks = (
        {"color": ACCENT, "width": 2},
        {"color": SERIES[1], "width": 2},
        {"color": SERIES[0], "width": 1.5, "dash_type": "dash"},
    )
    for series, line in zip(rows[:3], looks, strict=True):
        lines.add_series(block.series(series, AHEAD, line=line))
    chart.combine(lines)
    axes(chart, low=low)
    place(sheet, row, column, chart, description=words)


def _rank(book: Book) -> Ranking:
    listed = [
        f'=IF(ROWS(tblResources[Resource])<{k},"",INDEX(tblResources[Resource],{k})&"")' for k in range(1, LISTED + 1)
    ]

    def peak(name: str) -> str:
        free = f"{_ROUGH}[Available hours]"
        ratio = f"({free}>0)*{_ROUGH}[Bill of labour]/({free}+({free}=0))"
        window = f"({_ROUGH}[Month]>=sop_current)*({_ROUGH}[Month]<EDATE(sop_current,12))"
        found = f"SUMPRODUCT(MAX(({_ROUGH}[Resource]={name})*{window}*{ratio}))"
        return f'=IF({name}="",-1,IF({count_of(_ROUGH, ("Resource", name), *OPEN_MONTHS)}=0,-1,{found}))'

    return Ranking(book, DATA + 16, "PRODUCTION PLANS: RESOURCES BY ROUGH-CUT PEAK", listed, peak, "Peak")


def _rough(book: Book, sheet: Worksheet, ranking: Ranking) -> None:
    """Write the rough-cut load by the bill of labour, with what the two other ways and the past say beside it."""
    section(book, sheet, ROUGH - 1, "ROUGH-CUT LOAD OF GOODS FOR CUSTOMERS, BILL OF LABOUR", LAST)
    note = "B: demonstrated, E: regular hours a month  |  quarters: mean  |  other ways: sheet Rough cut"
    write(sheet, ROUGH - 1, LAST, note, book.style("Section", align="right", bold=False, font_size=9))
    for k in range(RESOURCES):
        row = ROUGH + k
        name = f"$A{row + 1}"

        def load(c: str, name: str = name) -> str:
            where = (("Resource", name), ("Month", f"{c}$6"))
            free, used = (sum_of(_ROUGH, column, *where) for column in ("Available hours", "Bill of labour"))
            return f'=IF(OR({name}="",{count_of(_ROUGH, *where)}=0),"",IF({free}>0,{used}/{free},""))'

        def mean(column: str, name: str = name) -> str:
            where = (("Resource", name), *OPEN_MONTHS)
            months = count_of(_ROUGH, *where, (column, '"<>"'))
            return f'=IF({name}="","",IF({months}=0,"",{sum_of(_ROUGH, column, *where)}/{months}))'

        measure = Measure(
            label=ranking.name(k + 1),
            month=load,
            unit=f'=IF({name}="","","%")',
            number="load",
            tag=mean("Demonstrated hours"),
            tag_number="units",
            aim=mean("Available hours"),
            aim_number="units",
            total="max",
            quarters="mean",
            paper=True,
        )
        time_row(book, sheet, row, measure)
    for area in paper_areas(ROUGH, ROUGH + RESOURCES - 1)[1:]:
        heat(book, sheet, area, **HAIR)
    paper_rules(book, sheet, ROUGH, ROUGH + RESOURCES - 1, closed=False)


def _prebuild(book: Book, sheet: Worksheet) -> None:
    """List what is built ahead of peaks on each resource, what it costs, and what not doing so would cost."""
    hours, overtime, late = (
        figure(f"SUM({_BUILD}[{name}])") for name in ("Hours ahead", "Overtime hours saved", "Late hours saved")
    )
    holding, instead = (money(f"SUM({_BUILD}[{name}])") for name in ("Holding cost", "Cost without"))
    words = (
        f'=IF(COUNT({_BUILD}[Hours ahead])=0,"BUILDING AHEAD OF PEAKS: NO RESOURCE NEEDS IT",'
        f'"BUILDING AHEAD OF PEAKS:  "&{hours}&" h, held for "&{holding}&" "&sop_currency&"; without it "&{overtime}&'
        f'" h of overtime and "&{late}&" h late, "&{instead}&" "&sop_currency)'
    )
    section(book, sheet, BUILD, words, LAST)
    note = "k: thousands  |  without: premium of overtime that has room, a month late beyond it  |  all planned months"
    write(sheet, BUILD, LAST, note, book.style("Section", align="right", bold=False, font_size=9))
    columns = (
        ListColumn(0, "Resource", lambda get: get("Resource")),
        ListColumn(2, "Peak", lambda get: get("Peak month"), "month"),
        ListColumn(5, "Beyond h", lambda get: get("Hours beyond"), "units"),
        ListColumn(8, "Ahead h", lambda get: get("Hours ahead"), "units"),
        ListColumn(9, "Months", lambda get: get("Months ahead"), "one_decimal"),
        ListColumn(11, "Holding k", lambda get: get("Holding cost"), "thousands"),
        ListColumn(13, "Overtime h", lambda get: get("Overtime hours saved"), "units"),
        ListColumn(15, "Late h", lambda get: get("Late hours saved"), "units"),
        ListColumn(17, "Without k", lambda get: get("Cost without"), "thousands"),
        ListColumn(19, "Saving k", lambda get: get("Saving"), "thousands_delta"),
        ListColumn(21, "Verdict", lambda get: get("Verdict")),
    )
    for at_column in range(LAST + 1):
        write(sheet, BUILD + 1, at_column, None, book.style("Header"))
    for column in columns:
        write(sheet, BUILD + 1, column.at, column.head, book.style("Header", text_wrap=False, **column.side))
        for k in range(1, AHEAD_ROWS + 1):
            _prebuild_cell(book, sheet, column, k)
    for k in range(1, AHEAD_ROWS + 1):
        sheet.set_row_pixels(BUILD + 1 + k, 17)
    hair = {"type": "formula", "criteria": f'=$A{BUILD + 3}<>""', "format": book.look(**HAIR)}
    sheet.conditional_format(BUILD + 2, 0, BUILD + 1 + AHEAD_ROWS, LAST, hair)


def _prebuild_cell(book: Book, sheet: Worksheet, column: ListColumn, k: int) -> None:
    content = column.shows(lambda header: f"INDEX({_BUILD}[{header}],{k})")
    look = book.style("Calc", column.number, bottom=0) if column.number else book.style("CalcText", bottom=0, indent=1)
    there = f"COUNT({_BUILD}[Hours ahead])<{k}"
    write(sheet, BUILD + 1 + k, column.at, f'=IF({there},"",IF({content}="","",{content}))', look)
