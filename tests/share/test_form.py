"""The form's seals: what they cover, and that nothing else fits them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sop_xl.schema.inputs import OVERRIDES
from sop_xl.share.form import ABOUT_LABELS, about_seal, form_id, is_sealed, plain_value
from tests.share.cases import GUID, ROWS, pack

SECRET = "0123456789abcdef"


def test_a_code_is_the_rows_id_and_sixteen_digits() -> None:
    code = ROWS[0].code(SECRET, "F0001-9ab3c4")
    assert code.startswith("R0001-")
    assert len(code) == len("R0001-") + 16
    assert code == ROWS[0].code(SECRET, "F0001-9ab3c4")


@pytest.mark.parametrize(
    "other",
    [
        replace(ROWS[0], row_id="R0002"),
        replace(ROWS[0], sheet="Capacity"),
        replace(ROWS[0], key={**ROWS[0].key, "item": "123"}),
        replace(ROWS[0], base={"quantity": 41.0}),
        replace(ROWS[0], base={"quantity": None}),
    ],
)
def test_whatever_a_row_says_is_under_its_code(other: object) -> None:
    assert other.code(SECRET, "F0001-9ab3c4")[6:] != ROWS[0].code(SECRET, "F0001-9ab3c4")[6:]


def test_a_row_of_another_form_or_company_has_another_code() -> None:
    code = ROWS[0].code(SECRET, "F0001-9ab3c4")
    assert not is_sealed(code, ROWS[0].code(SECRET, "F0002-9ab3c4"))
    assert not is_sealed(code, ROWS[0].code("another secret", "F0001-9ab3c4"))
    assert is_sealed(code, f" {code} ")


def test_the_about_sheet_is_sealed_as_a_whole() -> None:
    form = pack().form
    facts = form.facts()
    assert len(facts) == len(ABOUT_LABELS) - 1
    assert form.seal(SECRET) == about_seal(SECRET, facts)
    for position in range(len(facts)):
        changed = [*facts[:position], facts[position] + "0", *facts[position + 1 :]]
        assert about_seal(SECRET, changed) != form.seal(SECRET)


def test_ids_are_read_by_people() -> None:
    assert form_id(12, GUID) == "F0012-9ab3c4"


def test_base_values_are_plain_and_rounded_as_they_are_kept() -> None:
    quantity, period = OVERRIDES.column("quantity"), OVERRIDES.column("period")
    assert plain_value(quantity, 1 / 3) == 0.333333
    assert str(plain_value(quantity, -0.0)) == "0.0"
    assert [plain_value(quantity, blank) for blank in (np.nan, None, pd.NA)] == [None] * 3
    assert plain_value(period, pd.Period("2026-12", "M")) == "2026-12"
    assert plain_value(OVERRIDES.column("at"), pd.Timestamp("2026-12-05")) == "2026-12-05"
    assert plain_value(OVERRIDES.column("item"), "00123") == "00123"
    assert plain_value(OVERRIDES.column("reason"), "") is None
