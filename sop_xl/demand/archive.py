"""The archive: what every cycle said of the months next ahead, and who had a word in it, kept to be judged later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sop_xl.demand.consensus import FINAL, STREAMS, baseline_of, sensed_baseline
from sop_xl.schema.frames import conform
from sop_xl.schema.results import FORECAST_ARCHIVE, FORECAST_STEPS

if TYPE_CHECKING:
    import numpy as np

    from sop_xl.domain.plan_data import PlanData

KEPT_LAGS = 6
"""Months ahead that are kept of each cycle; lag 1 is the cycle's first month."""
KEPT_CYCLES = 24
NOT_GIVEN = "not given"


def archived(archive: pd.DataFrame, forecast: pd.DataFrame, data: PlanData) -> pd.DataFrame:
    """Return the archive with this cycle's forecast in it, in place of what an earlier run of the cycle left.

    Args:
        archive: frame of the table `forecast_archive`, perhaps empty.
        forecast: this cycle's frame of the table `forecast`.
        data: the cycle, and the overrides with their owners and reasons.
    """
    current = data.settings.current_period
    older = archive[(archive["cycle"] < str(current)) & (archive["cycle"] >= str(current - KEPT_CYCLES + 1))]
    frames = [older, _of_cycle(forecast, data, current)]
    return conform(FORECAST_ARCHIVE, pd.concat([frame for frame in frames if len(frame)] or [older]))


def _of_cycle(forecast: pd.DataFrame, data: PlanData, cycle: pd.Period) -> pd.DataFrame:
    near = forecast[forecast["period"] < cycle + KEPT_LAGS]
    frame = near.assign(events=baseline_of(near), sensed=sensed_baseline(near))
    frame["overrides"] = _as_said(frame)
    summed = frame.groupby(["item", "period"], sort=True)[list(FORECAST_STEPS)].sum(min_count=1).reset_index()
    summed = summed[summed["consensus"].notna()].assign(cycle=str(cycle))
    summed["lag"] = (summed["period"].array.asi8 - cycle.ordinal + 1).astype(float)
    return summed.merge(_voices(data), on=["item", "period"], how="left").fillna({"owner": "", "reason": ""})


def _as_said(frame: pd.DataFrame) -> np.ndarray:
    """What people said, as it stands: the final word, else the plain mean of the streams, else what stood before."""
    said = frame[FINAL].fillna(frame[list(STREAMS)].mean(axis=1))
    return said.fillna(frame["sensed"]).to_numpy(float)


def _voices(data: PlanData) -> pd.DataFrame:
    """Owner and reason of each item and month that has an override: the final word's, else the first stream's."""
    given = data["overrides"][data["overrides"]["quantity"].notna()]
    order = {stream: rank for rank, stream in enumerate((FINAL, *STREAMS))}
    ranked = given.assign(rank=given["stream"].map(order)).sort_values(["item", "period", "rank", "market"])
    first = ranked.drop_duplicates(["item", "period"])[["item", "period", "owner", "reason"]]
    blank = {"owner": NOT_GIVEN, "reason": NOT_GIVEN}
    return first.assign(**{name: first[name].replace("", words) for name, words in blank.items()})
