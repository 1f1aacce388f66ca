"""An answer and a submission of one endpoint never pass each other unseen, on either database."""

from __future__ import annotations

import asyncio

from bot.domain.answering import PageToken, Submission
from storage import reviews
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock
from tests.scene import stage


async def test_whoever_waited_for_a_submission_sees_it(both: Database) -> None:
    s = await stage(both, StillClock())
    anna, bert = s.answerers
    token = PageToken(
        id=new_id(), person_id=bert.id, review_id=s.review.id, endpoint_id=s.endpoint.id, page=0, shown={}, at=START
    )
    async with both.begin("test.token") as tx:
        tx.add(token)
    locked = asyncio.Event()

    async def submits() -> None:
        async with both.begin("test.submit") as tx:
            place = await reviews.desk(tx, s.review.id, s.endpoint.id, anna.id, alone=True)
            assert place
            assert not place.submitted
            locked.set()
            await asyncio.sleep(0.3)
            tx.add(
                Submission(
                    id=new_id(),
                    review_id=s.review.id,
                    endpoint_id=s.endpoint.id,
                    n=1,
                    answers=[],
                    by=anna.id,
                    name="安藤",
                    role="部長",
                    at=START,
                )
            )

    async def answers() -> bool:
        await locked.wait()
        async with both.begin("test.answer") as tx:
            found = await reviews.token_desk(tx, token.id, bert.id)
            assert found
            return found[1].submitted

    _, seen = await asyncio.gather(submits(), answers())
    assert seen
