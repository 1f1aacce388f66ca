"""Judging: the message that something waits, the form, the answers to read, and the outcomes.

Answers and comments are a supplier's text: they stand in plain text, where nothing is interpreted, and are cut for the
form; read in full they are in the pages behind 「回答をすべて見る」.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.judging import (
    LETTER,
    REASON,
    Dossier,
    Handed,
    Judged,
    OpenItem,
    WaitingReview,
    WaitingReviews,
)
from bot.domain.rounds import JudgementValue
from bot.domain.seen_answers import Counts
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.judge_answers import answer_words
from message_templates.question_reasons import reasons_button
from message_templates.scoring import proposal_words, section_words

Json = dict[str, Any]
RISKS_IN_MESSAGE = 5
RISKS_IN_FORM = 20
FILES = 15
NAME = 80
HANDED = 6

KINDS = ("yes", "partly", "no", "dont_know", "not_applicable", "other", "unanswered")


# -- to the security team ------------------------------------------------------------------------------------------------


def submitted_text(t: Text, dossier: Dossier) -> str:
    """The sentence of notifications."""
    return t("judge.submitted", supplier=kit.cut(dossier.supplier, NAME), title=dossier.title)


def submitted(t: Text, dossier: Dossier) -> list[Json]:
    """A supplier has submitted: what deserves a look first, and the way to judge."""
    risks = dossier.risks[:RISKS_IN_MESSAGE]
    more = len(dossier.risks) - len(risks)
    return [
        kit.section(kit.plain(submitted_text(t, dossier))),
        *_facts(t, dossier),
        kit.section(kit.plain(_work(t, dossier.items))),
        *[kit.section(kit.plain(answer_words(t, risk, 500))) for risk in risks],
        *([kit.context(kit.plain(t("judge.more_risks", count=more)))] if more else []),
        kit.actions([_judge_button(t, dossier.review_id)], block_id="vr1.judge_go"),
    ]


def _judge_button(t: Text, review_id: str) -> Json:
    return kit.button(t("judge.go"), ids.Do.JUDGE_OPEN, ids.pack(review_id), style="primary")


def _work(t: Text, items: Sequence[OpenItem]) -> str:
    lines = [t("judge.item_line", business=kit.cut(i.business, NAME), department=i.department) for i in items[:FILES]]
    if len(items) > FILES:
        lines.append(t("judge.more_items", count=len(items) - FILES))
    return "\n".join(lines) or t("judge.no_items")


# -- the form ------------------------------------------------------------------------------------------------------------


def judge_modal(t: Text, dossier: Dossier) -> Json:
    """Everything to decide on, then one set of fields per piece of work (at most PORTION of them at a time)."""
    blocks = [
        kit.section(kit.plain(t("judge.head", supplier=kit.cut(dossier.supplier, NAME), title=dossier.title))),
        *_facts(t, dossier),
        *_risks(t, dossier),
        kit.actions(
            [
                kit.button(t("judge.read"), ids.Do.JUDGE_READ, ids.pack(dossier.review_id, 0)),
                reasons_button(t, "review", dossier.review_id),
            ],
            block_id="vr1.judge_read",
        ),
        *_files(t, dossier.files),
        kit.context(kit.plain(t("judge.fair"))),
        *[block for item in dossier.portion for block in _item(t, item, alone=len(dossier.portion) == 1)],
    ]
    rest = len(dossier.items) - len(dossier.portion)
    if rest:
        blocks.append(kit.context(kit.plain(t("judge.next_form", count=rest))))
    return kit.modal(
        t("judge.title"),
        blocks,
        callback_id=ids.View.JUDGE,
        metadata=ids.pack(dossier.review_id, dossier.seen),
        submit=t("judge.submit"),
        close=t("common.cancel"),
    )


def _facts(t: Text, dossier: Dossier) -> list[Json]:
    facts = [t("judge.due", due=t.date(dossier.due_on))]
    facts += [_handed(t, one) for one in dossier.handed[:HANDED]]
    if dossier.missing:
        facts.append(
            t("judge.not_reached" if dossier.reason == "not_reached" else "judge.missing", count=dossier.missing)
        )
    blocks = [kit.context(*[kit.plain(fact, 300) for fact in facts])]
    if dossier.answers:
        blocks.append(kit.section(kit.plain(_counts(t, dossier.counts))))
    return blocks


def _handed(t: Text, one: Handed) -> str:
    when = t("judge.late", days=one.late) if one.late else t("judge.in_time")
    return t("judge.handed", name=kit.cut(one.name, 60), role=kit.cut(one.role, 60), on=t.date(one.on), when=when)


def _counts(t: Text, counts: Counts) -> str:
    found = [(kind, getattr(counts, kind)) for kind in KINDS]
    return t("judge.separator").join(t(f"judge.count_{kind}", count=n) for kind, n in found if n)


def _risks(t: Text, dossier: Dossier) -> list[Json]:
    """Risky answers first; the others are a number, and can be read."""
    risks = dossier.risks
    shown = [kit.section(kit.plain(answer_words(t, risk, 350))) for risk in risks[:RISKS_IN_FORM]]
    notes = []
    if len(risks) > RISKS_IN_FORM:
        notes.append(t("judge.more_risks", count=len(risks) - RISKS_IN_FORM))
    rest = len(dossier.answers) - len(risks) - dossier.counts.unanswered
    if rest > 0:
        notes.append(t("judge.rest", count=rest))
    if not dossier.answers:
        notes.append(t("judge.no_answers"))
    elif not risks:
        notes.append(t("judge.no_risks"))
    return [*shown, *([kit.context(*[kit.plain(note) for note in notes])] if notes else [])]


def _files(t: Text, files: Sequence[str]) -> list[Json]:
    if not files:
        return [kit.context(kit.plain(t("judge.no_files")))]
    lines = [t("judge.file", name=kit.cut(kit.clean(name), NAME)) for name in files[:FILES]]
    if len(files) > FILES:
        lines.append(t("judge.more_files", count=len(files) - FILES))
    return [kit.section(kit.plain("\n".join([t("judge.files"), *lines])))]


def _proposal(t: Text, item: OpenItem, *, alone: bool) -> list[Json]:
    """By section only where one piece of work stands alone: of several, the sections are mostly the same."""
    if item.proposal is None:
        return []
    words = [proposal_words(t, item.proposal), *([section_words(t, item.proposal)] if alone else [])]
    return [kit.context(*[kit.plain(one) for one in words])]


def _item(t: Text, item: OpenItem, *, alone: bool) -> list[Json]:
    """One piece of work, with what the points propose. Alone, Slack itself asks for value and reason; of several, some wait."""
    owner = t("judge.owner", owner=kit.cut(item.owner, NAME)) if item.owner else t("judge.no_owner")
    head = t("judge.item", business=kit.cut(item.business, 500), department=item.department, owner=owner)
    options = [kit.option(t(f"judge.value_{value.value}"), value.value) for value in JudgementValue]
    select = kit.select(ids.Field.VALUE, options, placeholder=t("judge.choose"))
    return [
        kit.divider(),
        kit.section(kit.plain(head)),
        *_proposal(t, item, alone=alone),
        kit.input_block(t("judge.value"), select, _block("value", item), optional=not alone),
        kit.input_block(
            t("judge.reason"),
            kit.text_input(ids.Field.VALUE, multiline=True, limit=REASON),
            _block("reason", item),
            hint=t("judge.reason_hint"),
            optional=not alone,
        ),
        kit.input_block(t("judge.until"), kit.date_input(ids.Field.VALUE), _block("until", item)),
        kit.input_block(
            t("judge.letter"),
            kit.text_input(ids.Field.VALUE, multiline=True, limit=LETTER),
            _block("letter", item),
            hint=t("judge.letter_hint"),
        ),
    ]


def _block(name: str, item: OpenItem) -> str:
    return ids.field_block(f"{name}.{item.item_id}")


def judged_modal(t: Text, judged: Judged) -> Json:
    """What was recorded; where work of the same review is left, the way to it."""
    supplier = kit.cut(judged.supplier, NAME)
    blocks = [kit.section(kit.plain(t("judge.done", supplier=supplier, count=judged.judged)))]
    if judged.remaining:
        blocks.append(kit.section(kit.plain(t("judge.remaining", count=judged.remaining))))
        blocks.append(kit.actions([_judge_button(t, judged.review_id)], block_id="vr1.judge_go"))
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))


# -- what waits ----------------------------------------------------------------------------------------------------------


def waiting_text(t: Text, waiting: WaitingReviews) -> str:
    """The sentence above the list."""
    return t("judge.waiting", count=waiting.total) if waiting.total else t("judge.waiting_none")


def waiting_list(t: Text, waiting: WaitingReviews) -> list[Json]:
    """Reviews with a button each, and how to find one that is not listed."""
    blocks = [kit.section(kit.plain(waiting_text(t, waiting)))]
    blocks += [_waiting(t, one) for one in waiting.reviews]
    if waiting.total > len(waiting.reviews):
        blocks.append(kit.context(kit.plain(t("judge.waiting_more", count=waiting.total - len(waiting.reviews)))))
    return blocks


def _waiting(t: Text, one: WaitingReview) -> Json:
    line = t(
        "judge.waiting_line",
        supplier=kit.cut(one.supplier, NAME),
        title=one.title,
        due=t.date(one.due_on),
        count=one.items,
    )
    if one.reason in {"no_answer", "not_reached"}:
        line += "\n" + t(f"judge.waiting_{one.reason}")
    return kit.section(kit.plain(line), _judge_button(t, one.review_id))
