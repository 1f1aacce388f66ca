"""Channels change between the asking and the sending: nothing goes where somebody reads along who was not confirmed.

Five suppliers, each with what can happen to a channel. The security team is told once of each, the suppliers' own people
are told kindly, strangers nothing; confirmed again, what was held goes out once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sandbox.client import Message
from tests.journeys import acts
from tests.journeys.acts import morning
from tests.journeys.short_checklist import RULES, with_short_checklist
from tests.journeys.town import (
    ANNA,
    BERT,
    BOT,
    CH1,
    CH2,
    CH_GUEST,
    CHIE,
    GUEST,
    GUEST2,
    OWNER1,
    RIVAL,
    SEC1,
    SEC_CHANNEL,
    STRANGER,
    SUP2,
    SUP3,
    Town,
    town,
)

JOINED, GUESTED, LEFT = "みかづき運輸株式会社", "客野デザイン", "ほしぞら印刷株式会社"
ARCHIVED, RACED = "はやぶさ警備株式会社", "こだま通信株式会社"
STOPPED, ASKED_FOR = "窓口への送信を止めました", "ご回答のお願い"


@dataclass
class Cast:
    """Channels and people made for this file; `since` marks the record where a channel had to fall silent."""

    channels: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Town]:
    async with town(folder) as made:
        with_short_checklist(made)
        made.env["HOLD_SECONDS"] = "0.5"  # how long a notice that may not go out rests before it is looked at again
        await made.start_bot()
        await acts.security_and_department(made)
        yield made


async def everybody(t: Town) -> Cast:
    """Everybody is registered and linked, the round is open, no owner has answered yet."""
    made = Cast({JOINED: CH1, GUESTED: CH_GUEST, LEFT: CH2})
    for n, name in enumerate((ARCHIVED, RACED)):
        team = await t.slack.add_team(name, domain=f"extra{n}")
        made.people[name] = await t.slack.add_user(f"extra{n}", team=team, real_name=f"余分 {n}")
        members = [SEC1, made.people[name], BOT]
        made.channels[name] = await t.slack.create_channel(f"ext-{n}", members, private=True, connected=[team])
    for name, channel in made.channels.items():
        await acts.register(t, name)
        await acts.link(t, name, channel)
    await acts.open_round(t)
    return made


async def told(t: Town, name: str, words: str) -> list[str]:
    """What the security team was told of a supplier."""
    return [
        m.plain() for m in await acts.bot_messages(t, SEC1, SEC_CHANNEL) if name in m.plain() and words in m.plain()
    ]


async def requests(t: Town, user: str, channel: str) -> list[Message]:
    return [m for m in await acts.bot_messages(t, user, channel) if ASKED_FOR in m.plain()]


async def silent(t: Town, cast: Cast, name: str) -> None:
    """Nothing was posted or refreshed in the supplier's channel since it changed."""
    assert await acts.arrivals(t, cast.channels[name], cast.since[name]) == [], name


async def change(t: Town, cast: Cast, name: str) -> None:
    cast.since[name] = await acts.mark(t)


async def changed_before_the_request_goes_out(t: Town, cast: Cast) -> None:
    await change(t, cast, GUESTED)
    await t.slack.join(CH_GUEST, GUEST2)
    await change(t, cast, ARCHIVED)
    await t.slack.archive(cast.channels[ARCHIVED], SEC1)
    await t.slack.join(CH1, CHIE)  # one more of a company that was confirmed is no change
    await t.settle()
    await acts.attest(t, OWNER1, GUESTED)
    await t.settle()
    await change(t, cast, RACED)
    await t.slack.connect(cast.channels[RACED], SUP3)
    await acts.attest(t, OWNER1, RACED)  # before the bot can have worked on what Slack tells
    await t.settle()
    await acts.attest_all(t, OWNER1, 3)
    for name in (GUESTED, ARCHIVED, RACED):
        await silent(t, cast, name)
        assert len(await told(t, name, STOPPED)) == 1
        assert len(await told(t, name, "確認済みの窓口がありません")) <= 1
    assert "客野 別人" in (await told(t, GUESTED, STOPPED))[0]
    assert "アーカイブ" in (await told(t, ARCHIVED, STOPPED))[0]
    assert "くろしお倉庫" in (await told(t, RACED, STOPPED))[0]
    assert len(await requests(t, CHIE, CH1)) == len(await requests(t, RIVAL, CH2)) == 1
    assert await told(t, JOINED, STOPPED) == await told(t, LEFT, STOPPED) == []


async def changed_while_people_answer(t: Town, cast: Cast) -> None:
    await acts.page(t, BERT, CH1, 0)
    await acts.choose(t, BERT, RULES, "yes")
    await change(t, cast, JOINED)
    await t.slack.connect(CH1, SUP3)
    await t.slack.join(CH1, STRANGER)
    await change(t, cast, LEFT)
    await t.slack.disconnect(CH2, SUP2)
    await t.settle()
    request = await acts.hub(t, ANNA, CH1)
    for user in (ANNA, CHIE):
        assert (await t.slack.person(user).press(request, action_id="vr1.hub_open.0")).ok
        refused = await t.slack.person(user).wait_modal()
        assert "この窓口は確認中のため" in refused.plain()
        await t.slack.person(user).close()
    for button in ("vr1.hub_open.0", "vr1.hub_submit"):
        assert (await t.slack.person(STRANGER).press(request, action_id=button)).ok
        refused = await t.slack.person(STRANGER).wait_modal()
        assert refused.plain() == "お知らせ\nこの操作は、担当の方だけが行えます。", "a stranger learns nothing"
        await t.slack.person(STRANGER).close()
    bert = t.slack.person(BERT)
    shown = await bert.modal()
    assert shown
    assert (await bert.choose(acts.block(shown, RULES), "no")).ok
    assert "この窓口は確認中のため" in (await bert.wait_modal(fits=lambda m: m.callback_id != "vr1.page")).plain()
    await bert.close(everything=True)
    await t.slack.person(ANNA).say(CH1, "資料です", thread_ts=request.ts, files=[("規程.pdf", b"%PDF-1.7 kitei")])
    await t.settle()
    assert acts.rows(t, "SELECT json_extract(value, '$') FROM answer") == [("yes",)]
    assert acts.rows(t, "SELECT count(*) FROM evidence") == [(0,)]
    for name, why in ((JOINED, "くろしお倉庫"), (LEFT, "ほしぞら印刷")):
        assert len(await told(t, name, STOPPED)) == 1
        assert why in (await told(t, name, STOPPED))[0]
        await silent(t, cast, name)


async def reminders_wait_too_and_nobody_is_told_twice(t: Town, cast: Cast) -> None:
    await acts.at(t, to=morning(2026, 12, 18))
    await acts.at(t, to=morning(2026, 12, 21))
    for name in cast.channels:
        await silent(t, cast, name)
        assert len(await told(t, name, STOPPED)) == 1


async def confirmed_again_what_was_held_goes_out_once(t: Town, cast: Cast) -> None:
    await t.slack.disconnect(CH1, SUP3)
    await t.slack.connect(CH2, SUP2)
    await t.slack.join(CH2, RIVAL)
    await t.settle()
    await silent(t, cast, JOINED)
    await silent(t, cast, LEFT)
    await acts.link(t, GUESTED, CH_GUEST)  # the second guest is seen and confirmed
    await acts.link(t, RACED, cast.channels[RACED])
    fresh = await t.slack.create_channel(
        "ext-fresh",
        [SEC1, BOT],
        private=True,
        connected=[t.running.live.sandbox.world.users[cast.people[ARCHIVED]].team_id],
    )
    await t.slack.join(fresh, cast.people[ARCHIVED])
    await t.settle()
    await acts.link(t, ARCHIVED, fresh)
    await acts.link(t, JOINED, CH1)
    await acts.link(t, LEFT, CH2)
    await t.slack.person(cast.people[RACED]).wait_message(ASKED_FOR)
    await t.settle()
    for user, channel in (
        (GUEST, CH_GUEST),
        (cast.people[RACED], cast.channels[RACED]),
        (cast.people[ARCHIVED], fresh),
    ):
        (request,) = await requests(t, user, channel)
        assert "2027年1月" in request.plain(), "whoever is asked later has the days to answer all the same"
        assert await t.slack.person(user).thread(request) == []
    for user, channel in ((ANNA, CH1), (RIVAL, CH2)):
        await t.slack.person(user).wait_message("近づいて", channel=channel)
        (request,) = await requests(t, user, channel)
        reminders = [m.plain() for m in await t.slack.person(user).thread(request) if m.bot]
        assert len(reminders) == 1, "one reminder, however many days were missed"
        assert "近づいて" in reminders[0]
    await silent(t, cast, ARCHIVED)
    await acts.answer_all(t, GUEST2, CH_GUEST)
    await acts.answer_all(t, BERT, CH1)
    assert "承りました" in (await acts.hand_in(t, CHIE, CH1)).plain()


SCENES = (
    changed_before_the_request_goes_out,
    changed_while_people_answer,
    reminders_wait_too_and_nobody_is_told_twice,
    confirmed_again_what_was_held_goes_out_once,
)


async def test_channels_change_between_asking_and_sending(tmp_path: Path) -> None:
    async with stage(tmp_path) as t:
        cast = await everybody(t)
        await acts.play(t, [partial(scene, cast=cast) for scene in SCENES])
        assert await t.slack.problems() == []
