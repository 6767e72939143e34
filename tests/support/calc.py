"""A live Calc for the tests: open a workbook, type, recalculate, read, look for errors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.office import office_profile

PROBE = Path(__file__).with_name("calc_probe.py")
TIMEOUT = 300


@dataclass(frozen=True)
class Answer:
    """What one step gave, and how long it took."""

    seconds: float
    value: Any


def probe(path: Path, *steps: dict[str, Any]) -> list[Answer]:
    """Return the answers to `steps` on the workbook at `path`; see `calc_probe.py` for what they may be."""
    command = [_python(), str(PROBE), str(office_profile()), str(path.resolve())]
    done = subprocess.run(
        command, input=json.dumps(steps), capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    assert done.returncode == 0, done.stderr
    return [Answer(**answer) for answer in json.loads(done.stdout)]


def _python() -> str:
    """Return a Python that can talk to LibreOffice: the system's own, with python3-uno."""
    for program in ("/usr/bin/python3", shutil.which("python3") or sys.executable):
        if Path(program).exists() and subprocess.run([program, "-c", "import uno"], check=False).returncode == 0:
            return program
    message = "no Python here has uno: apt-get install python3-uno"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
