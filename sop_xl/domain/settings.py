"""What a planner may change about the planning itself; read from the table `settings`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd


@dataclass(frozen=True)
class Settings:
    """One value a field; the schema declares defaults, units, bounds and help (`schema/settings.py`)."""

    current_period: pd.Period
    company: str = ""
    currency: str = "USD"
    horizon_months: int = 18
    season_length: int = 12
    frozen_months: int = 0
    slushy_months: int = 0
    slushy_change_pct: float = 20.0
    change_cost_pct: float = 0.0
    stability_months: int = 0
    service_level: float = 0.95
    holding_rate_per_year: float = 0.2
    days_in_year: float = 365.0
    fiscal_year_start: int = 1
    objective: Literal["service_first", "cost"] = "service_first"
    end_backlog_allowed: bool = False
    clean_history: bool = True
    working_day_adjustment: Literal["off", "measured", "full"] = "off"
    hierarchy: Literal["bottom_up", "top_down", "mint"] = "bottom_up"
    trusted_level: Literal["company", "region", "channel", "family", "item"] = "family"
    whole_units: bool = False
    sense_consensus: bool = True
    consume_forecast: bool = True
    consume_early_months: int = 1
    consume_late_months: int = 1
    supply_method: Literal["auto", "whole", "decomposed"] = "auto"
    lead_times: Literal["whole_months", "part_months"] = "whole_months"
    weight_statistical: float = 1.0
    weight_sales: float = 1.0
    weight_marketing: float = 1.0
    weight_finance: float = 1.0
    default_cover_days: float = 0.0
    supplier_payment_days: float = 30.0
    excess_months: float = 12.0
    excess_provision_pct: float = 50.0
    obsolete_provision_pct: float = 100.0
    normal_load_pct: float = 85.0
    overtime_premium: Literal["expense", "absorb"] = "expense"
    random_seed: int = 1
    ledger_url: str = ""
    compute_url: str = ""
    history_file: str = ""
    history_level: Literal["market", "item"] = "market"

    @property
    def measured_fence(self) -> int:
        """The first months over which schedule stability is measured: those said, else the frozen and slushy ones."""
        return self.stability_months or self.frozen_months + self.slushy_months

    @property
    def plan_periods(self) -> pd.PeriodIndex:
        """The months planned: the current one and those after it, oldest first."""
        return pd.period_range(self.current_period, periods=self.horizon_months, freq="M")
