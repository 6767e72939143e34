"""What a paste is checked against: the company's lists, its open month, and what was committed before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.domain.settings import Settings


@dataclass(frozen=True)
class PasteContext:
    """The company as far as a paste needs it.

    Attributes:
        items, markets, locations, fx_rates: the input tables of these names.
        currency: the plan currency.
        open_period: the month being closed, the first one planned.
        plan_end: the last month planned.
        committed: facts committed so far; columns as the table `actuals`.
        batches: for each content committed before, its digest and in words which batch that was.
        fiscal_year_start: first month of the fiscal year, 1 to 12.
    """

    items: pd.DataFrame = field(repr=False)
    markets: pd.DataFrame = field(repr=False)
    locations: pd.DataFrame = field(repr=False)
    fx_rates: pd.DataFrame = field(repr=False)
    currency: str
    open_period: pd.Period
    plan_end: pd.Period
    committed: pd.DataFrame = field(repr=False)
    batches: Mapping[str, str] = field(default_factory=dict, repr=False)
    fiscal_year_start: int = 1

    @classmethod
    def of(
        cls,
        settings: Settings,
        tables: Mapping[str, pd.DataFrame],
        committed: pd.DataFrame,
        batches: Mapping[str, str] | None = None,
    ) -> PasteContext:
        """Build from settings and the input tables."""
        return cls(
            tables["items"],
            tables["markets"],
            tables["locations"],
            tables["fx_rates"],
            settings.currency,
            settings.current_period,
            settings.plan_periods[-1],
            committed,
            batches or {},
            settings.fiscal_year_start,
        )

    def currencies(self) -> set[str]:
        """Return every currency the company knows."""
        columns = (self.fx_rates["currency"], self.markets["currency"], self.locations["currency"])
        return {self.currency, *(code for column in columns for code in column if code)}

    def homes(self, table: str) -> dict[str, str]:
        """Return the currency of each market or location that names one."""
        frame = getattr(self, f"{table}s")
        pairs = zip(frame[table], frame["currency"], strict=True)
        return {code: currency for code, currency in pairs if currency}
