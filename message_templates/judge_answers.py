"""Submitted answers to read: one in a few lines, and all of them in pages of a modal on top of the form.

Pages are cut by size, not by number, so that a page stays under Slack's 100 blocks and 250 kB whatever people wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.checklist import Kind
from bot.domain.judging import Dossier
from bot.domain.seen_answers import SeenAnswer
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]
PAGE_CHARACTERS = 30_000  # a character can cost six bytes in JSON
PAGE_BLOCKS = 90
ABOUT = 60
WHOLE = 6_000  # twice what an answer or a comment may be


def answer_value(t: Text, answer: SeenAnswer) -> str:
    """An answer's value in words."""
    value, question = answer.value, answer.question
    if value in (None, "", [], ()):
        return t("answer.none")
    values = [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]
    if question.kind is Kind.YES_NO:
        return t("answer.separator").join(t(f"answer.{v}") if v in question.possible else v for v in values)
    texts = {choice.key: choice.text.in_language(_language(t)) for choice in question.choices}
    return t("answer.separator").join(texts.get(v, v) for v in values)


def answer_words(t: Text, answer: SeenAnswer, limit: int) -> str:
    """Question, answer and comment, each cut to a limit: for places where several stand together."""
    return _words(
        t, answer, kit.cut(kit.clean(answer_value(t, answer)), limit), kit.cut(kit.clean(answer.comment), limit)
    )


def _words(t: Text, answer: SeenAnswer, value: str, comment: str) -> str:
    mark = ""
    if answer.risk:
        mark = t("judge.critical") if answer.risk.critical else t("judge.risky")
    about = t("judge.about", about=kit.cut(answer.about, ABOUT)) if answer.about else ""
    lines = [f"{mark}{about}{answer.question.text.in_language(_language(t))}", t("judge.answer", answer=value)]
    return "\n".join([*lines, *([t("judge.comment", comment=comment)] if comment else [])])


def _language(t: Text) -> Any:
    return t.language


def answer_blocks(t: Text, answer: SeenAnswer) -> list[Json]:
    """One answer in full: what does not fit into one paragraph goes into further ones."""
    value, comment = (kit.cut(kit.clean(text), WHOLE) for text in (answer_value(t, answer), answer.comment))
    whole = _words(t, answer, value, comment)
    return [
        kit.section(kit.plain(whole[start : start + kit.SECTION - 100]))
        for start in range(0, len(whole), kit.SECTION - 100)
    ]


def answer_pages(t: Text, answers: Sequence[SeenAnswer]) -> list[list[Json]]:
    """All answers in pages."""
    pages: list[list[Json]] = [[]]
    room = PAGE_CHARACTERS
    for answer in answers:
        blocks = answer_blocks(t, answer)
        size = sum(len(block["text"]["text"]) for block in blocks)
        if pages[-1] and (size > room or len(pages[-1]) + len(blocks) > PAGE_BLOCKS):
            pages.append([])
            room = PAGE_CHARACTERS
        pages[-1] += blocks
        room -= size
    return pages


def answers_modal(t: Text, dossier: Dossier, number: int) -> Json:
    """A page of the answers, counted from 0; a number beyond the ends becomes the nearest page."""
    pages = answer_pages(t, dossier.answers)
    page = min(max(0, number), len(pages) - 1)
    where = t("judge.page", number=page + 1, count=len(pages), total=len(dossier.answers))
    blocks = [kit.context(kit.plain(where)), *pages[page]]
    ways = [
        kit.button(t(f"common.{name}"), f"{ids.Do.JUDGE_READ}.{name}", ids.pack(dossier.review_id, target))
        for name, target in (("back", page - 1), ("next", page + 1))
        if 0 <= target < len(pages)
    ]
    if ways:
        blocks.append(kit.actions(ways, block_id=f"vr1.judge_pages.{page}"))
    return kit.modal(t("judge.answers_title"), blocks, callback_id=ids.View.DONE, close=t("common.back"))
