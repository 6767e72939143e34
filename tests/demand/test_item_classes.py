"""Classes of items, and how closely to review them."""

import numpy as np
import pytest

from sop_xl.demand.history import read_history
from sop_xl.demand.item_classes import classify_items, review_depth
from sop_xl.demand.plan import plan_demand
from tests.demand.companies import company, shipments


def test_classes_of_a_small_company_by_hand():
    # BIG sells 10 x 100 each month: A, X, interval 1. RARE sells 1 to 3 every fourth month: three sales in the
    # last 12 months, the latest 3 months ago, so the mean interval back from now is (12 - 0) / 3 = 4.
    rare = [3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]
    items = [{"item": "BIG", "list_price": 100}, {"item": "RARE", "list_price": 1}, {"item": "NEVER"}]
    data = company(items=items, actuals=[*shipments("BIG", [10] * 12), *shipments("RARE", rare)])
    found = classify_items(read_history(data), data).set_index("item")
    assert found.loc["BIG", ["value", "abc", "xyz", "adi", "cv2", "pattern", "review"]].tolist() == [
        12000, "A", "X", 1.0, 0.0, "smooth", "by exception",
    ]  # fmt: skip
    assert found.loc["RARE", ["abc", "pattern", "review"]].tolist() == ["C", "intermittent", "let it be"]
    assert found.loc["RARE", "adi"] == pytest.approx(4)
    assert found.loc["RARE", "cv2"] == pytest.approx(np.var([3, 1, 2], ddof=1) / 4)
    assert "Rates" in found.loc["RARE", "methods"]
    assert "NEVER" not in found.index


@pytest.mark.parametrize(
    ("abc", "xyz", "pattern", "new", "expected"),
    [
        ("A", "X", "smooth", False, "by exception"),
        ("A", "Y", "erratic", False, "every month"),
        ("B", "Z", "lumpy", False, "by exception"),
        ("C", "X", "smooth", False, "let it be"),
        ("C", "Z", "no sale", True, "every month"),
        ("A", "Z", "no sale", False, "let it be"),
    ],
)
def test_review_depth(abc, xyz, pattern, new, expected):
    assert review_depth(abc, xyz, pattern, new) == expected


def test_rules_of_a_class_decide_cell_by_cell_the_one_that_names_most_first():
    items = [{"item": "BIG", "list_price": 100}, {"item": "RARE", "list_price": 1}]
    actuals = [*shipments("BIG", [10] * 12), *shipments("RARE", [3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0])]
    rules = [
        {"service_level": 90},
        {"abc": "A", "service_level": 98, "review": "every month"},
        {"abc": "A", "xyz": "X", "service_level": 97},
        {"pattern": "lumpy", "review": "by exception"},
    ]
    data = company(items=items, actuals=actuals, class_rules=rules)
    found = classify_items(read_history(data), data).set_index("item")
    assert found.loc["BIG", ["service_level", "review", "rule"]].tolist() == [97, "every month", "A X; A"]
    assert found.loc["RARE", ["service_level", "review", "rule"]].tolist() == [90, "let it be", "all items"]
    plain = company(items=items, actuals=actuals)
    assert classify_items(read_history(plain), plain)["service_level"].tolist() == [95, 95]


def test_a_class_can_have_the_careful_methods():
    actuals = [*shipments("BIG", [10] * 12), *shipments("RARE", [3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0])]
    rules = [{"pattern": "smooth", "methods": "careful"}]
    data = company(items=[{"item": "BIG"}, {"item": "RARE"}], actuals=actuals, class_rules=rules)
    plan = plan_demand(data)
    assert plan.details["item_classes"]["methods"].tolist()[0] == "ETS, SARIMAX and the engine"
    # A year is too short for them, and Diagnostics says so of the one item of the class.
    assert plan.details["diagnostics"]["item"].tolist() == ["BIG"]
