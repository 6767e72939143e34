"""What a run wrote and what stood there before: all that is needed to take it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sop_xl.domain.cells import Row


@dataclass(frozen=True)
class Block:
    """The cells of a table at one moment.

    Attributes:
        rows: values, header first; formulas as their results.
        formulas: texts without `=` of the cells that hold one, by their place in `rows`.
    """

    rows: list[Row] = field(repr=False)
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class WrittenTable:
    """One table that a run changed.

    Attributes:
        name: the table's name in the schema.
        before: all its columns as they stood, the user's own ones too.
        after: the columns of the schema as the run wrote them.
    """

    name: str
    before: Block
    after: Block


@dataclass(frozen=True)
class UndoRecord:
    """What a run wrote.

    Attributes:
        run: its number in the log.
        mark: tells it apart from a run of the same number in a copy of the workbook.
        tables: the tables it changed; those that came out the same are left out.
    """

    run: str
    mark: str
    tables: tuple[WrittenTable, ...] = field(repr=False)
