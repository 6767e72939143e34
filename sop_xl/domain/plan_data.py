"""The valid, frozen input of one planning run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import wraps
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from sop_xl.domain.calendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from sop_xl.domain.settings import Settings

Result = TypeVar("Result")


class Watched(Mapping[str, "pd.DataFrame"]):
    """Input tables that note which of them were read.

    Attributes:
        read: the tables that were, by name.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Take the tables."""
        self._tables = tables
        self.read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a table."""
        self.read[name] = self._tables[name]
        return self.read[name]

    def __iter__(self) -> Iterator[str]:
        """Return the tables' names."""
        return iter(self._tables)

    def __len__(self) -> int:
        """Return how many tables there are."""
        return len(self._tables)


@dataclass(frozen=True)
class PlanData:
    """Every input table, checked, with defaults filled in, sorted by key.

    Frames follow the schema: text columns are strings with "" for blank, numbers float64 with NaN for
    blank, `period` columns `period[M]`, flags bool. Every table of the schema is there, if only empty.

    Attributes:
        settings: what the planner set.
        calendar: the planned months.
        tables: the input tables by name (`items`, `actuals`, ...).
        known: what `once` keeps: each function's result, beside what it was counted from.
    """

    settings: Settings
    calendar: Calendar
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    known: dict[Any, tuple[Any, Any]] = field(default_factory=dict, repr=False, compare=False)

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


def once(function: Callable[[PlanData], Result]) -> Callable[[PlanData], Result]:
    """Return a function of the input that is computed once for the tables it reads; its result must not be changed."""

    @wraps(function)
    def kept(data: PlanData) -> Result:
        found = data.known.get(function)
        if found is not None and _same(data, found[0]):
            result: Result = found[1]
            return result
        watched = Watched(data.tables)
        result = function(replace(data, tables=watched))
        data.known[function] = ((data.settings, data.calendar, watched.read), result)
        return result

    return kept


def _same(data: PlanData, base: tuple[Settings, Calendar, dict[str, pd.DataFrame]]) -> bool:
    """Tell whether these settings and tables are the input's own."""
    settings, calendar, tables = base
    return (
        data.settings is settings
        and data.calendar is calendar
        and all(data.tables[name] is frame for name, frame in tables.items())
    )
