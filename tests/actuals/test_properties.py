"""Whatever is pasted: no crash, no silent change, and the books of the check add up."""

from __future__ import annotations

import copy
import datetime as dt
import json
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sop_xl.actuals.csv_text import read_text
from sop_xl.actuals.dates import read_date
from sop_xl.actuals.numbers import Mark, read_amount
from sop_xl.actuals.profile import MappingProfile
from sop_xl.actuals.raw import RawPaste, squared
from sop_xl.domain.cells import CellError
from sop_xl.domain.errors import SopError
from tests.actuals.company import HEADER, ITEM_CODES, check, committed, company, one_currency, row, sheet

CONTEXTS = (company(), one_currency(committed=committed()))
CHEAP = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

numbers = st.one_of(
    st.none(),
    st.floats(),
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.sampled_from(
        ["1.234", "1,234", "12,5", "1.234,56-", "(5)", "7 CR", "-", "", " ", "n/a", "1e5", "=1+1", "\u0663"]
    ),
    st.text(max_size=8),
    st.just(CellError("#N/A")),
)
dates = st.one_of(
    st.none(),
    st.dates(),
    st.datetimes(),
    st.floats(),
    st.text(max_size=10),
    st.sampled_from(
        ["2026-10", "03/04/2026", "13/04/2026", "04/13/2026", "Okt 26", "46296", "60", "010.2026", "Total"]
    ),
)
words = st.one_of(
    st.none(),
    st.sampled_from([*ITEM_CODES, "123", "42", "Total", "Item", "\u0410100", " A100 ", "#REF!"]),
    st.floats(),
    st.text(max_size=10),
    st.just(CellError("#REF!")),
)
headers = st.sampled_from(
    [
        *HEADER,
        "Qty",
        "Umsatz",
        "Menge",
        "2026-10",
        "2026-09",
        "Year",
        "Unit",
        "Total",
        "",
        None,
        "SOP status",
        "Sales",
        "?",
    ]
)
answers = st.dictionaries(
    st.sampled_from(
        ["P04:Quantity", "P05:Month", "P18:rows", "P36:Item", "P20:Currency", "P20:Month", "P27:Value", "P28:Value"]
    ),
    st.sampled_from(["comma", "dot", "day first", "sum", "keep the last", "fill down", "EUR", "2026-10", "flip", "x"]),
)


@st.composite
def tables(draw):
    """A table below the usual header, each cell of its kind or of none."""
    cell = {"Quantity": numbers, "Value": numbers, "Month": dates}
    good = st.just(row())
    odd = st.tuples(
        *(st.one_of(cell.get(name, words), st.just(good_cell)) for name, good_cell in zip(HEADER, row(), strict=True))
    )
    lines = draw(st.lists(st.one_of(good, odd.map(list)), max_size=8))
    hidden = draw(st.frozensets(st.integers(0, 8), max_size=2))
    formulas = draw(st.frozensets(st.tuples(st.integers(0, 8), st.integers(0, 7)), max_size=2))
    return RawPaste(squared([list(HEADER), *lines]), "paste", "S", hidden=hidden, formulas=formulas)


@st.composite
def chaos(draw):
    """A block of anything, under headers of anything."""
    width = draw(st.integers(1, 7))
    line = st.lists(st.one_of(words, numbers, dates), min_size=width, max_size=width)
    body = draw(st.lists(line, max_size=6))
    head = draw(st.lists(headers, min_size=width, max_size=width))
    top = draw(st.lists(line, max_size=2))
    return RawPaste(squared([*top, head, *body]), "paste", "S", typed=draw(st.booleans()))


def assert_books_add_up(result):
    counts = result.counts
    assert counts["rows_in"] == sum(counts[name] for name in ("good", "fixed", "warn", "bad", "excluded"))
    assert counts["rows_in"] == len(result.rows)
    for name, total in result.totals.items():
        records = [line.values[name] for line in result.rows if line.values[name] is not None]
        stated = sum((Decimal(part) for part in total["by_status"].values()), Decimal(0))
        # Every amount that was read is in exactly one class; floats of the rows are those of the facts.
        cents = sum((Decimal(repr(amount)) for amount in records), Decimal(0))
        assert abs(stated - cents) < Decimal("0.005") + abs(cents) * Decimal("1e-12")
        kept = Decimal(total["total"])
        months = sum((Decimal(part) for part in total["by_month"].values()), Decimal(0))
        assert kept == months
    json.dumps(result.to_json(), default=str)


def assert_facts_are_rows(result):
    keys = ["measure", "item", "market", "location", "period"]
    assert not result.facts.duplicated(keys).any()
    ready = {
        tuple(line.values[key] or "" for key in keys)
        for line in result.rows
        if line.status in ("good", "fixed", "warn")
    }
    assert {tuple(map(str, key)) for key in result.facts[keys].to_numpy().tolist()} <= ready


@CHEAP
@given(raw=tables(), given_answers=answers, context=st.sampled_from(CONTEXTS))
def test_any_table_is_checked_and_adds_up(raw, given_answers, context):
    before = copy.deepcopy(raw.rows)
    facts = context.committed.copy(deep=True)
    result = check(raw, context, answers=given_answers)
    assert_books_add_up(result)
    assert_facts_are_rows(result)
    assert str(before) == str(raw.rows)
    assert facts.equals(context.committed)


@CHEAP
@given(raw=chaos(), context=st.sampled_from(CONTEXTS))
def test_any_block_of_cells_is_checked_and_adds_up(raw, context):
    result = check(raw, context)
    assert_books_add_up(result)
    assert_facts_are_rows(result)


@CHEAP
@given(raw=tables(), given_answers=answers)
def test_the_same_paste_gives_the_same_check(raw, given_answers):
    first, again = (check(raw, answers=given_answers).to_json() for _ in range(2))
    assert json.dumps(first, default=str) == json.dumps(again, default=str)


@CHEAP
@given(raw=tables(), given_answers=answers)
def test_a_profile_answers_like_the_answers_it_learned(raw, given_answers):
    asked_each_time = ("P18",)
    kept = {key: value for key, value in given_answers.items() if key[:3] not in asked_each_time}
    first = check(raw, answers=kept)
    stored = MappingProfile.from_json(json.loads(json.dumps(first.profile.to_json())))
    again = check(raw, profile=stored)
    assert again.counts == first.counts
    assert again.totals == first.totals


def read_or_refused(data: bytes) -> RawPaste | str:
    try:
        return read_text(data, "x.csv")
    except SopError as refusal:
        return str(refusal)


def assert_checked_or_refused(data: bytes) -> None:
    found = read_or_refused(data)
    if isinstance(found, str):
        assert "x.csv" in found
    else:
        assert_books_add_up(check(found))


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused_with_words(data):
    assert_checked_or_refused(data)


@settings(max_examples=60, deadline=None)
@given(content=st.text(alphabet="Item,;\t\n\r\"Month2026-10Qty.A1 '€", max_size=120))
def test_any_text_is_a_table_or_refused_with_words(content):
    assert_checked_or_refused(content.encode())


amounts = st.decimals(-(10**9), 10**9, places=2, allow_nan=False)


def grouped(amount: Decimal, group: str, mark: str) -> str:
    text = f"{abs(amount):,.2f}"
    return text.replace(",", "#").replace(".", mark).replace("#", group)


@given(
    amount=amounts,
    style=st.sampled_from([(",", "."), (".", ","), ("'", "."), (" ", ","), ("\u202f", ","), ("", ".")]),
    sign=st.sampled_from(["-{}", "{}-", "({})", "{} CR", "\u2212{}"]),
)
def test_an_amount_written_in_any_habit_is_read_back_exactly(amount, style, sign):
    group, mark = style
    text = grouped(amount, group, mark)
    text = sign.format(text) if amount < 0 else text
    assert read_amount(text).value(Mark.DOT if mark == "." else Mark.COMMA) == amount


@given(
    day=st.dates(dt.date(2001, 1, 1), dt.date(2050, 1, 1)),
    form=st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d-%b-%y", "%d %B %Y", "%b %d, %Y", "%Y/%m/%d 00:00:00"]),
)
def test_a_day_written_without_doubt_is_read_back(day, form):
    assert read_date(day.strftime(form)).sure == day


@given(day=st.dates(dt.date(2001, 1, 1), dt.date(2050, 1, 1)), mark=st.sampled_from("/.-"))
def test_a_day_written_either_way_is_among_its_readings(day, mark):
    assert read_date(day.strftime(f"%d{mark}%m{mark}%Y")).day_first == day
    assert read_date(day.strftime(f"%m{mark}%d{mark}%Y")).month_first == day


@settings(max_examples=30, deadline=None)
@given(units=st.lists(st.integers(1, 999), min_size=1, max_size=4), mark=st.sampled_from(".,"))
def test_thousands_alone_are_never_guessed(units, mark):
    lines = [f"A{100 * (k + 1)};2026-10;{n}{mark}{n:03d}" for k, n in enumerate(units[:3])]
    result = check(read_text("\n".join(["Item;Month;Qty", *lines]).encode(), "x.csv"))
    assert [question.code for question in result.questions if question.blocking] == ["P04"]
    assert result.facts.empty


def test_the_order_of_rows_and_columns_does_not_matter():
    lines = [row(), row("A200", 5, 55.55), row("A300", 7, "x")]
    straight = check(sheet([HEADER, *lines]))
    turned = check(sheet([line[::-1] for line in (HEADER, *lines[::-1])]))
    assert straight.facts.equals(turned.facts)
    assert straight.counts == turned.counts
