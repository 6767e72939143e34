"""Bass figures of a launch that give no curve, are not used, or that nothing can be fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIGURES = {"bass_market": "Bass market", "bass_p": "Bass p", "bass_q": "Bass q"}


class Fault(NamedTuple):
    """What is wrong with a row of `launches`: code, the field whose cell is named, message and cure."""

    code: str
    field: str
    message: str
    cure: str


def bass_faults(launch: Mapping[str, object], *, sold: bool, like: bool) -> Iterator[Fault]:
    """Return what keeps a row of `launches` from having the Bass curve that its figures ask for.

    Args:
        launch: the row.
        sold: whether its item has sales of its own.
        like: whether a like item is named.
    """
    figures = {name: float(launch[name]) for name in FIGURES}  # type: ignore[arg-type]
    known = [name for name, value in figures.items() if np.isfinite(value)]
    if launch["curve"] == "bass":
        yield from _still(str(launch["launch"]), figures, sold=sold)
        if len(known) < len(FIGURES):
            yield from _blank(str(launch["launch"]), known, told=sold or like)
    elif known:
        curve = launch["curve"] or "ramp"
        message = f"{launch['launch']} has {_named(known)}, but its curve is {curve}: not used."
        yield Fault("bass-unused", known[0], message, "Choose bass under Curve, or clear the cell.")


def _still(name: str, figures: Mapping[str, float], *, sold: bool) -> Iterator[Fault]:
    if figures["bass_market"] == 0:
        cure = "Enter all who will ever buy, in units, or clear the cell to have it fitted."
        yield Fault("bass-market", "bass_market", f"The Bass market of {name} is 0: nobody will ever buy.", cure)
    if figures["bass_p"] == 0 and (figures["bass_q"] == 0 or not sold):
        why = "and q are 0: nobody ever buys" if figures["bass_q"] == 0 else "is 0: nobody is the first to buy"
        yield Fault("bass-still", "bass_p", f"Bass p of {name} {why}.", "Enter p above 0, such as 0.03, or clear it.")


def _blank(name: str, known: Sequence[str], *, told: bool) -> Iterator[Fault]:
    missing = [field for field in FIGURES if field not in known]
    half = [field for field in ("bass_p", "bass_q") if field in known]
    if half:
        message = f"{name} has {_named(half)} but no {_named(missing)}: p and q are fitted, what is given is not used."
        yield Fault("bass-half", half[0], message, f"Enter {_named(missing)} too, or clear {_named(half)}.")
    if not told:
        message = f"{name} leaves {_named(missing)} blank, and no sales of its own or of a like item tell them."
        cure = "Enter market, p and q, or name a like item whose own launch is in the history."
        yield Fault("bass-untold", missing[0], message, cure)


def _named(fields: Sequence[str]) -> str:
    return ", ".join(FIGURES[name] for name in fields)
