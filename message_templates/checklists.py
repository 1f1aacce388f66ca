"""The security team's checklists: the list, one of them, what a supplier sees of it, its versions, what its answers tell.

One modal that is drawn anew with every press (`turn`); forms lie on top of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.checklist import YES_NO, Checklist, Kind, Question
from bot.domain.checklist_views import Entry, LearningPage, ListPage, Overview, PagePreview, PublishedLine, VersionsPage
from bot.domain.hubs import QuestionView
from bot.domain.learning import Learned
from bot.domain.words import Words
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.page import question_blocks

Json = dict[str, Any]


def turn(t: Text, label: str, what: str, key: str = "", arg: str = "", page: int = 0, style: str = "") -> Json:
    """A button that shows something else in the same modal. Its action id differs by what, which and where."""
    name = f"{ids.Do.CHECKLIST_TURN}.{what}_{key}_{arg}_{page}"
    return kit.button(t(label), name[:250], ids.pack(what, key, arg, page), style)


def view(t: Text, blocks: Sequence[Json]) -> Json:
    """The modal."""
    return kit.modal(t("checklists.title"), blocks, callback_id=ids.View.CHECKLIST, close=t("common.close"))


def ways(t: Text, what: str, key: str, arg: str, page: int, pages: int) -> list[Json]:
    """Back and forth between pages, and back to the checklist."""
    found = [
        turn(t, f"checklists.{name}", what, key, arg, target)
        for name, target in (("previous", page - 1), ("next", page + 1))
        if 0 <= target < pages
    ]
    found += [turn(t, "checklists.to_top", "top", key)] if key else []
    return [kit.actions(found)] if found else []


def say(t: Text, words: Words) -> str:
    """The words in the reader's language."""
    return words.en if t.language == "en" else words.ja


# -- the list and one of it ----------------------------------------------------------------------------------------------


def list_view(t: Text, found: ListPage) -> Json:
    """Every checklist, each with its button."""
    blocks = [kit.section(kit.plain(t("checklists.intro")))]
    blocks.append(
        kit.actions([kit.button(t("checklists.new"), f"{ids.Do.CHECKLIST_EDIT}.new", edit_value("new_list"))])
    )
    blocks += [kit.section(kit.plain(line(t, e)), turn(t, "checklists.open", "top", e.key)) for e in found.entries]
    if found.pages > 1:
        blocks.append(kit.context(kit.plain(t("checklists.page", page=found.page + 1, pages=found.pages))))
    return view(t, [*blocks, *ways(t, "list", "", "", found.page, found.pages)])


def edit_value(what: str, key: str = "", arg: str = "") -> str:
    """The value of a button that opens a form."""
    return ids.pack(what, key, arg)


def line(t: Text, entry: Entry) -> str:
    """One checklist in the list."""
    marks = t("checklists.mark_stale") if entry.stale else ""
    if entry.retired:
        marks += t("checklists.mark_retired", why=kit.cut(entry.retired_why, 200))
    marks += t("checklists.mark_newer") if entry.newer_file else ""
    published = entry.n or not entry.own
    marks += t("checklists.mark_draft") if entry.draft and published else ""
    origin = "origin_file" if not entry.own else "origin_own" if entry.n else "origin_new"
    return t(
        "checklists.line",
        title=say(t, entry.title),
        origin=t(f"checklists.{origin}", n=entry.n),
        questions=entry.questions,
        reviewed=t.date(entry.reviewed_on),
        marks=marks,
    )


def overview_view(t: Text, found: Overview) -> Json:
    """One checklist and what can be done with it."""
    entry, key = found.entry, found.entry.key
    published = bool(entry.n) or not entry.own
    purpose = t("checklists.minutes", purpose=say(t, found.checklist.purpose), minutes=found.checklist.minutes)
    blocks = [kit.section(kit.plain(line(t, entry))), kit.section(kit.plain(purpose))]
    if entry.draft:
        blocks.append(kit.context(kit.plain(t("checklists.drafted", who=found.drafted_by or "-"))))
    looks = [turn(t, "checklists.see", "see", key, "now" if published else "draft")]
    if published:
        looks += [turn(t, "checklists.versions", "versions", key), turn(t, "checklists.learning", "learning", key)]
    blocks.append(kit.actions(looks))
    if found.editable:
        blocks.append(kit.actions(_acts(t, entry, published)))
    else:
        blocks.append(kit.context(kit.plain(t("checklists.read_only"))))
    if entry.newer_file:
        blocks += _newer(t, key)
    return view(t, [*blocks, kit.actions([turn(t, "checklists.to_list", "list")])])


def _acts(t: Text, entry: Entry, published: bool) -> list[Json]:
    edit = t("checklists.go_on" if entry.draft else "checklists.edit")
    acts = [kit.button(edit, f"{ids.Do.CHECKLIST_DRAFT}.now", ids.pack(entry.key, "now"), "primary")]
    if published:
        label = t("checklists.bring_back" if entry.retired else "checklists.retire")
        acts.append(kit.button(label, ids.Do.CHECKLIST_RETIRE, ids.pack(entry.key)))
    return acts


def _newer(t: Text, key: str) -> list[Json]:
    return [
        kit.section(kit.plain(t("checklists.mark_newer").strip())),
        kit.actions(
            [
                turn(t, "checklists.file_difference", "differs", key, "file"),
                kit.button(t("checklists.file_take"), f"{ids.Do.CHECKLIST_DRAFT}.file", ids.pack(key, "file")),
                kit.button(t("checklists.file_keep"), ids.Do.CHECKLIST_KEEP, ids.pack(key)),
            ]
        ),
    ]


# -- as a supplier sees it -----------------------------------------------------------------------------------------------


def preview_view(t: Text, found: PagePreview) -> Json:
    """A page of the form, in the very words of the form, but nothing in it can be entered."""
    pages = len(found.checklist.sections)
    section = found.checklist.sections[found.page]
    head = t("checklists.preview_head", page=found.page + 1, pages=pages)
    blocks = [kit.context(kit.plain(head)), kit.header(say(t, section.title))]
    blocks.append(kit.context(kit.plain(t("page.why", why=say(t, section.why)))))
    for question in section.questions:
        blocks += asked(t, question)
        if question.ask_if:
            blocks.append(
                kit.context(kit.plain(t("checklists.only_if", conditions=conditions(t, found.checklist, question))))
            )
    return view(t, [*blocks, *ways(t, "see", found.key, found.what, found.page, pages)])


def asked(t: Text, question: Question) -> list[Json]:
    """A question as the form draws it, standing still."""
    drawn = question_blocks(t, QuestionView(id="preview", question=question, rev=0))
    return [still for block in drawn for still in _still(t, block)]


def _still(t: Text, block: Json) -> list[Json]:
    if block["type"] != "input":
        return [block]
    element, label = block["element"], block["label"]["text"]
    if element["action_id"] == ids.Field.COMMENT:
        return [kit.context(kit.plain(f"{label} {t('checklists.free_answer')}"))]
    marks = {"radio_buttons": "○", "checkboxes": "□"}
    mark = marks.get(element["type"])
    free = {"datepicker": "date_answer", "number_input": "number_answer"}.get(element["type"], "free_answer")
    lines = [f"{mark} {o['text']['text']}" for o in element["options"]] if mark else [t(f"checklists.{free}")]
    still = [kit.section(kit.plain("\n".join([label, *lines])))]
    return [*still, kit.context(kit.plain(block["hint"]["text"], 1900))] if "hint" in block else still


def conditions(t: Text, checklist: Checklist, question: Question) -> str:
    """When a question is shown, in words."""
    questions = {q.key: q for q in checklist.questions}
    said = []
    for one in question.ask_if:
        if one.answer is None:
            name = f"why.fact.{one.fact}"
            said.append(t("checklists.condition_fact", fact=t(name) if t.has(name) else str(one.fact)))
            continue
        of = questions.get(one.answer)
        codes = [code_words(t, of, code) for code in one.is_one_of] if of else list(one.is_one_of)
        codes = codes or [f"≧ {one.at_least}"]
        text = kit.cut(say(t, of.text), 80) if of else one.answer
        said.append(t("checklists.condition_answer", question=text, codes=f" {t('checklists.or')} ".join(codes)))
    return f" {t('checklists.and')} ".join(said)


def code_words(t: Text, question: Question, code: str) -> str:
    """An answer's code in words."""
    if question.kind is Kind.YES_NO and code in YES_NO:
        return t(f"answer.{code}")
    return next((say(t, c.text) for c in question.choices if c.key == code), code)


# -- versions, and what the answers tell ---------------------------------------------------------------------------------


def versions_view(t: Text, found: VersionsPage) -> Json:
    """Who published what when and why, the newest first."""
    key = found.entry.key
    blocks = [kit.section(kit.plain(say(t, found.entry.title)))]
    for one in found.lines:
        blocks.append(kit.section(kit.plain(_version(t, one))))
        looks = [turn(t, "checklists.version_see", "see", key, one.version_id)]
        if not one.first:
            looks.append(turn(t, "checklists.version_difference", "differs", key, one.version_id))
        blocks.append(kit.actions(looks))
    if not found.lines:
        blocks.append(kit.section(kit.plain(t("checklists.versions_none"))))
    return view(t, [*blocks, *ways(t, "versions", key, "", found.page, found.pages)])


def _version(t: Text, one: PublishedLine) -> str:
    by = t("checklists.version_file")
    if one.reason:
        by = t("checklists.version_by", who=kit.cut(one.who or "-", 80), reason=kit.cut(one.reason, 300))
    current = t("checklists.version_current") if one.current else ""
    return t("checklists.version_line", n=one.n, current=current, day=t.date(one.at.date()), by=by)


def learning_view(t: Text, found: LearningPage) -> Json:
    """The questions that stand out."""
    blocks = [kit.section(kit.plain(say(t, found.entry.title))), kit.context(kit.plain(t("checklists.learning_head")))]
    blocks += [kit.section(kit.plain(_learned(t, one))) for one in found.lines]
    if not found.lines:
        blocks.append(kit.section(kit.plain(t("checklists.learning_none"))))
    return view(t, [*blocks, *ways(t, "learning", found.entry.key, "", found.page, found.pages)])


def _learned(t: Text, one: Learned) -> str:
    marks = "".join(
        t(f"checklists.learning_{name}", count=count)
        for name, count in (("dont_know", one.dont_know), ("not_applicable", one.not_applicable))
        if count
    )
    if one.alike:
        marks += t("checklists.learning_alike", answer=kit.cut(_answer(t, one), 80))
    if one.untouched and one.since:
        marks += t("checklists.learning_untouched", since=t.date(one.since))
    return t("checklists.learning_line", text=say(t, one.question.text), answers=one.answers, marks=marks)


def _answer(t: Text, one: Learned) -> str:
    return t("answer.separator").join(code_words(t, one.question, code) for code in one.alike)


# -- retiring ------------------------------------------------------------------------------------------------------------


def retire_view(t: Text, found: Overview, below: str) -> Json:
    """The reason, for retiring or bringing back."""
    back = found.entry.retired
    name = "back" if back else "retire"
    reason = kit.text_input(ids.Field.VALUE, limit=300)
    return kit.modal(
        t(f"checklists.{name}_title"),
        [
            kit.section(kit.plain(t(f"checklists.{name}_text", title=say(t, found.entry.title)))),
            kit.input_block(t("checklists.reason"), reason, ids.field_block("reason"), optional=False),
        ],
        callback_id=ids.View.CHECKLIST_RETIRE,
        metadata=ids.pack(found.entry.key, name, below),
        submit=t("checklists.bring_back" if back else "checklists.retire"),
        close=t("common.cancel"),
    )
