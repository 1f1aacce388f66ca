"""Choosing the security team: who may, what is kept, and when a choice is withdrawn."""

from typing import Any

import pytest

from bot.domain.delivery import AuditEvent
from bot.domain.ledger import Change
from bot.domain.people import SECURITY, PersonKind
from bot.domain.refusal import Code, Refusal
from bot.domain.settings import SECURITY_TEAM, Setting
from bot.services.ports import ChannelFacts, SendFailed
from bot.services.team import TeamChosen, TeamSettled, Unfit, source_of
from storage import people
from storage.db import Database
from tests.kit import StillClock, press, seen
from tests.services.ledger_stage import ADMIN, GUEST, OUTSIDER, OWNER, SEC, STRANGER, Ledger, ledger

GROUP = ["!subteam^S0SEC"]


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    made = await ledger(db, clock)
    for user in (ADMIN, SEC, OWNER):
        made.directory.people[user] = seen(user)
    made.directory.people[GUEST] = seen(GUEST, PersonKind.GUEST)
    made.directory.groups |= {"S0SEC": [SEC, OWNER, GUEST], "S0EMPTY": [GUEST]}
    return made


def channel(**changed: Any) -> ChannelFacts:
    facts: dict[str, Any] = {
        "channel_id": "C0TEAM",
        "name": "security",
        "private": True,
        "archived": False,
        "teams": (),
        "pending": (),
        "members": (),
    }
    return ChannelFacts(**(facts | changed))


async def source(stage: Ledger) -> str:
    async with stage.db.read() as tx:
        found = await tx.get(Setting, SECURITY_TEAM)
        return str(found.value["source"]) if found else ""


async def team(stage: Ledger) -> set[str]:
    async with stage.db.read() as tx:
        return {p.slack_user_id for p in await people.members(tx, SECURITY)}


@pytest.mark.parametrize("who", [ADMIN, SEC])
async def test_the_first_administrator_or_the_team_chooses(stage: Ledger, who: str) -> None:
    chosen = await stage.team.choose(press(who), GROUP)
    assert chosen == TeamChosen(source="S0SEC")
    assert await stage.team.settle(chosen) == TeamSettled(members=2)  # the guest in the group does not count
    assert await source(stage) == "S0SEC"
    assert {SEC, OWNER} <= await team(stage)
    async with stage.db.read() as tx:
        [change] = await tx.find(Change, subject_id=SECURITY_TEAM)
        [event] = await tx.find(AuditEvent, action="team:chosen")
    assert (change.before, change.after) == ({}, {"source": "S0SEC"})
    assert event.detail == {"source": "S0SEC", "before": ""}


@pytest.mark.parametrize("who", [OWNER, GUEST, OUTSIDER])
async def test_nobody_else_chooses(stage: Ledger, who: str) -> None:
    with pytest.raises(Refusal) as refused:
        await stage.team.choose(press(who), GROUP)
    assert refused.value.code is Code.NOT_YOURS
    assert await source(stage) == ""


async def test_a_stranger_is_looked_up_first(stage: Ledger) -> None:
    with pytest.raises(Refusal) as refused:
        await stage.team.choose(press(STRANGER), GROUP)
    assert refused.value.code is Code.UNKNOWN_PERSON


async def test_pressed_twice_counts_once(stage: Ledger) -> None:
    for _ in range(2):
        assert await stage.team.choose(press(SEC, key="command/1"), GROUP) == TeamChosen(source="S0SEC")
    async with stage.db.read() as tx:
        assert len(await tx.find(AuditEvent, action="team:chosen")) == 1


@pytest.mark.parametrize(
    "words", [[], ["@security"], ["security"], ["!subteam^"], ["#general"], ["@U0SEC"], [*GROUP, *GROUP]]
)
def test_what_slack_did_not_resolve_is_no_team(words: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        source_of(words)
    assert refused.value.code is Code.BAD_TEAM


@pytest.mark.parametrize(("word", "meant"), [("!subteam^S0SEC", "S0SEC"), ("#C0TEAM", "C0TEAM"), ("#G0OLD", "G0OLD")])
def test_references_that_are_understood(word: str, meant: str) -> None:
    assert source_of([word]) == meant


async def test_a_private_channel_is_the_team(stage: Ledger) -> None:
    stage.directory.channels["C0TEAM"] = channel()
    stage.directory.groups["C0TEAM"] = [SEC]
    assert await stage.team.settle(await stage.team.choose(press(SEC), ["#C0TEAM"])) == TeamSettled(members=1)


@pytest.mark.parametrize(
    ("facts", "unfit"),
    [
        (None, Unfit.UNREADABLE),
        (channel(archived=True), Unfit.UNREADABLE),
        (channel(private=False), Unfit.PUBLIC),
        (channel(teams=("T0SUP",)), Unfit.SHARED),
        (channel(pending=("T0SUP",)), Unfit.SHARED),
    ],
)
async def test_an_unfit_channel_is_withdrawn_and_the_choice_before_stands(
    stage: Ledger, facts: ChannelFacts | None, unfit: Unfit
) -> None:
    await stage.team.settle(await stage.team.choose(press(SEC), GROUP))
    stage.directory.groups["C0TEAM"] = [ADMIN]
    if facts:
        stage.directory.channels["C0TEAM"] = facts
    chosen = await stage.team.choose(press(SEC), ["#C0TEAM"])
    assert await stage.team.settle(chosen) == TeamSettled(unfit=unfit)
    assert await source(stage) == "S0SEC"
    assert ADMIN not in await team(stage)
    async with stage.db.read() as tx:
        [event] = await tx.find(AuditEvent, action="team:withdrawn")
    assert event.reason == unfit


async def test_a_team_of_nobody_is_withdrawn_and_its_members_are_the_ones_before(stage: Ledger) -> None:
    await stage.team.settle(await stage.team.choose(press(SEC), GROUP))
    chosen = await stage.team.choose(press(SEC), ["!subteam^S0EMPTY"])
    assert await stage.team.settle(chosen) == TeamSettled(unfit=Unfit.NOBODY)
    assert await source(stage) == "S0SEC"
    assert SEC in await team(stage)


async def test_the_first_choice_withdrawn_leaves_none(stage: Ledger) -> None:
    chosen = await stage.team.choose(press(ADMIN), ["!subteam^S0UNKNOWN"])
    assert await stage.team.settle(chosen) == TeamSettled(unfit=Unfit.UNREADABLE)
    assert await source(stage) == ""


async def test_a_newer_choice_is_not_withdrawn_with_an_older_one(stage: Ledger) -> None:
    old = await stage.team.choose(press(SEC), ["!subteam^S0UNKNOWN"])
    await stage.team.choose(press(SEC), GROUP)
    await stage.team.settle(old)
    assert await source(stage) == "S0SEC"


async def test_slack_not_answering_keeps_the_choice_for_the_sweep(
    stage: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(_source: str) -> list[str]:
        raise SendFailed("ratelimited", permanent=False, after=30)

    monkeypatch.setattr(stage.directory, "group", cut)
    assert await stage.team.settle(await stage.team.choose(press(SEC), GROUP)) == TeamSettled()
    assert await source(stage) == "S0SEC"
