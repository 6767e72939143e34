"""Workbook and ledger brought to one state: what was typed goes into the ledger, what it knows onto the sheet."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from sop_xl.domain.batch import Batch, BatchKind, DataVersion
from sop_xl.domain.change import Change
from sop_xl.domain.errors import WorkbookError
from sop_xl.domain.ledger_errors import PartnerError
from sop_xl.domain.ledger_log import LoggedChange
from sop_xl.schema.inputs import ACTUALS
from sop_xl.schema.render import to_csv
from sop_xl.services.batch_log import log_batches
from sop_xl.services.commit_list import list_commits
from sop_xl.services.log import replace_issues
from sop_xl.services.partner import GUID, VERSION, Relation, compare_versions, recognise
from sop_xl.services.projection import Difference, difference, keys_of, on_sheet, project, typed_facts
from sop_xl.services.quarantine import INCOMPLETE, incomplete_remarks
from sop_xl.services.tie_outs import show_ledger

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import pandas as pd

    from sop_xl.ports import Ledger, LinkedWorkbook
    from sop_xl.services.partner import Partner

Choice = Literal["", "attach", "workbook", "ledger"]

LISTED = 10
LOOKED_BACK = 5
"""Batches whose figures are compared with a sheet that does not say which one it shows."""


@dataclass(frozen=True)
class User:
    """Who is at work, and when by that person's clock.

    Attributes:
        name: that person's.
        at: when.
        ask: puts a `PartnerError` to them as a question and returns their choice, blank where they make none;
            None: nobody is there to be asked.
    """

    name: str
    at: dt.datetime
    ask: Callable[[PartnerError], str] | None = None


@dataclass(frozen=True)
class Sync:
    """What bringing both to one state did.

    Attributes:
        version: the version that both show now.
        notices: what was done or found, as sentences; empty where all was well.
    """

    version: DataVersion
    notices: list[str] = field(default_factory=list)


def synchronise(
    workbook: LinkedWorkbook,
    ledger: Ledger,
    *,
    path: str,
    guid_at: Callable[[str], str],
    user: User,
    choice: Choice = "",
    begin: bool = True,
) -> Sync:
    """Bring workbook and ledger to one state, as every start does; where all is well nothing is written.

    Args:
        workbook: the workbook.
        ledger: its ledger; a new, empty one where there was none.
        path: the workbook's path or URL.
        guid_at: returns the GUID of the workbook at another path; blank where there is none.
        user: on whose behalf.
        choice: the answer to a `PartnerError` of an earlier call.
        begin: whether a new ledger takes in the facts of the sheet now; else it stays without facts.

    Raises:
        PartnerError: they do not belong together as they are, and there is no choice yet.
        InvalidInputError: the sheet Actuals has faults; nothing was written.
    """
    try:
        partner = recognise(workbook, ledger, path=path, guid_at=guid_at)
    except PartnerError:
        if not choice:
            raise
        return _chosen(workbook, ledger, path, user, choice)
    notices = []
    if partner.moved_from and not ledger.read_only:
        ledger.attach(path, instead_of=partner.moved_from)
        notices.append(f"{workbook.name} was {partner.moved_from} before; the ledger {ledger.place} goes with it.")
    if partner.relation is Relation.NEW and not begin:
        return Sync(ledger.head(), notices)
    notices += absorb(workbook, ledger, partner, user)
    if not ledger.read_only and not partner.shown.is_same(ledger.head()):
        notices += refresh(workbook, ledger, user)
    return Sync(ledger.head(), notices)


def adopt_typed(
    workbook: LinkedWorkbook, ledger: Ledger, user: User, expected: DataVersion | None
) -> tuple[DataVersion, list[str]]:
    """Bring what was typed into the sheet Actuals into the ledger, before a commit or undo fills the sheet anew.

    Args:
        workbook: linked to the ledger.
        ledger: the workbook's ledger.
        user: on whose behalf.
        expected: the version that the user saw; where the ledger went on since, nothing is done, and the
            commit that follows says so.

    Returns:
        The version that the commit may expect, and what was done, as sentences.
    """
    partner = compare_versions(workbook, ledger)
    if expected is not None and not partner.head.is_same(expected):
        return expected, []
    notices = absorb(workbook, ledger, partner, user)
    return ledger.head(), notices


def _chosen(workbook: LinkedWorkbook, ledger: Ledger, path: str, user: User, choice: Choice) -> Sync:
    """Do what the user chose where workbook and ledger do not simply belong together."""
    if ledger.guid != workbook.read_property(GUID):
        raise PartnerError(f"The ledger {ledger.place} belongs to another workbook. Nothing was changed.")
    if choice == "attach":
        ledger.attach(path)
        same = synchronise(workbook, ledger, path=path, guid_at=lambda _: "", user=user)
        return Sync(same.version, [f"{workbook.name} works on the ledger {ledger.place} too.", *same.notices])
    notices = []
    if choice == "workbook":
        found = difference(on_sheet(ledger.facts()), typed_facts(workbook))
        notices = _adopted(workbook, ledger, found, BatchKind.RECOVERED, user, ledger.head())
    notices += refresh(workbook, ledger, user)
    return Sync(ledger.head(), [*notices, f"The sheet Actuals shows batch {ledger.head().batch} of {ledger.place}."])


def absorb(workbook: LinkedWorkbook, ledger: Ledger, partner: Partner, user: User) -> list[str]:
    """Commit what the sheet Actuals says and the ledger does not; return what was found, as sentences."""
    typed = typed_facts(workbook)
    if partner.relation is Relation.UNKNOWN:
        partner = _recognised_by_figures(ledger, partner, typed)
    shown = None if partner.relation in (Relation.NEWER, Relation.UNKNOWN) else partner.shown.batch
    base = ledger.facts(as_of=0 if partner.relation is Relation.REBUILT else shown)
    edits = difference(on_sheet(base), typed)
    if ledger.read_only:
        told = f"{len(edits):,} figure(s) typed into Actuals are not in the ledger yet." if len(edits) else ""
        return [words for words in (ledger.read_only, told) if words]
    notices = _relation_words(workbook, ledger, partner, len(typed))
    if partner.relation is Relation.OLDER:
        edits, clashing = _parted(edits, difference(base, ledger.facts()))
        notices += _kept_aside(ledger, clashing, user)
    return notices + _adopted(workbook, ledger, edits, _KINDS[partner.relation], user, partner.head)


def _recognised_by_figures(ledger: Ledger, partner: Partner, typed: pd.DataFrame) -> Partner:
    """Return the partner with the batch that the sheet shows, where its figures are those of a late or the first one.

    A workbook may not say which batch it shows: a first commit was cut short, or a program dropped what it carries.
    """
    last = partner.head.batch
    for number in dict.fromkeys((*range(last, max(last - LOOKED_BACK, 0), -1), 1)):
        if not len(difference(on_sheet(ledger.facts(as_of=number)), typed)):
            relation = Relation.SAME if number == last else Relation.OLDER
            return replace(partner, relation=relation, shown=ledger.batch(number).version)
    return partner


_KINDS = {
    Relation.NEW: BatchKind.OPENING,
    Relation.SAME: BatchKind.TYPED,
    Relation.OLDER: BatchKind.TYPED,
    Relation.UNKNOWN: BatchKind.TYPED,
    Relation.NEWER: BatchKind.RECOVERED,
    Relation.REBUILT: BatchKind.RECOVERED,
}


def _relation_words(workbook: LinkedWorkbook, ledger: Ledger, partner: Partner, rows: int) -> list[str]:
    shown, head = partner.shown.batch, partner.head.batch
    if partner.relation is Relation.OLDER:
        later = ledger.batch(head)
        return [
            f"{workbook.name} showed batch {shown}; the ledger goes to {later} ({later.source}). "
            f"The sheet Actuals shows batch {head} now."
        ]
    if partner.relation is Relation.NEWER:
        return [
            f"{workbook.name} shows batch {shown}, but the ledger {ledger.place} ends with batch {head}: it is an "
            f"older one. What the sheet says is kept; pastes and history of batches {head + 1} to {shown} are missing."
        ]
    if partner.relation is Relation.REBUILT:
        return [
            f"The ledger of {workbook.name} was not found. A new one, {ledger.place}, was made from the {rows:,} rows "
            f"of the sheet Actuals; pastes and history of batches 1 to {shown} are missing from it."
        ]
    return []


def _parted(edits: Difference, later: Difference) -> tuple[Difference, Difference]:
    """Part what was typed on an older version into what nobody touched since, and what later batches changed."""
    touched = edits.keys() & later.keys()
    return edits.without(touched), edits.without(edits.keys() - touched)


def _kept_aside(ledger: Ledger, clashing: Difference, user: User) -> list[str]:
    """Note in the ledger's changes what was typed for keys that later batches changed; those batches stand."""
    if not len(clashing):
        return []
    rows = [
        (str(key), str(name), None if value != value else value)  # noqa: PLR0124 - NaN is blank
        for name in ("quantity", "value")
        for key, value in zip(keys_of(clashing.facts), clashing.facts[name].tolist(), strict=True)
    ]
    rows += [(str(key), "", None) for key in keys_of(clashing.removed)]
    reason = "typed on an older version; a later batch stands"
    cause = f"batch {ledger.head().batch}"
    changes = [
        LoggedChange(Change("actuals", key, name, None, value), cause, user.at, user.name, reason, "user")
        for key, name, value in rows
    ]
    ledger.log(changes=changes)
    keys = sorted(map(str, clashing.keys()))
    return [
        f"{len(keys)} key(s) were typed into Actuals on an older version and changed by later batches, which stand: "
        f"{'; '.join(keys[:LISTED])}. What was typed is kept in the ledger's changes."
    ]


def _adopted(
    workbook: LinkedWorkbook,
    ledger: Ledger,
    edits: Difference,
    kind: BatchKind,
    user: User,
    expected: DataVersion,
) -> list[str]:
    """Commit what the sheet says and the ledger does not, as a batch that can be undone like any other."""
    if not len(edits):
        return []
    batch = Batch(
        kind,
        source=f"sheet {ACTUALS.sheet} of {workbook.name}",
        who=user.name,
        at=user.at,
        facts=edits.facts,
        removed=edits.removed,
        content=f"{kind.value} after {expected}",
        raw=to_csv(ACTUALS, edits.facts).encode(),
    )
    record = ledger.commit(batch, expected=expected)
    if kind is BatchKind.OPENING:
        _show_version(workbook, ledger, record.version)
        return [f"The ledger {ledger.place} begins with the {record.added:,} facts of the sheet Actuals (batch 1)."]
    if kind is BatchKind.RECOVERED:
        return []
    return [
        f"Typed into Actuals: {record.added} new, {record.changed} changed, {record.removed} removed. "
        f"Committed as batch {record.number}."
    ]


def _show_version(workbook: LinkedWorkbook, ledger: Ledger, version: DataVersion) -> None:
    """Let the workbook say which batch its sheet shows; where it cannot be written now, its figures tell."""
    with suppress(WorkbookError):
        show_ledger(workbook, on_sheet(ledger.facts()), version)
        workbook.write_property(VERSION, str(version))
        workbook.commit()


def refresh(workbook: LinkedWorkbook, ledger: Ledger, user: User) -> list[str]:
    """Fill the sheet Actuals from the ledger; a workbook that cannot be written now is told, not raised.

    Each batch that the workbook did not show yet becomes a line of its log, and the list of issues says
    which months wait for rows kept aside.
    """
    version, facts = ledger.head(), ledger.facts()
    try:
        log_batches(workbook, ledger.batches(), DataVersion.read(workbook.read_property(VERSION)))
        list_commits(workbook, ledger.batches())
        show_ledger(workbook, on_sheet(facts), version)
        replace_issues(workbook, INCOMPLETE, incomplete_remarks(ledger))
        orphans = project(workbook, facts, version)
    except WorkbookError as fault:
        return [
            f"The ledger holds batch {version.batch}, but the sheet Actuals could not be filled: {fault} "
            f"It is filled at the next start."
        ]
    notices = []
    if orphans:
        changes = [
            LoggedChange(
                Change("actuals", orphan.key, orphan.header, orphan.value, None),
                f"batch {version.batch}",
                user.at,
                user.name,
                "your cell; its row is gone",
                "user",
            )
            for orphan in orphans
        ]
        ledger.log(changes=changes)
        notices.append(f"{len(orphans)} cell(s) of yours lost their row in Actuals; the ledger's changes keep them.")
    left = len(facts) - len(on_sheet(facts))
    if left:
        notices.append(f"{left:,} facts of the oldest months have no room on the sheet; the ledger keeps them.")
    return notices
