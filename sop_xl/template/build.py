"""Build SOP_Template.xlsm: every sheet in order, then what XlsxWriter cannot write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema import INPUT_TABLES, RESULT_TABLES, paste
from sop_xl.template import names, row_styles
from sop_xl.template.book import Book
from sop_xl.template.data_sheets import build_data_sheets
from sop_xl.template.sheets import (
    accuracy,
    bridge,
    capacity,
    cash,
    checks,
    compare,
    demand_review,
    distribution,
    events,
    executive,
    family,
    family_data,
    finance,
    functions,
    guide,
    home,
    initiatives,
    inventory,
    kpis,
    new_products,
    paste_actuals,
    procurement,
    production_plans,
    ranges,
    risks,
    schedule,
    supply_review,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from sop_xl.template.book import OwnColumn

ROW_STYLES = row_styles.SHEET
VIEWS: dict[str, Callable[[Book], None]] = {
    home.SHEET: home.build,
    paste.SHEET: paste_actuals.build,
    executive.SHEET: executive.build,
    family_data.SHEET: family.build,
    demand_review.SHEET: demand_review.build,
    events.SHEET: events.build,
    new_products.SHEET: new_products.build,
    accuracy.SHEET: accuracy.build,
    supply_review.SHEET: supply_review.build,
    capacity.SHEET: capacity.build,
    production_plans.SHEET: production_plans.build,
    procurement.SHEET: procurement.build,
    inventory.SHEET: inventory.build,
    distribution.SHEET: distribution.build,
    schedule.SHEET: schedule.build,
    finance.SHEET: finance.build,
    cash.SHEET: cash.build,
    bridge.SHEET: bridge.build,
    compare.SHEET: compare.build,
    ranges.SHEET: ranges.build,
    kpis.SHEET: kpis.build,
    initiatives.SHEET: initiatives.build,
    risks.SHEET: risks.build,
    checks.SHEET: checks.build,
    guide.SHEET: guide.build,
    functions.SHEET: functions.build,
}
"""Sheet name to its builder, in tab order; views come first, then inputs, results and system sheets."""

SYSTEM: dict[str, Callable[[Book], None]] = {names.SHEET: names.build, ROW_STYLES: row_styles.build}
"""The sheets at the end: what views read, and rows they are made from; `Row styles` is the last."""


def build_template(
    frames: Mapping[str, pd.DataFrame] | None = None,
    *,
    saved_project: bytes | None = None,
    own_columns: Mapping[str, Sequence[OwnColumn]] | None = None,
) -> bytes:
    """Return the workbook's bytes; the same input gives the same bytes.

    Args:
        frames: bodies of tables by name, as `schema.frames.conform` gives them; the others are empty.
        saved_project: the `vbaProject.bin` of this template as Excel once saved it; written from the
            sources when left out.
        own_columns: a user's own columns, to stand at the end of tables, by the table's name.

    Raises:
        ValueError: the saved project's sources are not those of this version.
    """
    book = Book(sheet_names(), frames, own_columns)
    build_data_sheets(book)
    for build in (*SYSTEM.values(), *VIEWS.values()):
        build(book)
    return book.finish(saved_project)


def sheet_names() -> list[str]:
    """Return every sheet, in tab order."""
    data = (table.sheet for table in (*INPUT_TABLES, *RESULT_TABLES))
    return list(dict.fromkeys([*VIEWS, *data, *SYSTEM, ROW_STYLES]))


def write_template(path: Path) -> None:
    """Write the empty template to `path`."""
    path.write_bytes(build_template())
