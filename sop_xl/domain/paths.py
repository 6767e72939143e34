"""How long the path of a workbook may be, so that every program that opens it can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sop_xl.domain.errors import WorkbookError

if TYPE_CHECKING:
    from pathlib import PurePath

LONGEST = 218
"""Characters of folder and name that Excel opens; Windows itself stops at 260."""


def check_length(path: PurePath) -> None:
    """Check that Excel can open a file of that path.

    Raises:
        WorkbookError: it is too long; nothing is written then.
    """
    if len(str(path)) > LONGEST:
        raise WorkbookError(
            f"The path of {path.name} has {len(str(path))} characters, and Excel opens {LONGEST} at most. Choose a "
            f"shorter name, or a folder nearer to the root than {path.parent}."
        )
