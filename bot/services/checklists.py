"""The security team's checklists: their list, what suppliers see, versions and differences, what is retired, what was learnt.

Looking changes nothing. What is said of a question's meaning may be said again later: the last word counts, and the audit
trail keeps every one. Editing is in `checklist_edits.py`, publishing in `publishing.py`.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.business_days import Calendar
from bot.domain.checklist import Checklist, content_hash
from bot.domain.checklist_versions import Draft, Origin, Publication, Shelf, difference
from bot.domain.checklist_views import (
    DifferencePage,
    Done,
    Entry,
    LearningPage,
    ListPage,
    Overview,
    PagePreview,
    PublishedLine,
    VersionsPage,
    stale,
)
from bot.domain.entered import one_line
from bot.domain.learning import learned
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import ChecklistVersion
from bot.services.checklist_sides import compared, content, say, there
from bot.services.desk import Desk
from bot.services.library import Library, Standing
from storage import checklists, learning, people
from storage.ids import new_id
from storage.tx import Tx

LISTED, LINES, LEARNT = 40, 8, 12
REASON = 300
LEARNING_STATEMENTS = 8
"""What `learning` costs, however many rounds there were."""


class Checklists:
    """Everything but editing and publishing."""

    def __init__(self, desk: Desk, library: Library, calendar: Calendar) -> None:
        self._desk = desk
        self._library = library
        self._calendar = calendar

    async def list(self, press: Press, page: int) -> ListPage:
        """A page of all checklists; those in use first. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> ListPage:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            standing = await self._library.standing(tx)
            drafts = {d.key: d for d in await tx.find(Draft)}
            entries = [self._entry(key, one, key in drafts, now) for key, one in standing.items()]
            entries += [self._unpublished(draft, now) for key, draft in drafts.items() if key not in standing]
            entries.sort(key=lambda entry: entry.retired)
            at, pages = _page(page, len(entries), LISTED)
            return ListPage(entries=tuple(entries[at * LISTED : (at + 1) * LISTED]), page=at, pages=pages)

        return await self._desk.look(press, work)

    async def overview(self, press: Press, key: str) -> Overview:
        """One checklist. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Overview:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            one, draft = (await self._library.standing(tx)).get(key), await tx.one(Draft, key=key)
            if one is None and draft is None:
                raise Refusal(Code.NOT_FOUND)
            content = one.checklist if one else Checklist.model_validate(draft.body if draft else {})
            entry = self._entry(key, one, draft is not None, now) if one else self._unpublished(there(draft), now)
            who = (await people.names(tx, [draft.edited_by])).get(draft.edited_by, "") if draft else ""
            return Overview(entry=entry, checklist=content, drafted_by=who, editable=content.audience == "supplier")

        return await self._desk.look(press, work)

    async def preview(self, press: Press, key: str, what: str, page: int) -> PagePreview:
        """A page as a supplier sees it: of what is asked now, the draft, the file, or a version. Raises Refusal."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> PagePreview:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            found, n, _ = await content(tx, self._library, key, what)
            return PagePreview(key=key, what=what, n=n, checklist=found, page=min(page, len(found.sections) - 1))

        return await self._desk.look(press, work)

    async def versions(self, press: Press, key: str, page: int) -> VersionsPage:
        """Who published which version when and why. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> VersionsPage:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            one = there((await self._library.standing(tx)).get(key))
            versions = list(reversed(await checklists.versions(tx, key)))
            told = {p.version_id: p for p in await checklists.publications(tx, key)}
            names = await people.names(tx, {p.by for p in told.values()})
            at, pages = _page(page, len(versions), LINES)
            lines = [_line(v, told.get(v.id), names, one.version_id) for v in versions[at * LINES : (at + 1) * LINES]]
            entry = self._entry(key, one, draft=False, now=now)
            return VersionsPage(entry=entry, lines=tuple(lines), page=at, pages=pages)

        return await self._desk.look(press, work)

    async def difference(self, press: Press, key: str, what: str, page: int) -> DifferencePage:
        """What differs between a version (or the draft, or the file) and the one before it. Raises Refusal."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> DifferencePage:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            found = await compared(tx, self._library, key, what)
            return found.model_copy(update={"page": page})

        return await self._desk.look(press, work)

    async def learning(self, press: Press, key: str, page: int) -> LearningPage:
        """What the answers tell of its questions. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> LearningPage:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            one = there((await self._library.standing(tx)).get(key))
            published = [(v.created_at, Checklist.model_validate(v.body)) for v in await checklists.versions(tx, key)]
            every = learned(one.checklist, await learning.given(tx, key), published, now)
            lines = [line for line in every if line.telling]
            at, pages = _page(page, len(lines), LEARNT)
            entry = self._entry(key, one, draft=False, now=now)
            shown = tuple(lines[at * LEARNT : (at + 1) * LEARNT])
            return LearningPage(entry=entry, lines=shown, page=at, pages=pages)

        return await self._desk.look(press, work)

    # -- what changes something ------------------------------------------------------------------------------------------

    async def said(self, press: Press, from_id: str, to_id: str, question: str, *, same: bool) -> Done:
        """Whether an answer to the former question still answers the reworded one. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Done:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            before, after = await tx.get(ChecklistVersion, from_id), await tx.get(ChecklistVersion, to_id)
            if before is None or after is None or before.key != after.key:
                raise Refusal(Code.NOT_FOUND)
            found = difference(Checklist.model_validate(before.body), Checklist.model_validate(after.body))
            if question not in {one.key for one in found.reworded}:
                raise Refusal(Code.NOT_FOUND)
            await say(tx, actor, now, from_id, to_id, {question: same})
            return Done(key=after.key)

        return await self._desk.once("checklists.said", press, Done, work)

    async def retire(self, press: Press, key: str, reason: str, *, back: bool) -> Done:
        """Ask it no more, or again. Rounds that pinned a version go on. Raises Refusal(NOT_YOURS, NOT_FOUND, NO_REASON)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Done:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            one = there((await self._library.standing(tx)).get(key))
            why = one_line(reason, "reason", REASON, Code.NO_REASON)
            if one.retired != back:
                raise Refusal(Code.CHANGED_MEANWHILE)
            gone = {"retired_at": None if back else now, "retired_by": "" if back else actor.person_id}
            gone["retired_why"] = "" if back else why
            if one.shelf is None:
                tx.add(Shelf(id=new_id(), key=key, origin=Origin.FILE, **gone))
            else:
                await tx.put(one.shelf.model_copy(update=gone))
            tx.audit(now, actor, "checklist:brought_back" if back else "checklist:retired", "checklist", key)
            return Done(key=key)

        return await self._desk.once("checklists.retire", press, Done, work)

    async def keep_own(self, press: Press, key: str) -> Done:
        """The newer file was looked at; the team's own version stays. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Done:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            one = there((await self._library.standing(tx)).get(key))
            if one.shelf is None or one.file is None:
                raise Refusal(Code.NOT_FOUND)
            await tx.put(one.shelf.model_copy(update={"file_hash": content_hash(one.file)}))
            tx.audit(now, actor, "checklist:file_seen", "checklist", key)
            return Done(key=key)

        return await self._desk.once("checklists.keep_own", press, Done, work)

    def _entry(self, key: str, one: Standing, draft: bool, now: datetime) -> Entry:
        found = one.checklist
        return Entry(
            key=key,
            title=found.title,
            audience=found.audience,
            own=one.shelf is not None and one.shelf.origin is Origin.OWN,
            n=one.n,
            questions=len(found.questions),
            reviewed_on=found.reviewed_on,
            stale=stale(found.reviewed_on, self._calendar.local_day(now)),
            retired=one.retired,
            retired_why=one.shelf.retired_why if one.shelf else "",
            newer_file=one.newer_file,
            draft=draft,
        )

    def _unpublished(self, draft: Draft, now: datetime) -> Entry:
        found = Checklist.model_validate(draft.body)
        new = Standing(found, None, None, 0, "")
        return self._entry(draft.key, new, draft=True, now=now).model_copy(update={"own": True})


def _line(version: ChecklistVersion, told: Publication | None, names: dict[str, str], current: str) -> PublishedLine:
    return PublishedLine(
        version_id=version.id,
        n=version.n,
        at=told.at if told else version.created_at,
        who=names.get(told.by, "") if told else "",
        reason=told.reason if told else "",
        first=version.n == 1,
        current=version.id == current,
    )


def _page(page: int, count: int, size: int) -> tuple[int, int]:
    """The page that there is, and how many there are."""
    pages = max(1, -(-count // size))
    return min(page, pages - 1), pages
