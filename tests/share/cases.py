"""Small named forms of the tests of packs."""

from __future__ import annotations

import datetime as dt

from sop_xl.share.form import CODE_HEADER, COMMENT_HEADER, REASON_HEADER, Form, FormColumn, FormRow, FormSheet, Use
from sop_xl.share.records import PackRecord

NOW = dt.datetime(2026, 11, 4, 9, 30)
GUID = "9ab3c4d5-0000-4000-8000-000000000001"
SALES_SHEET = FormSheet(
    "Sales forecast",
    "overrides",
    (
        FormColumn(CODE_HEADER, Use.CODE),
        FormColumn("Item", Use.KEY, "item"),
        FormColumn("Market", Use.KEY, "market"),
        FormColumn("Month", Use.KEY, "period"),
        FormColumn("Consensus", Use.SHOWN, "consensus"),
        FormColumn("Your forecast", Use.FILL, "quantity"),
        FormColumn(REASON_HEADER, Use.REASON),
        FormColumn(COMMENT_HEADER, Use.COMMENT),
    ),
    {"stream": "sales"},
)


def row(number: int, item: str, quantity: float | None, period: str = "2026-12") -> FormRow:
    """Return one asked row of the sales forecast."""
    key = {"item": item, "market": "US", "period": period, "stream": "sales"}
    return FormRow(f"R{number:04d}", SALES_SHEET.name, key, {"quantity": quantity}, {"consensus": 40.0})


ROWS = (row(1, "00123", 40.0), row(2, "1E5", None))


def pack(form_id: str = "F0001-9ab3c4", *, guid: str = GUID, rows: tuple[FormRow, ...] = ROWS) -> PackRecord:
    """Return a form to the salesperson Ann, as the ledger keeps it."""
    expires = dt.date(2026, 11, 9)
    form = Form(
        form_id, "Bolts Ltd", guid, "2026-11", "18-1f3a9c0d", "Ann", "sales", NOW, expires, len(rows), (SALES_SHEET,)
    )
    return PackRecord(form, "form", "ann@bolts.example", "A. Meyer", "R0007", "Return_Ann.xlsx", "0" * 64, rows)
