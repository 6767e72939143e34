"""The six tiles of Executive: each figure with what it is compared with, in a word, a sign and a state."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sop_xl.template.blocks import across
from sop_xl.template.parts import AHEAD, PAST
from sop_xl.template.sheets.executive_data import FULL
from sop_xl.template.sheets.home_words import accuracy_title, fiscal_year_words
from sop_xl.template.words import cut, figure, money, month_words, signed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.template.sheets.executive_data import Figure, Peak
    from sop_xl.template.sheets.executive_months import Months


class Tile(NamedTuple):
    """A key figure: label, the cell of its value, number format, the note below, its state; formulas without `=`."""

    label: str
    value: str
    number: str
    note: str
    state: str


def key_tiles(figures: Mapping[str, Figure], peak: Peak, months: Months) -> list[Tile]:
    """Return the six tiles in order."""
    revenue, margin, stock, load = (figures[n] for n in ("revenue_fy", "margin_fy", "stock_12", "peak_load"))
    share = f"100*({revenue.value}/{revenue.target}-1)"
    points = f"({margin.value}-{margin.target})"
    over = f"({stock.value}-{stock.target})"
    when = f'{month_words(peak.month)}&", "&{cut(peak.resource, 20)}'
    end = month_words("MIN(EDATE(sop_current,11),sop_last)")
    return [
        Tile(
            f'"Revenue "&{fiscal_year_words()}&", "&sop_currency',
            revenue.value,
            "money",
            _compared(revenue, share, f'{figure(f"ABS({share})", 1)}&" %"', "budget"),
            revenue.status,
        ),
        Tile(
            f'"Gross margin "&{fiscal_year_words()}',
            margin.value,
            "percent_points_1",
            _compared(margin, points, f'{figure(f"ABS({points})", 1)}&" pp"', "budget"),
            margin.status,
        ),
        Tile(
            accuracy_title().removeprefix("="),
            figures["accuracy"].value,
            "percent_points_0",
            _accuracy(figures["accuracy"], figures["bias"]),
            _worst(figures["accuracy"].status, figures["bias"].status),
        ),
        Tile(
            f'"Stock "&{end}&", "&sop_currency',
            stock.value,
            "money",
            _compared(stock, over, money(f"ABS({over})"), "target"),
            stock.status,
        ),
        Tile(
            '"Peak planned, % of regular hours"',
            load.value,
            "percent_points_0",
            f'IF({load.value}="","○ no figure yet",IF({peak.resource}="","",IF({load.value}>{FULL},"▲ ","● ")&{when}))',
            load.status,
        ),
        Tile(
            '"Late or lost, units"',
            f'IF(COUNT({figures["late_units"].value},{figures["lost_units"].value})=0,"",'
            f"N({figures['late_units'].value})+N({figures['lost_units'].value}))",
            "count",
            _unserved(figures, months),
            _worst(figures["late_units"].status, figures["lost_units"].status),
        ),
    ]


def _compared(one: Figure, gap: str, size: str, what: str) -> str:
    """Return how far a figure is above or below its budget or target, with the sign of the direction."""
    told = f'IF(ROUND({gap},3)=0,"● on {what}",IF({gap}>0,"▲ ","▼ ")&{size}&IF({gap}>0," above"," below")&" {what}")'
    return f'IF({one.value}="","○ no figure yet",IF(N({one.target})=0,"no {what}",{told}))'


def _accuracy(accuracy: Figure, bias: Figure) -> str:
    """Return the bias in words, or, where accuracy is judged worse than bias, how far it is below the naive one."""
    side = f'IF(ROUND({bias.value},1)=0,"● no bias",IF({bias.value}>0,"▲ ","▼ ")&"bias "&{signed(bias.value, 1)}&" %, "'
    told = f'IF({bias.value}="","○ no figure yet",{side}&IF({bias.value}>0,"under","over")&"-forecast"))'
    gap = f"({accuracy.target}-{accuracy.value})"
    naive = f'"▼ "&{figure(gap, 1)}&" pp below naive, bias "&{signed(bias.value)}&" %"'
    worse = f"{_order(accuracy.status)}<{_order(bias.status)}"
    return f"IF(AND(COUNT({accuracy.value},{accuracy.target},{bias.value})=3,{worse}),{naive},{told})"


def _order(state: str) -> str:
    return f'IFERROR(MATCH({state},{{"act","watch","good"}},0),3)'


def _worst(first: str, second: str) -> str:
    """Return the worse of two states."""
    either = [f'OR({first}="{state}",{second}="{state}")' for state in ("act", "watch", "good")]
    return f'IF({either[0]},"act",IF({either[1]},"watch",IF({either[2]},"good","")))'


def _unserved(figures: Mapping[str, Figure], months: Months) -> str:
    """Return when most is late or lost, and what it is worth; else what is missing to target stock."""
    late, lost = (figures[name].value for name in ("late_units", "lost_units"))
    ahead = across(months.late, AHEAD, PAST)
    when = month_words(f"INDEX({across(months.block.heads, AHEAD, PAST)},MATCH(MAX({ahead}),{ahead},0))")
    at_stake = f"N({figures['at_stake'].value})"
    worth = f'"▲ "&{money(at_stake)}&" "&sop_currency&", most "&{when}'
    below = figures["below_target"]
    under = f'IF({below.status}="good","● all in its month","■ "&{figure(below.value)}&" below target stock")'
    return (
        f'IF(COUNT({late},{lost})=0,"○ no figure yet",IF(ROUND(N({late})+N({lost}),0)=0,{under},IFERROR({worth},"")))'
    )
