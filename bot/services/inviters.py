"""Who brought outside people in: Slack says it in the event of their joining a channel, and nowhere else.

They are the one who is asked whether a guest, or a company whose channel nobody of ours made, is an outsourcing partner
(`strangers.py`). Somebody who was brought before keeps the first one: nobody is asked twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.domain.people import Person, PersonKind
from bot.domain.press import Event
from bot.domain.strangers import Sighting, Stranger, StrangerKind, StrangerState
from bot.services.ports import Clock, Directory
from bot.services.strangers import note
from storage import people, strangers
from storage.db import Database
from storage.tx import Tx

Change = Callable[[Tx, datetime], Awaitable[None]]


async def told(db: Database, clock: Clock, directory: Directory, event: Event) -> Change:
    """What an event of somebody joining says of who brought them. Slack is asked only about somebody whom nobody met."""
    if not event.inviter:
        return _nothing
    async with db.read("") as tx:
        known = await tx.one(Person, slack_user_id=event.who.slack_user_id)
    seen = None if known else await directory.person(event.who.slack_user_id)
    kind = known.kind if known else seen.kind if seen else None

    async def change(tx: Tx, now: datetime) -> None:
        if kind is PersonKind.GUEST:
            guest = known or (await people.see(tx, seen, clock.real()) if seen else None)
            if guest and guest.id in {p.id for p in await strangers.guests(tx)}:
                await _brought(tx, StrangerKind.GUEST, guest.id, event.inviter, now)
        elif kind is PersonKind.EXTERNAL:
            await _brought(tx, StrangerKind.CHANNEL, event.channel_id, event.inviter, now)

    return change


async def _brought(tx: Tx, kind: StrangerKind, key: str, inviter: str, now: datetime) -> None:
    """Remember it, where the inviter is one of our people and nobody is known yet. A channel is noted by its own event."""
    ours = (await strangers.persons(tx, [inviter])).get(inviter)
    known = await tx.one(Stranger, kind=kind.value, key=key)
    if ours is None or (known and known.brought_by and known.state is not StrangerState.KNOWN):
        return
    if kind is StrangerKind.GUEST or (known and known.state is not StrangerState.KNOWN):
        more = known.model_dump(include={"name", "teams"}) if known else {}
        await note(tx, [Sighting(kind=kind, key=key, brought_by=ours, **more)], now)


async def _nothing(_tx: Tx, _now: datetime) -> None:
    """It says nothing of an inviter."""
