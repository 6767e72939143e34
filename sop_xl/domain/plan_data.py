"""The valid, frozen input of one planning run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from sop_xl.domain.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sop_xl.domain.settings import Settings


@dataclass(frozen=True)
class PlanData:
    """Every input table, checked, with defaults filled in, sorted by key.

    Frames follow the schema: text columns are strings with "" for blank, numbers float64 with NaN for
    blank, `period` columns `period[M]`, flags bool. Every table of the schema is there, if only empty.

    Attributes:
        settings: what the planner set.
        calendar: the planned months.
        tables: the input tables by name (`items`, `actuals`, ...).
    """

    settings: Settings
    calendar: Calendar
    tables: Mapping[str, pd.DataFrame] = field(repr=False)

    @classmethod
    def of(cls, settings: Settings, tables: Mapping[str, pd.DataFrame]) -> PlanData:
        """Build from settings and frames that passed the checks."""
        calendar = Calendar.of(settings.plan_periods, tables.get("calendar"))
        return cls(settings, calendar, MappingProxyType(dict(tables)))

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return the input table of that name; never change it in place."""
        return self.tables[name]

    def with_tables(self, **tables: pd.DataFrame) -> PlanData:
        """Return a copy in which these tables are replaced."""
        return replace(self, tables=MappingProxyType({**self.tables, **tables}))
