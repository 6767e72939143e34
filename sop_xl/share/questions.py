"""What each role is asked, and what it sees beside: the catalogue of input sheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.table import Column, amount, month, number, text
from sop_xl.share.form import (
    CODE_HEADER,
    COMMENT_HEADER,
    REASON_HEADER,
    Form,
    FormColumn,
    FormRow,
    FormSheet,
    Use,
    plain_value,
    row_id,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


@dataclass(frozen=True)
class Question:
    """One input sheet as the catalogue has it.

    Attributes:
        role: who is asked.
        sheet: the sheet's name.
        table: the input table the answers belong to.
        words: what is asked, as one sentence.
        keys: the table's key fields that are columns.
        shown: columns for the reader.
        optional: columns for the reader that a recipient gets only where the table of recipients names them.
        fills: the fields to fill, and their headers.
        compared: a column for the reader and the field to fill that replaces it where filled; None: none does.
        fixed: key fields that are the same in all rows.
        reasons: the list of reasons; none of them holds a comma.
    """

    role: str
    sheet: str
    table: str
    words: str
    keys: tuple[str, ...]
    shown: tuple[Column, ...]
    fills: Mapping[str, str]
    reasons: tuple[str, ...]
    optional: tuple[Column, ...] = ()
    compared: tuple[str, str] | None = None
    fixed: Mapping[str, str] = field(default_factory=dict)

    def columns_to_see(self) -> tuple[str, ...]:
        """Return the names of all columns for the reader there are."""
        return tuple(column.field for column in (*self.shown, *self.optional))

    def column(self, form_column: FormColumn) -> Column:
        """Return what a column of the form holds: kind, unit and bounds."""
        if form_column.use is Use.SHOWN:
            return next(c for c in (*self.shown, *self.optional) if c.field == form_column.field)
        return TABLE_BY_NAME[self.table].column(form_column.field)

    def form_sheet(self, columns: Sequence[str], fills: Sequence[str]) -> FormSheet:
        """Return the sheet with the columns one recipient may see and fill; empty: the role's own."""
        table = TABLE_BY_NAME[self.table]
        seen = [c for c in (*self.shown, *self.optional) if c.field in columns] if columns else list(self.shown)
        filled = [f for f in self.fills if f in fills] if fills else list(self.fills)
        return FormSheet(
            self.sheet,
            self.table,
            (
                *(FormColumn(table.column(key).header, Use.KEY, key) for key in self.keys),
                *(FormColumn(column.header, Use.SHOWN, column.field) for column in seen),
                *(FormColumn(self.fills[name], Use.FILL, name) for name in filled),
                FormColumn(REASON_HEADER, Use.REASON),
                FormColumn(COMMENT_HEADER, Use.COMMENT),
                FormColumn(CODE_HEADER, Use.CODE),
            ),
            self.fixed,
        )

    def rows(self, sheet: FormSheet, frame: pd.DataFrame, first: int = 1) -> list[FormRow]:
        """Return the rows a form asks for.

        Args:
            sheet: of `form_sheet`.
            frame: one row a key; columns named as keys, shown columns and fields to fill.
            first: number of the first row in its form.
        """
        uses = {use: [c for c in sheet.columns if c.use is use] for use in (Use.KEY, Use.SHOWN, Use.FILL)}
        rows = []
        for number_, values in enumerate(frame.to_dict("records"), first):
            plain = {use: {c.field: plain_value(self.column(c), values[c.field]) for c in uses[use]} for use in uses}
            key = {name: "" if value is None else str(value) for name, value in plain[Use.KEY].items()}
            rows.append(FormRow(row_id(number_), self.sheet, {**key, **self.fixed}, plain[Use.FILL], plain[Use.SHOWN]))
        return rows


_SUPPLY_REASONS = ("Supplier told us", "New contract", "Transport", "Quality", "Shortage", "Other")
_DESCRIPTION = text("Description", "description")
_PRICE = number("Net price", "price", "money/unit")
_VALUE = amount("Consensus in money", "value")

QUESTIONS = (
    Question(
        "sales",
        "Sales forecast",
        "overrides",
        "How many units do you expect to sell? Leave blank what the consensus already says.",
        ("item", "market", "period"),
        (_DESCRIPTION, number("Naive", "naive", "units"), number("Consensus", "consensus", "units")),
        {"quantity": "Your forecast"},
        ("Customer told us", "Promotion", "Price", "New product", "Lost customer", "Competitor", "Season", "Other"),
        (
            number("Statistical", "statistical", "units"),
            _PRICE,
            _VALUE,
            number("Standard cost", "cost", "money/unit"),
            amount("Margin", "margin"),
        ),
        ("consensus", "quantity"),
        {"stream": "sales"},
    ),
    Question(
        "plant",
        "Capacity",
        "capacity",
        "Which hours do your resources have? Blank: as always (hours a week x weeks of the month).",
        ("resource", "period"),
        (
            number("Wanted", "wanted_hours", "hours"),
            number("Planned", "required_hours", "hours"),
            number("Available", "available_hours", "hours"),
            number("Overtime planned", "planned_overtime", "hours"),
        ),
        {"hours": "Your hours", "overtime_hours": "Your overtime hours"},
        ("Holidays", "Maintenance", "Breakdown", "Extra shift", "Staff", "Other"),
        (number("Value of one hour", "shadow_price", "money/hour"),),
        ("available_hours", "hours"),
    ),
    Question(
        "buyer",
        "Suppliers",
        "suppliers",
        "What do your suppliers ask and hold? Change what is no longer true.",
        ("item", "supplier"),
        (_DESCRIPTION, number("To buy", "planned_quantity", "units"), amount("To buy, in money", "planned_value")),
        {"price": "Price", "lead_time_days": "Lead time (days)", "capacity_per_month": "Capacity per month"},
        _SUPPLY_REASONS,
    ),
    Question(
        "buyer",
        "Open orders",
        "open_orders",
        "When do these orders arrive, and how much of them?",
        ("order",),
        (text("Item", "item"), _DESCRIPTION),
        {"period": "Arrives in", "quantity": "Quantity"},
        _SUPPLY_REASONS,
    ),
    Question(
        "finance",
        "Finance view",
        "level_overrides",
        "What does finance expect of each family? Leave blank what the consensus already says.",
        ("family", "period"),
        (
            number("Consensus", "consensus", "units"),
            amount("Revenue", "revenue"),
            amount("Budget revenue", "budget_revenue"),
            amount("Gross margin", "margin"),
        ),
        {"quantity": "Your forecast"},
        ("Budget", "Economy", "Price", "One-off", "Risk", "Other"),
        compared=("consensus", "quantity"),
        fixed={"region": "", "channel": "", "stream": "finance"},
    ),
    Question(
        "finance",
        "Assumptions",
        "assumptions",
        "Do these still hold? Correct the value, or its status.",
        ("id",),
        (text("Assumption", "text"), text("Owner", "owner"), text("Unit", "unit"), month("Valid to", "valid_to")),
        {"value": "Value", "status": "Status"},
        ("Checked", "News", "Contract", "Other"),
    ),
)
"""In the order of the sheets. What a role may never see has no column here: no cost or margin for plants and buyers."""


def question_of(form: Form, sheet: str) -> Question:
    """Return the catalogue's entry of an input sheet; KeyError where there is none."""
    for question in QUESTIONS:
        if question.role == form.role and question.sheet == sheet:
            return question
    raise KeyError(sheet)
