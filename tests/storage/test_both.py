"""The same promises on both databases: values come back as they went in, and the database itself forbids twice."""

from __future__ import annotations

import asyncio
import types
import typing
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

import pytest
from pydantic import AwareDatetime
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import SQLModel

from bot.domain.base import Root, Value
from bot.domain.delivery import LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import Supplier
from bot.domain.people import Actor, Membership, Person, PersonKind, Who
from bot.domain.rounds import Judgement, JudgementValue
from storage import inbox, notices, people
from storage.db import Database
from storage.ids import new_id
from storage.mapping import DERIVED, ROW_OF, columns, row_class, to_value
from storage.tables.base import Marked
from storage.tx import Stale, Taken
from tests.kit import seen

NOW = datetime(2026, 11, 25, 1, 2, 3, 456789, tzinfo=UTC)


def sample(kind: Any, name: str) -> Any:
    """A value of a field's type, full of what gets lost: kanji outside the first plane, line breaks, zones."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return sample(next(a for a in args if a is not type(None)), name)
    if origin is typing.Literal:
        return args[0]
    if origin is typing.Annotated:
        return sample(args[0], name)
    if origin in (tuple, list):
        inner = tuple(sample(a, name) for a in args if a is not Ellipsis)
        return inner if origin is tuple else list(inner)
    if origin is dict:
        return {"鍵": 1} if args[1] is Any else {"q": sample(args[1], name)}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    plain: dict[Any, Any] = {
        str: f"𠮷野家\n髙橋 {name}",
        bool: True,
        int: 3,
        AwareDatetime: NOW,
        date: date(2026, 2, 28),
        Any: ["x", 1, None],
    }
    return example(kind) if isinstance(kind, type) and issubclass(kind, Value) else plain[kind]


def example(cls: type[Value]) -> Value:
    hints = typing.get_type_hints(cls, include_extras=False)
    made = {n: sample(hints[n], n) for n in cls.model_fields}
    if issubclass(cls, Root):
        made["version"] = 1
    return cls.model_validate(made)


@pytest.mark.parametrize("cls", list(ROW_OF), ids=lambda c: c.__name__)
def test_values_and_rows_have_the_same_fields(cls: type[Value]) -> None:
    """But for the mark of a rehearsal, which is the storage's own (some values tell it on), and what follows from a value."""
    ours = {"practice_of", *DERIVED.get(cls, {})}
    assert set(cls.model_fields) | ours == set(row_class(cls).model_fields) | ours
    assert set(DERIVED.get(cls, {})) <= set(row_class(cls).model_fields) - set(cls.model_fields)
    assert "practice_of" not in cls.model_fields or issubclass(row_class(cls), Marked)


def test_every_table_holds_a_value() -> None:
    mapped = {row.__tablename__ for row in ROW_OF.values()} | {"pacing"}
    assert mapped == set(SQLModel.metadata.tables)


@pytest.mark.parametrize("cls", list(ROW_OF), ids=lambda c: c.__name__)
async def test_a_value_comes_back_as_it_went_in(both: Database, cls: type[Value]) -> None:
    value = example(cls)
    table = row_class(cls).__table__  # type: ignore[attr-defined]
    async with both.writer.connect() as connection:
        if both.sqlite:
            await connection.exec_driver_sql("PRAGMA defer_foreign_keys=on")
        else:
            await connection.execute(text("SET session_replication_role = replica"))
        await connection.execute(table.insert(), columns(value))
        row = (await connection.execute(table.select())).one()
        await connection.rollback()
    assert to_value(cls, row) == value


async def test_a_second_writer_on_old_state_fails(both: Database) -> None:
    supplier = Supplier(id=new_id(), name="あ", name_key="あ", created_at=NOW)
    async with both.begin("t") as tx:
        tx.add(supplier)
    async with both.begin("t") as tx:
        old = await tx.need(Supplier, supplier.id)
    async with both.begin("t") as tx:
        await tx.put((await tx.need(Supplier, supplier.id)).model_copy(update={"name": "い"}))
    with pytest.raises(Stale):
        async with both.begin("t") as tx:
            await tx.put(old.model_copy(update={"name": "う"}))


async def test_concurrent_changes_lose_nothing(both: Database) -> None:
    """K40: read, then write, from many tasks: every increment is there, and nobody sees 'database is locked'."""
    card = LiveCard(id=new_id(), kind="hub", subject_id="s", place="p")
    async with both.begin("t") as tx:
        tx.add(card)

    async def once() -> None:
        while True:
            try:
                async with both.begin("t") as tx:
                    now = await tx.need(LiveCard, card.id)
                    await notices.refresh(tx, now.kind, "s")
                    return
            except Stale:
                continue

    await asyncio.gather(*(once() for _ in range(40)))
    async with both.read() as tx:
        assert (await tx.need(LiveCard, card.id)).wanted == 40


@pytest.mark.parametrize("forbidden", ["notice", "inbox", "number", "judgement", "member", "channel", "owner"])
async def test_the_database_forbids_a_second(both: Database, forbidden: str) -> None:
    from bot.domain.delivery import Inbox
    from bot.domain.ledger import Endpoint, EndpointState, Owner, OwnerRole

    def pair() -> list[Value]:
        match forbidden:
            case "notice":
                base = {"kind": NoticeKind.HUB, "place": "p", "subject_id": "s", "created_at": NOW, "key": "k"}
                return [Notice(id=new_id(), **base) for _ in range(2)]
            case "inbox":
                return [Inbox(id="press", kind="x", at=NOW) for _ in range(2)]
            case "number":
                base = {"name": "n", "name_key": "n", "created_at": NOW, "corporate_number": "1234567890123"}
                return [Supplier(id=new_id(), **base) for _ in range(2)]
            case "judgement":
                base = {"item_id": "i", "n": 1, "value": JudgementValue.OK, "reason": "r", "by": "b", "at": NOW}
                return [Judgement(id=new_id(), **base) for _ in range(2)]
            case "member":
                return [Membership(id=new_id(), group="g", person_id="p", seen_at=NOW) for _ in range(2)]
            case "channel":
                base = {"supplier_id": "s", "channel_id": "C1", "state": EndpointState.SUSPENDED}
                return [Endpoint(id=new_id(), **base) for _ in range(2)]
            case _:
                base = {"engagement_id": "e", "role": OwnerRole.PRIMARY, "since": NOW}
                return [Owner(id=new_id(), person_id=f"p{n}", **base) for n in range(2)]

    first, second = pair()
    table = row_class(type(first)).__table__  # type: ignore[attr-defined]
    async with both.writer.connect() as connection:
        if both.sqlite:
            await connection.exec_driver_sql("PRAGMA defer_foreign_keys=on")
        else:
            await connection.execute(text("SET session_replication_role = replica"))
        await connection.execute(table.insert(), columns(first))
        with pytest.raises(IntegrityError):
            await connection.execute(table.insert(), columns(second))
        await connection.rollback()


async def test_no_row_of_a_broken_unit_of_work_stays(both: Database) -> None:
    with pytest.raises(Taken):
        async with both.begin("t") as tx:
            tx.add(Supplier(id="one", name="x", name_key="x", created_at=NOW))
            await tx.flush()
            tx.add(Supplier(id="one", name="y", name_key="y", created_at=NOW))
    async with both.read() as tx:
        assert await tx.find(Supplier) == []


async def test_times_without_a_zone_are_refused_before_they_are_stored(both: Database) -> None:
    with pytest.raises(ValueError, match="timezone"):
        Supplier(id="x", name="x", name_key="x", created_at=datetime(2026, 1, 1))  # noqa: DTZ001


async def test_the_actor_is_known_with_one_statement(both: Database) -> None:
    async with both.begin("t") as tx:
        person = await people.see(tx, seen("U1", PersonKind.EMPLOYEE), NOW)
        await people.set_members(tx, "security", [person.id], NOW)
    async with both.read() as tx:
        actor = await people.actor(tx, Who(slack_user_id="U1"), "")
        assert (actor.security, actor.employee) == (True, True)
        assert (await people.actor(tx, Who(slack_user_id="U2"), "")).person is None
        assert [p.slack_user_id for p in await people.members(tx, "security")] == ["U1"]
    async with both.begin("t") as tx:
        await people.set_members(tx, "security", [], NOW)
        assert await tx.find(Person) != []
        assert not (await people.actor(tx, Who(slack_user_id="U1"), "")).security


async def test_due_notices_come_oldest_first_and_not_before_their_time(both: Database) -> None:
    def notice(key: str, **more: Any) -> Notice:
        base = {"kind": NoticeKind.HUB, "place": key, "subject_id": key, "created_at": NOW}
        return Notice(id=new_id(), key=key, **{**base, **more})

    async with both.begin("t") as tx:
        told = await notices.tell(
            tx,
            notice("late", created_at=NOW + timedelta(seconds=1)),
            notice("early"),
            notice("tomorrow", not_before=NOW + timedelta(days=1)),
            notice("retry", retry_at=NOW + timedelta(minutes=1)),
        )
        assert told == 4
        assert await notices.tell(tx, notice("early")) == 0
    got = []
    for _ in range(4):
        async with both.begin("t") as tx:
            due = await notices.next_due(tx, NOW, NOW)
            if due:
                got.append(due.key)
                await tx.put(due.model_copy(update={"state": NoticeState.SENT}))
    assert got == ["early", "late"]


async def test_a_place_is_closed_for_a_while_after_a_post(both: Database) -> None:
    one = Notice(id=new_id(), key="k", kind=NoticeKind.HUB, place="channel:C1", subject_id="s", created_at=NOW)
    async with both.begin("t") as tx:
        tx.add(one)
        await notices.reserve(tx, "channel:C1", NOW + timedelta(seconds=1))
        await notices.reserve(tx, "channel:C1", NOW + timedelta(seconds=2))
    async with both.begin("t") as tx:
        assert await notices.next_due(tx, NOW, NOW + timedelta(seconds=1)) is None
        assert await notices.next_due(tx, NOW, NOW + timedelta(seconds=2)) is not None


async def test_two_claimers_never_get_the_same_notice(both: Database) -> None:
    async with both.begin("t") as tx:
        for n in range(20):
            tx.add(Notice(id=new_id(), key=str(n), kind=NoticeKind.HUB, place=str(n), subject_id="s", created_at=NOW))
    taken: list[str] = []

    async def claimer() -> None:
        while True:
            try:
                async with both.begin("t") as tx:
                    due = await notices.next_due(tx, NOW, NOW)
                    if due is None:
                        return
                    await tx.put(due.model_copy(update={"state": NoticeState.CLAIMED}))
                taken.append(due.key)
            except Stale:
                continue

    await asyncio.gather(*(claimer() for _ in range(4)))
    assert sorted(taken, key=int) == [str(n) for n in range(20)]


async def test_the_inbox_keeps_events_once_and_forgets_old_presses(both: Database) -> None:
    async with both.begin("t") as tx:
        assert await inbox.store_event(tx, "e1", "member_joined_channel", {"k": "値"}, NOW)
        assert not await inbox.store_event(tx, "e1", "member_joined_channel", {"k": "値"}, NOW)
        person = await people.see(tx, seen("U1"), NOW)
        inbox.store_response(tx, "p1", "action", {"value": {}}, NOW - timedelta(days=8))
        inbox.store_response(tx, "p2", "action", {"value": {}}, NOW - timedelta(days=6))
    async with both.begin("t") as tx:
        assert [e.id for e in await inbox.waiting_events(tx)] == ["e1"]
        assert await inbox.forget_old(tx, NOW) == 1
        known, nobody = Who(slack_user_id="U1"), Who(slack_user_id="U2")
        assert await inbox.arrival(tx, "p1", known, "") == (Actor(who=known, person=person), None, "")
        assert await inbox.arrival(tx, "p2", known, "") == (Actor(who=known, person=person), {"value": {}}, "")
        assert await inbox.arrival(tx, "p3", nobody, "") == (Actor(who=nobody), None, "")


async def test_a_failed_statement_does_not_tell_what_people_wrote(both: Database) -> None:
    """Its words go into the log. (What a database itself says of a broken constraint is not ours to hide.)"""
    with pytest.raises(DBAPIError) as failed:
        async with both.begin("test.secret") as tx:
            connection = await tx.session.connection()
            await connection.execute(text("INSERT INTO nowhere (word) VALUES (:word)"), {"word": "社外秘の回答"})
    assert "INSERT INTO nowhere" in str(failed.value)
    assert "社外秘" not in str(failed.value)
