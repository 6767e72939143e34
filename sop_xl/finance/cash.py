"""Working capital: when money comes in and goes out by terms, what is open, and how many days that is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sop_xl.domain.money import round_half_up

MONTH_DAYS = 30.0
"""Days of a month of payment terms, as contracts count: 45 days are a month and a half."""


class CashDays(NamedTuple):
    """Days of sales outstanding, of inventory, of payables; and from paying for goods to being paid."""

    dso: float
    dio: float
    dpo: float
    cash_to_cash: float


class Corkscrew(NamedTuple):
    """A balance by month: opening + added - settled = closing, to the cent; every array has shape (months,)."""

    opening: np.ndarray
    added: np.ndarray
    settled: np.ndarray
    closing: np.ndarray


def cash_days(
    receivables: float, inventory: float, payables: float, *, revenue: float, cogs: float, days: float
) -> CashDays:
    """Return DSO, DIO, DPO and DSO + DIO - DPO; NaN where there is no flow to measure by.

    Args:
        receivables: open at the end, in money, as are `inventory` and `payables`.
        inventory: stock at cost.
        payables: owed to suppliers.
        revenue: net revenue of a span of time, in money.
        cogs: cost of goods sold of the same span: stock and payables are measured by it.
        days: days of the span.
    """
    dso = receivables / revenue * days if revenue else np.nan
    dio, dpo = (balance / cogs * days if cogs else np.nan for balance in (inventory, payables))
    return CashDays(dso, dio, dpo, dso + dio - dpo)


def settle(amounts: np.ndarray, days: float) -> np.ndarray:
    """Return what of `amounts` is settled in each month, under terms of `days`; shape (months,).

    Terms between whole months split an amount: 45 days settle half one month after and half two after;
    the earlier part is rounded to the cent, the later one is the rest. What falls after the last month
    stays open.

    Args:
        amounts: invoiced in each month, in whole cents; shape (months,).
        days: payment terms, 0 or more.
    """
    whole, share = divmod(days / MONTH_DAYS, 1.0)
    later = round_half_up(np.round(np.asarray(amounts, float) * share, 8))
    return _shifted(amounts - later, int(whole)) + _shifted(later, int(whole) + 1)


def corkscrew(added: np.ndarray, settled: np.ndarray, opening: float = 0.0) -> Corkscrew:
    """Return the balance of each month from what is added and what is settled, both in whole cents."""
    closing = round_half_up(opening + np.cumsum(added - settled))
    before = np.concatenate([[opening], closing[:-1]])
    return Corkscrew(before, added, round_half_up(settled), closing)


def _shifted(amounts: np.ndarray, months: int) -> np.ndarray:
    out = np.zeros(len(amounts))
    if months < len(amounts):
        out[months:] = amounts[: len(amounts) - months]
    return out
