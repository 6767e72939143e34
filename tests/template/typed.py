"""Type into cells of a workbook's bytes, as a user would: for templates that no adapter has written to."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

Typed = dict[tuple[str, str], str | float]
"""Sheet and address to what is typed there."""


def type_into(workbook: bytes, typed: Typed) -> bytes:
    """Return the workbook with these cells filled; each must be there, styled and unlocked or not, and be blank."""
    source = zipfile.ZipFile(io.BytesIO(workbook))
    parts = {name: source.read(name) for name in source.namelist()}
    sheets = re.findall(r'<sheet [^>]*name="([^"]+)"', parts["xl/workbook.xml"].decode())
    for (sheet, address), value in typed.items():
        name = f"xl/worksheets/sheet{sheets.index(escape(sheet)) + 1}.xml"
        text, count = re.subn(
            rf'<c r="{address}"( s="\d+")?/>', lambda m, a=address, v=value: _cell(a, m[1], v), parts[name].decode()
        )
        assert count == 1, f"{sheet}!{address} is not a blank cell"
        parts[name] = text.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return out.getvalue()


def _cell(address: str, style: str | None, value: str | float) -> str:
    if isinstance(value, str):
        return f'<c r="{address}"{style or ""} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{address}"{style or ""}><v>{value!r}</v></c>'
