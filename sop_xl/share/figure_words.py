"""Figures as people read them, the same wherever they are shown."""

from __future__ import annotations

THIN = "\u2009"
MILLION, THOUSAND = 999_500, 10_000


def step_words(step: str) -> str:
    """Return a step of a bridge as a reader knows it: `Volume`, `FX`."""
    return step.upper() if step == "fx" else step.capitalize()


def money_words(value: float) -> str:
    """Return `52.0 m`, `-640 k` or `8,123`: an amount in as few digits as tell it."""
    sign = "-" if value < 0 else ""
    size = abs(value)
    if size >= MILLION:
        return f"{sign}{size / 1e6:,.1f} m"
    if size >= THOUSAND:
        return f"{sign}{size / 1e3:,.0f} k"
    return f"{sign}{size:,.0f}"


def units_words(value: float | None) -> str:
    """Return `1,234`; a dash for zero, nothing for a blank."""
    if value is None:
        return ""
    whole = round(value) + 0
    return f"{whole:,}" if whole else "–"


def figure_words(value: float | None, unit: str) -> str:
    """Return a value in its unit: `12.8 %`, `52.0 m USD`, `1,234 units`; `no figure` for a blank."""
    if value is None:
        return "no figure"
    if unit == "%":
        return f"{value:.1f} %"
    if len(unit) == 3 and unit.isupper():
        return f"{money_words(value)} {unit}"
    return f"{value:,.0f} {unit}".rstrip()
