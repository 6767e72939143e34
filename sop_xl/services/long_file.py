"""Long tables outside the workbook: CSV or Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from pathlib import Path


def read_long(source: Path) -> pd.DataFrame:
    """Read a long table: every column of a CSV file as text, a Parquet file as it is typed.

    Raises:
        SopError: there is no such file, it cannot be read, or what reads Parquet is not installed.
    """
    if not source.is_file():
        raise SopError(f"There is no file '{source}'.")
    if source.suffix.lower() in (".parquet", ".pq"):
        return _parquet(source)
    try:
        return pd.read_csv(source, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        raise SopError(f"{source} is not a CSV file in UTF-8: {fault}") from None


def _parquet(source: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(source)
    except ImportError:
        raise SopError(
            f"{source} is a Parquet file, and what reads it is not installed. "
            "Install it (pip install 'sop-xl[parquet]'), or save the table as CSV."
        ) from None
    except (OSError, ValueError) as fault:
        raise SopError(f"{source} is not a Parquet file: {fault}") from None
