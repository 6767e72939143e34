"""The settings: each with kind, default, bounds and help; and how the table becomes `Settings`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sop_xl.domain.issue import Issue, Severity
from sop_xl.domain.settings import Settings
from sop_xl.schema.values import CellFaultError, as_flag, as_month, as_number, as_text, is_blank

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sop_xl.schema.parse import Parsed


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
    SettingSpec("slushy_months", "whole", 0, "months", "Months after the frozen ones that may change a little.", 0, 24),
    SettingSpec(
        "slushy_change_pct", "number", 20.0, "%", "How much they may change against last month's plan.", 0, 100
    ),
    SettingSpec("change_cost_pct", "number", 0.0, "%", "Price of a unit changed against it, of its worth.", 0, 100),
    SettingSpec(
        "stability_months", "whole", 0, "months", "Schedule stability is measured over; 0: frozen and slushy.", 0, 24
    ),
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
    SettingSpec("clean_history", "flag", True, "", "yes: outliers and stock-outs are corrected before forecasting."),
    SettingSpec(
        "working_day_adjustment",
        "choice",
        "off",
        "",
        "off; measured: as far as history shows it by family; full: demand is in proportion to working days.",
        choices=("off", "measured", "full"),
    ),
    SettingSpec(
        "hierarchy",
        "choice",
        "bottom_up",
        "",
        "bottom_up; top_down from the trusted level; mint: all levels weighted by their errors.",
        choices=("bottom_up", "top_down", "mint"),
    ),
    SettingSpec(
        "trusted_level",
        "choice",
        "family",
        "",
        "Level whose own forecast is spread down by top_down: company is top-down, the others middle-out.",
        choices=("company", "region", "channel", "family", "item"),
    ),
    SettingSpec("whole_units", "flag", False, "", "yes: figures for a whole are spread over its parts in whole units."),
    SettingSpec(
        "sense_consensus",
        "flag",
        True,
        "",
        "yes: where recent bookings tell, the sensed months stand in the consensus in place of the baseline.",
    ),
    SettingSpec(
        "consume_forecast",
        "flag",
        True,
        "",
        "yes: customer orders consume the forecast; operations plan for orders and what is left of it.",
    ),
    SettingSpec(
        "consume_early_months", "whole", 1, "months", "Months before its own that an order may consume.", 0, 12
    ),
    SettingSpec(
        "consume_late_months", "whole", 1, "months", "Months after its own, once those before are used.", 0, 12
    ),
    SettingSpec(
        "supply_method",
        "choice",
        "auto",
        "",
        "whole: one programme, proven best; decomposed: large plans in seconds, with a proven gap; auto: by size.",
        choices=("auto", "whole", "decomposed"),
    ),
    SettingSpec(
        "lead_times",
        "choice",
        "whole_months",
        "",
        "whole_months: half a month or more is one; part_months: of 10 days a third of a start is ready a month later.",
        choices=("whole_months", "part_months"),
    ),
    SettingSpec("weight_statistical", "number", 1.0, "", "Weight of the statistical forecast in the consensus.", 0),
    SettingSpec("weight_sales", "number", 1.0, "", "Weight of the sales stream where it is filled.", 0),
    SettingSpec("weight_marketing", "number", 1.0, "", "Weight of the marketing stream.", 0),
    SettingSpec("weight_finance", "number", 1.0, "", "Weight of the finance stream.", 0),
    SettingSpec("default_cover_days", "number", 0.0, "days", "Target cover where an item gives none.", 0, 365),
    SettingSpec("supplier_payment_days", "number", 30.0, "days", "Days after which suppliers are paid.", 0, 365),
    SettingSpec("excess_months", "number", 12.0, "months", "Stock beyond so many months of demand is excess.", 0, 60),
    SettingSpec("excess_provision_pct", "number", 50.0, "%", "Share of excess stock to write down.", 0, 100),
    SettingSpec("obsolete_provision_pct", "number", 100.0, "%", "Share of stock nobody wants to write down.", 0, 100),
    SettingSpec("normal_load_pct", "number", 85.0, "%", "Load of regular hours that bears all fixed overhead.", 1, 100),
    SettingSpec(
        "overtime_premium",
        "choice",
        "expense",
        "",
        "expense: a cost of its month; absorb: held in stock, a cost as the stock is sold.",
        choices=("expense", "absorb"),
    ),
    SettingSpec("random_seed", "whole", 1, "", "Seed of everything random.", 0),
    SettingSpec("ledger_url", "text", "", "", "Database of the ledger; blank: a file beside the workbook."),
    SettingSpec("compute_url", "text", "", "", "Dask scheduler; blank: this machine."),
    SettingSpec(
        "history_file",
        "text",
        "",
        "",
        "CSV or Parquet file with more actuals than a sheet holds, by its name beside the workbook; blank: none.",
    ),
    SettingSpec(
        "history_level",
        "choice",
        "market",
        "",
        "Level at which that file is planned: market; or item, its markets added up.",
        choices=("market", "item"),
    ),
)


@dataclass(frozen=True)
class _Reading:
    """One setting as read: its value, or what is wrong with it."""

    value: object = None
    fault: str = ""


def parse_settings(parsed: Parsed, last_actual: pd.Period | None) -> tuple[Settings | None, list[Issue]]:
    """Return the settings and all issues.

    Args:
        parsed: the table `settings` as read.
        last_actual: the last month with actuals, or None; the month after it is the current one
            where the setting is blank.

    Returns:
        The settings, or None where a value stops the run; and the issues.
    """
    specs = {spec.name: spec for spec in SETTING_SPECS}
    values: dict[str, object] = {}
    issues: list[Issue] = []
    for row, (name, cell) in enumerate(zip(parsed.frame["parameter"], parsed.frame["value"], strict=True)):
        spec = specs.get(name)
        if spec is None:
            message, cure = f"Setting '{name}' is not known.", "Delete the row, or correct the name."
            issues.append(parsed.issue(Severity.WARN, "unknown-setting", row, "parameter", message, cure))
        elif not is_blank(cell):
            reading = _read(spec, cell)
            values[name] = reading.value
            if reading.fault:
                message = f"Setting {name} is '{as_text(cell)}': {reading.fault}."
                cure = f"Enter {_wanted(spec)}, or clear it for the default ({spec.default})."
                issues.append(parsed.issue(Severity.STOP, "bad-setting", row, "value", message, cure))
    if "current_period" not in values:
        if last_actual is None:
            message = "Setting current_period is missing, and there are no actuals to tell the open month."
            where = parsed.cells.address(0, 0)
            cure = "Add a row current_period with the first open month, such as 2026-11."
            issues.append(Issue(Severity.STOP, "missing-setting", parsed.cells.sheet, where, message, cure))
        else:
            values["current_period"] = last_actual + 1
    if any(issue.severity is Severity.STOP for issue in issues):
        return None, issues
    defaults = {spec.name: spec.default for spec in SETTING_SPECS if spec.default is not None}
    return Settings(**{**defaults, **values}), issues  # type: ignore[arg-type]


def _read(spec: SettingSpec, cell: object) -> _Reading:
    try:
        value = _READERS[spec.kind](cell)
    except CellFaultError as fault:
        return _Reading(fault=str(fault))
    if spec.kind == "choice" and value not in spec.choices:
        return _Reading(fault=f"none of {', '.join(spec.choices)}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if spec.minimum is not None and value < spec.minimum:
            return _Reading(fault=f"below {spec.minimum:g}")
        if spec.maximum is not None and value > spec.maximum:
            return _Reading(fault=f"above {spec.maximum:g}")
    return _Reading(value)


def _whole(cell: object) -> int:
    number = as_number(cell)
    if not number.is_integer():
        raise CellFaultError("not a whole number")
    return int(number)


_READERS: dict[str, Callable[[object], object]] = {
    "text": as_text,
    "number": as_number,
    "whole": _whole,
    "flag": lambda cell: as_flag(cell) == "yes",
    "month": as_month,
    "choice": lambda cell: as_text(cell).lower(),
}


def _wanted(spec: SettingSpec) -> str:
    if spec.choices:
        return " or ".join(spec.choices)
    words = {"flag": "yes or no", "month": "a month such as 2026-11", "whole": "a whole number", "text": "text"}
    return words.get(spec.kind, "a number")
