"""The add-in sop_xl.xlam: the same tab and code for every workbook, also a macro-free .xlsx that came by mail.

Its xlwings acts on the workbook in front. Where it is loaded, workbooks made from the template hide their
own tab. Formulas with SOP_ functions in such a workbook keep using the functions the workbook carries.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import xlsxwriter

import sop_xl
from sop_xl.template.book import CREATED
from sop_xl.template.macros import add_macros
from sop_xl.template.package import house_theme, pack, unpack
from sop_xl.template.vba_modules import ADDIN_FILE, WORKBOOK_CODE_NAME, addin_project, code_name

if TYPE_CHECKING:
    from pathlib import Path

SHEET = "About"
WORDS = (
    f"sop_xl {sop_xl.__version__}: the tab S&OP for any workbook made from SOP_Template.xlsm.",
    "This sheet is never seen: an add-in shows no window. To put it in place: sop-xl install; back: sop-xl uninstall.",
)


def build_addin() -> bytes:
    """Return the bytes of the add-in; the same sources give the same bytes."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "S&OP", "comments": "Sales & Operations Planning", "created": CREATED})
    book.set_vba_name(WORKBOOK_CODE_NAME)
    sheet = book.add_worksheet(SHEET)
    sheet.set_vba_name(code_name(SHEET))
    for row, words in enumerate(WORDS):
        sheet.write_string(row, 0, words)
    book.close()
    parts = unpack(out.getvalue())
    house_theme(parts)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<workbookView ", b'<workbookView visibility="hidden" '
    )
    add_macros(parts, addin_project([SHEET]), addin=True)
    return pack(parts)


def write_addin(path: Path) -> None:
    """Write the add-in to `path`, or into it under its usual name where it is a folder."""
    target = path / ADDIN_FILE if path.is_dir() else path
    target.write_bytes(build_addin())
