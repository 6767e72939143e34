"""What a run remarks beyond the check of the inputs: it shows only once results are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.demand.launches import NO_CURVE
from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema.inputs import ITEMS
from sop_xl.schema.results import CHANGES

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.schema.parse import Parsed

FAR_FROM_STANDARD = 0.25
"""A rolled-up cost this share above or below the given standard cost is remarked."""


def cost_remarks(costs: pd.DataFrame) -> list[Issue]:
    """Return a warning where given standard costs are far from what bill and routing add up to.

    Args:
        costs: the table `item_costs`.
    """
    given = costs[(costs["basis"] == "given") & (costs["standard_cost"] > 0) & (costs["rolled_cost"] > 0)]
    share = given["difference"] / given["standard_cost"]
    far = given[share.abs() > FAR_FROM_STANDARD]
    if far.empty:
        return []
    worst = far.loc[share[far.index].abs().idxmax()]
    message = (
        f"{len(far)} standard cost(s) are more than {FAR_FROM_STANDARD:.0%} from what bill and routing add up to; "
        f"the most: {worst['item']}, {worst['standard_cost']:,.2f} given and {worst['rolled_cost']:,.2f} rolled up."
    )
    cure = "Compare on the sheet Item costs; margins are worked out with the given cost."
    return [Issue(Severity.WARN, "cost-gap", ITEMS.sheet, "", message, cure)]


def curve_remarks(new_products: pd.DataFrame, launches: Parsed) -> list[Issue]:
    """Return a warning at the cell of each launch whose Bass curve no history tells, so that it adds nothing.

    Args:
        new_products: the result table; its basis says what is missing.
        launches: the input table as read.
    """
    basis = new_products.set_index("launch")["basis"]
    found = []
    for row, launch in enumerate(launches.frame["launch"]):
        words = str(basis.get(launch, ""))
        if words.startswith(NO_CURVE):
            message = f"{launch} adds no volume. {words.removeprefix(NO_CURVE).lstrip(': ')}"
            cure = "Enter Bass market, p and q, name another like item, or choose another curve."
            found.append(launches.issue(Severity.WARN, "bass-fit", row, "curve", message, cure))
    return found


def kept_remark(count: int) -> Issue:
    """Return the remark on cells of the user's whose row is gone."""
    message = f"{count} cell(s) of yours stood beside rows that are gone; they are kept on the sheet {CHANGES.sheet}."
    return Issue(Severity.INFO, "kept-cells", CHANGES.sheet, "", message, "Copy what you still need.")
