"""The command line for mail that goes out: `sop-xl pack`."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sop_xl.domain.errors import SopError
from sop_xl.entrypoints.command import Json, Workbook, show
from sop_xl.entrypoints.places import ledger_places, stamp, user_name
from sop_xl.entrypoints.progress import TerminalProgress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.ports import Mailer
    from sop_xl.ports import Workbook as Book
    from sop_xl.services.memory import Memory
    from sop_xl.services.pack_delivery import Delivery
    from sop_xl.services.packs import Packs
    from sop_xl.share.letters import Letter

PASSWORD = "SOP_XL_PACK_PASSWORD"
"""The variable of the environment that gives the password where nobody can be asked."""
MAIL_FILE = "mail.toml"


class Drafts(StrEnum):
    """How mails are made."""

    EML = "eml"
    SMTP = "smtp"
    OUTLOOK = "outlook"


Names = Annotated[list[str] | None, typer.Option("--recipient", help="Only this one; may be given again.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="Only this role; may be given again.")]
To = Annotated[Path | None, typer.Option("--to", help="Folder for the files. Default: beside the workbook.")]
Way = Annotated[Drafts | None, typer.Option("--drafts", help="Make a mail a recipient too.")]
Send = Annotated[bool, typer.Option("--send", help="With --drafts smtp: send; without it the mails are shown only.")]
Due = Annotated[str | None, typer.Option("--answer-by", metavar="YYYY-MM-DD", help="Default: in a week.")]
Months = Annotated[int, typer.Option(min=1, max=18, help="Months the forms ask about.")]
TemplateFile = Annotated[Path | None, typer.Option("--template", help="Subject, blank line, body of the mails.")]
Lock = Annotated[bool, typer.Option("--encrypt", help=f"Ask for a password, or take it from {PASSWORD}.")]
Csv = Annotated[bool, typer.Option("--csv", help="Forms as CSV too.")]
Approved = Annotated[
    bool, typer.Option("--approved", help="The approved plan, for plants and buyers; nothing to fill.")
]
Server = Annotated[Path | None, typer.Option("--mail-server", help=f"Default: {MAIL_FILE} in sop_xl's folder.")]


def pack(
    file: Workbook,
    to: To = None,
    roles: Roles = None,
    recipients: Names = None,
    drafts: Way = None,
    send: Send = False,
    answer_by: Due = None,
    months: Months = 6,
    template: TemplateFile = None,
    encrypt: Lock = False,
    csv: Csv = False,
    approved: Approved = False,
    mail_server: Server = None,
    json: Json = False,
) -> None:
    """Make the files that go out by mail: forms to fill, the executive workbook and its page, and drafts."""
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.memory import remembering
    from sop_xl.services.packs import PackWish
    from sop_xl.share.labels import label_of

    words = _template(template)
    password = _password() if encrypt else ""
    workbook = FileWorkbook(file)
    label = label_of(file.read_bytes())
    wish = PackWish(tuple(roles or ()), tuple(recipients or ()), months, _day(answer_by), label, approved)
    with remembering(workbook, ledger_places(str(file.resolve())), User(user_name(), stamp()), begin=False) as memory:
        packs = _made(workbook, memory, wish, password, quiet=json)
        folder = to or file.resolve().parent / f"Packs_{packs.cycle}"
        mailer, home = mailer_of(drafts, folder / "drafts", mail_server, send=send)
        dry = drafts is Drafts.SMTP and not send
        done = send_out(
            workbook, packs, folder, memory, mailer, template=words, password=password, csv=csv, home=home, dry=dry
        )
    show(json, delivery_json(done, packs, folder), delivery_text(done, packs, folder))


def _made(workbook: Any, memory: Memory, wish: Any, password: str, *, quiet: bool) -> Packs:
    from sop_xl.adapters.encryption import encrypted
    from sop_xl.services.compute import silent
    from sop_xl.services.packs import make_packs, protected
    from sop_xl.template.packs.printer import PackPrinter

    with nullcontext(silent) if quiet else TerminalProgress() as progress:
        packs = make_packs(workbook, memory, PackPrinter(), wish, progress)
    return protected(packs, lambda content: encrypted(content, password)) if password else packs


def send_out(
    workbook: Book,
    packs: Packs,
    folder: Path,
    memory: Memory,
    mailer: Mailer | None,
    *,
    template: str = "",
    password: str = "",
    csv: bool = False,
    home: str = "",
    dry: bool = False,
) -> Delivery:
    """Write the packs, keep in the workbook what they show, hand over their letters; `dry`: show the letters only."""
    from sop_xl.adapters.package.atomic import replace_whole
    from sop_xl.services.pack_delivery import Delivery, check_secret, deliver, letters_of, preview, store
    from sop_xl.services.packs import csv_files
    from sop_xl.services.tie_outs import keep_shown

    letters = letters_of(packs, template) if mailer or dry else []
    check_secret(letters, password)
    files = store(packs, folder, memory, replace_whole)
    if csv:
        for name, content in csv_files(packs, memory.ledger.pack_secret()).items():
            replace_whole(folder / name, content)
    kept = keep_shown(workbook, packs)
    notices = [*packs.notices, *memory.notices, *kept, *(preview(letters, home) if dry or home else [])]
    mails: Sequence[tuple[Letter, str]] = []
    if dry:
        notices.append("Nothing was sent: look at the list above, then run again with --send.")
    elif mailer:
        mails = deliver(letters, mailer, memory)
    return Delivery(files, tuple(mails), tuple(notices))


def mailer_of(drafts: Drafts | None, folder: Path, server: Path | None, *, send: bool) -> tuple[Mailer | None, str]:
    """Return the way mails go and the company's own domain, blank where it is not known.

    Args:
        drafts: what was asked for; None: no mails.
        folder: where `.eml` drafts go.
        server: the file that names the mail server; None: the one of this computer.
        send: whether to send by the server; otherwise there is no way, and the mails are only shown.

    Raises:
        SopError: they are to be sent by another way than a server.
        MailError: the way is not there.
    """
    if send and drafts is not Drafts.SMTP:
        raise SopError("--send goes with --drafts smtp: drafts are sent by whoever opens them.")
    if drafts is Drafts.EML:
        from sop_xl.adapters.mail.eml import EmlDrafts

        return EmlDrafts(folder, _now()), ""
    if drafts is Drafts.OUTLOOK:
        from sop_xl.adapters.mail.outlook import OutlookDrafts

        return OutlookDrafts(), ""
    if drafts is Drafts.SMTP:
        from sop_xl.adapters.mail.smtp import SmtpMailer, read_server
        from sop_xl.entrypoints.machine import Machine

        found = read_server(server or Machine.here().data / MAIL_FILE)
        return (SmtpMailer(found, _now()) if send else None), found.home_domain
    return None, ""


def _now() -> dt.datetime:
    return stamp().astimezone()


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as fault:
        raise SopError(f"--answer-by {text} is no day. Write it like 2026-11-12.") from fault


def _template(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise SopError(f"The template {file} cannot be read: {fault}.") from fault


def _password() -> str:
    found = os.environ.get(PASSWORD)
    return found or str(typer.prompt("Password of the packs", hide_input=True, confirmation_prompt=True, err=True))


def delivery_json(done: Delivery, packs: Packs, folder: Path) -> dict[str, Any]:
    """Return what went out as plain values."""
    return {
        "cycle": packs.cycle,
        "folder": str(folder),
        "packs": [
            {
                "form": pack.record.form.form_id,
                "kind": pack.record.kind,
                "recipient": pack.recipient.recipient,
                "role": pack.recipient.role,
                "address": pack.recipient.address,
                "file": str(place),
                "rows": pack.record.form.row_count,
                "sha256": pack.record.sha256,
                "version": pack.record.form.version,
                "answer_by": pack.record.form.expires.isoformat(),
            }
            for pack, place in done.files
        ],
        "mails": [{"to": letter.to, "subject": letter.subject, "where": where} for letter, where in done.mails],
        "notices": list(done.notices),
    }


def delivery_text(done: Delivery, packs: Packs, folder: Path) -> list[str]:
    """Return what went out as lines for a person."""
    lines = [
        f"{pack.record.form.form_id}  {pack.recipient.recipient}, {pack.recipient.role}: {place.name}"
        + (f", {pack.record.form.row_count} rows" if pack.record.rows else "")
        for pack, place in done.files
    ]
    mails = [f"{letter.to}: {where}" for letter, where in done.mails]
    head = f"{len(done.files)} packs of {packs.cycle} are in {folder}; none tells what its recipient may not see."
    return [*lines, *mails, *done.notices, head]
