"""Safety stock and the service it gives."""

import numpy as np

from sop_xl.functions.arguments import ArgumentError, within
from sop_xl.functions.worksheet import Area, worksheet
from sop_xl.supply import safety_stock


@worksheet("SOP_SAFETY", Area.BALANCE)
def safety(service: float, mean: float, deviation: float, lead_time: float, lead_deviation: float = 0.0) -> float:
    """Safety stock: z(service) x sqrt(lead_time x deviation^2 + mean^2 x lead_deviation^2). For regular demand.

    Args:
        service: chance not to run out before a delivery arrives, such as 0.95.
        mean: demand a week (or any one period), in units.
        deviation: its standard deviation, or that of the forecast error, in units.
        lead_time: periods from order to arrival.
        lead_deviation: standard deviation of the lead time, in periods; default 0.

    Returns:
        Units.
    """
    if not 0 < service < 1:
        msg = f"service is {service:g}; give a share between 0 and 1, such as 0.95."
        raise ArgumentError(msg)
    for name, number in (("deviation", deviation), ("lead_time", lead_time), ("lead_deviation", lead_deviation)):
        within(name, number, 0, np.inf)
    return safety_stock.safety_stock(service, mean, deviation, lead_time, lead_deviation)


@worksheet("SOP_FILLRATE", Area.BALANCE)
def fill_rate(safety: float, lot: float, lead_sd: float) -> float:
    """Fill rate: the share of demand served from stock, with a safety stock and a lot size.

    Args:
        safety: safety stock, in units.
        lot: units of one delivery.
        lead_sd: standard deviation of demand over the lead time, in units.

    Returns:
        A share: 0.9975 means 99.75 %.
    """
    for name, number in (("lot", lot), ("lead_sd", lead_sd)):
        if number <= 0:
            msg = f"{name} is {number:g}; give more than 0."
            raise ArgumentError(msg)
    return safety_stock.fill_rate(safety, lot, lead_sd)
