"""Who gets mail in the demo company: sales by market, the plant's teams, buyers, finance, executives."""

from __future__ import annotations

import re

import pandas as pd

DOMAIN = "adventure-works.example"
FIELDS = ("recipient", "role", "name", "address", "items", "markets", "sites", "resources", "columns", "fills")
TEAMS = {
    "Frame shop": "Frame Forming, Frame Welding, Debur and Polish",
    "Paint shop": "Paint, Specialized Paint",
    "Assembly": "Subassembly, Final Assembly",
}
BUYERS = {"parts": "Parts", "components": "Components", "clothing and accessories": "Clothing, Accessories"}
EXECUTIVES = ("General manager", "Head of sales", "Head of operations")


def recipients_table(markets: pd.DataFrame) -> pd.DataFrame:
    """Return 30 recipients: one for each of the `markets`, and those of the plant and the office."""
    rows = [_row(f"Sales {market}", "sales", markets=market) for market in sorted(markets["market"])]
    rows[0] |= {"columns": "description, naive, consensus, price, value"}
    rows += [_row(team, "plant", sites="Bothell", resources=resources) for team, resources in TEAMS.items()]
    rows += [_row(f"Buyer {what}", "buyer", items=items) for what, items in BUYERS.items()]
    rows += [_row("Controller", "finance", name="Controller")]
    rows += [_row(who, "executive", name=who) for who in EXECUTIVES]
    return pd.DataFrame(rows, columns=list(FIELDS)).fillna("")


def _row(recipient: str, role: str, **more: str) -> dict[str, str]:
    mailbox = re.sub(r"[^a-z]+", ".", recipient.casefold()).strip(".")
    return {"recipient": recipient, "role": role, "name": recipient, "address": f"{mailbox}@{DOMAIN}", **more}
