"""What approved initiatives spend once: capital and one-off cost, in the month they start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.money import round_half_up

if TYPE_CHECKING:
    import pandas as pd

    from sop_xl.domain.plan_data import PlanData

SPENT = ("capex", "one_off_cost")


def initiative_spending(data: PlanData) -> pd.DataFrame:
    """Return initiative, family, period, capex and one_off_cost of approved initiatives, to the cent.

    All is spent in the first month of the initiative, or in the current one where it gives none; what
    started before is spent already. As with its effect on demand, the probability counts. The family
    is the target, or that of the item that is the target; else "". Blank sums are 0.
    """
    rows, items, now = data["initiatives"], data["items"], data.settings.current_period
    ahead = rows["from_period"].isna() | rows["from_period"].ge(now)
    rows = rows[rows["status"].eq("approved") & ahead].sort_values("initiative", ignore_index=True)
    family_of = items.set_index("item")["family"]
    known = rows["target"].isin(items["family"])
    family = rows["target"].where(known, rows["target"].map(family_of).astype(object).fillna(""))
    period = rows["from_period"].fillna(now)
    share = rows["probability_pct"] / 100.0
    money = {name: round_half_up((rows[name].fillna(0.0) * share).to_numpy(float)) for name in SPENT}
    return rows[["initiative"]].assign(family=family.astype("str"), period=period, **money)
