"""The leak lint of the page as PDF: no scripts, links or files inside, no name but the team's, no paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sop_xl.share.leak_parts import ADDRESS, PLACES
from sop_xl.share.leaks import Leak

if TYPE_CHECKING:
    from collections.abc import Iterable

ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/URI", b"/EmbeddedFile", b"/OpenAction", b"/RichMedia", b"/AcroForm")
AUTHOR = re.compile(rb"/Author\s*\(((?:\\.|[^\\)])*)\)", re.DOTALL)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
OCTAL = tuple(b"%d" % digit for digit in range(8))
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pdf_leaks(content: bytes, author: str, texts: Iterable[str]) -> list[Leak]:
    """Return all that must not leave with a PDF.

    Args:
        content: its bytes.
        author: the team's name.
        texts: what is written on it, which its compressed streams do not show.
    """
    found = [
        Leak("active-content", "pdf", word.decode()) for word in ACTIVE if re.search(re.escape(word) + rb"\b", content)
    ]
    named = AUTHOR.search(content)
    name = _text(named.group(1)) if named else ""
    if name != author:
        found.append(Leak("author", "pdf", f"the author is {name!r}, not {author!r}"))
    for text in texts:
        for rule, pattern in (("path", PLACES), ("address", ADDRESS)):
            if pattern.search(text.encode()):
                found.append(Leak(rule, "pdf", repr(text[:60])))
    return found


def _text(literal: bytes) -> str:
    """Return what a PDF's literal string says: escapes undone, UTF-16 where it begins with its mark."""
    plain = ESCAPED.sub(lambda found: _unescaped(found.group(1)), literal)
    return plain.decode("utf-16") if plain.startswith((b"\xfe\xff", b"\xff\xfe")) else plain.decode("latin-1")


def _unescaped(code: bytes) -> bytes:
    return bytes([int(code, 8) & 255]) if code[:1] in OCTAL else LETTERS.get(code, code)
