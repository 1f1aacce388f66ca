"""From the request to the silence: reminders on their days and no others, pauses, messages nobody can be sure of, English.

Three suppliers: one that never answers, one that is paused for a while, one that reads English and answers at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.client import Message
from tests.journeys import acts
from tests.journeys.acts import morning
from tests.journeys.short_checklist import PERSON, with_short_checklist
from tests.journeys.town import (
    ANNA,
    CH1,
    CH2,
    CH_GUEST,
    GUEST,
    LOBBY,
    OWNER1,
    RIVAL,
    SEC1,
    SEC_CHANNEL,
    SUP2,
    Town,
    town,
)

SILENT, PAUSED, ENGLISH = "みかづき運輸株式会社", "客野デザイン", "Blue Harbour Ltd."
DUE_DAY = "2026年12月23日(水)"


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Town]:
    """The round is open; the owner has answered for all but one supplier, so two requests are out."""
    async with town(folder) as made:
        with_short_checklist(made)
        made.env |= {"HOLD_SECONDS": "0.5", "CHANNEL_CHECK_SECONDS": "1"}  # what is held is looked at again and again
        await made.start_bot()
        await acts.security_and_department(made)
        for name, channel, more in (
            (SILENT, CH1, {}),
            (PAUSED, CH_GUEST, {"区分": "個人事業主"}),
            (ENGLISH, CH2, {"区分": "外国法人", "言語": "英語"}),
        ):
            await acts.register(made, name, **more)
            await acts.link(made, name, channel)
        await acts.open_round(made)
        for name in (SILENT, ENGLISH):
            await acts.attest(made, OWNER1, name)
        await made.settle()
        yield made


async def reminders(t: Town, user: str, channel: str) -> list[str]:
    """What stands under the request, oldest first."""
    request = await acts.hub(t, user, channel)
    return [m.plain() for m in await t.slack.person(user).thread(request) if m.bot]


async def unresolved(t: Town, kind: str) -> None:
    """Wait until the bot has given up looking for a message."""
    for _ in range(300):
        if acts.rows(t, "SELECT id FROM notice WHERE state = 'unresolved' AND kind = ?", kind):
            return await t.slack.no_faults()
        await asyncio.sleep(0.1)
    raise AssertionError(acts.rows(t, "SELECT kind, state, reason, lookups, blind FROM notice WHERE state <> 'sent'"))


async def stuck(t: Town) -> Message:
    """The list of what a person has to decide."""
    await acts.say(t, SEC1, "unresolved", LOBBY)
    return await t.slack.person(SEC1).wait_message(lambda m: m.ephemeral and "通知" in m.plain(), channel=LOBBY)


# -- messages nobody can be sure of ----------------------------------------------------------------------------------------


async def a_request_whose_answer_was_lost_is_found_by_a_person(t: Town) -> None:
    sec, guest = t.slack.person(SEC1), t.slack.person(GUEST)
    await t.slack.fault("lost_answer", "chat.postMessage")
    await t.slack.fault("lost_request", "conversations.history", times=500)
    await acts.attest(t, OWNER1, PAUSED)
    await unresolved(t, "hub")
    request = await acts.hub(t, GUEST, CH_GUEST)
    shown = await stuck(t)
    assert f"点検の案内 → {PAUSED}" in shown.plain()
    assert (await sec.press(shown, label="届いている")).ok
    await sec.wait_modal(fits=lambda m: bool(m.fields))
    stamp = request.ts.replace(".", "")
    for link in ("あそこ", f"https://aoba.example.com/archives/{CH1}/p{stamp}"):
        await acts.fill(sec, await sec.wait_modal(), {"メッセージのリンク": link})
        assert (await sec.submit()).errors
    await acts.fill(
        sec, await sec.wait_modal(), {"メッセージのリンク": f"https://aoba.example.com/archives/{CH_GUEST}/p{stamp}"}
    )
    await acts.submitted(t, SEC1, "記録しました")
    assert "確認が必要な通知はありません" in (await stuck(t)).plain()
    await acts.page(t, GUEST, CH_GUEST, 0)
    await acts.choose(t, GUEST, PERSON, "yes")
    await guest.close()
    (only,) = [m for m in await acts.bot_messages(t, GUEST, CH_GUEST) if not m.thread_ts]
    assert (only.ts, "1 / 4" in only.plain()) == (request.ts, True), "it is the card that is refreshed from now on"


async def an_english_supplier_reads_english_to_the_end(t: Town) -> None:
    rival, sec = t.slack.person(RIVAL), t.slack.person(SEC1)
    colleague = t.slack.person(await t.slack.add_user("kim", team=SUP2, real_name="Kim Lee"))
    await t.slack.join(CH2, colleague.id)
    await t.settle()
    request = await acts.hub(t, RIVAL, CH2)
    other = await acts.page(t, colleague.id, CH2, 0)
    form = await acts.page(t, RIVAL, CH2, 0)
    assert "Is somebody in charge?" in form.plain()
    await rival.close()
    for label in ("Is somebody", "Are there rules"):
        await acts.page(t, RIVAL, CH2, 0)
        await acts.choose(t, RIVAL, label, "yes")
        await rival.close()
    await acts.page(t, RIVAL, CH2, 1)
    await acts.choose(t, RIVAL, "Are they patched", "yes")
    await rival.close()
    assert (await rival.press(request, action_id="vr1.hub_submit")).ok
    confirm = await rival.wait_modal("vr1.submit")
    for field, words in zip(confirm.fields, ("Ky Rival", "IT"), strict=True):
        await rival.fill(field.block_id, words)
    await t.slack.fault("lost_request", "chat.postMessage", times=2)  # the thanks and the word to the team
    await t.slack.fault("lost_request", "conversations.replies", times=500)
    done = await rival.submit()
    assert done.modal
    await rival.close(everything=True)
    await unresolved(t, "submitted_thanks")
    assert (await sec.press(await stuck(t), label="もう一度送る")).ok
    await t.settle()
    (thanks,) = await reminders(t, RIVAL, CH2)
    assert "Ky Rival" in thanks
    await colleague.choose(acts.block(other, "Is somebody"), "no")
    refused = await colleague.wait_modal(fits=lambda m: m.callback_id != "vr1.page")
    assert "already been submitted" in refused.plain()
    await sec.wait_message(f"{ENGLISH}から", channel=SEC_CHANNEL)
    assert len([m for m in await acts.bot_messages(t, SEC1, SEC_CHANNEL) if f"{ENGLISH}から" in m.plain()]) == 1
    await sec.press(await sec.wait_message(f"{ENGLISH}から", channel=SEC_CHANNEL), action_id="vr1.judge_open")
    await acts.fill(sec, await sec.wait_modal(fits=lambda m: bool(m.fields)), {"判断": "問題なし", "理由": "確認した"})
    await acts.submitted(t, SEC1)
    await t.settle()
    shown = [form.plain(), confirm.plain(), done.modal.plain(), refused.plain(), *await reminders(t, RIVAL, CH2)]
    shown += [m.plain() for m in await acts.bot_messages(t, RIVAL, CH2)]
    shown += [e["text"] for e in await t.slack.record() if e["kind"] in {"posted", "updated"} and e["channel"] == CH2]
    for words in shown:
        ours = words.replace("配送業務", "").replace("あおば商事株式会社", "")
        assert not any("\u3040" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" for char in ours), words


# -- pauses and days --------------------------------------------------------------------------------------------------------


async def while_everything_is_paused_nothing_moves_but_people_go_on(t: Town) -> None:
    await acts.say(t, SEC1, "pause", LOBBY)
    before = await acts.mark(t)
    await acts.page(t, ANNA, CH1, 0)
    await acts.choose(t, ANNA, PERSON, "no")
    await t.slack.person(ANNA).close()
    await acts.at(t, to=morning(2026, 12, 18))
    posts = [e for e in await t.slack.record(before) if e["kind"] in {"posted", "updated"} and e.get("bot")]
    assert posts == []
    await acts.at(t, to=morning(2026, 12, 21))
    await acts.say(t, SEC1, "resume", LOBBY)
    for user, channel in ((ANNA, CH1), (GUEST, CH_GUEST)):
        await t.slack.person(user).wait_message("近づいて", channel=channel)
        await t.settle()
        (reminder,) = await reminders(t, user, channel)
        assert DUE_DAY in reminder
        assert "1 / 4" in (await acts.hub(t, user, channel)).plain()


async def each_reminder_comes_on_its_day_and_a_paused_supplier_gets_none(t: Town) -> None:
    await acts.say(t, SEC1, f"pause {PAUSED}", LOBBY)
    told: dict[str, str] = {}
    days = [(12, 22), (12, 23), (12, 24), (12, 25), (12, 28), (12, 29), (12, 31)]
    days += [(1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (1, 11), (1, 12)]
    for month, day in days:
        known = len(await reminders(t, ANNA, CH1))
        await acts.at(t, to=morning(2026 if month == 12 else 2027, month, day, 8))
        assert len(await reminders(t, ANNA, CH1)) == known, "not before nine"
        await acts.at(t, to=morning(2026 if month == 12 else 2027, month, day))
        new = (await reminders(t, ANNA, CH1))[known:]
        assert len(new) <= 1
        told |= {f"{month}/{day}": words for words in new}
        assert len(await reminders(t, GUEST, CH_GUEST)) == 1
    assert list(told) == ["12/23", "12/28", "1/7"], "on the day, three and seven business days after it"
    assert all(DUE_DAY in words for words in told.values())
    assert "2026年12月28日(月)時点" in told["12/28"]
    assert len(await reminders(t, RIVAL, CH2)) == 2, "whoever has answered is left alone: thanks, and the result"


async def after_ten_days_people_decide_for_a_resumed_supplier_too(t: Town) -> None:
    await acts.page(t, ANNA, CH1, 0)
    await acts.at(t, to=morning(2027, 1, 13))
    closed = await acts.hub_of(t, ANNA, CH1, "受付を終了いたしました")
    assert closed.buttons() == []
    assert len(await reminders(t, ANNA, CH1)) == 4, "the end itself is no reminder"
    anna = t.slack.person(ANNA)
    shown = await anna.modal()
    assert shown
    await anna.choose(acts.block(shown, PERSON), "yes")
    assert "受付を終了" in (await anna.wait_modal(fits=lambda m: m.callback_id != "vr1.page")).plain()
    await anna.close(everything=True)
    silence = f"{SILENT}様への"
    assert len([words for words in await acts.told(t, OWNER1) if silence in words]) == 1
    (card,) = [m for m in await acts.bot_messages(t, SEC1, SEC_CHANNEL) if silence in m.plain()]
    assert [b.label for b in card.buttons()] == ["判断する"]
    await acts.say(t, SEC1, f"resume {PAUSED}", LOBBY)
    await t.settle()
    await acts.hub_of(t, GUEST, CH_GUEST, "受付を終了いたしました")
    assert len(await reminders(t, GUEST, CH_GUEST)) == 1, "what was missed in a pause is not made up for"
    assert len([m for m in await acts.bot_messages(t, SEC1, SEC_CHANNEL) if f"{PAUSED}様への" in m.plain()]) == 1


SCENES = (
    a_request_whose_answer_was_lost_is_found_by_a_person,
    an_english_supplier_reads_english_to_the_end,
    while_everything_is_paused_nothing_moves_but_people_go_on,
    each_reminder_comes_on_its_day_and_a_paused_supplier_gets_none,
    after_ten_days_people_decide_for_a_resumed_supplier_too,
)


async def test_from_the_request_to_the_silence(tmp_path: Path) -> None:
    async with stage(tmp_path) as t:
        await acts.play(t, SCENES)
        assert await t.slack.problems() == []
