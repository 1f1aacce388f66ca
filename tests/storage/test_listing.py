"""Finding alike on both databases: every filter, every order, parts of Japanese names, letters that LIKE takes for signs."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.domain.bulk import Left, What
from bot.domain.ledger import Change, Endpoint, EndpointState, Engagement, EngagementState, Owner, OwnerRole, Supplier
from bot.domain.listing import ALL, Filter, Flag, Sort
from bot.domain.past import PastReview
from bot.domain.people import Person
from bot.domain.rounds import (
    ChecklistVersion,
    ItemState,
    Judgement,
    JudgementValue,
    Review,
    ReviewItem,
    ReviewState,
    Round,
    RoundState,
)
from bot.domain.tiers import TierDecision, TierFacts
from bot.services.listing import when_of
from storage import ledger as ledger_storage
from storage import listing
from storage.db import Database
from storage.ids import new_id
from storage.tx import Stale, Tx
from tests.kit import START, StillClock, press
from tests.services.ledger_stage import OWNER, SEC, TOKYO, Ledger, ledger, listed
from tests.services.test_reading import statements

TODAY = date(2026, 11, 25)
WHEN = when_of(START, TOKYO)


async def add(tx: Tx, name: str, department: str, **more: Any) -> str:
    """A supplier with one engagement; `owner`, `judged`, `past`, `review`, `tier`, `verified` say what it has."""
    supplier = Supplier(
        id=new_id(), name=name, name_key=name, created_at=START, subcontracts=more.pop("subcontracts", None)
    )
    has = {key: more.pop(key, None) for key in ("owner", "judged", "past", "review", "tier", "verified", "reading")}
    supplier = supplier.model_copy(update={"reading": has["reading"] or ""})
    work: dict[str, Any] = {"business": "業務", "starts_on": TODAY, "created_at": START} | more
    engagement = Engagement(id=new_id(), supplier_id=supplier.id, department_id=department, **work)
    tx.add(supplier, engagement)
    key = engagement.id
    if has["owner"]:
        tx.add(Owner(id=new_id(), engagement_id=key, person_id=has["owner"], role=OwnerRole.PRIMARY, since=START))
    if has["verified"]:
        tx.add(Endpoint(id=new_id(), supplier_id=supplier.id, channel_id=name, state=EndpointState.VERIFIED))
    if has["review"]:
        await _review(tx, supplier.id, key, *has["review"], judged=has["judged"])
    if has["past"]:
        day = WHEN.begins(has["past"][1])
        tx.add(
            PastReview(
                id=new_id(),
                engagement_id=key,
                reviewed_on=day.date(),
                reviewed_at=day,
                value=has["past"][0],
                file_sha256="x",
                imported_by="x",
                imported_at=START,
            )
        )
    if has["tier"]:
        decided = {"reasons": (), "facts": TierFacts(), "rules": "x", "by": "x", "at": START, "cause": "test"}
        tx.add(TierDecision(id=new_id(), engagement_id=key, n=1, tier="low", **decided))
        tx.add(TierDecision(id=new_id(), engagement_id=key, n=2, tier=has["tier"], **decided))
    return supplier.name


async def _review(tx: Tx, supplier: str, engagement: str, state: ReviewState, due: date, *, judged: Any) -> None:
    version = ChecklistVersion(id=new_id(), key=engagement, n=1, content_hash="x", body={}, created_at=START)
    round_ = Round(
        id=new_id(),
        title="年次",
        checklist_version_ids=(version.id,),
        period=engagement,
        due_on=due,
        attest_by=due,
        state=RoundState.OPEN,
    )
    review = Review(id=new_id(), round_id=round_.id, supplier_id=supplier, state=state, due_on=due)
    open_ = ItemState.JUDGED if judged else ItemState.OPEN
    item = ReviewItem(id=new_id(), review_id=review.id, engagement_id=engagement, state=open_)
    tx.add(version, round_, review, item)
    for n, (value, days) in enumerate(judged or (), 1):
        at = WHEN.begins(days) + timedelta(hours=1)
        tx.add(Judgement(id=new_id(), item_id=item.id, n=n, value=value, reason="x", by="x", at=at))


@pytest.fixture
async def stage(both: Database, clock: StillClock) -> Ledger:
    made = await ledger(both, clock)
    general, other = await made.department("総務部"), await made.department("開発部")
    ok, watch, improve = JudgementValue.OK, JudgementValue.WATCH, JudgementValue.IMPROVE
    closed, late, soon = ReviewState.CLOSED, TODAY - timedelta(days=1), TODAY
    async with both.begin("test.fill") as tx:
        people = {p.slack_user_id: p for p in await tx.find(Person)}
        owner, gone = people[OWNER].id, people["U0GONE"].id
        a = {"owner": owner, "verified": True, "reading": "たかはししょうてん", "tags": ("東京", "重要")}
        await add(tx, "髙橋商店", general.id, review=(closed, late), judged=[(watch, 400), (ok, 100)], tier="high", **a)
        b: dict[str, Any] = {"owner": owner, "personal_data": True, "business": "倉庫の100%管理"}
        await add(tx, "㈱ﾐｶﾂﾞｷ運輸", general.id, review=(ReviewState.ANSWERING, late), subcontracts=True, **b)
        c = {"owner": gone, "verified": True, "ends_on": TODAY + timedelta(days=30), "tags": ("東京支店",)}
        await add(tx, "ab_c", other.id, review=(ReviewState.SUBMITTED, late), tier="low", **c)
        d = {"ends_on": TODAY + timedelta(days=31), "state": EngagementState.ENDED, "verified": True}
        await add(tx, "abxc", other.id, review=(ReviewState.SENT, soon), judged=[(improve, 300)], past=(ok, 200), **d)
        await add(tx, "こはく印刷", other.id, owner=owner, past=(watch, 500), ends_on=TODAY)
    return made


TAKA, MIKA, AB_C, ABXC, KOHA = "髙橋商店", "㈱ﾐｶﾂﾞｷ運輸", "ab_c", "abxc", "こはく印刷"

FOUND: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {TAKA, MIKA, AB_C, ABXC, KOHA}),
    ({"words": "高橋"}, {TAKA}),
    ({"words": "髙橋"}, {TAKA}),
    ({"words": "ﾀｶﾊｼ"}, {TAKA}),
    ({"words": "株式会社ミカヅキ"}, {MIKA}),
    ({"words": "き運"}, {MIKA}),
    ({"words": "“みかづき　運輸”"}, {MIKA}),
    ({"words": "\u202eみかづき\u200f"}, {MIKA}),
    ({"words": "みかづき 倉庫"}, {MIKA}),
    ({"words": "みかづき 印刷"}, set()),
    ({"words": "%"}, {MIKA}),
    ({"words": "100%"}, {MIKA}),
    ({"words": "_"}, {AB_C}),
    ({"words": "b_c"}, {AB_C}),
    ({"words": "AB"}, {AB_C, ABXC}),
    ({"words": "\\"}, set()),
    ({"words": "'; DROP TABLE supplier; --"}, set()),
    ({"words": "東京"}, {TAKA, AB_C}),
    ({"tag": "東京"}, {TAKA}),
    ({"personal_data": True}, {MIKA}),
    ({"personal_data": False, "states": ("active",)}, {TAKA, AB_C, KOHA}),
    ({"tiers": ("high",)}, {TAKA}),
    ({"tiers": ("low",)}, {AB_C}),
    ({"judgements": ("ok",)}, {TAKA, ABXC}),
    ({"judgements": ("improve",)}, set()),
    ({"judgements": ("watch", "never")}, {KOHA, MIKA, AB_C}),
    ({"judgements": ("never",)}, {MIKA, AB_C}),
    ({"flags": (Flag.OVERDUE,)}, {MIKA}),
    ({"flags": (Flag.NO_OWNER,)}, {AB_C, ABXC}),
    ({"flags": (Flag.NO_ENDPOINT,)}, {MIKA, KOHA}),
    ({"flags": (Flag.SUBCONTRACTS,)}, {MIKA}),
    ({"flags": (Flag.NO_ENDPOINT, Flag.OVERDUE)}, {MIKA}),
    ({"ends_within": 0}, {KOHA}),
    ({"ends_within": 30}, {KOHA, AB_C}),
    ({"ends_within": 31}, {KOHA, AB_C, ABXC}),
    ({"unjudged_for": 100}, {TAKA, MIKA, AB_C, ABXC, KOHA}),
    ({"unjudged_for": 101}, {MIKA, AB_C, ABXC, KOHA}),
    ({"unjudged_for": 201}, {MIKA, AB_C, KOHA}),
]


async def test_every_filter_finds_what_it_should_and_counts_it(stage: Ledger) -> None:
    async with stage.db.read() as tx:
        for said, wanted in FOUND:
            what = Filter(**said)
            names = await _names(tx, await listing.page(tx, what, WHEN, 50, 0))
            assert set(names) == wanted, said
            assert await listing.counts(tx, what, WHEN) == (5, len(wanted)), said
            assert len(await listing.matching(tx, what, WHEN)) == len(wanted)


async def _names(tx: Tx, found: list[str]) -> list[str]:
    works = {e.id: e.supplier_id for e in await tx.find(Engagement, id=found)}
    suppliers = {s.id: s.name for s in await tx.find(Supplier)}
    return [suppliers[works[key]] for key in found]


async def test_every_order(stage: Ledger) -> None:
    async with stage.db.read() as tx:
        orders = {s: await _names(tx, await listing.page(tx, Filter(sort=s), WHEN, 50, 0)) for s in Sort}
        two = await _names(tx, await listing.page(tx, Filter(sort=Sort.END), WHEN, 2, 1))
    assert orders[Sort.END][:3] == [KOHA, AB_C, ABXC]
    assert two == [AB_C, ABXC]
    assert set(orders[Sort.JUDGED][:2]) == {MIKA, AB_C}
    assert orders[Sort.JUDGED][2:] == [KOHA, ABXC, TAKA]
    assert orders[Sort.TIER][:2] == [TAKA, AB_C]


async def test_a_row_shows_the_later_of_our_judgement_and_a_review_of_before(stage: Ledger) -> None:
    rows = {row.supplier.name: row for row in (await listed(stage)).rows}
    assert (rows[TAKA].judgement, (TODAY - (rows[TAKA].judged_on or TODAY)).days) == (JudgementValue.OK, 100)
    assert (rows[ABXC].judgement, (TODAY - (rows[ABXC].judged_on or TODAY)).days) == (JudgementValue.OK, 200)
    assert (rows[KOHA].judgement, rows[MIKA].judgement) == (JudgementValue.WATCH, None)


async def test_the_search_follows_a_name_that_changes(stage: Ledger) -> None:
    async with stage.db.begin("test.rename") as tx:
        supplier = await tx.one(Supplier, name=KOHA)
        assert supplier
        await tx.put(supplier.model_copy(update={"name": "みなと商会"}))
    assert (await listed(stage, Filter(words="港 商会"))).matched == 0
    assert (await listed(stage, Filter(words="ミナト商"))).matched == 1
    assert (await listed(stage, Filter(words="こはく"))).matched == 0


async def test_postgresql_compiles_no_plans_not_even_after_something_went_wrong(both: Database) -> None:
    """Compiling (its `jit`) took seconds for a filter of the ledger that runs in a tenth of one."""
    if both.sqlite:
        return
    with pytest.raises(RuntimeError):
        async with both.begin("test.wrong") as tx:
            await tx.rows(select(func.current_setting("jit")))
            raise RuntimeError
    async with both.read() as one, both.read() as other:
        said = [row for tx in (one, other) for row in await tx.rows(select(func.current_setting("jit")))]
    assert said == [("off",), ("off",)]


# -- many at once ----------------------------------------------------------------------------------------------------------


async def everything(stage: Ledger, wanted: Filter = ALL) -> str:
    opened = await stage.listing.open(press(SEC), wanted)
    return (await stage.listing.choose(press(SEC), opened.list_id, everything=True)).list_id


async def test_a_tag_goes_onto_everything_once_with_its_history_and_off_again(stage: Ledger) -> None:
    list_id = await everything(stage)
    twice = press(SEC, key="submit/1")
    done = await stage.bulk.run(twice, list_id, What.TAG, "", "#東京")
    assert (done.chosen, done.done, dict(done.left)) == (5, 3, {Left.SAME: 1, Left.READ_ONLY: 1})
    assert await stage.bulk.run(twice, list_id, What.TAG, "", "#東京") == done
    async with stage.db.read() as tx:
        changes = await tx.find(Change, field="tags")
        versions = sorted(e.version for e in await tx.find(Engagement))
    assert (len(changes), {c.cause for c in changes}, versions) == (3, {"bulk"}, [1, 1, 2, 2, 2])
    assert (await listed(stage, Filter(tag="東京"))).matched == 4
    off = await stage.bulk.run(press(SEC), list_id, What.UNTAG, "", "東京")
    assert (off.done, (await listed(stage, Filter(tag="東京"))).matched) == (4, 0)


async def test_another_owner_for_everything_that_is_not_over(stage: Ledger) -> None:
    list_id = await everything(stage)
    done = await stage.bulk.run(press(SEC), list_id, What.OWNER, "U0DEPUTY", "")
    assert (done.chosen, done.done, dict(done.left)) == (5, 4, {Left.READ_ONLY: 1})
    again = await stage.bulk.run(press(SEC), list_id, What.OWNER, "U0DEPUTY", "")
    assert (again.done, dict(again.left)) == (0, {Left.READ_ONLY: 1, Left.SAME: 4})
    async with stage.db.read() as tx:
        held = await tx.find(Owner, role=OwnerRole.PRIMARY, until=None)
    assert len(held) == 4


async def test_many_cost_the_same_statements_as_few(stage: Ledger) -> None:
    counts = []
    async with stage.db.read() as tx:
        department = (await tx.find(Engagement))[0].department_id
    for more in (0, 300):
        async with stage.db.begin("test.more") as tx:
            for n in range(more):
                await add(tx, f"追加{n}", department)
        list_id = await everything(stage, Filter(states=(EngagementState.ACTIVE,)))
        for what, person, tag in ((What.TAG, "", f"t{more}"), (What.OWNER, "U0BOSS" if more else "U0DEPUTY", "")):
            with statements(stage.db, stage.db.writer) as ran:
                done = await stage.bulk.run(press(SEC), list_id, what, person, tag)
            assert done.done == 4 + more
            counts.append((what, len(ran)))
    assert counts[:2] == counts[2:]


async def test_somebody_who_was_faster_is_not_overwritten(stage: Ledger) -> None:
    async with stage.db.read() as tx:
        before = (await tx.find(Engagement))[0]
    with pytest.raises(Stale):
        async with stage.db.begin("test.stale") as tx:
            await ledger_storage.rewrite(tx, [before.model_copy(update={"version": 7})])
