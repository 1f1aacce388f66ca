"""The unkilled runs, once for all tests of this folder."""

from __future__ import annotations

import asyncio

import pytest

from tests.kill.detours import DETOURS
from tests.kill.line import LEGS
from tests.kill.proof import Baseline, in_the_calm, play_all


@pytest.fixture(scope="session")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """The line."""
    return in_the_calm(LEGS, tmp_path_factory.mktemp("unkilled"))


@pytest.fixture(scope="session")
def detoured(baseline: Baseline, tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """The line and the detours from it."""
    ends = Baseline(dict(baseline.ends))
    return asyncio.run(play_all(DETOURS, ends, tmp_path_factory.mktemp("detours")))
