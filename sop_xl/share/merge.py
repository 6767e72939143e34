"""What becomes of one value that came back: base, mine and theirs compared, key by key, never by position.

The base is what went out, mine what stands now, theirs what came back. What only one side changed counts;
what both changed alike counts once; all else is a question to a person. A blank is never a zero and never a
deletion, a row that is missing is no answer, and nothing depends on the order in which answers came.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.domain.money import round_half_up

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from sop_xl.share.form import Plain

ROW = ""
"""The field of a place that means the whole row."""
THERE, CHANGED, GONE = "row", "row changed", "row gone"
"""What the value of a whole row is: it stands, it stands with other values, it was taken out."""


@dataclass(frozen=True, order=True)
class Place:
    """Where a value stands.

    Attributes:
        table: the table's name.
        key: the row's key as text, in the order of the table's key; months `2026-11`.
        field: the field; `ROW` for the row as a whole.
    """

    table: str
    key: tuple[str, ...]
    field: str

    @property
    def row(self) -> str:
        """The key as one text, parts joined by ` | `."""
        return " | ".join(part for part in self.key if part)


@dataclass(frozen=True)
class Answer:
    """One value that somebody gave.

    Attributes:
        place: where it belongs.
        value: what was given, rounded as the column keeps it; None: the cell is blank.
        who: whose it is.
        at: when, as far as the file tells; None: not known.
        reason: why, in the words of who gave it.
        source: the file it came in.
    """

    place: Place
    value: Plain
    who: str = ""
    at: dt.datetime | None = None
    reason: str = ""
    source: str = ""


class Verdict(StrEnum):
    """What becomes of a place."""

    TAKE = "take"
    SAME = "same"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Settled:
    """A place where somebody gave another value than the base.

    Attributes:
        place: where.
        verdict: TAKE: only they changed it, it is taken; SAME: it stands already; CONFLICT: a person chooses.
        why: of a conflict, what is contested, as a sentence.
        base, mine: the value as it went out, and as it stands.
        answers: the values given, in a fixed order; one where all agree.
    """

    place: Place
    verdict: Verdict
    why: str
    base: Plain
    mine: Plain
    answers: tuple[Answer, ...]


BOTH = "Changed here and there since the base."
CLEARED = "Cleared? A blank is not taken as zero nor as deleted."
DIFFER = "Those who answered differ."
TAKEN_OUT = "The row was taken out there, and stands here."
TAKEN_OUT_HERE = "The row was taken out here, and changed there."
PARENT = "The total and its parts were both changed, and do not add up."


def settle(base: Plain, mine: Plain, answers: Sequence[Answer]) -> Settled | None:
    """Return what becomes of one place; None where every answer is the base's value.

    Args:
        base: what went out, as the column keeps it.
        mine: what stands, as the column keeps it.
        answers: of one place, at least one, at most one a person; in any order.
    """
    given = sorted((a for a in answers if a.value != base), key=_order)
    if not given:
        return None
    place, values = given[0].place, list(dict.fromkeys(answer.value for answer in given))
    verdict, why = Verdict.CONFLICT, ""
    if len(values) > 1:
        why = DIFFER
    elif values[0] == mine:
        verdict = Verdict.SAME
    elif values[0] is None:
        why = CLEARED
    elif values[0] == GONE:
        why = TAKEN_OUT
    elif mine == GONE:
        why = TAKEN_OUT_HERE
    elif mine != base:
        why = BOTH
    else:
        verdict = Verdict.TAKE
    return Settled(place, verdict, why, base, mine, tuple(given))


def settle_all(base: Mapping[Place, Plain], mine: Mapping[Place, Plain], answers: Iterable[Answer]) -> list[Settled]:
    """Return what becomes of every place somebody answered for, sorted by place; unchanged ones are left out.

    Args:
        base: what went out, by place; a place that is missing is blank.
        mine: what stands, in the same way.
        answers: in any order.
    """
    by_place: dict[Place, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_place[answer.place].append(answer)
    found = (settle(base.get(place), mine.get(place), by_place[place]) for place in sorted(by_place))
    return [settled for settled in found if settled is not None]


@dataclass(frozen=True)
class Sums:
    """A table in which some rows are totals of others.

    Attributes:
        field: the field that adds up.
        part: position in the key of what tells the parts apart; blank in the total's key.
    """

    field: str
    part: int


ADDING_UP: Mapping[str, Sums] = {"overrides": Sums("quantity", 1)}
"""An override of the whole item, whose market is blank, beside those of its markets."""


def contest_totals(
    settled: Sequence[Settled], before: Mapping[Place, Plain], mine: Mapping[Place, Plain], decimals: int = 6
) -> list[Settled]:
    """Return `settled` with totals contested whose parts were changed too, unless these add up to it.

    Args:
        settled: what became of each place.
        before: the base of places that stand; what differs from it in `mine` was changed here.
        mine: all values that stand, so that parts nobody touched count in the sum.
        decimals: digits to which sums are compared.
    """
    after = {**mine, **{s.place: s.answers[0].value for s in settled if s.verdict is not Verdict.CONFLICT}}
    touched = {s.place for s in settled} | {p for p in before.keys() | mine.keys() if before.get(p) != mine.get(p)}
    parts = _parts(after)

    def contested(one: Settled) -> bool:
        children = parts.get(one.place, [])
        if one.verdict is Verdict.CONFLICT or not any(child in touched for child in children):
            return False
        return not _adds_up(after[one.place], [after[child] for child in children], decimals)

    return [replace(s, verdict=Verdict.CONFLICT, why=PARENT) if contested(s) else s for s in settled]


def _parts(values: Mapping[Place, Plain]) -> dict[Place, list[Place]]:
    """Return the parts of each total."""
    parts: dict[Place, list[Place]] = defaultdict(list)
    for place in values:
        sums = ADDING_UP.get(place.table)
        if sums and place.field == sums.field and place.key[sums.part]:
            key = (*place.key[: sums.part], "", *place.key[sums.part + 1 :])
            parts[replace(place, key=key)].append(place)
    return parts


def _adds_up(total: Plain, parts: Sequence[Plain], decimals: int) -> bool:
    numbers = [part for part in parts if isinstance(part, float)]
    return isinstance(total, float) and rounded(sum(numbers), decimals) == rounded(total, decimals)


def rounded(value: float, decimals: int) -> float:
    """Return a number as a column with that many digits keeps it."""
    return float(round_half_up(round_half_up(np.array([value]), decimals + 3), decimals)[0])


def _order(answer: Answer) -> tuple[str, str, str, str]:
    return (answer.who, answer.source, str(answer.value), answer.reason)
