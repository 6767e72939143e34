"""A workbook whose VBA the tests call, in one office for as long as the session is open."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.calc import _python
from tests.support.office import office_profile

if TYPE_CHECKING:
    from types import TracebackType

PROBE = Path(__file__).with_name("vba_probe.py")


class VbaSession:
    """Questions to one workbook; see `vba_probe.py` for the steps."""

    def __init__(self, path: Path) -> None:
        """Start an office for the workbook at `path`."""
        command = [_python(), str(PROBE), str(office_profile()), str(path.resolve())]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, *steps: dict[str, Any]) -> list[Any]:
        """Open the workbook, take the steps and return what each answered; the workbook is closed unsaved."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(steps) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the office gave no answer: see its messages above"
        return json.loads(answer)

    def __enter__(self) -> VbaSession:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate(timeout=120)


def call(macro: str, *arguments: Any) -> dict[str, Any]:
    """Return the step that calls a procedure: `module.procedure`."""
    return {"do": "call", "macro": macro, "arguments": arguments}
