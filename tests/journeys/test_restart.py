"""The bot was away for two business weeks while a review was open: what is still true is said once, the rest not at all.

The first life ends with everything on its way (an owner asked, a supplier answering, a form open); people go on
pressing while nobody listens; the second life finds rows and the clock, nothing else.
"""

from __future__ import annotations

from pathlib import Path

from sandbox.client import CannotDo
from tests.journeys import acts
from tests.journeys.acts import morning
from tests.journeys.short_checklist import PERSON, with_short_checklist
from tests.journeys.town import (
    ANNA,
    BOSS,
    CH1,
    CH2,
    CH_GUEST,
    DEPUTY,
    GUEST,
    OWNER1,
    OWNER2,
    RIVAL,
    SEC1,
    SEC_CHANNEL,
    Town,
    town,
)

ASKED, SUBMITTED, WAITING = "みかづき運輸株式会社", "ほしぞら印刷株式会社", "客野デザイン"


async def first_life(t: Town) -> None:
    """One supplier is answering, one has submitted, one waits for an owner who is silent."""
    await acts.security_and_department(t)
    await acts.department(t, "総務部", OWNER2, DEPUTY, BOSS)
    for name, channel, department in (
        (ASKED, CH1, "物流部"),
        (SUBMITTED, CH2, "物流部"),
        (WAITING, CH_GUEST, "総務部"),
    ):
        await acts.register(t, name, 部門=department)
        await acts.link(t, name, channel)
    await acts.open_round(t, 委託先の回答期限="2026-12-09")
    await acts.attest_all(t, OWNER1, 2)
    await acts.page(t, ANNA, CH1, 0)
    await acts.choose(t, ANNA, PERSON, "yes")
    await acts.answer_all(t, RIVAL, CH2)
    await acts.hand_in(t, RIVAL, CH2, name="来栖 競")


async def nobody_listens(t: Town) -> None:
    """People see that the app is away; nothing of theirs is taken."""
    anna, owner = t.slack.person(ANNA), t.slack.person(OWNER2)
    shown = await anna.modal()
    assert shown
    assert not (await anna.choose(acts.block(shown, PERSON), "no")).acked
    card = await acts.digest(t, OWNER2)
    assert not (await owner.press(card, label="変更なし")).acked
    assert not (await t.slack.person(SEC1).command(acts.COMMAND, "list")).acked


async def test_two_weeks_away(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        with_short_checklist(t)
        bot = await t.start_bot()
        await first_life(t)
        assert await t.slack.problems() == [], t.log[-3000:]
        assert await t.stop_bot(bot) == 0
        await nobody_listens(t)
        await t.slack.set_clock(morning(2026, 12, 10))
        before = await acts.mark(t)
        bot = await t.start_bot()
        await t.settle()
        await what_is_still_true(t, before)
        await people_go_on(t)
        assert await t.stop_bot(bot) == 0
        await the_same_moment_again(t)
        assert await t.slack.problems(before) == [], t.log[-3000:]


async def what_is_still_true(t: Town, before: int) -> None:
    """One reminder each, the latest; the waiting supplier is asked; nothing for whoever is done. New is only that the team is
    asked about a guest whom nobody registered: first seen two weeks ago, asked about on a later day.
    """
    posts = [e for e in await t.slack.record(before) if e["kind"] == "posted" and e.get("bot")]
    heard = sorted((e["channel"], e["text"]) for e in posts)
    (asked,) = [m.plain() for m in await t.slack.person(ANNA).thread(await acts.hub(t, ANNA, CH1)) if m.bot]
    assert "ご回答期限は2026年12月9日(水)でございます" in asked, "three days before is merged into the day itself"
    assert len([e for e in posts if e["channel"] == CH1]) == 1, heard
    assert [e for e in posts if e["channel"] == CH2] == [], heard
    (strangers,) = [e["blocks"] for e in posts if e["channel"] == SEC_CHANNEL]
    assert [name in str(strangers) for name in ("【ゲスト】客野 別人", "客野 個人", "【共有チャンネル】")] == [
        True,
        False,
        False,
    ]
    (late,) = (await acts.told(t, OWNER2))[1:]
    assert "回答期限(2026年12月2日(水))を過ぎております" in late
    assert await acts.told(t, BOSS) == [], "it is not yet time for somebody else"
    (request,) = [m for m in await acts.bot_messages(t, GUEST, CH_GUEST) if not m.thread_ts]
    assert "2026年12月24日(木)" in request.plain(), "asked today: ten business days from today"
    assert len(await acts.told(t, OWNER1)) == 1, "whoever has answered hears nothing"
    assert len(posts) == 4, heard


async def people_go_on(t: Town) -> None:
    """What stands in a form that was open all the time is kept when it is closed; the rest is answered and handed in."""
    anna = t.slack.person(ANNA)
    try:
        await anna.close(everything=True)
    except CannotDo:
        raise AssertionError("the form was taken away") from None
    await t.settle()
    await acts.answer_all(t, ANNA, CH1)
    kept = acts.rows(
        t,
        "SELECT json_extract(a.value, '$') FROM answer a JOIN review_question q ON q.id = a.question_id"
        " JOIN person p ON p.id = a.person_id WHERE q.key = 'q_person' AND p.slack_user_id = ? ORDER BY a.rev",
        ANNA,
    )
    assert kept == [("yes",), ("no",)], "the choice that nobody took still stood in the form, and came with its closing"
    assert "承りました" in (await acts.hand_in(t, ANNA, CH1)).plain()
    await acts.attest(t, OWNER2, WAITING)
    await t.settle()
    assert "すべてご回答いただきました" in (await acts.digest(t, OWNER2)).plain()


async def the_same_moment_again(t: Town) -> None:
    """A third life at the same business time has nothing to say."""
    before = await acts.mark(t)
    await t.start_bot()
    await t.settle()
    said = [e for e in await t.slack.record(before) if e["kind"] in {"posted", "updated"} and e.get("bot")]
    assert said == []
