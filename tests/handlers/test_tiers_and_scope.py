"""Tiers and what a round leaves out, through the real application: from the command or the preview to what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.ledger import Assessment, Engagement
from bot.domain.rounds import ReviewItem, Round, RoundState
from bot.domain.tiers import TierDecision
from message_templates import ids
from tests.handlers.cast import SEC
from tests.handlers.slackside import Modal, Outcome
from tests.handlers.stage import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def put_back(stage: Scene) -> Any:
    """Each test finds the stage as it was set."""
    yield
    stage.restore()


async def press(stage: Scene, thing: Modal, do: str) -> Modal:
    """What a press in a modal leads to."""
    done = await stage.slack.send(stage.slack.press(SEC, thing, do))
    assert not done.problems, done.problems
    return stage.slack.modal_of(SEC)


async def submit(stage: Scene, thing: Modal, **values: Any) -> Outcome:
    done = await stage.slack.send(stage.slack.submit(SEC, thing, values))
    assert not done.problems, done.problems
    return done


async def kept(stage: Scene, cls: type[Any], **which: Any) -> list[Any]:
    async with stage.app.db.read() as tx:
        found: list[Any] = await tx.find(cls, **which)
    return found


async def test_from_the_preview_to_the_opened_round(stage: Scene) -> None:
    listed = await press(stage, stage.modals["preview"], ids.Do.SCOPE_SEE)
    assert "秘密保持契約で評価(個人データあり)" in str(listed.content)
    form = await press(stage, listed, ids.Do.SCOPE_TURN)
    refused = await submit(stage, form, note=" ")
    assert refused.ack == {"response_action": "errors", "errors": {ids.field_block("note"): refused.words[0]}}
    done = await submit(stage, form, note="個人データがあるため")
    again = Modal(done.ack["view"])
    assert "個人データがあるため" in str(again.content)
    preview = await press(stage, again, ids.Do.ROUND_PREVIOUS)
    assert "秘密保持契約で評価" not in str(preview.content)  # nothing is proposed any more
    done = await submit(stage, preview)
    if (
        done.ack["view"]["callback_id"] == ids.View.ROUND_PREVIEW
    ):  # the stage got more work since: shown again, as chosen
        assert "秘密保持契約で評価" not in done.returned
        done = await submit(stage, Modal(done.ack["view"]))
    assert "開始しました" in done.returned
    (work,) = await kept(stage, Engagement, assessment=Assessment.NDA)
    (opened,) = await kept(stage, Round, state=RoundState.OPEN, title="2027年度")
    assert len(await kept(stage, ReviewItem, engagement_id=work.id)) == 1, opened.id


async def test_leaving_a_supplier_out_shows_the_preview_again(stage: Scene) -> None:
    done = await submit(stage, stage.modals["leave"], note="来月に点検するため")
    assert "担当者の判断で除外 1件" in done.returned
    assert done.ack["view"]["callback_id"] == ids.View.ROUND_PREVIEW


async def test_a_tier_is_set_from_the_form_and_what_is_missing_stands_under_its_input(stage: Scene) -> None:
    form = stage.modals["tier"]
    for values, field in (
        ({"reason": "指摘", "until": "2026-12-31"}, "tier"),
        ({"tier": "high", "until": "2026-12-31"}, "reason"),
        ({"tier": "high", "reason": "指摘", "until": "2026-11-01"}, "until"),
    ):
        refused = await submit(stage, form, **{"tier": None, "reason": None, "until": None} | values)
        assert list(refused.ack["errors"]) == [ids.field_block(field)]
    done = await submit(stage, form, tier="high", reason="監督官庁の指摘", until="2026-12-31")
    assert "2026年12月31日(木)まで「高」にしました" in done.returned
    (set_,) = await kept(stage, TierDecision, cause="override")
    assert (set_.override, set_.override_reason) == ("high", "監督官庁の指摘")
