"""SIGKILL everywhere on the line of one review: nothing is lost, nothing is doubled, whoever dies when.

`make test` kills once at each distinct point (at a few of those that are alike: `proof.spared`); `make proofs` at every single
one. Both print the points by name. What the
line does not reach is `test_detours.py`'s; that no commit or send site is forgotten is `test_sites.py`'s. The proof itself
is proved at the end.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.kill.line import LEGS
from tests.kill.play import Play, perform
from tests.kill.proof import NOT_REACHED, PROOF_SECONDS, Baseline, by_accident, by_name, differences, every, kill_all


@pytest.mark.timeout(900)
def test_killed_once_at_each_distinct_point(baseline: Baseline, tmp_path: Path) -> None:
    passed = {point for leg in LEGS for point in baseline.points(leg)}
    chosen = by_name(LEGS, baseline, known=by_accident(passed))
    hit, wrong = asyncio.run(kill_all(chosen, baseline, tmp_path))
    assert wrong == []
    assert NOT_REACHED not in hit


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_killed_at_every_point(baseline: Baseline, tmp_path: Path) -> None:
    chosen = {leg: every(leg, baseline) for leg in LEGS}
    hit, wrong = asyncio.run(kill_all(chosen, baseline, tmp_path, PROOF_SECONDS))
    for name, times in sorted(hit.items()):
        print(f"  {times:>3} × {name}")
    assert wrong == []


# -- the proof is proved -------------------------------------------------------------------------------------------------


def test_without_the_look_up_a_double_is_found(baseline: Baseline, tmp_path: Path) -> None:
    leg, at = LEGS[1], "send:hub:stored"
    got = asyncio.run(perform(leg, baseline.begin(leg), tmp_path, kill_at=at, mutant="blind_lookup"))
    assert any("too many 1×" in d and "ご回答のお願い" in d for d in differences(baseline.ends[leg.name], got))


def test_with_mark_before_send_a_loss_is_found(baseline: Baseline, tmp_path: Path) -> None:
    leg, at = LEGS[1], "send:hub:before"
    got = asyncio.run(perform(leg, baseline.begin(leg), tmp_path, kill_at=at, mutant="mark_first"))
    assert any("missing 1×" in d for d in differences(baseline.ends[leg.name], got))


async def test_a_look_that_shows_before_the_act_is_refused() -> None:
    acted = False
    no_town: Any = None  # refused before anything of it is needed

    async def act() -> None:
        nonlocal acted
        acted = True

    async def shows() -> bool:
        return True

    with pytest.raises(AssertionError, match="jump: it shows already"):
        await Play(no_town).do(act, shows, "jump")
    assert not acted
