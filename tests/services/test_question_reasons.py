"""Why each question is asked or left out: what the preview says is what the review has when it was sent, word for word."""

from __future__ import annotations

import pytest

from bot.domain.certificates import Covers
from bot.domain.ledger import Engagement
from bot.domain.question_reasons import PAGE, ReasonsPage
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Review
from bot.services.calendars import company_calendar
from bot.services.desk import Desk
from bot.services.question_reasons import QuestionReasons
from bot.services.rounds import Rounds
from message_templates.catalogs import text
from message_templates.question_reasons import reasons_modal
from sandbox.limits import check_view
from storage.db import Database
from tests.kit import StillClock, press
from tests.ledger_scene import Books
from tests.scene import stage
from tests.services.test_covering import certify
from tests.services.test_lists import AS_THE_POLICY_SAYS, books, same, service
from tests.services.test_rounds import everything

__all__ = ["books", "service"]


def reasons(db: Database, clock: StillClock) -> QuestionReasons:
    return QuestionReasons(Desk(db, clock, ""), company_calendar())


async def whole(found: QuestionReasons, subject: str, key: str, supplier_id: str) -> list[ReasonsPage]:
    first = await found.page(press("U0SEC"), subject, key, supplier_id, 0)
    return [first, *[await found.page(press("U0SEC"), subject, key, supplier_id, n) for n in range(1, first.pages)]]


async def test_the_preview_says_what_the_review_says_once_it_was_sent(
    service: Rounds, db: Database, clock: StillClock, books: Books
) -> None:
    look = reasons(db, clock)
    drafted = await service.draft(press("U0SEC"), AS_THE_POLICY_SAYS)
    work = next(w for w in await everything(db, Engagement) if w.personal_data)
    before = await whole(look, "round", drafted.round_id, work.supplier_id)
    await service.open(press("U0SEC"), drafted.round_id)
    await same(db, clock, books)
    (review,) = [r for r in await everything(db, Review) if r.supplier_id == work.supplier_id]
    after = await whole(look, "review", review.id, "")
    assert [p.lines for p in before] == [p.lines for p in after]
    assert before[0].lists == after[0].lists
    assert [one.why.by for one in before[0].lists] == ["tier", "fact"]
    assert before[0].asked + before[0].left_out == sum(len(p.lines) for p in before) > PAGE


async def test_a_covered_question_names_the_certificate(db: Database, clock: StillClock) -> None:
    staged = await stage(db, clock, send=False)
    await certify(db, staged, staged.engagement, covers=Covers.YES)
    from bot.services import sending

    async with db.begin("test.send") as tx:
        await sending.advance(tx, staged.review, clock.now(), clock.real())
    pages = await whole(reasons(db, clock), "review", staged.review.id, "")
    covered = [line for page in pages for line in page.lines if line.code == "covered"]
    assert covered
    assert {(line.by, line.included) for line in covered} == {("isms", False)}


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_every_page_can_be_shown(
    service: Rounds, db: Database, clock: StillClock, books: Books, language: str
) -> None:
    drafted = await service.draft(press("U0SEC"), AS_THE_POLICY_SAYS)
    work = next(w for w in await everything(db, Engagement) if w.personal_data)
    for page in await whole(reasons(db, clock), "round", drafted.round_id, work.supplier_id):
        view = reasons_modal(text(language), page)
        assert check_view(view) == []
        for line in page.lines:
            assert line.text.in_language("ja" if language == "ja" else "en") in str(view)


async def test_a_supplier_that_is_not_in_the_round_is_not_found(
    service: Rounds, db: Database, clock: StillClock, books: Books
) -> None:
    drafted = await service.draft(press("U0SEC"), AS_THE_POLICY_SAYS)
    for subject, key, supplier_id in (("round", drafted.round_id, "nobody"), ("review", "nothing", "")):
        with pytest.raises(Refusal) as refused:
            await reasons(db, clock).page(press("U0SEC"), subject, key, supplier_id, 0)
        assert refused.value.code is Code.NOT_FOUND
