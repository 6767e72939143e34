"""Safety stock for normal demand over the lead time, and the service it gives."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

NORMAL = NormalDist()


def safety_stock(service: float, mean: float, deviation: float, lead_time: float, lead_deviation: float = 0.0) -> float:
    """Return z(service) x sqrt(lead_time deviation^2 + mean^2 lead_deviation^2), in units.

    Args:
        service: chance not to run out before a replenishment arrives, between 0 and 1.
        mean: demand a period, in units.
        deviation: its standard deviation (of the forecast error, where there is a forecast), in units.
        lead_time: periods from order to arrival.
        lead_deviation: its standard deviation, in periods.

    Source:
        Chopra and Meindl, Supply Chain Management, chapter 12.
    """
    return NORMAL.inv_cdf(service) * sqrt(lead_time * deviation**2 + mean**2 * lead_deviation**2)


def expected_shortage(stock: float, deviation: float) -> float:
    """Return the units short in a replenishment cycle: deviation x (phi(k) - k (1 - Phi(k))), k = stock / deviation.

    Args:
        stock: safety stock, in units.
        deviation: of demand over the lead time, in units, above 0.
    """
    k = stock / deviation
    return deviation * (NORMAL.pdf(k) - k * (1 - NORMAL.cdf(k)))


def fill_rate(stock: float, lot: float, deviation: float) -> float:
    """Return the share of demand served from stock, 1 - expected shortage / lot; arguments as `expected_shortage`."""
    return 1 - expected_shortage(stock, deviation) / lot
