"""The desk: every press passes here once. It knows the actor, opens the one unit of work, and remembers the response.

`once` is the whole promise "what a press says is in the database before it is acknowledged, and the same press again
gets the same response": look the key up, work, store the response, one commit. Refusals are stored too, in a commit of
their own, so that a redelivery cannot be accepted after its twin was refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from bot.domain.base import Value
from bot.domain.people import Actor, Who
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal, Refusals
from bot.services.ports import Clock
from storage import inbox, people
from storage.db import Database
from storage.tx import Stale, Taken, Tx

R = TypeVar("R", bound=Value)
Work = Callable[[Tx, Actor, datetime], Awaitable[R]]

TRIES = 4
NEVER_STORED = frozenset({Code.UNKNOWN_PERSON, Code.BUSY})


class Desk:
    """One per process; services share it. `first_admin` is a Slack user id or ''."""

    def __init__(self, db: Database, clock: Clock, first_admin: str) -> None:
        self.db = db
        self.clock = clock
        self.first_admin = first_admin
        self.work_waits = asyncio.Event()
        self.recognises: Callable[[Who], Awaitable[bool]] | None = None
        """Whether the cache may be believed about somebody (`recognition.py`); None: always."""

    async def once(self, name: str, press: Press, result: type[R], work: Work[R], subject: str = "") -> R:
        """Do the work of a press once and return its result; a press seen before returns the stored one.

        Raises Refusal or Refusals (also the stored ones). `name` names the commit. `subject`: the id of the review, question
        or page that was pressed on; where that belongs to the presser's own rehearsal, the work sees that and nothing else.
        """
        await self._recognised(press.who)
        try:
            return await self._try(name, press, result, work, subject)
        except (Refusal, Refusals) as refused:
            await self._remember(press, refused)
            raise

    async def _try(self, name: str, press: Press, result: type[R], work: Work[R], subject: str) -> R:
        for _ in range(TRIES):
            try:
                async with self.db.begin(name) as tx:
                    actor, stored, whose = await inbox.arrival(tx, press.key, press.who, self.first_admin, subject)
                    if stored is not None:
                        tx.abandon()
                        return _replay(stored, result)
                    if actor.person is None:
                        raise Refusal(Code.UNKNOWN_PERSON)
                    if whose == actor.person_id:
                        tx.enter(whose)
                    value = await work(tx, actor, self.clock.now())
                    inbox.store_response(tx, press.key, press.kind, {"value": value.model_dump(mode="json")}, press.at)
                self.work_waits.set()
                return value
            except (Stale, Taken):  # somebody was faster: what they did decides now
                continue
        raise Refusal(Code.BUSY)

    async def look(self, press: Press, work: Work[R], subject: str = "") -> R:
        """Answer a question that changes nothing: no key, no commit. `subject` as above. Raises Refusal."""
        await self._recognised(press.who)
        async with self.db.read() as tx:
            actor, whose = await people.actor_at(tx, press.who, self.first_admin, subject)
            if actor.person is None:
                raise Refusal(Code.UNKNOWN_PERSON)
            if whose == actor.person_id:
                tx.enter(whose)
            return await work(tx, actor, self.clock.now())

    async def _recognised(self, who: Who) -> None:
        if self.recognises and not await self.recognises(who):
            raise Refusal(Code.UNKNOWN_PERSON)

    async def forget(self) -> None:
        """Forget presses older than seven days: Slack has long stopped delivering them again."""
        async with self.db.begin("desk.forget") as tx:
            if not await inbox.forget_old(tx, self.clock.real()):
                tx.abandon()

    async def _remember(self, press: Press, refused: Refusal | Refusals) -> None:
        every = refused.refusals if isinstance(refused, Refusals) else [refused]
        if any(r.code in NEVER_STORED for r in every):
            return
        answer = {"refusals": [{"code": r.code.value, "field": r.field, "params": r.params} for r in every]}
        try:
            async with self.db.begin("desk.refused") as tx:
                inbox.store_response(tx, press.key, press.kind, answer, press.at)
        except Taken:
            return  # the refusal was a replay, or its twin is stored already


def _replay(stored: dict[str, Any], result: type[R]) -> R:
    if "refusals" in stored:
        again = [Refusal(Code(r["code"]), r["field"], **r["params"]) for r in stored["refusals"]]
        raise Refusals(again) if len(again) > 1 else again[0]
    return result.model_validate(stored["value"])
