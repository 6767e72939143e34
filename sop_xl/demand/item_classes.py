"""The classes of the items: worth, variation and pattern of sale, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sop_xl.demand.accuracy_report import item_classes
from sop_xl.demand.intermittent import DemandClass, demand_class, sale_pattern
from sop_xl.schema.frames import conform
from sop_xl.schema.results import ITEM_CLASSES

if TYPE_CHECKING:
    from sop_xl.demand.history import DemandHistory

NO_SALE = "no sale"
METHODS = {
    DemandClass.SMOOTH: "Theta, Holt-Winters and autoregression",
    DemandClass.ERRATIC: "Theta, Holt-Winters and autoregression",
    DemandClass.INTERMITTENT: "Rates of sale, season of the family",
    DemandClass.LUMPY: "Rates of sale, season of the family",
}
REVIEWS = ("every month", "by exception", "let it be")


def classify_items(history: DemandHistory, items: pd.DataFrame) -> pd.DataFrame:
    """Return the frame of the table `item_classes`, from the item's total over its markets.

    ADI and CV2 are as in `intermittent.sale_pattern`, over the last three years; ABC and XYZ over the last
    twelve months.

    Args:
        history: as used, all items.
        items: the table `items`.
    """
    names = sorted(set(history.keys["item"]))
    known = items.set_index("item").reindex(names)
    classes = item_classes(history, known)
    totals = _item_totals(history, names)
    patterns = [_pattern(row) for row in totals]
    kinds = [demand_class(adi, cv2) if np.isfinite(adi) else NO_SALE for adi, cv2 in patterns]
    price = known["list_price"].fillna(known["standard_cost"]).fillna(1.0).to_numpy(float)
    new = known["status"].eq("new").to_numpy(bool)
    worth = list(zip(classes["abc"], classes["xyz"], kinds, new, strict=True))
    columns = {
        "item": names,
        "family": known["family"].to_numpy(),
        "value": np.nansum(totals[:, -12:], axis=1) * price,
        "abc": classes["abc"],
        "xyz": classes["xyz"],
        "adi": [adi if np.isfinite(adi) else np.nan for adi, _ in patterns],
        "cv2": [cv2 if np.isfinite(adi) else np.nan for adi, cv2 in patterns],
        "pattern": [str(kind) for kind in kinds],
        "methods": [METHODS.get(kind, "") for kind in kinds],  # type: ignore[call-overload]
        "review": [review_depth(*row) for row in worth],
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
