"""Drafts in classic Outlook, through its object model: items are saved, never sent."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sop_xl.domain.mail_errors import MailError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sop_xl.share.letters import Letter

MAIL_ITEM, DISCARD = 0, 1
"""Outlook's numbers of a mail, and of closing an item without saving it (OlItemType, OlInspectorClose)."""


def running_outlook() -> Any:
    """Return Outlook, started where it does not run.

    Raises:
        MailError: there is no classic Outlook on this computer.
    """
    try:
        from win32com.client import Dispatch

        return Dispatch("Outlook.Application")
    except Exception as fault:
        raise MailError(
            "Classic Outlook is not there; the new Outlook cannot be driven by programs. Take --drafts eml instead."
        ) from fault


class OutlookDrafts:
    """Puts each letter into Outlook's folder of drafts."""

    event = "drafted"

    def __init__(self, outlook: Callable[[], Any] = running_outlook) -> None:
        """Take what gives Outlook's application object."""
        self._application = outlook()

    def deliver(self, letter: Letter) -> str:
        """Save one draft; return where it is.

        Raises:
            MailError: Outlook did not take it.
        """
        with tempfile.TemporaryDirectory(prefix="sop_xl_") as folder:
            try:
                item = self._application.CreateItem(MAIL_ITEM)
                item.To, item.Subject = letter.to, letter.subject
                item.Body = letter.body.replace("\n", "\r\n")
                for file in letter.attachments:
                    place = Path(folder) / file.name
                    place.write_bytes(file.content)
                    item.Attachments.Add(str(place))
                item.Save()
            except Exception as fault:
                with suppress(Exception):
                    item.Close(DISCARD)
                raise MailError(f"Outlook did not take the draft to {letter.to} ({fault}).") from fault
        return "in Outlook's drafts"
