"""Queries of endpoints, on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.delivery import CardKind, LiveCard, Notice, NoticeKind, NoticeState
from bot.domain.ledger import ChannelLook, Endpoint, EndpointState, Supplier, SupplierState
from bot.domain.people import Membership, PersonKind, channel_group
from bot.services.telling.base import new_notice
from storage import endpoints, notices
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, remember, seen

OLD, NEW = "G0OLD", "C0NEW"


async def supplier(db: Database, name: str, **more: object) -> Supplier:
    made = Supplier.model_validate({"id": new_id(), "name": name, "name_key": name, "created_at": START, **more})
    async with db.begin("test.supplier") as tx:
        tx.add(made)
    return made


async def endpoint(db: Database, of: Supplier, channel: str, **more: object) -> Endpoint:
    given = {"id": new_id(), "supplier_id": of.id, "channel_id": channel, "state": EndpointState.VERIFIED, **more}
    made = Endpoint.model_validate(given)
    async with db.begin("test.endpoint") as tx:
        tx.add(made)
    return made


async def test_the_living_endpoint_of_a_channel(both: Database) -> None:
    of = await supplier(both, "みかづき")
    await endpoint(both, of, OLD, state=EndpointState.SEVERED)
    living = await endpoint(both, of, OLD, state=EndpointState.SUSPENDED)
    async with both.read() as tx:
        found = await endpoints.at(tx, OLD)
        assert found
        assert found.id == living.id
        assert await endpoints.at(tx, NEW) is None


async def test_only_verified_endpoints_grow_old(both: Database) -> None:
    of = await supplier(both, "みかづき")
    never = await endpoint(both, of, "C1")
    old = await endpoint(both, of, "C2", checked_at=START - timedelta(seconds=1))
    fresh = await endpoint(both, of, "C3", checked_at=START)
    suspended = await endpoint(both, of, "C4", state=EndpointState.SUSPENDED)
    ids = [never.id, old.id, fresh.id, suspended.id]
    async with both.read() as tx:
        assert {e.id for e in await endpoints.older(tx, ids, START)} == {never.id, old.id}
        assert await endpoints.older(tx, [], START) == []
    async with both.begin("test.agreed") as tx:
        await endpoints.agreed(tx, ids, START)
    async with both.read() as tx:
        assert await endpoints.older(tx, ids, START) == []
        unchanged = await tx.need(Endpoint, suspended.id)
    assert unchanged.checked_at is None


async def test_guests_by_channel(both: Database) -> None:
    gone = seen("U4", PersonKind.GUEST).model_copy(update={"active": False})
    people = [seen("U1", PersonKind.GUEST), seen("U2"), seen("U3", PersonKind.EXTERNAL, "T1"), gone]
    await remember(both, *people, group=channel_group("C1"))
    await remember(both, seen("U5", PersonKind.GUEST), group=channel_group("C2"))
    async with both.read() as tx:
        assert await endpoints.guests_in(tx, ["C1", "C2", "C3"]) == {"C1": {"U1"}, "C2": {"U5"}, "C3": set()}
        assert await endpoints.guests_in(tx, []) == {}


async def test_candidates_know_where_they_are_linked(both: Database) -> None:
    here, there, nowhere = [await supplier(both, name) for name in ("ここ", "よそ", "なし")]
    await supplier(both, "終了", state=SupplierState.ENDED)
    await endpoint(both, here, "C1")
    await endpoint(both, here, "C2")
    await endpoint(both, there, "C3")
    await endpoint(both, nowhere, "C4", state=EndpointState.SEVERED)
    async with both.read() as tx:
        found = {c.name: (c.linked, c.here) for c in await endpoints.candidates(tx, "C1")}
    assert found == {"ここ": (True, True), "よそ": (True, False), "なし": (False, False)}


async def test_looks_are_spoilt_up_to_a_moment_and_forgotten_after_a_day(both: Database) -> None:
    (person,) = await remember(both, seen("U1"))

    async def look(channel: str, seconds: float) -> str:
        at = START + timedelta(seconds=seconds)
        made = ChannelLook(id=new_id(), channel_id=channel, name="x", seen_at=at, shown_to=person.id)
        async with both.begin("test.look") as tx:
            await endpoints.keep_look(tx, made)
        return made.id

    before, after, elsewhere = await look("C1", 0), await look("C1", 5), await look("C2", 0)
    async with both.begin("test.spoil") as tx:
        await endpoints.spoil_looks(tx, "C1", START + timedelta(seconds=1))
    async with both.read() as tx:
        changed = {found.id: found.changed for found in await tx.find(ChannelLook)}
    assert changed == {before: True, after: False, elsewhere: False}
    late = await look("C1", 86_401 + 5)
    async with both.read() as tx:
        assert [found.id for found in await tx.find(ChannelLook)] == [late]


async def test_notices_are_held_back(both: Database) -> None:
    held = new_notice(NoticeKind.HUB, "channel:C1", "r1", START, endpoint_id="e1")
    others = [
        new_notice(NoticeKind.HUB, "channel:C2", "r1", START, endpoint_id="e2"),
        new_notice(NoticeKind.HUB_REMINDER, "channel:C1", "r1", START, endpoint_id="e1").model_copy(
            update={"state": NoticeState.SENT}
        ),
    ]
    until = START + timedelta(seconds=15)
    async with both.begin("test.notices") as tx:
        tx.add(held, *others)
    async with both.begin("test.hold") as tx:
        assert await endpoints.hold_notices(tx, ["e1"], until, "channel_unchecked") == 1
    async with both.read() as tx:
        assert {n.id for n in await tx.find(Notice) if n.retry_at == until} == {held.id}


async def test_everything_follows_a_channels_new_id(both: Database) -> None:
    (person,) = await remember(both, seen("U1"), group=channel_group(OLD))
    sent = new_notice(NoticeKind.HUB_REMINDER, f"channel:{OLD}", "r1", START, step="-3")
    sent = sent.model_copy(update={"state": NoticeState.SENT, "channel": OLD, "ts": "1.1"})
    other = new_notice(NoticeKind.HUB_REMINDER, f"channel:{OLD}X", "r1", START, step="-3")
    card = LiveCard(id=new_id(), kind=CardKind.HUB, subject_id="r1", place="e1", channel=OLD, ts="1.0")
    look = ChannelLook(id=new_id(), channel_id=OLD, name="x", seen_at=START, shown_to=person.id)
    async with both.begin("test.before") as tx:
        tx.add(sent, other, card, look)
    async with both.begin("test.move") as tx:
        await endpoints.move_channel(tx, OLD, NEW)
    async with both.begin("test.after") as tx:
        moved = await tx.need(Notice, sent.id)
        assert (moved.place, moved.channel) == (f"channel:{NEW}", NEW)
        assert (
            await notices.tell(tx, new_notice(NoticeKind.HUB_REMINDER, f"channel:{NEW}", "r1", START, step="-3")) == 0
        )
        assert await tx.need(Notice, other.id) == other
        assert (await tx.need(LiveCard, card.id)).channel == NEW
        assert [m.person_id for m in await tx.find(Membership, group=channel_group(NEW))] == [person.id]
        assert await tx.find(Membership, group=channel_group(OLD)) == []
        (spoilt,) = await tx.find(ChannelLook)
        assert (spoilt.channel_id, spoilt.changed) == (NEW, True)
        tx.abandon()
