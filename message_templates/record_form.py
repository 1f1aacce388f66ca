"""The forms that edit a record, made from the fields' table: one modal for each part.

Each input's block id holds a digest of what it showed (`ids.shown_block`); where another person was faster the form comes
again with their value beside the person's own text. What may be unknown has a choice that says so: a menu cannot be emptied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.contacts import Contact
from bot.domain.documents import DOCUMENT, FILE, Document
from bot.domain.editing import Clash, EditForm, Saved
from bot.domain.fields import ENGAGEMENT, SUPPLIER, Field, Input, Part
from bot.domain.free_fields import FREE
from bot.domain.ledger import Engagement, Supplier
from bot.domain.refusal import Refusal
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.record_spots import pack_target
from message_templates.record_values import in_words, label, yes_or_no

Json = dict[str, Any]

UNKNOWN = "vr1.unknown"
CHECKBOXES = 10
GROUP = 100
_MODELS: dict[str, Any] = {SUPPLIER: Supplier, ENGAGEMENT: Engagement, "contact": Contact, "document": Document}


def edit_view(t: Text, form: EditForm, below: str = "") -> Json:
    """The form of a part. Its metadata says what it is about, and on which open record (`below`, a view's id) it lies."""
    blocks = [kit.context(kit.plain(form.name))]
    if form.clashes:
        blocks.append(kit.section(kit.plain(t("record.clashes", count=len(form.clashes)))))
    clashes = {clash.field: clash for clash in form.clashes}
    for field in form.fields:
        if field.name in clashes:
            blocks.append(kit.section(kit.plain(_clash(t, form, field, clashes[field.name]))))
        blocks.append(_input(t, form, field))
    if form.target.subject == DOCUMENT:
        blocks.append(_file(t, form))
    return kit.modal(
        t(f"record.form.{form.target.part}"),
        blocks,
        callback_id=ids.View.RECORD_EDIT,
        metadata=pack_target(form.target, below),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def _file(t: Text, form: EditForm) -> Json:
    """The file that a new document may be, or which one this document is."""
    if form.file:
        return kit.context(kit.plain(t("record.file", name=form.file)))
    if form.target.id:
        return kit.context(kit.plain(t("record.link_stays")))
    put = kit.file_input(ids.Field.VALUE)
    return kit.input_block(t("record.file_input"), put, ids.field_block(FILE), hint=t("record.hint.file"))


def _clash(t: Text, form: EditForm, field: Field, clash: Clash) -> str:
    who = kit.cut(clash.who, 80) or t("ledger.system")
    return t(
        "record.clash", label=name_of(t, form, field), who=who, value=kit.cut(_theirs(t, form, field, clash), 1500)
    )


def _theirs(t: Text, form: EditForm, field: Field, clash: Clash) -> str:
    """The other person's value in words."""
    if field.input is Input.DEPARTMENT:
        return next((d.name for d in form.departments if d.id == clash.theirs), "-")
    try:
        return in_words(t, field, field.read(clash.theirs, field.name))
    except Refusal:
        return clash.theirs


def name_of(t: Text, form: EditForm, field: Field) -> str:
    """What a field of this form is called."""
    return label(t, form.target.subject, field.name, form.free_fields)


def _input(t: Text, form: EditForm, field: Field) -> Json:
    key = f"record.hint.{field.name}"
    return kit.input_block(
        name_of(t, form, field),
        _element(t, form, field, form.texts.get(field.name, "")),
        ids.shown_block(field.name, form.shown.get(field.name, "")),
        hint=t(key) if t.has(key) and field.of != FREE else "",
        optional=not field.must,
    )


# -- elements ------------------------------------------------------------------------------------------------------------


def _element(t: Text, form: EditForm, field: Field, text: str) -> Json:
    value = ids.Field.VALUE
    match field.input:
        case Input.TEXT | Input.LINES:
            return kit.text_input(value, text, multiline=True)
        case Input.DAY:
            return kit.date_input(value, text)
        case Input.USER:
            return kit.user_input(value, text)
        case Input.YES_NO:
            options = [
                kit.option(yes_or_no(t, field.name, answer), word) for answer, word in ((True, "yes"), (False, "no"))
            ]
            return kit.radio(value, [*options, *_unknown(t, form, field)], text or UNKNOWN)
        case Input.CHOICE:
            return _menu(value, [*_unknown(t, form, field), *_options(t, field, text)], text or UNKNOWN)
        case Input.MANY:
            return _many(value, _options(t, field), text.split("、"))
        case Input.DEPARTMENT:
            return _menu(value, [kit.option(d.name, d.id) for d in form.departments], text)
        case _:
            return kit.text_input(value, text)


def _options(t: Text, field: Field, stored: str = "") -> list[Json]:
    """The choices of a field; those of a free field are words already. What is stored stays a choice though it is none now."""
    values = field.values if stored in ("", *field.values) else (*field.values, stored)
    return [kit.option(t(f"{field.words}.{v}") if field.words else v, v) for v in values]


def _unknown(t: Text, form: EditForm, field: Field) -> list[Json]:
    """The choice 'nobody said', where the record may be without a value."""
    model = _MODELS.get(form.target.subject)
    known = model.model_fields.get(field.name) if model and field.of != FREE else None
    return [kit.option(t("record.unknown"), UNKNOWN)] if known is None or known.default is None else []


def _menu(action_id: str, options: Sequence[Json], chosen: str) -> Json:
    """A menu; more than a hundred options stand in groups named after their first and last."""
    if len(options) <= GROUP:
        return kit.select(action_id, options, chosen)
    some = [list(options[start : start + GROUP]) for start in range(0, min(len(options), GROUP * GROUP), GROUP)]
    picked = next((o for o in options if o["value"] == chosen), None)
    element: Json = {
        "type": "static_select",
        "action_id": action_id,
        "option_groups": [{"label": kit.plain(_span(group), kit.OPTION), "options": group} for group in some],
    }
    return element | ({"initial_option": picked} if picked else {})


def _span(options: Sequence[Json]) -> str:
    first, last = options[0]["text"]["text"], options[-1]["text"]["text"]
    return f"{kit.cut(first, 30)} – {kit.cut(last, 30)}"


def _many(action_id: str, options: Sequence[Json], chosen: Sequence[str]) -> Json:
    if len(options) <= CHECKBOXES:
        return kit.checkboxes(action_id, options, chosen)
    picked = [o for o in options if o["value"] in chosen]
    element: Json = {"type": "multi_static_select", "action_id": action_id, "options": list(options[:GROUP])}
    return element | ({"initial_options": picked} if picked else {})


# -- when it is saved ----------------------------------------------------------------------------------------------------


def saved_view(t: Text, saved: Saved) -> Json:
    """What was written."""
    names = [label(t, saved.target.subject, name, saved.free_fields) for name in saved.written]
    if saved.fetching:
        said = t("record.fetching", name=saved.name)
    elif saved.created:
        said = t("record.created", name=saved.name)
    elif names:
        said = t("record.saved", name=saved.name, fields=kit.cut("、".join(names), 1000))
    else:
        said = t("record.same", name=saved.name)
    blocks = [kit.section(kit.plain(said))]
    if Part.WORK is saved.target.part and "department" in saved.written:
        blocks.append(kit.context(kit.plain(t("record.owners_stay"))))
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))
