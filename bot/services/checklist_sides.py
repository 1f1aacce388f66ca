"""The two sides of a difference between checklists, and what people said of the questions between them."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from bot.domain.checklist import Checklist
from bot.domain.checklist_versions import Draft, Meaning, Publication
from bot.domain.checklist_views import DifferencePage, Said
from bot.domain.people import Actor
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import ChecklistVersion
from bot.services.library import Library
from storage import checklists, people
from storage.ids import new_id
from storage.tx import Tx

DRAFT, FILE, NOW = "draft", "file", "now"

T = TypeVar("T")


async def content(tx: Tx, library: Library, key: str, what: str) -> tuple[Checklist, int, str]:
    """(content, number, version's id); 0 and '' for what is not published. Raises Refusal(NOT_FOUND)."""
    if what == DRAFT:
        draft = there(await tx.one(Draft, key=key))
        return Checklist.model_validate(draft.body), 0, ""
    if what in (NOW, FILE):
        one = there((await library.standing(tx)).get(key))
        if what == NOW:
            return one.checklist, one.n, one.version_id
        return there(one.file), 0, ""
    version = there(await tx.get(ChecklistVersion, what))
    if version.key != key:
        raise Refusal(Code.NOT_FOUND)
    return Checklist.model_validate(version.body), version.n, version.id


async def compared(tx: Tx, library: Library, key: str, what: str) -> DifferencePage:
    """A version (or the draft, or the file) and what was asked before it. Raises Refusal(NOT_FOUND)."""
    after, n, to_id = await content(tx, library, key, what)
    before = await _before(tx, library, key, what, n)
    said = await checklists.meanings(tx, [to_id]) if before and to_id else []
    names = await people.names(tx, {m.by for m in said})
    return DifferencePage(
        key=key,
        what=what,
        before=Checklist.model_validate(before.body) if before else None,
        after=after,
        before_n=before.n if before else 0,
        after_n=n,
        from_id=before.id if before else "",
        to_id=to_id,
        said=tuple(Said(meaning=m, who=names.get(m.by, "")) for m in said if before and m.from_id == before.id),
    )


async def _before(tx: Tx, library: Library, key: str, what: str, n: int) -> ChecklistVersion | None:
    """What a version replaced when it was published (else the number before it); of the rest, what is asked now."""
    if what in (DRAFT, FILE):
        standing = (await library.standing(tx)).get(key)
        draft = await tx.one(Draft, key=key) if what == DRAFT else None
        wanted = (standing.version_id if standing else "") or (draft.base_id if draft else "")
        return await tx.get(ChecklistVersion, wanted) if wanted else None
    told = await tx.find(Publication, version_id=what, order="at")
    if told:
        return await tx.get(ChecklistVersion, told[-1].before_id) if told[-1].before_id else None
    return await tx.one(ChecklistVersion, key=key, n=n - 1)


async def say(tx: Tx, actor: Actor, now: datetime, from_id: str, to_id: str, said: dict[str, bool]) -> None:
    """Keep what a person said of questions between two versions."""
    before = {m.question: m for m in await checklists.meanings(tx, [to_id]) if m.from_id == from_id}
    for question, same in said.items():
        known = before.get(question)
        if known is not None:
            await tx.put(known.model_copy(update={"same": same, "by": actor.person_id, "at": now}))
        else:
            one = {"from_id": from_id, "to_id": to_id, "question": question, "same": same}
            tx.add(Meaning(id=new_id(), by=actor.person_id, at=now, **one))
        tx.audit(now, actor, "checklist:meaning", "checklist_version", to_id, question=question, same=same)


def there(found: T | None) -> T:
    """What was found. Raises Refusal(NOT_FOUND)."""
    if found is None:
        raise Refusal(Code.NOT_FOUND)
    return found
