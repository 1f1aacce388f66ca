"""A slow moment refuses in words and passes: it never leaves the database locked, and never cuts a write in two."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.domain.delivery import Inbox
from handlers.slack import registry
from handlers.slack.registry import Route, answer
from handlers.slack.replies import Reply
from message_templates import ids
from storage import inbox
from storage.db import Database
from tests.kit import START, StillClock

BODY = {
    "type": "block_actions",
    "user": {"id": "U0ANNA", "team_id": "T0SUP1"},
    "trigger_id": "1.2.3",
    "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1"},
    "actions": [{"action_id": ids.Do.NOTHING, "block_id": "b", "action_ts": "1.5", "type": "button", "value": "v"}],
}


class Few:
    """As much of Services as `answer` looks at."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.desk = type("D", (), {"clock": StillClock()})()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "DEADLINE", 0.2)
    monkeypatch.setattr(registry, "LAST_MOMENT", 0.1)


def writing(db: Database, key: str, seconds: float):
    async def handle(_services, _request) -> Reply:
        async with db.begin("test.slow") as tx:
            await tx.session.connection()
            await asyncio.sleep(seconds)
            inbox.store_response(tx, key, "test", {"value": {}}, START)
        return Reply(ack={"done": key})

    return Route("action", ids.Do.NOTHING, handle)


async def test_a_slow_write_is_answered_in_words_ends_by_itself_and_leaves_nothing_locked(db: Database, quick) -> None:
    began = time.monotonic()
    reply = await answer(Few(db), writing(db, "slow", 1.0), BODY)
    assert time.monotonic() - began < 0.9
    assert reply
    assert "混み合っています" in str(reply.effects)
    await asyncio.wait(registry.UNFINISHED)
    again = await answer(Few(db), writing(db, "next", 0.0), BODY)
    assert again == Reply(ack={"done": "next"})
    async with db.read() as tx:
        assert {i.id for i in await tx.find(Inbox)} == {"slow", "next"}


async def test_whoever_waits_too_long_for_a_turn_has_done_nothing(db: Database, quick) -> None:
    slow = asyncio.create_task(answer(Few(db), writing(db, "slow", 0.8), BODY))
    await asyncio.sleep(0.05)
    replies = await asyncio.gather(*(answer(Few(db), writing(db, f"waits{n}", 0.0), BODY) for n in range(5)))
    assert all(r and "混み合っています" in str(r.effects) for r in replies)
    await slow
    await asyncio.wait(registry.UNFINISHED)
    async with db.read() as tx:
        assert {i.id for i in await tx.find(Inbox)} == {"slow"}
    assert await answer(Few(db), writing(db, "after", 0.0), BODY) == Reply(ack={"done": "after"})
