"""The list of faults names tests that exist, and leaves none of the catalogue's out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_is_named_exists(file: str, name: str) -> None:
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_no_fault_is_left_out() -> None:
    told: set[int] = set()
    for row in PAGE.splitlines():
        cell = row.split("|")[1] if row.startswith("| T") else ""
        for first, last in re.findall(r"T(\d+)(?: to T(\d+))?", cell):
            told |= set(range(int(first), int(last or first) + 1))
    assert told == {*range(1, 57), *range(121, 131), *range(151, 171)}
