"""Why each question is asked of a supplier or left out, and why each list is: for the preview, and for what was sent. Pure.

The preview shows what would be frozen now, the review what was: both come from the same places, `forms.Draft` and
`ReviewQuestion`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answering import ReviewQuestion
from bot.domain.base import Value
from bot.domain.choosing import Why
from bot.domain.forms import Draft
from bot.domain.words import Words

PAGE = 40
"""Questions on a page: with their reasons under Slack's 100 blocks and 250 kB (slack_platform §2.3)."""


class ListReason(Value):
    """A list that is asked, and why."""

    title: Words
    why: Why


class QuestionReason(Value):
    """One question. `code` and `by` as in `checklist.Decision`; `about`: the work, '' for the company."""

    section: Words
    about: str
    text: Words
    included: bool
    code: str
    by: str = ""


class ReasonsPage(Value):
    """A page of them, of what is shown for `subject` ('round' with its supplier, or 'review')."""

    subject: str
    id: str
    supplier_id: str
    supplier: str
    lists: tuple[ListReason, ...]
    lines: tuple[QuestionReason, ...]
    asked: int
    left_out: int
    page: int
    pages: int


def of_draft(draft: Draft) -> QuestionReason:
    """Of a question that would be asked."""
    code, _, by = draft.reason.partition(":")
    return QuestionReason(
        section=_words(draft.placed.section.title),
        about=draft.about,
        text=_words(draft.question.text),
        included=draft.included,
        code=code,
        by=by,
    )


def of_question(asked: ReviewQuestion) -> QuestionReason:
    """Of a question as it was frozen."""
    code, _, by = asked.reason.partition(":")
    return QuestionReason(
        section=Words.model_validate(asked.body["section"]["title"]),
        about=asked.body["about"],
        text=Words.model_validate(asked.body["question"]["text"]),
        included=asked.included,
        code=code,
        by=by,
    )


def _words(words: Words) -> Words:
    return Words(ja=words.ja, en=words.en)


def cut(lines: Sequence[QuestionReason], number: int) -> tuple[int, int, tuple[QuestionReason, ...]]:
    """(page, pages, its lines), from 0; a page too far is the last one."""
    pages = max(1, -(-len(lines) // PAGE))
    page = max(0, min(number, pages - 1))
    return page, pages, tuple(lines[page * PAGE : (page + 1) * PAGE])
