"""The calm run, once for all storms."""

from __future__ import annotations

import pytest

from tests.kill.line import LEGS
from tests.kill.proof import Baseline, in_the_calm


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Baseline:
    """The whole journey with nothing in its way."""
    return in_the_calm(LEGS, tmp_path_factory.mktemp("calm"))
