"""The one page that looks the same everywhere: figures, charts, what changed, the plan by site, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.share.figure_words import figure_words, units_words
from sop_xl.template.packs.pdf_charts import draw_chart
from sop_xl.template.packs.pdf_page import HEIGHT, WIDTH, Page
from sop_xl.template.style import BAD, GOOD, LINE, MUTE, NAVY, PANEL, RULE, SLATE, WARN

if TYPE_CHECKING:
    from sop_xl.share.briefing import Briefing, Figure
    from sop_xl.share.form import Plain

EDGE, GAP = 28.0, 12.0
INNER = WIDTH - 2 * EDGE
STATUS = {"good": ("●", GOOD), "watch": ("■", WARN), "act": ("▲", BAD)}
SITE_ROWS, DECISIONS = 9, 4
TOTAL_STEPS = 1.4
"""Room of the total beside the months of the plan by site, in rooms of a month."""


def summary_pdf(briefing: Briefing, footer: str) -> bytes:
    """Return the page as the bytes of a PDF; its figures are those of the workbook."""
    company = briefing.facts.company
    page = Page(f"{company}: plan {briefing.facts.period}", f"{company} planning")
    page.fitted(EDGE, 38, briefing.headline, INNER, size=15, least=9, bold=True, ink=NAVY)
    light = briefing.light()
    page.fitted(EDGE, 52, briefing.subtitle(), INNER - page.width(light, 8, bold=True) - GAP, size=8, ink=SLATE)
    page.text(WIDTH - EDGE, 52, light, size=8, bold=True, ink=BAD if light.startswith("▲") else GOOD, align="right")
    page.box(EDGE, 57, INNER, 2.5, fill=NAVY)
    _tiles(page, briefing)
    _charts(page, briefing)
    _changes(page, briefing, (EDGE, 410, INNER * 0.46))
    _sites(page, briefing, (EDGE + INNER * 0.46 + GAP, 410, INNER * 0.54 - GAP))
    page.text(EDGE, HEIGHT - 16, footer, size=6.5, ink=MUTE)
    page.text(WIDTH - EDGE, HEIGHT - 16, "Confidential", size=6.5, ink=MUTE, align="right")
    return page.finish()


def _tiles(page: Page, briefing: Briefing) -> None:
    wide = (INNER - 5 * 6) / 6
    for k, figure in enumerate(briefing.figures):
        _tile(page, figure, EDGE + k * (wide + 6), wide)


def _tile(page: Page, figure: Figure, left: float, wide: float) -> None:
    sign, ink = STATUS.get(figure.status, ("", SLATE))
    page.box(left, 68, wide, 44, fill=PANEL)
    page.fitted(left + 6, 79, figure.label, wide - 12, size=7, least=5.5, ink=SLATE)
    page.text(left + 6, 95, figure.words(), size=14, bold=True)
    page.text(left + 6, 106, f"{sign} {figure.note()}".strip(), size=7, bold=True, ink=ink)


def _charts(page: Page, briefing: Briefing) -> None:
    wide, high = (INNER - 2 * GAP) / 3, 132.0
    for k, chart in enumerate(briefing.charts):
        draw_chart(page, chart, (EDGE + (k % 3) * (wide + GAP), 122 + (k // 3) * (high + 10), wide, high))


def _section(page: Page, words: str, left: float, top: float, wide: float) -> None:
    page.box(left, top, wide, 13, fill=PANEL)
    page.text(left + 4, top + 9.5, words, size=8, bold=True, ink=NAVY)
    page.path([(left, top + 13), (left + wide, top + 13)], NAVY, 0.8)


def _changes(page: Page, briefing: Briefing, place: tuple[float, float, float]) -> None:
    left, top, wide = place
    _section(page, "What changed, and why", left, top, wide)
    y = top + 23
    for k, line in enumerate(briefing.changes, 1):
        page.text(left + 10, y, str(k), size=7, bold=True, ink=NAVY, align="right")
        y = page.wrapped(left + 15, y, line, wide - 17, size=6.8, lead=8.2) + 1.2


def _sites(page: Page, briefing: Briefing, place: tuple[float, float, float]) -> None:
    """Write the plan by site, then the decisions below it."""
    left, top, wide = place
    grid = briefing.site_plan
    _section(page, f"{grid.title} (units to make)", left, top, wide)
    names, figures = 84.0, grid.columns[2:]
    step = (wide - names) / (len(figures) - 1 + TOTAL_STEPS)
    y = top + 23
    for k, column in enumerate(figures, 1):
        right = left + wide if k == len(figures) else left + names + k * step
        page.text(right, y, column.header, size=6, bold=True, ink=NAVY, align="right")
    shown = grid.rows[:SITE_ROWS]
    for row in shown:
        y += 9
        page.fitted(left, y, f"{row[0]}: {row[1]}", names - 2, size=6.5, least=5)
        _figures(page, row[2:], (left + names, left + wide), y, step)
        page.path([(left, y + 2.4), (left + wide, y + 2.4)], LINE, 0.4)
    if len(grid.rows) > SITE_ROWS:
        y += 9
        page.text(left, y, f"{len(grid.rows) - SITE_ROWS} more rows are in the workbook.", size=6.5, ink=MUTE)
    _decisions(page, briefing, (left, y + 9, wide))


def _figures(page: Page, values: tuple[Plain, ...], ends: tuple[float, float], y: float, step: float) -> None:
    """Write months and their total, which has the room up to the right end."""
    for k, value in enumerate(values, 1):
        words = units_words(value if isinstance(value, float) else None)
        right, room = (ends[1], TOTAL_STEPS * step) if k == len(values) else (ends[0] + k * step, step)
        page.fitted(right, y, words, room - 3, size=6.3, least=5, align="right")


def _decisions(page: Page, briefing: Briefing, place: tuple[float, float, float]) -> None:
    left, y, wide = place
    _section(page, "Decisions", left, y, wide)
    fields = [column.field for column in briefing.decisions.columns]
    rows = [dict(zip(fields, row, strict=True)) for row in briefing.decisions.rows]
    y += 23
    for entry in [row for row in rows if row["status"] == "open"][:DECISIONS]:
        effect = entry["money_effect"]
        worth = figure_words(effect, briefing.facts.currency) if isinstance(effect, float) else ""
        page.fitted(left, y, f"{entry['id']}  {entry['issue'] or ''}", wide * 0.62, size=7, least=6, bold=True)
        page.text(left + wide * 0.77, y, worth, size=7, bold=True, align="right")
        page.fitted(
            left + wide * 0.79, y, f"{entry['owner'] or ''}, {entry['due'] or ''}", wide * 0.21, size=6.5, least=5
        )
        page.fitted(left, y + 8, str(entry["options"] or ""), wide, size=6.5, least=5, ink=SLATE)
        page.path([(left, y + 11), (left + wide, y + 11)], RULE, 0.4)
        y += 20
