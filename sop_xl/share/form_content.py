"""What goes into one form: its identity, what is asked, what is shown beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.share.form import Form, FormRow
    from sop_xl.share.grid import Grid
    from sop_xl.share.questions import Question


@dataclass(frozen=True)
class FormContent:
    """What goes into a form.

    Attributes:
        form: its identity.
        questions: the catalogue's entries of its sheets, in their order.
        rows: what is asked, sheet by sheet.
        views: sheets for the reader.
        greeting: whom it greets.
    """

    form: Form
    questions: Sequence[Question]
    rows: Sequence[FormRow]
    views: Sequence[Grid]
    greeting: str

    def of(self, sheet: str) -> list[FormRow]:
        """Return the rows of a sheet."""
        return [row for row in self.rows if row.sheet == sheet]

    def footer(self) -> str:
        """Return the line that tells on every page what form it is."""
        form = self.form
        version = [f"data version {form.version}"] if form.version else []
        parts = (f"Form {form.form_id}", f"{form.recipient}, {form.role}", *version)
        return "  |  ".join([*parts, f"answer by {form.expires:%d %b %Y}"])
