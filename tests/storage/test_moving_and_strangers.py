"""Queries of endpoints that move and of people whom nobody registered, on both databases."""

from __future__ import annotations

from bot.domain.delivery import Notice, NoticeKind, NoticeState
from bot.domain.ledger import SupplierTeam
from bot.domain.people import PersonKind
from bot.domain.strangers import Stranger, StrangerKind, StrangerState
from bot.services.telling.base import new_notice
from storage import moving, strangers
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, remember, seen
from tests.scene import stage

OLD, NEW = "C0SUP1", "C0NEW"


async def test_what_is_open_waits_and_was_told_at_an_endpoint(both: Database) -> None:
    scene = await stage(both, StillClock())
    there = scene.endpoint.id
    sent = new_notice(NoticeKind.HUB_REMINDER, f"channel:{OLD}", scene.review.id, START, endpoint_id=there)
    async with both.begin("test.sent") as tx:
        tx.add(sent.model_copy(update={"state": NoticeState.IN_DOUBT}))
    async with both.read() as tx:
        ((endpoint_id, review, title),) = await moving.open_at(tx, [there, "x"])
        assert (endpoint_id, review.id, title) == (there, scene.review.id, "2026年度")
        assert await moving.open_at(tx, []) == []
        assert await moving.on_its_way(tx, there) == 1
        assert await moving.works_of(tx, [scene.endpoint]) == {}
        assert await moving.old_hubs(tx, 5) == []
    async with both.begin("test.moved") as tx:
        await moving.redirect(tx, there, f"channel:{NEW}")
        await moving.rename(tx, there, OLD, NEW)
    async with both.read() as tx:
        found = {n.kind: (n.place, n.key.rpartition("/")[2]) for n in await tx.find(Notice, endpoint_id=there)}
    assert found[NoticeKind.HUB] == (f"channel:{NEW}", f"channel:{NEW}")
    assert found[NoticeKind.HUB_REMINDER] == (f"channel:{OLD}", f"channel:{NEW}")


async def test_who_is_strange_and_who_is_asked(both: Database) -> None:
    scene = await stage(both, StillClock())
    ours, guest = await remember(both, seen("U0EMP"), seen("U0GUEST", PersonKind.GUEST))
    rows = [
        Stranger(id=new_id(), kind=StrangerKind.CHANNEL, key=f"C{n}", state=state, first_seen=START)
        for n, state in enumerate(StrangerState)
    ]
    team = SupplierTeam(id=new_id(), supplier_id=scene.supplier.id, team_id="T0SUP1", since=START, confirmed_by=ours.id)
    async with both.begin("test.strangers") as tx:
        tx.add(*rows, team)
    async with both.read() as tx:
        assert [p.id for p in await strangers.guests(tx)] == [guest.id]
        assert await strangers.linked(tx, [OLD, NEW]) == {OLD}
        assert await strangers.known_teams(tx) == {"T0SUP1"}
        assert await strangers.persons(tx, ["U0EMP", "U0GUEST", "U0NOBODY"]) == {"U0EMP": ours.id}
        assert await strangers.employed(tx, [ours.id, guest.id]) == {ours.id}
        assert {s.state for s in await strangers.to_ask(tx)} == {StrangerState.FOUND, StrangerState.ASKED}
        assert len(await strangers.every(tx)) == len(StrangerState)
        assert await strangers.counts(tx) == (5, 3)
        assert len(await strangers.page(tx, 3, 3)) == 2
