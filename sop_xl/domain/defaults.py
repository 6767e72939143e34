"""Names that stand in where an optional table is empty."""

PLANT = "Plant"
"""The one location of a company that lists none."""

MARKET = "All"
"""The one market of a company that lists none."""
