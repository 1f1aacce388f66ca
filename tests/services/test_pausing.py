"""Pausing: everything or one supplier, told in words, held by the outbox's barrier."""

import pytest

from bot.domain.delivery import AuditEvent, NoticeKind
from bot.domain.ledger import Change, Supplier
from bot.domain.refusal import Code, Refusal
from bot.domain.settings import PAUSED, Setting
from bot.services.pausing import Paused
from bot.services.telling.base import Hold, barrier, new_notice
from storage.db import Database
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import ADMIN, GONE, GUEST, NUMBER, OUTSIDER, OWNER, SEC, Ledger, entry, ledger


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    made = await ledger(db, clock)
    department = await made.department()
    await made.registering.submit(press(SEC), entry(department.id))
    await made.registering.submit(press(SEC), entry(department.id, name="みかづき運輸西日本", corporate_number=""))
    return made


async def stopped(stage: Ledger, name: str) -> Hold | None:
    async with stage.db.read() as tx:
        supplier = await tx.one(Supplier, name=name)
        assert supplier
        notice = new_notice(NoticeKind.HUB, "person:p1", "r", START, supplier_id=supplier.id)
        held = await barrier(tx, notice)
    assert held is None or isinstance(held, Hold)
    return held


async def test_everything(stage: Ledger) -> None:
    assert await stage.pausing.switch(press(SEC), "", on=True) == Paused(on=True, changed=True)
    assert await stopped(stage, "株式会社みかづき運輸") == Hold("paused")
    assert await stage.pausing.switch(press(SEC), "", on=True) == Paused(on=True, changed=False)
    assert await stage.pausing.switch(press(SEC), "", on=False) == Paused(on=False, changed=True)
    assert await stopped(stage, "株式会社みかづき運輸") is None
    async with stage.db.read() as tx:
        changes = await tx.find(Change, subject_id=PAUSED)
        events = await tx.find(AuditEvent, subject_id=PAUSED)
        stored = await tx.get(Setting, PAUSED)
    assert [(c.before, c.after) for c in changes] == [({"on": False}, {"on": True}), ({"on": True}, {"on": False})]
    assert [e.action for e in events] == ["pause:on", "pause:off"]
    assert stored == Setting(id=PAUSED, value={"on": False})


async def test_resuming_what_was_never_paused(stage: Ledger) -> None:
    assert await stage.pausing.switch(press(SEC), "", on=False) == Paused(on=False, changed=False)


@pytest.mark.parametrize("words", [NUMBER, "㈱ミカヅキ運輸", "みかづき運輸 株式会社"])
async def test_one_supplier(stage: Ledger, words: str) -> None:
    name = "株式会社みかづき運輸"
    assert await stage.pausing.switch(press(SEC), words, on=True) == Paused(on=True, changed=True, supplier=name)
    assert await stopped(stage, name) == Hold("supplier_paused")
    assert await stopped(stage, "みかづき運輸西日本") is None
    assert await stage.pausing.switch(press(SEC), words, on=True) == Paused(on=True, changed=False, supplier=name)
    assert await stage.pausing.switch(press(SEC), words, on=False) == Paused(on=False, changed=True, supplier=name)
    async with stage.db.read() as tx:
        changes = await tx.find(Change, field="paused")
    assert [(c.before, c.after) for c in changes] == [(False, True), (True, False)]


async def test_several_could_be_meant_and_nothing_changes(stage: Ledger) -> None:
    paused = await stage.pausing.switch(press(SEC), "みかづき", on=True)
    assert not paused.changed
    assert paused.candidates
    assert {c.name for c in paused.candidates.found} == {"株式会社みかづき運輸", "みかづき運輸西日本"}
    assert await stopped(stage, "みかづき運輸西日本") is None


async def test_nobody_of_that_name(stage: Ledger) -> None:
    with pytest.raises(Refusal) as refused:
        await stage.pausing.switch(press(SEC), "こはく", on=True)
    assert refused.value.code is Code.NOT_FOUND


async def test_pressed_twice_counts_once(stage: Ledger) -> None:
    for _ in range(2):
        paused = await stage.pausing.switch(press(SEC, key="command/1"), "", on=True)
        assert paused == Paused(on=True, changed=True)
    async with stage.db.read() as tx:
        assert len(await tx.find(Change, subject_id=PAUSED)) == 1


@pytest.mark.parametrize("who", [ADMIN, OWNER, GUEST, OUTSIDER, GONE])
@pytest.mark.parametrize("words", ["", "みかづき"])
async def test_only_the_security_team(stage: Ledger, who: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        await stage.pausing.switch(press(who), words, on=True)
    assert refused.value.code is Code.NOT_YOURS
