"""The VBA modules as files, for Excel's own import: the way out where Excel does not take the project as built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.template.vba_modules import project_modules
from sop_xl.template.vba_project import Kind

if TYPE_CHECKING:
    from sop_xl.template.vba_project import Module

CLASS_HEAD = b"VERSION 1.0 CLASS\r\nBEGIN\r\n  MultiUse = -1  'True\r\nEND\r\n"
"""What heads a class that is imported as a whole; a document's code, which Excel already has a place for, lacks it."""


def vba_files(*, addin: bool) -> dict[str, bytes]:
    """Return name and content of each module's file, as the editor exports them; sheets have no code.

    Args:
        addin: whether the modules of the add-in are wanted, or those of a workbook.
    """
    return dict(_file(module) for module in project_modules((), addin=addin))


def _file(module: Module) -> tuple[str, bytes]:
    if module.kind is Kind.WORKBOOK:
        return f"{module.name}.cls", "\r\n".join([*module.code.splitlines(), ""]).encode("cp1252")
    if module.kind is Kind.CLASS:
        return f"{module.name}.cls", CLASS_HEAD + module.source
    return f"{module.name}.bas", module.source
