"""Figures and reasons from the result tables of the calling workbook."""

import pandas as pd

from sop_xl.demand.explain import explain as explained
from sop_xl.domain.errors import SopError
from sop_xl.functions.arguments import ArgumentError, Month
from sop_xl.functions.fact_tables import STATES, Measure, source_of
from sop_xl.functions.worksheet import Area, Facts, worksheet
from sop_xl.schema.inputs import ITEMS
from sop_xl.schema.results import FORECAST, PLAN_COST, SHORTAGES

KINDS = {"late": "late", "lost": "lost", "below_target": "below target"}
"""Kinds of shortage, and how a sentence names them."""
REASONS = 3
"""Shortages that a text names; the others are counted."""


@worksheet("SOP_GET", Area.FACTS)
def get(
    facts: Facts,
    measure: str,
    family: str,
    period: Month,
    site: str = "",
    scenario: str = "",
    cycle: str = "",
    after_run: str = "",
) -> float | None:
    """Figure of the plan: a measure of a family, an item or a resource in a month, from this workbook's results.

    Args:
        facts: the result tables of the calling workbook.
        measure: forecast, statistical, demand, supply, closing, backlog, revenue, cogs, load_pct, ...; a wrong one
            lists them all.
        family: name of a family, code of an item, or of a resource for hours; blank: all together.
        period: any date in the month, or text such as 2026-11.
        site: market for forecast and money, location for stock and supply; default: all.
        scenario: default: the one that was run last, the only one that results are kept of.
        cycle: last for the plan of the cycle before; default: this one.
        after_run: sop_run: Excel asks again after each run; without it, only when another argument changes.

    Returns:
        Units, money, hours or per cent; blank where the plan says nothing about the month.
    """
    source = source_of(measure, cycle)
    _check_scenario(facts, scenario, after_run)
    rows = facts.frame(source.table, after_run)
    rows = rows[rows["line"] == source.line] if source.line else rows
    rows = _about(facts, rows, source, family, after_run)
    rows = _at_site(rows, source, measure, site) if site else rows
    values = rows.loc[rows["period"] == period, source.column].dropna()
    if not len(values):
        return None
    if len(values) > 1 and source.column in STATES:
        msg = f"{measure} of several rows cannot be added up; name one family or resource."
        raise ArgumentError(msg)
    return float(values.sum())


@worksheet("SOP_WHY", Area.FACTS)
def why(facts: Facts, measure: str, family: str, period: Month, after_run: str = "") -> str:
    """Why a family or an item is short in a month, or why an item's forecast is what it is, in words.

    Args:
        facts: the result tables of the calling workbook.
        measure: late, lost or below_target; blank: all three. forecast: as SOP_EXPLAIN, all markets together.
        family: name of a family, or code of an item; blank: all together. For forecast: code of an item.
        period: any date in the month, or text such as 2026-11.
        after_run: sop_run: Excel asks again after each run; without it, only when another argument changes.

    Returns:
        Text: up to three shortages, each with its quantity, its item, its reason and its cure; or the forecast.
    """
    if measure.strip().lower() == FORECAST.name:
        return explain(facts, family, period, "", after_run)
    kind = measure.strip().lower().replace(" ", "_")
    if kind and kind not in KINDS:
        msg = f"there is no shortage '{measure}'; take one of {', '.join([*KINDS, FORECAST.name])}."
        raise ArgumentError(msg)
    rows = facts.frame(SHORTAGES, after_run)
    if family:
        rows = rows[(rows["family"] == family) | (rows["item"] == family)]
    rows = rows[(rows["period"] == period) & rows["kind"].isin([kind] if kind else list(KINDS))]
    if not len(rows):
        return "Nothing is " + (KINDS[kind] if kind else "late, lost or below target") + "."
    dearest = rows.sort_values("value", ascending=False, kind="stable")
    sentences = [_sentence(row) for row in dearest.head(REASONS).to_dict("records")]
    more = len(dearest) - len(sentences)
    return " ".join(sentences) + (f" And {more} more: see Shortages." if more else "")


@worksheet("SOP_EXPLAIN", Area.FACTS)
def explain(facts: Facts, item: str, period: Month, market: str = "", after_run: str = "") -> str:
    """Why a forecast is what it is: the sum behind it, the method and why, its past errors beside naive's, in words.

    Args:
        facts: the result tables of the calling workbook.
        item: its code.
        period: any date in the month, or text such as 2026-11.
        market: default: all markets together.
        after_run: sop_run: Excel asks again after each run; without it, only when another argument changes.

    Returns:
        Text.
    """
    try:
        return " ".join(explained(lambda table: facts.frame(table, after_run), item, market, period).sentences())
    except SopError as fault:
        raise ArgumentError(str(fault)) from None


def _check_scenario(facts: Facts, scenario: str, after_run: str) -> None:
    if not scenario:
        return
    known = sorted(set(facts.frame(PLAN_COST, after_run)["scenario"]))
    if scenario not in known:
        msg = f"the results are of {', '.join(known) or 'no run yet'}, not of scenario {scenario}; run it first."
        raise ArgumentError(msg)


def _about(facts: Facts, rows: pd.DataFrame, source: Measure, name: str, after_run: str) -> pd.DataFrame:
    """Return the rows of a family, item or resource; a family of a table by item through the table `items`."""
    if not name:
        return rows
    mine = pd.Series(data=False, index=rows.index)
    for column in {"family", "item", "resource"} & set(rows.columns):
        mine |= rows[column] == name
    if "item" in rows and "family" not in rows:
        items = facts.frame(ITEMS, after_run)
        mine |= rows["item"].isin(items.loc[items["family"] == name, "item"])
    if not mine.any():
        msg = f"there is no '{name}' in the results ({source.table.sheet})."
        raise ArgumentError(msg)
    return rows[mine]


def _at_site(rows: pd.DataFrame, source: Measure, measure: str, site: str) -> pd.DataFrame:
    column = next((c for c in ("market", "location") if c in rows), None)
    if column is None:
        msg = f"{measure} is not kept by site; leave site blank."
        raise ArgumentError(msg)
    if site not in set(rows[column]):
        msg = f"there is no {column} '{site}' in the results ({source.table.sheet})."
        raise ArgumentError(msg)
    return rows[rows[column] == site]


def _sentence(shortage: dict[str, object]) -> str:
    where = f" for {shortage['market']}" if shortage["market"] else ""
    what = f"{shortage['quantity']:,.0f} {shortage['item']}{where} {KINDS[str(shortage['kind'])]}"
    return " ".join(part for part in (f"{what}: {shortage['reason']}", str(shortage["cure"] or "")) if part)
