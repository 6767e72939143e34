"""The executive pack read back: what its workbook and its page really show, so that both tie to the plan."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError
from sop_xl.share.figure_words import figure_words
from sop_xl.share.leaks import MAIN, Package

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml import etree

    from sop_xl.share.briefing import Figure


@dataclass(frozen=True)
class Shown:
    """One key figure as a pack shows it.

    Attributes:
        figure: its name in the table of key figures.
        value: as the workbook of the pack has it; None where it has no figure.
        page: as the page as PDF says it; "" where there is no page.
    """

    figure: str
    value: float | None
    page: str


class PackMismatchError(SopError):
    """A file of a pack does not show the figures of the plan."""


def read_back(figures: Sequence[Figure], workbook: bytes, page: bytes) -> tuple[Shown, ...]:
    """Return the key figures as the files show them.

    Args:
        figures: as the plan has them.
        workbook: the pack's workbook, as it is about to leave.
        page: its page as PDF; empty: there is none.

    Raises:
        PackMismatchError: a file shows another figure.
    """
    package = Package.read(workbook)
    cells = _labelled(package)
    words = _words(page) if page else ""
    shown = []
    for figure in figures:
        value = cells.get(figure.label, "")
        if (None if value == figure.words() else value) != figure.value:
            raise PackMismatchError(_mismatch("workbook", figure.label, value, figure.words()))
        said = figure_words(figure.value, figure.unit)
        if page and " ".join(said.split()) not in words:
            raise PackMismatchError(_mismatch("page as PDF", figure.label, "something else", said))
        shown.append(Shown(figure.name, figure.value, said if page else ""))
    return tuple(shown)


def _mismatch(file: str, label: str, found: object, wanted: str) -> str:
    return f"The {file} of the pack shows {found} for {label}; the plan says {wanted}. No pack was made: report this."


def _labelled(package: Package) -> dict[str, float | str]:
    """Return what stands below each text of the first sheet: a tile has its label above its figure."""
    sheet = package.sheets["xl/worksheets/sheet1.xml"]
    cells = {cell.get("r", ""): _value(cell, package.texts) for cell in sheet.iter(f"{MAIN}c")}
    below: dict[str, float | str] = {}
    for address, label in cells.items():
        if isinstance(label, str) and label not in below:
            letters = address.rstrip("0123456789")
            below[label] = cells.get(f"{letters}{int(address[len(letters) :]) + 1}", "")
    return below


def _value(cell: etree._Element, texts: Sequence[str]) -> float | str:
    text = next((v.text or "" for v in cell.iter(f"{MAIN}v")), "")
    if cell.get("t") == "s":
        return texts[int(text)]
    return float(text) if text and cell.get("t", "n") == "n" else text


def _words(page: bytes) -> str:
    """Return the text of the page, each run of blanks as one space."""
    from pypdf import PdfReader

    return " ".join(PdfReader(BytesIO(page)).pages[0].extract_text().split())
