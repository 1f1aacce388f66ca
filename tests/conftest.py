"""Fixtures for everybody: a SQLite database of one's own and a clock that stands still.

What a test has counted and wants to be read at the end of a run, it says with `record_property("summary", line)`.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlmodel import SQLModel, create_engine

import storage.mapping  # noqa: F401  (registers every table)
from storage.db import Database
from tests import untried
from tests.kit import StillClock


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The lines that tests left as a property named `summary`, also where they ran in other processes."""
    reports = [r for group in terminalreporter.stats.values() for r in group if getattr(r, "when", "") == "call"]
    lines = [line for report in reports for name, line in report.user_properties if name == "summary"]
    _tell(terminalreporter, "counted", lines)
    _tell(terminalreporter, "not tried", untried.last_words(terminalreporter.config.args))


def _tell(terminalreporter: Any, title: str, lines: list[str]) -> None:
    if lines:
        terminalreporter.section(title)
        for line in lines:
            terminalreporter.write_line(line)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """What needs a program that is not on this machine; the end of the run names it."""
    return True if untried.left_out(collection_path) else None


# durations are measured by `make bench`, never asserted: machines are noisy
settings.register_profile("noisy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("noisy")


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every table and nothing in them; copied for each test, because making the tables takes longer than most tests."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
async def db(tmp_path: Path, empty_database: Path) -> AsyncIterator[Database]:
    path = tmp_path / "test.db"
    shutil.copy(empty_database, path)
    made = Database(f"sqlite:///{path}", sqlite_sync="NORMAL")
    yield made
    await made.close()
