"""Who gets mail, and which part of the plan is theirs."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sop_xl.domain.issue import Issue, Severity
from sop_xl.schema.inputs import RECIPIENTS
from sop_xl.share.questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

ANSWERING = ("sales", "plant", "finance", "buyer")
"""Roles that get a form to fill; executives get the plan to decide on."""
CARRYING_OUT = ("plant", "buyer")
"""Roles that make and buy what the approved plan says."""
LISTS = ("items", "markets", "sites", "resources", "columns", "fills")


@dataclass(frozen=True)
class Recipient:
    """One row of the table of recipients; lists that are empty mean all, or the role's own columns."""

    recipient: str
    role: str
    name: str = ""
    address: str = ""
    items: tuple[str, ...] = ()
    markets: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()

    @property
    def greeting(self) -> str:
        """How a mail greets the person."""
        return self.name or self.recipient


@dataclass(frozen=True)
class Reach:
    """What of the plan is a recipient's: codes of items, markets, locations and resources."""

    items: frozenset[str]
    markets: frozenset[str]
    sites: frozenset[str]
    resources: frozenset[str]


def recipients_of(frame: pd.DataFrame) -> list[Recipient]:
    """Return the rows of the table of recipients, in their order."""
    names = [field.name for field in fields(Recipient)]
    rows = frame.reindex(columns=names, fill_value="").to_dict("records")
    return [_recipient({name: row[name] for name in names}) for row in rows]


def _recipient(row: dict[str, Any]) -> Recipient:
    values: dict[str, Any] = {name: _words(value) if name in LISTS else value for name, value in row.items()}
    return Recipient(**values)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))


def reach_of(recipient: Recipient, tables: Mapping[str, pd.DataFrame]) -> Reach:
    """Return what is a recipient's; a name that nothing bears reaches nothing, see `faults_of`."""
    items, resources = tables["items"], tables["resources"]
    named = items["item"].isin(recipient.items) | items["family"].isin(recipient.items)
    markets = _chosen(recipient.markets, tables["markets"]["market"], tables["forecast"]["market"])
    sites = _chosen(recipient.sites, tables["locations"]["location"], tables["supply_plan"]["location"])
    in_sites = resources["location"].isin(sites) | resources["location"].eq("")
    own = resources["resource"].isin(recipient.resources) if recipient.resources else in_sites
    return Reach(
        frozenset(items.loc[named, "item"] if recipient.items else items["item"]),
        markets,
        sites,
        frozenset(resources.loc[own, "resource"]),
    )


def _chosen(wanted: tuple[str, ...], *known: pd.Series) -> frozenset[str]:
    everything = frozenset().union(*known)
    return everything & frozenset(wanted) if wanted else everything


def faults_of(recipients: Iterable[Recipient], tables: Mapping[str, pd.DataFrame]) -> list[Issue]:
    """Return what is wrong with the table: names that nothing bears, addresses that are none.

    A misspelt market must not silently become nothing, still less everything.
    """
    known = {
        "items": {*tables["items"]["item"], *tables["items"]["family"]},
        "markets": set(tables["markets"]["market"]),
        "sites": set(tables["locations"]["location"]),
        "resources": set(tables["resources"]["resource"]),
    }
    return [issue for recipient in recipients for issue in _faults(recipient, known)]


def _faults(recipient: Recipient, known: Mapping[str, set[str]]) -> list[Issue]:
    columns = {column for q in QUESTIONS if q.role == recipient.role for column in q.columns_to_see()}
    fills = {field for q in QUESTIONS if q.role == recipient.role for field in q.fills}
    allowed = {**known, "columns": columns, "fills": fills}
    found = []
    if recipient.role not in ANSWERING:
        allowed = {}
        if any(getattr(recipient, field) for field in LISTS):
            message = (
                f"{recipient.recipient}, {recipient.role}: an executive sees the whole plan, so no list can limit it."
            )
            found.append(_fault("no-limit", message, "Clear the lists, or choose another role."))
    for field, words in allowed.items():
        strange = [word for word in getattr(recipient, field) if word not in words]
        if strange:
            header = RECIPIENTS.column(field).header
            message = f"{recipient.recipient}, {recipient.role}: {header} names {', '.join(map(repr, strange))}"
            hint = f" It may name: {', '.join(sorted(words))}." if field in ("columns", "fills") else ""
            found.append(_fault("unknown-name", f"{message}, which there is not.", f"Correct the name.{hint}"))
    if not is_address(recipient.address):
        message = f"{recipient.recipient}, {recipient.role}: the address {recipient.address!r} is no mail address."
        found.append(_fault("no-address", message, "Enter one address, as name@company.example."))
    return found


def is_address(text: str) -> bool:
    """Whether a text is one plain mail address; nothing that could add a second one or a header."""
    name, at, domain = text.rpartition("@")
    plain = not any(c.isspace() or c in ',;:<>"()[]\\' or ord(c) < 32 for c in text)
    return bool(at and name and "." in domain and "@" not in name and plain and not domain.startswith("."))


def _fault(code: str, message: str, cure: str) -> Issue:
    return Issue(Severity.STOP, code, RECIPIENTS.sheet, "", message, cure)
