"""The year as planners drive it: paste, run, review, sign, close, twelve times over, by the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.e2e.command import sop
from tests.year.company import Row, Tables, as_of, month_after, read_folder, write_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.e2e.command import Outcome

STEPS = ("Data gathering", "Demand review", "Supply review", "Pre-meeting", "Executive meeting")
PEOPLE = (
    ("sales", "Anna Berg", "New dealer", 1.1),
    ("marketing", "Ben Cole", "Catalogue", 0.8),
    ("final", "Cleo Dahl", "Order", 1.0),
)
"""Stream, owner and reason of the overrides of a cycle, and what they say over last month's sales."""


@dataclass(frozen=True)
class Story:
    """What happens in the year beside the routine.

    Attributes:
        scenario: the scenario that is approved in the cycle with this number, from 1.
        approved_in: the cycle's number.
        initiative: the initiative that starts.
        started_in: the cycle's number.
        signed: the steps that are signed in each cycle.
        given: input tables beside those of the company.
    """

    scenario: str
    approved_in: int
    initiative: str
    started_in: int
    signed: tuple[str, ...] = STEPS
    given: Tables = field(default_factory=dict)


@dataclass
class Cycle:
    """One cycle of the year, after its last run and before its month was closed.

    Attributes:
        month: YYYY-MM.
        tables: all inputs and results, read back from the workbook.
        overrides: what people said in it.
        closed: what closing the month said.
    """

    month: str
    tables: Tables
    overrides: list[Row] = field(default_factory=list)
    closed: dict[str, Any] = field(default_factory=dict)


@dataclass
class Year:
    """The workbook, what really happened, and the cycles so far."""

    book: Path
    truth: Tables
    month: str
    story: Story
    cycles: list[Cycle] = field(default_factory=list)

    @classmethod
    def begin(cls, source: Path, folder: Path, month: str, story: Story) -> Year:
        """Return a new year of the company in `source`, which opens with `month`; its workbook is in `folder`."""
        truth, start = read_folder(source), folder / "start"
        start.mkdir()
        for name, rows in (as_of(truth, month) | story.given).items():
            write_table(start / f"{name}.csv", rows)
        book = folder / "year.xlsm"
        ok(sop("import", start, book))
        ok(sop("cycle", "new", book))
        return cls(book, truth, month, story)

    def cycle(self) -> Cycle:
        """Take the open month through its cycle and close it."""
        self._initiative()
        said = self._overrides()
        ok(sop("run", self.book))
        self._scenario()
        for step in self.story.signed:
            ok(sop("cycle", "sign", self.book, step, "--by", f"Owner of {step}"))
        done = Cycle(self.month, self._tables(), said)
        self._actuals(done)
        done.closed = ok(sop("cycle", "close", self.book, "--json")).json
        self.cycles.append(done)
        self.month = month_after(self.month)
        return done

    @property
    def number(self) -> int:
        """Number of the open cycle, from 1."""
        return len(self.cycles) + 1

    def _overrides(self) -> list[Row]:
        """Let three people have a word on what sold best last month; return what they said."""
        last = month_after(self.month, -1)
        sold: dict[tuple[str, str], float] = {}
        for row in self.truth["actuals"]:
            if row["measure"] == "shipments" and row["period"] == last:
                key = row["item"], row["market"]
                sold[key] = sold.get(key, 0.0) + float(row["quantity"] or 0)
        best = sorted(sold, key=lambda key: (-sold[key], key))
        said = []
        for (item, market), (stream, owner, reason, factor) in zip(best, PEOPLE, strict=False):
            units = f"{factor * sold[item, market]:.0f}"
            words = {"reason": reason, "owner": owner, "at": f"{self.month}-05"}
            said.append(
                {"item": item, "market": market, "period": self.month, "stream": stream, "quantity": units} | words
            )
        kept = [row for cycle in self.cycles for row in cycle.overrides]
        self._replace({"overrides": [*kept, *said]})
        return said

    def _initiative(self) -> None:
        if self.number == self.story.started_in:
            rows = self._tables("initiatives")["initiatives"]
            started = [
                row | ({"status": "approved"} if row["initiative"] == self.story.initiative else {}) for row in rows
            ]
            assert started != rows
            self._replace({"initiatives": started})

    def _scenario(self) -> None:
        if self.number == self.story.approved_in:
            ok(sop("scenario", "run", self.book))
            ok(sop("scenario", "approve", self.book, self.story.scenario))
            ok(sop("run", self.book))

    def _actuals(self, cycle: Cycle) -> None:
        path = self.book.with_name(f"actuals {cycle.month}.csv")
        (currency,) = [row["value"] for row in self.truth["settings"] if row["parameter"] == "currency"]
        write_table(path, [row | {"currency": currency} for row in happened(self.truth["actuals"], cycle)])
        ok(sop("actuals", "commit", path, "--workbook", self.book, "--reason", "Month end"))

    def _replace(self, tables: Mapping[str, list[Row]]) -> None:
        folder = self.book.with_name(f"typed {self.month} {'-'.join(tables)}")
        folder.mkdir()
        for name, rows in tables.items():
            write_table(folder / f"{name}.csv", rows)
        ok(sop("import", folder, self.book))

    def _tables(self, *names: str) -> Tables:
        folder = self.book.with_name(f"tables {self.month} {'-'.join(names)}")
        ok(sop("export", self.book, folder, *(["--tables", ",".join(names)] if names else [])))
        return read_folder(folder)


def happened(truth: list[Row], cycle: Cycle) -> list[Row]:
    """Return the actuals of a month: what was shipped, and what plants and stock made of the plan.

    Every third item is made 3 % short of its plan, every other one as planned, in whole units; stock is the
    plan's, moved by what was made and shipped otherwise, never below zero.
    """
    month = cycle.month
    rows = [row for row in truth if row["period"] == month and row["measure"] not in ("production", "inventory")]
    shipped: dict[str, float] = {}
    for row in rows:
        if row["measure"] == "shipments":
            shipped[row["item"]] = shipped.get(row["item"], 0.0) + float(row["quantity"] or 0)
    made = [row for row in cycle.tables["supply_plan"] if row["period"] == month]
    for place, row in enumerate(made):
        plan, served = float(row["production"] or 0), float(row["served"] or 0) - float(row["used"] or 0)
        output = float(int(plan * 0.97)) if place % 3 == 0 else round(plan)
        sent = shipped.pop(row["item"], 0.0)
        stock = max(0.0, float(row["closing"] or 0) + output - plan + served - sent)
        common = {"item": row["item"], "market": "", "location": row["location"], "period": month, "value": ""}
        if plan:
            rows.append(common | {"measure": "production", "quantity": f"{output:.0f}"})
        rows.append(common | {"measure": "inventory", "quantity": f"{stock:.0f}"})
    return rows


def ok(outcome: Outcome) -> Outcome:
    """Assert that a command succeeded and return what it printed."""
    assert outcome.code == 0, outcome.out + outcome.err
    return outcome
