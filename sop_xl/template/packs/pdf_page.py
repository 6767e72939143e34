"""A page to draw on in points from its top left corner, in the workbook's type and colours."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from sop_xl.template.style import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = landscape(A4)
PLACES = (
    "C:/Windows/Fonts",
    "/Library/Fonts",
    "/System/Library/Fonts/Supplemental",
    "/usr/share/fonts/truetype/liberation",
    "/usr/share/fonts/truetype/liberation2",
    "/usr/share/fonts/liberation-sans",
    "/usr/share/fonts/truetype/dejavu",
    "/usr/share/fonts/dejavu",
)
FACES = (
    ("arial.ttf", "arialbd.ttf"),
    ("Arial.ttf", "Arial Bold.ttf"),
    ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("Vera.ttf", "VeraBd.ttf"),
)
"""Arial and its twins first; Vera comes with the library, so that there always is one."""
REGULAR, BOLD = "sop-regular", "sop-bold"
MISSING = "?"


class Page:
    """One A4 page, landscape. Lengths are points; y counts down from the top."""

    def __init__(self, title: str, author: str) -> None:
        """Start the page; the same content gives the same bytes."""
        _register()
        self._bytes = BytesIO()
        self.canvas = Canvas(self._bytes, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self._known = pdfmetrics.getFont(REGULAR).face.charToGlyph

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 8,
        bold: bool = False,
        ink: str = INK,
        align: str = "left",
    ) -> None:
        """Write one line whose baseline is at y; characters the font lacks become `?`."""
        self.canvas.setFont(BOLD if bold else REGULAR, size)
        self.canvas.setFillColor(HexColor(ink))
        draw = {
            "left": self.canvas.drawString,
            "right": self.canvas.drawRightString,
            "mid": self.canvas.drawCentredString,
        }
        draw[align](x, HEIGHT - y, self._drawable(words))

    def fitted(
        self, x: float, y: float, words: str, width: float, *, size: float, least: float = 6, **more: Any
    ) -> None:
        """Write one line, smaller where it is too wide, cut with dots where even that does not help."""
        bold = bool(more.get("bold"))
        while size > least and self.width(words, size, bold=bold) > width:
            size -= 0.5
        while words and self.width(words, size, bold=bold) > width:
            words = words[:-2].rstrip() + "…"
        self.text(x, y, words, size=size, **more)

    def wrapped(self, x: float, y: float, words: str, width: float, *, size: float = 7.5, lead: float = 9.5) -> float:
        """Write a paragraph and return the y of the line after it."""
        for line in self.lines(words, width, size):
            self.text(x, y, line, size=size)
            y += lead
        return y

    def lines(self, words: str, width: float, size: float) -> list[str]:
        """Return words broken into lines no wider than `width`."""
        found, line = [], ""
        for word in words.split():
            longer = f"{line} {word}".strip()
            if line and self.width(longer, size) > width:
                found.append(line)
                line = word
            else:
                line = longer
        return [*found, line] if line else found

    def width(self, words: str, size: float, *, bold: bool = False) -> float:
        """Return how wide a line is."""
        return float(pdfmetrics.stringWidth(self._drawable(words), BOLD if bold else REGULAR, size))

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = "", line: str = "") -> None:
        """Draw a box whose top left corner is at x, y."""
        if fill:
            self.canvas.setFillColor(HexColor(fill))
        if line:
            self.canvas.setStrokeColor(HexColor(line))
            self.canvas.setLineWidth(0.5)
        self.canvas.rect(x, HEIGHT - y - height, width, height, stroke=int(bool(line)), fill=int(bool(fill)))

    def hatched(self, x: float, y: float, width: float, height: float, ink: str) -> None:
        """Draw a box filled with strokes: a plan, not yet a fact."""
        self.canvas.saveState()
        path = self.canvas.beginPath()
        path.rect(x, HEIGHT - y - height, width, height)
        self.canvas.clipPath(path, stroke=0)
        step = 2.6
        for k in range(int((width + height) / step) + 1):
            start = x - height + k * step
            self.path([(start, y + height), (start + height, y)], ink, 0.6)
        self.canvas.restoreState()
        self.box(x, y, width, height, line=ink)

    def path(self, points: Sequence[tuple[float, float]], ink: str, width: float = 1, *, dashed: bool = False) -> None:
        """Draw a line through points."""
        self.canvas.setStrokeColor(HexColor(ink))
        self.canvas.setLineWidth(width)
        self.canvas.setDash((3, 2) if dashed else ())
        path = self.canvas.beginPath()
        for k, (x, y) in enumerate(points):
            (path.lineTo if k else path.moveTo)(x, HEIGHT - y)
        self.canvas.drawPath(path, stroke=1, fill=0)
        self.canvas.setDash(())

    def finish(self) -> bytes:
        """Close the page and return the bytes of the PDF."""
        self.canvas.showPage()
        self.canvas.save()
        return self._bytes.getvalue()

    def _drawable(self, words: str) -> str:
        return "".join(c if ord(c) in self._known or c == " " else MISSING for c in words)


def _register() -> None:
    if REGULAR in pdfmetrics.getRegisteredFontNames():
        return
    for regular, bold in FACES:
        for folder in ("", *PLACES):
            paths = [str(Path(folder) / name) if folder else name for name in (regular, bold)]
            try:
                fonts = [TTFont(name, path) for name, path in zip((REGULAR, BOLD), paths, strict=True)]
            except (TTFError, OSError):
                continue
            for font in fonts:
                pdfmetrics.registerFont(font)
            return
