"""Tables kept as compressed CSV: readable for as long as there is a computer."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.adapters.ledger.digest import sha256
from sop_xl.domain.ledger_errors import LedgerDamagedError
from sop_xl.schema.frames import conform
from sop_xl.schema.parse import read_table
from sop_xl.schema.render import from_csv, to_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.schema.table import Table


def packed(table: Table, frame: pd.DataFrame) -> tuple[bytes, str]:
    """Return a frame as it is kept, and the hash of what is inside."""
    content = to_csv(table, conform(table, frame)).encode()
    return zlib.compress(content), sha256(content)


def unpacked(table: Table, content: bytes, digest: str) -> pd.DataFrame:
    """Return the frame that `packed` kept.

    Raises:
        LedgerDamagedError: it is not what was kept.
    """
    csv = inflated(content, digest, f"the kept table {table.name}").decode()
    return conform(table, read_table(table, from_csv(table, csv, table.name), csv=True).frame)


def inflated(content: bytes, digest: str, what: str) -> bytes:
    """Return what was compressed.

    Raises:
        LedgerDamagedError: it does not have the hash `digest`; `what` says what it is.
    """
    try:
        plain = zlib.decompress(content)
    except zlib.error:
        plain = b""
    if sha256(plain) != digest:
        raise LedgerDamagedError(f"In the ledger {what} is damaged. Restore a backup of the ledger.")
    return plain


def month_names(periods: pd.Series) -> list[str]:
    """Return months as `2026-10`, fast for long columns; a month that is missing is an empty text."""
    codes, months = pd.factorize(periods)
    names = np.array([*map(str, months), ""], dtype=object)
    return list(names[codes])


def months(names: Sequence[str]) -> pd.PeriodIndex:
    """Return `2026-10` and the like as months, fast for long columns."""
    codes, found = pd.factorize(np.asarray(names, dtype=object))
    if not len(found):
        return pd.PeriodIndex([], freq="M")
    return pd.PeriodIndex(list(found), freq="M").take(codes)
