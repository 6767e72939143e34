"""Makes the files of packs: what the services ask of it, answered by the builders beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.packs.executive_book import executive_bytes
from sop_xl.template.packs.form_book import form_bytes
from sop_xl.template.packs.plan_book import plan_bytes
from sop_xl.template.packs.summary_pdf import summary_pdf

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from sop_xl.share.briefing import Briefing
    from sop_xl.share.form import Form
    from sop_xl.share.form_content import FormContent
    from sop_xl.share.grid import Grid


class PackPrinter:
    """Makes forms, the executive workbook, the page as PDF and the approved plan."""

    def form(self, content: FormContent, secret: str) -> bytes:
        """Return a form as the bytes of an `.xlsx`, its rows sealed with the secret."""
        return form_bytes(content, secret)

    def executive(self, briefing: Briefing, footer: str, made_at: dt.datetime) -> bytes:
        """Return the executive workbook as the bytes of an `.xlsx`."""
        return executive_bytes(briefing, footer, made_at)

    def plan(self, form: Form, views: Sequence[Grid], footer: str) -> bytes:
        """Return the approved plan as the bytes of an `.xlsx`, one sheet a view."""
        return plan_bytes(form, views, footer)

    def summary(self, briefing: Briefing, footer: str) -> bytes:
        """Return the one page as the bytes of a PDF."""
        return summary_pdf(briefing, footer)
