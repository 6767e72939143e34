"""The view Compare: scenarios side by side with the plan as it stands, what each changes, and what that moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name, xl_range

from sop_xl.template.formulas import known, sum_of
from sop_xl.template.parts import HALF_THOUSAND, masthead, print_page, protect, section, signs, tiny, write
from sop_xl.template.sheets import compare_charts, compare_words
from sop_xl.template.sheets.compare_data import SLOTS, Slots, slots
from sop_xl.template.style import LINE, NAVY, PANEL, WHITE

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from sop_xl.template.book import Book

SHEET = "Compare"
BUDGET, BASE = 2, 3
FIRST, STEP = 5, 4
"""Column of the first scenario, from 0, and columns from one to the next."""
LAST = FIRST + STEP * SLOTS - 2
WIDTHS = (
    ("A:A", 204),
    ("B:B", 58),
    ("C:D", 88),
    ("E:E", 8),
    *((f"{xl_col_to_name(FIRST + STEP * s)}:{xl_col_to_name(FIRST + STEP * s + 2)}", 88) for s in range(SLOTS)),
    *((f"{xl_col_to_name(FIRST + STEP * s + 3)}:{xl_col_to_name(FIRST + STEP * s + 3)}", 8) for s in range(SLOTS - 1)),
)
CHOOSER, NAME, PURPOSE, STATE = 4, 5, 6, 7
TOP = 8
"""Row of the first section's bar, from 0."""


@dataclass(frozen=True)
class Line:
    """A figure that scenarios are compared by.

    Attributes:
        measure: its short name in the results.
        label: what the sheet says; a formula where it names a month.
        kind: `money`, `points`, `units` or `load`.
        better: `higher` or `lower`.
        unit: of units.
        strong: whether it stands out.
    """

    measure: str
    label: str
    kind: str
    better: str
    unit: str = ""
    strong: bool = False


_STOCK_END = (
    '=IFERROR(INDEX(tblScenarioResults[Name],MATCH("stock_end",tblScenarioResults[Measure],0))&"","Stock at the end")'
)
SECTIONS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    (
        "MONEY",
        (
            Line("revenue", "Net revenue", "money", "higher"),
            Line("gross_margin", "Gross margin", "money", "higher", strong=True),
            Line("gross_margin_pct", "Gross margin, share of revenue", "points", "higher"),
            Line("net_cash", "Net cash", "money", "higher", strong=True),
            Line("one_off", "One-off cost and capex", "money", "lower"),
            Line("plan_cost", "Cost of the plan, all months", "money", "lower"),
        ),
    ),
    (
        "STOCK",
        (
            Line("mean_stock", "Mean stock at cost", "money", "lower", strong=True),
            Line("stock_end", _STOCK_END, "money", "lower"),
        ),
    ),
    (
        "SERVICE",
        (
            Line("service", "Service", "points", "higher", strong=True),
            Line("late_units", "Late units", "units", "lower", "units"),
            Line("lost_units", "Lost units", "units", "lower", "units"),
            Line("below_target", "Below target stock, mean", "units", "lower", "units"),
        ),
    ),
    (
        "CAPACITY",
        (
            Line("overtime", "Overtime", "units", "lower", "hours", strong=True),
            Line("peak_load", "Peak load", "load", "lower"),
            Line("months_over", "Resource months above 100 %", "units", "lower", "months"),
        ),
    ),
)
REASONS = (
    ("gross_margin", "Gross margin moves by"),
    ("plan_cost", "Cost of the plan moves by"),
    ("mean_stock", "Mean stock moves by"),
    ("late_units", "Late units move by"),
    ("overtime", "Overtime moves by"),
)
"""The measures whose largest movers are told."""
_NUMBERS = {"money": "thousands", "points": "percent_points_1", "units": "units", "load": "load_points"}
_DELTAS = {"money": "thousands_delta", "points": "points", "units": "delta", "load": "points"}
_LEAST = {"money": HALF_THOUSAND, "points": 0.05, "units": 0.5, "load": 0.05}
WHY = TOP + sum(len(lines) + 1 for _, lines in SECTIONS)
ADVICE = WHY + len(REASONS) + 3
CHARTS = ADVICE + 2


def build(book: Book) -> None:
    """Write the sheet and its rows on Chart data."""
    sheet = book.sheet(SHEET, "view", WIDTHS)
    masthead(book, sheet, "Scenarios side by side", compare_words.subtitle(), LAST)
    places = [FIRST + STEP * s for s in range(SLOTS)]
    choosers = [f"'{SHEET}'!${xl_col_to_name(column)}${CHOOSER + 1}" for column in places]
    shown = slots(book, choosers)
    _heads(book, sheet, shown, places)
    row = TOP
    for words, lines in SECTIONS:
        _bar(book, sheet, row, words, places)
        for offset, line in enumerate(lines, start=1):
            _line(book, sheet, row + offset, line, shown, places)
        row += len(lines) + 1
    _why(book, sheet, shown, places)
    _advice(book, sheet, shown)
    compare_charts.draw(book, sheet, shown, CHARTS)
    sheet.freeze_panes(TOP, FIRST)
    protect(sheet)
    print_page(sheet, f"A1:{xl_col_to_name(LAST)}{CHARTS + compare_charts.HEIGHT}")


def _heads(book: Book, sheet: Worksheet, shown: Slots, places: list[int]) -> None:
    """Write the chooser, name, purpose and state of each scenario, and of the plan as it stands."""
    for row, pixels in ((CHOOSER, 22), (NAME, 26), (PURPOSE, 46), (STATE, 20)):
        sheet.set_row_pixels(row, pixels)
    write(sheet, CHOOSER, 0, "Scenario shown (empty: the next on the list)", book.style("Note"))
    name = book.style("TileValue", font_size=12)
    purpose = book.style("TileNote", text_wrap=True, valign="top", align="left")
    state = book.style("TileNote", bold=True)
    base = ("Base", "The plan as it stands, beside the budget", "current plan")
    for row, words, look in zip((NAME, PURPOSE, STATE), base, (name, purpose, state), strict=True):
        sheet.merge_range(row, BUDGET, row, BASE, words, look)
    rule = {"validate": "list", "source": f"={shown.choices}", "ignore_blank": True, "error_type": "warning"}
    rule |= {"input_title": "Scenario", "input_message": "Choose a scenario that was planned; empty: the next one."}
    for s, column in enumerate(places):
        sheet.merge_range(CHOOSER, column, CHOOSER, column + 2, "", book.style("InputText", "text"))
        sheet.data_validation(CHOOSER, column, CHOOSER, column, rule)
        told = compare_words.heads(shown, s)
        for row, words, look in zip((NAME, PURPOSE, STATE), told, (name, purpose, state), strict=True):
            sheet.merge_range(row, column, row, column + 2, "", look)
            sheet.write_formula(row, column, words, look, "")
        proposed = {"type": "formula", "criteria": f"={shown.recommended[s]}=1"}
        sheet.conditional_format(
            NAME, column, STATE, column + 2, {**proposed, "format": book.look(bg_color=NAVY, font_color=WHITE)}
        )


def _bar(book: Book, sheet: Worksheet, row: int, words: str, places: list[int]) -> None:
    section(book, sheet, row, words, LAST)
    head = book.style("Section", align="right", bold=False, font_size=9)
    write(sheet, row, BUDGET, "budget", head)
    write(sheet, row, BASE, "base", head)
    for column in places:
        for offset, what in enumerate(("value", "to base", "to budget")):
            write(sheet, row, column + offset, what, head)


def _line(book: Book, sheet: Worksheet, row: int, line: Line, shown: Slots, places: list[int]) -> None:
    """Write one measure: of the plan and its budget, then of each scenario with its differences."""
    sheet.set_row_pixels(row, 20)
    bold: dict[str, Any] = {"bold": True} if line.strong else {}
    unit = {"money": '="k"&sop_currency', "units": line.unit}.get(line.kind, "%")
    write(sheet, row, 0, line.label, book.style("Label_1", **bold))
    write(sheet, row, 1, unit, book.style("Unit"))
    look = book.style("Calc", _NUMBERS[line.kind], **bold)
    delta = book.style("Calc", _DELTAS[line.kind], **bold)
    write(sheet, row, BUDGET, _figure("Budget", '"base"', line), book.style("Soft", _NUMBERS[line.kind]))
    write(sheet, row, BASE, _figure("Value", '"base"', line), look)
    if line.kind == "money":
        tiny(book, sheet, xl_range(row, BUDGET, row, BASE), least=HALF_THOUSAND)
    for name, column in zip(shown.name, places, strict=True):
        for offset, header in enumerate(("Value", "Difference", "To budget")):
            write(sheet, row, column + offset, _figure(header, name, line), delta if offset else look)
        area = xl_range(row, column + 1, row, column + 2)
        signs(book, sheet, area, good_when_positive=line.better == "higher", least=_LEAST[line.kind])


def _figure(header: str, name: str, line: Line) -> str:
    where = (("Scenario", name), ("Measure", f'"{line.measure}"'))
    return f"={known('tblScenarioResults', header, *where)}"


def _why(book: Book, sheet: Worksheet, shown: Slots, places: list[int]) -> None:
    """Write what each scenario changes, and the families, resources and items that moved most."""
    section(book, sheet, WHY, "WHAT EACH CHANGES, AND WHAT MOVED MOST", LAST)
    note = "the two largest movers: family, resource, item or part of the cost  |  all on sheet Scenario results"
    write(sheet, WHY, LAST, note, book.style("Section", align="right", bold=False, font_size=9))
    rows = [("Changes of input tables", 58), *((label, 30) for _, label in REASONS)]
    look = book.style("NoteWrap", bottom=1, bottom_color=LINE, valign="vcenter", indent=1)
    for k, (label, pixels) in enumerate(rows):
        row = WHY + 1 + k
        sheet.set_row_pixels(row, pixels)
        write(sheet, row, 0, label, book.style("Label_1"))
        for column in range(1, BASE + 1):
            write(sheet, row, column, None, book.style("Label"))
        for s, column in enumerate(places):
            words = compare_words.changes(shown, s) if k == 0 else compare_words.moved(shown, s, REASONS[k - 1][0])
            sheet.merge_range(row, column, row, column + 2, "", look)
            sheet.write_formula(row, column, words, look, "")


def _advice(book: Book, sheet: Worksheet, shown: Slots) -> None:
    """Write in one sentence what the scenario that is proposed would do."""
    sheet.set_row_pixels(ADVICE - 1, 8)
    sheet.set_row_pixels(ADVICE, 26)
    look = book.style("Plain", bold=True, font_color=NAVY, bg_color=PANEL)
    for column in range(LAST + 1):
        write(sheet, ADVICE, column, None, look)
    write(sheet, ADVICE, 0, compare_words.advice(shown, _difference), look)


def _difference(name: str, measure: str) -> str:
    return sum_of("tblScenarioResults", "Difference", ("Scenario", name), ("Measure", f'"{measure}"'))
