"""Every fault of calls and deliveries, alone and mixed, over the whole journey: nothing lost, nothing doubled, no traceback,
and nobody left without an answer.

`make test` plays each fault alone on one leg and a mix on all; `make proofs` plays everything on every leg. That the
comparison finds something is proved at the end.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.kill.line import LEGS
from tests.kill.play import perform
from tests.kill.proof import PROOF_SECONDS, Baseline, differences
from tests.storms.storm import Storm, mix, singles, through, weather_all


@pytest.mark.timeout(900)
def test_every_fault_alone_on_a_leg(calm: Baseline, tmp_path: Path) -> None:
    storms = singles(seed=1)
    pairs = [(LEGS[n % len(LEGS)], storm) for n, storm in enumerate(storms)]
    assert asyncio.run(weather_all(pairs, calm, tmp_path)) == []


@pytest.mark.timeout(900)
def test_a_mix_over_http_on_the_whole_journey(calm: Baseline, tmp_path: Path) -> None:
    storm = mix(1)
    assert storm.http
    pairs = [(leg, storm) for leg in LEGS]
    assert asyncio.run(weather_all(pairs, calm, tmp_path)) == []


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_every_fault_and_many_mixes_on_every_leg(calm: Baseline, tmp_path: Path) -> None:
    storms = [*singles(seed=2), *(mix(seed) for seed in range(10, 40))]
    pairs = [(leg, storm) for storm in storms for leg in LEGS]
    assert asyncio.run(weather_all(pairs, calm, tmp_path, PROOF_SECONDS)) == []


def test_without_the_look_up_a_double_is_found(calm: Baseline, tmp_path: Path) -> None:
    """The same comparison, with a bot that sends again what is in doubt."""
    leg = LEGS[1]
    storm = Storm("lost_answer always", 1, calls={"lost_answer": 0.5})
    got = asyncio.run(perform(through(leg, storm), calm.begin(leg), tmp_path, mutant="blind_lookup"))
    assert any("too many" in line for line in differences(calm.ends[leg.name], got))
