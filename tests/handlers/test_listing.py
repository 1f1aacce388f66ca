"""The list through the whole application: filtered on top of the list, ticked, tagged; and reviews of what is ticked."""

from typing import Any

import pytest

from bot.domain.ledger import Engagement
from bot.domain.rounds import RoundDecision
from message_templates import ids
from sandbox import views
from tests.handlers.cast import LOBBY, SEC
from tests.handlers.slackside import Modal, Outcome
from tests.handlers.stage import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def typed(stage: Scene, words: str) -> Any:
    """The list as it is on the person's screen."""
    done = await stage.slack.send(stage.slack.command(SEC, words, LOBBY))
    assert not done.problems
    return top(stage)


def top(stage: Scene) -> Any:
    return views.stack(stage.slack.live.sandbox.world, SEC)[-1]


def count(stage: Scene) -> str:
    return str(top(stage).content["blocks"][0]["text"]["text"])


async def bulk(stage: Scene, listed: Any, **said: Any) -> Outcome:
    """Tick every row of the page, then say what is to be done."""
    ticked = await stage.slack.send(stage.slack.submit(SEC, Modal(listed.content), {"pick": ["yes"]}))
    assert ticked.ack["response_action"] == "push"
    return await stage.slack.send(stage.slack.submit(SEC, Modal(ticked.ack["view"]), said))


async def test_narrowed_by_the_form_then_tagged(stage: Scene) -> None:
    try:
        listed = await typed(stage, "list")
        total = count(stage).partition("件中")[0]
        form = await stage.slack.send(stage.slack.press(SEC, Modal(listed.content), ids.Do.LIST_FILTER))
        assert not form.problems
        words = {"words": "㈱", "personal_data": "no"}
        found = await stage.slack.send(stage.slack.submit(SEC, stage.slack.modal_of(SEC), words))
        assert found.ack == {}, "the form closes; the list below shows what it found"
        narrowed = await typed(stage, "list ㈱")
        matched = count(stage).removeprefix(f"{total}件中").partition("件")[0]
        done = await bulk(stage, narrowed, what="tag", tag="東京")
        shown = min(int(matched), 15)
        assert f"{shown}件のうち{shown}件を変更しました。" in done.words
        async with stage.app.db.read() as tx:
            assert sum("東京" in e.tags for e in await tx.find(Engagement)) == shown
    finally:
        stage.restore()


async def test_a_round_of_what_is_ticked(stage: Scene) -> None:
    try:
        async with stage.app.db.read() as tx:
            before = {d.round_id for d in await tx.find(RoundDecision)}
        narrowed = await typed(stage, "list 2")
        form = await bulk(stage, narrowed, what="rounds")
        view = form.ack["view"]
        assert "だけが対象です" in view["blocks"][0]["text"]["text"]
        done = await stage.slack.send(stage.slack.submit(SEC, Modal(view), {"title": "選んだものだけ"}))
        assert done.ack["view"]["callback_id"] == ids.View.ROUND_PREVIEW, done.words
        ticked = {b["block_id"].split(".")[-1] for b in narrowed.content["blocks"] if "accessory" in b}
        async with stage.app.db.read() as tx:
            made = [d for d in await tx.find(RoundDecision) if d.round_id not in before]
        assert {d.engagement_id for d in made if d.reason != "not_chosen"} == ticked
        assert {d.reason for d in made if d.engagement_id not in ticked} == {"not_chosen"}
    finally:
        stage.restore()


async def test_what_cannot_be_stands_under_its_field(stage: Scene) -> None:
    try:
        done = await bulk(stage, await typed(stage, "list"), what="owner")
        assert list(done.ack["errors"]) == [ids.field_block("person")]
        done = await bulk(stage, await typed(stage, "list"), what="tag", tag="東京、大阪")
        assert list(done.ack["errors"]) == [ids.field_block("tag")]
    finally:
        stage.restore()
