"""The paged form: one modal a page, every input optional, each choice saved as it is made.

Help and example stand under each question, another person's answer in front of it. Buttons lead back and to the list
of pages; the submit button turns the page.
"""

from __future__ import annotations

from typing import Any

from bot.domain.checklist import Kind
from bot.domain.hubs import Clash, MissingView, PageView, QuestionView, SubmitView
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.hub import page_label

Json = dict[str, Any]
COMMENT = 1000
GAPS = 40


def page_modal(t: Text, page: PageView) -> Json:
    """A page of the form."""
    blocks = [*_head(t, page), *(b for q in page.questions for b in question_blocks(t, q)), *_ways(t, page)]
    last = not any(p.page > page.page for p in page.pages)
    return kit.modal(
        page.title,
        blocks,
        callback_id=ids.View.PAGE,
        metadata=ids.pack(page.token),
        submit=t("page.to_check") if last else t("common.next"),
        close=t("page.close"),
        notify_on_close=True,
    )


def _head(t: Text, page: PageView) -> list[Json]:
    number = next((n for n, p in enumerate(page.pages, 1) if p.page == page.page), 1)
    answered, total = sum(p.answered for p in page.pages), sum(p.total for p in page.pages)
    where = t(
        "page.where", number=number, count=len(page.pages), bar=kit.bar(answered, total), answered=answered, total=total
    )
    head = [kit.context(kit.plain(where), kit.plain(t("page.drafts")))]
    if page.about:
        head.append(kit.section(kit.plain(t("page.about", about=page.about))))
    clashes = sum(1 for q in page.questions if q.clash)
    if clashes:
        head.append(kit.section(kit.plain(t("page.clashes", count=clashes))))
    if page.why:
        head.append(kit.context(kit.plain(t("page.why", why=page.why))))
    return head


def _ways(t: Text, page: PageView) -> list[Json]:
    """Back, and a jump to any page."""
    elements = []
    if any(p.page < page.page for p in page.pages):
        elements.append(kit.button(t("common.back"), ids.Do.PAGE_BACK, ids.pack(page.token)))
    if len(page.pages) > 1:
        options = [kit.option(page_label(t, p), str(p.page)) for p in page.pages]
        elements.append(kit.select(ids.Do.PAGE_JUMP, options, placeholder=t("page.jump")))
    return [kit.divider(), kit.actions(elements, block_id="vr1.page_ways")] if elements else []


def question_blocks(t: Text, q: QuestionView) -> list[Json]:
    """One question: what stands there from others, the input, and a comment."""
    blocks = []
    if q.clash:
        blocks.append(kit.section(kit.plain(clash_text(t, q, q.clash))))
    if q.fault:
        blocks.append(kit.context(kit.plain(t(f"fault.{q.fault}"))))
    hint = q.question.help.in_language(_language(t))
    if not q.question.required:
        hint = t("page.optional") + "\n" + hint
    if q.question.example:
        hint += "\n" + t("page.example", example=q.question.example.in_language(_language(t)))
    direct = q.question.kind in {Kind.YES_NO, Kind.ONE_OF, Kind.MANY_OF, Kind.DATE}
    blocks.append(
        kit.input_block(
            q.question.text.in_language(_language(t)),
            _element(t, q),
            ids.question_block(q.id, q.rev, "v"),
            hint=hint,
            dispatch=direct,
        )
    )
    if q.question.kind is not Kind.TEXT:
        comment = kit.text_input(ids.Field.COMMENT, q.comment, multiline=True, limit=COMMENT)
        blocks.append(kit.input_block(t("page.comment"), comment, ids.question_block(q.id, q.rev, "c")))
    return blocks


def _language(t: Text) -> Any:
    return t.language


def _element(t: Text, q: QuestionView) -> Json:
    chosen = q.value
    match q.question.kind:
        case Kind.YES_NO | Kind.ONE_OF:
            return kit.radio(ids.Do.PAGE_CHOOSE, _options(t, q), str(chosen or ""))
        case Kind.MANY_OF:
            return kit.checkboxes(ids.Do.PAGE_CHOOSE, _options(t, q), chosen or ())
        case Kind.DATE:
            return kit.date_input(ids.Do.PAGE_CHOOSE, str(chosen or ""))
        case Kind.NUMBER:
            return kit.number_input(ids.Field.VALUE, "" if chosen is None else str(chosen))
        case _:
            return kit.text_input(ids.Field.VALUE, str(chosen or ""), multiline=True)


def _options(t: Text, q: QuestionView) -> list[Json]:
    if q.question.kind is Kind.YES_NO:
        return [kit.option(t(f"answer.{code}"), code) for code in q.question.possible]
    return [kit.option(c.text.in_language(_language(t)), c.key) for c in q.question.choices]


def answer_text(t: Text, q: QuestionView, value: Any) -> str:
    """An answer's value in words."""
    if value in (None, "", [], ()):
        return t("answer.none")
    if q.question.kind is Kind.YES_NO:
        return t(f"answer.{value}")
    texts = {c.key: c.text.in_language(_language(t)) for c in q.question.choices}
    values = value if isinstance(value, list | tuple) else [value]
    return t("answer.separator").join(texts.get(str(v), str(v)) for v in values)


def clash_text(t: Text, q: QuestionView, clash: Clash) -> str:
    """Somebody else's answer, and what this person had entered."""
    who = clash.who or t("page.somebody")
    theirs = answer_text(t, q, clash.value)
    comment = t("page.clash_comment", comment=kit.cut(clash.comment, 500)) if clash.comment else ""
    mine = t("page.clash_mine", mine=kit.cut(answer_text(t, q, clash.mine), 500)) if clash.mine is not None else ""
    if clash.my_comment and clash.my_comment != clash.comment:
        mine += t("page.clash_my_comment", comment=kit.cut(clash.my_comment, 500))
    return t("page.clash", who=who, theirs=kit.cut(theirs, 500)) + comment + mine


def missing_modal(t: Text, view: MissingView) -> Json:
    """Behind the last page: what is still open, to jump to; or that everything is there."""
    if not view.missing:
        blocks = [kit.section(kit.plain(t("missing.none")))]
    else:
        lines = [kit.section(kit.plain(t("missing.some", count=len(view.missing))))]
        for page in view.pages:
            gaps = [text for number, text in view.missing if number == page.page]
            if gaps:
                listed = "\n".join(t("missing.line", text=kit.cut(g, 120)) for g in gaps[:8])
                go = kit.button(t("missing.go"), f"{ids.Do.PAGE_JUMP}.{page.page}", ids.pack(view.token, page.page))
                lines.append(kit.section(kit.plain(f"{page_label(t, page)}\n{listed}"), accessory=go))
        blocks = lines[:GAPS]
    return kit.modal(
        t("missing.title"), blocks, callback_id=ids.View.MISSING, metadata=ids.pack(view.token), close=t("common.close")
    )


def submit_modal(t: Text, view: SubmitView) -> Json:
    """The final confirmation: by whom, in what capacity, that it is right as of today."""
    name = kit.text_input(ids.Field.VALUE, limit=60)
    role = kit.text_input(ids.Field.VALUE, limit=60, placeholder=t("submit.role_example"))
    return kit.modal(
        t("submit.title"),
        [
            kit.section(kit.plain(t("submit.text", title=view.title, total=view.total))),
            kit.input_block(t("submit.name"), name, ids.field_block("name"), optional=False),
            kit.input_block(t("submit.role"), role, ids.field_block("role"), optional=False),
            kit.context(kit.plain(t("submit.statement"))),
        ],
        callback_id=ids.View.SUBMIT,
        metadata=ids.pack(view.review_id, view.endpoint_id),
        submit=t("submit.go"),
        close=t("common.back"),
    )
