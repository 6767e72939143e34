"""What the ledger keeps of packs: who got which file of which version, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from sop_xl.share.form import Form, FormRow


@dataclass(frozen=True)
class PackRecord:
    """One file that was made for one recipient.

    Attributes:
        form: its identity; `row_count` 0 and no sheets where it asks for nothing.
        kind: form, executive, summary (the page as PDF) or plan (the approved one).
        address: where it goes.
        who: who made it.
        run: the run whose results it shows, `R0007`.
        file: its name.
        sha256: the hash of its content.
        rows: what it asks for; empty when read back by `Ledger.packs`, `Ledger.pack_rows` gives them.
    """

    form: Form
    kind: str
    address: str
    who: str
    run: str
    file: str
    sha256: str
    rows: tuple[FormRow, ...] = ()


@dataclass(frozen=True)
class PackEvent:
    """Something that happened to a pack.

    Attributes:
        form_id: which pack.
        event: drafted, sent, returned, merged, ...
        at, who: when and by whom.
        detail: in words: the way it went, or came.
        sha256: the hash of the file concerned.
    """

    form_id: str
    event: str
    at: dt.datetime
    who: str
    detail: str = ""
    sha256: str = ""
