"""Another policy: what it would change is told first, and written down only when somebody says so."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.ledger import Engagement, EngagementState
from bot.domain.people import SYSTEM
from bot.domain.policy import Policy
from bot.domain.tier_views import names_of
from bot.domain.tiers import TierDecision
from bot.services import tiering
from bot.services.desk import Desk
from bot.services.policies import policy, working_by
from bot.services.policy_changes import PolicyChanges
from message_templates.catalogs import text
from message_templates.policy_report import policy_lines
from storage.db import Database
from tests.kit import START, StillClock
from tests.ledger_scene import Books, small_books


def stricter() -> Policy:
    """Personal data alone makes it the highest tier."""
    body = policy().model_dump(mode="json")
    body["rules"]["personal_data"] = "high"
    return Policy.model_validate(body)


@pytest.fixture
async def books(db: Database) -> Books:
    made = await small_books(db)
    made.work(
        made.supplier("終わった商店"), made.department("旧部", "U0OTHER"), "終わった業務", state=EngagementState.ENDED
    )
    made.rows += [tiering.first(r, SYSTEM, START, "import") for r in made.rows if isinstance(r, Engagement)]
    await made.write()
    return made


@pytest.fixture
def changes(db: Database, clock: StillClock) -> PolicyChanges:
    return PolicyChanges(Desk(db, clock, ""))


async def decisions(db: Database) -> list[TierDecision]:
    async with db.read() as tx:
        return await tx.find(TierDecision)


def said(moves: Any, *, applied: bool = False) -> str:
    return "\n".join(policy_lines(text("ja"), moves, names_of(policy()), applied=applied))


async def test_the_same_rules_change_nothing(changes: PolicyChanges, books: Books) -> None:
    assert await changes.outdated() == 0
    assert said(await changes.look()) == "4件の委託業務のリスク区分は、現在の基準(policy.yaml)のとおりです。"


async def test_what_would_change_is_told_and_nothing_is_kept(
    changes: PolicyChanges, books: Books, db: Database
) -> None:
    before = await decisions(db)
    with working_by(stricter()):
        assert await changes.outdated() == 4  # what is over is left as it was
        lines = said(await changes.look())
    assert "4件の委託業務のうち、4件の判定が新しくなります。" in lines
    assert "中 → 高: 1件" in lines
    assert "・給与計算の代行: 中 → 高" in lines
    assert "--apply" in lines
    assert await decisions(db) == before


async def test_applied_it_is_what_was_told_and_a_second_time_there_is_nothing_left(
    changes: PolicyChanges, books: Books, db: Database
) -> None:
    with working_by(stricter()):
        told = await changes.look()
        assert await changes.apply() == told
        assert await changes.outdated() == 0
        assert (await changes.apply()).anew == 0
    found = await decisions(db)
    assert sorted((d.n, d.cause) for d in found) == [(1, "import")] * 5 + [(2, "policy")] * 4


async def test_work_without_a_decision_gets_its_first_one(changes: PolicyChanges, books: Books, db: Database) -> None:
    books.work(books.supplier("新しい商店"), books.department("新しい部", "U0OTHER"), "未判定の業務")
    await books.write()
    assert "未判定 → 中: 1件" in said(await changes.look())
    assert (await changes.apply()).anew == 1
