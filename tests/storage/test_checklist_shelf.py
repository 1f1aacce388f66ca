"""The shelf of checklists on both databases: published versions stay, two writers of one draft are told apart, learning reads."""

from __future__ import annotations

import pytest

from bot.domain.checklist import Checklist, content_hash
from bot.domain.checklist_versions import Draft
from bot.domain.people import Actor, Person, Who
from bot.domain.rounds import ChecklistVersion
from bot.services.drafting import Drafting
from bot.services.library import Library
from storage import checklists, learning, people
from storage.db import Database
from storage.tx import Stale
from tests.domain.test_checklist import checklist, question
from tests.kit import START, seen

FILE = checklist(question("q1"), question("q2"))


async def sec(both: Database) -> Actor:
    async with both.begin("test.person") as tx:
        person: Person = await people.see(tx, seen("U0SEC"), START)
    return Actor(who=Who(slack_user_id="U0SEC"), person=person, security=True)


async def test_a_draft_is_written_by_one_at_a_time_and_dropped_only_as_it_was_seen(both: Database) -> None:
    actor, drafting = await sec(both), Drafting(Library({FILE.key: FILE}))
    async with both.begin("test.put") as tx:
        draft = await drafting.put(tx, actor, FILE, START)
    async with both.begin("test.edit") as tx:
        await drafting.write(tx, actor, await tx.need(Draft, draft.id), draft.body | {"minutes": 7}, START)
    with pytest.raises(Stale):
        async with both.begin("test.late") as tx:
            await drafting.write(tx, actor, draft, draft.body | {"minutes": 8}, START)
    with pytest.raises(Stale):
        async with both.begin("test.drop") as tx:
            await checklists.drop_draft(tx, draft)
    async with both.begin("test.drop") as tx:
        kept = await tx.need(Draft, draft.id)
        assert (kept.version, kept.body["minutes"]) == (2, 7)
        await checklists.drop_draft(tx, kept)
        assert await tx.find(Draft) == []


async def test_what_was_published_stays_whatever_is_published_after_it(both: Database) -> None:
    library, newer = Library({FILE.key: FILE}), checklist(question("q2"), question("q3"))
    for content in (FILE, newer, FILE):
        async with both.begin("test.publish") as tx:
            await library.publish(tx, content, START)
    async with both.read() as tx:
        versions = await tx.find(ChecklistVersion, order="n")
        assert [v.n for v in versions] == [1, 2]
        assert all(content_hash(Checklist.model_validate(v.body)) == v.content_hash for v in versions)
        assert await checklists.question_keys(tx) == {"q1", "q2", "q3"}
        assert await checklists.keys(tx) == {FILE.key}
        standing = (await library.standing(tx))[FILE.key]
        assert (standing.n, standing.version_id, standing.retired) == (1, versions[0].id, False)
        assert await learning.given(tx, FILE.key) == []
