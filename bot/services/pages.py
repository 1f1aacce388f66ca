"""Builds a page of the form for one person and remembers, in a page token, which revisions it showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.answering import Answer, PageToken, ReviewQuestion
from bot.domain.base import Language
from bot.domain.forms import asked_now, question_of
from bot.domain.hubs import Clash, MissingView, PageView, QuestionView, open_questions, progress
from storage import reviews
from storage.ids import new_id
from storage.tx import Tx


class Form:
    """The questions and newest answers of one endpoint, loaded once; everything else is worked out from them."""

    def __init__(self, questions: Sequence[ReviewQuestion], answers: Mapping[str, Answer], language: Language) -> None:
        self.questions = questions
        self.answers = dict(answers)
        self.language = language
        self.count()

    def count(self) -> None:
        """Work out anew what is asked and how far it is; after answers were changed."""
        self.asked = asked_now(self.questions, self.answers)
        self.pages = progress(self.questions, self.answers, self.language)

    @classmethod
    async def load(cls, tx: Tx, review_id: str, endpoint_id: str, language: Language) -> Form:
        """Two statements."""
        questions = await reviews.questions(tx, review_id, endpoint_id)
        return cls(questions, await reviews.newest_at(tx, review_id, endpoint_id), language)

    def nearest(self, page: int) -> int:
        """The page itself, or the next one that still has questions (a condition may have emptied it)."""
        numbers = [p.page for p in self.pages]
        return next((n for n in numbers if n >= page), numbers[-1] if numbers else 0)

    def after(self, page: int) -> int | None:
        """The page that follows, or None at the end."""
        return next((p.page for p in self.pages if p.page > page), None)

    def before(self, page: int) -> int | None:
        """The page in front, or None at the beginning."""
        return next((p.page for p in reversed(self.pages) if p.page < page), None)

    def missing(self) -> list[ReviewQuestion]:
        """Required questions without an answer."""
        return open_questions(self.questions, self.answers)


def token_for(person_id: str, review_id: str, endpoint_id: str, form: Form, page: int, now: datetime) -> PageToken:
    """A new token for a page as it is about to be shown."""
    shown = {q.id: _rev(form.answers.get(q.id)) for q in form.asked if q.page == page}
    return PageToken(
        id=new_id(),
        person_id=person_id,
        review_id=review_id,
        endpoint_id=endpoint_id,
        page=page,
        shown=shown,
        at=now,
    )


def page_view(
    form: Form,
    token: PageToken,
    clashes: Mapping[str, Clash] | None = None,
    faults: Mapping[str, str] | None = None,
    entered: Mapping[str, tuple[object, str]] | None = None,
) -> PageView:
    """The page of a token. `entered` wins over what is stored, for inputs that could not be taken as they were."""
    here = [q for q in form.asked if q.page == token.page]
    views = []
    for one in here:
        answer = form.answers.get(one.id)
        value, comment = (entered or {}).get(
            one.id, (answer.value if answer else None, answer.comment if answer else "")
        )
        views.append(
            QuestionView(
                id=one.id,
                question=question_of(one),
                rev=token.shown.get(one.id, 0),
                value=value,
                comment=comment,
                clash=(clashes or {}).get(one.id),
                fault=(faults or {}).get(one.id, ""),
            )
        )
    frozen: dict[str, Any] = here[0].body if here else {"section": {"title": {}, "why": {}}, "about": ""}
    return PageView(
        token=token.id,
        language=form.language,
        title=frozen["section"]["title"].get(form.language, ""),
        why=frozen["section"]["why"].get(form.language, ""),
        about=frozen["about"],
        page=token.page,
        pages=form.pages,
        questions=tuple(views),
    )


def missing_view(form: Form, token: PageToken) -> MissingView:
    """What is still open, in order, with the page of each."""
    gaps = tuple((q.page, question_of(q).text.in_language(form.language)) for q in form.missing())
    return MissingView(token=token.id, language=form.language, pages=form.pages, missing=gaps)


def _rev(answer: Answer | None) -> int:
    return answer.rev if answer else 0
