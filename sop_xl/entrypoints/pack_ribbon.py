"""The buttons for mail that goes out: make the packs, and draft a mail a recipient."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sop_xl.domain.errors import SopError
from sop_xl.entrypoints.machine import is_web_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.ports import Mailer
    from sop_xl.services.actions import Context, Outcome


def make_all(context: Context, workbook: str, *, drafts: bool, outlook: Callable[[], Mailer] | None = None) -> Outcome:
    """Make the packs of everybody on the sheet Recipients into a folder beside the workbook.

    Once the last step of the cycle is signed, they are the approved plan for plants and buyers: nothing is asked then.

    Args:
        context: what actions work with.
        workbook: the workbook's whole path.
        drafts: whether to draft mails too: in classic Outlook where it is, else as `.eml` files.
        outlook: gives the way into Outlook; None: the one of this computer.

    Raises:
        SopError: the workbook has no folder to put them into, or they could not be made.
    """
    from sop_xl.entrypoints.pack_cli import send_out
    from sop_xl.services.actions import Outcome
    from sop_xl.services.memory import remembering
    from sop_xl.services.packs import PackWish, make_packs, plan_is_approved
    from sop_xl.share.labels import label_of
    from sop_xl.template.packs.printer import PackPrinter

    file = Path(workbook)
    if context.places is None or is_web_address(workbook) or not file.is_absolute():
        raise SopError("Packs are put beside the workbook: save it in a folder of this computer first.")
    label = label_of(file.read_bytes()) if file.is_file() else b""
    with remembering(context.workbook, context.places, context.user, begin=False) as memory:
        wish = PackWish(label=label, approved=plan_is_approved(context.workbook))
        packs = make_packs(context.workbook, memory, PackPrinter(), wish, context.progress)
        folder = file.parent / f"Packs_{packs.cycle}"
        mailer = _mailer(folder, context, outlook) if drafts else None
        done = send_out(context.workbook, packs, folder, memory, mailer)
    told = f", {len(done.mails)} mails are drafted and none is sent" if drafts else ""
    lines = (*(place.name for _, place in done.files), *(f"{letter.to}: {where}" for letter, where in done.mails))
    what = "packs of the approved plan" if wish.approved else "packs"
    return Outcome(f"{len(done.files)} {what} are in {folder}{told}.", details=(*done.notices, *lines))


def _mailer(folder: Path, context: Context, outlook: Callable[[], Mailer] | None) -> Mailer:
    from sop_xl.adapters.mail.eml import EmlDrafts
    from sop_xl.adapters.mail.outlook import OutlookDrafts
    from sop_xl.domain.mail_errors import MailError

    try:
        return (outlook or OutlookDrafts)()
    except MailError:
        return EmlDrafts(folder / "drafts", context.now.astimezone())
