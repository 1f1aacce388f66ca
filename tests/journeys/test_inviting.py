"""A supplier's person is invited by the security team, accepts, and the channel becomes the endpoint; nobody is invited twice.

The app is the real one; its manifest is app.yaml with the # taken off the line of the optional scope.
"""

from __future__ import annotations

from pathlib import Path

from sandbox.client import Message, Modal
from tests.channels.test_invitations import wider
from tests.journeys import acts
from tests.journeys.acts import morning
from tests.journeys.town import ANNA, BOT, OWNER1, SEC1, SEC_CHANNEL, Town, town

NAME = "みかづき運輸株式会社"
MAIL, TYPED = "u0anna@example.com", "u0bert@example.com"


async def sent(t: Town) -> list[tuple[str, str, bool]]:
    """Whom Slack has sent an invitation, as it recorded it."""
    return [(e["channel"], e["email"], e["limited"]) for e in await t.slack.record() if e["kind"] == "invited"]


async def last_look(t: Town, channel: str, typed: str) -> Modal:
    """The first two screens."""
    sec = t.slack.person(SEC1)
    await acts.fill(sec, await acts.opened(t, SEC1, "invite"), {"委託先": NAME, "招待するチャンネル": channel})
    assert (await sec.submit()).ok
    await acts.fill(sec, await sec.wait_modal("vr1.invite_to"), {"その他のメールアドレス": typed})
    assert (await sec.submit()).ok
    return await sec.wait_modal("vr1.invite_confirm")


async def told(t: Town, words: str, channel: str = "") -> Message:
    sec = t.slack.person(SEC1)
    if channel:
        found = [m for m in await acts.bot_messages(t, SEC1, channel) if words in m.plain()]
        return found[-1]
    return await sec.wait_message(words)


async def test_invited_accepted_linked(tmp_path: Path) -> None:
    async with town(tmp_path, manifest=wider(tmp_path)) as t:
        await t.start_bot()
        await acts.security_and_department(t)
        await acts.register(t, NAME)
        new = await t.slack.create_channel("ext-new", [SEC1, OWNER1, BOT], private=True)
        await t.settle()
        shown = await last_look(t, new, MAIL)
        assert await sent(t) == []
        assert MAIL in shown.plain()
        assert "高橋 物流" in shown.plain(), "whom they will meet there"
        await acts.submitted(t, SEC1, "受け付けました")
        await t.settle()
        assert await sent(t) == [(new, MAIL, False)]
        await told(t, "招待を送りました")

        # the same again, from another screen
        sec = t.slack.person(SEC1)
        await acts.fill(sec, await acts.opened(t, SEC1, "invite"), {"委託先": NAME, "招待するチャンネル": new})
        await sec.submit()
        await acts.fill(sec, await sec.wait_modal("vr1.invite_to"), {"その他のメールアドレス": MAIL.upper()})
        assert "招待済み" in str((await sec.submit()).errors)
        await sec.close(everything=True)

        (invite,) = t.running.sandbox.world.invites
        await t.slack.accept(invite, ANNA, approval=False)
        await t.settle()
        came = await told(t, "社外の会社が参加しました", SEC_CHANNEL)
        await t.slack.set_clock(morning(2026, 11, 27))
        await t.settle()
        asked = [m for m in [*await sec.dm_with_bot(), *await acts.bot_messages(t, SEC1, SEC_CHANNEL)] if m.bot]
        assert not [m for m in asked if "みかづき運輸" in m.plain() and "業務の委託先ですか" in m.plain()]

        assert (await sec.press(came, label="参加者を確認する")).ok
        form = await sec.wait_modal("vr1.link")
        assert "安藤 花" in form.plain()
        ((supplier,),) = acts.rows(t, "SELECT supplier_id FROM invitation")
        assert acts.stands(form, "委託先") == supplier, "who was invited is chosen already"
        await acts.submitted(t, SEC1, "窓口として登録しました")
        assert acts.rows(t, "SELECT state, mail FROM invitation") == [("accepted", MAIL)]
        assert await t.slack.problems() == []


async def test_a_lost_answer_waits_for_a_person_through_restarts(tmp_path: Path) -> None:
    async with town(tmp_path, manifest=wider(tmp_path)) as t:
        bot = await t.start_bot()
        await acts.security_and_department(t)
        await acts.register(t, NAME)
        new = await t.slack.create_channel("ext-new", [SEC1, BOT], private=True)
        await t.settle()
        await last_look(t, new, TYPED)
        await t.slack.fault("lost_answer", "conversations.inviteShared")
        await acts.submitted(t, SEC1, "受け付けました")
        await t.settle()
        card = await told(t, "届いたか分かりません", SEC_CHANNEL)
        await t.stop_bot(bot, kill=True)
        await t.start_bot()
        await t.settle()
        assert await sent(t) == [(new, TYPED, False)], "never a second one by itself"
        sec = t.slack.person(SEC1)
        assert (await sec.press(card, label="届いている")).ok
        await t.settle()
        assert acts.rows(t, "SELECT state, attempts FROM invitation") == [("sent", 1)]
        assert (await sec.press(card, label="届いていないので送り直す")).ok
        await t.settle()
        assert len(await sent(t)) == 1, "the other button of the same message is void"
