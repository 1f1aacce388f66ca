"""The working copy of a checklist: its sections with the ways to change them, the forms, and the form that publishes it."""

from __future__ import annotations

from typing import Any, get_args

from bot.domain.checklist import Checklist, Kind, Question, Scope
from bot.domain.checklist_parts import EvidenceKind, Protects
from bot.domain.checklist_versions import difference
from bot.domain.checklist_views import DraftPage, EditForm, PublishForm
from bot.domain.draft_forms import FLAGS, earlier_closed
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.checklist_difference import head_lines, heading, question_lines
from message_templates.checklists import code_words, edit_value, say, turn, view, ways

Json = dict[str, Any]

LONG = {"purpose", "why", "text", "help", "example", "confidential", "section_why", "choices"}
MUST = {"title_ja", "title_en", "purpose_ja", "purpose_en", "minutes", "text_ja", "text_en", "help_ja", "help_en"}
MUST_SECTION = {"section_title_ja", "section_title_en", "section_why_ja", "section_why_en"}
SHOWN, JUDGED = 12, 15
_NEW = (
    *[f"section_{n}_{lang}" for n in ("title", "why") for lang in ("ja", "en")],
    "text_ja",
    "text_en",
    "help_ja",
    "help_en",
)
INPUTS = {
    "head": ("title_ja", "title_en", "purpose_ja", "purpose_en", "minutes"),
    "section": ("title_ja", "title_en", "why_ja", "why_en"),
    "new_section": _NEW,
    "new_list": ("title_ja", "title_en", "purpose_ja", "purpose_en", "minutes", *_NEW),
    "question": (
        *(
            "text_ja",
            "text_en",
            "help_ja",
            "help_en",
            "example_ja",
            "example_en",
            "why_ja",
            "why_en",
            "section",
            "kind",
        ),
        *("choices", "minimum", "maximum", "scope", "flags", "weight", "protects", "evidence", "evidence_kinds"),
        *("confidential_ja", "confidential_en", "conditions"),
    ),
}
"""The inputs of each form, in their order."""


def draft_view(t: Text, found: DraftPage) -> Json:
    """One section of the working copy."""
    draft, checklist, at = found.draft, found.checklist, found.section
    section, key = checklist.sections[at], draft.key
    head = t(
        "checklists.draft_head",
        title=say(t, checklist.title), section=at + 1, sections=len(checklist.sections), who=found.who or "-",
    )  # fmt: skip
    blocks = [kit.section(kit.plain(head)), kit.actions(_whole(t, found))]
    blocks.append(
        kit.section(kit.plain(t("checklists.draft_section", title=say(t, section.title), why=say(t, section.why))))
    )
    blocks.append(kit.actions(_of_section(t, found)))
    before = sum(len(s.questions) for s in checklist.sections[:at])
    for n, question in enumerate(section.questions, before + 1):
        blocks += _question(t, draft.key, draft.version, section.key, n, question)
    return view(t, [*blocks, *ways(t, "draft", key, "", at, len(checklist.sections))])


def _whole(t: Text, found: DraftPage) -> list[Json]:
    key, version = found.draft.key, found.draft.version
    confirm = kit.confirm(
        t("checklists.discard_title"), t("checklists.discard_text"), t("checklists.discard"), t("common.cancel")
    )
    buttons = [
        kit.button(t("checklists.publish"), ids.Do.CHECKLIST_PUBLISH, ids.pack(key), "primary"),
        turn(t, "checklists.draft_see", "see", key, "draft"),
        kit.button(t("checklists.edit_head"), f"{ids.Do.CHECKLIST_EDIT}.head", edit_value("head", key)),
        kit.button(t("checklists.add_section"), f"{ids.Do.CHECKLIST_EDIT}.section", edit_value("new_section", key)),
        _act(t, "discard", key, version, "", "danger", confirm),
    ]
    return (
        buttons
        if found.new
        else [*buttons[:2], turn(t, "checklists.draft_difference", "differs", key, "draft"), *buttons[2:]]
    )


def _of_section(t: Text, found: DraftPage) -> list[Json]:
    key, section = found.draft.key, found.checklist.sections[found.section].key
    edit = ids.Do.CHECKLIST_EDIT
    buttons = [
        kit.button(t("checklists.add_question"), f"{edit}.add", edit_value("question", key, f"{section}/")),
        kit.button(t("checklists.edit_section"), f"{edit}.this_section", edit_value("section", key, section)),
    ]
    if found.section > 0:
        buttons.append(_act(t, "section_up", key, found.draft.version, section))
    if found.section < len(found.checklist.sections) - 1:
        buttons.append(_act(t, "section_down", key, found.draft.version, section))
    return buttons


def _question(t: Text, key: str, version: int, section: str, n: int, question: Question) -> list[Json]:
    marks = t("checklists.mark_critical") if question.critical else ""
    marks += t("checklists.mark_condition") if question.ask_if else ""
    marks += t("checklists.mark_evidence") if question.evidence.need != "none" else ""
    kind = t(f"checklists.kind.{question.kind}")
    text = t("checklists.draft_question", n=n, text=say(t, question.text), kind=kind, marks=marks)
    edit = edit_value("question", key, f"{section}/{question.key}")
    confirm = kit.confirm(
        t("checklists.remove_title"), t("checklists.remove_text"), t("checklists.remove"), t("common.cancel")
    )
    buttons = [
        kit.button(t("checklists.question_edit"), f"{ids.Do.CHECKLIST_EDIT}.{question.key}", edit),
        _act(t, "up", key, version, question.key),
        _act(t, "down", key, version, question.key),
        _act(t, "remove", key, version, question.key, "danger", confirm),
    ]
    return [kit.section(kit.plain(text)), kit.actions(buttons)]


def _act(t: Text, do: str, key: str, version: int, arg: str, style: str = "", confirm: Json | None = None) -> Json:
    return kit.button(
        t(f"checklists.{do}"),
        f"{ids.Do.CHECKLIST_ACT}.{do}_{arg}",
        ids.pack(do, key, version, arg),
        style,
        confirm,
    )


# -- the forms -----------------------------------------------------------------------------------------------------------


def edit_view(t: Text, form: EditForm, below: str) -> Json:
    """A form. Where somebody was faster, their words stand above what was typed. `below`: the modal it lies on."""
    blocks: list[Json] = []
    if form.theirs:
        fields = [
            t("checklists.clash_field", field=_label(t, name), value=kit.cut(_shown(value), 300))
            for name, value in form.theirs.items()
        ]
        said = t("checklists.clash", who=kit.cut(form.who or "-", 80), fields="\n".join(fields))
        blocks.append(kit.section(kit.plain(said)))
    for name in INPUTS[form.what]:
        element = _element(t, form, name)
        if element is None:
            continue
        must = name in MUST | MUST_SECTION or (form.what == "section" and name.startswith("why_"))
        hint = t(f"checklists.hint.{name}") if t.has(f"checklists.hint.{name}") else ""
        if name == "text_en" and form.arg.partition("/")[2]:
            hint = ""
        blocks.append(kit.input_block(_label(t, name), element, ids.field_block(name), hint=hint, optional=not must))
    return kit.modal(
        t(f"checklists.form.{form.what}"),
        blocks,
        callback_id=ids.View.CHECKLIST_EDIT,
        metadata=ids.pack(form.what, form.key, form.arg, form.digest, below),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def _label(t: Text, name: str) -> str:
    return t(f"checklists.input.{name}")


def _shown(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)


def _element(t: Text, form: EditForm, name: str) -> Json | None:
    held, value = form.held.get(name), ids.Field.VALUE
    match name:
        case "kind" | "scope":
            every: list[str] = [str(one) for one in (Kind if name == "kind" else Scope)]
            return kit.select(value, [kit.option(t(f"checklists.{name}.{one}"), one) for one in every], str(held or ""))
        case "evidence":
            every = ["none", "optional", "required"]
            options = [kit.option(t(f"checklists.evidence.{one}"), one) for one in every]
            return kit.select(value, options, str(held or "none"))
        case "weight":
            return kit.select(value, [kit.option(str(n), str(n)) for n in range(1, 6)], str(held or "1"))
        case "flags" | "protects" | "evidence_kinds":
            return _boxes(t, name, list(held or []))
        case "section":
            sections = form.checklist.sections if form.checklist else ()
            return kit.select(value, [kit.option(say(t, s.title), s.key) for s in sections], str(held or ""))
        case "conditions":
            return _conditions(t, form, list(held or []))
        case _:
            stem = name.removesuffix("_ja").removesuffix("_en")
            return kit.text_input(value, str(held or ""), multiline=stem in LONG)


def _boxes(t: Text, name: str, held: list[str]) -> Json:
    every, words = {
        "flags": (FLAGS, "flag"),
        "protects": (get_args(Protects), "protects"),
        "evidence_kinds": (get_args(EvidenceKind), "evidence_kind"),
    }[name]
    return kit.checkboxes(ids.Field.VALUE, [kit.option(t(f"checklists.{words}.{one}"), one) for one in every], held)


def _conditions(t: Text, form: EditForm, held: list[str]) -> Json | None:
    """Every answer of every earlier closed question, in groups by question; None where there is no earlier one."""
    section, _, key = form.arg.partition("/")
    questions = earlier_closed(form.checklist, key, section)[-100:] if form.checklist else []
    groups = [
        {
            "label": kit.plain(say(t, q.text), kit.OPTION),
            "options": [kit.option(code_words(t, q, code), f"{q.key}={code}") for code in q.possible],
        }
        for q in questions
    ]
    if not groups:
        return None
    element: Json = {"type": "multi_static_select", "action_id": ids.Field.VALUE, "option_groups": groups}
    picked = [o for group in groups for o in group["options"] if isinstance(o, dict) and o["value"] in held]
    return element | ({"initial_options": picked} if picked else {})


# -- publishing ----------------------------------------------------------------------------------------------------------


def publish_view(t: Text, form: PublishForm, below: str) -> Json:
    """What changes, what is asked of each reworded question, and the reason."""
    found, blocks = form.difference, [kit.section(kit.plain(t("checklists.publish_text")))]
    if form.changed:
        blocks.insert(0, kit.section(kit.plain(t("checklists.publish_changed"))))
    if form.warnings:
        warnings = "\n".join(f"・{one}" for one in form.warnings)
        blocks.append(kit.section(kit.plain(t("checklists.warnings", warnings=kit.cut(warnings, 2500)))))
    if found.before is not None:
        blocks += _changes(t, found.before, form)
    reason = kit.text_input(ids.Field.VALUE, limit=300)
    blocks.append(kit.input_block(t("checklists.reason"), reason, ids.field_block("reason"), optional=False))
    return kit.modal(
        t("checklists.publish_title"),
        blocks,
        callback_id=ids.View.CHECKLIST_PUBLISH,
        metadata=ids.pack(form.draft.key, form.draft.version, below),
        submit=t("checklists.publish"),
        close=t("common.cancel"),
    )


def _changes(t: Text, before: Checklist, form: PublishForm) -> list[Json]:
    found = form.difference
    differs = difference(before, found.after)
    lines = [*head_lines(t, before, found.after, differs), *question_lines(t, found, differs)]
    blocks = [kit.section(kit.plain(heading(t, found, differs))), *(b for line in lines[:SHOWN] for b in line)]
    if len(lines) > SHOWN:
        blocks.append(kit.context(kit.plain(t("checklists.publish_more", count=len(lines) - SHOWN))))
    for one in [r for r in differs.reworded if r.changed_meaning][:JUDGED]:
        options = [kit.option(t(f"checklists.same_{answer}"), answer) for answer in ("yes", "no")]
        label = t("checklists.publish_same", text=kit.cut(say(t, one.after.text), 150))
        radio, block = kit.radio(ids.Field.VALUE, options), ids.field_block(f"same_{one.key}")
        blocks.append(kit.input_block(label, radio, block, hint=t("checklists.publish_same_hint")))
    return blocks
