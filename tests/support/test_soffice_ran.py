"""CI must not pass where its LibreOffice tests were skipped or left out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
HEAD = "import pytest\n"
RAN = "@pytest.mark.soffice\ndef test_ran(): pass\n"
SKIPPED = "@pytest.mark.soffice\ndef test_skipped(): pytest.skip('no soffice')\n"
SKIPPED_BEFORE = "@pytest.mark.soffice\n@pytest.mark.skipif(True, reason='no soffice')\ndef test_marked(): pass\n"
OTHER = "def test_other(): pass\n"


def run(folder: Path, *tests: str) -> tuple[int, str]:
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = soffice: needs LibreOffice\n", encoding="utf-8")
    (folder / "test_case.py").write_text(HEAD + "".join(tests), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.support.soffice_ran", "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_passes_where_all_ran(tmp_path):
    code, said = run(tmp_path, RAN, OTHER)
    assert (code, "ERROR" in said) == (0, False)


@pytest.mark.parametrize(
    ("tests", "complaint"),
    [
        ((RAN, SKIPPED), "1 LibreOffice test(s) were skipped: test_case.py::test_skipped"),
        ((RAN, SKIPPED_BEFORE), "1 LibreOffice test(s) were skipped: test_case.py::test_marked"),
        ((OTHER,), "no LibreOffice test ran"),
    ],
)
def test_fails_where_one_did_not(tmp_path, tests, complaint):
    code, said = run(tmp_path, *tests)
    assert code == 1
    assert complaint in said
    assert said.strip().splitlines()[-1].startswith(("1 passed", "2 passed"))
