"""The layers stock lies in: to the minimum, to the target, to the maximum, and beyond."""

STOCK_TIERS = ("minimum_stock", "target_stock", "free_stock", "excess_stock")
