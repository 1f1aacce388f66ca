"""Publishing a checklist's working copy: a new version, asked from now on. What was published before never changes.

A running round keeps the versions that it pinned. The same content is one version: publishing what was asked two versions ago
leads back to that one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.domain.base import Language
from bot.domain.business_days import Calendar
from bot.domain.checklist import Checklist, content_hash
from bot.domain.checklist_versions import Draft, Origin, Publication, Shelf, difference
from bot.domain.checklist_views import Published, PublishForm
from bot.domain.entered import one_line
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import ChecklistVersion
from bot.services.checklist_sides import DRAFT, compared, say, there
from bot.services.checklists import REASON
from bot.services.desk import Desk
from bot.services.library import Library
from bot.services.rounds import language_of
from storage import checklists
from storage.ids import new_id
from storage.tx import Tx

Judged = tuple[tuple[str, ...], tuple[str, ...]]
Lint = Callable[[Checklist, datetime, Language], Judged]
"""(the list, now in the company's zone, the reader's language) → what stops it, and what is only said."""


def nothing_found(_checklist: Checklist, _now: datetime, _language: Language) -> Judged:
    """No lint."""
    return (), ()


class Publishing:
    """`lint`: what is looked for before a list may be asked."""

    def __init__(self, desk: Desk, library: Library, calendar: Calendar, lint: Lint = nothing_found) -> None:
        self._desk = desk
        self._library = library
        self._calendar = calendar
        self._lint = lint

    async def form(self, press: Press, key: str) -> PublishForm:
        """What publishing would change. Raises Refusal(NOT_YOURS, NOT_FOUND, CHECKLIST_SAME)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> PublishForm:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            form, _errors = await self._form(tx, there(await tx.one(Draft, key=key)), now, language_of(actor))
            return form

        return await self._desk.look(press, work)

    async def publish(self, press: Press, key: str, version: int, reason: str, said: dict[str, bool]) -> Published:
        """Ask it from now on. `said`: whether a reworded question means the same. Raises Refusal."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Published:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            draft = there(await tx.one(Draft, key=key))
            why = one_line(reason, "reason", REASON, Code.NO_REASON)
            form, errors = await self._form(tx, draft, now, language_of(actor))
            if draft.version != version:
                return Published(again=form.model_copy(update={"changed": True}), key=key)
            if errors:
                raise Refusal(Code.CHECKLIST_LINT, why="\n".join(errors)[:1500])
            return await self._published(tx, actor, draft, form, why, said, now)

        return await self._desk.once("publishing.publish", press, Published, work)

    async def _form(self, tx: Tx, draft: Draft, now: datetime, language: Language) -> tuple[PublishForm, Sequence[str]]:
        """The form, and what stops it from being published."""
        found = await compared(tx, self._library, draft.key, DRAFT)
        if found.before is not None and content_hash(found.before) == content_hash(found.after):
            raise Refusal(Code.CHECKLIST_SAME)
        errors, warnings = self._judged(found.after, now, language)
        return PublishForm(draft=draft, difference=found, warnings=(*errors, *warnings)), errors

    def _judged(self, checklist: Checklist, now: datetime, language: Language) -> Judged:
        fresh = checklist.model_copy(update={"reviewed_on": self._calendar.local_day(now)})
        return self._lint(fresh, now.astimezone(self._calendar.zone), language)

    async def _published(
        self, tx: Tx, actor: Actor, draft: Draft, form: PublishForm, why: str, said: dict[str, bool], now: datetime
    ) -> Published:
        key, before = draft.key, form.difference.from_id
        standing = (await self._library.standing(tx)).get(key)
        highest = max((v.n for v in await checklists.versions(tx, key)), default=0)
        fresh = {"version": str(highest + 1), "reviewed_on": self._calendar.local_day(now)}
        version_id = await self._library.publish(tx, form.difference.after.model_copy(update=fresh), now)
        await tx.flush()
        tx.add(
            Publication(
                id=new_id(), version_id=version_id, before_id=before or None, by=actor.person_id, at=now, reason=why
            )
        )
        file = standing.file if standing else None
        placed = {"origin": Origin.OWN, "version_id": version_id, "file_hash": content_hash(file) if file else ""}
        if standing and standing.shelf:
            await tx.put(standing.shelf.model_copy(update=placed))
        else:
            tx.add(Shelf(id=new_id(), key=key, **placed))
        if before and before != version_id:
            reworded = {r.key for r in difference(there(form.difference.before), form.difference.after).reworded}
            await say(tx, actor, now, before, version_id, {k: same for k, same in said.items() if k in reworded})
        await checklists.drop_draft(tx, draft)
        tx.audit(now, actor, "checklist:published", "checklist_version", version_id)
        n = (await tx.need(ChecklistVersion, version_id)).n
        return Published(key=key, n=n)
