"""The stage of the tests of every route, one a module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from handlers.slack import registry
from tests.handlers.stage import Scene, scene


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """The running application with everything on it. Who changes something calls `restore`."""
    async with scene(tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The deadline of a press is for people; a busy machine must not decide these tests."""
    monkeypatch.setattr(registry, "DEADLINE", 60.0)
