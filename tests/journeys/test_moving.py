"""An endpoint moves while its supplier answers, another is severed; outside people whom nobody registered are asked about.

What counts is what people received: the request stands in the new channel once, the old one only says that it moved, and
nothing is ever said to those whom nobody registered.
"""

from __future__ import annotations

from pathlib import Path

from sandbox.client import Message
from tests.journeys import acts
from tests.journeys.acts import morning
from tests.journeys.short_checklist import RULES, with_short_checklist
from tests.journeys.town import ANNA, BERT, BOT, CH1, CH2, CH_GUEST, OWNER1, SEC1, SEC_CHANNEL, SUP1, Town, town

NAME, ASKED_FOR, QUESTION = "みかづき運輸株式会社", "ご回答のお願い", "業務の委託先ですか"


def questions(messages: list[Message]) -> list[Message]:
    return [m for m in messages if m.bot and QUESTION in m.plain()]


async def moves(t: Town) -> str:
    """From the channel that is the endpoint: its state, the new channel, who is there."""
    new = await t.slack.create_channel("ext-new", [SEC1, ANNA, BERT, BOT], private=True, connected=[SUP1])
    await t.settle()
    sec = t.slack.person(SEC1)
    here = await acts.opened(t, SEC1, "link", CH1)
    assert f"「{NAME}」の窓口です(状態: 確認済み)" in here.plain()
    assert (await sec.press(here, label="移す")).ok
    await acts.fill(sec, await sec.wait_modal("vr1.endpoint_move"), {"新しいチャンネル": new})
    assert (await sec.submit()).ok
    shown = await sec.wait_modal("vr1.endpoint_move_confirm")
    assert "みかづき運輸" in shown.plain()
    await acts.submitted(t, SEC1, "移しました")
    await t.settle()
    return new


async def test_an_endpoint_moves_and_is_severed_and_strangers_are_asked_about(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        with_short_checklist(t)
        await t.start_bot()
        await acts.security_and_department(t)
        await acts.register(t, NAME)
        await acts.link(t, NAME, CH1)
        await acts.open_round(t)
        await acts.attest_all(t, OWNER1, 1)
        await acts.page(t, BERT, CH1, 0)
        await acts.choose(t, BERT, RULES, "yes")
        await t.slack.person(BERT).close(everything=True)
        await t.settle()
        since = await acts.mark(t)
        new = await moves(t)

        (request,) = [m for m in await acts.bot_messages(t, ANNA, new) if ASKED_FOR in m.plain()]
        assert await acts.arrivals(t, new) != []
        (old,) = await acts.arrivals(t, CH1, since)
        assert "別のチャンネルに移りました" in old
        assert new not in old
        shown = await acts.page(t, ANNA, new, 0)
        assert acts.stands(shown, RULES) == "yes", "what was answered before the move is there"
        await t.slack.person(ANNA).close(everything=True)

        await t.slack.set_clock(morning(2026, 12, 18))
        await t.settle()
        assert len([m for m in await t.slack.person(ANNA).thread(request) if m.bot]) == 1, "reminded where it is now"
        sec = t.slack.person(SEC1)
        (guests,) = questions(await acts.bot_messages(t, SEC1, SEC_CHANNEL))
        assert "客野 個人" in guests.plain(), "Slack does not tell who invited a guest: the team is asked"
        (asked,) = questions(await sec.dm_with_bot())
        assert "ほしぞら印刷" in asked.plain(), "whoever made the channel is asked"
        assert "みかづき運輸" not in asked.plain()
        assert (await sec.press(asked, label="はい(登録する)")).ok
        form = await sec.wait_modal("vr1.register")
        assert acts.stands(form, "名称") == "ほしぞら印刷"
        await sec.close(everything=True)

        since = await acts.mark(t)
        await sever(t, new)
        await t.slack.set_clock(morning(2026, 12, 21))
        await t.settle()
        await t.slack.set_clock(morning(2026, 12, 25))
        await t.settle()
        for channel in (CH1, new, CH2, CH_GUEST):
            assert await acts.arrivals(t, channel, since) == [], channel
        assert len(questions(await sec.dm_with_bot())) == 1, "asked once"
        assert await t.slack.problems() == []


async def sever(t: Town, channel: str) -> None:
    """In the channel itself; the review waits."""
    sec = t.slack.person(SEC1)
    here = await acts.opened(t, SEC1, "link", channel)
    assert (await sec.press(here, label="解除する")).ok
    await acts.fill(sec, await sec.wait_modal("vr1.endpoint_sever"), {"解除の理由": "severed_over"})
    await acts.submitted(t, SEC1, "解除しました")
    await t.settle()
