"""The approved plan for those who carry it out: sheets of figures, nothing to fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.packs.pack_book import PackBook, write_grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.share.form import Form
    from sop_xl.share.grid import Grid


def plan_bytes(form: Form, views: Sequence[Grid], footer: str) -> bytes:
    """Return the plan as the bytes of an `.xlsx`, one sheet a view.

    Args:
        form: whose it is, of which cycle and data version.
        views: what the recipient makes or buys.
        footer: the line at the foot of each page.
    """
    book = PackBook(f"{form.company}: plan {form.cycle}, {form.recipient}", f"{form.company} planning", form.made_at)
    for grid in views:
        write_grid(book, grid, footer)
    return book.finish()
