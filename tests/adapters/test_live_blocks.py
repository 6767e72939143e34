"""What COM gives for a block, and which number formats its values need; no spreadsheet is asked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_xl.adapters.live.blocks import read_formulas, read_values, write
from sop_xl.adapters.live.live_cells import LiveCell
from sop_xl.adapters.live.number_formats import Need, is_taken_for_more, need_of, stretches
from sop_xl.domain.cells import CellError
from tests.support.calc_engine.strict import is_parsed


class Excel:
    """A block as xlwings shows that of an Excel: what COM gives, errors as numbers that xlwings turns into text."""

    def __init__(self, rows: list[list[Any]], errors: dict[tuple[int, int], str] | None = None) -> None:
        self._rows = rows
        self._errors = errors or {}
        self.asked: list[dict[str, Any]] = []
        self.api = SimpleNamespace(Value2=tuple(tuple(self._exact(value) for value in row) for row in rows))

    def options(self, **options: Any) -> Excel:
        self.asked.append(options)
        return self

    @property
    def value(self) -> list[list[Any]]:
        shown = self.asked[-1]["err_to_str"]
        return [
            [(self._errors[i, j] if shown else None) if (i, j) in self._errors else v for j, v in enumerate(row)]
            for i, row in enumerate(self._rows)
        ]

    @staticmethod
    def _exact(value: Any) -> Any:
        return 0.123456 if isinstance(value, Decimal) else value


def test_a_block_is_read_once_and_whole() -> None:
    block = Excel([[1.5, "x", True, None]])
    assert read_values(block) == [[1.5, "x", True, None]]
    assert block.asked == [{"ndim": 2, "chunksize": None, "err_to_str": True}]


def test_currency_is_read_unrounded() -> None:
    # COM gives a Decimal cut to 4 places, 0.1235; Value2 gives the number itself
    assert read_values(Excel([[Decimal("0.1235"), 2.0]])) == [[0.123456, 2.0]]


def test_an_error_is_told_from_a_text_like_it() -> None:
    rows = read_values(Excel([["#N/A", None, "#N/A"]], errors={(0, 1): "#DIV/0!", (0, 2): "#N/A"}))
    assert rows == [["#N/A", "#DIV/0!", "#N/A"]]
    assert [type(value) for value in rows[0]] == [str, CellError, CellError]


@pytest.mark.parametrize(
    ("number", "error"), [(-2146826243, "#SPILL!"), (-2146826238, "#CALC!"), (-2146826200, "#VALUE!")]
)
def test_an_error_that_xlwings_does_not_know_comes_as_a_whole_number(number: int, error: str) -> None:
    ((value,),) = read_values(Excel([[number]]))
    assert (value, type(value)) == (error, CellError)


def test_moments_are_days_where_they_have_no_time() -> None:
    moments = [
        dt.datetime(2026, 3, 1),
        dt.datetime(2026, 3, 1, 15, 9, 25, 999_600),
        dt.datetime(2026, 2, 28, 23, 59, 59, 999_900),
    ]
    assert read_values(Excel([moments])) == [
        [dt.date(2026, 3, 1), dt.datetime(2026, 3, 1, 15, 9, 26), dt.date(2026, 3, 1)]
    ]


class OldExcel:
    """A block in an Excel before dynamic arrays, which has no `formula2`."""

    formula = "=A1"

    def __init__(self) -> None:
        self.value: Any = None

    def options(self, **_options: Any) -> OldExcel:
        return self

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "formula2":
            raise AttributeError(name)
        object.__setattr__(self, name, value)


def test_an_excel_without_dynamic_arrays() -> None:
    block = OldExcel()
    assert read_formulas(block) == [["=A1"]]
    write(block, [["=A1*2"]])
    assert block.value == [["=A1*2"]]


class Cells:
    """A block, and its single cells, that note what is written to them."""

    def __init__(self, written: list[Any]) -> None:
        object.__setattr__(self, "written", written)

    def options(self, **_options: Any) -> Cells:
        return self

    def __getitem__(self, place: tuple[int, int]) -> Cells:
        return Cells(self.written)

    def __setattr__(self, _name: str, value: Any) -> None:
        self.written.append(value)


def test_a_text_too_long_for_a_block_is_written_alone() -> None:
    written: list[Any] = []
    write(Cells(written), [["a", "x" * 8_001], [1.0, "y" * 8_000]])
    assert written == [[["a", None], [1.0, "y" * 8_000]], "x" * 8_001]


@given(st.text(st.sampled_from("0123456789.,-+/:%$()=@'#eEabAMPmTRUE trufalsNJMDec"), min_size=1, max_size=12))
def test_every_text_that_excel_parses_gets_the_format_of_texts(text: str) -> None:
    assert is_taken_for_more(text) or not is_parsed(text)


@pytest.mark.parametrize("text", ["plain", "Line A", "theta", "  lead", "Größe", "yes"])
def test_words_need_no_format(text: str) -> None:
    assert not is_taken_for_more(text)


@pytest.mark.parametrize(
    ("cell", "need", "good", "bad"),
    [
        (LiveCell(1, "007"), Need.TEXT, ["@"], ["General", "0000"]),
        (LiveCell(1, 7.0), Need.NUMBER, ["General", "#,##0", "[h]:mm"], ["@", "mmm yyyy", "d.m.yy"]),
        (LiveCell(1, dt.date(2026, 3, 1)), Need.DATE, ["mmm yyyy", "yyyy-mm-dd", "m/d/yyyy"], ["General", "@", "0.00"]),
        (LiveCell(1, True), Need.VALUE, ["General", "mmm yyyy"], ["@"]),
        (LiveCell(1, CellError("#N/A")), Need.VALUE, ["0.00"], ["@"]),
        (LiveCell(1, "ab", '"a"&"b"'), Need.VALUE, ["General"], ["@"]),
        (LiveCell(1, 2.0, "1+1"), Need.NUMBER, ["0.00"], ["@", "mmm yyyy"]),
    ],
)
def test_needs(cell: LiveCell, need: Need, good: list[str], bad: list[str]) -> None:
    assert need_of(cell) is need
    assert [code for code in (*good, *bad) if need.is_met_by(code)] == good
    assert need.is_met_by(need.remedy)


def test_a_blank_and_a_plain_word_need_nothing() -> None:
    assert need_of(LiveCell(1)) is need_of(LiveCell(1, "word")) is None


def test_stretches_of_one_need_join_what_needs_nothing() -> None:
    needs = [None, Need.TEXT, None, Need.TEXT, Need.NUMBER, None, None, Need.NUMBER, Need.TEXT, None]
    assert [*stretches(needs)] == [(Need.TEXT, 1, 3), (Need.NUMBER, 4, 7), (Need.TEXT, 8, 8)]
    assert [*stretches([None, None])] == []
