"""A rehearsal through the real application: begun and ended in words, and every other person refused on its cards."""

from __future__ import annotations

import pytest

from bot.domain.judging import WaitingReview, WaitingReviews
from bot.domain.ledger import Endpoint
from bot.domain.people import Person
from bot.domain.rounds import Attestation, Review
from bot.services.hubview import draw, hub_view
from message_templates import ids, kit
from message_templates.catalogs import CATALOGS, Text
from message_templates.judge import waiting_list
from tests.handlers.cast import ACTORS, ADMIN, LOBBY, OTHER_GROUP, SEC
from tests.handlers.slackside import Outcome, card
from tests.handlers.stage import COMPANY, Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")
JA, EN = CATALOGS["ja"], CATALOGS["en"]
NO = {words[f"refusal.{code}"] for words in (JA, EN) for code in ("not_yours", "not_found", "unknown_person")}
FRAME = {words[key] for words in (JA, EN) for key in ("note.title", "common.close")}


async def typed(stage: Scene, text: str, user: str = SEC) -> Outcome:
    return await stage.slack.send(stage.slack.command(user, text, LOBBY))


@pytest.mark.parametrize("words", ["rehearse", "練習", "ＲＥＨＥＡＲＳＥ"])
async def test_it_is_begun_and_ended_in_words(stage: Scene, words: str) -> None:
    try:
        assert JA["rehearsal.begun"] in (await typed(stage, words)).words
        assert JA["home.rehearsal_owner"] in (await typed(stage, words)).words
        assert JA["rehearsal.ended"] in (await typed(stage, f"{words} 終了")).words
        assert JA["rehearsal.none"] in (await typed(stage, f"{words} end")).words
        left = [row for row in stage.changes() if not row.startswith("+ audit_event:")]
        assert left == []
    finally:
        stage.restore()


async def test_an_act_delivered_twice_counts_once(stage: Scene) -> None:
    try:
        body = stage.slack.command(SEC, "rehearse", LOBBY)
        first, second = await stage.slack.send(body), await stage.slack.send(body)
        assert first.words == second.words == [JA["rehearsal.begun"]]
    finally:
        stage.restore()


async def test_everybody_else_is_refused_on_its_cards(stage: Scene) -> None:
    """Another member of the security team too: on the owner's card, on the supplier's hub, on the judge's list."""
    try:
        await typed(stage, f"security <!subteam^{OTHER_GROUP}|@next>")  # the administrator is of the team now
        await typed(stage, "rehearse")
        async with stage.app.db.read() as tx:
            me = await tx.one(Person, slack_user_id=SEC)
        assert me
        async with stage.app.db.read(me.id) as tx:
            (asked,), (review,), (endpoint,) = [await tx.find(cls) for cls in (Attestation, Review, Endpoint)]
            hub = draw(await hub_view(tx, review, endpoint, COMPANY))
        same = card([kit.actions([kit.button("-", ids.Do.ATTEST_SAME, ids.pack(asked.id))])], LOBBY)
        opened = card([kit.actions([kit.button("-", ids.Do.HUB_OPEN, ids.pack(review.id, endpoint.id, 0))])], LOBBY)
        line = WaitingReview(review_id=review.id, supplier="-", title="-", due_on=review.due_on, reason="", items=1)
        judged = card(waiting_list(Text("ja"), WaitingReviews(reviews=(line,), total=1)), LOBBY)
        assert hub
        before = stage.rows()
        others = [actor for actor in ACTORS if actor.user != SEC]
        assert ADMIN in {actor.user for actor in others}
        for actor in others:
            for what, do in ((same, ids.Do.ATTEST_SAME), (opened, ids.Do.HUB_OPEN), (judged, ids.Do.JUDGE_OPEN)):
                done = await stage.slack.send(stage.slack.press(actor.user, what, do))
                said = set(done.words) - FRAME
                assert said, f"{actor.who} is told nothing on {do}"
                assert said <= NO, f"{actor.who} on {do}: {said}"
                assert done.problems == []
        now = stage.rows()
        assert {t: now[t] for t in now if t not in {"person", "person_name", "membership"}} == {
            t: before[t] for t in before if t not in {"person", "person_name", "membership"}
        }
        done = await stage.slack.send(stage.slack.press(SEC, same, ids.Do.ATTEST_SAME))
        assert not set(done.words) & NO
    finally:
        stage.restore()
