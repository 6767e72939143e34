"""Build SOP_Template.xlsm: every sheet in order, then what XlsxWriter cannot write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema import INPUT_TABLES, RESULT_TABLES
from sop_xl.template.book import Book

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

VIEWS: dict[str, Callable[[Book], None]] = {}
"""Sheet name to its builder, in tab order; views come first, then inputs, results and system sheets."""


def build_template(frames: Mapping[str, pd.DataFrame] | None = None) -> bytes:
    """Return the workbook's bytes; the same input gives the same bytes.

    Args:
        frames: bodies of tables by name, as `schema.frames.conform` gives them; the others are empty.
    """
    names = [*VIEWS, *(table.sheet for table in (*INPUT_TABLES, *RESULT_TABLES))]
    book = Book(names, frames)
    for build in VIEWS.values():
        build(book)
    return book.finish()
