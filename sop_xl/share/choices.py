"""What a person chooses where merging cannot: mine, theirs, or a value of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError
from sop_xl.schema import TABLE_BY_NAME
from sop_xl.schema.parse import READERS
from sop_xl.schema.table import Kind
from sop_xl.schema.values import CellFaultError
from sop_xl.share.form import plain_value
from sop_xl.share.merge import DIFFER, ROW, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.share.form import Plain
    from sop_xl.share.merge import Place, Settled

MINE, THEIRS = "mine", "theirs"
Contested = tuple["Place", str]
"""A place, and the source of one of its answers."""


def decided(settled: Sequence[Settled], choices: Mapping[Contested, str], everywhere: str = "") -> dict[Place, Plain]:
    """Return the values to be written: what is taken, and what was chosen where it is contested.

    Args:
        settled: what became of each place.
        choices: `mine`, `theirs` or a value, by place and source of the answer; what is missing stays open.
        everywhere: `mine` or `theirs` for what `choices` leaves open; where people differ it says nothing.

    Raises:
        SopError: a value chosen fits no such cell, or two answers of one place were both chosen.
    """
    out: dict[Place, Plain] = {}
    for one in settled:
        if one.verdict is Verdict.TAKE:
            out[one.place] = one.answers[0].value
        elif one.verdict is Verdict.CONFLICT:
            chosen = [*_chosen(one, choices, everywhere)]
            if len(chosen) > 1:
                raise SopError(f"{name_of(one.place)}: two different values are chosen. Choose one.")
            if chosen:
                out[one.place] = chosen[0]
    return out


def open_conflicts(settled: Sequence[Settled], choices: Mapping[Contested, str], everywhere: str = "") -> list[Settled]:
    """Return the conflicts for which nothing is chosen."""
    conflicts = [one for one in settled if one.verdict is Verdict.CONFLICT]
    return [one for one in conflicts if not _words(one, choices, everywhere)]


def _words(one: Settled, choices: Mapping[Contested, str], everywhere: str) -> list[tuple[str, Plain]]:
    """Return what was chosen at each answer of a place, beside the answer's value."""
    pairs = [(choices.get((one.place, answer.source), "").strip(), answer.value) for answer in one.answers]
    found = [(word, value) for word, value in pairs if word]
    if found or not everywhere or (everywhere == THEIRS and one.why == DIFFER):
        return found
    return [(everywhere, one.answers[0].value)]


def _chosen(one: Settled, choices: Mapping[Contested, str], everywhere: str) -> set[Plain]:
    out = set()
    for word, value in _words(one, choices, everywhere):
        if word.lower() != MINE:
            out.add(value if word.lower() == THEIRS else _own(one.place, word))
    return out


def _own(place: Place, word: str) -> Plain:
    """Return a value that was typed as the choice."""
    if place.field == ROW:
        raise SopError(f"{name_of(place)}: '{word}' is no choice for a row. Write mine or theirs.")
    column = TABLE_BY_NAME[place.table].column(place.field)
    try:
        return plain_value(column, word if column.kind is Kind.ANY else READERS[column.kind](word))
    except CellFaultError as fault:
        raise SopError(f"{name_of(place)}: the choice '{word}' is {fault}. Write mine, theirs or a value.") from None


def name_of(place: Place) -> str:
    """Return a place in words: `overrides A | North | 2026-11, quantity`."""
    return f"{place.table} {place.row}" + (f", {place.field}" if place.field else "")
