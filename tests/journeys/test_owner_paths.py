"""What owners can say beside "nothing has changed", and what follows from it for colleagues, suppliers and the team.

One department's round with everything in it: handed on to a colleague, handed on to nobody, ended before and after the
supplier was asked, a primary who has left, silence until the waiting time is over.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sandbox.client import Message, Modal
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
    EMPLOYEE,
    GUEST,
    HOME,
    OWNER1,
    RIVAL,
    SEC1,
    SEC_CHANNEL,
    Town,
    town,
)

HANDED, NOBODYS, HALF = "みかづき運輸株式会社", "あけぼの清掃合同会社", "ほしぞら印刷株式会社"
LATE, LEFT = "客野デザイン", "こだま通信株式会社"
NUMBERS = {HANDED: "7999901000001", HALF: "6999901000019"}  # by the number a second piece of work finds its company
DIGEST, ADDED = "委託業務の現況確認:", "上の一覧に追加しました"


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Town]:
    """A round is open over five suppliers; whoever was the primary of the fifth has left."""
    async with town(folder) as made:
        with_short_checklist(made)
        leaver = await made.slack.add_user("leaver", team=HOME, real_name="退職 予定")
        await made.start_bot()
        await acts.security_and_department(made)
        await acts.department(made, "品質部", leaver, DEPUTY, BOSS)
        for name, work, channel in (
            (HANDED, "配送業務", CH1),
            (HANDED, "保管業務", ""),
            (NOBODYS, "清掃業務", ""),
            (HALF, "名刺の印刷", CH2),
            (HALF, "封筒の印刷", ""),
            (LATE, "図案の作成", CH_GUEST),
        ):
            await acts.register(made, name, 業務内容=work, 法人番号=NUMBERS.get(name, ""))
            if channel:
                await acts.link(made, name, channel)
        await acts.register(made, LEFT, 部門="品質部", 業務内容="通信の監視")
        await made.slack.deactivate(leaver)
        await made.settle()
        await acts.open_round(made)
        yield made


async def asked(t: Town, words: tuple[str, ...], label: str, owner: str = OWNER1) -> Modal:
    """Press a button that asks for more, and wait for the form."""
    await acts.attest(t, owner, *words, label=label)
    return await t.slack.person(owner).wait_modal(fits=lambda m: bool(m.fields))


async def sent(t: Town, owner: str = OWNER1) -> None:
    """Submit the form; it closes."""
    result = await t.slack.person(owner).submit()
    assert result.ok, result.errors
    assert result.closed
    await t.settle()


async def digests(t: Town, who: str) -> tuple[list[Message], list[Message]]:
    """What somebody got: digests, and lines in their threads."""
    said = [m for m in await t.slack.person(who).dm_with_bot() if m.bot]
    return [m for m in said if DIGEST in m.plain() and not m.thread_ts], [m for m in said if ADDED in m.plain()]


async def team_was_told(t: Town, *words: str) -> list[str]:
    """What the security team's channel holds about something."""
    return [m.plain() for m in await acts.bot_messages(t, SEC1, SEC_CHANNEL) if all(w in m.plain() for w in words)]


async def handed_on_to_a_colleague_who_gets_one_digest(t: Town) -> None:
    owner = t.slack.person(OWNER1)
    modal = await asked(t, (HANDED, "配送業務"), "担当ではない")
    for wrong, sentence in ((GUEST, "自社の社員"), (OWNER1, "入力の内容")):
        await acts.fill(owner, modal, {"現在の担当者": wrong})
        refused = await owner.submit()
        assert sentence in " ".join(refused.errors.values())
    await acts.fill(owner, modal, {"現在の担当者": EMPLOYEE, "備考": "異動しました"})
    await sent(t)
    (first,), () = await digests(t, EMPLOYEE)
    assert ("配送業務" in first.plain(), "保管業務" in first.plain()) == (True, False)
    modal = await asked(t, (HANDED, "保管業務"), "担当ではない")
    await acts.fill(owner, modal, {"現在の担当者": EMPLOYEE})
    await sent(t)
    (digest,), (line,) = await digests(t, EMPLOYEE)
    assert ("配送業務" in digest.plain(), "保管業務" in digest.plain()) == (True, True)
    assert ("保管業務" in line.plain(), line.thread_ts) == (True, digest.ts)
    old = await acts.digest(t, OWNER1)
    assert old.plain().count("山本 無関さんへ引き継ぎ") == 2
    with pytest.raises(AssertionError, match="no card"):
        acts.card_value(old, HANDED)
    assert await team_was_told(t, HANDED) == []
    await acts.attest_all(t, EMPLOYEE, 2)
    assert "配送業務" not in (await acts.hub(t, ANNA, CH1)).plain(), (
        "the channel reads what is asked, not what we call it"
    )
    assert "すべてご回答いただきました" in (await acts.digest(t, EMPLOYEE)).plain()


async def handed_on_to_nobody_goes_to_the_deputy_and_the_team_is_told(t: Town) -> None:
    before = len((await digests(t, DEPUTY))[0])
    await asked(t, (NOBODYS,), "担当ではない")
    await sent(t)
    found, lines = await digests(t, DEPUTY)
    assert before == len(found) == 1, "the deputy had a digest already, for whoever has left"
    assert len(lines) == 1
    assert NOBODYS in found[0].plain()
    (told,) = await team_was_told(t, NOBODYS, "担当者のいない委託業務")
    assert "伊藤 代理さんに確認をお願いしています" in told
    await acts.attest(t, DEPUTY, NOBODYS)
    await t.settle()
    assert f"✓ {NOBODYS}｜清掃業務: 変更なし" in (await acts.digest(t, DEPUTY)).plain()


async def a_deputy_answers_where_the_primary_has_left(t: Town) -> None:
    assert len(await team_was_told(t, LEFT, "伊藤 代理さんに確認をお願いしています")) == 1
    await acts.attest(t, DEPUTY, LEFT)
    await t.settle()
    assert "すべてご回答いただきました" in (await acts.digest(t, DEPUTY)).plain()
    assert len(await team_was_told(t, LEFT, "確認済みの窓口がありません")) == 1


async def one_of_two_pieces_of_work_has_ended_before_the_supplier_is_asked(t: Town) -> None:
    owner = t.slack.person(OWNER1)
    modal = await asked(t, (HALF, "名刺の印刷"), "終了")
    await acts.fill(owner, modal, {"終了した日": "2027-03-31"})
    assert "本日までの日付" in " ".join((await owner.submit()).errors.values())
    await acts.fill(owner, modal, {"終了した日": "2026-10-31"})
    assert "開始日以降" in " ".join((await owner.submit()).errors.values()), "it began with today's date"
    await acts.fill(owner, modal, {"終了した日": "2026-11-25"})
    await sent(t)
    assert await acts.bot_messages(t, RIVAL, CH2) == [], "the other work has not been answered for"
    await acts.attest(t, OWNER1, HALF, "封筒の印刷")
    await t.settle()
    await acts.answer_all(t, RIVAL, CH2)
    await acts.hand_in(t, RIVAL, CH2, name="来栖 競")
    (card,) = await team_was_told(t, f"{HALF}から")
    assert ("封筒の印刷" in card, "名刺の印刷" in card) == (True, False)
    items = "SELECT e.business, i.state, i.reason FROM review_item i JOIN engagement e ON e.id = i.engagement_id"
    assert acts.rows(t, f"{items} WHERE e.business LIKE '%の印刷' ORDER BY 1") == [
        ("名刺の印刷", "withdrawn", "engagement_ended"),
        ("封筒の印刷", "open", ""),
    ]


async def silence_until_the_waiting_time_is_over_then_the_supplier_is_asked(t: Town) -> None:
    await acts.at(t, to=morning(2026, 12, 9, 17))
    assert await acts.bot_messages(t, GUEST, CH_GUEST) == [], "the tenth business day lasts until its end"
    await acts.at(t, to=morning(2026, 12, 10, 8))
    assert await acts.bot_messages(t, GUEST, CH_GUEST) == [], "and nobody is written to at night"
    await acts.at(t, to=morning(2026, 12, 10, 9))
    request = await acts.hub(t, GUEST, CH_GUEST)
    assert "2026年12月24日" in request.plain(), "ten business days from now, though the round's day is the 23rd"
    card = await acts.digest(t, OWNER1)
    assert "期限を過ぎています。まだお答えいただけます" in card.plain()
    reminders = [words for words in await acts.told(t, OWNER1) if "回答期限(2026年12月2日" in words]
    assert len(reminders) == 1, "what was missed is merged"
    assert LATE in reminders[0]
    assert HANDED not in reminders[0]


async def work_that_has_ended_after_the_supplier_was_asked_is_taken_back(t: Town) -> None:
    owner, guest = t.slack.person(OWNER1), t.slack.person(GUEST)
    await acts.page(t, GUEST, CH_GUEST, 0)
    shown = await acts.choose(t, GUEST, PERSON, "yes")
    await acts.fill(owner, await asked(t, (LATE,), "終了"), {"終了した日": "2026-12-01"})
    await sent(t)
    request = await acts.hub_of(t, GUEST, CH_GUEST, "このお願いは取り下げとなりました")
    assert request.buttons() == []
    (line,) = [m.plain() for m in await guest.thread(request)]
    assert "取り下げ" in line
    assert (await guest.choose(acts.block(shown, PERSON), "no")).ok
    assert "受付を終了" in (await guest.wait_modal(fits=lambda m: m.callback_id != "vr1.page")).plain()
    await guest.close(everything=True)
    await t.settle()
    assert "すべてご回答いただきました" in (await acts.digest(t, OWNER1)).plain()
    await acts.at(t, to=morning(2027, 1, 20))
    assert len(await guest.thread(request)) == 1, "no reminder for what was taken back"


SCENES = (
    handed_on_to_a_colleague_who_gets_one_digest,
    handed_on_to_nobody_goes_to_the_deputy_and_the_team_is_told,
    a_deputy_answers_where_the_primary_has_left,
    one_of_two_pieces_of_work_has_ended_before_the_supplier_is_asked,
    silence_until_the_waiting_time_is_over_then_the_supplier_is_asked,
    work_that_has_ended_after_the_supplier_was_asked_is_taken_back,
)


async def test_what_owners_can_say(tmp_path: Path) -> None:
    async with stage(tmp_path) as t:
        await acts.play(t, SCENES)
        assert await t.slack.problems() == []
