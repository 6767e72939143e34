"""What the services ask of the world outside; adapters give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    import pandas as pd

    from sop_xl.actuals.raw import RawPaste
    from sop_xl.domain.batch import Batch, BatchRecord, DataVersion, FactKey
    from sop_xl.domain.cells import CellInput, Cells, Row
    from sop_xl.domain.issue import Issue
    from sop_xl.domain.ledger_log import KeptKind, KeptTable, LoggedChange, LoggedRun
    from sop_xl.domain.undo import UndoRecord
    from sop_xl.schema.table import Table
    from sop_xl.share.briefing import Briefing
    from sop_xl.share.form import Form, FormRow
    from sop_xl.share.form_content import FormContent
    from sop_xl.share.grid import Grid
    from sop_xl.share.letters import Letter
    from sop_xl.share.records import PackEvent, PackRecord
    from sop_xl.share.returned import ReturnedFile
    from sop_xl.supply.basis import Basis
    from sop_xl.supply.model import LinearModel
    from sop_xl.supply.scheduling.shop import Shop
    from sop_xl.supply.scheduling.timetable import Timetable

Task = TypeVar("Task")
Result = TypeVar("Result")


class Workbook(Protocol):
    """What the services ask of a workbook. Cells are plain values, header first."""

    @property
    def name(self) -> str:
        """The workbook's name, for messages."""
        ...

    def beside(self, name: str) -> Path | None:
        """Return the path of a file named relative to the workbook's folder; None where it has no folder."""
        ...

    def tables(self) -> Mapping[str, str]:
        """Return the Excel tables there are: name to sheet."""
        ...

    def read_cells(self, table: Table) -> Cells:
        """Return header and body of `table`, formulas as last calculated.

        Every column that stands in the Excel table is returned, the user's own ones too. An empty
        table has its header only. A view table's header is the schema's.

        Raises:
            TableNotFoundError: there is no table of that name.
        """
        ...

    def uncalculated(self, table: Table) -> Sequence[str]:
        """Return the addresses of formulas in `table` that have no result yet; they read as blank."""
        ...

    def typed_below(self, table: Table) -> str:
        """Return the block that touches `table` from below and is no part of it, as `A8:F12`; empty where none does."""
        ...

    def formulas(self, table: Table) -> Mapping[tuple[int, int], str]:
        """Return the formulas in the body of `table`, without `=`, by row and column in what `read_cells` gives."""
        ...

    def write_cells(self, table: Table, rows: Sequence[Sequence[CellInput]]) -> Sequence[Orphan]:
        """Stage `rows`, header first, as the new body of `table`; nothing is visible before `commit`.

        `rows[0]` holds the schema's headers, which are matched by name to the Excel table's own;
        the user's columns in and beside the table follow their row's key. What belongs to keys that
        are gone is returned, so that it can be kept in the Log.
        """
        ...

    def commit(self) -> None:
        """Make all staged writes visible at once, or none of them."""
        ...


class LinkedWorkbook(Workbook, Protocol):
    """A workbook that carries short texts of ours, by which it and its ledger know each other."""

    def read_property(self, name: str) -> str:
        """Return one of the texts; blank where there is none."""
        ...

    def write_property(self, name: str, value: str) -> None:
        """Stage one of the texts; like cells, it is visible after `commit`."""
        ...


class PasteWorkbook(LinkedWorkbook, Protocol):
    """What the sheet Paste actuals is asked for: named areas of cells that are no tables."""

    def read_area(self, name: str) -> Sequence[Row]:
        """Return the cells of an area, down to the last row that holds something.

        Raises:
            WorkbookError: there is no such area.
        """
        ...

    def read_paste(self, name: str) -> RawPaste:
        """Return what was pasted into an area, with what can be told of its cells beside their values.

        Raises:
            WorkbookError: there is no such area.
        """
        ...

    def write_area(self, name: str, rows: Sequence[Sequence[CellInput]]) -> None:
        """Stage `rows` as all there is in an area; visible after `commit`."""
        ...


class Files(Protocol):
    """Finds and reads files beside the workbook, as its user chooses them."""

    def choose(self, title: str, *, many: bool = False) -> Sequence[str]:
        """Ask the user for a file, or several; return their paths, none where the user cancels.

        Raises:
            SopError: there is no way to ask.
        """
        ...

    def open_copy(self, path: str) -> LinkedWorkbook:
        """Open another workbook to read in it.

        Raises:
            WorkbookError: it cannot be read.
        """
        ...

    def read_returns(self, paths: Sequence[str]) -> Sequence[ReturnedFile]:
        """Return what came back, from files, folders, archives and mails.

        Raises:
            SopError: a path is not there.
        """
        ...


class Orphan(Protocol):
    """A cell of the user's whose row is gone."""

    @property
    def key(self) -> str:
        """The key of the row, parts joined by ` | `."""
        ...

    @property
    def header(self) -> str:
        """The header of the user's column, or its letters where it has none."""
        ...

    @property
    def value(self) -> str:
        """What stood in the cell, as text."""
        ...


class Solver(Protocol):
    """Solves linear programmes, with whole-number columns where the model has them."""

    def solve(
        self, model: LinearModel, *, node_limit: int | None = None, mip_gap: float = 1e-6, start: Basis | None = None
    ) -> Solution:
        """Return the best solution of the minimisation `model`.

        Args:
            model: rows, columns and objective.
            node_limit: branches after which the best so far is returned: work, not time, so that a busy machine
                gives the plan of an idle one. None: none.
            mip_gap: how near to the best is near enough, as a share, where columns are whole.
            start: where a programme with as many columns and rows ended: a hint, which does not change what is best.

        Raises:
            OutOfTimeError: the solver's own last resort, a clock, stopped it without a solution.
            SolverError: no solution was found; the message says why.
        """
        ...


class Solution(Protocol):
    """What a solver found."""

    @property
    def objective(self) -> float:
        """The value of the objective."""
        ...

    @property
    def values(self) -> np.ndarray:
        """The value of each column; shape (columns,)."""
        ...

    @property
    def duals(self) -> np.ndarray:
        """Change of the objective for one unit more of each row's bound; shape (rows,); NaN for a MIP."""
        ...

    @property
    def optimal(self) -> bool:
        """Whether it is proven best within the gap; False where a limit was reached."""
        ...

    @property
    def bound(self) -> float:
        """What no solution's objective can be below; NaN where the solver does not say."""
        ...

    @property
    def out_of_time(self) -> bool:
        """Whether the clock, a last resort, stopped it: the answer then depends on the machine."""
        ...

    @property
    def basis(self) -> Basis | None:
        """Where the programme ended, for a like one to start at; None where the solver does not say."""
        ...


class Scheduler(Protocol):
    """Puts the tasks of a shop in order, each on its resource."""

    @property
    def name(self) -> str:
        """What it is, for the planner: the method a schedule was made with."""
        ...

    def schedule(self, shop: Shop) -> Timetable:
        """Return when each task runs; the same shop gives the same timetable."""
        ...


class Progress(Protocol):
    """Tells how far long work has come, and whether the user wants it to stop."""

    def __call__(self, step: str, done: float, total: float) -> None:
        """Report `done` of `total` of the named step; may raise `CancelledError`."""
        ...


class Compute(Protocol):
    """Runs independent pieces of work: in this process, in several, or on a cluster."""

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Yield the result of each task, in the order of the tasks.

        Closing the iterator before its end cancels what has not been done. The results do not depend
        on where or side by side with what a task runs.

        Args:
            function: at the top level of a module, so that other processes can import it.
            tasks: what to call it with; made of arrays, numbers and texts.

        Raises:
            ComputeError: the place to compute cannot be reached or was lost; the message says what to do.
        """
        ...


class UndoStore(Protocol):
    """Keeps what the last runs of one workbook wrote."""

    def save(self, record: UndoRecord) -> None:
        """Keep `record`; the oldest ones may go for it.

        Raises:
            UndoError: it cannot be kept; the message says why.
        """
        ...

    def load(self, run: str, mark: str) -> UndoRecord | None:
        """Return the record of a run; None where there is none.

        Raises:
            UndoError: there is one, but it cannot be read.
        """
        ...

    def discard(self, run: str, mark: str) -> None:
        """Forget the record of a run that was not written after all."""
        ...


class Ledger(Protocol):
    """The append-only memory of one workbook. Each write is there as a whole afterwards, or not at all."""

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        ...

    @property
    def read_only(self) -> str:
        """Why it cannot be written, as a sentence; blank: it can."""
        ...

    @property
    def guid(self) -> str:
        """The GUID of the workbook it belongs to."""
        ...

    @property
    def workbooks(self) -> Sequence[str]:
        """The paths of the workbooks that use it: one, unless copies were attached on purpose."""
        ...

    @property
    def notices(self) -> Sequence[str]:
        """What the user should know of the last write, though it succeeded."""
        ...

    def attach(self, workbook: str, *, instead_of: str = "") -> None:
        """Note where a workbook of this ledger is; `instead_of` is where it was before it was moved."""
        ...

    def head(self) -> DataVersion:
        """Return the data version: the last batch."""
        ...

    def batches(self) -> list[BatchRecord]:
        """Return all batches, oldest first."""
        ...

    def batch(self, number: int) -> BatchRecord:
        """Return one batch; LedgerError where there is none."""
        ...

    def facts(self, *, as_of: int | None = None, periods: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the facts that stood after batch `as_of` (None: the last), in the shape of `actuals`."""
        ...

    def history(self, key: FactKey) -> pd.DataFrame:
        """Return all that was ever recorded of one key, oldest first."""
        ...

    def find_keys(self, parts: Mapping[str, str], limit: int) -> Sequence[FactKey]:
        """Return keys whose named parts are these, in order, `limit` at most."""
        ...

    def raw(self, number: int) -> bytes:
        """Return the paste of a batch as it was captured."""
        ...

    def issues(self, number: int) -> Sequence[Issue]:
        """Return what the check of a batch found."""
        ...

    def commit(self, batch: Batch, *, expected: DataVersion | None = None) -> BatchRecord:
        """Append a batch.

        Raises:
            StaleVersionError: somebody committed since the version `expected`.
            AlreadyCommittedError: the same content stands already.
            LedgerError: it could not be written.
        """
        ...

    def undo(
        self,
        number: int,
        *,
        who: str,
        at: dt.datetime,
        reason: str = "",
        choices: Mapping[FactKey, bool] | None = None,
        expected: DataVersion | None = None,
    ) -> BatchRecord:
        """Take a batch back by a reversing batch.

        Raises:
            ClashError: later batches touched keys for which `choices` says nothing.
            StaleVersionError: somebody committed since the version `expected`.
            LedgerError: there is nothing to take back, or it could not be written.
        """
        ...

    def log(
        self,
        *,
        run: LoggedRun | None = None,
        changes: Sequence[LoggedChange] = (),
        tables: Sequence[KeptTable] = (),
    ) -> None:
        """Append a run, changed cells and whole tables together."""
        ...

    def runs(self) -> pd.DataFrame:
        """Return all runs, oldest first."""
        ...

    def changes(self, table: str = "") -> pd.DataFrame:
        """Return all changed cells, oldest first; of one table where it is named."""
        ...

    def kept(self, kind: KeptKind, cycle: str, table: str) -> pd.DataFrame | None:
        """Return the newest version of a table that was kept for a cycle, or None."""
        ...

    def kept_cycles(self, kind: KeptKind, table: str) -> list[str]:
        """Return the cycles for which a table was kept, oldest first."""
        ...

    def pack_secret(self) -> str:
        """Return the secret behind the seals of packs, made on its first use."""
        ...

    def next_pack(self) -> int:
        """Return the number the next pack gets."""
        ...

    def log_packs(self, made: Sequence[PackRecord] = (), *, events: Sequence[PackEvent] = ()) -> None:
        """Append packs with the rows they ask for, and what happened to packs, together."""
        ...

    def packs(self) -> list[PackRecord]:
        """Return all packs, oldest first, without their rows."""
        ...

    def pack_rows(self, form_id: str) -> list[FormRow]:
        """Return the rows a form asks for with their base values, in the order of its file."""
        ...

    def pack_of_code(self, code: str) -> str:
        """Return the id of the form a row's code belongs to; blank where it belongs to none."""
        ...

    def pack_events(self) -> list[PackEvent]:
        """Return what happened to packs, oldest first."""
        ...

    def verify(self) -> None:
        """Hold everything against its hashes; LedgerDamagedError names what does not fit."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class PackPrinter(Protocol):
    """Makes the files of packs."""

    def form(self, content: FormContent, secret: str) -> bytes:
        """Return a form as the bytes of an `.xlsx`, its rows sealed with the secret."""
        ...

    def executive(self, briefing: Briefing, footer: str, made_at: dt.datetime) -> bytes:
        """Return the executive workbook as the bytes of an `.xlsx`."""
        ...

    def plan(self, form: Form, views: Sequence[Grid], footer: str) -> bytes:
        """Return the approved plan as the bytes of an `.xlsx`, one sheet a view."""
        ...

    def summary(self, briefing: Briefing, footer: str) -> bytes:
        """Return the one page as the bytes of a PDF."""
        ...


class Mailer(Protocol):
    """A way letters go: drafts in a mail program, files to open, or a server."""

    @property
    def event(self) -> str:
        """What becomes of a letter: drafted or sent."""
        ...

    def deliver(self, letter: Letter) -> str:
        """Hand a letter over; return where it is now, in words.

        Raises:
            MailError: it could not be; the message says what to do.
        """
        ...


class LedgerPlaces(Protocol):
    """Finds, opens, makes and copies the ledger of one workbook."""

    @property
    def path(self) -> str:
        """The workbook's whole path, or its address in a cloud."""
        ...

    def open(self, guid: str, ledger_url: str) -> tuple[Ledger, list[str]]:
        """Open the ledger of the workbook with this GUID, or make it; and what was done, as sentences.

        Raises:
            LedgerError: it cannot be opened or made.
        """
        ...

    def find(self, guid: str, ledger_url: str) -> tuple[Ledger, list[str]] | None:
        """Open the ledger where there is one; None: there is none yet.

        Raises:
            LedgerError: it cannot be opened.
        """
        ...

    def fork(self, ledger: Ledger, guid: str) -> Ledger:
        """Copy a ledger with its history for a workbook that goes by the new GUID.

        Raises:
            LedgerError: it could not be done.
        """
        ...

    def guid_at(self, path: str) -> str:
        """Return the GUID of the workbook at another path; blank where there is none."""
        ...
