"""The table Commits: every committed paste, with what became of its rows, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.schema.results import COMMITS
from sop_xl.services.batches import undo_batch
from sop_xl.services.log import read_log
from tests.services.company import two_plants
from tests.services.pastes import BAD, ROWS, USER, commit, csv, memory_of

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("pasted", "committed", "aside", "excluded")


def figures(line, what: str) -> list[float]:
    return [line[f"{what}_{part}"] for part in PARTS]


def test_every_row_unit_and_cent_of_a_paste_is_somewhere(tmp_path: Path) -> None:
    workbook = two_plants()
    commit(workbook, tmp_path, csv(*ROWS, BAD, "Total,,,,85,6260"), only_good=True)
    line = read_log(workbook, COMMITS).iloc[0]
    assert (line["batch"], line["who"], line["months"]) == ("2", "A. Meyer", "2027-01")
    # Four rows are committed, one is of an unknown item, and one is a total: 80 + 5 + 85 units; 6,160 + 100 + 6,260.
    assert figures(line, "rows") == [6, 4, 1, 1]
    assert figures(line, "units") == [170, 80, 5, 85]
    assert figures(line, "value") == [12520, 6160, 100, 6260]


def test_a_paste_taken_back_keeps_its_row_and_the_next_one_gets_its_own(tmp_path: Path) -> None:
    workbook = two_plants()
    commit(workbook, tmp_path, csv(*ROWS))
    with memory_of(workbook, tmp_path) as memory:
        undo_batch(workbook, memory.ledger, user=USER)
    commit(workbook, tmp_path, csv(ROWS[0]))
    lines = read_log(workbook, COMMITS)
    assert lines["batch"].tolist() == ["2", "4"]
    assert lines["value_committed"].tolist() == [6160, 1320]
