"""Classes of items, and how closely to review them."""

import numpy as np
import pytest

from sop_xl.demand.history import read_history
from sop_xl.demand.item_classes import classify_items, review_depth
from tests.demand.companies import company, shipments


def test_classes_of_a_small_company_by_hand():
    # BIG sells 10 x 100 each month: A, X, interval 1. RARE sells 1 to 3 every fourth month: three sales in the
    # last 12 months, the latest 3 months ago, so the mean interval back from now is (12 - 0) / 3 = 4.
    rare = [3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0]
    items = [{"item": "BIG", "list_price": 100}, {"item": "RARE", "list_price": 1}, {"item": "NEVER"}]
    data = company(items=items, actuals=[*shipments("BIG", [10] * 12), *shipments("RARE", rare)])
    found = classify_items(read_history(data), data["items"]).set_index("item")
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
