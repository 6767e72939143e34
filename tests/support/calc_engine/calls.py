"""What was asked of the spreadsheet, so that tests can count it, and faults in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Call:
    """One thing asked of the spreadsheet.

    Attributes:
        kind: read, write, read formulas, clear, resize, format, paste, filter, protect or set.
        place: sheet and address, the table's name, or the property that is set.
        cells: how many cells it is about.
    """

    kind: str
    place: str
    cells: int = 1


@dataclass
class Calls:
    """The calls of a stretch of work, and what happens on each: a test may raise there, as a busy Excel does."""

    made: list[Call] = field(default_factory=list)
    before: Callable[[Call], None] | None = None

    def note(self, kind: str, place: str, cells: int = 1) -> None:
        """Write a call down; the engine does so before it does anything."""
        call = Call(kind, place, cells)
        self.made.append(call)
        if self.before is not None:
            self.before(call)

    def of(self, kind: str) -> list[Call]:
        """Return the calls of one kind."""
        return [call for call in self.made if call.kind == kind]

    def forget(self) -> None:
        """Start anew."""
        self.made.clear()
        self.before = None


CALLS = Calls()
"""The calls of this process."""
