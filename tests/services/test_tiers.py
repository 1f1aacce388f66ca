"""Tiers in the books: decided with every change of facts, set by a person for a time, and what needs a look afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from bot.domain.delivery import AuditEvent
from bot.domain.ledger import Department, Engagement, Supplier
from bot.domain.names import name_key
from bot.domain.people import SYSTEM
from bot.domain.policy import Policy
from bot.domain.reading import Candidates
from bot.domain.refusal import Code, Refusal
from bot.domain.tier_views import TierSheet
from bot.domain.tiers import TierDecision, Wish
from bot.services import tiering
from bot.services.desk import Desk
from bot.services.policies import policy, working_by
from bot.services.registering import new_records
from bot.services.tiers import Tiers
from message_templates.catalogs import text
from message_templates.tier import tiers_modal
from storage import ledger, tiers
from storage.db import Database
from storage.ids import new_id
from tests.kit import START, StillClock, press
from tests.ledger_scene import Books, small_books

TODAY = date(2026, 11, 25)
WORK = "給与計算の代行"
LOWER = Wish(tier="low", reason="試行期間のため", until=date(2026, 12, 31))


@pytest.fixture
async def books(db: Database) -> Books:
    """The small ledger, each engagement with its first tier; payroll is known to be entrusted with confidential data."""
    made = await small_books(db)
    known = {"secret_data": True, "work_stops": False, "system_access": False}
    made.rows = [
        r.model_copy(update=known) if isinstance(r, Engagement) and r.business == WORK else r for r in made.rows
    ]
    made.rows = [
        r.model_copy(update={"name_key": name_key(r.name)}) if isinstance(r, Supplier) else r for r in made.rows
    ]
    made.rows += [tiering.first(r, SYSTEM, START, "import") for r in made.rows if isinstance(r, Engagement)]
    await made.write()
    return made


@pytest.fixture
def service(db: Database, clock: StillClock) -> Tiers:
    return Tiers(Desk(db, clock, ""), ZoneInfo("Asia/Tokyo"))


async def work(db: Database, business: str = WORK) -> Engagement:
    async with db.read() as tx:
        found = await tx.one(Engagement, business=business)
        assert found
        return found


async def history(db: Database, business: str = WORK) -> list[TierDecision]:
    one = await work(db, business)
    async with db.read() as tx:
        return await tx.find(TierDecision, engagement_id=one.id, order="n")


async def change(db: Database, business: str = WORK, **facts: Any) -> list[TierDecision]:
    """The facts of one engagement become others, as any story does it."""
    async with db.begin("test.change") as tx:
        before = await tx.one(Engagement, business=business)
        assert before
        after = before.model_copy(update=facts)
        await tx.put(after)
        return await tiering.retier(tx, [after], SYSTEM, START, "edit")


async def sheet(service: Tiers, words: str) -> TierSheet:
    found = await service.sheet(press("U0SEC"), words)
    assert isinstance(found, TierSheet)
    return found


def told(found: TierSheet, language: str = "ja") -> str:
    return str(tiers_modal(text(language), found)["blocks"])


async def test_a_new_engagement_comes_with_its_tier(db: Database, books: Books) -> None:
    async with db.read() as tx:
        supplier, department = (await tx.find(Supplier))[0], (await tx.find(Department))[0]
    made = Engagement(
        id=new_id(),
        supplier_id=supplier.id,
        department_id=department.id,
        business="新しい業務",
        starts_on=TODAY,
        created_at=START,
        personal_data=True,
    )
    async with db.begin("test.new") as tx:
        await ledger.insert_all(tx, new_records(supplier, made, department, SYSTEM, START, "register", new=False))
    (first,) = await history(db, "新しい業務")
    assert (first.n, first.tier, first.cause) == (1, "middle", "register")


async def test_every_change_of_facts_is_a_decision_and_nothing_else_is(db: Database, books: Books) -> None:
    assert not await change(db, tags=("至急",))
    await change(db, secret_data=False)
    await change(db, personal_data=False)
    await change(db, system_access=True)
    found = await history(db)
    assert [(d.n, d.tier) for d in found] == [(1, "high"), (2, "middle"), (3, "low"), (4, "high")]
    assert [[r.fact for r in d.reasons] for d in found][2:] == [["otherwise"], ["system_access"]]
    async with db.read() as tx:
        audited = await tx.find(AuditEvent, action="tier:changed", order="id")
    assert [(a.reason, a.detail) for a in audited] == [
        ("edit", {"was": "high", "tier": "middle"}),
        ("edit", {"was": "middle", "tier": "low"}),
        ("edit", {"was": "low", "tier": "high"}),
    ]


async def test_many_are_decided_with_a_statement_for_each_thousand(db: Database, books: Books) -> None:
    department = books.department("大部門", "U0OTHER")
    supplier = books.supplier("大口の委託先")
    many = [books.work(supplier, department, f"業務{n:05}") for n in range(2500)]
    await books.write()
    seen: list[str] = []
    event.listen(db.writer.sync_engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    async with db.begin("test.many") as tx:
        made = await tiering.retier(tx, many, SYSTEM, START, "import")
    assert len(made) == 2500
    selects = [s for s in seen if s.lstrip().upper().startswith("SELECT")]
    inserts = [s for s in seen if s.lstrip().upper().startswith("INSERT")]
    assert (len(selects), len(inserts)) == (3, 3)


async def test_a_suppliers_tiers_are_shown_with_their_reasons_in_both_languages(service: Tiers, books: Books) -> None:
    found = await sheet(service, "みほんデータ")
    ja, en = told(found), told(found, "en")
    assert "区分: 高(基準による)" in ja
    assert "秘密情報を預けている／個人データを預けている" in ja
    assert "個人データの件数が未回答" in ja
    assert "Tier: High (by the rules)" in en
    assert "confidential data is entrusted" in en


async def test_several_that_could_be_meant_and_none(service: Tiers, books: Books) -> None:
    books.supplier("みほん産業", name_key=name_key("みほん産業"))
    await books.write()
    assert isinstance(await service.sheet(press("U0SEC"), "みほん"), Candidates)
    with pytest.raises(Refusal) as refused:
        await service.sheet(press("U0SEC"), "どこにもない")
    assert refused.value.code is Code.NOT_FOUND


async def test_a_person_sets_a_tier_for_a_time_and_the_rules_count_again_after_it(
    service: Tiers, books: Books, db: Database, clock: StillClock
) -> None:
    done = await service.set(press("U0SEC"), (await work(db)).id, 1, LOWER)
    assert (done.tier, done.until) == ("low", LOWER.until)
    found = await sheet(service, "みほんデータ")
    assert "区分: 低(U0SECさんが変更、2026年12月31日(木)まで有効)" in told(found)
    assert "変更の理由: 試行期間のため" in told(found)
    assert not (await sheet(service, "")).lines  # nothing needs a look
    clock.advance(days=36)  # 31 December
    assert "区分: 低" in told(await sheet(service, "みほんデータ"))
    clock.advance(days=1)
    assert "区分: 高(基準による)" in told(await sheet(service, "みほんデータ"))
    todo = await sheet(service, "")
    assert [line.business for line in todo.lines] == [WORK]
    assert "2026年12月31日(木)に変更の期限が切れたため" in told(todo)
    assert [d.n for d in await history(db)] == [1, 2]  # that it has run out is not stored


async def test_what_has_run_out_needs_a_look_until_somebody_decides(
    service: Tiers, books: Books, db: Database, clock: StillClock
) -> None:
    one = await work(db)
    await service.set(press("U0SEC"), one.id, 1, LOWER)
    clock.advance(days=40)
    assert (await service.form(press("U0SEC"), one.id)).back
    done = await service.set(press("U0SEC"), one.id, 2, Wish(back=True))
    assert (done.tier, done.until) == ("high", None)
    assert not (await sheet(service, "")).lines
    async with db.read() as tx:
        assert await tiers.attention_count(tx, date(2027, 6, 1)) == 0


async def test_facts_that_lead_elsewhere_end_what_was_set_and_that_needs_a_look(
    service: Tiers, books: Books, db: Database
) -> None:
    one = await work(db)
    await service.set(press("U0SEC"), one.id, 1, LOWER)
    await change(db, work_stops=True)  # still high by the rules: what was set stays
    async with db.read() as tx:
        assert (await tiers.tiers_in_force(tx, TODAY))[one.id] == "low"
    await change(db, secret_data=False, work_stops=False)
    todo = await sheet(service, "")
    assert "変更は終了し" in told(todo)
    async with db.read() as tx:
        assert (await tiers.tiers_in_force(tx, TODAY))[one.id] == "middle"


async def test_two_people_do_not_overwrite_each_other(service: Tiers, books: Books, db: Database) -> None:
    await books.security("U0SEC", "U0SEC2")
    one = await work(db)
    await service.set(press("U0SEC"), one.id, 1, LOWER)
    with pytest.raises(Refusal) as refused:
        await service.set(press("U0SEC2"), one.id, 1, Wish(tier="middle", reason="別の理由", until=LOWER.until))
    assert refused.value.code is Code.CHANGED_MEANWHILE
    assert (await history(db))[-1].override == "low"


async def test_the_same_press_again_sets_it_once(service: Tiers, books: Books, db: Database) -> None:
    one = await work(db)
    once = press("U0SEC", key="the same")
    assert await service.set(once, one.id, 1, LOWER) == await service.set(once, one.id, 1, LOWER)
    assert len(await history(db)) == 2


@pytest.mark.parametrize("user", ["U0OWNER", "U0OTHER", "U0GUEST", "U0OUT", "U0GONE"])
async def test_only_the_security_team_sees_and_sets_tiers(
    service: Tiers, books: Books, db: Database, user: str
) -> None:
    one = await work(db)
    for use in (
        service.sheet(press(user), ""),
        service.form(press(user), one.id),
        service.set(press(user), one.id, 1, LOWER),
    ):
        with pytest.raises(Refusal) as refused:
            await use
        assert refused.value.code is Code.NOT_YOURS
    assert len(await history(db)) == 1


async def test_other_rules_are_told_until_they_are_applied(service: Tiers, books: Books, db: Database) -> None:
    body = policy().model_dump(mode="json")
    body["rules"]["secret_data"] = "middle"
    with working_by(Policy.model_validate(body)):
        assert "基準(policy.yaml)が変わっています" in told(await sheet(service, "みほんデータ"))
        await change(db)
        assert (
            "基準(policy.yaml)が変わっています"
            not in told(await sheet(service, WORK and "みほんデータ")).split("請求書")[0]
        )
    assert (await history(db))[-1].tier == "middle"


async def test_a_tier_that_the_policy_no_longer_has_is_said_to_be_one(
    service: Tiers, books: Books, db: Database
) -> None:
    body = policy().model_dump(mode="json")
    body["tiers"][0]["key"] = "top"
    body["rules"] = {k: "top" if v == "high" else v for k, v in body["rules"].items()}
    body["rules"]["data_kinds"] = {}
    body["rules"]["data_count"] = None
    with working_by(Policy.model_validate(body)):
        assert "廃止された区分(high)" in told(await sheet(service, "みほんデータ"))


async def test_the_form_leaves_out_the_tier_by_the_rules(service: Tiers, books: Books, db: Database) -> None:
    form = await service.form(press("U0SEC"), (await work(db)).id)
    assert not form.back
    assert form.until == TODAY + timedelta(days=180)
    with pytest.raises(Refusal) as refused:
        await service.set(press("U0SEC"), (await work(db)).id, 1, LOWER.model_copy(update={"tier": "high"}))
    assert refused.value.code is Code.TIER_SAME
