"""Money in other currencies, brought to the plan currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from sop_xl.domain.plan_data import PlanData


def in_plan_currency(
    data: PlanData,
    amounts: pd.Series,
    currencies: pd.Series,
    periods: pd.Series,
    *,
    rate: Literal["plan_rate", "actual_rate"],
) -> pd.Series:
    """Return `amounts` in the plan currency; blank amounts stay blank.

    The rate is that of the amount's month, else of the last month before it that has one, else of the
    first after it. An actual rate that is blank is taken from the plan rate of its month.

    Args:
        data: holds the plan currency and `fx_rates`.
        amounts: money; shape (n,).
        currencies: the currency of each, "" for the plan currency; same index.
        periods: the month of each; same index.
        rate: which rate of `fx_rates` to use.

    Raises:
        SopError: there is no rate at all for a currency.
    """
    codes, names = pd.factorize(currencies)
    own = np.array([*(name in ("", data.settings.currency) for name in names), True])
    rows = np.flatnonzero(~own[codes] & amounts.notna().to_numpy(bool))
    if not len(rows):
        return amounts.astype(float)
    rates, codes = _rates(data, rate), codes[rows]
    found = np.unique(codes)
    missing = sorted({names[code] for code in found} - set(rates["currency"]))
    if missing:
        msg = f"FX rates: no rate for {', '.join(missing)}, but there is money in it. Add a row with its plan rate."
        raise SopError(msg)
    out = amounts.to_numpy(float, copy=True)
    months = pd.PeriodIndex(periods.iloc[rows]).asi8
    for code in found:
        mine = codes == code
        out[rows[mine]] *= _rate_of(rates[rates["currency"].eq(names[code])], months[mine])
    return pd.Series(out, index=amounts.index, name=amounts.name)


def exchange_rate(
    data: PlanData, currencies: pd.Series, periods: pd.Series, *, rate: Literal["plan_rate", "actual_rate"]
) -> pd.Series:
    """Return plan currency for one unit of each currency in its month; 1 for the plan currency.

    Arguments, the rule for months without a rate and errors as in `in_plan_currency`.
    """
    return in_plan_currency(data, pd.Series(1.0, index=currencies.index), currencies, periods, rate=rate)


def market_currency(data: PlanData, markets: pd.Series) -> pd.Series:
    """Return the currency of each market; "" where it is the plan currency or the market is not listed."""
    listed = data["markets"].set_index("market")["currency"]
    found = markets.map(listed).astype(object).fillna("").astype("str")
    return found.where(found.ne(data.settings.currency), "")


def three_ways(data: PlanData, rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` with `value` as reported and two further views of it: `constant` and `local`.

    Reported is at actual rates, constant at plan rates, both in plan currency; local is in the
    currency of the row's market. What is booked in plan currency for a market of another one is
    brought back to it at the actual rate first.

    Args:
        data: holds rates and the markets' currencies.
        rows: `value` in the row's `currency`, `market` and `period`.
    """
    value, currency, period = rows["value"].astype(float), rows["currency"], rows["period"]
    home = market_currency(data, rows["market"])
    reported = in_plan_currency(data, value, currency, period, rate="actual_rate")
    booked = currency.where(currency.ne(data.settings.currency), "")
    known = home.where(value.notna(), "")
    local = value.where(booked.eq(home), reported / exchange_rate(data, known, period, rate="actual_rate"))
    at_plan = in_plan_currency(data, value, currency, period, rate="plan_rate")
    constant = at_plan.where(booked.ne(""), local * exchange_rate(data, known, period, rate="plan_rate"))
    return rows.assign(value=reported, constant=constant, local=local)


def _rates(data: PlanData, rate: str) -> pd.DataFrame:
    table = data["fx_rates"]
    value = table[rate].fillna(table["plan_rate"])
    rates = table[["currency", "period"]].assign(value=value).dropna(subset=["value"])
    return rates.sort_values(["currency", "period"])


def _rate_of(rates: pd.DataFrame, months: np.ndarray) -> np.ndarray:
    """Return the rate of each month, given as ordinals, from the rows of one currency."""
    known = pd.PeriodIndex(rates["period"]).asi8
    position = np.searchsorted(known, months, side="right") - 1
    return rates["value"].to_numpy(float)[np.maximum(position, 0)]
