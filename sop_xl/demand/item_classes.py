"""The classes of the items: worth, variation and pattern of sale, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.accuracy_report import item_classes
from sop_xl.demand.class_rules import CAREFUL, ClassRules
from sop_xl.demand.intermittent import DemandClass, demand_class, sale_pattern
from sop_xl.demand.named_methods import NAMED
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ITEM_CLASSES

if TYPE_CHECKING:
    from sop_xl.demand.history import DemandHistory
    from sop_xl.domain.plan_data import PlanData

NO_SALE = "no sale"
METHODS = {
    DemandClass.SMOOTH: "Theta, Holt-Winters and autoregression",
    DemandClass.ERRATIC: "Theta, Holt-Winters and autoregression",
    DemandClass.INTERMITTENT: "Rates of sale, season of the family",
    DemandClass.LUMPY: "Rates of sale, season of the family",
}
CAREFUL_METHODS = "ETS, SARIMAX and the engine"
REVIEWS = ("every month", "by exception", "let it be")


def classify_items(history: DemandHistory, data: PlanData) -> pd.DataFrame:
    """Return the frame of the table `item_classes`, from the item's total over its markets.

    ADI and CV2 are as in `intermittent.sale_pattern`, over the last three years; ABC and XYZ over the last
    twelve months. Where the table `class_rules` says nothing, methods follow the pattern, the service level is
    that of the settings and the review that of `review_depth`.

    Args:
        history: as used, all items.
        data: items, rules and settings.
    """
    items, rules = data["items"], ClassRules.of(data["class_rules"])
    names = sorted(set(history.keys["item"]))
    known = items.set_index("item").reindex(names)
    classes = item_classes(history, known)
    totals = _item_totals(history, names)
    patterns = [_pattern(row) for row in totals]
    kinds = [demand_class(adi, cv2) if np.isfinite(adi) else NO_SALE for adi, cv2 in patterns]
    price = known["list_price"].fillna(known["standard_cost"]).fillna(1.0).to_numpy(float)
    new = known["status"].eq("new").to_numpy(bool)
    worth = list(zip(classes["abc"], classes["xyz"], kinds, new, strict=True))
    meant = [rules.meant(pattern=str(kind), abc=a, xyz=x) for a, x, kind, _ in worth]
    default = 100.0 * data.settings.service_level
    columns = {
        "item": names,
        "family": known["family"].to_numpy(),
        "value": np.nansum(totals[:, -12:], axis=1) * price,
        "abc": classes["abc"],
        "xyz": classes["xyz"],
        "adi": [adi if np.isfinite(adi) else np.nan for adi, _ in patterns],
        "cv2": [cv2 if np.isfinite(adi) else np.nan for adi, cv2 in patterns],
        "pattern": [str(kind) for kind in kinds],
        "methods": [
            CAREFUL_METHODS if own or rule[0] == CAREFUL else NAMED.get(rule[0]) or METHODS.get(kind, "")  # type: ignore[call-overload]
            for kind, rule, own in zip(kinds, meant, known["careful"].eq(True), strict=True)
        ],
        "review": [rule[2] or review_depth(*row) for rule, row in zip(meant, worth, strict=True)],
        "service_level": [default if np.isnan(rule[1]) else rule[1] for rule in meant],
        "rule": [rule[3] for rule in meant],
    }
    return conform(ITEM_CLASSES, pd.DataFrame(columns))


def review_depth(abc: str, xyz: str, pattern: str, new: bool) -> str:
    """Return how closely to review an item.

    Every month: new items, and A items that vary. By exception (an alarm, an event): other A and B items.
    Let it be: C items, and what has not sold.
    """
    if pattern == NO_SALE and not new:
        return REVIEWS[2]
    if new or (abc == "A" and xyz != "X"):
        return REVIEWS[0]
    return REVIEWS[2] if abc == "C" else REVIEWS[1]


def _pattern(total: np.ndarray) -> tuple[float, float]:
    return sale_pattern(np.nan_to_num(total[-36:][np.isfinite(total[-36:])]))


def _item_totals(history: DemandHistory, names: list[str]) -> np.ndarray:
    """Return the sum over each item's markets; NaN where no market has data."""
    code = {name: k for k, name in enumerate(names)}
    rows = history.keys["item"].map(code).to_numpy(int)
    total = np.zeros((len(names), history.quantity.shape[1]))
    there = np.zeros(total.shape, dtype=bool)
    np.add.at(total, rows, np.nan_to_num(history.quantity))
    np.logical_or.at(there, rows, ~np.isnan(history.quantity))
    return np.where(there, total, np.nan)
