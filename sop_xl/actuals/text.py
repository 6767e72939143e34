"""Text as exports write it: spaces of all kinds, marks nobody sees, letters that look like others."""

from __future__ import annotations

import re
import unicodedata

from sop_xl.schema.values import SPACES, as_text

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c"))
_SIGNS = {ord(c): "-" for c in "\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"} | {
    ord(c): "'" for c in "\u2019\u2018\u02bc\u00b4`"
}
_PUNCTUATION = re.compile(r"[^0-9a-z]+")
_LOOK_ALIKE = str.maketrans(
    "АВЕКМНОРСТХУІЈЅаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABEKMHOPCTXYIJSaeopcyxijsABEZHIKMNOPTYXo",
)
"""Cyrillic and Greek letters that look like Latin ones."""


def number_text(text: str) -> str:
    """Return the text of a number in plain characters: ordinary digits, spaces, minus and apostrophe."""
    if text.isascii():
        return text.strip()
    plain = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(SPACES).translate(_SIGNS)
    return plain.strip()


def name_of(value: object) -> str:
    """Return a header as it is compared: lower case, no accents, words apart by one space."""
    text = as_text(value).replace("ß", "ss") if value is not None else ""
    folded = unicodedata.normalize("NFKD", text.translate(SPACES)).casefold()
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return _PUNCTUATION.sub(" ", letters).strip()


def code_text(value: object) -> str:
    """Return a code as it is compared: trimmed, spaces inside plain, marks nobody sees left out, NFC."""
    text = as_text(value)
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(_INVISIBLE)).strip()


def latin_twin(text: str) -> str:
    """Return the text with letters that look Latin made Latin; the same text where there is none."""
    return text if text.isascii() else text.translate(_LOOK_ALIKE)


def is_mixed_script(text: str) -> bool:
    """Whether Latin letters stand beside Cyrillic or Greek ones in one word."""
    return not text.isascii() and any(len(_scripts(word)) > 1 for word in text.split())


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(c, "").split(" ")[0] for c in word if c.isalpha())
    return {name for name in names if name in ("LATIN", "CYRILLIC", "GREEK")}


def has_control(text: str) -> bool:
    """Whether control characters stand in it, tabs and line breaks not counted."""
    return not text.isprintable() and any(c < " " and c not in "\t\r\n" for c in text)
