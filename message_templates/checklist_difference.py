"""What differs between two versions of a checklist, in words: added, removed, reworded with before and after, moved.

Under a reworded question of two published versions stands whether its meaning stayed, and two buttons to say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.checklist import Checklist, Choice, Condition, EvidenceRequest, Question
from bot.domain.checklist_versions import Difference, Reworded, difference
from bot.domain.checklist_views import DifferencePage
from bot.domain.words import Words
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.checklists import conditions, say, view, ways

Json = dict[str, Any]

PAGE = 12
ONE = 700


def difference_view(t: Text, found: DifferencePage) -> Json:
    """A page of it."""
    if found.before is None:
        blocks = [kit.section(kit.plain(t("checklists.difference_first")))]
        return view(t, [*blocks, *ways(t, "differs", found.key, found.what, 0, 1)])
    differs = difference(found.before, found.after)
    every = [*head_lines(t, found.before, found.after, differs), *question_lines(t, found, differs)]
    pages = max(1, -(-len(every) // PAGE))
    page = min(found.page, pages - 1)
    shown = every[page * PAGE : (page + 1) * PAGE]
    blocks = [kit.section(kit.plain(heading(t, found, differs)))]
    blocks += [block for group in shown for block in group]
    return view(t, [*blocks, *ways(t, "differs", found.key, found.what, page, pages)])


def heading(t: Text, found: DifferencePage, differs: Difference) -> str:
    """Which two, and how much."""
    sides = t(
        "checklists.difference_head", before=_side(t, found.before_n, "own"), after=_side(t, found.after_n, found.what)
    )
    if differs.nothing:
        return f"{sides}\n{t('checklists.difference_none')}"
    counts = {name: len(getattr(differs, name)) for name in ("added", "removed", "reworded", "moved")}
    return f"{sides}\n{t('checklists.difference_counts', **counts)}"


def _side(t: Text, n: int, what: str) -> str:
    if n:
        return t("checklists.side_n", n=n)
    return t(f"checklists.side_{what}" if what in ("draft", "file") else "checklists.side_own")


def head_lines(t: Text, before: Checklist, after: Checklist, differs: Difference) -> list[list[Json]]:
    """What differs in the list itself."""
    lines = []
    for name in differs.head:
        field = t(f"checklists.field.{name}")
        if name in ("title", "purpose", "minutes"):
            old, new = in_words(t, before, getattr(before, name)), in_words(t, after, getattr(after, name))
            lines.append(t("checklists.head_changed", field=field, before=old, after=new))
        else:
            lines.append(t("checklists.field_only", field=field))
    return [[kit.section(kit.plain(line))] for line in lines]


def question_lines(t: Text, found: DifferencePage, differs: Difference) -> list[list[Json]]:
    """Each question that differs, as its blocks."""
    moved = [q for q in found.after.questions if q.key in differs.moved]
    groups = [("added", differs.added), ("removed", differs.removed), ("moved", moved)]
    lines = [
        [kit.section(kit.plain(t(f"checklists.{name}", text=say(t, q.text))))] for name, many in groups for q in many
    ]
    return [_reworded(t, found, one) for one in differs.reworded] + lines


def _reworded(t: Text, found: DifferencePage, one: Reworded) -> list[Json]:
    blocks = [kit.section(kit.plain(reworded_words(t, found, one)))]
    if not (one.changed_meaning and found.from_id and found.to_id):
        return blocks
    said = next((s for s in found.said if s.meaning.question == one.key), None)
    if said is None:
        status = t("checklists.same_open")
    else:
        name = "same_said_yes" if said.meaning.same else "same_said_no"
        day = t.date(said.meaning.at.date())
        status = t(f"checklists.{name}", who=kit.cut(said.who or "-", 80), day=day)
    blocks.append(kit.context(kit.plain(t("checklists.same_ask")), kit.plain(status)))
    buttons = [
        kit.button(
            t(f"checklists.same_{answer}"),
            f"{ids.Do.CHECKLIST_SAME}.{answer}_{one.key}",
            ids.pack(found.from_id, found.to_id, one.key, answer, found.page),
        )
        for answer in ("yes", "no")
    ]
    return [*blocks, kit.actions(buttons)]


def reworded_words(t: Text, found: DifferencePage, one: Reworded) -> str:
    """A question with every field that differs, before → after."""
    lines = [t("checklists.reworded", text=kit.cut(say(t, one.before.text), 300))]
    for name in one.fields:
        lines += _field(t, found, one, name)
    return "\n".join(lines)


def _field(t: Text, found: DifferencePage, one: Reworded, name: str) -> list[str]:
    """Words in two languages are compared in each: a change of the other language alone must be seen too."""
    label = t(f"checklists.field.{name}")
    old, new = getattr(one.before, name), getattr(one.after, name)
    if isinstance(old, Words) and isinstance(new, Words):
        pairs = [(lang, getattr(old, lang), getattr(new, lang)) for lang in ("ja", "en")]
        return [
            t(
                "checklists.field_changed",
                field=label + t(f"checklists.in_{lang}"),
                before=kit.cut(a, ONE),
                after=kit.cut(b, ONE),
            )
            for lang, a, b in pairs
            if a != b
        ]
    if name == "ask_if":
        a, b = _asked_if(t, found.before, one.before), _asked_if(t, found.after, one.after)
    else:
        a, b = in_words(t, found.before, old), in_words(t, found.after, new)
    if a == b:
        return [t("checklists.field_only", field=label)]
    return [t("checklists.field_changed", field=label, before=kit.cut(a, ONE), after=kit.cut(b, ONE))]


def _asked_if(t: Text, checklist: Checklist | None, question: Question) -> str:
    if checklist is None or not question.ask_if:
        return t("checklists.nothing")
    return conditions(t, checklist, question)


def in_words(t: Text, checklist: Checklist | None, value: Any) -> str:
    """A field's value for a reader."""
    if isinstance(value, bool):
        return t("checklists.yes" if value else "checklists.no")
    if value is None or value == ():
        return t("checklists.nothing")
    if isinstance(value, Words):
        return say(t, value)
    if isinstance(value, Choice):
        return say(t, value.text)
    if isinstance(value, EvidenceRequest):
        return _evidence(t, value)
    if isinstance(value, Condition):
        return value.answer or value.fact or ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return t("answer.separator").join(in_words(t, checklist, one) for one in value)
    named = [f"checklists.{group}.{value}" for group in ("kind", "scope", "protects")]
    return next((t(name) for name in named if t.has(name)), str(value))


def _evidence(t: Text, evidence: EvidenceRequest) -> str:
    kinds = [t(f"checklists.evidence_kind.{kind}") for kind in evidence.kinds]
    return t(f"checklists.evidence.{evidence.need}") + (f" ({t('answer.separator').join(kinds)})" if kinds else "")
