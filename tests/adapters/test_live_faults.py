"""A live commit that is refused, interrupted or kept waiting leaves the workbook as it was, or is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sop_xl.adapters.live import busy
from sop_xl.adapters.live.busy import ExcelBusyError, is_busy, patient, refusal
from sop_xl.adapters.live_workbook import LiveWorkbook
from sop_xl.domain.errors import CancelledError, WorkbookError
from tests.adapters.cases import FEBRUARY, JANUARY, MARCH, ORDERS, ORDERS_HEADER, PLAN, PLAN_HEADER
from tests.adapters.live_cases import IgnoredError, RejectedError, rich, seen
from tests.support.calc_engine import CALLS, Call, NotAsInExcelError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import xlwings

GROWN: list[list[Any]] = [
    PLAN_HEADER,
    ["00050", JANUARY, 5.0, "1-2"],
    ["00300", FEBRUARY, 30.0, "y"],
    ["00200", JANUARY, 20.0, "x"],
    ["00400", MARCH, 40.0, "z"],
]
SHRUNK: list[list[Any]] = [PLAN_HEADER, ["00200", JANUARY, 20.0, "x"]]
TYPED: list[list[Any]] = [ORDERS_HEADER, ["0815", 1.0, None, "no", 5.0], ["A-2", 20.0, JANUARY, "no", "x"]]


@pytest.fixture
def book(calc: xlwings.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> xlwings.Book:
    monkeypatch.setattr(busy, "PAUSE_S", 0.0)
    return opened(calc, rich(tmp_path / "rich.xlsx"))


def opened(calc: xlwings.App, path: Path) -> xlwings.Book:
    """Open a workbook with a protected sheet, a filter and a selection."""
    book = calc.books.open(path)
    book.sheets["Plan"].impl.api.Protect(AllowFiltering=True)
    book.sheets["Plan"].tables["tblPlan"].autofilter.apply_values(4, ["x"])
    book.sheets["Orders"]["C7"].select()
    CALLS.forget()
    return book


def staged(book: xlwings.Book, rows: list[list[Any]]) -> LiveWorkbook:
    workbook = LiveWorkbook(book)
    workbook.write_cells(PLAN, rows)
    workbook.write_cells(ORDERS, TYPED)
    CALLS.forget()
    return workbook


def at_call(number: int, fault: Callable[[], BaseException], times: int = 1) -> Callable[[Call], None]:
    """Return a hook that raises at the call of that number, and at those after it until it has done so often."""
    count = 0

    def hook(_call: Call) -> None:
        nonlocal count
        count += 1
        if number < count <= number + times:
            raise fault()

    return hook


FAULTS: list[tuple[Callable[[], BaseException], str]] = [
    (
        lambda: NotAsInExcelError("Out of memory."),
        "WorkbookError: Excel refused to write the tables: Out of memory. Everything was put back as it was.",
    ),
    (KeyboardInterrupt, "KeyboardInterrupt: "),
    (lambda: CancelledError("write"), "CancelledError: Cancelled during the step write; nothing was written."),
]


PASSWORD = "WorkbookError: Sheet 'Plan' is protected with a password"
"""What a refusal to take the protection off means."""


def told(workbook: LiveWorkbook) -> str:
    """Commit; return what is raised, or nothing."""
    try:
        workbook.commit()
    except BaseException as fault:
        return f"{type(fault).__name__}: {fault}"
    return ""


@pytest.mark.soffice
@pytest.mark.parametrize("rows", [GROWN, SHRUNK], ids=["grown", "shrunk"])
def test_a_fault_at_any_step_leaves_the_workbook_as_it_was(
    calc: xlwings.App, book: xlwings.Book, rows: list[list[Any]], tmp_path: Path
) -> None:
    before = seen(book)
    staged(book, rows).commit()
    steps, after = len(CALLS.made), seen(book)
    book.close()
    book = opened(calc, rich(tmp_path / "again.xlsx"))
    undone = 0
    for step in range(steps):
        fault, words = FAULTS[step % len(FAULTS)]
        workbook = staged(book, rows)
        CALLS.before = at_call(step, fault)
        said = told(workbook)
        found = seen(book)
        failed = CALLS.made[step]
        if found == before:
            assert said == words or (failed.kind == "protect" and said.startswith(PASSWORD))
            undone += 1
        else:  # all was written; what failed put a setting back, and was tried again
            assert found == after, f"after a fault in {failed}"
            assert said in ("", "KeyboardInterrupt: ")
            book.close()
            book = opened(calc, rich(tmp_path / f"{step}.xlsx"))
    assert undone > steps / 2


@pytest.mark.soffice
@pytest.mark.parametrize("fault", [RejectedError, IgnoredError])
def test_a_busy_excel_is_waited_for_at_every_step(book: xlwings.Book, fault: Callable[[], BaseException]) -> None:
    workbook = staged(book, GROWN)
    count = 0

    def every_call_at_its_first_try(_call: Call) -> None:
        nonlocal count
        count += 1
        if count % 2:
            raise fault()

    CALLS.before = every_call_at_its_first_try
    workbook.commit()
    CALLS.before = None
    assert [row[:4] for row in workbook.read_cells(PLAN).rows[1:]] == GROWN[1:]
    assert book.sheets["Plan"].impl.is_protected


@pytest.mark.soffice
def test_an_excel_that_stays_busy_is_explained_and_everything_put_back(book: xlwings.Book) -> None:
    before = seen(book)
    workbook = staged(book, GROWN)
    CALLS.before = at_call(15, RejectedError, times=busy.TRIES)
    with pytest.raises(ExcelBusyError, match="a cell is being edited, or a dialog is open"):
        workbook.commit()
    assert seen(book) == before
    CALLS.before = None
    workbook.commit()
    assert [row[:4] for row in workbook.read_cells(PLAN).rows[1:]] == GROWN[1:]


@pytest.mark.soffice
def test_an_excel_that_is_busy_from_the_start(book: xlwings.Book) -> None:
    workbook = LiveWorkbook(book)
    CALLS.before = at_call(0, RejectedError, times=10_000)
    for act in (lambda: workbook.read_cells(PLAN), lambda: workbook.write_cells(PLAN, GROWN)):
        with pytest.raises(ExcelBusyError):
            act()


@pytest.mark.soffice
def test_what_cannot_be_put_back_is_said(book: xlwings.Book) -> None:
    workbook = staged(book, GROWN)
    CALLS.before = refuse_writes
    with pytest.raises(WorkbookError, match=r"Close the workbook without saving\. Excel said: No\."):
        workbook.commit()
    CALLS.before = None


def refuse_writes(call: Call) -> None:
    if call.kind == "write":
        raise NotAsInExcelError("No.")


@pytest.mark.soffice
def test_protection_is_lifted_and_put_back_with_what_it_allows(book: xlwings.Book) -> None:
    workbook = staged(book, GROWN)
    workbook.commit()
    assert [call.place for call in CALLS.of("protect")] == ["Plan off", "Plan on"]
    allowed = book.impl.protections["Plan"]
    assert {name for name, value in allowed.items() if value} == {"AllowFiltering"}


@pytest.mark.soffice
def test_a_sheet_protected_with_a_password_is_named(book: xlwings.Book) -> None:
    sheet = book.sheets["Plan"].impl.sheet
    sheet.unprotect("")
    sheet.protect("secret")
    before = seen(book)
    with pytest.raises(WorkbookError, match=r"Sheet 'Plan' is protected with a password, .* Nothing was changed"):
        staged(book, GROWN).commit()
    assert seen(book) == before


def test_what_counts_as_busy() -> None:
    assert is_busy(RejectedError())
    assert is_busy(IgnoredError())
    assert not is_busy(NotAsInExcelError("No."))
    assert not is_busy(ValueError("No."))
    assert refusal(NotAsInExcelError("No.")) == "No."
    assert refusal(ValueError("No.")) == ""


def test_patience_has_ten_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(busy.time, "sleep", waits.append)
    tries = iter([RejectedError()] * 9)

    def call() -> str:
        for fault in tries:
            raise fault
        return "done"

    assert patient(call) == "done"
    assert waits == [0.2] * 9

    def never() -> str:
        raise RejectedError

    with pytest.raises(ExcelBusyError):
        patient(never)
    assert len(waits) == 18
