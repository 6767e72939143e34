"""Makes the files of packs: what the services ask of it, answered by the builders beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.packs.executive_book import executive_bytes
from sop_xl.template.packs.form_book import form_bytes
from sop_xl.template.packs.summary_pdf import summary_pdf

if TYPE_CHECKING:
    import datetime as dt

    from sop_xl.share.briefing import Briefing
    from sop_xl.share.form_content import FormContent


class PackPrinter:
    """Makes forms, the executive workbook and the page as PDF."""

    def form(self, content: FormContent, secret: str) -> bytes:
        """Return a form as the bytes of an `.xlsx`, its rows sealed with the secret."""
        return form_bytes(content, secret)

    def executive(self, briefing: Briefing, footer: str, made_at: dt.datetime) -> bytes:
        """Return the executive workbook as the bytes of an `.xlsx`."""
        return executive_bytes(briefing, footer, made_at)

    def summary(self, briefing: Briefing, footer: str) -> bytes:
        """Return the one page as the bytes of a PDF."""
        return summary_pdf(briefing, footer)
