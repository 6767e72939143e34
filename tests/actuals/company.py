"""A small company that closes October 2026: items with awkward codes, two currencies, a year committed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

from sop_xl.actuals.check import check_paste
from sop_xl.actuals.context import PasteContext
from sop_xl.actuals.csv_text import read_text
from sop_xl.actuals.raw import RawPaste, squared
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import ACTUALS, FX_RATES, ITEMS, LOCATIONS, MARKETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.actuals.result import PasteCheck

OPEN = "2026-10"
ITEM_CODES = (
    "A100",
    "A200",
    "A300",
    "00123",
    "0042",
    "042",
    "1E5",
    "TRUE",
    "NA",
    "nan",
    "null",
    "-",
    "=A1",
    "+A",
    "@x",
)
MONTHS = pd.period_range("2025-10", "2026-09", freq="M")
HISTORY = {"A100": 100.0, "A200": 50.0, "A300": 10.0, "00123": 20.0}
"""Units shipped each month of the year before; each at 10 EUR."""


def items() -> pd.DataFrame:
    rows = [{"item": code, "description": f"Part {code}", "uom": "EA", "list_price": 10.0} for code in ITEM_CODES]
    return conform(ITEMS, pd.DataFrame(rows))


def committed() -> pd.DataFrame:
    rows = [
        {"measure": "shipments", "item": item, "market": "North", "location": "DE01", "period": month,
         "quantity": units + (k % 3), "value": 10 * (units + (k % 3))}
        for item, units in HISTORY.items()
        for k, month in enumerate(MONTHS)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    return conform(ACTUALS, frame.assign(period=pd.PeriodIndex(frame["period"], freq="M")))


def nothing_committed() -> pd.DataFrame:
    return conform(ACTUALS, committed().iloc[:0])


def rates() -> pd.DataFrame:
    frame = pd.DataFrame(
        {"currency": ["USD", "USD", "CHF"], "period": ["2026-09", "2026-10", "2026-09"], "plan_rate": [0.9, 0.92, 1.05]}
    )
    return conform(FX_RATES, frame.assign(period=pd.PeriodIndex(frame["period"], freq="M")))


def company(**changes: Any) -> PasteContext:
    markets = pd.DataFrame({"market": ["North", "South"], "name": ["Northern region", ""], "currency": ["", "USD"]})
    locations = pd.DataFrame({"location": ["DE01", "US01"], "type": "plant", "currency": ["EUR", "USD"]})
    parts: dict[str, Any] = {
        "items": items(),
        "markets": conform(MARKETS, markets),
        "locations": conform(LOCATIONS, locations),
        "fx_rates": rates(),
        "currency": "EUR",
        "open_period": pd.Period(OPEN, freq="M"),
        "plan_end": pd.Period("2028-03", freq="M"),
        "committed": nothing_committed(),
    }
    return PasteContext(**{**parts, **changes})


def one_currency(**changes: Any) -> PasteContext:
    plain = company()
    markets = plain.markets.assign(currency="")
    return company(
        fx_rates=plain.fx_rates.iloc[:0], markets=markets, locations=plain.locations.assign(currency=""), **changes
    )


HEADER = ["Measure", "Item", "Market", "Location", "Month", "Quantity", "Value", "Currency"]


def row(item: Any = "A100", quantity: Any = 10, value: Any = 100, **more: Any) -> list[Any]:
    """One row below `HEADER`, good unless something is changed."""
    cells = {"measure": "shipments", "item": item, "market": "North", "location": "DE01",
             "month": dt.date(2026, 10, 1), "quantity": quantity, "value": value, "currency": "EUR"}  # fmt: skip
    return list({**cells, **more}.values())


def sheet(rows: Sequence[Sequence[Any]], **more: Any) -> RawPaste:
    cells = [[float(c) if isinstance(c, int) and not isinstance(c, bool) else c for c in line] for line in rows]
    return RawPaste(squared([list(line) for line in cells]), "paste", "Sheet1", **more)


def pasted(*rows: Sequence[Any], header: Sequence[Any] = HEADER, **more: Any) -> RawPaste:
    return sheet([header, *rows], **more)


def text(content: str, name: str = "export.csv") -> RawPaste:
    return read_text(content.encode(), name)


def check(raw: RawPaste, context: PasteContext | None = None, **more: Any) -> PasteCheck:
    return check_paste(raw, context or company(), **more)


def statuses(result: PasteCheck) -> list[str]:
    return [line.status for line in result.rows]


def codes(result: PasteCheck) -> list[tuple[str, ...]]:
    return [line.codes for line in result.rows]


def question(result: PasteCheck, code: str) -> Any:
    found = [q for q in result.questions if q.code == code]
    assert len(found) == 1, [q.code for q in result.questions]
    return found[0]


def message(result: PasteCheck, code: str) -> str:
    found = [remark.message for remark in result.remarks if remark.code == code and not remark.note]
    assert found, [remark.code for remark in result.remarks]
    return found[0]


def answers(**given: str) -> Mapping[str, str]:
    return {key.replace("_", ":", 1): value for key, value in given.items()}
