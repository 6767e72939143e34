"""The levels above item and market: which series add up to which family, region, channel and company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

if TYPE_CHECKING:
    from sop_xl.demand.panel import Ints, Matrix

LEVEL_KEYS = {
    "company": (),
    "region": ("region",),
    "channel": ("channel",),
    "family": ("family",),
    "family x region": ("family", "region"),
    "item": ("item",),
}
"""The labels that make up the nodes of each level; nodes with a blank label are left out."""


@dataclass(frozen=True)
class Hierarchy:
    """Nodes above the series.

    Attributes:
        nodes: columns level, node, family, region; one row a node.
        adds: 1 where a series belongs to a node; sparse, shape (nodes, series).
    """

    nodes: pd.DataFrame
    adds: sparse.csr_array

    @classmethod
    def of(cls, keys: pd.DataFrame, items: pd.DataFrame, markets: pd.DataFrame) -> Hierarchy:
        """Build the levels of series with the columns item and market."""
        labels = pd.DataFrame(
            {
                "item": keys["item"].to_numpy(str),
                "family": _label(keys["item"], items, "item", "family"),
                "region": _label(keys["market"], markets, "market", "region"),
                "channel": _label(keys["market"], markets, "market", "channel"),
            }
        )
        nodes: list[tuple[str, str, str, str]] = []
        parts: list[Ints] = []
        for level, fields in LEVEL_KEYS.items():
            for label, rows in _groups(labels, fields):
                named = dict(zip(fields, label, strict=True))
                nodes.append((level, " | ".join(label), named.get("family", ""), named.get("region", "")))
                parts.append(rows)
        node_of = np.repeat(np.arange(len(parts)), [len(rows) for rows in parts])
        series = np.concatenate(parts) if parts else np.empty(0, dtype=np.intp)
        adds = sparse.csr_array((np.ones(len(series)), (node_of, series)), shape=(len(parts), len(keys)))
        return cls(pd.DataFrame(nodes, columns=["level", "node", "family", "region"]), adds)

    def at(self, level: str) -> Hierarchy:
        """Return the nodes of one level."""
        keep = self.nodes["level"].eq(level).to_numpy()
        return Hierarchy(self.nodes[keep].reset_index(drop=True), self.adds[np.flatnonzero(keep)])

    def totals(self, values: Matrix) -> Matrix:
        """Add the series of each node up; NaN counts as nothing; shape (nodes, columns)."""
        return np.asarray(self.adds @ np.nan_to_num(values))

    def panel(self, quantity: Matrix) -> Matrix:
        """Return the history of each node: NaN before its first series starts; a gap in one is a gap in all."""
        missing = np.isnan(quantity)
        begun = np.maximum.accumulate(~missing, axis=1)
        started = np.asarray(self.adds @ begun.astype(float)) > 0
        gaps = np.asarray(self.adds @ (begun & missing).astype(float)) > 0
        return np.where(started & ~gaps, self.totals(quantity), np.nan)


def _label(codes: pd.Series, table: pd.DataFrame, key: str, field: str) -> np.ndarray:
    known = dict(zip(table[key], table[field], strict=True))
    return np.array([str(known.get(code, "")) for code in codes], dtype=object)


def _groups(labels: pd.DataFrame, fields: tuple[str, ...]) -> list[tuple[tuple[str, ...], Ints]]:
    if not len(labels):
        return []
    if not fields:
        return [((), np.arange(len(labels)))]
    found = labels.groupby(list(fields), sort=True).indices.items()
    groups = [
        ((label,) if isinstance(label, str) else tuple(map(str, label)), np.asarray(rows)) for label, rows in found
    ]
    return [(label, rows) for label, rows in groups if all(label)]
