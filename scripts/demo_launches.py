"""The demo company's new product plan, invented: launches with gates, new items, and ends of life."""

from __future__ import annotations

import pandas as pd

Tables = dict[str, pd.DataFrame]

NEW_ITEMS = {
    "BK-M70B-42": {"made_as": "BK-M68B-42", "description": "Mountain-250 Black, 42", "launch_period": "2027-03"},
    "HL-U509-G": {"made_as": "HL-U509-R", "description": "Sport-100 Helmet, Green", "launch_period": "2027-05"},
    "HY-1023-100": {
        "made_as": "HY-1023-70",
        "description": "Hydration Pack - 100 oz.",
        "launch_period": "2027-08",
        "list_price": 64.99,
        "like_item": "",
    },
    "CO-T400": {
        "made_as": "RA-H123",
        "description": "Trail Bike Computer",
        "subfamily": "Electronics",
        "launch_period": "2027-01",
        "list_price": 129.0,
        "like_item": "",
    },
}
"""New items: the one whose bill, routing and supplier they have, and what differs from it."""

LAUNCHES = (
    {
        "launch": "Mountain-250",
        "item": "BK-M70B-42",
        "like_item": "BK-M68B-42",
        "launch_period": "2027-03",
        "scale": 0.5,
        "ramp_months": 4,
        "pipeline_fill": 60,
        "fill_months": 2,
        "cannibalises": "BK-M68B-42",
        "cannibal_pct": 20,
        "launch_cost": 240000,
    },
    {
        "launch": "Green helmet",
        "item": "HL-U509-G",
        "like_item": "HL-U509-R",
        "launch_period": "2027-05",
        "scale": 0.4,
        "ramp_months": 3,
        "pipeline_fill": 150,
        "cannibalises": "HL-U509-R",
        "cannibal_pct": 15,
        "launch_cost": 18000,
    },
    {
        "launch": "Bike computer",
        "item": "CO-T400",
        "launch_period": "2027-01",
        "pipeline_fill": 240,
        "curve": "bass",
        "bass_market": 5000,
        "bass_p": 0.02,
        "bass_q": 0.25,
        "launch_cost": 150000,
    },
    {
        "launch": "Hydration 100 oz.",
        "item": "HY-1023-100",
        "launch_period": "2027-08",
        "scale": 0.5,
        "ramp_months": 3,
        "pipeline_fill": 120,
        "cannibalises": "HY-1023-70",
        "cannibal_pct": 30,
        "launch_cost": 40000,
    },
)

GATES = {
    "Mountain-250": (
        ("idea", "2026-01", 100),
        ("develop", "2026-08", 100),
        ("validate", "2026-12", 90),
        ("launch", "2027-02", 90),
    ),
    "Green helmet": (
        ("idea", "2026-05", 100),
        ("develop", "2026-12", 80),
        ("validate", "2027-02", 85),
        ("launch", "2027-04", 90),
    ),
    "Bike computer": (
        ("idea", "2025-11", 100),
        ("develop", "2026-04", 100),
        ("validate", "2026-09", 100),
        ("launch", "2026-11", 95),
    ),
    "Hydration 100 oz.": (
        ("idea", "2026-11", 60),
        ("develop", "2027-02", 80),
        ("validate", "2027-05", 85),
        ("launch", "2027-07", 90),
    ),
}
"""Gate, month and chance in %; those before `NOW` are passed."""
NOW = "2026-11"

ENDS = (
    {"item": "BK-T18U-62", "successor": "BK-T18Y-62", "takeover_pct": 75, "recovery_pct": 40},
    {
        "item": "BK-M18B-40",
        "while_stock_lasts": "yes",
        "successor": "BK-M18S-40",
        "takeover_pct": 70,
        "recovery_pct": 60,
    },
)
END_MONTHS = {"BK-T18U-62": "2027-01", "BK-M18B-40": "2027-12"}


def with_new_items(tables: Tables) -> Tables:
    """Return the tables with the new items, each made or bought as another one is, and the months of those that end."""
    out = dict(tables)
    for new, told in NEW_ITEMS.items():
        like = str(told["made_as"])
        fields = {name: value for name, value in told.items() if name != "made_as"}
        row = out["items"][out["items"]["item"] == like]
        out["items"] = pd.concat(
            [out["items"], row.assign(**{"item": new, "status": "new", "like_item": like, **fields})]
        )
        for name, key in (("bom", "parent"), ("routings", "item"), ("suppliers", "item")):
            rows = out[name][out[name][key] == like]
            out[name] = pd.concat([out[name], rows.assign(**{key: new})])
    items = out["items"]
    ending = items["item"].isin(END_MONTHS)
    out["items"] = items.assign(
        status=items["status"].where(~ending, "phase out"),
        end_period=items["end_period"].where(~ending, items["item"].map(END_MONTHS)),
    )
    return out


def life_tables() -> Tables:
    """Return the tables launches, launch_gates and phase_outs."""
    gates = [
        {"launch": launch, "gate": gate, "planned": month, "passed": month if month < NOW else "", "chance_pct": chance}
        for launch, stages in GATES.items()
        for gate, month, chance in stages
    ]
    return {
        "launches": pd.DataFrame(LAUNCHES),
        "launch_gates": pd.DataFrame(gates),
        "phase_outs": pd.DataFrame(ENDS),
    }
