"""Faults of mail."""

from __future__ import annotations

from sop_xl.domain.errors import SopError


class MailError(SopError):
    """A letter could not be handed over; the message says where and what to do."""
