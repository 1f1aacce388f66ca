"""Queries of answering: what a page needs, the newest answers, progress, who has submitted."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func
from sqlalchemy import select as select_many
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from bot.domain.answering import Answer, PageToken, ReviewQuestion, Submission
from bot.domain.base import Value
from bot.domain.ledger import Endpoint
from bot.domain.rounds import AttestationState, Review, ReviewState
from storage.mapping import to_value
from storage.tables.answering import AnswerRow, PageTokenRow, ReviewQuestionRow, SubmissionRow
from storage.tables.ledger import EndpointRow
from storage.tables.people import MembershipRow
from storage.tables.rounds import AttestationRow, ReviewItemRow, ReviewRow
from storage.tx import Tx


class Desk(Value):
    """Where somebody answers: the review, the endpoint, whether they are in its channel, whether it has submitted."""

    review: Review
    endpoint: Endpoint
    member: bool
    submitted: bool


_IN_CHANNEL = (
    select(MembershipRow.id)
    .where(
        col(MembershipRow.group) == "channel:" + col(EndpointRow.channel_id),
        MembershipRow.person_id == bindparam("person"),
    )
    .correlate(EndpointRow)
    .exists()
)
_SUBMITTED = (
    select(SubmissionRow.id)
    .where(col(SubmissionRow.review_id) == col(ReviewRow.id), col(SubmissionRow.endpoint_id) == col(EndpointRow.id))
    .correlate(ReviewRow, EndpointRow)
    .exists()
)
_DESK = (
    select(ReviewRow, EndpointRow, _IN_CHANNEL, _SUBMITTED)
    .join(EndpointRow, col(EndpointRow.supplier_id) == col(ReviewRow.supplier_id))
    .where(ReviewRow.id == bindparam("review"), EndpointRow.id == bindparam("endpoint"))
)
_DESK_ALONE = _DESK.with_for_update(of=ReviewRow)
_TOKEN_DESK = (
    select_many(PageTokenRow, ReviewRow, EndpointRow, _IN_CHANNEL, _SUBMITTED)
    .join(ReviewRow, col(ReviewRow.id) == col(PageTokenRow.review_id))
    .join(EndpointRow, col(EndpointRow.id) == col(PageTokenRow.endpoint_id))
    .where(col(PageTokenRow.id) == bindparam("token"))
)
# nothing is submitted while somebody answers, or the submission would miss the answer unseen (SQLite ignores it)
_TOKEN_DESK = _TOKEN_DESK.with_for_update(read=True, of=ReviewRow)


async def desk(tx: Tx, review_id: str, endpoint_id: str, person_id: str, *, alone: bool = False) -> Desk | None:
    """The review at an endpoint as one person meets it: one statement. None where the two do not belong together.

    `alone` locks the review: a submission must not run beside an answer, or the answer would miss it unseen. SQLite has
    one writer anyway.
    """
    query = _DESK_ALONE if alone else _DESK
    rows = await tx.rows(query, review=review_id, endpoint=endpoint_id, person=person_id)
    if not rows:
        return None
    return await _as_of_now(tx, _desk(*rows[0])) if alone else _desk(*rows[0])


async def token_desk(tx: Tx, token_id: str, person_id: str) -> tuple[PageToken, Desk] | None:
    """The same, found by the token in a modal's metadata: one statement."""
    rows = await tx.rows(_TOKEN_DESK, token=token_id, person=person_id)
    if not rows:
        return None
    token, *rest = rows[0]
    return to_value(PageToken, token), await _as_of_now(tx, _desk(*rest))


async def _as_of_now(tx: Tx, place: Desk) -> Desk:
    """The place once its lock is held. PostgreSQL looked for the submission before it waited for the lock: look again."""
    if tx.sqlite:
        return place
    mine = (SubmissionRow.review_id == place.review.id, SubmissionRow.endpoint_id == place.endpoint.id)
    submitted = await tx.rows(select(SubmissionRow.id).where(*mine).limit(1))
    return place.model_copy(update={"submitted": bool(submitted)})


def _desk(review: ReviewRow, endpoint: EndpointRow, member: bool, submitted: bool) -> Desk:
    return Desk(
        review=to_value(Review, review),
        endpoint=to_value(Endpoint, endpoint),
        member=member,
        submitted=submitted,
    )


_QUESTIONS = (
    select(ReviewQuestionRow)
    .where(
        ReviewQuestionRow.review_id == bindparam("review"),
        ReviewQuestionRow.endpoint_id == bindparam("endpoint"),
        col(ReviewQuestionRow.included),
    )
    .order_by(col(ReviewQuestionRow.position))
)


async def questions(tx: Tx, review_id: str, endpoint_id: str) -> list[ReviewQuestion]:
    """The questions that are asked at an endpoint, in order."""
    return await tx.values(ReviewQuestion, _QUESTIONS, review=review_id, endpoint=endpoint_id)


async def every_question(tx: Tx, review_id: str) -> list[ReviewQuestion]:
    """All questions of a review in order, those that were left out too."""
    return await tx.find(ReviewQuestion, order="position", review_id=review_id)


async def versions_asked(tx: Tx, review_id: str) -> list[str]:
    """The ids of the checklist versions that a review asks something of, in the order of the questions."""
    first = func.min(col(ReviewQuestionRow.position))
    query = (
        select(col(ReviewQuestionRow.version_id))
        .where(ReviewQuestionRow.review_id == review_id, col(ReviewQuestionRow.included))
        .group_by(col(ReviewQuestionRow.version_id))
        .order_by(first)
    )
    return list(await tx.rows(query))


_LATER = aliased(AnswerRow)
_NEWEST = (
    select(AnswerRow)
    .join(ReviewQuestionRow, col(ReviewQuestionRow.id) == col(AnswerRow.question_id))
    .where(
        ReviewQuestionRow.review_id == bindparam("review"),
        ReviewQuestionRow.endpoint_id == bindparam("endpoint"),
        ~select(_LATER.id).where(_LATER.question_id == AnswerRow.question_id, _LATER.rev > AnswerRow.rev).exists(),
    )
)


async def newest_at(tx: Tx, review_id: str, endpoint_id: str) -> dict[str, Answer]:
    """The newest revision of every answer at an endpoint, by question id."""
    return {a.question_id: a for a in await tx.values(Answer, _NEWEST, review=review_id, endpoint=endpoint_id)}


_QUESTION_AND_ANSWERS = (
    select(ReviewQuestionRow, AnswerRow)
    .join(
        AnswerRow,
        and_(
            col(AnswerRow.question_id) == col(ReviewQuestionRow.id),
            col(AnswerRow.rev) >= bindparam("shown"),
        ),
        isouter=True,
    )
    .where(
        ReviewQuestionRow.id == bindparam("question"),
        ReviewQuestionRow.review_id == bindparam("review"),
        ReviewQuestionRow.endpoint_id == bindparam("endpoint"),
        col(ReviewQuestionRow.included),
    )
    .order_by(col(AnswerRow.rev))
)


async def question_and_answers(
    tx: Tx, question_id: str, review_id: str, endpoint_id: str, shown_rev: int
) -> tuple[ReviewQuestion, Answer | None, list[Answer]] | None:
    """One question of an endpoint with the answer that was shown and all later ones: one statement."""
    rows = await tx.rows(
        _QUESTION_AND_ANSWERS, question=question_id, review=review_id, endpoint=endpoint_id, shown=shown_rev
    )
    if not rows:
        return None
    shown, since = _since([to_value(Answer, a) for _, a in rows if a is not None], shown_rev)
    return to_value(ReviewQuestion, rows[0][0]), shown, since


async def since_shown(tx: Tx, shown: dict[str, int]) -> dict[str, tuple[Answer | None, list[Answer]]]:
    """The revision that a page showed and all later ones, by question id: one statement."""
    found: dict[str, list[Answer]] = {key: [] for key in shown}
    for answer in await tx.find(Answer, question_id=list(shown), order="rev"):
        found[answer.question_id].append(answer)
    return {key: _since(answers, shown[key]) for key, answers in found.items()}


def _since(answers: list[Answer], shown_rev: int) -> tuple[Answer | None, list[Answer]]:
    return next((a for a in answers if a.rev == shown_rev), None), [a for a in answers if a.rev > shown_rev]


async def endpoints_of_review(tx: Tx, review_id: str) -> list[str]:
    """The endpoints at which the review asks something."""
    query = select(ReviewQuestionRow.endpoint_id).where(
        ReviewQuestionRow.review_id == review_id, col(ReviewQuestionRow.included)
    )
    return sorted(set(await tx.rows(query)))


async def submissions(tx: Tx, review_id: str) -> list[Submission]:
    """All submissions of a review, oldest first."""
    return await tx.find(Submission, review_id=review_id, order="n")


async def owners_pending(tx: Tx, review: Review) -> int:
    """How many owners of the review's open items have neither answered nor lapsed."""
    query = (
        select(func.count())
        .select_from(AttestationRow)
        .join(ReviewItemRow, col(ReviewItemRow.engagement_id) == col(AttestationRow.engagement_id))
        .where(
            ReviewItemRow.review_id == review.id,
            ReviewItemRow.state == "open",
            AttestationRow.round_id == review.round_id,
            AttestationRow.state == AttestationState.ASKED.value,
        )
    )
    return int((await tx.rows(query))[0])


async def waiting_for_endpoint(tx: Tx) -> list[Review]:
    """Reviews whose owners are done but whose supplier could not be reached."""
    query = select(ReviewRow).where(
        ReviewRow.state == ReviewState.AWAITING_OWNER.value, ReviewRow.reason == "no_endpoint"
    )
    return await tx.values(Review, query)
