"""What can go wrong between a planner and the ledger, each in words that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sop_xl.domain.batch import BatchRecord, Clash

LISTED = 20


class LedgerError(SopError):
    """The ledger could not do what was asked; it is as it was before."""


class LedgerBusyError(LedgerError):
    """Another program holds the ledger."""


class LedgerDamagedError(LedgerError):
    """The ledger's file or its content is not what was written."""


class LedgerReadOnlyError(LedgerError):
    """The ledger can be read, not written: a newer version made it, or there is no right to write."""


class PartnerError(LedgerError):
    """Workbook and ledger do not belong together as they are.

    Attributes:
        found: what was found, as sentences.
        choices: the answers there are, and in words what each does; none: there is nothing to choose.
    """

    def __init__(self, found: str, cure: str = "", choices: Mapping[str, str] | None = None) -> None:
        """Say what was found, that nothing was changed, and what the user can do or choose."""
        self.found = found
        self.choices = choices or {}
        offered = "; ".join(f"'{choice}' {words}" for choice, words in self.choices.items())
        rest = f"Choose: {offered}." if offered else cure
        super().__init__(f"{found} Nothing was changed. {rest}".rstrip())


class UndecidedError(SopError):
    """A question about workbook and ledger was asked and left open; nothing was done."""

    def __init__(self, question: PartnerError) -> None:
        """Say what the question is about."""
        super().__init__(f"Nothing was done: it is not decided what to do. {question.found}")


class StaleVersionError(LedgerError):
    """Somebody else committed since the data was checked."""

    def __init__(self, later: BatchRecord | None, expected: int) -> None:
        """Name the batch that came between, or say that the ledger is an earlier one."""
        what = f"{later} ({later.source})" if later else f"the ledger no longer ends with batch {expected}"
        super().__init__(f"The data changed since you checked: {what}. Nothing was committed; check again.")
        self.later = later


class AlreadyCommittedError(LedgerError):
    """The same content stands in the ledger."""

    def __init__(self, record: BatchRecord) -> None:
        """Name the batch that holds it."""
        super().__init__(f"Already committed as {record}. Nothing was done.")
        self.record = record


class ClashError(LedgerError):
    """Later batches touched the same keys; each is to be kept or taken back by choice."""

    def __init__(self, number: int, clashes: Sequence[Clash]) -> None:
        """List the keys, the first of them in the message."""
        lines = [f"  {clash}" for clash in clashes[:LISTED]]
        more = [f"  and {len(clashes) - LISTED:,} more"] if len(clashes) > LISTED else []
        keys = "1 key" if len(clashes) == 1 else f"{len(clashes):,} keys"
        head = f"Batch {number} cannot be taken back as a whole: later batches changed {keys} of it."
        cure = "Choose for each: keep what stands now, or take it back too. Nothing was changed."
        super().__init__("\n".join([head, *lines, *more, cure]))
        self.clashes = tuple(clashes)
