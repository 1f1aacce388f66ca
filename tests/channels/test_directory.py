"""SlackDirectory on the local Slack: who is who, who is in a channel, and what is not there."""

from __future__ import annotations

import pytest

from bot.channels.slack_directory import SlackDirectory
from bot.domain.people import PersonKind
from bot.services.ports import SendFailed
from tests.channels.conftest import Place
from tests.journeys.town import (
    ANNA,
    BERT,
    BOT,
    CH1,
    CH2,
    CH_GUEST,
    GONE,
    GUEST,
    GUEST2,
    LOBBY,
    OWNER1,
    SEC1,
    SEC2,
    SEC_CHANNEL,
    STRANGER,
    SUP1,
    SUP2,
    SUP3,
    TEAM_GROUP,
)


@pytest.fixture
def directory(place: Place) -> SlackDirectory:
    return SlackDirectory(place.reading)


async def test_everybody_is_told_apart_by_what_they_are(directory: SlackDirectory) -> None:
    kinds = {}
    for user in (SEC1, GUEST, GUEST2, ANNA, STRANGER):
        seen = await directory.person(user)
        assert seen
        kinds[user] = seen.kind
    assert kinds == {
        SEC1: PersonKind.EMPLOYEE,
        GUEST: PersonKind.GUEST,
        GUEST2: PersonKind.GUEST,
        ANNA: PersonKind.EXTERNAL,
        STRANGER: PersonKind.EXTERNAL,
    }


async def test_a_person_comes_with_name_team_and_language(directory: SlackDirectory) -> None:
    ours, theirs = await directory.person(SEC1), await directory.person(ANNA)
    assert ours
    assert theirs
    assert (ours.name, ours.team_id, ours.language, ours.active) == ("佐藤 花子", "T0HOME", "ja", True)
    assert (theirs.name, theirs.team_id, theirs.language) == ("安藤 花", SUP1, ""), "Slack tells no outsider's language"


async def test_bots_and_nobody_are_none_and_the_deactivated_are_inactive(directory: SlackDirectory) -> None:
    assert await directory.person(BOT) is None
    assert await directory.person("U0NOBODY") is None
    gone = await directory.person(GONE)
    assert gone
    assert not gone.active


async def test_our_workspace_over_several_pages(
    place: Place, directory: SlackDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.slack_directory.PAGE", 4)
    ids = {p.slack_user_id for p in await directory.everybody()}
    home = {u.id for u in place.running.sandbox.world.users.values() if u.team_id == "T0HOME" and not u.is_bot}
    assert ids == home
    assert len(await place.api("users.list")) == -(-(len(home) + 1) // 4)


async def test_a_shared_channel_with_its_companies_and_people(directory: SlackDirectory) -> None:
    facts = await directory.channel(CH1)
    assert facts
    assert (facts.name, facts.private, facts.archived, facts.teams, facts.pending) == (
        "ext-mikazuki",
        True,
        False,
        (SUP1,),
        (),
    )
    assert [m.slack_user_id for m in facts.members] == [SEC1, OWNER1, ANNA, BERT]


async def test_a_channel_with_a_guest_has_no_company(directory: SlackDirectory) -> None:
    facts = await directory.channel(CH_GUEST)
    assert facts
    assert facts.teams == ()
    assert [m.kind for m in facts.members] == [PersonKind.EMPLOYEE, PersonKind.GUEST]


async def test_companies_follow_what_happens_in_slack(place: Place, directory: SlackDirectory) -> None:
    assert await directory.companies(CH1) == (SUP1,)
    await place.slack.connect(CH1, SUP3)
    assert await directory.companies(CH1) == tuple(sorted((SUP1, SUP3)))
    await place.slack.disconnect(CH1, SUP1)
    assert await directory.companies(CH1) == (SUP3,)


async def test_where_nothing_can_be_posted_there_are_no_companies(place: Place, directory: SlackDirectory) -> None:
    assert await directory.companies("C0NONE") is None
    assert await directory.companies(LOBBY) is None, "the bot is not in it"
    assert await directory.channel(LOBBY) is None
    await place.slack.archive(CH2, SEC1)
    assert await directory.companies(CH2) is None
    facts = await directory.channel(CH2)
    assert facts
    assert facts.archived
    await place.slack.leave(CH1, BOT)
    assert await directory.companies(CH1) is None


async def test_groups_by_user_group_and_by_channel(directory: SlackDirectory) -> None:
    assert await directory.group(TEAM_GROUP) == [SEC1, SEC2]
    assert set(await directory.group(SEC_CHANNEL)) == {SEC1, SEC2, BOT}
    with pytest.raises(SendFailed) as failed:
        await directory.group("S0NONE")
    assert failed.value.error == "no_such_subteam"


async def test_names_of_companies_as_far_as_slack_tells_them(place: Place, directory: SlackDirectory) -> None:
    assert await directory.team_name(SUP1) == "みかづき運輸"
    assert await directory.team_name(SUP1) == "みかづき運輸"
    assert len(await place.api("team.info")) == 1, "a name is asked for once"
    assert await directory.team_name(SUP3) == SUP3, "no shared channel: its id has to do"
    assert await directory.team_name(SUP2) == "ほしぞら印刷"


async def test_what_cannot_be_known_is_not_taken_for_absence(place: Place, directory: SlackDirectory) -> None:
    await directory.companies(CH1)
    await place.slack.fault("lost_request", "conversations.info", times=99)
    with pytest.raises(SendFailed):
        await directory.companies(CH1)
    await place.slack.no_faults()
    await place.slack.fault("lost_request", "users.info", times=99)
    with pytest.raises(SendFailed):
        await directory.channel(CH1)


async def test_a_cut_line_while_reading_is_tried_again(place: Place, directory: SlackDirectory) -> None:
    await place.slack.fault("lost_request", "conversations.info", times=2)
    assert await directory.companies(CH1) == (SUP1,)
