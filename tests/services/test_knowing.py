"""Answers before it asks: who owns what and how it was judged; the reason is for the security team alone."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.knowing import KnownSupplier, Nobody
from bot.domain.ledger import Engagement, EngagementState, Supplier, SupplierState
from bot.domain.reading import Candidates
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.rounds import Judgement, JudgementValue, ReviewState
from bot.domain.scope_rules import Proposal
from bot.services.knowing import Knowing
from bot.services.merging import Merging
from message_templates.catalogs import Text
from message_templates.knowing import (
    candidates_choice,
    known_blocks,
    known_title,
    meaning_view,
    need_view,
    nobody_blocks,
    same_blocks,
)
from storage.checklist_files import load_all
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import GONE, GUEST, NUMBER, OUTSIDER, OWNER, SEC, TOKYO, Ledger, entry, ledger
from tests.services.test_reading import add_review
from tests.templates.test_ledger import must_be_a_message, must_be_a_view

WORDS = [Text("ja"), Text("en")]


@pytest.fixture
async def stage(db: Database, clock: StillClock) -> Ledger:
    return await ledger(db, clock)


@pytest.fixture
async def supplier(stage: Ledger) -> Supplier:
    """One supplier with one engagement that was judged, on condition, until the end of the year."""
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id, ends_on="2027-03-31"))
    async with stage.db.read() as tx:
        [found] = await tx.find(Supplier)
    _, item = await add_review(stage, found, ReviewState.CLOSED, "2026")
    until = date(2026, 12, 31)
    told = {"reason": "廃棄の証明を受け取ること", "by": "x", "at": START, "valid_until": until}
    async with stage.db.begin("test.judge") as tx:
        tx.add(Judgement(id=new_id(), item_id=item.id, n=1, value=JudgementValue.WATCH, **told))
    return found


def knowing(stage: Ledger) -> Knowing:
    return Knowing(stage.desk, ZoneInfo("Asia/Tokyo"), load_all())


async def known(stage: Ledger, who: str, words: str = NUMBER) -> KnownSupplier:
    found = await knowing(stage).about(press(who), words)
    assert isinstance(found, KnownSupplier)
    return found


@pytest.mark.parametrize("words", [NUMBER, "みかづき", "㈱ミカヅキ運輸", "Ｔ７９９９９０１０００００１"])
async def test_the_last_judgement_its_validity_and_who_owns_it(stage: Ledger, supplier: Supplier, words: str) -> None:
    [work] = (await known(stage, OWNER, words)).works
    assert (work.owner, work.department, work.judgement) == ("高橋 一郎", "総務部", JudgementValue.WATCH)
    assert (work.valid_until, work.ends_on) == (date(2026, 12, 31), date(2027, 3, 31))


async def test_only_the_security_team_reads_the_reason(stage: Ledger, supplier: Supplier) -> None:
    assert [w.reason for w in (await known(stage, SEC)).works] == ["廃棄の証明を受け取ること"]
    seen = await known(stage, OWNER)
    assert [w.reason for w in seen.works] == [""]
    for t in WORDS:
        assert "廃棄" not in str(known_blocks(t, seen))


async def test_nobody_of_ours_is_told_nothing(stage: Ledger, supplier: Supplier) -> None:
    for who in (GUEST, OUTSIDER, GONE):
        with pytest.raises(Refusal) as refused:
            await knowing(stage).about(press(who), NUMBER)
        assert refused.value.code is Code.NOT_YOURS


async def test_the_same_work_needs_no_registration(stage: Ledger, supplier: Supplier) -> None:
    [work] = (await known(stage, OWNER)).works
    same = await knowing(stage).same(press(OWNER), work.engagement_id)
    assert (same.supplier, same.work) == (supplier.name, work)
    async with stage.db.read() as tx:
        assert len(await tx.find(Engagement)) == 1


async def test_what_new_work_would_mean(stage: Ledger, supplier: Supplier) -> None:
    nothing = {"personal_data": "no", "secret_data": "no", "system_access": "no", "work_stops": "no"}
    much = nothing | {"personal_data": "yes", "secret_data": "yes"}
    service = knowing(stage)
    low = await service.means(press(OWNER), supplier.id, nothing)
    assert low.exempt is Proposal.NOTHING_ENTRUSTED
    high = await service.means(press(OWNER), supplier.id, much)
    assert high.exempt is None
    assert "secret_data" in {reason.fact for reason in high.reasons}
    assert high.tier.cadence < low.tier.cadence
    with pytest.raises(Refusals) as refused:
        await service.means(press(OWNER), supplier.id, {})
    assert [r.field for r in refused.value.refusals] == ["personal_data"]
    for t in WORDS:
        for found in (low, high):
            view = meaning_view(t, found, service.titles(t.language))
            must_be_a_view(view)
        assert all(f"「{service.titles(t.language)[key]}」" in str(view) for key in high.tier.checklists)


async def test_who_must_not_be_given_work_is_said_to_be_so(stage: Ledger, supplier: Supplier) -> None:
    async with stage.db.begin("test.block") as tx:
        await tx.put(supplier.model_copy(update={"state": SupplierState.BLOCKED}))
    found = await known(stage, OWNER)
    assert found.refused
    for t in WORDS:
        assert t("known.refused") in str(known_blocks(t, found))


async def test_work_that_is_over_is_shown_and_cannot_be_the_same(stage: Ledger, supplier: Supplier) -> None:
    async with stage.db.begin("test.end") as tx:
        [work] = await tx.find(Engagement)
        await tx.put(work.model_copy(update={"state": EngagementState.ENDED}))
    blocks = known_blocks(WORDS[0], await known(stage, OWNER))
    assert "社内便の配送" in str(blocks)
    assert "vr1.known_same" not in str(blocks)


async def test_an_old_name_leads_to_the_record_it_was_merged_into(stage: Ledger, supplier: Supplier) -> None:
    other = entry((await stage.department("営業部")).id, corporate_number="", name="旧みかづき便", business="宅配")
    await stage.registering.submit(press(SEC), other)
    async with stage.db.read() as tx:
        gone = await tx.one(Supplier, name="旧みかづき便")
    assert gone
    await Merging(stage.desk, TOKYO).merge(press(SEC), supplier.id, gone.id)
    for found in (await known(stage, OWNER, "旧みかづき便"), await knowing(stage).record(press(OWNER), gone.id)):
        assert found.supplier_id == supplier.id
        assert {w.business for w in found.works} == {"社内便の配送", "宅配"}


@pytest.mark.parametrize("words", ["こはく", "%", "_", "“どこにも　ない”", "\u202eみかづき"])
async def test_words_that_mean_nobody(stage: Ledger, supplier: Supplier, words: str) -> None:
    found = await knowing(stage).about(press(OWNER), words)
    assert isinstance(found, Nobody | KnownSupplier)
    if isinstance(found, Nobody):
        for t in WORDS:
            must_be_a_message(nobody_blocks(t, found))


async def test_thirty_thousand_characters_are_refused_in_words(stage: Ledger) -> None:
    with pytest.raises(Refusal) as refused:
        await knowing(stage).about(press(OWNER), "あ" * 30_000)
    assert refused.value.code is Code.TOO_LONG


async def test_every_card_fits(stage: Ledger, supplier: Supplier) -> None:
    department = await stage.department("総務二部")
    for n in range(14):
        more = entry(department.id, business=f"{n}" + "<!channel>&" * 45)
        await stage.registering.submit(press(SEC), more)
    for n in range(12):
        twin = entry(department.id, corporate_number="", name=f"みかづき{n}", business="x")
        await stage.registering.submit(press(SEC), twin)
    found, several = await known(stage, SEC), await knowing(stage).about(press(OWNER), "みかづき")
    assert (len(found.works), found.more) == (10, 5)
    assert isinstance(several, Candidates)
    for t in WORDS:
        cards: list[list[dict[str, Any]]] = [known_blocks(t, found), candidates_choice(t, several)]
        cards.append(same_blocks(t, await knowing(stage).same(press(OWNER), found.works[0].engagement_id)))
        for blocks in cards:
            must_be_a_message(blocks)
        must_be_a_view(need_view(t, found))
        assert known_title(t, found)


async def test_new_work_goes_to_the_record_that_was_asked_about_also_without_a_number(stage: Ledger) -> None:
    department = await stage.department()
    await stage.registering.submit(press(SEC), entry(department.id, corporate_number="", name="こはく商店"))
    async with stage.db.read() as tx:
        [record] = await tx.find(Supplier)
    words = await knowing(stage).words_for(press(OWNER), record.id)
    form = await stage.companies.form(press(OWNER), words.text, words.supplier_id)
    assert form.company
    assert form.company.supplier_id == record.id
    async with stage.db.begin("test.block") as tx:
        await tx.put(record.model_copy(update={"state": SupplierState.BLOCKED}))
    with pytest.raises(Refusal) as refused:
        await stage.companies.form(press(OWNER), words.text, words.supplier_id)
    assert refused.value.code is Code.SUPPLIER_BLOCKED
