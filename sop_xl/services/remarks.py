"""What a run remarks beyond the check of the inputs: it shows only once results are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema.inputs import ITEMS
from sop_xl.schema.results import CHANGES

if TYPE_CHECKING:
    import pandas as pd

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


def kept_remark(count: int) -> Issue:
    """Return the remark on cells of the user's whose row is gone."""
    message = f"{count} cell(s) of yours stood beside rows that are gone; they are kept on the sheet {CHANGES.sheet}."
    return Issue(Severity.INFO, "kept-cells", CHANGES.sheet, "", message, "Copy what you still need.")
