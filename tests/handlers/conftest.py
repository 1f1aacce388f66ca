"""Prints how many routes were tried by how many actors, when they were."""

from __future__ import annotations

from typing import Any

from tests.handlers.tally import TALLY


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Routes × actors, at the end of the run."""
    if TALLY.refused:
        terminalreporter.section("routes × actors")
        for line in TALLY.lines():
            terminalreporter.write_line(line)
