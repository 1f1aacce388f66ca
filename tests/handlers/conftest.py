"""The stage of the tests of every route, one a module; and how many routes were tried by how many actors, at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from handlers.slack import registry
from tests.handlers.stage import Scene, scene
from tests.handlers.tally import TALLY


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """The running application with everything on it. Who changes something calls `restore`."""
    async with scene(tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline of a press is for people; a busy machine must not decide these tests."""
    monkeypatch.setattr(registry, "DEADLINE", 60.0)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Routes × actors, at the end of the run."""
    if TALLY.refused:
        terminalreporter.section("routes × actors")
        for line in TALLY.lines():
            terminalreporter.write_line(line)
