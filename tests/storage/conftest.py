"""The storage suite runs once on SQLite and once on PostgreSQL; the counts are printed at the end, and must agree.

It may run in several processes: each has a PostgreSQL server of its own. What ran is counted from the tests' reports,
which arrive in the process that was called, however many there are.
"""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.db import Database
from storage.migrate import upgrade
from tests.postgres import Server, server

RAN: Counter[str] = Counter()
_NUMBER = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture(scope="session")
def migrated(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Both databases at the newest migration, to copy from."""
    path = tmp_path_factory.mktemp("migrated") / "db"
    upgrade(f"sqlite:///{path}")
    upgrade(postgres.fresh("migrated"))
    return path, "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
async def both(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Server, migrated: tuple[Path, str]
) -> AsyncIterator[Database]:
    """A database of one's own, at the newest migration."""
    if request.param == "sqlite":
        shutil.copy(migrated[0], tmp_path / "db")
        made = Database(f"sqlite:///{tmp_path}/db")
    else:
        import psycopg

        name = f"test{next(_NUMBER)}"
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{migrated[1]}"'.encode())
        made = Database(postgres.url(name))
    request.node.user_properties.append(("database", request.param))
    yield made
    await made.close()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call":
        RAN.update(database for name, database in report.user_properties if name == "database")


def pytest_terminal_summary(terminalreporter) -> None:
    if RAN:
        terminalreporter.write_line(f"storage suite: {RAN['sqlite']} on SQLite, {RAN['postgresql']} on PostgreSQL")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if hasattr(session.config, "workerinput"):
        return  # one of several processes: it has seen a part
    if RAN and RAN["sqlite"] != RAN["postgresql"] and not _part(session) and exitstatus == 0:
        session.exitstatus = 1


def _part(session: pytest.Session) -> bool:
    """Whether only some of the suite was asked for, so that the counts need not agree."""
    return bool(session.config.getoption("-k") or session.config.getoption("lf"))
