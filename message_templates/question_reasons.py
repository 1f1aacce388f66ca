"""「設問と理由」: every question of a request with why it is asked or left out, page by page on top of the modal it came from."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from bot.domain.question_reasons import ListReason, QuestionReason, ReasonsPage
from bot.domain.words import Words
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]


def reasons_button(t: Text, subject: str, subject_id: str, supplier_id: str = "") -> Json:
    """The way there."""
    return kit.button(t("why.button"), ids.Do.QUESTIONS_WHY, ids.pack(subject, subject_id, supplier_id, 0))


def reasons_modal(t: Text, page: ReasonsPage) -> Json:
    """One page."""
    head = [
        kit.section(kit.plain(t("why.head", supplier=kit.cut(page.supplier, 80), asked=page.asked, out=page.left_out)))
    ]
    if page.page == 0:
        head.append(kit.section(kit.plain("\n".join(_list(t, one) for one in page.lists))))
    blocks: list[Json] = []
    for (about, title), lines in groupby(page.lines, key=lambda line: (line.about, _in(t, line.section))):
        heading = t("why.about", about=kit.cut(about, 60), section=title) if about else title
        blocks += _group(t, heading, list(lines))
    ways = [
        kit.button(t(f"common.{name}"), f"{ids.Do.QUESTIONS_WHY}.{name}", _value(page, target))
        for name, target in (("back", page.page - 1), ("next", page.page + 1))
        if 0 <= target < page.pages
    ]
    if ways:
        blocks.append(kit.actions(ways, block_id=f"vr1.why_pages.{page.page}"))
    return kit.modal(t("why.title"), [*head, *blocks], callback_id=ids.View.QUESTIONS_WHY, close=t("common.back"))


def _value(page: ReasonsPage, target: int) -> str:
    return ids.pack(page.subject, page.id, page.supplier_id, target)


def _in(t: Text, words: Words) -> str:
    return words.en if t.language == "en" else words.ja


def _list(t: Text, one: ListReason) -> str:
    why = t(f"why.list_{one.why.by}", about=_fact(t, one.why.about) if one.why.by == "fact" else one.why.about)
    return t("why.list", title=_in(t, one.title), why=why)


def _fact(t: Text, name: str) -> str:
    return t(f"why.fact.{name}") if t.has(f"why.fact.{name}") else name


def _group(t: Text, heading: str, lines: list[QuestionReason]) -> list[Json]:
    """A section's questions, in as many blocks as they need."""
    blocks, text = [], heading
    for line in lines:
        words = _line(t, line)
        if len(text) + len(words) > kit.SECTION - 100:
            blocks.append(kit.section(kit.plain(text)))
            text = heading
        text = f"{text}\n{words}"
    return [*blocks, kit.section(kit.plain(text))]


def _line(t: Text, line: QuestionReason) -> str:
    if line.code == "covered":
        why = t("why.covered", certificate=t(f"why.certificate.{line.by}"))
    elif t.has(f"why.fact.{line.by}"):
        why = t("why.condition_met" if line.included else "why.fact_not_met", fact=_fact(t, line.by))
    else:  # it depends on another answer, or on nothing
        why = t("why.always" if line.code == "always" else "why.answer")
    return t("why.line_in" if line.included else "why.line_out", text=_in(t, line.text), why=why)
