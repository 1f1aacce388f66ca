"""Fixtures for everybody: a SQLite database of one's own and a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.db import Database
from tests.kit import StillClock, make_database


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    made = await make_database(f"sqlite:///{tmp_path}/test.db")
    yield made
    await made.close()
