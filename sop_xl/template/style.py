"""The visual language: palette, number formats, and one look for each role a cell can have."""

from __future__ import annotations

from typing import Any

INK, NAVY, SLATE, MUTE = "#1A2530", "#14324F", "#44525F", "#5F6B76"
RULE, LINE, PANEL, CLOSED, WHITE = "#8D99A4", "#DDE2E7", "#F3F5F8", "#EBEFF3", "#FFFFFF"
ACTUAL, PRIOR, TREND = "#33475B", "#B4BEC8", "#9FABB7"
GOOD, BAD, WARN = "#1B62A8", "#B8430A", "#7A5200"
GOOD_FILL, BAD_FILL, WARN_FILL = "#E3EEF9", "#FCE4D8", "#FFF1CC"
GOOD_INK, BAD_INK = "#123F70", "#8F3205"
INPUT_INK, INPUT_FILL, OVERRIDE_FILL = "#1A4FA3", "#FFFBE3", "#FFDF9E"
SERIES = ("#33475B", "#2E7EBC", "#E0762B", "#8FB8DA", "#B4BEC8")
ACCENT, ADVERSE, FAVOURABLE = "#E0762B", "#D9661F", "#2E7EBC"
HEAT = ((0.70, "#EAF1F8", INK), (0.90, WARN_FILL, INK), (1.00, "#F6B27E", INK), (1.15, BAD, WHITE))
"""Load bands: from this share of capacity up, this fill and ink."""

TAB = {"input": "#E3B341", "view": NAVY, "result": PRIOR, "system": RULE}

_MINUS = '"−"'
NUMBER_FORMATS = {
    "units": f'#,##0;{_MINUS}#,##0;"–"',
    "decimals": f'#,##0.00;{_MINUS}#,##0.00;"–"',
    "decimals_delta": f'+#,##0.00;{_MINUS}#,##0.00;"–"',
    "one_decimal": f'0.0;{_MINUS}0.0;"–"',
    "two_decimals": f"#,##0.00;{_MINUS}#,##0.00;0.00",
    "rate": f'#,##0.00####;{_MINUS}#,##0.00####;"–"',
    "general": "General",
    "count": f"#,##0;{_MINUS}#,##0;0",
    "delta": f'+#,##0;{_MINUS}#,##0;"–"',
    "thousands": f'#,##0,;{_MINUS}#,##0,;"–"',
    "thousands_delta": f'+#,##0,;{_MINUS}#,##0,;"–"',
    "millions": f'0.0,," m";{_MINUS}0.0,," m"',
    "millions_delta": f'+0.0,," m";{_MINUS}0.0,," m"',
    "percent": f'0.0%;{_MINUS}0.0%;"–"',
    "percent_0": f'0%;{_MINUS}0%;"–"',
    "points_0": f'0"%";{_MINUS}0"%";"–"',
    "percent_delta": f'+0.0%;{_MINUS}0.0%;"–"',
    "points": f'+0.0" pp";{_MINUS}0.0" pp";"–"',
    "percent_points_1": f'0.0"%";{_MINUS}0.0"%"',
    "percent_points_0": f'0"%";{_MINUS}0"%"',
    "money": '[>=999500]0.0,," m";[>=10000]#,##0," k";#,##0',
    "share_of_day": '[>=99.5]"●";[>=0.5]0;""',
    "load": '[>1.0049]"▲ "0%;0%',
    "load_points": '[>100.49]"▲ "0"%";0"%"',
    "override": '"● "#,##0',
    "days": f'0;{_MINUS}0;"–"',
    "cents": f"#,##0.00;{_MINUS}#,##0.00;0.00",
    "month": "mmm yy",
    "day": "d mmm yyyy",
    "moment": "d mmm yyyy hh:mm",
    "day_short": "d mmm",
    "text": "@",
}

BASE: dict[str, Any] = {
    "font_name": "Arial",
    "font_scheme": "none",
    "font_size": 10,
    "font_color": INK,
    "valign": "vcenter",
}
_RIGHT: dict[str, Any] = {"align": "right", "shrink": True}
_HAIR: dict[str, Any] = {"bottom": 1, "bottom_color": LINE}
_TOTAL: dict[str, Any] = {"bold": True, "top": 1, "top_color": RULE, "bottom": 1, "bottom_color": RULE}
_TYPED: dict[str, Any] = {"font_color": INPUT_INK, "bg_color": INPUT_FILL, "locked": False}

ROLES: dict[str, dict[str, Any]] = {
    "Plain": {},
    "Title": {"font_size": 18, "bold": True, "font_color": NAVY},
    "Subtitle": {"font_color": SLATE},
    "Headline": {"font_size": 15, "bold": True, "font_color": NAVY},
    "Strip": {"bg_color": NAVY},
    "Section": {"bold": True, "font_color": NAVY, "bg_color": PANEL, "bottom": 1, "bottom_color": NAVY},
    "Header": {
        "bold": True,
        "font_color": NAVY,
        "bottom": 1,
        "bottom_color": NAVY,
        "text_wrap": True,
        "valign": "bottom",
    },
    "Band": {"font_size": 9, "font_color": MUTE},
    "Label": _HAIR,
    "Label_1": {**_HAIR, "indent": 1},
    "Label_2": {**_HAIR, "indent": 2, "font_color": SLATE},
    "Unit": {**_HAIR, "font_size": 9, "font_color": MUTE, "indent": 1},
    "Calc": {**_RIGHT, **_HAIR},
    "CalcText": _HAIR,
    "Closed": {**_RIGHT, **_HAIR, "bg_color": CLOSED},
    "Soft": {**_RIGHT, **_HAIR, "font_color": MUTE},
    "Input": {**_RIGHT, **_HAIR, **_TYPED},
    "InputText": {**_HAIR, **_TYPED},
    "Override": {**_RIGHT, **_HAIR, **_TYPED, "bold": True, "bg_color": OVERRIDE_FILL},
    "Output": {**_RIGHT, **_TOTAL},
    "OutputLabel": _TOTAL,
    "Subtotal": {**_RIGHT, **_TOTAL, "bg_color": PANEL},
    "SubtotalLabel": {**_TOTAL, "bg_color": PANEL},
    "Check": {**_HAIR, "bold": True, "font_color": GOOD},
    "Fixed": {**_HAIR, "bg_color": GOOD_FILL, "font_color": GOOD_INK},
    "Warn": {**_HAIR, "bg_color": WARN_FILL, "font_color": WARN, "bold": True},
    "Bad": {**_HAIR, "bg_color": BAD_FILL, "font_color": BAD_INK, "bold": True},
    "Link": {"font_color": INPUT_INK, "underline": 1},
    "Note": {"font_size": 9, "font_color": MUTE},
    "NoteWrap": {"font_size": 9, "font_color": SLATE, "text_wrap": True, "valign": "top", "align": "left"},
    "ChartTitle": {"font_size": 11, "bold": True, "font_color": NAVY},
    "ChartSub": {"font_size": 9, "font_color": MUTE},
    "TileLabel": {"font_size": 9, "font_color": SLATE, "bg_color": PANEL, "indent": 1},
    "TileValue": {"font_size": 20, "bold": True, "bg_color": PANEL, "align": "left", "indent": 1},
    "TileNote": {"font_size": 9, "bg_color": PANEL, "indent": 1},
}
"""Role to what it looks like. The role `Input` is the cell style `sop_Input`, and so on; no other formats."""
