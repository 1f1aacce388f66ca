"""Proposals: one notice for the security team, one outcome for the proposer, and no round in between."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.ledger import Change, Department, Engagement, EngagementState, Supplier, SupplierState
from bot.domain.names import name_key
from bot.domain.national_register import RegisterEntry
from bot.domain.people import Person, Who
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.scoping import decide
from bot.domain.subcontracts import SubcontractEdge
from bot.services.telling.base import Cancel, Ready
from bot.services.telling.proposal import tell_outcome, tell_proposed
from handlers.slack.proposals import on_confirm
from handlers.slack.replies import Whisper
from message_templates import ids
from storage import candidates, endpoints, national_register
from storage.db import Database
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import GUEST, NUMBER, OWNER, SEC, Ledger, entry, ledger


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    return await ledger(db, clock)


async def proposed(stage: Ledger, **changed: str) -> Engagement:
    department = await stage.department()
    done = await stage.registering.submit(press(OWNER), entry(department.id, **changed))
    assert done.proposed
    async with stage.db.read() as tx:
        [engagement] = await tx.find(Engagement)
    return engagement


async def notices_of(stage: Ledger, kind: NoticeKind) -> list[Notice]:
    async with stage.db.read() as tx:
        return await tx.find(Notice, kind=kind.value)


async def person(stage: Ledger, user: str) -> Person:
    async with stage.db.read() as tx:
        found = await tx.one(Person, slack_user_id=user)
    assert found
    return found


async def test_the_security_team_is_told_once_and_its_own_entries_need_no_proposal(stage: Ledger) -> None:
    engagement = await proposed(stage)
    assert engagement.state is EngagementState.PROPOSED
    [notice] = await notices_of(stage, NoticeKind.PROPOSED)
    assert notice.place == f"person:{(await person(stage, SEC)).id}"
    assert (notice.subject_id, notice.params) == (engagement.id, {})
    async with stage.db.read() as tx:
        told = await tell_proposed(tx, notice, START)
    assert isinstance(told, Ready)
    assert "高橋 一郎" in str(told.message.blocks)
    done = await stage.registering.submit(press(SEC), entry(engagement.department_id, business="清掃"))
    assert not done.proposed
    assert len(await notices_of(stage, NoticeKind.PROPOSED)) == 1


async def test_confirmed_it_is_an_engagement_and_the_proposer_is_told_once(stage: Ledger) -> None:
    engagement = await proposed(stage)
    assert [p.proposer for p in (await stage.proposing.waiting(press(SEC))).listed] == ["高橋 一郎"]
    done = await stage.proposing.confirm(press(SEC), engagement.id)
    assert (done.supplier, done.state) == ("株式会社みかづき運輸", EngagementState.ACTIVE)
    async with stage.db.read() as tx:
        assert (await tx.need(Engagement, engagement.id)).state is EngagementState.ACTIVE
        [change] = await tx.find(Change, subject_id=engagement.id, field="state")
        [outcome] = await tx.find(Notice, kind=NoticeKind.PROPOSAL_OUTCOME.value)
        [first] = await tx.find(Notice, kind=NoticeKind.PROPOSED.value)
        assert isinstance(await tell_proposed(tx, first, START), Cancel)
        told = await tell_outcome(tx, outcome, START)
    assert (change.before, change.after) == ("proposed", "active")
    assert outcome.place == f"person:{(await person(stage, OWNER)).id}"
    assert isinstance(told, Ready)
    assert "承認" in told.message.text
    assert (await stage.proposing.waiting(press(SEC))).total == 0


async def test_refused_with_a_reason_that_the_proposer_reads(stage: Ledger) -> None:
    engagement = await proposed(stage)
    with pytest.raises(Refusal) as refused:
        await stage.proposing.refuse(press(SEC, key="1"), engagement.id, " \u202e ")
    assert (refused.value.code, refused.value.field) == (Code.NO_REASON, "reason")
    done = await stage.proposing.refuse(press(SEC, key="2"), engagement.id, "既存の<!channel>契約で足ります")
    assert done.state is EngagementState.REFUSED
    async with stage.db.read() as tx:
        [outcome] = await tx.find(Notice, kind=NoticeKind.PROPOSAL_OUTCOME.value)
        told = await tell_outcome(tx, outcome, START)
    assert isinstance(told, Ready)
    assert told.message.blocks[1]["text"] == {
        "type": "plain_text",
        "text": "理由: 既存の<!channel>契約で足ります",
        "emoji": False,
    }


async def test_the_second_of_two_deciders_is_told_that_it_is_done(stage: Ledger) -> None:
    engagement = await proposed(stage)
    await stage.proposing.confirm(press(SEC), engagement.id)
    for attempt in (
        stage.proposing.refuse(press(SEC), engagement.id, "遅かった"),
        stage.proposing.confirm(press(SEC), engagement.id),
        stage.proposing.look(press(SEC), engagement.id),
    ):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert refused.value.code is Code.PROPOSAL_DONE
    assert len(await notices_of(stage, NoticeKind.PROPOSAL_OUTCOME)) == 1


async def test_nobody_confirms_their_own(stage: Ledger) -> None:
    engagement = await proposed(stage)
    for who in (OWNER, GUEST):
        with pytest.raises(Refusal) as refused:
            await stage.proposing.confirm(press(who), engagement.id)
        assert refused.value.code is Code.NOT_YOURS


async def test_it_takes_part_in_no_round_until_it_is_confirmed(stage: Ledger) -> None:
    """The rule of the round is asked about what the database gives it, before and after."""
    engagement = await proposed(stage)

    async def verdict() -> str:
        async with stage.db.read() as tx:
            [candidate] = await candidates.candidates(tx, START.date())
        return decide(candidate, START.date()).verdict

    assert await verdict() == "out"
    await stage.proposing.confirm(press(SEC), engagement.id)
    assert await verdict() == "in"


async def registered(stage: Ledger) -> Supplier:
    """A record of which nobody has said whether it passes work on."""
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id, business="清掃"))
    return await supplier_of(stage)


async def supplier_of(stage: Ledger) -> Supplier:
    async with stage.db.read() as tx:
        [supplier] = await tx.find(Supplier)
    return supplier


async def propose_more(stage: Ledger, **changed: str) -> str:
    """One more piece of work for the record; the engagement's id."""
    async with stage.db.read() as tx:
        [department] = await tx.find(Department)
    done = await stage.registering.submit(press(OWNER), entry(department.id, **changed))
    assert done.proposed
    async with stage.db.read() as tx:
        [engagement] = await tx.find(Engagement, state=EngagementState.PROPOSED.value)
    return engagement.id


async def told_of(stage: Ledger, name: str) -> None:
    """The national register's look-up learns of the company."""
    address = "東京都みなと区一丁目1番1号"
    said = RegisterEntry(id=NUMBER, name=name, name_key=name_key(name), address=address, seen_on=START.date())
    async with stage.db.begin("test.told") as tx:
        await national_register.replace(tx, [said])


async def test_a_proposal_changes_nothing_of_a_record_until_it_is_confirmed(stage: Ledger) -> None:
    before = await registered(stage)
    await told_of(stage, before.name)
    engagement_id = await propose_more(stage, subcontracts="yes")
    assert await supplier_of(stage) == before
    async with stage.db.read() as tx:
        assert await tx.find(Change, subject="supplier", subject_id=before.id, field="subcontracts") == []
        [notice] = await tx.find(Notice, kind=NoticeKind.PROPOSED.value)
        told = await tell_proposed(tx, notice, START)
    assert isinstance(told, Ready)
    assert "再委託の有無: あり(承認すると記録に加わります)" in str(told.message.blocks)
    await stage.proposing.confirm(press(SEC), engagement_id)
    after = await supplier_of(stage)
    assert (after.subcontracts, after.address) == (True, "東京都みなと区一丁目1番1号")
    async with stage.db.read() as tx:
        [change] = await tx.find(Change, subject="supplier", subject_id=before.id, field="subcontracts")
    assert (change.actor_id, change.cause) == ((await person(stage, SEC)).id, "proposal")


async def test_what_a_refused_proposal_said_of_the_record_comes_to_nothing(stage: Ledger) -> None:
    before = await registered(stage)
    engagement_id = await propose_more(stage, subcontracts="yes")
    await stage.proposing.refuse(press(SEC), engagement_id, "既存の契約で足ります")
    assert await supplier_of(stage) == before


async def test_what_was_filled_meanwhile_is_not_written_over(stage: Ledger) -> None:
    before = await registered(stage)
    engagement_id = await propose_more(stage, subcontracts="yes")
    async with stage.db.begin("test.filled") as tx:
        await tx.put(before.model_copy(update={"subcontracts": False}))
    await stage.proposing.confirm(press(SEC), engagement_id)
    assert (await supplier_of(stage)).subcontracts is False


async def test_a_new_company_of_a_refused_proposal_is_kept_but_over(stage: Ledger) -> None:
    engagement = await proposed(stage)
    done = await stage.proposing.refuse(press(SEC, key="1"), engagement.id, "既存の契約で足ります")
    supplier = await supplier_of(stage)
    assert (supplier.state, done.over) == (SupplierState.ENDED, True)
    async with stage.db.read() as tx:
        [change] = await tx.find(Change, subject="supplier", subject_id=supplier.id, field="state")
        offered = await endpoints.candidates(tx, "C0ANY")
    assert (change.before, change.after, change.cause) == ("active", "ended", "proposal_refused")
    assert offered == []
    again = await propose_more(stage, business="倉庫の清掃")  # another proposal finds the record that was kept
    assert (await supplier_of(stage)).state is SupplierState.ENDED
    await stage.proposing.confirm(press(SEC), again)
    assert (await supplier_of(stage)).state is SupplierState.ACTIVE


async def test_a_refused_proposal_ends_no_record_that_has_other_work_or_waits_for_a_yes(stage: Ledger) -> None:
    department = await stage.department()
    for work in ("清掃", "警備"):
        await stage.registering.submit(press(OWNER), entry(department.id, business=work))
    async with stage.db.read() as tx:
        first, second = await tx.find(Engagement)
    done = await stage.proposing.refuse(press(SEC, key="1"), first.id, "既存の契約で足ります")
    assert ((await supplier_of(stage)).state, done.over) == (SupplierState.ACTIVE, False)
    await stage.proposing.confirm(press(SEC), second.id)
    third = await propose_more(stage, business="植栽")
    await stage.proposing.refuse(press(SEC, key="2"), third, "既存の契約で足ります")
    assert (await supplier_of(stage)).state is SupplierState.ACTIVE


async def test_a_refused_proposal_ends_no_record_of_a_sub_contractor(stage: Ledger) -> None:
    before = await registered(stage)
    async with stage.db.read() as tx:
        [work] = await tx.find(Engagement)
        [department] = await tx.find(Department)
    await stage.registering.submit(press(OWNER), entry(department.id, name="こはく印刷", corporate_number=""))
    async with stage.db.begin("test.passed_on") as tx:
        [child] = [s for s in await tx.find(Supplier) if s.id != before.id]
        [engagement] = await tx.find(Engagement, supplier_id=child.id)
        edge = SubcontractEdge(id="e" * 32, engagement_id=work.id, child_id=child.id, work="印刷", created_at=START)
        tx.add(edge)
    assert not (await stage.proposing.refuse(press(SEC, key="1"), engagement.id, "既存の契約で足ります")).over
    async with stage.db.read() as tx:
        assert (await tx.need(Supplier, child.id)).state is SupplierState.ACTIVE


async def test_a_bad_form_stores_no_half_proposal(stage: Ledger) -> None:
    department = await stage.department()
    with pytest.raises(Refusals):
        await stage.registering.submit(press(OWNER), entry(department.id, business=""))
    assert await notices_of(stage, NoticeKind.PROPOSED) == []


async def test_a_name_mentions_nobody_in_what_is_said_of_the_decision(stage: Ledger) -> None:
    engagement = await proposed(stage, name="<!channel>商店", corporate_number="")
    pressed = press(SEC)
    services: Any = SimpleNamespace(proposing=stage.proposing, people=SimpleNamespace(language=_japanese))
    request: Any = SimpleNamespace(
        press=pressed, who=pressed.who, chosen=ids.pack(engagement.id), response_url="x", view_id=""
    )
    (said,) = (await on_confirm(services, request)).effects
    assert isinstance(said, Whisper)
    assert "&lt;!channel&gt;" in said.text
    assert "<!channel>" not in said.text


async def _japanese(_who: Who) -> str:
    return "ja"
