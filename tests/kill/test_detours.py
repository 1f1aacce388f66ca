"""SIGKILL everywhere that the line does not lead to; and nowhere in the code is a commit or a send that no scene reaches.

`make test` kills once at each distinct point that the detours add to the line's (at a few of those that are alike), `make
proofs` at every point of theirs.
"""

from __future__ import annotations

import asyncio
from itertools import chain
from pathlib import Path

import pytest

from tests.kill import sites
from tests.kill.detours import DETOURS
from tests.kill.line import LEGS
from tests.kill.proof import NOT_REACHED, PROOF_SECONDS, Baseline, by_accident, by_name, differences, every, kill_all


@pytest.mark.timeout(600)
def test_every_commit_and_send_site_is_hit(detoured: Baseline) -> None:
    points = list(chain.from_iterable(end.points for end in detoured.ends.values()))
    times, where = sites.hit(points), sites.commits()
    print(f"sites: {len(sites.every())}, passed {sum(times.values())} times in {len(detoured.ends)} legs")
    for site in sorted(sites.every()):
        print(f"  {times[site]:>4} × {site}  {where.get(site, '')}")
    assert sites.missing(sites.every(), points) == []


@pytest.mark.timeout(600)
def test_a_second_life_ends_as_if_nobody_had_died(detoured: Baseline) -> None:
    assert differences(detoured.ends["round"], detoured.ends["second life"]) == []


@pytest.mark.timeout(900)
def test_killed_once_at_each_distinct_point_that_detours_add(
    baseline: Baseline, detoured: Baseline, tmp_path: Path
) -> None:
    passed = set(chain.from_iterable(end.points for end in baseline.ends.values()))
    chosen = by_name(DETOURS, detoured, known=passed - by_accident(passed))
    hit, wrong = asyncio.run(kill_all(chosen, detoured, tmp_path))
    assert wrong == []
    assert NOT_REACHED not in hit


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_killed_at_every_point_of_the_detours(detoured: Baseline, tmp_path: Path) -> None:
    """The start of the bot is left out where the line has killed it from the same rest."""
    line = {leg.name for leg in LEGS}
    chosen = {leg: every(leg, detoured, but_the_start=leg.after in line and not leg.spoil) for leg in DETOURS}
    hit, wrong = asyncio.run(kill_all(chosen, detoured, tmp_path, PROOF_SECONDS))
    for name, times in sorted(hit.items()):
        print(f"  {times:>3} × {name}")
    assert wrong == []
