"""Packs leave: into a folder, into the ledger's log, and as mails drafted or sent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError
from sop_xl.services.packs import words_of
from sop_xl.share.collect import reminder
from sop_xl.share.letters import TEMPLATES, Attachment, Letter, LetterError, outside, written
from sop_xl.share.records import PackEvent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sop_xl.ports import Mailer
    from sop_xl.services.memory import Memory
    from sop_xl.services.packs import MadePack, Packs
    from sop_xl.share.collect import Missing


@dataclass(frozen=True)
class Delivery:
    """Where packs went.

    Attributes:
        files: each pack and the place of its file.
        mails: each letter and where it is now.
        notices: what the user should know.
    """

    files: tuple[tuple[MadePack, Path], ...]
    mails: tuple[tuple[Letter, str], ...]
    notices: tuple[str, ...]


def store(
    packs: Packs, folder: Path, memory: Memory, write: Callable[[Path, bytes], None]
) -> tuple[tuple[MadePack, Path], ...]:
    """Keep packs in the ledger, then write their files; a form nobody remembers must never leave.

    Args:
        packs: what was made.
        folder: where the files go; made where it is not there.
        memory: the ledger, and on whose behalf.
        write: writes a file as a whole.

    Raises:
        LedgerError: the ledger could not be written; no file was.
        SopError: the folder or a file cannot be written.
    """
    places = tuple((pack, folder / name) for pack, name in zip(packs.made, _names(packs.made), strict=True))
    memory.ledger.log_packs([pack.record for pack in packs.made])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for pack, place in places:
            write(place, pack.content)
    except OSError as fault:
        raise SopError(
            f"The packs could not be written to {folder} ({fault.strerror}). Name another folder: --to."
        ) from fault
    return places


def _names(made: Sequence[MadePack]) -> list[str]:
    """Return the files' names, told apart by the form's number where two recipients' are alike."""
    names: list[str] = []
    for pack in made:
        stem, dot, suffix = pack.name.rpartition(".")
        twice = pack.name.casefold() in (name.casefold() for name in names)
        names.append(f"{stem}_{pack.record.form.form_id}{dot}{suffix}" if twice else pack.name)
    return names


def letters_of(packs: Packs, template: str = "") -> list[Letter]:
    """Return one letter a recipient, with all files that are theirs.

    Args:
        packs: what was made.
        template: subject and body with placeholders; blank: ours, by kind of pack.

    Raises:
        LetterError: the template cannot be filled in.
    """
    letters = []
    for _, group in groupby(packs.made, key=lambda pack: (pack.recipient.recipient, pack.recipient.role)):
        mine = list(group)
        first = mine[0].record
        files = tuple(Attachment(pack.name, pack.content) for pack in mine)
        words = words_of(mine[0], first.form.company, [file.name for file in files])
        subject, body = written(template or TEMPLATES[first.kind], words)
        letters.append(Letter(first.address, subject, body, files, first.form.form_id))
    return letters


def check_secret(letters: Sequence[Letter], password: str) -> None:
    """Check that no mail tells the password of what it carries.

    Raises:
        LetterError: one does.
    """
    if password and any(password in text for letter in letters for text in (letter.subject, letter.body)):
        raise LetterError("The mail would tell the password of the file it carries. Take it out of the template.")


def reminders(missing: Sequence[Missing], today: dt.date) -> list[Letter]:
    """Return a letter to each who has not answered."""
    return [Letter(one.address, *reminder(one.form, today), (), one.form.form_id) for one in missing]


def deliver(letters: Sequence[Letter], mailer: Mailer, memory: Memory, what: str = "") -> list[tuple[Letter, str]]:
    """Hand letters over one by one, and keep in the ledger who got which version; return where each is.

    What was handed over before a failure stays handed over, and is in the ledger.

    Args:
        letters: the letters, each about one pack.
        mailer: the way they go.
        memory: the ledger, and on whose behalf.
        what: what they are, before "to"; blank: they carry the pack.

    Raises:
        MailError: a letter could not be handed over.
    """
    done: list[tuple[Letter, str]] = []
    try:
        for letter in letters:
            done.append((letter, mailer.deliver(letter)))
    finally:
        user = memory.user
        hashes = {pack.form.form_id: pack.sha256 for pack in memory.ledger.packs()}
        events = [
            PackEvent(
                letter.form_id,
                mailer.event,
                user.at,
                user.name,
                f"{what}to {letter.to}: {where}",
                hashes[letter.form_id],
            )
            for letter, where in done
        ]
        memory.ledger.log_packs(events=events)
    return done


def preview(letters: Sequence[Letter], home: str) -> list[str]:
    """Return recipients and attachments as lines, and a warning for addresses outside `home`."""
    lines = [f"{letter.to:<44} {', '.join(file.name for file in letter.attachments)}" for letter in letters]
    strange = outside([letter.to for letter in letters], home)
    if home and strange:
        lines.append(f"Outside {home}: {', '.join(strange)}")
    return lines
