"""Back-solve: units, price and revenue of a plan where one or two are edited and another follows."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from sop_xl.domain.money import round_half_up

Flex = Literal["units", "price", "revenue"]
"""What may follow: the rule."""


class Trade(NamedTuple):
    """Units, net price of one, and net revenue; price x units is revenue to the cent."""

    units: float
    price: float
    revenue: float


def back_solve(
    base: Trade,
    flex: Flex,
    *,
    units: float | None = None,
    price: float | None = None,
    revenue: float | None = None,
) -> Trade:
    """Return `base` with what is edited, and with what the rule lets follow.

    What is neither edited nor follows stays as planned. Where the rule names an edited figure, revenue
    follows, or units where revenue is edited too, or price where both are; with all three edited the rule
    decides all the same. Price times units is revenue; a price or number of units that nothing can give (no
    units, no price) is NaN.

    Args:
        base: the plan.
        flex: what follows.
        units: edited units; None: as planned.
        price: edited price of a unit.
        revenue: edited revenue, in money.
    """
    edited = {"units": units, "price": price, "revenue": revenue}
    follows: str = flex
    if edited[flex] is not None and None in edited.values():
        follows = next(name for name in ("revenue", "units", "price") if edited[name] is None)
    known = {name: getattr(base, name) if value is None else value for name, value in edited.items()}
    if follows == "units":
        known["units"] = _ratio(known["revenue"], known["price"])
    elif follows == "price":
        known["price"] = _ratio(known["revenue"], known["units"])
    else:
        known["revenue"] = known["units"] * known["price"]
    cents = float(round_half_up(np.array([round(known["revenue"], 8)]))[0])
    return Trade(known["units"], known["price"], cents)


def _ratio(above: float, below: float) -> float:
    return above / below if below else float("nan")
