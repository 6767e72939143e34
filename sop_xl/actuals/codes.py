"""Codes of items, markets and locations against the company's lists: exact first, then what may be meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sop_xl.actuals.findings import Act, Findings
from sop_xl.actuals.text import code_text, has_control, is_mixed_script, latin_twin, name_of
from sop_xl.schema.values import as_text, is_blank, is_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sop_xl.actuals.records import Records
    from sop_xl.domain.cells import Value

LONGEST = 255
SUGGESTED = 25
"""Unknown codes for which the nearest ones are looked up; that is slow."""
_ZEROS = re.compile(r"0+")


@dataclass(frozen=True)
class Verdict:
    """What one written code is: the code meant ("" where none), and what is said about it."""

    code: str = ""
    remark: str = ""
    act: Act = Act.GOOD
    message: str = ""
    suggestion: str = ""


class CodeList:
    """The codes of one list, prepared for looking up what exports write."""

    def __init__(self, what: str, codes: Iterable[str], names: Mapping[str, str] | None = None) -> None:
        """Take the codes, what one of them is called, and names that stand for a code."""
        self.what = what
        self.codes = {code: code for code in codes}
        self._folded = _index(self.codes, str.casefold)
        self._stripped = _index(self.codes, _stripped)
        self._names = _index(names or {}, name_of)
        self._by_name = dict(names or {})
        self._asked = 0

    def verdict(self, value: Value, shown: str = "", aliases: Mapping[str, str] | None = None) -> Verdict:
        """Return what `value` is.

        Args:
            value: the cell; not blank, no error.
            shown: what the cell shows where a number format adds zeros; "" where it shows the value.
            aliases: codes the user mapped, folded.
        """
        written = as_text(value)
        code = code_text(value)
        if len(code) > LONGEST:
            return Verdict(
                "", "P35", Act.BAD, f"The text is {len(code):,} characters long; a code has at most {LONGEST}."
            )
        if shown in self.codes:
            return Verdict(shown)
        if code in self.codes:
            return self._exact(value, written, code)
        if alias := (aliases or {}).get(code.casefold(), ""):
            return self._mapped(code, alias)
        return self._near(code)

    def _exact(self, value: Value, written: str, code: str) -> Verdict:
        if isinstance(value, str) and (value != code or written != code):
            if has_control(value):
                return Verdict(code, "P35", Act.FIXED, f"Control characters were left out of '{code}'.")
            return Verdict(code, "P31", Act.FIXED, f"Spaces or marks that nobody sees were left out of '{code}'.")
        return Verdict(code)

    def _mapped(self, code: str, alias: str) -> Verdict:
        if alias in self.codes:
            return Verdict(alias, "P10", Act.FIXED, f"'{code}' is mapped to {alias}.")
        return Verdict(
            "", "P10", Act.BAD, f"{self.what} '{code}' is mapped to '{alias}', which is not in the list either."
        )

    def _near(self, code: str) -> Verdict:
        twin = latin_twin(code)
        if twin != code and (twin in self.codes or is_mixed_script(code)):
            meant = twin if twin in self.codes else ""
            hint = f" It looks like {meant}." if meant else ""
            message = f"{self.what} '{code}' holds Cyrillic or Greek letters that look Latin.{hint} Correct the source."
            return Verdict("", "P31", Act.BAD, message, meant)
        if (plain := unicodedata.normalize("NFKC", code)) != code and plain in self.codes:
            return Verdict(
                plain, "P31", Act.FIXED, f"'{code}' was read as {plain}: its characters are of another width."
            )
        if (hits := self._folded.get(code.casefold(), ())) and len(hits) == 1:
            return Verdict(hits[0], "P31", Act.FIXED, f"'{code}' was read as {hits[0]}: capitals differ.")
        if (hits := self._stripped.get(_stripped(code), ())) and len(hits) == 1:
            return Verdict(hits[0], "P09", Act.WARN, f"'{code}' matched to {hits[0]} by adding zeros.", hits[0])
        if len(hits) > 1:
            both = " or ".join(hits[:3])
            return Verdict("", "P10", Act.BAD, f"{self.what} '{code}' may be {both}. Write it in full.", hits[0])
        if (hits := self._names.get(name_of(code), ())) and len(hits) == 1:
            return Verdict(
                self._code_of(hits[0]), "P10", Act.FIXED, f"'{code}' is the name of {self._code_of(hits[0])}."
            )
        return self._unknown(code)

    def _code_of(self, name: str) -> str:
        return self._by_name[name]

    def _unknown(self, code: str) -> Verdict:
        self._asked += 1
        wanted = self._asked <= SUGGESTED and len(code) <= 40
        near = difflib.get_close_matches(code, list(self.codes)[:5000], n=3, cutoff=0.6) if wanted else []
        hint = f" Nearest: {', '.join(near)}." if near else ""
        message = f"{self.what} '{code[:60]}' is not in the {self.what.lower()} list. Add it or map it.{hint}"
        return Verdict("", "P10", Act.BAD, message, near[0] if near else "")


def _stripped(code: str) -> str:
    """Return a code without the zeros it begins with, folded; a code with none of its own keeps one."""
    return (code.lstrip("0") or "0").casefold()


def _index(words: Iterable[str], fold: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for word in words:
        key = fold(word)
        if key:
            out[key] = (*out.get(key, ()), word)
    return out


def read_codes(
    records: Records, field: str, codes: CodeList, found: Findings, *, required: bool, among: np.ndarray | None = None
) -> np.ndarray:
    """Return the code of each record, "" for none; what is not in the list is bad.

    Args:
        records: the records.
        field: `item`, `market` or `location`.
        codes: the list they are looked up in.
        found: takes what is found.
        required: whether a blank is a fault.
        among: the records that this list is for; shape (n,). Left out: all.
    """
    cells = records.keys(field)
    out = np.full(len(records), "", dtype=object)
    fixed = records.layout.fixed.get(field, "")
    if cells is None:
        out[:] = fixed if fixed in codes.codes else ""
        return out
    aliases = found.answers.start_with("P10")
    live = ~records.out & ~records.totals & (True if among is None else among)
    places: dict[tuple[type, Value, str], list[int]] = {}
    for k, cell in enumerate(cells):
        if live[k]:
            places.setdefault((type(cell), cell, _shown(records, k, field, cell)), []).append(k)
    header = records.layout.names(field)[0]
    for (_, cell, shown), hits in places.items():
        out[hits] = _judge(records, field, cell, shown, hits, codes, aliases, header, found, required=required)
    return out


def _judge(
    records: Records,
    field: str,
    cell: Value,
    shown: str,
    hits: list[int],
    codes: CodeList,
    aliases: Mapping[str, str],
    header: str,
    found: Findings,
    *,
    required: bool,
) -> str:
    where = records.address(hits[0], field)
    if is_error(cell):
        found.add("P15", Act.BAD, f"{where} holds the error {cell}; fix it in the source.", hits, column=header)
        return ""
    if is_blank(cell):
        if required:
            found.add("P10", Act.BAD, f"{where}: the {codes.what.lower()} is missing.", hits, column=header)
        return ""
    verdict = codes.verdict(cell, shown, aliases)
    if verdict.remark:
        text = f"{where}: {verdict.message}" if verdict.act is Act.BAD else verdict.message
        value, suggestion = as_text(cell)[:80], verdict.suggestion
        found.add(verdict.remark, verdict.act, text, hits, column=header, value=value, suggestion=suggestion)
    return verdict.code


def _shown(records: Records, k: int, field: str, cell: Value) -> str:
    """Return what a number cell shows where its format is made of zeros: 123 as 00123."""
    if not isinstance(cell, int | float) or isinstance(cell, bool) or not float(cell).is_integer() or cell < 0:
        return ""
    column = records.column_of(k, field)
    form = records.raw.formats.get((int(records.rows[k]), column or 0), "")
    return f"{int(cell):0{len(form)}d}" if _ZEROS.fullmatch(form) and len(form) > 1 else ""
