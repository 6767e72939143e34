"""Files that are chosen in Excel's own dialog, and read from the disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sop_xl.domain.errors import SopError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sop_xl.adapters.file_workbook import FileWorkbook
    from sop_xl.share.returned import ReturnedFile


class ExcelFiles:
    """What the user of one Excel chooses."""

    def __init__(self, app: Any) -> None:
        """Take xlwings' application."""
        self._app = app

    def choose(self, title: str, *, many: bool = False) -> list[str]:
        """Ask with Excel's dialog for files; none where the user cancels.

        Raises:
            SopError: the program has no such dialog.
        """
        try:
            chosen = self._app.api.GetOpenFilename(Title=title, MultiSelect=many)
        except (AttributeError, NotImplementedError) as fault:
            raise SopError(
                "There is no file dialog here; use the command line: sop-xl collect, sop-xl merge."
            ) from fault
        if not chosen:
            return []
        return [chosen] if isinstance(chosen, str) else [str(path) for path in chosen]

    def open_copy(self, path: str) -> FileWorkbook:
        """Open another workbook from its file."""
        from sop_xl.adapters.file_workbook import FileWorkbook

        return FileWorkbook(Path(path))

    def read_returns(self, paths: Sequence[str]) -> list[ReturnedFile]:
        """Return what came back."""
        from sop_xl.adapters.returned_files import read_returns

        return read_returns([Path(path) for path in paths])
