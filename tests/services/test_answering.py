"""Answering: every choice and every page is kept, two people never overwrite each other, a press counts once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from bot.domain.answering import Answer, Submission
from bot.domain.answers import Entry
from bot.domain.checklist import Kind
from bot.domain.delivery import LiveCard, Notice, NoticeKind
from bot.domain.hubs import PageView
from bot.domain.people import PersonKind
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Review, ReviewState
from bot.services.answering import Answering
from bot.services.desk import Desk
from bot.services.submitting import Submitting
from storage.db import Database
from tests.kit import StillClock, press, remember, seen
from tests.scene import Stage, put_in_channel, stage


@pytest.fixture
async def set_up(db: Database, clock: StillClock) -> tuple[Stage, Answering]:
    return await stage(db, clock), Answering(Desk(db, clock, ""))


def anna(key: str = ""):
    return press("U0ANNA", "T0SUP1", key)


def bert(key: str = ""):
    return press("U0BERT", "T0SUP1", key)


async def opened(answering: Answering, s: Stage, who, page: int = 0) -> PageView:
    shown = await answering.open(who, s.review.id, s.endpoint.id, page)
    assert shown.page
    return shown.page


async def revisions(db: Database, question_id: str) -> list[Answer]:
    async with db.read() as tx:
        return await tx.find(Answer, question_id=question_id, order="rev")


async def test_a_page_shows_its_section_and_remembers_what_it_showed(set_up, db: Database) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())
    assert page.questions
    assert page.title
    assert all(q.rev == 0 and q.value is None for q in page.questions)
    assert sum(p.total for p in page.pages) == 25


async def test_two_choices_in_one_view_are_both_kept(set_up, db: Database) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())
    first, second = page.questions[0].id, page.questions[1].id
    await answering.choose(anna(), page.token, first, "yes")
    await answering.choose(anna(), page.token, second, "no")
    assert [a.value for a in await revisions(db, first)] == ["yes"]
    assert [a.value for a in await revisions(db, second)] == ["no"]
    async with db.read() as tx:
        assert (await tx.need(Review, s.review.id)).state is ReviewState.ANSWERING


async def test_a_choice_delivered_twice_counts_once(set_up, db: Database) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())
    question = page.questions[0].id
    one = await answering.choose(anna("same"), page.token, question, "yes")
    again = await answering.choose(anna("same"), page.token, question, "yes")
    assert one == again
    assert len(await revisions(db, question)) == 1


async def test_different_questions_of_two_people_are_both_kept(set_up, db: Database) -> None:
    s, answering = set_up
    hers, his = await opened(answering, s, anna()), await opened(answering, s, bert())
    first, second = hers.questions[0].id, hers.questions[1].id
    await answering.choose(anna(), hers.token, first, "yes")
    shown = await answering.turn(bert(), his.token, {first: Entry(None), second: Entry("no", "移行中です")}, "next")
    assert shown.page
    assert shown.page.page == 1
    assert (await revisions(db, first))[-1].value == "yes"
    assert (await revisions(db, second))[-1].comment == "移行中です"


async def test_the_same_question_shows_the_others_value_before_anything_is_replaced(set_up, db: Database) -> None:
    s, answering = set_up
    hers, his = await opened(answering, s, anna()), await opened(answering, s, bert())
    question = hers.questions[0].id
    await answering.choose(anna(), hers.token, question, "yes")
    told = await answering.choose(bert(), his.token, question, "no")
    assert told.page
    clash = told.page.questions[0].clash
    assert clash
    assert (clash.who, clash.value, clash.mine) == ("U0ANNAさん", "yes", "no")
    assert [a.value for a in await revisions(db, question)] == ["yes"]
    decided = await answering.choose(bert(), his.token, question, "no")
    assert decided.page is None
    assert [(a.rev, a.value, a.person_id) for a in await revisions(db, question)] == [
        (1, "yes", s.answerers[0].id),
        (2, "no", s.answerers[1].id),
    ]


async def test_a_turned_page_with_a_clash_stays_and_keeps_the_rest(set_up, db: Database) -> None:
    s, answering = set_up
    hers, his = await opened(answering, s, anna()), await opened(answering, s, bert())
    first, second = hers.questions[0].id, hers.questions[1].id
    await answering.turn(anna(), hers.token, {first: Entry("partly", "一部")}, "next")
    shown = await answering.turn(bert(), his.token, {first: Entry("no"), second: Entry("yes")}, "next")
    assert shown.page
    assert shown.page.page == 0
    assert shown.page.questions[0].clash
    assert shown.page.questions[0].value == "partly"
    assert (await revisions(db, first))[-1].value == "partly"
    assert (await revisions(db, second))[-1].value == "yes"


async def test_a_comment_of_one_and_a_choice_of_the_other_are_merged(set_up, db: Database) -> None:
    s, answering = set_up
    hers, his = await opened(answering, s, anna()), await opened(answering, s, bert())
    question = hers.questions[0].id
    await answering.choose(anna(), hers.token, question, "yes")
    await answering.turn(bert(), his.token, {question: Entry(None, "補足です")}, "next")
    last = (await revisions(db, question))[-1]
    assert (last.value, last.comment) == ("yes", "補足です")


async def test_a_comment_under_ones_own_choice_is_not_overwritten_unseen(set_up, db: Database) -> None:
    """Bert comments; Anna, on her old page, chooses and then comments: Bert's comment is shown to her first."""
    s, answering = set_up
    hers, his = await opened(answering, s, anna()), await opened(answering, s, bert())
    question = hers.questions[0].id
    await answering.turn(bert(), his.token, {question: Entry(None, "別当の補足")}, "next")
    assert (await answering.choose(anna(), hers.token, question, "yes", "")).page is None
    assert (await revisions(db, question))[-1].comment == "別当の補足"
    shown = await answering.turn(anna(), hers.token, {question: Entry("yes", "安藤の補足")}, "next")
    assert shown.page
    clash = shown.page.questions[0].clash
    assert clash
    assert (clash.who, clash.comment, clash.my_comment) == ("U0BERTさん", "別当の補足", "安藤の補足")
    assert (await revisions(db, question))[-1].comment == "別当の補足"


async def test_a_choice_takes_the_comment_beside_it_along(set_up, db: Database) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())
    await answering.choose(anna(), page.token, page.questions[0].id, "partly", "移行中")
    assert (await revisions(db, page.questions[0].id))[-1].comment == "移行中"


async def test_closing_keeps_what_the_inputs_held(set_up, db: Database) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())
    shown = await answering.turn(anna(), page.token, {page.questions[0].id: Entry("no", "途中")}, "close")
    assert shown.page is None
    assert (await revisions(db, page.questions[0].id))[-1].comment == "途中"


async def test_back_and_jump_save_and_lead_where_they_say(set_up, db: Database) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna(), 2)
    back = await answering.turn(anna(), page.token, {page.questions[0].id: Entry("yes")}, "back")
    assert back.page
    assert back.page.page == 1
    jumped = await answering.turn(anna(), back.page.token, {}, 3)
    assert jumped.page
    assert jumped.page.page == 3
    assert (await revisions(db, page.questions[0].id))[-1].value == "yes"


@pytest.mark.parametrize("bad", ["maybe", ["yes"], "x" * 4000])
async def test_a_value_that_is_no_answer_is_refused_and_nothing_is_written(set_up, db: Database, bad) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())
    with pytest.raises(Refusal) as refused:
        await answering.choose(anna(), page.token, page.questions[0].id, bad)
    assert refused.value.code is Code.BAD_VALUE
    assert await revisions(db, page.questions[0].id) == []


async def test_a_bad_text_on_a_page_comes_back_with_its_reason_and_the_rest_is_saved(set_up, db: Database) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())
    first, second = page.questions[0], page.questions[1]
    assert first.question.kind is Kind.YES_NO
    shown = await answering.turn(anna(), page.token, {first.id: Entry("perhaps"), second.id: Entry("yes")}, "next")
    assert shown.page
    assert shown.page.questions[0].fault == "not_a_choice"
    assert (await revisions(db, second.id))[-1].value == "yes"


@pytest.mark.parametrize(
    ("user", "team", "kind", "in_channel"),
    [
        ("U0RIVAL", "T0SUP2", PersonKind.EXTERNAL, False),
        ("U0RIVAL", "T0SUP2", PersonKind.EXTERNAL, True),  # in the channel, but of a company nobody confirmed
        ("U0AWAY", "T0SUP1", PersonKind.EXTERNAL, False),  # of the company, but not in the channel
        ("U0GUEST", "T0HOME", PersonKind.GUEST, True),
        ("U0EMP", "T0HOME", PersonKind.EMPLOYEE, True),  # our own people do not answer for a supplier
    ],
)
async def test_nobody_else_opens_chooses_or_submits(set_up, db, clock, user, team, kind, in_channel) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())
    await remember(db, seen(user, kind, team))
    if in_channel:
        await put_in_channel(db, s.endpoint.channel_id, user)
    submitting = Submitting(Desk(db, clock, ""))
    attempts = [
        lambda: answering.open(press(user, team), s.review.id, s.endpoint.id, 0),
        lambda: answering.choose(press(user, team), page.token, page.questions[0].id, "no"),
        lambda: answering.turn(press(user, team), page.token, {page.questions[0].id: Entry("no")}, "next"),
        lambda: submitting.ask(press(user, team), s.review.id, s.endpoint.id),
        lambda: submitting.submit(press(user, team), s.review.id, s.endpoint.id, "名前", "役職"),
    ]
    for attempt in attempts:
        with pytest.raises(Refusal) as refused:
            await attempt()
        assert refused.value.code is Code.NOT_YOURS
    assert await revisions(db, page.questions[0].id) == []


async def test_an_unknown_person_may_nothing(set_up) -> None:
    s, answering = set_up
    with pytest.raises(Refusal) as refused:
        await answering.open(press("U0NOBODY", "T0SUP1"), s.review.id, s.endpoint.id, 0)
    assert refused.value.code is Code.UNKNOWN_PERSON


async def test_somebody_elses_page_is_refused(set_up) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())
    with pytest.raises(Refusal) as refused:
        await answering.choose(bert(), page.token, page.questions[0].id, "yes")
    assert refused.value.code is Code.NOT_YOURS


async def answer_all(answering: Answering, s: Stage, who=anna) -> None:
    shown = await answering.open(who(), s.review.id, s.endpoint.id, 0)
    while shown.page:
        entered = {q.id: Entry(good_answer(q.question)) for q in shown.page.questions}
        shown = await answering.turn(who(), shown.page.token, entered, "next")
    assert shown.missing
    assert not shown.missing.missing


def good_answer(question):
    match question.kind:
        case Kind.YES_NO:
            return "yes"
        case Kind.ONE_OF:
            return question.choices[0].key
        case Kind.MANY_OF:
            return [question.choices[0].key]
        case Kind.DATE:
            return "2026-02-28"
        case Kind.NUMBER:
            return "5"
        case _:
            return "本社"


@pytest.mark.parametrize("checklist", ["basic", "personal_data"])
async def test_everything_answered_can_be_submitted_once(db, clock, checklist) -> None:
    s = await stage(db, clock, checklist=checklist)
    desk = Desk(db, clock, "")
    answering, submitting = Answering(desk), Submitting(desk)
    gap = await submitting.ask(anna(), s.review.id, s.endpoint.id)
    assert gap.missing
    assert gap.missing.missing
    await answer_all(answering, s)
    ask = await submitting.ask(anna(), s.review.id, s.endpoint.id)
    assert ask.submit
    done = await submitting.submit(anna("final"), s.review.id, s.endpoint.id, "安藤 花", "部長")
    assert await submitting.submit(anna("final"), s.review.id, s.endpoint.id, "安藤 花", "部長") == done
    with pytest.raises(Refusal) as late:
        await submitting.submit(bert(), s.review.id, s.endpoint.id, "別当", "課長")
    assert late.value.code is Code.ALREADY_SUBMITTED
    async with db.read() as tx:
        assert len(await tx.find(Submission, review_id=s.review.id)) == 1
        assert (await tx.need(Review, s.review.id)).state is ReviewState.SUBMITTED
        kinds = [n.kind for n in await tx.find(Notice, subject_id=s.review.id)]
    assert kinds.count(NoticeKind.SUBMITTED_THANKS) == 1
    assert kinds.count(NoticeKind.SUBMITTED_TO_SECURITY) == 1


async def test_an_incomplete_submission_is_refused_at_the_last_moment(set_up, db, clock) -> None:
    s, _answering = set_up
    submitting = Submitting(Desk(db, clock, ""))
    with pytest.raises(Refusal) as refused:
        await submitting.submit(anna(), s.review.id, s.endpoint.id, "安藤", "部長")
    assert refused.value.code is Code.INCOMPLETE
    assert refused.value.params == {"count": 25}


async def test_the_hub_is_asked_to_refresh_only_when_progress_moved(set_up, db) -> None:
    s, answering = set_up
    page = await opened(answering, s, anna())

    async def wanted() -> int:
        async with db.read() as tx:
            card = await tx.one(LiveCard, subject_id=s.review.id)
            assert card
            return card.wanted

    await answering.choose(anna(), page.token, page.questions[0].id, "yes")
    first = await wanted()
    await answering.choose(anna(), page.token, page.questions[0].id, "no")
    assert (first, await wanted()) == (1, 1)


@contextmanager
def counted(db: Database) -> Iterator[list[str]]:
    """The statements that reach the writing connection."""
    seen_statements: list[str] = []

    def listen(_conn, _cursor, statement, *_rest) -> None:
        seen_statements.append(statement)

    event.listen(db.writer.sync_engine, "before_cursor_execute", listen)
    yield seen_statements
    event.remove(db.writer.sync_engine, "before_cursor_execute", listen)


async def test_statements_of_a_choice(set_up, db) -> None:
    """BEGIN, actor with press key, token with review and endpoint, question with answers; answer, audit, inbox; hub."""
    s, answering = set_up
    page = await opened(answering, s, anna())
    await answering.choose(anna(), page.token, page.questions[0].id, "yes")
    with counted(db) as statements:
        await answering.choose(anna(), page.token, page.questions[1].id, "yes")
    assert len(statements) == 8, "\n".join(statements)
