"""The calm run, once for all storms."""

from __future__ import annotations

import asyncio

import pytest

from tests.kill.line import LEGS
from tests.kill.proof import Baseline, play_all


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """The whole journey with nothing in its way."""
    return asyncio.run(play_all(LEGS, Baseline(), tmp_path_factory.mktemp("calm")))
