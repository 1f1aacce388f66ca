"""Linking and what guards it, with the real bot on the local Slack: nothing goes where a stranger reads along."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import Modal
from tests.journeys.town import (
    ADMIN,
    ANNA,
    BOSS,
    CH1,
    CH2,
    CH_GUEST,
    DEPUTY,
    EMPLOYEE,
    GUEST2,
    LOBBY,
    OWNER1,
    SEC1,
    SEC_CHANNEL,
    STRANGER,
    SUP3,
    Town,
    town,
)

SUPPLIER = "みかづき運輸株式会社"


@pytest.fixture
async def t(tmp_path: Path) -> AsyncIterator[Town]:
    """The bot runs, the team is chosen, one supplier is registered."""
    async with town(tmp_path) as made:
        await made.start_bot()
        admin, sec = made.slack.person(ADMIN), made.slack.person(SEC1)
        await admin.command("/vendor-review", f"security #{SEC_CHANNEL}")
        await admin.wait_message("担当は2名")
        people = {"部門名": "物流部", "主担当者": OWNER1, "副担当者": DEPUTY, "エスカレーション先": BOSS}
        await form(made, "department 物流部", people)
        supplier = {"名称": SUPPLIER, "部門": "物流部", "業務内容": "配送", "契約形態": "準委任", "個人データ": "あり"}
        await form(made, "register", supplier)
        yield made
        assert await sec.modal() is None
        assert await made.slack.problems() == [], made.log[-3000:]


async def form(t: Town, words: str, values: dict[str, Any], channel: str | None = None) -> Modal:
    """Type a command, fill the form, submit it; the view that came of it, closed again."""
    sec = t.slack.person(SEC1)
    await sec.command("/vendor-review", words, channel=channel)
    modal = await sec.wait_modal(fits=lambda m: bool(m.fields))
    for label, value in values.items():
        where = next(f for f in modal.fields if f.label.startswith(label))
        enter = sec.choose if where.options or "select" in where.type else sec.fill
        assert (await enter(where.block_id, value)).ok
    result = await sec.submit()
    assert result.ok, result
    shown = await sec.modal()
    await sec.close(everything=True)
    assert shown
    return shown


async def link(t: Town, channel: str = CH1) -> Modal:
    return await form(t, "link", {"委託先": SUPPLIER}, channel)


async def shown(t: Town, channel: str) -> Modal:
    """What stands in the modal once the look has ended; closed again."""
    sec = t.slack.person(SEC1)
    await sec.command("/vendor-review", "link", channel=channel)
    modal = await sec.wait_modal(fits=lambda m: m.callback_id != "vr1.wait")
    await sec.close(everything=True)
    return modal


async def test_who_can_read_a_channel_is_shown_to_whoever_may_link_it(t: Town) -> None:
    modal = await shown(t, CH1)
    for word in ("みかづき運輸", "安藤 花", "別当 進", "佐藤 花子", "高橋 物流"):
        assert word in modal.plain()
    assert modal.submit_label == "この窓口を確認して登録する"
    opened = [e["view"]["callback_id"] for e in await t.slack.record() if e["kind"] == "view" and e["op"] == "open"]
    assert opened[-1] == "vr1.wait", "a modal stands before Slack is asked anything"
    unfit, unseen = await shown(t, SEC_CHANNEL), await shown(t, LOBBY)
    assert "窓口にできません" in unfit.plain()
    assert "/invite" in unseen.plain()
    assert (unfit.submit_label, unseen.submit_label) == (None, None)
    assert "客野 個人" in (await shown(t, CH_GUEST)).plain()
    assert "公開チャンネル" in (await shown(t, CH2)).plain()
    for user, channel in ((EMPLOYEE, LOBBY), (OWNER1, CH1)):
        person = t.slack.person(user)
        await person.command("/vendor-review", "link", channel=channel)
        assert "担当の方だけ" in (await person.wait_message("この操作は", channel=channel)).plain()
        assert await person.modal() is None


async def test_whoever_joins_unconfirmed_stops_the_endpoint_until_a_person_confirms_again(t: Town) -> None:
    sec = t.slack.person(SEC1)
    assert "窓口として登録しました" in (await link(t)).plain()
    assert "登録済み" in (await shown(t, CH1)).plain()
    await t.slack.connect(CH1, SUP3)
    told = await sec.wait_message("窓口への送信を止めました", channel=SEC_CHANNEL)
    assert SUPPLIER in told.plain()
    assert "くろしお倉庫" in told.plain()
    await t.slack.join(CH1, STRANGER)
    await t.settle()
    assert len([m for m in await sec.messages(SEC_CHANNEL) if "止めました" in m.plain()]) == 1
    assert [m for m in await t.slack.person(ANNA).messages(CH1) if m.bot] == [], "the partner is told nothing of it"
    assert "確認し直しました" in (await link(t)).plain()
    await t.slack.join(CH1, GUEST2)
    assert "客野 別人" in (await sec.wait_message("確認していないゲスト", channel=SEC_CHANNEL)).plain()
    await link(t)
    await t.slack.archive(CH1, SEC1)
    await sec.wait_message("アーカイブ", channel=SEC_CHANNEL)


async def test_no_modal_is_left_waiting_and_no_old_form_is_taken(t: Town) -> None:
    sec = t.slack.person(SEC1)
    await t.slack.fault("lost_request", "conversations.info", times=20)
    assert "もう一度お試しください" in (await shown(t, CH1)).plain()
    await t.slack.no_faults()
    await t.slack.fault("lost_request", "views.open", times=20)
    await sec.command("/vendor-review", "link", channel=CH1)
    await sec.wait_message("画面を開けませんでした", channel=CH1)
    await t.slack.no_faults()
    await sec.command("/vendor-review", "link", channel=CH1)
    await sec.wait_modal(fits=lambda m: bool(m.fields))
    await sec.choose("委託先", SUPPLIER)
    await t.slack.connect(CH1, SUP3)
    await t.settle()
    result = await sec.submit()
    assert result.modal
    assert "参加会社が変わりました" in result.modal.plain()
    await sec.close(everything=True)
