"""Actuals: check a paste against the company and what was committed before; nothing is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.actuals.check import check_paste
from sop_xl.actuals.context import PasteContext
from sop_xl.domain.errors import InvalidInputError
from sop_xl.domain.issue import stops

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import pandas as pd

    from sop_xl.actuals.profile import MappingProfile
    from sop_xl.actuals.raw import RawPaste
    from sop_xl.actuals.result import PasteCheck
    from sop_xl.services.inputs import Inputs

_NEEDED = frozenset({"items", "markets", "locations", "fx_rates", "settings"})


def check_actuals(
    source: RawPaste,
    inputs: Inputs,
    committed: pd.DataFrame | None = None,
    profile: MappingProfile | None = None,
    answers: Mapping[str, str] | None = None,
    *,
    control: Mapping[str, Decimal] | None = None,
    batches: Mapping[str, str] | None = None,
) -> PasteCheck:
    """Return what a paste would do.

    Faults of tables that the check does not use do not stop it: a month is often closed while the plan's
    inputs are still being worked on.

    Args:
        source: the paste, from a file or a sheet.
        inputs: the workbook as it stands.
        committed: facts committed so far, columns as the table `actuals`; None: those of the workbook.
        profile: how this kind of export was read last time.
        answers: answers to questions, by `CODE:COLUMN`.
        control: totals typed by finance, by `quantity` and `value`.
        batches: for each content committed before, its digest and in words which batch that was.

    Raises:
        InvalidInputError: settings or the lists of items, markets, locations or rates cannot be read.
    """
    sheets = {parsed.table.sheet for name, parsed in inputs.parsed.items() if name in _NEEDED}
    faults = [issue for issue in stops(inputs.issues) if issue.sheet in sheets]
    if inputs.settings is None or faults:
        raise InvalidInputError(faults or stops(inputs.issues))
    before = inputs.frames["actuals"] if committed is None else committed
    context = PasteContext.of(inputs.settings, inputs.frames, before, batches)
    return check_paste(source, context, profile, answers, control)
