"""A rule of a class names the method: what comes out is that method's, at past origins too."""

import numpy as np
import pytest

from sop_xl.demand.plan import plan_demand
from tests.demand.companies import company, shipments

SEASON = [100.0, 80, 60, 40, 60, 80, 100, 120, 140, 160, 140, 120]
ITEMS = [{"item": "BIG", "list_price": 100}, {"item": "SMALL", "list_price": 1}]
ACTUALS = [*shipments("BIG", SEASON * 3), *shipments("SMALL", [5.0, 6, 7] * 12)]


def planned(*rules):
    data = company({"horizon_months": 6}, items=ITEMS, actuals=ACTUALS, class_rules=list(rules))
    return plan_demand(data)


def rows(plan, item):
    found = plan.forecast[plan.forecast["item"] == item]
    return found["statistical"].to_numpy(), set(found["method"])


def test_seasonal_naive_for_a_class_repeats_last_year_and_leaves_the_others_alone():
    plan = planned({"abc": "A", "methods": "seasonal naive"})
    assert rows(plan, "BIG")[0].tolist() == SEASON[:6]
    assert rows(plan, "BIG")[1] == {"Seasonal naive, by class rule"}
    assert rows(plan, "SMALL")[0] == pytest.approx(rows(planned(), "SMALL")[0])
    score = plan.accuracy[plan.accuracy["item"] == "BIG"]
    assert score["wmape"].tolist() == pytest.approx(score["naive_wmape"].tolist())
    classes = plan.details["item_classes"].set_index("item")["methods"]
    assert classes["BIG"] == "Seasonal naive, by class rule"


@pytest.mark.parametrize("method", ["rates", "theta", "holt-winters", "level"])
def test_every_method_a_rule_can_name_is_used_within_its_bounds(method):
    plan = planned({"methods": method}, {"abc": "A", "methods": "auto"})
    own = plan.forecast[plan.forecast["item"] == "SMALL"]
    assert all("by class rule" in name for name in own["method"])
    assert "by class rule" not in "".join(rows(plan, "BIG")[1])
    assert np.isfinite(own["statistical"]).all()
    assert (own["lo80"] <= own["statistical"]).all()
    assert (own["statistical"] <= own["hi80"]).all()
    assert own["statistical"].to_numpy() == pytest.approx(np.full(6, 6.0), rel=0.2)
