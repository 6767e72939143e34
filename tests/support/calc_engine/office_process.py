"""A LibreOffice of the tests' own: started on a pipe, with a profile that lives as long as it does."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.calc_engine.inside import install
from tests.support.calc_engine.uno_bridge import load_uno

if TYPE_CHECKING:
    from collections.abc import Callable

START_S = 60.0
FRESH_PROFILE = 81
"""Exit code of an office that has just made its profile and wants to be started again."""

_SETTINGS = {
    ("Common/Security/Scripting", "MacroSecurityLevel"): "0",  # macros of the document may run
    ("Calc/Formula/Load", "OOXMLRecalcMode"): "0",  # formulas are calculated, whatever the file says
    ("Common/Misc", "UseDocumentOOoLockFile"): "false",  # an office that was killed leaves its locks behind
    ("Common/Misc", "UseDocumentSystemFileLocking"): "false",
}
_ITEM = (
    '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)


class OfficeProcess:
    """One `soffice` without a window.

    Attributes:
        pid: its process id.
        pipe: where it listens.
        desktop: what opens documents in it.
    """

    def __init__(self) -> None:
        """Start it and wait until it answers."""
        self._profile = Path(tempfile.mkdtemp(prefix="sop_xl_calc_"))
        atexit.register(self.stop)
        (self._profile / "user").mkdir()
        items = [_ITEM.format(path=p, name=n, value=v) for (p, n), v in _SETTINGS.items()]
        settings = "\n".join([_HEAD, *items, "</oor:items>"])
        (self._profile / "user" / "registrymodifications.xcu").write_text(settings, encoding="utf-8")
        self.pipe = self._profile.name
        self._process = self._start()
        self.pid = self._process.pid
        self.desktop = self._connect()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                "soffice",
                f"-env:UserInstallation={self._profile.as_uri()}",
                *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
                f"--accept=pipe,name={self.pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _connect(self) -> Any:
        def start_again() -> None:
            if self._process.poll() == FRESH_PROFILE:
                self._process = self._start()
                self.pid = self._process.pid

        return connected(self.pipe, meanwhile=start_again)

    def stop(self) -> None:
        """End it, and remove its profile."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(20)
        shutil.rmtree(self._profile, ignore_errors=True)


def connected(pipe: str, *, seconds: float = START_S, meanwhile: Callable[[], None] = lambda: None) -> Any:
    """Return the desktop of the office that listens on a pipe, once it answers; `meanwhile` is called until then."""
    local = load_uno().getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    no_answer = load_uno().getClass("com.sun.star.connection.NoConnectException")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        meanwhile()
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except no_answer:
            time.sleep(0.1)
            continue
        install(context.ServiceManager)
        return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    raise TimeoutError(f"soffice did not answer on {pipe} in {seconds:.0f} s")
