"""What an item's class means: its methods, service level and review, by the rules of the table `class_rules`."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

CLASSES = ("pattern", "abc", "xyz")
"""What a rule may name; of two rules that name as many the one that names the earlier counts first."""
CAREFUL = "careful"


@dataclass(frozen=True)
class ClassRules:
    """The rules, the one that names most first.

    Attributes:
        rows: of the table `class_rules`, in that order.
    """

    rows: list[dict[str, Any]] = field(repr=False)

    @classmethod
    def of(cls, table: pd.DataFrame) -> ClassRules:
        """Read the table `class_rules`."""
        rows = [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
        return cls(sorted(rows, key=lambda row: (-sum(map(bool, _named(row))), [not name for name in _named(row)])))

    def meant(self, *, pattern: str, abc: str, xyz: str) -> tuple[str, float, str, str]:
        """Return methods, service level (points), review and the rules behind them; blank and NaN: not said."""
        item = (pattern, abc, xyz)
        fitting = [
            row for row in self.rows if all(name in ("", mine) for name, mine in zip(_named(row), item, strict=True))
        ]
        methods = next((row for row in fitting if row["methods"]), None)
        level = next((row for row in fitting if not isnan(row["service_level"])), None)
        review = next((row for row in fitting if row["review"]), None)
        used = [row for row in fitting if any(row is one for one in (methods, level, review))]
        return (
            methods["methods"] if methods else "",
            float(level["service_level"]) if level else float("nan"),
            review["review"] if review else "",
            "; ".join(" ".join(filter(None, (row["abc"], row["xyz"], row["pattern"]))) or "all items" for row in used),
        )


def _named(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in CLASSES)
