"""The Adventure Works company: a bicycle maker as a folder of CSVs, ready to import."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def folder() -> Traversable:
    """Return the folder of the company's tables, one `NAME.csv` or `NAME.csv.gz` each."""
    return files("sop_xl.demo") / "adventureworks"
