"""What the commands for actuals share: files named in any order, answers, profiles, the open ledger."""

from __future__ import annotations

import json as json_text
from contextlib import contextmanager
from decimal import InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sop_xl.domain.errors import SopError
from sop_xl.entrypoints.places import ledger_places, open_workbook, stamp, user_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from sop_xl.actuals.profile import MappingProfile
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.ports import Ledger
    from sop_xl.services.memory import Memory
    from sop_xl.services.paste import Wish


def paste_and_book(first: Path, second: Path | None, workbook: Path | None) -> tuple[Path, Path]:
    """Return the file with actuals and the workbook, named in whichever order."""
    if workbook and second:
        raise SopError("Name the workbook once: as FILE.xlsm or with --workbook.")
    if workbook:
        return first, workbook
    if second is None:
        raise SopError("Name two files: the workbook and the file with actuals.")
    turned = second.suffix.lower() == ".xlsm" and first.suffix.lower() != ".xlsm"
    return (first, second) if turned else (second, first)


def open_book(path: Path) -> FileWorkbook:
    """Return the workbook file."""
    return open_workbook(path)


def places_of(path: Path) -> Any:
    """Return where the workbook's ledger may be."""
    return ledger_places(str(path.resolve()))


@contextmanager
def open_memory(path: Path, who: str) -> Iterator[tuple[FileWorkbook, Memory]]:
    """Give the workbook and its ledger, in step with each other."""
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import remembering

    book = open_book(path)
    user = User(who or user_name(), stamp())
    with remembering(book, places_of(path), user, begin=False) as memory:
        if memory.ledger.read_only:
            raise SopError(f"{memory.ledger.read_only} Nothing was changed.")
        yield book, memory


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger | None]:
    """Give the workbook's ledger to read in; None where there is none yet."""
    from sop_xl.services.memory import peeking

    with peeking(open_book(path), places_of(path)) as ledger:
        yield ledger


def wish_of(
    ledger: Ledger | None, mapping: str, answers: dict[str, str], control: dict[str, Decimal], **more: Any
) -> Wish:
    """Return what the user says with a paste; `mapping` is the name of a saved profile, or a file."""
    from sop_xl.services.paste import Wish

    profile = _read_profile(Path(mapping)) if is_file(mapping) else _saved_profile(ledger, mapping)
    name = "" if is_file(mapping) else mapping
    return Wish(answers, control, profile, name, **more)


def is_file(mapping: str) -> bool:
    """Whether a mapping names a file rather than a saved profile."""
    return mapping.lower().endswith(".json") or (bool(mapping) and Path(mapping).is_file())


def _saved_profile(ledger: Ledger | None, name: str) -> MappingProfile | None:
    """Return the saved profile of that name, a new one where there is none, None where none is named."""
    from sop_xl.actuals.profile import MappingProfile
    from sop_xl.services.profiles import saved

    if not name:
        return None
    return (saved(ledger) if ledger else {}).get(name) or MappingProfile(name=name)


def key_parts(texts: list[str]) -> dict[str, str]:
    """Return the parts of a key, given as `field=value` or as all five parts joined by ` | `."""
    from sop_xl.domain.batch import KEY_FIELDS

    if len(texts) == 1 and texts[0].count("|") == len(KEY_FIELDS) - 1:
        return dict(zip(KEY_FIELDS, (part.strip() for part in texts[0].split("|")), strict=True))
    parts = dict(text.partition("=")[::2] for text in texts if "=" in text)
    if len(parts) < len(texts) or not parts.keys() <= set(KEY_FIELDS):
        raise SopError(
            f"Write a key as field=value, such as item=A100 period=2026-10; fields: {', '.join(KEY_FIELDS)}."
        )
    return parts


def answers_of(texts: list[str], more: str) -> dict[str, str]:
    """Return answers by question: those of the file or JSON `more`, then those given one by one."""
    out = _answer_file(more) if more else {}
    for text in texts:
        head, found, choice = text.rpartition("=")
        if not found or ":" not in head:
            raise SopError(f"--answer {text}: write it as CODE:COLUMN=CHOICE, such as P04:Umsatz=comma.")
        out[head.strip()] = choice.strip()
    return out


def _answer_file(given: str) -> dict[str, str]:
    """Return answers from JSON, or from the file that holds it."""
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8")
        found = json_text.loads(text)
    except (OSError, ValueError) as fault:
        raise SopError(f"--answers {given} cannot be read ({fault}).") from fault
    if not isinstance(found, dict) or not all(isinstance(choice, str) for choice in found.values()):
        raise SopError('--answers: write a JSON object such as {"P04:Umsatz": "comma"}.')
    return found


def control_of_texts(texts: list[str]) -> dict[str, Decimal]:
    """Return control totals by amount."""
    from sop_xl.actuals.check import control_of

    out: dict[str, Decimal] = {}
    for text in texts:
        try:
            out |= control_of(text)
        except (ValueError, InvalidOperation):
            message = f"--control-total {text}: write a number such as 1204118.37, or quantity=5000."
            raise SopError(message) from None
    return out


def _read_profile(path: Path) -> MappingProfile:
    from sop_xl.actuals.profile import MappingProfile

    if not path.exists():
        return MappingProfile(name=path.stem)
    try:
        return MappingProfile.from_json(json_text.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as fault:
        raise SopError(f"{path} is no mapping profile ({fault}). Delete it and answer the questions again.") from fault


def write_profile(path: Path, profile: MappingProfile) -> None:
    """Keep a profile in a file of the user's."""
    try:
        path.write_text(json_text.dumps(profile.to_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as fault:
        raise SopError(f"{path} cannot be written ({fault.strerror}); the answers were not kept.") from fault
