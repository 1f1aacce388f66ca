"""A certificate leaves questions out where its scope was confirmed for this work and it is valid on the day; never the review."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.domain.answering import ReviewQuestion
from bot.domain.certificates import Certificate, Covers, RegisterCheck, Scheme
from bot.domain.choosing import Listed
from bot.domain.forms import COMPANY, Asked, freeze
from bot.domain.ledger import Engagement
from bot.domain.policy import Policy
from bot.domain.rounds import ReviewItem
from bot.services import sending
from bot.services.covering import covering
from bot.services.policies import policy, working_by
from storage.db import Database
from storage.ids import new_id
from tests.domain.tier_values import engagement
from tests.kit import START, StillClock
from tests.ledger_rows import ledger_row
from tests.ledger_scene import checklists
from tests.scene import Stage, stage

TODAY = date(2026, 11, 25)
COVERED = {q.key for q in checklists()["basic"].questions if "isms" in q.covered_by}


async def certify(db: Database, staged: Stage, *works: Engagement, covers: Covers = Covers.YES, **more: Any) -> None:
    """An ISMS certificate of the supplier, looked up for these pieces of work."""
    facts = {"scheme": Scheme.ISMS, "number": "IS 1", "scope": "配送", "expires_on": date(2027, 3, 31)}
    made = Certificate(id=new_id(), supplier_id=staged.supplier.id, created_at=START, **{**facts, **more})
    checks = [
        RegisterCheck(
            id=new_id(),
            certificate_id=made.id,
            engagement_id=work.id,
            covers=covers,
            number=made.number,
            scope=made.scope,
            business=work.business,
            expires_on=made.expires_on,
            by_id=staged.security.id,
            at=START,
        )
        for work in works
    ]
    async with db.begin("test.certify") as tx:
        tx.add(made)
        await tx.flush()
        tx.add(*checks)


async def left_out(db: Database, clock: StillClock, staged: Stage) -> dict[str, str]:
    """The review goes out now: the questions that are not asked, with their reason."""
    async with db.begin("test.send") as tx:
        await sending.advance(tx, staged.review, clock.now(), clock.real())
    async with db.read() as tx:
        questions = await tx.find(ReviewQuestion, review_id=staged.review.id)
    assert any(q.included for q in questions)
    return {q.key: q.reason for q in questions if not q.included}


async def test_what_a_confirmed_certificate_answers_is_left_out_with_its_reason(
    db: Database, clock: StillClock
) -> None:
    staged = await stage(db, clock, send=False)
    await certify(db, staged, staged.engagement)
    assert COVERED
    assert await left_out(db, clock, staged) == dict.fromkeys(COVERED, "covered:isms")


@pytest.mark.parametrize(
    "more",
    [
        {"expires_on": date(2026, 11, 24)},
        {"expires_on": None},
        {"ended_on": TODAY},
        {"edition": "ISO/IEC 27001:2013"},
        {"scheme": Scheme.PMARK},
        {"covers": Covers.UNKNOWN},
        {"covers": Covers.NO},
    ],
)
async def test_one_that_is_not_valid_or_not_confirmed_leaves_nothing_out(
    db: Database, clock: StillClock, more: dict[str, Any]
) -> None:
    staged = await stage(db, clock, send=False)
    await certify(db, staged, staged.engagement, **more)
    assert await left_out(db, clock, staged) == {}


async def test_its_last_day_counts(db: Database, clock: StillClock) -> None:
    staged = await stage(db, clock, send=False)
    await certify(db, staged, staged.engagement, expires_on=TODAY)
    assert set(await left_out(db, clock, staged)) == COVERED


async def test_one_that_nobody_looked_up_leaves_nothing_out(db: Database, clock: StillClock) -> None:
    staged = await stage(db, clock, send=False)
    await certify(db, staged)
    assert await left_out(db, clock, staged) == {}


async def test_a_company_question_is_left_out_only_where_all_its_work_is_covered(
    db: Database, clock: StillClock
) -> None:
    staged = await stage(db, clock, send=False)
    other = staged.engagement.model_copy(update={"id": new_id(), "business": "倉庫業務"})
    async with db.begin("test.other") as tx:
        tx.add(other)
        await tx.flush()
        tx.add(ReviewItem(id=new_id(), review_id=staged.review.id, engagement_id=other.id))
    await certify(db, staged, staged.engagement)
    async with db.read() as tx:
        found = await covering(tx, [staged.engagement, other], TODAY)
    assert found == {staged.engagement.id: frozenset({"isms"}), other.id: frozenset()}
    assert await left_out(db, clock, staged) == {}  # the basic checklist asks about the company alone


async def test_the_policy_says_which_schemes_count(db: Database, clock: StillClock) -> None:
    staged = await stage(db, clock, send=False)
    await certify(db, staged, staged.engagement)
    body = policy().model_dump(mode="json") | {"certificates": ["p_mark"]}
    with working_by(Policy.model_validate(body)):
        assert await left_out(db, clock, staged) == {}


def test_never_the_whole_review() -> None:
    """Where a certificate would leave nothing to ask, everything is asked."""
    basic = checklists()["basic"]
    section = basic.sections[0]
    only = tuple(q for q in section.questions if "isms" in q.covered_by)[:1]
    small = basic.model_copy(update={"sections": (section.model_copy(update={"questions": only}),)})
    drafts = freeze(
        [Asked("i", ledger_row().supplier, engagement(), "p", (Listed("v", small),), frozenset({"isms"}))], "p"
    )
    assert [(d.scope, d.included, d.reason) for d in drafts] == [(COMPANY, True, "always")]
