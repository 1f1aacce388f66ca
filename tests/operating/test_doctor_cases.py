"""`vendor-review doctor`: one thing is broken at a time, exactly its line turns, and all others stay as they were.

The cases stand in `cases_slack.py` and `cases_kept.py`; the last tests hold them against the list of all that doctor can
say. To add an outcome: its case there.
"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.doctor.base import CHECKS, Mark
from tests.operating import cases_kept, cases_slack
from tests.operating.breaking import CHANNEL, HEALTHY, Case, settled
from tests.operating.clinic import Clinic, Pair, clinic, template

CASES = [*cases_slack.CASES, *cases_kept.CASES]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("doctor"))


def expected(case: Case) -> set[Pair]:
    """All lines as they are in health, with those that turned."""
    healthy = CHANNEL if case.channel else HEALTHY
    return {(check, outcome) for check, outcome in {**healthy, **case.turned}.items() if outcome}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_one_thing_is_broken_and_its_line_turns(
    case: Case, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clinic(tmp_path, made, monkeypatch) as at:
        await settled(case.break_it(at))
        with Port(at):
            assert await at.look(case.channel) == expected(case)


class Port:
    """A free port, or one that somebody listens on, in place of `@free` and `@taken`."""

    def __init__(self, at: Clinic) -> None:
        self.at, self.held = at, socket.socket()

    def __enter__(self) -> None:
        wanted = self.at.env.get("HTTP_PORT", "")
        self.held.bind(("127.0.0.1", 0))
        if wanted:
            self.at.env["HTTP_PORT"] = str(self.held.getsockname()[1])
        self.held.listen() if wanted == "@taken" else self.held.close()

    def __exit__(self, *_: object) -> None:
        self.held.close()


async def test_in_health_every_line_is_good_but_that_this_is_no_real_slack(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with clinic(tmp_path, made, monkeypatch) as at:
        lines = await at.lines()
    assert {(line.check, line.outcome) for line in lines} == set(HEALTHY.items())
    assert [line.check for line in lines if line.mark is not Mark.GOOD] == ["api"]


ELSEWHERE = {
    ("api", "slack"): "the tests never meet slack.com; tests/operating/test_doctor.py looks at the rule",
    ("scopes", "unreadable"): "Slack always names them; test_doctor.py",
    ("terms", "limited"): "the local Slack gives no app these terms; test_doctor.py",
    ("revision", "older"): "there is one migration yet; test_doctor.py",
    ("server", "ok"): "PostgreSQL: test_doctor_postgres.py",
    ("server", "old"): "PostgreSQL: test_doctor_postgres.py",
    ("server", "encoding"): "PostgreSQL: test_doctor_postgres.py",
    ("url", "ok"): "test_doctor_url.py",
    ("url", "plain"): "test_doctor_url.py",
    ("url", "open"): "test_doctor_url.py",
    ("url", "wrong"): "test_doctor_url.py",
    ("url", "unreachable"): "test_doctor_url.py",
    ("person", "refused"): "the rule says no and no reason of ours fits: test_doctor.py",
    ("channel_companies", "guests"): "test_doctor.py",
    ("signing", "unasked"): "test_doctor.py",
}


def test_every_outcome_is_tried() -> None:
    tried = {(c.partition(" ")[0], o) for case in CASES for c, o in expected(case)}
    every = {(check, outcome) for check, table in CHECKS.items() for outcome in table}
    assert every - tried - ELSEWHERE.keys() == set(), "write a case"
    assert tried - every == set()
    assert tried & ELSEWHERE.keys() == set()
    assert ELSEWHERE.keys() - every == set()


def test_no_case_says_nothing() -> None:
    assert [c.name for c in CASES if not c.turned] == ["a channel as the team", "the channel by its name"]
    assert len({c.name for c in CASES}) == len(CASES)
