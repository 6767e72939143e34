"""`sop-xl explain`: what makes up one number of the forecast."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import Annotated

import pandas as pd
import typer

from sop_xl.domain.errors import SopError
from sop_xl.entrypoints.command import Json, show
from sop_xl.entrypoints.places import open_workbook


def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsm", help="The workbook.")],
    item: Annotated[str, typer.Option(help="Code of the item.")],
    period: Annotated[str, typer.Option(help="Month, YYYY-MM.")],
    market: Annotated[str, typer.Option(help="Default: all markets together.")] = "",
    json: Json = False,
) -> None:
    """Explain one number of the forecast: the sum behind it, the method and why, its past errors beside naive's."""
    from sop_xl.demand.explain import explain as told
    from sop_xl.schema.parse import read_table

    try:
        month = pd.Period(period, freq="M")
    except ValueError:
        raise SopError(f"'{period}' is not a month. Write it as 2026-11.") from None
    book = open_workbook(file)
    made = told(lambda table: read_table(table, book.read_cells(table)).frame, item, market, month)
    value = {**asdict(made), "period": str(month), "text": made.sentences()}
    show(json, value, made.sentences())
