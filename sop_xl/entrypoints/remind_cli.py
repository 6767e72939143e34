"""`sop-xl remind WORKBOOK`: who has not answered their form, and a mail to each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sop_xl.entrypoints.command import Json, Workbook, show
from sop_xl.entrypoints.pack_cli import Drafts, Send, Server, To, Way, mailer_of
from sop_xl.entrypoints.places import ledger_places, stamp, user_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.share.collect import Missing
    from sop_xl.share.letters import Letter


def remind(
    file: Workbook,
    drafts: Way = None,
    to: To = None,
    send: Send = False,
    mail_server: Server = None,
    json: Json = False,
) -> None:
    """List who has not answered their form of this cycle; with --drafts, a reminder to each. None is sent by itself."""
    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.services.collect import missing_answers
    from sop_xl.services.ledger_sync import User
    from sop_xl.services.log import current_cycle, read_log
    from sop_xl.services.memory import remembering
    from sop_xl.services.pack_delivery import deliver, preview, reminders

    workbook, user = FileWorkbook(file), User(user_name(), stamp())
    cycle = current_cycle(read_log(workbook))
    with remembering(workbook, ledger_places(str(file.resolve())), user, begin=False) as memory:
        missing = missing_answers(memory.ledger, cycle)
        letters = reminders(missing, user.at.date())
        folder = to or file.resolve().parent / f"Packs_{cycle}" / "reminders"
        mailer, home = mailer_of(drafts, folder, mail_server, send=send)
        mails = deliver(letters, mailer, memory, "reminder ") if mailer else []
    dry = drafts is Drafts.SMTP and not send
    notices = [*preview(letters, home), "Nothing was sent: look, then run again with --send."] if dry else []
    show(json, _value(missing, letters, mails, notices), _lines(missing, mails, notices, cycle))


def _value(
    missing: Sequence[Missing], letters: Sequence[Letter], mails: Sequence[tuple[Letter, str]], notices: Sequence[str]
) -> dict[str, Any]:
    told = [
        {
            "recipient": one.form.recipient,
            "role": one.form.role,
            "address": one.address,
            "form": one.form.form_id,
            "due": one.form.expires.isoformat(),
            "subject": letter.subject,
            "body": letter.body,
        }
        for one, letter in zip(missing, letters, strict=True)
    ]
    return {
        "missing": told,
        "mails": [{"to": letter.to, "where": where} for letter, where in mails],
        "notices": list(notices),
    }


def _lines(
    missing: Sequence[Missing], mails: Sequence[tuple[Letter, str]], notices: Sequence[str], cycle: str
) -> list[str]:
    waiting = [
        f"{one.form.recipient}, {one.form.role}, {one.address}: {one.form.form_id}, due {one.form.expires}"
        for one in missing
    ]
    head = (
        f"{len(missing)} forms of {cycle} are not answered yet." if missing else f"Every form of {cycle} is answered."
    )
    return [*waiting, *(f"{letter.to}: {where}" for letter, where in mails), *notices, head]
