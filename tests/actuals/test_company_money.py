"""Money of a family or of the whole company: only for the measures that may be, and by the right names."""

import pytest

from tests.actuals.company import check, codes, company, items, message, pasted, row, statuses


@pytest.fixture
def context():
    return company(items=items().assign(family="Pumps"))


@pytest.mark.parametrize("whose", ["(company)", "Pumps", "A100"])
@pytest.mark.parametrize("measure", ["opex", "rebates", "receivables", "payables"])
def test_company_money_may_be_of_an_item_a_family_or_all(context, measure, whose):
    result = check(pasted(row(whose, quantity=None, measure=measure)), context)
    assert statuses(result) == ["good"]
    assert result.facts["item"].tolist() == [whose]


@pytest.mark.parametrize("whose", ["(company)", "Pumps"])
def test_sales_are_of_items_only(context, whose):
    result = check(pasted(row(), row(whose)), context)
    assert statuses(result) == ["good", "bad"]
    assert f"Item '{whose}' is not in the item list" in message(result, "P10")


def test_an_unknown_family_and_a_blank_are_bad(context):
    result = check(pasted(row("Pimps", measure="opex"), row(None, measure="opex")), context)
    assert statuses(result) == ["bad", "bad"]
    assert codes(result) == [("P10",), ("P10",)]
    assert "Nearest: Pumps" in message(result, "P10")
