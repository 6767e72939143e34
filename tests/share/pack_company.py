"""Packs of the company two_plants: planned once, with six recipients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema.inputs import RECIPIENTS
from sop_xl.services.compute import silent
from sop_xl.services.packs import PackWish, make_packs
from sop_xl.template.packs.printer import PackPrinter
from tests.services.company import planned_two_plants
from tests.services.pastes import memory_of

if TYPE_CHECKING:
    from pathlib import Path

    from sop_xl.services.packs import MadePack, Packs

ROWS = (
    {"recipient": "Ann", "role": "sales", "address": "ann@chairs.example", "markets": "East"},
    {
        "recipient": "=Bob",
        "role": "sales",
        "address": "bob@chairs.example",
        "markets": "North, Web",
        "items": "Chairs",
        "columns": "description, consensus, margin",
    },
    {"recipient": "P1 team", "role": "plant", "address": "p1@chairs.example", "sites": "P1"},
    {"recipient": "Buyer", "role": "buyer", "address": "buy@chairs.example", "items": "WOOD"},
    {"recipient": "Fay", "role": "finance", "address": "fay@chairs.example"},
    {"recipient": "Boss", "role": "executive", "address": "boss@chairs.example"},
)


def company_with(rows=ROWS):
    """Return the planned company with these recipients."""
    workbook, _ = planned_two_plants()
    fields = RECIPIENTS.fields
    cells = [list(RECIPIENTS.headers), *([row.get(name, "") for name in fields] for row in rows)]
    workbook.put(RECIPIENTS, cells)
    return workbook


def packs_in(folder: Path, wish: PackWish | None = None, rows=ROWS) -> Packs:
    """Return the packs of the company, made beside a ledger in this folder."""
    workbook = company_with(rows)
    with memory_of(workbook, folder) as memory:
        return make_packs(workbook, memory, PackPrinter(), wish or PackWish(), silent)


def of(packs: Packs, recipient: str, suffix: str = ".xlsx") -> MadePack:
    """Return the pack of a recipient."""
    return next(p for p in packs.made if p.recipient.recipient == recipient and p.name.endswith(suffix))
