"""The bill of material as an order of items and as an explosion of needs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

Item = TypeVar("Item", str, int)


def top_down(items: Iterable[Item], bom: pd.DataFrame) -> list[Item]:
    """Return the items, names or numbers, so that each parent comes before its components.

    Items inside a loop of the bill come last, in their own order; the checks name such loops.
    """
    components: dict[Item, list[Item]] = defaultdict(list)
    open_parents: dict[Item, int] = dict.fromkeys(items, 0)
    for parent, component in zip(bom["parent"], bom["component"], strict=True):
        components[parent].append(component)
        open_parents[component] += 1
    ordered = [item for item, count in open_parents.items() if count == 0]
    for item in ordered:
        for component in components[item]:
            open_parents[component] -= 1
            if open_parents[component] == 0:
                ordered.append(component)
    placed = set(ordered)
    return ordered + [item for item in open_parents if item not in placed]
