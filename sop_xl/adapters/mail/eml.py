"""Drafts as `.eml` files: marked as not sent, so that mail programs open them to be edited and sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sop_xl.domain.mail_errors import MailError
from sop_xl.share.letters import message_of

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from sop_xl.share.letters import Letter


class EmlDrafts:
    """Writes each letter as a file of its own into a folder."""

    event = "drafted"

    def __init__(self, folder: Path, date: dt.datetime) -> None:
        """Take the folder, and the date the drafts bear."""
        self._folder = folder
        self._date = date

    def deliver(self, letter: Letter) -> str:
        """Write one draft; return its file.

        Raises:
            MailError: it cannot be written.
        """
        name = re.sub(r"[^\w@.-]+", "_", f"{letter.form_id}_{letter.to}") + ".eml"
        place = self._folder / name
        message = message_of(letter, sender="", date=self._date, draft=True)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            place.write_bytes(bytes(message))
        except OSError as fault:
            raise MailError(
                f"The draft {name} could not be written ({fault.strerror}). Name another folder."
            ) from fault
        return name
