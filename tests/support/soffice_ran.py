"""A pytest plugin for CI: the run fails unless every test marked `soffice` ran, and there was one.

    python -m pytest -p tests.support.soffice_ran

A test that is skipped where LibreOffice is missing passes unnoticed otherwise.
"""

from __future__ import annotations

import pytest


class _Watch:
    """Keeps the outcome of each test marked `soffice`, also when workers run them."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "soffice" not in report.keywords:
            return
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.nodeid] = report.outcome

    def complaint(self) -> str:
        """Return what is wrong, or nothing."""
        skipped = sorted(test for test, outcome in self.outcomes.items() if outcome == "skipped")
        if skipped:
            return f"{len(skipped)} LibreOffice test(s) were skipped: {', '.join(skipped)}"
        return "" if self.outcomes else "no LibreOffice test ran"


def pytest_configure(config: pytest.Config) -> None:
    """Watch the whole run, from the process that gathers the workers' reports."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Watch(), "soffice-watch")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that passed without its LibreOffice tests."""
    watch = session.config.pluginmanager.get_plugin("soffice-watch")
    if watch and watch.complaint() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in red what did not run."""
    watch = config.pluginmanager.get_plugin("soffice-watch")
    if watch and watch.complaint():
        terminalreporter.write_line(f"ERROR: {watch.complaint()}", red=True)
