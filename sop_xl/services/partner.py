"""Whether a workbook and a ledger belong together, and what they are to each other."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sop_xl.domain.batch import DataVersion
from sop_xl.domain.ledger_errors import PartnerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.ports import Ledger, LinkedWorkbook

GUID = "sop_workbook_guid"
VERSION = "sop_data_version"
OF_A_COPY = {
    "fork": "gives the copy a ledger of its own, with the history up to now",
    "attach": "lets both work on the same one",
}
OF_TWO_WAYS = {
    "workbook": "keeps what the sheet Actuals says and notes the differences as a batch",
    "ledger": "fills the sheet from the ledger",
}
OF_ONE_MISSING = {
    "new": "makes a new ledger from the sheet Actuals; what the old one knew of before, pastes and past cycles, is "
    "missing from it",
}
"""What may be done where workbook and ledger do not simply belong together: each choice, and what it does."""


class Relation(StrEnum):
    """How far a workbook's data version is from its ledger's."""

    NEW = "new"
    SAME = "same"
    OLDER = "older"
    NEWER = "newer"
    UNKNOWN = "unknown"
    REBUILT = "rebuilt"


@dataclass(frozen=True)
class Partner:
    """A workbook beside its ledger.

    Attributes:
        relation: new: neither has data yet; rebuilt: the ledger is empty, the workbook was of another one;
            older, newer: the workbook shows an earlier or a later batch than the ledger's last;
            unknown: the workbook does not say which batch it shows.
        shown: the version that the workbook shows.
        head: the ledger's version.
        moved_from: the path the workbook had before; blank where it is known under its path.
    """

    relation: Relation
    shown: DataVersion
    head: DataVersion
    moved_from: str = ""


def recognise(workbook: LinkedWorkbook, ledger: Ledger, *, path: str, guid_at: Callable[[str], str]) -> Partner:
    """Return what the workbook at `path` and the ledger are to each other.

    Args:
        workbook: carries GUID and data version.
        ledger: the one found for it.
        path: the workbook's path or URL.
        guid_at: returns the GUID of the workbook at another path; blank where there is none.

    Raises:
        PartnerError: the ledger is another workbook's, the workbook is a copy, or both went on apart;
            the message says which choices there are.
    """
    guid = workbook.read_property(GUID)
    if ledger.guid != guid:
        raise PartnerError(
            f"The ledger {ledger.place} belongs to another workbook ({', '.join(ledger.workbooks) or 'unknown'}).",
            f"Clear the setting ledger_url, or name the ledger of {workbook.name}.",
        )
    moved_from = "" if path in ledger.workbooks else _moved_from(workbook, ledger, guid, guid_at)
    return compare_versions(workbook, ledger, moved_from)


def compare_versions(workbook: LinkedWorkbook, ledger: Ledger, moved_from: str = "") -> Partner:
    """Return how far the workbook is from its ledger, whose it is.

    Raises:
        PartnerError: both went on apart.
    """
    shown, head = DataVersion.read(workbook.read_property(VERSION)), ledger.head()
    return Partner(_relation(workbook, ledger, shown, head), shown, head, moved_from)


def _moved_from(workbook: LinkedWorkbook, ledger: Ledger, guid: str, guid_at: Callable[[str], str]) -> str:
    """Return the path where the workbook was; a copy beside the original is a question to the user."""
    for other in ledger.workbooks:
        if guid_at(other) == guid:
            raise PartnerError(
                f"{workbook.name} is a copy of {other}: both know the ledger {ledger.place}.", choices=OF_A_COPY
            )
    return next(iter(ledger.workbooks), "")


def _relation(workbook: LinkedWorkbook, ledger: Ledger, shown: DataVersion, head: DataVersion) -> Relation:
    if not head.batch:
        return Relation.REBUILT if shown.batch else Relation.NEW
    if not shown.batch:
        return Relation.UNKNOWN
    if shown.batch > head.batch:
        return Relation.NEWER
    if not ledger.batch(shown.batch).version.is_same(shown):
        raise PartnerError(
            f"{workbook.name} and the ledger {ledger.place} went on apart: both have a batch {shown.batch}, and they "
            "are not the same.",
            choices=OF_TWO_WAYS,
        )
    return Relation.SAME if shown.batch == head.batch else Relation.OLDER
