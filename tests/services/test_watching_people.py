"""Events about people: the person cache, the security team, and files in a hub's thread."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.delivery import AuditEvent, CardKind
from bot.domain.fetching import FileFetch
from bot.domain.ledger import EndpointState
from bot.domain.people import SECURITY, Membership, Person, PersonKind, channel_group
from bot.domain.settings import SECURITY_TEAM, Setting
from storage import notices
from storage.db import Database
from tests.kit import START, StillClock, seen
from tests.scene import Stage, stage
from tests.services.link_stage import (
    ANNA,
    BERT,
    EMP,
    GUEST,
    MIKA,
    OTHER,
    RIVAL,
    SEC,
    TEAM_CHANNEL,
    Lane,
    lane,
)


@pytest.fixture
async def here(db: Database, clock: StillClock) -> Lane:
    return await lane(db, clock)


async def work(here: Lane) -> None:
    await here.watching.work_through(here.clock.now())


# -- people and the team -------------------------------------------------------------------------------------------------------


async def test_a_person_that_changed_is_looked_up_again(here: Lane) -> None:
    here.directory.people[EMP] = here.directory.people[EMP].model_copy(update={"active": False})
    await here.happens("user_change", user=EMP)
    await work(here)
    (person,) = await here.all(Person, slack_user_id=EMP)
    assert not person.active


async def test_a_grid_partners_people_stay_of_the_company_that_was_confirmed(here: Lane) -> None:
    """Slack may name their organisation where the workspace was confirmed: the look-up is told what is known."""
    here.directory.people["U0NEWBIE"] = seen("U0NEWBIE")
    for known in ((), (seen("U0NEWBIE").team_id,)):
        await here.happens("user_change", user="U0NEWBIE")
        await work(here)
        assert here.directory.known_as == known


async def test_outsiders_whom_nobody_met_are_not_collected(here: Lane) -> None:
    await here.happens("user_change", user=RIVAL)
    here.directory.people["U0NEWBIE"] = seen("U0NEWBIE")
    await here.happens("user_change", user="U0NEWBIE")
    await here.happens("user_change", user="U0BOT")
    await work(here)
    assert await here.all(Person, slack_user_id=[RIVAL, "U0BOT"]) == []
    assert len(await here.all(Person, slack_user_id="U0NEWBIE")) == 1


async def team(here: Lane) -> set[str]:
    people = {p.id: p.slack_user_id for p in await here.all(Person)}
    return {people[m.person_id] for m in await here.all(Membership, group=SECURITY)}


async def test_the_teams_channel_feeds_the_team(here: Lane) -> None:
    here.directory.groups[TEAM_CHANNEL] = [SEC, EMP, "U0BOT"]
    await here.happens("member_joined_channel", user=EMP, channel_id=TEAM_CHANNEL)
    await work(here)
    assert await team(here) == {SEC, EMP}
    here.directory.groups[TEAM_CHANNEL] = [EMP]
    await here.happens("member_left_channel", user=SEC, channel_id=TEAM_CHANNEL)
    await work(here)
    assert await team(here) == {EMP}


async def test_a_user_group_feeds_the_team_only_where_it_is_the_team(here: Lane) -> None:
    here.directory.groups["S0GROUP"] = [EMP]
    await here.happens("subteam_members_changed", group_id="S0GROUP")
    await work(here)
    assert await team(here) == {SEC}
    async with here.db.begin("test.group") as tx:
        await tx.put(Setting(id=SECURITY_TEAM, value={"source": "S0GROUP"}))
    await here.happens("subteam_members_changed", group_id="S0GROUP")
    await work(here)
    assert await team(here) == {EMP}


# -- files in a hub's thread ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def hub(db: Database, clock: StillClock) -> tuple[Lane, Stage]:
    """A review whose hub stands in its channel (OTHER)."""
    made = await lane(db, clock)
    set_up = await stage(db, clock, channel=OTHER, team=MIKA, users=(ANNA, BERT))
    async with db.begin("test.posted") as tx:
        card = await notices.make_card(tx, CardKind.HUB, set_up.review.id, set_up.endpoint.id)
        await tx.flush()
        await tx.put(card.model_copy(update={"channel": OTHER, "ts": "10.1"}))
    return made, set_up


async def drop(here: Lane, user: str, *files: str, thread_ts: str = "10.1") -> None:
    await here.happens("message", user=user, channel_id=OTHER, ts="11.1", thread_ts=thread_ts, files=files)
    await work(here)


async def test_files_of_the_suppliers_people_are_wanted_once(hub: tuple[Lane, Stage]) -> None:
    here, s = hub
    await drop(here, ANNA, "F1", "F2", "F1")
    await drop(here, BERT, "F2", "F3")
    wanted = {f.slack_file_id: f for f in await here.all(FileFetch)}
    assert set(wanted) == {"F1", "F2", "F3"}
    first = wanted["F1"]
    assert (first.review_id, first.endpoint_id, first.at) == (s.review.id, s.endpoint.id, here.clock.now())
    (anna,) = await here.all(Person, slack_user_id=ANNA)
    assert first.person_id == anna.id


@pytest.mark.parametrize("user", [SEC, EMP, RIVAL, GUEST, "U0NOBODY"])
async def test_files_of_anybody_else_are_not_and_it_is_written_down(hub: tuple[Lane, Stage], user: str) -> None:
    here, s = hub
    await drop(here, user, "F1")
    assert await here.all(FileFetch) == []
    (audit,) = await here.all(AuditEvent, action="file:ignored")
    assert (audit.reason, audit.subject_id, audit.detail) == ("not_yours", s.review.id, {"files": ["F1"]})


async def test_an_employee_in_the_channel_does_not_answer_for_the_supplier(hub: tuple[Lane, Stage]) -> None:
    here, _ = hub
    (employee,) = await here.all(Person, slack_user_id=EMP)
    async with here.db.begin("test.join") as tx:
        tx.add(Membership(id="m", group=channel_group(OTHER), person_id=employee.id, seen_at=START))
    await drop(here, EMP, "F1")
    assert await here.all(FileFetch) == []


async def test_files_elsewhere_are_not_ours(hub: tuple[Lane, Stage]) -> None:
    here, _ = hub
    await drop(here, ANNA, "F1", thread_ts="9.9")
    assert await here.all(FileFetch) == []
    assert await here.all(AuditEvent, action="file:ignored") == []


async def test_files_at_a_suspended_endpoint_are_not_taken(hub: tuple[Lane, Stage]) -> None:
    here, s = hub
    async with here.db.begin("test.suspend") as tx:
        await tx.put(s.endpoint.model_copy(update={"state": EndpointState.SUSPENDED}))
    await drop(here, ANNA, "F1")
    assert await here.all(FileFetch) == []
    assert [a.reason for a in await here.all(AuditEvent, action="file:ignored")] == ["endpoint_suspended"]


async def test_somebody_met_for_the_first_time_is_learnt(hub: tuple[Lane, Stage]) -> None:
    here, _ = hub
    here.put(OTHER, SEC, ANNA, BERT, "U0SEC", teams=(MIKA,))
    here.directory.people["U0CHIE"] = seen("U0CHIE", PersonKind.EXTERNAL, MIKA)
    here.put(OTHER, SEC, ANNA, BERT, "U0CHIE", teams=(MIKA,))
    await here.happens(
        "member_joined_channel", user="U0CHIE", channel_id=OTHER, at=here.clock.real() - timedelta(seconds=1)
    )
    await drop(here, "U0CHIE", "F1")
    assert len(await here.all(FileFetch)) == 1
