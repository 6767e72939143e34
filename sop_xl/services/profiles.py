"""Mapping profiles that a workbook's ledger remembers: how each kind of export is read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sop_xl.actuals.locate import find_header
from sop_xl.actuals.profile import MappingProfile, fingerprint
from sop_xl.domain.change import Change
from sop_xl.domain.errors import SopError
from sop_xl.domain.ledger_log import LoggedChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.actuals.raw import RawPaste
    from sop_xl.ports import Ledger
    from sop_xl.services.ledger_sync import User

TABLE = "profiles"
"""The name under which the ledger's changes keep profiles; the last one of a name counts."""


def saved(ledger: Ledger) -> dict[str, MappingProfile]:
    """Return the saved profiles by name, in the order of their names."""
    found: dict[str, MappingProfile | None] = {}
    for line in ledger.changes(TABLE).itertuples():
        found[str(line.key)] = MappingProfile.from_json(json.loads(line.after)) if line.after else None
    return {name: profile for name, profile in sorted(found.items()) if profile}


def save(ledger: Ledger, profile: MappingProfile, user: User) -> None:
    """Save a profile under its name, unless it is saved just so."""
    before = saved(ledger).get(profile.name)
    if before != profile:
        _note(ledger, profile.name, before, profile, user)


def forget(ledger: Ledger, name: str, user: User) -> None:
    """Forget a profile; the ledger keeps that there was one.

    Raises:
        SopError: there is none of that name.
    """
    _note(ledger, name, named(ledger, name), None, user)


def named(ledger: Ledger, name: str) -> MappingProfile:
    """Return the profile of that name.

    Raises:
        SopError: there is none; the message lists those there are.
    """
    profiles = saved(ledger)
    if name not in profiles:
        has = ", ".join(profiles) or "none yet"
        raise SopError(f"There is no mapping profile '{name}' (there are: {has}).")
    return profiles[name]


def fitting(profiles: Mapping[str, MappingProfile], raw: RawPaste) -> MappingProfile | None:
    """Return the profile made for a header like that of the paste; None: there is none."""
    for profile in profiles.values():
        header = find_header(raw, list(profile.columns), None)
        if header and fingerprint(header.names) == profile.fingerprint:
            return profile
    return None


def worth_saving(profile: MappingProfile, before: MappingProfile | None, name: str) -> MappingProfile | None:
    """Return the profile to save after a commit: under a name, where one was given or something was answered."""
    if before is None and not name and not profile.answers:
        return None
    return replace(profile, name=name or profile.name or profile.source)


def _note(ledger: Ledger, name: str, before: MappingProfile | None, after: MappingProfile | None, user: User) -> None:
    old, new = (json.dumps(p.to_json(), ensure_ascii=False, sort_keys=True) if p else None for p in (before, after))
    change = Change(TABLE, name, "", old, new)
    ledger.log(changes=[LoggedChange(change, "profile", user.at, user.name, "", "user")])
