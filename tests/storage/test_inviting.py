"""Invitations on both databases: one open one for a channel and an address, and one process that claims it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.contacts import Contact
from bot.domain.inviting import OPEN, Invitation, InvitationState
from bot.domain.ledger import Supplier
from storage import inviting, notices
from storage.db import Database
from storage.ids import new_id
from storage.tx import Stale, Taken

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
S = InvitationState


async def supplier(db: Database, name: str = "みかづき運輸") -> Supplier:
    made = Supplier(id=new_id(), name=name, name_key=name, created_at=NOW)
    async with db.begin("t") as tx:
        tx.add(made)
    return made


def wanted(supplier_id: str, mail: str = "abe@example.com", channel: str = "C1", **more: object) -> Invitation:
    return Invitation(
        **{
            "id": new_id(),
            "supplier_id": supplier_id,
            "channel_id": channel,
            "channel_name": "x",
            "mail": mail,
            "mail_key": mail.lower(),
            "confirmed_by": "p",
            "confirmed_at": NOW,
            **more,
        }
    )


async def add(db: Database, *values: Invitation) -> None:
    async with db.begin("t") as tx:
        tx.add(*values)


async def test_two_processes_that_confirm_at_once_leave_one(both: Database) -> None:
    one = (await supplier(both)).id
    made: list[bool] = []

    async def confirm(mail: str) -> None:
        try:
            await add(both, wanted(one, mail))
        except Taken:
            made.append(False)
        else:
            made.append(True)

    await asyncio.gather(*(confirm(mail) for mail in ("abe@example.com", "Abe@example.com", "ABE@example.com")))
    assert sorted(made) == [False, False, True]
    async with both.read() as tx:
        assert len(await tx.find(Invitation)) == 1


@pytest.mark.parametrize("state", list(S))
async def test_only_what_is_over_makes_room_for_another(both: Database, state: InvitationState) -> None:
    one = (await supplier(both)).id
    await add(both, wanted(one, state=state))
    if state in OPEN:
        with pytest.raises(Taken):
            await add(both, wanted(one))
    else:
        await add(both, wanted(one))
    await add(both, wanted(one, channel="C2"), wanted(one, "baba@example.com"))


async def test_one_that_is_over_cannot_come_back_beside_another(both: Database) -> None:
    one = (await supplier(both)).id
    old = wanted(one, state=S.FAILED)
    await add(both, old)
    await add(both, wanted(one))
    with pytest.raises(Taken):
        async with both.begin("t") as tx:
            await tx.put(old.model_copy(update={"state": S.WANTED}))


async def test_claimers_at_once_never_get_the_same(both: Database) -> None:
    one = (await supplier(both)).id
    await add(both, *(wanted(one, f"a{n}@example.com") for n in range(12)))
    taken: list[str] = []

    async def claimer() -> None:
        while True:
            try:
                async with both.begin("t") as tx:
                    due = await inviting.next_due(tx, NOW)
                    if due is None:
                        return
                    await tx.put(due.model_copy(update={"state": S.CLAIMED}))
                taken.append(due.mail)
            except Stale:
                continue

    await asyncio.gather(*(claimer() for _ in range(4)))
    assert sorted(taken) == sorted(f"a{n}@example.com" for n in range(12))


async def test_what_is_due(both: Database) -> None:
    one, rests = await supplier(both), await supplier(both, "休み")
    async with both.begin("t") as tx:
        await tx.put((await tx.need(Supplier, rests.id)).model_copy(update={"paused": True}))
        tx.add(wanted(rests.id), wanted(one.id, "later@example.com", retry_at=NOW + timedelta(seconds=9)))
        tx.add(wanted(one.id, "claimed@example.com", state=S.CLAIMED, lease_until=NOW + timedelta(seconds=5)))
    async with both.begin("t") as tx:
        assert await inviting.next_due(tx, NOW) is None
        assert await inviting.expired_claims(tx, NOW) == []
        due = await inviting.next_due(tx, NOW + timedelta(seconds=9))
        assert due
        assert due.mail == "later@example.com"
        assert [i.mail for i in await inviting.expired_claims(tx, NOW + timedelta(seconds=5))] == [
            "claimed@example.com"
        ]
        await notices.reserve(tx, inviting.PACE, NOW + timedelta(seconds=12))
    async with both.read() as tx:
        assert await inviting.next_due(tx, NOW + timedelta(seconds=9), lock=False) is None, "the pace of all processes"
        assert await inviting.next_due(tx, NOW + timedelta(seconds=12), lock=False)


async def test_the_list_begins_with_what_is_open_and_knows_the_suppliers(both: Database) -> None:
    one = await supplier(both)
    states = (S.FAILED, S.SENT, S.WITHDRAWN, S.UNKNOWN)
    rows = [
        wanted(one.id, f"{state}@example.com", state=state, confirmed_at=NOW + timedelta(hours=n))
        for n, state in enumerate(states)
    ]
    await add(both, *rows)
    async with both.read() as tx:
        found = await inviting.newest(tx, 3)
        assert [(i.state, name) for i, name in found] == [
            (state, one.name) for state in (S.UNKNOWN, S.SENT, S.WITHDRAWN)
        ]
        assert await inviting.newest(tx, 3, "none") == []
        assert [i.state for i in await inviting.open_in(tx, "C1")] == [S.SENT, S.UNKNOWN]
        assert await inviting.awaited(tx, ["C1", "C2"]) == {"C1"}


async def test_contacts_of_others_are_found_whatever_their_letters(both: Database) -> None:
    one, other = await supplier(both), await supplier(both, "ほしぞら印刷")
    async with both.begin("t") as tx:
        for whose, mail in ((one, "Abe@example.com"), (other, "Ueno@example.com")):
            tx.add(Contact(id=new_id(), supplier_id=whose.id, name="x", mail=mail, created_at=NOW))
    async with both.read() as tx:
        keys = ["abe@example.com", "ueno@example.com", "none@example.com"]
        assert await inviting.others_mails(tx, one.id, keys) == {"ueno@example.com"}
