"""The settings: each with kind, default, bounds and help; and how the table becomes `Settings`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SettingSpec:
    """One setting.

    Attributes:
        name: field of `domain.settings.Settings`.
        kind: `text`, `number`, `whole`, `flag`, `month` or `choice`.
        default: value where the cell is blank; None: derived (current_period) or required.
        unit: unit for the reader.
        help: what it does, one sentence.
        minimum, maximum: bounds of a number.
        choices: the words allowed.
    """

    name: str
    kind: str
    default: str | float | bool | None
    unit: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()


SETTING_SPECS = (
    SettingSpec("company", "text", "", "", "Name of the company, for titles."),
    SettingSpec("currency", "text", "USD", "", "Plan currency; all money is in it."),
    SettingSpec("current_period", "month", None, "month", "First open month; blank: the month after the last actual."),
    SettingSpec("horizon_months", "whole", 18, "months", "Months planned.", 1, 60),
    SettingSpec("season_length", "whole", 12, "months", "Months of one season: 12, or 1 for none.", 1, 24),
    SettingSpec("frozen_months", "whole", 0, "months", "First months whose production is fixed.", 0, 12),
    SettingSpec("service_level", "number", 0.95, "share", "Share of demand to meet from stock.", 0.5, 0.9999),
    SettingSpec("holding_rate_per_year", "number", 0.2, "share", "Yearly cost of stock, of its value.", 0, 2),
    SettingSpec("days_in_year", "number", 365, "days", "For cover, DSO, DIO and DPO.", 300, 366),
    SettingSpec("fiscal_year_start", "whole", 1, "month", "First month of the fiscal year, 1 to 12.", 1, 12),
    SettingSpec(
        "objective",
        "choice",
        "service_first",
        "",
        "service_first, or cost: one weighted objective of real costs only.",
        choices=("service_first", "cost"),
    ),
    SettingSpec("end_backlog_allowed", "flag", False, "", "yes: orders may still be late when the plan ends."),
    SettingSpec("weight_statistical", "number", 1.0, "", "Weight of the statistical forecast in the consensus.", 0),
    SettingSpec("weight_sales", "number", 1.0, "", "Weight of the sales stream where it is filled.", 0),
    SettingSpec("weight_marketing", "number", 1.0, "", "Weight of the marketing stream.", 0),
    SettingSpec("weight_finance", "number", 1.0, "", "Weight of the finance stream.", 0),
    SettingSpec("default_cover_days", "number", 0.0, "days", "Target cover where an item gives none.", 0, 365),
    SettingSpec("random_seed", "whole", 1, "", "Seed of everything random.", 0),
    SettingSpec("ledger_url", "text", "", "", "Database of the ledger; blank: a file beside the workbook."),
    SettingSpec("compute_url", "text", "", "", "Dask scheduler; blank: this machine."),
)
