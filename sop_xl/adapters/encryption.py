"""A password on an `.xlsx`, as Excel asks for it on opening."""

from __future__ import annotations

from io import BytesIO

from sop_xl.domain.errors import SopError

LEAST = 8


def encrypted(content: bytes, password: str) -> bytes:
    """Return an `.xlsx` encrypted with a password, which is neither kept nor told anywhere.

    Raises:
        SopError: the password is too short, or the library is missing.
    """
    if len(password) < LEAST:
        raise SopError(f"A password of a pack has {LEAST} characters or more.")
    try:
        from msoffcrypto.format.ooxml import OOXMLFile
    except ImportError as fault:
        raise SopError("The library msoffcrypto-tool is missing: pip install 'sop-xl[mail]'.") from fault
    out = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(password, out)
    return out.getvalue()
