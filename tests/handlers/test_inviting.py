"""Inviting through the real application: the three screens, where a refusal is said, and what a press under a message says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.inviting import Invitation, InvitationState
from message_templates import ids
from tests.handlers.cast import CH1, LOBBY, SEC
from tests.handlers.slackside import Modal, Outcome
from tests.handlers.stage import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

MAIL = "abe@mikazuki.example.com"


async def submit(stage: Scene, modal: Modal, **values: Any) -> Outcome:
    done = await stage.slack.send(stage.slack.submit(SEC, modal, values))
    assert not done.problems, done.problems
    assert not done.early, "Slack was asked before the acknowledgement"
    return done


def on_top(stage: Scene, done: Outcome) -> Modal:
    return Modal(done.ack["view"]) if done.ack.get("view") else stage.slack.modal_of(SEC)


def said(modal: Modal) -> str:
    return str(modal.content)


async def channel_chosen(stage: Scene, channel: str) -> Modal:
    values = {"supplier": stage.ids["first supplier"], "channel": channel}
    await submit(stage, stage.modals["invite"], **values)
    return stage.slack.modal_of(SEC)


async def test_without_the_scope_the_way_by_hand_is_told(stage: Scene) -> None:
    done = await stage.slack.send(stage.slack.command(SEC, "invite", LOBBY))
    assert not done.problems, done.problems
    text = said(stage.slack.modal_of(SEC))
    assert "Slackから直接招待できます" in text
    assert "/vendor-review link" in text
    assert "conversations.connect:write" in text
    assert "submit" not in stage.slack.modal_of(SEC).content
    assert stage.changes() == []


async def test_three_screens_lead_to_one_row_and_nothing_has_left(stage: Scene) -> None:
    to = await channel_chosen(stage, LOBBY)
    assert to.content["callback_id"] == ids.View.INVITE_TO
    last = on_top(stage, await submit(stage, to, typed=f"{MAIL}\n{MAIL.upper()}"))
    assert last.content["callback_id"] == ids.View.INVITE_CONFIRM
    text = said(last)
    assert text.count(MAIL) >= 1
    assert MAIL.upper() not in text
    assert "これまでの投稿とファイル" in text
    assert "公開チャンネル" in text
    done = on_top(stage, await submit(stage, last))
    assert MAIL in said(done)
    async with stage.app.db.read() as tx:
        (made,) = await tx.find(Invitation, mail_key=MAIL)
    assert (made.state, made.channel_id, made.attempts) == (InvitationState.WANTED, LOBBY, 0)
    assert stage.slack.live.sandbox.world.invites == {}, "only a tick asks Slack"
    stage.restore()


@pytest.mark.parametrize("typed", ["", "安部@example.com", "abe@", " ".join(f"a{n}@example.com" for n in range(6))])
async def test_what_is_no_address_is_said_under_the_field(stage: Scene, typed: str) -> None:
    to = await channel_chosen(stage, LOBBY)
    done = await submit(stage, to, typed=typed)
    assert done.ack["response_action"] == "errors", done.ack
    assert list(done.ack["errors"]) == [ids.field_block("typed")]
    stage.restore()


async def test_a_box_that_is_taken_away_is_not_invited_and_none_at_all_is_said_so(stage: Scene) -> None:
    last = on_top(stage, await submit(stage, await channel_chosen(stage, LOBBY), typed=f"{MAIL} baba@example.com"))
    done = await submit(stage, last, mails=["baba@example.com"])
    assert MAIL not in done.returned
    async with stage.app.db.read() as tx:
        assert await tx.find(Invitation, mail_key=MAIL) == []
        assert len(await tx.find(Invitation, mail_key="baba@example.com")) == 1
    stage.restore()


async def test_a_channel_with_outside_people_is_refused_behind_the_wait(stage: Scene) -> None:
    """Slack's menu leaves it out, but a payload can say anything."""
    values = {"supplier": stage.ids["first supplier"], "channel": LOBBY}
    body = stage.slack.submit(SEC, stage.modals["invite"], values)
    forged = json.loads(
        json.dumps(body).replace(f'"selected_conversation": "{LOBBY}"', f'"selected_conversation": "{CH1}"')
    )
    assert forged != body
    done = await stage.slack.send(forged)
    assert not done.problems, done.problems
    shown = stage.slack.modal_of(SEC)
    assert "すでにこの委託先の窓口です" in said(shown)
    assert "submit" not in shown.content
    assert stage.changes() == []


async def test_a_press_under_the_message_is_answered_to_whoever_pressed(stage: Scene) -> None:
    card = stage.cards["invitation"]
    done = await stage.slack.send(stage.slack.press(SEC, card, ids.Do.INVITE_ARRIVED))
    (told,) = [e for e in done.shown if e["kind"] == "ephemeral"]
    assert told["user"] == SEC
    assert "送信済み" in done.returned
    again = await stage.slack.send(stage.slack.press(SEC, card, ids.Do.INVITE_AGAIN))
    assert "現在の状態では" in again.returned, "it is settled: the other button of the same message is void"
    stage.restore()
