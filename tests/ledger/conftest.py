"""The ledger in both databases."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from sop_xl.adapters.ledger.opening import create_file, create_url
from tests.support.postgres import server_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sop_xl.adapters.ledger.ledger import SqlLedger

_numbers = itertools.count(1)


@pytest.fixture
def guid() -> str:
    """A GUID no other test of this process has."""
    return f"0000-{next(_numbers):08d}"


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, guid: str) -> Iterator[SqlLedger]:
    """An empty ledger, once in a file and once in PostgreSQL."""
    workbook = str(tmp_path / "plan.xlsm")
    if request.param == "sqlite":
        made = create_file(tmp_path / "plan.sopledger", guid, workbook)
    else:
        made = create_url(server_url(), guid, workbook)
    yield made
    made.close()
