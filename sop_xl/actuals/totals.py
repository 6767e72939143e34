"""Total rows: left out, once they agree with the detail around them; a warning where they do not."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.actuals.findings import Act, Findings
from sop_xl.actuals.records import listed, total_label
from sop_xl.actuals.text import name_of

if TYPE_CHECKING:
    from sop_xl.actuals.amounts import Amounts
    from sop_xl.actuals.records import Records

CENT = Decimal("0.01")
_ZERO = Decimal(0)


def judge_totals(records: Records, amounts: list[Amounts], found: Findings) -> None:
    """Tell of each total row whether it agrees: with the detail before, after, of its label, or of all (P12)."""
    total = np.flatnonzero(records.totals)
    if not total.size:
        return
    known = [amount for amount in amounts if not amount.waiting]
    wrong = {
        k for amount in known for group in range(len(records.layout.groups)) for k in _wrong(records, amount, group)
    }
    wrong_rows = {int(records.rows[k]) for k in wrong}
    agree = np.array([k for k in total if int(records.rows[k]) not in wrong_rows], dtype=np.int64)
    differ = np.array([k for k in total if int(records.rows[k]) in wrong_rows], dtype=np.int64)
    for hits, act, words in (
        (agree, Act.EXCLUDED, "they agree with the detail: yes"),
        (differ, Act.WARN, "they agree with the detail: no. Rows may be missing above them"),
    ):
        if hits.size:
            rows = list(dict.fromkeys(records.raw.row_number(r) for r in records.rows[hits]))
            sums = ", ".join(f"{a.header} {sum((a.exact[k] or _ZERO for k in hits), _ZERO):,.2f}" for a in amounts)
            message = f"Rows {listed(rows).partition(' ')[2]} look like totals and were left out (sum {sums}); {words}."
            found.add("P12", act, message, hits)


def _wrong(records: Records, amount: Amounts, group: int) -> list[int]:
    """Return the total records of one group of amounts that no sum of detail agrees with."""
    mine = np.flatnonzero((records.groups == group) & ~records.out)
    running, boundaries, prefix = _ZERO, [_ZERO], {}
    for k in mine.tolist():
        if records.totals[k]:
            prefix[k] = running
            boundaries.append(running)
        else:
            running += amount.exact[k] or _ZERO
    known = {_cents(b) for b in boundaries} | {_cents(running)}
    doubtful = [k for k, before in prefix.items() if not _agrees(amount.exact[k], before, running, known)]
    sums = _labelled_sums(records, amount, mine, {label for k in doubtful for label in _labels(records, k)})
    return [k for k in doubtful if not any(sums.get(label) == _cents(amount.exact[k]) for label in _labels(records, k))]


def _agrees(stated: Decimal | None, before: Decimal, everything: Decimal, known: set[int]) -> bool:
    if stated is None:
        return True
    cents = _cents(stated)
    return cents == _cents(everything) or _cents(before) - cents in known or _cents(before) + cents in known


def _labels(records: Records, k: int) -> set[str]:
    row = records.raw.rows[int(records.rows[k])]
    return {label for cell in row if isinstance(cell, str) and (label := total_label(cell))}


def _labelled_sums(records: Records, amount: Amounts, mine: np.ndarray, labels: set[str]) -> dict[str, int]:
    """Return for each label the sum, in cents, of the detail whose keys say it."""
    sums: dict[str, Decimal] = {}
    for d in mine.tolist() if labels else ():
        row = records.raw.rows[int(records.rows[d])]
        if not records.totals[d]:
            for label in {name_of(c) for c in row if isinstance(c, str)} & labels:
                sums[label] = sums.get(label, _ZERO) + (amount.exact[d] or _ZERO)
    return {label: _cents(total) for label, total in sums.items()}


def _cents(amount: Decimal | None) -> int:
    return int(((amount or _ZERO) / CENT).to_integral_value())
