"""The mail a pack goes with: subject and body from a template, as a message any mail program opens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from string import Template
from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

ASKED = """$company: your part of the S&OP of $month, please answer by $due

Dear $name,

your form of the $month cycle is attached. Please fill the yellow cells, choose a reason where you change a
figure, and send the file back by $due by answering this mail. A blank cell means: nothing to say.

What changed since the last cycle:

$lines

$decisions$files

$company planning
"""
DECIDED = """$company: S&OP of $month, pre-read

Dear $name,

the plan of the $month cycle is attached: one page as PDF, and the workbook with the same figures.

What changed since the last cycle, and why:

$lines

$decisions$files

$company planning
"""
APPROVED = """$company: the approved plan of $month

Dear $name,

the plan of the $month cycle is approved. Attached is your part of it; it takes the place of what was sent before.

What changed since the last cycle, and why:

$lines

$decisions$files

$company planning
"""
TEMPLATES: Mapping[str, str] = {"form": ASKED, "executive": DECIDED, "plan": APPROVED}
"""By kind of pack: the first line is the subject, the rest after a blank line the body."""
PLACEHOLDERS = ("company", "month", "due", "name", "lines", "decisions", "files", "version")
TYPES = {
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".pdf": ("application", "pdf"),
    ".csv": ("text", "csv"),
}


class LetterError(SopError):
    """A mail cannot be made from the template or the table of recipients."""


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """One mail to one recipient.

    Attributes:
        to: the address.
        subject: one line.
        body: plain text.
        attachments: the files, in order.
        form_id: the pack it carries.
    """

    to: str
    subject: str
    body: str
    attachments: tuple[Attachment, ...]
    form_id: str


def written(template: str, words: Mapping[str, str]) -> tuple[str, str]:
    """Return subject and body of a template with its placeholders filled in.

    Raises:
        LetterError: it has no subject line, or names a placeholder there is none of.
    """
    subject, blank, body = template.partition("\n\n")
    if not blank or "\n" in subject.strip():
        raise LetterError("The template of the mail needs the subject as its first line, and a blank line below it.")
    try:
        told = {name: " ".join(value.split()) for name, value in words.items()}
        return Template(subject.strip()).substitute(told), Template(body).substitute(words)
    except (KeyError, ValueError) as fault:
        known = ", ".join(f"${name}" for name in PLACEHOLDERS)
        raise LetterError(
            f"The template of the mail has a placeholder that is not known ({fault}). Known: {known}."
        ) from fault


def numbered(lines: Sequence[str]) -> str:
    """Return sentences as a numbered list."""
    return "\n".join(f"{k:>2}. {line}" for k, line in enumerate(lines, 1)) or "    nothing to tell."


def listed(title: str, lines: Sequence[str]) -> str:
    """Return sentences below a title as a paragraph of their own; blank where there is none."""
    return "".join([f"{title}\n\n", *(f"  - {line}\n" for line in lines), "\n"]) if lines else ""


def message_of(letter: Letter, *, sender: str, date: dt.datetime, draft: bool) -> EmailMessage:
    """Return a letter as a message.

    Args:
        letter: the letter.
        sender: from whom; blank in a draft: the program that opens it fills it in.
        date: its date, by a clock that knows its time zone or not.
        draft: whether it is marked as not sent yet (`X-Unsent`), so that Outlook opens it to be edited.

    Raises:
        LetterError: the subject or an address holds what could become another header.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["To"] = _address(letter.to)
        if sender:
            message["From"] = _address(sender)
        message["Subject"] = letter.subject
    except (ValueError, IndexError) as fault:
        raise LetterError(f"The mail to {letter.to!r} cannot be made: {fault}.") from fault
    message["Date"] = format_datetime(date)
    message["Message-ID"] = make_msgid(idstring=re.sub(r"\W", "", letter.form_id), domain="sop-xl.invalid")
    if draft:
        message["X-Unsent"] = "1"
    message.set_content(letter.body)
    for file in letter.attachments:
        main, sub = TYPES.get("." + file.name.rpartition(".")[2], ("application", "octet-stream"))
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message


def _address(text: str) -> Address:
    if any(ord(c) < 32 for c in text):
        raise ValueError("an address is one line")
    return Address(addr_spec=text)


def outside(addresses: Sequence[str], home: str) -> list[str]:
    """Return the addresses that are not of the domain `home`; all where it is blank."""
    return [a for a in addresses if a.rpartition("@")[2].casefold() != home.casefold()]
