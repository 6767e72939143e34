"""What a check finds: remarks on rows, questions to the user, and the answers given."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.actuals.text import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NO_RECORDS = np.array([], dtype=np.int64)


class Act(IntEnum):
    """What a remark makes of its rows, weakest first; a row ends as the strongest one says."""

    GOOD = 0
    FIXED = 1
    WARN = 2
    BAD = 3
    EXCLUDED = 4

    @property
    def word(self) -> str:
        """The status as printed: `good`, `fixed`, ..."""
        return self.name.lower()


@dataclass(frozen=True)
class Remark:
    """One finding.

    Attributes:
        code: P01 to P41.
        act: what it makes of its rows; GOOD for a note.
        message: where, what, what to do.
        records: the records it is about; none: the whole paste.
        column: header of the column, as the user sees it.
        value: what was found, as text.
        suggestion: the value that may be meant.
        note: whether it is only told, and asks nothing of the user.
    """

    code: str
    act: Act
    message: str
    records: np.ndarray = field(default_factory=lambda: NO_RECORDS, repr=False)
    column: str = ""
    value: str = ""
    suggestion: str = ""
    note: bool = False


@dataclass(frozen=True)
class Question:
    """Something only the user can tell.

    Attributes:
        code, column: what it is about; together they name it in answers.
        message: the question.
        choices: the answers there are; empty: nothing can be answered, the source has to be mended.
        blocking: whether nothing can be committed before it is answered.
        suggestion: the likely answer, never taken by itself.
    """

    code: str
    column: str
    message: str
    choices: tuple[str, ...] = ()
    blocking: bool = True
    suggestion: str = ""


class Answers:
    """The user's answers by code and column: of this check first, then those the profile remembers."""

    def __init__(self, given: Mapping[str, str] | None = None, remembered: Mapping[str, str] | None = None) -> None:
        """Take answers as `{"P04:Umsatz": "comma"}`; case and spaces in the names do not count."""
        self._exact = {**(remembered or {}), **(given or {})}
        self._all = {_name(key): value for key, value in self._exact.items()}
        self.used: dict[str, str] = {}

    def get(self, code: str, *columns: str) -> str:
        """Return the answer to a question under the first of these column names that has one, or ""."""
        for column in columns:
            if value := self._all.get(_name(f"{code}:{column}"), ""):
                self.used[f"{code}:{columns[0]}"] = value
                return value
        return ""

    def start_with(self, code: str) -> dict[str, str]:
        """Return all answers of one code by what stands behind it, as typed but for case: codes, units."""
        mine = {key: value for key, value in self._exact.items() if key.partition(":")[0].strip().upper() == code}
        self.used |= mine
        return {key.partition(":")[2].strip().casefold(): value for key, value in mine.items()}


def _name(key: str) -> str:
    code, _, column = key.partition(":")
    return f"{code.strip().lower()}:{name_of(column) or column.strip().lower()}"


class Findings:
    """Collects everything found, in order."""

    def __init__(self, answers: Answers) -> None:
        """Start with nothing found."""
        self.answers = answers
        self.remarks: list[Remark] = []
        self.questions: list[Question] = []

    def add(
        self,
        code: str,
        act: Act,
        message: str,
        records: Sequence[int] | np.ndarray = NO_RECORDS,
        *,
        column: str = "",
        value: str = "",
        suggestion: str = "",
        note: bool = False,
    ) -> None:
        """Add a remark on these records."""
        hits = np.asarray(records, dtype=np.int64)
        self.remarks.append(Remark(code, act, message, hits, column, value, suggestion, note))

    def note(self, code: str, message: str, column: str = "") -> None:
        """Add what the user should know but need not act on."""
        self.remarks.append(Remark(code, Act.GOOD, message, column=column, note=True))

    def ask(
        self,
        code: str,
        columns: Sequence[str],
        message: str,
        choices: Sequence[str],
        *,
        blocking: bool = True,
        suggestion: str = "",
    ) -> str:
        """Return the answer; where there is none, or none of the choices, ask and return "".

        `columns` are the names the column may be answered under; the first one is shown.
        """
        given = self.answers.get(code, *columns)
        chosen = next((c for c in choices if c.casefold() == given.strip().casefold()), "")
        if chosen:
            return chosen
        if given:
            message = f"'{given}' is none of the choices. {message}"
        self.questions.append(Question(code, columns[0], message, tuple(choices), blocking, suggestion))
        return ""

    def block(self, code: str, message: str, column: str = "") -> None:
        """Add what has to be mended in the source before anything can be committed."""
        self.questions.append(Question(code, column, message))

    def acts(self, count: int) -> np.ndarray:
        """Return the strongest act of each record; shape (count,)."""
        out = np.zeros(count, dtype=np.int8)
        for remark in self.remarks:
            if remark.records.size:
                np.maximum.at(out, remark.records, int(remark.act))
        return out
