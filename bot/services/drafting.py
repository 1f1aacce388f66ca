"""Working copies of checklists: begun, replaced, saved piece by piece, thrown away. Publishing is in `publishing.py`.

There is one working copy a checklist, whoever begins it; the next person goes on in it. What comes as a whole (an import)
replaces only the actor's own.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.checklist import Checklist
from bot.domain.checklist_versions import Draft
from bot.domain.people import Actor
from bot.domain.refusal import Code, Refusal
from bot.services.library import Library
from storage.ids import new_id
from storage.tx import Tx


class Drafting:
    """Inside a transaction that somebody else opened; whoever calls has asked for the permission."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def put(self, tx: Tx, actor: Actor, checklist: Checklist, now: datetime) -> Draft:
        """Create the working copy of this key, or replace the actor's own. Raises Refusal(DRAFT_OF_OTHER)."""
        found = await tx.one(Draft, key=checklist.key)
        body = checklist.model_dump(mode="json")
        if found is not None:
            if found.edited_by != actor.person_id:
                raise Refusal(Code.DRAFT_OF_OTHER)
            return await self.write(tx, actor, found, body, now)
        draft = Draft(
            id=new_id(),
            key=checklist.key,
            base_id=await self._base(tx, checklist.key, now),
            body=body,
            edited_by=actor.person_id,
            edited_at=now,
        )
        tx.add(draft)
        tx.audit(now, actor, "checklist:drafted", "checklist", draft.key)
        return draft

    async def write(self, tx: Tx, actor: Actor, draft: Draft, body: dict[str, object], now: datetime) -> Draft:
        """Put another content into a working copy. A second writer on the same state is Stale."""
        after = draft.model_copy(update={"body": body, "edited_by": actor.person_id, "edited_at": now})
        await tx.put(after)
        await tx.flush()
        tx.audit(now, actor, "checklist:edited", "checklist", draft.key)
        return after.model_copy(update={"version": draft.version + 1})

    async def _base(self, tx: Tx, key: str, now: datetime) -> str | None:
        """The version that stands now, retired or not, published where it was only a file so far; None for a new checklist."""
        current = (await self._library.standing(tx)).get(key)
        return await self._library.publish(tx, current.checklist, now) if current else None
