"""The charts of the page, drawn from the same categories and series as those of the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.share.figure_words import money_words
from sop_xl.template.style import (
    ACCENT,
    ACTUAL,
    ADVERSE,
    BAD,
    FAVOURABLE,
    INK,
    LINE,
    MUTE,
    NAVY,
    PRIOR,
    RULE,
    SLATE,
    WHITE,
)

if TYPE_CHECKING:
    from sop_xl.share.briefing_charts import Chart, Series
    from sop_xl.template.packs.pdf_page import Page

LINES = {"line": (ACCENT, 1.4, False), "limit": (BAD, 1.0, True)}
SOLID = {"actual": ACTUAL, "better": FAVOURABLE, "adverse": ADVERSE, "prior": PRIOR}
TICKS = 4
AXIS, LEGEND, LABELS = 30, 24, 12
"""Room for the values on the left, title and key above, names below."""
Box = tuple[float, float, float, float]


def draw_chart(page: Page, chart: Chart, box: Box) -> None:
    """Draw a chart with its finding into a box: left, top, width, height."""
    left, top, width, height = box
    page.fitted(left, top + 8, chart.title, width, size=9, bold=True, ink=NAVY)
    page.fitted(left, top + 17, chart.subtitle, width, size=6.5, least=5, ink=MUTE)
    if not chart.categories or not chart.series:
        return
    if chart.kind == "bar":
        _bars(page, chart, (left, top + LEGEND, width, height - LEGEND))
        return
    _key(page, chart, left, top + LEGEND + 2)
    _columns(page, chart, (left, top + LEGEND + 8, width, height - LEGEND - 8 - LABELS))


def _number(chart: Chart, value: float) -> str:
    if chart.number == "percent":
        return f"{value:.0f}%"
    return money_words(value) if value else "0"


def _key(page: Page, chart: Chart, x: float, y: float) -> None:
    for series in chart.series:
        if chart.kind == "stacked":
            return
        _swatch(page, series, x, y)
        page.text(x + 13, y, series.name, size=6.5, ink=SLATE)
        x += 20 + page.width(series.name, 6.5)


def _swatch(page: Page, series: Series, x: float, y: float) -> None:
    if series.look in LINES:
        ink, width, dashed = LINES[series.look]
        page.path([(x, y - 2), (x + 10, y - 2)], ink, width, dashed=dashed)
    else:
        _block(page, series.look, x, y - 5, 10, 5)


def _block(page: Page, look: str, x: float, y: float, width: float, height: float) -> None:
    if look == "plan":
        page.hatched(x, y, width, height, ACTUAL)
    elif look == "budget":
        page.box(x, y, width, height, fill=WHITE, line=INK)
    elif look in SOLID:
        page.box(x, y, width, height, fill=SOLID[look])


def _columns(page: Page, chart: Chart, box: Box) -> None:
    left, top, width, height = box
    high = _ceiling(_highest(chart))
    x0, room = left + AXIS, width - AXIS
    if chart.kind == "stacked":
        x0, room = left, width
    else:
        for k in range(TICKS + 1):
            y = top + height * (1 - k / TICKS)
            page.path([(x0, y), (left + width, y)], LINE if k else RULE, 0.5)
            page.text(x0 - 3, y + 2, _number(chart, high * k / TICKS), size=6, ink=SLATE, align="right")
    step = room / len(chart.categories)
    scale = height / high
    for k, category in enumerate(chart.categories):
        x = x0 + k * step
        _column(page, chart, k, (x, top + height, step, scale))
        _category(page, chart, k, category, (x + step / 2, top + height + 8, step))
    for series in chart.series:
        if series.look in LINES:
            ink, thick, dashed = LINES[series.look]
            places = [(x0 + (k + 0.5) * step, v) for k, v in enumerate(series.values) if v is not None]
            page.path([(x, top + height - v * scale) for x, v in places], ink, thick, dashed=dashed)


def _column(page: Page, chart: Chart, k: int, place: tuple[float, float, float, float]) -> None:
    """Draw what stands over one category: budget behind and to the left, stacked parts over each other."""
    x, floor, step, scale = place
    wide, base = step * 0.62, 0.0
    for series in chart.series:
        value = series.values[k]
        if series.look in LINES or value is None:
            continue
        shift = 0.04 if series.look == "budget" else 0.26 if _has_budget(chart) else 0.19
        low = base if chart.kind == "stacked" else 0.0
        height = max(value, 0.0) * scale
        if height:
            _block(page, series.look, x + step * shift, floor - low * scale - height, wide, height)
        base += value


def _has_budget(chart: Chart) -> bool:
    return any(series.look == "budget" for series in chart.series)


def _category(page: Page, chart: Chart, k: int, words: str, place: tuple[float, float, float]) -> None:
    middle, y, step = place
    if chart.kind == "stacked":
        name, _, figure = words.partition(" ")
        page.text(middle, y, name, size=6.5, ink=SLATE, align="mid")
        page.text(middle, y + 7, figure, size=6.5, bold=True, align="mid")
    elif step > 22 or k % 3 == 0:
        page.text(middle, y, words, size=6, ink=SLATE, align="mid")


def _bars(page: Page, chart: Chart, box: Box) -> None:
    left, top, width, height = box
    _key(page, chart, left, top + 2)
    names = 74.0
    totals = [sum(series.values[k] or 0.0 for series in chart.series) for k in range(len(chart.categories))]
    scale = (width - names - 40) / max([*totals, 1.0])
    step = min(22.0, (height - 14) / len(chart.categories))
    for k, category in enumerate(chart.categories):
        y, x = top + 12 + k * step, left + names
        page.fitted(left, y + step * 0.55, category, names - 4, size=7)
        for series in chart.series:
            wide = (series.values[k] or 0.0) * scale
            if wide:
                _block(page, series.look, x, y + step * 0.12, wide, step * 0.6)
            x += wide
        page.text(x + 3, y + step * 0.55, money_words(totals[k]), size=6.5, ink=SLATE)


def _highest(chart: Chart) -> float:
    if chart.kind == "stacked":
        return max(sum(s.values[k] or 0.0 for s in chart.series) for k in range(len(chart.categories)))
    return max([v for series in chart.series for v in series.values if v is not None] or [1.0])


def _ceiling(value: float) -> float:
    """Return a round number a little above, which quarters evenly."""
    if value <= 0:
        return 1.0
    size = 10.0 ** len(str(int(value)))
    return min(high for k in (0.1, 0.12, 0.16, 0.2, 0.24, 0.32, 0.4, 0.6, 0.8, 1.0, 1.2) if (high := k * size) >= value)
