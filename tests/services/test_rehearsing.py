"""A rehearsal from the first card to the judgement: real services, the real outbox, and nobody else gets or sees anything."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.domain.attesting import Answered
from bot.domain.delivery import AuditEvent, Notice, NoticeState
from bot.domain.ledger import PRACTICE, Endpoint, Supplier
from bot.domain.people import SECURITY, Membership, Person
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Attestation, AttestationKind, Review, ReviewState, Round, RoundState
from bot.domain.settings import PAUSED, Setting
from bot.services.telling.base import new_notice
from message_templates.catalogs import CATALOGS
from storage import homes, notices, people, practice, settings
from storage.db import Database
from storage.tables.base import Marked
from storage.tx import EVERYWHERE
from tests.kit import START, StillClock, press
from tests.services.rehearsal_stage import STEPS, Rehearsal, stage

JA = CATALOGS["ja"]


@pytest.fixture
async def r(db: Database, clock: StillClock) -> Rehearsal:
    return await stage(db, clock)


def said(r: Rehearsal) -> list[str]:
    return [json.dumps(message.blocks, ensure_ascii=False) for _place, message, *_rest in r.channel.posted]


async def test_the_whole_rehearsal_reaches_its_person_and_nobody_else(r: Rehearsal) -> None:
    parts = []
    for step in STEPS:
        await getattr(r, step)()
        view = (await r.home()).rehearsal
        parts.append((view.part, view.over))
    assert parts == [
        ("owner", False),
        ("supplier", False),
        ("supplier", False),
        ("security", False),
        ("security", True),
    ]
    assert r.places == {"user:U0SEC"}
    assert (await r.one(Review)).state is ReviewState.JUDGED
    assert (await r.one(Round)).state is RoundState.CLOSED
    assert {n.state for n in await r.mine(Notice)} == {NoticeState.SENT}


async def test_every_message_says_whose_part_is_played(r: Rehearsal) -> None:
    await r.play()
    first = [json.loads(blocks)[0]["elements"][0]["text"] for blocks in said(r)]
    expected = ["owner", "supplier", "supplier", "security", "supplier", "owner"]
    assert sorted(first) == sorted(JA[f"rehearsal.part_{part}"] for part in expected)
    asking = [JA["rehearsal.no_files"] in blocks for blocks in said(r)]
    assert asking == ["ご回答のお願い" in blocks for blocks in said(r)]
    assert any(asking)
    assert all(m.text.startswith("【練習】") for _p, m, *_r in r.channel.posted)
    assert r.channel.updated
    assert all("【練習】" in json.dumps(m.blocks, ensure_ascii=False) for _w, m in r.channel.updated)


async def test_coming_back_goes_on_where_it_was_left(r: Rehearsal) -> None:
    await r.play("attest")
    supplier = await r.one(Supplier)
    posted = len(r.channel.posted)
    again = await r.begin()
    assert (again.fresh, again.part) == (False, "supplier")
    assert await r.one(Supplier) == supplier
    assert len(r.channel.posted) == posted


async def test_ending_deletes_every_row_and_leaves_who_rehearsed_in_the_trail(r: Rehearsal) -> None:
    before = await _rows(r)
    await r.play()
    assert (await r.end()).there
    after = await _rows(r)
    assert after.pop("audit_event") - before.pop("audit_event") == 2
    assert after == before
    async with r.db.read() as tx:
        trail = [(e.action, e.reason) for e in await tx.find(AuditEvent, subject="rehearsal", order="at")]
        assert (await homes.facts(tx)).rehearsed
    assert sorted(trail) == [("rehearsal:begun", ""), ("rehearsal:ended", "finished")]
    assert not (await r.end()).there


async def _rows(r: Rehearsal) -> dict[str, int]:
    """How many rows every marked table has, whosever they are."""
    async with r.db.read(EVERYWHERE) as tx:
        from sqlmodel import func, select

        return {
            str(row.__tablename__): (await tx.rows(select(func.count()).select_from(row)))[0]
            for row in practice.marked()
        }


async def test_one_that_was_stopped_does_not_count_as_played(r: Rehearsal) -> None:
    await r.play("submit")
    await r.end()
    async with r.db.read() as tx:
        assert not (await homes.facts(tx)).rehearsed
    await r.play()
    await r.begin()  # played to its end: it begins anew
    async with r.db.read() as tx:
        assert (await homes.facts(tx)).rehearsed
    assert (await r.home()).rehearsal.part == "owner"


async def test_buttons_of_one_that_has_ended_say_that_it_is_gone(r: Rehearsal) -> None:
    await r.play("attest")
    review, endpoint, asked = await r.one(Review), await r.one(Endpoint), await r.one(Attestation)
    same = Answered(kind=AttestationKind.UNCHANGED)
    await r.end()
    for act in (
        r.made.answering.open(press("U0SEC"), review.id, endpoint.id, 0),
        r.made.submitting.ask(press("U0SEC"), review.id, endpoint.id),
        r.made.judging.open(press("U0SEC"), review.id),
        r.made.attesting.answer(press("U0SEC"), asked.id, same),
    ):
        with pytest.raises(Refusal) as refused:
            await act
        assert refused.value.code is Code.NOT_FOUND


async def test_while_all_messages_are_paused_it_says_so_and_waits(r: Rehearsal) -> None:
    async with r.db.begin("test.pause") as tx:
        await settings.save(tx, Setting(id=PAUSED, value={"on": True}))
    assert (await r.begin()).paused
    assert (await r.begin()).paused
    assert r.places == set()
    async with r.db.begin("test.resume") as tx:
        await settings.save(tx, Setting(id=PAUSED, value={"on": False}))
    r.clock.advance(minutes=5)
    assert not (await r.begin()).paused
    assert r.places == {"user:U0SEC"}


async def test_two_people_rehearse_side_by_side(r: Rehearsal, db: Database, clock: StillClock) -> None:
    other = Rehearsal(db, clock, "U0SEC2", channel=r.channel)
    await r.begin()
    await other.play()
    await r.attest()
    assert (await r.home()).rehearsal.part == "supplier"
    assert (await other.home()).rehearsal.over
    assert r.places == {"user:U0SEC", "user:U0SEC2"}
    await other.end()
    assert (await r.one(Review)).state is ReviewState.SENT
    await r.answer()
    await r.submit()
    await r.judge()


@pytest.mark.parametrize("intruder", ["U0SEC2", "U0EMP"])
async def test_nobody_else_can_act_on_it(r: Rehearsal, intruder: str) -> None:
    for step in STEPS[1:]:
        await r.play("begin") if step == "attest" else None
        for act in STEPS[1:]:
            if act == "answer" and step == "attest":
                continue
            with pytest.raises(Refusal) as refused:
                await getattr(r, act)(intruder)
            assert refused.value.code in {Code.NOT_YOURS, Code.NOT_FOUND}, (step, act)
        await getattr(r, step)()
    assert r.places == {"user:U0SEC"}


async def test_a_page_of_somebodys_rehearsal_is_nobody_elses(r: Rehearsal) -> None:
    await r.play("attest")
    shown = await r.open()
    with pytest.raises(Refusal) as refused:
        await r.made.answering.choose(press("U0SEC2"), shown.page.token, shown.page.questions[0].id, "yes")
    assert refused.value.code in {Code.PAGE_EXPIRED, Code.NOT_YOURS}


async def test_who_is_not_of_the_team_cannot_begin(r: Rehearsal) -> None:
    with pytest.raises(Refusal) as refused:
        await r.begin("U0EMP")
    assert refused.value.code is Code.NOT_YOURS


async def _leaves(r: Rehearsal, how: str) -> None:
    me = await r.person()
    async with r.db.begin("test.leave") as tx:
        if how == "team":
            await people.remove_member(tx, SECURITY, me.id)
        else:
            await tx.put(me.model_copy(update={"active": False}))


async def test_who_leaves_the_team_may_still_end_it_and_nothing_else_of_the_team(r: Rehearsal) -> None:
    await r.play("submit")
    await _leaves(r, "team")
    for act in (r.judge, r.begin):
        with pytest.raises(Refusal) as refused:
            await act()
        assert refused.value.code is Code.NOT_YOURS
    assert (await r.end()).there
    with pytest.raises(Refusal):
        await r.end()


@pytest.mark.parametrize("how", ["team", "account"])
async def test_a_rehearsal_that_is_left_behind_is_deleted_and_no_other(
    r: Rehearsal, db: Database, clock: StillClock, how: str
) -> None:
    before = await _rows(r)
    other = Rehearsal(db, clock, "U0SEC2")
    await r.play("answer")
    await r.made.rehearsing.forget()
    assert (await r.one(Review)).state is ReviewState.ANSWERING
    await other.begin()
    theirs = {cls: await other.mine(cls) for cls in (Supplier, Review, Notice)}
    await _leaves(r, how)
    await r.made.rehearsing.forget()
    assert {cls: await other.mine(cls) for cls in theirs} == theirs
    await other.end()
    after = await _rows(r)
    assert after.pop("audit_event") - before.pop("audit_event") == 4
    assert after == before
    async with r.db.read() as tx:
        assert "left" in [e.reason for e in await tx.find(AuditEvent, action="rehearsal:ended")]


async def test_a_colleague_cannot_be_drawn_into_it(r: Rehearsal) -> None:
    await r.begin()
    asked = await r.one(Attestation)
    with pytest.raises(Refusal) as refused:
        await r.made.attesting.hand_on(press("U0SEC"), asked.id, "U0SEC2", "")
    assert (refused.value.code, refused.value.field) == (Code.NOT_IN_REHEARSAL, "person")
    await r.made.attesting.hand_on(press("U0SEC"), asked.id, "", "")
    await r.send()
    assert r.places == {"user:U0SEC"}
    assert (await r.home()).rehearsal.part == "supplier"


async def test_work_that_has_ended_ends_the_rehearsal(r: Rehearsal, clock: StillClock) -> None:
    await r.begin()
    asked = await r.one(Attestation)
    ended = Answered(kind=AttestationKind.ENDED, ends_on=clock.now().date() - timedelta(days=30))
    await r.made.attesting.answer(press("U0SEC"), asked.id, ended)
    await r.send()
    stand = (await r.home()).rehearsal
    assert (stand.over, stand.judged) == (True, False)
    assert (await r.begin()).fresh


async def test_a_message_to_somebody_else_is_a_fault_and_nothing_of_it_is_kept(r: Rehearsal) -> None:
    me, other = await r.person(), await r.person("U0SEC2")
    await r.begin()
    with pytest.raises(RuntimeError, match="a rehearsal would tell"):
        async with r.db.begin("test.leak", me.id) as tx:
            await notices.tell(tx, new_notice("hub", f"person:{other.id}", "x", START))
    assert all(n.place == f"person:{me.id}" for n in await r.mine(Notice))


async def test_nothing_is_added_before_it_is_said_whose_it_is(r: Rehearsal) -> None:
    async with r.db.begin("test.nobody", EVERYWHERE) as tx:
        with pytest.raises(RuntimeError, match="say whose it is"):
            tx.add(new_notice("hub", "person:x", "x", START))
        tx.add(Membership(id="m", group="g", person_id=(await r.person()).id, seen_at=START))
        tx.abandon()


async def test_a_message_that_was_on_its_way_when_the_rehearsal_ended_does_no_harm(r: Rehearsal) -> None:
    post = r.channel.post

    async def slow(*args: object, **more: object) -> object:
        posted = await post(*args, **more)  # type: ignore[arg-type]
        await r.end()
        return posted

    r.channel.post = slow  # type: ignore[method-assign]
    await r.begin()
    r.channel.post = post  # type: ignore[method-assign]
    assert await r.mine(Notice) == []
    await r.send()
    assert (await r.begin()).fresh


async def test_its_endpoint_is_the_persons_own_dm_and_needs_no_look(r: Rehearsal) -> None:
    await r.play("attest")
    endpoint = await r.one(Endpoint)
    assert endpoint.kind == PRACTICE
    me = await r.person()
    hub = next(n for n in await r.mine(Notice) if n.kind == "hub")
    assert (hub.place, hub.state) == (f"person:{me.id}", NoticeState.SENT)


async def test_nobody_reminds_anybody(r: Rehearsal, clock: StillClock) -> None:
    from bot.services.chasing import Chasing

    chasing = Chasing(r.db, clock, r.made.hours, 5)
    for upto in ("begin", "attest"):
        await getattr(r, upto)()
        posted = len(r.channel.posted)
        for _ in range(60):
            clock.advance(days=1)
            assert await chasing.run_due(clock.now()) == 0
        await r.send()
        assert len(r.channel.posted) == posted


# -- every table is marked, or somebody said why not -------------------------------------------------------------------------

REAL = {
    "person": "people are the same whoever rehearses",
    "person_name": "their names too",
    "membership": "who is where is looked up in Slack",
    "setting": "choices of the company",
    "home_picture": "what was published to a person",
    "checklist_version": "what a checklist says is the same, and never changed",
    "checklist_shelf": "which version is asked is the same for everybody",
    "checklist_draft": "a working copy of the security team",
    "checklist_publication": "who published a version, and why",
    "question_meaning": "what a person said of two versions",
    "inbox": "presses and events as they came",
    "pacing": "when a place may be posted to again",
    "evidence": "a file's content, found through its links",
    "register_entry": "the national register's public data, looked up while a form is filled in",
    "channel_look": "a channel of Slack; a rehearsal has none",
}


def test_every_table_is_marked_or_it_is_said_why_not() -> None:
    from sqlmodel import SQLModel

    unmarked = {name for name, table in SQLModel.metadata.tables.items() if "practice_of" not in table.columns}
    assert unmarked == set(REAL)
    assert {str(row.__tablename__) for row in practice.marked()} == set(SQLModel.metadata.tables) - unmarked
    assert all(issubclass(row, Marked) for row in practice.marked())


async def test_the_books_are_never_erased(r: Rehearsal) -> None:
    async with r.db.begin("test.erase") as tx:
        with pytest.raises(ValueError, match="not a rehearsal"):
            await practice.erase(tx, "")
        tx.abandon()
    assert await r.person() in await _people(r)


async def _people(r: Rehearsal) -> list[Person]:
    async with r.db.read() as tx:
        return await tx.find(Person)
