"""Every turn that a channel can take, at every stage of a review: turns.py has the turns, the tests here the stages.

Nothing goes to a channel whose companies are not the confirmed ones, nobody of another company gets in, no answer is lost,
and the security team reads why with `/vendor-review show`. One stage is one run with a supplier for each turn.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.client import CannotDo
from tests.journeys import acts
from tests.journeys.short_checklist import PERSON, RULES, with_short_checklist
from tests.journeys.town import LOBBY, OWNER1, SEC1, SEC_CHANNEL, STRANGER, Town, town
from tests.journeys.turns import TURNS, One, cast

STOPPED, ASKED_FOR, NOT_YOURS = "窓口への送信を止めました", "ご回答のお願い", "この操作は、担当の方だけが行えます"


@asynccontextmanager
async def stage(folder: Path, *, linked: bool = True) -> AsyncIterator[tuple[Town, dict[str, One]]]:
    """Everybody is registered, and linked unless told otherwise."""
    async with town(folder) as made:
        with_short_checklist(made)
        made.env["HOLD_SECONDS"] = "0.5"
        await made.start_bot()
        await acts.security_and_department(made)
        people = await cast(made)
        for one in people.values():
            await acts.register(made, one.name)
            if linked:
                await acts.link(made, one.name, one.channel)
        yield made, people
        assert await made.slack.problems() == [], made.log[-3000:]


async def asked(t: Town, people: dict[str, One]) -> None:
    """The round is open, the owner has confirmed everything; what that sends has gone out."""
    await acts.open_round(t)
    await acts.attest_all(t, OWNER1, len(people))


async def turn(t: Town, key: str, one: One) -> None:
    """It happens; from here on the channel has to be silent where it is not what was confirmed."""
    one.since = await acts.mark(t)
    await TURNS[key].do(t, one)


async def why(t: Town, one: One) -> str:
    """What `show` says of the endpoint."""
    before = await t.slack.person(SEC1).ephemerals(LOBBY)
    await acts.say(t, SEC1, f"show {one.name}", LOBBY)
    shown = await t.slack.person(SEC1).wait_message(
        lambda m: m.ephemeral and one.name in m.plain(), channel=LOBBY, after=before[-1].ts if before else ""
    )
    return next(line for line in shown.plain().split("\n") if line.startswith("窓口"))


async def silent_and_said_why(t: Town, key: str, one: One) -> None:
    """Stopped, told once, and nothing came into the channel, whichever id it has."""
    line = await why(t, one)
    assert "停止中" in line, (key, line)
    assert any(reason in line for reason in TURNS[key].why), (key, line)
    told = [m for m in await acts.bot_messages(t, SEC1, SEC_CHANNEL) if one.name in m.plain() and STOPPED in m.plain()]
    assert len(told) == 1, key
    await silent(t, key, one)


async def silent(t: Town, key: str, one: One) -> None:
    ids = {one.channel} | {
        e["channel"] for e in await t.slack.record() if e["kind"] == "moved" and e["was"] == one.channel
    }
    for channel in ids:
        assert await acts.arrivals(t, channel, one.since) == [], key


async def goes_on(t: Town, key: str, one: One) -> None:
    assert "確認済み" in await why(t, one), key


async def test_while_somebody_is_about_to_confirm_the_channel(tmp_path: Path) -> None:
    """What was shown is not what is there any more: it is not confirmed, or found out before anything is sent."""
    async with stage(tmp_path, linked=False) as (t, people):
        sec = t.slack.person(SEC1)
        for key, one in people.items():
            await acts.fill(sec, await acts.opened(t, SEC1, "link", one.channel), {"委託先": one.name})
            await turn(t, key, one)
            await t.settle()
            assert (await sec.submit()).acked, key
            await sec.close(everything=True)
        await asked(t, people)
        for key, one in people.items():
            if TURNS[key].why:
                await silent(t, key, one)
                linked = acts.rows(t, "SELECT state FROM endpoint WHERE channel_id = ?", one.channel)
                assert linked in ([], [("suspended",)]), key
            elif linked := acts.rows(t, "SELECT state FROM endpoint WHERE channel_id = ?", one.channel):
                assert linked == [("verified",)], key


async def test_after_linking_before_the_request(tmp_path: Path) -> None:
    async with stage(tmp_path) as (t, people):
        await acts.open_round(t)
        for key, one in people.items():
            await turn(t, key, one)
        await acts.attest_all(t, OWNER1, len(people))
        for key, one in people.items():
            if TURNS[key].why:
                if not TURNS[key].heard:  # seen when the request was about to go out, or when somebody looks again
                    await silent(t, key, one)
                else:
                    await silent_and_said_why(t, key, one)
            else:
                await goes_on(t, key, one)
                assert (
                    len([m for m in await acts.bot_messages(t, one.person, one.channel) if ASKED_FOR in m.plain()]) == 1
                )


async def test_half_answered(tmp_path: Path) -> None:
    async with stage(tmp_path) as (t, people):
        await asked(t, people)
        for one in people.values():
            await acts.page(t, one.person, one.channel, 0)
            await acts.choose(t, one.person, RULES, "yes")
        for key, one in people.items():
            await turn(t, key, one)
        await t.settle()
        for key, one in people.items():
            await _tries_to_go_on(t, key, one)
        assert len(acts.rows(t, "SELECT 1 FROM answer")) >= len(people), "no answer is lost"
        await _a_stranger_learns_nothing(t, people["third_company"])
        for key, one in people.items():
            if TURNS[key].why:
                await silent_and_said_why(t, key, one)
            else:
                await goes_on(t, key, one)


async def _tries_to_go_on(t: Town, key: str, one: One) -> None:
    """In the form that is open since before: taken where the channel is as it was, or not looked at yet; else refused."""
    person = t.slack.person(one.person)
    shown = await person.modal()
    assert shown, key
    assert (await person.choose(acts.block(shown, PERSON), "yes")).ok
    await t.settle()
    after = await person.modal()
    assert after, key
    refused = after.callback_id != "vr1.page"
    assert refused is bool(TURNS[key].why and TURNS[key].heard), (key, after.plain())
    await person.close(everything=True)


async def _a_stranger_learns_nothing(t: Town, one: One) -> None:
    """Somebody of the company that came later presses what they see."""
    stranger = t.slack.person(STRANGER)
    (request,) = [m for m in await acts.bot_messages(t, STRANGER, one.channel) if ASKED_FOR in m.plain()]
    assert (await stranger.press(request, action_id="vr1.hub_open.0")).ok
    assert NOT_YOURS in (await stranger.wait_modal()).plain()
    await stranger.close()


async def test_submitted(tmp_path: Path) -> None:
    """Nothing is due any more; what was submitted stays, and what is heard of is acted on all the same."""
    async with stage(tmp_path) as (t, people):
        await asked(t, people)
        for one in people.values():
            await acts.answer_all(t, one.person, one.channel)
            await acts.hand_in(t, one.person, one.channel)
        for key, one in people.items():
            await turn(t, key, one)
        await t.settle()
        for key, one in people.items():
            if TURNS[key].why and TURNS[key].heard and not key.startswith("guest"):
                await silent_and_said_why(t, key, one)
            else:
                await silent(t, key, one)
        assert acts.rows(t, "SELECT DISTINCT state FROM review") == [("submitted",)]
        assert acts.rows(t, "SELECT count(*) FROM submission") == [(len(people),)]
        for key, one in people.items():
            if not TURNS[key].why:
                (request,) = [m for m in await acts.bot_messages(t, one.person, one.channel) if not m.thread_ts]
                try:
                    await t.slack.person(one.person).press(request, action_id="vr1.hub_open.0")
                except CannotDo:
                    continue
                raise AssertionError(f"{key}: a submitted request has no button to answer on")
