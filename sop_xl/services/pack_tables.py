"""The tables packs are made from, read as they stand; and whose plan they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.domain.errors import InvalidInputError, SopError
from sop_xl.domain.issue import stops
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.frames import conform
from sop_xl.schema.inputs import SETTINGS
from sop_xl.schema.parse import read_table
from sop_xl.schema.settings import parse_settings
from sop_xl.services.log import current_cycle, last_standing, read_log
from sop_xl.share.answers import READ as ANSWERS
from sop_xl.share.briefing import READ as BRIEFING
from sop_xl.share.briefing import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.ports import Workbook

READ = tuple(dict.fromkeys(("recipients", *ANSWERS, *BRIEFING)))


@dataclass(frozen=True)
class PackTables:
    """Inputs and results by name, and whose plan they are; the data version is the ledger's to say."""

    frames: Mapping[str, pd.DataFrame] = field(repr=False)
    facts: Facts


def read_pack_tables(workbook: Workbook) -> PackTables:
    """Read the tables of packs.

    Raises:
        InvalidInputError: one of them has faults that stop a run.
        SopError: there is no plan of the open month.
    """
    parsed = {name: read_table(TABLE_BY_NAME[name], workbook.read_cells(TABLE_BY_NAME[name])) for name in READ}
    issues = [issue for table in parsed.values() for issue in table.issues]
    if stops(issues):
        raise InvalidInputError(stops(issues))
    frames = {name: conform(TABLE_BY_NAME[name], table.frame) for name, table in parsed.items()}
    return PackTables(frames, _facts(workbook))


def _facts(workbook: Workbook) -> Facts:
    runs = read_log(workbook)
    cycle = current_cycle(runs)
    if not cycle:
        raise SopError("There is no plan in the workbook yet, so there is nothing to send. Run the cycle first.")
    period = pd.Period(cycle, freq="M")
    settings, issues = parse_settings(read_table(SETTINGS, workbook.read_cells(SETTINGS)), period - 1)
    if settings is None or stops(issues):
        raise InvalidInputError(stops(issues))
    if settings.current_period != period:
        raise SopError(
            f"{settings.current_period} is open, but the plan in the workbook is of {period}. Run the cycle first."
        )
    company = settings.company or workbook.name.rpartition(".")[0] or "Company"
    return Facts(company, settings.currency, period, "", last_standing(runs))
