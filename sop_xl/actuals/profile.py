"""What was decided about one kind of export, kept so that next month asks nothing twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sop_xl.actuals.text import name_of
from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT = 1
NOT_REMEMBERED = frozenset({"P14", "P17", "P18", "P21", "P22", "P25", "P38", "P39", "P40"})
"""Questions about one paste, not about a kind of export: asked each time."""


@dataclass(frozen=True)
class MappingProfile:
    """How one kind of export is read.

    Attributes:
        name: what the user calls it.
        source: file or sheet it was made for.
        fingerprint: tells whether a header is the one it was made for.
        columns: header to field; `-` for a column that is left out.
        answers: answers by `CODE:COLUMN`.
    """

    name: str = ""
    source: str = ""
    fingerprint: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return {"format": FORMAT, **{k: dict(v) if isinstance(v, dict) else v for k, v in vars(self).items()}}

    @classmethod
    def from_json(cls, value: Any) -> MappingProfile:
        """Return the profile that `to_json` wrote.

        Raises:
            SopError: it is something else.
        """
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise SopError("This is no mapping profile of this version. Delete it and answer the questions again.")
        texts = {key: value.get(key, "") for key in ("name", "source", "fingerprint")}
        maps = {key: value.get(key, {}) for key in ("columns", "answers")}
        parts = [*texts.values(), *(word for m in maps.values() if isinstance(m, dict) for word in (*m, *m.values()))]
        if not all(isinstance(m, dict) for m in maps.values()) or not all(isinstance(part, str) for part in parts):
            raise SopError("The mapping profile is damaged. Delete it and answer the questions again.")
        return cls(**texts, **maps)

    def learned(
        self, source: str, names: Sequence[str], columns: Mapping[str, str], used: Mapping[str, str]
    ) -> MappingProfile:
        """Return the profile with what this check decided; what it does not touch stays."""
        kept = {key: value for key, value in used.items() if key.partition(":")[0] not in NOT_REMEMBERED}
        return replace(
            self,
            source=self.source or source,
            fingerprint=fingerprint(names),
            columns={**self.columns, **columns},
            answers={**self.answers, **kept},
        )


def fingerprint(names: Sequence[str]) -> str:
    """Return what tells one header from another; order and spelling of case do not count."""
    folded = "\x1f".join(sorted(name_of(name) for name in names if name))
    return hashlib.sha256(folded.encode()).hexdigest()[:16]
