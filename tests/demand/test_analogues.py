import numpy as np
import pytest

from sop_xl.demand.analogues import Analogue, find_analogues, used_analogues
from sop_xl.demand.history import read_history
from tests.demand.companies import company, shipments

NEW = {"item": "NEW", "family": "F", "subfamily": "S", "list_price": 10}


def found(*others, sales=None, budget=(), own=()):
    """Return the analogues of NEW among items with their sales, by default 12 flat months of 30."""
    items = [NEW, *others]
    actuals = [row for o in others for row in shipments(o["item"], (sales or {}).get(o["item"], [30.0] * 12))]
    actuals += shipments("NEW", list(own))
    launches = [{"launch": "L", "item": "NEW", "launch_period": "2026-02"}]
    data = company(items=items, actuals=actuals, launches=launches, budget=list(budget))
    return find_analogues(data, read_history(data))["L"]


def test_family_and_price_by_hand():
    # Without size and shape: (0.4 x 1 + 0.3 x 10 / 12) / 0.7 for the sister, (0.4 x 0.7 + 0.3) / 0.7 for the cousin.
    sister = {"item": "SIS", "family": "F", "subfamily": "S", "list_price": 12}
    cousin = {"item": "COU", "family": "F", "subfamily": "T", "list_price": 10}
    stranger = {"item": "STR", "family": "G", "list_price": 100}
    best, second, last = found(stranger, cousin, sister)
    assert (best.item, best.likeness) == ("SIS", pytest.approx(0.65 / 0.7))
    assert (second.item, second.likeness) == ("COU", pytest.approx(0.58 / 0.7))
    assert (last.item, last.likeness) == ("STR", pytest.approx(0.03 / 0.7))
    assert best.reason == "same subfamily S; price 12.00 beside 10.00"


def test_size_and_scale_from_the_budget():
    budget = [{"item_or_family": "NEW", "period": "2026-02", "quantity": 15}]
    (only,) = found({"item": "OLD", "family": "F", "list_price": 10}, budget=budget)
    assert only.scale == pytest.approx(0.5)
    # (0.4 x 0.7 + 0.3 x 1 + 0.15 x 0.5) / 0.85
    assert only.likeness == pytest.approx(0.655 / 0.85)
    assert "30 units a month beside 15" in only.reason


def test_shape_tells_one_sister_from_the_other():
    rise = list(np.tile([10.0, 20, 30, 20], 6))
    sisters = [{"item": name, "family": "F", "subfamily": "S", "list_price": 10} for name in ("SAME", "ANTI")]
    sales = {"SAME": rise, "ANTI": [40 - units for units in rise]}
    same, anti = found(*sisters, sales=sales, own=rise[-4:])
    assert (same.item, anti.item) == ("SAME", "ANTI")
    assert same.likeness > anti.likeness
    assert "moved like its first 4 months (1.00)" in same.reason


def test_an_item_with_less_than_a_year_is_no_model():
    assert found({"item": "OLD", "family": "F"}, sales={"OLD": [30.0] * 11}) == []


def test_near_ones_share_by_likeness():
    listed = [Analogue(name, likeness, np.nan, "") for name, likeness in (("A", 0.8), ("B", 0.75), ("C", 0.5))]
    assert used_analogues({"L": listed}, "L") == [("A", pytest.approx(0.8 / 1.55)), ("B", pytest.approx(0.75 / 1.55))]
    assert used_analogues({}, "L") == []
