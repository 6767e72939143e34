"""What Home shows, worked out on Chart data: steps, small columns, what to do, alerts, two charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.template.blocks import Block, at, span
from sop_xl.template.formulas import OPEN_MONTHS, count_of, known, sum_of
from sop_xl.template.names import SHEET as DATA_SHEET
from sop_xl.template.parts import AHEAD, PAST, write
from sop_xl.template.sheets.home_words import ALERTS, CALENDAR_ROWS, TODOS, resource_of
from sop_xl.template.sheets.stock_months import stock_values
from sop_xl.template.words import figure, month_words

if TYPE_CHECKING:
    from sop_xl.template.book import Book

STEPS = 6
STEPS_ROW, YEAR_ROW, CLOSED_ROW, MONTHS_ROW, TODO_ROW, ALERT_ROW, FACTS_ROW = 28, 34, 39, 43, 57, 76, 92
WORDS = 6
"""Column of the sentences of what to do and of the alerts."""
MONTHS = PAST + AHEAD
_PLAN = "tblFamilyPlan"


class Sparks(NamedTuple):
    """Rows of the small columns, and how many figures each has."""

    revenue: tuple[int, int]
    margin: tuple[int, int]
    accuracy: tuple[int, int]
    stock: tuple[int, int]
    load: tuple[int, int]
    late: tuple[int, int]


class HomeData(NamedTuple):
    """Where Home finds its figures on Chart data.

    Attributes:
        step_rows: cells with the row of each step in tblCycleSteps, 0 where there is none.
        step_states: cells with the status of each step.
        now: cell with the number of the step in work, 0 where there is none.
        planned: condition that the open month has steps in the calendar.
        sparks: rows of the small columns.
        months: block of the charts' months.
        demand, load: rows of the series of the two charts, in drawing order.
        demand_title, load_title: cells with the findings.
    """

    step_rows: list[str]
    step_states: list[str]
    now: str
    planned: str
    sparks: Sparks
    months: Block
    demand: list[int]
    load: list[int]
    demand_title: str
    load_title: str


def build_home_data(book: Book) -> HomeData:
    """Write the blocks and return where their figures stand."""
    step_rows, states, now = _steps(book)
    bottleneck = _facts(book)
    months = Block(book, MONTHS_ROW, "HOME: MONTHS", _months("sop_current", -PAST, MONTHS), number="month")
    revenue, margin = _year(book)
    accuracy = _accuracy(book)
    stock, peak, late = _operations(months)
    demand = _demand(months)
    share, load = _load(months, bottleneck)
    _todo_list(book)
    _alert_list(book)
    demand_title, load_title = _titles(book, months, share, bottleneck)
    sparks = Sparks((revenue, 12), (margin, 12), (accuracy, 12), (stock, MONTHS), (peak, MONTHS), (late, MONTHS))
    return HomeData(
        step_rows, states, now, f"{CALENDAR_ROWS}>0", sparks, months, demand, load, demand_title, load_title
    )


def _months(start: str, offset: int, count: int) -> list[str]:
    return [f"=EDATE({start},{offset + k})" for k in range(count)]


def _steps(book: Book) -> tuple[list[str], list[str], str]:
    """Find the steps of the open month by their order; the one in work is the first open or undone."""
    block = Block(book, STEPS_ROW, "HOME: STEPS OF THE CYCLE", [str(k + 1) for k in range(STEPS)])
    place = "(ROW(tblCycleSteps[Cycle])-ROW(tblCycleSteps[[#Headers],[Cycle]]))"
    match = "(tblCycleSteps[Cycle]=sop_cycle)*(tblCycleSteps[Order]={k})"
    row = block.add("Row in Cycle steps", [f"=SUMPRODUCT(MAX({match.format(k=k + 1)}*{place}))" for k in range(STEPS)])
    rows = [at(row, 1 + k) for k in range(STEPS)]
    status = "INDEX(tblCycleSteps[Status],{r})"
    states = block.add(
        "Status",
        [f'=IF({r}=0,"not started",IF({status.format(r=r)}="","not started",{status.format(r=r)}))' for r in rows],
    )
    all_states = f"{at(states, 1)}:{at(states, STEPS).split('!')[1]}"
    first = f'IFERROR(MATCH("open",{all_states},0),IFERROR(MATCH("not started",{all_states},0),0))'
    now = block.add("Step in work", [f"=IF({CALENDAR_ROWS}=0,0,{first})"])
    book.book.define_name("sop_step", f"={at(now, 1)}")
    return rows, [at(states, 1 + k) for k in range(STEPS)], at(now, 1)


def _year(book: Book) -> tuple[int, int]:
    block = Block(book, YEAR_ROW, "HOME: FISCAL YEAR", _months("sop_fiscal_start", 0, 12), number="month")
    heads = [at(block.heads, 1 + k) for k in range(12)]
    revenue = block.add("Revenue", [f"={known(_PLAN, 'Revenue', ('Month', m))}" for m in heads], "units")
    book.book.define_name("sop_fiscal_revenue", f"={at(revenue, 1)}:{at(revenue, 12).split('!')[1]}")
    cells = [at(revenue, 1 + k) for k in range(12)]
    cogs = [sum_of(_PLAN, "COGS", ("Month", m)) for m in heads]
    formulas = [f'=IF(N({r})<=0,"",100*({r}-{c})/{r})' for r, c in zip(cells, cogs, strict=True)]
    return revenue, block.add("Gross margin, %", formulas, "one_decimal")


def _accuracy(book: Book) -> int:
    """Of the last cycle's forecast of each closed month, by family: 100 % less its absolute error."""
    block = Block(book, CLOSED_ROW, "HOME: CLOSED MONTHS", _months("sop_current", -12, 12), number="month")
    both = f'({_PLAN}[Month]={{m}})*({_PLAN}[Actual]<>"")*({_PLAN}[Old forecast]<>"")'
    error = f"SUMPRODUCT({both}*ABS({_PLAN}[Actual]-{_PLAN}[Old forecast]))"
    actual = f"SUMPRODUCT({both}*{_PLAN}[Actual])"
    formulas = [
        f'=IFERROR(IF({actual}=0,"",MAX(0,100-100*{error}/{actual})),"")'.format(m=at(block.heads, 1 + k))
        for k in range(12)
    ]
    return block.add("Accuracy of families, %", formulas, "one_decimal")


def _operations(block: Block) -> tuple[int, int, int]:
    heads = [at(block.heads, 1 + k) for k in range(MONTHS)]
    stock = block.add("Stock value", stock_values(heads[:PAST], heads[PAST:]), "units")
    peak = block.add(
        "Highest load, %",
        [
            f'=IF({count_of("tblLoad", ("Month", m))}=0,"",SUMPRODUCT(MAX((tblLoad[Month]={m})*tblLoad[Load pct])))'
            for m in heads
        ],
        "one_decimal",
    )
    late = block.add(
        "Late and lost, units",
        [
            f'=IF({count_of(_PLAN, ("Month", m))}=0,"",'
            f"{sum_of(_PLAN, 'Backlog', ('Month', m))}+{sum_of(_PLAN, 'Lost', ('Month', m))})"
            for m in heads
        ],
        "units",
    )
    return stock, peak, late


def _demand(block: Block) -> list[int]:
    """Add actual, forecast and supply; a series is blank where the other one speaks.

    What is used in other items serves no customer, and so is not in the planned supply. Nobody reports it of
    closed months: where the plan has any, what was made then is not shown as supply for customers.
    """
    heads = [at(block.heads, 1 + k) for k in range(MONTHS)]
    closed, ahead = heads[:PAST], heads[PAST:]
    blank, blanks = ["" for _ in closed], ["" for _ in ahead]

    def sums(column: str, months: list[str]) -> list[str]:
        return [f"={known(_PLAN, column, ('Month', m))}" for m in months]

    used = [f"-{sum_of(_PLAN, 'Used', ('Month', m))}" for m in ahead]
    supply = [
        f'=IF({count_of(_PLAN, ("Month", m))}=0,"",{sum_of(_PLAN, "Supply", ("Month", m))}{less})'
        for m, less in zip(ahead, used, strict=True)
    ]
    made = [f'=IF(SUM({_PLAN}[Used])>0,"",{formula[1:]})' for formula in sums("Actual supply", closed)]
    return [
        block.add("Actual", sums("Actual", closed) + blanks, "units"),
        block.add("Forecast", blank + sums("Forecast", ahead), "units"),
        block.add("Supply", made + supply, "units"),
    ]


def _load(block: Block, bottleneck: str) -> tuple[int, list[int]]:
    """Add the bottleneck's wanted hours over its regular ones: closed, ahead, above 100 %, and the limits.

    The limit with overtime goes on where no load is known, as the nearest open month has it.
    """
    heads = [at(block.heads, 1 + k) for k in range(MONTHS)]

    def hours(column: str, m: str) -> str:
        return sum_of("tblLoad", column, ("Resource", bottleneck), ("Month", m))

    regular = [hours("Available hours", m) for m in heads]
    share = block.add(
        "Wanted over regular hours",
        [
            f'=IF({available}<=0,"",{hours("Wanted hours", m)}/{available})'
            for m, available in zip(heads, regular, strict=True)
        ],
        "percent_0",
    )
    parts = [at(share, 1 + k) for k in range(MONTHS)]
    below = [f'=IF({p}="","",MIN({p},1))' for p in parts]
    row = block.next + 4
    unknown = [at(row, 1 + PAST)] * PAST + ["1"] + [at(row, k) for k in range(1 + PAST, MONTHS)]
    limit = [
        f'=IF({p}="",{otherwise},1+{hours("Overtime limit", m)}/{available})'
        for p, m, available, otherwise in zip(parts, heads, regular, unknown, strict=True)
    ]
    blank, blanks = ["" for _ in range(PAST)], ["" for _ in range(AHEAD)]
    return share, [
        block.add("Closed, up to 100 %", below[:PAST] + blanks, "percent_0"),
        block.add("Ahead, up to 100 %", blank + below[PAST:], "percent_0"),
        block.add("Above 100 %", [f'=IF({p}="","",MAX({p}-1,0))' for p in parts], "percent_0"),
        block.add("Regular hours", ["=1"] * MONTHS, "percent_0"),
        block.add("With overtime", limit, "percent_0"),
    ]


def _facts(book: Book) -> str:
    """Name the resource whose wanted hours stand out most: that of the key figure, as on every page."""
    block = Block(book, FACTS_ROW, "HOME: FACTS", ("Value",))
    name = block.add("Busiest resource", [f"={resource_of('peak_wanted')}"])
    book.book.define_name("sop_home_resource", f"={at(name, 1)}")
    return at(name, 1)


def _titles(book: Book, months: Block, share: int, bottleneck: str) -> tuple[str, str]:
    """Write the findings of the two charts, checked against the figures each time."""
    sheet = book.sheet(DATA_SHEET, "system")
    row = FACTS_ROW + 5
    for offset, text in enumerate((_demand_finding(), _load_finding(months, share, bottleneck))):
        write(sheet, row + offset, 0, f"Title {offset + 1}", book.style("Label"))
        write(sheet, row + offset, 1, text, book.style("CalcText"))
    return at(row, 1), at(row + 1, 1)


def _demand_finding() -> str:
    demand, made, used = (sum_of(_PLAN, column, *OPEN_MONTHS) for column in ("Forecast", "Supply", "Used"))
    supply = f"({made}-{used})"
    opening = sum_of(_PLAN, "Opening", ("Month", "sop_current"))
    closing = sum_of(_PLAN, "Closing", ("Month", "EDATE(sop_current,sop_ahead-1)"))
    change = f"({closing}-{opening})"
    moves = f'"stock "&IF({change}<0,"falls","rises")&" by "&{figure(f"ABS({change})")}'
    return (
        f'=IF(OR(sop_planned=0,{demand}=0),"Demand and supply by month",'
        f'"Supply is "&{figure(f"100*{supply}/{demand}")}&" % of the next "&sop_ahead&" months\' demand; "'
        f'&IF(ROUND({change},0)=0,"stock stays as it is",{moves}))'
    )


def _load_finding(months: Block, share: int, bottleneck: str) -> str:
    ahead = span_row(share, PAST)
    count = f'COUNTIFS({ahead},">1.0049")'
    when = month_words(f"INDEX({span_row(months.heads, PAST)},MATCH(MAX({ahead}),{ahead},0))")
    return (
        f'=IF({bottleneck}="","Load of the busiest resource",{bottleneck}&IF({count}=0,'
        f'" is the busiest, within its regular hours",'
        f'" is wanted beyond its regular hours in "&{count}&" of "&sop_ahead&" months")&"; most in "&{when})'
    )


def span_row(row: int, first: int = 0) -> str:
    """Return the range of a row's months on Chart data, from the month `first` on."""
    return f"{at(row, 1 + first)}:{at(row, MONTHS).split('!')[1]}"


def _todo_list(book: Book) -> None:
    """Write every possible action, whether it is due now, and its number among those that are."""
    sheet = book.sheet(DATA_SHEET, "system")
    block = Block(book, TODO_ROW, "HOME: WHAT TO DO", ("Due", "Number", "Owner", "Sheet"))
    first = block.next
    for action in TODOS:
        row = block.next
        due, above = at(row, 1), f"{at(first, 1)}:{at(row, 1).split('!')[1]}"
        number = f'=IF({due}=1,SUM({above}),"")'
        block.add(action.name, (f"=IF({action.due},1,0)", number, f"={action.owner}", action.sheet))
        write(sheet, row, WORDS, f'=IF({due}=1,{action.words},"")', book.style("CalcText"))
    for name, column in (("", 2), ("_owner", 3), ("_sheet", 4), ("_words", WORDS)):
        book.book.define_name(f"sop_todo{name}", f"={span(first, block.next - 1, column)}")


def _alert_list(book: Book) -> None:
    """Write every possible alert with its severity (1 act, 2 watch, 3 fine, 0 none), its money and its place.

    Worse ones come first, of equal ones the one with more money at stake, then in the order of the list;
    what is fine puts no money at stake.
    """
    sheet = book.sheet(DATA_SHEET, "system")
    block = Block(book, ALERT_ROW, "HOME: ALERTS", ("Severity", "Place", "Money"))
    first, last = block.next, block.next + len(ALERTS) - 1
    everywhere, stakes = span(first, last, 1), span(first, last, 3)
    for alert in ALERTS:
        row = block.next
        severity, above = at(row, 1), f"{at(first, 1)}:{at(row, 1).split('!')[1]}"
        stake, above_stakes = at(row, 3), f"{at(first, 3)}:{at(row, 3).split('!')[1]}"
        worse = f'COUNTIFS({everywhere},">0",{everywhere},"<"&{severity})'
        dearer = f'COUNTIFS({everywhere},{severity},{stakes},">"&{stake})'
        equal = f"COUNTIFS({above},{severity},{above_stakes},{stake})"
        rank = f'=IF({severity}=0,"",{worse}+{dearer}+{equal})'
        block.add(alert.name, (f"={alert.severity}", rank, f"=IF({severity}<3,IFERROR(ROUND({alert.money},0),0),0)"))
        write(sheet, row, WORDS, f'=IF({severity}=0,"",{alert.words})', book.style("CalcText"))
    for name, column in (("s", 2), ("_severity", 1), ("_words", WORDS)):
        book.book.define_name(f"sop_alert{name}", f"={span(first, last, column)}")
