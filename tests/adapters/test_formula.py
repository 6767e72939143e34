"""Formulas cut into tokens: moved, resized, and asked what they read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator

from sop_xl.adapters.package.book_xml import DefinedName
from sop_xl.adapters.package.formula import has_relative_rows, resized, shifted, tokens
from sop_xl.adapters.package.lookup import Lookup
from sop_xl.adapters.package.ranges import Rect, Resize
from sop_xl.adapters.package.table_xml import TableXml

FORMULAS = [
    "SUM(A1:B2)+$C$3*'My ''S'!A1",
    "A$1+$A1+A1",
    'IF(A1<>"",A2&"A3",1.5E3)',
    "LOG10(5)+Jan2024!B7",
    "SUM(A:A)+SUM($2:$4)",
    "_xlfn.XLOOKUP(A1,B1:B9,C1:C9)",
    "TRUE",
]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("rows", [0, 1, 7])
def test_a_formula_moves_as_openpyxl_moves_it(formula: str, rows: int) -> None:
    translator = Translator(f"={formula}", origin="D10")
    assert f"={shifted(formula, rows)}" == translator.translate_formula(f"D{10 + rows}")


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("A1", "#REF!"),
        ("$A$1", "$A$1"),
        ("tblA[[#This Row],[Qty A1]]", "tblA[[#This Row],[Qty A1]]"),
        ("tblA['[A1']]+A2", "tblA['[A1']]+A1"),
        ("tblA1!B3", "tblA1!B2"),
        ("'A1'!B3", "'A1'!B2"),
        ("F2x+A2", "F2x+A1"),
        ("A2:INDEX(B2:B9,3)", "A1:INDEX(B1:B8,3)"),
    ],
)
def test_a_formula_moved_one_up(formula: str, moved: str) -> None:
    assert shifted(formula, -1) == moved


@given(st.text(st.sampled_from("AB12$:!'\"[]#@(),+ xé_."), max_size=30))
def test_tokens_joined_are_the_formula(formula: str) -> None:
    assert "".join(token.text for token in tokens(formula)) == formula


def test_relative_rows() -> None:
    assert has_relative_rows("A1+1")
    assert not has_relative_rows("A$1+tbl[[#This Row],[A1]]")


GROWN = Resize("Stock", Rect(5, 2, 6, 4), Rect(5, 2, 9, 4), header=4)
"""A table in B4:D6 that grew to B4:D9."""


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("Stock!$C$5:$C$6", "Stock!$C$5:$C$9"),
        ("'stock'!B4:D6", "'stock'!B4:D9"),
        ("Stock!C5:C7", "Stock!C5:C7"),
        ("Stock!A5:C6", "Stock!A5:C6"),
        ("Stock!C5", "Stock!C5"),
        ("Other!C5:C6", "Other!C5:C6"),
        ("C5:C6", "C5:C6"),
        ("SUM(Stock!C5:C6,Stock!D$5:D$6)", "SUM(Stock!C5:C9,Stock!D$5:D$9)"),
    ],
)
def test_a_range_that_spans_the_body_moves_with_its_end(formula: str, wanted: str) -> None:
    assert resized(formula, [GROWN]) == wanted


TABLE = TableXml(
    '<table displayName="tblStock" ref="B4:D6"><tableColumns><tableColumn name="Item"/>'
    '<tableColumn name="On hand"/><tableColumn name="Unit"/></tableColumns></table>',
    "table1.xml",
    "Stock",
)
LOOKUP = Lookup(
    ["Stock", "View", "My Sheet"],
    [TABLE],
    [
        DefinedName("Hand", "", "tblStock[On hand]"),
        DefinedName("Hand2", "", "Hand*2"),
        DefinedName("Local", "View", "View!$A$1"),
        DefinedName("Above", "", "View!A1"),
        DefinedName("Loop", "", "Loop+1"),
    ],
)


@pytest.mark.parametrize(
    ("formula", "areas"),
    [
        ("A1+'My Sheet'!$B$2:$C$3", [("view", "A1"), ("my sheet", "B2:C3")]),
        ("SUM(tblStock[On hand])", [("stock", "C4:C6")]),
        ("tblStock[[Item]:[On hand]]", [("stock", "B4:C6")]),
        ("tblStock[#All]", [("stock", "B4:D6")]),
        ("ROWS(tblStock)", [("stock", "B4:D6")]),
        ("Hand2+Local", [("stock", "C4:C6"), ("view", "A1")]),
        ("SUM(D:D)", [("view", "D1:D1048576")]),
        ("TRUE+nothing", []),
        ("1+1", []),
        ("OFFSET(A1,1,1)", None),
        ('INDIRECT("A1")', None),
        ("SUM(A1:INDEX(B:B,3))", None),
        ("SUM(Stock:View!A1)", None),
        ("Above", None),
        ("Loop", None),
    ],
)
def test_what_a_formula_reads(formula: str, areas: list[tuple[str, str]] | None) -> None:
    found = LOOKUP.areas(formula, "View", 5)
    assert areas == (None if found is None else [(sheet, area.text) for sheet, area in found])


def test_what_a_formula_in_the_table_reads() -> None:
    for formula in ("tblStock[[#This Row],[On hand]]", "[@[On hand]]", "tblStock[@[On hand]]"):
        assert LOOKUP.areas(formula, "Stock", 6) == [("stock", Rect(6, 3, 6, 3))], formula


def test_a_shared_formula_reads_relative_to_its_cell() -> None:
    assert LOOKUP.areas("A1+$B$1", "View", 5, shift=(2, 1)) == [("view", Rect(3, 2, 3, 2)), ("view", Rect(1, 2, 1, 2))]
