"""A batch: facts that are committed together, what is known of it afterwards, and the data version it makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sop_xl.domain.issue import Issue

KEY_FIELDS = ("measure", "item", "market", "location", "period")
VALUE_FIELDS = ("quantity", "value", "currency")
DIGEST_SHOWN = 8


class BatchKind(StrEnum):
    """Why there is a batch."""

    PASTE = "paste"
    OPENING = "opening"
    TYPED = "typed"
    RECOVERED = "recovered"
    UNDO = "undo"


class BatchState(StrEnum):
    """Whether a batch still counts."""

    COMMITTED = "committed"
    REVERSED = "reversed"
    PARTLY = "partly reversed"


class FactKey(NamedTuple):
    """What one fact is about; `period` is a month as `2026-10`."""

    measure: str
    item: str
    market: str
    location: str
    period: str

    def __str__(self) -> str:
        """Return the parts joined by ` | `, as keys are shown everywhere."""
        return " | ".join(self)


class DataVersion(NamedTuple):
    """The state of a ledger: its last batch, and a hash over it and all before it; batch 0 is empty."""

    batch: int = 0
    digest: str = ""

    def __str__(self) -> str:
        """Return `18-1f3a9c0d`, as the workbook carries it."""
        return f"{self.batch}-{self.digest[:DIGEST_SHOWN]}" if self.batch else ""

    @classmethod
    def read(cls, text: str) -> DataVersion:
        """Return the version that `str` wrote; anything else is no version, batch 0."""
        batch, _, digest = text.partition("-")
        return cls(int(batch), digest) if batch.isdecimal() and digest else cls()

    def is_same(self, other: DataVersion) -> bool:
        """Whether both mean the same state; one of them may have come from a workbook, with a short digest."""
        shown = DIGEST_SHOWN
        return self.batch == other.batch and self.digest[:shown] == other.digest[:shown]


def no_facts() -> pd.DataFrame:
    """Return a frame of facts without rows."""
    frame = pd.DataFrame({name: pd.Series(dtype="str") for name in (*KEY_FIELDS, *VALUE_FIELDS)})
    return frame.astype({"period": "period[M]", "quantity": "float64", "value": "float64"})


@dataclass(frozen=True)
class Batch:
    """Facts to be committed together.

    Attributes:
        kind: why.
        source: the file or sheet they come from, in words.
        who, at: by whom, and when by that person's clock; order is the ledger's, never the clock's.
        facts: one row a key, columns as the table `actuals` but `batch`.
        removed: keys that hold no fact any more; columns `KEY_FIELDS`.
        reason: why, where one was asked for.
        raw: the paste as captured, before anything was read into it; kept for ever, compressed.
        content: what tells this content from other content; blank: a hash of `raw` and the facts.
        left_out: rows of the paste that stay in quarantine.
        totals: the receipt: counts by class, sums, control totals; anything JSON can hold.
        issues: what the check found.
    """

    kind: BatchKind
    source: str
    who: str
    at: dt.datetime
    facts: pd.DataFrame = field(default_factory=no_facts, repr=False)
    removed: pd.DataFrame = field(default_factory=no_facts, repr=False)
    reason: str = ""
    raw: bytes = field(default=b"", repr=False)
    content: str = ""
    left_out: int = 0
    totals: Mapping[str, Any] = field(default_factory=dict, repr=False)
    issues: Sequence[Issue] = field(default=(), repr=False)


@dataclass(frozen=True)
class BatchRecord:
    """A batch as it stands in the ledger.

    Attributes:
        number: its place in the sequence, from 1, without gaps.
        kind, source, who, at, reason, content, left_out, totals: as in `Batch`.
        reverses: number of the batch that this one takes back; 0: none.
        added, changed, removed: facts of keys that had none, that had another value, that have none now.
        equal: rows that said what was known already; nothing was stored for them.
        state: whether it counts.
        digest: hash over this batch and all before it.
    """

    number: int
    kind: BatchKind
    source: str
    who: str
    at: dt.datetime
    reason: str
    content: str
    left_out: int
    totals: Mapping[str, Any] = field(repr=False)
    reverses: int
    added: int
    changed: int
    removed: int
    equal: int
    state: BatchState
    digest: str = field(repr=False)

    @property
    def version(self) -> DataVersion:
        """The data version that this batch made."""
        return DataVersion(self.number, self.digest)

    def __str__(self) -> str:
        """Return `batch 17, 2026-10-04, by A. Meyer`."""
        return f"batch {self.number}, {self.at:%Y-%m-%d}, by {self.who or 'unknown'}"


@dataclass(frozen=True)
class Clash:
    """A key that a later batch touched, so that taking back the earlier one is a choice.

    Attributes:
        key: the key.
        later: the batch whose figure stands now.
        quantity, value: what stands now; None: blank.
        quantity_before, value_before: what taking back would bring back; None: blank.
    """

    key: FactKey
    later: int
    quantity: float | None
    value: float | None
    quantity_before: float | None
    value_before: float | None

    def __str__(self) -> str:
        """Return the key, with both figures."""
        now, before = (_figures(q, v) for q, v in self._pairs())
        return f"{self.key}: batch {self.later} says {now}; before it was {before}"

    def _pairs(self) -> tuple[tuple[float | None, float | None], tuple[float | None, float | None]]:
        return (self.quantity, self.value), (self.quantity_before, self.value_before)


def _figures(quantity: float | None, value: float | None) -> str:
    words = [f"{quantity:,.6g}" if quantity is not None else "", f"{value:,.2f}" if value is not None else ""]
    return " / ".join(word for word in words if word) or "blank"
