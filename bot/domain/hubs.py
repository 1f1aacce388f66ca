"""What the hub and the page show, worked out from state. Values only; drawing them is `message_templates/`'s business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from bot.domain.answering import Answer, ReviewQuestion
from bot.domain.base import Language, Value
from bot.domain.checklist import Question, missing
from bot.domain.forms import asked_now, question_of
from bot.domain.rounds import ReviewState


class PageProgress(Value):
    """One page of the form: its heading, what engagement it is about ('' for the company), and how far it is."""

    page: int
    title: str
    about: str = ""
    answered: int
    total: int


class HubView(Value):
    """Everything the hub says. It never shows answers. `complete`: every required question has an answer."""

    review_id: str
    endpoint_id: str
    language: Language
    company: str
    supplier: str
    title: str
    purpose: str
    minutes: int
    due_on: date
    state: Literal["open", "submitted", "judged", "closed", "cancelled"]
    pages: tuple[PageProgress, ...]
    complete: bool = False

    @property
    def answered(self) -> int:
        """Questions with an answer."""
        return sum(p.answered for p in self.pages)

    @property
    def total(self) -> int:
        """Questions that are asked right now."""
        return sum(p.total for p in self.pages)


class Clash(Value):
    """Somebody else's answer that stands where a person entered something different."""

    who: str
    value: Any = None
    comment: str = ""
    mine: Any = None
    my_comment: str = ""


class QuestionView(Value):
    """One question on a page with what its inputs hold; `rev` is the revision that is shown."""

    id: str
    question: Question
    rev: int
    value: Any = None
    comment: str = ""
    clash: Clash | None = None
    fault: str = ""


class PageView(Value):
    """One page of the form as one person sees it."""

    token: str
    language: Language
    title: str
    about: str
    why: str
    page: int
    pages: tuple[PageProgress, ...]
    questions: tuple[QuestionView, ...]


class MissingView(Value):
    """What is not answered yet: per page the questions, to jump to."""

    token: str
    language: Language
    pages: tuple[PageProgress, ...]
    missing: tuple[tuple[int, str], ...]


class SubmitView(Value):
    """The last look before a submission: who confirms, in what capacity."""

    review_id: str
    endpoint_id: str
    language: Language
    title: str
    total: int


def progress(
    questions: Sequence[ReviewQuestion], answers: Mapping[str, Answer], language: Language
) -> tuple[PageProgress, ...]:
    """The pages with their counts, over the questions that are asked right now. Optional questions count as asked."""
    pages: dict[int, PageProgress] = {}
    for one in asked_now(questions, answers):
        before = pages.get(one.page)
        answered = is_answered(answers.get(one.id))
        pages[one.page] = PageProgress(
            page=one.page,
            title=one.body["section"]["title"][language],
            about=one.body["about"],
            answered=(before.answered if before else 0) + answered,
            total=(before.total if before else 0) + 1,
        )
    return tuple(pages[n] for n in sorted(pages))


def is_answered(answer: Answer | None) -> bool:
    """Whether an answer holds something."""
    return answer is not None and answer.value not in (None, "", [], ())


def open_questions(questions: Sequence[ReviewQuestion], answers: Mapping[str, Answer]) -> list[ReviewQuestion]:
    """The required questions that are asked right now and have no answer."""
    return [
        one
        for one in asked_now(questions, answers)
        if not is_answered(answers.get(one.id)) and missing([question_of(one)], {})
    ]


HUB_STATE: dict[ReviewState, Literal["open", "submitted", "judged", "closed", "cancelled"]] = {
    ReviewState.SENT: "open",
    ReviewState.ANSWERING: "open",
    ReviewState.RETURNED: "open",
    ReviewState.SUBMITTED: "submitted",
    ReviewState.JUDGING: "submitted",
    ReviewState.JUDGED: "judged",
    ReviewState.CLOSED: "judged",
    ReviewState.CANCELLED: "cancelled",
}


def hub_state(state: ReviewState, *, submitted: bool) -> Literal["open", "submitted", "judged", "closed", "cancelled"]:
    """What the hub says of a review: an endpoint that has submitted is done although others still answer.

    A review that went on to judgement without this endpoint's submission is closed, not submitted.
    """
    shown = HUB_STATE.get(state, "open")
    if shown == "open" and submitted:
        return "submitted"
    if shown == "submitted" and not submitted:
        return "closed"
    return shown
