"""The view Risks & decisions: assumptions and what rests on them, risks and chances in money, the decision log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from sop_xl.schema.inputs import RISKS
from sop_xl.template.blocks import Block, across, at, chart_titles
from sop_xl.template.charts import axes, base_chart, place
from sop_xl.template.parts import HALF_THOUSAND, masthead, print_page, protect, section, signs, write
from sop_xl.template.sheets.executive_lists import numbers, smallest_rows
from sop_xl.template.style import ACCENT, ADVERSE, BAD, FAVOURABLE, GOOD, MUTE
from sop_xl.template.words import cut, money, month_words, plural, signed_money

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Risks & decisions"
LAST, MONTHS, MONTH = 14, 12, 2
"""Last column from 0; months shown, and the column of the first of them."""
WIDTHS = (("A:A", 64), ("B:B", 300), ("C:M", 78), ("N:N", 112), ("O:O", 84))
TOP = 4
COUNTS = {"assumptions": 8, "resting": 6, "risks": 8, "decisions": 8}
DATA = 3700
"""First row of this view on Chart data."""
CHART_ROWS = 12
_CHANCE = f"INDEX(tblRisks[[Id]:[Assumption]],0,{RISKS.fields.index('probability_pct') + 1})"
_WEIGHT = f'(({_CHANCE}+100*({_CHANCE}=""))/100)'
_MONEY = f"tblRisks[Margin]*{_WEIGHT}"


@dataclass(frozen=True)
class Field:
    """One column of a list: where it stands, its head, what it shows, and how."""

    at: int
    head: str
    shows: Callable[[str], str]
    number: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    subtitle = (
        '="k"&sop_currency&" of margin where money is shown, weighed by probability  |  beside the plan, not in it  |  '
        'closing a month tests assumptions  |  type: Assumptions, Risks, Decisions"'
    )
    masthead(book, sheet, "Risks & decisions: what the plan rests on, what may come, what is decided", subtitle, LAST)
    row = _assumptions(book, sheet, TOP)
    row = _resting(book, sheet, row + 1)
    row = _risks(book, sheet, row + 1)
    row = _by_month(book, sheet, row + 1)
    row = _decisions(book, sheet, row + 1)
    sheet.freeze_panes(TOP, 2)
    protect(sheet)
    print_page(sheet, f"A1:{xl_col_to_name(LAST)}{row}", repeat=(0, 3))


def _list(book: Book, sheet: Worksheet, bar: int, words: str, rows: list[str], fields: list[Field], empty: str) -> int:
    """Write a bar, heads and a line for each cell in `rows`, which holds a row's number; return the next row."""
    section(book, sheet, bar, words, LAST)
    for blank in range(LAST + 1):
        write(sheet, bar + 1, blank, None, book.style("Header"))
    for column in fields:
        side = "right" if column.number else "left"
        indent: dict[str, Any] = {"indent": 1} if not column.number and column.at else {}
        write(sheet, bar + 1, column.at, column.head, book.style("Header", align=side, text_wrap=False, **indent))
    for k, row in enumerate(rows):
        line = bar + 2 + k
        sheet.set_row_pixels(line, 19)
        for blank in range(LAST + 1):
            write(sheet, line, blank, None, book.style("CalcText"))
        for column in fields:
            nothing = f'"{empty}"' if k == 0 and column.at == 1 else '""'
            inset: dict[str, Any] = {"indent": 1} if not column.number and column.at else {}
            role, number = ("Calc", column.number) if column.number else ("CalcText", None)
            look = book.style(role, number, **{**inset, **column.more})
            write(sheet, line, column.at, f"=IF({row}=0,{nothing},{column.shows(row)})", look)
    return bar + 2 + len(rows)


def _of(table: str, header: str) -> Callable[[str], str]:
    """Return what gives the fragment of a cell, blank where it is blank."""

    def shows(row: str) -> str:
        cell = f"INDEX({table}[{header}],{row})"
        return f'IF({cell}="","",{cell})'

    return shows


def _text(table: str, header: str, length: int) -> Callable[[str], str]:
    return lambda row: cut(f"INDEX({table}[{header}],{row})", length)


def _month(table: str, header: str) -> Callable[[str], str]:
    def shows(row: str) -> str:
        cell = f"INDEX({table}[{header}],{row})"
        return f'IF({cell}="","",{month_words(cell)})'

    return shows


def _assumptions(book: Book, sheet: Worksheet, bar: int) -> int:
    table, number = "tblAssumptions", numbers("tblAssumptions")
    state = f"{table}[Status]"
    order = f'({state}="broken")*1+({state}="expired")*2+(({state}="open")+({state}="")>0)*3+({state}="held")*4'
    rows = smallest_rows(
        book, DATA, "RISKS: ASSUMPTIONS, BROKEN FIRST", f"({order})*10000+{number}", f'({table}[Id]<>"")', number,
        COUNTS["assumptions"],
    )  # fmt: skip
    many = f'COUNTIFS({table}[Id],"?*")'
    broken, expired = (f'COUNTIFS({state},"{word}")' for word in ("broken", "expired"))
    words = (
        f'="ASSUMPTIONS"&IF({many}=0,"",":  "&{many}&", "&{broken}&" BROKEN, "&{expired}&" EXPIRED"&'
        f'IF({many}>{COUNTS["assumptions"]},";  THE FIRST {COUNTS["assumptions"]}, BROKEN ONES FIRST",""))'
    )

    def test(row: str) -> str:
        metric, sign, value, unit = (f"INDEX({table}[{h}],{row})" for h in ("Metric", "Operator", "Value", "Unit"))
        return cut(f'IF({sign}="","no test",{metric}&" "&{sign}&" "&{value}&" "&{unit})', 42)

    def status(row: str) -> str:
        word = f'INDEX({table}[Status],{row})&""'
        return f'IF({word}="broken","▼ broken",IF({word}="expired","○ expired",IF({word}="held","● held","open")))'

    fields = [
        Field(0, "Id", _text(table, "Id", 9)),
        Field(1, "What is taken for granted", _text(table, "Assumption", 52)),
        Field(2, "Owner", _text(table, "Owner", 24)),
        Field(4, "Test", test),
        Field(8, "Found", _of(table, "Found"), "decimals"),
        Field(9, "In", _month(table, "Tested")),
        Field(10, "Valid to", _month(table, "Valid to")),
        Field(11, "Of", _text(table, "Affects", 22)),
        Field(13, "Status", status, more={"bold": True}),
    ]
    end = _list(book, sheet, bar, words, rows, fields, "No assumption is listed")
    _state_colours(book, sheet, bar + 2, end - 1, 13)
    return end


def _state_colours(book: Book, sheet: Worksheet, first: int, last: int, column: int) -> None:
    for mark, ink in (("●", GOOD), ("▼", BAD), ("○", MUTE)):
        rule = {"type": "text", "criteria": "begins with", "value": mark, "format": book.look(font_color=ink)}
        sheet.conditional_format(first, column, last, column, rule)


def _resting(book: Book, sheet: Worksheet, bar: int) -> int:
    table, number = "tblResting", numbers("tblResting", "Kind")
    key, count = f"({table}[Rank]*1000+{number})", COUNTS["resting"]
    rows = smallest_rows(book, DATA + 12, "RISKS: PLANS THAT REST ON THEM", key, f'({table}[Kind]<>"")', number, count)
    many = f'COUNTIFS({table}[Kind],"?*")'
    words = f'="WHAT RESTS ON ASSUMPTIONS THAT NO LONGER HOLD"&IF({many}=0,"",":  "&{plural(many, "PLAN", "PLANS")})'
    fields = [
        Field(0, "Kind", _text(table, "Kind", 11)),
        Field(1, "Name", lambda row: cut(f'INDEX({table}[Name],{row})&"  "&INDEX({table}[What],{row})', 52)),
        Field(2, "Owner", _text(table, "Owner", 24)),
        Field(
            4, "Rests on", lambda row: cut(f'INDEX({table}[Assumption],{row})&"  "&INDEX({table}[Assumed],{row})', 92)
        ),
        Field(13, "which is", _text(table, "Status", 12), more={"font_color": BAD}),
    ]
    return _list(
        book, sheet, bar, words, rows, fields, "Nothing in the plan names an assumption that is broken or expired"
    )


def _risks(book: Book, sheet: Worksheet, bar: int) -> int:
    table, number = "tblRisks", numbers("tblRisks")
    key = f"(ROUND(-ABS({_MONEY}),2)+{number}/10^5)"
    rows = smallest_rows(
        book, DATA + 22, "RISKS: LARGEST EXPECTED VALUE", key, f'({table}[Description]<>"")', number, COUNTS["risks"]
    )
    losses, gains = (f'SUMPRODUCT(({table}[Type]{sign}"opportunity")*{_MONEY})' for sign in ("<>", "="))
    words = (
        f'="RISKS AND OPPORTUNITIES"&IF(COUNT({table}[Margin])=0,"",":  EXPECTED "&{signed_money(f"({losses})")}&'
        f'" AND "&{signed_money(f"({gains})")}&" "&sop_currency)'
    )

    def chance(row: str) -> str:
        cell = f"INDEX({_CHANCE},{row})"
        return f'IF({cell}="",100,{cell})'

    def rests(row: str) -> str:
        mine = f"INDEX({table}[Assumption],{row})"
        state = f'IFERROR(INDEX(tblAssumptions[Status],MATCH({mine},tblAssumptions[Id],0))&"","")'
        return f'IF({mine}="","",IF(OR({state}="broken",{state}="expired"),"▼ ","")&{mine})'

    fields = [
        Field(0, "Id", _text(table, "Id", 9)),
        Field(1, "What may come", _text(table, "Description", 52)),
        Field(2, "Family", _text(table, "Family", 22)),
        Field(4, "Month", _month(table, "Month")),
        Field(5, "Margin", lambda row: f"N(INDEX({table}[Margin],{row}))", "thousands_delta"),
        Field(6, "Chance", chance, "percent_points_0"),
        Field(
            7,
            "Expected",
            lambda row: f"N(INDEX({table}[Margin],{row}))*{chance(row)}/100",
            "thousands_delta",
            {"bold": True},
        ),
        Field(8, "What is done about it", _text(table, "Mitigation", 56)),
        Field(13, "Rests on", rests),
    ]
    end = _list(book, sheet, bar, words, rows, fields, "No risk or opportunity is listed")
    for column in (5, 7):
        letter = xl_col_to_name(column)
        signs(book, sheet, f"{letter}{bar + 3}:{letter}{end}", least=HALF_THOUSAND)
    return end


def _by_month(book: Book, sheet: Worksheet, bar: int) -> int:
    """Write the expected values by month, later and undated ones apart, and draw them."""
    section(book, sheet, bar, "EXPECTED VALUE BY MONTH: BESIDE THE PLAN, NOT IN IT", LAST)
    head = bar + 1
    write(sheet, head, 0, None, book.style("Header"))
    write(sheet, head, 1, '="k"&sop_currency&" of margin"', book.style("Header"))
    for k in range(MONTHS):
        write(
            sheet,
            head,
            MONTH + k,
            f"=EDATE(sop_current,{k})",
            book.style("Header", "month", align="right", text_wrap=False),
        )
    write(sheet, head, MONTH + MONTHS, "Other", book.style("Header", align="right"))
    sums: dict[str, list[str]] = {}
    for offset, (name, sign) in enumerate((("Opportunities", "="), ("Risks", "<>")), start=1):
        write(sheet, head + offset, 0, None, book.style("Label"))
        write(sheet, head + offset, 1, name, book.style("Label"))
        kind = f'(tblRisks[Type]{sign}"opportunity")*{_MONEY}'
        cells = []
        for k in range(MONTHS):
            month = f"{xl_col_to_name(MONTH + k)}${head + 1}"
            cells.append(f"SUMPRODUCT((tblRisks[Month]={month})*{kind})")
        whole = (
            f"SUM({xl_col_to_name(MONTH)}{head + offset + 1}:{xl_col_to_name(MONTH + MONTHS - 1)}{head + offset + 1})"
        )
        cells.append(f"SUMPRODUCT({kind})-{whole}")
        for k, cell in enumerate(cells):
            write(sheet, head + offset, MONTH + k, f"={cell}", book.style("Calc", "thousands_delta"))
        sums[name] = cells
    net = head + 3
    write(sheet, net, 0, None, book.style("OutputLabel"))
    write(sheet, net, 1, "Both together", book.style("OutputLabel"))
    for k in range(MONTHS + 1):
        letter = xl_col_to_name(MONTH + k)
        write(sheet, net, MONTH + k, f"={letter}{head + 2}+{letter}{head + 3}", book.style("Output", "thousands_delta"))
    first, last = xl_col_to_name(MONTH), xl_col_to_name(MONTH + MONTHS)
    signs(book, sheet, f"{first}{head + 2}:{last}{net + 1}", least=HALF_THOUSAND)
    sheet.set_row_pixels(net + 1, 10)
    _draw(book, sheet, net + 2, head)
    return net + 2 + CHART_ROWS


def _draw(book: Book, sheet: Worksheet, row: int, head: int) -> None:
    """Draw opportunities above and risks below the line, and both added up over the months."""

    def cells(line: int) -> list[str]:
        return [f"='{SHEET}'!${xl_col_to_name(MONTH + k)}${line + 1}" for k in range(MONTHS)]

    block = Block(book, DATA + 32, "RISKS: EXPECTED VALUE BY MONTH", cells(head), number="month")
    up, down = (block.add(name, cells(head + k), "thousands_delta") for k, name in ((1, "Opportunities"), (2, "Risks")))
    both = block.next
    added = block.add(
        "Added up", [f"=SUM({across(up, k)},{across(down, k)})" for k in range(1, MONTHS + 1)], "thousands_delta"
    )
    whole = at(both, MONTHS)
    title = (
        f'=IF(COUNT(tblRisks[Margin])=0,"No risk or opportunity is listed","Weighed by probability, the next 12 months '
        f'"&IF({whole}<0,"lose ","gain ")&{money(f"ABS({whole})")}&" "&sop_currency&" of margin against the plan")'
    )
    chart_titles(book, sheet, row, 0, title, '="Expected margin a month, "&sop_currency&"  |  line: added up"')
    chart = base_chart(book, {"type": "column", "subtype": "stacked"}, size=(1350, 200))
    chart.add_series(block.series(up, MONTHS, gap=60, fill={"color": FAVOURABLE}))
    chart.add_series(block.series(down, MONTHS, fill={"color": ADVERSE}))
    lines = book.book.add_chart({"type": "line"})
    lines.add_series(block.series(added, MONTHS, line={"color": ACCENT, "width": 2}))
    chart.combine(lines)
    axes(chart, number='#,##0," k";"−"#,##0," k";0', low=None)
    place(sheet, row + 2, 0, chart, description="Expected value of risks and opportunities by month, and added up")


def _decisions(book: Book, sheet: Worksheet, bar: int) -> int:
    table, number = "tblDecisions", numbers("tblDecisions")
    opened = f'(({table}[Status]="open")+({table}[Status]="")>0)'
    due = f'({table}[Due]+99999*({table}[Due]=""))'
    key = f"((({opened})=0)*10^10+({opened}*{due}+(({opened})=0)*(200000-{due}))*10000+{number})"
    rows = smallest_rows(
        book, DATA + 40, "DECISIONS: OPEN FIRST", key, f'({table}[Issue]<>"")', number, COUNTS["decisions"]
    )
    many = f'SUMPRODUCT({opened}*({table}[Issue]<>""))'
    words = f'="DECISIONS:  "&{many}&" OPEN, SOONEST FIRST; THEN THE LOG, LATEST FIRST"'

    def day(row: str) -> str:
        cell = f"INDEX({table}[Due],{row})"
        return f'IF({cell}="","",DAY({cell})&" "&{month_words(cell)})'

    def status(row: str) -> str:
        word = f'INDEX({table}[Status],{row})&""'
        late = f"(INDEX({table}[Due],{row})<sop_current)*(INDEX({table}[Due],{row})>0)"
        return f'IF(OR({word}="open",{word}=""),IF({late},"▼ overdue","open"),"● "&{word})'

    fields = [
        Field(0, "Id", _text(table, "Id", 9)),
        Field(1, "Issue", _text(table, "Issue", 52)),
        Field(
            2,
            "Options, or what is decided",
            lambda row: cut(
                f'IF(INDEX({table}[Decision],{row})="",INDEX({table}[Options],{row}),INDEX({table}[Decision],{row}))',
                84,
            ),
        ),
        Field(8, "Effect", _of(table, "Money effect"), "thousands_delta"),
        Field(9, "Owner", _text(table, "Owner", 18)),
        Field(11, "Due", day),
        Field(12, "Cycle", _text(table, "Cycle", 9)),
        Field(
            13,
            "Scenario, status",
            lambda row: f"{cut(f'INDEX({table}[Scenario],{row})', 16)}",
            more={"font_color": MUTE},
        ),
    ]
    end = _list(book, sheet, bar, words, rows, fields, "No decision is asked for yet")
    for k, row in enumerate(rows):
        write(
            sheet, bar + 2 + k, 14, f'=IF({row}=0,"",{status(row)})', book.style("CalcText", align="right", bold=True)
        )
    signs(book, sheet, f"I{bar + 3}:I{end}", least=HALF_THOUSAND)
    _state_colours(book, sheet, bar + 2, end - 1, 14)
    return end
