"""Headers in all their habits."""

import pytest

from sop_xl.actuals.locate import find_header
from sop_xl.actuals.profile import MappingProfile
from sop_xl.actuals.synonyms import meaning_of, measure_named
from sop_xl.domain.errors import SopError
from tests.actuals.company import check, sheet, text


@pytest.mark.parametrize(
    ("header", "field", "measure"),
    [
        ("Material", "item", ""),
        ("MATNR", "item", ""),
        ("Artikel-Nr.", "item", ""),
        ("Code article", "item", ""),
        ("Inventory Item", "item", ""),
        ("Werk", "location", ""),
        ("Organization Code", "location", ""),
        ("Usine", "location", ""),
        ("Vertriebsweg", "market", ""),
        ("Buchungsdatum", "period", ""),
        ("GL Date", "period", ""),
        ("Geschäftsjahr/Periode", "period", ""),
        ("Währung", "currency", ""),
        ("Devise", "currency", ""),
        ("Basis-ME", "", ""),
        ("Mengeneinheit", "unit", ""),
        ("Sales qty", "quantity", "shipments"),
        ("Nettoumsatz", "value", "shipments"),
        ("Chiffre d'affaires HT", "value", "shipments"),
        ("Order quantity", "quantity", "bookings"),
        ("Auftragseingang Menge", "quantity", "bookings"),
        ("Produced qty", "quantity", "production"),
        ("Bestand", "quantity", "inventory"),
        ("Quantité", "quantity", ""),
        ("Amount (EUR)", "value", ""),
        ("Material description", "", ""),
        ("Salesman", "", ""),
        ("Artikelnr.", "item", ""),
        ("Liefermenge", "quantity", ""),
        ("Auftragswert", "value", ""),
        ("SOP status", "", ""),
    ],
)
def test_what_headers_mean(header, field, measure):
    assert (meaning_of(header).field, meaning_of(header).measure) == (field, measure)


def test_currency_and_scale_in_a_header():
    assert meaning_of("Net sales USD").currency == "USD"
    assert meaning_of("Umsatz TEUR").scale == 1000


def test_measures_of_titles():
    assert measure_named("Sales 2026-10.csv") == "shipments"
    assert measure_named("Production and sales") == ""


def test_titles_are_skipped_and_the_first_header_wins():
    header = find_header(sheet([["Report"], [None], ["Item", "Month", "Qty"], ["A100", "2026-10", 1]]))
    assert header is not None
    assert (header.row, header.names) == (2, ("Item", "Month", "Qty"))


def test_two_tables_are_asked_about():
    paste = text("Item,Month,Qty\nA100,2026-10,1\n,,\nMonth,Item,Qty\n2026-10,A200,2\n")
    result = check(paste)
    asked = next(q for q in result.questions if q.code == "P20")
    assert asked.choices == ("1", "4")
    told = check(paste, answers={"P20:Header": "4"})
    assert told.facts["item"].tolist() == ["A200"]


def test_own_words_are_learned_by_pointing_at_a_column_once():
    paste = text("Ding,Month,Qty\nA100,2026-10,1\n")
    first = check(paste)
    assert [q.column for q in first.questions] == ["Item"]
    told = check(paste, answers={"P20:Item": "Ding"})
    assert told.facts["item"].tolist() == ["A100"]
    assert told.profile.columns["Ding"] == "item"
    assert check(paste, profile=told.profile).facts["item"].tolist() == ["A100"]


@pytest.mark.parametrize(
    "wrong", [None, [], {"format": 9}, {"format": 1, "columns": []}, {"format": 1, "answers": {"a": 1}}]
)
def test_a_damaged_profile_is_refused(wrong):
    with pytest.raises(SopError, match="profile"):
        MappingProfile.from_json(wrong)
