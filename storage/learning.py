"""What was submitted to one checklist's questions, over every round. Three statements, however much that is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.domain.learning import Given, submitted
from storage.tables.answering import AnswerRow, ReviewQuestionRow, SubmissionRow
from storage.tables.rounds import ChecklistVersionRow
from storage.tx import Tx

_Q: Any = ReviewQuestionRow
_A: Any = AnswerRow
_S: Any = SubmissionRow
_C: Any = ChecklistVersionRow


async def given(tx: Tx, key: str) -> list[Given]:
    """Every answer that stands in the last submission of its endpoint, under any version of this checklist."""
    ours = select(_Q.id).join(_C, _C.id == _Q.version_id).where(_C.key == key)
    keys = {row[0]: row[1] for row in await tx.rows(select(_Q.id, _Q.key).where(_Q.id.in_(ours)))}
    reviews = select(_Q.review_id).where(_Q.id.in_(ours))
    sent = await tx.rows(select(_S.review_id, _S.endpoint_id, _S.n, _S.answers).where(_S.review_id.in_(reviews)))
    answers = await tx.rows(select(_A.question_id, _A.rev, _A.value).where(_A.question_id.in_(ours)))
    return submitted(map(tuple, sent), keys, {(question, rev): value for question, rev, value in answers})
