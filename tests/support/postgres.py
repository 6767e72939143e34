"""A real PostgreSQL server of this test run's own, on a socket in a folder of its own, gone at the end.

Where the server is not installed its tests are skipped, except in CI (variable `CI` set), where they fail.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest

USER = "postgres"
TIMEOUT_S = 60


@cache
def server_url() -> str:
    """Return the address of a running server, started now unless it was before."""
    folder = Path(tempfile.mkdtemp(prefix="sop_pg_"))
    if os.getuid() == 0:
        os.chown(folder, pwd.getpwnam(USER).pw_uid, -1)
    data = folder / "data"
    _as_postgres("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=20 -c shared_buffers=64MB"
    _as_postgres("pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    atexit.register(_stop, data, folder)
    return f"postgresql://{USER}@/postgres?host={quote(str(folder), safe='')}"


def _stop(data: Path, folder: Path) -> None:
    _as_postgres("pg_ctl", "-D", data, "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(program: str, *arguments: object) -> None:
    command = [_program(program), *map(str, arguments)]
    if os.getuid() == 0:  # the server refuses to run as root
        command = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--", *command]
    with tempfile.TemporaryFile("w+") as said:  # a pipe would stay open for as long as the server runs
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd="/", timeout=TIMEOUT_S, check=False
        )
        said.seek(0)
        assert done.returncode == 0, f"{program} failed:\n{said.read()}"


def _program(name: str) -> str:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which(name, path=os.pathsep.join(map(str, reversed(folders)))) or shutil.which(name)
    if found:
        return found
    message = f"{name} is not installed: run scripts/postgres.sh"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
