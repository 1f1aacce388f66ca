"""The queries of tiers and of what a round leaves out, alike on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.ledger import Assessment, Engagement, EngagementState
from bot.domain.people import SYSTEM
from bot.domain.policy import policy_hash
from bot.domain.scoping import PROPOSED
from bot.domain.tiers import TierDecision
from bot.services import tiering
from bot.services.desk import Desk
from bot.services.scope import Scope
from storage import scope, tiers
from storage.db import Database
from storage.ids import new_id
from storage.policy_file import shipped
from storage.tables.tiers import TierDecisionRow
from storage.tx import Taken
from tests.kit import START, StillClock, press
from tests.ledger_scene import Books, make_rounds, small_books
from tests.services.test_rounds import WISH

TODAY = date(2026, 11, 25)
WORKS = ("給与計算の代行", "請求書の封入", "配送業務", "清掃業務")


@pytest.fixture
async def books(both: Database) -> Books:
    made = await small_books(both)
    made.rows += [tiering.first(r, SYSTEM, START, "import") for r in made.rows if isinstance(r, Engagement)]
    await made.write()
    return made


async def keys(db: Database) -> list[str]:
    async with db.read() as tx:
        found = {e.business: e.id for e in await tx.find(Engagement)}
    return [found[name] for name in WORKS]


async def decide(db: Database, engagement_id: str, **more: Any) -> TierDecision:
    """One more decision, like the last one but for what is given."""
    async with db.begin("test.decide") as tx:
        last = (await tiers.current(tx, [engagement_id]))[engagement_id]
        made = last.model_copy(update={"id": new_id(), "n": last.n + 1, **more})
        tx.add(made)
    return made


def until(days: int, tier: str = "low") -> dict[str, Any]:
    return {
        "override": tier,
        "override_reason": "試行",
        "override_by": "p",
        "override_until": TODAY + timedelta(days=days),
    }


async def test_the_current_decision_is_the_newest_one(both: Database, books: Books) -> None:
    one, two, *_ = await keys(both)
    newest = await decide(both, one, tier="high")
    async with both.read() as tx:
        found = await tiers.current(tx, [one, two, "nobody"])
    assert found[one] == newest
    assert (found[two].n, set(found)) == (1, {one, two})


async def test_a_number_is_given_once(both: Database, books: Books) -> None:
    one, *_ = await keys(both)
    with pytest.raises(Taken):
        await decide(both, one, n=1)


async def test_what_is_in_force_follows_the_day(both: Database, books: Books) -> None:
    one, two, three, four = await keys(both)
    await decide(both, one, **until(0))
    await decide(both, two, **until(-1))
    await decide(both, three, tier="high")
    for today, expected in ((TODAY, "low"), (TODAY + timedelta(days=1), "middle")):
        async with both.read() as tx:
            assert await tiers.tiers_in_force(tx, today) == {
                one: expected,
                two: "middle",
                three: "high",
                four: "middle",
            }
    async with both.read() as tx:
        low = select(TierDecisionRow.engagement_id).where(tiers.latest(), tiers.in_force(TODAY) == "low")
        assert list(await tx.rows(low)) in ([one], [(one,)])


async def test_what_needs_a_look_is_what_has_run_out_or_was_overtaken_and_is_not_over(
    both: Database, books: Books
) -> None:
    one, two, three, four = await keys(both)
    await decide(both, one, **until(-1))
    await decide(both, two, overtaken=True)
    await decide(both, three, **until(0))
    await decide(both, four, **until(-1))
    async with both.begin("test.ended") as tx:
        over = await tx.need(Engagement, four)
        await tx.put(over.model_copy(update={"state": EngagementState.ENDED}))
    async with both.read() as tx:
        found = await tiers.attention(tx, TODAY, 10)
        assert [(name, work, d.engagement_id) for name, work, d in found] == [
            ("株式会社みほんデータ", "給与計算の代行", one),
            ("株式会社みほんデータ", "請求書の封入", two),
        ]
        assert await tiers.attention_count(tx, TODAY) == 2
        assert len(await tiers.attention(tx, TODAY, 1)) == 1


async def test_who_was_decided_by_other_rules_or_never(both: Database, books: Books) -> None:
    one, *_ = await keys(both)
    now = policy_hash(shipped())
    books.work(books.supplier("新しい商店"), books.department("新しい部", "U0OTHER"), "未判定の業務")
    await books.write()
    await decide(both, one, rules="other")
    async with both.read() as tx:
        assert await tiers.by_other_rules(tx, now) == 2
        assert await tiers.by_other_rules(tx, "other") == 4
        batch = [e.business for some in [b async for b in tiers.batches(tx)] for e in some]
    assert sorted(batch) == sorted([*WORKS, "未判定の業務"])


async def test_what_is_proposed_or_chosen_in_a_round(both: Database, books: Books, clock: StillClock) -> None:
    books.work(books.supplier("あいう商店"), books.department("総務部", "U0OTHER"), "翻訳", assessment=Assessment.NDA)
    await books.write()
    round_id = (await make_rounds(both, clock).draft(press("U0SEC"), WISH)).round_id
    reasons = [r.value for r in PROPOSED]
    async with both.read() as tx:
        (only,) = await scope.chosen_or_proposed(tx, round_id, reasons)
        assert (only[0], only[1], only[2].reason) == ("あいう商店", "翻訳", "nda")
        assert await scope.turnable(tx, round_id, reasons)
        assert not await scope.turnable(tx, round_id, ["cloud"])
        assert await scope.tiers_inside(tx, round_id) == {"middle": 4}
        assert await scope.decision(tx, round_id, only[2].engagement_id) == only
        assert await scope.decision(tx, "another", only[2].engagement_id) is None
    one, *_ = await keys(both)
    await Scope(Desk(both, clock, "")).turn(press("U0SEC"), round_id, [one], "先月点検した")
    async with both.read() as tx:
        found = await scope.chosen_or_proposed(tx, round_id, ["cloud"])
        assert [(work, d.reason) for _, work, d in found] == [("給与計算の代行", "left_out")]
