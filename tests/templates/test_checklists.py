"""Every shipped checklist as the security team sees it, in both languages, and with ugly words: within Slack's limits."""

from __future__ import annotations

import pytest

from bot.domain.checklist import Checklist, Question
from bot.domain.checklist_versions import Draft
from bot.domain.checklist_views import DifferencePage, DraftPage, EditForm, PagePreview, PublishForm
from bot.domain.draft_forms import held_of_question
from message_templates.catalogs import LANGUAGES, Text
from message_templates.checklist_difference import difference_view
from message_templates.checklist_form import draft_view, edit_view, publish_view
from message_templates.checklists import preview_view
from storage.checklist_files import load_all
from tests.kit import START
from tests.templates.test_record import must_be_a_view

LISTS = load_all()
VIEW = "V0123456789"


def everything_else(one: Checklist) -> Checklist:
    """The same questions in another order, each with the longest words there can be, and one more."""

    def other(question: Question) -> Question:
        long = {"ja": "長<@U1>" * 50, "en": "long &" * 50}
        text = question.text.model_copy(update={n: w[:300] for n, w in long.items()})
        return question.model_copy(update={"text": text, "weight": 5, "ask_if": ()})

    sections = [
        s.model_copy(update={"questions": tuple(other(q) for q in reversed(s.questions))})
        for s in reversed(one.sections)
    ]
    return one.model_copy(update={"sections": tuple(sections)})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", LISTS)
def test_every_page_of_every_list_can_be_shown(key: str, language: str) -> None:
    t, one = Text(language), LISTS[key]
    draft = Draft(id="0" * 32, key=key, body={}, edited_by="1" * 32, edited_at=START, base_id="2" * 32)
    for page in range(len(one.sections)):
        must_be_a_view(preview_view(t, PagePreview(key=key, what="now", n=0, checklist=one, page=page)))
        must_be_a_view(draft_view(t, DraftPage(draft=draft, checklist=one, who="佐藤", section=page, new=False)))
    for section in one.sections:
        for question in section.questions:
            held = held_of_question(one, question)
            arg = f"{section.key}/{question.key}"
            form = EditForm(what="question", key=key, arg=arg, checklist=one, held=held, digest="f" * 16, theirs=held)
            must_be_a_view(edit_view(t, form, VIEW))
    after = everything_else(one)
    ids = {"from_id": "0" * 32, "to_id": "1" * 32}
    for page in range(4):
        found = DifferencePage(key=key, what="1" * 32, before=one, after=after, before_n=1, after_n=2, page=page, **ids)
        must_be_a_view(difference_view(t, found))
    found = DifferencePage(key=key, what="draft", before=one, after=after, before_n=1, from_id="0" * 32)
    must_be_a_view(publish_view(t, PublishForm(draft=draft, difference=found, warnings=("長い" * 500,) * 9), VIEW))
